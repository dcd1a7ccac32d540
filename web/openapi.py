"""Describe the API: what all its operations share, and a page to read it that loads nothing from elsewhere.

The page is Swagger UI out of the package flask-openapi3-swagger; that package's own page is not used, because it lets
Swagger UI send the description to a validator on the internet. The page's Content-Security-Policy forbids any
address but this server's, whatever a later version of Swagger UI would like to load.
"""

from __future__ import annotations

from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template, send_from_directory
from flask_openapi3.models.info import Info
from flask_openapi3.openapi import OpenAPI
from pydantic import BaseModel

from web.schemas import ErrorReply

Json = dict[str, Any]
Replies = dict[str | int | HTTPStatus, type[BaseModel] | dict[Any, Any] | None]

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

# A server without keys asks for none: the empty alternative says so.
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"header": []}, {}]
SECURITY_SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "An API key: hd_…"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
}
ERRORS: Replies = {
    status: ErrorReply
    for status in ("400", "401", "403", "404", "405", "413", "415", "421", "422", "429", "500", "503")
}

viewer = Blueprint("viewer", __name__, template_folder="pages", static_folder="static", static_url_path="/openapi/own")


def operation_id(*, name: str, path: str, method: str) -> str:
    """Name an operation as its function is named."""
    return name


def info() -> Info:
    """Return the head of the description."""
    return Info(
        title="HoiDap",
        version=installed_version(),
        description="Answers questions over your documents; every answer cites spans that can be checked. "
        "Offsets are half-open and count Unicode code points.",
    )


def installed_version() -> str:
    """Return the version of the installed distribution."""
    try:
        return version("hoidap")
    except PackageNotFoundError:
        return "0+source"  # run from a source tree that was never installed


def describe(app: OpenAPI) -> None:
    """Serve the description of `app` and the page to read it."""

    def openapi_json() -> Response:
        return jsonify(app.api_doc)

    app.add_url_rule("/openapi.json", endpoint="openapi_json", view_func=openapi_json)
    app.register_blueprint(viewer)


@viewer.get("/openapi")
def page() -> str:
    """Show the description for people."""
    return render_template("openapi.html")


@viewer.get("/openapi/swagger/<path:name>")
def swagger(name: str) -> Response:
    """Give the parts of Swagger UI."""
    return send_from_directory(str(files("flask_openapi3_swagger") / "templates" / "swagger"), name)


def page_headers(app: Flask) -> None:
    """Put the headers on every response of `app` that keep browsers from guessing, keeping or framing it."""
    app.after_request(_with_headers)


def _with_headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Cache-Control", "no-store")
    is_page = response.mimetype == "text/html"
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else "default-src 'none'; sandbox")
    return response
