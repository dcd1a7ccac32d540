"""Indexing: what goes in, what is skipped with its reason, what goes when files go, what an interrupt leaves."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from index.loaders import load
from tests.web.cli_program import SEEDS, invoke, parsed


def test_indexing_counts_what_it_did_and_again_changes_nothing(tmp_path: Path) -> None:
    first = parsed("index", *SEEDS, data=tmp_path / "library")
    assert (len(first["added"]), first["replaced"], first["unchanged"], first["skipped"]) == (5, [], [], [])
    again = parsed("index", *SEEDS, data=tmp_path / "library")
    assert (again["added"], again["replaced"], len(again["unchanged"])) == ([], [], 5)
    assert again["generation"] == first["generation"]


def test_what_cannot_be_read_is_named_with_its_reason_and_the_rest_is_indexed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "tot.txt").write_text("Cần Thơ có 54 tập thể được khen thưởng.", encoding="utf-8")
    (tmp_path / "in" / "rong.txt").write_bytes(b"")
    (tmp_path / "in" / "anh.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00")
    result = invoke("index", tmp_path / "in", tmp_path / "khong-co.txt", data=tmp_path / "library")
    assert result.exit_code == 2
    assert "Added 1, replaced 0, unchanged 0, removed 0, skipped 3" in result.stdout
    for name in ("rong.txt", "anh.txt", "khong-co.txt: there is no such file"):
        assert f"{name}" in result.stderr
    assert "Files not indexed: 3" in result.stderr
    assert invoke("ask", "Bao nhiêu tập thể được khen thưởng?", data=tmp_path / "library").exit_code == 0


def test_skipped_files_are_in_the_json_with_reason_and_hint(tmp_path: Path) -> None:
    (tmp_path / "cu.txt").write_bytes("Cần Thơ".encode("utf-16-le")[:-1] + b"\xff")
    (tmp_path / "tot.txt").write_text("Một văn bản.", encoding="utf-8")
    report = parsed("index", tmp_path / "cu.txt", tmp_path / "tot.txt", data=tmp_path / "library", code=2)
    assert [each["path"] for each in report["skipped"]] == [str(tmp_path / "cu.txt")]
    assert report["skipped"][0]["reason"]
    assert not report["skipped"][0]["reason"].startswith(str(tmp_path))


def test_a_path_that_does_not_exist_makes_no_library(tmp_path: Path) -> None:
    result = invoke("index", tmp_path / "nix", data=tmp_path / "library")
    assert result.exit_code == 2
    assert "Error: Found no file to index." in result.stderr
    assert not (tmp_path / "library").exists()


def test_a_file_name_that_is_no_text_is_skipped_and_not_fatal(tmp_path: Path) -> None:
    (tmp_path / "tot.txt").write_text("Một văn bản.", encoding="utf-8")
    bad = tmp_path / b"t\xff.txt".decode(errors="surrogateescape")
    bad.write_text("Một văn bản khác.", encoding="utf-8")
    report = parsed("index", tmp_path, data=tmp_path / "library", code=2)
    assert (len(report["added"]), len(report["skipped"])) == (1, 1)
    assert "UTF-8" in report["skipped"][0]["reason"]


def test_a_changed_file_replaces_its_document(tmp_path: Path) -> None:
    file = tmp_path / "thong-bao.txt"
    file.write_text("Cuộc họp diễn ra ngày 01/02/2024.", encoding="utf-8")
    (added,) = parsed("index", file, data=tmp_path / "library")["added"]
    file.write_text("Cuộc họp dời sang ngày 15/03/2024.", encoding="utf-8")
    assert parsed("index", file, data=tmp_path / "library")["replaced"] == [added]
    assert parsed("docs", "show", added, data=tmp_path / "library")["text"] == "Cuộc họp dời sang ngày 15/03/2024."


def test_prune_removes_only_what_is_gone_from_the_folders_named(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for name in ("mot.txt", "hai.txt"):
            (tmp_path / folder / name).write_text(f"Văn bản {folder} {name}.", encoding="utf-8")
    data = tmp_path / "library"
    parsed("index", tmp_path / "a", tmp_path / "b", data=data)
    (tmp_path / "a" / "mot.txt").unlink()
    (tmp_path / "b" / "mot.txt").unlink()
    assert parsed("index", tmp_path / "a", data=data)["removed"] == []
    report = parsed("index", tmp_path / "a", "--prune", data=data)
    assert len(report["removed"]) == 1
    left = {each["source"] for each in parsed("docs", "list", data=data)["documents"]}
    assert left == {str((tmp_path / where).resolve()) for where in ("a/hai.txt", "b/hai.txt", "b/mot.txt")}


def test_prune_spares_a_folder_that_is_missing(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        for name in ("mot.txt", "hai.txt"):
            (tmp_path / folder / name).write_text(f"Văn bản {folder} {name}.", encoding="utf-8")
    data = tmp_path / "library"
    parsed("index", tmp_path / "a", tmp_path / "b", data=data)
    (tmp_path / "a" / "mot.txt").unlink()
    shutil.rmtree(tmp_path / "b")
    report = parsed("index", tmp_path / "a", tmp_path / "b", "--prune", data=data, code=2)
    assert (len(report["removed"]), len(report["skipped"])) == (1, 1)
    assert parsed("docs", "list", data=data)["total"] == 3


def test_prune_spares_a_folder_that_holds_nothing_to_read(tmp_path: Path) -> None:
    data, disk, other = tmp_path / "library", tmp_path / "disk", tmp_path / "other"
    for folder in (disk / "in", other):
        folder.mkdir(parents=True)
        for name in ("mot.txt", "hai.txt"):
            (folder / name).write_text(f"Văn bản {folder.name} {name}.", encoding="utf-8")
    parsed("index", disk, other, data=data)
    for gone in (disk / "in" / "mot.txt", disk / "in" / "hai.txt", other / "mot.txt"):
        gone.unlink()
    (disk / "README").touch()
    alone = invoke("index", disk, "--prune", data=data)
    assert alone.exit_code == 2
    assert f"Removed nothing of {disk}: it holds no file to read" in alone.stderr
    assert parsed("docs", "list", data=data)["total"] == 4
    both = invoke("index", disk, other, "--prune", data=data)
    assert both.exit_code == 0
    assert "removed 1," in both.stdout
    assert f"Removed nothing of {disk}" in both.stderr
    # Even below a folder that does hold files, a folder named for itself is spared.
    assert parsed("index", tmp_path, disk, "--prune", data=data)["removed"] == []
    assert parsed("docs", "list", data=data)["total"] == 3


def test_files_of_other_types_are_counted_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.docx", "sub/b.DOCX", "c.pdf", ".hidden.pdf", "README"):
        (folder / name).write_bytes(b"x")
    nothing = invoke("index", folder, data=tmp_path / "library")
    assert nothing.exit_code == 2
    said = "4 files of other types: .docx 2, "
    assert said in nothing.stderr
    assert "(no suffix) 1" in nothing.stderr
    assert "(only .markdown, .md, .text, .txt are read)" in nothing.stderr
    (folder / "tot.txt").write_text("Một văn bản.", encoding="utf-8")
    done = invoke("index", folder, data=tmp_path / "library", HOIDAP_LANG="vi")
    assert done.exit_code == 0
    assert "Không đọc 4 tệp thuộc loại khác: .docx 2, " in done.stderr
    report = parsed("index", folder, folder / "a.docx", data=tmp_path / "library")
    assert report["other_types"] == {".docx": 1, ".pdf": 1, "": 1}


def test_other_types_are_counted_once_through_links_that_form_a_loop(tmp_path: Path) -> None:
    (tmp_path / "in" / ".git").mkdir(parents=True)
    (tmp_path / "in" / ".git" / "x.pdf").touch()
    (tmp_path / "in" / "a.csv").touch()
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    result = invoke("index", tmp_path, tmp_path / "in", data=tmp_path / "library")
    assert "Passed over 1 files of other types: .csv 1 (only" in result.stderr


def test_why_a_file_was_skipped_is_said_in_vietnamese(tmp_path: Path) -> None:
    contents = {"rong.txt": b"", "anh.txt": b"\x89PNG\x00", "nul.txt": b"a\x00b", "cu.txt": b"C\xe2n"}
    contents["hai.txt"] = "Cần Thơ".encode("utf-16-le")
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    done = invoke("index", tmp_path, data=tmp_path / "library", HOIDAP_LANG="vi")
    assert done.exit_code == 2
    assert "rong.txt: tệp không có chữ nào (bỏ tệp này ra" in done.stderr
    assert "anh.txt: không phải tệp văn bản (có ký tự NUL ở vị trí 4)" in done.stderr
    assert "nul.txt: không phải tệp văn bản (có ký tự NUL ở vị trí 1)" in done.stderr
    assert "hai.txt: có vẻ là UTF-16LE không có dấu BOM (NUL ở 5 trong 7 cặp byte đầu) (hãy lưu" in done.stderr
    assert "iconv -f UTF-16LE -t UTF-8 CŨ > MỚI" in done.stderr
    assert "cu.txt: không phải UTF-8 hợp lệ (byte 0xe2 ở vị trí 1) (hãy chuyển sang UTF-8" in done.stderr


def test_an_interrupt_keeps_what_was_stored_and_says_how_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    files = tmp_path / "in"
    files.mkdir()
    for at in range(400):
        (files / f"{at:03}.txt").write_text(f"Văn bản số {at}.", encoding="utf-8")

    def load_until_interrupted(path: Path) -> Any:
        if path.name == "390.txt":
            raise KeyboardInterrupt
        return load(path)

    monkeypatch.setattr("web.commands.reading.load", load_until_interrupted)
    result = invoke("index", files, data=tmp_path / "library")
    assert result.exit_code == 130
    assert "Stopped. 256 documents (256 passages) are safely stored" in result.stderr
    monkeypatch.undo()
    assert parsed("docs", "list", data=tmp_path / "library")["total"] == 256
    report = parsed("index", files, data=tmp_path / "library")
    assert (len(report["unchanged"]), len(report["added"])) == (256, 144)
