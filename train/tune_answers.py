"""Learn how answers are scored, how sure to be of them, and when to be silent: `qa/model/calibration.json`.

    python -m train.tune_answers --eval ../shared/eval

Reads the dev questions (seeds, and news among their distractors; as written and without marks, in chat form and English
where they are) and the held-out written questions, end to end. First the score: a logistic regression over the evidence
of every span, right or wrong. Then confidence: another over the signals of the best span of each question. All figures
are cross-validated by document; forms of one question never are on both sides. No test set is read.
"""

from __future__ import annotations

import argparse
import math
import pickle
import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedder import bundled_embedder
from index.library import Library
from index.text import fold
from index.types import Document
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.ask import Rarity
from qa.calibration import EVIDENCE, SENTENCE_SIGNALS, SIGNALS, Calibration, Curve, fit_curve
from qa.calibration_metrics import auroc, expected_calibration_error, reliability
from qa.confidence import sentence_signals, signals_of
from qa.evaluate import exact_match, f1, normalise
from qa.judge import agrees
from qa.lookup import look_up
from qa.needles import needles_of
from qa.network import BUNDLED_READER, OnnxNetwork
from qa.read import Reading, SentenceReader
from qa.span_reader import SpanReader
from train.dev import Row, news_library, news_rows, seed_library, seed_rows
from train.examples import split
from train.paths import workplace
from train.records import Reading as Asked
from train.records import read_records

