"""What people say is kept, counted, bounded and deleted."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from index.errors import InvalidInput, LibraryDamaged
from index.feedback import FILE_NAME, MAX_QUOTE, MAX_TEXT, FeedbackFull, FeedbackStore, Opinion, Verdict
from index.schema import FEEDBACK
from index.store import Store

SAID = Opinion("Ai?", Verdict.RIGHT, "a", "0" * 64, 3, 5, "54", "")


@pytest.fixture
def store(tmp_path: Path) -> FeedbackStore:
    return FeedbackStore.open(tmp_path)


def test_an_opinion_comes_back_as_it_was(store: FeedbackStore) -> None:
    for opinion in (SAID, Opinion("Đâu?", Verdict.MISSING, expected="ở “Cần Thơ”'; DROP TABLE feedback")):
        store.add(opinion)
    assert [stored.opinion for stored in store.opinions()] == [
        SAID,
        Opinion("Đâu?", Verdict.MISSING, expected="ở “Cần Thơ”'; DROP TABLE feedback"),
    ]
    assert [stored.id for stored in store.opinions()] == [1, 2]


def test_the_same_again_is_counted_and_not_stored(store: FeedbackStore) -> None:
    for _ in range(5):
        store.add(SAID)
    [stored] = store.opinions()
    assert (stored.times, store.count()) == (5, 1)


def test_no_more_are_taken_than_may_be_but_known_ones_are_counted(store: FeedbackStore) -> None:
    for number in range(3):
        store.add(Opinion(f"câu {number}", Verdict.WRONG), most=3)
    with pytest.raises(FeedbackFull) as caught:
        store.add(SAID, most=3)
    assert "feedback clear" in caught.value.hint
    store.add(Opinion("câu 1", Verdict.WRONG), most=3)
    assert [stored.times for stored in store.opinions()] == [1, 2, 1]


@pytest.mark.parametrize("fields", [{"question": ""}, {"question": "x" * (MAX_TEXT + 1)},
    {"question": "x", "expected": "x" * (MAX_TEXT + 1)},
    {"question": "x", "quote": "x" * (MAX_QUOTE + 1)}])  # fmt: skip
def test_texts_are_bounded(fields: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        Opinion(verdict=Verdict.RIGHT, **fields)  # type: ignore[arg-type]


def test_what_is_cleared_is_gone_from_the_disk(store: FeedbackStore, tmp_path: Path) -> None:
    store.add(Opinion("câu hỏi bí mật", Verdict.RIGHT))
    assert store.clear() == 1
    store.close()
    assert store.count() == 0
    assert "bí mật".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE_NAME}*"))


def test_many_threads_and_stores_lose_nothing(tmp_path: Path) -> None:
    def say(number: int) -> None:
        mine = FeedbackStore.open(tmp_path)
        for _ in range(5):
            mine.add(SAID)
        mine.add(Opinion(f"câu {number}", Verdict.WRONG))
        mine.close()

    threads = [threading.Thread(target=say, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = FeedbackStore.open(tmp_path).opinions()
    assert (len(found), max(stored.times for stored in found)) == (5, 20)


def test_the_file_is_marked_and_numbered(store: FeedbackStore, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE_NAME)
    assert connection.execute("PRAGMA application_id").fetchone() == (0x484F4946,)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(FEEDBACK.migrations),)
    connection.execute("PRAGMA user_version = 9")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryDamaged, match="the feedback has schema version 9"):
        FeedbackStore.open(tmp_path)


def test_a_library_is_no_feedback_and_the_other_way_round(store: FeedbackStore, tmp_path: Path) -> None:
    with pytest.raises(LibraryDamaged, match="another program"):
        Store(tmp_path / FILE_NAME, read_only=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / FILE_NAME).write_bytes(b"")
    with pytest.raises(LibraryDamaged):
        FeedbackStore.open(tmp_path / "other")


def test_a_backup_stands_alone(store: FeedbackStore, tmp_path: Path) -> None:
    store.add(SAID)
    (tmp_path / "copy").mkdir()
    store.backup(tmp_path / "copy" / FILE_NAME)
    assert [stored.opinion for stored in FeedbackStore.open(tmp_path / "copy").opinions()] == [SAID]
