"""Answer a question: the whole flow on one screen.

question -> analyse -> retrieve (words + meaning, fused) -> read -> confidence -> cite -> AskResult
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy

from index.errors import InvalidInput
from index.library import Library
from index.snapshot import Snapshot
from qa.analyse import Analysis, Lexicon, analyse
from qa.calibration import Calibration, load_calibration
from qa.cite import cite
from qa.confidence import confidences, overlap
from qa.evaluate import normalise
from qa.lookup import look_up
from qa.needles import Needle, needles_of
from qa.read import Reader, Reading
from qa.retrieve import Found, Retrieval
from qa.types import EXPLAINED, Answer, AskResult, RankedPassage, SearchResult, Status
from qa.values import value_of

MAX_QUESTION = 1_000  # characters
MAX_LIMIT = 50  # passages
RERANKED = 8  # passages
_MOST_ANSWERS = 3
_MOST_READINGS = 20  # enough to find the same words in other documents


class Answerer:
    """Answers questions over one library. Threads may share it."""

    def __init__(
        self,
        library: Library,
        *,
        reader: Reader,
        lexicon: Lexicon,
        calibration: Calibration | None = None,
    ) -> None:
        """Put the parts together; `calibration` says how sure to be of an answer, and from where on to give it."""
        self.library = library
        self._reader = reader
        self._lexicon = lexicon
        self._calibration = load_calibration() if calibration is None else calibration
        self._threshold = self._calibration.threshold

    @property
    def threshold(self) -> float:
        """The confidence below which there is no answer."""
        return self._threshold

    def at(self, threshold: float) -> Answerer:
        """Return the same with another threshold; at 0 whatever was found is given, for measuring."""
        other = copy(self)
        other._threshold = threshold
        return other

    def ask(self, question: str, *, limit: int = 8, document_id: str | None = None) -> AskResult:
        """Answer a question from the best `limit` passages, or say that they do not say.

        With `document_id`, nothing but that document is read.

        Raises:
            InvalidInput: the question is empty, longer than `MAX_QUESTION` characters or no text; a bad limit.
            UnknownDocument: there is no document of this id.
        """
        _require_question(question, limit)
        clock = _Clock()
        with clock.measuring("analyse"):
            asked = analyse(question, self._lexicon)
        with clock.measuring("retrieve"):
            analysis, retrieval = look_up(self.library, asked, self._lexicon, limit, document_id=document_id)
        with clock.measuring("read"):
            needles = needles_of(analysis, Rarity(retrieval.snapshot, folded=analysis.toneless))
            # Somebody pointed at the document: there, time is spent on not missing anything.
            readings = self._reader.read(analysis, needles, retrieval.found, thorough=document_id is not None)
            answers = self._answers(analysis, needles, readings)
        confidence = answers[0].confidence if answers else 0.0
        answered = bool(answers) and confidence >= self._threshold
        return AskResult(
            question=question,
            status=Status.ANSWERED if answered else Status.NO_ANSWER,
            confidence=confidence,
            expansions=asked.expansions,
            answers=tuple(a for a in answers if a.confidence >= self._threshold) if answered else (),
            passages=tuple(map(_ranked, retrieval.found)),
            generation=retrieval.snapshot.generation,
            timings_ms=clock.milliseconds,
        )

    def _answers(
        self, analysis: Analysis, needles: Sequence[Needle], readings: Sequence[Reading]
    ) -> tuple[Answer, ...]:
        """Return short answers, or sentences when none is sure enough and the question wants an explanation."""
        spans, sentences = (self._of_kind(kind, analysis, needles, readings) for kind in ("span", "sentence"))
        best = max((answer.confidence for answer in spans), default=0.0)
        if not spans or (analysis.answer_type in EXPLAINED and best < self._calibration.threshold):
            return sentences if sentences and sentences[0].confidence >= best else spans
        return spans

    def _of_kind(
        self, kind: str, analysis: Analysis, needles: Sequence[Needle], readings: Sequence[Reading]
    ) -> tuple[Answer, ...]:
        some = [reading for reading in readings if reading.kind == kind][:_MOST_READINGS]
        return _distinct(some, confidences(some, needles, self._calibration), analysis)

    def search(self, question: str, *, limit: int = 10, rerank: bool = False) -> SearchResult:
        """Return the best `limit` passages for a question.

        With `rerank` the first `RERANKED` are read, and come in the order of the best answer found in each.

        Raises:
            InvalidInput: as for `ask`.
        """
        _require_question(question, limit)
        clock = _Clock()
        with clock.measuring("analyse"):
            asked = analyse(question, self._lexicon)
        with clock.measuring("retrieve"):
            analysis, retrieval = look_up(self.library, asked, self._lexicon, limit)
        found = retrieval.found
        if rerank:
            with clock.measuring("read"):
                found = self._reranked(analysis, retrieval)
        return SearchResult(
            question=question,
            expansions=asked.expansions,
            passages=tuple(map(_ranked, found)),
            generation=retrieval.snapshot.generation,
            timings_ms=clock.milliseconds,
        )

    def _reranked(self, analysis: Analysis, retrieval: Retrieval) -> tuple[Found, ...]:
        """Return what was found, the first ones in the order of what the reader finds in them."""
        first, rest = retrieval.found[:RERANKED], retrieval.found[RERANKED:]
        needles = needles_of(analysis, Rarity(retrieval.snapshot, folded=analysis.toneless))
        readings = self._reader.read(analysis, needles, first, thorough=True)
        best: dict[int, int] = {}
        for place, reading in enumerate(readings):  # best first; spans before sentences
            best.setdefault(reading.passage.id, place)
        return (*sorted(first, key=lambda one: best.get(one.passage.id, len(readings))), *rest)


class Rarity:
    """Weigh a word by its inverse document frequency: what stands in every passage tells nothing."""

    def __init__(self, snapshot: Snapshot, *, folded: bool) -> None:
        """Count in the folded forms of `snapshot` for a question without marks, else in the exact ones."""
        self._index = snapshot.lexical
        self._field = "folded" if folded else "exact"
        self._count = max(snapshot.count, 1)

    def __call__(self, word: str) -> float:
        """Return BM25's idf of the word, always positive."""
        # Passages that were removed may still be counted, until the index is merged.
        frequency = min(self._index.document_frequency(self._field, word), self._count)
        return math.log(1.0 + (self._count - frequency + 0.5) / (frequency + 0.5))


