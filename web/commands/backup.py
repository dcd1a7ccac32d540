"""Copy the library while it is in use."""

from __future__ import annotations

from pathlib import Path

from index.errors import InvalidInput
from web.cli_base import Session
from web.cli_errors import OK
from web.cli_streams import write, write_json
from web.cli_text import one_line
from web.commands.opening import opened


def run(session: Session, target: str) -> int:
    """Copy the library to the new directory `target`."""
    if not target:  # an unset variable in a script must not mean the current folder
        raise InvalidInput(session.text("backup.nowhere"))
    with opened(session) as library:
        library.backup(Path(target).expanduser())
    if session.json:
        write_json({"backup": target})
    else:
        shown = one_line(target)
        write(session.text("backup.done", target=shown) + "\n" + session.text("backup.use", target=shown))
    return OK
