"""Serve the scripts, styles and the picture of the pages out of the package: compressed, named by their content.

Only the files listed here are served. They hold no secret and need no key.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flask import Blueprint, Response, abort, request, url_for

from web.cors import allow_embedding

assets = Blueprint("assets", __name__)

WIDGET = "widget.js"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_NAMES = frozenset({"page.css", "page.js", "theme.js", "demo.css", "icon.svg", WIDGET})
_YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the package: its bytes, the same compressed, and a name for just these bytes."""

    body: bytes
    compressed: bytes
    tag: str
    content_type: str


@cache
def asset_of(name: str) -> Asset:
    """Return a file by name.

    Raises:
        KeyError: it is not one that is served.
    """
    if name not in _NAMES:
        raise KeyError(name)
    body = (files("web") / "static" / name).read_bytes()
    tag = hashlib.sha256(body).hexdigest()[:16]
    return Asset(body, gzip.compress(body, 9, mtime=0), tag, _TYPES[name[name.rindex(".") :]])


def asset_link(name: str) -> str:
    """Return an address that changes when the file does, so that browsers may keep it."""
    return url_for("assets.asset", name=name, v=asset_of(name).tag)


@assets.get("/assets/<name>")
def asset(name: str) -> Response:
    """Give one of the files."""
    if name not in _NAMES:
        abort(404)
    found = asset_of(name)
    fixed = request.args.get("v") == found.tag
    return _response(found, f"public, max-age={_YEAR}, immutable" if fixed else "no-cache")


@assets.get(f"/{WIDGET}")
def widget() -> Response:
    """Give the widget to the pages of the sites; a module script is fetched with CORS, so they must be allowed."""
    response = _response(asset_of(WIDGET), "public, max-age=600")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    allow_embedding(request, response)
    return response


def _response(found: Asset, keep: str) -> Response:
    packed = request.accept_encodings.quality("gzip") > 0
    response = Response(found.compressed if packed else found.body, content_type=found.content_type)
    response.vary.add("Accept-Encoding")
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = keep
    response.set_etag(f"{found.tag}{'-gzip' if packed else ''}")
    response.make_conditional(request)
    return response
