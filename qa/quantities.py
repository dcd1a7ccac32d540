"""Read a count, an amount, a share, a measure or a duration that words begin with: see `qa.values.value_of`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from qa.numbers import Number, Words, number_at, plain_number
from qa.types import AnswerType, Modifier, Value, ValueKind
from qa.units import Unit, counted_at, length_of_counted, unit_at

NUMERIC: Final = frozenset(
    {AnswerType.COUNT, AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.MEASURE, AnswerType.DURATION}
)
_MODIFIERS: Final = {
    "không dưới": Modifier.AT_LEAST, "không quá": Modifier.AT_MOST, "không hơn": Modifier.AT_MOST,
    "ít nhất": Modifier.AT_LEAST, "tối thiểu": Modifier.AT_LEAST, "nhiều nhất": Modifier.AT_MOST,
    "tối đa": Modifier.AT_MOST, "chưa đến": Modifier.LESS_THAN, "chưa được": Modifier.LESS_THAN,
    "chưa tới": Modifier.LESS_THAN, "xấp xỉ": Modifier.ABOUT, "hơn": Modifier.MORE_THAN, "trên": Modifier.MORE_THAN,
    "gần": Modifier.NEARLY, "khoảng": Modifier.ABOUT, "chừng": Modifier.ABOUT, "dưới": Modifier.LESS_THAN,
    "about": Modifier.ABOUT, "over": Modifier.MORE_THAN, "nearly": Modifier.NEARLY,
}  # fmt: skip
_LEADING: Final = frozenset(
    "là có với tổng cộng lên tới đến cả những chỉ còn gồm đủ mức giá tất toàn bộ gấp trong từ được hết đạt tốn"
    " bằng dài rộng"
    " cao nặng sâu".split()
)
_TO: Final = frozenset("đến tới - ~".split())
_WHOLE: Final = ("trong tổng số", "trên tổng số", "trong tổng", "trong số", "trên", "/")
_BEYOND: Final = {"trở lên": Modifier.AT_LEAST, "trở xuống": Modifier.AT_MOST}
_ISO: Final = {
    "năm": "P{}Y",
    "tháng": "P{}M",
    "tuần": "P{}W",
    "ngày": "P{}D",
    "giờ": "PT{}H",
    "phút": "PT{}M",
    "giây": "PT{}S",
}
_NEXT: Final = {"năm": ("tháng", 12), "giờ": ("phút", 60), "phút": ("giây", 60)}
_MOST_PARTS: Final = 3  # `đồng/xe/tháng`


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the number begins, and what stands before it."""

    at: int
    modifier: Modifier | None = None
    sign: Unit | None = None  # `$400`


@dataclass(frozen=True, slots=True)
class _Numbers:
    """One number, both ends of a range, or a part with its whole; read up to word `end`."""

    low: Decimal
    high: Decimal | None
    total: Decimal | None
    end: int
    scaled: bool


def quantity(words: Words, expected: AnswerType | None, own: int) -> Value | None:
    """Return what the first `own` words say; those behind them are their sentence, and may give the unit."""
    start = _start(words)
    fraction = _fraction(words, start)
    if fraction is not None:
        return fraction
    first = number_at(words, start.at)
    if first is None or start.at >= own or not _is_meant(words, start.at, first, expected):
        first = _half(words, start.at)
    if first is None:
        return None
    numbers = _numbers(words, first) if first.end < own else _Numbers(first.value, None, None, first.end, first.scaled)
    if numbers is None or not _ends_well(words, numbers, expected):
        return None
    borrowed = numbers.end >= own
    unit = start.sign or unit_at(words, numbers.end) or _counted(words, numbers.end, borrowed=borrowed)
    if unit is None and numbers.total is None and _may_be_a_year(words, start.at, own, expected):
        return None
    return _finish(words, start, numbers, unit, expected, own)


