"""Number the migrations of our databases; `PRAGMA user_version` says how many have run.

A migration is never edited after a release: add the next one. What the tables mean is said in `store.py`, and in
`feedback.py` for the database beside the library that holds what people said of its answers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import LibraryDamaged

if TYPE_CHECKING:
    from sqlite3 import Connection

APPLICATION_ID = 0x484F4944  # "HOID": tells `file` and us that this SQLite database is a HoiDap library


def m001_initial(connection: Connection) -> None:
    """Create documents (versioned), passages with their vectors, and the table of facts about the library."""
    connection.execute(
        """
        CREATE TABLE facts (
            name  TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID
        """
    )
    connection.execute(
        """
        CREATE TABLE documents (
            version            INTEGER PRIMARY KEY AUTOINCREMENT,
            id                 TEXT NOT NULL,
            title              TEXT NOT NULL,
            source             TEXT NOT NULL,
            url                TEXT,
            metadata           TEXT NOT NULL,
            sha256             TEXT NOT NULL,
            characters         INTEGER NOT NULL,
            passage_count      INTEGER NOT NULL,
            added_at           TEXT NOT NULL,
            added_generation   INTEGER NOT NULL,
            removed_generation INTEGER,
            text               TEXT NOT NULL
        )
        """
    )
    connection.execute("CREATE UNIQUE INDEX documents_current ON documents (id) WHERE removed_generation IS NULL")
    connection.execute(
        "CREATE INDEX documents_listed ON documents (removed_generation, title, id) WHERE removed_generation IS NULL"
    )
    connection.execute("CREATE INDEX documents_removed ON documents (version) WHERE removed_generation IS NOT NULL")
    # Counting and listing out of an index: a scan of the table would read every text.
    connection.execute(
        "CREATE INDEX documents_counted ON documents (removed_generation, passage_count)"
        " WHERE removed_generation IS NULL"
    )
    connection.execute(
        """
        CREATE TABLE passages (
            id         INTEGER PRIMARY KEY AUTOINCREMENT,
            version    INTEGER NOT NULL REFERENCES documents (version) ON DELETE CASCADE,
            start      INTEGER NOT NULL,
            "end"      INTEGER NOT NULL,
            heading    TEXT NOT NULL,
            vector     BLOB NOT NULL
        )
        """
    )
    connection.execute("CREATE INDEX passages_of_version ON passages (version)")


def feedback_m001_initial(connection: Connection) -> None:
    """Create the table of what people said of answers; the same thing said again is counted, not stored again."""
    connection.execute(
        """
        CREATE TABLE feedback (
            id              INTEGER PRIMARY KEY AUTOINCREMENT,
            received_at     TEXT NOT NULL,
            times           INTEGER NOT NULL,
            verdict         TEXT NOT NULL,
            question        TEXT NOT NULL,
            document_id     TEXT NOT NULL,
            document_sha256 TEXT NOT NULL,
            start           INTEGER NOT NULL,
            "end"           INTEGER NOT NULL,
            quote           TEXT NOT NULL,
            expected        TEXT NOT NULL,
            UNIQUE (question, verdict, document_id, document_sha256, start, "end", expected)
        )
        """
    )


@dataclass(frozen=True, slots=True)
class Schema:
    """A kind of database: what people call it, the mark in its file, and its migrations in order."""

    name: str
    application_id: int
    migrations: tuple[Callable[[Connection], None], ...]


LIBRARY = Schema("library", APPLICATION_ID, (m001_initial,))
FEEDBACK = Schema("feedback", 0x484F4946, (feedback_m001_initial,))  # "HOIF"


def version_of(connection: Connection) -> int:
    """Return how many migrations this database has seen; 0 is an empty one."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def require_ours(connection: Connection, schema: Schema) -> None:
    """Refuse a database that is not of this kind: an empty file, or another program's.

    Raises:
        LibraryDamaged: it is not marked as ours.
    """
    if int(connection.execute("PRAGMA application_id").fetchone()[0]) != schema.application_id:
        raise LibraryDamaged(
            "the database is empty or belongs to another program",
            hint="Restore the last `hoidap backup`, or remove the directory to begin a new library.",
        )


def require_current(connection: Connection, schema: Schema) -> None:
    """Refuse a database of another version than this code reads.

    Raises:
        LibraryDamaged: the database is newer than this program, or was not migrated.
    """
    found, known = version_of(connection), len(schema.migrations)
    if found > known:
        raise LibraryDamaged(
            f"the {schema.name} has schema version {found}; this HoiDap reads up to {known}",
            hint="Install the newer HoiDap that wrote it.",
        )
    if found < known:
        raise LibraryDamaged(
            f"the {schema.name} has schema version {found} and must be brought to {known}",
            hint="Run `hoidap doctor` once to migrate it.",
        )


def migrate(connection: Connection, schema: Schema) -> None:
    """Run the migrations that are still missing, each in a transaction of its own.

    Raises:
        LibraryDamaged: the database is newer than this program.
    """
    for number, migration in enumerate(schema.migrations, start=1):
        if version_of(connection) >= number:
            continue
        connection.execute("BEGIN IMMEDIATE")
        try:
            migration(connection)
            connection.execute(f"PRAGMA user_version = {number}")
            connection.execute(f"PRAGMA application_id = {schema.application_id}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    require_current(connection, schema)
