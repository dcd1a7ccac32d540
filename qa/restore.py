"""Put marks and capitals back into a question typed without them.

    ai la hieu truong truong chuyen ha noi  ->  ai là hiệu trưởng trường chuyên Hà Nội

A syllable alone is many words (`truong` is trường, trưởng, trương), beside its neighbour hardly ever more than one. So
the likeliest sequence is taken (Viterbi 1967) by two bigram models in equal parts or nearly: the language's
(`qa.syllables`), and one of the passages found for the question as it was typed, which know its names. Capitals come
from those passages alone. What is read and matched afterwards is a question with marks.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.text import canonical, fold, is_toneless
from qa.analyse import Analysis, is_function_word
from qa.syllables import Syllables

_WORD = re.compile(r"[^\W\d_]+")
_BEGINS = re.compile(r"[.!?:\n“\"]")
_FOUND = 0.45  # weight of the passages' model; on every other news dev question .40 and .60 restore less by .002
_FOUND_ALONE = 0.3  # in it, weight of how often a syllable stands in the passages anywhere
_MOST = 12  # forms of one syllable: rarer ones are names, which the passages tell
_OFTEN, _NEARLY_ALWAYS = 2, 0.8  # a word beside no neighbour of the question: written so often, with a capital so often
_LEAST = 1e-12
_NOTHING = Counter[tuple[str, str]]()


def restored(analysis: Analysis, texts: Iterable[str], syllables: Syllables) -> str:
    """Return the question with marks and names as `texts` write them; one with marks, or in English, as it is.

    So is one over texts that have no marks themselves: it would be found no better. What no table and no text knows
    stays as it was typed, and so do abbreviations in capitals and what has marks of another language.
    """
    marked = [text for text in texts if _WORD.search(text) and not is_toneless(text)]
    if not analysis.lacks_marks or not marked:
        return analysis.question
    question, bare = analysis.question, [token.folded for token in analysis.tokens]
    seen = _Seen(marked, frozenset(bare))
    forms = [_forms(word, seen, syllables) for word in bare]
    words = _likeliest([options or [word] for options, word in zip(forms, bare, strict=True)], seen, syllables)
    written, end = "", 0
    for at, token in enumerate(analysis.tokens):
        typed = token.span.of(question)
        short = len(typed) > 1 and typed.isupper() and not question.isupper()
        word = typed if short or not forms[at] or not typed.isascii() else _as_typed(seen.capitals(words, at), typed)
        written += question[end : token.span.start] + word
        end = token.span.end
    return written + question[end:]


def _forms(bare: str, seen: _Seen, syllables: Syllables) -> list[str]:
    """Return what a token may be; nothing where nothing is known of it."""
    return list(dict.fromkeys([*syllables.marked(bare)[:_MOST], *list(seen.marked.get(bare, ()))[:_MOST]]))


def _as_typed(word: str, typed: str) -> str:
    """Return a word with the capitals that the asker gave it."""
    if len(typed) > 1 and typed.isupper():
        return word.upper()
    if word.lower() == typed.lower():
        return word if typed.islower() else typed
    return word[:1].upper() + word[1:] if typed[:1].isupper() else word


def _likeliest(forms: Sequence[Sequence[str]], seen: _Seen, syllables: Syllables) -> list[str]:
    """Return the likeliest sequence of one form each."""
    if not forms:
        return []
    first = (1 - _FOUND) * syllables.alone(forms[0]) + _FOUND * seen.alone(forms[0])
    score = np.log(first + _LEAST)
    came: list[NDArray[np.intp]] = []
    for before, here in pairwise(forms):
        chances = (1 - _FOUND) * syllables.behind(before, here) + _FOUND * seen.behind(before, here)
        total = score[:, None] + np.log(chances + _LEAST)
        came.append(total.argmax(axis=0))
        score = total.max(axis=0)
    at = int(score.argmax())
    path = [at]
    for back in reversed(came):
        at = int(back[at])
        path.append(at)
    return [options[i] for options, i in zip(forms, reversed(path), strict=True)]


def _words(text: str) -> list[tuple[str, str]]:
    """Return the words of a text as they are written and in small letters.

    A capital that only begins a sentence is none: no name follows it. How a word of a heading in capitals is written
    tells nothing, and is empty.
    """
    found, end = list[tuple[str, str]](), 0
    matches = list(_WORD.finditer(text))
    for at, match in enumerate(matches):
        word, behind = match[0], matches[at + 1][0] if at + 1 < len(matches) else ""
        begins = end == 0 or _BEGINS.search(text, end, match.start()) is not None
        beside = matches[at - 1][0] if at else behind
        heading = word.isupper() and (len(word) > 1 or (beside.isupper() and behind.isupper()))
        small = begins and not behind[:1].isupper()
        found.append(("" if heading else word.lower() if small else word, word.lower()))
        end = match.end()
    return found


class _Seen:
    """What passages write of the words of a question: counts of syllables and of pairs, with and without capitals."""

    def __init__(self, texts: Iterable[str], wanted: frozenset[str]) -> None:
        self._alone, self._pairs = Counter[str](), Counter[tuple[str, str]]()
        self._written: dict[str, Counter[str]] = {}
        self._together: dict[tuple[str, ...], Counter[tuple[str, str]]] = {}
        self.marked: dict[str, dict[str, None]] = {}
        self._total = 1
        for text in texts:
            words = _words(canonical(text))
            self._total += len(words)
            bare = [fold(word) in wanted for _, word in words]
            for (one, word), is_wanted in zip(words, bare, strict=True):
                if is_wanted:
                    self._alone[word] += 1
                    self.marked.setdefault(fold(word), {})[word] = None
                    if one:
                        self._written.setdefault(word, Counter())[one] += 1
            for at, ((one, word), (other, behind)) in enumerate(pairwise(words)):
                if bare[at] and bare[at + 1]:
                    self._pairs[word, behind] += 1
                    if one and other:
                        self._together.setdefault((word, behind), Counter())[one, other] += 1

    def alone(self, forms: Sequence[str]) -> NDArray[np.float64]:
        """Return the share of each form among all words `[forms]`."""
        return np.array([self._alone[form] for form in forms]) / self._total

    def behind(self, before: Sequence[str], forms: Sequence[str]) -> NDArray[np.float64]:
        """Return how likely each of `forms` is behind each of `before` `[before, forms]`."""
        pairs = np.array([[self._pairs[one, other] for other in forms] for one in before], dtype=np.float64)
        each = np.maximum([[self._alone[one]] for one in before], 1)
        return (1 - _FOUND_ALONE) * pairs / each + _FOUND_ALONE * self.alone(forms)[None]

    def capitals(self, words: Sequence[str], at: int) -> str:
        """Return a word as it is mostly written beside its neighbours in the question, else as it always is."""
        word = words[at]
        near = Counter[str]()
        for pair, place in ((words[at - 1 : at + 1], 1), (words[at : at + 2], 0)):
            for together, count in self._together.get(tuple(pair), _NOTHING).items():
                near[together[place]] += count
        if near or is_function_word(word):
            return near.most_common(1)[0][0] if near else word
        for written, count in self._written.get(word, Counter[str]()).most_common(1):
            if count >= max(_OFTEN, _NEARLY_ALWAYS * self._alone[word]):
                return written
        return word
