"""Read passages and point at what answers the question: the `Reader` Protocol and the reader of sentences.

`SentenceReader` answers with the best-supporting sentence. It is a linear model over a handful of features that a
person can look at; its weights were fitted on the dev set (`train/tune_reader.py`). A reader of short spans takes its
place behind the same Protocol.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from operator import attrgetter
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from index.embedder import Embedder
from index.lexical import pairs_of
from index.sentences import sentences
from index.types import Span, StoredPassage
from qa.analyse import Analysis
from qa.calibration import NO_FIT, Evidence
from qa.evidence import asked_for, holds_type, shows_what_is_asked_for
from qa.needles import Haystack, Needle, coverage
from qa.retrieve import Found

_PAGES = 10_000  # characters before and behind a passage
_LEAD = 1_000  # characters at the beginning of a document, which say who, where and when
_FAR_NAME = 0.5
# Below, the question's names are not where an answer stands, and it is none; measured on the dev sets: refuses 3% of
# the answerable questions, 12% of the unanswerable.
LEAST_NAMES = 0.5


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of a sentence, each from 0 to 1 (cosines from -1)."""

    here: float  # weight of the needles that the sentence itself holds
    around: float  # … that its passage, heading or title holds where the sentence does not
    document: float  # … that only the rest of the document holds
    names: float  # how well the worst-held name stands in the passage, title or lead; elsewhere, half
    pairs: float  # share of the question's neighbouring words that stand together in the sentence
    kind: float  # whether something new of the kind asked for is there
    wanted: float  # whether the thing asked for stands with a number or a new name
    meaning: float  # cosine of the question and the sentence
    retrieved: float  # the passage's fused score
    lead: float  # the sentence is the title or the first of the document
    short: float  # fewer than six words: a caption, a heading


@dataclass(frozen=True, slots=True)
class Reading:
    """A span that may answer, in offsets of its document; `score` ranks readings of one question, higher is better.

    `sentence` is the sentence around `span` (a reader of sentences gives the same twice), `features` is what is known
    of that sentence, `evidence` what is known of a short span.
    """

    passage: StoredPassage
    span: Span
    sentence: Span
    score: float
    features: Features
    evidence: Evidence | None = None

    @property
    def kind(self) -> Literal["span", "sentence"]:
        """Whether this is a short answer or the sentence that holds one."""
        return "sentence" if self.evidence is None else "span"

    @property
    def is_no_answer(self) -> bool:
        """Whether it lacks the question's names, or does not fit at all: no answer, however sure the network is."""
        fits = self.evidence is None or self.evidence.fit > NO_FIT
        return not fits or self.features.names < LEAST_NAMES

    @property
    def text(self) -> str:
        """The words that it points at."""
        return self.span.of(self.passage.document.text)


class Reader(Protocol):
    """What finds answers in passages."""

    def read(
        self, analysis: Analysis, needles: Sequence[Needle], found: Sequence[Found], *, thorough: bool = False
    ) -> list[Reading]:
        """Return readings, best first; none when no passage holds anything to point at.

        A reader may leave passages unread when it is sure of an answer or sees none, unless it is to be `thorough`.
        """


@dataclass(frozen=True, slots=True)
class ReaderWeights:
    """One weight a feature, in the order of `Features`; the score is their weighted sum."""

    here: float = 3.36
    around: float = 1.64
    document: float = -0.19
    names: float = 2.26
    pairs: float = 2.87
    kind: float = 2.36
    wanted: float = 2.04
    meaning: float = 2.4
    retrieved: float = 4.41
    lead: float = -1.39
    short: float = -0.21


DEFAULT_WEIGHTS = ReaderWeights()
assert [f.name for f in fields(Features)] == [f.name for f in fields(ReaderWeights)]  # noqa: S101


_values = attrgetter(*(feature.name for feature in fields(Features)))  # astuple copies deeply, ten times as slow


