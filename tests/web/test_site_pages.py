"""The pages without a browser: what they answer, who may see them, and the headers that keep them safe."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from flask.testing import FlaskClient
from markupsafe import escape

from index.errors import InvalidInput
from index.feedback import FeedbackStore
from index.loaders import load
from tests.web.conftest import CAN_THO, HAI_PHONG, QUESTION, MakeApp, bearer, seed_text, settings_for
from web import service as service_module
from web.assets import asset_of
from web.keys import KeyStore, Role
from web.limits import RateLimiter
from web.page_messages import PAGE_MESSAGES, page_language, page_text
from web.recent import RecentResults
from web.site_pages import SITE_POLICY
from web.wiring import build_answerer, load_examples, open_library

PAGES = ["/", f"/?q={quote(QUESTION)}", f"/documents/{CAN_THO}?start=4397&end=4566", "/embed-demo"]
LAN = "192.0.2.7"
HTML = {"Accept": "text/html,application/xhtml+xml"}


def basic(token: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f":{token}".encode()).decode()}


@pytest.mark.parametrize("path", [*PAGES, "/documents/nope", "/nope", f"/?q={'x' * 1001}"])
def test_every_page_forbids_what_it_does_not_use(client: FlaskClient, path: str) -> None:
    reply = client.get(path, headers=HTML)
    assert reply.mimetype == "text/html"
    policy = reply.headers["Content-Security-Policy"]
    assert policy == SITE_POLICY
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert "frame-ancestors 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["X-Frame-Options"] == "DENY"
    assert reply.headers["Cache-Control"] == "no-store"
    text = re.sub(r"<pre>.*?</pre>", "", reply.get_data(as_text=True), flags=re.DOTALL)  # what there is to paste
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:", text)
    assert set(re.findall(r'(?:src|href|action)="(https?:)?//', text)) == set()


def test_the_policy_of_the_api_description_is_its_own(client: FlaskClient) -> None:
    assert "unsafe-inline" in client.get("/openapi").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_with_keys_the_pages_ask_for_one(client: FlaskClient, data: Path, path: str) -> None:
    token = KeyStore(data).create("một", Role.SEARCH).token
    refused = client.get(path, headers=HTML)
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Basic")
    assert "cần khóa truy cập" in refused.get_data(as_text=True)
    assert client.get(path, headers=basic("hd_00000000_" + "a" * 43)).status_code == 401
    assert client.get(path, headers=basic(token)).status_code == 200
    assert client.get(path, headers=bearer(token)).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_can_be_opened_to_all_while_the_api_stays_shut(make_app: MakeApp, data: Path, path: str) -> None:
    KeyStore(data).create("một", Role.SEARCH)
    client = make_app(public_pages=True).test_client()
    assert client.get(path).status_code == 200
    assert client.get("/v1/documents").status_code == 401


@pytest.mark.parametrize("public", [False, True])
def test_without_keys_beyond_loopback_the_pages_are_shut(make_app: MakeApp, data: Path, public: bool) -> None:
    client = make_app(host=LAN, public_pages=public).test_client()
    assert client.get("/").status_code == 401
    assert make_app(host=LAN, insecure=True).test_client().get("/").status_code == 200


def test_a_rebound_name_sees_no_page(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.test"}).status_code == 421


def test_a_library_that_is_missing_is_said(make_app: MakeApp, tmp_path: Path) -> None:
    client = make_app(tmp_path / "empty").test_client()
    assert client.get("/").status_code == 200
    reply = client.get("/?q=khen")
    assert reply.status_code == 503
    assert "Chưa có tài liệu để trả lời" in reply.get_data(as_text=True)


@pytest.mark.parametrize("question", ["x" * 1001, "\u200b" * 1001])
def test_a_question_that_cannot_be_asked_is_said(client: FlaskClient, question: str) -> None:
    reply = client.get("/", query_string={"q": question})
    assert reply.status_code == 422
    assert "Câu hỏi chưa hợp lệ" in reply.get_data(as_text=True)


def test_people_get_pages_and_programs_get_json(client: FlaskClient) -> None:
    assert client.get("/nope", headers=HTML).mimetype == "text/html"
    assert client.get("/nope").mimetype == "application/json"
    assert client.get("/v1/nope", headers=HTML).mimetype == "application/json"
    assert client.get("/documents/nope", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    ("query", "moved"),
    [("", False), ("?start=0&end=5", False), ("?start=5&end=5", True), ("?start=5&end=4", True),
     ("?start=-1&end=5", True),
     ("?start=0&end=9999999", True), ("?start=٣&end=٥", True), ("?start=1e3&end=5", True), ("?start=5", True),
     ("?start=0&end=" + "9" * 5000, True), ("?from=99999999", False)],
)  # fmt: skip
def test_a_place_in_the_address_is_taken_or_said_to_be_none(client: FlaskClient, query: str, moved: bool) -> None:
    reply = client.get(f"/documents/{CAN_THO}{query}")
    assert reply.status_code == 200
    text = reply.get_data(as_text=True)
    assert ("có thể tài liệu đã được sửa" in text) is moved
    assert ('id="trich-dan"' in text) is (query == "?start=0&end=5")


def test_a_long_document_is_shown_in_parts_that_join(client: FlaskClient, data: Path) -> None:
    long = "".join(f"Dòng {number} của một tài liệu rất dài.\n" for number in range(20_000))
    assert client.post("/v1/documents", json={"id": "dai", "text": long, "title": "Dài"}).status_code == 201
    at = long.index("Dòng 15000")
    reply = client.get(f"/documents/dai?start={at}&end={at + 10}").get_data(as_text=True)
    assert ">Dòng 15000</mark>" in reply
    assert len(reply) < 300_000
    parts, address = "", "/documents/dai"
    while address:
        page = client.get(address).get_data(as_text=True)
        parts += page.split('dir="auto">')[1].split("</div>")[0]
        found = re.search(r'href="([^"]+)">Phần sau', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert parts == long


def test_marks_of_markdown_are_shown_in_the_document_alone(client: FlaskClient, data: Path, tmp_path: Path) -> None:
    text = (
        "# Thành phố **Vĩnh Hòa**\n\nNăm 2024, thành phố Vĩnh Hòa có **61 tập thể** được *khen thưởng* vì thi đua.\n\n"
        "| Đơn vị | Tập thể |\n|---|---|\n| Vĩnh Hòa | 61 |\n"
    )
    files = [tmp_path / "vinh-hoa.md", tmp_path / "vinh-hoa.txt"]
    for file, each in zip(files, [text, text.replace("Vĩnh Hòa", "Vĩnh Bình")], strict=True):
        file.write_text(each, encoding="utf-8")
    with open_library(settings_for(data)) as library:
        library.add([replace(load(file), id=file.name) for file in files])
    question = "Thành phố Vĩnh Hòa có bao nhiêu tập thể được khen thưởng?"
    shown = client.get("/", query_string={"q": question}).get_data(as_text=True)
    assert re.search(
        r"Năm 2024, thành phố Vĩnh Hòa có <mark>61(?: tập thể)?</mark>.* được khen thưởng vì thi đua\.", shown
    )
    assert "Thành phố Vĩnh Hòa Năm 2024, thành phố Vĩnh Hòa có 61 tập thể" in shown
    assert "Đơn vị · Tập thể; Vĩnh Hòa · 61<" in shown
    assert "có **61 tập thể** được" in shown.split("Vĩnh Bình", 1)[1]  # plain text: a star is a star
    own = {"Origin": "http://localhost"}
    reply = client.post("/sites/demo/ask", json={"question": question}, headers=own).get_json()
    answer, passage = reply["answers"][0], reply["passages"][0]
    assert answer["before"] == "Năm 2024, thành phố Vĩnh Hòa có " and answer["quote"] == answer["text"]
    assert answer["quote"] in text
    assert passage["title"] == "Thành phố Vĩnh Hòa" and not re.search(r"[*|#]", passage["heading"] + passage["snippet"])
    assert str(escape(text)) in client.get("/documents/vinh-hoa.md").get_data(as_text=True)


# -- feedback -----------------------------------------------------------------------------------------------------


def form(**fields: object) -> dict[str, object]:
    text = seed_text(CAN_THO)
    start = text.index("54 tập thể")
    return {"q": QUESTION, "verdict": "right", "document": CAN_THO, "start": start, "end": start + 10, **fields}


def test_an_opinion_takes_its_text_from_the_document(client: FlaskClient, data: Path) -> None:
    reply = client.post("/feedback", data=form(quote="bịa đặt"))
    assert reply.status_code == 303
    assert parse_qs(urlsplit(reply.headers["Location"]).query) == {"q": [QUESTION], "thanks": ["1"]}
    assert "Cảm ơn bạn" in client.get(reply.headers["Location"]).get_data(as_text=True)
    [stored] = FeedbackStore.open(data).opinions()
    assert stored.opinion.quote == "54 tập thể"


@pytest.mark.parametrize(
    ("change", "status"),
    [({"verdict": "maybe"}, 422), ({"verdict": ""}, 422), ({"q": ""}, 422), ({"q": "x" * 1001}, 422),
     ({"expected": "x" * 1001}, 422), ({"start": -1}, 422), ({"start": "x"}, 422), ({"end": 10**9}, 422),
     ({"start": 0, "end": 4001}, 422), ({"document": "nope"}, 404), ({"q": "a\0b"}, 422)],
)  # fmt: skip
def test_what_is_no_opinion_is_refused_and_not_stored(
    client: FlaskClient, data: Path, change: dict[str, object], status: int
) -> None:
    reply = client.post("/feedback", data=form(**change), headers={"Accept": "application/json"})
    assert reply.status_code == status
    assert FeedbackStore.open(data).count() == 0


def test_a_page_of_another_site_gives_no_opinion(client: FlaskClient, data: Path) -> None:
    for origin in ("https://evil.test", "null"):
        assert client.post("/feedback", data=form(), headers={"Origin": origin}).status_code == 403
    assert client.post("/feedback", data=form(), headers={"Origin": "http://localhost"}).status_code == 303


def test_opinions_are_limited_by_size_and_rate(make_app: MakeApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_module, "RateLimiter", lambda rate: RateLimiter(rate and min(rate, 2)))
    client = make_app().test_client()
    replies = [
        client.post("/feedback", data=form(q=f"câu {n}"), headers={"Accept": "application/json"}) for n in range(3)
    ]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert int(replies[2].headers["Retry-After"]) >= 1
    big = client.post("/feedback", data=form(more="x" * 40_000), headers={"Accept": "application/json"})
    assert big.status_code == 413


# -- assets, examples, messages, memory ---------------------------------------------------------------------------


def test_assets_are_compressed_and_kept_by_their_name(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    links = re.findall(r'"(/assets/[^"]+)"', page)
    assert len(links) >= 4
    for link in links:
        reply = client.get(link, headers={"Accept-Encoding": "gzip"})
        assert (reply.status_code, reply.headers["Content-Encoding"]) == (200, "gzip")
        assert "immutable" in reply.headers["Cache-Control"]
        assert (
            client.get(link, headers={"If-None-Match": reply.headers["ETag"], "Accept-Encoding": "gzip"}).status_code
            == 304
        )
    assert client.get("/assets/page.css?v=old").headers["Cache-Control"] == "no-cache"
    assert (
        client.get("/assets/widget.js", headers={"Accept-Encoding": "gzip;q=0"}).get_data()
        == asset_of("widget.js").body
    )


@pytest.mark.parametrize("name", ["openapi.js", "../app.py", "..%2fapp.py", "nope.js", ""])
def test_nothing_else_is_an_asset(client: FlaskClient, name: str) -> None:
    assert client.get(f"/assets/{name}").status_code in {404, 308}


def test_the_widget_is_small_and_free_of_what_a_strict_page_forbids() -> None:
    found = asset_of("widget.js")
    assert len(found.compressed) <= 15_000
    code = found.body.decode()
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.style\b", code
    )
    assert not re.search(r"https?://(?!HOST|www\.w3\.org/2000/svg)", code)


def test_examples_are_read_from_a_file(tmp_path: Path, make_app: MakeApp) -> None:
    file = tmp_path / "examples.txt"
    file.write_text("\ufeff# chú thích\nMột?\n\n  Hai   ba?\n" + "x" * 200 + "\n" + "Câu\n" * 9, encoding="utf-8")
    assert load_examples(settings_for(tmp_path, examples=str(file))) == ("Một?", "Hai ba?", *["Câu"] * 4)
    assert "Hai ba?" in make_app(examples=str(file)).test_client().get("/").get_data(as_text=True)
    with pytest.raises(InvalidInput, match="cannot be read"):
        load_examples(settings_for(tmp_path, examples=str(tmp_path / "nope")))


def test_without_examples_documents_are_offered(client: FlaskClient) -> None:
    page = client.get("/").get_data(as_text=True)
    assert f"/documents/{HAI_PHONG}" in page


@pytest.mark.parametrize("key", sorted(PAGE_MESSAGES))
def test_the_pages_say_it_in_both_languages(key: str) -> None:
    vietnamese, english = PAGE_MESSAGES[key]
    assert vietnamese.strip() and english.strip()
    assert set(re.findall(r"{(\w+)}", vietnamese)) == set(re.findall(r"{(\w+)}", english))


def test_every_page_message_is_used() -> None:
    web = Path(__file__).parents[2] / "web"
    code = "".join(path.read_text(encoding="utf-8") for path in [*web.glob("pages/*.html"), web / "site_pages.py"])
    built = re.compile(r"confidence\.|rephrase\.|error\.|feedback\.")
    unused = {key for key in PAGE_MESSAGES if f'"{key}"' not in code and not built.match(key)}
    assert unused == set()


def test_page_messages_take_numbers_and_languages() -> None:
    assert page_text("viewer.characters", "vi", count=1725) == "1.725 ký tự"
    assert page_text("viewer.characters", "en", count=1725) == "1,725 characters"
    assert [page_language(wanted) for wanted in (None, "", "vi", "en", "<b>", "EN")] == [
        "vi",
        "vi",
        "vi",
        "en",
        "vi",
        "vi",
    ]


def test_a_result_is_remembered_until_the_library_changes(data: Path) -> None:
    settings = settings_for(data)
    with open_library(settings) as library:
        answerer, recent = build_answerer(settings, library), RecentResults(most=2)
        first, fresh = recent.ask(answerer, QUESTION)
        assert fresh and recent.ask(answerer, QUESTION) == (first, False)
        library.remove([HAI_PHONG])
        again, fresh = recent.ask(answerer, QUESTION)
        assert fresh and again.generation > first.generation
        for question in ("một", "hai", "ba"):
            recent.ask(answerer, question)
        assert len(recent) == 2
