"""Read passages with the span reader: short answers, each with what speaks for it.

Passages are read best first, in stages, until something sure is found or nothing more is promised. The reader of
sentences goes ahead: it is cheap, and says where in a passage the question is spoken of; the network reads a stretch
around that place. What the network, the sentence and retrieval say of a span is its `Evidence`; the score is a weighted
sum of it, with weights learnt on the dev set (`train/tune_answers.py`). Passages that were not read are looked through
for the best answer's words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, chain, pairwise

import numpy as np

from index.text import fold
from index.types import Span
from qa.analyse import Analysis
from qa.calibration import Calibration, Evidence
from qa.completion import complete
from qa.encoding import Asked, Pieces, Window, Word, words_of
from qa.kinds import fit
from qa.needles import Needle, held_beyond
from qa.network import OnnxNetwork
from qa.read import Reading, SentenceReader
from qa.repeats import holding, repeated
from qa.retrieve import Found
from qa.segment import glued
from qa.spans import Bounds, Candidate, candidates
from qa.wording import as_counted

_LEAST_LOG = -14.0
_SPANS = 4  # looked at in each window
_WEIGHED = 16  # of all windows: what the network thinks least of is not worth weighing
_SURE_NAMES = 0.75  # a name that is held far off is no reason to stop (`qa.read.Features`)
_LEAST_FIT = 0.3  # what is sure fits better (`qa.kinds`)
_CACHED = 256  # passages whose tokens are remembered


@dataclass(frozen=True, slots=True)
class Budget:
    """How many passages are read at once, and how many tokens of each.

    A passage that lacks the question's names is not read: what it says would be no answer (`qa.confidence`). `stages`
    are the ranks at which it is asked whether to go on: not where some margin (logits above silence) has reached
    `sure`; and at the last of them, not where none has reached `hopeless`, and no sentence that was not read speaks
    more of the question than those that were. Of passages before the last stage `full` tokens are read, of each other
    one `part`; where there are fewer passages, as in one document alone, they share what the first ones would have had.
    `window` is the longest sequence of passage tokens that the network reads at once, `overlap` what two share.

    Measured on the dev set: 453 of 546 best answers are right, as when everything is read; 1.6 passages' worth of
    tokens is read in the mean for a question that has an answer, 1.4 for one that the library knows nothing of, where
    all would be 5.8.
    """

    stages: tuple[int, ...] = (1, 3)
    full: int = 160
    part: int = 72
    window: int = 192
    overlap: int = 48
    sure: float = 1.0
    hopeless: float = -1.0

    def of(self, rank: int, count: int) -> int:
        """Return how many tokens are read of the passage of this rank, from 0, among `count`."""
        whole = self._last
        if rank >= whole:
            return self.part
        return self.full * whole // min(whole, count)

    def is_last_stage(self, ranks: range) -> bool:
        """Tell whether only the parts of passages come after these ranks."""
        return ranks.stop == self._last

    @property
    def _last(self) -> int:
        """The rank from which on only parts of passages are read."""
        return max(self.stages, default=0)

    def parts(self, count: int) -> Iterator[range]:
        """Yield the ranks that are read together among `count` passages, stage after stage."""
        for start, stop in pairwise((0, *(rank for rank in self.stages if rank < count), count)):
            yield range(start, stop)


DEFAULT_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class _Pointed:
    """A candidate of a window of a passage; `order` is its rank there, from 0."""

    found: Found
    window: Window
    candidate: Candidate
    order: int


class SpanReader:
    """Answer with short spans; the sentences follow, for questions that no short span answers."""

    def __init__(
        self,
        network: OnnxNetwork,
        sentences: SentenceReader,
        calibration: Calibration,
        budget: Budget = DEFAULT_BUDGET,
    ) -> None:
        """Read with `network` where `sentences` points; score by `calibration`."""
        self._network = network
        self._sentences = sentences
        self._calibration = calibration
        self._budget = budget
        self._pieces = lru_cache(_CACHED)(self._pieces_of)

    def read(
        self, analysis: Analysis, needles: Sequence[Needle], found: Sequence[Found], *, thorough: bool = False
    ) -> list[Reading]:
        """Return spans, best first, and then the sentences of what was read, best first."""
        written = as_counted(analysis, (one.passage.text for one in found))
        asked = self._network.encoder.asked(analysis, written)
        pointed: list[_Pointed] = []
        told: dict[int, list[Reading]] = {}
        ahead: dict[int, list[Reading]] = {}  # sentences of what is not read yet
        for ranks in self._budget.parts(len(found)):
            some = ahead or self._sentences_of(analysis, needles, found[ranks.start : ranks.stop])
            told |= some
            new = self._pointed(
                [
                    (found[rank], window)
                    for rank in ranks
                    if thorough or _may_answer(some.get(found[rank].passage.id, []))
                    for window in self._windows(
                        asked, found[rank], some.get(found[rank].passage.id, []), self._budget.of(rank, len(found))
                    )
                ]
            )
            pointed += new
            if thorough:
                continue
            if any(map(self._is_sure, self._weighed(analysis, needles, new, some))):
                break
            if self._budget.is_last_stage(ranks) and self._is_hopeless(pointed):
                ahead = self._sentences_of(analysis, needles, found[ranks.stop :])
                if _best(filter(_may_answer, ahead.values())) <= _best(filter(_may_answer, told.values())):
                    break
        spans = self._weighed(analysis, needles, pointed, told)
        if spans:
            unread = holding(spans[0], (one for one in found if one.passage.id not in told))
            spans[1:1] = repeated(analysis, spans, self._sentences.read(analysis, needles, unread))
        return [*spans, *sorted(chain.from_iterable(told.values()), key=lambda reading: -reading.score)]

    def _sentences_of(
        self, analysis: Analysis, needles: Sequence[Needle], found: Sequence[Found]
    ) -> dict[int, list[Reading]]:
        """Return the sentences of each passage, by the passage's id."""
        told: dict[int, list[Reading]] = {}
        for sentence in self._sentences.read(analysis, needles, found):
            told.setdefault(sentence.passage.id, []).append(sentence)
        return told

    def _weighed(
        self,
        analysis: Analysis,
        needles: Sequence[Needle],
        pointed: Sequence[_Pointed],
        told: Mapping[int, Sequence[Reading]],
    ) -> list[Reading]:
        """Return the spans that the network points at, each place once, best first."""
        everything = _log_sum([row.candidate.total for row in pointed if row.order == 0])
        places: dict[tuple[str, Span], Reading] = {}
        for row in sorted(pointed, key=lambda row: -row.candidate.margin)[:_WEIGHED]:
            reading = _reading(analysis, needles, row, everything, told[row.found.passage.id])
            places.setdefault((reading.passage.document.id, reading.span), reading)
        weighed = [replace(r, score=self._calibration.score(r.evidence)) for r in places.values() if r.evidence]
        # What is no answer (`qa.confidence`) must not stand before one that may be.
        return sorted(weighed, key=lambda r: (r.is_no_answer, -r.score))

    def _is_sure(self, reading: Reading) -> bool:
        """Tell whether nothing more need be read: of the wrong place, person or kind of thing nothing is sure."""
        evidence = reading.evidence
        assert evidence is not None  # noqa: S101
        fits = reading.features.names >= _SURE_NAMES and evidence.fit > _LEAST_FIT
        return fits and evidence.margin >= self._budget.sure

    def _is_hopeless(self, pointed: Sequence[_Pointed]) -> bool:
        """Tell whether nothing of what was read comes near to an answer."""
        return all(row.candidate.margin < self._budget.hopeless for row in pointed)

    def _pointed(self, places: Sequence[tuple[Found, Window]]) -> list[_Pointed]:
        """Return the best spans of each window by the network."""
        logits = self._network.logits([window for _, window in places])
        return [
            _Pointed(one, window, candidate, order)
            for (one, window), scores in zip(places, logits, strict=True)
            for order, candidate in enumerate(
                candidates(window, scores[:, 0], scores[:, 1], _SPANS, bounds_of(window, one.passage.document.text))
            )
        ]

    def _windows(self, asked: Asked, one: Found, told: Sequence[Reading], most: int) -> list[Window]:
        """Return the windows of the stretch of a passage that is worth reading, about `most` tokens."""
        passage, budget = one.passage, self._budget
        if not told:
            return []
        pieces = self._pieces(passage.text, passage.start)
        pieces = _around(pieces, [(s.span, s.score) for s in told], most)
        pieces = _beginning(pieces, max(most, budget.full))  # a sentence may be longer than what is read of its passage
        title = f"{passage.document.title} {passage.heading}".strip()
        return self._network.encoder.windows(asked, title, pieces, budget.window, budget.overlap)

    def _pieces_of(self, text: str, start: int) -> Pieces:
        """Return the tokens of a passage, its words placed in the document."""
        words = (Word(w.text, Span(start + w.span.start, start + w.span.end), w.capital) for w in words_of(text))
        return self._network.encoder.pieces(tuple(words))


