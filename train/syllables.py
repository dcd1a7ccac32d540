"""Stage 15, `python -m train.syllables`: count Vietnamese syllables and their neighbours, for `qa.restore`.

Questions are counted several times over: news hardly ever asks, and without them `máy` would be likelier than `mấy`
before what is counted. Texts and questions share nothing with the tests (`train.corpora`, `train.reading`).
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from index.text import fold
from qa.syllables import BUNDLED, Syllables
from train.forms import canonical
from train.paths import Workplace, workplace
from train.records import Article, Reading, read_records

_ENDS = re.compile(r"[^\w\s]|\d|_")
_QUESTIONS = 10  # times that a question is counted
_LEAST, _LEAST_TOGETHER = 10, 10  # rarer syllables and pairs are left out: slips, names, three quarters of the size


class Counts:
    """Counted syllables and pairs of neighbours."""

    def __init__(self) -> None:
        self.alone: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()

    def add(self, text: str, times: int = 1) -> None:
        """Count a text; a pair ends where a mark or a number stands between."""
        for stretch in _ENDS.split(canonical(text).lower()):
            words = stretch.split()
            if times == 1:
                self.alone.update(words)
                self.pairs.update(pairwise(words))
                continue
            for word in words:
                self.alone[word] += times
            for pair in pairwise(words):
                self.pairs[pair] += times

    def table(self, least: int = _LEAST, least_together: int = _LEAST_TOGETHER) -> Syllables:
        """Return the table of what is common enough."""
        return Syllables.of(
            {word: count for word, count in self.alone.items() if count >= least},
            {pair: count for pair, count in self.pairs.items() if count >= least_together},
        )


def count(articles: Iterable[Article], questions: Iterable[str]) -> Counts:
    """Count articles and questions; a question without marks would teach that words have none."""
    counts = Counts()
    for article in articles:
        for text in (article.title, *article.lead, *article.body):
            counts.add(text)
    for question in questions:
        if fold(question) != question.lower():
            counts.add(question, _QUESTIONS)
    return counts


def _some(place: Workplace, each: int) -> Iterable[Article]:
    rows = read_records(place.file("articles.jsonl"), Article)
    return (row for at, row in enumerate(rows) if at % each == 0)


def main() -> None:
    """Write qa/model/syllables.npz."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=5, help="count every so manieth article")
    options = parser.parse_args()
    place = workplace()
    questions = (row.question for row in read_records(place.file("reading.jsonl"), Reading))
    counts = count(_some(place, options.each), questions)
    counts.table().save(BUNDLED)
    print(sum(counts.alone.values()), "syllables counted;", BUNDLED.stat().st_size, "bytes written")


if __name__ == "__main__":
    main()
