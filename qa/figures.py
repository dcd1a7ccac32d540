"""Tell whether the numbers and dates of an answer differ from those of an accepted one.

Each is looked at with the words beside it. Where both texts have a number before the same word, it must be the same:
`37 tập thể và 54 cá nhân` is not `54 tập thể`. A brief answer must say every number that the accepted one says; in a
clause none may be replaced. A word that may be no number (`một`, `ba`) may be left out, but not replaced either; so
may the date of what has a name (`Hiệp định Paris năm 1973`). A share of a whole is the same in words, figures and per
cent: `một nửa`, `1/2`, `50%`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from index.text import is_toneless
from qa.dates import Moment, iso_agrees, moments
from qa.numbers import Number, Words, number_at
from qa.quantities import same_scale
from qa.segment import word_length
from qa.types import ValueKind
from qa.units import unit_at

NAMED_UNITS: Final = frozenset({ValueKind.AMOUNT, ValueKind.MEASURE, ValueKind.DURATION, ValueKind.PERCENTAGE})
_SCALES: Final = frozenset("nghìn triệu tỷ".split())
_TO: Final = frozenset("- đến tới ~".split())
_RANKED: Final = frozenset("giải hạng thứ hàng lần bậc vị".split())
_RANKS: Final = {"nhất": 1, "nhì": 2, "hai": 2, "ba": 3, "tư": 4, "bốn": 4}
_COUNTED_BY_FIVE: Final = frozenset("người em xe vụ cái con chiếc tập cá đơn hộ".split())  # else `năm` is a year


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, range, share, date or code in a text, with the word before it and the one behind; empty for a sign.

    `unit` is empty where it is none of the known ones. Not `sure` is a lone word that may be no number. `share` is the
    part of a whole that it is, or may be: a third for `một phần ba` and `1/3`, none for `ngày 1/3`.
    """

    what: Decimal | tuple[Decimal, Decimal] | Fraction | Moment | str
    before: str
    behind: str
    unit: str = ""
    sure: bool = True
    share: Fraction | None = None


def figures_differ(answer: str, accepted: str, *, brief: bool, named: bool = False) -> bool:
    """Tell whether a number of the accepted answer is replaced; where that is `brief`, also whether one is missing.

    `named` is what holds a name, and is known by it without its date.

    >>> figures_differ("quốc lộ 53", "quốc lộ 54", brief=True), figures_differ("quốc lộ", "quốc lộ 54", brief=False)
    (True, False)
    """
    said, wanted = figures_in(answer), figures_in(accepted)
    return any(
        _is_lost(figure, said, wanted, needed=brief and not (named and isinstance(figure.what, Moment)))
        for figure in wanted
    )


def _is_lost(figure: Figure, said: Sequence[Figure], wanted: Sequence[Figure], *, needed: bool) -> bool:
    alike = [other for other in said if figure.behind and other.behind == figure.behind]
    if any(_is_same(other, figure) for other in alike or said):
        return False
    if needed and (alike or figure.sure):
        return True
    foreign = [other for other in said if not any(_is_same(other, one) for one in wanted)]
    return any(_takes_the_place(other, figure) for other in foreign)


def _takes_the_place(other: Figure, figure: Figure) -> bool:
    spelled = isinstance(other.what, Fraction) or isinstance(figure.what, Fraction)
    if spelled and other.share is not None and figure.share is not None:
        return True  # `60% dân số` instead of `một nửa dân số`: what stands beside them is not the same
    if isinstance(other.what, Moment) != isinstance(figure.what, Moment):
        return False
    beside = {(word, side) for word, side in ((figure.before, 0), (figure.behind, 1)) if word}
    return isinstance(figure.what, Moment) or not beside.isdisjoint({(other.before, 0), (other.behind, 1)})


def _is_same(said: Figure, wanted: Figure) -> bool:
    ours, theirs = said.what, wanted.what
    if said.unit and wanted.unit and said.unit != wanted.unit:
        return False
    # Two in figures are compared as they are written: the second of April is not the first of February.
    dates = isinstance(ours, Moment) and isinstance(theirs, Moment)
    if said.share is not None and said.share == wanted.share and not dates:
        return True
    if isinstance(ours, Moment):
        return iso_agrees(ours.iso, theirs.iso) if isinstance(theirs, Moment) else _may_be(ours, theirs)
    return _may_be(theirs, ours) if isinstance(theirs, Moment) else ours == theirs


def _may_be(date: Moment, number: Decimal | tuple[Decimal, Decimal] | Fraction | str) -> bool:
    """Tell whether a number is the year that a date is, or a range the `5-8` that may be a day and a month."""
    if isinstance(number, tuple):
        return not date.sure and list(number) == [date.day, date.month]
    return date.month is None and date.day is None and not date.form and number == date.year


