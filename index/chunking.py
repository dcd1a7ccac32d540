"""Cut a document into passages: the units that are stored, embedded and retrieved.

Passages follow paragraphs, and sentences where a paragraph is too long; a sentence is cut only when it alone is longer
than a passage may be. They stand in order, do not overlap, hold every character but white space, and
`passage.text == document.text[passage.start:passage.end]`. Nothing is thrown away here, not even a caption or a
byline: what is cited must be found. The function is pure, and linear in the text.

A *syllable* here is what white space parts, which in Vietnamese is a syllable; text without white space counts one
for every ten characters, so that no passage grows without bound.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import Final

from index.sentences import paragraph_bounds, sentence_bounds
from index.text import fold
from index.types import Document, Passage

_CHARACTERS_PER_SYLLABLE: Final = 10
_HEADING_CHARACTERS: Final = 240
_HEADING_WORDS: Final = 14
_SECTION_WORDS: Final = 24
_BODY_WORDS: Final = 12
_TITLE_WITHIN: Final = 2000
_MARK_RUN: Final = 64

_WIDEST_GAP: Final = 1_000  # characters of white space inside a passage

_WORD: Final = re.compile(r"\S+")
_INK: Final = re.compile(r"\S")
_CLAUSE_END: Final = re.compile(r"[,;:，；、](?=\s)")
_FENCE: Final = re.compile(r"```|~~~")
_MARKDOWN: Final = re.compile(r"#{1,6}[ \t]+(?=[^\n]*$)")
_BLANK_LINE: Final = re.compile(r"\n[ \t]*\r?\n|\r[ \t]*\r")
# Matched against the folded line: what law and administration number (`Điều 5.`, `Chương II`, `Phần thứ nhất`).
_SECTION: Final = re.compile(
    r"(?:dieu|chuong|muc|tieu muc|phan|phu luc)\s+(?:\d+[a-z]?|[ivxlc]+|thu\s+\w+)(?!\w).*", re.DOTALL
)
_NUMBERED: Final = re.compile(
    r"(?:[ivxlc]{1,6}|[a-z]|\d{1,3}(?:\.\d{1,3})*)[.)]\s+\S.*|\d{1,3}(?:\.\d{1,3})+\s+\S.*", re.DOTALL
)
# Short lines that are no headings: captions, bylines with an agency, dates, times, file names, addresses.
_NO_HEADING: Final = re.compile(
    r"anh\b(?: \d+)?\s*[:.]|chu thich anh|(?:nguon|theo|video|clip|tac gia|bai|nguoi viet|tags?|tu khoa)\s*:|.*\banh:"
    r"|.*\d{1,2}[/-]\d{1,2}[/-]\d{2,4}|.*\d{1,2}(?:h|:)\d{2}\b|.*\.(?:jpe?g|png|gif|webp|pdf|docx?)\b|.*(?:@|https?:|www\.)"
    r"|\(|.*\((?:ttxvn|tto|vov|plo|dan tri|tuoi tre)|.*[|/]\s*ttxvn",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class ChunkSettings:
    """How long passages are, in syllables.

    Passages aim at `target_syllables`. One that has three quarters of it ends at the next border; one that has less
    may grow to `max_syllables`. What is shorter than `min_syllables` is joined to its neighbour where it can be, so a
    passage may be as long as the two together. `version` changes when the rules do: libraries record it.
    """

    target_syllables: int = 160
    min_syllables: int = 40
    max_syllables: int = 200
    version: int = 1

    def __post_init__(self) -> None:
        if not 0 < self.min_syllables <= self.target_syllables <= self.max_syllables:
            raise ValueError(f"chunk settings must satisfy 0 < min <= target <= max: {self}")

    def describe(self) -> dict[str, int]:
        """Return the settings as a library records them."""
        return asdict(self)


def chunk(document: Document, settings: ChunkSettings = ChunkSettings()) -> list[Passage]:  # noqa: B008 - frozen
    """Return the passages of `document`, in order; none when the text is all white space."""
    packer = _Packer(document.text, settings)
    for start, end, heading in _paragraphs(document):
        if heading is None:
            packer.add_paragraph(start, end)
        else:
            packer.add_heading(start, end, heading)
    return packer.passages()


@dataclass(slots=True)
class _Draft:
    """A passage being packed."""

    start: int
    end: int
    size: int
    heading: str
    has_body: bool


@dataclass(slots=True)
class _Packer:
    """Pack paragraphs and sentences, given in order, into drafts of about the target size."""

    text: str
    settings: ChunkSettings
    drafts: list[_Draft] = field(default_factory=list)
    heading: str = ""
    is_open: bool = False
    caseless: bool = field(init=False)

    def __post_init__(self) -> None:
        self.caseless = self.text.islower()

    @property
    def size(self) -> int:
        return self.drafts[-1].size if self.is_open else 0

    def add_heading(self, start: int, end: int, heading: str) -> None:
        """Begin a section; its heading stays with what follows."""
        if self.size >= self.settings.min_syllables:
            self.is_open = False
        self.heading = heading
        self._extend(start, end, _size(self.text, start, end), body=False)

    def add_paragraph(self, start: int, end: int) -> None:
        """Add a paragraph, whole if it can be."""
        size = _size(self.text, start, end)
        if not self._fits(size) and self.size >= self._enough():
            self.is_open = False
        if self._fits(size) or (not self.is_open and size <= self.settings.max_syllables):
            self._extend(start, end, size)
            return
        for bounds in sentence_bounds(self.text, start, end, caseless=self.caseless):
            for part in _cut(self.text, *bounds, self.settings):
                self._add_sentence(*part)

    def _add_sentence(self, start: int, end: int) -> None:
        size = _size(self.text, start, end)
        if not self._fits(size) and self.size >= self.settings.min_syllables and self.drafts[-1].has_body:
            self.is_open = False
        self._extend(start, end, size)

    def _enough(self) -> int:
        return self.settings.target_syllables * 3 // 4

    def _fits(self, size: int) -> bool:
        """Tell whether a border after `size` more syllables is better than a border here."""
        limit = self.settings.max_syllables if self.size < self._enough() else self.settings.target_syllables
        return self.size + size <= limit

    def _extend(self, start: int, end: int, size: int, *, body: bool = True) -> None:
        if self.is_open and start - self.drafts[-1].end > _WIDEST_GAP:
            self.is_open = False
        if not self.is_open:
            self.drafts.append(_Draft(start, end, size, self.heading, body))
            self.is_open = True
            return
        draft = self.drafts[-1]
        if not draft.has_body:
            # Chapter and article above the same paragraph: the nearest heading counts.
            draft.heading = self.heading
        draft.end, draft.size, draft.has_body = end, draft.size + size, draft.has_body or body

    def passages(self) -> list[Passage]:
        """Return the passages, a short last one joined to the one before it."""
        self._join_tail()
        return [Passage(d.start, d.end, self.text[d.start : d.end], d.heading) for d in self.drafts]

    def _join_tail(self) -> None:
        shortest = self.settings.min_syllables
        if len(self.drafts) < 2 or self.drafts[-1].size >= shortest:
            return
        tail, last = self.drafts[-1], self.drafts[-2]
        near = tail.start - last.end <= _WIDEST_GAP
        if near and last.size + tail.size <= self.settings.max_syllables + shortest:
            last.end, last.size = tail.end, last.size + tail.size
            self.drafts.pop()


def _size(text: str, start: int, end: int) -> int:
    """Return the length of `text[start:end]` in syllables."""
    return max(len(text[start:end].split()), (end - start) // _CHARACTERS_PER_SYLLABLE)


def _cut(text: str, start: int, end: int, settings: ChunkSettings) -> Iterator[tuple[int, int]]:
    """Yield the sentence, or pieces of the target size when it is longer than a passage may be."""
    if _size(text, start, end) <= settings.max_syllables:
        yield start, end
        return
    while True:
        at = _cut_point(text, start, end, settings.target_syllables)
        yield start, start + len(text[start:at].rstrip())
        rest = _INK.search(text, at, end)
        if rest is None:
            return
        start = rest.start()


def _cut_point(text: str, start: int, end: int, syllables: int) -> int:
    """Return where to cut: behind a comma in the second half of what fits, else at a space, else between letters."""
    window = min(end, start + syllables * _CHARACTERS_PER_SYLLABLE)
    words = list(islice(_WORD.finditer(text, start, window), syllables + 1))
    if window == end and len(words) <= syllables:
        return end
    full = words[syllables].start() if len(words) > syllables else window
    clauses = list(_CLAUSE_END.finditer(text, (start + full) // 2, full))
    if clauses:
        return clauses[-1].end()
    if len(words) > 1:
        return words[-1].start()
    return _before_marks(text, start, full)


def _before_marks(text: str, start: int, at: int) -> int:
    """Return the nearest place at or before `at` that does not part a letter from its marks."""
    for place in range(at, max(start + 1, at - _MARK_RUN), -1):
        if place >= len(text) or not unicodedata.combining(text[place]):
            return place
    return at


def _paragraphs(document: Document) -> Iterator[tuple[int, int, str | None]]:
    """Yield each paragraph with the heading that it is, or None."""
    text = document.text
    bounds = list(paragraph_bounds(text))
    spaced = _BLANK_LINE.search(text) is not None
    body_from = _end_of_title(document)
    fenced = False
    for index, (start, end) in enumerate(bounds):
        if _FENCE.match(text, start):
            fenced = not fenced
        heading = None
        if start >= body_from and end - start <= _HEADING_CHARACTERS and not fenced:
            heading = _heading(text, bounds, index, spaced)
        yield start, end, heading


def _end_of_title(document: Document) -> int:
    """Return where the title ends in the text, 0 if it is not there: the title is context already, not a heading."""
    title = document.title.rstrip("…")
    at = document.text.find(title, 0, _TITLE_WITHIN) if title else -1
    return at + len(title) if at >= 0 else 0


def _heading(text: str, bounds: list[tuple[int, int]], index: int, spaced: bool) -> str | None:
    """Return the heading that a short paragraph is, or None."""
    start, end = bounds[index]
    line = text[start:end]
    markdown = _MARKDOWN.match(line)
    if markdown:
        return line[markdown.end() :].rstrip(" \t#") or None
    words = len(line.split())
    if words > _SECTION_WORDS or not (line[0].isupper() or line[0].isdigit() or line[0] in "“\"'‘"):
        return None
    folded = fold(line)  # not before: most lines are no headings, and folding them all took a third of the time
    stopped = line[-1] in ".!?…:;,"
    if _SECTION.fullmatch(folded) and (not stopped or words <= 3):
        return " ".join(line.split())
    if stopped or not _leads_body(text, bounds, index):
        return None
    if _NUMBERED.fullmatch(folded) or _looks_like_heading(text, bounds, index, words, folded, spaced):
        return " ".join(line.split())
    return None


def _looks_like_heading(
    text: str, bounds: list[tuple[int, int]], index: int, words: int, folded: str, spaced: bool
) -> bool:
    """Tell whether a short line without a number, and with body below it, is a heading."""
    if not 2 <= words <= _HEADING_WORDS or _NO_HEADING.match(folded):
        return False
    # Where blank lines part the paragraphs, a heading has one on either side; a line of a list or a caption has not.
    return not spaced or (_blank_between(text, bounds, index - 1) and _blank_between(text, bounds, index))


def _leads_body(text: str, bounds: list[tuple[int, int]], index: int) -> bool:
    """Tell whether the next paragraph is running text: long enough not to be a heading itself."""
    if index + 1 >= len(bounds):
        return False
    start, end = bounds[index + 1]
    return len(text[start : min(end, start + _HEADING_CHARACTERS)].split()) >= _BODY_WORDS


def _blank_between(text: str, bounds: list[tuple[int, int]], index: int) -> bool:
    if index < 0 or index + 1 >= len(bounds):
        return True
    return _BLANK_LINE.search(text, bounds[index][1], bounds[index + 1][0]) is not None
