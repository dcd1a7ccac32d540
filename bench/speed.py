"""Measure speed, size and memory, `python -m bench.speed`: libraries of 10,000, 100,000 and 400,000 passages of news.

Every number is taken in a fresh process (`bench.probes`) or from the command and the server as people run them. Each
measurement ends after a set time. Libraries are kept under .bench/ and used again with `--reuse`.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from bench.clock import percentile, summary
from bench.corpus import WORK, NewsFile, add_corpus_option, prepare
from bench.datasets import ROOT, SEEDS, add_eval_option, read_questions
from bench.machine import describe_machine, describe_run, load_average, resident_mb
from bench.questions import timing_questions
from bench.report import RESULTS, facts_line, read_results, table, write_results
from bench.serving import Client, Serving, environment, run_hoidap, serving
from index.types import Document
from web.wiring import SENTENCES

SIZES = (10_000, 100_000, 400_000)
PARTS = ("in_process", "vectors", "http", "memory", "cold_ask", "one_document", "cold_index", "seeds")
_SPARE = 3_000  # passages of articles beyond the largest corpus: their titles become questions
_QUESTIONS = 400
_COLD_RUNS = 7
_ASKED_BEFORE_MEMORY = 50
_READERS = {"short answers": "", "sentences": SENTENCES}
_PROBE_S = 3_600.0

Result = dict[str, Any]


def probe(name: str, **arguments: object) -> Result:
    """Run a probe of `bench.probes` in a process of its own.

    Raises:
        RuntimeError: it failed; the message ends with what it wrote.
    """
    done = subprocess.run(
        [sys.executable, "-m", "bench.probes", name],
        input=json.dumps(arguments),
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        timeout=_PROBE_S,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"the probe {name} failed: {done.stderr[-2000:]}")
    return dict(json.loads(done.stdout))


# -- the parts ----------------------------------------------------------------------------------------------------


def library_of(size: int, news: NewsFile, options: argparse.Namespace) -> tuple[Path, Result]:
    """Return the library of a size and how it was made; with `--reuse`, one that was made before."""
    data, note = WORK / f"library-{size}", WORK / f"library-{size}.json"
    if options.reuse and note.exists():
        return data, dict(json.loads(note.read_text(encoding="utf-8")))
    shutil.rmtree(data, ignore_errors=True)
    note.unlink(missing_ok=True)
    made = probe("index", data=str(data), news=str(news.path), passages=size, model=options.model)
    made["load"] = load_average()
    note.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    return data, made


def measure_http(data: Path, questions: Sequence[str], seconds: float) -> Result:
    """Ask and search over HTTP, with one client and with four."""
    with serving(data) as server:
        for question in questions[:20]:
            _post(server, [question], "ask", time.monotonic() + seconds, [])
        result: Result = {
            f"{what}, {clients} client{'s' if clients > 1 else ''}": _load(server, questions, what, clients, seconds)
            for what in ("search", "ask")
            for clients in (1, 4)
        }
        return {**result, "server_mb": round(resident_mb(server.process))}


def _load(server: Serving, questions: Sequence[str], what: str, clients: int, seconds: float) -> Result:
    taken: list[list[float]] = [[] for _ in range(clients)]
    start = time.monotonic()
    threads = [
        threading.Thread(target=_post, args=(server, questions[number::clients], what, start + seconds, taken[number]))
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    values = [value for some in taken for value in some]
    return {**summary(values), "per_s": round(len(values) / (time.monotonic() - start), 1)}


def _post(server: Serving, questions: Sequence[str], what: str, end: float, taken: list[float]) -> None:
    client = Client(server)
    for question in questions:
        if time.monotonic() > end:
            break
        start = time.perf_counter()
        status, _ = client.post(f"/v1/{what}", {"question": question})
        taken.append(1000 * (time.perf_counter() - start))
        assert status == 200, f"status {status}"
    client.close()


def measure_memory(data: Path, questions: Sequence[str]) -> Result:
    """Ask a server fifty questions over HTTP, with each of the readers, and return what memory it then holds."""
    return {name: _served_mb(data, questions, reader) for name, reader in _READERS.items()}


def _served_mb(data: Path, questions: Sequence[str], reader: str) -> Result:
    with serving(data, "--reader", reader) as server:
        ready_mb = resident_mb(server.process)
        taken: list[float] = []
        _post(server, list(islice(cycle(questions), _ASKED_BEFORE_MEMORY)), "ask", math.inf, taken)
        return {"asked": len(taken), "ready_mb": round(ready_mb), "asked_mb": round(resident_mb(server.process))}


def measure_seeds(folder: Path) -> Result:
    """Run `hoidap ask` as a whole process on a library of the five documents of seeds/."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "data"
        made = run_hoidap(["index", "--data", str(data), *map(str, sorted(SEEDS.glob("*.txt")))])
        assert made.returncode == 0, made.stderr[-500:]
        before = {"load_before": load_average(), **describe_run()}
        cold = measure_cold(data, [question.question for question in read_questions(folder / "seeds_dev.jsonl")])
        return {**before, **cold, "load": load_average()}


