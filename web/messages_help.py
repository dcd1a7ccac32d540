"""Hold the sentences of `--help`: key -> (vi, en), for commands, their arguments and their options.

The English of a setting is its `Setting.help`: it stands once, in `web/settings.py`.
"""

from __future__ import annotations

from web.messages_eval import EVAL_HELP
from web.settings import SETTINGS

COMMANDS: dict[str, tuple[str, str]] = {
    "help.hoidap": (
        "Hỏi đáp trên tài liệu của chính đơn vị, không cần mạng; mỗi câu trả lời đều có trích dẫn kiểm chứng được.\n\n"
        "Mã thoát: 0 có câu trả lời hoặc đã xong, 1 không có câu trả lời, 2 dùng sai hoặc dữ liệu không hợp lệ, "
        "3 thư viện hư hỏng, 130 bị dừng giữa chừng.",
        "Answer questions over your own documents, offline; every answer is a span of a document and can be checked."
        "\n\nExit codes: 0 answered or done, 1 no answer, 2 usage or bad input, 3 damaged library, 130 interrupted.",
    ),
    "help.index": (
        "Đưa tệp và thư mục vào thư viện.\n\nTệp không đọc được sẽ được báo kèm lý do và bỏ qua; "
        "phần còn lại vẫn được lập chỉ mục và mã thoát là 2.",
        "Put files and folders into the library.\n\nA file that cannot be read is reported with its reason and "
        "skipped; the rest is indexed and the exit code is 2.",
    ),
    "help.ask": (
        "Trả lời một câu hỏi, kèm trích dẫn.\n\nCác từ của câu hỏi được nối lại, không bắt buộc dấu ngoặc kép. "
        "Dùng - để đọc mỗi dòng một câu hỏi từ đầu vào chuẩn; với --json, mỗi dòng cho một kết quả JSON, đúng thứ tự.",
        "Answer a question and cite where the answer stands.\n\nThe words are joined, so quotes are optional. "
        "With - one question a line is read from standard input; with --json each gives one JSON result, in order.",
    ),
    "help.search": (
        "Tìm các đoạn văn liên quan đến câu hỏi, đoạn phù hợp nhất trước.",
        "Find the passages that a question is about, best first.",
    ),
    "help.docs": ("Xem và xóa tài liệu trong thư viện.", "List, show and remove the documents of the library."),
    "help.docs.list": ("Liệt kê các tài liệu.", "List the documents."),
    "help.docs.show": (
        "In nguyên văn một tài liệu.\n\nKhi không in ra thiết bị đầu cuối, văn bản được giữ nguyên từng ký tự; "
        "--json cho thêm các thông tin về tài liệu.",
        "Print the text of a document.\n\nAway from a terminal the text is exact, character for character; "
        "--json adds what is known about the document.",
    ),
    "help.docs.remove": (
        "Xóa tài liệu khỏi thư viện; tệp gốc được giữ nguyên.",
        "Remove documents from the library; the original files stay.",
    ),
    "help.verify": (
        "Kiểm tra các trích dẫn đã lưu có còn đúng với thư viện.\n\nNhận một câu trả lời hoặc trích dẫn dạng JSON, "
        "hoặc mỗi dòng một JSON (JSONL). Mã thoát 0 khi mọi trích dẫn còn đúng, 1 khi có trích dẫn không còn đúng.",
        "Check saved citations against the library.\n\nReads an answer or a citation as JSON, or one JSON a line "
        "(JSONL). Exit code 0 when every citation holds, 1 when one does not.",
    ),
    "help.serve": (
        "Chạy máy chủ HTTP cho thư viện.\n\nMặc định chỉ máy này truy cập được. Địa chỉ khác đòi hỏi phải có khóa API "
        "(hoidap keys create) hoặc --insecure.",
        "Run the HTTP server over the library.\n\nBy default only this machine reaches it. Another address needs API "
        "keys (hoidap keys create) or --insecure.",
    ),
    "help.doctor": (
        "Kiểm tra thư viện và cho biết việc cần làm.\n\nMã thoát 0 khi nguyên vẹn, 3 khi hư hỏng.",
        "Examine the library and say what to do.\n\nExit code 0 when it is sound, 3 when it is damaged.",
    ),
    "help.backup": (
        "Sao lưu thư viện vào một thư mục mới, kể cả khi đang được sử dụng.",
        "Copy the library into a new directory, also while it is in use.",
    ),
    "help.keys": ("Quản lý khóa API của máy chủ HTTP.", "Manage the API keys of the HTTP server."),
    "help.keys.create": ("Tạo khóa và in ra đúng một lần.", "Make a key and print it once."),
    "help.keys.list": ("Liệt kê các khóa (không hiện giá trị).", "List the keys (never their secret)."),
    "help.keys.revoke": ("Thu hồi một khóa.", "Revoke a key."),
    "help.sites": (
        "Quản lý các trang được nhúng hộp hỏi đáp.\n\nMỗi trang có một mã công khai, chỉ để hỏi, "
        "gắn với đúng các nguồn (origin) đã nêu.",
        "Manage the sites that may embed the widget.\n\nEach has a public id that is good for asking only, from "
        "exactly the origins named.",
    ),
    "help.sites.add": ("Thêm một trang và in mã công khai của nó.", "Add a site and print its public id."),
    "help.sites.list": ("Liệt kê các trang.", "List the sites."),
    "help.sites.remove": (
        "Bỏ một trang: hộp hỏi đáp ở đó ngừng trả lời.",
        "Remove a site: its widget answers no more.",
    ),
    "help.feedback": ("Xem ý kiến của người dùng về các câu trả lời.", "Look at what people said of the answers."),
    "help.feedback.list": ("Liệt kê các ý kiến, cũ trước.", "List the opinions, oldest first."),
    "help.feedback.export": (
        "Xuất ý kiến thành câu hỏi đánh giá, mỗi dòng một JSON.\n\nÝ kiến chưa nêu câu trả lời đúng thì bỏ qua; "
        "số lượng được báo ra luồng lỗi chuẩn.",
        "Write the opinions as evaluation questions, one JSON a line.\n\nThose that give no right answer are left "
        "out; how many is said on standard error.",
    ),
    "help.feedback.clear": ("Xóa mọi ý kiến đã lưu.", "Delete every stored opinion."),
    "help.completion": (
        "In tập lệnh tự động hoàn thành lệnh cho bash, zsh hoặc fish.\n\nVí dụ: hoidap completion bash > "
        '~/.hoidap-complete.sh, rồi thêm "source ~/.hoidap-complete.sh" vào ~/.bashrc.',
        "Print the shell completion script for bash, zsh or fish.\n\nExample: hoidap completion bash > "
        '~/.hoidap-complete.sh, then add "source ~/.hoidap-complete.sh" to ~/.bashrc.',
    ),
}

