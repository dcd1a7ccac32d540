"""Decide who may do what: host and origin, key and role, rate; before any view runs.

With no key, a server on loopback trusts whoever is on the machine. That trust must not leak to web pages: a page in the
browser of that machine can send requests here too. Two checks close that:
- Host must name loopback. A page whose own name was pointed at 127.0.0.1 (DNS rebinding) sends its own name there.
- A request that changes or computes something and carries an Origin must come from this very host. Reading across
  origins is the browser's to forbid, and it does: CORS headers go to the exact origins of a site alone, and only on
  its own address for asking (`sites.py`, `cors.py`).

The pages are for people without a key: open wherever the API needs none, open to all with `public_pages`, else behind
the key that a browser asks for by itself (HTTP Basic, the key as the password).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Request, g, request

from index.errors import InvalidInput
from web.cors import origin_fits, own_origin
from web.errors import ApiProblem
from web.keys import ApiKey, KeyStore, Role
from web.limits import network_of
from web.service import FEEDBACK_RATE, Service, service
from web.settings import Settings
from web.sites import Site, UnknownSite

API_PREFIX = "/v1/"
UNLIMITED = frozenset({"/healthz", "/readyz"})  # a probe that is refused restarts a healthy server

PAGES = "pages."  # endpoints that people look at
SITE_ENDPOINT = "sites.ask"  # what the widget asks
DEMO_SITE = "demo"  # a site that is always there, for pages of this server alone

# Whatever is not listed needs an admin: a view that somebody forgets here is closed, not open.
NEEDED_ROLE = {
    "questions.ask": Role.SEARCH,
    "questions.ask_by_query": Role.SEARCH,
    "questions.search": Role.SEARCH,
    "questions.verify_saved": Role.SEARCH,
    "documents.list_documents": Role.SEARCH,
    "documents.show_document": Role.SEARCH,
    "documents.document_text": Role.SEARCH,
    "documents.add_document": Role.INGEST,
    "documents.remove_document": Role.INGEST,
    "operations.metrics": Role.ADMIN,
}


def is_loopback(host: str) -> bool:
    """Tell whether `host` can only be reached from this machine."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_exposure(settings: Settings, keys: KeyStore) -> None:
    """Refuse to listen beyond this machine without keys, unless the settings say so in as many words.

    Raises:
        InvalidInput: the address is not loopback, there is no key and `insecure` is not set.
    """
    if is_loopback(settings.host) or settings.insecure or keys.keys():
        return
    raise InvalidInput(
        f"{settings.host} can be reached from other machines and there is no API key: anyone could read the documents",
        hint="Create a key with `hoidap keys create NAME --role search`, listen on 127.0.0.1, "
        "or say --insecure if everyone on that network may ask and change everything.",
    )


def guard_requests(app: Flask) -> None:
    """Run the checks of this file before every request of `app`."""
    app.before_request(_guard)


def _guard() -> None:
    shared = service()
    has_keys = bool(shared.keys.keys())
    if not has_keys and is_loopback(shared.settings.host):
        _require_own_host(request)
    if request.endpoint == SITE_ENDPOINT:
        _guard_site(shared, has_keys)
        return
    _require_same_origin(request)
    protected = request.path.startswith(API_PREFIX) or request.endpoint == "operations.metrics"
    key = _authenticate(shared, has_keys) if protected else None
    if request.path not in UNLIMITED:
        _limit(shared, key)
    if protected and has_keys:
        _authorise(key)
    elif (request.endpoint or "").startswith(PAGES):
        _admit_to_pages(shared, has_keys)


def _guard_site(shared: Service, has_keys: bool) -> None:
    """Let a page of a site ask, and no other: its origin must be one of the site's, or this server's own."""
    g.site_permitted = False
    if not has_keys and not _trusted(shared.settings):
        raise _unauthorised("this server has no API keys and takes no requests until one is created")
    site_id = (request.view_args or {}).get("site", "")
    site = _demo_site(shared, has_keys) if site_id == DEMO_SITE else shared.sites.find(site_id)
    if site is None:
        raise UnknownSite("no site has this id", hint="`hoidap sites list` on the server shows the ids.")
    if not (own_origin(request) or origin_fits(request, site)):
        raise ApiProblem(
            403,
            "origin_not_allowed",
            "the page that asks is not one of this site's",
            hint="`hoidap sites list` on the server shows the origins; they must be equal, letter by letter.",
        )
    g.site_permitted = True
    if request.method != "OPTIONS":
        _limit_site(shared, site)


