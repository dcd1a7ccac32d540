"""Look a question up: find passages for it, and where it was typed without marks read it again with them.

A question without marks finds passages by its bare syllables; those say which words it meant (`qa.restore`). Then it is
searched for as if it had been typed so: on the news dev set that finds what the bare one missed.
"""

from __future__ import annotations

from dataclasses import replace

from index.library import Library
from qa.analyse import Analysis, Lexicon, analyse
from qa.restore import restored
from qa.retrieve import Retrieval, retrieve
from qa.syllables import bundled_syllables
from qa.types import AnswerType


def look_up(
    library: Library,
    asked: Analysis,
    lexicon: Lexicon,
    limit: int,
    *,
    document_id: str | None = None,
) -> tuple[Analysis, Retrieval]:
    """Return the question as it is to be read, and the best `limit` passages for it.

    Raises:
        UnknownDocument: there is no document of this id.
    """
    retrieval = retrieve(library, asked, limit, document_id=document_id)
    if not asked.lacks_marks or not asked.telling:
        return asked, retrieval
    passages = (f"{found.passage.document.title}\n{found.passage.text}" for found in retrieval.found)
    question = restored(asked, passages, bundled_syllables())
    if question == asked.question:
        return asked, retrieval
    analysis = with_marks(asked, question, lexicon)
    return analysis, retrieve(library, analysis, limit, document_id=document_id)


def with_marks(asked: Analysis, question: str, lexicon: Lexicon) -> Analysis:
    """Return the analysis of a question as it was restored; what it asks for is told by either form."""
    analysis = analyse(question, lexicon)
    unsure = analysis.answer_type is AnswerType.OTHER
    return replace(analysis, answer_type=asked.answer_type if unsure else analysis.answer_type, restored=True)
