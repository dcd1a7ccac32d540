"""Durable files: whole or not there, and damage is known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.files import (
    DamagedFile,
    FileRecord,
    checksum,
    link_or_copy,
    read_verified,
    record_of,
    replace_durably,
    total_bytes,
    verify_file,
    write_durably,
)

DATA = "Cần Thơ".encode() * 200_000  # more than one block


def test_the_checksum_is_xxh3_128() -> None:
    assert checksum(b"") == "99aa06d3014798d86001c324468d497f"  # the published value for no input
    assert checksum(b"") != checksum(b"\0")


def test_a_record_is_of_the_whole_file(tmp_path: Path) -> None:
    record = write_durably(tmp_path / "f", DATA)
    assert record == record_of(tmp_path / "f") == FileRecord(len(DATA), checksum(DATA))
    assert read_verified(tmp_path / "f", record) == DATA
    verify_file(tmp_path / "f", record)


@pytest.mark.parametrize("damaged", [DATA[:-1], DATA + b"x", DATA[:-1] + b"x", b""])
def test_every_difference_is_damage(tmp_path: Path, damaged: bytes) -> None:
    record = write_durably(tmp_path / "f", DATA)
    (tmp_path / "f").write_bytes(damaged)
    for check in (verify_file, read_verified):
        with pytest.raises(DamagedFile, match="^f has"):
            check(tmp_path / "f", record)
    (tmp_path / "f").unlink()
    for check in (verify_file, read_verified):
        with pytest.raises(DamagedFile, match="cannot be read"):
            check(tmp_path / "f", record)


def test_replacing_leaves_open_readers_the_old_content(tmp_path: Path) -> None:
    replace_durably(tmp_path / "f", b"old")
    with (tmp_path / "f").open("rb") as reader:
        replace_durably(tmp_path / "f", b"new")
        assert reader.read() == b"old"
    assert (tmp_path / "f").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_linking_falls_back_to_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "f").write_bytes(b"data")
    link_or_copy(tmp_path / "f", tmp_path / "linked")
    assert (tmp_path / "linked").samefile(tmp_path / "f")

    def refuse(*_: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    link_or_copy(tmp_path / "f", tmp_path / "copied")
    assert (tmp_path / "copied").read_bytes() == b"data"
    assert not (tmp_path / "copied").samefile(tmp_path / "f")


def test_the_size_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "a").write_bytes(b"12")
    (tmp_path / "in" / "b").write_bytes(b"345")
    assert total_bytes(tmp_path) == 5
