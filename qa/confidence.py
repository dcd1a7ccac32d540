"""Say how likely an answer is right, from what is known when it is given; below a threshold there is no answer.

The curves are those of a `Calibration`, learnt on questions whose answers are known. What lacks the names that the
question gives, or counts another thing, gets no confidence at all: a question about Nghệ An is not answered from Lai
Châu, one about households not with people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from qa.calibration import Calibration, Signals
from qa.evaluate import normalise
from qa.needles import Needle
from qa.read import Features, Reading

LEAST_TOLD = 0.5  # for sentences; measured on the dev sets: refuses 3% of the answerable questions
_MOST_GAP = 6.0  # a gap wider than this says no more than this
_MOST_MARGIN = 3.0


def confidences(readings: Sequence[Reading], needles: Sequence[Needle], calibration: Calibration) -> list[float]:
    """Return how likely each reading is right, from 0 to 1; 0 when the question has no telling word.

    `readings` are of one kind, best first.
    """
    if not needles:
        return [0.0] * len(readings)
    words = [normalise(reading.text) for reading in readings]
    return [_confidence(readings, words, at, calibration) for at in range(len(readings))]


def _confidence(readings: Sequence[Reading], words: Sequence[str], at: int, calibration: Calibration) -> float:
    reading = readings[at]
    if reading.is_no_answer:
        return 0.0
    if reading.evidence is not None:
        return calibration.span.chance(asdict(signals_of(readings, words, at)))
    if _told(reading.features) < LEAST_TOLD:
        return 0.0
    return calibration.sentence.chance(sentence_signals(readings, words, at))


def signals_of(readings: Sequence[Reading], words: Sequence[str], at: int) -> Signals:
    """Return what the confidence in a span is read off; `words` are the readings' normalised texts."""
    reading = readings[at]
    evidence = reading.evidence
    assert evidence is not None  # noqa: S101
    return Signals(
        score=reading.score,
        margin=evidence.margin,
        share=evidence.share,
        gap=_gap(readings, words, at, _MOST_GAP),
        fit=evidence.fit,
        told=evidence.told,
        names=evidence.names,
        retrieved=evidence.retrieved,
    )


def sentence_signals(readings: Sequence[Reading], words: Sequence[str], at: int) -> dict[str, float]:
    """Return what the confidence in a sentence is read off."""
    features = readings[at].features
    return {
        "near": features.here + features.around,
        "told": _told(features),
        "names": features.names,
        "meaning": features.meaning,
        "margin": _gap(readings, words, at, _MOST_MARGIN),
    }


def _told(features: Features) -> float:
    return features.here + features.around + features.document


def _gap(readings: Sequence[Reading], words: Sequence[str], at: int, most: float) -> float:
    """Return how far the score lies above the best reading elsewhere that says something else, at most `most`.

    A longer or shorter span around the same place is the same answer; what is no answer at all is no rival.
    """
    mine = readings[at]
    others = (
        other.score
        for other, said in zip(readings, words, strict=True)
        if said != words[at] and not other.is_no_answer and not overlap(mine, other)
    )
    return max(-most, min(most, mine.score - next(others, mine.score - most)))


def overlap(one: Reading, other: Reading) -> bool:
    """Tell whether two readings point at the same place of the same document."""
    return (
        one.passage.document.id == other.passage.document.id
        and one.span.start < other.span.end
        and other.span.start < one.span.end
    )
