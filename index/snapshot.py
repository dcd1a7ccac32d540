"""Publish the derived indexes and open them again: immutable files, a checksummed manifest, one atomic switch.

    indexes/manifest.json              which folder is current, and what every file in it must be
    indexes/g000000007/lexical/…       Tantivy; files that did not change are hard links to those of the last one
    indexes/g000000007/base.faiss      the vectors up to some passage id
    indexes/g000000007/delta.faiss     the vectors since, small and made anew each time
    indexes/g000000007/excluded.ids    ids in the base that are gone, little-endian int64

A publish reads from the store only what changed since the last one, so a small document costs little in a large
library. Nothing here decides when to publish or what to do about damage: `library.py` does.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.files import (
    DamagedFile,
    FileRecord,
    link_or_copy,
    read_verified,
    record_of,
    sync_directory,
    sync_file,
    verify_file,
    write_durably,
)
from index.lexical import LexicalIndex, LexicalQuery, LexicalRow, update_lexical
from index.manifest import Manifest, ModelRecord, VectorPart, read_manifest, write_manifest
from index.store import Store
from index.types import Hit
from index.vectors import VectorIndex

_LEXICAL, _BASE, _DELTA, _EXCLUDED = "lexical", "base.faiss", "delta.faiss", "excluded.ids"
# Tantivy replaces these two in place of editing them, but only they ever get new content under an old name.
_LEXICAL_MUTABLE = {"meta.json", ".managed.json"}
# Tantivy counts what was deleted in its statistics, and keeps its words, until a merge. A library this small is made
# anew in a fraction of a second whenever something goes: scores are exact, and gone is gone at once.
_ANEW_UP_TO = 1_000  # passages
_MERGE_AT_LEAST = 5_000  # passages: below this a delta is searched exhaustively in a fraction of a millisecond
_MERGE_SHARE = 0.1  # of the base


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a library is built with; a snapshot of another recipe is not reused."""

    model: ModelRecord
    chunker: Mapping[str, Any]


class Snapshot:
    """One generation of the library, opened for search: it never changes, and threads may share it."""

    def __init__(self, root: Path, manifest: Manifest, previous: Snapshot | None = None) -> None:
        """Open what `manifest` names; parts that `previous` has open and verified already are shared.

        Raises:
            DamagedFile: a file is missing or is not what the manifest says.
        """
        self.manifest = manifest
        self.generation = manifest.generation
        folder = root / manifest.directory
        known = previous.manifest.lexical if previous else {}
        for name, record in manifest.lexical.items():
            if known.get(name) != record:
                verify_file(folder / _LEXICAL / name, record)
        try:
            self.lexical = LexicalIndex(folder / _LEXICAL)
        except ValueError as error:
            raise DamagedFile(f"the lexical index cannot be opened: {error}") from error
        self._base: VectorIndex | None
        if previous is not None and previous.manifest.base == manifest.base:
            self._base = previous._base
        else:
            self._base = _open_part(folder / _BASE, manifest.base)
        self._delta = _open_part(folder / _DELTA, manifest.delta)
        self._excluded = _open_excluded(folder / _EXCLUDED, manifest.excluded)

    @property
    def count(self) -> int:
        """How many passages can be found."""
        return self.manifest.count

    def search_lexical(self, query: LexicalQuery, limit: int, within: Collection[int] | None = None) -> list[Hit]:
        """Return the ranking by words: BM25, best first; with `within`, of these passages only."""
        return self.lexical.search(query, limit, within)

    def search_dense(self, vector: NDArray[np.float32], limit: int) -> list[Hit]:
        """Return the ranking by meaning: cosine to `vector` `[dimension]`, best first."""
        hits: list[Hit] = []
        if self._base is not None:
            hits += self._base.search(vector, limit, self._excluded)
        if self._delta is not None:
            hits += self._delta.search(vector, limit)
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]


def _open_part(path: Path, part: VectorPart | None) -> VectorIndex | None:
    if part is None:
        return None
    try:
        return VectorIndex.from_bytes(read_verified(path, part.file), part.recipe)
    except ValueError as error:
        raise DamagedFile(str(error)) from error


def _open_excluded(path: Path, record: FileRecord | None) -> NDArray[np.int64] | None:
    return None if record is None else np.frombuffer(read_verified(path, record), dtype="<i8")


