"""Put the marks back into a question typed without them, as the passages found for it write its words.

    ai la hieu truong truong chuyen ha noi  ->  ai là hiệu trưởng trường chuyên hà nội

The span reader has learnt from questions with marks above all, and reads them better. A syllable alone is many words
(`truong` is trường, trưởng, trương), beside its neighbour hardly ever more than one: so pairs that stand together in a
passage decide, then single syllables. What no passage writes stays as it is. Only the network reads the result: what is
searched and matched is the question as it was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from index.text import fold, tokens
from qa.analyse import Analysis

_PAIR = 20  # one pair of neighbours tells more than so many lone syllables
# What asks stands in few passages; `dau` and `may` are other words there (`đầu`, `máy`) more often than these.
_ASKING = {
    ("bao", "nhieu"): ("bao", "nhiêu"),
    ("o", "dau"): ("ở", "đâu"),
    ("la", "ai"): ("là", "ai"),
    ("ai", "la"): ("ai", "là"),
    ("khi", "nao"): ("khi", "nào"),
    ("nhu", "the"): ("như", "thế"),
    ("the", "nao"): ("thế", "nào"),
    ("la", "gi"): ("là", "gì"),
    ("vi", "sao"): ("vì", "sao"),
    ("tai", "sao"): ("tại", "sao"),
    ("bao", "gio"): ("bao", "giờ"),
    ("bao", "lau"): ("bao", "lâu"),
}
_ALONE = {"gi": "gì", "nao": "nào", "ai": "ai", "nhieu": "nhiêu"}
_PRIOR = 1_000


def restored(analysis: Analysis, texts: Iterable[str]) -> str:
    """Return the question in the marked forms of `texts`, in lower case; one with marks, or in English, as it is."""
    if not analysis.toneless or analysis.english:
        return analysis.question
    asked = [token.folded for token in analysis.tokens]
    votes = [Counter[str]() for _ in asked]
    wanted = _Wanted(asked)
    for at, word, weight in wanted.votes(texts):
        votes[at][word] += weight
    words = [vote.most_common(1)[0][0] if vote else said for vote, said in zip(votes, asked, strict=True)]
    return " ".join(words) + ("?" if analysis.question.rstrip().endswith("?") else "")


class _Wanted:
    """The syllables and pairs of a question, and where in it they stand."""

    def __init__(self, asked: list[str]) -> None:
        self._asked = asked
        self._alone: dict[str, list[int]] = {}
        self._pairs: dict[tuple[str, str], list[int]] = {}
        for at, word in enumerate(asked):
            self._alone.setdefault(word, []).append(at)
        for at, pair in enumerate(pairwise(asked)):
            self._pairs.setdefault(pair, []).append(at)

    def votes(self, texts: Iterable[str]) -> Iterator[tuple[int, str, int]]:
        """Yield (place in the question, marked form, weight)."""
        for at, word in enumerate(self._asked):
            if word in _ALONE:
                yield at, _ALONE[word], _PRIOR
        for pair, (one, other) in _ASKING.items():
            for at in self._pairs.get(pair, ()):
                yield at, one, _PRIOR
                yield at + 1, other, _PRIOR
        for text in texts:
            marked = tokens(text)
            folded = [fold(word) for word in marked]
            for word, said in zip(marked, folded, strict=True):
                for at in self._alone.get(said, ()):
                    yield at, word, 1
            for (one, other), pair in zip(pairwise(marked), pairwise(folded), strict=True):
                for at in self._pairs.get(pair, ()):
                    yield at, one, _PAIR
                    yield at + 1, other, _PAIR
