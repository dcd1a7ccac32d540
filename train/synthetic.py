"""Stage 9, `python -m train.synthetic`: questions made of statements, by rules that were written for this project.

Vietnamese keeps its question word where the answer stands (`37 tập thể được tặng Bằng khen` asks as `bao nhiêu tập thể
được tặng Bằng khen`), so a statement whose answer is covered reads as a question. To keep it from being too easy, the
statement is taken from another mention of the fact where there is one, clauses and words are dropped, words are swapped
for synonyms, the question word moves to the front, and marks are lost. Unanswerable questions are near misses: the
right text with the fact taken out, or the question with another year or name. Writes synthetic.jsonl.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.synonyms import BUILT_IN
from train.paths import workplace
from train.records import Article, Reading, read_records, write_records

_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴĐ"
_NAME = rf"[{_UPPER}]\w*(?: [{_UPPER}]\w*){{0,3}}"
_NUMBER = r"(?:(?:gần|hơn|khoảng|trên) )?\d+(?:[.,]\d+)*"
_ROLE = (
    r"(?:Phó )?(?:Chủ tịch|Bí thư|Giám đốc|Tổng giám đốc|Bộ trưởng|Thứ trưởng|Thủ tướng|Trưởng ban"
    r"|Trưởng phòng|Chánh án"
    r"|Hiệu trưởng|Cục trưởng|Vụ trưởng|Viện trưởng|Chủ nhiệm|Huấn luyện viên|Tổng thống|Đại sứ)"
)
_CLAUSE = r"[^,.;:()\"“”]{12,90}"


@dataclass(frozen=True)
class Rule:
    """What an answer looks like (group 1), and the words that ask for it; `{unit}` is group 2."""

    name: str
    pattern: re.Pattern[str]
    words: tuple[str, ...]


RULES = (
    Rule("percentage", re.compile(rf"({_NUMBER}\s?%)"), ("bao nhiêu phần trăm", "bao nhiêu %", "tỷ lệ bao nhiêu")),
    Rule(
        "amount",
        re.compile(rf"({_NUMBER} (?:nghìn |triệu |tỷ )?(?:đồng|USD|euro))"),
        ("bao nhiêu tiền", "bao nhiêu", "số tiền bao nhiêu", "mấy tiền"),
    ),
    Rule(
        "count",
        re.compile(rf"(?<![\w/.,-])({_NUMBER} ([^\W\d_]{{2,}}(?: [^\W\d_]{{2,}})?))(?=[\s,.;])"),
        ("bao nhiêu {unit}", "bao nhiêu {unit}", "mấy {unit}", "bao nhiêu"),
    ),
    Rule(
        "year",
        re.compile(r"((?:tháng \d{1,2} )?năm \d{4})"),
        ("năm nào", "khi nào", "vào năm nào", "bao giờ", "thời gian nào"),
    ),
    Rule(
        "date",
        re.compile(
            r"((?:(?:sáng|chiều|tối|trưa|đêm|ngày) )+\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?"
            r"|ngày \d{1,2} tháng \d{1,2}(?: năm \d{4})?|tháng \d{1,2}/\d{4})"
        ),
        ("khi nào", "ngày nào", "hôm nào", "lúc nào", "bao giờ", "thời điểm nào"),
    ),
    Rule(
        "person",
        re.compile(
            rf"(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|đồng chí|bác sĩ|luật sư|{_ROLE}) ({_NAME.replace('{0,3}', '{1,3}')})"
        ),
        ("ai", "ai", "người nào", "là ai"),
    ),
    Rule(
        "place",
        re.compile(
            rf"\b(?:tại|ở|đến|từ) ((?:tỉnh |huyện |quận |xã |phường |thành phố |TP\.? ?|thị xã )?"
            rf"{_NAME}(?: \({_NAME}\))?)"
        ),
        ("đâu", "nơi nào", "địa phương nào", "chỗ nào"),
    ),
    Rule(
        "organisation",
        re.compile(
            r"\b((?:Công ty|Bệnh viện|Trường|Đại học|Sở|Bộ|UBND|Công an|Ngân hàng|Tập đoàn|Viện|Hội|Cục|Tòa án|CLB)"
            rf"(?: (?:[{_UPPER}]\w*|và|tỉnh|thành phố|huyện|quận|nguyên|tế|phòng|tạo|vận tải|sự|hội|chính|học"
            r"|thương))+)"
        ),
        ("đơn vị nào", "cơ quan nào", "tổ chức nào", "nơi nào"),
    ),
    Rule(
        "role",
        re.compile(
            rf"\b({_ROLE}(?: (?!đã\b|vừa\b|ký\b|cũng\b)[^\s,.;:()\"“”]+){{1,6}}?) (?:ông |bà )?"
            + _NAME.replace("{0,3}", "{1,3}")
        ),
        ("chức vụ gì", "chức danh gì", "người giữ chức gì"),
    ),
    Rule(
        "reason",
        re.compile(rf"\b((?:do|vì|bởi) {_CLAUSE})(?=[,.;])"),
        ("vì sao", "tại sao", "do đâu", "vì lý do gì", "nguyên nhân gì"),
    ),
    Rule(
        "purpose",
        re.compile(rf"\b((?:nhằm|để) {_CLAUSE})(?=[,.;])"),
        ("để làm gì", "nhằm mục đích gì", "với mục đích gì"),
    ),
    Rule("definition", re.compile(rf"^{_NAME} là ({_CLAUSE})(?=[,.;])"), ("gì", "cái gì", "gì vậy")),
    Rule("title", re.compile(r"[\"“]([^\"“”]{6,60})[\"”]"), ("gì", "tên gì", "tên là gì")),
)
_NOT_COUNTED = frozenset("năm tháng ngày giờ của và là về tại trong với cho đến từ phút".split())


def synonyms() -> dict[str, list[str]]:
    """Return the groups of the reader's own table, by word."""
    table: dict[str, list[str]] = {}
    for line in BUILT_IN.read_text(encoding="utf-8").splitlines():
        group = line.split("\t") if line and not line.startswith("#") else []
        for word in group:
            table.setdefault(word, []).extend(other for other in group if other != word)
    return table


