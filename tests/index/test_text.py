"""Match-time text: worked examples, and what must hold for any text at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.text import (
    Mapped,
    canonical,
    canonical_mapped,
    fold,
    fold_mapped,
    folded_tokens,
    is_toneless,
    tokens,
    tokens_mapped,
)
from index.types import Span

_SYLLABLES = st.sampled_from(
    "Hoà hòa THUỶ thủy quý hoàn khuỷu Đảng Ð oà 4.028 57,6% 01-KL/TW v.v. … “ ” 👨\u200d👩\u200d👧 İ ΑΣ".split()
)
_ODDITIES = st.sampled_from(
    "\u0301 \u0323 \u0302 \u031b \u0306 \u0344 \u0f73 \u20dd \u034f \u1100 \u1161 \u11a8 \u09c7 \u09be".split()
    + ["\ufeff", "a", "o", "Y", "U", "\r\n", "\n", "\u00a0"]
)
_NFD = _SYLLABLES.map(lambda text: unicodedata.normalize("NFD", text))
_MIXED = st.one_of(_SYLLABLES, _NFD, _ODDITIES, st.just(" "), st.text(max_size=2))
texts = st.one_of(st.text(), st.lists(_MIXED).map("".join))


def forms(text: str) -> list[str]:
    """Return `text` composed, taken apart, and as it is."""
    return [text, unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("hoà", "hòa"),
        ("hòa", "hòa"),
        ("Hoà Bình", "Hòa Bình"),
        ("HOÀ", "HÒA"),
        ("hoÀ", "hòA"),
        ("thuỷ", "thủy"),
        ("Thuỵ", "Thụy"),
        ("UỶ BAN", "ỦY BAN"),
        ("oà", "òa"),
        ("khoẻ", "khỏe"),
        ("quý", "quý"),
        ("Quỳ", "Quỳ"),
        ("QUỸ", "QUỸ"),
        ("hoàn", "hoàn"),
        ("ngoài", "ngoài"),
        ("khuỷu", "khuỷu"),
        ("hoà2", "hòa2"),
        ("toa\u0323\u0300", "toạ\u0300"),
    ],
)
def test_canonical_puts_the_tone_of_open_oa_oe_uy_on_the_first_vowel(written: str, wanted: str) -> None:
    assert [canonical(form) for form in forms(written)] == [wanted] * 3


def test_canonical_puts_marks_in_order() -> None:
    assert canonical("Vie\u0323\u0302t") == canonical("Vie\u0302\u0323t") == canonical("Viê\u0323t") == "Việt"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Đảng bộ thành phố Hà Nội", "dang bo thanh pho ha noi"),
        ("ĐƯỜNG SẮT", "duong sat"),
        ("Hoà", "hoa"),
        ("đÐƉ", "ddd"),
        ("İ", "i"),
        ("ΑΣ ας", "ασ ασ"),
        ("“4.028” – 57,6%…", "“4.028” – 57,6%…"),
        ("각", "각"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
    ],
)
def test_fold_takes_off_case_marks_and_bars(written: str, wanted: str) -> None:
    assert [fold(form) for form in forms(written)] == [wanted] * 3


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("co bao nhieu don vi", True),
        ("Covid-19", True),
        ("có bao nhiêu", False),
        ("don vị", False),
        ("đon vi", False),
        ("DON VI Đ", False),
        ("u\u031b", False),
        ("naïve", True),
        ("123 456", False),
        ("", False),
    ],
)
def test_toneless_means_letters_and_no_vietnamese_mark(text: str, wanted: bool) -> None:
    assert [is_toneless(form) for form in forms(text)] == [wanted] * 3


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Kết luận số 01-KL/TW, ngày 15/5/2024.", "kết luận số 01 kl tw ngày 15 5 2024"),
        ("4.028 cuộc, đạt 57,6% (588)", "4.028 cuộc đạt 57,6 588"),
        ("Tp.HCM: UỶ BAN", "tp hcm ủy ban"),
        ("quý I/2023", "quý i 2023"),
        ("B52 m² snake_case", "b 52 m² snake case"),
        ("007. 1,2,", "007 1,2"),
        ("“Hoà\r\nbình”…", "hòa bình"),
        ("", ""),
    ],
)
def test_tokens_are_letter_runs_and_whole_numbers(text: str, wanted: str) -> None:
    assert [tokens(form) for form in forms(text)] == [wanted.split()] * 3


def test_tokens_mapped_gives_spans_of_the_text_as_written() -> None:
    text = unicodedata.normalize("NFD", "Cần Thơ: uỷ ban 4.028")
    found = tokens_mapped(text)
    assert [(t.text, t.folded) for t in found] == [
        ("cần", "can"),
        ("thơ", "tho"),
        ("ủy", "uy"),
        ("ban", "ban"),
        ("4.028", "4.028"),
    ]
    assert [unicodedata.normalize("NFC", t.span.of(text)) for t in found] == ["Cần", "Thơ", "uỷ", "ban", "4.028"]


def test_mapping_returns_whole_combining_sequences() -> None:
    mapped = fold_mapped("a\u0301b\u0323\u0302c")
    assert mapped == Mapped("abc", [0, 2, 5, 6])
    assert mapped.original(Span(1, 2)) == Span(2, 5)
    assert mapped.original(Span(1, 1)) == Span(2, 2)


def test_mapping_never_parts_what_one_character_became() -> None:
    mapped = canonical_mapped("x\u0958y")  # excluded from composition: NFC makes two characters of it
    assert mapped.text == "x\u0915\u093cy"
    assert mapped.original(Span(1, 2)) == mapped.original(Span(2, 3)) == Span(1, 2)


def test_mapping_refuses_a_span_outside_and_offsets_that_do_not_fit() -> None:
    with pytest.raises(ValueError, match="does not lie"):
        canonical_mapped("abc").original(Span(2, 4))
    with pytest.raises(ValueError, match="need 2 offsets"):
        Mapped("a", [0])


@given(texts)
@example("\u1100\u0301\u1161")
def test_canonical_is_idempotent_and_blind_to_normal_forms(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    assert {canonical(form) for form in forms(text)} == {once}
    assert len(once) == len(unicodedata.normalize("NFC", text))


@given(texts)
def test_fold_is_idempotent_and_blind_to_normal_forms_and_tone_placement(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert {fold(form) for form in [*forms(text), canonical(text)]} == {once}
    assert not any(map(unicodedata.combining, once))


@given(texts)
def test_mapped_texts_equal_the_plain_ones(text: str) -> None:
    assert canonical_mapped(text).text == canonical(text)
    assert fold_mapped(text).text == fold(text)


@given(texts, st.data())
def test_every_span_maps_to_what_produced_it(text: str, data: st.DataObject) -> None:
    for mapped, form in ((canonical_mapped(text), canonical), (fold_mapped(text), fold)):
        assert list(mapped.offsets) == sorted(mapped.offsets)
        assert mapped.offsets[-1] == len(text)
        start = data.draw(st.integers(0, len(mapped.text)))
        span = Span(start, data.draw(st.integers(start, len(mapped.text))))
        original = mapped.original(span)
        assert fold(span.of(mapped.text)) in fold(form(original.of(text)))
        if original.end < len(text) and len(original):
            assert not unicodedata.combining(text[original.end])


@given(texts)
def test_folded_tokens_stand_beside_tokens(text: str) -> None:
    words = tokens(text)
    assert folded_tokens(text) == [fold(word) for word in words]
    assert all(words)
    assert {tuple(tokens(form)) for form in [*forms(text), canonical(text)]} == {tuple(words)}


@given(texts)
@example("0\u1161")
@example("İ\u0316")
def test_mapped_tokens_are_the_tokens(text: str) -> None:
    found = tokens_mapped(text)
    assert [token.text for token in found] == tokens(text)
    assert [token.folded for token in found] == folded_tokens(text)
    ends = 0
    for token in found:
        assert ends <= token.span.start < token.span.end
        ends = token.span.end
        assert tokens(token.span.of(text)) == [token.text]
