"""Answer one question, or one question a line from standard input."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial

from index.errors import HoidapError, InvalidInput
from index.library import Library
from qa.types import AskResult, Status
from web.cli_base import Session
from web.cli_errors import BAD_INPUT, NO_ANSWER, OK, explain, hint_of, report
from web.cli_streams import json_error, note, write, write_json
from web.cli_text import one_line
from web.commands.opening import is_empty, opened, page_of, require_question
from web.render import ask_result
from web.wiring import build_answerer

Ask = Callable[[str], AskResult]
_LONGEST_LINE = 64 * 1024  # bytes; far above the longest question, far below what would fill the memory


def run(session: Session, question: tuple[str, ...], limit: int, document: str | None) -> int:
    """Ask, write the result, and return the exit code of the worst line."""
    with opened(session) as library:
        ask: Ask = partial(build_answerer(session.settings, library).ask, limit=limit, document_id=document)
        if question == ("-",):
            code = max((_ask_line(session, library, ask, line) for line in _lines(session)), default=OK)
        else:
            asked = require_question(session, " ".join(question))
            code = _write(session, library, ask(asked))
        if session.json and code != OK and is_empty(library):
            note(session.text("ask.empty_library"))
        return code


def _write(session: Session, library: Library, result: AskResult, *, indent: bool | None = None) -> int:
    if session.json:
        write_json(result.to_dict(), indent=indent)
    elif not result.passages and is_empty(library):
        write(session.text("ask.empty_library"))
    else:
        write("\n".join(ask_result(page_of(session), result)))
    return OK if result.status is Status.ANSWERED else NO_ANSWER


def _ask_line(session: Session, library: Library, ask: Ask, line: str | InvalidInput) -> int:
    """Answer one line; a line that cannot be answered says so in its place and does not stop the rest."""
    try:
        if isinstance(line, InvalidInput):
            raise line
        if not session.json:
            if not line.strip():
                return OK  # in text an empty line is only a gap; in JSON it must keep its place
            write(session.text("ask.question", question=one_line(line)))
        code = _write(session, library, ask(require_question(session, line)), indent=False)
    except InvalidInput as error:
        _write_error(session, error)
        code = BAD_INPUT
    if not session.json:
        write("")
    return code


def _write_error(session: Session, error: HoidapError) -> None:
    if session.json:
        write_json(json_error(error.code, explain(session, error), hint_of(session, error)), indent=False)
    else:
        report(session, error)


def _lines(session: Session) -> Iterator[str | InvalidInput]:
    """Read questions as they come, as UTF-8 whatever the locale; a line that is none comes as its error."""
    stream = sys.stdin.buffer
    while raw := stream.readline(_LONGEST_LINE):
        if len(raw) == _LONGEST_LINE and not raw.endswith(b"\n"):
            while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                pass  # the rest of a line that is too long is read and forgotten
            yield InvalidInput(session.text("error.too_long"))
            continue
        try:
            yield raw.decode("utf-8-sig").rstrip("\r\n")
        except UnicodeDecodeError:
            yield InvalidInput(session.text("error.not_utf8"))
