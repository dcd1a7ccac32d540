"""The reader of spans, with a network whose pointing is set by hand, and with one that points at random."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.library import Library
from index.types import Document, Span, StoredPassage
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.ask import RERANKED, Answerer
from qa.calibration import Calibration, Curve
from qa.encoding import Window
from qa.needles import needles_of
from qa.network import Logits, OnnxNetwork
from qa.read import Reading, SentenceReader
from qa.retrieve import Found
from qa.span_reader import DEFAULT_BUDGET, Budget, SpanReader
from qa.types import Status, ValueKind
from tests.conftest import HashEmbedder
from tests.qa.tiny_reader import pointing_tables, random_tables, tiny_tokenizer, write_network

LEXICON = Lexicon(load_abbreviations())
TOKENIZER = tiny_tokenizer("54", "37", "tập", "thể", "hội", "nghị", "thưởng", "[CLS]")
CALIBRATION = Calibration(
    Curve({"margin": 1.0}, 0.0), Curve({"score": 1.0}, 0.0), Curve({"near": 1.0}, 0.5), 0.5, "test"
)
TEXT = "Hội nghị ở Cần Thơ bàn về khen thưởng. Dịp này, 54 tập thể được khen thưởng. Hết giờ."
QUESTION = "Bao nhiêu tập thể ở Cần Thơ được khen thưởng?"
ANYWHERE = "Bao nhiêu tập thể được khen thưởng?"
COUNTS = {"54": 8.0, "37": 6.0}
FIRST_THREE = Budget(stages=(3,), sure=3.0)  # read together, whatever the best one holds


def passage_of(text: str, number: int = 1, start: int = 0, end: int | None = None, title: str = "Tin") -> Found:
    """Return a passage, the characters `[start, end)` of a document."""
    document = Document(f"d{number}", text, title)
    stored = StoredPassage(number, document, start, len(text) if end is None else end, "")
    return Found(stored, 0.75, 3.0, 0.25)


class Noting(OnnxNetwork):
    """Notes what it is asked to read."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.read: list[Window] = []

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """Note the windows, and read them."""
        self.read += windows
        return super().logits(windows)


def pointing(folder: Path, begins: Mapping[str, float], ends: Mapping[str, float]) -> Noting:
    """Return a network that points at these tokens."""
    write_network(folder, TOKENIZER, pointing_tables(TOKENIZER, begins, ends))
    return Noting(folder)


def reader_of(network: OnnxNetwork, budget: Budget = DEFAULT_BUDGET) -> SpanReader:
    return SpanReader(network, SentenceReader(HashEmbedder()), CALIBRATION, budget)


def read(reader: SpanReader, question: str, found: Sequence[Found], *, thorough: bool = False) -> list[Reading]:
    analysis = analyse(question, LEXICON)
    return reader.read(analysis, needles_of(analysis, lambda word: 1.0), found, thorough=thorough)


def spans_of(readings: Sequence[Reading]) -> list[Reading]:
    return [reading for reading in readings if reading.kind == "span"]


def tokens_in(window: Window) -> int:
    return window.last[-1] - window.first[0] + 1


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> SpanReader:
    return reader_of(pointing(tmp_path_factory.mktemp("counter"), COUNTS, {"thể": 8.0}))


# --- what is read ---------------------------------------------------------------------------------------------------


def test_the_span_that_the_network_points_at_comes_first_in_its_sentence(counter: SpanReader) -> None:
    best = read(counter, QUESTION, [passage_of(TEXT)])[0]
    assert (best.text, best.kind) == ("54 tập thể", "span")
    assert best.sentence.of(TEXT) == "Dịp này, 54 tập thể được khen thưởng."
    assert best.span.of(TEXT) == "54 tập thể"


def test_the_unit_is_added_to_a_bare_count(tmp_path: Path) -> None:
    reader = reader_of(pointing(tmp_path, COUNTS, COUNTS))
    assert read(reader, QUESTION, [passage_of(TEXT)])[0].text == "54 tập thể"
    assert read(reader, "Con số nào?", [passage_of(TEXT)])[0].text == "54"


