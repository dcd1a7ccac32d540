"""Migrations: numbered, run once, from an old database to the present one; a newer database is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryDamaged
from index.library import DATABASE, Library, model_of
from index.schema import LIBRARY
from index.store import Store
from index.types import Document
from tests.conftest import HashEmbedder


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make a library of schema version 1, as the first release wrote it."""
    with Library.open(tmp_path, HashEmbedder(), create=True) as library:
        library.add([Document("a", "Cần Thơ khen thưởng 54 tập thể.", "Tin")])
    assert version(tmp_path / DATABASE) == 1
    return tmp_path


def version(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def set_version(path: Path, number: int) -> None:
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {number}")
    connection.commit()
    connection.close()


def m002_language(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT 'vi'")


def m002_broken(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE documents ADD COLUMN language TEXT NOT NULL DEFAULT 'vi'")
    raise sqlite3.OperationalError("disk full")


def add_migration(patch: pytest.MonkeyPatch, migration: Callable[[sqlite3.Connection], None]) -> None:
    patch.setattr(Store, "schema", replace(LIBRARY, migrations=(*LIBRARY.migrations, migration)))


def test_the_first_schema_is_marked_as_ours(old: Path) -> None:
    connection = sqlite3.connect(old / DATABASE)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x484F4944,)
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    assert tables == {"facts", "documents", "passages", "sqlite_sequence"}


def test_opening_an_old_library_migrates_it_and_says_so(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_migration(monkeypatch, m002_language)
    with pytest.raises(LibraryDamaged, match="version 1 and must be brought to 2"):
        Store(old / DATABASE, read_only=True)
    with Library.open(old, HashEmbedder()) as library:
        assert len(library.notices) == 1 and "migrated" in library.notices[0]
        assert library.document("a").text == "Cần Thơ khen thưởng 54 tập thể."
        assert library.check() == []
    assert version(old / DATABASE) == 2
    with Library.open(old, HashEmbedder()) as library:
        assert library.notices == []
        library.add([Document("b", "Hải Phòng mưa to.", "Tin")])


def test_a_migration_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        add_migration(patch, m002_broken)
        with pytest.raises(LibraryDamaged, match="disk full"):
            Library.open(old, HashEmbedder())
    assert version(old / DATABASE) == 1
    with Library.open(old, HashEmbedder()) as library:
        assert library.document("a").title == "Tin"


def test_a_newer_library_is_refused_and_left_alone(old: Path) -> None:
    set_version(old / DATABASE, 99)
    before = (old / DATABASE).read_bytes()
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged, match="version 99; this HoiDap reads up to 1") as caught:
            Store(old / DATABASE, read_only=read_only)
        assert "newer HoiDap" in caught.value.hint
    with pytest.raises(LibraryDamaged, match="version 99"):
        Library.open(old, HashEmbedder(), create=True)
    assert (old / DATABASE).read_bytes() == before


def test_the_tables_hold_what_the_documentation_says(old: Path) -> None:
    connection = sqlite3.connect(old / DATABASE)
    (row,) = connection.execute(
        'SELECT d.text, p.start, p."end", p.vector FROM documents d JOIN passages p USING (version)'
    )
    connection.close()
    text, start, end, vector = row
    assert text[start:end] == "Cần Thơ khen thưởng 54 tập thể."
    assert np.frombuffer(vector, "<f2").shape == (64,)


def test_asking_for_the_model_migrates_first(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line and the server ask for the model before they open the library."""
    add_migration(monkeypatch, m002_language)
    known = model_of(old)
    assert known is not None and known.id == HashEmbedder.model_id
    assert version(old / DATABASE) == 2