def _may_answer(told: Iterable[Reading]) -> bool:
    """Tell whether some sentence of a passage stands where the question's names do."""
    return not all(reading.is_no_answer for reading in told)


def _best(told: Iterable[Sequence[Reading]]) -> float:
    """Return how much the best of the sentences of some passages speaks of the question."""
    return max((reading.score for reading in chain.from_iterable(told)), default=-math.inf)


def bounds_of(window: Window, text: str) -> Bounds:
    """Return where answers may begin and end in a window of `text`.

    A line ends where a blank one follows, or one that begins with a capital: others go on, as in text wrapped by hand.
    A semicolon ends it as well: of 41,327 written answers 12 go beyond one.
    """
    words = window.words
    gaps = [(text[a.span.end : b.span.start], a.text == ";", b.capital) for a, b in pairwise(words)]
    adjacent = [False, *(gap == " " for gap, _, _ in gaps)]
    ends = (stop or gap.count("\n") > 1 or ("\n" in gap and capital) for gap, stop, capital in gaps)
    return Bounds(glued([word.text for word in words], adjacent), list(accumulate(ends, initial=0)))


def _around(pieces: Pieces, told: Sequence[tuple[Span, float]], budget: int) -> Pieces:
    """Return the tokens of the best sentence and of its neighbours, better side first, as far as the budget goes."""
    if len(pieces.ids) <= budget:
        return pieces
    order = sorted(told, key=lambda row: row[0])
    sizes = _sizes(pieces, [span for span, _ in order])
    best = max(range(len(order)), key=lambda i: order[i][1])
    first, last, used = best, best, sizes[best]
    while first > 0 or last + 1 < len(order):
        sides = [i for i in (first - 1, last + 1) if 0 <= i < len(order)]
        side = max(sides, key=lambda i: order[i][1])
        if used + sizes[side] > budget:
            sides.remove(side)
            side = sides[0] if sides and used + sizes[sides[0]] <= budget else -1
            if side < 0:
                break
        first, last, used = min(first, side), max(last, side), used + sizes[side]
    return _between(pieces, order[first][0].start, order[last][0].end)