def _demo_site(shared: Service, has_keys: bool) -> Site | None:
    """Return the site of the pages of this server itself, where everybody may use those pages without a key."""
    open_to_all = _trusted(shared.settings) if not has_keys else shared.settings.public_pages
    return Site(DEMO_SITE, DEMO_SITE, (), shared.settings.rate, "") if open_to_all else None


def _limit_site(shared: Service, site: Site) -> None:
    g.caller = f"site {site.id} {network_of(request.remote_addr or '')}"
    seconds = shared.limiter.wait_for(g.caller, site.rate)
    if seconds:
        raise _rate_limited(site.rate, seconds, "`hoidap sites add --rate` sets the limit of a site.")


def limit_feedback(shared: Service, address: str) -> None:
    """Count one opinion from an address, apart from its questions.

    Raises:
        ApiProblem: there were too many in the last minute.
    """
    seconds = shared.feedback_limiter.wait_for(network_of(address))
    if seconds:
        raise _rate_limited(FEEDBACK_RATE, seconds, "Opinions are counted apart from questions.")


def _trusted(settings: Settings) -> bool:
    """Tell whether a server without keys answers whoever reaches it."""
    return is_loopback(settings.host) or settings.insecure


def _admit_to_pages(shared: Service, has_keys: bool) -> None:
    """Let people see a page.

    Raises:
        ApiProblem: the pages are not open, and no key came with the request; browsers then ask for one.
    """
    if (_trusted(shared.settings) and not has_keys) or (has_keys and shared.settings.public_pages):
        return
    given = request.authorization
    token = (given.password or "") if given is not None and given.type == "basic" else _token(request)
    key = shared.keys.find(token) if has_keys else None
    if key is None or not key.role.covers(Role.SEARCH):
        raise ApiProblem(
            401,
            "unauthorized",
            "this page needs a valid API key",
            hint="Give the key as the password, or start the server with --public-pages.",
            headers={"WWW-Authenticate": 'Basic realm="HoiDap", charset="UTF-8"'},
        )


def _authenticate(shared: Service, has_keys: bool) -> ApiKey | None:
    if has_keys:
        return shared.keys.find(_token(request))
    if _trusted(shared.settings):
        return None
    # The last key was revoked, or the file removed, while listening beyond this machine: stay shut.
    raise _unauthorised("this server has no API keys and takes no requests until one is created")


def _authorise(key: ApiKey | None) -> None:
    if key is None:
        raise _unauthorised("this needs a valid API key")
    # An address or method that does not exist is told to any key, as 404 or 405.
    needed = NEEDED_ROLE.get(request.endpoint, Role.ADMIN) if request.endpoint else Role.SEARCH
    if not key.role.covers(needed):
        raise ApiProblem(
            403,
            "forbidden",
            f"this needs a key of the role {needed.value}; {key.name!r} has the role {key.role.value}",
            hint=f"`hoidap keys create NAME --role {needed.value}` on the server makes one.",
        )


def _unauthorised(message: str) -> ApiProblem:
    return ApiProblem(
        401,
        "unauthorized",
        message,
        hint="Send the header Authorization: Bearer hd_… ; `hoidap keys create` on the server makes a key.",
        headers={"WWW-Authenticate": 'Bearer realm="hoidap"'},
    )


def _token(current: Request) -> str:
    scheme, _, token = current.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else current.headers.get("X-API-Key", "").strip()


def _limit(shared: Service, key: ApiKey | None) -> None:
    # The address is that of the connection: a header such as X-Forwarded-For is whatever its sender likes.
    g.caller = f"key {key.id}" if key else f"address {network_of(request.remote_addr or '')}"
    seconds = shared.limiter.wait_for(g.caller)
    if seconds:
        raise _rate_limited(shared.settings.rate, seconds, "The server's --rate sets the limit.")


def _rate_limited(rate: int, seconds: int, hint: str) -> ApiProblem:
    return ApiProblem(
        429,
        "rate_limited",
        f"more than {rate} requests a minute",
        hint=f"Try again in {seconds} s. {hint}",
        headers={"Retry-After": str(seconds)},
    )


def _require_own_host(current: Request) -> None:
    name = urlsplit(f"//{current.host}").hostname or ""
    if not is_loopback(name):
        raise ApiProblem(
            421,
            "wrong_host",
            f"this server answers to loopback names only, not to {name!r}",
            hint="Use http://127.0.0.1, or create API keys and set --host to serve others.",
        )


def _require_same_origin(current: Request) -> None:
    if "Origin" not in current.headers or current.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if not own_origin(current):
        raise ApiProblem(
            403,
            "cross_origin",
            "a page of another site may not send this request",
            hint="Call the API from your own server, or from a page that this server itself gives.",
        )
