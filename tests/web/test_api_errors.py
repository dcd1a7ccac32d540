"""What the API does with what cannot be meant: a clear 4xx in one shape, never a 500."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index.errors import LibraryDamaged
from tests.web.conftest import CAN_THO, QUESTION, MakeApp
from web.schemas import ErrorReply

JSON = "application/json"


def error_of(reply: TestResponse) -> dict[str, Any]:
    body = reply.get_json()
    ErrorReply.model_validate(body)
    error = body["error"]
    assert isinstance(error, dict)
    assert error["message"]
    assert "Traceback" not in reply.get_data().decode()
    return error


def post(client: FlaskClient, path: str, body: bytes | str, content_type: str = JSON) -> TestResponse:
    return client.post(path, data=body, content_type=content_type)


BODIES: dict[str, tuple[str | bytes, int, str]] = {
    "empty": ("", 400, "malformed_json"),
    "cut off": ('{"question": "a', 400, "malformed_json"),
    "two objects": ('{"question": "a"} {}', 400, "malformed_json"),
    "raw newline": ('{"question": "a\nb"}', 400, "malformed_json"),
    "latin-1": ('{"question": "Cần"}'.encode("cp1258", "replace") + b"\xff", 400, "malformed_json"),
    "overlong utf-8": (b'{"question": "\xc0\xaf"}', 400, "malformed_json"),
    "encoded surrogate": (b'{"question": "\xed\xa0\x80"}', 400, "malformed_json"),
    "NaN": ('{"question": "a", "limit": NaN}', 400, "malformed_json"),
    "Infinity": ('{"question": "a", "limit": -Infinity}', 400, "malformed_json"),
    "float overflow": ('{"question": "a", "limit": 1e999}', 400, "malformed_json"),
    "huge integer": ('{"question": "a", "limit": ' + "9" * 10_000 + "}", 400, "malformed_json"),
    "duplicate key": ('{"question": "a", "question": "b"}', 400, "duplicate_key"),
    "deep list": ('{"question": ' + "[" * 200 + "]" * 200 + "}", 400, "too_deep"),
    "deeper than the stack": ("[" * 100_000 + "]" * 100_000, 400, "too_deep"),
    "deep objects": ('{"question":' * 50_000 + "1" + "}" * 50_000, 400, "too_deep"),
    "a list": ("[]", 422, "validation"),
    "a string that holds JSON": (json.dumps('{"question": "a"}'), 422, "validation"),
    "null": ("null", 422, "validation"),
    "no question": ("{}", 422, "validation"),
    "question null": ('{"question": null}', 422, "validation"),
    "question a number": ('{"question": 7}', 422, "validation"),
    "question a list": ('{"question": ["a"]}', 422, "validation"),
    "question empty": ('{"question": ""}', 422, "validation"),
    "question blank": ('{"question": " \\n\\u00a0 "}', 422, "invalid_input"),
    "question too long": (json.dumps({"question": "á" * 1001}), 422, "validation"),
    "NUL": ('{"question": "a\\u0000b"}', 422, "validation"),
    "NUL in a key": ('{"question": "a", "\\u0000": 1}', 422, "validation"),
    "lone high surrogate": ('{"question": "a\\ud800b"}', 422, "validation"),
    "lone low surrogate": ('{"question": "\\udc00"}', 422, "validation"),
    "surrogate in a key": ('{"question": "a", "\\ud800": 1}', 422, "validation"),
    "limit zero": ('{"question": "a", "limit": 0}', 422, "validation"),
    "limit too large": ('{"question": "a", "limit": 51}', 422, "validation"),
    "limit a string": ('{"question": "a", "limit": "5"}', 422, "validation"),
    "limit true": ('{"question": "a", "limit": true}', 422, "validation"),
    "limit a float": ('{"question": "a", "limit": 2.5}', 422, "validation"),
    "limit null": ('{"question": "a", "limit": null}', 422, "validation"),
    "unknown field": ('{"question": "a", "limits": 5}', 422, "validation"),
}


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search"])
@pytest.mark.parametrize("name", BODIES)
def test_a_bad_question_is_refused(client: FlaskClient, path: str, name: str) -> None:
    body, status, code = BODIES[name]
    reply = post(client, path, body)
    assert (reply.status_code, error_of(reply)["code"]) == (status, code)


@pytest.mark.parametrize("body", ['{"question": "\\ud83d\\ude00 khen thưởng"}', '\ufeff{"question": "khen thưởng"}'])
def test_a_pair_of_surrogates_and_a_byte_order_mark_are_fine(client: FlaskClient, body: str) -> None:
    assert post(client, "/v1/ask", body.encode()).status_code == 200


def test_a_thousand_characters_are_not_too_long(client: FlaskClient) -> None:
    assert client.post("/v1/ask", json={"question": "khen " * 200}).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "q=", "q=a&limit=0", "q=a&limit=x", "q=a&limit=" + "9" * 5000, "q=a&limit=1.5", "q=a&size=3",
              "q=" + "a" * 1001, "q=a%00b", "q=%20"],
)  # fmt: skip
def test_a_bad_query_is_422(client: FlaskClient, query: str) -> None:
    reply = client.get(f"/v1/ask?{query}")
    assert reply.status_code == 422
    error_of(reply)


@pytest.mark.parametrize("query", ["q=%ff", "q=C%E1%BA", "q=%ED%A0%80", "%ff=1&q=a"])
def test_a_query_that_is_not_utf8_is_400(client: FlaskClient, query: str) -> None:
    reply = client.get(f"/v1/ask?{query}")
    assert (reply.status_code, error_of(reply)["code"]) == (400, "malformed_url")


def test_a_parameter_given_twice_is_400(client: FlaskClient) -> None:
    reply = client.get("/v1/ask?q=a&q=b")
    assert (reply.status_code, error_of(reply)["code"]) == (400, "duplicate_key")


@pytest.mark.parametrize("query", ["offset=-1", "limit=501", "offset=99999999999999999999", "q=%00", "page=2"])
def test_a_bad_page_is_422(client: FlaskClient, query: str) -> None:
    assert client.get(f"/v1/documents?{query}").status_code == 422


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml",
     "application/json; charset=utf-16", "application/json; charset=iso-8859-1", "\x7f"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/documents", "/v1/verify"])
def test_another_content_type_is_415(client: FlaskClient, path: str, content_type: str) -> None:
    reply = post(client, path, '{"question": "a"}', content_type)
    assert (reply.status_code, error_of(reply)["code"]) == (415, "unsupported_media_type")


def test_a_compressed_body_is_415(client: FlaskClient) -> None:
    reply = client.post("/v1/ask", data=b"\x1f\x8b", content_type=JSON, headers={"Content-Encoding": "gzip"})
    assert reply.status_code == 415


@pytest.mark.parametrize("content_type", ["application/json; charset=UTF-8", "Application/JSON"])
def test_the_content_type_is_read_as_http_says(client: FlaskClient, content_type: str) -> None:
    assert post(client, "/v1/ask", '{"question": "khen"}', content_type).status_code == 200


def test_the_details_name_the_fields(client: FlaskClient) -> None:
    error = error_of(client.post("/v1/ask", json={"limit": "x", "frage": 1}))
    assert {detail["field"] for detail in error["details"]} == {"question", "limit", "frage"}


# -- documents ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"text": ""},
        {"text": " \n"},
        {"text": 5},
        {"text": "a\0b"},
        {"text": "a", "id": "a/b"},
        {"text": "a", "id": ""},
        {"text": "a", "id": "đ"},
        {"text": "a", "id": "x" * 201},
        {"text": "a", "id": "a\n"},
        {"text": "a", "title": ""},
        {"text": "a", "title": "x" * 501},
        {"text": "a", "title": ["x"]},
        {"text": "a", "url": 5},
        {"text": "a", "url": "javascript:alert(1)"},
        {"text": "a", "metadata": []},
        {"text": "a", "metadata": {"a": 1}},
        {"text": "a", "metadata": {"a": {"b": "c"}}},
        {"text": "a", "metadata": {str(n): "" for n in range(65)}},
        {"text": "a", "metadata": {"a": "\0"}},
        {"text": "a", "source": "x"},
    ],
)
def test_a_bad_document_is_422_and_nothing_is_stored(client: FlaskClient, document: dict[str, Any]) -> None:
    reply = client.post("/v1/documents", json=document)
    assert reply.status_code == 422
    error_of(reply)
    assert client.get("/v1/documents").get_json()["total"] == 2


@pytest.mark.parametrize("field", ["text", "title", "id", "url"])
def test_a_lone_surrogate_in_a_document_is_422(client: FlaskClient, field: str) -> None:
    document = {"text": "a", field: "\ud800"}
    assert post(client, "/v1/documents", json.dumps(document)).status_code == 422


@pytest.mark.parametrize(
    "document_id", ["khong-co", "%20", "..%2f", "%c4%91", "a" * 5000, "'; DROP TABLE documents;--"]
)
@pytest.mark.parametrize("suffix", ["", "/text"])
def test_an_unknown_document_is_404(client: FlaskClient, document_id: str, suffix: str) -> None:
    reply = client.get(f"/v1/documents/{document_id}{suffix}")
    assert reply.status_code == 404
    error_of(reply)


def test_deleting_an_unknown_document_is_404(client: FlaskClient) -> None:
    assert error_of(client.delete("/v1/documents/khong-co"))["code"] == "unknown_document"


# -- verify -------------------------------------------------------------------------------------------------------


def citation(**change: Any) -> dict[str, Any]:
    return {"document_id": CAN_THO, "cited_text": "Cần Thơ", "start_char_index": 0, "end_char_index": 7, **change}


@pytest.mark.parametrize(
    "saved",
    [
        {},
        {"answers": 5},
        {"answers": [5]},
        {"answers": [{}]},
        {"answers": [{"citations": [None]}]},
        {"citations": [[]]},
        citation(cited_text=None),
        citation(cited_text=""),
        citation(document_id=5),
        citation(start_char_index="0"),
        citation(start_char_index=-1),
        citation(end_char_index=1.5),
        citation(end_char_index=True),
        {"citations": [citation()] * 101},
    ],
)
def test_what_is_no_citation_cannot_be_verified(client: FlaskClient, saved: dict[str, Any]) -> None:
    reply = client.post("/v1/verify", json=saved)
    assert reply.status_code == 422
    error_of(reply)


@pytest.mark.parametrize(
    "change", [{"selector": 5}, {"selector": [5]}, {"selector": [{"type": "TextQuoteSelector", "prefix": {"a": []}}]},
               {"end_char_index": 10**17}, {"document_sha256": []}, {"extra": [1]}],
)  # fmt: skip
def test_odd_extras_of_a_citation_do_not_matter(client: FlaskClient, change: dict[str, Any]) -> None:
    assert client.post("/v1/verify", json=citation(**change)).status_code == 200


# -- addresses, methods, sizes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/nope", "/v1", "/v1/", "/v1/nope", "/v1/ask/", "/V1/ask", "/%00", "/v1/documents/"])
def test_an_unknown_address_is_404_in_the_one_shape(client: FlaskClient, path: str) -> None:
    reply = client.get(path)
    assert reply.status_code in {404, 422}
    error_of(reply)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/v1/ask"), ("DELETE", "/v1/ask"), ("GET", "/v1/search"), ("PATCH", "/v1/documents"),
                         ("POST", "/healthz"), ("TRACE", "/v1/ask"), ("BREW", "/v1/ask")],
)  # fmt: skip
def test_another_method_is_405_and_names_those_that_work(client: FlaskClient, method: str, path: str) -> None:
    reply = client.open(path, method=method)
    assert (reply.status_code, error_of(reply)["code"]) == (405, "method_not_allowed")
    assert reply.headers["Allow"]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/verify"])
def test_a_large_question_is_413_whatever_the_limit_for_documents(client: FlaskClient, path: str) -> None:
    reply = client.post(path, json={"question": "a" * 1024 * 1024})
    assert (reply.status_code, error_of(reply)["code"]) == (413, "request_entity_too_large")


def test_a_document_over_the_limit_is_413_and_one_below_is_stored(make_app: MakeApp) -> None:
    client = make_app(max_body=10_000).test_client()
    assert client.post("/v1/documents", json={"text": "a " * 6_000}).status_code == 413
    assert client.post("/v1/documents", json={"text": "a " * 4_000}).status_code == 201


# -- the server's own troubles ------------------------------------------------------------------------------------


def test_a_library_that_another_writes_to_is_503_with_retry_after(make_app: MakeApp) -> None:
    app = make_app()
    client = app.test_client()
    with app.extensions["hoidap"].library()._lock.held(1):
        reply = client.post("/v1/documents", json={"text": "a"})
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200
    assert (reply.status_code, error_of(reply)["code"]) == (503, "library_busy")
    assert int(reply.headers["Retry-After"]) > 0
    assert "process" not in error_of(reply)["message"]


def test_more_writers_than_may_wait_are_told_at_once(make_app: MakeApp) -> None:
    app = make_app(threads=2)
    with app.extensions["hoidap"].writing():
        reply = app.test_client().delete(f"/v1/documents/{CAN_THO}")
    assert (reply.status_code, error_of(reply)["code"]) == (503, "library_busy")
    assert app.test_client().delete(f"/v1/documents/{CAN_THO}").status_code == 200


def test_a_damaged_library_is_503_and_the_path_stays_in_the_log(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise LibraryDamaged("/srv/secret/library.sqlite is damaged")

    monkeypatch.setattr("web.service.open_library", damaged)
    with caplog.at_level(logging.ERROR, "hoidap.web"):
        reply = make_app().test_client().get("/readyz")
    assert (reply.status_code, error_of(reply)["code"]) == (503, "library_damaged")
    assert "secret" not in reply.get_data().decode()
    assert "/srv/secret/library.sqlite" in caplog.text


def test_the_server_starts_without_a_library_but_not_on_a_damaged_one(
    make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> None:
        raise LibraryDamaged("damaged")

    make_app(tmp_path / "none").extensions["hoidap"].warm_up()
    monkeypatch.setattr("web.service.open_library", damaged)
    with pytest.raises(LibraryDamaged):
        make_app().extensions["hoidap"].warm_up()


def test_an_unexpected_error_is_500_with_an_id_that_the_log_knows(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr("web.service.open_library", broken)
    with caplog.at_level(logging.ERROR, "hoidap.web"):
        reply = make_app().test_client().post("/v1/ask", json={"question": "a"})
    assert (reply.status_code, error_of(reply)["code"]) == (500, "internal")
    assert "hunter2" not in reply.get_data().decode()
    assert reply.headers["X-Request-Id"] in error_of(reply)["hint"]
    assert reply.headers["X-Request-Id"] in caplog.text
    assert "Traceback" in caplog.text


def test_a_body_of_nothing_but_mistakes_gets_a_short_reply(client: FlaskClient) -> None:
    body = {"question": "Ai?", **{f"{'x' * 300}{number}": 1 for number in range(500)}}
    reply = client.post("/v1/ask", json=body)
    assert reply.status_code == 422
    assert 0 < len(reply.get_json()["error"]["details"]) <= 20
    assert len(reply.data) < 20_000
