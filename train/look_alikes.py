"""Stage 10, `python -m train.look_alikes`: for each question the passages that look like its answer and do not hold it.

A retriever brings up other reports of the same kind of event, and the reader must pass them over. Passages are the
texts of the questions themselves and pieces of the articles; those that share the most telling words with a question
(TF-IDF, single words and pairs) are kept, but for the question's own text, reprints of it, and what holds the answer.
Writes others.jsonl and look-alikes.npy, `[questions, MOST]` numbers of passages, -1 where there are fewer.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from train.examples import split
from train.forms import strip_marks
from train.paths import Workplace, workplace
from train.records import Article, Other, Reading, read_records, write_records

MOST = 6
_TRIED = 24  # of the nearest passages: reprints are many
_PIECE = 700  # characters of a passage
_SHARED = 45  # characters in one row that make a passage a reprint; looked for at every third of that
_ROWS = 250
_COMMON = 50  # passages that a word may stand in however few there are
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def pieces(article: Article) -> Iterator[Other]:
    """Yield the article in passages of about `_PIECE` characters, whole sentences."""
    part: list[str] = []
    for sentence in chain(article.lead, article.body):
        if part and sum(map(len, part)) + len(sentence) > _PIECE:
            yield Other(article.title, " ".join(part))
            part = []
        part.append(sentence)
    if part:
        yield Other(article.title, " ".join(part))


def passages(place: Workplace, rows: Sequence[Reading], most: int, seed: int = 4) -> list[Other]:
    """Return the texts of the questions to train on and `most` pieces of articles."""
    own = [Other(title, text) for text, title in {row.context: row.title for row in split(rows)[0]}.items()]
    every = [part for article in read_records(place.file("articles.jsonl"), Article) for part in pieces(article)]
    dice = random.Random(seed)
    return own + dice.sample(every, min(most, len(every)))


def look_alikes(rows: Sequence[Reading], others: Sequence[Other], most: int = MOST) -> npt.NDArray[np.int32]:
    """Return for each question the numbers of the passages most like it that do not answer it, `[rows, most]`."""
    common = max(_COMMON, len(others) // 50)
    vectors = TfidfVectorizer(
        token_pattern=r"\w+", ngram_range=(1, 2), min_df=2, max_df=common, sublinear_tf=True, dtype=np.float32
    )
    table = vectors.fit_transform(f"{other.title}\n{other.text}" for other in others).T.tocsr()
    bare = [strip_marks(other.text).lower() for other in others]
    found = np.full((len(rows), most), -1, np.int32)
    for start in range(0, len(rows), _ROWS):
        some = rows[start : start + _ROWS]
        scores = vectors.transform([f"{row.title} {row.question}" for row in some]) @ table
        for number, row in enumerate(some, start):
            line = scores[number - start]
            best = np.argpartition(-line.data, _TRIED)[:_TRIED] if line.nnz > _TRIED else np.arange(line.nnz)
            nearest = line.indices[best[np.argsort(-line.data[best], kind="stable")]]
            fit = [int(i) for i in nearest if not answers(row, others[i].text, bare[i])][:most]
            found[number, : len(fit)] = fit
        if start // _ROWS % 20 == 0:
            print(f"{start}/{len(rows)}", flush=True)
    return found


def answers(row: Reading, text: str, bare: str) -> bool:
    """Whether a passage is the row's own text, a reprint of it, or holds its answer or the answer's number.

    `bare` is the passage without marks, in lower case.
    """
    if row.answer:
        answer = strip_marks(row.answer).lower()
        numbers = set(_NUMBER.findall(answer))
        if answer in bare or (numbers and numbers <= set(_NUMBER.findall(bare))):
            return True
    own = row.context
    return any(own[at : at + _SHARED] in text for at in range(0, max(1, len(own) - _SHARED), _SHARED // 3))


def main() -> None:
    """Write others.jsonl and look-alikes.npy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000, help="pieces of articles among the questions' texts")
    options = parser.parse_args()
    place = workplace()
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    others = passages(place, rows, options.passages)
    found = look_alikes(rows, others)
    used = np.unique(found[found >= 0])
    number_of = np.full(len(others) + 1, -1, np.int32)
    number_of[used] = np.arange(len(used))
    half, path = place.file("look-alikes.part.npy"), place.file("look-alikes.npy")
    path.unlink(missing_ok=True)  # never the numbers of one run beside the passages of another
    write_records(place.file("others.jsonl"), (others[i] for i in used))
    np.save(half, number_of[found])
    half.replace(path)
    print(f"{len(used)} passages for {len(rows)} questions")


if __name__ == "__main__":
    main()
