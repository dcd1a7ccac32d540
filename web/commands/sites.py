"""Add, list and remove the sites that may embed the widget."""

from __future__ import annotations

from web.cli_base import Session
from web.cli_errors import OK
from web.cli_streams import note, write, write_json
from web.cli_text import one_line
from web.sites import SiteStore


def add(session: Session, name: str, origins: tuple[str, ...], rate: int) -> int:
    """Add a site; its id goes to standard output alone, so that `$(hoidap sites add …)` is the id."""
    fresh = SiteStore(session.settings.data).add(name, origins, rate=rate)
    if session.json:
        write_json(fresh.to_dict())
    else:
        note(session.text("sites.added", name=one_line(fresh.name)))
        write(fresh.id)
    return OK


def list_sites(session: Session) -> int:
    """List the sites with their origins."""
    sites = SiteStore(session.settings.data).sites()
    if session.json:
        write_json({"sites": [site.to_dict() for site in sites]})
        return OK
    for site in sites:
        write(f"{site.id}  {one_line(site.name)}")
        write(f"   {', '.join(site.origins)}; {session.text('sites.line', rate=site.rate)}")
    if not sites:
        write(session.text("sites.none"))
    return OK


def remove(session: Session, site: str) -> int:
    """Remove a site: a running server refuses its pages from the next request on."""
    gone = SiteStore(session.settings.data).remove(site)
    if session.json:
        write_json({"removed": gone.to_dict()})
    else:
        write(session.text("sites.removed", id=gone.id))
    return OK
