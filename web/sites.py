"""Keep the sites that may embed the widget: a public id, the exact origins of their pages, and a rate.

A site id is no secret: it stands in the page. It lets browsers ask from the pages of its origins, and nothing else. It
keeps no program out that forges an `Origin`: whoever can reach the server and knows the id can ask through it.

An origin is stored as browsers send it (scheme, lower-case ASCII host, port unless it is the scheme's own), so that
comparing is comparing strings: no suffix, no pattern, no `null`. Nothing here knows HTTP.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.errors import HoidapError, InvalidInput, NotFound
from web.guarded_file import GuardedFile

FILE_NAME = "sites.json"
DEFAULT_RATE = 60
MAX_RATE = 100_000
MAX_ORIGINS = 20
_VERSION = 1
_MAX_NAME = 80
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\]")


class UnknownSite(NotFound):
    """No site has this id."""

    code = "unknown_site"


class SitesUnreadable(HoidapError):
    """The file of sites is damaged: no page of another origin is answered until it is mended."""

    exit_code = 3
    http_status = 503
    code = "sites_unreadable"


@dataclass(frozen=True, slots=True)
class Site:
    """A site: `rate` is in requests a minute for each visitor's address; 0 means no limit of its own."""

    id: str
    name: str
    origins: tuple[str, ...]
    rate: int
    created: str

    def to_dict(self) -> dict[str, Any]:
        """Return what a listing shows."""
        return {**asdict(self), "origins": list(self.origins)}


class SiteStore:
    """The sites of one data directory; safe to share between threads and processes."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE_NAME
        self._file = GuardedFile(self.path, read=_read, written=_written)

    def sites(self) -> list[Site]:
        """Return the sites, oldest first.

        Raises:
            SitesUnreadable: the file is damaged.
        """
        return list(self._file.current().values())

    def find(self, site_id: str) -> Site | None:
        """Return the site of this id, or None."""
        return self._file.current().get(site_id)

    def origins(self) -> frozenset[str]:
        """Return every origin that any site has."""
        return frozenset(origin for site in self.sites() for origin in site.origins)

    def add(self, name: str, origins: Sequence[str], *, rate: int = DEFAULT_RATE) -> Site:
        """Make a site.

        Raises:
            InvalidInput: the name is empty, too long or taken; an origin is none; the rate is out of range.
        """
        name = name.strip()
        if not name or len(name) > _MAX_NAME or not name.isprintable():
            raise InvalidInput(f"a site needs a printable name of 1 to {_MAX_NAME} characters")
        if not 0 <= rate <= MAX_RATE:
            raise InvalidInput(f"the rate must be from 0 to {MAX_RATE}, not {rate}")
        exact = tuple(dict.fromkeys(map(exact_origin, origins)))
        if not 1 <= len(exact) <= MAX_ORIGINS:
            raise InvalidInput(
                f"a site needs 1 to {MAX_ORIGINS} origins, not {len(exact)}",
                hint="An origin is the beginning of the page's address: --origin https://intranet.example.vn",
            )
        with self._file.exclusive() as sites:
            if any(site.name == name for site in sites.values()):
                raise InvalidInput(f"there is a site named {name!r} already", hint="Choose another name, or remove it.")
            fresh = Site(f"site_{secrets.token_hex(8)}", name, exact, rate, _now())
            self._file.replace({**sites, fresh.id: fresh})
        return fresh

    def remove(self, site_id: str) -> Site:
        """Delete a site; a running server answers its pages no more from the next request on.

        Raises:
            UnknownSite: none has this id.
        """
        with self._file.exclusive() as sites:
            if site_id not in sites:
                raise UnknownSite(f"no site has the id {site_id!r}", hint="`hoidap sites list` shows the ids.")
            self._file.replace({each: site for each, site in sites.items() if each != site_id})
            return sites[site_id]


def exact_origin(given: str) -> str:
    """Return an origin as browsers write it in the `Origin` header.

    Raises:
        InvalidInput: it is none: `*`, `null`, with a path, with a user, with letters beyond ASCII.
    """
    try:
        parts = urlsplit(given.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise _no_origin(given, str(error)) from error
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise _no_origin(given, "it must begin with https:// or http://")
    if parts.path not in {"", "/"} or "?" in given or "#" in given or "\\" in given or "@" in parts.netloc:
        raise _no_origin(given, "it has no path, no user and no question mark")
    if not host.isascii():
        raise _no_origin(given, "write a name beyond ASCII in its xn-- form, as browsers send it")
    host = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(host):
        raise _no_origin(given, f"{host!r} is no host name")
    if port == 0 or parts.netloc.endswith(":"):
        raise _no_origin(given, "the port is none")
    return f"{scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[scheme]) else f":{port}")


def _no_origin(given: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"{given!r} is no origin: {why}",
        hint="An origin is scheme, host and port, like https://intranet.example.vn or http://intranet:8000",
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read(path: Path) -> dict[str, Site]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["version"] != _VERSION:
            raise ValueError(f"version {stored['version']}")
        sites = [Site(**{**item, "origins": tuple(item["origins"])}) for item in stored["sites"]]
        if any(origin != exact_origin(origin) for site in sites for origin in site.origins):
            raise ValueError("an origin is not written as browsers send it")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidInput) as error:
        raise SitesUnreadable(
            f"the file of sites {path.name} cannot be read: {error}",
            hint="Restore it from a backup, or delete it and add the sites again with `hoidap sites add`.",
        ) from error
    return {site.id: site for site in sites}


def _written(sites: Mapping[str, Site]) -> dict[str, Any]:
    return {"version": _VERSION, "sites": [site.to_dict() for site in sites.values()]}
