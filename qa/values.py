"""Read the value that a short answer says: `hơn 17 nghìn người` is a count, 17000, of `người`, more than that.

How figures are read is told in `qa.numbers`, dates in `qa.dates`, units in `qa.units`; the fields at `qa.types.Value`.
What cannot be read surely is no value: several numbers in a row, `hàng chục tỷ`, `lớp 11`, telephone numbers, whole
sentences.
"""

from __future__ import annotations

import re
from typing import Final

from index.text import canonical, is_toneless
from qa.dates import date_in
from qa.numbers import Words
from qa.quantities import NUMERIC, quantity
from qa.types import AnswerType, Modifier, Value, ValueKind

__all__ = ["Modifier", "Value", "ValueKind", "value_of"]

LONGEST: Final = 100  # characters: what is longer is a sentence, not a value
_CONTEXT: Final = 2_000  # characters of a sentence that are looked at
_BEHIND: Final = 40
_NO_VALUE: Final = frozenset(
    {
        AnswerType.PERSON, AnswerType.PLACE, AnswerType.ORGANISATION, AnswerType.ROLE, AnswerType.REASON,
        AnswerType.MANNER, AnswerType.DEFINITION,
    }
)  # fmt: skip
_BEFORE_OUR_ERA: Final = re.compile(r"\b(?:tcn|trước c[ôộ]ng nguyên)\b")


def value_of(text: str, expected: AnswerType | None = None, context: str = "") -> Value | None:
    """Return the value that `text` says, None when it says none or not surely; never raises.

    `expected` is the kind of thing that was asked for: it decides what may be read in two ways (`5/8`, `1975`), and
    what is asked for as a name has no value. `context` is the sentence that the text stands in: it gives what stands
    right behind the text (`54` in `54 tập thể`, `1,3` in `1,3 triệu tấn`), `năm` before a year, and the year of a day
    that it also names with its year.
    """
    if expected in _NO_VALUE or len(text) > LONGEST or not text.strip():
        return None
    context = context[:_CONTEXT]
    toneless = is_toneless(f"{text} {context}")
    words = _without_brackets(Words.of(text, toneless=toneless))
    around = Words.of(context, toneless=toneless).plain
    plain = words.plain
    if expected not in NUMERIC and plain.isdigit() and f"năm {plain}" in around:
        plain = f"năm {plain}"
    if _BEFORE_OUR_ERA.search(plain):
        return None
    date = date_in(plain, wanted=expected is AnswerType.DATE, context=around)
    if date is not None or expected is AnswerType.DATE:
        return date
    own = len(words)
    value = quantity(words, expected, own)
    if value is None or value.unit is not None:
        return value
    extended = Words([*words.words, *_behind(text, context, toneless).words], toneless)
    return quantity(extended, expected, own) or value


def _without_brackets(words: Words) -> Words:
    """Return the words without what stands in brackets behind others: `600.000 NDT (88.000 USD)`."""
    keys = [word.key for word in words.words]
    if "(" in keys[1:] and keys[-1] == ")":
        return Words(words.words[: keys.index("(", 1)], words.toneless)
    return words


def _behind(text: str, context: str, toneless: bool) -> Words:
    """Return the words right behind the text where it stands once in its context, and whole."""
    text, context = canonical(text).strip(), canonical(context)
    places = [match.start() for match in re.finditer(rf"(?<![\w.,/-]){re.escape(text)}(?![\w]|[.,/-][0-9])", context)]
    if len(places) != 1:
        return Words((), toneless)
    return Words.of(context[places[0] + len(text) :][:_BEHIND], toneless=toneless)
