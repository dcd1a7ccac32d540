"""Load plain text."""

from __future__ import annotations

from index.loaders.content import Content
from index.loaders.decode import decode
from index.loaders.titles import guess_title


def load_plain(data: bytes, source: str) -> Content:
    """Return the text of `data` as it stands; its title is its first line that reads like one.

    Raises UnreadableFile when the bytes are not text.
    """
    text = decode(data, source)
    return Content(text, guess_title(text))
