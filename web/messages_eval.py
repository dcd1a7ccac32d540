"""Hold the sentences of `hoidap eval`: key -> (vi, en)."""

from __future__ import annotations

EVAL: dict[str, tuple[str, str]] = {
    "eval.indexing": ("Đang lập chỉ mục tạm", "Indexing for now"),
    "eval.asking": ("Đang hỏi", "Asking"),
    "eval.interrupted": (
        "Đã dừng: mới hỏi {asked}/{total} lượt, chưa ghi báo cáo nào; thư viện không bị thay đổi.",
        "Stopped: {asked} of {total} askings were done and no report was written; the library is as it was.",
    ),
    "eval.interrupted_early": (
        "Đã dừng trước khi hỏi câu nào; chưa ghi báo cáo nào; thư viện không bị thay đổi.",
        "Stopped before the first question was asked; no report was written; the library is as it was.",
    ),
    "eval.legend": (
        "R@k: phần câu hỏi có đoạn chứa đáp án trong k đoạn đầu. EM, F1: khớp từng chữ, khớp một phần (theo SQuAD); "
        "câu bị từ chối tính 0. F1 ứng viên: tính cả khi bị từ chối. Đúng: trích dẫn chứa đáp án, hoặc F1 từ 0,5 "
        "mà không khác số, ngày hay tên. "
        "AUROC: độ tin cậy tách đúng với sai tốt đến đâu (0,5 là ngẫu nhiên). ECE, Brier, AURC: càng nhỏ càng tốt.",
        "R@k: share of the questions with a passage that holds the answer among the first k. EM, F1: the same words, "
        "words in common (SQuAD); what is refused counts 0. F1 cand.: also where refused. Right: the citation holds an "
        "accepted span, or F1 is at least 0.5 without another number, date or name. "
        "AUROC: how well confidence tells right from wrong (0.5 is chance). "
        "ECE, Brier, AURC: the smaller the better.",
    ),
    "eval.left_out": (
        "Bỏ qua {count} câu hỏi không nêu tài liệu: --given chỉ đọc tài liệu đã nêu.",
        "Questions left out, as they name no document to be read with --given: {count}.",
    ),
    "eval.nothing": (
        "không có câu hỏi nào ở dạng đã chọn ({forms})",
        "there is no question in the forms asked for ({forms})",
    ),
    "eval.bad_form": ("không có dạng câu hỏi {form}", "there is no form {form}"),
    "eval.bad_form_hint": ("chọn all hoặc một số trong: {forms}", "choose all, or some of: {forms}"),
    "eval.bad_threshold": (
        "--threshold phải từ 0 đến 1, không phải {value}",
        "--threshold must be from 0 to 1, not {value}",
    ),
    "eval.bad_limit": (
        "--limit phải từ 1 đến {most}, không phải {value}",
        "--limit must be from 1 to {most}, not {value}",
    ),
    "eval.beir_alone": (
        "bộ BEIR ({name}) chỉ để đo việc tìm kiếm: hãy chạy riêng từng bộ, không kèm --docs hay --given",
        "the BEIR set {name} measures retrieval alone: run it by itself, without --docs or --given",
    ),
    "eval.no_folder": (
        "không ghi được báo cáo vào {path}: thư mục {folder} không tồn tại, hoặc đích là một thư mục",
        "the report cannot be written to {path}: there is no folder {folder}, or a folder is named",
    ),
    "eval.two_texts": (
        "hai tài liệu khác nhau cùng mang mã {id} ({one}, {other}); hãy đặt lại tên một tài liệu",
        "two different documents have the id {id} ({one}, {other}); rename one of them",
    ),
    "eval.no_text_file": ("thư mục không có tệp văn bản nào", "the folder holds no text file"),
    "eval.none_readable": (
        "--docs không có tài liệu nào đọc được (đã bỏ qua {count}, lý do ở trên)",
        "--docs has no readable document (skipped: {count}, reasons above)",
    ),
    "eval.none_readable_hint": (
        "nêu thư mục chứa tệp .txt hoặc .md, hoặc tệp JSONL có id và text",
        "name a folder of .txt or .md files, or JSONL of id and text",
    ),
    "eval.some_skipped": (
        "Đã bỏ qua {count} mục của --docs (lý do ở trên); số liệu không gồm các mục đó. Mã thoát: 2.",
        "Left out of --docs: {count} (reasons above); the figures are without them. Exit code: 2.",
    ),
    "calibrate.no_questions": (
        "thiếu tệp câu hỏi: hoidap calibrate QUESTIONS.jsonl (xem docs/evaluation.md), hoặc --reset",
        "no file of questions: hoidap calibrate QUESTIONS.jsonl (see docs/evaluation.md), or --reset",
    ),
    "calibrate.bad_share": (
        "--most-refused phải từ 0 đến dưới 1, không phải {value}",
        "--most-refused must be from 0 to below 1, not {value}",
    ),
    "calibrate.interrupted": (
        "Đã dừng; độ tin cậy vẫn như trước.",
        "Stopped; confidence is as it was.",
    ),
    "calibrate.reset": (
        "Đã trở lại độ tin cậy đi kèm chương trình. Hãy khởi động lại máy chủ đang chạy (nếu có).",
        "Back to the confidence that came with the program. Restart a server that is running.",
    ),
    "calibrate.nothing_to_reset": (
        "Thư viện này chưa có hiệu chỉnh riêng.",
        "This library has no calibration of its own.",
    ),
    "calibrate.asked": ("Đã hỏi {count} lượt.", "{count} askings."),
    "calibrate.before": (
        "Trước: ECE {calibration_error}, AUROC {auroc}; ngưỡng {threshold} từ chối {answerable_refused} câu có đáp án, "
        "{unanswerable_refused} câu không có.",
        "Before: ECE {calibration_error}, AUROC {auroc}; the threshold {threshold} refuses {answerable_refused} of the "
        "answerable questions, {unanswerable_refused} of the others.",
    ),
    "calibrate.after": (
        "Sau (kiểm định chéo): ECE {calibration_error}, AUROC {auroc}; ngưỡng {threshold} từ chối {answerable_refused} "
        "câu có đáp án, {unanswerable_refused} câu không có.",
        "After (cross-validated): ECE {calibration_error}, AUROC {auroc}; the threshold {threshold} refuses "
        "{answerable_refused} of the answerable questions, {unanswerable_refused} of the others.",
    ),
    "calibrate.no_better": (
        "Độ tin cậy không sát hơn bản có sẵn (ECE không giảm): hãy thêm câu hỏi; hoidap calibrate --reset để trở lại.",
        "Confidence is no nearer to the truth than the built-in one's (ECE did not fall): give more questions; "
        "hoidap calibrate --reset goes back.",
    ),
    "calibrate.written": (
        "Đã ghi {path}. Hãy khởi động lại máy chủ đang chạy (nếu có).",
        "Written to {path}. Restart a server that is running.",
    ),
    "calibrate.not_written": ("Chưa ghi gì (--dry-run).", "Nothing was written (--dry-run)."),
    "eval.title": ("Đánh giá: {names}", "Evaluation: {names}"),
    "eval.about": (
        "{documents} tài liệu, {passages} đoạn; mô hình {model}; đọc {limit} đoạn; ngưỡng tin cậy {threshold}",
        "{documents} documents, {passages} passages; model {model}; {limit} passages read; threshold {threshold}",
    ),
    "eval.about_given": (
        "đọc chính tài liệu đã nêu, không tìm kiếm; mô hình {model}; ngưỡng tin cậy {threshold}",
        "the document given is read, nothing is retrieved; model {model}; threshold {threshold}",
    ),
    "eval.retrieval": (
        "Tìm kiếm: đoạn chứa đáp án đứng ở đâu",
        "Retrieval: where the passage with the answer stands",
    ),
    "eval.retrieval_documents": (
        "Tìm kiếm: tài liệu đúng đứng ở đâu",
        "Retrieval: where the right documents stand",
    ),
    "eval.answerable": ("Câu hỏi có đáp án trong tài liệu", "Questions that the documents answer"),
    "eval.silence": ("Từ chối và độ tin cậy, trên mọi câu hỏi", "Silence and confidence, over all questions"),
    "eval.service": ("Trích dẫn và thời gian", "Citations and time"),
    "eval.group": ("Nhóm", "Group"),
    "eval.count": ("Số câu", "Number"),
    "eval.candidate_f1": ("F1 ứng viên", "F1 cand."),
    "eval.equal": ("trùng khoảng", "same span"),
    "eval.overlap": ("giao nhau", "overlap"),
    "eval.held": ("chứa đáp án", "held"),
    "eval.right": ("đúng", "right"),
    "eval.refused": ("từ chối", "refused"),
    "eval.unanswerable": ("không đáp án", "unansw."),
    "eval.rightly_refused": ("đã từ chối", "refused"),
    "eval.ece_mass": ("ECE đều", "ECE mass"),
    "eval.valid": ("trích dẫn đúng", "valid citations"),
    "eval.all": ("Tất cả", "All"),
    "eval.form_written": ("như đã viết", "as written"),
    "eval.form_toneless": ("không dấu", "toneless"),
    "eval.form_nfd": ("NFD", "NFD"),
    "eval.form_tone": ("đặt dấu kiểu khác", "other tone placement"),
    "eval.form_chat": ("kiểu chat", "chat"),
    "eval.form_english": ("tiếng Anh", "English"),
    "eval.type": ("loại {kind}", "type {kind}"),
    "eval.no_type": ("(không ghi loại)", "(no type)"),
    "eval.misses": (
        "Sai hoặc từ chối nhầm: {misses}/{total} lượt hỏi. Xem từng câu: --html TỆP hoặc --json.",
        "Wrong, or wrongly refused: {misses} of {total} askings. See each with --html FILE or --json.",
    ),
    "eval.written": ("Đã ghi báo cáo vào {path}", "The report was written to {path}"),
    "eval.curve": ("Rủi ro theo độ phủ", "Risk over coverage"),
    "eval.curve_alt": (
        "Đường rủi ro–độ phủ: trả lời {some}% câu chắc chắn nhất thì {low}% sai; trả lời tất cả thì {all}% sai.",
        "Risk-coverage curve: of the {some}% answered with most confidence {low}% are wrong; of all, {all}%.",
    ),
    "eval.coverage": ("độ phủ", "coverage"),
    "eval.risk": ("rủi ro (phần sai)", "risk (share wrong)"),
    "eval.reliability": ("Biểu đồ độ tin cậy", "Reliability diagram"),
    "eval.reliability_alt": (
        "Biểu đồ độ tin cậy: phần trả lời đúng trong từng khoảng tin cậy; số liệu ở bảng bên dưới.",
        "Reliability diagram: the share of right answers in each bin of confidence; the table below has the figures.",
    ),
    "eval.confidence": ("độ tin cậy", "confidence"),
    "eval.share_right": ("phần đúng", "share right"),
    "eval.bin": ("khoảng", "bin"),
    "eval.miss_list": ("Những câu sai hoặc từ chối nhầm", "Misses"),
    "eval.no_misses": ("Không có câu nào sai.", "There is none."),
    "eval.question": ("Câu hỏi", "Question"),
    "eval.expected": ("Đáp án", "Expected"),
    "eval.given": ("Đã trả lời", "Given"),
    "eval.passage": ("Đoạn văn", "Passage"),
    "eval.expects_silence": ("(không có đáp án)", "(no answer)"),
    "eval.gave_silence": ("(từ chối; ứng viên: {candidate})", "(refused; candidate: {candidate})"),
}

