"""Copy the library while it is in use."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from index.errors import InvalidInput
from index.feedback import FILE_NAME, FeedbackStore
from web.cli_base import Session
from web.cli_errors import OK
from web.cli_streams import write, write_json
from web.cli_text import one_line
from web.commands.opening import opened
from web.sites import FILE_NAME as SITES_FILE
from web.wiring import CALIBRATION_FILE


def run(session: Session, target: str) -> int:
    """Copy the library to the new directory `target`."""
    if not target:  # an unset variable in a script must not mean the current folder
        raise InvalidInput(session.text("backup.nowhere"))
    with opened(session) as library:
        library.backup(Path(target).expanduser())
    _copy_the_rest(session.settings.data, Path(target).expanduser())
    if session.json:
        write_json({"backup": target})
    else:
        shown = one_line(target)
        write(session.text("backup.done", target=shown) + "\n" + session.text("backup.use", target=shown))
    return OK


def _copy_the_rest(data: Path, target: Path) -> None:
    """Copy what lies beside the library and cannot be made again: feedback, sites, calibration; never the keys."""
    if (data / FILE_NAME).exists():
        store = FeedbackStore.open(data)
        try:
            store.backup(target / FILE_NAME)
        finally:
            store.close()
    for name in (SITES_FILE, CALIBRATION_FILE):
        if (data / name).exists():
            copyfile(data / name, target / name)
