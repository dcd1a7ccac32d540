"""Measure finding, answering and silence on an evaluation set; write a table, JSON, and an HTML report."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.errors import InvalidInput
from index.files import replace_durably
from index.types import Document
from qa.ask import MAX_LIMIT, Answerer
from qa.datasets import Dataset, Example, read_dataset
from qa.datasets.placing import placed
from qa.scores import report_of
from qa.trial import FORMS, Outcome, Trial, all_askings
from web.cli_base import Session
from web.cli_errors import BAD_INPUT, INTERRUPTED, OK
from web.cli_eval import Run, report_lines
from web.cli_eval_page import report_page
from web.cli_progress import Progress
from web.cli_streams import note, write, write_json
from web.cli_text import one_line
from web.commands.docs import every_document
from web.commands.eval_documents import documents_of
from web.commands.opening import opened, page_of
from web.commands.reading import Skipped
from web.messages import number
from web.wiring import build_answerer, open_library

_NOWHERE = "''"  # an empty path (an unset variable in a script) must not mean the current folder


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line, checked."""

    forms: tuple[str, ...]
    given: bool
    loose: bool
    limit: int
    threshold: float | None
    html: Path | None


@dataclass
class Tally:
    """How far the run has come, and what it goes without."""

    skipped: list[Skipped] = field(default_factory=list)
    total: int = 0
    outcomes: list[Outcome] = field(default_factory=list)


def run(
    session: Session,
    datasets: tuple[str, ...],
    docs: tuple[str, ...],
    forms: str,
    html: str | None,
    **options: Any,  # noqa: ANN401
) -> int:
    """Measure; return 2 when a file was skipped, 130 when interrupted, and then no report has been written."""
    wanted = _checked(
        session, Wanted(_forms(session, forms), html=_path(html) if html is not None else None, **options)
    )
    tally = Tally()
    try:
        sets = [read_dataset(_path(each)) for each in datasets]
        _require_fit(session, sets, docs, wanted)
        from_docs = documents_of(session, [_path(each) for each in docs], tally.skipped)
        documents = _documents(session, [*from_docs, *(document for each in sets for document in each.documents)])
        with _answerer(session, documents) as answerer:
            done = _measured(session, answerer, sets, wanted, tally)
        failure = _save(session, done, wanted)
    except KeyboardInterrupt:
        return _interrupted(session, tally)
    _write(session, done, wanted, tally.skipped)
    if failure is not None:
        raise failure
    if wanted.html is not None:
        note(session.text("eval.written", path=one_line(str(wanted.html))))
    return _ended(session, tally.skipped)


def _ended(session: Session, skipped: Sequence[Skipped]) -> int:
    """Return the exit code; where files were skipped, repeat below the figures that they are without them."""
    if not skipped:
        return OK
    note(session.text("eval.some_skipped", count=number(len(skipped), session.language)))
    return BAD_INPUT


def _save(session: Session, done: Run, wanted: Wanted) -> OSError | None:
    """Write the page, whole or not at all; return what hindered it, as the figures shall be shown all the same."""
    if wanted.html is None:
        return None
    try:
        replace_durably(wanted.html, report_page(page_of(session), done).encode())
    except OSError as error:
        return error
    finally:
        wanted.html.with_name(wanted.html.name + ".new").unlink(missing_ok=True)  # what an interrupt left half
    return None


def _path(given: str) -> Path:
    return Path(given or _NOWHERE).expanduser()


def _forms(session: Session, given: str) -> tuple[str, ...]:
    """Return the forms named; none named means those that the data set has."""
    names = tuple(dict.fromkeys(name.strip() for name in given.split(",") if name.strip()))
    if names == ("all",):
        return FORMS
    for name in names:
        if name not in FORMS:
            hint = session.text("eval.bad_form_hint", forms=", ".join(FORMS))
            raise InvalidInput(session.text("eval.bad_form", form=one_line(name)), hint=hint)
    return names


def _checked(session: Session, wanted: Wanted) -> Wanted:
    """Refuse at once what would only fail after a long run."""
    if wanted.threshold is not None and not 0.0 <= wanted.threshold <= 1.0:
        raise InvalidInput(session.text("eval.bad_threshold", value=wanted.threshold))
    if not 1 <= wanted.limit <= MAX_LIMIT:
        raise InvalidInput(session.text("eval.bad_limit", most=MAX_LIMIT, value=wanted.limit))
    target = wanted.html
    if target is not None and (target.is_dir() or not target.absolute().parent.is_dir()):
        names = {"path": one_line(str(target)), "folder": one_line(str(target.absolute().parent))}
        raise InvalidInput(session.text("eval.no_folder", **names))
    return wanted