def questions_of(article: Article, rng: random.Random, swaps: dict[str, list[str]], most: int = 3) -> Iterator[Reading]:
    """Yield at most `most` questions on an article, each with a stretch of its sentences."""
    body = [*article.lead, *article.body]
    places = [i for i, sentence in enumerate(body) if 40 < len(sentence) < 350]
    rng.shuffle(places)
    made = 0
    for at in places:
        found = _covered(body[at], rng)
        if found is None:
            continue
        yield _reading(article, body, at, found, rng, swaps)
        made += 1
        if made >= most:
            return


def _covered(sentence: str, rng: random.Random) -> tuple[Rule, int, int, str] | None:
    """Return a rule that fits the sentence, the place of the answer and the words that ask for it."""
    fits = []
    for rule in RULES:
        for match in rule.pattern.finditer(sentence):
            unit = match.group(2) if rule.name == "count" else ""
            if not unit or unit.split()[0].lower() not in _NOT_COUNTED:
                fits.append((rule, match.start(1), match.end(1), unit))
    if not fits:
        return None
    name = rng.choice(sorted({rule.name for rule, *_ in fits}))  # each kind as likely, however often it occurs
    rule, start, end, unit = rng.choice([fit for fit in fits if fit[0].name == name])
    return rule, start, end, rng.choice(rule.words).format(unit=unit)


def _reading(
    article: Article,
    body: Sequence[str],
    at: int,
    found: tuple[Rule, int, int, str],
    rng: random.Random,
    swaps: dict[str, list[str]],
) -> Reading:
    rule, start, end, words = found
    answer = body[at][start:end]
    told, place = _mention(article, body, at, answer, start, rng)
    question = _ask(told, place, place + len(answer), words, rng, swaps)
    first, last = max(0, at - rng.randint(0, 6)), min(len(body), at + 1 + rng.randint(0, 6))
    fate = rng.random()
    if fate < 0.1:  # the fact taken out
        kept = [s for i, s in enumerate(body[first:last], start=first) if i != at and answer not in s]
        return Reading("cloze", question, article.title, " ".join(kept), "", 0)
    if fate < 0.18 and (other := _other_name(question, article, rng)):
        return Reading("cloze", other, article.title, " ".join(body[first:last]), "", 0)
    before = "".join(sentence + " " for sentence in body[first:at])
    context = before + " ".join(body[at:last])
    return Reading("cloze", question, article.title, context, answer, len(before) + start)


