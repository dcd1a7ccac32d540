"""docs/http-api.md names every address with its role, every error code and every limit that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from index import errors as index_errors
from qa.ask import MAX_LIMIT, MAX_QUESTION
from tests.web.conftest import MakeApp
from web.access import NEEDED_ROLE
from web.api import MAX_CITATIONS
from web.body import MAX_DEPTH

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "http-api.md").read_text(encoding="utf-8")
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "web").glob("*.py"))]


def test_every_address_is_there_with_its_role(make_app: MakeApp) -> None:
    for rule in make_app().url_map.iter_rules():
        path = rule.rule.replace("<id>", "{id}")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            row = re.search(rf"^\| `{method} {re.escape(path)}[?`].*\| (\w+) \|$", DOC, re.MULTILINE)
            if rule.endpoint in NEEDED_ROLE:
                assert row, f"{method} {path} is missing"
                assert row[1] == NEEDED_ROLE[rule.endpoint].value
            else:
                assert path.startswith("/openapi") or (row and row[1] == "none"), path


@pytest.mark.parametrize(
    "code",
    sorted(
        {match[1] for text in SOURCES for match in re.finditer(r'ApiProblem\(\s*\d{3},\s*"(\w+)"', text)}
        | {index_errors.LibraryBusy.code, index_errors.LibraryDamaged.code, index_errors.ModelMismatch.code}
        | {index_errors.UnknownDocument.code, index_errors.InvalidInput.code, index_errors.InvalidDocument.code}
    ),
)
def test_every_error_code_is_there(code: str) -> None:
    assert f"`{code}`" in DOC


@pytest.mark.parametrize(
    "limit",
    [
        f"{MAX_QUESTION:,} characters",
        f"(1 to {MAX_LIMIT})",
        f"At most {MAX_CITATIONS} citations",
        f"than {MAX_DEPTH} levels",
    ],
)
def test_every_limit_is_there(limit: str) -> None:
    assert limit in DOC
