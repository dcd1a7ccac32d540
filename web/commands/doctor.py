"""Examine a library, rebuild its derived indexes, or move it to another model."""

from __future__ import annotations

from dataclasses import asdict

from index.errors import LibraryDamaged
from index.library import Library
from web.cli_base import Session
from web.cli_errors import DAMAGED, OK, explain, say_error
from web.cli_progress import Progress
from web.cli_streams import write, write_json
from web.cli_text import one_line
from web.commands.opening import opened, page_of
from web.messages import ENGLISH
from web.render import library as render_library
from web.wiring import build_embedder


def run(session: Session, rebuild: bool, reembed: bool) -> int:
    """Write the state of the library and what to do; return 3 when something is damaged."""
    try:
        return _examine(session, rebuild, reembed)
    except LibraryDamaged as error:  # the usual hint, to run this very command, would lead in a circle
        own = one_line(error.hint) if session.language == ENGLISH and "hoidap doctor" not in error.hint else ""
        say_error(session, error.code, explain(session, error), own or session.text("doctor.restore"))
        return DAMAGED


def _examine(session: Session, rebuild: bool, reembed: bool) -> int:
    done = []
    if reembed:
        done.append(_reembed(session))
    with opened(session) as library:
        if rebuild:
            library.rebuild()
            done.append(session.text("doctor.rebuilt"))
        problems = library.check()
        if session.json:
            write_json(_report(library, problems))
        else:
            _write(session, library, done, problems, rebuilt=rebuild)
    return DAMAGED if problems else OK


def _reembed(session: Session) -> str:
    embedder = build_embedder(session.settings)
    with Progress(session.text("doctor.progress")) as progress:
        library = Library.reembed(
            session.settings.data,
            embedder,
            wait=session.settings.wait,
            on_progress=lambda done, _: progress.show(done),
        )
    with library:
        return session.text("doctor.reembedded", passages=library.stats().passages, model=embedder.model_id)


def _report(library: Library, problems: list[str]) -> dict[str, object]:
    stats = asdict(library.stats())
    return {
        "directory": str(library.directory),
        **stats,
        "notices": list(library.notices),
        "problems": problems,
        "sound": not problems,
    }


def _write(session: Session, library: Library, done: list[str], problems: list[str], *, rebuilt: bool) -> None:
    shown = [*done, *render_library(page_of(session), str(library.directory), library.stats())]
    shown += [session.text("doctor.problem", problem=one_line(problem)) for problem in problems]
    advice = session.text("hint", hint=session.text("doctor.restore")) if rebuilt else session.text("doctor.advice")
    shown += [advice if problems else session.text("doctor.sound")]
    write("\n".join(shown))
