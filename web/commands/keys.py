"""Make, list and revoke the keys of the HTTP server."""

from __future__ import annotations

from web.cli_base import Session
from web.cli_errors import OK
from web.cli_streams import note, write, write_json
from web.cli_text import one_line
from web.keys import KeyStore, Role


def create(session: Session, name: str, role: str) -> int:
    """Make a key; its token goes to standard output alone, so that `$(hoidap keys create …)` is the token."""
    fresh = KeyStore(session.settings.data).create(name, Role(role))
    if session.json:
        write_json({**fresh.key.to_dict(), "token": fresh.token})
    else:
        note(session.text("keys.created", name=one_line(fresh.key.name), role=role))
        write(fresh.token)
    return OK


def list_keys(session: Session) -> int:
    """List the keys, never their secret."""
    keys = KeyStore(session.settings.data).keys()
    if session.json:
        write_json({"keys": [key.to_dict() for key in keys]})
        return OK
    for key in keys:
        write(f"{key.id}  {key.role.value:<6}  {key.created}  {one_line(key.name)}")
    if not keys:
        write(session.text("keys.none"))
    return OK


def revoke(session: Session, key: str) -> int:
    """Revoke a key: the server refuses it from the next request on."""
    gone = KeyStore(session.settings.data).revoke(key)
    if session.json:
        write_json({"revoked": gone.to_dict()})
    else:
        write(session.text("keys.revoked", id=gone.id))
    return OK
