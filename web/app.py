"""Build the web application from the settings: the factory, and nothing that runs on import."""

from __future__ import annotations

import time
import uuid

from flask import Response, g, request
from flask_openapi3.openapi import OpenAPI

from qa.ask import Answerer
from web.access import guard_requests
from web.api import questions
from web.api_documents import documents
from web.api_sites import sites
from web.assets import assets
from web.body import StrictRequest, require_clean_query
from web.errors import refuse_invalid, register_errors
from web.openapi import SECURITY_SCHEMES, describe, info, operation_id, page_headers
from web.operations import operations
from web.schemas import ErrorReply
from web.service import EXTENSION, Service, service
from web.settings import Settings
from web.site_pages import pages

QUESTION_BODY = 1024 * 1024  # bytes; only documents may be larger, and a saved answer is well below


class WebApp(OpenAPI):
    """The application; its requests are read strictly."""

    request_class = StrictRequest


def create_app(settings: Settings, answerer: Answerer | None = None) -> WebApp:
    """Return the application over `answerer`, or over the library of the settings, opened when first needed."""
    app = WebApp(
        __name__,
        info=info(),
        security_schemes=SECURITY_SCHEMES,
        operation_id_callback=operation_id,
        validation_error_callback=refuse_invalid,
        validation_error_model=ErrorReply,
        doc_ui=False,  # its page loads what plugins happen to be installed; `describe` serves ours
        static_folder=None,
    )
    app.extensions[EXTENSION] = Service(settings, answerer)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Vietnamese stays legible
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.merge_slashes = False
    _observe(app)
    guard_requests(app)
    app.before_request(_read_strictly)
    page_headers(app)
    register_errors(app)
    for part in (questions, documents, operations):
        app.register_api(part)
    describe(app)
    for screen in (pages, assets, sites):  # for people and their browsers: not part of the described API
        app.register_blueprint(screen)
    return app


def close_app(app: WebApp) -> None:
    """Close what the app opened."""
    app.extensions[EXTENSION].close()


def _observe(app: WebApp) -> None:
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.request_id = uuid.uuid4().hex[:12]
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else None
    service().metrics.count_request(route, request.method, response.status_code, time.perf_counter() - g.started)
    response.headers["X-Request-Id"] = g.request_id
    return response


def _read_strictly() -> None:
    if request.endpoint != "documents.add_document":
        request.max_content_length = min(service().settings.max_body, QUESTION_BODY)
    require_clean_query(request)
