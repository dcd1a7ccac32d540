"""Texts that would run as scripts, in titles, texts, questions and addresses: nothing runs, nothing is even blocked.

A policy violation would mean that markup came through and only the policy held; that counts as a failure here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, Route

from index.types import Document
from tests.browser.conftest import VIOLATIONS, Neighbour, Open, Watch, fill, serving
from tests.browser.payloads import PAYLOADS
from web.sites import SiteStore


def document(number: int, payload: str) -> Document:
    """A payload as title, as address and in the text, beside words by which it is found."""
    text = f"Mục thử nghiệm số{number:03d} ghi rằng {payload} là nội dung của mục thử nghiệm số{number:03d}.\r\n"
    return Document(f"x{number:03d}", text, payload, url=payload, metadata={"date": payload})


@pytest.fixture(scope="module")
def hostile(
    browser: Browser, neighbour: Neighbour, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, str]]:
    """A server whose documents all are hostile, and the site that may ask it."""
    data = fill(
        tmp_path_factory.mktemp("hostile") / "data",
        *(document(number, payload) for number, payload in enumerate(PAYLOADS)),
    )
    site = SiteStore(data).add("Cổng nội bộ", [neighbour.url], rate=0).id
    with serving(data) as server:
        yield server.url, site


def only_pages(page: Page, selector: str) -> None:
    """Assert that what can be clicked or loaded below `selector` leads to web pages alone."""
    links = page.eval_on_selector_all(
        f"{selector} [href], {selector} [src], {selector} [action], {selector} [formaction]",
        "(all) => all.flatMap((each) => ['href', 'src', 'action', 'formaction'].map((name) => each[name]))"
        ".filter((value) => typeof value === 'string' && value)",
    )
    assert [link for link in links if not re.match(r"https?://", link)] == []


def foreign(page: Page, selector: str) -> list[str]:
    """Return the names of elements below `selector` that no page of ours has."""
    found: list[str] = page.eval_on_selector_all(
        f"{selector} *",
        "(all) => [...new Set(all.filter((each) => /^(script|style|link|iframe|object|embed|svg|math|video|audio|base|"
        "meta|marquee|frameset|template|table|select|isindex|x)$/.test(each.localName) ||"
        " [...each.attributes].some((one) => /^on|^style$|^srcdoc$/.test(one.name))).map((each) => each.localName))]",
    )
    return found


def normal(text: str | None) -> str:
    return " ".join((text or "").split())


def test_there_are_enough_of_them() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150
    assert all("alert" in payload for payload in PAYLOADS)


def test_the_search_page(hostile: tuple[str, str], open_page: Open, watch: Watch) -> None:
    host, _ = hostile
    watch.allowed += (host,)
    page = open_page(host)
    for number, payload in enumerate(PAYLOADS):
        page.goto(f"{host}/?q={quote(f'mục thử nghiệm số{number:03d} {payload}'[:900])}")
        assert watch.faults == [], payload
        assert foreign(page, "main") == [], payload
        only_pages(page, "body")
        assert normal(payload)[:40] in normal(page.locator("main").inner_text()) or payload.isspace()


def test_the_viewer(hostile: tuple[str, str], open_page: Open, watch: Watch) -> None:
    host, _ = hostile
    watch.allowed += (host,)
    page = open_page(host)
    for number, payload in enumerate(PAYLOADS):
        text = document(number, payload).text
        start = text.index(payload)
        page.goto(f"{host}/documents/x{number:03d}?start={start}&end={start + len(payload)}&q={quote(payload[:900])}")
        assert watch.faults == [], payload
        assert page.locator("#trich-dan").text_content() == payload
        assert page.locator(".text").text_content() == text
        assert normal(page.locator("h1").text_content()) == normal(payload)
        assert foreign(page, "main") == [], payload
        only_pages(page, "body")


def test_the_widget(hostile: tuple[str, str], neighbour: Neighbour, open_page: Open, watch: Watch) -> None:
    host, site = hostile
    watch.allowed += (host,)
    page = open_page(neighbour.embed(host, site))
    box = page.get_by_role("combobox")
    for number, payload in enumerate(PAYLOADS):
        with page.expect_response("**/ask") as reply:
            box.fill(" ".join(f"mục thử nghiệm số{number:03d} {payload}"[:900].split()))
            box.press("Enter")
        first = reply.value.json()["passages"][0]
        page.wait_for_function(
            "(text) => document.querySelector('hoidap-search').shadowRoot.querySelector('[role=listbox]')"
            ".textContent.includes(text)",
            arg=first["snippet"],
        )
        assert watch.faults == [], payload
        assert foreign(page, "[role=listbox]") == [], payload
        only_pages(page, "[role=listbox]")


_PLACES = (
    "/?lang={}",
    "/documents/x000?start={}&end={}",
    "/documents/x000?from={}&lang={}",
    "/documents/{}",
    "/{}",
    "/?q=x&thanks={}",
    "/?{}=1",
)


def test_addresses(hostile: tuple[str, str], open_page: Open, watch: Watch) -> None:
    """Beside the question: every other part of an address, each payload in the next one."""
    host, _ = hostile
    watch.allowed += (host,)
    watch.expected = ("400", "404", "422", "405")
    page = open_page(host, extra_http_headers={"Accept": "text/html"})
    for number, payload in enumerate(PAYLOADS[::2]):
        place = _PLACES[number % len(_PLACES)]
        page.goto(host + place.replace("{}", quote(payload[:400], safe="")))
        assert watch.faults == [], payload
        assert foreign(page, "main") == [], payload


def test_the_watch_does_see_what_runs(browser: Browser) -> None:
    """A guard over the guard: the same watch over a page that does run a payload, and one whose policy stops it."""
    runs, blocked = Watch(("http://127.0.0.1",)), Watch(("http://127.0.0.1",))
    for seen, policy in ((runs, "default-src * 'unsafe-inline'"), (blocked, "default-src 'none'")):
        context = browser.new_context()
        page = context.new_page()
        page.add_init_script(VIOLATIONS)
        seen.attach(page)
        page.route("**/*", partial(_fulfil, policy))
        page.goto("http://127.0.0.1:9/")
        page.wait_for_timeout(300)
        assert foreign(page, "main") == ["script"]
        context.close()
    assert "dialog: 2" in runs.faults
    assert any("policy script-src-elem" in fault for fault in blocked.faults)


def _fulfil(policy: str, route: Route) -> None:
    body = "<main><script>alert(2)</script></main>"
    route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": policy})
