"""Who may do what over HTTP: exposure, keys and roles, host and origin, rate."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index.errors import InvalidInput
from tests.web.conftest import CAN_THO, MakeApp, bearer, settings_for
from web.access import NEEDED_ROLE, check_exposure, is_loopback
from web.keys import FILE_NAME, KeyStore, Role
from web.limits import RateLimiter, network_of

LAN = "192.0.2.7"

ACTIONS: dict[str, tuple[str, str, dict[str, object] | None]] = {
    "questions.ask": ("POST", "/v1/ask", {"question": "khen"}),
    "questions.ask_by_query": ("GET", "/v1/ask?q=khen", None),
    "questions.search": ("POST", "/v1/search", {"question": "khen"}),
    "questions.verify_saved": ("POST", "/v1/verify", {"answers": []}),
    "documents.list_documents": ("GET", "/v1/documents", None),
    "documents.show_document": ("GET", f"/v1/documents/{CAN_THO}", None),
    "documents.document_text": ("GET", f"/v1/documents/{CAN_THO}/text", None),
    "documents.add_document": ("POST", "/v1/documents", {"text": "một"}),
    "documents.remove_document": ("DELETE", f"/v1/documents/{CAN_THO}", None),
    "operations.metrics": ("GET", "/metrics", None),
}


def do(client: FlaskClient, action: str, headers: dict[str, str] | None = None) -> TestResponse:
    method, path, body = ACTIONS[action]
    return client.open(path, method=method, json=body, headers=headers)


def code_of(reply: TestResponse) -> str:
    return str(reply.get_json()["error"]["code"])


# -- exposure -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost", "LOCALHOST", "localhost."])
def test_loopback_is_open_without_keys(tmp_path: Path, host: str) -> None:
    check_exposure(settings_for(tmp_path, host=host), KeyStore(tmp_path))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", LAN, "hoidap.test", "127.0.0.1.hoidap.test", "localhost.test"])
def test_another_address_is_refused_without_keys_and_the_message_says_what_to_do(tmp_path: Path, host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(InvalidInput) as caught:
        check_exposure(settings_for(tmp_path, host=host), KeyStore(tmp_path))
    assert "hoidap keys create" in caught.value.hint
    assert "--insecure" in caught.value.hint


def test_a_key_or_the_word_insecure_lets_another_address_be_used(tmp_path: Path) -> None:
    check_exposure(settings_for(tmp_path, host=LAN, insecure=True), KeyStore(tmp_path))
    KeyStore(tmp_path).create("one", Role.SEARCH)
    check_exposure(settings_for(tmp_path, host=LAN), KeyStore(tmp_path))


# -- keys and roles -----------------------------------------------------------------------------------------------


def test_every_endpoint_of_v1_has_a_role_and_a_test(make_app: MakeApp) -> None:
    rules = make_app().url_map.iter_rules()
    protected = {rule.endpoint for rule in rules if rule.rule.startswith("/v1/") or rule.rule == "/metrics"}
    assert protected == set(NEEDED_ROLE) == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_without_keys_loopback_may_do_everything(client: FlaskClient, action: str) -> None:
    assert do(client, action).status_code in {200, 201}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_key_may_do_what_its_role_covers(
    client: FlaskClient, tokens: dict[Role, str], action: str, role: Role
) -> None:
    reply = do(client, action, bearer(tokens[role]))
    if role.covers(NEEDED_ROLE[action]):
        assert reply.status_code in {200, 201}
    else:
        assert (reply.status_code, code_of(reply)) == (403, "forbidden")
        assert NEEDED_ROLE[action].value in reply.get_json()["error"]["message"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer hd_00000000_" + "a" * 43},
        {"Authorization": "Basic aGQ6aGQ="},
        {"X-API-Key": "hd_"},
        {"X-API-Key": "é" * 50},
    ],
)
def test_with_keys_nothing_goes_without_one(
    client: FlaskClient, tokens: dict[Role, str], action: str, headers: dict[str, str]
) -> None:
    reply = do(client, action, headers)
    assert (reply.status_code, code_of(reply)) == (401, "unauthorized")
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_key_may_be_sent_in_either_header(client: FlaskClient, tokens: dict[Role, str], scheme: str) -> None:
    token = tokens[Role.SEARCH]
    assert do(client, "questions.ask", {"Authorization": f"{scheme} {token}"}).status_code == 200
    assert do(client, "questions.ask", {"X-API-Key": token}).status_code == 200


def test_a_changed_character_is_another_key(client: FlaskClient, tokens: dict[Role, str]) -> None:
    token = tokens[Role.ADMIN]
    changed = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    assert do(client, "questions.ask", bearer(changed)).status_code == 401


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/openapi"])
def test_probes_and_the_description_need_no_key(client: FlaskClient, tokens: dict[Role, str], path: str) -> None:
    assert client.get(path).status_code == 200


def test_an_unknown_address_tells_nothing_without_a_key(client: FlaskClient, tokens: dict[Role, str]) -> None:
    assert client.get("/v1/nope").status_code == 401
    assert client.get("/v1/nope", headers=bearer(tokens[Role.SEARCH])).status_code == 404
    assert client.put("/v1/ask", headers=bearer(tokens[Role.SEARCH])).status_code == 405


def test_a_running_server_notices_new_and_revoked_keys(client: FlaskClient, data: Path) -> None:
    keys = KeyStore(data)
    assert do(client, "questions.ask").status_code == 200
    first, second = keys.create("một", Role.SEARCH), keys.create("hai", Role.SEARCH)
    assert do(client, "questions.ask").status_code == 401
    assert do(client, "questions.ask", bearer(second.token)).status_code == 200
    keys.revoke(second.key.id)
    assert do(client, "questions.ask", bearer(second.token)).status_code == 401
    assert do(client, "questions.ask", bearer(first.token)).status_code == 200


def test_a_damaged_key_file_shuts_the_door(client: FlaskClient, data: Path, tokens: dict[Role, str]) -> None:
    (data / FILE_NAME).write_text("{", encoding="utf-8")
    for headers in ({}, bearer(tokens[Role.ADMIN])):
        reply = do(client, "questions.ask", headers)
        assert (reply.status_code, code_of(reply)) == (503, "keys_unreadable")


def test_beyond_loopback_the_last_key_gone_shuts_the_door(make_app: MakeApp, data: Path) -> None:
    key = KeyStore(data).create("một", Role.ADMIN).key
    client = make_app(host=LAN).test_client()
    KeyStore(data).revoke(key.id)
    assert do(client, "questions.ask").status_code == 401
    assert client.get("/healthz").status_code == 200


def test_insecure_means_open_to_all(make_app: MakeApp) -> None:
    client = make_app(host=LAN, insecure=True).test_client()
    assert do(client, "questions.ask", {"Host": "hoidap.test:8080"}).status_code == 200


# -- host and origin ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["localhost", "localhost:8080", "127.0.0.1:9", "[::1]:8080", "127.1.2.3"])
def test_loopback_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/v1/ask?q=khen", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.test", "localhost.evil.test", "127.0.0.1.evil.test:80", LAN, "evil.test@127.0.0.1"]
)
@pytest.mark.parametrize("path", ["/v1/ask?q=khen", "/openapi.json", "/metrics"])
def test_a_rebound_name_is_refused(client: FlaskClient, host: str, path: str) -> None:
    reply = client.get(path, headers={"Host": host})
    assert reply.status_code in {400, 421}
    assert code_of(reply) in {"wrong_host", "bad_request"}


def test_with_keys_any_name_will_do(client: FlaskClient, tokens: dict[Role, str]) -> None:
    headers = {"Host": "hoidap.test", **bearer(tokens[Role.SEARCH])}
    assert do(client, "questions.ask", headers).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "http://localhost:9999", "null", "http://localhost.evil.test", "", "http://[", "://"],
)
@pytest.mark.parametrize("action", ["questions.ask", "documents.add_document", "documents.remove_document"])
def test_a_page_of_another_site_may_not_post(client: FlaskClient, origin: str, action: str) -> None:
    reply = do(client, action, {"Origin": origin})
    assert (reply.status_code, code_of(reply)) == (403, "cross_origin")


def test_a_page_of_this_server_may_post(client: FlaskClient) -> None:
    headers = {"Host": "localhost:8080", "Origin": "http://localhost:8080"}
    assert do(client, "questions.ask", headers).status_code == 200


def test_a_preflight_gets_no_permission(client: FlaskClient) -> None:
    reply = client.options("/v1/ask", headers={"Origin": "https://evil.test", "Access-Control-Request-Method": "POST"})
    assert not [name for name, _ in reply.headers if name.lower().startswith("access-control")]


# -- rate ---------------------------------------------------------------------------------------------------------


def test_too_many_requests_are_429_with_the_seconds_to_wait(make_app: MakeApp) -> None:
    client = make_app(rate=3).test_client()
    assert [client.get("/v1/documents").status_code for _ in range(4)] == [200, 200, 200, 429]
    reply = client.get("/v1/documents")
    assert code_of(reply) == "rate_limited"
    assert 1 <= int(reply.headers["Retry-After"]) <= 20
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200


def test_each_key_and_each_address_has_its_own_count(make_app: MakeApp, tokens: dict[Role, str]) -> None:
    client = make_app(rate=1).test_client()
    search, ingest = bearer(tokens[Role.SEARCH]), bearer(tokens[Role.INGEST])
    assert [client.get("/v1/documents", headers=search).status_code for _ in range(2)] == [200, 429]
    assert client.get("/v1/documents", headers=ingest).status_code == 200
    assert [client.get("/v1/documents").status_code for _ in range(2)] == [401, 429]


def test_a_forwarded_address_is_not_believed(make_app: MakeApp) -> None:
    client = make_app(rate=1).test_client()
    replies = [client.get("/v1/documents", headers={"X-Forwarded-For": f"192.0.2.{n}"}) for n in range(2)]
    assert [reply.status_code for reply in replies] == [200, 429]


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time it was set to."""
        return self.now