READ, KEPT, FOLDS = 8, 20, 5
NAMES_WEIGHT, BEYOND_WEIGHT = 1.5, -6.0
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A question with its readings; `group` keeps what must stay together in one fold, `places` are (start, length)."""

    id: str
    group: str
    form: str
    analysis: Analysis
    gold: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    document: str | None
    spans: tuple[Reading, ...]
    sentences: tuple[Reading, ...]
    needles: int

    def f1(self, reading: Reading) -> float:
        """Return the F1 of a reading against the accepted answers, from 0 to 1."""
        return f1(reading.text, self.gold) if self.gold else 0.0

    def is_right(self, reading: Reading) -> bool:
        """Tell whether the reading is right, by the rule of `qa.judge` as far as words can tell."""
        return agrees(reading.text, self.gold) or self.holds(reading)

    def holds(self, reading: Reading) -> bool:
        """Tell whether the reading holds an accepted answer."""
        said = f" {normalise(reading.text)} "
        return reading.passage.document.id == self.document and any(f" {normalise(g)} " in said for g in self.gold)


NEUTRAL = Calibration(
    Curve({"margin": 0.5, "chance": 0.5, "retrieved": 2.0, "fit": 2.0, "names": 1.0, "near": 1.0}, 0.0),
    Curve({"score": 1.0}, 0.0),
    Curve({"near": 0.86, "told": 0.29, "names": -0.05, "meaning": -0.77, "margin": 1.0}, -1.35),
    0.3,
    "nothing yet",
)


def cases_of(library: Library, rows: Iterable[Row], network: OnnxNetwork, kind: str) -> Iterator[Case]:
    """Yield the questions of a library, read with a neutral calibration."""
    lexicon = Lexicon(load_abbreviations())
    reader = SpanReader(network, SentenceReader(library.embedder), NEUTRAL)
    for row in rows:
        analysis, retrieval = look_up(library, analyse(row["question"], lexicon), lexicon, READ)
        needles = needles_of(analysis, Rarity(retrieval.snapshot, folded=analysis.toneless))
        readings = reader.read(analysis, needles, retrieval.found)
        yield Case(
            id=row["id"],
            group=f"{kind} {row.get('group') or row['doc'] or row['id']}",
            form=f"{kind} {row['lang']}",
            analysis=analysis,
            gold=tuple(answer["text"] for answer in row["answers"]),
            places=tuple((a["start"], len(a["text"])) for a in row["answers"] if "start" in a),
            document=row["doc"],
            spans=tuple(_pointed_at(readings)),
            sentences=tuple(r for r in readings if r.kind == "sentence")[:KEPT],
            needles=len(needles),
        )


def _pointed_at(readings: Sequence[Reading]) -> Iterator[Reading]:
    """Yield the spans that the network pointed at: one found again elsewhere (`qa.repeats`) shares its evidence."""
    seen: set[int] = set()
    for reading in readings:
        if reading.evidence is not None and id(reading.evidence) not in seen:
            seen.add(id(reading.evidence))
            yield reading


def held_out(directory: Path, most: int) -> tuple[Library, list[Row]]:
    """Return a library of texts that questions were written on, and the questions kept out of training."""
    place = workplace()
    rows = list(read_records(place.file("reading.jsonl"), Asked))
    held = split(rows)[1]
    random.Random(4).shuffle(held)
    held = held[:most]
    own = {row.context: row.title for row in held}
    others = {row.context: row.title for row in rows if row.source == "written" and row.context not in own}
    texts = [*own.items(), *random.Random(5).sample(sorted(others.items()), min(1500, len(others)))]
    library = Library.open(directory, bundled_embedder(), create=True)
    library.add(Document(f"held-{n}", f"{title}\n{text}", title) for n, (text, title) in enumerate(texts))
    number = {text: f"held-{n}" for n, (text, _) in enumerate(texts)}
    made = [
        {
            "id": f"held {n}",
            "question": row.question if n % 4 else fold(row.question),
            "doc": number[row.context] if row.answer else None,
            "group": number[row.context],
            "answers": [{"text": row.answer}] if row.answer else [],
            "lang": "vi" if n % 4 else "toneless",
        }
        for n, row in enumerate(held)
    ]
    return library, made


# --- score ----------------------------------------------------------------------------------------------------------


def rank(case: Case, curve: Curve) -> tuple[Reading, ...]:
    """Return the spans of a case, best first by `curve`."""
    scored = (replace(r, score=curve.logit(asdict(r.evidence))) for r in case.spans if r.evidence)
    return tuple(sorted(scored, key=lambda r: (r.is_no_answer, -r.score)))[:KEPT]


def fit_score(cases: Sequence[Case]) -> Curve:
    """Fit the score on every span of the answerable questions, each question as weighty as another."""
    inputs, right, weights = list[tuple[float, ...]](), list[float](), list[float]()
    for case in cases:
        if case.gold and any(case.is_right(r) for r in case.spans):
            for reading in case.spans:
                assert reading.evidence is not None
                inputs.append(astuple(reading.evidence))
                right.append(float(case.is_right(reading)))
                weights.append(10 / len(case.spans))
    curve = fit_curve(np.array(inputs), np.array(right), EVIDENCE, ridge=2.0, weights=np.array(weights))
    # News hardly ever says the same of two places; administrations do. So a name that is held far off weighs at least
    # so much, which costs nothing on the dev questions. Nor do news list what each body did, parted by semicolons.
    held = {
        "names": max(curve.weights["names"], NAMES_WEIGHT),
        "beyond": min(curve.weights["beyond"], BEYOND_WEIGHT),
    }
    return Curve({**curve.weights, **held}, curve.intercept)


# --- confidence -----------------------------------------------------------------------------------------------------


def signals(case: Case, readings: Sequence[Reading]) -> tuple[float, ...]:
    """Return the signals of the best span."""
    return astuple(signals_of(readings, [normalise(r.text) for r in readings], 0))


def fit_confidence(cases: Sequence[Case], curve: Curve) -> Curve:
    """Fit the confidence in the best span of each question."""
    rows = [(case, readings) for case in cases if (readings := rank(case, curve)) and case.needles]
    inputs = np.array([signals(case, readings) for case, readings in rows])
    right = np.array([float(case.is_right(readings[0])) for case, readings in rows])
    return fit_curve(inputs, right, SIGNALS, ridge=4.0)


def fit_sentences(cases: Sequence[Case]) -> Curve:
    """Fit the confidence in the best sentence."""
    rows = [case for case in cases if case.sentences and case.needles]
    inputs = np.array([_sentence_signals(case) for case in rows])
    right = np.array([float(case.holds(case.sentences[0])) for case in rows])
    return fit_curve(inputs, right, SENTENCE_SIGNALS, ridge=2.0)


def _sentence_signals(case: Case) -> list[float]:
    row = sentence_signals(case.sentences, [normalise(r.text) for r in case.sentences], 0)
    return [row[name] for name in SENTENCE_SIGNALS]


@dataclass(frozen=True)
class Outcome:
    """What a question came to: its best span's F1, whether that is right, and the confidence in it."""

    case: Case
    reading: Reading | None
    confidence: float

    @property
    def right(self) -> bool:
        """Whether the best span is right."""
        return self.reading is not None and self.case.is_right(self.reading)


def outcome(case: Case, score: Curve, confidence: Curve) -> Outcome:
    """Return what a question comes to with these curves."""
    readings = rank(case, score)
    if not readings or not case.needles or readings[0].is_no_answer:
        return Outcome(case, readings[0] if readings else None, 0.0)
    values = dict(zip(SIGNALS, signals(case, readings), strict=True))
    return Outcome(case, readings[0], confidence.chance(values))


def cross_validated(cases: Sequence[Case], folds: int = FOLDS) -> list[Outcome]:
    """Return the outcome of every case by curves that did not see its document."""
    names = sorted({case.group for case in cases})
    random.Random(0).shuffle(names)
    fold_of = {name: at % folds for at, name in enumerate(names)}
    found = []
    for part in range(folds):
        seen = [case for case in cases if fold_of[case.group] != part]
        score = fit_score(seen)
        confidence = fit_confidence(seen, score)
        found += [outcome(case, score, confidence) for case in cases if fold_of[case.group] == part]
    return found