def measure_cold(data: Path, questions: Sequence[str]) -> Result:
    """Run `hoidap ask` as a whole process: from starting it to its end."""
    taken = []
    for question in questions[:_COLD_RUNS]:
        start = time.perf_counter()
        done = run_hoidap(["ask", "--data", str(data), "--json", question])
        taken.append(time.perf_counter() - start)
        assert done.returncode in (0, 1), done.stderr[-500:]
    return _seconds(taken)


def measure_cold_index(data: Path, scratch: Path) -> Result:
    """Run `hoidap index FILE` on one small file as a whole process, then take the document out again."""
    taken = []
    for number in range(3):
        file = scratch / f"bench-{number}.txt"
        file.write_text(f"Chợ nổi thứ {number} họp trên sông\n\nCó {number + 40} chiếc ghe đến bán.", encoding="utf-8")
        start = time.perf_counter()
        done = run_hoidap(["index", "--data", str(data), str(file), "--json"])
        taken.append(time.perf_counter() - start)
        assert done.returncode == 0, done.stderr[-500:]
        for name in _ids_in(json.loads(done.stdout)):
            gone = run_hoidap(["docs", "remove", "--yes", "--data", str(data), name])
            assert gone.returncode == 0, gone.stderr[-500:]
        file.unlink()
    return _seconds(taken)


def _ids_in(report: Mapping[str, Any]) -> list[str]:
    return [str(name) for kind in ("added", "replaced") for name in report.get(kind, [])]


def _seconds(taken: Sequence[float]) -> Result:
    return {
        "runs": len(taken),
        "median_s": round(percentile(taken, 0.5), 3),
        "best_s": round(min(taken), 3),
        "worst_s": round(max(taken), 3),
    }


# -- the whole ----------------------------------------------------------------------------------------------------


def measure(size: int, news: NewsFile, questions: Sequence[str], options: argparse.Namespace) -> Result:
    """Measure on one size the parts that are wanted."""
    data, made = library_of(size, news, options)
    common: dict[str, object] = {"data": str(data), "model": options.model, "questions": list(questions)}
    parts: dict[str, Callable[[], Result]] = {
        "in_process": lambda: probe("ask", seconds=options.seconds, **common),
        "vectors": lambda: probe("vectors", **common),
        "http": lambda: measure_http(data, questions, options.seconds),
        "memory": lambda: measure_memory(data, questions),
        "cold_ask": lambda: measure_cold(data, questions),
        "one_document": lambda: probe("add", **common),
        "cold_index": lambda: measure_cold_index(data, WORK),
    }
    result: Result = {"index": made, "load_before": load_average(), **describe_run()}
    for name, part in parts.items():
        if name in options.parts:
            result[name] = {**part(), "load": load_average()}
    return {**result, "load_after": load_average()}


def spare_articles(news: NewsFile, used: int) -> Iterator[Document]:
    """Yield the articles beyond the first `used` passages: what is not in any library."""
    return (document for document, total in news.numbered(used + _SPARE) if total > used)


def markdown(record: Mapping[str, Any]) -> str:
    """Return the tables of a record as a page."""
    sizes = sorted(record["sizes"], key=int)
    columns = [record["sizes"][size] for size in sizes]
    body = [[name, *(_at(column, path) for column in columns), mark] for name, path, mark in _LINES]
    rows = [row for row in body if any(value is not None for value in row[1:-1])]
    head = ["", *(f"{int(size):,} passages" for size in sizes), "mark"]
    loads = "; ".join(
        f"{int(s):,}: {c['load_before']} to {c['load_after']}" for s, c in zip(sizes, columns, strict=True)
    )
    return "\n\n".join(
        [
            "# Speed",
            _EXPLANATION,
            facts_line(record["machine"]) + ".",
            _runs(columns),
            table(head, rows),
            *_seeds(record.get("seeds")),
            f"Load average before and after: {loads}.",
        ]
    )


def _runs(columns: Sequence[Mapping[str, Any]]) -> str:
    runs = {(column["commit"], column["date"], column["index"]["model_revision"]) for column in columns}
    return "; ".join(f"commit {commit}, {date}, model revision {model}" for commit, date, model in sorted(runs)) + "."


def _seeds(cold: Mapping[str, Any] | None) -> list[str]:
    if not cold:
        return []
    taken = f"{cold['median_s']} s (median of {cold['runs']}; {cold['best_s']} to {cold['worst_s']})"
    run = f"Commit {cold['commit']}, {cold['date']}, load average {cold['load_before']} to {cold['load']}"
    return [f"`hoidap ask`, whole process, on the five documents of seeds/: {taken}. {run}."]


_EXPLANATION = """Written by `python -m bench.speed`; how it measures: [README](../README.md). MiB are 2^20 bytes.
Indexing is one `Library.add` from an empty directory to searchable: cutting, embedding, storing, publishing. Clients of
the HTTP rows run on the same cores as the server."""

