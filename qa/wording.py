"""Ask for what is counted in the words of the passages: `bao nhiêu đơn vị` where they count `54 tập thể`.

The network compares words above all, and that one thing is said as another is what it sees least. The table of synonyms
knows it; so where the passages put a number before a synonym, and none before the word of the question, the question is
read with the synonym.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.text import tokens
from qa.analyse import Analysis
from qa.types import AnswerType


def as_counted(analysis: Analysis, texts: Iterable[str]) -> str:
    """Return the question as it is to be read: as it is, unless it counts what `texts` count by another name."""
    question, asked = analysis.question, [token.text for token in analysis.tokens]
    if analysis.answer_type is not AnswerType.COUNT or analysis.toneless:
        return question
    said = next((said for said in analysis.synonyms if _counts(asked[: said.start])), None)
    if said is None:
        return question
    words = [tokens(text) for text in texts]
    if _counted(words, asked[said.start : said.end]):
        return question
    best = max(said.others, key=lambda other: _counted(words, other))
    if not _counted(words, best):
        return question
    first, last = analysis.tokens[said.start].span, analysis.tokens[said.end - 1].span
    return question[: first.start] + " ".join(best) + question[last.end :]


def _counts(before: Sequence[str]) -> bool:
    """Tell whether what follows these words is counted: the last of `đơn vị này khen bao nhiêu đơn vị`."""
    return before[-2:] == ["bao", "nhiêu"] or before[-1:] in (["mấy"], ["bn"])


def _counted(texts: Iterable[Sequence[str]], words: Sequence[str]) -> int:
    """Return how often the words stand behind a number."""
    size = len(words)
    return sum(
        word[0].isdigit() and list(text[at + 1 : at + 1 + size]) == list(words)
        for text in texts
        for at, word in enumerate(text)
    )
