"""Asking and searching over a real library of the seeds, one question or many; every citation is a slice."""

from __future__ import annotations

import json
import shutil
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from tests.web.cli_program import NONSENSE, QUESTION, ids, index_seeds, invoke, json_lines, parsed

QUESTIONS = [
    QUESTION,
    "co bao nhieu don vi duoc khen thuong o Can Tho",
    "Ai là Bí thư Thành ủy Hải Phòng?",
    "UBND thành phố Cần Thơ tặng bằng khen cho bao nhiêu cá nhân?",
    "How many collectives were commended in Can Tho?",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, for reading only."""
    return index_seeds(tmp_path_factory.mktemp("cli") / "library")


def test_an_answer_names_its_sentence_its_document_and_its_place(library: Path) -> None:
    result = invoke("ask", QUESTION, data=library)
    assert result.exit_code == 0
    assert "54 tập thể" in result.stdout
    assert "«" in result.stdout
    assert "Source: Cần Thơ: Nhân rộng cách làm hay, hiệu quả trong học tập, làm theo Bác" in result.stdout
    answer = parsed("ask", QUESTION, data=library)["answers"][0]["citations"][0]
    place = f"{answer['document_id']}, characters {answer['start_char_index']}–{answer['end_char_index']}"
    assert f"Place: {place}" in result.stdout
    assert "Confidence: " in result.stdout
    assert "\x1b" not in result.stdout


def test_quotes_are_optional(library: Path) -> None:
    assert parsed("ask", *QUESTION.split(), data=library)["question"] == QUESTION
    result = invoke("ask", *QUESTION.split(), data=library)
    assert result.stdout == invoke("ask", QUESTION, data=library).stdout


def test_expansions_are_shown(library: Path) -> None:
    result = invoke("ask", "UBND thành phố Cần Thơ tặng gì?", data=library, HOIDAP_LANG="vi")
    assert "Đã hiểu: UBND → ủy ban nhân dân" in result.stdout


def test_no_answer_says_so_and_how_to_go_on(library: Path) -> None:
    result = invoke("ask", NONSENSE, data=library)
    assert result.exit_code == 1
    assert "do not answer this question" in result.stdout
    assert "Hint: ask again in words that the documents use" in result.stdout
    found = parsed("ask", NONSENSE, data=library, code=1)
    assert (found["status"], found["answers"]) == ("no_answer", [])


def test_flags_may_stand_before_the_command_too(library: Path, tmp_path: Path) -> None:
    result = invoke("--data", library, "--json", "--lang", "vi", "ask", QUESTION, data=tmp_path / "elsewhere")
    assert json.loads(result.stdout)["status"] == "answered"
    result = invoke("--data", tmp_path, "ask", QUESTION, "--data", library, data=tmp_path / "elsewhere")
    assert result.exit_code == 0


@pytest.mark.parametrize("question", ["", "   ", "x" * 1001, "a\x00b", "a\udcffb"])
def test_what_is_no_question_is_bad_input(question: str, library: Path) -> None:
    result = invoke("ask", question, data=library)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_blank_question_is_refused_in_vietnamese(command: str, library: Path) -> None:
    result = invoke(command, " ", data=library, HOIDAP_LANG="vi")
    assert result.exit_code == 2
    assert "câu hỏi để trống" in result.stderr
    assert "Gợi ý: nêu câu hỏi" in result.stderr


def test_a_library_without_passages_says_so(library: Path, tmp_path: Path) -> None:
    empty = shutil.copytree(library, tmp_path / "library")
    parsed("docs", "remove", *ids(empty).values(), "--yes", data=empty)
    for arguments, stdin in ((["ask", QUESTION], None), (["search", QUESTION], None), (["ask", "-"], QUESTION)):
        result = invoke(*arguments, data=empty, stdin=stdin)
        assert result.exit_code == 1
        assert "The library holds no passages: it is empty or still being built." in result.stdout
        assert "hoidap index" in result.stdout
        said = invoke(*arguments, "--json", data=empty, stdin=stdin)
        assert said.exit_code == 1
        assert json.loads(said.stdout)["passages"] == []
        assert "The library holds no passages" in said.stderr


@pytest.mark.parametrize("limit", ["0", "-1", "51"])
def test_a_limit_out_of_range_is_bad_input(limit: str, library: Path) -> None:
    assert invoke("ask", QUESTION, "--limit", limit, data=library).exit_code == 2


def test_the_limit_is_the_number_of_passages(library: Path) -> None:
    assert len(parsed("ask", QUESTION, "--limit", "3", data=library)["passages"]) <= 3
    assert len(parsed("search", QUESTION, "--limit", "2", data=library)["passages"]) == 2


def test_without_a_library_the_next_step_is_named(tmp_path: Path) -> None:
    result = invoke("ask", QUESTION, data=tmp_path / "none", HOIDAP_LANG="vi")
    assert result.exit_code == 2
    assert "Lỗi: Thư mục dữ liệu chưa có thư viện" in result.stderr
    assert "Gợi ý: lập thư viện trước: hoidap index ĐƯỜNG_DẪN" in result.stderr
    error = json.loads(invoke("ask", QUESTION, "--json", data=tmp_path / "none").stderr)["error"]
    assert error["code"] == "no_library"


def test_many_questions_give_one_line_each_in_order_and_a_bad_one_does_not_stop_the_rest(library: Path) -> None:
    lines = [QUESTION.encode(), b"", b"\xff\xfe", b"x" * 1001, b"y" * 200_000, NONSENSE.encode(), QUESTIONS[2].encode()]
    result = invoke("ask", "--json", "-", data=library, stdin=b"\xef\xbb\xbf" + b"\r\n".join(lines))
    found = json_lines(result.stdout_bytes)
    assert result.exit_code == 2
    assert [each.get("status", "error") for each in found] == [
        "answered", "error", "error", "error", "error", "no_answer", "answered",
    ]  # fmt: skip
    assert found[0]["question"] == QUESTION
    assert {each["error"]["code"] for each in found if "error" in each} == {"invalid_input"}


def test_many_questions_in_text_are_told_apart(library: Path) -> None:
    result = invoke("ask", "-", data=library, stdin=f"{QUESTION}\n\n{NONSENSE}\n")
    assert result.exit_code == 1
    assert f"Question: {QUESTION}\n" in result.stdout
    assert f"Question: {NONSENSE}\n" in result.stdout


def test_no_questions_at_all_is_no_failure(library: Path) -> None:
    result = invoke("ask", "--json", "-", data=library, stdin=b"")
    assert (result.exit_code, result.stdout) == (0, "")


def test_search_shows_passages_with_their_places(library: Path) -> None:
    result = invoke("search", "khen thưởng", "Cần Thơ", data=library)
    assert result.exit_code == 0
    assert result.stdout.startswith("1. ")
    assert "characters" in result.stdout
    for passage in parsed("search", "khen thưởng Cần Thơ", data=library)["passages"]:
        text = parsed("docs", "show", passage["document_id"], data=library)["text"]
        assert text[passage["start"] : passage["end"]] == passage["text"]


def test_every_citation_is_the_slice_of_the_text_that_docs_show_gives(library: Path) -> None:
    answers = invoke("ask", "--json", "-", data=library, stdin="\n".join(QUESTIONS))
    citations = [
        citation
        for result in json_lines(answers.stdout_bytes)
        for answer in result["answers"]
        for citation in answer["citations"]
    ]
    assert citations
    for citation in citations:
        text = invoke("docs", "show", citation["document_id"], data=library).stdout_bytes.decode()
        assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]


AWKWARD = "Tiêu đề văn bản\r\n\r\n🙂 Cần Thơ có\u2028 54 tập thể\x1b[31m đỏ\x1b[0m\x85được khen thưởng.\r\n\r\nHết.\n"


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_awkward_text_comes_back_exactly_and_is_cited_exactly(form: Any, tmp_path: Path) -> None:
    text = unicodedata.normalize(form, AWKWARD)
    (tmp_path / "van-ban.txt").write_bytes(text.encode())
    data = tmp_path / "library"
    (document,) = parsed("index", tmp_path / "van-ban.txt", data=data)["added"]
    assert invoke("docs", "show", document, data=data).stdout_bytes == text.encode()
    assert parsed("docs", "show", document, data=data)["text"] == text
    citation = parsed("ask", "Cần Thơ có bao nhiêu tập thể được khen thưởng?", data=data)["answers"][0]["citations"][0]
    assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]
    shown = invoke("ask", "Cần Thơ có bao nhiêu tập thể được khen thưởng?", data=data).stdout
    assert "\x1b" not in shown
    assert "\x85" not in shown


def test_one_document_alone_can_be_asked(library: Path) -> None:
    (hai_phong,) = (each for name, each in ids(library).items() if name.startswith("000_"))
    result = parsed("ask", "--document", hai_phong, "Ai là Bí thư Thành ủy?", data=library)
    assert {passage["document_id"] for passage in result["passages"]} == {hai_phong}
    elsewhere = parsed("ask", QUESTION, data=library)
    assert hai_phong not in {citation["document_id"] for citation in elsewhere["answers"][0]["citations"]}
    result = parsed("ask", "--document", hai_phong, "-", data=library, stdin=QUESTION)
    assert {passage["document_id"] for passage in result["passages"]} == {hai_phong}


def test_a_document_that_is_not_there_cannot_be_asked(library: Path) -> None:
    result = invoke("ask", "--document", "nowhere", QUESTION, data=library)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nowhere" in result.stderr
    assert "hoidap docs list" in result.stderr
