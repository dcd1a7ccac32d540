"""Find where passages that were not read say what the best answer says: one answer, cited wherever it stands.

Words alone do not make it the same: their sentence must speak of the question as much as the answer's own does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.text import canonical, tokens, tokens_mapped
from index.types import Span, StoredPassage
from qa.analyse import Analysis
from qa.completion import complete
from qa.evaluate import normalise
from qa.kind_words import TITLE
from qa.read import Reading
from qa.retrieve import Found

_SIGNS = ("%", "‰")  # belong to the number before them
_ITSELF = 0.5  # else a passage would lend its words to whatever number it holds
_AROUND = 20  # characters
_MORE_NUMBER = re.compile(r"(?:[\d.,/]|[–−-] ?)$")
_NEXT = re.compile(r" (\w+)")
_LAST = re.compile(r"(?<![.!?:] )(?<!\w)(\w+) $")
_LEAST_WORDS = 2  # one word, or a bare number, stands in many sentences by chance


def holding(best: Reading, found: Iterable[Found]) -> list[Found]:
    """Return the passages that hold the words of an answer; none for an answer of a single word."""
    words = tokens(best.text)
    if len(words) < _LEAST_WORDS:
        return []
    said = set(words)  # most passages lack one: spares mapping every word
    return [one for one in found if said.issubset(tokens(one.passage.text)) and _places_of(words, one.passage)]


def repeated(analysis: Analysis, spans: Sequence[Reading], sentences: Sequence[Reading]) -> list[Reading]:
    """Return the first of the spans again, for each other place where one of the sentences says it of the same.

    Passages may overlap: a place that one of the spans points at is none.
    """
    best, words = spans[0], tokens(spans[0].text)
    pointed_at = {(reading.passage.document.id, reading.span) for reading in spans}
    passages = {sentence.passage.id: sentence.passage for sentence in sentences}
    places = {number: _places_of(words, passage) for number, passage in passages.items()}
    again: dict[tuple[str, Span], Reading] = {}
    for sentence in sentences:
        passage = sentence.passage
        for span in places[passage.id] if _speaks_of(best, sentence) else ():
            key = passage.document.id, span
            inside = sentence.span.start <= span.start and span.end <= sentence.span.end
            if inside and key not in pointed_at and _is_the_same(best, passage.document.text, span, analysis):
                again[key] = replace(
                    best, passage=passage, span=span, sentence=sentence.span, features=sentence.features
                )
    return list(again.values())


def _speaks_of(best: Reading, sentence: Reading) -> bool:
    """Tell whether a sentence with its passage holds as much of the question as the answer's own, itself half."""
    mine, other = best.features, sentence.features
    near = other.here + other.around >= mine.here + mine.around
    return near and other.names >= mine.names and other.here >= _ITSELF * mine.here


def _is_the_same(best: Reading, text: str, span: Span, analysis: Analysis) -> bool:
    """Tell whether a place says the answer and no more: `2 độ C` is not in `-2 độ C`, `Sông Đà` not in `Sông Đà 9`."""
    same = normalise(span.of(text)) == normalise(best.text) and _signs(span.of(text)) == _signs(best.text)
    if not same or complete(text, span, analysis) != span:
        return False
    before = canonical(text[max(0, span.start - _AROUND) : span.start])
    behind, said = canonical(text[span.end : span.end + _AROUND]), canonical(span.of(text))
    if said[0].isdigit() and _MORE_NUMBER.search(before):
        return False
    next_word, last_word = _NEXT.match(behind), _LAST.search(before)
    goes_on = said.split()[-1][0].isupper() and next_word and (next_word[1][0].isupper() or next_word[1][0].isdigit())
    titled = TITLE.search(before.lower().rstrip()) is not None
    begins_before = said[0].isupper() and last_word and last_word[1][0].isupper() and not titled
    return not goes_on and not begins_before


def _signs(text: str) -> int:
    return sum(text.count(sign) for sign in _SIGNS)


def _places_of(words: Sequence[str], passage: StoredPassage) -> list[Span]:
    """Return where the words stand one after another in a passage, as spans of its document."""
    here = tokens_mapped(passage.text)
    said, size = [token.text for token in here], len(words)
    places = []
    for at in range(len(said) - size + 1):
        if said[at] == words[0] and said[at : at + size] == list(words):
            end = here[at + size - 1].span.end
            end += passage.text[end : end + 1] in _SIGNS
            places.append(Span(passage.start + here[at].span.start, passage.start + end))
    return places
