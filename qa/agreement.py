"""Tell whether an answer contradicts an accepted one: another number, date, amount or name, whatever words they share.

    59 cá nhân          is not 78 cá nhân           17 nghìn người    is 17.000 người
    16/5/2019           is not 15/5/2019            15/5              is 15/5/2019, said less fully
    Nguyễn Văn Bình     is not Nguyễn Văn An        ông Nguyễn Văn An is Nguyễn Văn An
    quốc lộ 53          is not quốc lộ 54           54 tập thể, 78 cá nhân holds 54 tập thể
    1/3                 is not 2/3                  1/3 is một phần ba, or ngày 1/3, but these are not the same

Where both are values that are read surely (`qa.values`), these must agree. Then the numbers and dates of any text are
compared (`qa.figures`), and its names (`qa.names`); of a clause, such as a reason, only the numbers, and kindly. Other
words are not judged here: `huy chương bạc` does not contradict `huy chương vàng`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from index.text import canonical, fold, is_toneless
from qa.dates import iso_agrees
from qa.figures import NAMED_UNITS, figures_differ, figures_in
from qa.names import names_differ, names_in
from qa.numbers import Words
from qa.segment import word_length
from qa.types import AnswerType, Modifier, Value, ValueKind
from qa.values import value_of

_LONGEST: Final = 10  # words: what is longer, and hardly names and figures, is a clause
_TELLING: Final = 1 / 3
_SIDES: Final = {
    Modifier.BEFORE: "below", Modifier.UNTIL: "below", Modifier.LESS_THAN: "below", Modifier.NEARLY: "below",
    Modifier.AT_MOST: "below", Modifier.AFTER: "above", Modifier.SINCE: "above", Modifier.MORE_THAN: "above",
    Modifier.AT_LEAST: "above", Modifier.EARLY: "early", Modifier.MIDDLE: "middle", Modifier.LATE: "late",
}  # fmt: skip
_SHARE_SIGNS: Final = ("/", "%", "phan", "nua")
_PARTS_OF_DAY: Final = {"sáng": "sáng", "trưa": "trưa", "chiều": "chiều", "tối": "tối", "đêm": "tối"}
_BEFORE_A_PART: Final = frozenset({*"giờ h g phút p buổi rạng ban lúc hồi nửa giữa xế".split(), *_PARTS_OF_DAY})
_BEHIND_A_PART: Final = frozenset(
    {*"ngày tháng nay qua mai kia hôm mùng mồng sớm muộn khuya thứ chủ cùng".split(), *_PARTS_OF_DAY}
)
_OTHER_WORDS: Final = frozenset("đa thiểu cao ưu giản tạo kiến lập tác chế dài rộng sâu".split())  # `40 giờ tối đa`
_SIDED: Final = frozenset("một hai ba bốn đa nhiều ngược theo mỗi".split())  # `hai chiều 4 làn xe`
_TONELESS_LINKS: Final = frozenset("vao tu den truoc khoang".split())  # behind others `sang` and `dem` are mostly verbs
_HALF_A_DAY: Final = 12 * 60


def contradicts(answer: str, accepted: str) -> bool:
    """Tell whether an answer says another number, date, amount or name than an accepted one.

    >>> contradicts("59 cá nhân", "78 cá nhân"), contradicts("78 cá nhân ở Cần Thơ", "78 cá nhân")
    (True, False)
    """
    if _plain(answer) == _plain(accepted):
        return False
    said, wanted = _value(answer), _value(accepted)
    if _values_differ(said, wanted, answer, accepted) or _part_of_day_differs(answer, accepted):
        return True
    dates = said and wanted and said.kind is wanted.kind is ValueKind.DATE  # their figures would want the time as well
    if dates or _is_same(said, wanted, answer, accepted):
        return False
    brief = not _is_clause(accepted)
    named = bool(names_in(accepted, folded=False))
    if figures_differ(answer, accepted, brief=brief, named=named):
        return True
    return brief and named and names_differ(answer, accepted)


def says_the_value(answer: str, accepted: str) -> bool:
    """Tell whether both are values, and the same, however they are written; a date may be said without its year.

    >>> says_the_value("hơn 17 nghìn người", "17.000 người"), says_the_value("ngày 15 tháng 5", "15/5/2019")
    (True, True)
    """
    return _is_same(_value(answer), _value(accepted), answer, accepted) and not contradicts(answer, accepted)


def _plain(text: str) -> str:
    return " ".join(canonical(text).lower().split())


def _is_clause(text: str) -> bool:
    words = [word.lstrip("“”\"'(") for word in text.split()]
    telling = sum(word[:1].isupper() or any(map(str.isdigit, word)) for word in words)
    return len(words) > _LONGEST and telling < _TELLING * len(words)


def _value(text: str) -> Value | None:
    """Read a value; what may be something else, such as `5/8` and `1975`, as a date."""
    return value_of(text) or value_of(text, AnswerType.DATE)


def _is_same(said: Value | None, wanted: Value | None, answer: str, accepted: str) -> bool:
    """Tell whether two values are surely the same: of one kind, in one unit or one of them without."""
    if _shares_agree(answer, accepted):
        return True
    if said is None or wanted is None or said.kind is not wanted.kind:
        return False
    if said.kind is ValueKind.TIME:
        return said.iso == wanted.iso
    if said.kind is ValueKind.DATE:
        as_full = len(figures_in(answer)) == len(figures_in(accepted))  # `2h ngày 11/8` is more than its date
        return as_full and iso_agrees(said.iso or "", wanted.iso or "", as_fine=True)
    return len(_units(said, wanted)) < 2 and _numbers(said) == _numbers(wanted)


def _values_differ(said: Value | None, wanted: Value | None, answer: str, accepted: str) -> bool:
    """Tell whether two values are surely not the same; those of two kinds are left to their figures."""
    if said is None or wanted is None:
        return False
    if _sides_differ(said, wanted):
        return True
    if said.kind is not wanted.kind or _shares_agree(answer, accepted):
        return False
    if said.kind is ValueKind.DATE:
        return not iso_agrees(said.iso or "", wanted.iso or "")
    if said.kind is ValueKind.TIME:
        return not _times_agree(said.iso or "", wanted.iso or "", answer, accepted)
    return _numbers(said) != _numbers(wanted) or _units_differ(said, wanted)


def _sides_differ(said: Value, wanted: Value) -> bool:
    return len({_SIDES[value.modifier] for value in (said, wanted) if value.modifier in _SIDES}) > 1


def _shares_agree(answer: str, accepted: str) -> bool:
    """Tell whether both say one share of a whole: `hai phần ba`, `2/3`; but `15/30 phiếu` is not `10/20 phiếu`."""
    if not _may_be_share(answer) or not _may_be_share(accepted):
        return False  # soon, as values are slow to read
    said, wanted = value_of(answer, AnswerType.PERCENTAGE), value_of(accepted, AnswerType.PERCENTAGE)
    if said is None or wanted is None or _sides_differ(said, wanted):
        return False
    if said.total and wanted.total and (_numbers(said) != _numbers(wanted) or len(_units(said, wanted)) > 1):
        return False
    share = _share(said, answer)
    return share is not None and share == _share(wanted, accepted)


def _may_be_share(text: str) -> bool:
    plain = fold(text)
    return any(sign in plain for sign in _SHARE_SIGNS)


def _units(said: Value, wanted: Value) -> set[str]:
    return {fold(value.unit) for value in (said, wanted) if value.unit}


def _share(value: Value, text: str) -> Fraction | None:
    """Return the share that is all a text says in numbers: `1/3`, which may be a day too, `1/13`, `50%`, `một nửa`."""
    figures = figures_in(text)
    if len(figures) == 1:
        return figures[0].share
    if value.number and value.total and [figure.what for figure in figures] == [value.number, value.total]:
        return Fraction(value.number) / Fraction(value.total)
    return None


def _numbers(value: Value) -> tuple[int | float | None, ...]:
    return value.number, value.low, value.high, value.total


def _units_differ(said: Value, wanted: Value) -> bool:
    """Compare the units of two amounts or measures; `đồng/đôi` is `đồng`, and what is counted may be named anyhow."""
    known = said.kind in NAMED_UNITS and said.unit and wanted.unit
    return bool(known) and str(said.unit).split("/")[0] != str(wanted.unit).split("/")[0]


def _times_agree(said: str, wanted: str, answer: str, accepted: str) -> bool:
    """Compare times of day; `8h` is `8h tối`, said less fully."""
    if said == wanted or "/" in said + wanted:
        return said == wanted
    apart = abs(_minutes(said) - _minutes(wanted))
    return apart == _HALF_A_DAY and not (_parts_of_day(answer) and _parts_of_day(accepted))


def _minutes(time: str) -> int:
    hours, minutes = time.removeprefix("T").split(":")
    return int(hours) * 60 + int(minutes)


def _part_of_day_differs(answer: str, accepted: str) -> bool:
    """Tell the morning of a day from its evening."""
    if not any(map(str.isdigit, accepted)) or _is_clause(accepted):
        return False
    said, wanted = _parts_of_day(answer), _parts_of_day(accepted)
    return bool(said and wanted) and said.isdisjoint(wanted)


def _parts_of_day(text: str) -> set[str]:
    words = Words.of(text, toneless=is_toneless(text))
    return {
        _PARTS_OF_DAY[word.key]
        for at, word in enumerate(words.words)
        if word.key in _PARTS_OF_DAY and _is_time_of_day(words, at)
    }


def _is_time_of_day(words: Words, at: int) -> bool:
    """Tell `chiều 15/5`, `sáng nay` and `5 giờ chiều` from `chiều dài`, `sáng tạo` and `hai chiều`.

    The other words are too many to list, so a time of day is told by the time beside it.
    """
    if _is_behind_a_time(words, at):
        return not _is_among(_OTHER_WORDS, words, at + 1) and not _is_until(words, at)
    before, behind = words.key(at - 1), words.key(at + 1)
    opens = not before[:1].isalnum()
    if not opens and (_goes_with(before, words.key(at)) or words.is_figures(at - 1)):
        return False  # `3 đêm` says how many
    if words.toneless and not opens and fold(before) not in _TONELESS_LINKS:
        return False
    dated = words.is_figures(at + 1) or _is_among(_BEHIND_A_PART, words, at + 1)
    return dated or (opens and not behind[:1].isalnum())


def _is_behind_a_time(words: Words, at: int) -> bool:
    """Tell whether a word stands behind `5 giờ`, `5h30` or `buổi`."""
    minutes = words.is_figures(at - 1) and words.key(at - 2) in ("giờ", "h", "g", ":")
    return minutes or _is_among(_BEFORE_A_PART, words, at - 1)


def _goes_with(before: str, key: str) -> bool:
    """Tell `ánh sáng`, `bóng tối`, `ngược chiều`."""
    return before in _SIDED or word_length([before, key]) > 1


def _is_until(words: Words, at: int) -> bool:
    """Tell the `tới` of `7h toi 9h`."""
    return words.toneless and words.key(at) == "tối" and words.is_figures(at + 1)


def _is_among(known: frozenset[str], words: Words, at: int) -> bool:
    """Tell whether a word is one of those known, which without marks may have got those of another: `quá` for `qua`."""
    key = words.key(at)
    return key in known or (words.toneless and fold(key) in map(fold, known))
