"""Read dates and times of day out of a short Vietnamese text, with the precision that is said.

    sáng 15/5 -> --05-15    ngày 25-1-2018 -> 2018-01-25    tháng 3 năm 2020 -> 2020-03    quý II/2021 -> 2021-34
    năm 1975 -> 1975    thế kỷ 20 -> 19XX    2011-2014 -> 2011/2014    18h50 -> T18:50

The forms are told at `qa.types.Value.iso`. Day before month, as in Vietnamese. What is relative (`tuần sau`), of the
lunar calendar, before our era, or several dates in a row is not read. It works on `Words.plain` of `qa.numbers`, where
one space stands around every sign.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from qa.numbers import ROMAN
from qa.types import Modifier, Value, ValueKind

_MONTHS: Final = "giêng hai ba tư năm sáu bảy tám chín mười".split() + ["mười một", "chạp"]
_FIRST_QUARTER: Final = 33
_MOST_WORDS_AROUND: Final = 5
_BLANK: Final = "\x00"

_D, _M, _Y = r"(?P<d>[0-9]{1,2})", r"(?P<m>[0-9]{1,2})", r"(?P<y>[12][0-9]{3})"
_NAMED_MONTH = rf"tháng (?P<m>[0-9]{{1,2}}|{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b"
_THEN_YEAR = rf"(?:(?: / | - | , | năm | , năm | |[.]){_Y})?"
_SIGN = r"(?: / | - |[.])"


@dataclass(frozen=True, slots=True)
class Moment:
    """A date at `[start, end)` of the text; what it does not say is None.

    `form` is the whole of a quarter, decade, century or interval. Not `sure` is what may be something else: `5/8`,
    `1975`.
    """

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    form: str = ""
    sure: bool = True

    @property
    def iso(self) -> str:
        """The form of `Value.iso`; empty when the calendar has no such day."""
        if self.form or not self._exists():
            return self.form
        year = "-" if self.year is None else f"{self.year:04d}"
        month = f"-{self.month:02d}" if self.month else "-" if self.day else ""
        return year + month + (f"-{self.day:02d}" if self.day else "")

    def _exists(self) -> bool:
        if self.year is None and self.month is None and self.day is None:
            return False
        if self.month is not None and not 1 <= self.month <= 12:
            return False
        if self.day is None:
            return True
        longest = 31 if self.month is None else monthrange(self.year or 2000, self.month)[1]
        return 1 <= self.day <= longest


def _day(match: re.Match[str]) -> Moment:
    said = match.groupdict()
    year, day = said.get("y"), said.get("d")
    month = said.get("m")
    return Moment(*match.span(), int(year) if year else None, _month(month), int(day) if day else None)


def _month(said: str | None) -> int | None:
    if said is None:
        return None
    return int(said) if said[0] in "0123456789" else _MONTHS.index(said) + 1


def _short_day(match: re.Match[str]) -> Moment:
    """Read `15/5`; `5/8` and `5-8` may be parts of a whole or a range, and those ascend."""
    moment = _day(match)
    named = re.search(r"\b(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|mùng)\b[^0-9]*$", match.string[: match.start()])
    sure = moment.year is not None or named is not None or int(match["d"]) > int(match["m"])
    return replace(moment, sure=sure)


def _days(match: re.Match[str]) -> Moment:
    last = _day(match)
    first = replace(last, day=int(match["first"]))
    return replace(last, form=_interval(first, last))


def _interval(first: Moment, last: Moment) -> str:
    """Join two dates; the first has the month and year of the last where it says none."""
    if not first.form and not last.form:
        month = first.month or (last.month if first.day else None)
        first = replace(first, year=first.year or (last.year if month else None), month=month)
    same = first.form or last.form or len(first.iso) == len(last.iso)
    return f"{first.iso}/{last.iso}" if first.iso and last.iso and same and first.iso < last.iso else ""


def _years(match: re.Match[str]) -> Moment:
    first, last = match["y"], match["last"]
    last = first[:2] + last if len(last) == 2 else last
    return Moment(*match.span(), form=f"{first}/{last}" if first < last else "", sure=len(match["last"]) == 4)


def _quarter(match: re.Match[str]) -> Moment:
    number = ROMAN.get(match["q"]) or int(match["q"])
    return Moment(*match.span(), form=f"{match['y']}-{_FIRST_QUARTER + number - 1}")


def _century(match: re.Match[str]) -> Moment:
    number = ROMAN[match["c"]] if match["c"] in ROMAN else int(match["c"]) if match["c"][0] in "0123456789" else 0
    return Moment(*match.span(), form=f"{number - 1:02d}XX" if 1 <= number <= 21 else "")


def _decade(match: re.Match[str]) -> Moment:
    return Moment(*match.span(), form=f"{match['ten']}X")


def _bare_year(match: re.Match[str]) -> Moment:
    return replace(_day(match), sure=False)


# The more a form says, the earlier it is looked for; what it found is blanked out for the rest.
_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Moment]], ...]] = tuple(
    (re.compile(rf"(?<![0-9.,])(?<![0-9] [/-] )\b(?:{form})(?![0-9])(?! [/-] [0-9])(?![.,][0-9])"), build)
    for form, build in (
        (rf"(?P<first>[0-9]{{1,2}}) - {_D} / {_M}(?: (?:/|năm) {_Y})?", _days),
        (rf"{_D}{_SIGN}{_M}{_SIGN}{_Y}", _day),
        (rf"{_D} {_NAMED_MONTH}{_THEN_YEAR}", _day),
        (rf"{_D} [/-] {_M}(?: (?:, )?năm {_Y})?", _short_day),
        (rf"{_NAMED_MONTH}{_THEN_YEAR}", _day),
        (rf"{_M} [/-] {_Y}", _day),
        (rf"quý (?P<q>iv|i{{1,3}}|[1-4]) (?:[/-] |năm )?{_Y}", _quarter),
        (r"(?:thế kỷ|tk)(?: thứ)? (?P<c>[0-9]{1,2}|[ivx]+\b)", _century),
        (r"(?:thập niên|thập kỷ|những năm|các năm)(?: thập kỷ)? (?P<ten>[12][0-9]{2})0", _decade),
        (rf"{_Y} - (?P<last>[12][0-9]{{3}}|[0-9]{{2}})", _years),
        (r"năm (?P<y>[1-9][0-9]{2,3})", _day),
        (_Y, _bare_year),
        (r"ngày (?:mùng )?" + _D, _day),
    )
)
_CLOCK: Final = re.compile(
    r"(?<![0-9.,])(?<![0-9] [/-] )\b(?P<h>[0-9]{1,2}) (?P<sign>h|g|giờ|:)(?: (?P<min>[0-5]?[0-9])(?: (?:phút|p"
    r"|')(?![^\W_]))?"
    r"(?! [/-] [0-9]))?(?![^ ])(?P<part> (?:sáng|trưa|chiều|tối|đêm)(?: nay)?)?"
)
_NOT_READ: Final = re.compile(
    r"\b(?:âm lịch|sau c[ôộ]ng nguyên"
    r"|(?:tuần|tháng|năm|hôm|ngày) (?:sau|sáu|tới|trước|qua|nay|kia|ngoái))\b(?! [0-9])"
)
_ISO_DAY: Final = re.compile(r"(?:(?P<y>[0-9]{4})|-)(?:-(?P<m>[0-9]{2})|-(?=-))?(?:-(?P<d>[0-9]{2}))?")
_TO: Final = re.compile(r" ?(?:đến|tới|-|cho đến|và)(?: (?:hết|ngày|tháng|năm|mùng|cuối|đầu|giữa))* ?")
# What may stand around a date when nothing says that one is wanted.
_AROUND: Final = frozenset(
    "ngày hôm tháng năm sáng trưa chiều tối đêm rạng khuya mùng hồi lúc vào khoảng chừng trong giai đoạn từ"
    " đến tới hết kể"
    " đầu giữa cuối trước sau qua là - , và nay thứ hai ba tư sáu bảy chủ nhật".split()
)
_MODIFIERS: Final = {
    "đầu": Modifier.EARLY, "giữa": Modifier.MIDDLE, "cuối": Modifier.LATE, "khoảng": Modifier.ABOUT,
    "chừng": Modifier.ABOUT,
    "trước": Modifier.BEFORE, "sau": Modifier.AFTER, "từ": Modifier.SINCE, "đến": Modifier.UNTIL, "tới": Modifier.UNTIL,
    "hết": Modifier.UNTIL,
}  # fmt: skip


def moments(plain: str) -> list[Moment]:
    """Return the dates of a text in order."""
    found = []
    for pattern, build in _FORMS:
        for match in pattern.finditer(plain):
            moment = build(match)
            if moment.iso:
                found.append(moment)
                plain = _blank(plain, *match.span())
    return sorted(found, key=lambda moment: moment.start)


def date_in(plain: str, *, wanted: bool, context: str = "") -> Value | None:
    """Return the date or time that a text says; `wanted` when the question asks for one.

    `context` gives the year of a day without one when it names the same day with its year, and with no other.
    """
    if _NOT_READ.search(plain):
        return None
    clocks = [match for match in _CLOCK.finditer(plain) if int(match["h"]) <= 24 and (wanted or _is_time(match))]
    rest = plain
    for clock in clocks:
        rest = _blank(rest, *clock.span())
    days = [moment for moment in moments(rest) if wanted or moment.sure]
    for moment in days:
        rest = _blank(rest, moment.start, moment.end)
    if (not days and not clocks) or not _is_only_a_date(rest, wanted):
        return None
    return _value(plain, days, clocks, rest, context)


def iso_agrees(said: str, wanted: str, *, as_fine: bool = False) -> bool:
    """Tell whether a date, interval or time in the form of `Value.iso` says what another does.

    It may say less by the year of a day or month, and by the time of a day; and more, unless it is to be `as_fine`: a
    day for a day, a month for a month.

    >>> iso_agrees("--05-15", "2019-05-15"), iso_agrees("2019", "2019-05-15")
    (True, False)
    """
    ours, theirs = said.split("/"), wanted.split("/")
    pairs = zip(ours, theirs, strict=False)
    return said == wanted or (
        len(ours) == len(theirs) and all(_day_agrees(mine, other, as_fine=as_fine) for mine, other in pairs)
    )


def _day_agrees(said: str, wanted: str, *, as_fine: bool) -> bool:
    (day, _, time), (wanted_day, _, wanted_time) = said.partition("T"), wanted.partition("T")
    if not day or not wanted_day or (time and wanted_time and time != wanted_time):
        return said == wanted
    ours, theirs = _parts(day), _parts(wanted_day)
    if ours is None or theirs is None:
        return day == wanted_day
    year_left_out = ours[0] is None and ours[1] is not None and theirs[1] is not None
    return all(
        mine == other or (other is None and (at == 0 or not as_fine)) or (at == 0 and year_left_out)
        for at, (mine, other) in enumerate(zip(ours, theirs, strict=True))
    )


def _parts(iso: str) -> tuple[str | None, ...] | None:
    """Return the year, month and day that a form says; None for a quarter, decade or century."""
    match = _ISO_DAY.fullmatch(iso)
    return match.groups() if match and (match["m"] or "01") <= "12" else None


def _value(
    plain: str, days: Sequence[Moment], clocks: Sequence[re.Match[str]], rest: str, context: str
) -> Value | None:
    if len(days) == 1:
        day = _with_year(days[0], context)
        time = _time(clocks[0]) if len(clocks) == 1 and day.year and day.day else ""
        modifier = None if "/" in day.iso else _modifier(rest, days[0].start)
        return Value(ValueKind.DATE, iso=day.iso + time, modifier=modifier)
    if len(days) == 2 and not clocks:
        joined = _TO.fullmatch(plain[days[0].end : days[1].start])
        iso = _interval(days[0], days[1]) if joined and not days[0].form and not days[1].form else ""
        return Value(ValueKind.DATE, iso=iso) if iso else None
    if days:
        return None
    if len(clocks) == 1:
        return Value(ValueKind.TIME, iso=_time(clocks[0]), modifier=_modifier(rest, clocks[0].start()))
    if len(clocks) == 2 and _TO.fullmatch(plain[clocks[0].end() : clocks[1].start()]):
        return Value(ValueKind.TIME, iso=f"{_time(clocks[0])}/{_time(clocks[1])}")
    return None


def _blank(text: str, start: int, end: int) -> str:
    return text[:start] + _BLANK * (end - start) + text[end:]


def _is_time(match: re.Match[str]) -> bool:
    """Tell a time of day from a duration where nothing is asked for."""
    said = re.search(r"\b(?:lúc|vào|hồi|đến|từ)(?: khoảng)? $", match.string[: match.start()])
    return bool(match["part"] or said or (match["sign"] != "giờ" and match["min"]))


def _time(match: re.Match[str]) -> str:
    hour, part = int(match["h"]), (match["part"] or "").split()
    late = part and (
        part[0] in ("chiều", "tối") or (part[0] == "đêm" and hour >= 6) or (part[0] == "trưa" and hour < 4)
    )
    if part and part[0] == "đêm" and hour == 12:
        hour = 0
    return f"T{hour + 12 if late and 0 < hour < 12 else hour:02d}:{int(match['min'] or 0):02d}"


def _is_only_a_date(rest: str, wanted: bool) -> bool:
    words = rest.replace(_BLANK, " ").split()
    if any(character.isdigit() for character in rest):
        return False
    return len(words) <= _MOST_WORDS_AROUND if wanted else _AROUND.issuperset(words)


def _modifier(rest: str, start: int) -> Modifier | None:
    said = [_MODIFIERS[word] for word in rest[:start].replace(_BLANK, " ").split() if word in _MODIFIERS]
    return said[-1] if said else None


def _with_year(day: Moment, context: str) -> Moment:
    if day.year or day.form or not day.month or not day.day:
        return day
    years = {near.year for near in moments(context) if (near.month, near.day) == (day.month, day.day) and near.year}
    dated = replace(day, year=years.pop()) if len(years) == 1 else day
    return dated if dated.iso else day
