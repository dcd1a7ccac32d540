"""Ask the dev questions end to end, `python -m bench.seeds`: through the library, the command line and HTTP.

Two things are shown. On the seeds: the top answer's citation holds an accepted span, and what cannot be answered is
refused. On all dev questions (seeds and news-dev): every citation of every answer quotes its document exactly, and the
three ways say the same. Rows that fail are printed with the answer given.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.datasets import DevQuestion, QuestionSet, add_eval_option, read_news, read_seeds
from bench.machine import describe_run
from bench.report import RESULTS, facts_line, table, write_results
from bench.serving import Client, run_hoidap, serving
from qa.evaluate import citation_is_valid
from web.settings import Settings
from web.wiring import build_answerer, open_library

Shape = dict[str, Any]  # the public shape of an `AskResult`
Way = Callable[[Path, Sequence[str]], list[Shape]]
SHARE_WANTED = 0.9


# -- the three ways -----------------------------------------------------------------------------------------------


def by_library(data: Path, questions: Sequence[str]) -> list[Shape]:
    """Ask in this process."""
    settings = settings_of(data)
    with open_library(settings) as library:
        answerer = build_answerer(settings, library)
        return [answerer.ask(question).to_dict() for question in questions]


def by_command_line(data: Path, questions: Sequence[str]) -> list[Shape]:
    """Ask with one `hoidap ask --json -`, one question a line.

    Raises:
        RuntimeError: there is not one result a line.
    """
    done = run_hoidap(["ask", "--data", str(data), "--json", "-"], stdin="".join(f"{q}\n" for q in questions))
    results = [json.loads(line) for line in done.stdout.splitlines()]
    if len(results) != len(questions):
        raise RuntimeError(f"{len(questions)} questions gave {len(results)} results: {done.stderr[-500:]}")
    return results


def by_http(data: Path, questions: Sequence[str]) -> list[Shape]:
    """Ask a server, one question after another on one connection.

    Raises:
        RuntimeError: it answered one with an error.
    """
    with serving(data) as server:
        client = Client(server)
        answers = [client.post("/v1/ask", {"question": question}) for question in questions]
        client.close()
    if wrong := [status for status, _ in answers if status != 200]:
        raise RuntimeError(f"the server answered with status {Counter(wrong)}")
    return [body for _, body in answers]


WAYS: Mapping[str, Way] = {"library": by_library, "command line": by_command_line, "HTTP": by_http}


def settings_of(data: Path) -> Settings:
    """Return the settings of the product with this data directory; the environment has no say."""
    return Settings.resolve({"data": data}, {})


# -- judging ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one question by one way."""

    question: DevQuestion
    right: bool
    document_found: bool
    given: str
    cited: str
    confidence: float


def judge(question: DevQuestion, result: Shape) -> Judged:
    """Tell whether the top answer cites an accepted span, or the refusal was right."""
    answers = result["answers"]
    top = answers[0]["citations"][0] if answers else None
    right = _cites_accepted(question, top) if top and question.answerable else not question.answerable and not answers
    return Judged(
        question=question,
        right=right,
        document_found=top is not None and top["document_id"] == question.document_id,
        given=" ".join(answers[0]["text"].split()) if answers else "(no answer)",
        cited=f"{top['document_id']}[{top['start_char_index']}:{top['end_char_index']}]" if top else "",
        confidence=result["confidence"],
    )


def _cites_accepted(question: DevQuestion, citation: Mapping[str, Any]) -> bool:
    start, end = citation["start_char_index"], citation["end_char_index"]
    if citation["document_id"] != question.document_id:
        return False
    return any(start <= span.start and span.end <= end for span in question.accepted)


def citations_in(results: Sequence[Shape]) -> Iterator[Shape]:
    """Yield every citation of every answer."""
    for result in results:
        for answer in result["answers"]:
            yield from answer["citations"]


