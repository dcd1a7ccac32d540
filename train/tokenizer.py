"""Stage 2, `python -m train.tokenizer`: choose the vocabulary and write tokenizer.json.

The model is WordPiece over letters and numbers, lower case, punctuation dropped (it carries no meaning in a mean of
vectors). Whole words are chosen by weighted frequency, so that a Vietnamese syllable, marked or not, is one token;
what is left is spelled with pieces.
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from train.forms import new_style, strip_marks
from train.paths import Workplace, workplace
from train.records import Article, Asked, Bitext, read_records

PAD, UNK = "[PAD]", "[UNK]"
_TOKEN = r"[\p{L}\p{M}]+|\p{N}+|[%$€°]"
_PYTHON_TOKEN = re.compile(r"[^\W\d_]+|\d+|[%$€°]")
LONGEST_PIECE = 6


@dataclass(frozen=True)
class Budget:
    """How many rows the vocabulary may have, and how the sources share them."""

    size: int = 29_600
    words: int = 23_500  # whole words; the rest are pieces and alternative spellings
    toneless_weight: float = 0.25  # how often a query is typed without marks, roughly
    english_weight: float = 12.0  # the English side is small, the English queries are not
    alternatives: int = 250  # rows for the other tone placement, copies of the canonical row


def split_words(text: str) -> list[str]:
    """Return the lower-case words, numbers and units, as the tokenizer's own pre-tokenizer splits them."""
    return _PYTHON_TOKEN.findall(text.lower())


def _texts(place: Workplace) -> Iterator[tuple[str, float]]:
    for article in read_records(place.file("articles.jsonl"), Article):
        yield " ".join((article.title, *article.lead, *article.body)), 1.0
    for asked in read_records(place.file("questions.jsonl"), Asked):
        yield asked.question, 5.0


def count_words(place: Workplace, budget: Budget) -> dict[str, float]:
    """Return the weighted frequency of every word, its toneless form included."""
    plain: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for text, weight in _texts(place):
        (plain if weight == 1.0 else questions).update(split_words(text))
    english: Counter[str] = Counter()
    for pair in read_records(place.file("bitext.jsonl"), Bitext):
        english.update(split_words(pair.english))
        questions.update(split_words(pair.vietnamese))
    weights: dict[str, float] = {}
    for counts, weight in ((plain, 1.0), (questions, 5.0), (english, budget.english_weight)):
        for word, count in counts.items():
            weights[word] = weights.get(word, 0.0) + weight * count
    for word, weight in list(weights.items()):
        if (bare := strip_marks(word)) != word:
            weights[bare] = weights.get(bare, 0.0) + budget.toneless_weight * weight
    return weights


def pieces(words: Iterable[tuple[str, float]], room: int) -> list[str]:
    """Return the `room` pieces (start pieces, and continuations with `##`) that spell the most of the given words.

    The gain of a piece is its weighted frequency times the number of further pieces it saves.
    """
    gains: Counter[str] = Counter()
    for word, weight in words:
        scale = math.sqrt(weight)  # a frequent name must not fill the list with all of its substrings
        for start in range(len(word)):
            for end in range(start + 2, min(len(word), start + LONGEST_PIECE) + 1):
                piece = word[start:end] if start == 0 else "##" + word[start:end]
                gains[piece] += int(scale * (end - start - 1))
    return [piece for piece, _ in gains.most_common(room)]


def choose_vocabulary(weights: dict[str, float], budget: Budget) -> list[str]:
    """Return the vocabulary in id order: special tokens, single characters, whole words, pieces, alternatives."""
    ranked = sorted(weights.items(), key=lambda row: (-row[1], row[0]))
    letters: Counter[str] = Counter()
    for word, weight in ranked:
        for letter in set(word):
            letters[letter] += int(weight) + 1
    common = [letter for letter, _ in letters.most_common(400)]
    chosen = dict.fromkeys([PAD, UNK, *sorted(common), *("##" + letter for letter in sorted(common))])
    chosen.update(dict.fromkeys([word for word, _ in ranked if len(word) > 1][: budget.words]))
    alternatives = [other for word in list(chosen) if (other := new_style(word))][: budget.alternatives]
    rest = [(word, weight) for word, weight in ranked if word not in chosen and weight >= 3][:150_000]
    room = budget.size - len(chosen) - len(alternatives)
    chosen.update(dict.fromkeys([piece for piece in pieces(rest, 2 * room) if piece not in chosen][:room]))
    chosen.update(dict.fromkeys(alternatives))
    return list(chosen)[: budget.size]


def build(vocabulary: list[str]) -> Tokenizer:
    """Return the tokenizer: NFC, lower case, words and numbers apart, WordPiece."""
    tokenizer = Tokenizer(
        models.WordPiece(
            {token: number for number, token in enumerate(vocabulary)}, unk_token=UNK, max_input_chars_per_word=40
        )
    )
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_TOKEN), behavior="removed", invert=True)
    return tokenizer


def save(tokenizer: Tokenizer, path: Path) -> None:
    """Write compact JSON (the library's own is indented or escapes nothing less)."""
    content = json.loads(tokenizer.to_str())
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def main() -> None:
    """Write tokenizer.json to the work folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=Budget.size)
    parser.add_argument("--words", type=int, default=Budget.words)
    options = parser.parse_args()
    place, budget = workplace(), Budget(size=options.size, words=options.words)
    vocabulary = choose_vocabulary(count_words(place, budget), budget)
    save(build(vocabulary), place.file("tokenizer.json"))
    print(f"{len(vocabulary)} tokens, {place.file('tokenizer.json').stat().st_size} bytes")


if __name__ == "__main__":
    main()