def test_all_that_is_known_of_a_span_is_its_evidence(counter: SpanReader) -> None:
    first, second, *_ = read(counter, QUESTION, [passage_of(TEXT)])
    known = first.evidence
    assert known is not None
    assert known.margin == 16.0  # both logits of 8 above [CLS]'s 0
    assert known.chance == pytest.approx(
        2 * math.log(1 / (1 + 23 * math.exp(-8))), abs=1e-4
    )  # 22 other words, and [CLS]
    assert (known.first, known.retrieved, known.cosine) == (1.0, 0.75, 0.25)
    assert known.length == pytest.approx(math.log(1 + 3))
    assert known.repeats == pytest.approx(2 / 3)  # `tập thể`, not `54`
    assert known.near == first.features.here + first.features.around
    assert known.fit > 0.9
    assert second.evidence is not None
    assert second.evidence.first == 0.0


def test_scores_are_those_of_the_calibration_best_first_and_sentences_follow(tmp_path: Path) -> None:
    reader = reader_of(pointing(tmp_path, COUNTS, {"thể": 8.0}), FIRST_THREE)
    readings = read(reader, QUESTION, [passage_of(TEXT), passage_of("Có 37 tập thể ở Cần Thơ. Hết.", 2)])
    spans = spans_of(readings)
    assert readings[: len(spans)] == spans
    assert [r.score for r in spans] == sorted((r.score for r in spans), reverse=True)
    for reading in spans:
        assert reading.evidence is not None
        assert reading.score == CALIBRATION.score(reading.evidence)
    sentences = readings[len(spans) :]
    assert len(sentences) == 5
    assert [r.score for r in sentences] == sorted((r.score for r in sentences), reverse=True)
    assert all(reading.span == reading.sentence for reading in sentences)


def test_each_place_is_given_once_though_passages_and_windows_overlap(tmp_path: Path) -> None:
    reader = reader_of(pointing(tmp_path, COUNTS, {"thể": 8.0}), Budget(stages=(3,), window=24, overlap=20))
    one = passage_of(TEXT)
    same = Found(StoredPassage(2, one.passage.document, 0, len(TEXT), ""), 0.5, 1.0, 0.1)
    spans = [reading.span for reading in spans_of(read(reader, QUESTION, [one, same]))]
    assert len(spans) == len(set(spans))


def passages_read(readings: Sequence[Reading]) -> set[int]:
    """Return the passages that were read: only their sentences follow the spans."""
    return {reading.passage.id for reading in readings if reading.kind == "sentence"}


@pytest.mark.parametrize(("logit", "windows"), [(8.0, 2), (1.0, 5)])
def test_the_other_passages_are_read_when_the_best_ones_hold_nothing_sure(
    tmp_path: Path, logit: float, windows: int
) -> None:
    network = pointing(tmp_path, {"54": logit}, {"thể": logit})
    found = [passage_of(TEXT, number) for number in range(1, 6)]
    readings = read(reader_of(network, Budget(stages=(2,), sure=3.0)), QUESTION, found)
    assert len(network.read) == windows
    assert passages_read(readings) == set(range(1, windows + 1))


@pytest.mark.parametrize(("rank", "count"), [(0, 1), (1, 3), (2, 3), (3, 5), (4, 5), (None, 5)])
def test_passages_are_read_one_then_three_then_all_until_one_is_sure(
    tmp_path: Path, rank: int | None, count: int
) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    found = [passage_of(TEXT if number == rank else "Hội nghị ở Cần Thơ.", number) for number in range(5)]
    readings = read(reader_of(network), QUESTION, found)
    assert len(network.read) == count
    assert passages_read(readings) == set(range(count))
    assert (readings[0].text == "54 tập thể") == (rank is not None)


@pytest.mark.parametrize(("sure", "count"), [(16.0, 1), (16.5, 2)])
def test_sure_is_a_margin_that_reaches_what_the_budget_says(tmp_path: Path, sure: float, count: int) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    read(reader_of(network, Budget(sure=sure)), QUESTION, [passage_of(TEXT, number) for number in range(2)])
    assert len(network.read) == count


EMPTY = "Hội nghị ở Cần Thơ."


