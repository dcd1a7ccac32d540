"""The store of API keys: shown once, stored hashed, never half written, noticed at once."""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest
from filelock import FileLock

from index.errors import InvalidInput, LibraryBusy
from web import guarded_file
from web.keys import FILE_NAME, KeyStore, KeysUnreadable, Role, UnknownKey


def test_a_token_finds_its_key_and_no_other(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    first, second = store.create("cổng thông tin", Role.SEARCH), store.create("nạp", Role.INGEST)
    assert store.find(first.token) == first.key
    assert store.find(second.token) == second.key
    mixed = first.token[:12] + second.token[12:]
    for wrong in ("", "hd_", first.token[:-1], first.token + "a", first.token.upper(), mixed, " " + first.token):
        assert store.find(wrong) is None


def test_the_file_holds_no_token_and_is_for_the_owner_alone(tmp_path: Path) -> None:
    fresh = KeyStore(tmp_path).create("a", Role.ADMIN)
    path = tmp_path / FILE_NAME
    secret = fresh.token.rsplit("_", 1)[1]
    assert secret not in path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert fresh.token not in repr(fresh.key)
    assert set(fresh.key.to_dict()) == {"id", "name", "role", "created"}


def test_the_file_is_for_the_owner_alone_whatever_the_umask_and_what_lay_there(tmp_path: Path) -> None:
    (tmp_path / "keys.tmp").write_text("left by a crash", encoding="utf-8")
    (tmp_path / "keys.tmp").chmod(0o666)
    before = os.umask(0)
    try:
        KeyStore(tmp_path).create("a", Role.ADMIN)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert not (tmp_path / "keys.tmp").exists()


def test_the_same_secret_hashes_apart_under_another_salt(tmp_path: Path) -> None:
    first, second = (KeyStore(tmp_path).create(name, Role.SEARCH).key for name in "ab")
    assert first.salt != second.salt
    assert first.hash != second.hash


def test_another_store_sees_what_this_one_did(tmp_path: Path) -> None:
    mine, other = KeyStore(tmp_path), KeyStore(tmp_path)
    assert other.keys() == []
    fresh = mine.create("a", Role.SEARCH)
    assert other.find(fresh.token) == fresh.key
    mine.revoke(fresh.key.id)
    assert other.find(fresh.token) is None
    assert other.keys() == []


def test_keys_are_listed_in_the_order_made(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    for name in ("c", "a", "b"):
        store.create(name, Role.SEARCH)
    assert [key.name for key in KeyStore(tmp_path).keys()] == ["c", "a", "b"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\0", "x" * 81, "\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidInput):
        KeyStore(tmp_path).create(name, Role.SEARCH)


def test_a_name_is_taken_once(tmp_path: Path) -> None:
    store = KeyStore(tmp_path)
    store.create("a", Role.SEARCH)
    with pytest.raises(InvalidInput, match="already"):
        store.create(" a ", Role.ADMIN)


def test_revoking_an_unknown_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(UnknownKey, match="'00000000'"):
        KeyStore(tmp_path).revoke("00000000")


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"version": 2, "keys": []}', '{"version": 1}', '{"version": 1, "keys": [{}]}',
     '{"version": 1, "keys": [{"id":"a","name":"b","role":"root","created":"","salt":"","hash":""}]}', "\ufeff\ud83d"],
)  # fmt: skip
def test_a_damaged_file_is_an_error_never_no_keys(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_bytes(content.encode("utf-8", "surrogatepass"))
    store = KeyStore(tmp_path)
    for attempt in (store.keys, lambda: store.find("hd_00000000_" + "a" * 43), lambda: store.create("a", Role.ADMIN)):
        with pytest.raises(KeysUnreadable):
            attempt()
    assert (tmp_path / FILE_NAME).read_bytes() == content.encode("utf-8", "surrogatepass")


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = KeyStore(tmp_path)
    kept = store.create("a", Role.SEARCH)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.create("b", Role.SEARCH)
    monkeypatch.undo()
    assert [key.name for key in KeyStore(tmp_path).keys()] == ["a"]
    assert store.find(kept.token) == kept.key
    assert store.create("b", Role.SEARCH).key.name == "b"


def test_keys_made_at_once_are_all_kept(tmp_path: Path) -> None:
    stores = [KeyStore(tmp_path) for _ in range(8)]
    threads = [threading.Thread(target=store.create, args=(f"key {n}", Role.SEARCH)) for n, store in enumerate(stores)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(key.name for key in KeyStore(tmp_path).keys()) == [f"key {n}" for n in range(8)]


def test_a_change_by_another_process_is_waited_for_then_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_file, "_LOCK_SECONDS", 0.1)
    with FileLock(tmp_path / "keys.lock"), pytest.raises(LibraryBusy):
        KeyStore(tmp_path).create("a", Role.SEARCH)


def test_each_role_covers_itself_and_those_below() -> None:
    covered = {role: {other for other in Role if role.covers(other)} for role in Role}
    assert covered == {
        Role.ADMIN: {Role.ADMIN, Role.INGEST, Role.SEARCH},
        Role.INGEST: {Role.INGEST, Role.SEARCH},
        Role.SEARCH: {Role.SEARCH},
    }


def test_the_format_on_disk_is_this(tmp_path: Path) -> None:
    KeyStore(tmp_path).create("a", Role.INGEST)
    stored = json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))
    [key] = stored["keys"]
    assert stored["version"] == 1
    assert {name: len(key[name]) for name in ("id", "salt", "hash")} == {"id": 8, "salt": 32, "hash": 64}
    assert (key["name"], key["role"]) == ("a", "ingest")
