"""Decide who may do what: host and origin, key and role, rate; before any view runs.

With no key, a server on loopback trusts whoever is on the machine. That trust must not leak to web pages: a page in the
browser of that machine can send requests here too. Two checks close that:
- Host must name loopback. A page whose own name was pointed at 127.0.0.1 (DNS rebinding) sends its own name there.
- A request that changes or computes something and carries an Origin must come from this very host. Reading across
  origins is the browser's to forbid, and it does, because no CORS header is ever sent.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import Flask, Request, g, request

from index.errors import InvalidInput
from web.errors import ApiProblem
from web.keys import ApiKey, KeyStore, Role
from web.limits import network_of
from web.service import Service, service
from web.settings import Settings

API_PREFIX = "/v1/"
UNLIMITED = frozenset({"/healthz", "/readyz"})  # a probe that is refused restarts a healthy server

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
    _require_same_origin(request)
    protected = request.path.startswith(API_PREFIX) or request.endpoint == "operations.metrics"
    key = _authenticate(shared, has_keys) if protected else None
    if request.path not in UNLIMITED:
        _limit(shared, key)
    if protected and has_keys:
        _authorise(key)


def _authenticate(shared: Service, has_keys: bool) -> ApiKey | None:
    if has_keys:
        return shared.keys.find(_token(request))
    if is_loopback(shared.settings.host) or shared.settings.insecure:
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
        raise ApiProblem(
            429,
            "rate_limited",
            f"more than {shared.settings.rate} requests a minute",
            hint=f"Try again in {seconds} s. The server's --rate sets the limit.",
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
    origin = current.headers.get("Origin")
    if origin is None or current.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if origin.partition("://")[2].lower() != current.host.lower():
        raise ApiProblem(
            403,
            "cross_origin",
            "a page of another site may not send this request",
            hint="Call the API from your own server, or from a page that this server itself gives.",
        )
