"""A handful of questions, and examples drawn from them: what the tests of drawing, learning and embedding share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from index.types import Span
from qa.analyse import analyse
from qa.encoding import words_of
from tests.train.tiny_network import ENCODER, FILLER, TOKENIZER, row
from train.examples import Example, Mix, Source, lexicon
from train.records import Other, Reading

PLAIN = Mix(
    made=0.0,
    elsewhere=0.0,
    lookalike=0.0,
    bare=0.0,
    chat=0.0,
    english=0.0,
    bare_text=0.0,
    swapped=0.0,
    silent=0.0,
    otherwise=0.0,
    shortest=12,
    longest=30,
)
PEOPLE = [
    row(),
    row("Ai được khen ở Hải Phòng?", "Nguyễn Văn Bình", FILLER * 3 + "Ông Nguyễn Văn Bình ở Hải Phòng được khen."),
    row("Bao nhiêu cá nhân được tặng Bằng khen?", "37 cá nhân", "Có 37 cá nhân được tặng Bằng khen. " + FILLER * 3),
    row("Hội nghị bàn gì?", "", "Trời mưa to suốt cả ngày ở nhiều nơi. " * 3),
    row("Tỉnh giảm bao nhiêu?", "57,6%", FILLER + "Tỉnh giảm 57,6% so với năm qua. " + FILLER, english="How much?"),
]
CLS, SEP = (TOKENIZER.get_vocab()[token] for token in ("[CLS]", "[SEP]"))


def pool(
    people: Sequence[Reading],
    mix: Mix,
    seed: int = 0,
    count: int = 120,
    made: Sequence[Reading] = (),
    near: Sequence[Sequence[Other]] = (),
) -> list[Example]:
    """Return examples drawn from `people`."""
    return Source(people, made, ENCODER, mix, near).pool(np.random.default_rng(seed), count)


def held_out(count: int, start: int = 0) -> list[str]:
    """Return texts whose questions `split` holds out."""
    return [f"{FILLER}Dịp này, 54 tập thể được khen {n:08d}" for n in range(start, 100_000) if _is_held(n)][:count]


def _is_held(number: int) -> bool:
    return int.from_bytes(f"{number:08d}".encode(), "big") % 1000 < 40


def answer_in(example: Example, text: str) -> str:
    """Return what the example's window says is the answer, in the text that it was cut from."""
    window = example.window
    first, last = window.first.index(example.start), window.last.index(example.end)
    return Span(window.words[first].span.start, window.words[last].span.end).of(text)


def text_in(example: Example, texts: Iterable[str]) -> str:
    """Return the text that the window is a stretch of."""
    words = [word.text for word in example.window.words]
    spans = {word.span for word in example.window.words}
    return next(text for text in texts if [w.text for w in words_of(text) if w.span in spans] == words)


def row_of(example: Example, people: Sequence[Reading]) -> Reading:
    """Return the row whose text the window is a stretch of."""
    text = text_in(example, [person.context for person in people])
    return next(person for person in people if person.context == text)


def ids_of(person: Reading) -> tuple[int, ...]:
    """Return the tokens of a question as it is written."""
    return tuple(ENCODER.asked(analyse(person.question, lexicon())).ids)


def asked_in(example: Example) -> tuple[int, ...]:
    """Return the tokens of the question that an example asks."""
    ids = example.window.ids
    return tuple(ids[1 : ids.index(SEP)])
