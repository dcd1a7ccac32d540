"""List, show and remove documents."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict

from index.library import Library
from index.types import DocumentInfo
from web.cli_base import Session
from web.cli_errors import BAD_INPUT, OK, say_error
from web.cli_streams import is_terminal, note, write, write_exactly, write_json
from web.cli_text import clean, one_line
from web.commands.opening import agreed, opened, page_of
from web.render import documents as render_documents

_PAGE = 10_000  # the store counts its way to an offset, so few large pages beat many small ones


def every_document(library: Library, contains: str = "") -> Iterator[DocumentInfo]:
    """Go through the whole listing, a page at a time."""
    offset = 0
    while found := library.documents(offset=offset, limit=_PAGE, contains=contains):
        yield from found
        offset += len(found)


def list_documents(session: Session, contains: str) -> int:
    """Write what the library holds."""
    with opened(session) as library:
        found = list(every_document(library, contains))
    if session.json:
        write_json({"documents": [asdict(info) for info in found], "total": len(found)})
    else:
        write("\n".join(render_documents(page_of(session), found)))
    return OK


def show(session: Session, document: str) -> int:
    """Write the text of a document: cleaned for a terminal, exact for anything else."""
    with opened(session) as library:
        found = library.document(document)
    if session.json:
        names = ("id", "title", "source", "url", "sha256", "text")
        about = {name: getattr(found, name) for name in names}
        write_json({**about, "characters": len(found.text), "metadata": dict(found.metadata)})
    elif is_terminal(sys.stdout):
        write(page_of(session).style.bold(one_line(found.title)) + "\n\n" + clean(found.text).rstrip("\n"))
    else:
        write_exactly(found.text)
    return OK


def remove(session: Session, documents: tuple[str, ...], yes: bool) -> int:
    """Remove documents, after asking on a terminal; elsewhere only with `--yes`."""
    with opened(session) as library:
        wanted = [library.document(document_id) for document_id in dict.fromkeys(documents)]
        if not yes and not is_terminal(sys.stdin):
            say_error(session, "usage", session.text("docs.yes_needed"))
            return BAD_INPUT
        for each in wanted:
            note(f"{one_line(each.id)}  {one_line(each.title)}")
        if not yes and not agreed(session, session.text("docs.confirm", count=len(wanted))):
            note(session.text("docs.kept"))
            return OK
        removed = library.remove([each.id for each in wanted])
    if session.json:
        write_json({"removed": list(removed)})
    else:
        write(session.text("docs.removed", count=len(removed)))
    return OK
