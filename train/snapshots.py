"""Read files out of git snapshots (bare or not) without checking them out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path


class SnapshotMissing(FileNotFoundError):
    """A repository of the recipe is not under the snapshot folder."""


def git_dir(snapshots: Path, repository: str) -> Path:
    """Return the git directory of `owner/name` under `snapshots/owner+name`."""
    base = snapshots / repository.replace("/", "+")
    for candidate in (base / "repo" / ".git", base / ".git", base / "repo", base):
        if (candidate / "HEAD").exists():
            return candidate
    message = f"no snapshot of {repository} under {snapshots}: clone github.com/{repository} to {base}"
    raise SnapshotMissing(message)


def _blobs(directory: Path, pattern: str) -> list[tuple[str, str]]:
    command = ["git", "--git-dir", str(directory), "ls-tree", "-r", "-z", "HEAD"]
    listing = subprocess.run(command, check=True, capture_output=True).stdout.decode("utf-8", "replace")
    rows = [line.split("\t", 1) for line in listing.split("\0") if line]
    return [(path, meta.split()[2]) for meta, path in rows if fnmatch(path, pattern)]


def read_files(snapshots: Path, repository: str, pattern: str) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of the matching files; objects that the snapshot lacks are left out.

    One `git cat-file --batch` process serves all files: 128,000 processes would take an hour.
    """
    yield from read_some(snapshots, repository, list_files(snapshots, repository, pattern))


def list_files(snapshots: Path, repository: str, pattern: str) -> list[tuple[str, str]]:
    """Return (path, object id) of every file whose path matches the glob `pattern`, in path order."""
    return _blobs(git_dir(snapshots, repository), pattern)


def read_some(snapshots: Path, repository: str, blobs: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Yield (path, text) of files that `list_files` named, in the order given."""
    directory = git_dir(snapshots, repository)
    command = ["git", "--git-dir", str(directory), "cat-file", "--batch", "--buffer"]
    for start in range(0, len(blobs), 2000):
        part = blobs[start : start + 2000]
        names = "".join(f"{object_id}\n" for _, object_id in part).encode()
        output = subprocess.run(command, input=names, check=True, capture_output=True).stdout
        yield from zip([path for path, _ in part], _contents(output), strict=True)


def _contents(output: bytes) -> Iterator[str]:
    """Split the output of `git cat-file --batch` into texts; a missing object gives an empty text."""
    position = 0
    while position < len(output):
        end = output.index(b"\n", position)
        header = output[position:end].split()
        position = end + 1
        if header[-1] == b"missing":
            yield ""
            continue
        size = int(header[2])
        yield output[position : position + size].decode("utf-8-sig", "replace")
        position += size + 1
