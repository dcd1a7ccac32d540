"""Check saved citations and answers against the library."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from index.errors import InvalidInput
from index.library import Library
from qa.cite import verify
from qa.types import Verification, VerificationStatus
from web.cli_base import Session
from web.cli_errors import NO_ANSWER, OK
from web.cli_streams import is_terminal, note, write, write_json
from web.commands.opening import opened, page_of
from web.render import verification


def run(session: Session, file: str | None) -> int:
    """Check everything in `file` (or standard input); return 1 when one citation does not hold."""
    text = _read(session, file)
    if not text.strip():  # an earlier command of the pipe may have failed: nothing was checked, so nothing holds
        raise InvalidInput(session.text("verify.empty"), hint=session.text("verify.empty_hint"))
    saved = _parse(session, text)
    failed = [each for each in saved if set(each) == {"error"}]
    with opened(session) as library:
        checks = _check(library, [each for each in saved if each not in failed])
    valid = sum(check.status is VerificationStatus.VALID for check in checks)
    if session.json:
        write_json({"valid": valid, "total": len(checks), "citations": [check.to_dict() for check in checks]})
    else:
        _write(session, checks, valid)
    if not checks:
        note(session.text("verify.nothing"))
    if failed:
        note(session.text("verify.errors", count=len(failed)))
    return OK if valid == len(checks) else NO_ANSWER


def _check(library: Library, saved: list[Mapping[str, Any]]) -> list[Verification]:
    return [check for each in saved for check in verify(each, library)]


def _write(session: Session, checks: list[Verification], valid: int) -> None:
    page = page_of(session)
    for check in checks:
        write("\n".join(verification(page, check)))
    write(session.text("verify.count", valid=page.number(valid), total=page.number(len(checks))))


def _read(session: Session, file: str | None) -> str:
    if file is None and is_terminal(sys.stdin):
        raise InvalidInput(session.text("verify.no_input"))
    raw = sys.stdin.buffer.read() if file in (None, "-") else Path(str(file)).read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(session.text("verify.not_text", reason=error.reason)) from error


def _parse(session: Session, text: str) -> list[Mapping[str, Any]]:
    """Read one JSON value or one a line; a list counts as its members."""
    values = [value for found in _values(session, text) for value in (found if isinstance(found, list) else [found])]
    for value in values:
        if not isinstance(value, dict):
            raise InvalidInput(session.text("verify.not_saved"))
    return values


def _values(session: Session, text: str) -> Iterator[Any]:
    try:
        yield json.loads(text)
        return
    except (ValueError, RecursionError):
        pass  # not one value; then it is one a line, or the line with the fault is named below
    # Only a line feed ends a line of JSONL: a string may hold U+2028, where str.splitlines would cut.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a plain ValueError
            raise InvalidInput(session.text("verify.not_json", line=number, reason=error)) from error