PARAMETERS: dict[str, tuple[str, str]] = {
    "option.help": ("Hiện hướng dẫn này.", "Show this help."),
    "option.version": ("Hiện phiên bản.", "Show the version."),
    "option.json": ("In kết quả dạng JSON.", "Print the result as JSON."),
    "option.prune": (
        "Xóa khỏi thư viện những tài liệu mà tệp trong các thư mục đã nêu không còn nữa.",
        "Remove documents whose files under the given folders are gone.",
    ),
    "option.ask_limit": ("Số đoạn văn được đọc, từ 1 đến 50; mặc định 8.", "Passages to read, 1 to 50; default 8."),
    "option.document": (
        "Chỉ đọc tài liệu có mã này (như hoidap docs list cho biết).",
        "Read this document alone (its id, as hoidap docs list says).",
    ),
    "option.search_limit": ("Số đoạn văn cần tìm; mặc định 10.", "Passages to find; default 10."),
    "option.rerank": (
        "Đọc các đoạn tốt nhất trong tám đoạn đầu và xếp lại theo câu trả lời tìm thấy: đúng hơn, chậm hơn.",
        "Read the best of the first eight passages and order them by the answer found: better, and slower.",
    ),
    "option.contains": (
        "Chỉ những tài liệu có chuỗi này trong tên, mã hoặc nguồn.",
        "Only documents with this in their title, id or source.",
    ),
    "option.yes": ("Không hỏi lại.", "Do not ask for confirmation."),
    "option.rebuild": (
        "Dựng lại các chỉ mục từ cơ sở dữ liệu.",
        "Rebuild the derived indexes from the database.",
    ),
    "option.reembed": (
        "Tính lại vectơ cho toàn bộ văn bản bằng mô hình của --model; không có --model thì giữ mô hình của thư viện.",
        "Embed all texts again and move the library to the model of --model; without it, keep the library's own.",
    ),
    "option.role": (
        "Quyền của khóa: admin, ingest hoặc search; mặc định search.",
        "What the key may do: admin, ingest or search; default search.",
    ),
    "option.origin": (
        "Nguồn của trang, đúng như trình duyệt gửi, ví dụ https://intranet.example.vn; có thể nêu nhiều lần.",
        "Origin of its pages, exactly as browsers send it, like https://intranet.example.vn; may be repeated.",
    ),
    "option.site_rate": (
        "Số yêu cầu mỗi phút cho mỗi địa chỉ của người xem; mặc định 60; 0 là không giới hạn.",
        "Requests a minute for each visitor's address; default 60; 0 means no limit.",
    ),
    "argument.site_name": ("Tên trang, để người quản trị nhận ra.", "A name for the administrator to know it by."),
    "argument.site": ("Mã trang, như hoidap sites list cho biết.", "Site id, as hoidap sites list says."),
    "argument.paths": ("Tệp hoặc thư mục.", "Files or folders."),
    "argument.question": ("Câu hỏi, hoặc - để đọc từ đầu vào chuẩn.", "The question, or - to read standard input."),
    "argument.words": ("Câu hỏi hoặc từ khóa.", "A question or words."),
    "argument.document": ("Mã tài liệu, như hoidap docs list cho biết.", "Document id, as hoidap docs list says."),
    "argument.file": ("Tệp đã lưu, hoặc - cho đầu vào chuẩn.", "The saved file, or - for standard input."),
    "argument.target": ("Thư mục mới, chưa tồn tại.", "A new directory that does not exist yet."),
    "argument.name": ("Tên người hoặc nơi dùng khóa.", "Who or what uses the key."),
    "argument.key": ("Mã khóa, như hoidap keys list cho biết.", "Key id, as hoidap keys list says."),
    "argument.shell": ("Loại shell.", "The shell."),
    "heading.usage": ("Cách dùng: ", "Usage: "),
    "heading.options": ("Tùy chọn", "Options"),
    "heading.commands": ("Các lệnh", "Commands"),
    "heading.arguments": ("Đối số", "Arguments"),
    "help.default": ("mặc định: {value}", "default: {value}"),
}

