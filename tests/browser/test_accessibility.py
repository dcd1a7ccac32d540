"""No serious or critical finding of axe-core in any state of the pages and the widget, light and dark."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CAN_THO, HARD, IN_TWO, NOT_SAID, QUESTION, Neighbour, Open, Watch

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
STATES: dict[str, Callable[[Page, str], None]] = {}


def findings(page: Page) -> list[tuple[str, str, list[Any]]]:
    """Return what axe-core finds serious or worse: rule, help, the elements."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] }).then((each) => each.violations)")
    grave = [each for each in found if each["impact"] in {"serious", "critical"}]
    return [(each["id"], each["help"], [node["target"] for node in each["nodes"]]) for each in grave]


def go(address: str, page: Page, host: str) -> None:
    page.goto(host + address)


def asked_before(page: Page, host: str) -> None:
    page.goto(f"{host}/?q={quote(QUESTION)}")
    page.goto(host)
    expect(page.get_by_role("region", name="Câu hỏi gần đây")).to_be_visible()


def commenting(page: Page, host: str) -> None:
    page.goto(f"{host}/?q={quote(QUESTION)}")
    page.get_by_text("Góp ý câu trả lời đúng").first.click()


def thanked(page: Page, host: str) -> None:
    page.goto(f"{host}/?q={quote(NOT_SAID)}")
    page.get_by_role("button", name="Đúng, tài liệu không nói").click()
    expect(page.get_by_text("Cảm ơn bạn.")).to_be_visible()


def offline(page: Page, host: str) -> None:
    page.goto(host)
    page.context.set_offline(True)
    page.get_by_role("searchbox").fill(QUESTION)
    page.get_by_role("button", name="Hỏi").click()
    expect(page.get_by_text("Không kết nối được")).to_be_visible()


def citing(page: Page, host: str) -> None:
    page.goto(f"{host}/?q={quote(IN_TWO)}")
    page.locator(".place-title").first.click()
    page.get_by_text("Trích dẫn để dán vào văn bản").click()


PAGES: dict[str, Callable[[Page, str], None]] = {
    "home": partial(go, "/"),
    "recent": asked_before,
    "answer": partial(go, f"/?q={quote(QUESTION)}"),
    "english": partial(go, f"/?lang=en&q={quote(QUESTION)}"),
    "commenting": commenting,
    "no answer": partial(go, f"/?q={quote(NOT_SAID)}"),
    "thanked": thanked,
    "too long": partial(go, f"/?q={'a' * 1001}"),
    "offline": offline,
    "document": partial(go, f"/documents/{CAN_THO}"),
    "citing": citing,
    "moved": partial(go, "/documents/kho?start=1&end=99999"),
    "original": partial(go, f"/documents/kho?start=0&end={len(HARD)}"),
    "not found": partial(go, "/documents/khong-co"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_of_the_pages(host: str, open_page: Open, watch: Watch, scheme: str) -> None:
    watch.expected = ("404", "422", "ERR_INTERNET_DISCONNECTED")
    page = open_page(f"{host}/healthz", color_scheme=scheme)
    found = {}
    for name, reach in PAGES.items():
        reach(page, host)
        found[name] = findings(page)
        page.context.set_offline(False)
    assert found == dict.fromkeys(PAGES, [])


def widget_asked(page: Page, question: str) -> None:
    page.get_by_role("combobox").fill(question)
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("option").first).to_be_visible()


def widget_chosen(page: Page) -> None:
    widget_asked(page, QUESTION)
    page.get_by_role("combobox").press("ArrowDown")


def widget_offline(page: Page) -> None:
    page.context.set_offline(True)
    page.get_by_role("combobox").fill("một câu hỏi khác")
    page.get_by_role("combobox").press("Enter")
    expect(page.get_by_role("button", name="Thử lại")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("attributes", ["", 'mode="dialog"'], ids=["inline", "dialog"])
def test_every_state_of_the_widget(
    host: str, site: str, neighbour: Neighbour, open_page: Open, watch: Watch, attributes: str, scheme: str
) -> None:
    watch.expected = ("ERR_INTERNET_DISCONNECTED", "[hoidap] no answer")
    ground = "body { background: #11161c; color: #fff }" if scheme == "dark" else ""
    page = open_page(neighbour.embed(host, site, f'{attributes} theme="{scheme}"', style=ground))
    found = {"closed": findings(page)}
    if attributes:
        page.get_by_role("button", name="Hỏi tài liệu").click()
        found["open"] = findings(page)
    states: dict[str, Callable[[], None]] = {
        "answer": lambda: widget_asked(page, QUESTION),
        "chosen": lambda: widget_chosen(page),
        "no answer": lambda: widget_asked(page, NOT_SAID),
        "offline": lambda: widget_offline(page),
    }
    for name, reach in states.items():
        reach()
        found[name] = findings(page)
    assert found == dict.fromkeys(found, [])


def test_axe_does_find_what_is_wrong(host: str, open_page: Open) -> None:
    """A guard over the guard: a page with faults is not passed."""
    page = open_page(host)
    page.evaluate(
        "() => { document.documentElement.removeAttribute('lang');"
        " const button = document.createElement('button'); document.body.append(button);"
        " document.querySelector('.lead').style.setProperty('color', '#ccc'); }"
    )
    assert {"html-has-lang", "button-name", "color-contrast"} <= {rule for rule, _, _ in findings(page)}
