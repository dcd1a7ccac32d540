"""Write an evaluation as one HTML page: tables, curves, misses; no scripts, nothing loaded, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from qa.calibration_metrics import RiskPoint
from qa.trial import Outcome
from web.cli_eval import Run, Table, about, figure, form_name, tables
from web.cli_eval_plots import Labels, reliability_diagram, risk_curve
from web.cli_text import clean
from web.render import Page

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #8886; text-align: right; }
th:first-child, td:first-child { text-align: left; }
figure { display: inline-block; margin: 0 1rem 1rem 0; vertical-align: top; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: currentColor; }
.frame { fill: none; stroke: currentColor; } .grid { stroke: #8884; }
.line { fill: none; stroke: #b3261e; stroke-width: 2; } .dot { fill: #b3261e; }
.bar { fill: #3b6ea5aa; stroke: #3b6ea5; } .ideal { stroke: currentColor; stroke-dasharray: 4 4; }
article { border-left: 4px solid #b3261e; padding: 0 1rem; margin: 1.5rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; } dt { font-weight: 600; }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def report_page(page: Page, run: Run) -> str:
    """Return the whole page."""
    title, line = about(page, run)
    parts = [f"<h1>{_safe(title)}</h1>", f"<p>{_safe(line)}</p>"]
    parts += [_section(table.title, _table(table)) for table in tables(page, run)]
    if not run.retrieval_only:
        parts.insert(2, f"<p>{_safe(page.text('eval.legend'))}</p>")
        parts += [_curves(page, run), _section(page.text("eval.miss_list"), "\n".join(_misses(page, run)))]
    return (
        f'<!DOCTYPE html>\n<html lang="{page.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_safe(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _safe(text: str) -> str:
    """Return text of anywhere as the page shows it: no control characters, no markup."""
    return escape(clean(text))


def _section(title: str, content: str) -> str:
    return f"<section>\n<h2>{_safe(title)}</h2>\n{content}\n</section>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{_safe(cell)}</th>' for cell in table.header)
    rows = "\n".join(_row(row) for row in table.rows)
    return f'<div class="scroll"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>'


def _row(row: tuple[str, ...]) -> str:
    cells = "".join(f"<td>{_safe(cell)}</td>" for cell in row[1:])
    return f'<tr><th scope="row">{_safe(row[0])}</th>{cells}</tr>'


def _curves(page: Page, run: Run) -> str:
    curves = run.report.curves
    risk = Labels(
        page.text("eval.curve"),
        page.text("eval.coverage"),
        page.text("eval.risk"),
        _risk_in_words(page, curves.risk_coverage),
    )
    reliable = Labels(
        page.text("eval.reliability"),
        page.text("eval.confidence"),
        page.text("eval.share_right"),
        page.text("eval.reliability_alt"),
    )
    drawn = (
        _figure(risk, risk_curve(curves.risk_coverage, risk)),
        _figure(reliable, reliability_diagram(curves.reliability, reliable)),
    )
    return _section(f"{risk.name}; {reliable.name}", "\n".join(drawn) + "\n" + _table(_bins(page, run)))


def _figure(labels: Labels, drawing: str) -> str:
    return f"<figure>{drawing}<figcaption>{_safe(labels.name)}</figcaption></figure>"


def _risk_in_words(page: Page, points: Iterable[RiskPoint]) -> str:
    known = list(points)
    if not known:
        return page.text("eval.curve")
    half = next((point for point in known if point.coverage >= 0.5), known[-1])
    percents = {"some": half.coverage, "low": half.risk, "all": known[-1].risk}
    return page.text("eval.curve_alt", **{name: round(value * 100) for name, value in percents.items()})


def _bins(page: Page, run: Run) -> Table:
    rows = tuple(
        (
            f"{figure(page, each.low, 2)}–{figure(page, each.high, 2)}",
            page.number(each.count),
            figure(page, each.confidence),
            figure(page, each.right),
        )
        for each in run.report.curves.reliability
    )
    keys = ("eval.bin", "eval.count", "eval.confidence", "eval.share_right")
    return Table(page.text("eval.reliability"), tuple(page.text(key) for key in keys), rows)


def _misses(page: Page, run: Run) -> Iterator[str]:
    if not run.misses:
        yield f"<p>{_safe(page.text('eval.no_misses'))}</p>"
    for outcome in run.misses:
        facts = "\n".join(f"<dt>{_safe(name)}</dt><dd>{_safe(value)}</dd>" for name, value in _facts(page, outcome))
        name = f"{outcome.example.id} – {form_name(page, outcome.asking.form)}"
        yield f"<article>\n<h3>{_safe(name)}</h3>\n<dl>\n{facts}\n</dl>\n</article>"


def _facts(page: Page, outcome: Outcome) -> Iterator[tuple[str, str]]:
    answer = outcome.answer
    if answer is None:
        return
    accepted = list(dict.fromkeys(each.text for each in outcome.example.accepted))
    said = answer.candidate.text if answer.candidate else "–"
    yield page.text("eval.question"), outcome.asking.text
    yield page.text("eval.expected"), " | ".join(accepted) or page.text("eval.expects_silence")
    yield page.text("eval.given"), said if answer.answered else page.text("eval.gave_silence", candidate=said)
    yield page.text("eval.confidence"), figure(page, answer.confidence, 2)
    yield page.text("eval.passage"), answer.passage
