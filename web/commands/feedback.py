"""List, export and clear what people said of the answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from index.feedback import FILE_NAME, FeedbackStore, StoredOpinion
from web.cli_base import Session
from web.cli_errors import BAD_INPUT, OK, say_error
from web.cli_streams import is_terminal, note, write, write_json
from web.cli_text import one_line
from web.commands.opening import agreed, opened
from web.feedback import evaluation_rows
from web.wiring import build_answerer, build_lexicon


@contextmanager
def _store(session: Session) -> Iterator[FeedbackStore | None]:
    """Give the opinions of the data directory; None where nobody gave any, for reading makes no file."""
    if not (session.settings.data / FILE_NAME).exists():
        yield None
        return
    store = FeedbackStore.open(session.settings.data)
    try:
        yield store
    finally:
        store.close()


def _opinions(session: Session) -> list[StoredOpinion]:
    with _store(session) as store:
        return store.opinions() if store else []


def list_feedback(session: Session) -> int:
    """Write every opinion, oldest first."""
    found = _opinions(session)
    if session.json:
        write_json({"feedback": [_to_dict(each) for each in found], "total": len(found)})
        return OK
    for each in found:
        write(_line(session, each))
    if not found:
        write(session.text("feedback.none"))
    return OK


def _to_dict(stored: StoredOpinion) -> dict[str, object]:
    about = {"id": stored.id, "received_at": stored.received_at, "times": stored.times}
    return {**about, **asdict(stored.opinion)}


def _line(session: Session, stored: StoredOpinion) -> str:
    opinion = stored.opinion
    quote = f"«{one_line(opinion.quote)}»" if opinion.quote else session.text("feedback.no_answer")
    expected = f" → «{one_line(opinion.expected)}»" if opinion.expected else ""
    verdict = session.text(f"feedback.{opinion.verdict.value}")
    return (
        f"{stored.id}  {stored.received_at}  {stored.times}×  {verdict}: {one_line(opinion.question)} {quote}{expected}"
    )


def export(session: Session) -> int:
    """Write the opinions that give a right answer as questions, one JSON a line with or without --json."""
    found = _opinions(session)
    with opened(session) as library:
        answerer = build_answerer(session.settings, library)
        rows = evaluation_rows(found, answerer, build_lexicon(session.settings))
    for row in rows.rows:
        write_json(row, indent=False)
    note(session.text("feedback.exported", count=len(rows.rows)))
    if rows.left_out:
        note(session.text("feedback.left_out", count=rows.left_out))
    return OK


def clear(session: Session, yes: bool) -> int:
    """Delete every opinion, after asking on a terminal; elsewhere only with `--yes`."""
    with _store(session) as store:
        count = store.count() if store else 0
        if count and not yes and not is_terminal(sys.stdin):
            say_error(session, "usage", session.text("feedback.yes_needed"))
            return BAD_INPUT
        if count and not yes and not agreed(session, session.text("feedback.confirm", count=count)):
            note(session.text("feedback.kept"))
            return OK
        if store:
            store.clear()
    if session.json:
        write_json({"cleared": count})
    else:
        write(session.text("feedback.cleared", count=count))
    return OK
