"""The widget on a page of another origin, under a strict policy of that page."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import CAN_THO, NOT_SAID, QUESTION, TONELESS, Neighbour, Open, Watch, serving
from web.sites import SiteStore

HOSTILE = (
    "* { all: unset !important; color: red !important; font-size: 3px !important; letter-spacing: 9px !important }"
    " hoidap-search { visibility: hidden !important; opacity: 0 !important; float: right !important;"
    " position: fixed !important; line-height: 0 !important; direction: ltr }"
    " dialog, input, button, a, mark { display: none !important }"
)


def box(page: Page) -> Locator:
    return page.get_by_role("combobox")


def options(page: Page) -> Locator:
    return page.get_by_role("option")


@pytest.fixture
def inline(host: str, site: str, neighbour: Neighbour, open_page: Open) -> Page:
    return open_page(neighbour.embed(host, site))


@pytest.fixture
def dialog(host: str, site: str, neighbour: Neighbour, open_page: Open) -> Page:
    return open_page(neighbour.embed(host, site, 'mode="dialog"'))


def test_an_answer_on_a_page_of_another_origin_and_its_source(host: str, inline: Page, watch: Watch) -> None:
    box(inline).press_sequentially(TONELESS)
    answer = options(inline).first
    expect(answer).to_contain_text("54 tập thể")
    expect(answer.locator("mark")).to_contain_text("54 tập thể")
    expect(answer).to_contain_text(re.compile("Độ tin cậy (cao|trung bình|thấp)"))
    quote_shown = answer.locator("mark").text_content()
    with inline.context.expect_page() as opened:
        answer.click()
    viewer = opened.value
    viewer.wait_for_load_state()
    assert viewer.url.startswith(f"{host}/documents/{CAN_THO}?")
    assert viewer.locator("#trich-dan").text_content() == quote_shown
    assert {url for url in watch.requests if not url.startswith(("data:", inline.url))} <= {
        url for url in watch.requests if url.startswith(host)
    }
    assert inline.context.cookies() == []


def test_typing_is_debounced_and_what_is_outdated_is_cancelled(inline: Page) -> None:
    inline.clock.install(time=0)
    inline.clock.pause_at(1_000)  # the machine may be slow; the pause after a key is measured on this clock
    held: list[Route] = []
    inline.route("**/ask", lambda route: route.continue_() if held else held.append(route))
    asked: list[str] = []
    inline.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    failed: list[str] = []
    inline.on("requestfailed", lambda request: failed.append(str(request.failure)))
    box(inline).press_sequentially("khen thưởng ở")
    inline.clock.run_for(200)
    assert asked == []
    with inline.expect_request("**/ask"):
        inline.clock.run_for(100)
    box(inline).press_sequentially(" Cần Thơ bao nhiêu tập thể")
    assert len(asked) == 1
    with inline.expect_request("**/ask"):
        inline.clock.run_for(300)
    expect(options(inline).first).to_contain_text("54 tập thể")
    assert len(asked) == 2
    assert held, "the first request was never answered"
    assert failed == ["net::ERR_ABORTED"]


def test_enter_does_not_ask_twice_for_what_is_under_way(inline: Page) -> None:
    asked: list[str] = []
    inline.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    held: list[Route] = []
    inline.route("**/ask", lambda route: held.append(route))
    with inline.expect_request("**/ask"):
        box(inline).fill(QUESTION)
    box(inline).press("Enter")
    inline.wait_for_timeout(300)
    assert len(asked) == len(held) == 1
    held[0].continue_()
    expect(options(inline).first).to_contain_text("54 tập thể")
    assert len(asked) == 1


def test_a_question_asked_before_is_not_asked_again(inline: Page) -> None:
    asked: list[str] = []
    inline.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    for question in (QUESTION, NOT_SAID, QUESTION):
        box(inline).fill(question)
        box(inline).press("Enter")
        expect(options(inline).first).to_be_visible()
        expect(inline.locator("hoidap-search [role=listbox]")).to_be_visible()
    expect(options(inline).first).to_contain_text("54 tập thể")
    assert len(asked) == 2


def test_the_combobox_pattern_by_keyboard_alone(host: str, inline: Page) -> None:
    inline.keyboard.press("Tab")
    expect(box(inline)).to_be_focused()
    expect(box(inline)).to_have_attribute("aria-expanded", "false")
    inline.keyboard.type(QUESTION)
    inline.keyboard.press("Enter")
    expect(box(inline)).to_have_attribute("aria-expanded", "true")
    count = options(inline).count()
    assert count >= 3
    expect(box(inline)).not_to_have_attribute("aria-activedescendant", re.compile("."))
    inline.keyboard.press("ArrowUp")
    expect(options(inline).last).to_have_attribute("aria-selected", "true")
    inline.keyboard.press("ArrowDown")
    first = options(inline).first
    expect(first).to_have_attribute("aria-selected", "true")
    assert box(inline).get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert inline.locator('[aria-selected="true"]').count() == 1
    expect(box(inline)).to_be_focused()
    with inline.context.expect_page() as opened:
        inline.keyboard.press("Enter")
    assert opened.value.url.startswith(host)
    inline.bring_to_front()
    inline.keyboard.press("Escape")
    expect(box(inline)).to_have_attribute("aria-expanded", "false")
    expect(box(inline)).to_have_value(QUESTION)
    inline.keyboard.press("Escape")
    expect(box(inline)).to_have_value("")


def test_leaving_the_box_closes_the_list(inline: Page) -> None:
    box(inline).fill(QUESTION)
    box(inline).press("Enter")
    expect(options(inline).first).to_be_visible()
    inline.get_by_label("Ghi chú").focus()
    expect(box(inline)).to_have_attribute("aria-expanded", "false")
    box(inline).focus()
    expect(options(inline).first).to_be_visible()


def test_the_live_region_says_what_happened(inline: Page) -> None:
    says = inline.locator("hoidap-search [role=status]")
    box(inline).fill(QUESTION)
    box(inline).press("Enter")
    expect(says).to_contain_text(re.compile(r"Câu trả lời: .*54 tập thể.* Có \d+ mục"))
    box(inline).fill(NOT_SAID)
    box(inline).press("Enter")
    expect(says).to_contain_text("Chưa tìm thấy câu trả lời")


def test_no_answer_shows_what_was_looked_at(inline: Page) -> None:
    box(inline).fill(NOT_SAID)
    box(inline).press("Enter")
    expect(inline.get_by_text("Chưa tìm thấy câu trả lời trong tài liệu", exact=True)).to_be_visible()
    expect(inline.get_by_role("group", name="Các đoạn đã xem")).to_be_visible()
    assert inline.locator("hoidap-search mark").count() == 0


def test_enter_while_composing_neither_asks_nor_opens(inline: Page) -> None:
    asked: list[str] = []
    inline.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    box(inline).focus()
    composer = inline.context.new_cdp_session(inline)
    composer.send("Input.imeSetComposition", {"text": "kh", "selectionStart": 2, "selectionEnd": 2})
    box(inline).evaluate("(each) => each.addEventListener('keydown', (event) => { window.seen = event.isComposing })")
    inline.keyboard.press("Enter")
    inline.wait_for_timeout(500)
    assert inline.evaluate("window.seen") is True, "the browser must take this Enter for the input method's"
    assert asked == []
    composer.send("Input.insertText", {"text": "khen thưởng ở Cần Thơ"})
    inline.keyboard.press("Enter")
    expect(options(inline).first).to_be_visible()
    composer.send("Input.imeSetComposition", {"text": " ai", "selectionStart": 3, "selectionEnd": 3})
    inline.keyboard.press("ArrowDown")
    assert inline.locator('[aria-selected="true"]').count() == 0


def test_input_methods_that_only_send_key_code_229_are_heeded(inline: Page) -> None:
    asked: list[str] = []
    inline.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    box(inline).evaluate(
        "(each) => { each.value = 'kh'; each.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true })); }"
    )
    inline.wait_for_timeout(400)
    assert asked == []


# -- the dialog ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", ["Control+k", "Meta+k", "/"])
def test_keys_open_the_dialog_and_escape_gives_the_focus_back(dialog: Page, keys: str) -> None:
    dialog.get_by_role("button", name="Hỏi tài liệu").focus()
    dialog.keyboard.press(keys)
    expect(dialog.get_by_role("dialog", name="Hỏi tài liệu")).to_be_visible()
    expect(box(dialog)).to_be_focused()
    expect(box(dialog)).to_have_value("")
    dialog.keyboard.type(QUESTION)
    dialog.keyboard.press("Enter")
    expect(options(dialog).first).to_contain_text("54 tập thể")
    dialog.keyboard.press("Escape")
    expect(dialog.get_by_role("dialog")).to_be_hidden()
    expect(dialog.get_by_role("button", name="Hỏi tài liệu")).to_be_focused()


def test_the_focus_stays_in_the_dialog(dialog: Page) -> None:
    dialog.get_by_role("button", name="Hỏi tài liệu").click()
    for _ in range(8):
        dialog.keyboard.press("Tab")
        inside = dialog.evaluate(
            "() => document.activeElement === document.body || document.activeElement.localName === 'hoidap-search'"
        )
        assert inside


def test_a_slash_that_somebody_types_is_a_slash(dialog: Page) -> None:
    field = dialog.get_by_label("Ghi chú")
    field.focus()
    dialog.keyboard.press("/")
    expect(field).to_have_value("/")
    expect(dialog.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(("hotkeys", "opened"), [("none", []), ("k", ["Control+k"]), ("/", ["/"])])
def test_keys_can_be_switched_off(
    host: str, site: str, neighbour: Neighbour, open_page: Open, hotkeys: str, opened: list[str]
) -> None:
    page = open_page(neighbour.embed(host, site, f'mode="dialog" hotkeys="{hotkeys}"'))
    found = []
    for keys in ("Control+k", "/"):
        page.keyboard.press(keys)
        page.wait_for_timeout(100)
        if page.get_by_role("dialog").is_visible():
            found.append(keys)
            page.keyboard.press("Escape")
    assert found == opened


def test_a_click_beside_the_dialog_closes_it(dialog: Page) -> None:
    dialog.get_by_role("button", name="Hỏi tài liệu").click()
    expect(dialog.get_by_role("dialog")).to_be_visible()
    dialog.mouse.click(5, 5)
    expect(dialog.get_by_role("dialog")).to_be_hidden()


# -- trouble ------------------------------------------------------------------------------------------------------


def test_offline_says_what_to_do_and_the_network_coming_back_is_noticed(inline: Page, watch: Watch) -> None:
    watch.expected = ("ERR_INTERNET_DISCONNECTED", "[hoidap] no answer")
    inline.context.set_offline(True)
    box(inline).fill(QUESTION)
    box(inline).press("Enter")
    expect(inline.get_by_text("Kiểm tra mạng rồi thử lại").first).to_be_visible()
    expect(box(inline)).to_have_value(QUESTION)
    inline.context.set_offline(False)
    expect(options(inline).first).to_contain_text("54 tập thể")


def test_a_server_that_is_gone_is_said_and_can_be_tried_again(
    browser: Browser, data: Path, neighbour: Neighbour, site: str, open_page: Open, watch: Watch
) -> None:
    with serving(data) as server:
        watch.allowed += (server.url,)
        watch.expected = ("ERR_CONNECTION_REFUSED", "[hoidap] no answer")
        page = open_page(neighbour.embed(server.url, site))
        expect(box(page)).to_be_visible()
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(page.get_by_role("button", name="Thử lại")).to_be_visible()
    page.get_by_role("button", name="Thử lại").click()
    expect(page.get_by_text("Không kết nối được với máy chủ hỏi đáp").first).to_be_visible()


def test_a_server_that_does_not_answer_is_given_up(inline: Page) -> None:
    inline.clock.install(time=0)
    inline.route("**/ask", lambda route: None)
    with inline.expect_request("**/ask"):
        box(inline).fill(QUESTION)
        inline.clock.run_for(300)
    inline.clock.run_for(16_000)
    expect(inline.get_by_role("button", name="Thử lại")).to_be_visible()
    expect(inline.get_by_text("Không kết nối được với máy chủ hỏi đáp").first).to_be_visible()


def test_too_many_questions_say_how_long_to_wait(
    host: str, data: Path, neighbour: Neighbour, open_page: Open, watch: Watch
) -> None:
    slow = SiteStore(data).add("Trang chậm", [neighbour.url], rate=1).id
    watch.expected = ("429",)
    page = open_page(neighbour.embed(host, slow))
    for question in (QUESTION, NOT_SAID):
        box(page).fill(question)
        box(page).press("Enter")
    expect(page.get_by_text(re.compile(r"Hãy đợi \d+ giây rồi thử lại")).first).to_be_visible()
    SiteStore(data).remove(slow)


def test_a_page_that_is_not_the_sites_gets_no_answer(
    host: str, data: Path, neighbour: Neighbour, open_page: Open, watch: Watch
) -> None:
    other = SiteStore(data).add("Trang khác", ["https://intranet.example.vn"]).id
    watch.expected = ("CORS policy", "ERR_FAILED", "[hoidap] no answer", "403")
    page = open_page(neighbour.embed(host, other))
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(page.get_by_role("button", name="Thử lại")).to_be_visible()
    assert options(page).count() == 0
    SiteStore(data).remove(other)


def test_a_box_without_a_site_tells_the_developer(
    host: str, neighbour: Neighbour, open_page: Open, watch: Watch
) -> None:
    watch.expected = ("[hoidap] <hoidap-search> needs",)
    page = open_page(neighbour.embed(host, ""))
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(page.get_by_text("chưa được cài đặt đúng").first).to_be_visible()


# -- looks --------------------------------------------------------------------------------------------------------


def test_hostile_styles_of_the_page_do_not_reach_it(
    host: str, site: str, neighbour: Neighbour, open_page: Open
) -> None:
    page = open_page(neighbour.embed(host, site, style=HOSTILE))
    looks = box(page).evaluate(
        "(each) => { const style = getComputedStyle(each);"
        " return [style.fontSize, style.color, style.letterSpacing, style.visibility, style.display]; }"
    )
    assert looks == ["16px", "rgb(23, 32, 43)", "normal", "visible", "block"]
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(options(page).first).to_be_visible()
    expect(options(page).first.locator("mark")).to_be_visible()


def test_it_is_themed_by_variables_and_parts(host: str, site: str, neighbour: Neighbour, open_page: Open) -> None:
    style = (
        "hoidap-search { --hoidap-accent: rgb(120, 0, 60); --hoidap-radius: 2px; --hoidap-margin: 24px 0 }"
        " hoidap-search::part(button) { text-decoration: underline }"
    )
    page = open_page(neighbour.embed(host, site, 'mode="dialog"', style=style))
    button = page.get_by_role("button", name="Hỏi tài liệu")
    looks = button.evaluate(
        "(each) => { const style = getComputedStyle(each);"
        " return [style.backgroundColor, style.borderRadius, style.textDecorationLine]; }"
    )
    assert looks == ["rgb(120, 0, 60)", "2px", "underline"]
    assert page.locator("hoidap-search").evaluate("(each) => getComputedStyle(each).marginTop") == "24px"


@pytest.mark.parametrize("attributes", ["", 'mode="dialog"'], ids=["inline", "dialog"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_in_both_themes(
    host: str, site: str, neighbour: Neighbour, open_page: Open, attributes: str, scheme: str
) -> None:
    page = open_page(
        neighbour.embed(host, site, f'{attributes} theme="auto"'),
        viewport={"width": 320, "height": 568},
        color_scheme=scheme,
    )
    if attributes:
        page.get_by_role("button", name="Hỏi tài liệu").click()
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(options(page).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    colour = options(page).first.evaluate("(each) => getComputedStyle(each).color")
    assert colour == ("rgb(23, 32, 43)" if scheme == "light" else "rgb(232, 236, 241)")


def test_english(host: str, site: str, neighbour: Neighbour, open_page: Open) -> None:
    page = open_page(neighbour.embed(host, site, 'lang="en"'))
    box(page).fill(QUESTION)
    box(page).press("Enter")
    expect(options(page).first).to_contain_text("confidence")
    assert "lang=en" in (options(page).first.get_attribute("href") or "")


def test_two_boxes_on_one_page_do_not_mix(host: str, site: str, neighbour: Neighbour, open_page: Open) -> None:
    second = f'<hoidap-search endpoint="{host}" site="{site}" hotkeys="none"></hoidap-search>'
    page = open_page(neighbour.embed(host, site, more=second))
    box(page).first.fill(QUESTION)
    box(page).first.press("Enter")
    expect(options(page).first).to_be_visible()
    ids = page.evaluate(
        "() => [...document.querySelectorAll('hoidap-search')].flatMap((each) =>"
        " [...each.shadowRoot.querySelectorAll('[id]')].map((inner) => inner.id))"
    )
    assert len(ids) == len(set(ids))
    expect(box(page).nth(1)).to_have_attribute("aria-expanded", "false")


def test_the_demo_page_works(host: str, open_page: Open) -> None:
    page = open_page(f"{host}/embed-demo")
    first = page.locator("#inline")
    first.get_by_role("combobox").fill(QUESTION)
    first.get_by_role("combobox").press("Enter")
    expect(first.get_by_role("option").first).to_contain_text("54 tập thể")


# -- the reply ----------------------------------------------------------------------------------------------------


def test_fields_that_are_not_known_yet_are_left_alone(host: str, inline: Page) -> None:
    def answer(route: Route) -> None:
        reply = route.fetch()
        body = reply.json()
        body["answers"][0] |= {"kind": "span", "value": {"number": 54, "unit": "tập thể"}, "new": [1, {"a": None}]}
        body["more"] = {"to": "come"}
        route.fulfill(response=reply, body=json.dumps(body))

    inline.route("**/ask", answer)
    box(inline).fill(QUESTION)
    box(inline).press("Enter")
    expect(options(inline).first).to_contain_text("54 tập thể")


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,<b>alert</b>", "vbscript:x", "//"])
def test_links_that_are_no_pages_are_not_followed(host: str, inline: Page, link: str) -> None:
    def answer(route: Route) -> None:
        reply = route.fetch()
        body = reply.json()
        body["answers"][0]["sources"][0]["view"] = link
        route.fulfill(response=reply, body=json.dumps(body))

    inline.route("**/ask", answer)
    box(inline).fill(QUESTION)
    box(inline).press("Enter")
    expect(options(inline).first).to_be_visible()
    assert options(inline).first.get_attribute("href") in {None, f"{host}/"}


def test_the_full_page_is_a_click_away(host: str, inline: Page) -> None:
    box(inline).fill(QUESTION)
    box(inline).press("Enter")
    link = inline.get_by_role("link", name="Mở trang hỏi đáp")
    expect(link).to_have_attribute("href", re.compile(re.escape(f"{host}/?q={quote(QUESTION[:2])}")))
