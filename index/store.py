"""Keep documents, passages and vectors in SQLite: the truth from which everything else can be made again.

A document is stored in versions. Replacing or removing one marks its row with the generation in which it went
(`removed_generation`) and leaves it there until the derived indexes that still know it are gone (`purge`), so that a
reader on the older snapshot still finds the very text it cites. A generation is one committed write transaction.

This module does not chunk, embed or search, and takes no lock: `library.py` sees to one writer at a time. How the
database is opened and kept safe is `database.py`'s business.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.database import Database, create_database
from index.errors import LibraryDamaged, UnknownDocument
from index.text import fold
from index.types import Document, DocumentInfo, Passage, StoredPassage, sha256_of

if TYPE_CHECKING:
    from sqlite3 import Connection

VECTOR_DTYPE = np.dtype("<f2")  # half precision: half the disk, and rankings that agree to the fourth decimal
_IDS_A_QUERY = 500  # below SQLite's default limit on bound variables


class Put(StrEnum):
    """What storing a document came to."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the derived indexes need of a passage: `context` is matched with the text, never cited."""

    id: int
    context: str
    text: str
    vector: NDArray[np.float16]


class Store(Database):
    """The documents, passages and vectors of one library."""

    @classmethod
    def create(cls, path: Path, facts: Mapping[str, str]) -> None:
        """Make a new database that remembers `facts`, in one step: `path` is a whole one or does not exist."""
        create_database(path, {**facts, **_generation_facts(0)}, cls.schema)

    # -- facts ---------------------------------------------------------------------------------------------------

    def facts(self) -> dict[str, str]:
        """Return what the library remembers of itself: its model, its chunker, its generation."""
        with self._reading() as connection:
            return dict(connection.execute("SELECT name, value FROM facts"))

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Remember facts; call inside `transaction`."""
        self._connection().executemany(
            "INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", list(facts.items())
        )

    def generation(self) -> int:
        """Return the number of the last committed change; 0 for a library without any."""
        return int(self.facts().get("generation", "0"))

    def set_generation(self, generation: int) -> None:
        """Say which change is being written; call inside `transaction`."""
        self.set_facts(_generation_facts(generation))

    def state(self, generation: int) -> str:
        """Return what names the state of the library at `generation`, of those not published yet and the last one.

        It is random: another database, or one put back from a backup, may have the same generation, never this.
        """
        return self.facts().get(_state_name(generation), "")

    # -- writing; what changes something is called inside `transaction` -----------------------------------------

    def unchanged(self, document: Document) -> bool:
        """Tell whether exactly this document, text and all that is matched or shown with it, is stored already."""
        with self._reading() as connection:
            found = connection.execute(
                "SELECT sha256, title, source, url, metadata FROM documents"
                " WHERE id = ? AND removed_generation IS NULL",
                (document.id,),
            ).fetchone()
        wanted = (document.sha256, document.title, document.source, document.url, _json(document.metadata))
        return found is not None and tuple(found) == wanted

    def put(
        self,
        document: Document,
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        generation: int,
    ) -> Put:
        """Store a document with its passages; an older version of it goes in the same transaction.

        Args:
            document: what to store.
            passages: its passages, in order.
            vectors: float32 `[len(passages), dimension]`.
            generation: the generation being written.
        """
        if self.unchanged(document):
            return Put.UNCHANGED
        replaced = self._retire(document.id, generation)
        version = self._insert_version(document, len(passages), generation)
        self._connection().executemany(
            'INSERT INTO passages (version, start, "end", heading, vector) VALUES (?, ?, ?, ?, ?)',
            [
                (version, passage.start, passage.end, passage.heading, vector.tobytes())
                for passage, vector in zip(passages, vectors.astype(VECTOR_DTYPE), strict=True)
            ],
        )
        return Put.REPLACED if replaced else Put.ADDED

    def _insert_version(self, document: Document, passage_count: int, generation: int) -> int:
        cursor = self._connection().execute(
            "INSERT INTO documents (id, title, source, url, metadata, sha256, characters, passage_count, added_at,"
            " added_generation, text) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.id,
                document.title,
                document.source,
                document.url,
                _json(document.metadata),
                document.sha256,
                len(document.text),
                passage_count,
                datetime.now(UTC).isoformat(timespec="seconds"),
                generation,
                document.text,
            ),
        )
        return int(cursor.lastrowid or 0)

    def _retire(self, document_id: str, generation: int) -> bool:
        cursor = self._connection().execute(
            "UPDATE documents SET removed_generation = ? WHERE id = ? AND removed_generation IS NULL",
            (generation, document_id),
        )
        return cursor.rowcount > 0

    def remove(self, document_id: str, generation: int) -> None:
        """Mark a document as gone.

        Raises:
            UnknownDocument: there is none of this id.
        """
        if not self._retire(document_id, generation):
            raise UnknownDocument(f"no document has the id {document_id!r}", hint="`hoidap docs list` shows the ids.")

    def purge(self) -> None:
        """Delete the text, passages and vectors of every version that went; readers of older snapshots retry.

        `scrub` after the transaction: until then the log holds what was deleted.
        """
        current = _state_name(self.generation())
        self._connection().execute("DELETE FROM facts WHERE name GLOB 'state:*' AND name <> ?", (current,))
        self._connection().execute("DELETE FROM documents WHERE removed_generation IS NOT NULL")

    def replace_vectors(self, ids: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Give passages new vectors, float32 `[len(ids), dimension]`: the library moves to another model."""
        rows = zip((vector.tobytes() for vector in vectors.astype(VECTOR_DTYPE)), ids, strict=True)
        self._connection().executemany("UPDATE passages SET vector = ? WHERE id = ?", rows)

    # -- reading -------------------------------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """Return the numbers of current documents and of their passages."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT count(*), coalesce(sum(passage_count), 0) FROM documents WHERE removed_generation IS NULL"
            ).fetchone()
        return int(row[0]), int(row[1])

    def documents(self, *, offset: int, limit: int, contains: str) -> list[DocumentInfo]:
        """List current documents by title, then id; `contains` filters on title and id, in folded form."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, title, source, url, sha256, characters, passage_count, added_at FROM documents"
                " WHERE removed_generation IS NULL"
                " AND (?1 = '' OR instr(folded(title), ?1) OR instr(folded(id), ?1))"
                " ORDER BY title, id LIMIT ?2 OFFSET ?3",
                (fold(contains), limit, offset),
            ).fetchall()
        return [DocumentInfo(*row) for row in rows]

    def document(self, document_id: str) -> Document:
        """Return the current version of a document.

        Raises:
            UnknownDocument: there is none of this id.
        """
        with self._reading() as connection:
            row = connection.execute(
                "SELECT id, text, title, source, url, metadata FROM documents"
                " WHERE id = ? AND removed_generation IS NULL",
                (document_id,),
            ).fetchone()
        if row is None:
            raise UnknownDocument(f"no document has the id {document_id!r}", hint="`hoidap docs list` shows the ids.")
        return _document(row)

    def passage_ids(self, document_id: str) -> list[int]:
        """Return the passages of the current version of a document, in their order; none when there is no such one."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT p.id FROM documents d JOIN passages p USING (version)"
                " WHERE d.id = ? AND d.removed_generation IS NULL ORDER BY p.start",
                (document_id,),
            ).fetchall()
        return [int(row[0]) for row in rows]

    def passages(self, ids: Sequence[int]) -> dict[int, StoredPassage]:
        """Return the passages of these ids with their documents; an id whose version was purged is left out."""
        found: dict[int, StoredPassage] = {}
        with self._reading() as connection:
            for some in _slices(ids):
                found.update(self._passages_of(connection, some))
        return found

    @staticmethod
    def _passages_of(connection: Connection, ids: Sequence[int]) -> dict[int, StoredPassage]:
        marks = ",".join("?" * len(ids))
        rows = connection.execute(
            f'SELECT id, version, start, "end", heading FROM passages WHERE id IN ({marks})', list(ids)
        ).fetchall()
        versions = sorted({row[1] for row in rows})
        marks = ",".join("?" * len(versions))
        documents = {
            row[0]: _document(row[1:])
            for row in connection.execute(
                f"SELECT version, id, text, title, source, url, metadata FROM documents WHERE version IN ({marks})",
                versions,
            )
        }
        return {row[0]: StoredPassage(row[0], documents[row[1]], row[2], row[3], row[4]) for row in rows}

    def index_rows(self, *, after: int) -> Generator[IndexRow, None, None]:
        """Yield the current passages with an id above `after`, in ascending order of id.

        Runs inside one read transaction and holds one document's text at a time.
        """
        with self._reading() as connection:
            cursor = connection.execute(
                'SELECT p.id, p.start, p."end", p.heading, p.vector, d.version, d.title'
                " FROM passages p JOIN documents d USING (version)"
                " WHERE p.id > ? AND d.removed_generation IS NULL ORDER BY p.id",
                (after,),
            )
            text, current = "", None
            for passage_id, start, end, heading, vector, version, title in cursor:
                if version != current:
                    current, text = version, self._text_of(connection, version)
                context = "\n".join(part for part in (title, heading) if part)
                yield IndexRow(passage_id, context, text[start:end], np.frombuffer(vector, VECTOR_DTYPE))

    @staticmethod
    def _text_of(connection: Connection, version: int) -> str:
        row = connection.execute("SELECT text FROM documents WHERE version = ?", (version,)).fetchone()
        return str(row[0])

    def vectors(self, *, after: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Return the ids `[n]` and vectors `[n, dimension]` of the current passages with an id above `after`."""
        ids: list[int] = []
        parts = bytearray()
        with self._reading() as connection:
            for passage_id, vector in connection.execute(
                "SELECT p.id, p.vector FROM passages p JOIN documents d USING (version)"
                " WHERE p.id > ? AND d.removed_generation IS NULL ORDER BY p.id",
                (after,),
            ):
                ids.append(passage_id)
                parts += vector
        matrix = np.frombuffer(parts, VECTOR_DTYPE).reshape(len(ids), -1 if ids else 0)
        return np.array(ids, dtype=np.int64), matrix

    def vectors_of(self, ids: Sequence[int]) -> dict[int, NDArray[np.float16]]:
        """Return the vectors `[dimension]` of these passages; an id whose version was purged is left out."""
        found: dict[int, NDArray[np.float16]] = {}
        with self._reading() as connection:
            for some in _slices(ids):
                marks = ",".join("?" * len(some))
                rows = connection.execute(f"SELECT id, vector FROM passages WHERE id IN ({marks})", list(some))
                found.update((row[0], np.frombuffer(row[1], VECTOR_DTYPE)) for row in rows)
        return found

    def removed_ids(self) -> list[int]:
        """Return the passage ids of the versions that went and are not purged yet."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT p.id FROM documents d JOIN passages p USING (version) WHERE d.removed_generation IS NOT NULL"
            ).fetchall()
        return [int(row[0]) for row in rows]

    def check(self) -> list[str]:
        """Return what is wrong with the database, in words: to SQLite, and by the checksums of the texts."""
        try:
            with self._reading() as connection:
                rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(20)")]
                orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
                problems = [row for row in rows if row != "ok"]
                problems += [f"row {row[1]} of {row[0]} refers to nothing" for row in orphans]
                return problems + list(_damaged_documents(connection))
        except LibraryDamaged as error:
            return [str(error)]


