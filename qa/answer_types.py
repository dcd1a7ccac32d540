"""Say what kind of thing a question asks for, by its question word and the noun beside it.

    bao nhiêu phần trăm -> PERCENTAGE    bn tập thể -> COUNT    mấy giờ -> DATE    thứ trưởng nào -> PERSON
    giữ chức gì -> ROLE    để làm gì -> REASON    how long did it take -> DURATION

Vietnamese with marks, without, and as it is chatted (`bn`, `hom nao`, `j`); English. `nào` and `gì` ask for anything:
of what kind is said by the noun before them, and where no table has it the kind is OTHER.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from index.text import canonical, fold, is_toneless
from qa.kind_words import SURNAME
from qa.types import AnswerType

# Without marks `may` is máy, too: not beside what makes a machine of it.
_HOW_MANY: Final = r"(?:bao nhiêu|(?<!các )(?<!cho )bn|mấy)"
_HOW_MANY_TONELESS: Final = (
    r"(?:bao nhieu|(?<!cac )(?<!cho )bn|(?<!nha )(?<!xe )(?<!dien )(?<!cua )(?<!chiec )(?<!loai )may"
    r"(?! (?:bay|tinh(?! thanh)|moc|anh|vi tinh|dien|lanh|chu|moi)\b))"
)
_HOW_MUCH: Final = r"(?:bao nhiêu|bn)"  # as `bao nhiêu` at the end of a question, where `mấy` does not stand
_WHAT: Final = r"(?:gì|j|nào)"
_END: Final = r"(?= ?(?:[?.!]|$|vậy|thế|ạ|so |cho |một |mỗi |1 |để |của |vào |tại |ở |từ |trong |hồi |sau |trước ))"


class _Wording:
    """A pattern over lower-case text, `<n>` for how many; folded for toneless text, so without capital classes."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def marked(self) -> re.Pattern[str]:
        return re.compile(self._source.replace("<n>", _HOW_MANY))

    @cached_property
    def toneless(self) -> re.Pattern[str]:
        return re.compile(fold(self._source).replace("<n>", _HOW_MANY_TONELESS))

    def of(self, toneless: bool) -> re.Pattern[str]:
        return self.toneless if toneless else self.marked


