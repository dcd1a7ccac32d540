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
from index.errors import InvalidInput, UnknownDocument
from index.library import Library
from index.loaders import load
from index.text import fold
from index.types import Document, sha256_of
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon
from qa.ask import MAX_LIMIT, MAX_QUESTION, Answerer
from qa.cite import verify
from qa.read import Reading, SentenceReader
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


@pytest.fixture(scope="module")
def two_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    filler = "Các cấp ủy tiếp tục học tập và làm theo Bác. " * 60
    body = "{0}: Hội nghị\n\n{1}\n\nDịp này, {2} tập thể ở {0} được tặng Bằng khen.\n\n{1}"
    with Library.open(tmp_path_factory.mktemp("two") / "data", bundled_embedder(), create=True) as library:
        for place, count in (("Cần Thơ", 54), ("Hải Phòng", 37)):
            library.add([Document(f"d{count}", body.format(place, filler, count), f"{place}: Hội nghị")])
        yield answerer_over(library)


def test_one_document_alone_is_read_when_it_is_named(two_places: Answerer) -> None:
    question = "Bao nhiêu tập thể được tặng Bằng khen?"
    for count in (54, 37):
        result = two_places.ask(question, document_id=f"d{count}", limit=2)
        require_sound(result, two_places.library)
        assert f"{count} tập thể" in result.answers[0].text
        assert len(result.passages) == 2
        assert {passage.document_id for passage in result.passages} == {f"d{count}"}


def test_a_document_that_does_not_say_is_silent_though_another_says(two_places: Answerer) -> None:
    question = "Bao nhiêu tập thể ở Cần Thơ được tặng Bằng khen?"
    assert two_places.ask(question, document_id="d54").status is Status.ANSWERED
    assert two_places.ask(question, document_id="d37").status is Status.NO_ANSWER


def test_a_document_that_is_pointed_at_is_read_thoroughly(
    two_places: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = list[bool]()
    reader = two_places._reader

    class Noting:
        def read(self, *given: object, thorough: bool = False) -> list[Reading]:
            asked.append(thorough)
            return reader.read(*given, thorough=thorough)  # type: ignore[arg-type]

    monkeypatch.setattr(two_places, "_reader", Noting())
    two_places.ask("Bao nhiêu tập thể được khen?")
    two_places.ask("Bao nhiêu tập thể được khen?", document_id="d54")
    assert asked == [False, True]


def test_the_passages_of_a_document_are_ranked_as_among_all(two_places: Answerer) -> None:
    question = "Cần Thơ: bao nhiêu tập thể được tặng Bằng khen?"
    among_all = [p.id for p in two_places.ask(question, limit=50).passages if p.document_id == "d54"]
    alone = [p.id for p in two_places.ask(question, limit=50, document_id="d54").passages]
    assert alone == among_all
    assert len(alone) > 2


def test_every_passage_of_a_document_is_a_candidate_whatever_its_words(two_places: Answerer) -> None:
    ids = two_places.library.passage_ids("d54")
    result = two_places.ask("zxqv wkjh", limit=50, document_id="d54")
    assert sorted(passage.id for passage in result.passages) == ids


def test_a_document_that_is_not_there_cannot_be_read(two_places: Answerer) -> None:
    with pytest.raises(UnknownDocument, match="'nowhere'"):
        two_places.ask("Ai?", document_id="nowhere")


def test_below_any_threshold_the_best_candidate_is_still_given_and_nothing_is_no_answer(two_places: Answerer) -> None:
    question = "Bao nhiêu tập thể ở Nghệ An được tặng Bằng khen?"
    refused, measured = two_places.ask(question), two_places.at(0.0).ask(question)
    assert refused.status is Status.NO_ANSWER
    assert (measured.confidence, measured.status) == (refused.confidence, Status.ANSWERED)
    assert two_places.ask(question).status is Status.NO_ANSWER  # the first one is as it was
    assert two_places.at(0.0).threshold == 0.0


def test_nothing_found_is_no_answer_at_any_threshold(tmp_path: Path) -> None:
    with Library.open(tmp_path / "data", bundled_embedder(), create=True) as library:
        assert answerer_over(library).at(0.0).ask("Ai?").status is Status.NO_ANSWER
