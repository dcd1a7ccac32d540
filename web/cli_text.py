"""Make text of documents fit for a terminal: no control characters, wrapped to its width, the cited span marked.

Only what people read goes through here; JSON and the exact text of `docs show` do not.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

# A whole escape sequence goes, not its first byte alone: what is left of "\x1b[31m" would litter the text.
_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: titles, links, the clipboard
    r"|\x1b[PX^_][^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor
    r"|\x1b[ -/]*[0-~]?"
)
# C0 (but tab and line feed), DEL, C1, line and paragraph separators, bidirectional overrides, and the two private
# characters that stand for the marks below.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ue000\ue001]")
_SPACES = re.compile(r"\s+")
_OPEN, _CLOSE = "\ue000", "\ue001"
_BOLD_UNDERLINE, _BOLD, _DIM, _RESET = "\x1b[1;4m", "\x1b[1m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """How to write for one stream: with colour or not, wrapped at `width` (0: not at all), with these marks."""

    colour: bool = False
    width: int = 0
    marks: tuple[str, str] = ("«", "»")

    def bold(self, text: str) -> str:
        """Set `text` in bold, where there is colour."""
        return f"{_BOLD}{text}{_RESET}" if self.colour and text else text

    def dim(self, text: str) -> str:
        """Set `text` back, where there is colour."""
        return f"{_DIM}{text}{_RESET}" if self.colour and text else text


def clean(text: str) -> str:
    """Remove what could steer a terminal: escape sequences, control characters, bidirectional overrides."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """Clean `text` and put it on one line."""
    return _SPACES.sub(" ", clean(text)).strip()


def marked(text: str, start: int, end: int) -> str:
    """Clean `text` to one line, keeping the stretch `[start, end)` of the original marked for `lines`."""
    parts = (text[:start], text[start:end], text[end:])
    before, quote, after = (_SPACES.sub(" ", clean(part)) for part in parts)
    return f"{before}{_OPEN}{quote}{_CLOSE}{after}".strip()


def lines(text: str, style: Style, indent: str = "") -> list[str]:
    """Wrap `text` to the style's width and write its marks: underlined in colour, between guillemets without."""
    opening, closing = (_BOLD_UNDERLINE, _RESET) if style.colour else style.marks
    if not style.colour:
        text = text.replace(_OPEN, opening).replace(_CLOSE, closing)
    found = []
    within = False
    for line in _wrap(text, style.width - len(indent) if style.width else 0):
        # An underline must not run on over the indent of the next line.
        shown = (_OPEN if within else "") + line
        within = shown.rfind(_OPEN) > shown.rfind(_CLOSE)
        shown += _CLOSE if within else ""
        found.append(indent + shown.replace(_OPEN, opening).replace(_CLOSE, closing))
    return found


def _wrap(text: str, width: int) -> Iterator[str]:
    if width <= 0:
        yield text
        return
    line = ""
    for word in text.split(" "):
        for piece in _pieces(word, width):
            if line and columns(line) + 1 + columns(piece) > width:
                yield line
                line = piece
            else:
                line = f"{line} {piece}" if line else piece
    yield line


def _pieces(word: str, width: int) -> Iterator[str]:
    """Cut a word that is wider than a line."""
    while columns(word) > width:
        cut = max(1, next(at for at in range(len(word) + 1) if columns(word[: at + 1]) > width))
        yield word[:cut]
        word = word[cut:]
    yield word


def columns(text: str) -> int:
    """Return how many columns `text` takes: none for combining marks, two for wide characters."""
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if character in (_OPEN, _CLOSE) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shorten(text: str, width: int) -> str:
    """Cut a line to `width` columns and show that it was cut."""
    if width <= 0 or columns(text) <= width:
        return text
    kept = ""
    for character in text:
        if columns(kept) + _width(character) > width - 1:
            break
        kept += character
    return kept + "…"
