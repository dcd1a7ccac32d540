"""The value of a short answer, as a person reads it; every example can be checked by eye."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import fold
from qa.types import AnswerType, Modifier, Value, ValueKind
from qa.values import value_of

COUNT, AMOUNT, SHARE = ValueKind.COUNT, ValueKind.AMOUNT, ValueKind.PERCENTAGE
MEASURE, DURATION, FRACTION = ValueKind.MEASURE, ValueKind.DURATION, ValueKind.FRACTION


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.725", Value(COUNT, 1725)),
        ("54 tập thể", Value(COUNT, 54, unit="tập thể")),
        ("05 tập thể", Value(COUNT, 5, unit="tập thể")),
        ("8 hộ gia đình tiêu biểu", Value(COUNT, 8, unit="hộ gia đình")),
        ("hơn 17 nghìn", Value(COUNT, 17000, modifier=Modifier.MORE_THAN)),
        ("ít nhất 27 cuộc tấn công mạng", Value(COUNT, 27, unit="cuộc tấn công mạng", modifier=Modifier.AT_LEAST)),
        ("gần 80 người", Value(COUNT, 80, unit="người", modifier=Modifier.NEARLY)),
        ("8 người trở lên", Value(COUNT, 8, unit="người", modifier=Modifier.AT_LEAST)),
        ("12 bị hại", Value(COUNT, 12, unit="bị hại")),
        ("3,63 triệu cổ phiếu", Value(COUNT, 3630000, unit="cổ phiếu")),
        ("hai mươi mốt", Value(COUNT, 21)),
        ("một trăm linh năm", Value(COUNT, 105)),
        ("hai nghìn không trăm linh năm", Value(COUNT, 2005)),
        ("18/18", Value(COUNT, 18, total=18)),
        ("47/77 ý kiến", Value(COUNT, 47, total=77, unit="ý kiến")),
        ("113 trong tổng số 222 ghế", Value(COUNT, 113, total=222, unit="ghế")),
        ("từ 10 đến 15", Value(COUNT, low=10, high=15)),
        ("3,2 tỷ đồng", Value(AMOUNT, 3200000000, unit="đồng")),
        ("2 tỷ 300 triệu đồng", Value(AMOUNT, 2300000000, unit="đồng")),
        ("2 triệu rưỡi đồng", Value(AMOUNT, 2500000, unit="đồng")),
        ("2,5 triệu USD", Value(AMOUNT, 2500000, unit="USD")),
        ("877 triệu đô la Mỹ", Value(AMOUNT, 877000000, unit="USD")),
        ("$400", Value(AMOUNT, 400, unit="USD")),
        ("200-300 tỉ đồng", Value(AMOUNT, low=200 * 10**9, high=300 * 10**9, unit="đồng")),
        ("7,6 triệu đồng/m2", Value(AMOUNT, 7600000, unit="đồng/m2")),
        ("600.000 NDT (88.000 USD)", Value(AMOUNT, 600000, unit="CNY")),
        ("57,6%", Value(SHARE, 57.6, unit="%")),
        ("12,5 phần trăm", Value(SHARE, 12.5, unit="%")),
        ("10-15%", Value(SHARE, low=10, high=15, unit="%")),
        ("chưa được 20%", Value(SHARE, 20, unit="%", modifier=Modifier.LESS_THAN)),
        ("một nửa", Value(FRACTION, 1, total=2)),
        ("hai phần ba", Value(FRACTION, 2, total=3)),
        ("2km", Value(MEASURE, 2, unit="km")),
        ("1.000 m2", Value(MEASURE, 1000, unit="m2")),
        ("80 km/h", Value(MEASURE, 80, unit="km/h")),
        ("28 độ C", Value(MEASURE, 28, unit="°C")),
        ("3 giờ 30 phút", Value(DURATION, 210, unit="phút", iso="PT3H30M")),
        ("một năm rưỡi", Value(DURATION, 1.5, unit="năm", iso="P1Y6M")),
        ("gần 8 tiếng", Value(DURATION, 8, unit="giờ", iso="PT8H", modifier=Modifier.NEARLY)),
        ("19 năm tù giam", Value(DURATION, 19, unit="năm", iso="P19Y")),
    ],
)
def test_a_number_with_its_unit(text: str, value: Value) -> None:
    assert value_of(text) == value
    assert value_of(unicodedata.normalize("NFD", text)) == value
    toneless = value_of(fold(text))
    assert toneless is not None
    assert (toneless.kind, toneless.number, toneless.low, toneless.high, toneless.total, toneless.modifier) == (
        value.kind, value.number, value.low, value.high, value.total, value.modifier,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "iso", "modifier"),
    [
        ("sáng 15/5", "--05-15", None),
        ("15-5", "--05-15", None),
        ("ngày 25-1-2018", "2018-01-25", None),
        ("31.5.2016", "2016-05-31", None),
        ("20 tháng 5 năm 2013", "2013-05-20", None),
        ("tháng 3 năm 2020", "2020-03", None),
        ("tháng 11/2008", "2008-11", None),
        ("quý II/2021", "2021-34", None),
        ("năm 1975", "1975", None),
        ("cuối năm 2019", "2019", Modifier.LATE),
        ("hết ngày 31/12/2016", "2016-12-31", Modifier.UNTIL),
        ("thế kỷ 20", "19XX", None),
        ("thế kỷ XVIII", "17XX", None),
        ("thập niên 1960", "196X", None),
        ("2011-2014", "2011/2014", None),
        ("từ 1-4/10", "--10-01/--10-04", None),
        ("từ tháng 2 đến tháng 5 năm 2010", "2010-02/2010-05", None),
        ("18h50", "T18:50", None),
        ("7 giờ 30 tối", "T19:30", None),
        ("12 giờ đêm", "T00:00", None),
    ],
)
def test_a_date_with_the_precision_that_is_said(text: str, iso: str, modifier: Modifier | None) -> None:
    for form in (text, unicodedata.normalize("NFD", text), fold(text)):
        value = value_of(form)
        assert value is not None
        assert (value.iso, value.number) == (iso, None)
    read = value_of(text)
    assert read is not None and read.modifier is modifier


@pytest.mark.parametrize(
    "text",
    [
        "thứ hai tuần sau", "năm ngoái", "tháng ba âm lịch", "năm 390 trước Công nguyên", "500 TCN", "31/2",
        "4, 5 và 6/7", "ngày 26, 27", "21 ngày, 49 ngày", "hàng chục tỷ đồng", "70/20/10", "90-58-94",
        "0903.675.512", "1.23.4", "hai ba người", "Quyết định số 55", "lớp 11", "439-QĐ/TW", "một cách đột ngột",
        "Phạm Văn Hiểu", "MQ-1 Predator", "", " ", "?", "1975", "2/3", "5-8", "54 tập thể " * 20,
    ],
)  # fmt: skip
def test_what_cannot_be_read_surely_is_none(text: str) -> None:
    assert value_of(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("4.028.000", 4028000), ("1.234,5", 1234.5), ("1,234.5", 1234.5), ("1,725", 1725), ("1,725 người", 1725),
        ("1,725 tỷ", 1725000000), ("1,435 km", 1.435), ("1.435 mm", 1435), ("3.5%", 3.5), ("1.725%", 1.725),
        ("0,125", 0.125), ("0.125", 0.125), ("57,6", 57.6),
    ],
)  # fmt: skip
def test_points_and_commas(text: str, number: float) -> None:
    value = value_of(text, AnswerType.COUNT)
    assert value is not None and value.number == number


@pytest.mark.parametrize(
    ("text", "expected", "value"),
    [
        ("2/3", AnswerType.DATE, Value(ValueKind.DATE, iso="--03-02")),
        ("2/3", AnswerType.PERCENTAGE, Value(FRACTION, 2, total=3)),
        ("5-8", AnswerType.COUNT, Value(COUNT, low=5, high=8)),
        ("1975", AnswerType.DATE, Value(ValueKind.DATE, iso="1975")),
        ("1975", AnswerType.COUNT, Value(COUNT, 1975)),
        ("932 tỷ", AnswerType.AMOUNT, Value(AMOUNT, 932 * 10**9)),
        ("3 giờ 30 phút", AnswerType.DATE, Value(ValueKind.TIME, iso="T03:30")),
        ("54 tập thể", AnswerType.PERSON, None),
        ("54 tập thể", AnswerType.DATE, None),
    ],
)
def test_what_is_asked_for_decides(text: str, expected: AnswerType, value: Value | None) -> None:
    assert value_of(text, expected) == value


@pytest.mark.parametrize(
    ("text", "context", "value"),
    [
        ("54", "Dịp này, 54 tập thể, 78 cá nhân được khen.", Value(COUNT, 54, unit="tập thể")),
        ("1,3", "Nhà máy đạt 1,3 triệu tấn thép.", Value(MEASURE, 1300000, unit="tấn")),
        ("57,6", "Có 57,6% đảng viên dự.", Value(SHARE, 57.6, unit="%")),
        ("54", "54 tập thể ở Cần Thơ, 54 cá nhân ở Lai Châu.", Value(COUNT, 54)),  # which of them?
        ("10", "Có 10 đến 15 người.", Value(COUNT, 10)),
        ("1975", "Năm 1975, ông về quê.", Value(ValueKind.DATE, iso="1975")),
        ("tối 25-1", "Vụ việc xảy ra tối 25-1. Sau ngày 25-1-2018 thì yên.", Value(ValueKind.DATE, iso="2018-01-25")),
        ("15/5", "Sáng 15/5, sau Nghị quyết năm 2016", Value(ValueKind.DATE, iso="--05-15")),  # not that year
        ("15/5", "", Value(ValueKind.DATE, iso="--05-15")),
    ],
)
def test_the_sentence_gives_what_is_unmistakable(text: str, context: str, value: Value) -> None:
    assert value_of(text, None, context) == value


def test_a_lone_word_without_marks_is_no_number_unless_one_is_wanted() -> None:
    assert value_of("bốn nữ binh sĩ") == Value(COUNT, 4, unit="nữ binh sĩ")
    assert value_of("ba ngoai") is None  # bà ngoại
    assert value_of("ba cuoc", AnswerType.COUNT) == Value(COUNT, 3, unit="cuoc")


def test_the_public_shape_has_every_field() -> None:
    value = value_of("hơn 17 nghìn người")
    assert value is not None
    assert value.to_dict() == {
        "kind": "count",
        "number": 17000,
        "low": None,
        "high": None,
        "total": None,
        "unit": "người",
        "iso": None,
        "modifier": "more_than",
    }


_PIECES = st.sampled_from(
    "1.725 57,6 % hơn khoảng từ đến - / 15/5 25-1-2018 năm tháng ngày quý II thế kỷ XX giờ h : phút triệu tỷ"
    " đồng USD $ m2"
    " một hai mươi mốt trăm linh năm rưỡi nửa phần ba tập thể ( ) , . 0 00 007 ² ٣ 9999999999999999999999 trong tổng số"
    " mỗi trở lên âm lịch\u0301 ngay thang nam".split()
)
_TEXTS = st.one_of(
    st.text(max_size=60), st.lists(_PIECES, max_size=9).map(" ".join), st.lists(_PIECES, max_size=9).map("".join)
)


@settings(deadline=None)  # patterns are compiled when first needed
@given(_TEXTS, st.one_of(st.none(), st.sampled_from(AnswerType)), _TEXTS)
def test_no_text_is_too_odd(text: str, expected: AnswerType | None, context: str) -> None:
    value = value_of(text, expected, context)
    if value is not None:
        assert (value.number is None) == (value.iso is not None and value.kind in (ValueKind.DATE, ValueKind.TIME)) or (
            value.low is not None and value.high is not None and value.low < value.high
        )


@settings(deadline=None)  # patterns are compiled when first needed
@given(st.lists(_PIECES, max_size=6).map(" ".join), st.sampled_from(AnswerType))
def test_composed_and_decomposed_say_the_same(text: str, expected: AnswerType) -> None:
    composed, decomposed = (value_of(unicodedata.normalize(form, text), expected) for form in ("NFC", "NFD"))
    assert composed == decomposed
