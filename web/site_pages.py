"""Show the pages that people use: the search page, the document viewer, the demonstration of the widget, feedback.

Plain forms and links, complete without a script; `static/page.js` only adds to them. No page holds a script or a style
of its own, so that the policy below forbids both: what a document or a question smuggles in cannot run.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from index.errors import HoidapError, InvalidInput, NoLibrary
from index.types import Document, DocumentInfo, Span
from web.access import API_PREFIX, DEMO_SITE, PAGES, limit_feedback
from web.assets import asset_link
from web.excerpt import citation_text, cut, link_to_quote, safe_link, sheet_of, snippet
from web.feedback import opinion_of
from web.messages import ENGLISH, VIETNAMESE
from web.page_messages import PAGE_MESSAGES, page_language, page_text
from web.present import Place, date_of, shown
from web.service import service

SITE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
SHEET = 200_000  # characters of a document shown at once
MAX_FORM = 32 * 1024  # bytes of a form that is sent
_TOPICS = 6
_LONGEST_OFFSET = 12  # digits

pages = Blueprint("pages", __name__, template_folder="pages")


# -- the search page ------------------------------------------------------------------------------------------------


@pages.get("/")
def search() -> Response:
    """Show the question box and, for a question in the address, the answer."""
    question = request.args.get("q", "").strip()
    result, problem, status = None, "", HTTPStatus.OK
    if question:
        try:
            result = shown(service().ask(question), service().library(), _language())
        except NoLibrary:
            problem, status = "error.not_ready", HTTPStatus.SERVICE_UNAVAILABLE
        except InvalidInput:
            problem, status = "error.invalid_input", HTTPStatus.UNPROCESSABLE_ENTITY
    home = not question
    expansions = "; ".join(f"{source} → {target}" for source, target in (result.expansions if result else ()))
    body = _render(
        "search.html",
        question=question,
        result=result,
        problem=problem,
        examples=service().examples if home else (),
        topics=_topics() if home else [],
        documents=_documents() if home else 0,
        expansions=expansions,
        thanks=request.args.get("thanks") == "1",
    )
    return make_response(body, status)


def _topics() -> list[DocumentInfo]:
    """Return a few documents to begin with, where nobody wrote example questions."""
    if service().examples:
        return []
    try:
        return service().library().documents(offset=0, limit=_TOPICS)
    except HoidapError:
        return []  # the page itself must come up; a question will say what is wrong


def _documents() -> int:
    try:
        return service().library().stats().documents
    except HoidapError:
        return 0


# -- the viewer -----------------------------------------------------------------------------------------------------


class Walk(NamedTuple):
    """Where a place stands among the citations of an answer."""

    rank: int
    total: int
    previous: Place | None
    next: Place | None


@pages.get("/documents/<id>")
def view(id: str) -> str:
    """Show a document with the span of the address highlighted."""
    document = service().library().document(id)
    span = _span_of(document)
    at = span.start if span else _offset("from") or 0
    sheet = sheet_of(document.text, at, SHEET)
    stop = max(sheet.end, span.end) if span else sheet.end
    text = document.text[sheet.start : stop]
    question = request.args.get("q", "").strip()
    return _render(
        "document.html",
        document=document,
        date=date_of(document.metadata, _language()),
        question=question,
        span=span,
        moved=span is None and ("start" in request.args or "end" in request.args),
        parts=cut(text, span.start - sheet.start, span.end - sheet.start) if span else None,
        text=text,
        sheet=sheet,
        walk=_walk(question, document.id, span),
        original=link_to_quote(document.url, document.text, span) if span else safe_link(document.url),
        citation=_citation(document, span) if span else "",
    )


def _span_of(document: Document) -> Span | None:
    """Return the span of the address; None when there is none in it, or none in the document."""
    start, end = _offset("start"), _offset("end")
    if start is None or end is None or not start < end <= len(document.text):
        return None
    return Span(start, end)


def _offset(name: str) -> int | None:
    given = request.args.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= _LONGEST_OFFSET else None


def _walk(question: str, document_id: str, span: Span | None) -> Walk | None:
    """Return what stands before and after this place in the answer that led here; None without such an answer."""
    if not question or span is None:
        return None
    try:
        places = shown(service().ask(question), service().library(), _language()).places
    except InvalidInput:
        return None  # a question that nobody could have asked
    here = (document_id, span.start, span.end)
    rank = next((n for n, each in enumerate(places) if (each.document_id, each.start, each.end) == here), None)
    if rank is None:
        return None
    before = places[rank - 1] if rank else None
    after = places[rank + 1] if rank + 1 < len(places) else None
    return Walk(rank + 1, len(places), before, after)


def _citation(document: Document, span: Span) -> str:
    link = safe_link(document.url) or url_for(
        "pages.view", id=document.id, start=span.start, end=span.end, _external=True
    )
    return citation_text(document.title, span.of(document.text), link)


# -- feedback -------------------------------------------------------------------------------------------------------


@pages.post("/feedback")
def feedback() -> AnyResponse:
    """Store what somebody says of an answer: a form, from a page of this server."""
    request.max_content_length = MAX_FORM
    shared = service()
    opinion = opinion_of(request.form, shared.library())
    limit_feedback(shared, request.remote_addr or "")
    shared.feedback().add(opinion)
    if request.accept_mimetypes.best == "application/json":
        return jsonify({"stored": True})
    more: dict[str, Any] = {"lang": ENGLISH} if _language() == ENGLISH else {}
    return redirect(url_for("pages.search", q=opinion.question, thanks=1, **more), HTTPStatus.SEE_OTHER)


# -- the demonstration ----------------------------------------------------------------------------------------------


@pages.get("/embed-demo")
def embed_demo() -> str:
    """Show the widget live, on a page that treats it badly."""
    known = service().sites.sites()
    host = request.host_url.rstrip("/")
    return _render("demo.html", host=host, site=DEMO_SITE, example_site=known[0].id if known else "SITE_ID")


# -- what all pages share -------------------------------------------------------------------------------------------


def _language() -> str:
    return page_language(request.values.get("lang"))


def _render(template: str, **values: Any) -> str:  # noqa: ANN401
    language = _language()

    def text(key: str, **more: object) -> str:
        return page_text(key, language, **more)

    def link(endpoint: str, **more: object) -> str:
        return url_for(endpoint, **({"lang": ENGLISH} if language == ENGLISH else {}), **more)  # type: ignore[arg-type]

    shared = {"t": text, "lang": language, "asset": asset_link, "link": link, "switch": _switched(language)}
    return render_template(template, short=snippet, **shared, **values)


def _switched(language: str) -> str:
    """Return the address of this page in the other language."""
    if request.method != "GET" or request.endpoint is None or not request.endpoint.startswith(PAGES):
        return url_for("pages.search", lang=ENGLISH if language == VIETNAMESE else VIETNAMESE)
    kept: dict[str, Any] = {name: request.args[name] for name in ("q", "start", "end", "from") if name in request.args}
    kept |= {"lang": ENGLISH} if language == VIETNAMESE else {}
    return url_for(request.endpoint, **kept, **(request.view_args or {}))


@pages.app_template_filter("as_stored")
def as_stored(text: str) -> str:
    """Keep CRLF in a page: the parser of HTML would turn it into a line feed, and a copied quote would not be exact."""
    return Markup(str(escape(text)).replace("\r\n", "&#13;\n"))


@pages.after_app_request
def _as_page(response: Response) -> Response:
    """Give people an error as a page, and every page its policy."""
    if response.status_code >= HTTPStatus.BAD_REQUEST and response.is_json and _is_for_people():
        response = _error_page(response)
    if response.mimetype == "text/html" and not (request.endpoint or "").startswith("viewer."):
        response.headers["Content-Security-Policy"] = SITE_POLICY
        response.headers["X-Frame-Options"] = "DENY"
        # Not `no-referrer`: under that, browsers send `Origin: null` with a form, and `access.py` refuses it.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response


def _is_for_people() -> bool:
    if request.path.startswith(API_PREFIX) or request.accept_mimetypes.best == "application/json":
        return False
    endpoint = request.endpoint or ""
    return endpoint.startswith(PAGES) or (not endpoint and request.accept_mimetypes.accept_html)


def _error_page(response: Response) -> Response:
    code = str(response.get_json()["error"]["code"])
    key = f"error.{code}" if f"error.{code}" in PAGE_MESSAGES else "error.other"
    page = make_response(
        _render("error.html", heading=key, advice=f"{key}.advice", status=response.status_code), response.status_code
    )
    for name in ("WWW-Authenticate", "Retry-After", "Allow"):
        if name in response.headers:
            page.headers[name] = response.headers[name]
    return page
