"""The reader of sentences points into documents exactly, and looks at a bounded stretch of long ones."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.library import Library
from index.types import Document, StoredPassage
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.needles import needles_of
from qa.read import SentenceReader, sentences_of
from qa.retrieve import Found, retrieve
from tests.conftest import HashEmbedder

LEXICON = Lexicon(load_abbreviations())
PIECES = st.sampled_from(
    ["Cần Thơ khen 54 tập thể. ", "🎉", "\r\n", "\n\n", unicodedata.normalize("NFD", "Ở Huế. "), "TP. "]
)


@given(st.lists(PIECES, min_size=1, max_size=12).map("".join), st.integers(0, 5))
def test_sentences_of_a_passage_are_spans_of_its_document(text: str, before: int) -> None:
    document = Document("d", "x" * before + text, "t")
    passage = StoredPassage(1, document, before, before + len(text), "")
    spans = sentences_of(passage)
    assert all(before <= span.start < span.end <= len(document.text) for span in spans)
    covered = {at for span in spans for at in range(span.start, span.end)}
    assert all(at in covered or character.isspace() for at, character in enumerate(document.text) if at >= before)


def read(library: Library, question: str) -> list[str]:
    analysis = analyse(question, LEXICON)
    found = retrieve(library, analysis, 8).found
    readings = SentenceReader(library.embedder).read(analysis, needles_of(analysis, lambda word: 1.0), found)
    assert [reading.score for reading in readings] == sorted((r.score for r in readings), reverse=True)
    return [reading.span.of(reading.passage.document.text) for reading in readings]


@pytest.fixture
def library(tmp_path: Path, hash_embedder: HashEmbedder) -> Library:
    return Library.open(tmp_path / "data", hash_embedder, create=True)


def test_the_sentence_with_the_count_asked_for_comes_first(library: Library) -> None:
    text = "Cần Thơ: Hội nghị\n\nHội nghị ở Cần Thơ bàn về khen thưởng. Dịp này, 54 tập thể được khen thưởng. Hết giờ."
    library.add([Document("d", text, "Cần Thơ: Hội nghị")])
    assert read(library, "Bao nhiêu tập thể ở Cần Thơ được khen thưởng?")[0] == "Dịp này, 54 tập thể được khen thưởng."


def test_the_title_says_where_when_the_sentence_does_not(library: Library) -> None:
    sentence = "Chủ tịch tỉnh trao bằng khen cho {} tập thể."
    places = {"Cần Thơ": 54, "Hải Phòng": 37, "Lai Châu": 15}
    library.add(Document(f"d{count}", f"{place}\n\n{sentence.format(count)}", place) for place, count in places.items())
    for place, count in places.items():
        assert read(library, f"{place} trao bằng khen cho bao nhiêu tập thể?")[0] == sentence.format(count)


def test_there_is_nothing_to_read_in_nothing(library: Library) -> None:
    analysis = analyse("Ai?", LEXICON)
    assert SentenceReader(library.embedder).read(analysis, (), ()) == []


def test_features_stay_in_their_ranges(library: Library) -> None:
    library.add([Document("d", "Hải Phòng\n\nAi cũng biết 12 đơn vị ở Hải Phòng. Ừ.", "Hải Phòng")])
    analysis = analyse("Đơn vị nào ở Hải Phòng?", LEXICON)
    found = retrieve(library, analysis, 8).found
    reader = SentenceReader(library.embedder)
    spans, features = reader.features(analysis, needles_of(analysis, lambda word: 2.0), found)
    assert features.shape[0] == len(spans) > 0
    assert np.all(features <= 1.0 + 1e-6)
    assert np.all(features >= -1.0 - 1e-6)


def test_a_long_document_is_looked_at_only_around_the_passage(hash_embedder: HashEmbedder) -> None:
    text = "x " * 1_000 + "Nghệ An. " + "x " * 20_000 + "Có 54 tập thể."
    passage = StoredPassage(1, Document("d", text, "t"), text.index("Có 54"), len(text), "")
    analysis = analyse("Có bao nhiêu tập thể ở Nghệ An?", LEXICON)
    (reading,) = SentenceReader(hash_embedder).read(
        analysis, needles_of(analysis, lambda word: 1.0), [Found(passage, 1.0, 1.0, 0.5)]
    )
    assert reading.features.document == 0.0
    assert reading.features.names == 0.0


def test_a_name_far_off_in_the_document_counts_less_than_one_in_its_lead(library: Library) -> None:
    """Two provinces under one heading: the one that the article is about wins, not the one in its page's footer."""
    body = "Dịp này, {} tập thể được tặng Bằng khen."
    filler = "Các cấp ủy tiếp tục học tập. " * 60
    footer = "\n\nTin khác: Cần Thơ họp."
    documents = {
        "haiphong": f"Học tập làm theo Bác\n\nHải Phòng họp.\n\n{filler}\n\n{body.format(37)}\n\n{filler}{footer}",
        "cantho": f"Học tập làm theo Bác\n\nCần Thơ họp.\n\n{filler}\n\n{body.format(54)}\n\n{filler}",
    }
    library.add(Document(name, text, "Học tập làm theo Bác") for name, text in documents.items())
    assert read(library, "Bao nhiêu tập thể ở Cần Thơ được tặng Bằng khen?")[0] == body.format(54)
    assert read(library, "Bao nhiêu tập thể ở Hải Phòng được tặng Bằng khen?")[0] == body.format(37)