@pytest.mark.parametrize(
    ("last", "hopeless", "thorough", "count"),
    [
        (EMPTY, -4.0, False, 3),
        (EMPTY, -4.0, True, 5),
        (EMPTY, -9.0, False, 5),  # the margins are -8
        (TEXT, -4.0, False, 5),  # one of its sentences speaks more of the question than what was read
    ],
)
def test_where_the_best_three_say_nothing_the_others_are_read_if_their_sentences_promise_more(
    tmp_path: Path, last: str, hopeless: float, thorough: bool, count: int
) -> None:
    network = pointing(tmp_path, {"[CLS]": 4.0}, {"[CLS]": 4.0})
    found = [passage_of(EMPTY if number < 4 else last, number) for number in range(5)]
    read(reader_of(network, Budget(hopeless=hopeless)), QUESTION, found, thorough=thorough)
    assert len(network.read) == count


def test_no_answer_goes_beyond_a_semicolon(tmp_path: Path) -> None:
    text = "Dịp này 37 tập thể; ở Cần Thơ hội nghị bàn khen thưởng."
    network = pointing(tmp_path, {"37": 9.0}, {"thể": 4.0, "nghị": 9.0})
    spans = spans_of(read(reader_of(network), QUESTION, [passage_of(text)]))
    assert spans[0].text == "37 tập thể"
    assert all(";" not in reading.text for reading in spans)


