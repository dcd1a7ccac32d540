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


# How people begin and end a question without changing what it asks.
_OPENINGS = ("Cho hỏi", "Cho tôi hỏi", "Xin hỏi", "Cho biết", "Hãy cho biết", "Xin cho biết")
_ENDS = ("?", "?", " ạ?", " vậy?", " thế?", " nhỉ?", " ạ", " vậy", "")
# Words that people who type into a search box leave out; none of them changes what is asked for.
_SPARE = re.compile(r"(?<=\s)(?:đã|đang|các|những|của(?! cải)|là|ở|tại(?! sao))\s", re.IGNORECASE)
_COUNT = re.compile(r"^(Có\s+)?(?=(?:bao nhiêu|mấy)\s)", re.IGNORECASE)
_LAST = re.compile(
    r"^(?P<rest>.{12,}?),?\s+(?P<where>(?:ở|tại|năm|vào năm|trong năm)\s+[A-ZĐÀ-Ỹ0-9][\S]*(?:\s+[A-ZĐÀ-Ỹ0-9]\S*){0,4})$"
)
_ASKING = re.compile(r"\b(?:nào|gì|ai|đâu|mấy|bao|sao|khi)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\b(?:bao nhiêu|mấy|số)$", re.IGNORECASE)  # `bao nhiêu|năm tù` is no year
_FIRST = re.compile(r"^(?P<where>(?:Ở|Tại|Trong|Vào|Năm|Theo)\s+[^,]{2,40}),\s+(?P<rest>.{12,})$")


def said_otherwise(question: str, rng: random.Random) -> str:
    """Return a marked question as someone else would put it: `Có`, openings, small words and order come and go.

    What is asked for stays the same, so that an answer stays one. None of it fits a question without marks, where
    `cac` may be another word.
    """
    text = question.rstrip(" ?.!")
    if (found := _COUNT.match(text)) and rng.random() < 0.5:
        counted = text[found.end() :]
        text = _capital(counted) if found.group(1) else f"Có {_small(counted)}"
    elif rng.random() < 0.4:
        if (found := _LAST.match(text)) and not _ASKING.search(found["where"]) and not _HOW_MANY.search(found["rest"]):
            text = f"{_capital(found['where'])}, {_small(found['rest'])}"
        elif found := _FIRST.match(text):
            where = "" if found["where"].startswith("Theo") else " " + found["where"][0].lower() + found["where"][1:]
            open_end = _HOW_MANY.search(found["rest"])  # `tăng bao nhiêu|năm 2018` would ask for years
            text = text if open_end else _capital(found["rest"]) + where
    if rng.random() < 0.35:
        text = _SPARE.sub(lambda word: "" if rng.random() < 0.5 else word.group(), text)
    if rng.random() < 0.15:
        text = f"{rng.choice(_OPENINGS)} {_small(text)}"
    if rng.random() < 0.15:
        text = text.lower()
    return text + rng.choice(_ENDS)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """Return the text with a small first letter, unless its first word looks like a name's (two capitals in a row)."""
    words = text.split(maxsplit=2) or [""]
    named = len(words) > 1 and words[1][:1].isupper() and len(words[0]) > 1
    short = len(words[0]) > 1 and words[0][:2].isupper()
    return text if named or short else text[:1].lower() + text[1:]
