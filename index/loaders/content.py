"""Say what every loader gives, and what a loader is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Content:
    """What a loader reads out of a file: the text as it stands, and a title, empty when the file names none."""

    text: str
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


class Loader(Protocol):
    """Read one format: `source` is the path as it is named in errors."""

    def __call__(self, data: bytes, source: str) -> Content:
        """Return the content of a file's bytes; raise UnreadableFile when they are not of this format."""
        ...
