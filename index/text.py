"""Bring Vietnamese text to the form in which it is matched, with a map back to the text as it was written.

Two forms exist. *Canonical*: NFC, with the tone of open `oa oe uy` on the first vowel (`hoà` and `hòa` are one
word). *Folded*: canonical, lower case, without marks, đ as d: what people type who type no marks. Both are made at
match time and thrown away; this module never changes a stored text, knows no stop words and expands no abbreviations.

All offsets count Unicode code points and are half-open, as everywhere in the project.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Final, TypeVar

from index.types import Span

_MEMO_ENTRIES: Final = 1 << 16
_MEMO_WORD: Final = 48
_ONLY_MARKED_SCRIPTS: Final = 0x20000

# Characters that carry no combining mark of their own and take none apart: Latin, punctuation, currency signs.
_PLAIN: Final = re.compile(r"[\x00-\u02ff\u1e00-\u1eff\u2000-\u200a\u2010-\u2029\u2030-\u205e\u20a0-\u20bf]*")
_LETTER: Final = re.compile(r"[^\W\d_]")
_TOKEN: Final = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")

# Without a combining class, yet never apart from what stands before: joiners, enclosing marks, variation selectors.
_JOINERS: Final = "\u034f\u200d\u20dd-\u20e4\ufe00-\ufe0f"
_TONES: Final = "\u0300\u0301\u0309\u0303\u0323"
_VIETNAMESE: Final = re.compile(
    "[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđðɖ\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]"
)


@dataclass(frozen=True, slots=True)
class Mapped:
    """A match-time text and where each of its characters came from.

    `offsets[i]` is the start in the original of the combining sequence that produced `text[i]`; the last entry, one
    past the text, is the length of the original.
    """

    text: str
    offsets: Sequence[int]

    def __post_init__(self) -> None:
        if len(self.offsets) != len(self.text) + 1:
            raise ValueError(f"{len(self.text)} characters need {len(self.text) + 1} offsets, not {len(self.offsets)}")

    def original(self, span: Span) -> Span:
        """Return the smallest span of the original that produced `span`, in whole combining sequences.

        Raises ValueError when `span` does not lie in the match text.
        """
        size = len(self.text)
        if span.end > size:
            raise ValueError(f"[{span.start}, {span.end}) does not lie in a match text of {size} characters")
        start, end = span.start, span.end
        if start == end:
            return Span(self.offsets[start], self.offsets[start])
        while start and self._cuts(start):
            start -= 1
        while end < size and self._cuts(end):
            end += 1
        return Span(self.offsets[start], self.offsets[end])

    def _cuts(self, at: int) -> bool:
        """Tell whether a cut before `text[at]` would part what was written as one character."""
        return self.offsets[at] == self.offsets[at - 1] or _is_attached(self.text[at])


@dataclass(frozen=True, slots=True)
class Token:
    """A word or number: its canonical lower-case form, its folded form, its span in the text as it was written."""

    text: str
    folded: str
    span: Span


def canonical(text: str) -> str:
    """Return `text` in NFC with the tone of open `oa oe uy` on the first vowel; the case is kept."""
    return _place_tones(unicodedata.normalize("NFC", text))


def canonical_mapped(text: str) -> Mapped:
    """Return what `canonical` returns, with the way back to `text`."""
    if unicodedata.is_normalized("NFC", text):
        return Mapped(canonical(text), range(len(text) + 1))
    mapped = _mapped(text, lambda cluster: unicodedata.normalize("NFC", cluster))
    # Moving a tone changes two letters in place, so the offsets stay true.
    return Mapped(_place_tones(mapped.text), mapped.offsets)


def fold(text: str) -> str:
    """Return `text` in lower case, without marks, đ as d; folding twice changes nothing more."""
    folded = unicodedata.normalize("NFC", text).translate(_FOLD)
    return folded if _PLAIN.fullmatch(folded) else _fold_any(folded)


def fold_mapped(text: str) -> Mapped:
    """Return what `fold` returns, with the way back to `text`."""
    if unicodedata.is_normalized("NFC", text):
        folded = text.translate(_FOLD)
        if _PLAIN.fullmatch(folded):
            return Mapped(folded, range(len(text) + 1))
    return _mapped(text, fold)


def is_toneless(text: str) -> bool:
    """Tell whether `text` has letters but no Vietnamese mark and no đ: typed without a Vietnamese keyboard."""
    if not _LETTER.search(text):
        return False
    return text.isascii() or not _VIETNAMESE.search(unicodedata.normalize("NFC", text).lower())


def tokens(text: str) -> list[str]:
    """Return the words and numbers of `text` in canonical lower case.

    A word is a run of letters, so `01-KL/TW` gives `01 kl tw`; a number keeps its inner separators (`4.028`, `57,6`).
    """
    # White space ends every token, so each stretch between is worked out once and remembered: five times as fast.
    return list(chain.from_iterable(map(_TOKENS.__getitem__, _lower(text).split())))


def folded_tokens(text: str) -> list[str]:
    """Return the tokens of `text` folded, one for each of `tokens(text)`."""
    return fold_tokens(tokens(text))


def fold_tokens(words: Iterable[str]) -> list[str]:
    """Return the folded form of each token; cheaper than `fold` on each, as common ones are remembered."""
    return list(map(_FOLDED.__getitem__, words))


def tokens_mapped(text: str) -> list[Token]:
    """Return the tokens of `text` in order, each with its span in `text` as it was written."""
    mapped = canonical_mapped(text)
    pattern = _token_pattern(mapped.text)
    # Plain text that was NFC already is mapped one to one, and holds nothing that a token could cut.
    direct = pattern is _TOKEN and isinstance(mapped.offsets, range)
    found = []
    for match in pattern.finditer(mapped.text):
        # Composed again: the small form of İ brings a mark of its own, which may have to change places.
        word, span = _composed(_lower(match[0])), Span(*match.span())
        found.append(Token(word, _FOLDED[word], span if direct else mapped.original(span)))
    return found


_Value = TypeVar("_Value")


class _Memo(dict[str, _Value]):
    """Remember what `work` gave for a word; forget everything when full, so that memory stays bounded."""

    def __init__(self, work: Callable[[str], _Value]) -> None:
        super().__init__()
        self._work = work

    def __missing__(self, word: str) -> _Value:
        value = self._work(word)
        if len(word) <= _MEMO_WORD:
            if len(self) >= _MEMO_ENTRIES:
                self.clear()
            self[word] = value
        return value


def _place_tones(text: str) -> str:
    """Move the tone of open `oa oe uy` to the first vowel of NFC `text`; the length stays."""
    # Looking for the rare toned vowel alone is six times as fast as looking for the pair.
    if not _SUSPECT.search(text):
        return text
    return _MISPLACED.sub(lambda match: _PLACED[match[0]], text)


def _placements() -> dict[str, str]:
    """Return every `oà` with its `òa`, in all combinations of case."""
    placed = {}
    for pair in ("oa", "oe", "uy"):
        for first in (pair[0], pair[0].upper()):
            for second in (pair[1], pair[1].upper()):
                for tone in _TONES:
                    placed[first + _composed(second + tone)] = _composed(first + tone) + second
    return placed


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _lower(text: str) -> str:
    """Return `text` in lower case, letter by letter.

    `str.lower` looks at the neighbours of a Σ, and then a word would depend on what stands around it.
    """
    return text.replace("Σ", "σ").lower() if "Σ" in text else text.lower()


def _fold_any(text: str) -> str:
    """Fold text of any script: the slow way, right for every character."""
    bare = _marks().sub("", unicodedata.normalize("NFD", _lower(_composed(text))))
    return _composed(bare).translate(_BARRED)


def _mapped(text: str, change: Callable[[str], str]) -> Mapped:
    """Apply `change` to each combining sequence of `text` and note where each came from."""
    parts, offsets = [], []
    for match in _clusters().finditer(text):
        part = change(match[0])
        parts.append(part)
        offsets.extend([match.start()] * len(part))
    offsets.append(len(text))
    return Mapped("".join(parts), offsets)


def _token_pattern(text: str) -> re.Pattern[str]:
    return _TOKEN if _PLAIN.fullmatch(text) else _marked_token()


def _tokens_of(word: str) -> tuple[str, ...]:
    """Return the tokens of a lower-case stretch without white space."""
    plain = canonical(word)
    return tuple(_token_pattern(plain).findall(plain))


@cache
def _mark_class() -> str:
    """Return a character class of everything with a combining class.

    Built from the running Python's own tables, so that it never disagrees with `unicodedata.normalize`, and only when
    a text needs it: the scan takes some ten milliseconds.
    """
    return "".join(c for c in map(chr, range(0x300, _ONLY_MARKED_SCRIPTS)) if unicodedata.combining(c))


@cache
def _tail_class() -> str:
    """Return a character class of everything that can belong to the character before it.

    These are the marks, the starters that compose backward (Hangul vowels and finals, Indic vowel signs), and joiners.
    """
    seconds: set[str] = set()
    for char in map(chr, range(0x300, _ONLY_MARKED_SCRIPTS)):
        parts = unicodedata.decomposition(char).split()
        if parts and not parts[0].startswith("<"):
            seconds.update(chr(int(part, 16)) for part in parts[1:])
            if unicodedata.combining(unicodedata.normalize("NFD", char)[0]):
                seconds.add(char)
    return _mark_class() + "".join(sorted(seconds)) + "\u1161-\u1175\u11a8-\u11c2" + _JOINERS


@cache
def _marks() -> re.Pattern[str]:
    return re.compile(f"[{_mark_class()}]+")


@cache
def _clusters() -> re.Pattern[str]:
    return re.compile(f"(?s:.)[{_tail_class()}]*+")


@cache
def _marked_token() -> re.Pattern[str]:
    return re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_mark_class()}])*+|\d+(?:[.,]\d+)*")


@cache
def _attached() -> re.Pattern[str]:
    return re.compile(f"[{_mark_class()}{_JOINERS}]")


def _is_attached(char: str) -> bool:
    """Tell whether a character of composed text belongs to the one before it."""
    return not _PLAIN.fullmatch(char) and _attached().match(char) is not None


def _fold_table() -> dict[int, str]:
    """Return the folded form of each Latin letter: one character for one, so that offsets stay true."""
    table = {}
    for code in chain(range(0x41, 0x5B), range(0xC0, 0x257), range(0x1E00, 0x1F00)):
        bare = unicodedata.normalize("NFD", chr(code))[0].lower().translate(_BARRED)
        if bare != chr(code):
            table[code] = bare
    return table


# đ has no decomposition. Ð and Ɖ look the same in capitals, and old Vietnamese texts hold them for Đ.
_BARRED: Final = str.maketrans("đðɖς", "dddσ")
_FOLD: Final = _fold_table()
_PLACED: Final = _placements()
# No coda may follow (`hoàn` has one way to be written); the u of `quý` belongs to the `qu`.
_OPEN: Final = r"(?![^\W\d_]|[\u0300-\u036f])"
_TONED_AE: Final = "".join(sorted({pair[1] for pair in _PLACED if pair[0] in "oO"}))
_TONED_Y: Final = "".join(sorted({pair[1] for pair in _PLACED if pair[0] in "uU"}))
_SUSPECT: Final = re.compile(
    f"[{_TONED_AE}{_TONED_Y}](?:(?<=[oO][{_TONED_AE}])|(?<=[uU][{_TONED_Y}])(?<![qQ]..)){_OPEN}"
)
_MISPLACED: Final = re.compile(f"(?:[oO][{_TONED_AE}]|(?<![qQ])[uU][{_TONED_Y}]){_OPEN}")
_TOKENS: Final = _Memo(_tokens_of)
_FOLDED: Final = _Memo(fold)