def _start(words: Words) -> _Start:
    at, modifier, sign = 0, None, None
    while at < len(words) and not words.is_figures(at):
        unit = unit_at(words, at)
        count = next((n for n in (2, 1) if words.keys(at, n) in _MODIFIERS), 0)
        if count:
            said = _MODIFIERS[words.keys(at, count)]
            modifier = said if modifier in (None, Modifier.ABOUT) else modifier
            at += count
        elif unit and unit.kind is ValueKind.AMOUNT and words.is_figures(unit.end):
            sign, at = unit, unit.end
        elif words.key(at) in _LEADING:
            at += 1
        else:
            break
    return _Start(at, modifier, sign)


def _fraction(words: Words, start: _Start) -> Value | None:
    """Read `một nửa`, `hai phần ba`, `1/2` stays for `_numbers`."""
    at = start.at
    if words.keys(at, 2) == "một nửa" and unit_at(words, at + 2) is None:
        return Value(ValueKind.FRACTION, 1, total=2, modifier=start.modifier)
    part = number_at(words, at)
    if part is None or words.key(part.end) != "phần":
        return None
    whole = number_at(words, part.end + 1)
    if whole is None or whole.scaled or part.value >= whole.value:
        return None
    return Value(ValueKind.FRACTION, plain_number(part.value), total=plain_number(whole.value), modifier=start.modifier)


def _half(words: Words, at: int) -> Number | None:
    """Read `nửa` before a unit (`nửa năm`) and before a scale (`nửa triệu đồng`)."""
    at += words.keys(at, 2) == "một nửa"
    if words.key(at) != "nửa":
        return None
    scale = {"triệu": 10**6, "tỷ": 10**9, "nghìn": 10**3}.get(words.key(at + 1))
    if scale:
        return Number(Decimal(scale) / 2, at + 2, True, True)
    return Number(Decimal("0.5"), at + 1, False, True) if unit_at(words, at + 1) else None


def _is_meant(words: Words, at: int, number: Number, expected: AnswerType | None) -> bool:
    """Tell a number in words from an article, from `năm` the year and from other words without their marks."""
    alone = number.spelled and number.end == at + 1
    if not alone or expected in NUMERIC or unit_at(words, number.end):
        return True
    return words.key(at) not in ("một", "năm") and not words.toneless and counted_at(words, number.end) is not None


def _numbers(words: Words, first: Number) -> _Numbers | None:
    """Read on to the end of a range or to the whole; None when that makes no sense."""
    unit = unit_at(words, first.end)
    for end in (first.end, unit.end if unit else -1):
        end += words.keys(end, 2) == "cho đến"
        if words.key(end) in _TO and (last := number_at(words, end + 1)):
            bare = unit is None or end < unit.end
            low = same_scale(words, first, last) if bare else first.value
            same = unit is None or bare or _is_same(unit, unit_at(words, last.end))
            return _Numbers(low, last.value, None, last.end, last.scaled) if same and low < last.value else None
    for said in _WHOLE:
        count = said.count(" ") + 1
        if words.keys(first.end, count) == said and (whole := number_at(words, first.end + count)):
            return _Numbers(first.value, None, whole.value, whole.end, False) if first.value <= whole.value else None
    return _Numbers(first.value, None, None, first.end, first.scaled)


def same_scale(words: Words, first: Number, last: Number) -> Decimal:
    """Return the lower end of `200-300 tỷ` as it is meant."""
    if first.scaled or not last.scaled:
        return first.value
    bare = number_at(Words(words.words[: first.end + 2], words.toneless), first.end + 1)
    return first.value * (last.value / bare.value) if bare and bare.value else first.value


def _is_same(one: Unit, other: Unit | None) -> bool:
    return other is not None and one.name == other.name


def _ends_well(words: Words, numbers: _Numbers, expected: AnswerType | None) -> bool:
    """Tell a number from the beginning of a code, a series or a date: `439-QĐ/TW`, `90-58-94`, `5/8`."""
    behind = words.key(numbers.end)
    if behind and behind in "/-:":
        return False
    may_be_a_day = numbers.total is not None and numbers.total <= 12 and numbers.low <= 12
    if may_be_a_day or (numbers.high is not None and numbers.high <= 12):
        return expected in NUMERIC or bool(behind and behind[0].isalpha()) or behind == "%"
    return True