def _distinct(readings: Sequence[Reading], confidences: Sequence[float], analysis: Analysis) -> tuple[Answer, ...]:
    """Return the best readings as answers: the same words out of several places become one with all citations.

    Of readings that overlap the best one stands.
    """
    best: dict[str, list[tuple[Reading, float]]] = {}
    taken: list[Reading] = []
    for reading, confidence in zip(readings, confidences, strict=True):
        said = normalise(reading.text) or reading.text
        if any(overlap(reading, other) for other in taken) or (said not in best and len(best) == _MOST_ANSWERS):
            continue
        taken.append(reading)
        best.setdefault(said, []).append((reading, confidence))
    answers = (_answer(same, analysis) for same in best.values())
    return tuple(sorted(answers, key=lambda answer: -answer.confidence))


def _answer(same: Sequence[tuple[Reading, float]], analysis: Analysis) -> Answer:
    reading, confidence = same[0]
    document = reading.passage.document
    sentence = reading.sentence.of(document.text)
    citations = {(r.passage.document.id, r.span): cite(r.passage.document, r.span) for r, _ in same}
    return Answer(
        text=reading.text,
        sentence=sentence,
        sentence_start=reading.sentence.start,
        confidence=confidence,
        citations=tuple(citations.values()),
        kind=reading.kind,
        value=value_of(reading.text, analysis.answer_type, sentence) if reading.kind == "span" else None,
    )


def _ranked(found: Found) -> RankedPassage:
    passage = found.passage
    return RankedPassage(
        id=passage.id,
        document_id=passage.document.id,
        document_title=passage.document.title,
        url=passage.document.url,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        heading=passage.heading,
        score=found.score,
    )


def _require_question(question: str, limit: int) -> None:
    if not question.strip():
        raise InvalidInput("the question is empty", hint="Ask something, for example: Ai là Bí thư Thành ủy Hải Phòng?")
    if len(question) > MAX_QUESTION:
        raise InvalidInput(f"the question has {len(question)} characters; at most {MAX_QUESTION} are read")
    if "\0" in question or any("\ud800" <= character <= "\udfff" for character in question):
        raise InvalidInput("the question holds NUL characters or lone surrogates: it is not text")
    if not 1 <= limit <= MAX_LIMIT:
        raise InvalidInput(f"the limit must be from 1 to {MAX_LIMIT}, not {limit}")


class _Clock:
    """Milliseconds of each step."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def measuring(self, step: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.milliseconds[step] = round((time.perf_counter() - start) * 1000, 2)
