"""The forms in which Vietnamese is written: canonical, without marks, as typed in a chat. Pure functions."""

from __future__ import annotations

import random
import re
import unicodedata

_NEW_STYLE = re.compile(r"(?<![qQ])([oO])([àáảãạèéẻẽẹÀÁẢÃẠÈÉẺẼẸ])(?!\w)|(?<![qQ])([uU])([ỳýỷỹỵỲÝỶỸỴ])(?!\w)")
_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_TONES = frozenset((_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT))


def canonical(text: str) -> str:
    """Return NFC with the tone of open `oa oe uy` on the first vowel (`hoà` becomes `hòa`, `quý` stays)."""
    return _NEW_STYLE.sub(_move_tone_back, unicodedata.normalize("NFC", text))


def _move_tone_back(match: re.Match[str]) -> str:
    first, second = match.group(1) or match.group(3), match.group(2) or match.group(4)
    parts = unicodedata.normalize("NFD", second)
    tone = next(mark for mark in parts if mark in _TONES)
    return unicodedata.normalize("NFC", first + tone) + unicodedata.normalize("NFC", parts.replace(tone, ""))


def new_style(word: str) -> str | None:
    """Return the other tone placement of a canonical lower-case word (`hòa` gives `hoà`), None if it has none."""
    if len(word) < 2 or word[-1] not in "aey" or unicodedata.normalize("NFD", word[-1]) != word[-1]:
        return None
    parts = unicodedata.normalize("NFD", word[-2])
    tone = next((mark for mark in parts if mark in _TONES), None)
    if tone is None:
        return None
    moved = (
        word[:-2]
        + unicodedata.normalize("NFC", parts.replace(tone, ""))
        + unicodedata.normalize("NFC", word[-1] + tone)
    )
    return moved if canonical(moved) == word else None


def strip_marks(text: str) -> str:
    """Return the text without tone and vowel marks; `đ`, which Unicode does not decompose, becomes `d`."""
    bare = _LATIN_MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare).replace("đ", "d").replace("Đ", "D")


# Written for this project from common usage; each entry: the words, how they are typed.
CHAT_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ủy ban nhân dân", ("ubnd",)),
    ("hội đồng nhân dân", ("hdnd",)),
    ("bao nhiêu", ("bn", "bnhieu", "may")),
    ("không", ("ko", "k", "hok")),
    ("được", ("dc", "đc")),
    ("người", ("ng",)),
    ("những", ("nhung", "n~")),
    ("gì", ("j", "gi")),
    ("học sinh", ("hs",)),
    ("sinh viên", ("sv",)),
    ("giáo viên", ("gv",)),
    ("bệnh viện", ("bv",)),
    ("thành phố", ("tp",)),
    ("công an", ("ca",)),
    ("trường", ("tr",)),
    ("đường", ("dg", "đg")),
    ("quận", ("q",)),
    ("điện thoại", ("dt", "đt")),
    ("gia đình", ("gd", "gđ")),
    ("với", ("vs", "voi")),
    ("vậy", ("v", "vay")),
    ("triệu", ("tr", "trieu")),
    ("việt nam", ("vn",)),
    ("sài gòn", ("sg",)),
    ("hà nội", ("hn",)),
    ("phòng", ("p",)),
    ("như thế nào", ("ntn",)),
)
_CHAT_ENDS = ("", "", "", "", " vay", " v", " the", " a", " nhi")


def chat_form(question: str, rng: random.Random) -> str:
    """Return the question as people type it in a chat: lower case, no marks, some words shortened."""
    text = question.lower().rstrip(" ?.!")
    for words, shorts in CHAT_WORDS:
        if words in text and rng.random() < 0.6:
            text = re.sub(rf"\b{words}\b", rng.choice(shorts), text)
    return strip_marks(text) + rng.choice(_CHAT_ENDS)