def open_snapshot(root: Path, previous: Snapshot | None = None) -> Snapshot | None:
    """Open the published snapshot; None where nothing was published yet.

    A folder may vanish between reading the manifest and opening it, because another process published twice
    meanwhile: then there is a newer manifest, and that one is opened.

    Raises:
        DamagedFile: the published snapshot is damaged.
    """
    while (manifest := read_manifest(root)) is not None:
        try:
            return Snapshot(root, manifest, previous)
        except DamagedFile:
            if read_manifest(root) == manifest:
                raise
    return None


def publish(
    root: Path, store: Store, recipe: Recipe, *, current: Snapshot | None = None, afresh: bool = False
) -> Manifest:
    """Bring the derived indexes up to the store's generation and make them the published ones.

    The caller holds the write lock. With `afresh`, or when the last set is damaged or of another recipe, everything
    is made anew; else only what changed since. `current`, where the caller has one open, spares verifying it again.
    """
    root.mkdir(exist_ok=True)
    previous = None if afresh else _reusable(root, store, recipe, current)
    if previous is not None and previous.generation == store.generation():
        _discard(root, keep={previous.directory})  # what an interrupted publish may have left
        return previous
    manifest = _build_upon(root, store, recipe, previous)
    write_manifest(root, manifest)
    # Readers may be opening the set before; but where something was removed, nothing of it stays.
    keep_previous = previous is not None and not store.removed_ids()
    _discard(root, keep={manifest.directory, previous.directory if previous and keep_previous else ""})
    return manifest


def _build_upon(root: Path, store: Store, recipe: Recipe, previous: Manifest | None) -> Manifest:
    """Build from what changed; anew when that cannot be done or does not add up.

    `previous` was sound when it was opened, but a file of it may have been lost or damaged since.
    """
    if store.counts()[1] <= _ANEW_UP_TO and store.removed_ids():
        previous = None
    try:
        manifest = _build(root, store, recipe, previous)
    except (OSError, ValueError, DamagedFile):
        if previous is None:
            raise
    else:
        if previous is None or manifest.count == store.counts()[1]:
            return manifest
    return _build(root, store, recipe, None)


def merge_due(manifest: Manifest) -> bool:
    """Tell whether the delta, or what is gone from the base, has grown enough to build a new base."""
    delta = manifest.delta.recipe.count if manifest.delta else 0
    return delta > _merge_from(manifest) or _gone(manifest) > _merge_from(manifest)


def _merge_from(manifest: Manifest) -> float:
    return max(_MERGE_AT_LEAST, _MERGE_SHARE * (manifest.base.recipe.count if manifest.base else 0))


def _gone(manifest: Manifest) -> int:
    return manifest.excluded.size // 8 if manifest.excluded else 0


def merge(root: Path, store: Store, recipe: Recipe, *, current: Snapshot | None = None) -> Manifest:
    """Publish again with a new base of every vector; the lexical index too is made anew if much of it is gone."""
    previous = _reusable(root, store, recipe, current)
    if previous is not None and _gone(previous) > _merge_from(previous):
        previous = None
    manifest = _build(root, store, recipe, previous, new_base=True)
    write_manifest(root, manifest)
    _discard(root, keep={manifest.directory})
    return manifest


def verify_snapshot(root: Path) -> list[str]:
    """Read every published file and return what is wrong with it, in words."""
    try:
        open_snapshot(root)
    except DamagedFile as error:
        return [str(error)]
    return []


def _reusable(root: Path, store: Store, recipe: Recipe, current: Snapshot | None) -> Manifest | None:
    """Return the published manifest if its files are sound, of the same recipe, and of a past of this very database."""
    try:
        snapshot = open_snapshot(root, current)
    except DamagedFile:
        return None
    if snapshot is None:
        return None
    manifest = snapshot.manifest
    made_by = Recipe(manifest.model, dict(manifest.chunker))
    if made_by != recipe or manifest.state != store.state(manifest.generation):
        return None
    return manifest