class SentenceReader:
    """Answer with the sentence that best supports an answer."""

    def __init__(self, embedder: Embedder, weights: ReaderWeights = DEFAULT_WEIGHTS) -> None:
        """Read with `embedder`, whose queries and passages are compared by cosine."""
        self._embedder = embedder
        self._weights = np.array(astuple(weights))

    def read(
        self, analysis: Analysis, needles: Sequence[Needle], found: Sequence[Found], *, thorough: bool = False
    ) -> list[Reading]:
        """Return every sentence of the passages, best first, ties in the order of the passages."""
        spans, features = self.features(analysis, needles, found)
        readings = [
            Reading(one.passage, span, span, float(score), Features(*row.tolist()))
            for (one, span), row, score in zip(spans, features, features @ self._weights, strict=True)
        ]
        return sorted(readings, key=lambda reading: -reading.score)

    def features(
        self, analysis: Analysis, needles: Sequence[Needle], found: Sequence[Found]
    ) -> tuple[list[tuple[Found, Span]], NDArray[np.float64]]:
        """Return the sentences with the passages they come from, and their features `[sentences, len(Features)]`."""
        spans = [(one, span) for one in found for span in sentences_of(one.passage)]
        if not spans:
            return [], np.empty((0, len(fields(Features))))
        texts = [span.of(one.passage.document.text) for one, span in spans]
        question = self._embedder.embed_queries([analysis.dense_text])[0]
        cosines = self._embedder.embed_passages(texts) @ question
        surroundings = {one.passage.id: _Surroundings(one, analysis, needles) for one in found}
        rows = [
            surroundings[one.passage.id].features(span, text, float(cosine))
            for (one, span), text, cosine in zip(spans, texts, cosines, strict=True)
        ]
        return spans, np.array([_values(row) for row in rows])


def sentences_of(passage: StoredPassage) -> list[Span]:
    """Return the sentences of a passage as spans of its document."""
    return [Span(passage.start + span.start, passage.start + span.end) for span in sentences(passage.text)]


def _neighbourhood(passage: StoredPassage) -> str:
    """Return the document around the passage: all of a short one, some pages of a long one, to bound the work."""
    return passage.document.text[max(0, passage.start - _PAGES) : passage.end + _PAGES]


class _Surroundings:
    """What a passage and its document hold of the question: computed once for all sentences of the passage."""

    def __init__(self, found: Found, analysis: Analysis, needles: Sequence[Needle]) -> None:
        self._found = found
        self._analysis = analysis
        self._needles = needles
        self._marked = not analysis.toneless
        self._wanted = asked_for(analysis)
        self._pairs = set(pairs_of([token.folded for token in analysis.content]))
        passage = found.passage
        near = Haystack(f"{passage.document.title}\n{passage.heading}\n{passage.text}", marked=self._marked)
        far = Haystack(_neighbourhood(passage), marked=self._marked)
        self._near = [near.credit(needle) for needle in needles]
        self._far = [far.credit(needle) for needle in needles]
        lead = Haystack(passage.document.text[:_LEAD], marked=self._marked)
        self._lead = [lead.credit(needle) for needle in needles]

    def features(self, span: Span, text: str, cosine: float) -> Features:
        haystack = Haystack(text, marked=self._marked)
        here = [haystack.credit(needle) for needle in self._needles]
        near = [max(a, b) for a, b in zip(here, self._near, strict=True)]
        far = [max(a, b) for a, b in zip(near, self._far, strict=True)]
        told, nearby, anywhere = (coverage(self._needles, credits_) for credits_ in (here, near, far))
        return Features(
            here=told,
            around=nearby - told,
            document=anywhere - nearby,
            names=self._names(near, far),
            pairs=len(self._pairs & haystack.pairs) / max(len(self._pairs), 1),
            kind=holds_type(self._analysis, text),
            wanted=shows_what_is_asked_for(self._analysis, self._wanted, text),
            meaning=cosine,
            retrieved=self._found.score,
            lead=float(span.start == 0),
            short=float(len(text.split()) < 6),
        )

    def _names(self, near: Sequence[float], far: Sequence[float]) -> float:
        """Return how well the worst of the names is held where it is said what the text is about, 1 without any.

        A mention far off counts half. The worst one, because the right place with another year is a wrong answer.
        """
        held: dict[int, list[float]] = {}
        for needle, close, lead, away in zip(self._needles, near, self._lead, far, strict=True):
            if needle.name:
                held.setdefault(needle.name, []).append(max(close, lead, _FAR_NAME * away))
        return min((sum(credits_) / len(credits_) for credits_ in held.values()), default=1.0)
