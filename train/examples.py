"""Examples for the span reader: a window of a text, a question as somebody may put it, and where the answer stands.

Question, title and window are laid out by `qa.encoding`, the very code that reads later. Among the examples are
answerable windows, unanswerable questions, other windows of the same text and windows of look-alike texts: what a
retriever brings up, and what must be passed over in silence.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.encoding import Asked, Encoder, Pieces, Window, words_of
from qa.segment import glued
from train.forms import chat_form, said_otherwise, strip_marks
from train.records import CONTRAST, WRITTEN, Other, Reading

_OFFICES = frozenset({"giám đốc", "chủ tịch", "trưởng", "quê"})

FOLDS = 3
MADE = -1
_AROUND = 4  # look-alikes of a question that are read to find out what it is mistaken for


@dataclass(frozen=True)
class Mix:
    """How the windows of a batch and the forms of its questions are drawn."""

    made: float = 0.15  # of the questions, from synthetic.jsonl
    contrast: float = 0.0  # … from the contrast questions, which are among the others, too
    elsewhere: float = 0.06  # of the answerable: another window of the same text
    lookalike: float = 0.25  # … or a window of a text that speaks of much the same
    silent: float = 0.25  # of the unanswerable: likewise
    bare: float = 0.24
    chat: float = 0.07
    english: float = 0.5  # of the questions that have an English form
    bare_text: float = 0.04
    swapped: float = 0.15  # of the Vietnamese questions: a word said otherwise, by the reader's table of synonyms
    otherwise: float = 0.4  # of the questions with marks: put as someone else would
    titled: float = 0.6
    shortest: int = 56  # tokens of a window
    longest: int = 150


@dataclass(frozen=True)
class Example:
    """A window, and where its answer begins and ends (token positions; both 0 where it does not tell).

    `row` is the number of the question among those that people wrote, `MADE` for a made one.
    """

    window: Window
    start: int
    end: int
    row: int


@cache
def lexicon() -> Lexicon:
    """Return the tables that questions are read with."""
    return Lexicon(load_abbreviations())


class Source:
    """The questions, and the drawing of examples from them; `near` are look-alikes for each of `people`."""

    def __init__(
        self,
        people: Sequence[Reading],
        made: Sequence[Reading],
        encoder: Encoder,
        mix: Mix,
        near: Sequence[Sequence[Other]] = (),
    ) -> None:
        self.people, self.made, self._encoder, self.mix = people, made, encoder, mix
        self._near = near or [()] * len(people)
        self._pieces: dict[str, Pieces] = {}
        self._contrast = [number for number, row in enumerate(people) if row.source == CONTRAST]

    def pool(self, rng: np.random.Generator, count: int) -> list[Example]:
        """Return `count` examples."""
        found: list[Example] = []
        dice = random.Random(int(rng.integers(1 << 31)))
        while len(found) < count:
            example = self._draw(dice)
            if example is not None:
                found.append(example)
        return found

    def around(self, rng: np.random.Generator, numbers: Sequence[int]) -> list[Example]:
        """Return for each of these questions a window of its own text and one of each of a few look-alikes."""
        dice = random.Random(int(rng.integers(1 << 31)))
        found = list[Example | None]()
        for number in numbers:
            row, near = self.people[number], self._near[number]
            found.append(self._window(row, number, None, elsewhere=False, dice=dice))
            for other in dice.sample(near, min(_AROUND, len(near))):
                found.append(self._window(row, number, other, elsewhere=False, dice=dice))
        return [example for example in found if example is not None]

    def _draw(self, dice: random.Random) -> Example | None:
        mix, number = self.mix, MADE
        near: Sequence[Other] = ()
        if self.made and (not self.people or dice.random() < mix.made):
            row = dice.choice(self.made)
        else:
            apart = self._contrast and mix.contrast and dice.random() < mix.contrast
            number = dice.choice(self._contrast) if apart else dice.randrange(len(self.people))
            row, near = self.people[number], self._near[number]
        fate = dice.random()
        other = dice.choice(near) if near and fate < (mix.lookalike if row.answer else mix.silent) else None
        elsewhere = other is None and mix.lookalike <= fate < mix.lookalike + mix.elsewhere
        return self._window(row, number, other, elsewhere=elsewhere and bool(row.answer), dice=dice)

    def _window(
        self, row: Reading, number: int, other: Other | None, *, elsewhere: bool, dice: random.Random
    ) -> Example | None:
        """Return a window of the question's text, `elsewhere` in it than its answer, or of an `other` text."""
        mix = self.mix
        title, context, answer, start = row.title, row.context, row.answer, row.start
        if other is not None:
            title, context, answer, start = other.title, other.text, "", 0
        question = self._form(row, dice)
        if dice.random() < mix.bare_text:
            context, question = strip_marks(context), strip_marks(question)
        asked = self._encoder.asked(analyse(question, lexicon()))
        pieces = self._pieces_of(context)
        words = answer_words(pieces, start, start + len(answer)) if answer else None
        if answer and words is None:
            return None
        part = self._part(pieces, words, elsewhere, dice)
        if part is None:
            return None
        if elsewhere and _says(context, part[0], answer):
            return None
        title = title if dice.random() < mix.titled else ""
        return example_of(self._encoder, asked, title, part[0], None if elsewhere else part[1], number)

    def _form(self, row: Reading, dice: random.Random) -> str:
        if row.english and dice.random() < self.mix.english:
            return row.english
        question = self._swapped(row.question, dice) if dice.random() < self.mix.swapped else row.question
        if dice.random() < self.mix.otherwise and strip_marks(question) != question:
            question = said_otherwise(question, dice)
        form = dice.random()
        if form < self.mix.bare:
            return strip_marks(question) if dice.random() < 0.5 else strip_marks(question).lower()
        if form < self.mix.bare + self.mix.chat:
            return chat_form(question, dice)
        return question

    def _swapped(self, question: str, dice: random.Random) -> str:
        """Return the question with one of its words as others say it: `đơn vị` for `tập thể`."""
        asked = analyse(question, lexicon())
        words = [token.text for token in asked.tokens]
        inner = [*glued(words, [True] * len(words)), False]
        # Not half of `sinh viên`, and no office for another: who holds the other one is a near miss.
        fits = [
            said
            for said in asked.synonyms
            if not inner[said.start]
            and not inner[said.end]
            and not _OFFICES & {" ".join(words[said.start : said.end]), *map(" ".join, said.others)}
        ]
        if asked.toneless or not fits:
            return question
        said = dice.choice(fits)
        first, last = asked.tokens[said.start].span, asked.tokens[said.end - 1].span
        return question[: first.start] + " ".join(dice.choice(said.others)) + question[last.end :]

    def _pieces_of(self, context: str) -> Pieces:
        if context not in self._pieces:
            if len(self._pieces) > 30_000:
                self._pieces.clear()
            self._pieces[context] = self._encoder.pieces(words_of(context))
        return self._pieces[context]

    def _part(
        self, pieces: Pieces, words: tuple[int, int] | None, elsewhere: bool, dice: random.Random
    ) -> tuple[Pieces, tuple[int, int] | None] | None:
        """Return a stretch of the text with the answer's words in it or, `elsewhere`, without; None if none fits."""
        size = dice.randint(self.mix.shortest, self.mix.longest)
        total = len(pieces.words)
        if words is None:
            first = dice.randrange(max(1, total - size // 2))
        elif elsewhere:
            spots = [i for i in range(0, max(1, total - 20)) if i > words[1] or i + size < words[0]]
            if not spots:
                return None
            first = dice.choice(spots)
        else:
            first = max(0, words[0] - dice.randint(0, max(0, size - (words[1] - words[0]) - 4)))
        last = min(total, first + size)
        if elsewhere and words is not None and first <= words[1] and last > words[0]:
            last = words[0]
        if last - first < 8:
            return None
        part = self._encoder.pieces(pieces.words[first:last])
        if words is None or elsewhere:
            return part, None
        return (part, (words[0] - first, words[1] - first)) if words[1] < last else None


def answer_words(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last word of a stretch of the text, None when it cuts one."""
    inside = [i for i, word in enumerate(pieces.words) if word.span.start < end and word.span.end > start]
    if not inside or pieces.words[inside[0]].span.start < start:
        return None
    last = pieces.words[inside[-1]]
    if any(map(str.isalnum, last.text[end - last.span.start :])):  # `57,6` may leave its `%` behind, `5` no `4`
        return None
    return inside[0], inside[-1]


def _says(context: str, part: Pieces, answer: str) -> bool:
    """Tell whether a stretch of a text holds an answer that the text gives more than once."""
    stretch = context[part.words[0].span.start : part.words[-1].span.end]
    return strip_marks(answer).lower() in strip_marks(stretch).lower()


def example_of(
    encoder: Encoder, asked: Asked, title: str, part: Pieces, words: tuple[int, int] | None, row: int = MADE
) -> Example | None:
    """Return the example of one window; None when it has no words."""
    windows = encoder.windows(asked, title, part, 10_000, 0)
    if not windows:
        return None
    window = windows[0]
    if words is None:
        return Example(window, 0, 0, row)
    return Example(window, window.first[words[0]], window.last[words[1]], row)


def training_rows(rows: Sequence[Reading]) -> list[int]:
    """Return the numbers of the questions to train on.

    Two thirds of the questions of mailong25 are asked of a text that a search engine brought up and that does not
    tell; a quarter of those is as much silence as the rest of the mix has.
    """
    kept = {id(row) for row in split(rows)[0]}
    return [i for i, row in enumerate(rows) if id(row) in kept and (row.answer or row.source in WRITTEN or i % 4 == 0)]


def fold_of(row: Reading) -> int:
    """Return the part of the questions, from 0 to `FOLDS` - 1, that those of the row's text are in."""
    return zlib.crc32(row.context.encode()) % FOLDS


def split(rows: Sequence[Reading], share: float = 0.04) -> tuple[list[Reading], list[Reading]]:
    """Return rows to train on and rows to look at, by text, so that no text is in both."""
    kept: tuple[list[Reading], list[Reading]] = ([], [])
    for row in rows:
        number = int.from_bytes(row.context[:200].encode()[-8:], "big") % 1000 if row.context else 0
        kept[number < share * 1000 and row.source in WRITTEN].append(row)
    return kept
