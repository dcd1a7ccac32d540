"""The whole flow over the seeds, with the real model: answers are right, cited exactly, or not given."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.embedder import bundled_embedder
from index.errors import InvalidInput
from index.library import Library
from index.loaders import load
from index.text import fold
from index.types import Document, sha256_of
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon
from qa.ask import MAX_LIMIT, MAX_QUESTION, Answerer
from qa.cite import verify
from qa.read import SentenceReader
from qa.types import AskResult, Status

SEEDS = Path(__file__).parents[2] / "seeds"

QUESTIONS = [
    ("Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?", "54 tập thể, 78 cá nhân"),
    ("Ai là Bí thư Thành ủy Hải Phòng?", "Lê Tiến Châu"),
    ("Lai Châu tặng Bằng khen cho bao nhiêu cá nhân?", "36 cá nhân"),
    ("Phó Bí thư Thường trực Tỉnh ủy Bắc Giang là ai?", "Lê Thị Thu Hồng"),
    ("Cấp ủy, Ủy ban kiểm tra các cấp đã tiến hành bao nhiêu cuộc kiểm tra, giám sát?", "4.028 cuộc"),
]


def answerer_over(library: Library) -> Answerer:
    return Answerer(library, reader=SentenceReader(library.embedder), lexicon=Lexicon(load_abbreviations()))


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with Library.open(tmp_path_factory.mktemp("seeds") / "data", bundled_embedder(), create=True) as library:
        library.add(load(path) for path in sorted(SEEDS.glob("*.txt")))
        yield answerer_over(library)


def require_sound(result: AskResult, library: Library) -> None:
    """Check what every result promises, whatever was asked."""
    assert (result.status is Status.ANSWERED) == bool(result.answers)
    for answer in result.answers:
        assert 0.0 <= answer.confidence <= 1.0
        for citation in answer.citations:
            text = library.document(citation.document_id).text
            assert text[citation.start : citation.end] == citation.cited_text
            assert citation.quote_sha256 == sha256_of(citation.cited_text)
    for passage in result.passages:
        assert library.document(passage.document_id).text[passage.start : passage.end] == passage.text
    saved = json.loads(json.dumps(result.to_dict()))
    assert all(check.status == "valid" for check in verify(saved, library))


@pytest.mark.parametrize(("question", "held"), QUESTIONS)
@pytest.mark.parametrize(
    "form",
    [str, fold, lambda q: unicodedata.normalize("NFD", q), str.upper],
    ids=["as-written", "toneless", "nfd", "upper"],
)
def test_the_first_answer_holds_what_was_asked(answerer: Answerer, question: str, held: str, form: object) -> None:
    assert callable(form)
    result = answerer.ask(form(question))
    require_sound(result, answerer.library)
    assert held in result.answers[0].citations[0].cited_text


def test_an_english_question_finds_its_vietnamese_answer(answerer: Answerer) -> None:
    result = answerer.ask("How many individuals received certificates of merit in Can Tho?")
    require_sound(result, answerer.library)
    assert "78 cá nhân" in result.answers[0].text


@pytest.mark.parametrize(
    "question",
    ["Bao nhiêu tập thể ở Nghệ An được tặng Bằng khen?", "Thời tiết Cần Thơ ngày mai thế nào?", "là gì?", "???"],
)
def test_what_the_documents_do_not_say_is_not_answered(answerer: Answerer, question: str) -> None:
    result = answerer.ask(question)
    require_sound(result, answerer.library)
    assert result.status is Status.NO_ANSWER
    assert result.answers == ()


def test_an_expansion_is_shown(answerer: Answerer) -> None:
    shown = answerer.ask("Chủ tịch UBND tỉnh Lai Châu tặng gì?").to_dict()["expansions"]
    assert {"from": "UBND", "to": "ủy ban nhân dân"} in shown


def test_search_returns_passages_best_first(answerer: Answerer) -> None:
    result = answerer.search("khen thưởng Cần Thơ", limit=3)
    assert len(result.passages) == 3
    assert [p.score for p in result.passages] == sorted((p.score for p in result.passages), reverse=True)
    assert "Cần Thơ" in result.passages[0].text


@pytest.mark.parametrize(
    ("question", "limit"),
    [
        ("", 8),
        (" \n", 8),
        ("x" * (MAX_QUESTION + 1), 8),
        ("a\0b", 8),
        ("a\ud800b", 8),
        ("ai", 0),
        ("ai", MAX_LIMIT + 1),
    ],
)
def test_what_is_no_question_is_refused(answerer: Answerer, question: str, limit: int) -> None:
    with pytest.raises(InvalidInput):
        answerer.ask(question, limit=limit)
    with pytest.raises(InvalidInput):
        answerer.search(question, limit=limit)


def test_a_library_without_documents_has_no_answer(tmp_path: Path) -> None:
    with Library.open(tmp_path / "data", bundled_embedder(), create=True) as library:
        result = answerer_over(library).ask("Ai là Bí thư Thành ủy Hải Phòng?")
    assert (result.status, result.passages) == (Status.NO_ANSWER, ())


def test_the_same_words_in_two_documents_become_one_answer_with_two_citations(tmp_path: Path) -> None:
    text = "Thông báo\n\nChủ tịch xã Ích Hậu là ông Hồ Thế Báu."
    with Library.open(tmp_path / "data", bundled_embedder(), create=True) as library:
        library.add([Document("a", text, "Thông báo"), Document("b", text + "\n\nHết.", "Thông báo")])
        result = answerer_over(library).ask("Ai là Chủ tịch xã Ích Hậu?")
        require_sound(result, library)
    assert {citation.document_id for citation in result.answers[0].citations} == {"a", "b"}


def test_answers_are_exact_in_documents_of_any_form(tmp_path: Path) -> None:
    base = "Tiêu đề 🎉\r\n\r\nChủ tịch xã Ích Hậu là ông Hồ Thế Báu.\r\nXã có 5 xóm."
    with Library.open(tmp_path / "data", bundled_embedder(), create=True) as library:
        library.add([Document("nfd", unicodedata.normalize("NFD", base), "Tiêu đề")])
        result = answerer_over(library).ask("Ai là Chủ tịch xã Ích Hậu?")
        require_sound(result, library)
    assert unicodedata.normalize("NFC", result.answers[0].text) == "Chủ tịch xã Ích Hậu là ông Hồ Thế Báu."


@given(st.text(alphabet="aàáạ bcđhiknoôơtuư?ABC ĐHN 0123\n", min_size=1, max_size=60).filter(str.strip))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_silence_gives_no_answers_and_an_answer_has_a_citation(answerer: Answerer, question: str) -> None:
    result = answerer.ask(question)
    require_sound(result, answerer.library)
    assert all(answer.citations for answer in result.answers)


@pytest.mark.parametrize(
    "question",
    [
        "Huyện Mộc Châu có bao nhiêu hộ nghèo?",
        "Ai là Trưởng phòng Nội vụ huyện Thuận Châu?",
        "Năm 2019 xã Ích Hậu có bao nhiêu hộ nghèo?",
    ],
)
def test_another_place_or_year_that_shares_a_syllable_is_not_answered(tmp_path: Path, question: str) -> None:
    text = (
        "Thông báo\n\nNăm 2023 huyện Yên Châu có 317 hộ nghèo. Bà Lò Văn Thắng là Trưởng phòng Nội vụ huyện Yên Châu."
    )
    with Library.open(tmp_path / "data", bundled_embedder(), create=True) as library:
        library.add([Document("a", text, "Thông báo")])
        assert answerer_over(library).ask(question).status is Status.NO_ANSWER
        assert answerer_over(library).ask("Huyện Yên Châu có bao nhiêu hộ nghèo?").status is Status.ANSWERED
