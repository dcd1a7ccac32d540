"""Cut texts for people to look at: pure functions over strings and offsets.

A browser counts UTF-16 units where we count code points, so it is never given an offset to slice by: it is given
`before / quote / after`. Nothing here knows HTML; templates escape, and the widget sets text as text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from index.types import Span

ELLIPSIS = "…"
_FRAGMENT_WORDS = 4  # a longer quote is named by its first and last words
_LONG_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in three parts; as `cut` makes them, they are the text when they are put together again."""

    before: str
    quote: str
    after: str


def cut(text: str, start: int, end: int) -> Cut:
    """Cut `text` at two offsets.

    Raises:
        ValueError: the offsets do not lie in the text, or name nothing.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"[{start}, {end}) names nothing in {len(text)} characters")
    return Cut(text[:start], text[start:end], text[end:])


def snippet(text: str, length: int) -> str:
    """Return the beginning of `text` on one line, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return line[: _word_end(line, length)].rstrip(" ,;:") + ELLIPSIS


def _word_end(line: str, at: int) -> int:
    """Return the last place up to `at` where a cut divides no word, or in a very long one no letter from its mark."""
    space = line.rfind(" ", 0, at + 1)
    if space > at // 2:
        return space
    while at > 0 and unicodedata.combining(line[at]):
        at -= 1
    return at


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stretch of a document that is shown at once; `previous` and `next` are where the neighbouring ones begin."""

    start: int
    end: int
    previous: int | None
    next: int | None


def sheet_of(text: str, at: int, size: int) -> Sheet:
    """Return the sheet of about `size` characters that holds offset `at`; sheets end with a line if they can."""
    bounds = [0]
    while len(text) - bounds[-1] > size:
        feed = text.rfind("\n", bounds[-1] + size // 2, bounds[-1] + size)
        bounds.append(feed + 1 if feed >= 0 else bounds[-1] + size)
    number = max(index for index, bound in enumerate(bounds) if bound <= at or index == 0)
    return Sheet(
        start=bounds[number],
        end=bounds[number + 1] if number + 1 < len(bounds) else len(text),
        previous=bounds[number - 1] if number else None,
        next=bounds[number + 1] if number + 1 < len(bounds) else None,
    )


def safe_link(url: str | None) -> str | None:
    """Return `url` when a click on it can only open a web page."""
    if not url or any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.hostname else None


def link_to_quote(url: str | None, text: str, span: Span, *, context: int = 32) -> str | None:
    """Return a link to the original that shows the quote there: a text fragment with what stands before and after.

    Browsers match fragments word by word and blind to accents, so the link helps finding and proves nothing.
    """
    safe = safe_link(url)
    exact = " ".join(span.of(text).split())
    if safe is None or not exact:
        return safe
    words = exact.split(" ")
    if "\n" in span.of(text).strip() or len(exact) > _LONG_QUOTE:
        middle = [" ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])]
        middle = middle if len(words) >= 2 * _FRAGMENT_WORDS else [words[0], words[-1]]
    else:
        middle = [exact]
    before = _last_words(text[max(0, span.start - context) : span.start], whole=span.start <= context)
    after = _first_words(text[span.end : span.end + context], whole=span.end + context >= len(text))
    parts = [f"{_encoded(before)}-"] if before else []
    parts += [_encoded(part) for part in middle]
    parts += [f"-{_encoded(after)}"] if after else []
    return f"{safe}{'' if '#' in safe else '#'}:~:text={','.join(parts)}"


def _last_words(text: str, *, whole: bool) -> str:
    """Return the words at the end of the line that `text` ends with; the first may be half a word, unless `whole`."""
    line = re.split(r"[\r\n]", text)[-1]
    words = line.split()
    return " ".join(words if whole or line != text else words[1:])


def _first_words(text: str, *, whole: bool) -> str:
    line = re.split(r"[\r\n]", text)[0]
    words = line.split()
    return " ".join(words if whole or line != text else words[:-1])


def _encoded(text: str) -> str:
    # In a fragment, `-`, `,` and `&` have a meaning of their own; `quote` leaves the first as it is.
    return quote(text, safe="").replace("-", "%2D")


def citation_text(title: str, quoted: str, link: str) -> str:
    """Return a citation to paste into a letter: quote, title, link."""
    return f"“{' '.join(quoted.split())}”\n{title}\n{link}"
