"""Read passages with the span reader: short answers, each with what speaks for it.

The sentence reader goes first: it is cheap, and says which sentences speak of the question. The network then reads the
passages around those sentences, all of them in a few runs. A span's score joins what the network says with what
retrieval and the sentence say; the weights were learnt on the dev set (`train/tune_answers.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.types import Span
from qa.analyse import Analysis
from qa.encoding import Encoder, Pieces, Window, words_of
from qa.evidence import Needle
from qa.network import Network
from qa.read import Reading, SentenceReader
from qa.retrieve import Found
from qa.spans import Candidate, candidates


@dataclass(frozen=True, slots=True)
class Budget:
    """How much is read of each passage, by its rank: `first` tokens of the best `whole` ones, `rest` of the others."""

    whole: int = 3
    first: int = 160
    rest: int = 80
    overlap: int = 32


DEFAULT_BUDGET = Budget()
_SPANS = 4  # of each window
