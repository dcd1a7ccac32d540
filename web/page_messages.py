"""Say everything that the pages say, in Vietnamese and in English: one table, key -> (vi, en).

The widget carries its own few words in `static/widget.js`, for it lives on other people's pages.
"""

from __future__ import annotations

from web.messages import ENGLISH, VIETNAMESE, number

PAGE_MESSAGES: dict[str, tuple[str, str]] = {
    "name": ("Hỏi đáp tài liệu", "Ask the documents"),
    "skip": ("Đến nội dung chính", "Skip to the content"),
    "home": ("Về trang hỏi đáp", "To the search page"),
    "switch": ("English", "Tiếng Việt"),
    "theme": ("Giao diện", "Theme"),
    "theme.auto": ("Tự động", "Automatic"),
    "theme.light": ("Sáng", "Light"),
    "theme.dark": ("Tối", "Dark"),
    "lead": (
        "Đặt câu hỏi bằng lời của bạn. Câu trả lời được trích nguyên văn từ tài liệu, kèm nguồn để đối chiếu.",
        "Ask in your own words. Answers are quoted from the documents, with the source to check them against.",
    ),
    "size": ("{documents} tài liệu trong thư viện", "{documents} documents in the library"),
    "label": ("Câu hỏi của bạn", "Your question"),
    "hint": ("Gõ có dấu hoặc không dấu đều được.", "Vietnamese with or without tone marks, or English."),
    "ask": ("Hỏi", "Ask"),
    "asking": ("Đang tìm câu trả lời…", "Looking for an answer…"),
    "examples": ("Câu hỏi gợi ý", "Examples"),
    "topics": ("{documents} tài liệu trong thư viện", "{documents} documents in the library"),
    "recent": ("Câu hỏi gần đây", "Recent questions"),
    "recent.where": ("Chỉ lưu trong trình duyệt này.", "Kept in this browser only."),
    "recent.clear": ("Xóa danh sách", "Clear the list"),
    "answer": ("Câu trả lời", "Answer"),
    "answer.more": ("Câu trả lời khác có thể đúng", "Other possible answers"),
    "confidence": ("Độ tin cậy: {word}", "Confidence: {word}"),
    "confidence.high": ("cao", "high"),
    "confidence.medium": ("trung bình", "medium"),
    "confidence.low": ("thấp", "low"),
    "confidence.high.advice": (
        "Tài liệu nêu rõ điều này.",
        "The documents say this plainly.",
    ),
    "confidence.medium.advice": (
        "Nên đọc đoạn trích trong tài liệu trước khi dùng.",
        "Read the quote in its document before you use it.",
    ),
    "confidence.low.advice": (
        "Chỉ để tham khảo; cần đối chiếu với tài liệu.",
        "For orientation only; check it against the document.",
    ),
    "value": ("Giá trị: {value}", "Value: {value}"),
    "sources": ("Nguồn trích dẫn", "Cited from"),
    "original": ("Bản gốc", "Original"),
    "original.title": ("Mở bản gốc trong thẻ mới: {title}", "Open the original in a new tab: {title}"),
    "read_as": ("Đã hiểu: {expansions}", "Read as: {expansions}"),
    "passages": ("Các đoạn liên quan", "Related passages"),
    "none": ("Chưa tìm thấy câu trả lời", "No answer found"),
    "none.why": (
        "Đã xem {passages} đoạn trong {documents} tài liệu nhưng không có chỗ nào trả lời được câu hỏi này.",
        "{passages} passages of {documents} documents were looked at, and none of them answers this question.",
    ),
    "none.nothing": (
        "Không có tài liệu nào trong thư viện nói đến điều này.",
        "No document in the library speaks of this.",
    ),
    "rephrase": ("Bạn có thể hỏi lại như sau", "How to ask again"),
    "rephrase.1": (
        "Nêu rõ tên cơ quan, địa phương, người hoặc thời gian.",
        "Name the body, the place, the person or the time.",
    ),
    "rephrase.2": (
        "Dùng từ ngữ thường gặp trong văn bản, thay cho cách nói tắt.",
        "Use the words that the documents use, rather than abbreviations.",
    ),
    "rephrase.3": ("Hỏi từng ý một.", "Ask one thing at a time."),
    "looked_at": ("Các đoạn đã xem", "Passages looked at"),
    "offline": (
        "Không kết nối được với máy chủ. Câu hỏi vẫn còn trong ô; hãy thử lại sau ít phút.",
        "The server cannot be reached. Your question is still in the box; try again in a few minutes.",
    ),
    "feedback": ("Câu trả lời này có đúng không?", "Is this answer right?"),
    "feedback.none": ("Kết quả này có đúng không?", "Is this result right?"),
    "feedback.right": ("Đúng", "Right"),
    "feedback.wrong": ("Sai", "Wrong"),
    "feedback.missing": ("Còn thiếu", "Incomplete"),
    "feedback.right_none": ("Đúng, tài liệu không nói", "Right, the documents do not say"),
    "feedback.missing_none": ("Sai, tài liệu có nói", "Wrong, the documents do say"),
    "feedback.expected": ("Góp ý câu trả lời đúng", "Tell us the right answer"),
    "feedback.expected.label": (
        "Câu trả lời đúng, chép nguyên văn từ tài liệu",
        "The right answer, in the words of the document",
    ),
    "feedback.send": ("Gửi", "Send"),
    "feedback.thanks": (
        "Cảm ơn bạn. Ý kiến đã được ghi lại trên máy chủ của đơn vị.",
        "Thank you. Your opinion was stored on your organisation's server.",
    ),
    "feedback.failed": (
        "Chưa gửi được ý kiến. Hãy thử lại sau ít phút.",
        "Your opinion could not be sent. Try again in a few minutes.",
    ),
    "viewer.back": ("Quay lại câu trả lời", "Back to the answer"),
    "viewer.count": ("Trích dẫn {rank}/{total}", "Citation {rank} of {total}"),
    "viewer.previous": ("Trích dẫn trước", "Previous citation"),
    "viewer.next": ("Trích dẫn sau", "Next citation"),
    "viewer.walk": ("Các trích dẫn của câu trả lời", "Citations of this answer"),
    "viewer.jump": ("Đến đoạn trích", "Go to the quote"),
    "viewer.copy": ("Chép trích dẫn", "Copy the citation"),
    "viewer.copied": ("Đã chép trích dẫn.", "The citation was copied."),
    "viewer.not_copied": (
        "Trình duyệt không cho chép. Hãy chọn văn bản bên dưới rồi chép.",
        "The browser refused. Select the text below and copy it.",
    ),
    "viewer.citation": ("Trích dẫn để dán vào văn bản", "Citation, to paste into a text"),
    "viewer.text": ("Toàn văn tài liệu", "Text of the document"),
    "viewer.characters": ("{count} ký tự", "{count} characters"),
    "viewer.part": (
        "Tài liệu dài; đang hiện ký tự {start}–{end} trong {total}.",
        "A long document; characters {start}–{end} of {total} are shown.",
    ),
    "viewer.part.previous": ("Phần trước", "Part before"),
    "viewer.part.next": ("Phần sau", "Part after"),
    "viewer.moved": (
        "Vị trí trong liên kết không có trong tài liệu này; có thể tài liệu đã được sửa. "
        "Dưới đây là toàn văn hiện nay.",
        "The place in the link is not in this document; it may have been changed. This is the text as it is now.",
    ),
    "error.back": ("Về trang hỏi đáp", "To the search page"),
    "error.other": ("Không thực hiện được yêu cầu", "This request cannot be carried out"),
    "error.other.advice": (
        "Hãy thử lại. Nếu vẫn không được, báo cho người quản trị mã yêu cầu dưới đây.",
        "Try again. If it fails again, give the administrator the request number below.",
    ),
    "error.not_found": ("Không có trang này", "There is no such page"),
    "error.not_found.advice": ("Kiểm tra lại địa chỉ đã nhập.", "Check the address."),
    "error.unknown_document": ("Không tìm thấy tài liệu", "The document was not found"),
    "error.unknown_document.advice": (
        "Tài liệu có thể đã được đưa ra khỏi thư viện. Hãy hỏi lại để xem nguồn hiện có.",
        "It may have been removed from the library. Ask again to see what there is now.",
    ),
    "error.unauthorized": ("Trang này cần khóa truy cập", "This page needs a key"),
    "error.unauthorized.advice": (
        "Nhập khóa do người quản trị cấp vào ô mật khẩu; tên đăng nhập để trống. "
        "Người quản trị có thể mở trang cho mọi người bằng --public-pages.",
        "Enter the key that the administrator gave you as the password, and no user name. "
        "An administrator can open the pages to everyone with --public-pages.",
    ),
    "error.rate_limited": ("Bạn gửi yêu cầu quá nhanh", "Too many requests"),
    "error.rate_limited.advice": ("Hãy đợi ít giây rồi thử lại.", "Wait a few seconds and try again."),
    "error.not_ready": ("Chưa có tài liệu để trả lời", "There is nothing to answer from yet"),
    "error.not_ready.advice": (
        "Thư viện còn trống hoặc đang được lập. Hãy thử lại sau ít phút.",
        "The library is empty or still being built. Try again in a few minutes.",
    ),
    "error.invalid_input": ("Câu hỏi chưa hợp lệ", "The question cannot be read"),
    "error.invalid_input.advice": (
        "Câu hỏi cần có chữ và dài không quá 1.000 ký tự.",
        "A question needs words and has at most 1,000 characters.",
    ),
    "error.request": ("Mã yêu cầu: {id}", "Request number: {id}"),
    "demo.title": ("Thử hộp hỏi đáp trên trang khác", "The widget on a page that is not its own"),
    "demo.lead": (
        "Trang này cố ý dùng CSS rất thô bạo. Hộp hỏi đáp bên dưới vẫn giữ nguyên hình dạng nhờ shadow DOM.",
        "This page uses rude CSS on purpose. The boxes below keep their looks, thanks to shadow DOM.",
    ),
    "demo.inline": ("Đặt trong trang", "In the page"),
    "demo.dialog": ("Mở thành hộp thoại", "As a dialog"),
    "demo.themed": ("Đổi màu theo đơn vị", "In your own colours"),
    "demo.snippet": ("Mã để dán vào trang", "What to paste"),
}


def page_text(key: str, language: str, **values: object) -> str:
    """Return the sentence that `key` names; whole numbers are written as the language writes them."""
    vietnamese, english = PAGE_MESSAGES[key]
    template = vietnamese if language == VIETNAMESE else english
    return template.format(**{name: _shown(value, language) for name, value in values.items()}) if values else template


def page_language(wanted: str | None) -> str:
    """Return the language of a page: English when it was asked for, else Vietnamese."""
    return ENGLISH if wanted == ENGLISH else VIETNAMESE


def _shown(value: object, language: str) -> str:
    return number(value, language) if isinstance(value, int) and not isinstance(value, bool) else str(value)