def _may_be_a_year(words: Words, at: int, own: int, expected: AnswerType | None) -> bool:
    figures = words.key(at)
    return expected not in NUMERIC and at + 1 == own and len(figures) == 4 and figures.isdigit() and figures < "2101"


def _counted(words: Words, at: int, *, borrowed: bool) -> Unit | None:
    """Read what is counted; out of the sentence behind the text as few words as name it."""
    unit = counted_at(words, at, length_of_counted(words, at)) if borrowed else counted_at(words, at)
    return unit if unit and len(unit.name) > 1 else None


def _finish(
    words: Words, start: _Start, numbers: _Numbers, unit: Unit | None, expected: AnswerType | None, own: int
) -> Value | None:
    end = numbers.end if unit is None or start.sign else unit.end
    value = Value(
        _kind(unit, numbers, expected),
        plain_number(numbers.low) if numbers.high is None else None,
        low=None if numbers.high is None else plain_number(numbers.low),
        high=None if numbers.high is None else plain_number(numbers.high),
        total=None if numbers.total is None else plain_number(numbers.total),
        unit=unit.name if unit else None,
        modifier=start.modifier,
    )
    if value.kind is ValueKind.DURATION and value.number is not None:
        value, end = _duration(words, value, end)
    elif unit is not None and value.kind is not ValueKind.COUNT:
        value, end = _per(words, value, end)
    if any(words.is_figures(at) for at in range(end, own)):
        return None
    beyond = _BEYOND.get(words.keys(own - 2, 2)) if own > end else None
    return replace(value, modifier=beyond) if beyond else value


def _kind(unit: Unit | None, numbers: _Numbers, expected: AnswerType | None) -> ValueKind:
    if unit is not None:
        return unit.kind
    if expected is AnswerType.PERCENTAGE and numbers.total is not None:
        return ValueKind.FRACTION
    return ValueKind.AMOUNT if expected is AnswerType.AMOUNT else ValueKind.COUNT


def _duration(words: Words, value: Value, end: int) -> tuple[Value, int]:
    """Read on in `3 giờ 30 phút`, `một năm rưỡi`; the number counts the smaller unit of two."""
    unit, number = value.unit or "", value.number or 0
    if words.key(end) == "rưỡi":
        number, end = number + 0.5, end + 1
    following = number_at(words, end) if unit in _NEXT and number == int(number) else None
    smaller, share = _NEXT.get(unit, ("", 0))
    second = unit_at(words, following.end) if following else None
    if following and second and second.name == smaller and following.value < share:
        iso = _ISO[unit].format(int(number)) + _ISO[smaller].format(following.value).lstrip("PT")
        whole = int(number) * share + plain_number(following.value)
        return replace(value, number=whole, unit=smaller, iso=iso), second.end
    if number == int(number):
        iso = _ISO[unit].format(int(number)) if unit in _ISO else ""
        return replace(value, number=int(number), iso=iso or None), end
    halves = (
        {"năm": f"P{int(number)}Y6M".replace("P0Y", "P"), "giờ": f"PT{int(number)}H30M".replace("T0H", "T")}
        if number % 1 == 0.5
        else {}
    )
    return replace(value, number=number, iso=halves.get(unit)), end


def _per(words: Words, value: Value, end: int) -> tuple[Value, int]:
    """Read on in `đồng/m2`, `km/h`, `USD mỗi tháng`."""
    name = value.unit or ""
    for _ in range(_MOST_PARTS):
        if words.key(end) not in ("/", "mỗi"):
            break
        each = unit_at(words, end + 1) or counted_at(words, end + 1, 2)
        if each is None:
            break
        measured = each.kind is ValueKind.MEASURE
        name += "/" + (each.name if measured else " ".join(word.written for word in words.words[end + 1 : each.end]))
        end = each.end
    return replace(value, unit=name), end
