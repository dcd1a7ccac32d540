"""Confidence rises with what is held and how far the answer stands out, and is nothing for a foreign name."""

from __future__ import annotations

from dataclasses import replace

from index.types import Document, Span, StoredPassage
from qa.confidence import THRESHOLD, confidences
from qa.evidence import Form, Needle
from qa.read import Features, Reading

NEEDLES = (Needle((Form.of(("khen",), 1.0),), 1.0, name=False),)
SURE = Features(
    here=0.9,
    around=0.1,
    document=0.0,
    names=1.0,
    pairs=0.5,
    kind=1.0,
    wanted=1.0,
    meaning=0.6,
    retrieved=1.0,
    lead=0.0,
    short=0.0,
)


def reading(score: float, features: Features = SURE, at: int = 0) -> Reading:
    document = Document("d", "một hai ba bốn năm sáu", "t")
    span = Span(at, at + 3)
    return Reading(StoredPassage(1, document, 0, 22, ""), span, span, score, features)


def test_an_answer_that_stands_out_is_more_certain() -> None:
    alone, close = [reading(9.0), reading(6.0, at=4)], [reading(9.0), reading(8.9, at=4)]
    assert confidences(alone, NEEDLES)[0] > confidences(close, NEEDLES)[0]
    assert confidences(alone, NEEDLES)[0] > THRESHOLD


def test_the_same_words_elsewhere_are_no_rival() -> None:
    assert confidences([reading(9.0), reading(8.9)], NEEDLES)[0] == confidences([reading(9.0)], NEEDLES)[0]


def test_no_confidence_without_the_names_or_the_words_or_the_question() -> None:
    foreign, silent = replace(SURE, names=0.0), replace(SURE, here=0.2, around=0.1)
    assert confidences([reading(9.0, foreign)], NEEDLES) == [0.0]
    assert confidences([reading(9.0, silent)], NEEDLES) == [0.0]
    assert confidences([reading(9.0)], ()) == [0.0]
