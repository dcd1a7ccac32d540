"""Measure answers with `hoidap eval`, `python -m bench.answers`: the seeds, the news among distractors, XQuAD given.

Runs the command as anybody would and keeps its figures; the curves of the news are drawn into docs/images. XQuAD is a
test set: it is read only with `--test-sets`, and nothing is chosen by it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.datasets import ROOT, add_eval_option
from bench.machine import describe_machine, describe_run
from bench.report import RESULTS, facts_line, read_results, table, write_results
from bench.serving import run_hoidap
from qa.calibration_metrics import Bin, RiskPoint
from web.cli_eval_plots import Labels, reliability_diagram, risk_curve

IMAGES = ROOT / "docs" / "images"
_LONGEST_S = 3_600.0
_STYLE = (
    "<style>svg{background:#fff}text{font:12px sans-serif;fill:#333}.frame{fill:none;stroke:#888}"
    ".grid{stroke:#e4e4e4}.line{fill:none;stroke:#0b5cad;stroke-width:2}.dot{fill:#0b5cad}"
    ".bar{fill:#bcd6ef}.ideal{stroke:#888;stroke-dasharray:4 4}</style>"
)


@dataclass(frozen=True, slots=True)
class Set:
    """One evaluation: what `hoidap eval` is given, and a name for it."""

    name: str
    arguments: tuple[str, ...]
    test: bool = False


def sets_of(folder: Path) -> tuple[Set, ...]:
    """Return the evaluations; the paths are those of the shared evaluation folder."""
    news = (str(folder / "news-dev/questions.jsonl"), str(folder / "news-dev/questions_more.jsonl"))
    documents = ("--docs", str(folder / "news-dev/docs"), "--docs", str(folder / "news-distractors.jsonl.gz"))
    forms = ("--forms", "written,toneless,nfd")
    return (
        Set("seeds", (str(folder / "seeds_dev.jsonl"), "--docs", str(ROOT / "seeds"))),
        Set("news", (*news, *documents, "--forms", "all")),
        Set("XQuAD vi, given", (str(folder / "xquad/xquad.vi.json"), "--given", "--threshold", "0", *forms), test=True),
    )


def measure(one: Set) -> dict[str, Any]:
    """Run `hoidap eval` and return its figures, without the questions.

    Raises:
        RuntimeError: it failed; the message is what it wrote.
    """
    done = run_hoidap(["eval", "--json", *one.arguments], timeout=_LONGEST_S)
    if done.returncode:
        raise RuntimeError(f"hoidap eval on {one.name} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return {name: value for name, value in found.items() if name not in ("questions", "datasets")}


def rows_of(name: str, found: dict[str, Any]) -> Iterator[Sequence[object]]:
    """Yield the lines of the table: the whole set, then each form."""
    for group, scores in (("all", found["overall"]), *found["by_form"].items()):
        told, silent, sure = scores["answerable"], scores["unanswerable"], scores["confidence"]
        yield (
            f"{name}: {group}",
            told["questions"],
            told["em"],
            told["f1"],
            told["candidate_em"],
            told["candidate_f1"],
            told["right"],
            told["refused"],
            silent["questions"],
            silent["refused"],
            sure["auroc"],
            sure["ece"],
            (scores["retrieval"] or {}).get("recall_1"),
            f"{scores['citations_valid']}/{scores['citations']}",
            scores["latency_p50_ms"],
        )


_HEAD = (
    *("set", "answerable", "EM", "F1", "cand. EM", "cand. F1", "right", "refused", "unanswerable", "refused"),
    *("AUROC", "ECE", "R@1", "citations valid", "p50 ms"),
)


def draw(found: dict[str, Any]) -> None:
    """Write the curves of an evaluation as pictures."""
    risk = [RiskPoint(**point) for point in found["curves"]["risk_coverage"]]
    bins = [Bin(**each) for each in found["curves"]["reliability"]]
    IMAGES.mkdir(parents=True, exist_ok=True)
    alternative = "Share of wrong answers among those given, over the share of questions that are answered."
    labels = Labels("Risk and coverage", "questions answered", "of them wrong", alternative)
    _write(IMAGES / "risk-coverage.svg", risk_curve(risk, labels))
    alternative = "Share of right answers in each tenth of confidence; on the diagonal confidence is true."
    labels = Labels("Reliability", "confidence", "right", alternative)
    _write(IMAGES / "reliability.svg", reliability_diagram(bins, labels))


def _write(path: Path, drawing: str) -> None:
    head, rest = drawing.split(">", 1)
    path.write_text(f"{head}>{_STYLE}{rest}\n", encoding="utf-8")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_eval_option(parser)
    parser.add_argument("--test-sets", action="store_true", help="measure XQuAD, too: for the final table only")
    parser.add_argument("--only", nargs="*", help="names of sets; the others keep what was measured before")
    options = parser.parse_args()
    record = read_results(RESULTS, "answers") or {"sets": {}}
    for one in sets_of(options.eval):
        if (one.test and not options.test_sets) or (options.only and one.name not in options.only):
            continue
        record["sets"][one.name] = {**measure(one), "run": describe_run()}
        print(f"{one.name} measured", flush=True)
    record |= {"machine": describe_machine()}
    curves = record["sets"].get("news")
    if curves:
        draw(curves)
    lines = [row for name, found in record["sets"].items() for row in rows_of(name, found)]
    text = (
        "# Answers, with `hoidap eval`\n\nWritten by `python -m bench.answers`; the columns are explained in "
        f"docs/evaluation.md.\n\n{facts_line(record['machine'])}.\n\n{table(_HEAD, lines)}\n"
    )
    write_results(RESULTS, "answers", record, text)


if __name__ == "__main__":
    main()
