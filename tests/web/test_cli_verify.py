"""Checking saved answers: what holds, moves, goes, and what was never saved by us."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.web.cli_program import NONSENSE, QUESTION, ids, index_seeds, invoke, json_lines, parsed


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds, for reading only."""
    return index_seeds(tmp_path_factory.mktemp("cli") / "library")


@pytest.fixture
def changing(tmp_path: Path) -> tuple[Path, Path]:
    """A file and a library of it alone."""
    file, data = tmp_path / "thong-bao.txt", tmp_path / "library"
    file.write_text("Thông báo chung\n\nNăm nay Cần Thơ có 54 tập thể được khen thưởng.", encoding="utf-8")
    parsed("index", file, data=data)
    return file, data


def test_a_saved_answer_holds_moves_and_goes(changing: tuple[Path, Path]) -> None:
    file, data = changing
    saved = invoke("ask", "--json", "Cần Thơ có bao nhiêu tập thể được khen thưởng?", data=data).stdout
    verified = invoke("verify", data=data, stdin=saved)
    assert verified.exit_code == 0
    assert re.search(r"^([1-9]) of \1 citations hold\.$", verified.stdout, re.MULTILINE)
    text = file.read_text(encoding="utf-8")
    file.write_text("Bản sửa đổi.\n\n" + text, encoding="utf-8")
    parsed("index", file, data=data)
    moved = parsed("verify", "-", data=data, stdin=saved, code=1)["citations"]
    assert {check["status"] for check in moved if "54 tập thể" in check["cited_text"]} == {"moved"}
    file.write_text("Đã hủy bỏ toàn bộ nội dung cũ của thông báo.", encoding="utf-8")
    parsed("index", file, data=data)
    stale = parsed("verify", "-", data=data, stdin=saved, code=1)["citations"]
    assert {check["status"] for check in stale} == {"stale"}
    (document,) = ids(data).values()
    parsed("docs", "remove", document, "--yes", data=data)
    unknown = parsed("verify", "-", data=data, stdin=saved, code=1)["citations"]
    assert {check["status"] for check in unknown} == {"unknown"}
    assert "unknown: " in invoke("verify", data=data, stdin=saved).stdout


def test_verify_reads_a_file_of_lines_lists_and_single_citations(library: Path, tmp_path: Path) -> None:
    lines = invoke("ask", "--json", "-", data=library, stdin=f"{QUESTION}\n\n{NONSENSE}\n").stdout
    file = tmp_path / "saved.jsonl"
    file.write_text(lines, encoding="utf-8")
    result = invoke("verify", file, data=library)
    assert result.exit_code == 0
    assert "record an error and cite nothing: 1" in result.stderr
    citations = json_lines(lines.encode())[0]["answers"][0]["citations"]
    assert parsed("verify", "-", data=library, stdin=json.dumps(citations))["valid"] == len(citations)
    assert parsed("verify", "-", data=library, stdin=json.dumps(citations[0], indent=2))["valid"] == 1


_CITATION = b'{"document_id": "%b", "cited_text": "x", "start_char_index": 0, "end_char_index": 1}'
LONE = b"a\xff".decode(errors="surrogateescape")


@pytest.mark.parametrize(
    "arguments",
    [["docs", "show", LONE], ["docs", "remove", LONE, "--yes"], ["docs", "list", "--contains", LONE], ["search", LONE],
     ["keys", "create", LONE], ["index", ""], ["backup", ""], ["ask", "x", "--abbreviations", "/nix"]],
    ids=ascii,
)  # fmt: skip
def test_odd_arguments_are_bad_input_and_no_bug(arguments: list[str], library: Path) -> None:
    result = invoke(*arguments, data=library)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "saved",
    [
        b"",
        b"\n \n",
        b'{"start_char_index": ' + b"9" * 5000 + b"}",
        _CITATION % b"\\ud800",
        b"not json",
        b'{"answers": 1}',
        b"[1]",
        b'"text"',
        b"\xff",
        b"[" * 100_000,
        b'{"cited_text": "x"}\n{oops',
    ],
    ids=["empty", "blank", "digits", "surrogate", "words", "wrong", "number", "string", "bytes", "deep", "second line"],
)
def test_what_was_never_saved_by_us_is_bad_input(saved: bytes, library: Path) -> None:
    result = invoke("verify", data=library, stdin=saved)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr


def test_verify_says_that_there_was_nothing_to_check(library: Path) -> None:
    saved = invoke("ask", "--json", NONSENSE, data=library).stdout
    result = invoke("verify", data=library, stdin=saved)
    assert result.exit_code == 0
    assert "There was nothing to check" in result.stderr
    assert "the input is empty" in invoke("verify", data=library, stdin="").stderr


def test_verify_says_which_file_is_missing(library: Path, tmp_path: Path) -> None:
    result = invoke("verify", tmp_path / "nix.json", data=library)
    assert result.exit_code == 2
    assert "nix.json: No such file or directory" in result.stderr