def _build(root: Path, store: Store, recipe: Recipe, previous: Manifest | None, *, new_base: bool = False) -> Manifest:
    generation = store.generation()
    folder = _new_folder(root, generation)
    old = root / previous.directory if previous else None
    lexical, last_id, count = _build_lexical(folder / _LEXICAL, store, old, previous)
    if new_base or previous is None:
        base, delta, excluded = _build_base(folder, store, last_id), None, None
    else:
        base, delta, excluded = _build_delta(folder, store, old, previous, last_id)
    sync_directory(folder)
    sync_directory(root)
    return Manifest(
        generation=generation,
        state=store.state(generation),
        directory=folder.name,
        model=recipe.model,
        metric="inner_product",
        chunker=dict(recipe.chunker),
        count=count,
        last_id=last_id,
        lexical=lexical,
        base=base,
        delta=delta,
        excluded=excluded,
    )


def _new_folder(root: Path, generation: int) -> Path:
    """Make a folder of a name never used before: a reader may still have the last one of this generation open."""
    attempt = 0
    while True:
        folder = root / (f"g{generation:09d}" + (f"-{attempt}" if attempt else ""))
        try:
            folder.mkdir()
        except FileExistsError:
            attempt += 1
        else:
            return folder


def _build_lexical(
    folder: Path, store: Store, old: Path | None, previous: Manifest | None
) -> tuple[dict[str, FileRecord], int, int]:
    """Return the records of the lexical files, the highest passage id in them, and how many passages they find."""
    folder.mkdir()
    known: dict[str, FileRecord] = {}
    if old is not None and previous is not None:
        known = _share_lexical(old / _LEXICAL, folder, previous)
    last_id = previous.last_id if previous else 0
    removed = store.removed_ids() if previous else []

    def rows() -> Generator[LexicalRow, None, None]:
        nonlocal last_id
        with closing(store.index_rows(after=last_id)) as stored:
            for row in stored:
                last_id = row.id
                yield LexicalRow(row.id, row.context, row.text)

    # Closed here also when Ctrl-C comes in between: the rows must not outlive the database they are read from.
    with closing(rows()) as added:
        update_lexical(folder, added, removed)
    files = (path for path in sorted(folder.iterdir()) if path.suffix != ".lock")
    records = {path.name: known.get(path.name) or _recorded(path) for path in files}
    sync_directory(folder)
    return records, last_id, len(LexicalIndex(folder))


def _share_lexical(old: Path, folder: Path, previous: Manifest) -> dict[str, FileRecord]:
    """Bring the files of the last index over; return the records of those that can never change."""
    for name in previous.lexical:
        if name in _LEXICAL_MUTABLE:
            shutil.copyfile(old / name, folder / name)
        else:
            link_or_copy(old / name, folder / name)
    return {name: record for name, record in previous.lexical.items() if name not in _LEXICAL_MUTABLE}


def _recorded(path: Path) -> FileRecord:
    sync_file(path)
    return record_of(path)


def _build_base(folder: Path, store: Store, last_id: int) -> VectorPart | None:
    return _write_part(folder / _BASE, store, after=0, last_id=last_id)


def _build_delta(
    folder: Path, store: Store, old: Path | None, previous: Manifest, last_id: int
) -> tuple[VectorPart | None, VectorPart | None, FileRecord | None]:
    """Keep the base as it is; collect what came since into the delta and what went into the excluded ids."""
    base = previous.base
    if base is None or old is None:
        return _build_base(folder, store, last_id), None, None
    link_or_copy(old / _BASE, folder / _BASE)
    delta = _write_part(folder / _DELTA, store, after=base.last_id, last_id=last_id)
    gone = set(store.removed_ids())
    before = _open_excluded(old / _EXCLUDED, previous.excluded)
    if before is not None:
        gone.update(before.tolist())
    ids = np.array(sorted(i for i in gone if i <= base.last_id), dtype="<i8")
    excluded = write_durably(folder / _EXCLUDED, ids.tobytes()) if ids.size else None
    return base, delta, excluded


def _write_part(path: Path, store: Store, *, after: int, last_id: int) -> VectorPart | None:
    ids, vectors = store.vectors(after=after)
    if not ids.size:
        return None
    index = VectorIndex.build(ids, vectors)
    return VectorPart(write_durably(path, index.to_bytes()), index.recipe, last_id)


def _discard(root: Path, *, keep: set[str]) -> None:
    """Delete folders but for those to keep; a reader that was opening one finds a newer manifest and opens that."""
    for folder in root.iterdir():
        if folder.is_dir() and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)
