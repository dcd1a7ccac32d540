"""Write the search by words for a question: which tokens, in which field, with what weight.

Graded: exact forms first, folded ones only where marks are missing. A question without marks is looked up folded
throughout. In one with marks a token is looked up folded only when its exact form stands nowhere in the library:
`thế` must not be diluted by `the`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from index.lexical import LexicalIndex, LexicalQuery, pairs_of
from index.text import fold
from qa.analyse import Analysis


@dataclass(frozen=True, slots=True)
class WordWeights:
    """The weights of the other evidence beside a word of the question itself, which weighs 1."""

    pair: float = 0.4
    meant: float = 0.4
    translated: float = 2.0


DEFAULT_WORD_WEIGHTS = WordWeights()


class _Bag(defaultdict[str, float]):
    """Tokens with weights that add up."""

    def __init__(self) -> None:
        super().__init__(float)

    def gain(self, tokens: Sequence[str], weight: float) -> None:
        for token in tokens:
            self[token] += weight


def lexical_query(analysis: Analysis, index: LexicalIndex, weights: WordWeights = DEFAULT_WORD_WEIGHTS) -> LexicalQuery:
    """Return the search by words for a question."""
    exact, folded, pairs = _Bag(), _Bag(), _Bag()
    for token in analysis.content:
        if analysis.toneless or not index.document_frequency("exact", token.text):
            folded[token.folded] += 1.0
        else:
            exact[token.text] += 1.0
    pairs.gain(pairs_of([token.folded for token in analysis.content]), weights.pair)
    for found in analysis.found:
        plain = [fold(token) for token in found.meant]
        (folded if analysis.toneless else exact).gain(plain if analysis.toneless else found.meant, weights.meant)
        pairs.gain(pairs_of(plain), weights.meant * weights.pair)
    for reading in analysis.translations:
        weight = weights.translated * reading.probability
        exact.gain(reading.vietnamese, weight / len(reading.vietnamese))
        pairs.gain(pairs_of([fold(token) for token in reading.vietnamese]), weight * weights.pair)
    return LexicalQuery(exact=exact, folded=folded, pairs=pairs)