_COUNTERS: Final = r"(?:chục |trăm |nghìn |ngàn |triệu )*"
_MONEY: Final = (
    r"(?:giá|kinh phí|chi phí|học phí|lệ phí|phí|vốn|tiền|doanh thu|lợi nhuận|lương|thu nhập|ngân sách|đầu tư"
    r"|trị giá|giá trị"
    r"|kim ngạch|nợ|thiệt hại|thất thoát|phụ cấp|học bổng|dự toán|bồi thường)"
)
_EXTENT: Final = (
    r"(?:dài|rộng|cao|sâu|nặng|xa|dày|diện tích|khoảng cách|vận tốc|tốc độ|công suất|nhiệt độ"
    r"|trọng lượng|dung tích|khối lượng)"
)
_TIME: Final = (
    r"(?:ngày|năm|tháng|hôm|giờ|buổi|mùa|quý|thế kỷ|tk|thập niên|thập kỷ|giai đoạn|thời điểm|thời gian|thời kỳ"
    r"|nhiệm kỳ|dịp"
    r"|niên đại|những năm)"
)
# Tried in order.
_VIETNAMESE: Final[tuple[tuple[AnswerType, _Wording], ...]] = (
    (
        AnswerType.REASON,
        _Wording(
            rf"\b(?:vì sao|tại sao|vì đâu|do đâu|nhờ đâu|cớ sao|(?:lý|lí) do (?:{_WHAT}|khiến|mà)|(?:vì|với"
            rf"|do) (?:lý|lí) do"
            rf"|(?:lý do|lí do|mục đích|nguyên nhân)\b.*\blà (?:gì|j)|nguyên nhân {_WHAT}|mục đích {_WHAT}"
            rf"|(?:để|nhằm) làm (?:gì|j)"
            rf"|(?:vì|do) (?:điều|lẽ|chuyện|việc|cái|lỗi) {_WHAT}|sao (?:lại|mà|không|phải|chưa))(?![^ ?.,!])|^sao "
        ),
    ),
    (
        AnswerType.DATE,
        _Wording(
            rf"\b(?:(?<!vũ )khi nào|(?<!châu )lúc nào|bao giờ"
            rf"|(?<!xã )(?<!đại )(?<!lễ )(?<!quốc )(?<!hiệp )hồi nào|{_TIME} (?:nào|bn)"
            rf"|{_TIME} mấy(?! (?:lần|người|nước|nơi|triệu|nghìn|ngàn|tỷ|đồng))|(?:ngày|năm) bao nhiêu|(?:mấy"
            rf"|bn) (?:giờ|h))(?![^ ?.,!])(?! (?:tiếng|đồng hồ))"
        ),
    ),
    (
        AnswerType.PERCENTAGE,
        _Wording(
            r"<n> (?:phần trăm|%|phần ngàn)|\b(?:tỷ lệ|tỉ lệ|tỷ trọng|tỉ trọng|phần trăm)\b.*<n>(?! (?:người|phiếu))"
        ),
    ),
    (
        AnswerType.AMOUNT,
        _Wording(
            rf"<n> {_COUNTERS}(?:tiền|đồng|usd|đô|đô la|euro|tỷ|tỉ|triệu|vnd|kinh phí|vốn|ngân sách|lợi nhuận"
            rf"|doanh thu)(?![^ ?.,!])"
            rf"(?! (?:dân|người|thùng|tấn|cổ phiếu|lượt|m2|mét|con))|\b(?<!quốc )(?<!tham )giá (?:bán |vé "
            rf"|là )*(?:{_HOW_MUCH}|nào)"
            rf"|\b{_MONEY}\b.*\b{_HOW_MUCH}{_END}|\b(?:trả|phạt|tốn|thưởng|mất|lĩnh) (?:tới |hết "
            rf"|cho )?{_HOW_MUCH}{_END}"
            r"|\bmấy (?:nghìn|ngàn|trăm)(?= ?(?:[?.!]|$))"
        ),
    ),
    (
        AnswerType.DURATION,
        _Wording(
            r"\bbao lâu|<n> (?:năm|tháng|tuần|ngày|giờ|tiếng|phút|giây|thập kỷ|thế kỷ|đêm"
            r"|thời gian)(?![^ ?.,!])(?! tuổi)"
        ),
    ),
    (
        AnswerType.MEASURE,
        _Wording(
            rf"\bbao xa|xa chừng nào|<n> {_COUNTERS}(?:km|m|cm|mm|mét|met|cây số|ki lô mét|ha|hecta|héc ta|m2"
            rf"|m3|mét vuông|tấn|tạ|kg|ký"
            rf"|gam|gram|lít|độ|hải lý|dặm|mw|kw|kwh|kv|gb|mb|inch)(?![^ ?.,!])|\b{_EXTENT}\b.*\b{_HOW_MUCH}{_END}"
        ),
    ),
    (AnswerType.COUNT, _Wording(r"\b<n>(?![^ ?.,!])|\bsố lượng\b")),
    (
        AnswerType.ROLE,
        _Wording(
            rf"\b(?:chức vụ|chức danh|chức|cương vị|cấp bậc|quân hàm|cấp hàm|tư cách|(?<!công )nghề"
            rf"|nghề nghiệp|(?:giữ|đảm nhiệm) vị trí) {_WHAT}"
            r"|\b(?:chức vụ|chức danh|cương vị|quân hàm|nghề nghiệp)\b.*\blà (?:gì|j)\b|^cho biết (?:chức vụ|chức danh)"
        ),
    ),
    (
        AnswerType.DEFINITION,
        _Wording(
            r"\bnghĩa (?:là |như )?(?:gì|j|thế nào|ra sao)|\b(?:hiểu|định nghĩa) (?:là (?:gì|j)|(?:như )?thế nào)"
            r"|\b(?:khái niệm|định nghĩa)\b.*(?:gì|nào)|^(?:[^ ,]+ ){1,3}(?<!tên )là (?:cái )?(?:gì|j) ?[?.]*$"
        ),
    ),
    (
        AnswerType.MANNER,
        _Wording(
            r"\b(?:thế nào|ra sao|làm sao|ntn|(?:bằng|theo) (?:những )?(?:hình thức|phương pháp|biện pháp) (?:nào|gì|j)"
            r"|cách(?: thức)? (?:nào|gì|j))(?![^ ?.,!])"
        ),
    ),
    (AnswerType.PERSON, _Wording(r"(?<!thân )(?<!hữu )\bai\b")),
    (
        AnswerType.PLACE,
        _Wording(
            r"(?<!dựa )(?<!căn cứ )\b(?:ở|tại|đến|tới|về|từ|ra|vào|sang|đi|qua|quê|lên|chỗ|nơi|đóng|xuống"
            r"|theo) đâu(?! là)(?![^ ?.,!])"
        ),
    ),
)
_NOUNS: Final = {
    AnswerType.PERSON: (
        "người|ông|bà|chàng trai|cô gái|kẻ|vị|cầu thủ|ca sĩ|nghệ sĩ|diễn viên|đạo diễn|tác giả|nhà văn|nhà thơ"
        "|nhạc sĩ|họa sĩ"
        "|bộ trưởng|thứ trưởng|thủ tướng|tổng thống|chủ tịch|giám đốc|hiệu trưởng|bí thư|lãnh đạo|chuyên gia"
        "|đại biểu|cán bộ"
        "|bị cáo|bị can|nghi phạm|nhân vật|tướng|vị vua|vua|hoàng đế|nhà khoa học|học giả|giáo sư|bác sĩ"
        "|luật sư|huấn luyện viên"
        "|hlv|chiến sĩ|nhà báo|phóng viên|thầy|thầy giáo|cô giáo|hoa hậu|người mẫu|trưởng phòng|trưởng ban"
        "|đại sứ|linh mục"
        "|thượng tọa|tay vợt|võ sĩ|chánh thanh tra|kỹ sư|tỷ phú|doanh nhân|nghị sĩ|tiền đạo|triết gia|nhà vua"
        "|nữ hoàng|đồng nghiệp"
        "|nhân viên|sĩ quan|thanh đồng|người em|người bạn|thầy thuốc|nhà thám hiểm|nhà nghiên cứu|danh thủ"
        "|công chúa|hoàng tử"
    ),
    AnswerType.PLACE: (
        "nơi|địa phương|tỉnh|tỉnh thành|huyện|xã|quận|phường|thành phố|thị xã|thị trấn|nước|quốc gia|địa điểm"
        "|địa chỉ|chỗ|vùng"
        "|khu vực|đảo|hòn đảo|quần đảo|làng|thôn|bản|bang|tiểu bang|châu lục|châu|biển|sông|con sông|núi"
        "|ngọn núi|dãy núi|hồ|phố"
        "|con đường|tuyến đường|cảng|sân bay|bến xe|thủ đô|nhà ga|vịnh|đèo|tp|lãnh thổ|vương quốc|chợ|quê"
    ),
    AnswerType.ORGANISATION: (
        "cơ quan|đơn vị|tổ chức|công ty|cty|doanh nghiệp|tập đoàn|trường|ngôi trường|đại học|đh|hãng|hãng tin"
        "|bệnh viện|viện"
        "|ngân hàng|sở|bộ|ban|học viện|câu lạc bộ|clb|đội bóng|đảng|tòa|tòa án|báo|tờ báo|tòa soạn|quỹ|nhà máy"
        "|lực lượng|liên danh"
        "|nhà thầu|cục|tổng cục|ủy ban|đài|đội tuyển|ban nhạc|nhà xuất bản|nhà mạng|chủ đầu tư|cơ sở y tế|hội"
        "|hiệp hội|liên minh"
        "|nhóm khủng bố|cổ đông|trường học|trường đại học|trung tâm|nhà hàng"
    ),
}
_BEFORE: Final = {kind: _Wording(rf"(?<![^ ,.?])(?:{nouns})$") for kind, nouns in _NOUNS.items()}
_FIRST: Final = {
    kind: _Wording(rf"^(?:(?:một|hai|những|các|cựu|phó|nữ|ngoài) )*(?:{nouns})(?= )") for kind, nouns in _NOUNS.items()
}
_INSIDE: Final = {kind: _Wording(rf"(?<![^ ,.?])(?:{nouns})(?= )") for kind, nouns in _NOUNS.items()}
_WHICH: Final = _Wording(r"\bnào(?![^ ?.,!])")
_NAME: Final = _Wording(r"\btên(?: khai sinh| thật| đầy đủ)?(?: là)? (?:gì|j)(?![^ ?.,!])")
_NAMED: Final = _Wording(
    r"\b(?:người|ông|bà|anh|chị|em|cô|bé|nghi phạm|con trai|con gái|vợ|chồng|nạn nhân|bị cáo|hung thủ|vị|cậu"
    r"|giám đốc|chủ tịch)\b"
)
# `cơ sở nào`, `con số nào`: no department.
_NO_NOUN: Final = _Wording(r"(?:cơ sở|con số|cán bộ|toàn bộ|đồng bộ|thông báo|cảnh báo)$")
_FEW_WORDS: Final = 8
_HONORIFICS: Final = frozenset("ông bà anh chị cô chú".split())
_LONGEST_NAME: Final = 6  # syllables
# Offices, kin and callings, which some write with capitals as names are.
_NO_NAMES: Final = frozenset(
    "tổng chủ thủ bí giám bộ phó trưởng người vợ chồng con cha mẹ bố vua viện cục hiệu tư đại đội chánh lãnh ca tác kẻ"
    " nhà đạo diễn quán tên".split()
)