def figures_in(text: str) -> list[Figure]:
    """Return the numbers, dates and codes of a text in order."""
    words = Words.of(text, toneless=is_toneless(text))
    plain = words.plain
    # A bare `1975` is read as a number, which may be a year as well.
    dates = {plain.count(" ", 0, date.start): date for date in moments(plain) if date.sure or date.month}
    found: list[Figure] = []
    at = 0
    while at < len(words):
        figure, end = _date(words, at, dates[at]) if at in dates else _figure_at(words, at)
        found += [figure] if figure else []
        at = end
    return found


def _date(words: Words, at: int, date: Moment) -> tuple[Figure, int]:
    end = words.plain.count(" ", 0, date.end) + 1
    share = Fraction(date.day, date.month) if date.day and date.month and words.key(at + 1) == "/" else None
    return Figure(date, _word(words, at - 1), _word(words, end), share=None if date.sure else share), end


def _word(words: Words, at: int) -> str:
    key = words.key(at)
    return key if key and (key[0].isalpha() or key in "%‰") else ""


def _figure_at(words: Words, at: int) -> tuple[Figure | None, int]:
    """Read the number or code at a word, if there is one; return it with the number of the word behind."""
    key, before = words.key(at), _word(words, at - 1)
    if before in _RANKED and key in _RANKS:
        return Figure(Decimal(_RANKS[key]), before, ""), at + 1
    if share := _share_at(words, at):
        return share
    number = number_at(words, at)
    if number is None:
        code = any(map(str.isdigit, key)) and unit_at(words, at) is None
        return Figure(key, before, _word(words, at + 1)) if code else None, at + 1
    if number.spelled and number.end == at + 1 and _is_other_word(words, at):
        return None, at + 1
    return _numeral(words, at, number)


def _share_at(words: Words, at: int) -> tuple[Figure, int] | None:
    """Read `hai phần ba` and `một nửa`; `một nửa năm` and `một nửa triệu` are halves of a unit, no shares."""
    before = _word(words, at - 1)
    if words.keys(at, 2) == "một nửa":
        known = unit_at(words, at + 2) or words.key(at + 2) in _SCALES
        half = Fraction(1, 2)
        return None if known else (Figure(half, before, _word(words, at + 2), sure=False, share=half), at + 2)
    part = number_at(words, at)
    whole = _whole_at(words, part.end + 1) if part and words.key(part.end) == "phần" else None
    if part is None or whole is None or part.value >= whole.value:
        return None
    share = Fraction(part.value) / Fraction(whole.value)
    return Figure(share, before, _word(words, whole.end), share=share), whole.end


def _whole_at(words: Words, at: int) -> Number | None:
    """Read the `ba` of `hai phần ba`, in words only: `gồm 3 phần 15 chương` is no share, nor is `một phần năm 2019`."""
    # `tư` is no number where it stands alone, and `tu` gets the marks of `từ`.
    quarter = words.key(at) == "tư" or (words.toneless and words.key(at) == "từ")
    whole = Number(Decimal(4), at + 1, spelled=True) if quarter else number_at(words, at)
    if whole is None or not whole.spelled or whole.scaled or words.is_figures(whole.end):
        return None
    around = [words.key(at), words.key(at + 1)]
    lone = whole.end == at + 1 and not words.toneless
    return None if lone and (_is_of_a_name(words, at) or word_length(around) > 1) else whole


def _numeral(words: Words, at: int, number: Number) -> tuple[Figure, int]:
    what, end = _with_its_range(words, number)
    if isinstance(what, Decimal) and (words.key(at - 1) == "âm" or (at == 1 and words.key(0) == "-")):
        what = -what
    unit = unit_at(words, end)
    name = unit.name if unit and unit.kind in NAMED_UNITS else ""
    sure = not number.spelled or number.end > at + 1
    share = Fraction(what) / 100 if isinstance(what, Decimal) and name == "%" else None
    # `năm` behind a number is its unit, not five.
    return Figure(what, _word(words, at - 1), _word(words, end), name, sure, share), unit.end if unit else end


def _with_its_range(words: Words, first: Number) -> tuple[Decimal | tuple[Decimal, Decimal], int]:
    last = number_at(words, first.end + 1) if words.key(first.end) in _TO else None
    low = same_scale(words, first, last) if last else first.value
    return ((low, last.value), last.end) if last and low < last.value else (first.value, first.end)


def _is_other_word(words: Words, at: int) -> bool:
    """Tell the syllable of a name or of another word from a number in one word: `Ba Vì`, `ba lô`, `năm học`."""
    if words.toneless:
        return True
    if _is_of_a_name(words, at):
        return True
    key, behind = words.key(at), words.key(at + 1)
    if key == "năm":
        return unit_at(words, at + 1) is None and behind not in _COUNTED_BY_FIVE
    return word_length([key, behind]) > 1


def _is_of_a_name(words: Words, at: int) -> bool:
    """Tell whether a word and one beside it have capitals: `Ba Vì`."""
    around = [words.words[near].written if 0 <= near < len(words) else "" for near in (at - 1, at, at + 1)]
    return around[1][0].isupper() and (around[0][:1].isupper() or around[2][:1].isupper())
