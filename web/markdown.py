"""Leave out the marks of Markdown where an excerpt of a document is shown to people.

Nothing here touches a stored text or an offset: it takes what is already cut out, and a quote stays as it was cited.
Only what is surely a mark goes, emphasis only in pairs. Whatever may be text or changes what is meant stays: `5 * 3`,
`(*)`, `> 90%`, `~~struck out~~`, lists, the inside of a code block, and every underscore: forms have blanks
(`ngày __/__/2024`), names have `snake_case`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from web.excerpt import Cut

# Each group of a pattern is a mark. Lengths are bounded where a search would begin anew at every character.
_FENCE: Final = re.compile(r" {0,3}(?:```|~~~)")
_RULE: Final = re.compile(r"(?:[|:=*-][ \t]*){3,}")  # below the header of a table, or across the page
_HEADING: Final = re.compile(r"\A {0,3}(#{1,6}(?:[ \t]+|$))(?:.*[^\s#]([ \t]{1,9}#+)\s*\Z)?")
_LINK: Final = re.compile(r"(!?\[)[^\[\]\n]{1,300}(\]\([^()\n]{0,1000}\))")
_INLINE: Final = re.compile(r"(\\)[!-/:-@\[-`{-~]|(`{1,3})[^`\n]+(`{1,3})|(?P<emphasis>(?<!\*)\*{1,3}(?!\*))")
_BAR: Final = re.compile(r"(?:(?<![ \t])[ \t]+)?(?<!\\)(\|)[ \t]*")
_OPENS_BEFORE: Final = re.compile(r"[^\s)\]}”’»,.;:!?%]")
_CLOSES_BEHIND: Final = re.compile(r"[^\s(\[{“‘«]")
_IN_WORD: Final = re.compile(r"[^\W_]|[\u0300-\u036f]")  # a letter, or its mark in NFD


class _Mark(NamedTuple):
    """A stretch of the text that is no text, and what is shown in its place."""

    start: int
    end: int
    shown: str = ""


def plain(text: str) -> str:
    r"""Return an excerpt of Markdown as it is to be shown.

    >>> plain("## Kết quả\n\nCó **54 tập thể** được khen.")
    'Kết quả\n\nCó 54 tập thể được khen.'
    """
    return _without(_marks(text), text, 0, len(text))


def plain_around(parts: Cut) -> Cut:
    """Return the parts with the marks around the quote left out; the quote is what was cited, to the letter."""
    text = parts.before + parts.quote + parts.after
    start = len(parts.before)
    end = start + len(parts.quote)
    marks = _marks(text)
    return Cut(_without(marks, text, 0, start), parts.quote, _without(marks, text, end, len(text)))


def _without(marks: list[_Mark], text: str, start: int, end: int) -> str:
    """Return `text[start:end]` without the marks that lie in it as a whole."""
    shown, at = [], start
    for mark in marks:
        if at <= mark.start and mark.end <= end:
            shown += [text[at : mark.start], mark.shown]
            at = mark.end
    return "".join([*shown, text[at:end]])


def _marks(text: str) -> list[_Mark]:
    """Return the marks in their order; a code block that is not closed reaches to the end."""
    marks: list[_Mark] = []
    opened: dict[str, int] = {}
    at, fenced = 0, False
    for line in text.splitlines(keepends=True):
        written = line.strip()
        if _FENCE.match(line):
            fenced = not fenced
        elif not written:
            opened.clear()  # emphasis ends with its paragraph
        elif not fenced and _RULE.fullmatch(written):
            marks.append(_Mark(at, at + len(line.rstrip())))
        elif not fenced:
            marks += _in_line(line, at, opened)
            marks += _bars(line, at, is_last=at + len(line) == len(text)) if _is_row(written) else ()
        at += len(line)
    return sorted(marks)


def _in_line(line: str, at: int, opened: dict[str, int]) -> Iterator[_Mark]:
    """Yield the marks of a line that begins at `at`; `opened` holds the emphasis that waits for its second half."""
    for pattern in (_HEADING, _LINK, _INLINE):
        for found in pattern.finditer(line):
            if found.lastgroup == "emphasis":
                yield from _emphasis(found, at, opened)
            else:
                yield from (_Mark(at + start, at + end) for start, end in found.regs[1:] if start >= 0)


def _emphasis(found: re.Match[str], at: int, opened: dict[str, int]) -> Iterator[_Mark]:
    """Yield both halves of an emphasis when the second is found; a half that stays alone is text."""
    run, line = found[0], found.string
    start, end = found.span()
    before, behind = line[start - 1 : start] if start else "", line[end : end + 1]
    if run in opened and _CLOSES_BEHIND.match(before) and not _IN_WORD.match(behind):
        yield from (_Mark(half, half + len(run)) for half in (opened.pop(run), at + start))
    elif _OPENS_BEFORE.match(behind) and not _IN_WORD.match(before):
        opened[run] = at + start


def _is_row(line: str) -> bool:
    """Tell whether a line is a row of a table, or what the end of a sentence has left of one."""
    return line.startswith("| ") or line.endswith(" |") or (len(line) > 1 and line[0] == line[-1] == "|")


def _bars(line: str, at: int, *, is_last: bool) -> Iterator[_Mark]:
    """Yield the bars of a row: cells stay apart, and rows do not run on into each other."""
    left, right = len(line) - len(line.lstrip()), len(line.rstrip()) - 1
    edges = {left: "", right: "" if is_last else "; "}
    for found in _BAR.finditer(line):
        yield _Mark(at + found.start(), at + found.end(), edges.get(found.start(1), " · "))
