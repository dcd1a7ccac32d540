"""Turn the figures of an evaluation into tables: the same ones for the terminal and for the HTML report.

Values come in, text goes out; nothing is printed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.scores import Number, Report, Scores
from qa.trial import CHAT, ENGLISH, NFD, TONE, TONELESS, WRITTEN, Outcome
from web.cli_text import columns, one_line
from web.messages import VIETNAMESE
from web.render import Page

_NONE = "–"
_FORM_KEYS: Mapping[str, str] = {
    WRITTEN: "eval.form_written",
    TONELESS: "eval.form_toneless",
    NFD: "eval.form_nfd",
    TONE: "eval.form_tone",
    CHAT: "eval.form_chat",
    ENGLISH: "eval.form_english",
}


@dataclass(frozen=True, slots=True)
class Run:
    """An evaluation and what it was made with."""

    names: tuple[str, ...]
    documents: int
    passages: int
    model: str
    limit: int
    threshold: float
    given: bool
    retrieval_only: bool
    outcomes: tuple[Outcome, ...]
    report: Report

    @property
    def misses(self) -> list[Outcome]:
        """The askings that went wrong."""
        return [outcome for outcome in self.outcomes if outcome.is_miss]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts: the first column names a group, the others are figures."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def form_name(page: Page, form: str) -> str:
    """Return what a form is called."""
    return page.text(_FORM_KEYS[form])


def figure(page: Page, value: Number, digits: int = 3) -> str:
    """Return a figure as the language writes it; a dash for one that cannot be said."""
    if value is None:
        return _NONE
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if page.language == VIETNAMESE else text


def about(page: Page, run: Run) -> tuple[str, str]:
    """Return the heading of a report and the line that says what was measured with."""
    title = page.text("eval.title", names=", ".join(one_line(name) for name in run.names))
    model, threshold = one_line(run.model), figure(page, run.threshold, 2)
    if run.given:
        return title, page.text("eval.about_given", model=model, threshold=threshold)
    counts = {"documents": page.number(run.documents), "passages": page.number(run.passages)}
    return title, page.text("eval.about", **counts, model=model, limit=run.limit, threshold=threshold)


def tables(page: Page, run: Run) -> Iterator[Table]:
    """Yield the tables of a report; one without any figure is left out."""
    groups = list(_groups(page, run.report))
    scores = [score for _, score in groups]
    if any(score.retrieval.questions for score in scores):
        yield _retrieval(page, groups, "eval.retrieval_documents" if run.retrieval_only else "eval.retrieval")
    if any(score.answerable.questions for score in scores):
        yield _answerable(page, groups)
    if not run.retrieval_only:
        yield _silence(page, groups)
    yield _service(page, groups)


Groups = Sequence[tuple[str, Scores]]


def _groups(page: Page, report: Report) -> Iterator[tuple[str, Scores]]:
    """Yield all questions, then each form and each type, where there is more than one."""
    yield page.text("eval.all"), report.overall
    if len(report.by_form) > 1:
        yield from ((form_name(page, form), scores) for form, scores in report.by_form.items())
    if len(report.by_type) > 1:
        for kind, scores in sorted(report.by_type.items()):
            yield page.text("eval.type", kind=one_line(kind)) if kind else page.text("eval.no_type"), scores


def _retrieval(page: Page, groups: Groups, title: str) -> Table:
    rows = []
    for name, scores in groups:
        found = scores.retrieval
        if found.questions:
            measures = (found.recall_1, found.recall_5, found.recall_10, found.mrr, found.ndcg_10)
            rows.append((name, page.number(found.questions), *(figure(page, value) for value in measures)))
    header = (page.text("eval.group"), page.text("eval.count"), "R@1", "R@5", "R@10", "MRR", "nDCG@10")
    return Table(page.text(title), header, tuple(rows))


def _answerable(page: Page, groups: Groups) -> Table:
    keys = ("eval.candidate_f1", "eval.equal", "eval.overlap", "eval.held", "eval.right", "eval.refused")
    rows = []
    for name, scores in groups:
        some = scores.answerable
        values = (some.em, some.f1, some.candidate_f1, some.span_equal, some.span_overlap, some.span_held, some.right)
        if some.questions:
            shown = (figure(page, value) for value in (*values, some.refused))
            rows.append((name, page.number(some.questions), *shown))
    header = (page.text("eval.group"), page.text("eval.count"), "EM", "F1", *(page.text(key) for key in keys))
    return Table(page.text("eval.answerable"), header, tuple(rows))


def _silence(page: Page, groups: Groups) -> Table:
    rows = []
    for name, scores in groups:
        told, silent = scores.confidence, scores.unanswerable
        values = (told.auroc, told.ece, told.ece_equal_mass, told.brier, told.risk_coverage_area)
        shown = (figure(page, value) for value in (silent.refused, *values))
        rows.append((name, page.number(told.questions), page.number(silent.questions), *shown))
    named = [page.text(key) for key in ("eval.group", "eval.count", "eval.unanswerable", "eval.rightly_refused")]
    header = (*named, "AUROC", "ECE", page.text("eval.ece_mass"), "Brier", "AURC")
    return Table(page.text("eval.silence"), header, tuple(rows))


def _service(page: Page, groups: Groups) -> Table:
    rows = []
    for name, scores in groups:
        cited = f"{page.number(scores.citations_valid)}/{page.number(scores.citations)}" if scores.citations else _NONE
        times = (figure(page, value, 1) for value in (scores.latency_p50_ms, scores.latency_p95_ms))
        rows.append((name, page.number(scores.questions), cited, *times))
    named = [page.text(key) for key in ("eval.group", "eval.count", "eval.valid")]
    return Table(page.text("eval.service"), (*named, "p50 ms", "p95 ms"), tuple(rows))


def report_lines(page: Page, run: Run) -> list[str]:
    """Return the report for a terminal."""
    title, line = about(page, run)
    shown = [page.style.bold(title), page.style.dim(line)]
    for table in tables(page, run):
        shown += ["", page.style.bold(table.title), *_aligned(table)]
    if not run.retrieval_only:
        counts = {"misses": page.number(len(run.misses)), "total": page.number(len(run.outcomes))}
        shown += ["", page.text("eval.misses", **counts)]
    return shown


def _aligned(table: Table) -> list[str]:
    """Set the names flush left and the figures flush right, by what is seen: marks of NFD names take no room."""
    lines = (table.header, *table.rows)
    widths = [max(map(columns, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(_padded(cell, width, at) for at, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    ]


def _padded(cell: str, width: int, at: int) -> str:
    room = " " * (width - columns(cell))
    return room + cell if at else cell + room
