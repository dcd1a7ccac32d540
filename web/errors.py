"""Give every failure of the HTTP API one JSON shape.

    {"error": {"code": "…", "message": "…", "hint": "…", "details": [{"field": "…", "message": "…"}]}}

`details` is there only when the request did not fit its schema. This is the seam of HTTP: errors of `index` and `qa`
are translated here, and what went wrong inside the server goes to the log, never to the caller.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any, NoReturn

from flask import Flask, Response, g, jsonify
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from index.errors import HoidapError, LibraryBusy, NoLibrary

log = logging.getLogger("hoidap.web")

BUSY_RETRY_SECONDS = 5
NOT_READY_RETRY_SECONDS = 30

_HINTS = {
    404: "GET /openapi.json lists what there is.",
    405: "The Allow header lists the methods of this address.",
    413: "Send less at once, or raise --max-body on the server.",
    415: "Send UTF-8 JSON with the header Content-Type: application/json.",
}


class ApiProblem(HoidapError):
    """A request that is refused at the seam of HTTP itself, with the status and the headers it is refused with."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        hint: str = "",
        details: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.http_status = status
        self.code = code
        self.details = list(details)
        self.headers = dict(headers or {})


def error_body(
    code: str, message: str, hint: str = "", details: Sequence[Mapping[str, str]] = ()
) -> dict[str, dict[str, Any]]:
    """Return the one shape of an error."""
    error: dict[str, Any] = {"code": code, "message": message, "hint": hint}
    if details:
        error["details"] = [dict(detail) for detail in details]
    return {"error": error}


def not_ready() -> ApiProblem:
    """Return the refusal of a question to a library that is missing or empty."""
    return ApiProblem(
        503,
        "not_ready",
        "there are no documents to answer from yet",
        hint="Add some on the server with `hoidap index PATH`, or with POST /v1/documents.",
        headers={"Retry-After": str(NOT_READY_RETRY_SECONDS)},
    )


_MOST_DETAILS = 20  # a body of nothing but mistakes must not make a reply many times its size
_DETAIL = 200  # characters


def refuse_invalid(error: ValidationError) -> NoReturn:
    """Turn what pydantic says of a request into a 422 that names each field."""
    details = [
        {"field": ".".join(str(part) for part in item["loc"])[:_DETAIL], "message": item["msg"][:_DETAIL]}
        for item in islice(error.errors(include_url=False, include_context=False, include_input=False), _MOST_DETAILS)
    ]
    first = details[0]
    message = f"{first['field']}: {first['message']}" if first["field"] else first["message"]
    raise ApiProblem(
        422,
        "validation",
        message,
        hint=f"details names the fields that do not fit, at most {_MOST_DETAILS}.",
        details=details,
    )


def register_errors(app: Flask) -> None:
    """Answer every error of `app` in the one shape."""
    app.register_error_handler(HoidapError, _answer_ours)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unexpected)


def _answer_ours(error: HoidapError) -> Response:
    if isinstance(error, ApiProblem):
        return _response(
            error.http_status, error_body(error.code, str(error), error.hint, error.details), error.headers
        )
    if isinstance(error, NoLibrary):
        return _answer_ours(not_ready())
    if isinstance(error, LibraryBusy):
        log.warning("%s [%s]", error, g.get("request_id", "-"))  # it names the process that writes
        body = error_body(error.code, "the library is being written to; nothing was changed", "Try again in a while.")
        return _response(error.http_status, body, {"Retry-After": str(BUSY_RETRY_SECONDS)})
    if error.http_status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _answer_unavailable(error)
    return _response(error.http_status, error_body(error.code, str(error), error.hint), {})


def _answer_unavailable(error: HoidapError) -> Response:
    """Answer for a library or a model that cannot be used: the message may name paths, so it stays in the log."""
    log.error("%s: %s [%s]", error.code, error, g.get("request_id", "-"))
    body = error_body(error.code, "the server cannot use its data now", "`hoidap doctor` on the server says why.")
    return _response(error.http_status, body, {"Retry-After": str(NOT_READY_RETRY_SECONDS)})


def _answer_http(error: HTTPException) -> Response:
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    name = HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")
    headers = {key: value for key, value in error.get_headers() if key in {"Allow", "Location", "Retry-After"}}
    body = error_body(name, error.description or name.replace("_", " "), _HINTS.get(status, ""))
    return _response(status, body, headers)


def _answer_unexpected(error: Exception) -> Response:
    request_id = g.get("request_id", "-")
    log.error("unexpected error [%s]", request_id, exc_info=error)
    body = error_body(
        "internal", "the server failed on this request", f"The server's log tells more under the id {request_id}."
    )
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, body, {})


def _response(status: int, body: Mapping[str, Any], headers: Mapping[str, str]) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers.update(headers)
    return response
