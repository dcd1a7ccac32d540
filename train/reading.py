"""Stage 8, `python -m train.reading`: every question that people wrote, with the text it was asked of.

Sources: `shared/train/written-qa.json`, `train/questions/*.jsonl` (joined here with the texts they name, out of the
snapshots), and two public sets. Unanswerable questions are kept. Writes reading.jsonl.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from train.corpora import MAILONG, SEMINAR
from train.detokenise import detokenise
from train.forms import canonical
from train.holdout import Holdout, evaluation_texts
from train.paths import Workplace, workplace
from train.records import CONTRAST, Reading, write_records
from train.snapshots import list_files, read_files, read_some
from train.writing import Written, all_written, articles_of, digest, text_of


def squad_readings(
    source: str, data: list[dict[str, Any]], *, tokenised: bool = False, titled: bool = False
) -> Iterator[Reading]:
    """Yield the questions of SQuAD-shaped data, unanswerable ones with an empty answer.

    `tokenised` texts have spaced punctuation and joined words; `titled` contexts begin with title and blank line.
    """
    clean = detokenise if tokenised else str
    for entry in data:
        for paragraph in entry["paragraphs"]:
            written = canonical(clean(paragraph["context"]))
            title, _, context = written.partition("\n\n") if titled else ("", "", written)
            for row in paragraph["qas"]:
                question = canonical(clean(row["question"]).strip())
                if row.get("is_impossible") or not row["answers"]:
                    yield Reading(source, question, title, context, "", 0)
                    continue
                answer = row["answers"][0]
                text = canonical(clean(answer["text"])).strip()
                near = max(0, answer["answer_start"] - (len(written) - len(context)) - 40)
                start = context.find(text, near)
                if start >= 0 and text:
                    yield Reading(source, question, title, context, text, start)


def written_readings(place: Workplace, kind: str = "batch", source: str = "written") -> Iterator[Reading]:
    """Yield the questions of `train/questions/KIND-NN.jsonl`, joined with their texts, as of `source`.

    Raises:
        ValueError: a text is gone, or is not what it was when the questions were written.
    """
    rows = sorted(all_written(kind), key=lambda row: row.source.repository)
    for repository, group in groupby(rows, key=lambda row: row.source.repository):
        by_path: dict[str, list[Written]] = {}
        for row in group:
            by_path.setdefault(row.source.path, []).append(row)
        files = [item for item in list_files(place.snapshots, repository, "*") if item[0] in by_path]
        if gone := by_path.keys() - {path for path, _ in files}:
            raise ValueError(f"{repository}: {min(gone)} is not in the snapshot")
        for path, text in read_some(place.snapshots, repository, files):
            articles = list(articles_of(repository, path, text))
            for row in by_path[path]:
                yield _joined(row, articles, source)


def _joined(row: Written, articles: list[Any], source: str) -> Reading:
    place = row.source
    for article in articles:
        excerpt = text_of(article)[place.start : place.end]
        if digest(excerpt) == row.sha256:
            return Reading(
                source, row.question, article.title, excerpt, row.answer or "", row.start or 0, row.english or ""
            )
    raise ValueError(f"{place.repository}: {place.path} is another text than the one that was asked of")


def readings(place: Workplace, holdout: Holdout) -> Iterator[Reading]:
    """Yield all questions whose text shares nothing with the tests."""
    shared = json.loads((place.shared / "train" / "written-qa.json").read_text(encoding="utf-8"))["data"]
    found = [*squad_readings("written", shared, titled=True), *written_readings(place)]
    found += written_readings(place, CONTRAST, CONTRAST)
    for _, text in read_files(place.snapshots, MAILONG, "dataset/train-v2.0.json"):
        found += squad_readings("mailong25", json.loads(text)["data"], tokenised=True)
    for _, text in read_files(place.snapshots, SEMINAR, "data/train_*.json"):
        if text:
            found += squad_readings("seminar", json.loads(text)["data"])
    return (row for row in found if not holdout.touches(row.context))


def main() -> None:
    """Write reading.jsonl."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    place = workplace()
    holdout = Holdout(evaluation_texts(place.shared / "eval"))
    print(write_records(place.file("reading.jsonl"), readings(place, holdout)), "questions")


if __name__ == "__main__":
    main()
