"""Take the pictures of docs/images: page, viewer and widget, light, dark and on a phone.

    python -m bench.pictures

They show the seeds. Look at them after a change of the styles: spacing, contrast, marks over and under the letters.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from bench.browser import launched
from bench.datasets import ROOT
from bench.serving import serving
from index.loaders import load
from web.settings import Settings
from web.wiring import open_library

IMAGES = ROOT / "docs" / "images"
QUESTION = "Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?"
TONELESS = "co bao nhieu don vi duoc khen thuong o Can Tho"
NOT_SAID = "Giá vé tàu điện ngầm Sài Gòn là bao nhiêu?"
EXAMPLES = f"{QUESTION}\nAi là Bí thư Thành ủy Hải Phòng?\nbao nhieu dang vien o Bac Giang duoc tuyen duong\n"
DESKTOP, PHONE = (1100, 760), (360, 720)

Shot = Callable[[Page, str], None]


def _page(address: str) -> Shot:
    def shot(page: Page, host: str) -> None:
        page.goto(host + address)
        page.wait_for_load_state("networkidle")

    return shot


def _viewer(page: Page, host: str) -> None:
    page.goto(f"{host}/?q={quote(QUESTION)}")
    page.locator(".place-title").first.click()
    page.locator("#trich-dan").wait_for()


def _widget(page: Page, host: str) -> None:
    page.goto(f"{host}/embed-demo")
    box = page.locator("#inline").get_by_role("combobox")
    box.fill(TONELESS)
    box.press("Enter")
    page.locator("#inline").get_by_role("option").first.wait_for()
    box.press("ArrowDown")


def _dialog(question: str) -> Shot:
    def shot(page: Page, host: str) -> None:
        page.goto(f"{host}/embed-demo")
        page.locator("#dialog").get_by_role("button").first.click()
        page.locator("#dialog").get_by_role("combobox").fill(question)
        page.keyboard.press("Enter")
        page.locator("#dialog").get_by_role("option").first.wait_for()

    return shot


SHOTS: dict[str, tuple[Shot, tuple[int, int], str]] = {
    "home-light": (_page("/"), DESKTOP, "light"),
    "home-dark": (_page("/"), DESKTOP, "dark"),
    "answer-light": (_page(f"/?q={quote(QUESTION)}"), DESKTOP, "light"),
    "answer-dark": (_page(f"/?q={quote(QUESTION)}"), DESKTOP, "dark"),
    "answer-phone": (_page(f"/?q={quote(QUESTION)}"), PHONE, "light"),
    "no-answer-light": (_page(f"/?q={quote(NOT_SAID)}"), DESKTOP, "light"),
    "no-answer-phone": (_page(f"/?q={quote(NOT_SAID)}"), PHONE, "dark"),
    "viewer-light": (_viewer, DESKTOP, "light"),
    "viewer-dark": (_viewer, DESKTOP, "dark"),
    "viewer-phone": (_viewer, PHONE, "light"),
    "widget-light": (_widget, DESKTOP, "light"),
    "widget-dark": (_widget, DESKTOP, "dark"),
    "widget-phone": (_widget, PHONE, "light"),
    "dialog-light": (_dialog(TONELESS), DESKTOP, "light"),
    "dialog-dark": (_dialog(NOT_SAID), DESKTOP, "dark"),
    "dialog-phone": (_dialog(TONELESS), PHONE, "light"),
}


def take(browser: Browser, host: str, folder: Path) -> list[Path]:
    """Take every picture and return where they are."""
    taken = []
    for name, (shot, (width, height), scheme) in SHOTS.items():
        look = {"viewport": {"width": width, "height": height}, "color_scheme": scheme, "locale": "vi-VN"}
        context = browser.new_context(**look, reduced_motion="reduce")  # type: ignore[arg-type]
        page = context.new_page()
        shot(page, host)
        page.wait_for_timeout(300)
        taken.append(folder / f"{name}.png")
        page.screenshot(path=taken[-1])
        context.close()
    return taken


def main() -> None:
    """Write docs/images/*.png."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data, examples = Path(folder) / "data", Path(folder) / "examples.txt"
        examples.write_text(EXAMPLES, encoding="utf-8")
        with open_library(Settings.resolve({"data": data}, {}), create=True) as library:
            library.add(replace(load(path), id=path.stem) for path in sorted((ROOT / "seeds").glob("*.txt")))
        with serving(data, "--examples", str(examples)) as server, launched() as browser:
            for path in take(browser, f"http://{server.host}:{server.port}", IMAGES):
                print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
