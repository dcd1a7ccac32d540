"""Find passages."""

from __future__ import annotations

from web.cli_base import Session
from web.cli_errors import NO_ANSWER, OK
from web.cli_streams import write, write_json
from web.commands.opening import opened, page_of
from web.render import search_result
from web.wiring import build_answerer


def run(session: Session, question: tuple[str, ...], limit: int) -> int:
    """Search, write the passages, and return 1 when there are none."""
    with opened(session) as library:
        result = build_answerer(session.settings, library).search(" ".join(question), limit=limit)
    if session.json:
        write_json(result.to_dict())
    else:
        write("\n".join(search_result(page_of(session), result)))
    return OK if result.passages else NO_ANSWER