def _beginning(pieces: Pieces, most: int) -> Pieces:
    """Return the first words whose tokens are at most `most`, one word at least."""
    if len(pieces.ids) <= most:
        return pieces
    last = max(pieces.word_of[most] - 1, 0)
    return _between(pieces, pieces.words[0].span.start, pieces.words[last].span.end)


def _sizes(pieces: Pieces, spans: Sequence[Span]) -> list[int]:
    """Return how many tokens each span has."""
    starts = np.array([pieces.words[number].span.start for number in pieces.word_of])
    return [int(np.searchsorted(starts, span.end) - np.searchsorted(starts, span.start)) for span in spans]


def _between(pieces: Pieces, start: int, end: int) -> Pieces:
    """Return the tokens of the words that begin in `[start, end)`."""
    inside = [i for i, word in enumerate(pieces.words) if start <= word.span.start < end]
    first, words = inside[0], tuple(pieces.words[i] for i in inside)
    tokens = [(i, number) for i, number in enumerate(pieces.word_of) if first <= number <= inside[-1]]
    return Pieces(words, tuple(pieces.ids[i] for i, _ in tokens), tuple(number - first for _, number in tokens))


def _reading(
    analysis: Analysis, needles: Sequence[Needle], pointed: _Pointed, everything: float, told: Sequence[Reading]
) -> Reading:
    """Return a candidate as a reading, made whole; `everything` is the log-sum of all that was read."""
    one, window, candidate = pointed.found, pointed.window, pointed.candidate
    text = one.passage.document.text
    raw = candidate.span(window)
    span = complete(text, raw, analysis)
    holder = max(told, key=lambda s: min(s.span.end, span.end) - max(s.span.start, span.start))
    sentence = Span(min(holder.span.start, span.start), max(holder.span.end, span.end))
    features = holder.features
    inside = Span(span.start - sentence.start, span.end - sentence.start)
    evidence = Evidence(
        margin=candidate.margin,
        chance=max(math.log(max(candidate.chance, 1e-30)), _LEAST_LOG),
        share=max(candidate.score - everything, _LEAST_LOG),
        first=float(pointed.order == 0),
        fit=fit(analysis, span.of(text), sentence.of(text), inside),
        retrieved=one.score,
        cosine=one.dense,
        near=features.here + features.around,
        told=features.here + features.around + features.document,
        here=features.here,
        beyond=held_beyond(needles, sentence.of(text), inside, marked=not analysis.toneless),
        names=features.names,
        pairs=features.pairs,
        wanted=features.wanted,
        meaning=features.meaning,
        lead=features.lead,
        repeats=_repeats(analysis, window, candidate),
        length=math.log(1 + candidate.last - candidate.first + 1),
    )
    return Reading(one.passage, span, sentence, 0.0, features, evidence)


def _log_sum(values: Sequence[float]) -> float:
    high = max(values, default=0.0)
    return high + math.log(sum(math.exp(value - high) for value in values) or 1.0)


def _repeats(analysis: Analysis, window: Window, candidate: Candidate) -> float:
    """Return the share of the span's words that the question says itself: an echo is no answer."""
    said = {token.folded for token in analysis.tokens} if analysis.toneless else {t.text for t in analysis.tokens}
    words = [_form(word, analysis) for word in window.words[candidate.first : candidate.last + 1]]
    spoken = [word for word in words if word[:1].isalnum()]  # a lone mark folds to nothing
    return sum(word in said for word in spoken) / max(1, len(spoken))


def _form(word: Word, analysis: Analysis) -> str:
    return fold(word.text) if analysis.toneless else word.text
