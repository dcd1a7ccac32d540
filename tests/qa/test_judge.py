"""Answers and rankings are judged as worked out by hand."""

from __future__ import annotations

import math

import pytest

from index.types import Document, Span
from qa.cite import cite
from qa.datasets import Accepted, Example
from qa.judge import Place, Ranked, Words, is_right, judge, ranked_documents, ranked_passages
from qa.types import Answer, AskResult, RankedPassage, Status

TEXT = "Hôm nay Cần Thơ khen 54 tập thể và 78 cá nhân."
START = TEXT.index("54")
DOCUMENT = Document("d", TEXT, "Khen")
OTHER = Document("e", "Báo khác: " + TEXT, "Khen")
QUESTION = Example("q", "Bao nhiêu tập thể?", "d", (Accepted("54 tập thể", START), Accepted("54", START)))
SILENT = Example("s", "Mấy con mèo?", None, ())


def answer(start: int, end: int, document: Document = DOCUMENT) -> Answer:
    text = document.text[start:end]
    return Answer(text, document.text, 0, 0.7, (cite(document, Span(start, end)),))


def result(*answers: Answer, confidence: float = 0.7) -> AskResult:
    passages = tuple(
        RankedPassage(at, document.id, "", None, 0, len(document.text), document.text, "", 1.0)
        for at, document in enumerate((OTHER, DOCUMENT))
    )
    status = Status.ANSWERED if answers else Status.NO_ANSWER
    return AskResult("?", status, confidence if answers else 0.0, (), answers, passages, 1)


TEXTS = {"d": DOCUMENT.text, "e": OTHER.text}


def test_the_very_span_is_right_in_every_way() -> None:
    found = judge(QUESTION, result(answer(START, START + 10)), 0.5, TEXTS)
    assert (found.given, found.best, found.place) == (Words(1.0, 1.0), Words(1.0, 1.0), Place(True, True, True))
    assert (found.answered, found.right, found.is_miss(QUESTION)) == (True, True, False)
    assert (found.citations, found.valid, found.passage) == (1, 1, TEXT)


@pytest.mark.parametrize(
    ("start", "end", "place", "right"),
    [
        (START, START + 2, Place(True, True, True), True),  # 54: another accepted form
        (START, START + 5, Place(False, True, True), True),  # "54 tậ" holds 54
        (START + 3, START + 10, Place(False, True, False), False),  # tập thể: F1 .8, but not how many
        (START + 3, len(TEXT), Place(False, True, False), False),  # 2 common of 8 and 3: F1 .36
        (0, len(TEXT), Place(False, True, True), True),  # the whole sentence holds it
        (0, START, Place(False, False, False), False),  # ends where it begins: no character in common
    ],
)
def test_place_and_words_make_it_right(start: int, end: int, place: Place, right: bool) -> None:
    found = judge(QUESTION, result(answer(start, end)), 0.5, TEXTS)
    assert (found.place, found.right) == (place, right)


def test_the_same_offsets_in_another_document_are_another_place() -> None:
    found = judge(QUESTION, result(answer(START, START + 10, OTHER)), 0.5, TEXTS)
    assert found.place == Place(False, False, False)


def test_the_same_words_in_another_document_count_as_words() -> None:
    start = OTHER.text.index("54")
    found = judge(QUESTION, result(answer(start, start + 10, OTHER)), 0.5, TEXTS)
    assert (found.given.em, found.place.equal, found.right) == (1.0, False, True)
    assert found.passage == OTHER.text


def test_what_is_refused_gives_nothing_but_its_candidate_is_judged() -> None:
    found = judge(QUESTION, result(answer(START, START + 10), confidence=0.4), 0.5, TEXTS)
    assert (found.answered, found.given, found.place) == (False, Words(0.0, 0.0), Place())
    assert (found.best, found.right, found.is_miss(QUESTION)) == (Words(1.0, 1.0), True, True)
    assert judge(QUESTION, result(answer(START, START + 10), confidence=0.5), 0.5, TEXTS).answered


def test_silence_is_right_where_there_is_no_answer() -> None:
    refused = judge(SILENT, result(answer(0, 7), confidence=0.1), 0.5, TEXTS)
    assert (refused.given, refused.right, refused.is_miss(SILENT)) == (Words(1.0, 1.0), False, False)
    answered = judge(SILENT, result(answer(0, 7), confidence=0.9), 0.5, TEXTS)
    assert (answered.given, answered.right, answered.is_miss(SILENT)) == (Words(0.0, 0.0), False, True)


def test_nothing_found_is_silence_at_any_threshold() -> None:
    found = judge(QUESTION, result(), 0.0, TEXTS)
    assert (found.answered, found.candidate, found.confidence, found.right) == (False, None, 0.0, False)
    assert found.to_dict() == {
        "status": "no_answer",
        "confidence": 0.0,
        "candidate": None,
        "citation": None,
        "right": False,
        "em": 0.0,
        "f1": 0.0,
    }


def test_a_false_citation_is_counted_wherever_it_stands() -> None:
    found = judge(QUESTION, result(answer(START, START + 2), answer(0, 3)), 0.5, {"d": "x" + TEXT})
    assert (found.citations, found.valid) == (2, 0)


def test_an_answer_without_offsets_is_judged_by_its_words() -> None:
    loose = Example("q", "?", "d", (Accepted("54 tập thể", None),))
    found = judge(loose, result(answer(START, START + 10)), 0.5, TEXTS)
    assert (found.given.em, found.place, found.right) == (1.0, Place(), True)


def test_right_is_held_or_nearly_the_same_words() -> None:
    accepted = ["vì mưa to"]
    assert is_right("nắng", accepted, Place(holds=True))
    assert is_right("do mưa lớn rồi lũ to", ["mưa to lũ lớn"], Place())  # 4 of 6 and 4 of 4
    assert is_right("mưa", accepted, Place())  # F1 .5
    assert not is_right("mưa bão", accepted, Place(overlaps=True))  # F1 .4


def test_another_number_of_the_same_is_wrong() -> None:
    start = TEXT.index("78")
    found = judge(QUESTION, result(answer(start, start + 2)), 0.5, TEXTS)
    assert not found.right
    loose = Example("q", "?", "d", (Accepted("59 cá nhân", None), Accepted("59", None)))
    found = judge(loose, result(answer(start, start + 10)), 0.5, TEXTS)  # 78 cá nhân
    assert (round(found.best.f1, 2), found.right, found.is_miss(loose)) == (0.67, False, True)


def test_rankings_by_hand() -> None:
    # the right passage stands second
    assert ranked_passages([7, 3, 9], frozenset({3})) == Ranked(0.0, 1.0, 1.0, 0.5, 1 / math.log2(3))
    assert ranked_passages([7, 3], frozenset()) == Ranked()
    # of two relevant documents of grades 1 and 2 the lesser stands first, the other third
    found = ranked_documents(["a", "x", "b"], {"a": 1, "b": 2})
    assert (found.at_1, found.at_5, found.mrr) == (0.5, 1.0, 1.0)
    assert found.ndcg_10 == pytest.approx((1 + 2 / math.log2(4)) / (2 + 1 / math.log2(3)))
