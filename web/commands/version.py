"""Say which version of HoiDap this is."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from web.cli_base import Session
from web.cli_streams import write, write_json


def run(session: Session) -> int:
    """Write the version of the installed distribution."""
    try:
        number = version("hoidap")
    except PackageNotFoundError:  # run from a checkout that was never installed
        number = "0+source"
    if session.json:
        write_json({"version": number})
    else:
        write(f"hoidap {number}")
    return 0
