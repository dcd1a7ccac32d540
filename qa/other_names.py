"""Know which names stand for one another: `thành phố Cảng` is Hải Phòng, `Bộ GD-ĐT` the Bộ Giáo dục và Đào tạo.

The table is `qa/lexicon/names.tsv`. A name in a question is looked for by all its other names where it matters whether
a passage holds it, and searched for by the one that documents use most.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from index.text import Token, fold_tokens, tokens, tokens_mapped
from qa.abbreviations import Usage
from qa.kind_words import TITLE
from qa.segment import word_length
from qa.types import Expansion

_CAPITALS: Final = "~"
BUILT_IN: Final = Path(__file__).parent / "lexicon" / "names.tsv"
# What may be another word without its marks or its capital: `my` is mỹ, `un` is ủn; `hcm` is nothing else.
_SYLLABLE: Final = re.compile(r"[bcdghklmnpqrstvxđ]{0,3}[aeiouy]{1,3}[cghmnpt]{0,2}|(?=.{1,3}$).*[aeiouy].*")


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of a question, its tokens `[start, end)`, and the names that it stands for, if any.

    The `usual` one is shown; it is None where the question uses that one itself.
    """

    start: int
    end: int
    others: tuple[tuple[str, ...], ...]
    usual: Usage | None


@dataclass(frozen=True, slots=True)
class _Group:
    written: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Named:
    group: _Group
    written: str  # in the table
    capitals: bool  # whether they must be written in a question with marks, too


class OtherNames:
    """The groups, looked up by any of their names; read when the first question comes."""

    def __init__(self, path: Path = BUILT_IN) -> None:
        """Name the table."""
        self._path = path
        self._exact: dict[tuple[str, ...], _Named] | None = None
        self._folded: dict[tuple[str, ...], _Named] = {}
        self._longest = 0

    def find(self, text: str, question: Sequence[Token], *, toneless: bool) -> tuple[Alias, ...]:
        """Return the names that the tokens `question` of `text` hold, the longest at each place, not overlapping.

        With `toneless`, marks are not looked at.
        """
        self._read()
        table = self._folded if toneless else self._exact or {}
        words = [token.folded if toneless else token.text for token in question]
        found: list[Alias] = []
        at = 0
        while at < len(words):
            sizes = range(min(self._longest, len(words) - at), 0, -1)
            fits = ((n, table.get(tuple(words[at : at + n]))) for n in sizes)
            size, named = next(
                (
                    (n, one)
                    for n, one in fits
                    if one and _is_meant(text, question, range(at, at + n), one, toneless=toneless)
                ),
                (1, None),
            )
            if named:
                found.append(_alias(text, question[at : at + size], at, named.group))
            at += size
        return tuple(found)

    def _read(self) -> None:
        if self._exact is not None:
            return
        exact: dict[tuple[str, ...], _Named] = {}
        for line in self._path.read_text(encoding="utf-8").splitlines():
            listed = line.split("\t") if line and not line.startswith("#") else []
            written = tuple(name.removeprefix(_CAPITALS) for name in listed)
            group = _Group(written, tuple(tuple(tokens(name)) for name in written))
            for name, form, entry in zip(group.names, written, listed, strict=True):
                exact[name] = _Named(group, form, capitals=entry.startswith(_CAPITALS))
        self._folded = {tuple(fold_tokens(name)): named for name, named in exact.items()}
        self._longest = max(map(len, exact), default=0)
        self._exact = exact


def may_be_a_word(folded: str) -> bool:
    """Tell whether a name of one token, folded, may be another word: `my`, but not `hcm`."""
    return _SYLLABLE.fullmatch(folded) is not None


def _alias(text: str, said: Sequence[Token], at: int, group: _Group) -> Alias:
    words = tuple(token.text for token in said)
    folded = fold_tokens(words)
    # Without marks `thanh hoa` is no other name of Thanh Hóa.
    others = tuple(name for name in group.names if name != words and fold_tokens(name) != folded)
    usual = group.names[0]
    # `Bộ Giáo dục` finds what the whole name does; to look for its words twice would only weigh them more.
    known = sum(word in fold_tokens(usual) for word in folded)
    if others and others[0] == usual and 2 * known <= len(words):
        written = text[said[0].span.start : said[-1].span.end]
        shown = Usage(at, at + len(words), Expansion(written, group.written[0]), usual)
        return Alias(at, at + len(words), others, shown)
    return Alias(at, at + len(words), others, None)


def _is_meant(text: str, question: Sequence[Token], place: range, named: _Named, *, toneless: bool) -> bool:
    """Tell whether the tokens at a place are the name, and no other words of the same letters."""
    said = [question[at].span.of(text) for at in place]
    if len(said) == 1:
        return _is_lone_name(text, question, place.start)
    odd = any(not may_be_a_word(question[at].folded) for at in place)  # `tp hcm` is nothing else in any case
    if odd or not (toneless or named.capitals):
        return True
    wanted = [token.span.of(named.written)[0].isupper() for token in tokens_mapped(named.written)]
    wanted[0] = wanted[0] and toneless
    return all(written[0].isupper() for written, capital in zip(said, wanted, strict=True) if capital)


def _is_lone_name(text: str, question: Sequence[Token], at: int) -> bool:
    """Tell whether a lone token is a name: in capitals, nothing else by its letters, or with a capital beside none.

    At the beginning a capital says nothing, behind `anh` or `bà` it is somebody's, before `luật` it begins a word.
    """
    written = question[at].span.of(text)
    if (written.isupper() and len(written) > 1) or not may_be_a_word(question[at].folded):
        return True
    if at == 0 or not written[0].isupper() or TITLE.fullmatch(question[at - 1].text):
        return False
    after = question[at + 1 : at + 2]
    near = [*question[max(1, at - 1) : at], *after]
    return not any(token.span.of(text)[0].isupper() for token in near) and (
        word_length([token.text for token in (question[at], *after)]) == 1
    )
