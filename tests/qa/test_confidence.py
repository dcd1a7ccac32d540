"""Confidence rises with what is held and how far the answer stands out; a foreign name leaves none."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from index.types import Document, Span, StoredPassage
from qa.calibration import EVIDENCE, Calibration, Curve, Evidence, Signals
from qa.confidence import confidences, overlap, sentence_signals, signals_of
from qa.evaluate import normalise
from qa.needles import Form, Needle
from qa.read import Features, Reading

NEEDLES = (Needle((Form.of(("khen",), 1.0),), 1.0, name=False),)
CALIBRATION = Calibration(
    Curve({"margin": 1.0}, 0.0),
    Curve({"score": 0.1, "gap": 0.5, "told": 0.0}, 0.0),
    Curve({"near": 0.86, "told": 0.29, "names": -0.05, "meaning": -0.77, "margin": 1.0}, -1.35),
    0.5,
    "test",
)
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
KNOWN = replace(Evidence(*[0.0] * len(EVIDENCE)), margin=4.0, chance=math.log(0.5), fit=0.9, near=1.0, told=1.0)
TEXT = "một hai ba bốn năm sáu một hai"


def reading(score: float, features: Features = SURE, at: int = 0) -> Reading:
    """Return a sentence of three characters."""
    span = Span(at, at + 3)
    return Reading(StoredPassage(1, Document("d", TEXT, "t"), 0, len(TEXT), ""), span, span, score, features)


def short(
    score: float, words: str = "một", *, passage: int = 1, document: str = "d", chance: float = 0.5, text: str = TEXT
) -> Reading:
    """Return a short answer, the first place of its words in the text of a document."""
    span = Span(text.index(words), text.index(words) + len(words))
    stored = StoredPassage(passage, Document(document, text, "t"), 0, len(text), "")
    return Reading(stored, span, Span(0, len(text)), score, SURE, replace(KNOWN, chance=math.log(chance)))


def sure(*readings: Reading) -> float:
    """Return the confidence in the first of these."""
    return confidences(readings, NEEDLES, CALIBRATION)[0]


def signals(*readings: Reading, at: int = 0) -> Signals:
    return signals_of(readings, [normalise(r.text) for r in readings], at)


# --- sentences ------------------------------------------------------------------------------------------------------


def test_a_sentence_that_stands_out_is_more_certain() -> None:
    alone, close = sure(reading(9.0), reading(6.0, at=4)), sure(reading(9.0), reading(8.9, at=4))
    assert alone > 0.5 > close


def test_the_same_words_elsewhere_are_no_rival() -> None:
    assert sure(reading(9.0), reading(8.9), reading(8.8, at=TEXT.rindex("một"))) == sure(reading(9.0))


def test_the_confidence_in_a_sentence_is_read_off_its_features() -> None:
    row = sentence_signals([reading(9.0), reading(8.0, at=4)], ["một", "hai"], 0)
    assert row == {"near": 1.0, "told": 1.0, "names": 1.0, "meaning": 0.6, "margin": 1.0}
    assert sure(reading(9.0), reading(8.0, at=4)) == pytest.approx(CALIBRATION.sentence.chance(row))


def test_no_confidence_without_the_names_or_the_words_or_the_question() -> None:
    foreign, silent = replace(SURE, names=0.0), replace(SURE, here=0.2, around=0.1)
    assert sure(reading(9.0, foreign)) == 0.0
    assert sure(reading(9.0, silent)) == 0.0
    assert confidences([reading(9.0), short(9.0)], (), CALIBRATION) == [0.0, 0.0]
    assert confidences([], NEEDLES, CALIBRATION) == []


# --- short answers --------------------------------------------------------------------------------------------------


def test_a_short_answer_is_surer_the_farther_it_stands_out() -> None:
    gaps = [sure(short(3.0), short(3.0 - gap, "bốn")) for gap in (0.0, 1.0, 3.0, 6.0)]
    assert gaps == sorted(set(gaps))
    assert sure(short(3.0), short(-9.0, "bốn")) == gaps[-1] == sure(short(3.0))  # no more than alone


def test_only_the_best_of_the_rivals_counts() -> None:
    assert signals(short(5.0), short(4.0, "bốn"), short(1.0, "ba")).gap == 1.0


def test_what_comes_second_has_a_gap_below_nothing() -> None:
    both = short(5.0), short(3.5, "bốn")
    assert signals(*both, at=1).gap == -1.5
    first, second = confidences(both, NEEDLES, CALIBRATION)
    assert first > second


def test_a_longer_span_around_the_same_place_is_no_rival() -> None:
    assert signals(short(5.0, "hai ba"), short(4.9, "hai ba bốn")).gap == 6.0
    assert signals(short(5.0, "hai ba"), short(4.9, "hai ba bốn", document="e", passage=2)).gap == pytest.approx(0.1)


def test_places_overlap_only_within_one_document_and_by_a_character() -> None:
    assert overlap(short(0, "hai ba"), short(0, "ba bốn"))
    assert not overlap(short(0, "hai"), short(0, "ba"))
    assert not overlap(short(0, "hai"), short(0, " ba"))
    assert not overlap(short(0, "hai"), short(0, "hai", document="e"))


def test_a_name_that_is_missing_leaves_a_short_answer_without_confidence() -> None:
    assert sure(replace(short(9.0), features=replace(SURE, names=0.49))) == 0.0
    assert sure(replace(short(9.0), features=replace(SURE, names=0.5))) > 0.0


def test_what_counts_another_thing_has_no_confidence() -> None:
    answer = short(9.0)
    assert answer.evidence is not None
    other, doubtful = (replace(answer, evidence=replace(answer.evidence, fit=fit)) for fit in (0.0, 0.05))
    assert sure(other) == 0.0
    assert sure(doubtful) > 0.0


def test_signals_say_what_is_known_of_the_span() -> None:
    evidence = Evidence(*map(float, range(1, 1 + len(EVIDENCE))))
    found = signals(replace(short(2.5), evidence=evidence))
    assert found == Signals(
        score=2.5,
        margin=evidence.margin,
        share=evidence.share,
        gap=6.0,
        fit=evidence.fit,
        told=evidence.told,
        names=evidence.names,
        retrieved=evidence.retrieved,
    )


def test_the_confidence_in_a_short_answer_is_read_off_its_signals() -> None:
    both = short(4.0), short(3.0, "bốn")
    assert sure(*both) == pytest.approx(1 / (1 + math.exp(-(0.1 * 4.0 + 0.5 * 1.0))))
