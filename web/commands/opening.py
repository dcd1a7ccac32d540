"""Share what several commands do: open the library and say what that mended, ask before deleting."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

import click

from index.errors import InvalidInput
from index.library import Library
from web.cli_base import Session
from web.cli_streams import note, style_of
from web.cli_text import one_line
from web.render import Page
from web.wiring import open_library


@contextmanager
def opened(session: Session, *, create: bool = False) -> Iterator[Library]:
    """Open the library of the session's settings; what was found and mended is said on standard error."""
    with open_library(session.settings, create=create) as library:
        if not session.json:
            for notice in library.notices:
                note(session.text("notice", notice=one_line(notice)))
        yield library


def require_question(session: Session, question: str) -> str:
    """Return `question`; refuse a blank one here, where the language is known."""
    if not question.strip():
        raise InvalidInput(session.text("ask.blank"), hint=session.text("ask.blank_hint"))
    return question


def agreed(session: Session, question: str) -> bool:
    """Ask once; whatever is not a clear yes is a no."""
    reply = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
    yes = session.text("docs.yes_words").split()
    return unicodedata.normalize("NFC", reply).strip().casefold() in yes


def is_empty(library: Library) -> bool:
    """Tell whether there is nothing to find, whatever is asked."""
    return library.stats().passages == 0


def page_of(session: Session) -> Page:
    """Return the language and style for standard output."""
    return Page(session.language, style_of(sys.stdout))
