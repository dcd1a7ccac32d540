"""`hoidap eval` over a real library: what it reads, what it says, what it refuses; a page that loads nothing."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from qa.trial import Asking, Outcome, Trial
from tests.web.cli_program import QUESTION, index_seeds, invoke, on_terminal, parsed, run

CAN_THO = "003_a402cb938e9cf45f.txt"
SEEDS = Path(__file__).parents[2] / "seeds"
TEXT = (SEEDS / CAN_THO).read_bytes().decode()


def row(id_: str, question: str, doc: str | None = None, *answers: str, **more: Any) -> dict[str, Any]:
    accepted = [{"text": text, "start": TEXT.index(text)} for text in answers]
    return {"id": id_, "doc": doc, "question": question, "answers": accepted, "type": "count", "lang": "vi", **more}


ROWS = [
    row("one", QUESTION, CAN_THO, "54 tập thể", variant="bao nhieu tap the o Can Tho duoc khen thuong"),
    row("two", "How many individuals received certificates of merit in Can Tho?", CAN_THO, "78 cá nhân", lang="en"),
    row("three", "Giá vàng <script>alert('&')</script> hôm nay ở Nghệ An bao nhiêu?", type="none"),
    row("four", "Ai là Bí thư Thành ủy Hải Phòng?", type="none"),  # the library does say: a miss
]


def write_rows(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, for reading only."""
    return index_seeds(tmp_path_factory.mktemp("cli") / "library")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Four questions on the seeds."""
    return write_rows(tmp_path / "questions.jsonl", *ROWS)


def squad_file(path: Path) -> Path:
    contexts = {
        "Huế có sông Hương dài 80 km chảy qua giữa thành phố.": ("Sông Hương dài bao nhiêu km?", "80 km"),
        "Đà Lạt có hồ Xuân Hương rộng 25 ha ở giữa thành phố.": ("Hồ Xuân Hương rộng bao nhiêu?", "25 ha"),
    }
    paragraphs = []
    for at, (context, (question, answer)) in enumerate(contexts.items()):
        answers = [{"text": answer, "answer_start": context.index(answer)}]
        silent = {"id": f"s{at}", "question": "Ai xây cầu Vàng?", "answers": [], "is_impossible": True}
        paragraphs.append(
            {"context": context, "qas": [{"id": f"q{at}", "question": question, "answers": answers}, silent]}
        )
    path.write_text(json.dumps({"data": [{"title": "Nước", "paragraphs": paragraphs}]}), encoding="utf-8")
    return path


def beir_folder(folder: Path) -> Path:
    (folder / "qrels").mkdir(parents=True)
    corpus = [{"_id": name, "title": "", "text": f"{name} có bến xe."} for name in ("Huế", "Vinh", "Sa Pa")]
    write_rows(folder / "corpus.jsonl", *corpus)
    write_rows(
        folder / "queries.jsonl", *({"_id": f"q-{each['_id']}", "text": f"Bến xe {each['_id']}"} for each in corpus)
    )
    judged = "".join(f"q-{each['_id']}\t{each['_id']}\t1\n" for each in corpus)
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + judged, encoding="utf-8")
    return folder


# -- what is measured -------------------------------------------------------------------------------------------------


def test_questions_are_asked_of_the_open_library(library: Path, questions: Path) -> None:
    found = parsed("eval", questions, data=library)
    assert (found["datasets"], found["documents"], found["limit"], found["given"]) == (["questions.jsonl"], 5, 8, False)
    overall = found["overall"]
    assert (overall["questions"], overall["answerable"]["questions"], overall["unanswerable"]["questions"]) == (4, 2, 2)
    assert (overall["answerable"]["right"], overall["answerable"]["span_held"]) == (1.0, 1.0)
    assert overall["unanswerable"]["refused"] == 0.5
    assert overall["citations"] == overall["citations_valid"] > 0
    assert overall["retrieval"]["recall_10"] == 1.0
    assert set(found["by_form"]) == {"written", "chat", "english"}
    assert set(found["by_type"]) == {"count", "none"}
    assert [(each["id"], each["form"], each["miss"]) for each in found["questions"]] == [
        ("one", "written", False),
        ("one", "chat", False),
        ("two", "english", False),
        ("three", "written", False),
        ("four", "written", True),
    ]


def test_a_confidence_in_the_report_is_that_of_the_answer(library: Path, questions: Path) -> None:
    asked = parsed("ask", QUESTION, data=library)
    judged = parsed("eval", questions, data=library)["questions"][0]["answer"]
    assert judged["confidence"] == asked["confidence"]
    assert judged["candidate"] == asked["answers"][0]["text"]
    cited = asked["answers"][0]["citations"][0]
    assert judged["citation"] == {
        "document_id": cited["document_id"],
        "start": cited["start_char_index"],
        "end": cited["end_char_index"],
    }


@pytest.mark.parametrize(
    ("forms", "asked"),
    [
        ("all", {"written": 3, "toneless": 3, "nfd": 3, "tone": 3, "chat": 3, "english": 1}),
        ("toneless, nfd", {"toneless": 3, "nfd": 3}),
        ("english", {"english": 1}),
    ],
)
def test_the_forms_asked_for_are_asked(library: Path, questions: Path, forms: str, asked: dict[str, int]) -> None:
    found = parsed("eval", questions, "--forms", forms, data=library)
    assert {form: scores["questions"] for form, scores in found["by_form"].items()} == asked


def test_documents_of_a_folder_are_indexed_for_now_only(tmp_path: Path, questions: Path) -> None:
    found = parsed("eval", questions, "--docs", SEEDS, data=tmp_path / "none")
    assert found["overall"]["answerable"]["right"] == 1.0
    assert not (tmp_path / "none").exists()


def test_files_that_index_would_skip_are_named_and_the_rest_is_measured(tmp_path: Path, questions: Path) -> None:
    folder = Path(shutil.copytree(SEEDS, tmp_path / "docs"))
    (folder / "rong.txt").write_bytes(b"")
    (folder / "anh.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    (folder / b"t\xff.txt".decode(errors="surrogateescape")).write_text("Một văn bản.", encoding="utf-8")
    result = invoke("eval", questions, "--docs", folder, "--json", data=tmp_path / "none")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert found["documents"] == len(list(SEEDS.iterdir()))
    assert found["overall"]["answerable"]["right"] == 1.0
    assert f"Skipped {folder / 'rong.txt'}: the file holds no text (leave it out" in result.stderr
    assert f"Skipped {folder / 'anh.txt'}: not a text file (a NUL byte at offset 8) (only text" in result.stderr
    assert "the file's name is not UTF-8" in result.stderr
    assert result.stderr.endswith(
        "Left out of --docs: 3 (reasons above); the figures are without them. Exit code: 2.\n"
    )
    index = parsed("index", folder, data=tmp_path / "library", code=2)
    assert found["skipped"] == index["skipped"]


def test_a_folder_without_texts_stops_nothing_where_another_has_some(tmp_path: Path, questions: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = invoke(
        "eval", questions, "--docs", tmp_path / "empty", "--docs", SEEDS, data=tmp_path / "none", HOIDAP_LANG="vi"
    )
    assert result.exit_code == 2
    assert result.stdout.startswith("Đánh giá: questions.jsonl")
    assert f"Bỏ qua {tmp_path / 'empty'}: thư mục không có tệp văn bản nào\n" in result.stderr


def test_distractors_may_be_added_and_files_given_together(tmp_path: Path, questions: Path) -> None:
    others = write_rows(
        tmp_path / "others.jsonl", {"id": "x", "text": "Tin\n\nTrời mưa."}, {"id": "y", "text": "Nắng."}
    )
    more = write_rows(tmp_path / "more.jsonl", row("five", "Ai?", type="none"))
    found = parsed("eval", questions, more, "--docs", SEEDS, "--docs", others, data=tmp_path / "none")
    assert found["documents"] == len(list(SEEDS.iterdir())) + 2
    assert found["overall"]["questions"] == 5
    assert found["datasets"] == ["questions.jsonl", "more.jsonl"]


def test_squad_brings_its_own_documents(tmp_path: Path) -> None:
    path = squad_file(tmp_path / "dev.json")
    found = parsed("eval", path, data=tmp_path / "none")
    assert (found["documents"], found["overall"]["questions"]) == (2, 4)
    assert found["overall"]["retrieval"]["recall_1"] == 1.0
    assert found["overall"]["answerable"]["span_held"] == 1.0
    given = parsed("eval", path, "--given", "--threshold", "0", data=tmp_path / "none")
    assert given["overall"]["retrieval"]["questions"] == 0
    assert (given["overall"]["answerable"]["right"], given["overall"]["answerable"]["refused"]) == (1.0, 0.0)
    assert (given["threshold"], given["overall"]["unanswerable"]["refused"]) == (0.0, 0.0)
    for each in given["questions"]:
        assert each["answer"]["citation"]["document_id"] == each["document"]


def test_beir_is_for_retrieval_alone(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    found = parsed("eval", folder, data=tmp_path / "none")
    assert (found["overall"]["retrieval"]["recall_1"], found["overall"]["em"]) == (1.0, None)
    assert [each["answer"] for each in found["questions"]] == [None] * 3
    shown = invoke("eval", folder, data=tmp_path / "none").stdout
    assert "Retrieval: where the right documents stand" in shown
    assert "AUROC" not in shown


def test_with_given_a_question_without_a_document_is_left_out_and_that_is_said(library: Path, questions: Path) -> None:
    result = invoke("eval", questions, "--given", "--json", data=library)
    assert result.stderr == "Questions left out, as they name no document to be read with --given: 2.\n"
    assert json.loads(result.stdout)["overall"]["questions"] == 2


# -- what is said -----------------------------------------------------------------------------------------------------


def test_the_tables_are_aligned(library: Path, questions: Path) -> None:
    shown = invoke("eval", questions, data=library)
    assert (shown.exit_code, shown.stderr) == (0, "")
    table = re.search(r"Questions that the documents answer\n((?:.+\n)+)", shown.stdout)
    assert table is not None
    header, first, *_ = rows = table[1].splitlines()
    assert header.split()[:4] == ["Group", "Number", "EM", "F1"]
    assert first.split()[:2] == ["All", "2"]
    assert len({len(line) for line in rows}) == 1
    assert "Wrong, or wrongly refused: 1 of 5 askings." in shown.stdout


def test_the_tables_are_vietnamese_for_a_vietnamese(library: Path, questions: Path) -> None:
    shown = invoke("eval", questions, data=library, HOIDAP_LANG="vi").stdout
    assert shown.startswith("Đánh giá: questions.jsonl\n5 tài liệu, ")
    assert re.search(r"^Tất cả +2 +[01],\d{3}", shown, re.MULTILINE)
    assert "tiếng Anh" in shown


class Page(HTMLParser):
    """Take a page apart: every element, every attribute that could load something, the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.loads: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and what it would load."""
        self.elements.append(tag)
        self.loads += [name for name, _ in attrs if name in {"src", "href", "action", "data"} or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Note the text."""
        self.words.append(data)


