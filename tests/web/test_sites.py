"""Sites: exact origins, public ids, rates; what the browser of another page may read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from index.errors import InvalidInput
from tests.web.conftest import QUESTION, MakeApp, bearer
from web.keys import KeyStore, Role
from web.sites import FILE_NAME, MAX_ORIGINS, SiteStore, SitesUnreadable, UnknownSite, exact_origin

ORIGIN = "https://intranet.example.vn"

HOSTILE = [
    "null", "", " ", "*", "https://*", "https://*.example.vn", "https://evil.test",
    "https://intranet.example.vn.evil.test", "https://evil.test/intranet.example.vn", "https://evilintranet.example.vn",
    "https://intranet.example.vnn", "https://intranet.example.v", "https://example.vn", "https://www.intranet.example.vn",
    "https://intranet.example", "https://intranet-example.vn", "https://intranetxexample.vn", "intranet.example.vn",
    "//intranet.example.vn", "http://intranet.example.vn", "ftp://intranet.example.vn", "ws://intranet.example.vn",
    "file://intranet.example.vn", "HTTPS://intranet.example.vn", "https://INTRANET.example.vn",
    "https://Intranet.Example.Vn", "https://intranet.example.vn.", "https://intranet.example.vn:443",
    "https://intranet.example.vn:80", "https://intranet.example.vn:8443", "https://intranet.example.vn:",
    "https://intranet.example.vn/", "https://intranet.example.vn?x", "https://intranet.example.vn#x",
    "https://user@intranet.example.vn", "https://user:secret@intranet.example.vn",
    "https://intranet.example.vn@evil.test", "https://intranet.example.vn%00.evil.test",
    "https://intranet.example.vn%2eevil.test", "https://intranet.example.vn\\.evil.test",
    "https://evil.test https://intranet.example.vn", "https://intranet.example.vn https://evil.test",
    "https://intranet.example.vn,https://evil.test", " https://intranet.example.vn", "https://intranet.example.vn ",
    "https://xn--intranet-example-vn.test", "https://ıntranet.example.vn".encode("idna").decode(),
    "https://xn--ntranet-q4a.example.vn", "https://intranet。example.vn".encode().decode("latin-1"),
    "https://intranet.example.vn\t", "chrome-extension://intranet.example.vn", "https://127.0.0.1", "https://[::1]",
    "http://localhost.evil.test", "data:text/html,x", "https:/intranet.example.vn", "https:intranet.example.vn",
]  # fmt: skip


@pytest.fixture
def site(data: Path) -> str:
    return SiteStore(data).add("Cổng nội bộ", [ORIGIN]).id


def ask(client: FlaskClient, site: str, origin: str | None, method: str = "POST") -> TestResponse:
    headers = {} if origin is None else {"Origin": origin}
    if method == "OPTIONS":
        headers |= {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
        return client.options(f"/sites/{site}/ask", headers=headers)
    return client.post(f"/sites/{site}/ask", json={"question": QUESTION}, headers=headers)


def granted(reply: TestResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in reply.headers if name.lower().startswith("access-control")}


# -- CORS ---------------------------------------------------------------------------------------------------------


def test_there_are_fifty_hostile_origins() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 50


@pytest.mark.parametrize("with_keys", [False, True], ids=["open", "keys"])
def test_no_hostile_origin_may_ask_or_read(client: FlaskClient, data: Path, site: str, with_keys: bool) -> None:
    if with_keys:
        KeyStore(data).create("một", Role.ADMIN)
    for origin in HOSTILE:
        for method in ("POST", "OPTIONS"):
            reply = ask(client, site, origin, method)
            assert reply.status_code == 403, origin
            assert granted(reply) == {}, origin
            assert "Origin" in reply.headers["Vary"]
            assert "answers" not in reply.get_data(as_text=True)
        script = client.get("/widget.js", headers={"Origin": origin})
        assert granted(script) == {}, origin
        assert "Origin" in script.headers["Vary"]


def test_the_pages_of_the_site_may_ask_and_read(client: FlaskClient, site: str) -> None:
    preflight = ask(client, site, ORIGIN, "OPTIONS")
    assert preflight.status_code == 204
    assert granted(preflight) == {
        "access-control-allow-origin": ORIGIN,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": "Content-Type",
        "access-control-expose-headers": "Retry-After",
        "access-control-max-age": "600",
    }
    reply = ask(client, site, ORIGIN)
    assert (reply.status_code, reply.get_json()["status"]) == (200, "answered")
    assert reply.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in reply.headers
    assert "Origin" in reply.headers["Vary"]
    script = client.get("/widget.js", headers={"Origin": ORIGIN})
    assert script.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_without_an_origin_nobody_is_answered(client: FlaskClient, site: str) -> None:
    assert ask(client, site, None).status_code == 403


def test_one_sites_origin_opens_no_other_site(client: FlaskClient, data: Path, site: str) -> None:
    other = SiteStore(data).add("Khác", ["https://other.example.vn"]).id
    assert ask(client, other, ORIGIN).status_code == 403
    assert granted(ask(client, other, ORIGIN)) == {}


@pytest.mark.parametrize("name", ["site_0000000000000000", "..", "%00", "Cổng nội bộ", "demo2"])
def test_an_unknown_site_is_404_and_grants_nothing(client: FlaskClient, site: str, name: str) -> None:
    reply = ask(client, name, ORIGIN)
    assert reply.status_code in {404, 422}
    assert granted(reply) == {}


@pytest.mark.parametrize("path", ["/v1/ask?q=khen", "/", "/v1/documents", "/openapi.json", "/feedback"])
def test_a_sites_origin_may_read_nothing_else(client: FlaskClient, site: str, path: str) -> None:
    for reply in (client.get(path, headers={"Origin": ORIGIN}), client.options(path, headers={"Origin": ORIGIN})):
        assert granted(reply) == {}
    assert client.post("/v1/ask", json={"question": "x"}, headers={"Origin": ORIGIN}).status_code == 403
    assert client.post("/feedback", data={"q": "x", "verdict": "right"}, headers={"Origin": ORIGIN}).status_code == 403


def test_errors_can_be_read_by_the_page_that_made_them(make_app: MakeApp, data: Path) -> None:
    site = SiteStore(data).add("Chậm", [ORIGIN], rate=1).id
    client = make_app().test_client()
    assert ask(client, site, ORIGIN).status_code == 200
    slow = ask(client, site, ORIGIN)
    assert (slow.status_code, slow.headers["Access-Control-Allow-Origin"]) == (429, ORIGIN)
    assert 1 <= int(slow.headers["Retry-After"]) <= 60
    assert ask(client, site, ORIGIN, "OPTIONS").status_code == 204
    wrong = client.post(f"/sites/{site}/ask", data="{", content_type="application/json", headers={"Origin": ORIGIN})
    assert granted(wrong)["access-control-allow-origin"] == ORIGIN


def test_a_rate_is_counted_for_each_site_apart(make_app: MakeApp, data: Path) -> None:
    sites = [SiteStore(data).add(name, [ORIGIN], rate=2).id for name in ("một", "hai")]
    client = make_app().test_client()
    assert [ask(client, sites[0], ORIGIN).status_code for _ in range(3)] == [200, 200, 429]
    assert ask(client, sites[1], ORIGIN).status_code == 200


def test_a_running_server_notices_new_and_removed_sites(client: FlaskClient, data: Path) -> None:
    site = SiteStore(data).add("Mới", [ORIGIN]).id
    assert ask(client, site, ORIGIN).status_code == 200
    SiteStore(data).remove(site)
    assert ask(client, site, ORIGIN).status_code == 404
    assert granted(client.get("/widget.js", headers={"Origin": ORIGIN})) == {}


def test_a_site_needs_no_key_and_is_none(client: FlaskClient, data: Path, site: str) -> None:
    KeyStore(data).create("một", Role.ADMIN)
    assert ask(client, site, ORIGIN).status_code == 200
    assert client.get("/v1/documents", headers=bearer(site)).status_code == 401


def test_a_server_that_is_shut_stays_shut_for_sites(make_app: MakeApp, data: Path, site: str) -> None:
    client = make_app(host="192.0.2.7").test_client()
    assert ask(client, site, ORIGIN).status_code == 401


def test_the_demo_site_is_for_this_servers_own_pages(make_app: MakeApp, data: Path) -> None:
    client = make_app().test_client()
    assert ask(client, "demo", "http://localhost").status_code == 200
    assert ask(client, "demo", ORIGIN).status_code == 403
    KeyStore(data).create("một", Role.ADMIN)
    assert ask(client, "demo", "http://localhost").status_code == 404
    assert ask(make_app(public_pages=True).test_client(), "demo", "http://localhost").status_code == 200


@pytest.mark.parametrize("body", [{}, {"question": ""}, {"question": 5}, {"question": "x" * 1001},
                                  {"question": "x", "lang": "fr"}, {"question": "x", "more": 1}])  # fmt: skip
def test_what_the_widget_would_not_send_is_refused(client: FlaskClient, site: str, body: dict[str, object]) -> None:
    reply = client.post(f"/sites/{site}/ask", json=body, headers={"Origin": ORIGIN})
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (422, "validation")


def test_the_reply_is_cut_and_linked(client: FlaskClient, site: str) -> None:
    body = ask(client, site, ORIGIN).get_json()
    answer = body["answers"][0]
    assert answer["quote"] == answer["text"] and "54 tập thể" in answer["before"] + answer["quote"] + answer["after"]
    assert answer["level"] in {"high", "medium", "low"}
    assert answer["sources"][0]["view"].startswith("/documents/003_a402cb938e9cf45f?start=")
    assert set(body) == {"question", "status", "answers", "passages", "expansions", "looked_at"}


# -- the store ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://intranet.example.vn", "https://intranet.example.vn"),
        (" HTTPS://Intranet.Example.VN/ ", "https://intranet.example.vn"),
        ("https://intranet.example.vn:443", "https://intranet.example.vn"),
        ("http://intranet:80", "http://intranet"),
        ("http://intranet:8000", "http://intranet:8000"),
        ("https://xn--hi-p-9ib.vn", "https://xn--hi-p-9ib.vn"),
        ("http://[2001:DB8::1]:8080", "http://[2001:db8::1]:8080"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_an_origin_is_stored_as_browsers_send_it(given: str, origin: str) -> None:
    assert exact_origin(given) == origin
    assert exact_origin(origin) == origin


@pytest.mark.parametrize("given", ["", "*", "null", "https://", "https://*.example.vn", "ftp://example.vn",
    "https://example.vn/path", "https://example.vn?x", "https://example.vn#", "https://user@example.vn",
    "https://hỏiđáp.vn", "https://example.vn:0", "https://example.vn:99999", "https://example.vn:", "example.vn",
    "https://exa mple.vn", "https://-.vn", "javascript:alert(1)", "https://[::1", "https://example.vn\\x"])  # fmt: skip
def test_what_is_no_origin_is_refused_with_what_to_write(given: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        exact_origin(given)
    assert "https://intranet.example.vn" in caught.value.hint


def test_sites_are_kept_listed_and_removed(tmp_path: Path) -> None:
    store = SiteStore(tmp_path)
    first = store.add("Một", [ORIGIN, ORIGIN + "/", "http://intranet"], rate=7)
    assert (first.origins, first.rate) == ((ORIGIN, "http://intranet"), 7)
    assert SiteStore(tmp_path).sites() == [first] == [store.find(first.id)]
    assert SiteStore(tmp_path).origins() == {ORIGIN, "http://intranet"}
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert store.remove(first.id) == first
    assert store.sites() == [] and store.find(first.id) is None
    with pytest.raises(UnknownSite):
        store.remove(first.id)


@pytest.mark.parametrize(
    ("name", "origins", "rate"),
    [("", [ORIGIN], 1), ("x" * 81, [ORIGIN], 1), ("a\nb", [ORIGIN], 1), ("a", [], 1), ("a", [ORIGIN], -1),
     ("a", [ORIGIN], 100_001), ("a", [f"https://s{n}.vn" for n in range(MAX_ORIGINS + 1)], 1)],
)  # fmt: skip
def test_what_is_no_site_is_refused(tmp_path: Path, name: str, origins: list[str], rate: int) -> None:
    with pytest.raises(InvalidInput):
        SiteStore(tmp_path).add(name, origins, rate=rate)
    assert not (tmp_path / FILE_NAME).exists()


def test_a_name_is_used_once(tmp_path: Path) -> None:
    SiteStore(tmp_path).add("Một", [ORIGIN])
    with pytest.raises(InvalidInput, match="already"):
        SiteStore(tmp_path).add("Một", [ORIGIN])


@pytest.mark.parametrize("body", ["{", "[]", '{"version": 2, "sites": []}', '{"version": 1}',
    json.dumps({"version": 1, "sites": [{"id": "a", "name": "a", "origins": ["*"], "rate": 1, "created": ""}]}),
    json.dumps({"version": 1, "sites": [{"id": "a"}]})])  # fmt: skip
def test_a_damaged_file_answers_no_page(client: FlaskClient, data: Path, site: str, body: str) -> None:
    (data / FILE_NAME).write_text(body, encoding="utf-8")
    with pytest.raises(SitesUnreadable):
        SiteStore(data).sites()
    reply = ask(client, site, ORIGIN)
    assert (reply.status_code, reply.get_json()["error"]["code"]) == (503, "sites_unreadable")
    assert granted(reply) == {}
    assert client.get("/v1/ask?q=khen").status_code == 200