def choose_threshold(outcomes: Sequence[Outcome], most_refused: float = 0.11) -> float:
    """Return the highest threshold that refuses at most `most_refused` of the answerable questions."""
    confidences = sorted(o.confidence for o in outcomes if o.case.gold)
    chosen = confidences[int(most_refused * len(confidences))] if confidences else 0.0
    return math.floor(chosen * 10_000) / 10_000


def report(outcomes: Sequence[Outcome], threshold: float) -> None:
    """Print F1, EM, refusals and calibration by form."""
    for form in [*dict.fromkeys(o.case.form for o in outcomes), ""]:
        some = [o for o in outcomes if not form or o.case.form == form]
        told, silent = [o for o in some if o.case.gold], [o for o in some if not o.case.gold]
        scores = [
            (o.case.f1(o.reading), exact_match(o.reading.text, o.case.gold)) if o.reading else (0, 0) for o in told
        ]
        given = [s if o.confidence >= threshold else (0, 0) for o, s in zip(told, scores, strict=True)]
        pairs = [o.confidence for o in some], [o.right for o in some]
        error = expected_calibration_error(reliability(*pairs))
        print(
            f"{form or 'all':18} n={len(told)}+{len(silent)}"
            f" F1 {_mean(s[0] for s in scores):.3f} EM {_mean(s[1] for s in scores):.3f}"
            f" | with silence F1 {_mean(s[0] for s in given):.3f}"
            f" refused {_mean(o.confidence < threshold for o in told):.3f}"
            f" of unanswerable {_mean(o.confidence < threshold for o in silent):.3f}"
            f" | AUROC {auroc(*pairs) or 0:.3f} ECE {error or 0:.3f}"
            f" | right passage first {_mean(_holds_passage(o) for o in told):.3f}"
        )


def _holds_passage(found: Outcome) -> bool:
    """Tell whether the passage of the best span holds an accepted answer where it stands: the reader as a reranker."""
    if found.reading is None:
        return False
    passage = found.reading.passage
    inside = (passage.start <= start and start + length <= passage.end for start, length in found.case.places)
    return passage.document.id == found.case.document and any(inside)


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return float(np.mean(listed)) if listed else float("nan")


def collect(arguments: argparse.Namespace) -> list[Case]:
    """Read every question; the result is kept, since weights are tried more often than networks."""
    cache = workplace().file(f"answers-{arguments.name}.pickle")
    if cache.exists():
        return list(pickle.loads(cache.read_bytes()))
    network = OnnxNetwork(Path(arguments.reader))
    with tempfile.TemporaryDirectory() as scratch:
        embedder, folder = bundled_embedder(), Path(scratch)
        seeds = seed_library(folder / "seeds", embedder)
        cases = list(cases_of(seeds, seed_rows(arguments.eval), network, "seeds"))
        news = news_library(folder / "news", embedder, arguments.eval)
        cases += cases_of(news, news_rows(arguments.eval), network, "news")
        library, rows = held_out(folder / "held", arguments.held)
        cases += cases_of(library, rows, network, "held")
    cache.write_bytes(pickle.dumps(cases))
    return cases


def main() -> None:
    """Print the cross-validated figures and write the calibration."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--eval", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--reader", default=str(BUNDLED_READER))
    parser.add_argument("--name", default="reader", help="of the file that keeps what was read")
    parser.add_argument("--held", type=int, default=350)
    parser.add_argument("--errors", type=int, default=0, help="print so many wrong answers")
    parser.add_argument("--write", action="store_true", help="write qa/model/calibration.json")
    arguments = parser.parse_args()
    cases = collect(arguments)
    outcomes = cross_validated(cases)
    threshold = choose_threshold([o for o in outcomes if o.case.form == "news vi"])
    print(f"threshold {threshold:.3f}; cross-validated:")
    report(outcomes, threshold)
    score = fit_score(cases)
    print("score:", {k: round(v, 2) for k, v in score.weights.items()}, round(score.intercept, 2))
    confidence = fit_confidence(cases, score)
    print("confidence:", {k: round(v, 2) for k, v in confidence.weights.items()}, round(confidence.intercept, 2))
    for o in [o for o in outcomes if not o.right and "toneless" not in o.case.form][: arguments.errors]:
        print(f"\n? {o.case.id} [{o.case.form}] {o.case.analysis.question}\n  wanted {o.case.gold}")
        if o.reading:
            sentence = o.reading.sentence.of(o.reading.passage.document.text)
            print(f"  given {o.confidence:.2f} {o.reading.text!r} in {sentence[:160]!r}")
    if arguments.write:
        source = "dev questions of seeds and news, held-out written questions"
        made = Calibration(score, confidence, fit_sentences(cases), threshold, source)
        made.save(BUNDLED_READER / "calibration.json")


if __name__ == "__main__":
    main()
