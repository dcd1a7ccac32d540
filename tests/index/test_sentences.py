"""The sentence splitter: worked examples from Vietnamese news and law, and what holds for any text."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import paragraphs, sentences
from index.types import Span

_PIECES = "TP. |Cần Thơ|ThS.|4.028|. |.|…|? |”|“|\n|\r\n|\n\n| - |Điều 5. |a|Hoà|\u0301|1. |,| |J. |。|v.v. |www."
texts = st.one_of(st.text(), st.lists(st.sampled_from(_PIECES.split("|"))).map("".join))


def split(text: str) -> list[str]:
    """Return the sentences of `text` themselves."""
    return [span.of(text) for span in sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Hội nghị tại TP. Cần Thơ. | Ông Hiểu dự.",
        "Theo ThS. Nguyễn Lan và PGS.TS. Lê Bình, Tp.HCM đạt 4.028 cuộc. | Hết.",
        "Theo Quyết định 12/QĐ-TTg ngày 19/05/2024. | Có hiệu lực ngay.",
        "Điều 5. Phạm vi điều chỉnh. | Luật này quy định.",
        "1. Mục tiêu chung. | 2. Nội dung.",
        "Gồm: 1. Xây dựng; 2. Phát triển.",
        "II. Tổ chức thực hiện. | a. Cấp tỉnh.",
        "Có gạo, muối, v.v. và nhiều thứ khác. | Còn thiếu vải, v.v. | Ngoài ra còn thuốc.",
        "Lối sống… và tác phong. | Lối sống… | Từ đó, xây dựng.",
        "Họ lao động, chiến đấu... | Điều đó đúng.",
        "J. K. Rowling viết sách. | Ông George W. Bush đọc.",
        "Nạn nhân là Nguyễn Văn A. | Ông này ở Q. 1, TP.HCM. | Theo T.Ư, đã xong.",
        "“Bao nhiêu?” ông hỏi. | “Đúng vậy.” | Ông gật đầu.",
        "Ai làm?” | Không ai đáp!",
        '"Tiếp tục." - ông Peskov nói.',
        "Họ hỏi ông Obama ”. | Việc này lạ.",
        "Dài 3,5 km (tr. 15). | Nặng 5 kg.",
        "co 54 tap the. | o can tho co 78 ca nhan.",
    ],
)
def test_sentences_end_at_the_bars(text: str) -> None:
    assert split(text.replace(" | ", " ")) == text.split(" | ")


def test_sentences_glued_by_a_missing_space_are_parted() -> None:
    assert split("Họ chiến đấu...Điều đó đúng.Từ đó xem docs.google.com/Abc, www.Abc.vn?Id=3, tp.Huế và Node.Js.") == [
        "Họ chiến đấu...",
        "Điều đó đúng.",
        "Từ đó xem docs.google.com/Abc, www.Abc.vn?Id=3, tp.Huế và Node.Js.",
    ]
    assert split("今天。明天！") == ["今天。", "明天！"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_sentences_of_composed_and_decomposed_text_are_the_same(form: Literal["NFC", "NFD"]) -> None:
    text = unicodedata.normalize(form, "Ủy ban ở TP. Đà Nẵng. Ông Ích nói… Ấy là Điều 5. Được.")
    assert [unicodedata.normalize("NFC", part) for part in split(text)] == [
        "Ủy ban ở TP. Đà Nẵng.",
        "Ông Ích nói…",
        "Ấy là Điều 5.",
        "Được.",
    ]


def test_a_line_break_ends_a_sentence() -> None:
    assert split("Chính trị\nĐảng bộ Hà Nội\r\n\r\nSáng 15/5\nđường") == [
        "Chính trị",
        "Đảng bộ Hà Nội",
        "Sáng 15/5",
        "đường",
    ]


def test_a_hard_wrapped_line_goes_on() -> None:
    text = (
        "Kính gửi anh chị, chúng tôi xin thông báo về hội nghị tổng kết tại TP.\n"
        "Cần Thơ vào ngày 15/5/2024. Đề nghị các đơn vị chuẩn bị báo cáo đầy đủ,\n"
        "gửi về Văn phòng.\n\nTrân trọng"
    )
    assert split(text) == [
        "Kính gửi anh chị, chúng tôi xin thông báo về hội nghị tổng kết tại TP.\nCần Thơ vào ngày 15/5/2024.",
        "Đề nghị các đơn vị chuẩn bị báo cáo đầy đủ,\ngửi về Văn phòng.",
        "Trân trọng",
    ]
    assert [len(p.of(text).split("\n")) for p in paragraphs(text)] == [3, 1]


def test_a_long_line_without_a_stop_goes_on_in_small_letters() -> None:
    assert split("Một dòng khá dài không có dấu chấm ở cuối dòng này\r\ntiếp tục ở dòng sau.") == [
        "Một dòng khá dài không có dấu chấm ở cuối dòng này\r\ntiếp tục ở dòng sau."
    ]


def test_list_items_stand_alone() -> None:
    text = "Một dòng khá dài không có dấu chấm ở cuối dòng này\n- gạch đầu dòng\nb) mục b"
    assert split(text) == text.split("\n")


@given(texts)
def test_sentences_are_trimmed_ordered_and_hold_every_character(text: str) -> None:
    for spans in (sentences(text), paragraphs(text)):
        assert all(span.of(text) == span.of(text).strip() != "" for span in spans)
        assert all(one.end <= two.start for one, two in pairwise(spans))
        kept = "".join(span.of(text) for span in spans)
        assert "".join(kept.split()) == "".join(text.split())


@given(texts)
def test_no_sentence_crosses_a_paragraph(text: str) -> None:
    whole = paragraphs(text)
    for span in sentences(text):
        assert any(p.start <= span.start and span.end <= p.end for p in whole)
        assert isinstance(span, Span)


@pytest.mark.parametrize("unit", ["a", "\n", "a.", "Aa.", ".", '."', "((", "\u0301", "a\n", ". (", "A. "])
def test_time_grows_with_the_text_only(unit: str) -> None:
    text = unit * (400_000 // len(unit)) + "x"
    started = time.process_time()
    sentences(text)
    assert time.process_time() - started < 5, "quadratic would take minutes"
