"""Say everything that the command line says, in Vietnamese and in English: one table, key -> (vi, en).

Nothing outside `messages.py` and `messages_help.py` holds a sentence for people. This module formats; it prints
nothing and does not know the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from web.messages_eval import EVAL
from web.messages_help import HELP

VIETNAMESE = "vi"
ENGLISH = "en"
LANGUAGES = (VIETNAMESE, ENGLISH)

RESULTS: dict[str, tuple[str, str]] = {
    "ask.question": ("Câu hỏi: {question}", "Question: {question}"),
    "ask.source": ("Nguồn: {title}", "Source: {title}"),
    "ask.place": ("Vị trí: {document}, ký tự {start}–{end}", "Place: {document}, characters {start}–{end}"),
    "ask.link": ("Liên kết: {url}", "Link: {url}"),
    "ask.confidence": ("Độ tin cậy: {word} ({percent}%)", "Confidence: {word} ({percent}%)"),
    "ask.expansions": ("Đã hiểu: {expansions}", "Read as: {expansions}"),
    "ask.none": (
        "Tài liệu trong thư viện không có câu trả lời cho câu hỏi này.",
        "The documents in this library do not answer this question.",
    ),
    "ask.blank": ("câu hỏi để trống", "the question is empty"),
    "ask.blank_hint": (
        "nêu câu hỏi, ví dụ: Ai là Bí thư Thành ủy Hải Phòng?",
        "ask something, for example: Ai là Bí thư Thành ủy Hải Phòng?",
    ),
    "ask.empty_library": (
        "Thư viện chưa có đoạn văn nào: còn trống hoặc đang được lập. Thêm tài liệu bằng: hoidap index ĐƯỜNG_DẪN",
        "The library holds no passages: it is empty or still being built. Add documents with: hoidap index PATH",
    ),
    "ask.looked_at": ("Các tài liệu đã xem:", "Documents looked at:"),
    "ask.rephrase": (
        "Gợi ý: hỏi lại bằng từ ngữ có trong văn bản, nêu rõ tên cơ quan, địa phương hoặc thời gian; "
        "hoặc tìm đoạn văn bằng: hoidap search TỪ KHÓA",
        "Hint: ask again in words that the documents use and name the body, the place or the time; "
        "or look for passages with: hoidap search WORDS",
    ),
    "confidence.high": ("cao", "high"),
    "confidence.medium": ("trung bình", "medium"),
    "confidence.low": ("thấp", "low"),
    "search.none": ("Không tìm thấy đoạn văn nào phù hợp.", "No passage was found."),
    "docs.count": ("{documents} tài liệu, {passages} đoạn", "{documents} documents, {passages} passages"),
    "docs.none": ("Không có tài liệu nào.", "There are no documents."),
    "docs.line": ("{characters} ký tự, {passages} đoạn", "{characters} characters, {passages} passages"),
    "docs.confirm": (
        "Xóa {count} tài liệu này khỏi thư viện? Tệp gốc được giữ nguyên. [c/K]",
        "Remove the documents above from the library ({count})? The original files stay. [y/N]",
    ),
    "docs.yes_words": ("c có co y yes", "y yes"),
    "docs.yes_needed": (
        "chưa xóa: cần có --yes khi không chạy trên thiết bị đầu cuối",
        "nothing removed: without a terminal to ask on, --yes is needed",
    ),
    "docs.kept": ("Không xóa tài liệu nào.", "Nothing was removed."),
    "docs.removed": ("Đã xóa {count} tài liệu.", "Documents removed: {count}."),
    "verify.line": ("{status}: {quote}", "{status}: {quote}"),
    "verify.where": ("{document}, ký tự {start}–{end}", "{document}, characters {start}–{end}"),
    "verify.count": ("{valid}/{total} trích dẫn còn đúng.", "{valid} of {total} citations hold."),
    "verify.errors": (
        "Bỏ qua {count} dòng ghi lỗi, không có trích dẫn.",
        "Lines passed over, as they record an error and cite nothing: {count}.",
    ),
    "verify.nothing": (
        "Không có trích dẫn nào để kiểm tra.",
        "There was nothing to check: no citation in the input.",
    ),
    "verify.empty": ("đầu vào trống, không có JSON nào", "the input is empty: it holds no JSON"),
    "verify.empty_hint": (
        "lưu kết quả của hoidap ask --json rồi kiểm tra; xem lệnh đứng trước có báo lỗi không",
        "save what hoidap ask --json prints and check that; see whether the command before failed",
    ),
    "verify.no_input": (
        "cần tên tệp, hoặc dữ liệu từ đầu vào chuẩn: hoidap verify TỆP",
        "name a file, or pipe the saved answers in: hoidap verify FILE",
    ),
    "verify.not_json": ("dòng {line} không phải là JSON: {reason}", "line {line} is not JSON: {reason}"),
    "verify.not_saved": (
        "chỉ kiểm tra được câu trả lời hoặc trích dẫn đã lưu (đối tượng JSON)",
        "only saved answers and citations (JSON objects) can be checked",
    ),
    "verify.not_text": ("đầu vào không phải là văn bản UTF-8: {reason}", "the input is not UTF-8 text: {reason}"),
    "verified.why.valid": ("đoạn trích vẫn ở đúng vị trí đã dẫn", "the quote stands where it was cited"),
    "verified.why.moved": (
        "tài liệu đã sửa đổi; đoạn trích nay ở vị trí này",
        "the document changed; the quote is here now",
    ),
    "verified.why.stale": ("đoạn trích không còn trong tài liệu", "the quote is no longer in the document"),
    "verified.why.unknown": ("thư viện không có tài liệu này", "the library has no such document"),
    "verified.valid": ("đúng", "valid"),
    "verified.moved": ("đã dời chỗ", "moved"),
    "verified.stale": ("không còn đúng", "stale"),
    "verified.unknown": ("không tìm thấy tài liệu", "unknown"),
}

WORK: dict[str, tuple[str, str]] = {
    "index.progress": ("Đang lập chỉ mục", "Indexing"),
    "index.skipped": ("Bỏ qua {path}: {reason}", "Skipped {path}: {reason}"),
    "index.summary": (
        "Thêm mới {added}, thay thế {replaced}, không đổi {unchanged}, xóa {removed}, bỏ qua {skipped}; "
        "{passages} đoạn.",
        "Added {added}, replaced {replaced}, unchanged {unchanged}, removed {removed}, skipped {skipped}; "
        "{passages} passages.",
    ),
    "index.some_skipped": (
        "Có {count} tệp chưa được lập chỉ mục (lý do ở trên); các tệp còn lại đã xong. Mã thoát: 2.",
        "Files not indexed: {count} (reasons above); the rest is done. Exit code: 2.",
    ),
    "index.nothing": ("Không tìm thấy tệp nào để lập chỉ mục.", "Found no file to index."),
    "index.other_types": (
        "Không đọc {count} tệp thuộc loại khác: {types} (chỉ đọc {read})",
        "Passed over {count} files of other types: {types} (only {read} are read)",
    ),
    "index.no_suffix": ("(không đuôi)", "(no suffix)"),
    "index.not_pruned": (
        "Không xóa tài liệu nào của {folder}: thư mục không có tệp nào đọc được (ổ đĩa chưa được gắn?). "
        "Xóa có chủ ý bằng: hoidap docs remove",
        "Removed nothing of {folder}: it holds no file to read (a disk that is not mounted?). "
        "To remove on purpose: hoidap docs remove",
    ),
    "reason.empty": ("tệp không có chữ nào", "the file holds no text"),
    "reason.empty.hint": (
        "bỏ tệp này ra, hoặc xem tệp đã được lưu đúng chưa",
        "leave it out, or check that it was saved",
    ),
    "reason.binary": (
        "không phải tệp văn bản (có ký tự NUL ở vị trí {offset})",
        "not a text file (a NUL at offset {offset})",
    ),
    "reason.binary.hint": (
        "chỉ đọc được tệp văn bản và Markdown; hãy xuất tệp ra dạng văn bản trước",
        "only text and Markdown files can be read; export the file as text first",
    ),
    "reason.utf16": (
        "có vẻ là {name} không có dấu BOM (NUL ở {nuls} trong {pairs} cặp byte đầu)",
        "likely {name} without a byte order mark (a NUL in {nuls} of the first {pairs} pairs of bytes)",
    ),
    "reason.utf16.hint": (
        "hãy lưu tệp ở dạng UTF-8, hoặc chuyển mã: iconv -f {name} -t UTF-8 CŨ > MỚI",
        "save it as UTF-8, or convert it: iconv -f {name} -t UTF-8 OLD > NEW",
    ),
    "reason.encoding": (
        "không phải {name} hợp lệ (byte {byte} ở vị trí {offset})",
        "not valid {name} (byte {byte} at offset {offset})",
    ),
    "reason.encoding.hint": (
        "hãy chuyển sang UTF-8 trước, ví dụ: iconv -f WINDOWS-1258 -t UTF-8 CŨ > MỚI",
        "convert it to UTF-8 first, for example: iconv -f WINDOWS-1258 -t UTF-8 OLD > NEW",
    ),
    "index.bad_name": (
        "tên tệp không phải là UTF-8; hãy đổi tên tệp",
        "the file's name is not UTF-8; rename the file",
    ),
    "index.missing": ("không có tệp hoặc thư mục này", "there is no such file or folder"),
    "index.interrupted": (
        "Đã dừng. {documents} tài liệu ({passages} đoạn) đã được lưu an toàn; chạy lại lệnh này để làm tiếp.",
        "Stopped. {documents} documents ({passages} passages) are safely stored; run the same command to go on.",
    ),
    "serve.ready": ("HoiDap đang phục vụ tại {url} (Ctrl-C để dừng)", "HoiDap is serving at {url} (Ctrl-C stops it)"),
    "serve.stopped": ("Đã dừng máy chủ.", "The server has stopped."),
    "doctor.library": ("Thư viện: {directory}", "Library: {directory}"),
    "doctor.model": ("Mô hình: {model} ({dimension} chiều)", "Model: {model} ({dimension} dimensions)"),
    "doctor.generation": (
        "Thế hệ: {generation} (đã công bố: {published})",
        "Generation: {generation} (published: {published})",
    ),
    "doctor.size": ("Dung lượng trên đĩa: {size}", "Size on disk: {size}"),
    "doctor.rebuilt": (
        "Đã dựng lại các chỉ mục từ cơ sở dữ liệu.",
        "The derived indexes were rebuilt from the database.",
    ),
    "doctor.reembedded": (
        "Đã tính lại vectơ của {passages} đoạn bằng mô hình {model}.",
        "The vectors of {passages} passages were made again with the model {model}.",
    ),
    "doctor.progress": ("Đang tính lại vectơ", "Embedding again"),
    "doctor.sound": ("Thư viện nguyên vẹn.", "The library is sound."),
    "doctor.problem": ("Hư hỏng: {problem}", "Damaged: {problem}"),
    "doctor.advice": (
        "Việc cần làm: chạy hoidap doctor --rebuild; nếu vẫn còn lỗi, khôi phục từ bản sao lưu.",
        "What to do: run hoidap doctor --rebuild; if problems remain, restore a backup.",
    ),
    "doctor.restore": (
        "khôi phục bản sao lưu gần nhất (hoidap backup); nếu đĩa đầy hoặc thư viện do HoiDap mới hơn lập, "
        "hãy giải phóng đĩa hoặc cài bản mới hơn",
        "restore the last hoidap backup; if the disk is full, or a newer HoiDap wrote the library, mend that first",
    ),
    "backup.nowhere": ("chưa nêu thư mục đích", "the target is empty"),
    "backup.done": ("Đã sao lưu thư viện vào {target}", "The library was copied to {target}"),
    "backup.use": ("Dùng bản sao bằng: hoidap --data {target} …", "Use the copy with: hoidap --data {target} …"),
    "keys.created": (
        "Khóa mới cho {name} (quyền {role}), chỉ hiện một lần này; hãy cất giữ cẩn thận:",
        "New key for {name} (role {role}), shown this once; keep it safe:",
    ),
    "keys.none": ("Chưa có khóa nào.", "There are no keys."),
    "keys.revoked": ("Đã thu hồi khóa {id}.", "Key {id} is revoked."),
    "sites.added": (
        "Đã thêm trang {name}. Mã công khai dưới đây đặt trong thuộc tính site của <hoidap-search>:",
        "Added the site {name}. This public id goes into the attribute site of <hoidap-search>:",
    ),
    "sites.none": ("Chưa có trang nào.", "There are no sites."),
    "sites.line": ("{rate} yêu cầu/phút mỗi địa chỉ", "{rate} requests a minute for each address"),
    "sites.removed": ("Đã bỏ trang {id}.", "Site {id} is removed."),
    "feedback.none": ("Chưa có ý kiến nào.", "There is no feedback."),
    "feedback.right": ("đúng", "right"),
    "feedback.wrong": ("sai", "wrong"),
    "feedback.missing": ("thiếu", "missing"),
    "feedback.no_answer": ("không có câu trả lời", "no answer"),
    "feedback.exported": ("Đã xuất {count} câu hỏi.", "Questions exported: {count}."),
    "feedback.left_out": (
        "{count} ý kiến chưa thành câu hỏi được vì chưa nêu câu trả lời đúng có trong tài liệu; "
        "xem bằng: hoidap feedback list",
        "Opinions that give no right answer out of a document and were left out: {count}; see hoidap feedback list",
    ),
    "feedback.confirm": (
        "Xóa {count} ý kiến? Hãy xuất trước bằng: hoidap feedback export [c/K]",
        "Delete the opinions ({count})? Export them first with: hoidap feedback export [y/N]",
    ),
    "feedback.yes_needed": (
        "chưa xóa: cần có --yes khi không chạy trên thiết bị đầu cuối",
        "nothing deleted: without a terminal to ask on, --yes is needed",
    ),
    "feedback.kept": ("Không xóa ý kiến nào.", "Nothing was deleted."),
    "feedback.cleared": ("Đã xóa {count} ý kiến.", "Opinions deleted: {count}."),
    "notice": ("Lưu ý: {notice}", "Note: {notice}"),
    "stopped": ("Đã dừng theo yêu cầu.", "Stopped."),
}

ERRORS: dict[str, tuple[str, str]] = {
    "error": ("Lỗi: {message}", "Error: {message}"),
    "hint": ("Gợi ý: {hint}", "Hint: {hint}"),
    "error.bad_request": ("Yêu cầu không thực hiện được ({message})", "{message}"),
    "error.invalid_input": ("Dữ liệu nhập không hợp lệ ({message})", "{message}"),
    "error.invalid_document": ("Không lưu được tài liệu này ({message})", "{message}"),
    "error.unreadable_file": ("Không đọc được tệp ({message})", "{message}"),
    "error.not_found": ("Không tìm thấy ({message})", "{message}"),
    "error.unknown_document": ("Thư viện không có tài liệu này ({message})", "{message}"),
    "error.no_library": ("Thư mục dữ liệu chưa có thư viện ({message})", "{message}"),
    "error.model_mismatch": ("Thư viện được lập bằng một mô hình khác ({message})", "{message}"),
    "error.model_unavailable": ("Không nạp được mô hình ({message})", "{message}"),
    "error.library_busy": ("Một tiến trình khác đang ghi vào thư viện ({message})", "{message}"),
    "error.library_damaged": ("Cơ sở dữ liệu của thư viện bị hỏng ({message})", "{message}"),
    "error.unknown_key": ("Không có khóa nào mang mã này ({message})", "{message}"),
    "error.unknown_site": ("Không có trang nào mang mã này ({message})", "{message}"),
    "error.sites_unreadable": ("Không đọc được tệp các trang ({message})", "{message}"),
    "error.keys_unreadable": ("Không đọc được tệp khóa ({message})", "{message}"),
    "error.system": ("Hệ thống từ chối: {message}", "The system refused: {message}"),
    "error.bug": (
        "Lỗi trong chương trình; xin gửi nội dung trên cho người phát triển.",
        "This is a bug in HoiDap; please report it with the lines above.",
    ),
    "error.not_text": (
        "đầu vào chứa byte không phải là văn bản UTF-8",
        "the input holds bytes that are not UTF-8 text",
    ),
    "error.not_utf8": ("dòng này không phải là văn bản UTF-8", "this line is not UTF-8 text"),
    "error.too_long": ("dòng này quá dài", "this line is too long"),
    "hint.no_library": (
        "lập thư viện trước: hoidap index ĐƯỜNG_DẪN, hoặc chỉ đúng thư mục bằng --data",
        "make one first: hoidap index PATH, or name the right directory with --data",
    ),
    "hint.unknown_document": ("xem mã tài liệu bằng: hoidap docs list", "see the ids with: hoidap docs list"),
    "hint.library_damaged": (
        "xem chi tiết bằng hoidap doctor; khôi phục từ bản sao lưu",
        "look closer with hoidap doctor; restore a backup",
    ),
    "hint.model_mismatch": (
        "bỏ --model để dùng mô hình của thư viện, hoặc chuyển thư viện sang mô hình kia: "
        "hoidap doctor --reembed --model TÊN",
        "leave out --model, or move the library to the other model: hoidap doctor --reembed --model NAME",
    ),
    "hint.unknown_key": ("xem mã khóa bằng: hoidap keys list", "see the ids with: hoidap keys list"),
    "error.feedback_full": ("Đã lưu đủ số ý kiến cho phép ({message})", "{message}"),
    "hint.unknown_site": ("xem mã trang bằng: hoidap sites list", "see the ids with: hoidap sites list"),
    "hint.library_busy": ("đợi lâu hơn bằng --wait GIÂY", "wait longer with --wait SECONDS"),
    "usage.missing": ("thiếu {parameter}", "missing {parameter}"),
    "usage.no_option": ("không có tùy chọn {name}", "no such option: {name}"),
    "usage.no_command": ("không có lệnh {name}", "no such command: {name}"),
    "usage.similar": ("ý bạn là {names}?", "did you mean {names}?"),
    "usage.bad_value": ("giá trị không hợp lệ cho {parameter}: {reason}", "invalid value for {parameter}: {reason}"),
    "usage.other": ("dùng lệnh chưa đúng ({message})", "{message}"),
    "usage.try": ("xem hướng dẫn bằng: {command} --help", "see the help with: {command} --help"),
    "needs.integer": ("cần một số nguyên", "a whole number is needed"),
    "needs.float": ("cần một số", "a number is needed"),
    "needs.choice": ("chọn một trong: {choices}", "choose one of: {choices}"),
}

MESSAGES: dict[str, tuple[str, str]] = {**HELP, **RESULTS, **WORK, **EVAL, **ERRORS}


def message(key: str, language: str, **values: object) -> str:
    """Return the sentence that `key` names, in `language`, with `values` filled in."""
    vietnamese, english = MESSAGES[key]
    template = vietnamese if language == VIETNAMESE else english
    return template.format(**values) if values else template


def pick_language(wanted: str = "", environment: Mapping[str, str] | None = None) -> str:
    """Return `vi` or `en`: as wanted, else as HOIDAP_LANG says, else as the locale says, else English."""
    environment = os.environ if environment is None else environment
    locale = environment.get("LC_ALL") or environment.get("LC_MESSAGES") or environment.get("LANG") or ""
    for candidate in (wanted, environment.get("HOIDAP_LANG", ""), locale):
        code = candidate.lower()[:2]
        if code in LANGUAGES:
            return code
    return ENGLISH


def number(value: int, language: str) -> str:
    """Group the digits as the language does: 1.725 in Vietnamese, 1,725 in English."""
    grouped = f"{value:,}"
    return grouped.replace(",", ".") if language == VIETNAMESE else grouped


def size(count: int, language: str) -> str:
    """Return a number of bytes in the largest unit that keeps it above one."""
    value, unit = float(count), "B"
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    text = f"{value:.0f}" if unit == "B" else f"{value:.1f}"
    return f"{text.replace('.', ',') if language == VIETNAMESE else text} {unit}"
