"""The database: versions, generations, exact texts, and a read-only side that leaves every byte alone."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import LibraryBusy, LibraryDamaged, UnknownDocument
from index.store import Put, Store
from index.types import Document, Passage

TEXT = "Cần Thơ khen thưởng 54 tập thể. Hải Phòng mưa to."
CAN_THO, HAI_PHONG = Passage(0, 31, TEXT[:31], "Khen"), Passage(32, 49, TEXT[32:])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Store.create(tmp_path / "library.sqlite", {"model": "m"})
    return tmp_path / "library.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    store = Store(path, read_only=False)
    yield store
    store.close()


def vectors(count: int, *, at: int = 0) -> NDArray[np.float32]:
    """Return unit vectors along the axes from `at` on."""
    return np.eye(4, dtype=np.float32)[at : at + count]


def put(
    store: Store, document: Document, passages: Sequence[Passage] = (CAN_THO, HAI_PHONG), generation: int = 0
) -> Put:
    generation = generation or store.generation() + 1
    with store.transaction():
        outcome = store.put(document, passages, vectors(len(passages)), generation)
        store.set_generation(generation)
    return outcome


def test_documents_are_added_left_alone_and_replaced(store: Store) -> None:
    assert put(store, Document("a", TEXT, "Tin")) is Put.ADDED
    assert put(store, Document("a", TEXT, "Tin")) is Put.UNCHANGED
    assert put(store, Document("a", TEXT, "Tin mới")) is Put.REPLACED
    assert put(store, Document("b", TEXT, "Tin")) is Put.ADDED
    assert store.generation() == 4
    assert store.counts() == (2, 4)
    assert [row.id for row in store.index_rows(after=0)] == [3, 4, 5, 6], "ids are never used again"
    assert store.removed_ids() == [1, 2]


@pytest.mark.parametrize(
    "changed",
    [
        Document("a", TEXT + " ", "Tin", "nguồn", "https://vi.du/1", {"k": "v"}),
        Document("a", TEXT, "Tin 2", "nguồn", "https://vi.du/1", {"k": "v"}),
        Document("a", TEXT, "Tin", "nguồn 2", "https://vi.du/1", {"k": "v"}),
        Document("a", TEXT, "Tin", "nguồn", None, {"k": "v"}),
        Document("a", TEXT, "Tin", "nguồn", "https://vi.du/1", {"k": "v2"}),
    ],
)
def test_a_document_that_differs_in_anything_is_another_version(store: Store, changed: Document) -> None:
    given = Document("a", TEXT, "Tin", "nguồn", "https://vi.du/1", {"k": "v"})
    put(store, given)
    assert store.unchanged(given)
    assert not store.unchanged(changed)
    assert put(store, changed) is Put.REPLACED
    assert store.document("a") == changed


def test_what_went_can_be_read_until_it_is_purged(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    put(store, Document("a", "Bản mới.", "Tin"), [Passage(0, 8, "Bản mới.")])
    old = store.passages([1, 2, 3])
    assert {i: passage.text for i, passage in old.items()} == {1: CAN_THO.text, 2: HAI_PHONG.text, 3: "Bản mới."}
    assert old[1].document.text == TEXT and old[3].document.text == "Bản mới."
    with store.transaction():
        store.purge()
    assert sorted(store.passages([1, 2, 3])) == [3]
    assert store.removed_ids() == []
    assert store.check() == []


def test_a_removed_document_is_gone_for_every_reader_of_documents(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    with store.transaction():
        store.remove("a", 2)
    assert store.counts() == (0, 0)
    assert store.documents(offset=0, limit=10, contains="") == []
    for call in (lambda: store.document("a"), lambda: store.remove("a", 3)):
        with pytest.raises(UnknownDocument, match="'a'"):
            call()


def test_a_transaction_that_fails_leaves_nothing(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    with pytest.raises(ValueError, match="zip"), store.transaction():
        store.put(Document("b", TEXT, "Tin"), [CAN_THO], vectors(1), 2)
        store.put(Document("c", TEXT, "Tin"), [CAN_THO, HAI_PHONG], vectors(1), 2)
    assert [info.id for info in store.documents(offset=0, limit=10, contains="")] == ["a"]
    assert store.counts() == (1, 2)


def test_states_name_what_is_not_published_yet(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    put(store, Document("b", TEXT, "Tin"))
    states = [store.state(generation) for generation in (0, 1, 2)]
    assert len(set(states)) == 3 and all(states)
    with store.transaction():
        store.purge()
    assert [store.state(generation) for generation in (0, 1, 2)] == ["", "", states[2]]


@pytest.mark.parametrize(
    "text",
    [
        "Câ\u0300n Thơ\u031b đe\u0323p",  # NFD, and a horn that was there already
        "Gạo 🌾 và 👨‍👩‍👧 ở\r\n\r\nCần Thơ\r\n",
        "\u0323\u0301a\u0301\u0323 dấu đảo thứ tự",
        "\ufeffBOM \u00a0\u2028dòng",
    ],
)
def test_texts_and_offsets_come_back_exactly(store: Store, text: str) -> None:
    spans = [(start, end) for start in range(0, len(text), 3) for end in (start + 1, min(start + 5, len(text)))]
    passages = [Passage(start, end, text[start:end]) for start, end in spans]
    with store.transaction():
        store.put(Document("a", text, text), passages, np.zeros((len(passages), 4), np.float32), 1)
    assert store.document("a").text == text
    found = store.passages(range(1, len(passages) + 1))
    assert [found[i].text for i in sorted(found)] == [text[start:end] for start, end in spans]
    assert [row.text for row in store.index_rows(after=0)] == [text[start:end] for start, end in spans]
    assert store.check() == []


def test_index_rows_carry_title_and_heading_as_context(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    put(store, Document("b", TEXT, ""))
    rows = [(row.id, row.context, row.text) for row in store.index_rows(after=1)]
    assert rows == [(2, "Tin", HAI_PHONG.text), (3, "Khen", CAN_THO.text), (4, "", HAI_PHONG.text)]
    assert next(store.index_rows(after=0)).context == "Tin\nKhen"


def test_vectors_come_back_in_half_precision(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    ids, matrix = store.vectors()
    assert ids.tolist() == [1, 2]
    assert matrix.dtype == np.float16 and np.array_equal(matrix, vectors(2))
    assert store.vectors(after=2)[1].shape == (0, 0)
    with store.transaction():
        store.replace_vectors([2], vectors(1, at=3))
    assert np.array_equal(store.vectors(after=1)[1], vectors(1, at=3))


def test_documents_are_listed_by_title_and_filtered_as_people_type(store: Store) -> None:
    for name, title in [("d1", "Đà Nẵng"), ("d2", "Ca\u0302\u0300n Thơ"), ("d3", "100% tốt_đẹp"), ("d4", "An Giang")]:
        put(store, Document(name, TEXT, title, source=f"/tin/{name}.txt"))

    def listed(contains: str, offset: int = 0, limit: int = 10) -> list[str]:
        return [info.id for info in store.documents(offset=offset, limit=limit, contains=contains)]

    assert listed("") == ["d3", "d4", "d2", "d1"]
    assert listed("", offset=1, limit=2) == ["d4", "d2"]
    assert listed("đà nẵng") == listed("da nang") == listed("ĐÀ N") == ["d1"]
    assert listed("cần thơ") == ["d2"]
    assert listed("0% t") == listed("t_d") == ["d3"], "no wildcards"
    assert listed("D4") == ["d4"]
    assert listed("tin/d4") == [], "where a file lies is not searched: a reader could spell the path out"


def test_more_ids_than_a_query_may_bind(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    assert sorted(store.passages(range(1, 40_000))) == [1, 2]


def test_a_read_only_store_changes_no_byte(path: Path, store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    wal = path.with_name(path.name + "-wal")
    before = path.read_bytes(), wal.read_bytes()
    assert before[1], "there is a log that a checkpoint would have emptied"
    reader = Store(path, read_only=True)
    assert reader.document("a").text == TEXT
    assert reader.check() == []
    with pytest.raises(LibraryDamaged, match="readonly"), reader.transaction():
        reader.remove("a", 2)
    reader.close()
    assert (path.read_bytes(), wal.read_bytes()) == before


def test_a_reader_that_closes_last_leaves_the_log(path: Path) -> None:
    writer, reader = Store(path, read_only=False), Store(path, read_only=True)
    put(writer, Document("a", TEXT, "Tin"))
    reader.counts()
    writer.close()
    before = path.read_bytes()
    reader.close()
    assert path.read_bytes() == before
    with_log = Store(path, read_only=True)
    assert with_log.counts() == (1, 2)
    with_log.close()


def test_readers_see_one_state_while_another_writes(path: Path, store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    reader = Store(path, read_only=True)
    rows = reader.index_rows(after=0)
    assert next(rows).id == 1
    put(store, Document("a", "Bản mới.", "Tin"), [Passage(0, 8, "Bản mới.")])
    with store.transaction():
        store.purge()
    assert [row.text for row in rows] == [HAI_PHONG.text]
    assert [row.text for row in reader.index_rows(after=0)] == ["Bản mới."]
    reader.close()


def test_threads_use_connections_of_their_own(store: Store) -> None:
    put(store, Document("a", TEXT, "Tin"))
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(store.document("a").text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [TEXT] * 4


def test_deleted_text_is_overwritten_on_disk(path: Path, store: Store) -> None:
    secret = "bímậtkhôngai" * 700  # over several pages
    put(store, Document("a", secret, "Tin"), [Passage(0, 12, secret[:12])])
    with store.transaction():
        store.remove("a", 2)
        store.set_generation(2)
        store.purge()
    store.scrub()
    for file in path.parent.iterdir():
        assert "bímậtkhôngai".encode() not in file.read_bytes(), file.name


def test_a_backup_stands_alone(path: Path, store: Store, tmp_path: Path) -> None:
    put(store, Document("a", TEXT, "Tin"))
    store.backup(tmp_path / "copy.sqlite")
    assert not (tmp_path / "copy.sqlite-wal").exists()
    copy = Store(tmp_path / "copy.sqlite", read_only=True)
    assert copy.document("a").text == TEXT
    assert copy.facts() == store.facts()
    copy.close()


def test_creating_leaves_no_other_file_and_takes_no_old_log(tmp_path: Path) -> None:
    for name in ("library.sqlite-wal", "library.sqlite.new", "library.sqlite.new-journal"):
        (tmp_path / name).write_bytes(b"of somebody who died")
    Store.create(tmp_path / "library.sqlite", {"model": "m"})
    assert [file.name for file in tmp_path.iterdir()] == ["library.sqlite"]
    assert not Store.needs_writer(tmp_path / "library.sqlite")


def test_a_file_of_anybody_else_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    empty = tmp_path / "empty.sqlite"
    empty.touch()
    text = tmp_path / "text.sqlite"
    text.write_text("không phải cơ sở dữ liệu " * 100, encoding="utf-8")
    for file in (other, empty, text):
        before = file.read_bytes()
        for read_only in (True, False):
            with pytest.raises(LibraryDamaged) as caught:
                Store(file, read_only=read_only)
            assert caught.value.exit_code == 3
        assert file.read_bytes() == before
    with pytest.raises(LibraryDamaged):
        Store(tmp_path / "none.sqlite", read_only=False)
    assert not (tmp_path / "none.sqlite").exists(), "opening makes no library"


def test_another_program_that_holds_the_database_is_no_damage(path: Path, store: Store) -> None:
    other = sqlite3.connect(path)
    other.execute("BEGIN IMMEDIATE")
    store._connection().execute("PRAGMA busy_timeout = 1")
    with pytest.raises(LibraryBusy), store.transaction():
        pass
    other.rollback()
    other.close()
    assert put(store, Document("a", TEXT, "Tin")) is Put.ADDED


def test_a_write_that_was_interrupted_under_a_journal_needs_a_writer(path: Path, store: Store, tmp_path: Path) -> None:
    """A backup keeps no log until it is first written to: a writer that dies then leaves a journal to roll back."""
    put(store, Document("a", TEXT * 500, "Tin"), [CAN_THO])
    store.backup(tmp_path / "copy.sqlite")
    connection = sqlite3.connect(tmp_path / "copy.sqlite", isolation_level=None)
    connection.executescript("PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN")
    connection.execute("UPDATE documents SET text = 'khác' || text, title = 'khác'")
    for number in range(50):
        connection.execute("INSERT INTO facts VALUES (?, hex(randomblob(9000)))", (f"f{number}",))
    dead = tmp_path / "dead.sqlite"
    dead.write_bytes((tmp_path / "copy.sqlite").read_bytes())
    Path(f"{dead}-journal").write_bytes((tmp_path / "copy.sqlite-journal").read_bytes())
    connection.close()
    assert Store.needs_writer(dead)
    Store(dead, read_only=False).close()
    assert not Store.needs_writer(dead)
    reader = Store(dead, read_only=True)
    assert reader.document("a").text == TEXT * 500
    assert reader.check() == []
    reader.close()


@pytest.mark.parametrize(
    ("query", "plan"),
    [
        ("SELECT count(*), sum(passage_count)", "COVERING INDEX documents_counted"),
        ("SELECT id", "COVERING INDEX documents_listed"),
    ],
)
def test_counting_and_listing_read_no_text(store: Store, query: str, plan: str) -> None:
    order = " ORDER BY title, id LIMIT 10" if query == "SELECT id" else ""
    statement = f"EXPLAIN QUERY PLAN {query} FROM documents WHERE removed_generation IS NULL{order}"
    ((*_, detail),) = store._connection().execute(statement)
    assert plan in detail


def test_connections_of_ended_threads_are_closed(store: Store) -> None:
    for _ in range(20):
        thread = threading.Thread(target=store.counts)
        thread.start()
        thread.join()
    assert len(store._connections) <= 2, "a host that starts a thread for each request must not run out of files"