def _state_name(generation: int) -> str:
    return f"state:{generation}"


def _generation_facts(generation: int) -> dict[str, str]:
    return {"generation": str(generation), _state_name(generation): secrets.token_hex(8)}


def _damaged_documents(connection: Connection) -> Iterator[str]:
    """Yield what SQLite cannot see, as it keeps no checksums: a text that is another, passages that lie beside it."""
    for version, document_id, text, sha256, count in connection.execute(
        "SELECT version, id, text, sha256, passage_count FROM documents ORDER BY version"
    ):
        if sha256_of(text) != sha256:
            yield f"the text of document {document_id!r} is not the one that was stored"
        spans = connection.execute('SELECT start, "end" FROM passages WHERE version = ?', (version,)).fetchall()
        if len(spans) != count or any(not 0 <= start < end <= len(text) for start, end in spans):
            yield f"the passages of document {document_id!r} are not those that were stored"


def _document(row: Sequence[str | None]) -> Document:
    document_id, text, title, source, url, metadata = row
    return Document(
        id=str(document_id),
        text=str(text),
        title=str(title),
        source=str(source),
        url=url,
        metadata=json.loads(str(metadata)),
    )


def _json(metadata: Mapping[str, str]) -> str:
    return json.dumps(dict(metadata), ensure_ascii=False, sort_keys=True)


def _slices(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[at : at + _IDS_A_QUERY] for at in range(0, len(ids), _IDS_A_QUERY))