def test_the_bucket_refills_with_time_and_no_further_than_full() -> None:
    clock = Clock()
    limiter = RateLimiter(60, clock=clock)
    assert [limiter.wait_for("a") for _ in range(61)] == [0] * 60 + [1]
    clock.now = 2.0
    assert [limiter.wait_for("a") for _ in range(3)] == [0, 0, 1]
    clock.now = 10_000.0
    assert [limiter.wait_for("a") for _ in range(61)] == [0] * 60 + [1]


def test_waiting_as_long_as_told_is_enough() -> None:
    clock = Clock()
    limiter = RateLimiter(7, clock=clock)
    while not (seconds := limiter.wait_for("a")):
        pass
    clock.now += seconds
    assert limiter.wait_for("a") == 0


def test_the_memory_of_callers_is_bounded_and_forgets_the_oldest() -> None:
    limiter = RateLimiter(1, clock=Clock(), max_callers=100)
    for number in range(1_000):
        limiter.wait_for(f"caller {number}")
    assert len(limiter) == 100
    assert limiter.wait_for("caller 999") > 0
    assert limiter.wait_for("caller 0") == 0


def test_zero_means_no_limit() -> None:
    limiter = RateLimiter(0)
    assert [limiter.wait_for("a") for _ in range(1_000)] == [0] * 1_000


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1", "2001:db8::/64"), ("2001:db8::ffff:1", "2001:db8::/64"),
     ("fe80::1%eth0", "fe80::/64"), ("", ""), ("unix", "unix")],
)  # fmt: skip
def test_an_ipv6_customer_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network
