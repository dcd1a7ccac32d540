"""Name the units that Vietnamese texts measure, pay and count in; reads nothing but the words behind a number.

A known unit comes in its usual spelling (`mét vuông` is `m2`, `đô la Mỹ` is `USD`); what is counted as it is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from qa.numbers import Words
from qa.segment import word_length
from qa.types import ValueKind

_LONGEST: Final = 3
_MOST_COUNTED: Final = 4


def _table(lines: str) -> dict[str, str]:
    """Return spelling -> unit from lines of a unit and its spellings, parted by commas."""
    table: dict[str, str] = {}
    for line in lines.strip().splitlines():
        unit, *others = (part.strip() for part in line.split(","))
        table |= {spelling.lower(): unit for spelling in (unit, *others)}
    return table


_MONEY: Final = _table("""
    đồng, đ, vnd, vnđ, ₫
    USD, đô la mỹ, đô la, đô mỹ, đôla, đô, dollar, dollars, mỹ kim, $, us $, usd $
    euro, eur, €
    GBP, bảng anh, bảng, £
    JPY, yên, yen, ¥
    CNY, nhân dân tệ, ndt, tệ, yuan
    won
    rupee
    real
    peso
    rúp, rouble, ruble
    franc
    baht
    cent
    kip
""")
_TIME: Final = _table("""
    năm, years, year
    tháng, months, month
    tuần, tuần lễ, weeks, week
    ngày, ngày đêm, days, day
    giờ, tiếng, giờ đồng hồ, tiếng đồng hồ, h, hours, hour
    phút, minutes, minute
    giây, seconds
    thập kỷ, thập niên
    thế kỷ
""")
_MEASURES: Final = _table("""
    km, cây số, ki lô mét, kilômét, kilomet, kilometers, km.
    m, mét, met
    cm, xentimét
    mm, milimét
    m2, m², mét vuông
    m3, m³, mét khối, khối
    km2, km², ki lô mét vuông, kilômét vuông, cây số vuông
    ha, hecta, héc ta, hécta, hectares
    tấn
    tạ
    kg, ki lô gam, kilôgam, ký, cân
    g, gam, gram
    mg
    lít
    ml
    °C, độ c, đô c
    độ
    hải lý, hai lý
    dặm
    dặm vuông
    năm ánh sáng
    W
    kW
    MW
    kWh
    kV
    V
    Hz
    MHz
    GHz
    GB
    MB
    TB
    inch
    feet
    ounce
""")
_SHARE: Final = _table("""
    %, phần trăm, percent
    ‰, phần nghìn
""")
_KINDS: Final = (
    (ValueKind.PERCENTAGE, _SHARE),
    (ValueKind.MEASURE, _MEASURES),
    (ValueKind.DURATION, _TIME),
    (ValueKind.AMOUNT, _MONEY),
)
# Of other words these are the first syllable: `đồng phạm`, `năm học`, `tiếng Anh`, `cân bằng`, `khối thi`.
_OTHERWISE: Final = {
    "đồng": "bào phạm chí nghiệp đội hương tác minh hồ".split(),
    "bảng": "xếp chữ giá điểm tính tên biểu vàng hiệu".split(),
    "tiếng": "anh pháp việt nói dân đức trung nga".split(),
    "giờ": "g".split(),
    "yên": "xe".split(),
    "khối": "thi lớp doanh cơ tài".split(),
    "cân": "bằng đối".split(),
    "tháng": "tuổi".split(),
    "năm": "tuổi".split(),
    "ngày": "tuổi lễ hội".split(),
    "độ": "tuổi".split(),
    "m": ".".split(),
}
_STOPS: Final = frozenset(
    "của trong ở tại và được bị đã là để do vì từ với cho về có đang sẽ theo trên vào khi mà nhưng hoặc hay"
    " này đó nữa như"
    " bằng gồm bao nhằm trở tới đến sau trước chiếm phải cùng nên thì một các những hơn so".split()
)
_AFTER_BI: Final = ("cáo", "can", "hại", "đơn", "cao", "hai", "don")
# One syllable that says what is counted; of the rest two belong together (`tập thể`, `hộ gia đình` is `hộ gia`).
_ALONE: Final = frozenset(
    "người xe vụ cuộc lượt em bài lần nước tỉnh xã huyện tuổi tàu suất trận phiếu ghế tầng loài làng thôn cháu"
    " ca bé ông bà anh chị cô"
    " nguoi vu lan nuoc tinh huyen tuoi tau".split()
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit read up to word `end`."""

    kind: ValueKind
    name: str
    end: int


def unit_at(words: Words, at: int) -> Unit | None:
    """Read a known unit that begins at a word, the longest spelling first."""
    for count in range(_LONGEST, 0, -1):
        if at + count > len(words):
            continue
        said = words.keys(at, count)
        for kind, table in _KINDS:
            if said in table and words.key(at + count) not in _OTHERWISE.get(said, ()):
                return Unit(kind, table[said], at + count)
    return None


def counted_at(words: Words, at: int, most: int = _MOST_COUNTED) -> Unit | None:
    """Read what is counted: the words up to a sign, a number or a word that goes on with the sentence."""
    end = at
    while end < len(words) and end - at < most and _is_counted(words, end, first=end == at):
        end += 1
    ending = [word.written.lower() for word in words.words[max(at, end - 2) : end + 1]]
    if len(ending) == 3 and word_length(ending[:2]) == 1 and word_length(ending[1:]) == 2:
        end -= 1  # `hộ gia đình tiêu|biểu`
    name = " ".join(word.written for word in words.words[at:end])
    return Unit(ValueKind.COUNT, name, end) if end > at else None


def _is_counted(words: Words, at: int, *, first: bool) -> bool:
    key = words.key(at)
    if not key[0].isalpha():
        return False
    if first and key in ("bị", "bi"):
        return words.key(at + 1) in _AFTER_BI
    return key not in _STOPS


def length_of_counted(words: Words, at: int) -> int:
    """Return how many syllables behind a number name what is counted, when nobody says: those of one known word."""
    counted = counted_at(words, at, most=3)
    if counted is None:
        return 0
    if words.key(at) in _ALONE:
        return 1
    if words.toneless:  # the list has marks
        return min(counted.end - at, 2)
    return word_length([word.written.lower() for word in words.words[at : counted.end]])
