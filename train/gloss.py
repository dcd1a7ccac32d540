"""Stage 4b, `python -m train.gloss`: Vietnamese sentences put into English word by word, as queries.

Sentence pairs are few and none of them is a search. A gloss (`54 tập thể ở Cần Thơ` -> `54 collective in can tho`) is
poor English but a fair bag of the words an English question would use, on the domain that is searched; names lose
their marks, as they do in English. Translations are drawn by the product of Model 1's two directions.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from train import tokens
from train.align import known_words
from train.forms import strip_marks
from train.paths import Workplace, workplace
from train.records import Article, Asked, read_records

_WORD = re.compile(r"[^\W_]+")
BODY_SHARE = 0.12  # of the body sentences; every title and lead is glossed


@dataclass(frozen=True)
class Glossary:
    """For each Vietnamese word its English words and their cumulated weights."""

    choices: dict[str, tuple[list[str], list[float]]]
    known: frozenset[str]

    def gloss(self, sentence: str, rng: random.Random) -> str:
        """Return the sentence word by word in English; unknown words and names lose their marks."""
        words = _WORD.findall(sentence)
        found: list[str] = []
        position = 0
        while position < len(words):
            word, size = self._longest(words, position)
            name = position > 0 and words[position][:1].isupper()
            found.append(self._translate(word, name, rng))
            position += size
        return " ".join(found)

    def _longest(self, words: Sequence[str], position: int) -> tuple[str, int]:
        for size in (3, 2):
            word = " ".join(words[position : position + size]).lower()
            if position + size <= len(words) and word in self.known:
                return word, size
        return words[position].lower(), 1

    def _translate(self, word: str, name: bool, rng: random.Random) -> str:
        row = self.choices.get(word)
        # A capital inside the sentence marks a name; only names that English has its own word for are translated.
        if row is None or (name and (" " not in word or row[1][0] < 0.15)):
            return strip_marks(word)
        return rng.choices(row[0], cum_weights=row[1])[0]


def glossary(alignments: Path, known: frozenset[str], most: int = 6) -> Glossary:
    """Build the glossary: the likeliest English words of each Vietnamese word, rare links left out."""
    with np.load(alignments) as file:
        english, vietnamese, numbers = file["english"], file["vietnamese"], file["numbers"]
    rows: dict[str, list[tuple[float, str]]] = {}
    for e, v, (probability, reverse, count) in zip(
        english.tolist(), vietnamese.tolist(), numbers.tolist(), strict=True
    ):
        # Both directions: alone, p(e | v) favours rare English words, which Model 1 lets explain whatever is near.
        if reverse * probability >= 0.025 and count >= 2.5:
            rows.setdefault(v, []).append((reverse * probability, e))
    choices: dict[str, tuple[list[str], list[float]]] = {}
    for word, found in rows.items():
        found.sort(key=lambda row: (-row[0], row[1]))
        best = [row for row in found[:most] if row[0] >= 0.1 * found[0][0]]
        choices[word] = [e for _, e in best], np.cumsum([p for p, _ in best]).tolist()
    return Glossary(choices, known)


def gloss_tokens(place: Workplace, tokenizer: Tokenizer, made: Glossary, seed: int = 5) -> None:
    """Write glosses.npz: a gloss (or nothing) for every text of articles.npz, and one for every question."""
    rng = random.Random(seed)
    asked = [made.gloss(row.question, rng) for row in read_records(place.file("questions.jsonl"), Asked)]
    parts: list[tokens.Texts] = []
    texts: list[str] = []
    for article in read_records(place.file("articles.jsonl"), Article):
        texts += [made.gloss(text, rng) for text in (article.title, *article.lead)]
        texts += [made.gloss(text, rng) if rng.random() < BODY_SHARE else "" for text in article.body]
        if len(texts) > 400_000:
            parts.append(tokens.encode(tokenizer, texts))
            texts = []
    parts.append(tokens.encode(tokenizer, texts))
    tokens.save(place.file("glosses.npz"), articles=tokens.join(parts), questions=tokens.encode(tokenizer, asked))


def main() -> None:
    """Gloss the titles, leads, some sentences and all questions."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    place = workplace()
    made = glossary(place.file("alignments.npz"), known_words(place.file("words.tsv")))
    gloss_tokens(place, Tokenizer.from_file(str(place.file("tokenizer.json"))), made)


if __name__ == "__main__":
    main()
