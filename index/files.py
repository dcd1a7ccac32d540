"""Write files so that a crash at any moment leaves the old one or the new one, and know damage when it is read.

Checksums are XXH3-128: they guard against damaged disks and torn writes, not against an attacker, and at several
gigabytes a second verifying a library of 400,000 passages costs about a tenth of a second.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import xxhash

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file must be: its size in bytes and the XXH3-128 of its content, in hexadecimal."""

    size: int
    checksum: str


class DamagedFile(Exception):
    """A derived file is missing or is not what its record says; `library.py` makes it again."""


def checksum(data: bytes) -> str:
    """Return the XXH3-128 of `data`, in hexadecimal."""
    return xxhash.xxh3_128_hexdigest(data)


def record_of(path: Path) -> FileRecord:
    """Return the record of the file as it is now."""
    digest = xxhash.xxh3_128()
    size = 0
    for block in _blocks(path):
        digest.update(block)
        size += len(block)
    return FileRecord(size, digest.hexdigest())


def verify_file(path: Path, record: FileRecord) -> None:
    """Compare a file with its record.

    Raises:
        DamagedFile: it is missing, shorter, longer or different.
    """
    try:
        found = record_of(path)
    except OSError as error:
        raise DamagedFile(f"{path.name} cannot be read: {error.strerror}") from error
    _compare(path, found, record)


def read_verified(path: Path, record: FileRecord) -> bytes:
    """Return the content of a file, checked on the very bytes returned.

    Raises:
        DamagedFile: it is missing, shorter, longer or different.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DamagedFile(f"{path.name} cannot be read: {error.strerror}") from error
    _compare(path, FileRecord(len(data), checksum(data)), record)
    return data


def _compare(path: Path, found: FileRecord, wanted: FileRecord) -> None:
    if found.size != wanted.size:
        raise DamagedFile(f"{path.name} has {found.size} bytes, not {wanted.size}")
    if found.checksum != wanted.checksum:
        raise DamagedFile(f"{path.name} has another checksum than its manifest says")


def write_durably(path: Path, data: bytes) -> FileRecord:
    """Write a new file and force it to disk; its name is on disk once `sync_directory` has run on its folder."""
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    return FileRecord(len(data), checksum(data))


def replace_durably(path: Path, data: bytes) -> None:
    """Replace a file in one step: a reader, or a crash, finds the old content or the new."""
    temporary = path.with_name(path.name + ".new")
    write_durably(temporary, data)
    temporary.replace(path)
    sync_directory(path.parent)


def sync_file(path: Path) -> None:
    """Force the content of a file that something else wrote to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_directory(path: Path) -> None:
    """Force the names in a folder to disk."""
    if os.name == "posix":  # Windows can neither open nor sync a folder
        sync_file(path)


def link_or_copy(source: Path, target: Path) -> None:
    """Give an immutable file a second name; copy it where the file system has no hard links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        sync_file(target)


def total_bytes(directory: Path) -> int:
    """Return the size of all files below `directory`; one that goes meanwhile counts nothing."""
    total = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            with suppress(FileNotFoundError):
                total += os.stat(os.path.join(folder, name)).st_size
    return total


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block
