"""Read the table of abbreviations and find its entries in a question, in both directions.

The table is `qa/lexicon/abbreviations.tsv`; a user's own file is added to it. What was expanded is always shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import InvalidInput
from index.text import Token, folded_tokens, tokens
from qa.types import Expansion

_LONGEST = 10  # tokens of a long form
_SYLLABLE_LETTERS = 3

BUILT_IN = Path(__file__).parent / "lexicon" / "abbreviations.tsv"


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """One line of the table, as tokens: `short` is a single one."""

    short: str
    long: tuple[str, ...]
    written_short: str
    written_long: str


@dataclass(frozen=True, slots=True)
class Usage:
    """An entry that a question uses: tokens `[start, end)` of it say `said`; `meant` are the other form's tokens."""

    start: int
    end: int
    expansion: Expansion
    meant: tuple[str, ...]


class Abbreviations:
    """The entries, looked up by their first token."""

    def __init__(self, entries: Sequence[Abbreviation]) -> None:
        """Index `entries`; a short form may have several long ones."""
        self._by_short: dict[str, list[Abbreviation]] = {}
        self._by_long: dict[str, list[Abbreviation]] = {}
        for entry in entries:
            self._by_short.setdefault(entry.short, []).append(entry)
            # Chat forms are written small; nobody looks for `đc` who wrote `được`.
            if not entry.written_short.islower():
                self._by_long.setdefault(entry.long[0], []).append(entry)
        self._folded_short = _folded_keys(self._by_short)
        self._folded_long = _folded_keys(self._by_long)

    def find(self, text: str, question: Sequence[Token], *, toneless: bool) -> list[Usage]:
        """Return the entries that the tokens `question` of `text` use, in order.

        With `toneless`, marks are not looked at: `hdnd` is HĐND, `uy ban nhan dan` is UBND.
        """
        return [found for at in range(len(question)) for found in self._at(text, question, at, toneless=toneless)]

    def _at(self, text: str, question: Sequence[Token], at: int, *, toneless: bool) -> Iterator[Usage]:
        said = [token.folded if toneless else token.text for token in question[at : at + _LONGEST]]
        if not _may_be_a_word(question[at].folded) or question[at].span.of(text).isupper():
            entries = (self._folded_short if toneless else self._by_short).get(said[0], [])
            for entry in _as_written(entries, question[at].text):
                yield Usage(at, at + 1, Expansion(entry.written_short, entry.written_long), entry.long)
        for entry in (self._folded_long if toneless else self._by_long).get(said[0], ()):
            size = len(entry.long)
            wanted = folded_tokens(" ".join(entry.long)) if toneless else list(entry.long)
            if said[:size] == wanted:
                yield Usage(at, at + size, Expansion(entry.written_long, entry.written_short), (entry.short,))


def _as_written(entries: Sequence[Abbreviation], written: str) -> list[Abbreviation]:
    """Of `đc` and `dc`, which fold to one, keep what the question wrote; keep both where it wrote neither."""
    return [entry for entry in entries if entry.short == written] or list(entries)


def _may_be_a_word(folded: str) -> bool:
    """Tell whether a short form reads like a syllable: `tu` is TU (tỉnh ủy) only in capitals, `ubnd` always is UBND."""
    return len(folded) <= _SYLLABLE_LETTERS and any(letter in "aeiouy" for letter in folded)


def _folded_keys(entries: dict[str, list[Abbreviation]]) -> dict[str, list[Abbreviation]]:
    folded: dict[str, list[Abbreviation]] = {}
    for key, values in entries.items():
        folded.setdefault("".join(folded_tokens(key)), []).extend(values)
    return folded


def load_abbreviations(extra: Path | None = None) -> Abbreviations:
    """Read the built-in table and, after it, the user's own file.

    Raises:
        InvalidInput: a file cannot be read, or a line of it is not `short<TAB>long`; the message names the line.
    """
    entries = list(_read(BUILT_IN))
    if extra is not None:
        entries += _read(extra)
    return Abbreviations(entries)


def _read(path: Path) -> Iterator[Abbreviation]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"the table of abbreviations {path} cannot be read: {error}") from error
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.startswith("#"):
            yield _entry(line, f"{path.name}, line {number}")


def _entry(line: str, where: str) -> Abbreviation:
    short, _, long = (part.strip() for part in line.partition("\t"))
    if len(tokens(short)) != 1 or not tokens(long):
        raise InvalidInput(f"{where}: not `short<TAB>long`, with one word for the short form: {line!r}")
    return Abbreviation(tokens(short)[0], tuple(tokens(long)), short, long)
