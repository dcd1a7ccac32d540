"""Measure the widget in a real browser: its size, the time from the last key to the answer, the requests it makes.

    python -m bench.pages --corpus DIR        # a library of 10,000 passages of news
    python -m bench.pages --seeds             # the five seeds: a quick look

The time runs from the keydown of the last key to the frame after the answer stands in the list, in the page itself.
It holds the pause in which the box waits for more keys (250 ms); Enter asks at once, and is measured apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from bench.browser import launched
from bench.clock import summary
from bench.corpus import add_corpus_option, prepare
from bench.datasets import ROOT
from bench.machine import describe_machine
from bench.report import RESULTS, facts_line, table, write_results
from bench.serving import serving
from index.loaders import load
from index.types import Document
from web.settings import Settings
from web.wiring import open_library

PASSAGES = 10_000
QUESTIONS = 40
WIDGET = ROOT / "web" / "static" / "widget.js"

# The clock is the page's own: from the key to the second frame after the list shows what was asked for.
_WATCH = """
() => {
  const box = document.querySelector("#inline").shadowRoot;
  const list = box.querySelector("[role=listbox]");
  const frame = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
  box.querySelector("input").addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
  new MutationObserver(() => {
    if (list.childElementCount) frame(() => { window.shown = performance.now(); });
  }).observe(list, { childList: true });
}
"""


def size_of(path: Path) -> dict[str, int]:
    """Return the bytes of a script, as it is and compressed."""
    body = path.read_bytes()
    return {"bytes": len(body), "gzip_bytes": len(gzip.compress(body, 9, mtime=0))}


def _documents(arguments: argparse.Namespace) -> tuple[list[Document], list[str]]:
    """Return what to store and what to ask: titles, which are no questions but are typed like them."""
    if arguments.seeds:
        documents = [load(path) for path in sorted((ROOT / "seeds").glob("*.txt"))]
    else:
        documents = list(prepare(arguments.corpus, PASSAGES).documents(PASSAGES))
    step = max(1, len(documents) // QUESTIONS)
    return documents, [" ".join(each.title.split())[:80] for each in documents[::step] if each.title][:QUESTIONS]


def _measure(page: Page, questions: Sequence[str], *, enter: bool) -> list[float]:
    taken = []
    box = page.locator("#inline").get_by_role("combobox")
    for question in questions:
        box.fill("")
        page.evaluate("() => { window.shown = undefined; }")
        box.fill(question[:-1])
        box.press_sequentially(question[-1])
        if enter:
            box.press("Enter")
        page.wait_for_function("() => window.shown > window.pressed")
        taken.append(float(page.evaluate("() => window.shown - window.pressed")))
    return taken


def _run(data: Path, questions: Sequence[str]) -> dict[str, Any]:
    with serving(data, "--rate", "0") as server, launched() as browser:
        host = f"http://{server.host}:{server.port}"
        page = browser.new_page()
        requests: list[str] = []
        page.on("request", lambda request: requests.append(f"{request.method} {request.url.removeprefix(host)}"))
        page.goto(f"{host}/embed-demo")
        page.locator("#inline").get_by_role("combobox").wait_for()
        page.evaluate(_WATCH)
        loading, elsewhere = len(requests), [each for each in requests if "http" in each]
        _measure(page, questions[:3], enter=True)  # the first ones open the library
        requests.clear()
        typed = _measure(page, questions[3:], enter=False)
        asked = len(requests)
        page.reload()
        page.locator("#inline").get_by_role("combobox").wait_for()
        page.evaluate(_WATCH)
        entered = _measure(page, [f"{question} " + "gì" for question in questions[3:]], enter=True)
    return {
        "typing": summary(typed),
        "enter": summary(entered),
        "requests_to_load_the_demo_page": loading,
        "requests_for_each_question": round(asked / max(1, len(typed)), 2),
        "requests_to_elsewhere": len(elsewhere),
    }


def main() -> None:
    """Measure, print, and write bench/results/pages.{json,md}."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_corpus_option(parser)
    parser.add_argument("--seeds", action="store_true", help="five articles instead of 10,000 passages")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="where the results go")
    arguments = parser.parse_args()
    documents, questions = _documents(arguments)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        with open_library(Settings.resolve({"data": data}, {}), create=True) as library:
            library.add(documents)
            passages = library.stats().passages
        measured = _run(data, questions)
    record = {"machine": describe_machine(), "passages": passages, "widget": size_of(WIDGET), **measured}
    write_results(arguments.out, "pages", record, _markdown(record))
    print(json.dumps(record, ensure_ascii=False, indent=1))


def _markdown(record: dict[str, Any]) -> str:
    rows = [
        ("widget.js, gzipped, bytes", record["widget"]["gzip_bytes"]),
        ("widget.js, bytes", record["widget"]["bytes"]),
        ("last key to answer while typing, p50 / p95, ms", _pair(record["typing"])),
        ("Enter to answer, p50 / p95, ms", _pair(record["enter"])),
        ("requests for each question", record["requests_for_each_question"]),
        ("requests to anybody else", record["requests_to_elsewhere"]),
    ]
    head = f"# The widget in a browser, {record['passages']:,} passages\n\n{facts_line(record['machine'])}\n\n"
    return head + table(["", "measured"], rows)


def _pair(times: dict[str, float]) -> str:
    return f"{times['p50_ms']:.0f} / {times['p95_ms']:.0f} ({times['n']:.0f} questions)"


if __name__ == "__main__":
    main()
