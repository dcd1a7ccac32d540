"""Make a span of a document natural as an answer: whole words and numbers, with their units, without loose ends.

    4.0|28 tỷ -> 4.028 tỷ đồng    |54| tập thể -> 54 tập thể    |là Phạm Văn Hiểu,| -> Phạm Văn Hiểu

What is added stands directly behind, with nothing but a space between: an answer never leaves its sentence. The text
is as it was given, composed or decomposed; offsets are those of the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from index.text import Token, canonical, canonical_mapped, fold, fold_tokens, is_toneless, tokens_mapped
from index.types import Span
from qa.analyse import Analysis
from qa.evidence import asked_for, tokens_asked_for
from qa.kind_words import SURNAME
from qa.numbers import Word, Words, number_at
from qa.segment import word_length
from qa.types import AnswerType, ValueKind
from qa.units import counted_at, length_of_counted, unit_at

_BEHIND: Final = 80
_BEFORE: Final = 40
_LIST: Final = 500
_FEW: Final = 3
_ROUNDS: Final = 8  # until nothing changes; two do for nearly all
_JOINERS: Final = ".,/:-–"
_SIGNS: Final = "%‰°$€£¥₫"  # belong to a number
_PAIRS: Final = {"(": ")", "[": "]", "“": "”", "«": "»", "‘": "’"}
_SCALES: Final = frozenset("nghìn triệu tỷ".split())
# A number behind these counts nothing: it is a name (`năm 2021`, `quận 3`, `khóa 10`, `số 55`).
_NUMBERED: Final = frozenset(
    "năm tháng ngày hôm số điều quận lớp khóa khoá thứ phường quý kỳ chương khoản đường tầng hạng cấp vòng"
    " phút tuần mùng thế kỷ"
    " thang ngay so dieu quan lop khoa thu phuong quy ky".split()
)
# Words that lead to an answer or on from it. Without marks some are other words (`cua`, `voi`): for bare text only.
_LEADING: Final = frozenset("là của gồm và thì rằng mà với do".split())
_LEADING_BARE: Final = frozenset("la cua gom va thi rang ma voi do".split())
_TRAILING: Final = frozenset("là của gồm và thì rằng mà với do cho được bị vào vì để trong tại bởi".split())
_TRAILING_BARE: Final = frozenset("la cua gom va thi rang voi duoc".split())
# A reason and a purpose are given without the word that leads to them, as nine of ten of the written answers are.
_OF_REASONS: Final = frozenset("do vì để nhằm bởi".split())
_OF_REASONS_BARE: Final = frozenset("do vi de nham boi".split())
# Counts that a comma or `và` parts from the next.
_COUNTS: Final = re.compile(
    r"(?<![\w.,/])\d[\d.,]*\s+(?P<noun>[^\W\d_]+(?:\s+(?!và\b)[^\W\d_]+)?)(?:\s+(?!và\b)[^\W\d_]+)*"
)
# Of whom and where is no part of a count: of 7,011 written ones none goes beyond `của` or `ở`, six beyond `các`, four
# of them with `các loại` or `các cấp`; 197 end before one of the three.
_OF_WHOM: Final = re.compile(
    r"(?P<count>(?:[^\W\d_]+\s+){0,2}\d[\d.,]*(?:\s+(?!và\b)[^\W\d_]+){1,6}?)"
    r"(?:\s+của|(?<!nhà)(?<!chỗ)(?<!đất)(?<!nơi)(?<!phòng)\s+ở|\s+các(?!\s+(?:loại|cấp)\b))\s[^\d]*$"
)
_AND: Final = frozenset("và cùng với hoặc hay".split())
# The rest of a list of quoted names, behind one of them.
_QUOTED: Final = re.compile(r"(?:(?:,|;|\s+và|\s+hoặc)\s+“[^“”]{1,120}”)+")
# What follows from the answer is no part of it (of 39,000 written answers 436 end before `nên`, 15 go beyond); inside a
# word (`trở nên`, `viết nên`) and as advice (`không nên`) it is none, nor behind a few words (`nông dân nên trồng`).
_CONSEQUENCE: Final = re.compile(r"(?P<before>\w+),?\s+nên\s")
_JOINED_TO_NEN: Final = frozenset("trở làm tạo gây dựng viết định không chưa chỉ cũng đừng hãy và".split())
_ADVICE: Final = frozenset("nên khuyên khuyến".split())
_UNITS_FOR: Final = {
    AnswerType.COUNT: frozenset(ValueKind),
    AnswerType.AMOUNT: frozenset(ValueKind),
    AnswerType.MEASURE: frozenset({ValueKind.MEASURE, ValueKind.PERCENTAGE, ValueKind.AMOUNT}),
    AnswerType.DURATION: frozenset({ValueKind.DURATION, ValueKind.PERCENTAGE}),
}
_ALWAYS: Final = frozenset({ValueKind.AMOUNT, ValueKind.PERCENTAGE})


def complete(text: str, span: Span, analysis: Analysis | None = None) -> Span:
    """Return the span made natural; the same span when it is, and never an empty one of one that is not.

    With the `analysis` of the question a bare count takes what it counts when the question counts, and a reason loses
    its `vì`.
    """
    span = Span(min(span.start, len(text)), min(span.end, len(text)))
    if not span.of(text).strip():
        return span
    for _ in range(_ROUNDS):
        whole = _listed(text, _as_asked(text, _with_unit(text, _whole(text, span), analysis), analysis))
        whole = _without_consequence(text, whole, analysis)
        alone = _without_whom(text, _count_alone(text, whole, analysis), analysis)
        changed = _trimmed(text, _name_alone(text, alone, analysis), analysis)
        if changed == span:
            break
        span = changed
    return span


def _whole(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while 0 < start < len(text) and start > span.start - _BEHIND and _is_joined(text, start):
        start -= 1
    while 0 < end < len(text) and end < span.end + _BEHIND and _is_joined(text, end):
        end += 1
    # What goes on for longer is no word: a hash, a file that was pasted in.
    return Span(start if start > span.start - _BEHIND else span.start, end if end < span.end + _BEHIND else span.end)


def _is_joined(text: str, at: int) -> bool:
    """Tell whether a cut before `text[at]` would part a word or a number."""
    before, here = text[at - 1], text[at]
    if _is_attached(here):
        return True
    base = _base(text, at - 1)
    if base.isalnum() and here.isalnum():
        return True
    behind = text[at + 1] if at + 1 < len(text) else ""
    ahead = text[at - 2] if at > 1 else ""
    inside = (before.isdigit() and here in _JOINERS and behind.isdigit()) or (
        before in _JOINERS and ahead.isdigit() and here.isdigit()
    )
    return inside or (base.isdigit() and here in "%‰") or (before in "$€£¥" and here.isdigit())


def _base(text: str, at: int) -> str:
    """Return the character that the marks at a place belong to."""
    while at > 0 and _is_attached(text[at]):
        at -= 1
    return text[at]


def _is_attached(character: str) -> bool:
    return unicodedata.category(character)[0] == "M" or character in "\u200d\u200c"


def _with_unit(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Add the scale, the sign and the unit behind a number at the end of the span."""
    behind = _behind(text, span.end)
    sign = span.end + (text[span.end : span.end + 1] == " ")
    if text[sign : sign + 1] in ("%", "‰") and _base(text, span.end - 1).isdigit():
        return Span(span.start, sign + 1)
    toneless = is_toneless(text[max(0, span.start - _BEFORE) : span.end + _BEHIND])
    own = Words.of(span.of(text), toneless=toneless)
    if not behind or not _ends_in_number(own):
        return span
    words = Words.of(" ".join(token.span.of(text[span.end :]) for token in behind), toneless=toneless)
    if len(words) != len(behind):
        words = Words([Word(token.text, token.text) for token in behind], toneless)
    if analysis is not None and analysis.answer_type is AnswerType.DATE:
        return Span(span.start, _end(text, span.end, behind, _rest_of_date(words)))
    if _is_numbered(text, span, own):
        return span
    return Span(span.start, _end(text, span.end, behind, _rest_of_quantity(words, own, analysis)))


