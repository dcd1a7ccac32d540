"""Run the HTTP server until it is told to stop."""

from __future__ import annotations

from web.app import close_app, create_app
from web.cli_base import Session
from web.cli_errors import OK
from web.cli_streams import note, write, write_json
from web.serve import serve


def run(session: Session) -> int:
    """Serve the library of the settings; the address is written once it answers."""

    def announce(url: str) -> None:
        if session.json:
            write_json({"url": url}, indent=False)
        else:
            write(session.text("serve.ready", url=url))

    app = create_app(session.settings)
    try:
        serve(session.settings, app, on_ready=announce)
    finally:
        close_app(app)
    if not session.json:
        note(session.text("serve.stopped"))
    return OK