# Beside another question word `mấy` only says that there are several: `mấy tài xế thấy chuyện gì`.
# No other question are the `gì` and `nào` of a denial: `có mấy hộ không có đất nào`.
_SEVERAL: Final = _Wording(
    r"^(?!.*\b(?:bao nhiêu|bn|có mấy)\b)(?!.*\b(?:không|chưa|chẳng)\b.*\b(?:gì|j|nào)\b)(?=.*\bmấy\b)"
    r".*\b(?:gì|j|nào)(?![^ ?.,!])"
)

# Said for politeness, and in the way of what ends a question.
_ENDS: Final = re.compile(r"(?: +(?:vậy|thế|ạ|nhỉ|nhé))+ *[?.!]*$", re.IGNORECASE)

_ENGLISH_WORD: Final = re.compile(r"\b(?:who|whom|whose|when|where|why|how|what|which)\b")
_ENGLISH_NUMBER: Final = re.compile(r"\bhow (?:many|much|old|far)\b")  # also behind `who`: the man who died, how many
_ENGLISH: Final[tuple[tuple[AnswerType, re.Pattern[str]], ...]] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (AnswerType.REASON, r"why\b|(?:what|which) (?:was |is |were )?(?:the )?(?:\w+ )?(?:reason|cause"
        r"|purpose)|what (?:caused|for\b)"),
        (AnswerType.PERCENTAGE, r"(?:what|which) (?:percentage|percent|proportion|share)|how many percent"),
        (AnswerType.AMOUNT, r"how much (?!of|longer|land|time|forest|water|gold)|what (?:price|was the price"
        r"|is the price)"),
        (AnswerType.DURATION, r"how (?:long|many (?:more )?(?:years|months|weeks|days|hours|minutes"
        r"|seconds))\b(?! (?:is|was) the)"),
        (AnswerType.MEASURE, r"how (?:far|tall|high|deep|wide|heavy|big|large|long|fast|much (?:land|water"
        r"|forest|gold))\b"),
        (AnswerType.MEASURE, r"how many (?:square |cubic )?(?:km|kilomet|met|hectare|ton|kg|mile|lit)"),
        (AnswerType.COUNT, r"how (?:many|old|often|much)\b"),
        (AnswerType.DATE, r"when\b|(?:what|which) (?:year|date|day|month|time|century|decade|period)\b"),
        (AnswerType.DEFINITION, r"what (?:does|do|did) .*\bmean\b|what is (?:an? )?[a-z-]+\??$"),
        (AnswerType.ROLE, r"(?:what|which) (?:position|post|job|title|rank|occupation|role)\b"),
        (AnswerType.MANNER, r"how\b|in what manner"),
        (AnswerType.PERSON, r"who\b|whom\b|whose\b"),
        (AnswerType.PLACE, r"where\b|(?:what|which) (?:\w+ )?(?:city|country|district|province|town|village"
        r"|commune|region|state|island)\b"),
        (
            AnswerType.ORGANISATION,
            r"(?:what|which) (?:\w+ ){0,2}(?:company|agency|organi[sz]ation|hospital|school|university|bank"
            r"|newspaper|ministry"
            r"|department|court|party|club|team|fund|unit)\b",
        ),
        (
            AnswerType.PERSON,
            r"which (?:\w+ ){0,3}(?:person|man|woman|minister|chairman|president|leader|director|expert|singer"
            r"|player|author"
            r"|general|king|doctor|professor|colleague|official|lawyer|scientist)\b",
        ),
    )
)  # fmt: skip


