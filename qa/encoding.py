"""Lay question, title and passage out as the token sequence that the span reader reads.

    [CLS] question [SEP] title [SEP] passage [SEP]

Every token has a type: what part it belongs to and, in the passage, whether its word stands in the question too, alone
or beside the same neighbour, or is what a word of the question was expanded to, and whether it has a capital. A small
model that has seen little Vietnamese need not learn to compare words: it is told. Words are the unit: an answer begins
and ends with a word, so that no syllable and no number is ever cut.

Training and reading use this same code; nothing here knows the network.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from tokenizers import Tokenizer

from index.embedder import TokenIds
from index.text import canonical_mapped, fold, fold_tokens
from index.types import Span
from qa.analyse import Analysis

PAD, UNK, CLS, SEP = "[PAD]", "[UNK]", "[CLS]", "[SEP]"
MOST_QUESTION, MOST_TITLE = 40, 24  # tokens
_QUESTION, _TITLE, _PASSAGE = 0, 1, 2
NONE, WORD, PAIR, EXPANSION = range(4)
PROPOSED = _PASSAGE + 2 * 4  # of an answer to judge: in training alone (`train.propose`)
TYPES = PROPOSED + 1

# A number keeps its separators, a date its strokes, and both their sign of percent or degree: `57,6%`, `18/18`, `25-1`.
_WORD = re.compile(r"[^\W\d_]+|\d{1,2}-\d{1,2}(?:-\d{2,4})?(?![\d-])|\d+(?:[.,:/]\d+)*(?:\s?[%‰])?|[^\w\s]|_")
_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or sign of a text as written: its lower-case form, its span there, whether it has a capital."""

    text: str
    span: Span
    capital: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a question is compared with the words of a passage.

    `words` are its telling words in canonical lower case, `pairs` neighbours in it, both folded when `folded`;
    `expansions` are the words that parts of it stand for (abbreviations, synonyms, translations).
    """

    ids: tuple[int, ...]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    folded: bool
    expansions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Pieces:
    """Token ids of a text, and for each token the number of its word in `words`."""

    words: tuple[Word, ...]
    ids: tuple[int, ...]
    word_of: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for the network.

    `words` are the passage's words in the order of the text; word i has its first token at `first[i]` and its last at
    `last[i]`.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    words: tuple[Word, ...]
    first: tuple[int, ...]
    last: tuple[int, ...]


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words of a text; their spans are those of the text as it was written, whatever its form."""
    mapped = canonical_mapped(text)
    found = []
    for match in _WORD.finditer(mapped.text):
        written = match[0]
        found.append(Word(written.lower(), mapped.original(Span(*match.span())), written[0].isupper()))
    return tuple(found)


class Encoder:
    """Turns texts into windows with the tokenizer of a span reader."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Use `tokenizer`, which must know `[CLS]` and `[SEP]` and split words, numbers and signs apart."""
        self._ids = TokenIds(tokenizer)
        self.pad, self._cls, self._sep = (_id_of(tokenizer, token) for token in (PAD, CLS, SEP))

    def pieces(self, words: Sequence[Word]) -> Pieces:
        """Return the tokens of words."""
        ids, word_of = list[int](), list[int]()
        for number, word in enumerate(words):
            for piece in _PIECE.findall(word.text):
                found = self._ids[piece]
                ids.extend(found)
                word_of.extend([number] * len(found))
        return Pieces(tuple(words), tuple(ids), tuple(word_of))

    def asked(self, analysis: Analysis, written: str | None = None) -> Asked:
        """Return the question as tokens, and what of it is compared with the words of a passage.

        `written` is the question in the words to read, where those are others.
        """
        folded = analysis.toneless
        words = frozenset(token.folded if folded else token.text for token in analysis.telling)
        content = [token.folded if folded else token.text for token in analysis.content]
        others = chain(
            (found.meant for found in analysis.found),
            (reading.vietnamese for reading in analysis.translations),
            (other for said in analysis.synonyms for other in said.others),
        )
        expanded = list(chain.from_iterable(others))
        return Asked(
            ids=self.pieces(words_of(written or analysis.question)).ids[:MOST_QUESTION],
            words=words,
            pairs=frozenset(pairwise(content)),
            folded=folded,
            expansions=frozenset(fold_tokens(expanded) if folded else expanded) - words,
        )

    def windows(self, asked: Asked, title: str, passage: Pieces, size: int, overlap: int) -> list[Window]:
        """Return the passage in windows of at most `size` of its tokens, each of whole words, `overlap` shared.

        A passage without words has none.
        """
        head = self.pieces(words_of(title)).ids[:MOST_TITLE]
        types = types_of(asked, passage.words)
        bounds = _bounds(passage, size, overlap)
        return [self._window(asked, head, passage, types, first, last) for first, last in bounds]

    def _window(
        self, asked: Asked, head: Sequence[int], passage: Pieces, types: Sequence[int], first: int, last: int
    ) -> Window:
        """Return the window of the passage's tokens `[first, last)`."""
        start = len(asked.ids) + len(head) + 3
        ids = (self._cls, *asked.ids, self._sep, *head, self._sep, *passage.ids[first:last], self._sep)
        kinds = (
            *([_QUESTION] * (len(asked.ids) + 2)),
            *([_TITLE] * (len(head) + 1)),
            *(types[number] for number in passage.word_of[first:last]),
            _QUESTION,
        )
        numbers = passage.word_of[first:last]
        begins = [i for i, number in enumerate(numbers) if i == 0 or numbers[i - 1] != number]
        ends = [*(i - 1 for i in begins[1:]), len(numbers) - 1]
        return Window(
            ids=ids,
            types=kinds,
            words=passage.words[numbers[0] : numbers[-1] + 1],
            first=tuple(start + i for i in begins),
            last=tuple(start + i for i in ends),
        )


def types_of(asked: Asked, words: Sequence[Word]) -> list[int]:
    """Return the token type of each word of a passage."""
    said = [_form(word.text, asked.folded) for word in words]
    levels = [WORD if form in asked.words else EXPANSION if form in asked.expansions else NONE for form in said]
    spoken = [i for i, word in enumerate(words) if word.text[0].isalnum()]
    for one, other in pairwise(spoken):
        if (said[one], said[other]) in asked.pairs:
            levels[one] = levels[other] = PAIR
    return [_PASSAGE + 2 * level + word.capital for level, word in zip(levels, words, strict=True)]


def _form(word: str, folded: bool) -> str:
    return fold(word) if folded else word


def _bounds(passage: Pieces, size: int, overlap: int) -> list[tuple[int, int]]:
    """Return token ranges of at most `size` tokens that begin and end with whole words and share about `overlap`."""
    begins = [i for i, number in enumerate(passage.word_of) if i == 0 or passage.word_of[i - 1] != number]
    total, found, start = len(passage.ids), list[tuple[int, int]](), 0
    while start < total:
        end = total if start + size >= total else max((b for b in begins if start < b <= start + size), default=0)
        if end == 0:  # one word longer than a window: cut it, it answers nothing
            end = start + size
        if not found or end > found[-1][1]:
            found.append((start, end))
        later = [b for b in begins if b > start]
        if end == total or not later:  # none: the last word was cut
            break
        start = max(later[0], max((b for b in begins if b <= end - overlap), default=0))
    return found


def _id_of(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        raise ValueError(f"the tokenizer has no {token}")
    return int(found)