def test_who_is_thorough_reads_on_however_sure(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    found = [passage_of(TEXT, number) for number in range(6)]
    readings = read(reader_of(network), QUESTION, found, thorough=True)
    assert len(network.read) == 6
    assert passages_read(readings) == set(range(6))
    assert {reading.passage.id for reading in spans_of(readings)} == set(range(6))


@pytest.mark.parametrize(
    ("question", "count"),
    [
        (QUESTION, 1),
        ("Ai ở Cần Thơ được khen thưởng?", 5),  # a count is nobody
        ("Vì sao ở Cần Thơ được khen thưởng?", 5),
    ],
)
def test_of_the_wrong_kind_nothing_is_sure(tmp_path: Path, question: str, count: int) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    best = read(reader_of(network), question, [passage_of(TEXT, number) for number in range(5)])[0]
    assert best.evidence is not None
    assert best.evidence.margin > DEFAULT_BUDGET.sure
    assert len(network.read) == count


def test_the_places_of_the_best_answer_stand_right_behind_it(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    text = f"{TEXT} Ở Cần Thơ, 37 tập thể vắng mặt."
    spans = spans_of(read(reader_of(network), QUESTION, [passage_of(text), *(passage_of(TEXT, n) for n in (2, 3))]))
    assert len(network.read) == 1
    assert [(r.text, r.passage.id) for r in spans[:3]] == [("54 tập thể", 1), ("54 tập thể", 2), ("54 tập thể", 3)]
    assert "37 tập thể" in [reading.text for reading in spans[3:]]
    assert {reading.score for reading in spans[:3]} == {spans[0].score}


def test_what_the_passages_count_by_another_name_is_asked_for_by_it(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    question = QUESTION.replace("tập thể", "đơn vị")
    read(reader_of(network), question, [passage_of(TEXT)])
    read(reader_of(network), QUESTION, [passage_of(TEXT)])
    swapped, asked = network.read
    assert swapped.ids == asked.ids


@given(st.lists(st.integers(1, 9), min_size=1, unique=True).map(lambda ranks: tuple(sorted(ranks))), st.integers(0, 12))
def test_every_rank_is_in_one_stage_in_order(stages: tuple[int, ...], count: int) -> None:
    parts = list(Budget(stages=stages).parts(count))
    assert [rank for part in parts for rank in part] == list(range(count))
    assert [part.stop for part in parts[:-1]] == [rank for rank in stages if rank < count]


def test_of_the_wrong_place_nothing_is_sure_and_comes_last(tmp_path: Path) -> None:
    question = "Bao nhiêu tập thể ở Nghệ An được khen thưởng?"
    texts = [*["Ở Lai Châu, 54 tập thể được khen thưởng."] * 3, "Ở Nghệ An, 37 tập thể được khen thưởng."]
    reader = reader_of(pointing(tmp_path, COUNTS, {"thể": 8.0}), Budget(stages=(1, 3)))
    best = read(reader, question, [passage_of(text, number) for number, text in enumerate(texts)])[0]
    assert best.text == "37 tập thể"


def test_a_passage_without_the_names_of_the_question_is_read_by_the_thorough_alone(tmp_path: Path) -> None:
    network = pointing(tmp_path, {}, {})
    texts = ["Ở Lai Châu, 54 tập thể được khen thưởng.", TEXT, "Trời mưa suốt ngày."]
    passages = [passage_of(text, number) for number, text in enumerate(texts)]
    read(reader_of(network), QUESTION, passages)
    assert ["châu" in [word.text for word in window.words] for window in network.read] == [False]
    readings = read(reader_of(network), QUESTION, passages[:1])
    assert not spans_of(readings)
    assert readings[0].is_no_answer
    network.read.clear()
    read(reader_of(network), QUESTION, passages, thorough=True)
    assert len(network.read) == 3


def test_passages_that_were_passed_over_do_not_stop_the_reading(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    far = "Ở Lai Châu, 37 tập thể được khen thưởng."
    found = [*(passage_of(far, number) for number in range(3)), passage_of("Cần Thơ khen 54 tập thể.", 3)]
    assert read(reader_of(network), QUESTION, found)[0].text == "54 tập thể"
    assert len(network.read) == 1


def test_sentences_that_lack_the_names_are_no_reason_to_go_on(tmp_path: Path) -> None:
    network = pointing(tmp_path, {}, {})
    far = "Ở Lai Châu, bao nhiêu tập thể được khen thưởng, tập thể nào được khen thưởng."
    found = [passage_of("Mưa ở Cần Thơ.", 1), passage_of(far, 2), passage_of("Cần Thơ.", 3)]
    read(reader_of(network, Budget(stages=(1,), hopeless=99.0)), QUESTION, found)
    assert len(network.read) == 1


def test_an_answer_deep_in_a_long_passage_is_found_by_overlapping_windows(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    text = "Hội nghị. " * 100 + "Dịp này, 54 tập thể được khen. " + "Hội nghị. " * 100
    reader = reader_of(network, Budget(full=10_000, window=40, overlap=10))
    assert read(reader, ANYWHERE, [passage_of(text)])[0].text == "54 tập thể"
    assert len(network.read) > 10
    assert max(map(tokens_in, network.read)) <= 40


def test_offsets_count_from_the_beginning_of_the_document(counter: SpanReader) -> None:
    text = "Trang đầu 🎉.\r\n\r\n" * 20 + TEXT
    best = read(counter, QUESTION, [passage_of(text, start=text.index("Hội"))])[0]
    assert best.span == Span(text.index("54"), text.index("54") + len("54 tập thể"))


@pytest.mark.parametrize(
    "text", [unicodedata.normalize("NFD", TEXT), TEXT.replace(" ", "\r\n"), TEXT.replace("này", "🎉👍🏽"), TEXT.upper()]
)
def test_a_document_of_any_form_is_read(counter: SpanReader, text: str) -> None:
    best = read(counter, QUESTION, [passage_of(text)])[0]
    assert unicodedata.normalize("NFC", best.text).lower().split() == ["54", "tập", "thể"]
    assert best.span == Span(text.index("54"), text.index("54") + len(best.text))


@pytest.mark.parametrize("question", ["bao nhieu tap the o can tho duoc khen thuong", "How many groups in Can Tho?"])
def test_a_question_of_any_form_is_read(counter: SpanReader, question: str) -> None:
    assert read(counter, question, [passage_of(TEXT)])[0].text.startswith("54")


def test_nothing_is_read_in_nothing(counter: SpanReader) -> None:
    assert read(counter, QUESTION, []) == []
    assert read(counter, QUESTION, [passage_of("\r\n \n")]) == []
    best = read(counter, QUESTION, [passage_of(" \n", 1), passage_of(TEXT, 2)])[0]
    assert best.passage.document.id == "d2"


# --- the budget -----------------------------------------------------------------------------------------------------


def test_no_more_is_read_of_a_passage_than_its_rank_allows(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    budget = Budget(stages=(1, 2), full=60, part=30, window=160, overlap=32)
    text = "Hội nghị hội nghị. " * 40
    read(reader_of(network, budget), ANYWHERE, [passage_of(text, number) for number in range(5)])
    assert [tokens_in(window) for window in network.read] == [60, 60, 30, 30, 30]


def test_the_sentence_that_speaks_of_the_question_is_read_with_its_neighbours(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    text = "Hội nghị hội nghị. " * 40 + TEXT + " Hội nghị hội nghị." * 40
    budget = Budget(stages=(1,), full=60)
    assert read(reader_of(network, budget), ANYWHERE, [passage_of(text)])[0].text == "54 tập thể"
    (window,) = network.read
    assert tokens_in(window) <= 60
    read_text = Span(window.words[0].span.start, window.words[-1].span.end).of(text)
    assert "54 tập thể được khen thưởng." in read_text
    assert read_text.startswith(("Hội", "Dịp"))
    assert read_text.endswith(".")


def test_a_short_passage_is_read_whole(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    read(reader_of(network), ANYWHERE, [passage_of("Hội nghị. Dịp này, 54 tập thể. Hết.")])
    assert [word.text for word in network.read[0].words] == (
        ["hội", "nghị", ".", "dịp", "này", ",", "54", "tập", "thể", ".", "hết", "."]
    )


@pytest.mark.parametrize(("passages", "most"), [(1, 120), (2, 60), (4, 40)])
def test_fewer_passages_share_what_the_best_would_have_had(tmp_path: Path, passages: int, most: int) -> None:
    text = "Hội nghị. " * 200
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    budget = Budget(stages=(1, 3), full=40, part=20, window=1_000)
    read(reader_of(network, budget), ANYWHERE, [passage_of(text, number) for number in range(passages)])
    assert max(map(tokens_in, network.read)) == pytest.approx(most, abs=3)


def test_no_sentence_however_long_is_read_beyond_the_full_budget(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    reader = reader_of(network, Budget(stages=(1,), full=60, part=30, overlap=0))
    read(reader, ANYWHERE, [passage_of("Hết.", 1), passage_of("hội nghị " * 200, 2)])
    assert [tokens_in(window) for window in network.read] == [pytest.approx(4, abs=1), pytest.approx(60, abs=1)]


# --- any text, any network ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wild(tmp_path_factory: pytest.TempPathFactory) -> OnnxNetwork:
    return write_network(tmp_path_factory.mktemp("wild"), TOKENIZER, random_tables(TOKENIZER))


PIECES = st.sampled_from(
    [
        "Cần Thơ khen 54 tập thể. ",
        "4.028 tỷ đồng, 57,6%; 18/18 ",
        "🎉👍🏽 ",
        "\r\n",
        "\n\n",
        unicodedata.normalize("NFD", "Ở Huế, hoà bình. "),
        "1,2,3,4,5,6,7,8,9,10,11,12",
        "(“x”)",
        "e\u0301\u0323 ",
        "Vì trời mưa. ",
    ]
)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(PIECES, min_size=1, max_size=12).map("".join),
    st.sampled_from([QUESTION, "vi sao", "Ai?", "Who was the person in Hue?", "Hoà Bình có gì?"]),
    st.sampled_from([DEFAULT_BUDGET, Budget(stages=(1,), full=9, part=5, window=6, overlap=2)]),
    st.integers(0, 5),
)
def test_spans_lie_in_their_sentence_and_passage_and_cut_no_word(
    wild: OnnxNetwork, text: str, question: str, budget: Budget, before: int
) -> None:
    whole = "x " * before + text
    found = [passage_of(whole, 1, 2 * before), passage_of(whole + "\n\nHết.", 2, 2 * before, len(whole))]
    for reading in read(reader_of(wild, budget), question, found):
        passage, span = reading.passage, reading.span
        assert passage.start <= span.start < span.end <= passage.end
        assert reading.sentence.start <= span.start
        assert span.end <= reading.sentence.end
        assert not span.of(whole).isspace()
        if reading.kind == "span":
            assert not (span.end < len(whole) and whole[span.end - 1].isalnum() and whole[span.end].isalnum())
            assert not (span.start and whole[span.start - 1].isalnum() and whole[span.start].isalnum())
            assert reading.evidence is not None
            assert all(map(math.isfinite, asdict(reading.evidence).values()))


def test_reading_twice_gives_the_same(wild: OnnxNetwork) -> None:
    found = [passage_of(TEXT, 1), passage_of(TEXT + " Và 37 tập thể.", 2)]
    reader = reader_of(wild)
    assert read(reader, QUESTION, found) == read(reader, QUESTION, found) == read(reader_of(wild), QUESTION, found)


# --- the flow -------------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path, hash_embedder: HashEmbedder) -> Library:
    return Library.open(tmp_path / "data", hash_embedder, create=True)


def answerer(library: Library, network: OnnxNetwork, budget: Budget = DEFAULT_BUDGET) -> Answerer:
    return Answerer(library, reader=reader_of(network, budget), lexicon=LEXICON, calibration=CALIBRATION)


def test_a_short_answer_is_cited_with_its_sentence_and_its_value(library: Library, tmp_path: Path) -> None:
    library.add([Document("d", f"Tin\n\n{TEXT}", "Tin")])
    result = answerer(library, pointing(tmp_path / "n", COUNTS, {"thể": 8.0})).ask(QUESTION)
    best = result.answers[0]
    assert (result.status, best.text, best.kind) == (Status.ANSWERED, "54 tập thể", "span")
    assert best.sentence == "Dịp này, 54 tập thể được khen thưởng."
    assert best.citations[0].cited_text == "54 tập thể"
    assert best.value is not None
    assert (best.value.kind, best.value.number, best.value.unit) == (ValueKind.COUNT, 54, "tập thể")
    assert result.confidence == best.confidence > 0.99


def test_equal_answers_of_two_documents_become_one_with_two_citations(library: Library, tmp_path: Path) -> None:
    other = "Thông báo\n\nTại Cần Thơ có 54 TẬP THỂ được khen thưởng."
    library.add([Document("a", f"Tin\n\n{TEXT}", "Tin"), Document("b", other, "Thông báo")])
    library.add([Document("c", "Bản tin\n\nỞ Cần Thơ 37 tập thể được khen thưởng.", "Bản tin")])
    result = answerer(library, pointing(tmp_path / "n", COUNTS, {"thể": 8.0}), FIRST_THREE).ask(QUESTION)
    assert [answer.text.lower() for answer in result.answers[:2]] == ["54 tập thể", "37 tập thể"]
    assert {c.document_id: c.cited_text for c in result.answers[0].citations} == {"a": "54 tập thể", "b": "54 TẬP THỂ"}
    assert [c.document_id for c in result.answers[1].citations] == ["c"]
    for citation in (c for answer in result.answers for c in answer.citations):
        assert library.document(citation.document_id).text[citation.start : citation.end] == citation.cited_text


def cited(library: Library, network: Noting, *others: str) -> dict[str, str]:
    """Return what is cited for the best answer out of `TEXT` and the other texts, when one passage alone is read."""
    library.add([Document("a", f"Tin\n\n{TEXT}", "Tin")])
    library.add([Document(f"b{n}", f"Bản tin\n\n{other}", "Bản tin") for n, other in enumerate(others)])
    result = answerer(library, network).ask(QUESTION)
    assert len(network.read) == 1
    for citation in result.answers[0].citations:
        text = library.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.cited_text
    return {citation.document_id: citation.cited_text for citation in result.answers[0].citations}


def test_the_same_answer_in_a_document_that_was_not_read_is_cited_too(library: Library, tmp_path: Path) -> None:
    others = "Ở Cần Thơ: 54 TẬP THỂ được khen thưởng. Hết.", unicodedata.normalize("NFD", TEXT)
    places = cited(library, pointing(tmp_path / "n", COUNTS, {"thể": 8.0}), *others)
    assert set(places) == {"a", "b0", "b1"}
    assert {unicodedata.normalize("NFC", text).lower() for text in places.values()} == {"54 tập thể"}


@pytest.mark.parametrize(
    "other", ["Ở Lai Châu có 54 tập thể được khen thưởng.", "Ở Cần Thơ, 54 tập thể bị phạt.", "Cần Thơ khen thưởng 54."]
)
def test_the_same_words_said_of_another_place_or_thing_are_not_cited(
    library: Library, tmp_path: Path, other: str
) -> None:
    assert set(cited(library, pointing(tmp_path / "n", COUNTS, {"thể": 8.0}), other)) == {"a"}


def test_a_place_that_two_passages_share_is_cited_once(tmp_path: Path) -> None:
    network = pointing(tmp_path, COUNTS, {"thể": 8.0})
    text = f"{TEXT} Và ở Cần Thơ, 54 tập thể được khen thưởng lần nữa."
    document = Document("d", text, "Tin")
    starts = 0, TEXT.index("Dịp"), 0  # the last two hold the place that the first one was read for
    found = [Found(StoredPassage(n, document, start, len(TEXT), ""), 0.7, 3.0, 0.2) for n, start in enumerate(starts)]
    later = [Found(StoredPassage(n, document, len(TEXT), len(text), ""), 0.7, 3.0, 0.2) for n in (3, 4)]
    spans = spans_of(read(reader_of(network), QUESTION, [*found, *later]))
    assert len(network.read) == 1
    assert [r.span.start for r in spans if r.text == "54 tập thể"] == [TEXT.index("54"), text.rindex("54")]


def test_search_with_rerank_reads_the_first_ones_whatever_it_finds(library: Library, tmp_path: Path) -> None:
    library.add(Document(f"d{year}", f"Tin {year}\n\nNăm {year}. {TEXT}", "Tin") for year in range(2010, 2020))
    network = pointing(tmp_path / "n", COUNTS, {"thể": 8.0})
    result = answerer(library, network).search(QUESTION, limit=10, rerank=True)
    assert len({window.words[0].span for window in network.read}) <= len(network.read) == RERANKED
    assert sorted(passage.id for passage in result.passages) == sorted(
        passage.id for passage in answerer(library, network).search(QUESTION, limit=10).passages
    )


def test_search_with_rerank_puts_the_passage_of_the_best_answer_first(library: Library, tmp_path: Path) -> None:
    asked = QUESTION.rstrip("?")
    library.add(Document(f"d{n}", f"Tin\n\n{asked}: 37 tập thể.", "Tin") for n in range(4))
    library.add([Document("best", "Tin\n\nDịp này, có nhiều tin. Ở Cần Thơ, 54 tập thể được khen thưởng.", "Tin")])
    some = answerer(library, pointing(tmp_path / "n", COUNTS, {"thể": 8.0}))
    assert some.search(QUESTION).passages[0].document_id != "best"
    assert some.search(QUESTION, rerank=True).passages[0].document_id == "best"


SILENT = {"[CLS]": 20.0}


def test_a_why_question_without_a_sure_span_is_answered_by_its_sentence(library: Library, tmp_path: Path) -> None:
    library.add([Document("d", f"Tin\n\n{TEXT}", "Tin")])
    silent = answerer(library, pointing(tmp_path / "n", SILENT, SILENT))
    result = silent.ask("Vì sao 54 tập thể ở Cần Thơ được khen thưởng?")
    assert result.status is Status.ANSWERED
    assert {answer.kind for answer in result.answers} == {"sentence"}
    assert result.answers[0].text == result.answers[0].sentence == "Dịp này, 54 tập thể được khen thưởng."
    assert result.answers[0].value is None


def test_a_why_question_with_a_sure_span_is_answered_by_it(library: Library, tmp_path: Path) -> None:
    library.add([Document("d", f"Tin\n\n{TEXT}", "Tin")])
    sure = answerer(library, pointing(tmp_path / "n", {"hội": 9.0}, {"nghị": 9.0}))
    best = sure.ask("Vì sao 54 tập thể ở Cần Thơ được khen thưởng?").answers[0]
    assert (best.text, best.kind) == ("Hội nghị", "span")


def test_another_question_without_a_sure_span_is_not_answered(library: Library, tmp_path: Path) -> None:
    library.add([Document("d", f"Tin\n\n{TEXT}", "Tin")])
    result = answerer(library, pointing(tmp_path / "n", SILENT, SILENT)).ask(QUESTION)
    assert (result.status, result.answers) == (Status.NO_ANSWER, ())
    assert result.confidence < 0.01
    assert result.passages


def test_another_place_is_not_answered_however_sure_the_network_is(library: Library, tmp_path: Path) -> None:
    library.add([Document("d", f"Tin\n\n{TEXT}", "Tin")])
    sure = answerer(library, pointing(tmp_path / "n", COUNTS, {"thể": 8.0}))
    result = sure.ask("Bao nhiêu tập thể ở Nghệ An được khen thưởng?")
    assert (result.status, result.confidence) == (Status.NO_ANSWER, 0.0)