def _mention(
    article: Article, body: Sequence[str], at: int, answer: str, start: int, rng: random.Random
) -> tuple[str, int]:
    """Return a statement of the fact, another one where there is one, and the answer's place in it."""
    whole = re.compile(rf"(?<![\w.,/-]){re.escape(answer)}(?!\w)")  # `5 xã` is no mention in `25 xã`
    others = [s for i, s in enumerate([article.title, *body]) if i != at + 1 and 25 < len(s) < 300 and whole.search(s)]
    if others and rng.random() < 0.75:
        told = rng.choice(others)
        match = whole.search(told)
        return told, match.start() if match else start
    if rng.random() < 0.35:  # two sentences become one: the title says whose fact it is
        head = article.title.rstrip(".") + ", "
        return head + body[at], len(head) + start
    return body[at], start


def _ask(told: str, start: int, end: int, words: str, rng: random.Random, swaps: dict[str, list[str]]) -> str:
    """Turn a statement into a question by putting `words` in the place of the answer."""
    mark = "\x00"
    question = told[:start] + mark + told[end:]
    clauses = re.split(r"(?<=[,;–-])\s+", question)
    kept = [clause for clause in clauses if mark in clause or rng.random() < 0.4]
    parts = " ".join(kept).split(" ")
    loss = rng.choice((0.0, 0.0, 0.08, 0.16)) if len(parts) > 8 else 0.0
    question = " ".join(p for p in parts if mark in p or p[:1].isupper() or rng.random() > loss)
    for word in rng.sample(sorted(swaps), len(swaps)):
        if f" {word} " in question and rng.random() < 0.5:
            question = question.replace(f" {word} ", f" {rng.choice(swaps[word])} ", 1)
    in_front = rng.random() < 0.35
    question = f"{words} {question.replace(mark, '')}" if in_front else question.replace(mark, words)
    question = re.sub(r"\s+", " ", question).strip(' ,.;:–-"“”')
    return (question[:1].upper() + question[1:])[:220] + ("?" if rng.random() < 0.7 else "")


def _other_name(question: str, article: Article, rng: random.Random) -> str | None:
    """Return the question about another year or another name of the text's kind, or None where it gives neither."""
    years = re.findall(r"\b(?:19|20)\d\d\b", question)
    if years:
        return question.replace(years[0], str(int(years[0]) + rng.choice((-3, -2, -1, 1, 2))), 1)
    names = re.findall(rf"(?<=[a-zà-ỹ] ){_NAME}", question)
    text = " ".join((article.title, *article.body))
    strange = [name for name in _PLACES if name not in text]
    return question.replace(rng.choice(names), rng.choice(strange), 1) if names and strange else None


_PLACES = (
    *("Nghệ An", "Lai Châu", "Cà Mau", "Đồng Tháp", "Bình Phước", "Quảng Ninh", "Hà Giang", "Phú Yên", "Kon Tum"),
    *("Thái Bình", "Sóc Trăng", "Điện Biên", "Ninh Thuận", "Bắc Kạn", "Trà Vinh", "Gia Lai", "Hưng Yên", "Tây Ninh"),
)


def _asks(row: Reading) -> bool:
    """Tell whether enough of the statement is left to know what is asked, and of the text to look for it in."""
    return len(row.question.split()) >= 7 and len(row.context) > 60


def main() -> None:
    """Write synthetic.jsonl."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=30_000)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    place, rng, swaps = workplace(), random.Random(options.seed), synonyms()
    # Every sixth article, so that all sources are drawn from.
    some = (a for i, a in enumerate(read_records(place.file("articles.jsonl"), Article)) if i % 6 == 0)
    rows = (
        row
        for _, article in zip(range(options.articles), some, strict=False)
        for row in questions_of(article, rng, swaps)
    )
    print(write_records(place.file("synthetic.jsonl"), (row for row in rows if _asks(row))), "questions")


if __name__ == "__main__":
    main()