VIETNAMESE_SETTINGS: dict[str, str] = {
    "data": "Thư mục của thư viện.",
    "lang": "Ngôn ngữ của thông báo: vi hoặc en; để trống thì theo thiết lập của hệ thống.",
    "model": "Mô hình nhúng: tên hay đường dẫn của sentence-transformers; để trống để dùng mô hình mà thư viện đã nhớ, "
    "hoặc mô hình kèm sẵn nếu là thư viện mới.",
    "download": "Cho phép tải mô hình của --model từ Hugging Face. Ngoài ra không có gì được tải về.",
    "reader": "Bộ đọc câu trả lời: để trống để dùng bộ đọc câu trả lời ngắn kèm sẵn, một thư mục chứa bộ đọc khác, "
    "hoặc `sentences` để trả lời bằng cả câu.",
    "abbreviations": "Tệp chữ viết tắt riêng (TSV: viết tắt, viết đầy đủ), bổ sung vào bảng có sẵn.",
    "wait": "Số giây chờ một tiến trình khác đang ghi vào thư viện.",
    "host": "Địa chỉ lắng nghe.",
    "port": "Cổng lắng nghe; 0 để tự chọn cổng trống.",
    "threads": "Số luồng xử lý yêu cầu của máy chủ.",
    "insecure": "Cho phép địa chỉ ngoài máy này mà không cần khóa API. Ai truy cập được cũng hỏi được.",
    "max_body": "Kích thước lớn nhất của một yêu cầu, tính bằng byte.",
    "rate": "Số yêu cầu mỗi phút cho mỗi khóa hoặc địa chỉ; 0 là không giới hạn.",
    "public_pages": "Cho mọi người truy cập được máy chủ dùng các trang mà không cần khóa.",
    "examples": "Tệp câu hỏi gợi ý cho trang hỏi đáp, mỗi dòng một câu; để trống thì dùng tên tài liệu.",
}

HELP: dict[str, tuple[str, str]] = {
    **COMMANDS,
    **PARAMETERS,
    **EVAL_HELP,
    # A setting without Vietnamese keeps working in English; test_messages.py fails until it has been translated.
    **{f"setting.{item.name}": (VIETNAMESE_SETTINGS.get(item.name, item.help), item.help) for item in SETTINGS},
}
