"""Passages: worked examples, and the promises that hold for any document."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.chunking import ChunkSettings, chunk
from index.sentences import sentences
from index.types import Document, Passage

SMALL = ChunkSettings(target_syllables=12, min_syllables=4, max_syllables=16)

_PIECES = "Cần Thơ |hoà|. |, |\n|\r\n|\n\n|# Tiêu đề\n|Điều 5. Phạm vi\n\n|```\n|\u0301|a|1. | |một hai ba bốn năm "
_LONG_WORD = "dài" * 60
texts = st.one_of(st.text(), st.lists(st.sampled_from([*_PIECES.split("|"), _LONG_WORD]), max_size=60).map("".join))


def document(text: str, title: str = "") -> Document:
    """Return a document of this text."""
    return Document("d", text, title)


def words(count: int, first: str = "Từ") -> str:
    """Return a sentence of `count` syllables."""
    return " ".join([first, *["chữ"] * (count - 1)]) + "."


def shown(passages: list[Passage]) -> list[tuple[str, str]]:
    """Return heading and text of each passage."""
    return [(p.heading, p.text) for p in passages]


def test_paragraphs_are_packed_whole_up_to_the_target() -> None:
    one, two, three, four = words(5, "Một"), words(6, "Hai"), words(10, "Ba"), words(5, "Bốn")
    assert shown(chunk(document("\n\n".join([one, two, three, four])), SMALL)) == [
        ("", f"{one}\n\n{two}"),
        ("", three),
        ("", four),
    ]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    parts = [words(7, "Một"), words(6, "Hai"), words(7, "Ba"), words(5, "Bốn")]
    assert shown(chunk(document(" ".join(parts)), SMALL)) == [
        ("", f"{parts[0]} {parts[1]}"),
        ("", f"{parts[2]} {parts[3]}"),
    ]


def test_a_sentence_longer_than_a_passage_is_cut_behind_a_comma() -> None:
    text = "một hai ba bốn năm sáu bảy, tám chín mười một hai ba bốn năm sáu bảy tám chín"
    assert [p.text for p in chunk(document(text), SMALL)] == [
        "một hai ba bốn năm sáu bảy,",
        "tám chín mười một hai ba bốn năm sáu bảy tám chín",
    ]


def test_a_sentence_is_whole_when_it_fits_into_a_passage() -> None:
    text = " ".join([words(9, "Một"), words(16, "Hai"), words(3, "Ba"), words(15, "Bốn")])
    cuts = {p.end for p in chunk(document(text), SMALL)}
    assert cuts <= {s.end for s in sentences(text)}


def test_a_short_tail_joins_the_passage_before_it() -> None:
    one, two = words(16, "Một"), "Việt Hoàng"
    assert shown(chunk(document(f"{one}\n\n{two}\n"), SMALL)) == [("", f"{one}\n\n{two}")]


def test_headings_stay_with_what_follows_and_head_it() -> None:
    first, second, third = words(14, "Một"), words(14, "Hai"), words(13, "Ba")
    text = f"Tên bài\n\n{first}\n\nChương II\n\nĐiều 5. Phạm vi\n\n{second}\n\n{third}\n\n# Kết luận #\n{first}"
    assert shown(chunk(document(text, "Tên bài"), SMALL)) == [
        ("", f"Tên bài\n\n{first}"),
        ("Điều 5. Phạm vi", f"Chương II\n\nĐiều 5. Phạm vi\n\n{second}"),
        ("Điều 5. Phạm vi", third),
        ("Kết luận", f"# Kết luận #\n{first}"),
    ]


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Đổi mới trong tổ chức thực hiện", "Đổi mới trong tổ chức thực hiện"),
        ("I. Mục tiêu", "I. Mục tiêu"),
        ("1.2. Phạm vi áp dụng", "1.2. Phạm vi áp dụng"),
        ("Điều 5.", "Điều 5."),
        ("PHẦN THỨ NHẤT", "PHẦN THỨ NHẤT"),
        (unicodedata.normalize("NFD", "Chương II"), unicodedata.normalize("NFD", "Chương II")),
        ("### Tiêu đề", "Tiêu đề"),
        ("Ảnh: Hoàng Ngọc/TTXVN", ""),
        ("Chú thích ảnh", ""),
        ("Đình Hiệp 19/05/2024 - 07:06", ""),
        ("hình 3.jpg", ""),
        ("Việt Hoàng (TTXVN)", ""),
        ("Quang cảnh hội nghị.", ""),
        ("Chia sẻ:", ""),
        ("gồm các đơn vị sau", ""),
    ],
)
def test_which_lines_are_headings(line: str, heading: str) -> None:
    text = f"{words(50)}\n\n{line}\n\n{words(150)}"
    assert chunk(document(text))[-1].heading == heading


def test_a_comment_in_a_code_fence_is_no_heading() -> None:
    text = f"```\n# chú thích\n```\n\n{words(50)}"
    assert {p.heading for p in chunk(document(text))} == {""}


def test_short_lines_at_the_end_are_no_headings() -> None:
    text = f"{words(170)}\n\nTrường Nam\n\nCÓ THỂ BẠN QUAN TÂM\n\nÝ kiến bình luận"
    assert [p.heading for p in chunk(document(text))] == [""]


def test_white_space_makes_no_passage() -> None:
    assert chunk(document(" \n\u00a0\r\n")) == []


def test_settings_describe_themselves_and_refuse_nonsense() -> None:
    assert ChunkSettings().describe() == {
        "target_syllables": 160,
        "min_syllables": 40,
        "max_syllables": 200,
        "version": 1,
    }
    with pytest.raises(ValueError, match="min <= target <= max"):
        ChunkSettings(target_syllables=10)


@given(texts, st.sampled_from([SMALL, ChunkSettings()]))
def test_passages_are_slices_in_order_that_hold_every_character(text: str, settings: ChunkSettings) -> None:
    passages = chunk(document(text, "Cần Thơ"), settings)
    assert all(p.text == text[p.start : p.end] for p in passages)
    assert all(p.text == p.text.strip() != "" for p in passages)
    assert all(one.end <= two.start for one, two in pairwise(passages))
    assert "".join("".join(p.text.split()) for p in passages) == "".join(text.split())


@given(texts)
def test_no_passage_is_longer_than_maximum_and_minimum_together(text: str) -> None:
    most = SMALL.max_syllables + SMALL.min_syllables
    for passage in chunk(document(text), SMALL):
        headings = sum(len(line.split()) for line in passage.text.splitlines() if line.startswith(("#", "Điều")))
        assert len(passage.text.split()) <= most + headings


def test_no_cut_parts_a_letter_from_its_marks() -> None:
    text = unicodedata.normalize("NFD", "ệ" * 5000)
    passages = chunk(document(text))
    assert len(passages) > 1
    assert not any(unicodedata.combining(p.text[0]) for p in passages)


@pytest.mark.parametrize("unit", ["a", "\n", "a.", ".", "\u0301", "a\n", "# a\n", "a ", "Aa bb\n\n"])
def test_time_grows_with_the_text_only(unit: str) -> None:
    text = unit * (400_000 // len(unit)) + "x"
    started = time.process_time()
    chunk(document(text))
    assert time.process_time() - started < 5, "quadratic would take minutes"


def test_a_wide_gap_of_white_space_ends_a_passage() -> None:
    passages = chunk(document("Hà Nội có gì đâu.\n" + "\n" * 100_000 + "Hai câu ở đây."))
    assert [passage.text for passage in passages] == ["Hà Nội có gì đâu.", "Hai câu ở đây."]


@pytest.mark.parametrize(
    ("line", "heading"),
    [("## Kết quả ##", "Kết quả"), ("# a b", "a b"), ("#\t  Mục", "Mục"), ("# " + " " * 200 + "x", "x")],
)
def test_a_markdown_heading_is_read_without_its_marks(line: str, heading: str) -> None:
    (passage,) = chunk(document(f"{line}\n\nMột câu dưới đề mục."))
    assert passage.heading == heading
