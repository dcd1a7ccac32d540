"""Score rankings, answers and citations against what is known to be right: pure functions, no files, no models.

A ranking is a sequence of ids, best first; what is relevant is a set of such ids, and relevance is yes or no. Answers
are compared as texts. Every score is from 0 to 1, for one question; a caller averages over questions.
"""

from __future__ import annotations

import math
import string
import unicodedata
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import Any

from index.text import canonical


def recall_at_k(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Return the share of what is relevant that stands among the first `k` (Manning, Raghavan and Schütze 2008, 8.4).

    >>> recall_at_k(["b", "a", "d"], {"a", "c"}, 2)
    0.5
    """
    _require(relevant, k)
    return len(set(ranking[:k]) & set(relevant)) / len(set(relevant))


def success_at_k(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Return 1 when anything relevant stands among the first `k`, else 0.

    This is the "top-k retrieval accuracy" of open-domain question answering (Karpukhin et al. 2020, "Dense Passage
    Retrieval"); with one relevant id it equals `recall_at_k`.
    """
    _require(relevant, k)
    return float(not set(relevant).isdisjoint(ranking[:k]))


def mrr(ranking: Sequence[Hashable], relevant: Collection[Hashable]) -> float:
    """Return one over the rank of the first relevant id, 0 when there is none (Voorhees 1999, "The TREC-8 QA Track").

    Its mean over questions is the mean reciprocal rank.

    >>> mrr(["b", "a"], {"a"})
    0.5
    """
    _require(relevant, 1)
    wanted = set(relevant)
    return next((1.0 / rank for rank, found in enumerate(ranking, 1) if found in wanted), 0.0)


def ndcg_at_k(ranking: Sequence[Hashable], relevant: Collection[Hashable], k: int) -> float:
    """Return the discounted gain of the first `k` over the best possible one (Järvelin and Kekäläinen 2002).

    A relevant id at rank r gains 1 / log2(r + 1), as in trec_eval and BEIR (Thakur et al. 2021).
    """
    _require(relevant, k)
    wanted = set(relevant)
    gain = sum(_discount(rank) for rank, found in enumerate(ranking[:k], 1) if found in wanted)
    return gain / sum(_discount(rank) for rank in range(1, min(len(wanted), k) + 1))


def graded_ndcg_at_k(ranking: Sequence[Hashable], grades: Mapping[str, int], k: int) -> float:
    """Return the same for graded relevance: an id of grade g at rank r gains g / log2(r + 1), as in trec_eval.

    >>> graded_ndcg_at_k(["b", "a"], {"a": 2, "b": 1}, 10) < graded_ndcg_at_k(["a", "b"], {"a": 2, "b": 1}, 10)
    True
    """
    _require(grades, k)
    gain = sum(grades.get(str(found), 0) * _discount(rank) for rank, found in enumerate(ranking[:k], 1))
    best = sorted(grades.values(), reverse=True)[:k]
    return gain / sum(grade * _discount(rank) for rank, grade in enumerate(best, 1))


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 1)


def _require(relevant: Collection[Hashable], k: int) -> None:
    if not relevant:
        raise ValueError("a question for which nothing is relevant cannot be scored by its ranking")
    if k < 1:
        raise ValueError(f"the first {k} of a ranking cannot be scored")


def normalise(text: str) -> str:
    """Return an answer as it is compared: canonical Vietnamese, lower case, no punctuation, single spaces.

    SQuAD's normalisation (Rajpurkar et al. 2016), with all punctuation of Unicode taken out as in MLQA's script (Lewis
    et al. 2020) and nothing put in its place: `4.028` is compared as `4028`. Vietnamese has no articles to drop.
    NFC and NFD, `hòa` and `hoà` are one.

    >>> normalise("  “54 Tập thể”. ")
    '54 tập thể'
    """
    bare = "".join(character for character in canonical(text).lower() if not _is_punctuation(character))
    return " ".join(bare.split())


def _is_punctuation(character: str) -> bool:
    return character in string.punctuation or unicodedata.category(character).startswith("P")


def exact_match(prediction: str, gold: Sequence[str]) -> float:
    """Return 1 when `prediction` is one of the accepted answers after `normalise`, else 0 (SQuAD's EM).

    Without accepted answers the question is unanswerable: then 1 for an empty prediction (SQuAD 2.0, Rajpurkar, Jia and
    Liang 2018).
    """
    predicted = normalise(prediction)
    return float(any(predicted == normalise(answer) for answer in gold or [""]))


def f1(prediction: str, gold: Sequence[str]) -> float:
    """Return the best harmonic mean of token precision and recall over the accepted answers (SQuAD's F1).

    Tokens are syllables, counted as often as they occur; unanswerable questions as in `exact_match`.

    >>> round(f1("có 54 tập thể", ["54 tập thể", "54"]), 3)
    0.857
    """
    return max(_f1_of(normalise(prediction).split(), normalise(answer).split()) for answer in gold or [""])


def _f1_of(predicted: Sequence[str], wanted: Sequence[str]) -> float:
    if not predicted or not wanted:
        return float(predicted == wanted)
    common = sum((Counter(predicted) & Counter(wanted)).values())
    return 2.0 * common / (len(predicted) + len(wanted))


def citation_is_valid(citation: Mapping[str, Any], texts: Mapping[str, str]) -> bool:
    """Tell whether a citation, in its public shape, quotes its document exactly where it says.

    `texts` gives the text of each document by id. This is the first promise of the project, cited or silent:
    `text[start:end] == cited_text`, the quote not empty.
    """
    text, quote = texts.get(citation["document_id"]), citation["cited_text"]
    start, end = citation["start_char_index"], citation["end_char_index"]
    return text is not None and 0 <= start < end <= len(text) and text[start:end] == quote


def citation_validity(citations: Collection[Mapping[str, Any]], texts: Mapping[str, str]) -> float:
    """Return the share of valid citations; 1 when there are none, for then nothing false was cited."""
    if not citations:
        return 1.0
    return sum(citation_is_valid(citation, texts) for citation in citations) / len(citations)
