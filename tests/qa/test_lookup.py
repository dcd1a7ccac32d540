"""A question typed without marks is read with those of what it finds; any other is looked up as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.errors import UnknownDocument
from index.library import Library
from index.text import fold
from index.types import Document
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.lookup import look_up, with_marks
from qa.types import AnswerType
from tests.conftest import HashEmbedder

LEXICON = Lexicon(load_abbreviations())
TEXTS = {
    "cantho": "Hôm nay\n\nChiều nay ông Phạm Văn Hiểu ở Cần Thơ khen thưởng 54 tập thể.",
    "haiphong": "Hôm qua\n\nỦy ban nhân dân thành phố Hải Phòng tặng Bằng khen cho 37 tập thể.",
    "dongxoai": "Đồng Xoài khánh thành cầu.",
}


class Noting(HashEmbedder):
    """Notes the questions that are searched for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Note the texts, and embed them."""
        self.asked += texts
        return super().embed_queries(texts)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed, and note nothing."""
        return super().embed_queries(texts)


@pytest.fixture
def embedder() -> Noting:
    return Noting()


@pytest.fixture
def library(tmp_path: Path, embedder: Noting) -> Library:
    library = Library.open(tmp_path / "data", embedder, create=True)
    library.add(Document(name, text, "Tin") for name, text in TEXTS.items())
    embedder.asked.clear()
    return library


def looked_up(library: Library, question: str, document_id: str | None = None) -> tuple[str, list[str]]:
    """Return the question as it is read, and the documents found for it, best first."""
    analysis, retrieval = look_up(library, analyse(question, LEXICON), LEXICON, 2, document_id=document_id)
    return analysis.question, [found.passage.document.id for found in retrieval.found]


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("Ông Phạm Văn Hiểu khen thưởng bao nhiêu tập thể?", "ông Phạm Văn Hiểu khen thưởng bao nhiêu tập thể?"),
        ("thành phố Hải Phòng tặng gì", "thành phố Hải Phòng tặng gì"),
    ],
)
def test_a_question_without_marks_finds_the_same_with_marks_and_capitals(
    library: Library, embedder: Noting, question: str, read: str
) -> None:
    bare, found = looked_up(library, fold(question))
    assert bare == read
    as_typed, as_read = (analyse(form, LEXICON).dense_text for form in (fold(question), read))
    assert embedder.asked == [as_typed, as_read]
    assert found == looked_up(library, question)[1]


def test_a_name_that_begins_a_passage_is_known(library: Library) -> None:
    assert looked_up(library, "cau o dong xoai")[0] == "cầu ở Đồng Xoài"


@pytest.mark.parametrize(
    "question",
    [
        "Ông Phạm Văn Hiểu khen thưởng ai?",
        unicodedata.normalize("NFD", "Ông Phạm Văn Hiểu khen thưởng ai?"),
        "Ông Pham Van Hieu khen thuong ai?",
        "Who is the chairman of Hai Phong?",
        "zxqv 54",
        "54?",
        "a a a",  # words that tell nothing
    ],
)
def test_any_other_question_is_left_alone_and_searched_for_once(
    library: Library, embedder: Noting, question: str
) -> None:
    asked = analyse(question, LEXICON)
    analysis, retrieval = look_up(library, asked, LEXICON, 2)
    assert analysis is asked
    assert embedder.asked == [asked.dense_text]
    assert len(retrieval.found) == 2


def test_within_one_document_its_own_words_tell(library: Library) -> None:
    question, found = looked_up(library, "tap the o hai phong", "haiphong")
    assert (question, set(found)) == ("tập thể ở Hải Phòng", {"haiphong"})
    with pytest.raises(UnknownDocument):
        looked_up(library, "tap the", "nowhere")


def test_in_an_empty_library_a_question_is_left_alone(tmp_path: Path, embedder: Noting) -> None:
    with Library.open(tmp_path / "data", embedder, create=True) as library:
        assert looked_up(library, "co bao nhieu hoc sinh") == ("co bao nhieu hoc sinh", [])
        assert len(embedder.asked) == 1


def test_over_documents_without_marks_a_question_is_left_alone(tmp_path: Path, embedder: Noting) -> None:
    with Library.open(tmp_path / "data", embedder, create=True) as library:
        library.add(Document(name, fold(text), "Tin") for name, text in TEXTS.items())
        embedder.asked.clear()
        question = "ong pham van hieu khen thuong bao nhieu tap the o can tho"
        assert looked_up(library, question)[0] == question
        assert len(embedder.asked) == 1


def test_a_document_without_marks_takes_none_from_what_the_others_write(library: Library) -> None:
    library.add([Document("bare", fold(TEXTS["cantho"]) * 3, "Tin")])
    assert looked_up(library, "ong pham van hieu o can tho")[0] == "ông Phạm Văn Hiểu ở Cần Thơ"


@pytest.mark.parametrize(
    ("typed", "read", "kind"),
    [
        ("may nguoi bi thuong", "mấy người bị thương", AnswerType.COUNT),
        ("may nguoi bi thuong", "máy người bị thương", AnswerType.COUNT),  # wrongly restored, it asks nothing
        ("lam gi", "làm gì", AnswerType.OTHER),
    ],
)
def test_what_is_asked_for_is_told_by_either_form(typed: str, read: str, kind: AnswerType) -> None:
    analysis = with_marks(analyse(typed, LEXICON), read, LEXICON)
    assert (analysis.question, analysis.toneless, analysis.answer_type) == (read, False, kind)