def answer_type_of(question: str) -> AnswerType:
    """Return the kind of thing that the question asks for."""
    question = _ENDS.sub("", canonical(question))
    text = " ".join(question.lower().split())
    toneless = is_toneless(text)
    if toneless and (english := _english(text)):
        return english
    if _asks_who_somebody_is(question):
        return AnswerType.ROLE
    for kind, wording in _VIETNAMESE:
        several = kind is AnswerType.COUNT and _SEVERAL.of(toneless).search(text)
        if not several and wording.of(toneless).search(text):
            return kind
    return _by_noun(text, toneless)


def _asks_who_somebody_is(question: str) -> bool:
    """Tell `Ông Nguyễn Tiền Phong là ai?`, which asks for his office, from `Ai là Bí thư?` and `Vợ ông ta là ai?`."""
    words = question.rstrip(" ?.!").split()
    titled = len(words) > 2 and words[0].lower() in _HONORIFICS
    name = words[titled:-2]
    if [word.lower() for word in words[-2:]] != ["là", "ai"] or not 2 <= len(name) <= _LONGEST_NAME:
        return False
    known = SURNAME.match(" ".join(name[:2]).lower()) is not None
    named = all(word.isalpha() and word[0].isupper() and not word.isupper() for word in name)
    return named and (known or name[0].lower() not in _NO_NAMES)


