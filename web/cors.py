"""Say to browsers which pages of other origins may read a reply: exact matches only.

Never `*`, never `null`, never with credentials. `Vary: Origin` stands on every reply that could have been another one
for another origin, so that no cache hands one page's permission to the next.
"""

from __future__ import annotations

from flask import Request, Response

from web.service import service
from web.sites import Site

_PREFLIGHT_SECONDS = "600"


def own_origin(request: Request) -> bool:
    """Tell whether the request comes from a page of this very server."""
    origin = request.headers.get("Origin")
    return origin is not None and origin.partition("://")[2].lower() == request.host.lower()


def origin_fits(request: Request, site: Site) -> bool:
    """Tell whether the page that asks is one of the site's; the comparison is of whole strings."""
    return request.headers.get("Origin") in site.origins


def allow(request: Request, response: Response, *, permitted: bool) -> None:
    """Put the CORS headers on a reply to a page of a site."""
    response.vary.add("Origin")
    if not permitted or own_origin(request):
        return
    response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
    response.headers["Access-Control-Expose-Headers"] = "Retry-After"
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "POST"
        response.headers["Access-Control-Allow-Headers"] = "Content-Type"
        response.headers["Access-Control-Max-Age"] = _PREFLIGHT_SECONDS


def allow_embedding(request: Request, response: Response) -> None:
    """Let the pages of every site fetch what is the same for all of them: the widget's script."""
    allow(request, response, permitted=request.headers.get("Origin") in service().sites.origins())
