"""Drive Debian's Chromium over the real server: a library of the seeds and of texts that are hard to cut.

Where there is no Chromium the tests are skipped, and the end of the run says so in capitals: `make test` installs it
from Debian's packages where it may.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, expect

from bench.browser import MISSING, chromium, launched
from index.loaders import load
from index.types import Document
from web.app import close_app, create_app
from web.serve import Server
from web.settings import Settings
from web.sites import SiteStore
from web.wiring import open_library

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
CAN_THO = "003_a402cb938e9cf45f"
QUESTION = "Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?"
TONELESS = "co bao nhieu don vi duoc khen thuong o Can Tho"
NOT_SAID = "Giá vé tàu điện ngầm Sài Gòn là bao nhiêu xu?"
HARD = unicodedata.normalize(
    "NFD", "Thông báo 📣\r\n\r\nNăm 2024 có 17 hộ 👨‍👩‍👧 được tặng Giấy khen.\r\nHết <b>thông báo</b> & chào.\r\n"
)

SAME = "Tin từ {place}. Năm 2031 xã Thạnh Mỹ Tây có 912 hộ trồng sen xuất khẩu. Hết tin của {place}.\n"
IN_TWO = "Năm 2031 xã Thạnh Mỹ Tây có bao nhiêu hộ trồng sen xuất khẩu?"

PATIENCE_MS = 60_000  # a busy machine is no fault of the page
_skipped: list[str] = []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the tests in the browser did not run."""
    if _skipped:
        terminalreporter.section("THE BROWSER TESTS DID NOT RUN", sep="!", red=True, bold=True)
        terminalreporter.write_line(f"{MISSING} (as root: apt-get install chromium), then run `make test` again.")


@dataclass
class Watch:
    """What must not happen in any page: scripts that fail or run unasked, blocked content, requests to elsewhere."""

    allowed: tuple[str, ...]
    faults: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def fault(self, text: str) -> None:
        """Note what went wrong, unless it is what the test is about."""
        if not any(part in text for part in self.expected):
            self.faults.append(text)

    def request(self, url: str) -> None:
        """Note a request; one to elsewhere is a fault."""
        self.requests.append(url)
        if not url.startswith(self.allowed):
            self.faults.append(f"a request to {url}")

    def attach(self, page: Page) -> None:
        """Watch a page."""
        page.on("pageerror", lambda error: self.fault(f"error: {error}"))
        page.on("console", self._console)
        page.on("request", lambda request: self.request(request.url))
        page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.fault(f"{message.type}: {message.text}")

    def _dialog(self, dialog: Dialog) -> None:
        self.fault(f"dialog: {dialog.message}")
        dialog.dismiss()


VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("policy", event.violatedDirective, event.blockedURI, event.sample));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    if chromium() is None:
        _skipped.append(MISSING)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with launched() as running:
        yield running


@contextmanager
def serving(data: Path, **flags: Any) -> Iterator[Server]:
    """Serve a data directory on a free port of loopback until the block ends."""
    settings = Settings.resolve({"data": data, "rate": 0, "port": 0, **flags}, {})
    app = create_app(settings)
    server = Server(settings, app)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(timeout=40)
        close_app(app)
        assert not thread.is_alive()


def fill(data: Path, *documents: Document) -> Path:
    """Make a library of the seeds and `documents`."""
    with open_library(Settings.resolve({"data": data}, {}), create=True) as library:
        library.add([*(replace(load(path), id=path.stem) for path in SEEDS), *documents])
    return data


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library behind `host`."""
    return fill(
        tmp_path_factory.mktemp("browser") / "data",
        Document(
            "kho",
            HARD,
            "Thông báo khó cắt",
            url="https://example.vn/thong-bao?nam=2024",
            metadata={"date": "2024-05-15"},
        ),
        *(
            Document(f"xa-{number}", SAME.format(place=place), f"Báo cáo {place}")
            for number, place in enumerate(("A", "B"))
        ),
    )


@pytest.fixture(scope="session")
def host(browser: Browser, data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running HoiDap; `browser` comes first, so that nothing is built where it is missing."""
    examples = tmp_path_factory.mktemp("examples") / "examples.txt"
    examples.write_text(f"# gợi ý\n{QUESTION}\nAi là Bí thư Thành ủy Hải Phòng?\n", encoding="utf-8")
    with serving(data, examples=str(examples)) as server:
        yield server.url


class Neighbour:
    """A web server of somebody else, on another origin, with a strict policy: it embeds the widget."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[str, str]] = {}
        neighbour = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                kind, body, policy = neighbour.answer(self.path.partition("?")[0])
                self.send_response(200 if kind else 404)
                self.send_header("Content-Type", kind or "text/plain")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, format: str, *args: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def embed(self, host: str, site: str, attributes: str = "", *, style: str = "", more: str = "") -> str:
        """Return the address of a page with the widget of `host` on it."""
        path = f"/{len(self.pages)}"
        sheet = f'<link rel="stylesheet" href="{path}.css">' if style else ""
        body = (
            '<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>Cổng nội bộ</title>'
            f'<link rel="icon" href="data:,">{sheet}<script type="module" src="{host}/widget.js"></script></head>'
            f'<body><main><h1>Cổng nội bộ</h1><hoidap-search endpoint="{host}" site="{site}" {attributes}>'
            f'</hoidap-search><p><label>Ghi chú <input id="other"></label></p>{more}</main></body></html>'
        )
        policy = (
            f"default-src 'none'; script-src 'self' {host}; style-src 'self'; connect-src {host}; img-src data:; "
            "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
        )
        self.pages[path] = ("text/html; charset=utf-8", body)
        self.pages[f"{path}.css"] = ("text/css", style)
        self._policy = policy
        return self.url + path

    def answer(self, path: str) -> tuple[str, str, str]:
        """Return type, body and policy of a page; no type where there is none."""
        kind, body = self.pages.get(path, ("", ""))
        return kind, body, getattr(self, "_policy", "default-src 'none'")

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)


@pytest.fixture(scope="session")
def neighbour() -> Iterator[Neighbour]:
    """A page server of another origin than the server's."""
    found = Neighbour()
    yield found
    found.close()


@pytest.fixture(scope="session")
def site(data: Path, neighbour: Neighbour) -> str:
    """The id of the site that the neighbour is, without a rate."""
    return SiteStore(data).add("Cổng nội bộ", [neighbour.url], rate=0).id


Open = Callable[..., Page]


@pytest.fixture
def watch(host: str, neighbour: Neighbour) -> Iterator[Watch]:
    """Whatever goes wrong in a page of this test; nothing may, at its end."""
    found = Watch((host, neighbour.url, "data:"))
    yield found
    assert found.faults == []


@pytest.fixture
def open_page(browser: Browser, watch: Watch) -> Iterator[Open]:
    """Open an address in a fresh profile; keywords are those of a Playwright context."""
    contexts: list[BrowserContext] = []

    def open_it(address: str, **context: Any) -> Page:
        context = {"viewport": {"width": 1024, "height": 768}, "locale": "vi-VN", **context}
        contexts.append(browser.new_context(**context))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        page = contexts[-1].new_page()
        if context.get("java_script_enabled", True):
            page.add_init_script(VIOLATIONS)
        watch.attach(page)
        page.goto(address)
        return page

    yield open_it
    for each in contexts:
        each.close()