def _behind(text: str, at: int) -> Sequence[Token]:
    """Return the words that follow without anything but spaces, and whole."""
    window = text[at : at + _BEHIND]
    found: list[Token] = []
    end = 0
    for token in tokens_mapped(window):
        cut = token.span.end == len(window) and at + len(window) < len(text)
        if cut or window[end : token.span.start].strip(" \u00a0"):
            break
        found.append(token)
        end = token.span.end
    return found


def _end(text: str, at: int, behind: Sequence[Token], count: int) -> int:
    end = at + behind[count - 1].span.end if count else at
    return _whole(text, Span(at, end)).end if count else end


def _ends_in_number(own: Words) -> bool:
    return any(number.end == len(own) for at in range(len(own)) if (number := number_at(own, at)))


def _is_numbered(text: str, span: Span, own: Words) -> bool:
    """Tell `quận 3`, `năm 2021` and `15/5`: numbers that count nothing."""
    keys = [word.key for word in own.words]
    if "/" in keys or (keys.count("-") > 1):
        return True
    before = tokens_mapped(text[max(0, span.start - _BEFORE) : span.start])
    said = keys[-2] if len(keys) > 1 else before[-1].text if before else ""
    return said in _NUMBERED


def _rest_of_date(words: Words) -> int:
    count = 0
    while words.key(count) in ("tháng", "năm") and words.is_figures(count + 1):
        count += 2
    return count


