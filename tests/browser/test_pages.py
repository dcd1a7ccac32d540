"""The search page and the viewer, as people use them."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from index.feedback import FeedbackStore, Verdict
from tests.browser.conftest import CAN_THO, HARD, IN_TWO, NOT_SAID, QUESTION, SEEDS, TONELESS, Open, Watch, serving
from web.settings import Settings
from web.wiring import open_library


def ask(page: Page, question: str) -> None:
    page.get_by_role("searchbox").fill(question)
    page.get_by_role("button", name="Hỏi").click()


def text_of(data: Path, document: str) -> str:
    with open_library(Settings.resolve({"data": data}, {})) as library:
        return library.document(document).text


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_ask_read_and_open_the_source_whose_highlight_is_the_citation(
    host: str, data: Path, open_page: Open, scripts: bool
) -> None:
    page = open_page(host, java_script_enabled=scripts)
    ask(page, QUESTION)
    answer = page.get_by_role("article", name="Câu trả lời").first
    expect(answer).to_contain_text("54 tập thể")
    expect(answer).to_contain_text(re.compile("Độ tin cậy: (cao|trung bình|thấp)"))
    shown = answer.locator("blockquote mark").text_content()
    answer.get_by_role("link").first.click()
    page.wait_for_url(re.compile("/documents/"))
    marked = page.locator("#trich-dan")
    assert marked.text_content() == shown
    found = re.search(r"/documents/(\w+)\?start=(\d+)&end=(\d+)", page.url)
    assert found and found[1] == CAN_THO
    assert text_of(data, found[1])[int(found[2]) : int(found[3])] == shown
    expect(marked).to_be_in_viewport()


def test_a_toneless_question_finds_the_same(host: str, open_page: Open) -> None:
    page = open_page(host)
    ask(page, TONELESS)
    expect(page.get_by_role("article", name="Câu trả lời").first).to_contain_text("54 tập thể")


def test_no_answer_says_what_was_looked_at_and_how_to_ask_again(host: str, open_page: Open) -> None:
    page = open_page(host)
    ask(page, NOT_SAID)
    expect(page.get_by_role("heading", name="Chưa tìm thấy câu trả lời")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Đã xem \d+ đoạn trong \d+ tài liệu"))).to_be_visible()
    expect(page.get_by_role("heading", name="Bạn có thể hỏi lại như sau")).to_be_visible()
    assert page.locator(".passages li").count() >= 3
    page.locator(".passages a").first.click()
    expect(page.locator("#trich-dan")).to_be_in_viewport()


def test_an_example_is_one_click_and_is_remembered_in_this_browser_only(host: str, open_page: Open) -> None:
    page = open_page(host)
    expect(page.locator("[data-recent]")).to_be_hidden()
    page.get_by_role("link", name=QUESTION).click()
    expect(page.get_by_role("searchbox")).to_have_value(QUESTION)
    page.goto(host)
    recent = page.get_by_role("region", name="Câu hỏi gần đây")
    expect(recent.get_by_role("link")).to_have_text([QUESTION])
    assert page.context.cookies() == []
    recent.get_by_role("button", name="Xóa danh sách").click()
    expect(recent).to_be_hidden()
    page.reload()
    expect(page.locator("[data-recent]")).to_be_hidden()


def test_english_is_a_click_away_and_stays(host: str, open_page: Open) -> None:
    page = open_page(f"{host}/?q={quote(QUESTION)}")
    assert page.locator("html").get_attribute("lang") == "vi"
    page.get_by_role("link", name="English").click()
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("article", name="Answer").first).to_contain_text("54 tập thể")
    page.get_by_role("article", name="Answer").first.get_by_role("link").first.click()
    expect(page.get_by_role("link", name="Back to the answer")).to_be_visible()
    page.get_by_role("link", name="Tiếng Việt").click()
    expect(page.get_by_role("link", name="Quay lại câu trả lời")).to_be_visible()
    expect(page.locator("#trich-dan")).to_be_attached()


def test_keyboard_alone_from_question_to_quote(host: str, open_page: Open) -> None:
    page = open_page(host)
    page.keyboard.press("/")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))
    link = page.get_by_role("article", name="Câu trả lời").first.get_by_role("link").first
    for _ in range(12):
        page.keyboard.press("Tab")
        if link.evaluate("(each) => each === document.activeElement"):
            break
    expect(link).to_be_focused()
    outline = link.evaluate("(each) => getComputedStyle(each).outlineStyle + getComputedStyle(each).outlineWidth")
    assert outline == "solid3px"
    page.keyboard.press("Enter")
    expect(page.locator("#trich-dan")).to_be_in_viewport()


def test_enter_while_composing_sends_nothing(host: str, open_page: Open) -> None:
    page = open_page(host)
    page.get_by_role("searchbox").focus()
    composer = page.context.new_cdp_session(page)
    composer.send("Input.imeSetComposition", {"text": "khen thưởng", "selectionStart": 11, "selectionEnd": 11})
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.url.rstrip("/") == host
    composer.send("Input.insertText", {"text": "khen thưởng"})
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q="))


def test_a_server_that_is_gone_is_said_and_the_question_kept(
    browser: Browser, data: Path, open_page: Open, watch: Watch
) -> None:
    with serving(data) as server:
        watch.allowed += (server.url,)
        watch.expected = ("ERR_CONNECTION_REFUSED",)
        page = open_page(server.url)
    ask(page, QUESTION)
    expect(page.get_by_text("Không kết nối được với máy chủ")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value(QUESTION)


@pytest.mark.parametrize("address", ["/", f"/?q={quote(QUESTION)}", f"/?q={quote(NOT_SAID)}",
                                     f"/documents/{CAN_THO}?start=4397&end=4566", "/nope", "/embed-demo"])  # fmt: skip
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_phone_and_both_themes_hold(
    host: str, open_page: Open, watch: Watch, address: str, scheme: str
) -> None:
    watch.expected = ("404",)
    page = open_page(
        host + address,
        viewport={"width": 320, "height": 640},
        color_scheme=scheme,
        extra_http_headers={"Accept": "text/html"},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(246, 247, 249)" if scheme == "light" else "rgb(17, 22, 28)")


def test_the_chosen_theme_wins_and_stays(host: str, open_page: Open) -> None:
    page = open_page(host, color_scheme="light")
    page.get_by_label("Giao diện").select_option("dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 28)"
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 28)"


def test_letters_with_two_marks_are_not_cut_off(host: str, open_page: Open) -> None:
    """A line box is at least as high as what is drawn in it, in every element that holds text."""
    page = open_page(f"{host}/?q={quote(QUESTION)}")
    tight = page.evaluate(
        """() => [...document.querySelectorAll("h1, h2, h3, p, a, button, input, mark, li, label, summary")]
            .filter((each) => each.checkVisibility())
            .map((each) => [each.tagName, parseFloat(getComputedStyle(each).lineHeight) /
                                          parseFloat(getComputedStyle(each).fontSize)])
            .filter(([, ratio]) => !(ratio >= 1.35))"""
    )
    assert tight == []


# -- the viewer ---------------------------------------------------------------------------------------------------


def _quotes() -> list[str]:
    return [
        HARD[HARD.index("17") : HARD.index("17") + 5],
        HARD[HARD.index("📣") : HARD.index("17") + 2],  # over the CRLFs
        HARD[HARD.index("👨") : HARD.index(" đ", HARD.index("👨"))],  # one family, five code points
        HARD[HARD.index("<b>") : HARD.index(" &")],
        HARD[: HARD.index(" ")],  # decomposed
        HARD,
    ]


@pytest.mark.parametrize("wanted", _quotes(), ids=range(6))
def test_the_highlight_is_exact_in_texts_that_browsers_count_otherwise(host: str, open_page: Open, wanted: str) -> None:
    start = HARD.index(wanted)
    page = open_page(f"{host}/documents/kho?start={start}&end={start + len(wanted)}")
    assert page.locator("#trich-dan").text_content() == wanted
    assert page.locator(".text").text_content() == HARD


def test_previous_and_next_walk_through_the_citations_of_the_answer(host: str, open_page: Open) -> None:
    page = open_page(f"{host}/?q={quote(IN_TWO)}")
    links = page.locator(".place-title")
    total = links.count()
    assert total >= 2, "the question must have several citations for this test to show anything"
    links.first.click()
    quotes = []
    for rank in range(1, total + 1):
        expect(page.get_by_text(f"Trích dẫn {rank}/{total}")).to_be_visible()
        quotes.append(page.locator("#trich-dan").text_content())
        if rank < total:
            page.get_by_role("link", name="Trích dẫn sau").click()
    assert page.get_by_role("link", name="Trích dẫn sau").count() == 0
    page.get_by_role("link", name="Trích dẫn trước").click()
    assert page.locator("#trich-dan").text_content() == quotes[-2]
    page.get_by_role("link", name="Quay lại câu trả lời").click()
    expect(page.get_by_role("searchbox")).to_have_value(IN_TWO)


def test_a_citation_is_copied_with_quote_title_and_link(host: str, open_page: Open) -> None:
    start = HARD.index("17")
    page = open_page(
        f"{host}/documents/kho?start={start}&end={start + 5}", permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("button", name="Chép trích dẫn").click()
    expect(page.get_by_text("Đã chép trích dẫn.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"“{HARD[start : start + 5]}”\nThông báo khó cắt\nhttps://example.vn/thong-bao?nam=2024"


def test_without_a_clipboard_the_text_is_there_to_select(host: str, open_page: Open) -> None:
    start = HARD.index("17")
    page = open_page(f"{host}/documents/kho?start={start}&end={start + 5}", java_script_enabled=False)
    expect(page.get_by_role("button", name="Chép trích dẫn")).to_be_hidden()
    page.get_by_text("Trích dẫn để dán vào văn bản").click()
    assert HARD[start : start + 5] in page.get_by_role("textbox").input_value()


def test_the_original_is_linked_with_a_text_fragment(host: str, open_page: Open) -> None:
    start = HARD.index("17")
    page = open_page(f"{host}/documents/kho?start={start}&end={start + 2}")
    link = page.get_by_role("link", name="Mở bản gốc").get_attribute("href")
    assert link is not None and link.startswith("https://example.vn/thong-bao?nam=2024#:~:text=")
    assert ",17," in link
    expect(page.get_by_text("15/05/2024")).to_be_visible()


def test_a_place_that_is_not_there_is_said(host: str, open_page: Open) -> None:
    page = open_page(f"{host}/documents/kho?start=5&end=999999")
    expect(page.get_by_text("có thể tài liệu đã được sửa")).to_be_visible()
    assert page.locator(".text").text_content() == HARD


def test_a_document_that_is_gone_is_a_page_not_json(host: str, open_page: Open, watch: Watch) -> None:
    watch.expected = ("404",)
    page = open_page(f"{host}/documents/khong-co")
    expect(page.get_by_role("heading", name="Không tìm thấy tài liệu")).to_be_visible()


def test_seeds_are_shown_as_stored(host: str, open_page: Open) -> None:
    page = open_page(f"{host}/documents/{SEEDS[1].stem}")
    assert page.locator(".text").text_content() == SEEDS[1].read_bytes().decode()


# -- feedback -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_what_people_say_lands_in_the_store(host: str, data: Path, open_page: Open, scripts: bool) -> None:
    FeedbackStore.open(data).clear()
    page = open_page(f"{host}/?q={quote(QUESTION)}", java_script_enabled=scripts)
    page.get_by_role("button", name="Đúng", exact=True).first.click()
    expect(page.get_by_text("Cảm ơn bạn.").first).to_be_visible()
    page.goto(f"{host}/?q={quote(NOT_SAID)}")
    page.get_by_text("Góp ý câu trả lời đúng").click()
    page.get_by_label("Câu trả lời đúng, chép nguyên văn").fill("một xu")
    page.get_by_role("button", name="Gửi").click()
    expect(page.get_by_text("Cảm ơn bạn.").first).to_be_visible()
    first, second = (stored.opinion for stored in FeedbackStore.open(data).opinions())
    assert (first.question, first.verdict, first.document_id) == (QUESTION, Verdict.RIGHT, CAN_THO)
    assert "54 tập thể" in first.quote
    assert (second.question, second.verdict, second.expected) == (NOT_SAID, Verdict.MISSING, "một xu")
