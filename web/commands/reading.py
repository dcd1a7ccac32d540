"""Load the files that a command is given: every readable one; every other is named with its reason and left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from index.errors import UnreadableFile
from index.loaders import load
from index.types import Document
from web.cli_base import Session
from web.cli_streams import note
from web.cli_text import one_line
from web.messages import ENGLISH

# What `load` says of the commonest faults, in English; in another language these sentences stand for it.
_REASONS = (
    (re.compile("the file holds no text"), "reason.empty"),
    (re.compile(r"not a text file \(a NUL \w+ at offset (?P<offset>\d+)\)"), "reason.binary"),
    (
        re.compile(r"likely (?P<name>UTF-\w+) without .* \(a NUL in (?P<nuls>\d+) .* (?P<pairs>\d+) .*\)"),
        "reason.utf16",
    ),
    (re.compile(r"not valid (?P<name>UTF-\d+) \(byte (?P<byte>\w+) at offset (?P<offset>\d+)\)"), "reason.encoding"),
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was left out, and why."""

    path: str
    reason: str
    hint: str = ""


class Skip(Protocol):
    """Take note of a file that is left out."""

    def __call__(self, path: Path, reason: str, hint: str = "") -> None:
        """Do it at once: a person watches."""
        ...


def readable(session: Session, files: Iterable[Path], skip: Skip) -> Iterator[tuple[Path, Document]]:
    """Yield each file with its document; `skip` is told of those that cannot be read or stored."""
    for path in files:
        try:
            document = load(path)
            document.source.encode()
        except UnreadableFile as error:
            skip(path, *_why(session, path, error))
        except UnicodeEncodeError:  # a name of undecodable bytes: it could be stored nowhere as text
            skip(path, session.text("index.bad_name"))
        else:
            yield path, document


def say_skipped(session: Session, path: Path, reason: str, hint: str = "") -> Skipped:
    """Name a file that is left out on standard error, with its reason, and return both for the record."""
    skipped = Skipped(str(path), reason.removeprefix(f"{path}: "), hint)
    why = one_line(f"{skipped.reason} ({hint})" if hint else skipped.reason)
    note(session.text("index.skipped", path=one_line(skipped.path), reason=why))
    return skipped


def _why(session: Session, path: Path, error: UnreadableFile) -> tuple[str, str]:
    """Return reason and hint, in the language of the session where the fault is a common one."""
    reason = str(error).removeprefix(f"{path}: ")
    for pattern, key in _REASONS:
        if session.language != ENGLISH and (found := pattern.fullmatch(reason)):
            facts = found.groupdict()
            return session.text(key, **facts), session.text(f"{key}.hint", **facts)
    return reason, error.hint