def _english(text: str) -> AnswerType | None:
    """Return the kind that an English question asks for; None when it is no English question."""
    first = _ENGLISH_NUMBER.search(text) or _ENGLISH_WORD.search(text)
    if first is None:
        return None
    asked = text[first.start() :]
    return next((kind for kind, pattern in _ENGLISH if pattern.match(asked)), AnswerType.OTHER)


def _by_noun(text: str, toneless: bool) -> AnswerType:
    if _NAME.of(toneless).search(text):
        person = _NAMED.of(toneless).search(text) or _FIRST[AnswerType.PERSON].of(toneless).search(text)
        return AnswerType.PERSON if person else AnswerType.OTHER
    which = _WHICH.of(toneless).search(text)
    if which is None:
        return AnswerType.OTHER
    before = text[: which.start()].rstrip()
    if _NO_NOUN.of(toneless).search(before):
        return AnswerType.OTHER
    first = _longest(_FIRST, before, toneless)
    # `Lãnh đạo Tổng cục Thuế nào` is a person: what begins the question says what is asked for.
    if first is AnswerType.PERSON and len(before.split()) < _FEW_WORDS and "," not in before:
        return first
    near = _longest(_BEFORE, before, toneless)
    return near or _inside(" ".join(before.split()[-4:]) + " ", toneless)


def _longest(nouns: Mapping[AnswerType, _Wording], text: str, toneless: bool) -> AnswerType | None:
    """Return the kind whose noun is found, the longest where several are: `cơ quan` is no `quan`."""
    found = [(len(match[0]), kind) for kind, noun in nouns.items() if (match := noun.of(toneless).search(text))]
    return max(found)[1] if found else None


def _inside(phrase: str, toneless: bool) -> AnswerType:
    """Return the kind of the last noun in the words before `nào`: `tờ báo Nhật nào`."""
    found = [
        (match.start(), kind)
        for kind, wording in _INSIDE.items()
        for match in wording.of(toneless).finditer(phrase)
        if " " in match[0]
    ]
    return max(found)[1] if found else AnswerType.OTHER
