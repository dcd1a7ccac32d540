"""Fit confidence and the threshold to the user's own questions; the result stays beside the library."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import InvalidInput
from index.files import replace_durably
from qa.calibration import load_calibration
from qa.datasets import Example, read_dataset
from qa.datasets.placing import placed
from qa.recalibrate import Judgement, Quality, Recalibration, recalibrated
from qa.trial import Trial, all_askings
from web.cli_base import Session
from web.cli_errors import INTERRUPTED, OK
from web.cli_progress import Progress
from web.cli_streams import note, write, write_json
from web.cli_text import one_line
from web.commands.docs import every_document
from web.commands.opening import opened
from web.wiring import build_answerer, calibration_file


def run(session: Session, datasets: tuple[str, ...], most_refused: float, dry_run: bool, reset: bool) -> int:
    """Fit and store; with `dry_run` only show, with `reset` go back to what came with the program."""
    if reset:
        return _reset(session)
    if not datasets:
        raise InvalidInput(session.text("calibrate.no_questions"))
    if not 0.0 <= most_refused < 1.0:
        raise InvalidInput(session.text("calibrate.bad_share", value=most_refused))
    try:
        made = _fitted(session, datasets, most_refused)
    except KeyboardInterrupt:
        note(session.text("calibrate.interrupted"))
        return INTERRUPTED
    target = calibration_file(session.settings)
    if not dry_run:
        content = json.dumps(made.calibration.to_dict(), ensure_ascii=False, indent=1) + "\n"
        replace_durably(target, content.encode())
    _show(session, made, target, dry_run=dry_run)
    return OK


def _fitted(session: Session, datasets: tuple[str, ...], most_refused: float) -> Recalibration:
    """Ask every question below any threshold, and fit the built-in calibration to what came of it.

    Never one that was fitted before: that would learn from the same questions twice, and choke on a broken file.
    """
    calibration = load_calibration()
    with opened(session) as library:
        sets = [read_dataset(Path(each).expanduser()) for each in datasets]
        examples = placed((e for each in sets for e in each.examples), library, every_document(library), loose=False)
        askings = all_askings(examples)
        rows = []
        with Progress(session.text("eval.asking"), len(askings)) as progress:
            for outcome in Trial(build_answerer(session.settings, library, calibration)).run(askings):
                if outcome.answer is not None:
                    found = outcome.answer
                    example = outcome.example
                    rows.append(Judgement(found.confidence, found.right, example.answerable, group=_group(example)))
                progress.show(len(rows))
    names = ", ".join(Path(each).name for each in datasets)
    return recalibrated(calibration, rows, most_refused, f"{len(rows)} questions of {names}")


def _group(example: Example) -> int:
    """Return one number for all forms of a question: they have the same answers in the same document."""
    answers = tuple(accepted.text for accepted in example.accepted)
    return hash((example.document, answers)) if answers else id(example)


def _reset(session: Session) -> int:
    target = calibration_file(session.settings)
    existed = target.exists()
    target.unlink(missing_ok=True)
    if session.json:
        write_json({"reset": existed})
    else:
        write(session.text("calibrate.reset" if existed else "calibrate.nothing_to_reset"))
    return OK


def _show(session: Session, made: Recalibration, target: Path, *, dry_run: bool) -> None:
    if session.json:
        write_json(_shape(made, None if dry_run else target))
        return
    write(session.text("calibrate.asked", count=made.questions))
    write(session.text("calibrate.before", **_figures(made.before)))
    write(session.text("calibrate.after", **_figures(made.after)))
    if not made.helps:
        note(session.text("calibrate.no_better"))
    if dry_run:
        write(session.text("calibrate.not_written"))
    else:
        write(session.text("calibrate.written", path=one_line(str(target))))


def _figures(found: Quality) -> dict[str, str]:
    return {name: "–" if value is None else f"{value:.3f}" for name, value in asdict(found).items()}


def _shape(made: Recalibration, target: Path | None) -> dict[str, Any]:
    """Return the public shape (docs/evaluation.md)."""
    return {
        "questions": made.questions,
        "slope": round(made.scaling.slope, 4),
        "shift": round(made.scaling.shift, 4),
        "before": asdict(made.before),
        "after": asdict(made.after),
        "helps": made.helps,
        "written": None if target is None else str(target),
    }
