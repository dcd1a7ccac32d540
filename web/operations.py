"""Tell those who run the server how it fares: alive, ready, and the numbers for Prometheus."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from web.errors import not_ready
from web.metrics import CONTENT_TYPE
from web.openapi import ERRORS, SECURITY, Json, operation_id
from web.schemas import HealthReply, ReadyReply
from web.service import service

_TAG = Tag(name="operations", description="For those who run the server.")
_METRICS_REPLY: dict[str, Any] = {"content": {"text/plain": {"schema": {"type": "string"}}}}

operations = APIBlueprint(
    "operations", __name__, abp_tags=[_TAG], abp_responses=ERRORS, operation_id_callback=operation_id
)


@operations.get("/healthz", responses={200: HealthReply})
def healthz() -> Json:
    """Say that the process is alive; it may still have nothing to answer from."""
    return {"status": "ok"}


@operations.get("/readyz", responses={200: ReadyReply})
def readyz() -> Json:
    """Say whether questions can be answered: the library opens and holds something."""
    library = service().library()
    snapshot = library.snapshot()
    if snapshot.count == 0:
        raise not_ready()
    return {"status": "ready", "passages": snapshot.count, "generation": snapshot.generation}


@operations.get("/metrics", security=SECURITY, responses={200: _METRICS_REPLY})
def metrics() -> Response:
    """Return the counters in Prometheus' text format; needs the role admin when there are keys."""
    return Response(service().metrics.render(), content_type=CONTENT_TYPE)