# What is shown, where it stands in the record, and the mark it has to reach.
_LINES: tuple[tuple[str, str, str], ...] = (
    ("documents", "index.documents", ""),
    ("passages", "index.passages", ""),
    ("indexing: passages/s", "index.passages_per_s", "≥ 3,000"),
    ("indexing: seconds", "index.seconds", ""),
    ("… of it publishing", "index.of_it_publish_s", ""),
    ("indexing: most memory, MiB", "index.peak_mb", ""),
    ("on disk, MiB", "index.disk_mb", ""),
    ("… of it database", "index.database_mb", ""),
    ("vector index", "index.vectors.kind", ""),
    ("opening, s", "in_process.open_s", ""),
    ("memory after opening, MiB", "in_process.opened_mb", ""),
    ("memory after up to 200 questions, MiB", "in_process.asked_mb", "≤ 1,500 MB"),
    ("search p50, ms", "in_process.search.p50_ms", "≤ 15"),
    ("search p95, ms", "in_process.search.p95_ms", "≤ 40"),
    ("ask p50, ms", "in_process.ask.p50_ms", ""),
    ("ask p95, ms", "in_process.ask.p95_ms", ""),
    ("side by side: words alone p50, ms", "in_process.parts.words alone.p50_ms", ""),
    ("side by side: meaning alone p50, ms", "in_process.parts.meaning alone.p50_ms", ""),
    ("side by side: search p50, ms", "in_process.parts.search.p50_ms", ""),
    ("side by side: ask p50, ms", "in_process.parts.ask.p50_ms", ""),
    ("nearest vectors: chosen index p50, ms", "vectors.index.p50_ms", ""),
    ("nearest vectors: Flat p50, ms", "vectors.flat.p50_ms", ""),
    ("nearest vectors: Flat / chosen", "vectors.flat_over_index", ""),
    ("recall@10 of the chosen index on questions", "vectors.recall_on_questions", ""),
    ("HTTP search, 1 client: p50, ms", "http.search, 1 client.p50_ms", ""),
    ("HTTP search, 1 client: p95, ms", "http.search, 1 client.p95_ms", ""),
    ("HTTP search, 4 clients: p50, ms", "http.search, 4 clients.p50_ms", ""),
    ("HTTP search, 4 clients: p95, ms", "http.search, 4 clients.p95_ms", ""),
    ("HTTP search, 4 clients: requests/s", "http.search, 4 clients.per_s", ""),
    ("HTTP ask, 1 client: p50, ms", "http.ask, 1 client.p50_ms", ""),
    ("HTTP ask, 1 client: p95, ms", "http.ask, 1 client.p95_ms", ""),
    ("HTTP ask, 4 clients: p50, ms", "http.ask, 4 clients.p50_ms", ""),
    ("HTTP ask, 4 clients: p95, ms", "http.ask, 4 clients.p95_ms", ""),
    ("HTTP ask, 4 clients: requests/s", "http.ask, 4 clients.per_s", ""),
    ("server's memory, MiB", "http.server_mb", ""),
    ("… after 50 questions, short answers, MiB", "memory.short answers.asked_mb", ""),
    ("… after 50 questions, sentences, MiB", "memory.sentences.asked_mb", ""),
    ("`hoidap ask`, whole process, median s", "cold_ask.median_s", "≤ 1.0"),
    ("one document added and found elsewhere, median s", "one_document.visible_s", "≤ 1.0"),
    ("… the first after opening, s", "one_document.first_visible_s", ""),
    ("one document removed, median s", "one_document.remove_s", ""),
    ("`hoidap index` of one file, whole process, median s", "cold_index.median_s", ""),
)


def _at(record: Mapping[str, Any], path: str) -> object:
    """Return the value at a dotted path, None where there is none."""
    value: object = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def parse_options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    add_corpus_option(parser)
    add_eval_option(parser)
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="passages")
    parser.add_argument("--reuse", action="store_true", help="use the libraries under .bench/ that were made before")
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure; the rest is left blank"
    )
    parser.add_argument("--seconds", type=float, default=30.0, help="longest time for one measurement of latency")
    parser.add_argument("--model", default="", help="embedding model; empty for the bundled one")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="folder of speed.md and speed.json")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure each size, smallest first, and write the results after each."""
    options = parse_options(arguments)
    largest = max(options.sizes)
    news = prepare(options.corpus, largest + _SPARE)
    questions = timing_questions(options.eval, islice(spare_articles(news, largest), _QUESTIONS), _QUESTIONS)
    machine = describe_machine()
    earlier = read_results(options.out, "speed")
    earlier = earlier if earlier.get("machine") == machine else {}
    sizes = dict(earlier.get("sizes", {}))
    seeds = measure_seeds(options.eval) if "seeds" in options.parts else earlier.get("seeds")
    for size in sorted(options.sizes):
        sizes[str(size)] = measure(size, news, questions, options)
        record = {"machine": machine, "sizes": sizes, "seeds": seeds}
        write_results(options.out, "speed", record, markdown(record))
    print(markdown(record))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
