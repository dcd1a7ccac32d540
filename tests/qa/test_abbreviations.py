"""Abbreviations are found in both directions, with and without marks, and never where they are words."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import InvalidInput
from index.text import is_toneless, tokens_mapped
from qa.abbreviations import load_abbreviations


def expansions(question: str, extra: Path | None = None) -> list[tuple[str, str]]:
    found = load_abbreviations(extra).find(question, tokens_mapped(question), toneless=is_toneless(question))
    return [(one.expansion.source, one.expansion.target) for one in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Chủ tịch UBND tỉnh là ai?", [("UBND", "ủy ban nhân dân")]),
        ("chu tich ubnd tinh la ai", [("UBND", "ủy ban nhân dân")]),
        ("Chủ tịch ủy ban nhân dân tỉnh là ai?", [("ủy ban nhân dân", "UBND")]),
        ("Chủ tịch uỷ ban nhân dân tỉnh là ai?", [("ủy ban nhân dân", "UBND")]),
        ("chu tich uy ban nhan dan tinh la ai", [("ủy ban nhân dân", "UBND")]),
        ("BTV TU họp khi nào?", [("BTV", "ban thường vụ"), ("TU", "tỉnh ủy")]),
        ("bn tap the dc khen", [("bn", "bao nhiêu"), ("dc", "được")]),
        # Syllables that are also short forms: small letters are the syllable.
        ("tu Can Tho den Ca Mau", []),
        ("Năm tư nhân vay vốn ở đâu?", []),
        # Chat forms are read, never looked for.
        ("Ai được khen?", []),
    ],
)
def test_entries_are_found(question: str, expected: list[tuple[str, str]]) -> None:
    assert expansions(question) == expected


def test_a_user_adds_a_table(tmp_path: Path) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text("# ours\nSKHCN\tSở Khoa học và Công nghệ\n", encoding="utf-8")
    assert expansions("SKHCN ở đâu?", table) == [("SKHCN", "Sở Khoa học và Công nghệ")]


@pytest.mark.parametrize("line", ["SKHCN", "SKHCN\t", "hai từ\tdài", "\tdài"])
def test_a_line_that_is_no_entry_is_named(tmp_path: Path, line: str) -> None:
    table = tmp_path / "mine.tsv"
    table.write_text(f"UB\tủy ban\n{line}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r"mine\.tsv, line 2"):
        load_abbreviations(table)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"none\.tsv"):
        load_abbreviations(tmp_path / "none.tsv")


def test_the_built_in_table_has_no_line_twice() -> None:
    from qa.abbreviations import BUILT_IN

    lines = [line for line in BUILT_IN.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) == len(set(lines))