def without_timings(result: Shape) -> Shape:
    """Return what must be the same by every way."""
    return {name: value for name, value in result.items() if name != "timings_ms"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one way gave on one set of questions."""

    way: str
    judged: tuple[Judged, ...]
    citations: int
    valid: int
    same_as_library: int

    def share(self, wanted: Callable[[DevQuestion], bool]) -> tuple[int, int]:
        """Return how many of the questions that are `wanted` went right, and how many there are."""
        some = [one for one in self.judged if wanted(one.question)]
        return sum(one.right for one in some), len(some)


def outcomes_of(questions: QuestionSet, data: Path) -> list[Outcome]:
    """Index the documents and ask all questions by each way."""
    with open_library(settings_of(data), create=True) as library:
        library.add(questions.documents)
    texts = {document.id: document.text for document in questions.documents}
    asked = [question.question for question in questions.questions]
    reference: list[Shape] = []
    outcomes = []
    for way, ask in WAYS.items():
        results = ask(data, asked)
        reference = reference or results
        citations = list(citations_in(results))
        pairs = zip(results, reference, strict=True)
        outcomes.append(
            Outcome(
                way=way,
                judged=tuple(judge(q, result) for q, result in zip(questions.questions, results, strict=True)),
                citations=len(citations),
                valid=sum(citation_is_valid(citation, texts) for citation in citations),
                same_as_library=sum(without_timings(a) == without_timings(b) for a, b in pairs),
            )
        )
    return outcomes


# -- the report ---------------------------------------------------------------------------------------------------

_GROUPS: Mapping[str, Callable[[DevQuestion], bool]] = {
    "answerable": lambda q: q.answerable,
    "… Vietnamese": lambda q: q.answerable and q.language == "vi",
    "… toneless": lambda q: q.answerable and q.language == "vi-toneless",
    "… English": lambda q: q.answerable and q.language == "en",
    "unanswerable": lambda q: not q.answerable,
}


def rows_of(name: str, outcome: Outcome) -> list[list[object]]:
    """Return the lines of the table for one set and way."""
    rows: list[list[object]] = []
    for group, wanted in _GROUPS.items():
        right, count = outcome.share(wanted)
        if count:
            found = sum(one.document_found for one in outcome.judged if wanted(one.question))
            document = found / count if group != "unanswerable" else None
            rows.append([name, outcome.way, group, count, right, right / count, document])
    return rows


def citation_rows(name: str, outcomes: Sequence[Outcome]) -> list[list[object]]:
    """Return the lines of the table of citations."""
    return [[name, o.way, len(o.judged), o.citations, o.valid, o.same_as_library] for o in outcomes]


def failures(outcome: Outcome) -> str:
    """Return the rows that failed with the answer given, for reading."""
    lines = []
    for one in outcome.judged:
        if not one.right:
            wanted = f"{one.question.document_id}{[(s.start, s.end) for s in one.question.accepted]}"
            lines.append(f"{one.question.id} [{one.question.language}] {one.question.question}")
            lines.append(f"    wanted {wanted if one.question.answerable else 'no answer'}")
            lines.append(f"    given {one.confidence:.2f} {one.cited} {one.given[:300]}")
    return "\n".join(lines)


def page_of(measured: Mapping[str, Sequence[Outcome]]) -> tuple[str, Shape]:
    """Return the Markdown page and the record."""
    answers = [row for name, outcomes in measured.items() for outcome in outcomes for row in rows_of(name, outcome)]
    citations = [row for name, outcomes in measured.items() for row in citation_rows(name, outcomes)]
    run = describe_run()
    parts = [
        "# Dev questions, end to end",
        "Written by `python -m bench.seeds`. An answerable question is right when the top answer's citation lies in "
        "the right document and holds an accepted span; an unanswerable one when it is refused.",
        facts_line(run) + ".",
        table(["set", "way", "questions", "number", "right", "share", "right document"], answers),
        "Every citation of every answer: `text[start:end] == cited_text`; and the results that are the same, but for "
        "timings, as those of the library.",
        table(["set", "way", "questions", "citations", "valid", "same as library"], citations),
    ]
    return "\n\n".join(parts), {"run": run, "answers": answers, "citations": citations}


def passed(measured: Mapping[str, Sequence[Outcome]]) -> bool:
    """Tell whether the marks are reached: all citations valid, nine in ten of the seeds' questions right."""
    outcomes = [outcome for some in measured.values() for outcome in some]
    exact = all(o.valid == o.citations and o.same_as_library == len(o.judged) for o in outcomes)
    seeds = [outcome.share(_GROUPS["answerable"]) for outcome in measured.get("seeds", ())]
    return exact and all(right >= SHARE_WANTED * count for right, count in seeds)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print what failed, write the tables; 1 when a mark is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.seeds", description=__doc__)
    add_eval_option(parser)
    parser.add_argument("--sets", nargs="+", choices=["seeds", "news-dev"], default=["seeds", "news-dev"])
    parser.add_argument("--no-distractors", action="store_true", help="news-dev without the other 3,000 articles")
    parser.add_argument("--failures", action="store_true", help="print the failing rows of news-dev too")
    parser.add_argument("--out", type=Path, default=RESULTS, metavar="DIR", help="folder of seeds.md and seeds.json")
    options = parser.parse_args(arguments)
    measured: dict[str, list[Outcome]] = {}
    for name in options.sets:
        questions = (
            read_seeds(options.eval)
            if name == "seeds"
            else read_news(options.eval, distractors=not options.no_distractors)
        )
        with tempfile.TemporaryDirectory(prefix="hoidap-bench-") as scratch:
            measured[name] = outcomes_of(questions, Path(scratch) / "data")
        if name == "seeds" or options.failures:
            print(f"== {name}: what failed\n{failures(measured[name][0])}\n")
    page, record = page_of(measured)
    print(page)
    write_results(options.out, "seeds", record, page)
    return 0 if passed(measured) else 1


if __name__ == "__main__":
    raise SystemExit(main())
