"""Load Markdown. The text stays raw, marks and all: what is cited is what stands in the file."""

from __future__ import annotations

import re
from typing import Final

from index.loaders.content import Content
from index.loaders.decode import decode
from index.loaders.titles import TITLE_CHARACTERS, guess_title, shorten

_FRONT_MATTER: Final = re.compile(r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_TITLE_FIELD: Final = re.compile(r"^title[ \t]*:(.*)$", re.MULTILINE | re.IGNORECASE)
_HEADING: Final = re.compile(r"^ {0,3}#{1,6}[ \t]+(\S.*)$", re.MULTILINE)
_FENCED: Final = re.compile(r"^ {0,3}(```|~~~).*?(?:^ {0,3}\1|\Z)", re.DOTALL | re.MULTILINE)
_AROUND: Final = " \t\r\"'"
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS: Final = re.compile(r"\*\*|__|`|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")


def load_markdown(data: bytes, source: str) -> Content:
    """Return the text of `data` as it stands.

    The title is the front matter's `title:`, else the first `#` heading, else the first line that reads like one.
    Raises UnreadableFile when the bytes are not text.
    """
    text = decode(data, source)
    return Content(text, _title(text))


def _title(text: str) -> str:
    front = _FRONT_MATTER.match(text)
    named = _TITLE_FIELD.search(front[1]) if front else None
    if named and named[1].strip(_AROUND):
        return shorten(named[1].strip(_AROUND))
    body = text[front.end() :] if front else text
    # A # inside a code fence is a comment of some script.
    heading = _HEADING.search(_FENCED.sub("", body))
    return shorten(_without_marks(heading[1])) if heading else guess_title(body)


def _without_marks(line: str) -> str:
    # The line may be megabytes long, and a title is not.
    return _EMPHASIS.sub("", _LINK.sub(r"\1", line[: 4 * TITLE_CHARACTERS].rstrip().rstrip("#")))
