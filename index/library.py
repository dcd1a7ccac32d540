"""Open a data directory: add, remove, find, verify. The face of this package.

    add:   documents -> chunk -> embed -> Store (a transaction a batch) -> publish -> purge
    find:  snapshot() -> Snapshot.search_… -> passages(ids)

Writing takes the write lock, opens the database for writing, and leaves readers alone: they hold an immutable snapshot
and take up a newer one when the manifest changes, also when another process published it. Derived files that are
missing or damaged are made again from SQLite, and `notices` says so.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from index.chunking import ChunkSettings, chunk
from index.embedder import Embedder
from index.errors import InvalidInput, LibraryBusy, ModelMismatch, NoLibrary
from index.files import DamagedFile, sync_directory, total_bytes
from index.ingest import batches, embedded_text
from index.lock import WriteLock
from index.manifest import NAME as MANIFEST_NAME
from index.manifest import ModelRecord, read_manifest, stamp_of
from index.snapshot import Recipe, Snapshot, merge, merge_due, open_snapshot, publish, verify_snapshot
from index.store import Put, Store
from index.types import AddReport, Document, DocumentInfo, LibraryStats, StoredPassage

DATABASE = "library.sqlite"
INDEXES = "indexes"
_EMBED_AT_ONCE = 4_096

Progress = Callable[[int, int], None]


class Library:
    """A library of documents in one directory. Threads may share it for reading and for writing."""

    def __init__(self, directory: Path, embedder: Embedder, *, wait: float, chunk_settings: ChunkSettings) -> None:
        """Use `Library.open`."""
        self.directory = directory
        self.embedder = embedder
        self.notices: list[str] = []
        self._wait = wait
        self._chunk_settings = chunk_settings
        self._indexes = directory / INDEXES
        self._lock = WriteLock(directory)
        self._reload = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._stamp: tuple[int, int] | None = None
        self._reader: Store | None = None

    # -- opening -------------------------------------------------------------------------------------------------

    @classmethod
    def open(
        cls,
        directory: Path,
        embedder: Embedder,
        *,
        create: bool = False,
        wait: float = 10.0,
        chunk_settings: ChunkSettings | None = None,
    ) -> Library:
        """Open the library in `directory`; with `create`, make one where there is none.

        Raises:
            NoLibrary: there is none, and `create` was not asked for.
            InvalidInput: it was cut into passages with other settings than `chunk_settings`.
            ModelMismatch: it was built with another embedding model.
            LibraryDamaged: its database is damaged or of another version.
            LibraryBusy: it has to be mended and another process is writing.
        """
        library = cls(directory, embedder, wait=wait, chunk_settings=chunk_settings or ChunkSettings())
        if not (directory / DATABASE).exists():
            if not create:
                raise NoLibrary(f"there is no library in {directory}", hint="Make one with `hoidap index PATH`.")
            library._create()
        if Store.needs_writer(directory / DATABASE):
            with library._writing():
                library.notices.append("the database was migrated, or rid of a write that was interrupted")
        library._reader = Store(directory / DATABASE, read_only=True)
        library._require_model()
        library._require_chunker(chunk_settings)
        library.snapshot()
        return library

    def _create(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True)
        with suppress(PermissionError):  # a folder may let us in and yet not be read
            sync_directory(self.directory.resolve().parent)
        with self._lock.held(self._wait):
            if not (self.directory / DATABASE).exists():
                Store.create(self.directory / DATABASE, self._model_facts())

    def _model_facts(self) -> dict[str, str]:
        return {
            "model": self.embedder.model_id,
            "model_revision": self.embedder.revision,
            "dimension": str(self.embedder.dimension),
            "chunker": json.dumps(self._chunk_settings.describe(), sort_keys=True),
        }

    def _require_model(self) -> None:
        known = _model_record(self._store.facts())
        mine = ModelRecord(self.embedder.model_id, self.embedder.revision, self.embedder.dimension)
        if known == mine:
            return
        if known.id == mine.id:
            raise ModelMismatch(
                f"the library was built with another revision of the model {known.id}",
                hint="Embed its texts again with `hoidap doctor --reembed`.",
            )
        raise ModelMismatch(
            f"the library was built with the model {known.id} ({known.dimension} dimensions), not {mine.id}",
            hint=f"Leave out --model to use {known.id}, or move the library to {mine.id} with "
            f"`hoidap doctor --reembed --model {mine.id}`.",
        )

    def _require_chunker(self, wanted: ChunkSettings | None) -> None:
        """Cut as the library has been cut so far: its own settings hold, and others are refused."""
        known = ChunkSettings(**json.loads(self._store.facts()["chunker"]))
        if wanted is not None and wanted != known:
            raise InvalidInput(f"the library was cut into passages with {known}, not {wanted}")
        self._chunk_settings = known

    @property
    def _store(self) -> Store:
        if self._reader is None:
            raise ValueError("the library is closed")
        return self._reader

    def close(self) -> None:
        """Close the database; the library cannot be used afterwards."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        self._snapshot = None

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- reading -------------------------------------------------------------------------------------------------

    def snapshot(self) -> Snapshot:
        """Return the newest published snapshot; asking costs one `stat`."""
        if self._snapshot is None or stamp_of(self._indexes) != self._stamp:
            with self._reload:
                if self._snapshot is None or stamp_of(self._indexes) != self._stamp:
                    self._take_up()
        assert self._snapshot is not None  # noqa: S101
        return self._snapshot

    def _take_up(self) -> None:
        # The stamp is older than what is opened, never newer: else a set published in between would go unnoticed.
        stamp, reason = stamp_of(self._indexes), ""
        try:
            snapshot = open_snapshot(self._indexes, self._snapshot)
        except DamagedFile as damage:
            snapshot, reason = None, f"damaged ({damage})"
            if self._snapshot is not None and self._lock.is_held():
                return  # somebody is writing, and will publish: until then the set in hand serves
        if snapshot is None:
            reason = reason or ("missing" if self._store.generation() else "")
            stamp, snapshot = self._mend(None, reason)
        elif self._snapshot is None and not self._is_current(snapshot):
            try:
                stamp, snapshot = self._mend(snapshot, "behind the database: a change was interrupted")
            except LibraryBusy:
                pass  # nothing was interrupted: another process is at it, and will publish
        self._snapshot, self._stamp = snapshot, stamp

    def _is_current(self, snapshot: Snapshot) -> bool:
        """Tell whether the snapshot shows the database as it is, and nothing that went is left in there."""
        facts, manifest = self._store.facts(), snapshot.manifest
        state = self._store.state(manifest.generation)
        same = (manifest.generation, manifest.state) == (int(facts["generation"]), state)
        return same and manifest.model == _model_record(facts) and not self._store.removed_ids()

    def _mend(self, stale: Snapshot | None, reason: str) -> tuple[tuple[int, int] | None, Snapshot]:
        """Publish what is not published, or no longer readable; an older set can serve while another process writes."""
        with self._writing(0.0 if stale else self._wait) as store:
            before = stamp_of(self._indexes)
            self._publish(store, current=stale)
            stamp = stamp_of(self._indexes)
            snapshot = open_snapshot(self._indexes, stale)
        assert snapshot is not None  # noqa: S101
        if reason and stamp != before:
            self.notices.append(f"derived indexes {reason}; made again from the database")
        return stamp, snapshot

    def passage_ids(self, document_id: str) -> list[int]:
        """Return the ids of the passages of a document, in their order.

        Raises:
            UnknownDocument: there is none of this id.
        """
        ids = self._store.passage_ids(document_id)
        if not ids:
            self._store.document(document_id)  # every stored document has passages: this one is not there
        return ids

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of these ids, each with its document.

        An id is left out when its document was removed and a newer snapshot published since the id was found: take
        `snapshot()` again and repeat the search.
        """
        return self._store.passages(ids)

    def cosines(self, ids: Sequence[int], vector: NDArray[np.float32]) -> dict[int, float]:
        """Return the exact cosine of these passages to `vector` `[dimension]`; an id is left out as by `passages`."""
        found = self._store.vectors_of(ids)
        if not found:
            return {}
        matrix = np.stack(list(found.values())).astype(np.float32)
        return dict(zip(found, (matrix @ vector).tolist(), strict=True))

    def documents(self, *, offset: int = 0, limit: int = 100, contains: str = "") -> list[DocumentInfo]:
        """List documents by title; `contains` filters on title and id, in folded form."""
        return self._store.documents(offset=offset, limit=limit, contains=contains)

    def document(self, document_id: str) -> Document:
        """Return a document with its text.

        Raises:
            UnknownDocument: there is none of this id.
        """
        return self._store.document(document_id)

    def stats(self) -> LibraryStats:
        """Return how large the library is and how far its indexes have come."""
        documents, passages = self._store.counts()
        facts = self._store.facts()
        return LibraryStats(
            documents=documents,
            passages=passages,
            generation=int(facts["generation"]),
            published_generation=self.snapshot().generation,
            model_id=facts["model"],
            dimension=int(facts["dimension"]),
            bytes_on_disk=total_bytes(self.directory),
        )

    # -- writing -------------------------------------------------------------------------------------------------

    @contextmanager
    def _writing(self, wait: float | None = None) -> Iterator[Store]:
        with self._lock.held(self._wait if wait is None else wait):
            store = Store(self.directory / DATABASE, read_only=False)
            try:
                yield store
            finally:
                store.close()

    def add(self, documents: Iterable[Document], *, on_progress: Progress | None = None) -> AddReport:
        """Store documents, replace those whose id is known, and make them all findable.

        A batch is on disk when `on_progress(documents_done, passages_done)` reports it; it is findable when the call
        returns. When the call is interrupted, what was reported stays and is published on the next opening.

        Raises:
            InvalidDocument: a document cannot be stored; those before it are stored and findable.
            LibraryBusy: another process is writing.
        """
        done: dict[Put, list[str]] = {kind: [] for kind in Put}
        passages = 0
        with self._writing() as store:
            try:
                for batch in batches(documents):
                    passages += self._add_batch(store, batch, done)
                    if on_progress is not None:
                        on_progress(sum(map(len, done.values())), passages)
            except Exception:
                self._publish(store)
                raise
            self._publish(store)
            generation = store.generation()
        return AddReport(
            tuple(done[Put.ADDED]), tuple(done[Put.REPLACED]), tuple(done[Put.UNCHANGED]), passages, generation
        )

    def _add_batch(self, store: Store, batch: Sequence[Document], done: dict[Put, list[str]]) -> int:
        """Store a batch in one transaction; return the number of new passages."""
        fresh = [document for document in batch if not store.unchanged(document)]
        cut = [chunk(document, self._chunk_settings) for document in fresh]
        pairs = zip(fresh, cut, strict=True)
        texts = [embedded_text(document.title, passage) for document, some in pairs for passage in some]
        vectors = self.embedder.embed_passages(texts)
        generation = store.generation() + 1
        outcomes = dict.fromkeys((document.id for document in batch), Put.UNCHANGED)
        strongest = {Put.UNCHANGED: 0, Put.REPLACED: 1, Put.ADDED: 2}  # of an id that a batch holds more than once
        if fresh:
            with store.transaction():
                at = 0
                for document, some in zip(fresh, cut, strict=True):
                    outcome = store.put(document, some, vectors[at : at + len(some)], generation)
                    outcomes[document.id] = max(outcome, outcomes[document.id], key=strongest.__getitem__)
                    at += len(some)
                store.set_generation(generation)
        for document_id, outcome in outcomes.items():
            done[outcome].append(document_id)
        return len(texts)

    def remove(self, document_ids: Sequence[str]) -> tuple[str, ...]:
        """Remove documents everywhere: text, passages, vectors and what can be found.

        Raises:
            UnknownDocument: one of them does not exist; then none is removed.
            LibraryBusy: another process is writing.
        """
        with self._writing() as store:
            generation = store.generation() + 1
            with store.transaction():
                for document_id in dict.fromkeys(document_ids):
                    store.remove(document_id, generation)
                store.set_generation(generation)
            self._publish(store)
        return tuple(dict.fromkeys(document_ids))

    def _publish(self, store: Store, *, afresh: bool = False, current: Snapshot | None = None) -> None:
        """Bring the derived indexes up to date, first quickly, then, when it is due, with a new base.

        `current` is a snapshot just opened, if there is one: what it verified is not verified again.
        """
        facts = store.facts()
        recipe = Recipe(_model_record(facts), json.loads(facts["chunker"]))
        manifest = publish(self._indexes, store, recipe, current=current or self._snapshot, afresh=afresh)
        with store.transaction():
            store.purge()
        store.scrub()
        if merge_due(manifest):
            merge(self._indexes, store, recipe)

    # -- care ----------------------------------------------------------------------------------------------------

    def check(self) -> list[str]:
        """Return what is wrong with the library, in words; empty when it is sound."""
        problems = [f"database: {problem}" for problem in self._store.check()]
        problems += [f"derived indexes: {problem}" for problem in verify_snapshot(self._indexes)]
        snapshot, (_, passages) = self.snapshot(), self._store.counts()
        if snapshot.generation == self._store.generation() and snapshot.count != passages:
            problems.append(f"derived indexes: {snapshot.count} passages can be found of {passages}")
        return problems

    def rebuild(self) -> None:
        """Make the derived indexes anew from the database, without embedding anything again."""
        with self._writing() as store:
            self._publish(store, afresh=True)

    @classmethod
    def reembed(
        cls, directory: Path, embedder: Embedder, *, wait: float = 10.0, on_progress: Progress | None = None
    ) -> Library:
        """Move a library to `embedder`: its stored texts are embedded again, in one transaction.

        Raises:
            NoLibrary: there is none in `directory`.
            LibraryBusy: another process is writing.
        """
        if not (directory / DATABASE).exists():
            raise NoLibrary(f"there is no library in {directory}", hint="Make one with `hoidap index PATH`.")
        library = cls(directory, embedder, wait=wait, chunk_settings=ChunkSettings())
        with library._writing() as store:
            chunker = store.facts()["chunker"]
            with store.transaction():
                library._embed_all(store, on_progress)
                store.set_facts({**library._model_facts(), "chunker": chunker})
                store.set_generation(store.generation() + 1)
            library._publish(store, afresh=True)
        return cls.open(directory, embedder, wait=wait)

    def _embed_all(self, store: Store, on_progress: Progress | None) -> None:
        rows = ((row.id, "\n".join(filter(None, (row.context, row.text)))) for row in store.index_rows(after=0))
        done = 0
        while some := list(islice(rows, _EMBED_AT_ONCE)):
            store.replace_vectors([i for i, _ in some], self.embedder.embed_passages([text for _, text in some]))
            done += len(some)
            if on_progress is not None:
                on_progress(done, done)

    def backup(self, target: Path) -> None:
        """Copy the library into the new directory `target`; readers go on meanwhile, writers wait.

        Raises:
            InvalidInput: `target` exists and is not an empty directory.
            LibraryBusy: another process is writing.
        """
        if target.exists() and not (target.is_dir() and not any(target.iterdir())):
            raise InvalidInput(f"{target} exists and is not an empty directory", hint="Name a new directory.")
        target.mkdir(parents=True, exist_ok=True)
        with self._writing() as store:
            self._publish(store)
            store.backup(target / DATABASE)
            manifest = read_manifest(self._indexes)
            assert manifest is not None  # noqa: S101
            (target / INDEXES).mkdir()
            shutil.copytree(self._indexes / manifest.directory, target / INDEXES / manifest.directory)
            shutil.copyfile(self._indexes / MANIFEST_NAME, target / INDEXES / MANIFEST_NAME)
        os.sync()


def model_of(directory: Path, *, wait: float = 10.0) -> ModelRecord | None:
    """Return the embedding model that the library in `directory` remembers; None where there is no library.

    This comes before `Library.open`, which needs the model: a database that has to be migrated is migrated here.
    """
    if not (directory / DATABASE).exists():
        return None
    if Store.needs_writer(directory / DATABASE):
        with WriteLock(directory).held(wait):
            Store(directory / DATABASE, read_only=False).close()
    store = Store(directory / DATABASE, read_only=True)
    try:
        facts = store.facts()
    finally:
        store.close()
    return _model_record(facts) if facts else None


def _model_record(facts: dict[str, str]) -> ModelRecord:
    return ModelRecord(facts["model"], facts["model_revision"], int(facts["dimension"]))