def test_the_page_loads_nothing_and_escapes_everything(library: Path, questions: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    write_rows(questions, *ROWS[:3], {**ROWS[3], "id": "<b>four</b>", "type": "<u>none", "lang": "\x1b[31mvi"})
    result = invoke("eval", questions, "--html", target, "--threshold", "0", data=library)
    assert (result.exit_code, result.stderr) == (0, f"The report was written to {target}\n")
    text = target.read_text(encoding="utf-8")
    page = Page(text)
    assert page.loads == []
    assert not {"script", "link", "img", "iframe", "b", "i", "u"} & set(page.elements)
    assert page.elements.count("svg") == 2
    assert page.elements.count("desc") == 2
    assert "\x1b" not in text
    assert "default-src 'none'" in text
    words = " ".join(page.words)
    assert "<b>four</b> – as written" in words
    assert "Giá vàng <script>alert('&')</script> hôm nay" in words
    assert "Lê Tiến Châu" in words  # what was given, and its passage
    assert QUESTION not in words  # no miss
    assert "Risk-coverage curve: of the" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["questions.jsonl", "report.html"]


def test_a_page_is_written_where_nothing_went_wrong(library: Path, tmp_path: Path) -> None:
    questions = write_rows(tmp_path / "q.jsonl", ROWS[0])
    target = tmp_path / "báo cáo.html"
    assert invoke("eval", questions, "--html", target, data=library, HOIDAP_LANG="vi").exit_code == 0
    text = target.read_text(encoding="utf-8")
    assert '<html lang="vi">' in text
    assert "Không có câu nào sai." in text


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--forms", "loud"], "there is no form loud"),
        (["--threshold", "2"], "--threshold must be from 0 to 1, not 2.0"),
        (["--limit", "51"], "--limit must be from 1 to 50, not 51"),
        (["--html", "nowhere/report.html"], "the report cannot be written to nowhere/report.html"),
        (["--docs", "nowhere"], "nowhere"),
        (["nowhere.jsonl"], "nowhere.jsonl"),
        ([""], "''"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    library: Path, questions: Path, arguments: list[str], complaint: str
) -> None:
    result = invoke("eval", questions, *arguments, data=library)
    assert (result.exit_code, result.stdout) == (2, "")
    assert complaint in result.stderr


def test_where_no_document_can_be_read_it_stops(library: Path, questions: Path, tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "rong.txt").write_bytes(b"")
    (folder / "anh.txt").write_bytes(b"\x89PNG\x00")
    result = invoke("eval", questions, "--docs", folder, data=library)  # never measured on the library instead
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: --docs has no readable document (skipped: 2, reasons above)" in result.stderr
    assert result.stderr.count("Skipped ") == 2


def test_a_question_about_a_file_that_was_skipped_stops_it(tmp_path: Path, questions: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / CAN_THO).write_bytes(b"")
    (tmp_path / "docs" / "a.txt").write_text("Một văn bản.", encoding="utf-8")
    result = invoke("eval", questions, "--docs", tmp_path / "docs", data=tmp_path / "none")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{CAN_THO}: the file holds no text" in result.stderr
    assert "questions that name a document that is not there: 2" in result.stderr


def test_a_broken_row_is_named_with_its_line(library: Path, questions: Path) -> None:
    questions.write_text(json.dumps(ROWS[0]) + "\n{\n", encoding="utf-8")
    result = invoke("eval", questions, data=library, HOIDAP_LANG="vi")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{questions}, line 2: not JSON" in result.stderr


def test_offsets_beside_the_answer_stop_it_and_loose_lets_it_run(library: Path, questions: Path) -> None:
    wrong = {**ROWS[0], "answers": [{"text": "54 tập thể", "start": 7}]}
    write_rows(questions, wrong)
    result = invoke("eval", questions, data=library)
    assert result.exit_code == 2
    assert f"answers that do not stand where their offsets say: 1 ({questions}, line 1: at 7" in result.stderr
    assert "--loose" in result.stderr
    loose = parsed("eval", questions, "--loose", data=library)
    assert loose["overall"]["retrieval"]["recall_10"] == 1.0
    assert loose["overall"]["answerable"]["span_overlap"] == 0.0


def test_a_document_that_is_not_in_the_library_stops_it(library: Path, questions: Path) -> None:
    write_rows(questions, {**ROWS[0], "doc": "nowhere.txt"})
    result = invoke("eval", questions, data=library)
    assert result.exit_code == 2
    assert f'questions that name a document that is not there: 1 ({questions}, line 1: "nowhere.txt")' in result.stderr
    assert "--docs" in result.stderr


def test_no_library_and_no_documents_is_said(tmp_path: Path, questions: Path) -> None:
    result = invoke("eval", questions, data=tmp_path / "none")
    assert result.exit_code == 2
    assert "there is no library" in result.stderr


def test_beir_does_not_mix(tmp_path: Path, questions: Path) -> None:
    folder = beir_folder(tmp_path / "set")
    for arguments in ([questions], ["--given"], ["--docs", SEEDS]):
        result = invoke("eval", folder, *arguments, data=tmp_path / "none")
        assert result.exit_code == 2
        assert "the BEIR set set measures retrieval alone" in result.stderr


def test_no_question_in_the_forms_asked_for_is_said(library: Path, questions: Path) -> None:
    write_rows(questions, ROWS[0])
    result = invoke("eval", questions, "--forms", "english", data=library)
    assert result.exit_code == 2
    assert "there is no question in the forms asked for (english)" in result.stderr


def test_two_texts_under_one_name_are_refused(tmp_path: Path) -> None:
    first = tmp_path / "a.jsonl"
    write_rows(first, {"id": "x", "text": "Một."}, {"id": "x", "text": "Hai."})
    questions = write_rows(tmp_path / "q.jsonl", row("q", "Ai?"))
    result = invoke("eval", questions, "--docs", first, data=tmp_path / "none")
    assert result.exit_code == 2
    assert f'{first}, line 2: a document "x" was read from {first}, line 1 already' in result.stderr


def test_two_files_of_one_name_are_refused_with_their_places(tmp_path: Path) -> None:
    for folder, text in (("a", "Một."), ("b", "Hai.")):
        (tmp_path / "docs" / folder).mkdir(parents=True)
        (tmp_path / "docs" / folder / "x.txt").write_text(text, encoding="utf-8")
    questions = write_rows(tmp_path / "q.jsonl", row("q", "Ai?"))
    result = invoke("eval", questions, "--docs", tmp_path / "docs", data=tmp_path / "none")
    assert result.exit_code == 2
    places = f"({tmp_path / 'docs' / 'a' / 'x.txt'}, {tmp_path / 'docs' / 'b' / 'x.txt'})"
    assert f"two different documents have the id x.txt {places}; rename one" in result.stderr


# -- what stops it ----------------------------------------------------------------------------------------------------


def test_ctrl_c_leaves_no_page_and_says_how_far_it_came(
    library: Path, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Trial, askings: list[Asking]) -> Iterator[Outcome]:
        yield self.outcome(askings[0])
        raise KeyboardInterrupt

    monkeypatch.setattr(Trial, "run", interrupted)
    result = invoke("eval", questions, "--html", tmp_path / "r.html", "--json", data=library)
    assert result.exit_code == 130
    assert json.loads(result.stdout) == {"interrupted": True, "asked": 1, "total": 5}
    assert result.stderr.startswith("Stopped: 1 of 5 askings were done and no report was written")
    assert [path.name for path in tmp_path.iterdir()] == ["questions.jsonl"]


def test_ctrl_c_before_the_first_question_is_said_too(
    questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.library.Library.add", interrupted)
    result = invoke("eval", questions, "--docs", SEEDS, data=tmp_path / "none")
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr.startswith("Stopped before the first question was asked; no report was written")


def test_a_bar_is_shown_on_a_terminal_and_taken_away(library: Path, questions: Path) -> None:
    screen = on_terminal(["eval", questions], library, NO_COLOR="1", HOIDAP_LANG="en")
    assert screen.code == 0
    assert "Asking [########################] 5/5" in screen.text
    assert "Asking" not in screen.text.split("Evaluation: ")[1]


def test_figures_are_shown_though_the_page_cannot_be_written(
    library: Path, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> None:
        path.with_name(path.name + ".new").write_bytes(data[:10])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("web.commands.eval.replace_durably", full)
    result = invoke("eval", questions, "--html", tmp_path / "r.html", data=library)
    assert result.exit_code == 2
    assert "Questions that the documents answer" in result.stdout
    assert "No space left on device" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["questions.jsonl"]


def test_measuring_imports_no_torch_and_no_server(library: Path, questions: Path) -> None:
    done = run("eval", "--json", questions, data=library, PYTHONVERBOSE="", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 0
    assert json.loads(done.stdout)["overall"]["questions"] == 4
    imported = set(re.findall(rb"\| +(\w+)", done.stderr))
    assert b"qa" in imported
    assert not {b"torch", b"flask", b"scipy", b"sklearn"} & imported