def _rest_of_quantity(words: Words, own: Words, analysis: Analysis | None) -> int:
    """Return how many words behind the number belong to it."""
    at = 0
    while words.key(at) in _SCALES:
        at += 1
    kind = analysis.answer_type if analysis else None
    unit = unit_at(words, at)
    if unit and unit.kind in _ALWAYS | _UNITS_FOR.get(kind or AnswerType.OTHER, frozenset()):
        return unit.end
    if analysis is not None and kind is AnswerType.COUNT:
        return at + _counted(words, at, analysis)
    return at


def _counted(words: Words, at: int, analysis: Analysis) -> int:
    """Return how many words name what is counted: as many as the question says of it, else by the table of units."""
    counted = counted_at(words, at)
    if counted is None:
        return 0
    asked = asked_for(analysis)
    said = [fold(word.written) for word in words.words[at : counted.end]]
    same = next((n for n in range(len(asked), 0, -1) if said[:n] == list(asked[:n])), 0)
    return max(same, length_of_counted(words, at))


def _as_asked(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Add what the question counts together with the end of a count: `40 tập thể|, cá nhân`, `1.725 tổ chức| Đảng`.

    Behind a comma that is one word, behind a space capitals only: `được khen` is no part of what is counted.
    """
    if analysis is None or analysis.answer_type is not AnswerType.COUNT or analysis.english:
        return span
    said = [token.folded for token in tokens_mapped(span.of(text))]
    counted = list(takewhile(str.isalpha, reversed(said)))[::-1]
    asked = [token.folded for token in analysis.tokens]
    size = len(counted)
    after = next((i + size for i in range(len(asked)) if counted and asked[i : i + size] == counted), len(asked))
    listed = text[span.end : span.end + 2] == ", "
    at = span.end + listed
    behind = _behind(text, at)
    if listed:
        fits = word_length([token.text for token in behind])
    else:
        fits = len(list(takewhile(lambda token: text[at + token.span.start].isupper(), behind)))
    same = [token.folded for token in behind[:fits]] == asked[after : after + fits]
    if len(counted) == len(said) or not behind or not fits or not same:
        return span
    return Span(span.start, _end(text, at, behind, fits))


def _listed(text: str, span: Span) -> Span:
    """Add the rest of a list of quoted names, of which the span has two at least: `“A”, “B”|, “C”`."""
    said = span.of(text)
    if not said.endswith("”") or said.count("“") < 2 or said.count("“") != said.count("”"):
        return span
    ahead = canonical_mapped(text[span.end : span.end + _LIST])
    rest = _QUOTED.match(ahead.text)
    return Span(span.start, span.end + ahead.original(Span(*rest.span())).end) if rest else span


def _without_consequence(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Drop what follows from the answer, unless advice is asked for: `qua mạng và đài| nên chất lượng chưa cao`."""
    if analysis is not None and any(token.text in _ADVICE for token in analysis.tokens):
        return span
    inside = canonical_mapped(span.of(text))
    for found in _CONSEQUENCE.finditer(inside.text):
        end = found.end("before")
        if found["before"].lower() not in _JOINED_TO_NEN and len(inside.text[:end].split()) >= _FEW:
            return _within(span, inside.original(Span(0, end)))
    return span


def _trimmed(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Drop punctuation and words that only lead to the answer; closes a bracket that is closed right behind."""
    start, end = _without_edges(text, span.start, span.end)
    bare = is_toneless(text[max(0, start - _BEFORE) : end + _BEHIND])
    reasons = (_OF_REASONS_BARE if bare else _OF_REASONS) if _asks_why(analysis) else frozenset[str]()
    words = list(re.finditer(r"\S+", text[start:end]))
    said = [canonical(match[0]).lower().strip(",.;:") for match in words]
    if len(words) > 1:
        loose = said[0] in reasons or (said[0] in (_LEADING_BARE if bare else _LEADING) and text[start].islower())
        if loose and (word_length(said) == 1 or said[:2] == ["bởi", "vì"]):
            start += words[1].start()
        elif words[-1][0].islower() and said[-1] in (_TRAILING_BARE if bare else _TRAILING) and not _is_word(said[-2:]):
            end = start + words[-2].end()
    if (start, end) == (span.start, span.end) or not text[start:end].strip():
        return span
    return Span(start, end)


def _count_alone(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Keep of several counts the one of what is counted: of `54 tập thể, 78 cá nhân` where units are asked for.

    A question that names both gets both.
    """
    if analysis is None or analysis.answer_type is not AnswerType.COUNT:
        return span
    inside = canonical_mapped(span.of(text))
    parts = list(_COUNTS.finditer(inside.text))
    if len(parts) < 2:
        return span
    asked, question = _things_asked_for(analysis)
    nouns = [fold(part["noun"]).split() for part in parts]
    fits = [part for part, noun in zip(parts, nouns, strict=True) if noun[0] in asked]
    if len(fits) != 1 or sum(" ".join(noun) in question for noun in nouns) > 1:
        return span
    return _within(span, inside.original(Span(*fits[0].span())))


def _without_whom(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Drop of whom or where behind a count, unless another count follows: `8 điểm cầu| các huyện, thành phố`."""
    if analysis is None or analysis.answer_type is not AnswerType.COUNT:
        return span
    inside = canonical_mapped(span.of(text))
    found = _OF_WHOM.match(inside.text)
    return _within(span, inside.original(Span(*found.span("count")))) if found else span


def _things_asked_for(analysis: Analysis) -> tuple[set[str], str]:
    """Return the first syllables, folded, of what may be counted, and all that the question names, in Vietnamese."""
    if analysis.english:
        counted = [token.span for token in tokens_asked_for(analysis)[:1]]
        meant = [(reading.source in counted, fold_tokens(reading.vietnamese)) for reading in analysis.translations]
        named = " | ".join(" ".join(words) for _, words in meant)
        return {words[0] for is_counted, words in meant if is_counted}, named
    asked = {*asked_for(analysis)[:1], *(fold(other[0]) for said in analysis.synonyms for other in said.others)}
    return asked, " ".join(token.folded for token in analysis.tokens)


def counted_in(text: str) -> list[list[str]]:
    """Return what is counted in a text, each as syllables in lower case: of `54 tập thể và 78 cá nhân` both."""
    return [part["noun"].lower().split() for part in _COUNTS.finditer(canonical(text))]


def _name_alone(text: str, span: Span, analysis: Analysis | None) -> Span:
    """Drop what goes on in small letters behind a full name that is asked for: `Nguyễn Văn Phong|lưu ý`."""
    if analysis is None or analysis.answer_type is not AnswerType.PERSON:
        return span
    inside = canonical_mapped(span.of(text))
    words = list(re.finditer(r"\S+", inside.text))
    name = list(takewhile(lambda word: word[0].isalpha() and word[0][0].isupper(), words))
    behind = [word[0] for word in words[len(name) :]]
    full = len(name) > 1 and SURNAME.match(name[0][0].lower())
    if not full or not behind or behind[0] in _AND or not all(word.isalpha() and word.islower() for word in behind):
        return span
    return _within(span, inside.original(Span(0, name[-1].end())))


def _within(span: Span, part: Span) -> Span:
    """Return a part of a span, given in its own offsets, in those of the text."""
    return Span(span.start + part.start, span.start + part.end)


def _asks_why(analysis: Analysis | None) -> bool:
    return analysis is not None and analysis.answer_type is AnswerType.REASON


def _is_word(syllables: Sequence[str]) -> bool:
    """Tell `tồn tại`, which `tại` ends, from a loose word behind another."""
    return word_length(syllables) == len(syllables)


def _without_edges(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and _is_loose(text, start, start, end, first=True):
        start += 1
    while end > start and _is_loose(text, end - 1, start, end, first=False):
        end -= 1
    return start, end


def _is_loose(text: str, at: int, start: int, end: int, *, first: bool) -> bool:
    """Tell a character at the edge that belongs to no answer: space, punctuation, half a pair."""
    character = text[at]
    if character.isalnum() or _is_attached(character) or character in _SIGNS:
        return False
    inner = text[start:end]
    for opening, closing in _PAIRS.items():
        if character in (opening, closing):
            return inner.count(opening) != inner.count(closing) or (first and character == closing)
    if character in "\"'":
        return inner.count(character) % 2 == 1
    if first and character in "-−+" and at + 1 < end and text[at + 1].isdigit():
        return False
    return True