EVAL_HELP: dict[str, tuple[str, str]] = {
    "help.eval": (
        "Đo chất lượng tìm kiếm, trả lời và từ chối trên một bộ câu hỏi có đáp án.\n\nĐọc JSONL của HoiDap, "
        "SQuAD 1.1/2.0 (JSON) và thư mục BEIR. Câu hỏi JSONL hỏi trên thư viện đang mở, hoặc trên tài liệu của --docs "
        "(lập chỉ mục tạm). Ý nghĩa từng con số: docs/evaluation.md.",
        "Measure finding, answering and silence on questions whose answers are known.\n\nReads HoiDap's JSONL, SQuAD "
        "1.1/2.0 JSON and BEIR folders. Questions in JSONL are asked of the open library, or of the documents of "
        "--docs (indexed for now). What each figure means: docs/evaluation.md.",
    ),
    "help.calibrate": (
        "Chỉnh độ tin cậy và ngưỡng từ chối theo câu hỏi có đáp án của chính bạn.\n\nCần ít nhất 20 câu, trong đó có "
        "câu mà tài liệu không trả lời. Kết quả được lưu cạnh thư viện (calibration.json). Xem docs/evaluation.md.",
        "Fit confidence, and when to be silent, to your own questions.\n\nAt least 20 are needed, some of which your "
        "documents do not answer. The result is kept beside the library (calibration.json). See docs/evaluation.md.",
    ),
    "argument.questions": (
        "Tệp câu hỏi như của hoidap eval.",
        "Files of questions, as for hoidap eval.",
    ),
    "option.most_refused": (
        "Phần câu có đáp án được phép từ chối; ngưỡng cao nhất còn giữ được mức này sẽ được chọn.",
        "Share of the answerable questions that may be refused; the highest threshold that keeps to it is taken.",
    ),
    "option.calibrate_dry_run": (
        "Chỉ cho xem kết quả, không ghi.",
        "Show what would come of it, and write nothing.",
    ),
    "option.reset": (
        "Bỏ hiệu chỉnh riêng, trở lại độ tin cậy đi kèm chương trình.",
        "Drop the library's own calibration and go back to the one that came with the program.",
    ),
    "argument.datasets": (
        "Tệp câu hỏi (JSONL, JSON của SQuAD; có thể nén .gz) hoặc thư mục BEIR.",
        "Files of questions (JSONL, SQuAD's JSON; .gz too) or a BEIR folder.",
    ),
    "option.eval_docs": (
        "Thư mục tệp văn bản (mã tài liệu là tên tệp), hoặc JSONL id, text, title; dùng được nhiều lần.",
        "A folder of text files (a file's name is its id), or JSONL of id, text, title; may be repeated.",
    ),
    "option.forms": (
        "Dạng câu hỏi: all, hoặc vài dạng cách nhau bằng dấu phẩy trong written, toneless, nfd, tone, chat, english; "
        "mặc định là các dạng có sẵn trong bộ câu hỏi.",
        "Forms of the questions: all, or some of written, toneless, nfd, tone, chat, english, with commas between; "
        "by default those that the set itself has.",
    ),
    "option.given": (
        "Trả lời từ chính tài liệu (đoạn) đã nêu của mỗi câu hỏi, không tìm kiếm.",
        "Answer each question from its given document (paragraph), without retrieving.",
    ),
    "option.loose": (
        "Đáp án có vị trí không khớp thì chỉ xét theo chữ, thay vì báo lỗi.",
        "Judge answers whose offsets do not match by their words, instead of stopping.",
    ),
    "option.threshold": (
        "Độ tin cậy tối thiểu để trả lời, từ 0 đến 1; 0 là không bao giờ từ chối; mặc định như hoidap ask.",
        "Least confidence for an answer, 0 to 1; 0 never refuses; default as hoidap ask has it.",
    ),
    "option.html": (
        "Ghi báo cáo HTML (một tệp, không script, không cần mạng).",
        "Write a report as HTML (one file, no scripts, no network).",
    ),
}
