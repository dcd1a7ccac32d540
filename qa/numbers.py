"""Read Vietnamese numbers, in figures and in words.

    1.725 -> 1725    57,6 -> 57.6    17 nghìn -> 17000    hai mươi mốt -> 21    2 triệu rưỡi -> 2500000

In Vietnamese a point groups thousands and a comma begins the fraction; English does the opposite, and both are met.
What decides, in this order:
    both signs in one number: the last one begins the fraction (`1.234,5`, `1,234.5`)
    one sign several times: it groups, in threes (`4.028.000`); else it is no number (a telephone, a version)
    one sign not before exactly three figures, or behind a lone zero: it begins the fraction (`57,6`, `3.5`, `0.125`)
    a point before three figures: thousands, but before `%` a fraction (`1.725`; `1.725%`)
    a comma before three figures: a fraction before a scale, `%` or a measure, which come in fractions (`1,725 tỷ`,
        `1,435 km`); else thousands (`1,725 người`, `1,725`)
Nothing is guessed: what is not clearly one number is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from index.text import canonical, fold

_MOST_FIGURES: Final = 18
_WORD: Final = re.compile(
    r"[0-9]+(?:[.,][0-9]+)*|(?:km|dm|cm|mm|m)[23](?![^\W_])|(?<![0-9])[^\W\d_][^\W_]*|[^\W\d_]+|\S", re.IGNORECASE
)
_GROUPED: Final = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")

_UNITS: Final = {
    "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5, "nhăm": 5, "sáu": 6, "bảy": 7,
    "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
_LEADING: Final = frozenset("một hai ba bốn năm sáu bảy bẩy tám chín".split())
# Without marks these are other words as well, and numbers only behind a number (`muoi sau`, but not `sau`).
_TONELESS_UNITS: Final = {"sau": 6, "bay": 7, "tam": 8, "chin": 9, "bon": 4, "tu": 4}
_SCALES: Final = {"nghìn": 10**3, "triệu": 10**6, "tỷ": 10**9}
_FIGURE_SCALES: Final = _SCALES | {
    "chục": 10, "trăm": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9,
}  # fmt: skip
_FRACTIONAL: Final = frozenset("% ‰ phần km m cm mm km2 ha hecta tấn kg g lít độ giờ mét".split())
_SAME: Final = {"tỉ": "tỷ", "ngàn": "nghìn", "rưởi": "rưỡi", "–": "-", "—": "-", "−": "-"}
# How the words of numbers, dates and units are typed without marks.
_TYPED: Final = {
    fold(word): word
    for word in (
        "một hai ba năm mươi lăm trăm nghìn ngàn triệu tỷ chục linh lẻ rưỡi nửa phần hơn trên gần khoảng chừng"
        " xấp xỉ ít nhất"
        " nhiều tối thiểu đa dưới chưa đến được không quá là có với tổng cộng lên cả những chỉ gồm đủ mức giá"
        " số tất toàn bộ"
        " gấp trong từ đồng đô bảng euro ngày tháng tuần giờ tiếng phút giây thập kỷ quý hôm sáng trưa"
        " chiều đêm rạng"
        " mùng hồi lúc vào giữa đầu cuối trước hết kể âm lịch giêng chạp mét vuông khối tấn lít dặm lý mỗi tại thế"
        " người tuổi nguyên niên trở"
    ).split()
} | {"ti": "tỷ"}
ROMAN: Final = dict(
    zip(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi".split(), range(1, 22), strict=True
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or sign: as it is written, and its key, the marked lower-case form that tables are in."""

    written: str
    key: str

    @property
    def is_figures(self) -> bool:
        """Whether it is a number in figures."""
        return "0" <= self.key[0] <= "9"


@dataclass(frozen=True, slots=True)
class Number:
    """A number read up to word `end`; `scaled` by `triệu` and the like, or `spelled` in words."""

    value: Decimal
    end: int
    scaled: bool = False
    spelled: bool = False


@dataclass(frozen=True)
class Words:
    """The words of a text. In toneless text those that make numbers, dates and units have got their marks back."""

    words: Sequence[Word]
    toneless: bool

    @classmethod
    def of(cls, text: str, *, toneless: bool) -> Words:
        """Take a text apart."""
        return cls([Word(word, _key(word, toneless)) for word in _WORD.findall(canonical(text))], toneless)

    def __len__(self) -> int:
        return len(self.words)

    def key(self, at: int) -> str:
        """Return the key of a word; empty outside the text."""
        return self.words[at].key if 0 <= at < len(self.words) else ""

    def keys(self, start: int, count: int) -> str:
        """Return `count` keys with spaces between them."""
        return " ".join(word.key for word in self.words[start : start + count])

    def is_figures(self, at: int) -> bool:
        """Tell whether a word is a number in figures."""
        return 0 <= at < len(self.words) and self.words[at].is_figures

    @property
    def plain(self) -> str:
        """All keys with spaces between them."""
        return self.keys(0, len(self.words))


def _key(word: str, toneless: bool) -> str:
    lower = word.lower()
    lower = _SAME.get(lower, lower)
    return _TYPED.get(lower, lower) if toneless else lower


