"""Find passages."""

from __future__ import annotations

from web.cli_base import Session
from web.cli_errors import NO_ANSWER, OK
from web.cli_streams import note, write, write_json
from web.commands.opening import is_empty, opened, page_of, require_question
from web.render import search_result
from web.wiring import build_answerer


def run(session: Session, question: tuple[str, ...], limit: int, rerank: bool) -> int:
    """Search, write the passages, and return 1 when there are none."""
    with opened(session) as library:
        asked = require_question(session, " ".join(question))
        result = build_answerer(session.settings, library).search(asked, limit=limit, rerank=rerank)
        empty = not result.passages and is_empty(library)
    if session.json:
        write_json(result.to_dict())
        if empty:
            note(session.text("ask.empty_library"))
    elif empty:
        write(session.text("ask.empty_library"))
    else:
        write("\n".join(search_result(page_of(session), result)))
    return OK if result.passages else NO_ANSWER