def _require_fit(session: Session, sets: Sequence[Dataset], docs: Sequence[str], wanted: Wanted) -> None:
    for each in sets:
        if each.retrieval_only and (len(sets) > 1 or docs or wanted.given):
            raise InvalidInput(session.text("eval.beir_alone", name=one_line(each.name)))


def _documents(session: Session, documents: Sequence[Document]) -> list[Document]:
    """Return each document once; two texts under one id would make one of them vanish."""
    known: dict[str, Document] = {}
    for document in documents:
        first = known.setdefault(document.id, document)
        if first.text != document.text:
            places = {"one": one_line(first.source), "other": one_line(document.source)}
            raise InvalidInput(session.text("eval.two_texts", id=document.id, **places))
    return list(known.values())


@contextmanager
def _answerer(session: Session, documents: Sequence[Document]) -> Iterator[Answerer]:
    """Open the library of the session; or, where there are documents, one made of them that is thrown away."""
    if not documents:
        with opened(session) as library:
            yield build_answerer(session.settings, library)
        return
    with tempfile.TemporaryDirectory(prefix="hoidap-eval-", ignore_cleanup_errors=True) as scratch:
        settings = replace(session.settings, data=Path(scratch) / "library")
        with open_library(settings, create=True) as library:
            with Progress(session.text("eval.indexing"), len(documents)) as progress:
                library.add(documents, on_progress=lambda done, _: progress.show(done))
            yield build_answerer(settings, library)


def _measured(session: Session, answerer: Answerer, sets: Sequence[Dataset], wanted: Wanted, tally: Tally) -> Run:
    library = answerer.library
    examples = placed(
        (example for each in sets for example in each.examples), library, every_document(library), loose=wanted.loose
    )
    askings = all_askings(_with_documents(session, examples) if wanted.given else examples, wanted.forms)
    if not askings:
        raise InvalidInput(session.text("eval.nothing", forms=", ".join(wanted.forms) or "–"))
    trial = Trial(answerer, limit=wanted.limit, given=wanted.given, threshold=wanted.threshold)
    tally.total = len(askings)
    with Progress(session.text("eval.asking"), len(askings)) as progress:
        for outcome in trial.run(askings):
            tally.outcomes.append(outcome)
            progress.show(len(tally.outcomes))
    stats = library.stats()
    return Run(
        names=tuple(each.name for each in sets),
        documents=stats.documents,
        passages=stats.passages,
        model=stats.model_id,
        limit=wanted.limit,
        threshold=trial.threshold,
        given=wanted.given,
        retrieval_only=any(each.retrieval_only for each in sets),
        outcomes=tuple(tally.outcomes),
        report=report_of(tally.outcomes),
    )


def _with_documents(session: Session, examples: Sequence[Example]) -> list[Example]:
    """Return the questions that name a document, and say how many do not."""
    named = [example for example in examples if example.document is not None]
    if left := len(examples) - len(named):
        note(session.text("eval.left_out", count=number(left, session.language)))
    return named


def _interrupted(session: Session, tally: Tally) -> int:
    counts = {"asked": len(tally.outcomes), "total": tally.total}
    shown = {name: number(count, session.language) for name, count in counts.items()}
    note(session.text("eval.interrupted", **shown) if tally.total else session.text("eval.interrupted_early"))
    if session.json:
        write_json({"interrupted": True, **counts})
    return INTERRUPTED


def _write(session: Session, done: Run, wanted: Wanted, skipped: Sequence[Skipped]) -> None:
    if session.json:
        write_json(_shape(done, wanted, skipped))
    else:
        write("\n".join(report_lines(page_of(session), done)))


def _shape(done: Run, wanted: Wanted, skipped: Sequence[Skipped]) -> dict[str, Any]:
    """Return the public shape of an evaluation (docs/evaluation.md)."""
    return {
        "datasets": done.names,
        "documents": done.documents,
        "passages": done.passages,
        "skipped": [asdict(each) for each in skipped],
        "model": done.model,
        "limit": done.limit,
        "threshold": done.threshold,
        "given": done.given,
        "forms": wanted.forms,
        **done.report.to_dict(),
        "questions": [outcome.to_dict() for outcome in done.outcomes],
    }
