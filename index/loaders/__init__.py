"""Read files into documents: one module a format, one line in the table below.

A loader turns bytes into text and a title; everything that is alike for all formats (finding files, size limit,
document id, errors of the file system) is here. A text is never changed on its way in.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from index.errors import UnreadableFile
from index.loaders.content import Content, Loader
from index.loaders.markdown import load_markdown
from index.loaders.plain import load_plain
from index.text import fold
from index.types import Document

LOADERS: Final[Mapping[str, Loader]] = {
    ".txt": load_plain,
    ".text": load_plain,
    ".md": load_markdown,
    ".markdown": load_markdown,
}
SUFFIXES: Final = frozenset(LOADERS)
MARKDOWN_SUFFIXES: Final = frozenset(suffix for suffix, each in LOADERS.items() if each is load_markdown)
MAX_BYTES: Final = 32 * 1024 * 1024

_SLUG_CHARACTERS: Final = 48
_NOT_SLUG: Final = re.compile(r"[^a-z0-9._]+")

__all__ = [
    "LOADERS", "MARKDOWN_SUFFIXES", "MAX_BYTES", "SUFFIXES", "Content", "Loader", "count_other_types", "document_id",
    "find_files", "load"
]  # fmt: skip


def load(path: Path, *, root: Path | None = None, max_bytes: int = MAX_BYTES) -> Document:
    """Return the document that the file at `path` holds; a file of unknown suffix is tried as plain text.

    With `root`, the path relative to it goes into `metadata["path"]`. Raises UnreadableFile, with the reason, when the
    file is missing, larger than `max_bytes`, not permitted, not text or empty.
    """
    resolved = _resolved(path)
    data = _read(resolved, max_bytes)
    content = LOADERS.get(path.suffix.lower(), load_plain)(data, str(path))
    return Document(
        id=document_id(resolved),
        text=content.text,
        title=content.title or path.stem,
        source=str(resolved),
        metadata={**content.metadata, **_place(resolved, root)},
    )


def document_id(resolved: Path) -> str:
    """Return the id of the document at an absolute path: readable, safe in URLs, the same whatever the text becomes."""
    slug = _NOT_SLUG.sub("-", fold(resolved.stem)).strip("-.")[:_SLUG_CHARACTERS].rstrip("-.") or "document"
    return f"{slug}-{hashlib.sha256(os.fsencode(resolved.as_posix())).hexdigest()[:8]}"


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files to load, each once: those named, and those of a known suffix in the folders named.

    Folders are walked in sorted order; hidden files and folders in them are passed over. What does not exist or cannot
    be listed is yielded too: `load` says what is wrong with it.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _walk(path, seen) if path.is_dir() else (path,):
            if _is_new(found, seen):
                yield found


def count_other_types(paths: Iterable[Path]) -> Counter[str]:
    """Count, by suffix in small letters, the files that `find_files` passes over in folders: not the hidden ones."""
    given = list(paths)
    seen = {_resolved(path) for path in given if not path.is_dir()}
    counts: Counter[str] = Counter()
    waiting = [path for path in given if path.is_dir()]
    while waiting:
        folder = waiting.pop()
        try:
            entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        except OSError:
            continue  # `find_files` names it
        for entry in filter(lambda entry: _is_new(entry, seen), entries):
            if entry.is_dir():
                waiting.append(entry)
            elif entry.is_file() and entry.suffix.lower() not in SUFFIXES:
                counts[entry.suffix.lower()] += 1
    return counts


def _walk(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Yield the files below `folder`; each real folder is entered once, so links that form a loop come to an end."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if not path.is_dir():
            yield path
        elif _is_new(path, seen):
            try:
                waiting.extend(sorted(filter(_is_wanted, path.iterdir()), reverse=True))
            except OSError:
                seen.discard(_resolved(path))
                yield path


def _is_wanted(entry: Path) -> bool:
    if entry.name.startswith("."):
        return False
    return entry.is_dir() or (entry.suffix.lower() in SUFFIXES and entry.is_file())


def _is_new(path: Path, seen: set[Path]) -> bool:
    """Note the real place of `path` in `seen`; tell whether it was not there before."""
    resolved = _resolved(path)
    if resolved in seen:
        return False
    seen.add(resolved)
    return True


def _resolved(path: Path) -> Path:
    # Path.resolve raises on a link that leads to itself; such a path is to be reported by `load`, not here.
    return Path(os.path.realpath(path))


def _read(path: Path, max_bytes: int) -> bytes:
    """Return the bytes of the file, never more than one beyond the limit: a file may grow, or be a device."""
    try:
        # A device or a pipe could be read without end; opening a folder gives its own reason.
        if path.exists() and not path.is_file() and not path.is_dir():
            raise UnreadableFile(f"{path}: not a regular file")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableFile(f"{path}: {_reason(error)}", hint="check the path and who may read it") from error
    if len(data) > max_bytes:
        raise UnreadableFile(f"{path}: larger than the limit of {max_bytes:,} bytes", hint="split it into parts")
    return data


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _place(resolved: Path, root: Path | None) -> dict[str, str]:
    base = _resolved(root) if root is not None else None
    if base is None or not resolved.is_relative_to(base):
        return {}
    return {"path": resolved.relative_to(base).as_posix()}
