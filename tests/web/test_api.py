"""What the API does when it is asked properly."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.types import sha256_of
from tests.web.conftest import CAN_THO, HAI_PHONG, QUESTION, MakeApp, seed_text
from web.schemas import AskReply, SearchReply, VerifyReply

UNANSWERABLE = "Zyxqw plmkz wkjhg?"
TEXT = "Quy chế thi đua\n\nNăm 2024, xã Tân Lập có 17 hộ được tặng Giấy khen."


def ask(client: FlaskClient, question: str = QUESTION, **more: Any) -> dict[str, Any]:
    reply = client.post("/v1/ask", json={"question": question, **more})
    assert reply.status_code == 200, reply.text
    body = reply.get_json()
    assert isinstance(body, dict)
    return body


def without_timings(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != "timings_ms"}


def test_ask_answers_what_the_answerer_answers(make_app: MakeApp) -> None:
    app = make_app()
    expected = app.extensions["hoidap"].answerer().ask(QUESTION, limit=3).to_dict()
    assert without_timings(ask(app.test_client(), limit=3)) == without_timings(expected)


def test_ask_by_query_is_ask_by_body(client: FlaskClient) -> None:
    reply = client.get("/v1/ask", query_string={"q": QUESTION, "limit": 2})
    assert without_timings(reply.get_json()) == without_timings(ask(client, limit=2))


def test_every_citation_is_the_slice_of_the_text_that_the_api_gives(client: FlaskClient) -> None:
    body = ask(client)
    assert body["status"] == "answered"
    citations = [citation for answer in body["answers"] for citation in answer["citations"]]
    assert citations
    for citation in citations:
        text = client.get(f"/v1/documents/{citation['document_id']}/text").get_data().decode("utf-8")
        assert text[citation["start_char_index"] : citation["end_char_index"]] == citation["cited_text"]
        assert sha256_of(text) == citation["document_sha256"]


def test_replies_are_what_the_description_says(client: FlaskClient) -> None:
    asked = ask(client)
    AskReply.model_validate(asked)
    SearchReply.model_validate(client.post("/v1/search", json={"question": QUESTION}).get_json())
    VerifyReply.model_validate(client.post("/v1/verify", json=asked).get_json())


def test_no_answer_is_200_with_the_passages_looked_at(client: FlaskClient) -> None:
    body = ask(client, UNANSWERABLE)
    assert (body["status"], body["answers"]) == ("no_answer", [])


def test_search_returns_as_many_passages_as_asked_for_best_first(client: FlaskClient) -> None:
    passages = client.post("/v1/search", json={"question": QUESTION, "limit": 3}).get_json()["passages"]
    scores = [passage["score"] for passage in passages]
    assert len(passages) == 3
    assert scores == sorted(scores, reverse=True)
    assert passages[0]["document_id"] == CAN_THO


def test_vietnamese_stays_legible_on_the_wire(client: FlaskClient) -> None:
    assert QUESTION in client.post("/v1/ask", json={"question": QUESTION}).get_data().decode()


# -- documents ----------------------------------------------------------------------------------------------------


def test_the_list_pages_filters_and_counts(client: FlaskClient) -> None:
    everything = client.get("/v1/documents").get_json()
    assert {document["id"] for document in everything["documents"]} == {CAN_THO, HAI_PHONG}
    page = client.get("/v1/documents?offset=1&limit=1").get_json()
    assert (page["documents"], page["total"]) == (everything["documents"][1:], 2)
    found = client.get("/v1/documents", query_string={"q": CAN_THO[:5]}).get_json()
    assert ([document["id"] for document in found["documents"]], found["total"]) == ([CAN_THO], 1)


def test_where_a_file_lies_on_the_server_is_not_told(client: FlaskClient) -> None:
    shown = [*client.get("/v1/documents").get_json()["documents"], client.get(f"/v1/documents/{CAN_THO}").get_json()]
    assert {document["source"] for document in shown} == {f"{CAN_THO}.txt", f"{HAI_PHONG}.txt"}


def test_adding_the_same_text_twice_adds_once(client: FlaskClient) -> None:
    first = client.post("/v1/documents", json={"text": TEXT})
    again = client.post("/v1/documents", json={"text": TEXT})
    assert (first.status_code, first.get_json()["status"]) == (201, "added")
    assert (again.status_code, again.get_json()["status"], again.get_json()["passages"]) == (200, "unchanged", 0)
    assert first.get_json()["document"]["id"] == f"quy-che-thi-dua-{sha256_of(TEXT)[:8]}"
    assert client.get(first.headers["Location"]).get_json()["title"] == "Quy chế thi đua"


def test_a_document_of_the_same_id_is_replaced_and_found_at_once(client: FlaskClient) -> None:
    client.post("/v1/documents", json={"id": "quy-che", "text": "Chưa có gì."})
    reply = client.post(
        "/v1/documents",
        json={
            "id": "quy-che",
            "text": TEXT,
            "title": "Quy chế",
            "url": "https://example.test/1",
            "metadata": {"a": "b"},
        },
    )
    assert (reply.status_code, reply.get_json()["status"]) == (200, "replaced")
    shown = client.get("/v1/documents/quy-che").get_json()
    assert (shown["title"], shown["url"], shown["metadata"], shown["source"]) == (
        "Quy chế", "https://example.test/1", {"a": "b"}, "api",
    )  # fmt: skip
    found = client.post("/v1/search", json={"question": "xã Tân Lập 17 hộ Giấy khen"}).get_json()
    assert found["passages"][0]["document_id"] == "quy-che"
    assert found["generation"] == reply.get_json()["generation"]


def test_a_removed_document_is_gone_everywhere(client: FlaskClient) -> None:
    reply = client.delete(f"/v1/documents/{CAN_THO}")
    assert (reply.status_code, reply.get_json()["removed"]) == (200, [CAN_THO])
    for address in (f"/v1/documents/{CAN_THO}", f"/v1/documents/{CAN_THO}/text"):
        assert client.get(address).status_code == 404
    found = client.post("/v1/search", json={"question": QUESTION, "limit": 50}).get_json()["passages"]
    assert {passage["document_id"] for passage in found} == {HAI_PHONG}


@pytest.mark.parametrize("text", ["một\r\nhai\r\n", "Ca\u0302\u0300n Tho\u031b", "😀 \u202f cuối  "])
def test_a_text_comes_back_as_it_was_sent(client: FlaskClient, text: str) -> None:
    client.post("/v1/documents", json={"id": "nguyen-van", "text": text})
    reply = client.get("/v1/documents/nguyen-van/text")
    assert reply.get_data() == text.encode()
    assert reply.content_type == "text/plain; charset=utf-8"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"


def test_the_etag_is_the_hash_that_citations_pin(client: FlaskClient) -> None:
    reply = client.get(f"/v1/documents/{CAN_THO}/text")
    digest = hashlib.sha256(seed_text(CAN_THO).encode()).hexdigest()
    assert reply.headers["ETag"] == f'"{digest}"'
    again = client.get(f"/v1/documents/{CAN_THO}/text", headers={"If-None-Match": f'"{digest}"'})
    assert (again.status_code, again.get_data()) == (304, b"")


# -- verify -------------------------------------------------------------------------------------------------------


def test_an_answer_is_valid_then_moved_then_stale_then_unknown(client: FlaskClient) -> None:
    saved = ask(client)
    document = saved["answers"][0]["citations"][0]["document_id"]
    text = seed_text(document)

    def statuses() -> set[str]:
        reply = client.post("/v1/verify", json=saved)
        assert reply.status_code == 200
        return {item["status"] for item in reply.get_json()["verifications"] if item["document_id"] == document}

    assert statuses() == {"valid"}
    client.post("/v1/documents", json={"id": document, "text": "Đính chính.\n\n" + text})
    assert statuses() == {"moved"}
    client.post("/v1/documents", json={"id": document, "text": "Không còn gì."})
    assert statuses() == {"stale"}
    client.delete(f"/v1/documents/{document}")
    assert statuses() == {"unknown"}


def test_one_citation_can_be_verified_alone(client: FlaskClient) -> None:
    citation = ask(client)["answers"][0]["citations"][0]
    [found] = client.post("/v1/verify", json=citation).get_json()["verifications"]
    assert (found["status"], found["start_char_index"]) == ("valid", citation["start_char_index"])


# -- operations ---------------------------------------------------------------------------------------------------


def test_a_library_in_use_is_alive_and_ready(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz").get_json()
    assert (ready["status"], ready["generation"]) == ("ready", 2)
    assert ready["passages"] > 2


def test_without_a_library_it_is_alive_not_ready_and_takes_the_first_document(
    make_app: MakeApp, tmp_path: Path
) -> None:
    client = make_app(tmp_path / "new").test_client()
    assert client.get("/healthz").status_code == 200
    for reply in (client.get("/readyz"), client.post("/v1/ask", json={"question": "x"})):
        assert (reply.status_code, reply.get_json()["error"]["code"]) == (503, "not_ready")
        assert "hoidap index PATH" in reply.get_json()["error"]["hint"]
        assert reply.headers["Retry-After"]
    assert client.post("/v1/documents", json={"text": TEXT}).status_code == 201
    assert client.get("/readyz").status_code == 200
    assert ask(client, "Xã Tân Lập có bao nhiêu hộ được tặng Giấy khen?")["status"] == "answered"


def test_an_empty_library_is_not_ready(client: FlaskClient) -> None:
    for name in (CAN_THO, HAI_PHONG):
        client.delete(f"/v1/documents/{name}")
    reply = client.post("/v1/search", json={"question": "x"})
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (503, "not_ready")


def test_metrics_count_requests_questions_and_the_library(client: FlaskClient) -> None:
    ask(client)
    ask(client, UNANSWERABLE)
    client.get("/v1/documents/khong-co")
    client.get("/wp-login.php")
    text = client.get("/metrics").get_data().decode()
    for line in (
        'hoidap_http_requests_total{method="POST",route="/v1/ask",status="200"} 2.0',
        'hoidap_http_requests_total{method="GET",route="/v1/documents/<id>",status="404"} 1.0',
        'hoidap_http_requests_total{method="GET",route="unmatched",status="404"} 1.0',
        'hoidap_http_request_seconds_count{method="POST",route="/v1/ask",status="200"} 2.0',
        'hoidap_questions_total{status="answered"} 1.0',
        'hoidap_questions_total{status="no_answer"} 1.0',
        "hoidap_library_documents 2.0",
        "hoidap_library_generation 2.0",
    ):
        assert line in text.splitlines()


def test_two_apps_count_apart(make_app: MakeApp) -> None:
    first, second = make_app(), make_app()
    ask(first.test_client())
    assert 'route="/v1/ask"' not in second.test_client().get("/metrics").get_data().decode()


# -- the description ----------------------------------------------------------------------------------------------


def test_the_description_names_every_route(make_app: MakeApp) -> None:
    app = make_app()
    described = set(app.test_client().get("/openapi.json").get_json()["paths"])
    # The pages, their parts and what the widget asks are for browsers; docs/embedding.md describes them.
    screens = ("pages.", "assets.", "sites.")
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith(screens)]
    routes = {rule.rule.replace("<id>", "{id}") for rule in rules}
    assert described == {route for route in routes if not route.startswith("/openapi")}


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/openapi")
    parts = [client.get(f"/{part}") for part in ("openapi/own/openapi.js", "openapi/swagger/js/swagger-ui-bundle.js",
                                                "openapi/swagger/css/swagger-ui.css")]  # fmt: skip
    assert "http" not in page.get_data().decode()
    assert "http" not in parts[0].get_data().decode()
    assert "validatorUrl: null" in parts[0].get_data().decode()
    assert [part.status_code for part in parts] == [200, 200, 200]
    policy = page.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "http" not in policy
    for part in parts:
        part.close()


def test_every_response_carries_the_safe_headers(client: FlaskClient) -> None:
    for reply in (client.get("/v1/documents"), client.get("/khong-co"), client.get("/openapi"), client.get("/healthz")):
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert reply.headers["Cache-Control"] == "no-store"
        assert len(reply.headers["X-Request-Id"]) == 12
        assert "Access-Control-Allow-Origin" not in reply.headers


def test_where_files_lie_on_the_server_cannot_be_spelled_out(client: FlaskClient) -> None:
    whole = client.get("/v1/documents").get_json()["total"]
    assert whole > 0
    assert client.get("/v1/documents", query_string={"q": "/"}).get_json()["total"] == 0
