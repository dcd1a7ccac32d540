"""Open the SQLite database of a library: connections, transactions, durability, and its errors turned into ours.

It knows nothing of what the tables hold (`store.py`), takes no lock (`library.py`), and is the only module that imports
sqlite3.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from index.errors import LibraryBusy, LibraryDamaged
from index.files import sync_directory, sync_file
from index.schema import LIBRARY, Schema, migrate, require_current, require_ours, version_of
from index.text import fold


class Database:
    """One SQLite database. Connections are per thread; a read-only one never writes, not even a checkpoint."""

    schema: ClassVar[Schema] = LIBRARY

    def __init__(self, path: Path, *, read_only: bool) -> None:
        """Open the database at `path`, and migrate it unless `read_only`; `create_database` makes one.

        Raises:
            LibraryDamaged: not a database, damaged, or of another schema version.
        """
        self.path = path
        self.read_only = read_only
        self._local = threading.local()
        self._connections: dict[threading.Thread, sqlite3.Connection] = {}
        self._guard = threading.Lock()
        with _translated(path):
            if read_only:
                require_current(self._connection(), self.schema)
            else:
                migrate(self._connection(), self.schema)

    @classmethod
    def needs_writer(cls, path: Path) -> bool:
        """Tell whether the database at `path` must be opened for writing once before it can be read.

        So it is when migrations are missing, and when a writer died while it did not keep its log beside the database
        but rolled back (a backup, until it is first written to): only a writer may finish that.
        """
        with _translated(path):
            connection = sqlite3.connect(_uri(path, "ro"), uri=True)
            try:
                require_ours(connection, cls.schema)
                return version_of(connection) < len(cls.schema.migrations)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_READONLY:
                    raise
                return True
            finally:
                connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._guard:
                self._close_abandoned()
                self._connections[threading.current_thread()] = connection
        return connection

    def _close_abandoned(self) -> None:
        """Close the connections of threads that have ended: a host may start one for each request."""
        for thread in [thread for thread in self._connections if not thread.is_alive()]:
            self._connections.pop(thread).close()

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.read_only else "rw"
        connection = sqlite3.connect(_uri(self.path, mode), uri=True, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA busy_timeout = 10000")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.create_function("folded", 1, fold, deterministic=True)
        try:
            require_ours(connection, self.schema)  # before anything is written: it may be another program's
        except BaseException:
            connection.close()
            raise
        if not self.read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")  # acknowledged means on disk
            connection.execute("PRAGMA secure_delete = ON")  # deleted text is overwritten, not left in free pages
        return connection

    def close(self) -> None:
        """Close every connection that any thread opened."""
        with self._guard:
            for connection in self._connections.values():
                connection.close()
            self._connections.clear()
        self._local = threading.local()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block as one write transaction: all of it is on disk afterwards, or nothing."""
        with _translated(self.path):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """Run the block on one consistent state of the database."""
        with _translated(self.path):
            connection = self._connection()
            if connection.in_transaction:
                yield connection
                return
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    def scrub(self) -> None:
        """Bring what was overwritten into the database file and empty the log, which holds older pages; no transaction.

        Readers in the middle of a query are waited for a moment; if they stay, a later call does it.
        """
        connection = self._connection()
        with _translated(self.path):
            connection.execute("PRAGMA busy_timeout = 2000")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("PRAGMA busy_timeout = 10000")

    def backup(self, target: Path) -> None:
        """Copy the database, as of now and while others read and write, to the new file `target`."""
        with _translated(self.path):
            copy = sqlite3.connect(target)
            try:
                self._connection().backup(copy)
                # The copy stands alone: it must not need the -wal file that is not beside it.
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()


def create_database(path: Path, facts: Mapping[str, str], schema: Schema = LIBRARY) -> None:
    """Make a new database that remembers `facts`, in one step: `path` is a whole one or does not exist.

    So a file of that name that is empty, or of somebody else's, is damage and never a library about to begin.
    """
    new = path.with_name(path.name + ".new")
    for leftover in (new, *_companions(new), *_companions(path)):
        leftover.unlink(missing_ok=True)
    with _translated(path):
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            # A database that is born with a log never has a journal, which only a writer could roll back.
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            migrate(connection, schema)
            if facts:  # only a library has the table for them
                connection.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        finally:
            connection.close()
    sync_file(new)
    new.replace(path)
    sync_directory(path.parent)


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn SQLite's own errors into ours, at the one seam."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise LibraryBusy(f"another program holds the database {path.name}", hint="Try again later.") from error
        raise LibraryDamaged(
            f"the database {path.name} cannot be used: {error}",
            hint="Free the disk if it is full; else restore the last `hoidap backup`.",
        ) from error


def _roll_back(connection: sqlite3.Connection) -> None:
    """End the transaction, unless SQLite itself has done so (a full disk, a read error)."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def _uri(path: Path, mode: str) -> str:
    return f"{path.resolve().as_uri()}?mode={mode}"


def _companions(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal"))