def number_at(words: Words, at: int) -> Number | None:
    """Read the number that begins at a word, with its scales; None when there is none or it is not clear."""
    found = _figures_at(words, at) if words.is_figures(at) else _spelled_at(words, at)
    if found is None or words.key(found.end) != "rưỡi" or not found.scaled:
        return found
    scale = _FIGURE_SCALES.get(words.key(found.end - 1), 0)
    return Number(found.value + Decimal(scale) / 2, found.end + 1, True, found.spelled)


def plain_number(value: Decimal) -> int | float:
    """Return an int where the value is whole."""
    return int(value) if value == value.to_integral_value() else float(value)


def _figures_at(words: Words, at: int) -> Number | None:
    """Read `2`, `3,2 tỷ`, `2 tỷ 300 triệu`: scales fall."""
    total, last = Decimal(0), Decimal("Infinity")
    end, scaled = at, False
    while words.is_figures(end):
        value = figures(words.key(end), words.key(end + 1))
        if value is None:
            return None
        after, scale = end + 1, Decimal(1)
        while words.key(after) in _FIGURE_SCALES:
            scale *= _FIGURE_SCALES[words.key(after)]
            after += 1
        if scale >= last or (scale == 1 and end > at):
            break  # another number
        total, last, end, scaled = total + value * scale, scale, after, scaled or scale > 1
        if scale == 1:
            break
    return Number(total, end, scaled)


def figures(text: str, behind: str = "") -> Decimal | None:
    """Return the value of figures by the rules above; `behind` is the word behind them."""
    if sum(map(str.isdigit, text)) > _MOST_FIGURES:
        return None
    signs = [sign for sign in text if sign in ".,"]
    if not signs:
        # Officials write `05 tập thể`; more zeros are telephones and codes.
        return Decimal(text) if text == "0" or text[0] != "0" or (len(text) == 2 and text != "00") else None
    if len(set(signs)) == 2:
        return _mixed(text, signs)
    if len(signs) > 1:
        return _whole(text)
    head, tail = re.split("[.,]", text)
    if len(tail) != 3 or head == "0" or len(head) > 3 or _is_fractional(signs[0], behind):
        return Decimal(f"{head}.{tail}") if head == "0" or head[0] != "0" else None
    return _whole(text)


def _is_fractional(sign: str, behind: str) -> bool:
    return behind == "%" or (sign == "," and (behind in _FRACTIONAL or behind in _FIGURE_SCALES))


def _mixed(text: str, signs: Sequence[str]) -> Decimal | None:
    if signs.count(signs[-1]) > 1:
        return None
    head, tail = text.rsplit(signs[-1], 1)
    whole = _whole(head)
    return None if whole is None else whole + Decimal(f"0.{tail}")


def _whole(text: str) -> Decimal | None:
    return Decimal(re.sub("[.,]", "", text)) if _GROUPED.fullmatch(text) else None


def _spelled_at(words: Words, at: int) -> Number | None:
    """Read a number in words: groups below a thousand with falling scales behind them."""
    total, last = 0, 10**18
    end, scaled = at, False
    while True:
        group = _group_at(words, end)
        if group is None:
            break
        value, after = group
        scale, before = 1, after
        while words.key(after) in _SCALES:
            scale *= _SCALES[words.key(after)]
            after += 1
        if scale >= last or (value < 10 and scale == 1 and end > at and not _is_linked(words, end)):
            break
        total, last, end, scaled = total + value * scale, scale, after, scaled or after > before
        if scale == 1:
            break
    if end == at or (words.key(end) in _LEADING and words.key(end) != "năm"):
        return None  # `hai ba người`: two or three
    return Number(Decimal(total), end, scaled, True)


def _is_linked(words: Words, at: int) -> bool:
    return words.keys(at, 2) in ("không trăm", "linh", "lẻ") or words.key(at) in ("linh", "lẻ")


def _group_at(words: Words, at: int) -> tuple[int, int] | None:
    """Read a number below a thousand; return it with the word behind it."""
    key, after = words.key(at), words.key(at + 1)
    if after == "trăm" and (key in _LEADING or key == "không"):
        hundreds = _UNITS.get(key, 0) * 100
        rest = _below_hundred(words, at + 2, behind_hundred=True)
        return (hundreds + rest[0], rest[1]) if rest else (hundreds, at + 2)
    return _below_hundred(words, at, behind_hundred=False)


def _below_hundred(words: Words, at: int, *, behind_hundred: bool) -> tuple[int, int] | None:
    key, after = words.key(at), words.key(at + 1)
    if key in ("linh", "lẻ"):
        unit = _unit(words, at + 1)
        return (unit, at + 2) if unit else None
    if key in _LEADING and after in ("mươi", "chục"):
        return _with_unit(words, _UNITS[key] * 10, at + 2)
    if key == "mười" or (key == "mươi" and words.toneless):
        return _with_unit(words, 10, at + 1)
    if key in _LEADING and not behind_hundred:
        return _UNITS[key], at + 1
    return None


def _with_unit(words: Words, tens: int, at: int) -> tuple[int, int]:
    # `hai mươi năm` is twenty years: five is `lăm` there.
    unit = _unit(words, at) if words.key(at) != "năm" else 0
    return (tens + unit, at + 1) if unit else (tens, at)


def _unit(words: Words, at: int) -> int:
    key = words.key(at)
    return _UNITS.get(key) or (_TONELESS_UNITS.get(key, 0) if words.toneless else 0)
