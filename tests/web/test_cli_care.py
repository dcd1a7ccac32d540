"""Caring for a library: documents, damage, copies, keys, another model, another writer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.lock import WriteLock
from tests.conftest import HashEmbedder, remove_tree
from tests.web.cli_program import NONSENSE, QUESTION, SEEDS, ids, index_seeds, invoke, on_terminal, parsed


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, for reading only."""
    return index_seeds(tmp_path_factory.mktemp("cli") / "library")


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    """A copy of the library, for changing."""
    return shutil.copytree(library, tmp_path / "library")


def test_documents_are_listed_and_filtered(library: Path) -> None:
    assert parsed("docs", "list", data=library)["total"] == 5
    (found,) = parsed("docs", "list", "--contains", "Bắc Giang", data=library)["documents"]
    assert found["title"].startswith("Bắc Giang: Tuyên dương 40 tập thể")
    listing = invoke("docs", "list", data=library).stdout
    assert found["id"] in listing
    assert "5 documents, " in listing
    assert "There are no documents." in invoke("docs", "list", "--contains", NONSENSE, data=library).stdout


def test_removing_asks_for_yes_where_nobody_can_be_asked(own: Path) -> None:
    first, *_ = ids(own).values()
    refused = invoke("docs", "remove", first, data=own)
    assert refused.exit_code == 2
    assert "--yes" in refused.stderr
    assert parsed("docs", "remove", first, "--yes", data=own) == {"removed": [first]}
    assert parsed("docs", "list", data=own)["total"] == 4
    assert invoke("docs", "show", first, data=own).exit_code == 2


def test_removing_nothing_known_removes_nothing(own: Path) -> None:
    first, *_ = ids(own).values()
    result = invoke("docs", "remove", first, "khong-co", "--yes", data=own, HOIDAP_LANG="vi")
    assert result.exit_code == 2
    assert "Thư viện không có tài liệu này" in result.stderr
    assert parsed("docs", "list", data=own)["total"] == 5


def test_doctor_finds_a_sound_library_sound(library: Path) -> None:
    report = parsed("doctor", data=library)
    assert (report["sound"], report["problems"], report["documents"]) == (True, [], 5)
    shown = invoke("doctor", data=library, HOIDAP_LANG="vi").stdout
    assert "5 tài liệu" in shown
    assert "Thư viện nguyên vẹn." in shown


def test_doctor_rebuilds_to_the_same_answers(own: Path) -> None:
    before = parsed("ask", QUESTION, data=own)["answers"]
    assert "rebuilt" in invoke("doctor", "--rebuild", data=own).stdout
    assert parsed("ask", QUESTION, data=own)["answers"] == before


