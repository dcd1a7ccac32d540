"""Throw at the API whatever its own description allows and forbids: never a 5xx, never another shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.web.conftest import CAN_THO, MakeApp, settings_for
from web.app import WebApp, create_app
from web.schemas import ErrorReply

CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
BOUNDED = settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=True,
)
LONG = settings(BOUNDED, max_examples=1_000, derandomize=False)


# Schemathesis' own pytest plugin does not work with pytest 9.2, so the operations are taken one by one.
PATHS_DESCRIBED = create_app(settings_for(Path("nowhere"))).api_doc["paths"]
CASES = [
    pytest.param(path, method, mode, id=f"{method} {path} {mode.value}")
    for path, item in PATHS_DESCRIBED.items()
    for method, operation in item.items()
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    # What takes no body and no query cannot be called against its description.
    if mode is GenerationMode.POSITIVE or "requestBody" in operation or "{" not in path and "parameters" in operation
]


def fuzz(app: WebApp, path: str, method: str, mode: GenerationMode, bounds: settings) -> None:
    operation = schemathesis.openapi.from_wsgi("/openapi.json", app)[path][method]

    @bounds
    @given(case=operation.as_strategy(generation_mode=mode))
    def run(case: Case) -> None:
        require_as_described(case)

    run()


def require_as_described(case: Case) -> None:
    reply = case.call()
    assert "Traceback" not in reply.text
    if reply.status_code == 503:
        # The fuzz may well delete every document; then this is the right answer.
        assert reply.json()["error"]["code"] == "not_ready"
    else:
        case.validate_response(reply, checks=CHECKS)


@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_the_api_keeps_to_its_description(make_app: MakeApp, path: str, method: str, mode: GenerationMode) -> None:
    fuzz(make_app(), path, method, mode, BOUNDED)


@pytest.mark.sweep
@pytest.mark.parametrize(("path", "method", "mode"), CASES)
def test_the_api_keeps_to_it_for_long(make_app: MakeApp, path: str, method: str, mode: GenerationMode) -> None:
    fuzz(make_app(), path, method, mode, LONG)


# -- what no description can say: bytes that are not JSON, values anywhere in it ----------------------------------

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None), max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
PATHS = st.sampled_from(["/v1/ask", "/v1/search", "/v1/documents", "/v1/verify"])
KEYS = st.sampled_from(
    ["question", "limit", "text", "id", "title", "url", "metadata", "document_id", "cited_text", "start_char_index",
     "end_char_index", "selector", "answers", "citations"]
)  # fmt: skip
RAW = settings(BOUNDED, max_examples=150)


def require_clear(client: FlaskClient, path: str, body: bytes) -> None:
    reply = client.post(path, data=body, content_type="application/json")
    assert reply.status_code < 500, reply.get_data()
    if reply.status_code >= 400:
        ErrorReply.model_validate(reply.get_json())


@given(path=PATHS, body=st.binary(max_size=200))
@RAW
def test_bytes_are_answered_clearly(client: FlaskClient, path: str, body: bytes) -> None:
    require_clear(client, path, body)


@given(path=PATHS, body=st.dictionaries(KEYS, ANYTHING, max_size=6))
@RAW
def test_any_value_in_any_field_is_answered_clearly(client: FlaskClient, path: str, body: dict[str, Any]) -> None:
    require_clear(client, path, json.dumps(body).encode())


@given(
    change=st.dictionaries(
        st.sampled_from(["document_id", "cited_text", "start_char_index", "end_char_index", "selector"]), ANYTHING
    )
)
@RAW
def test_any_citation_is_answered_clearly(client: FlaskClient, change: dict[str, Any]) -> None:
    citation = {"document_id": CAN_THO, "cited_text": "a", "start_char_index": 0, "end_char_index": 1, **change}
    require_clear(client, "/v1/verify", json.dumps({"citations": [citation]}).encode())


@given(question=st.text(min_size=1, max_size=1_000))
@RAW
def test_any_text_is_a_question(client: FlaskClient, question: str) -> None:
    reply = client.post("/v1/ask", data=json.dumps({"question": question}), content_type="application/json")
    assert reply.status_code == (200 if question.strip() and "\0" not in question else 422)


@given(document_id=st.text(min_size=1, max_size=30))
@RAW
def test_any_id_is_found_or_not_found(client: FlaskClient, document_id: str) -> None:
    reply = client.get("/v1/documents/" + "".join(f"%{byte:02x}" for byte in document_id.encode()))
    assert reply.status_code in {404, 422}
