"""Ask for what is counted in the words of the passages: `bao nhiêu đơn vị` where they count `54 tập thể`.

The network compares words above all, and that one thing is said as another is what it sees least. The table of synonyms
knows it; so where the passages put a number before a synonym, and none before the word of the question, the question is
read with the synonym.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.text import fold_tokens, tokens
from qa.analyse import Analysis
from qa.evidence import asked_for
from qa.types import AnswerType


def as_counted(analysis: Analysis, texts: Iterable[str]) -> str:
    """Return the question as it is to be read: as it is, unless it counts what `texts` count by another name."""
    wanted = list(asked_for(analysis))
    if analysis.answer_type is not AnswerType.COUNT or analysis.toneless or not wanted:
        return analysis.question
    words = [tokens(text) for text in texts]
    folded = [token.folded for token in analysis.tokens]
    for said in analysis.synonyms:
        if not _is_asked_for(folded[: said.start]):
            continue
        inside = analysis.tokens[said.start : said.end]
        own = [token.text for token in inside]
        if fold_tokens(own) != wanted[: len(own)] or _counted(words, own):
            continue
        best = max(said.others, key=lambda other: _counted(words, other))
        if _counted(words, best):
            question = analysis.question
            return question[: inside[0].span.start] + " ".join(best) + question[inside[-1].span.end :]
    return analysis.question


def _is_asked_for(before: Sequence[str]) -> bool:
    """Tell whether what follows these words, folded, is counted: the last of `đơn vị này khen bao nhiêu đơn vị`."""
    return before[-2:] == ["bao", "nhieu"] or before[-1:] in (["may"], ["bn"])


def _counted(texts: Iterable[Sequence[str]], words: Sequence[str]) -> int:
    """Return how often the words stand behind a number."""
    size = len(words)
    return sum(
        word[0].isdigit() and list(text[at + 1 : at + 1 + size]) == list(words)
        for text in texts
        for at, word in enumerate(text)
    )