def test_damaged_indexes_are_mended_and_it_is_said(own: Path) -> None:
    for path in (own / "indexes").rglob("*"):
        if path.is_file() and path.stat().st_size > 200:
            raw = bytearray(path.read_bytes())
            raw[len(raw) // 2] ^= 0xFF
            path.write_bytes(bytes(raw))
    result = invoke("ask", QUESTION, data=own)
    assert result.exit_code == 0
    assert "Note: " in result.stderr
    assert parsed("doctor", data=own)["sound"] is True


def test_a_damaged_database_is_exit_code_three(own: Path) -> None:
    for path in own.glob("library.sqlite*"):  # the log beside it may hold the whole truth
        path.unlink()
    (own / "library.sqlite").write_bytes(b"this is no database" * 1000)
    for command in (["ask", QUESTION], ["doctor"], ["docs", "list"], ["index", str(SEEDS[0])]):
        result = invoke(*command, data=own, HOIDAP_LANG="vi")
        assert result.exit_code == 3, command
        assert "Cơ sở dữ liệu của thư viện bị hỏng" in result.stderr


@pytest.mark.parametrize("language", ["vi", "en"])
def test_doctor_does_not_send_to_itself(language: str, own: Path) -> None:
    for path in own.glob("library.sqlite*"):
        path.unlink()
    (own / "library.sqlite").write_bytes(b"this is no database" * 1000)
    result = invoke("doctor", data=own, HOIDAP_LANG=language)
    assert result.exit_code == 3
    assert "hoidap doctor" not in result.stderr
    assert {"vi": "khôi phục bản sao lưu gần nhất", "en": "restore the last `hoidap backup`"}[language] in result.stderr


@pytest.mark.parametrize(
    ("language", "typed", "left"),
    [("vi", "c", 4), ("vi", "Có", 4), ("vi", "y", 4), ("vi", "k", 5), ("vi", "", 5), ("en", "y", 4), ("en", "c", 5)],
)
def test_removing_takes_yes_in_the_language_of_the_session(language: str, typed: str, left: int, own: Path) -> None:
    first, *_ = ids(own).values()
    screen = on_terminal(["docs", "remove", first], own, typed=f"{typed}\n", HOIDAP_LANG=language)
    assert screen.code == 0
    assert {"vi": "[c/K]", "en": "[y/N]"}[language] in screen.text
    assert "invalid" not in screen.text
    assert parsed("docs", "list", data=own)["total"] == left


def test_a_library_in_use_is_waited_for_and_then_named_as_busy(own: Path) -> None:
    first, *_ = ids(own).values()
    with WriteLock(own).held(1.0):
        result = invoke("docs", "remove", first, "--yes", "--wait", "0.1", data=own, HOIDAP_LANG="vi")
        assert invoke("ask", QUESTION, data=own).exit_code == 0
    assert result.exit_code == 2
    assert "Lỗi: Một tiến trình khác đang ghi vào thư viện" in result.stderr
    assert "Gợi ý: đợi lâu hơn bằng --wait GIÂY" in result.stderr
    assert invoke("docs", "remove", first, "--yes", data=own).exit_code == 0


def test_another_model_is_refused_with_the_command_that_mends_it(
    own: Path, hash_embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("web.wiring", "web.commands.doctor"):
        monkeypatch.setattr(f"{module}.build_embedder", lambda _settings: hash_embedder)
    refused = invoke("ask", QUESTION, data=own)
    assert refused.exit_code == 2
    assert "hoidap doctor --reembed --model hash-embedder" in refused.stderr
    assert "Gợi ý: bỏ --model" in invoke("ask", QUESTION, data=own, HOIDAP_LANG="vi").stderr
    moved = invoke("doctor", "--reembed", data=own)
    assert moved.exit_code == 0
    assert "made again with the model hash-embedder" in moved.stdout
    assert invoke("ask", QUESTION, data=own).exit_code == 0


def test_a_backup_is_a_library(own: Path, tmp_path: Path) -> None:
    result = invoke("backup", tmp_path / "copy", data=own)
    assert result.exit_code == 0
    assert str(tmp_path / "copy") in result.stdout
    remove_tree(own)
    assert parsed("ask", QUESTION, data=tmp_path / "copy")["status"] == "answered"


def test_a_backup_overwrites_nothing(own: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "file").touch()
    assert invoke("backup", tmp_path / "copy", data=own).exit_code == 2


def test_keys_are_made_shown_once_listed_and_revoked(tmp_path: Path) -> None:
    created = invoke("keys", "create", "Cổng thông tin", "--role", "ingest", data=tmp_path)
    token = created.stdout.strip()
    assert token.startswith("hd_")
    assert "Cổng thông tin" in created.stderr
    listing = invoke("keys", "list", data=tmp_path).stdout
    assert "ingest" in listing
    assert token not in listing
    (key,) = parsed("keys", "list", data=tmp_path)["keys"]
    assert invoke("keys", "revoke", key["id"], data=tmp_path).exit_code == 0
    assert invoke("keys", "list", data=tmp_path).stdout == "There are no keys.\n"
    assert invoke("keys", "revoke", key["id"], data=tmp_path).exit_code == 2


def test_a_key_in_json_carries_its_token(tmp_path: Path) -> None:
    key = parsed("keys", "create", "a", data=tmp_path)
    assert (key["role"], key["token"][:3]) == ("search", "hd_")


def test_what_the_system_refuses_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = invoke("index", SEEDS[0], data=tmp_path / "file" / "library")
    assert result.exit_code == 2
    assert "The system refused: " in result.stderr


def test_a_bug_keeps_its_traceback_and_is_not_taken_for_no_answer(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    monkeypatch.setattr("web.commands.search.build_answerer", lambda *_: 1 / 0)
    result = invoke("search", "x", data=library)
    assert result.exit_code == 70
    assert "ZeroDivisionError" in result.stderr
    assert "please report it" in result.stderr
