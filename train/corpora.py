"""Stage 1, `python -m train.corpora`: read the snapshots into articles, sentence pairs and questions."""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import islice
from pathlib import Path

from train.detokenise import detokenise, joined_words
from train.forms import canonical
from train.holdout import Holdout, evaluation_texts
from train.parallel import mapped
from train.paths import Workplace, workplace
from train.records import Article, Asked, Bitext, write_records
from train.snapshots import read_files

VIETNEWS = "ThanhChinhBK/vietnews"
VIWIKI = "undertheseanlp/corpus.viwiki"
SCRAPER = "magizbox/scraper"
TRANSLATIONS = "sanghuynh1501/translate_machine"
D2L = "aivivn/d2l-vn"
COURSE = "huggingface/course"
TED = "quockhuongtrann/preprocess_IWSLT15"
MAILONG = "mailong25/bert-vietnamese-question-answering"
SEMINAR = "Th1nhNg0/seminar"

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"”)]?\s+(?=[\"“(]?[A-ZÀ-ỸĐ0-9])")
_HEADING = re.compile(r"^(=+)\s*(.*?)\s*=+$")
_MARKUP = re.compile(r":\w+:`[^`]*`|\[([^\]]*)\]\([^)]*\)|[*`#_]+")
_COMMENT = re.compile(r"<!--(.*?)-->", re.S)
_TAIL_HEADINGS = frozenset(("chú thích", "tham khảo", "liên kết ngoài", "xem thêm", "đọc thêm", "ghi chú", "nguồn"))


def sentences(text: str) -> tuple[str, ...]:
    """Split running text at sentence ends; lines always end a sentence. Rough on purpose: windows need no more."""
    parts = (part.strip() for line in text.split("\n") for part in _SENTENCE_END.split(line))
    return tuple(part for part in parts if part)


# --- articles -------------------------------------------------------------------------------------------------------


def vietnews_article(text: str) -> Article | None:
    """Parse a vietnews file: title, blank line, lead, blank line, a body sentence a line (captions follow, dropped)."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    if len(blocks) < 3:
        return None
    title, lead = (canonical(detokenise(block.replace("\n", " "))) for block in blocks[:2])
    body = tuple(canonical(detokenise(line)) for line in blocks[2].split("\n") if line.strip())
    return Article("vietnews", title, sentences(lead), body)


def scraper_article(text: str) -> Article | None:
    """Parse a scraper file: line 1 title, line 2 lead, then the body."""
    lines = [canonical(line.strip()) for line in text.split("\n") if line.strip()]
    if len(lines) < 3:
        return None
    return Article("scraper", lines[0], sentences(lines[1]), sentences("\n".join(lines[2:])))


def wiki_sections(name: str, text: str) -> Iterator[Article]:
    """Yield the sections of a Wikipedia article, titled `article: heading`; reference sections are left out."""
    title = name[:1].upper() + name[1:]
    heading, lines = "", list[str]()
    for line in [*canonical(text).split("\n"), "== =="]:
        match = _HEADING.match(line.strip())
        if match is None:
            lines.append(line)
            continue
        body = sentences("\n".join(lines))
        if sum(map(len, body)) > 150 and heading.lower() not in _TAIL_HEADINGS:
            yield Article("viwiki", canonical(f"{title}: {heading}" if heading else title), (), body)
        heading, lines = match.group(2), []


def _vietnews(item: tuple[str, str]) -> tuple[Article | None, Counter[str]]:
    words: Counter[str] = Counter()
    for line in item[1].split("\n"):
        words.update(canonical(word) for word in joined_words(line))
    return vietnews_article(item[1]), words


def _all_articles(place: Workplace, limit: int | None, words: Counter[str]) -> Iterator[Article]:
    news = (
        item
        for part in ("train", "val")
        for item in read_files(place.snapshots, VIETNEWS, f"data/{part}_tokenized/*.seg")
    )
    with closing(mapped(_vietnews, islice(news, limit))) as parsed:
        for article, joined in parsed:
            words.update(joined)
            if article:
                yield article
    for _, text in islice(read_files(place.snapshots, SCRAPER, "vn_news/data/*"), limit):
        if article := scraper_article(text):
            yield article
    for path, text in islice(read_files(place.snapshots, VIWIKI, "viwiki/*.txt"), limit):
        yield from wiki_sections(Path(path).stem, text)


def articles(place: Workplace, holdout: Holdout, limit: int | None, words: Counter[str]) -> Iterator[Article]:
    """Yield the articles long enough, new (by title and first sentence), and sharing nothing with the tests."""
    seen: set[tuple[str, str]] = set()
    for article in _all_articles(place, limit, words):
        key = (article.title, article.body[0] if article.body else "")
        if key in seen or sum(map(len, article.body)) < 150:
            continue
        seen.add(key)
        if not holdout.touches("\n".join((article.title, *article.lead, *article.body))):
            yield article


# --- sentence pairs -------------------------------------------------------------------------------------------------


def evb_pairs(path: str, text: str) -> Iterator[Bitext]:
    """Yield the sentence pairs of an EVBNews file."""
    english = re.findall(r"<s id='en(\d+)'>(.*?)</s>", text, re.S)
    vietnamese = dict(re.findall(r"<s id='vn(\d+)'>(.*?)</s>", text, re.S))
    for number, sentence in english:
        if number in vietnamese:
            yield Bitext("evbnews", path, int(number), detokenise(sentence), detokenise(vietnamese[number]))


def comment_pairs(path: str, text: str) -> Iterator[Bitext]:
    """Yield aligned lines of a d2l file, where each English block is a comment above its translation."""
    blocks = _COMMENT.split(text)
    number = 0
    for english, vietnamese in zip(blocks[1::2], blocks[2::2], strict=False):
        left = [line.strip() for line in english.strip().split("\n") if line.strip()]
        right = [line.strip() for line in vietnamese.strip().split("\n") if line.strip()]
        if len(left) != len(right) or "```" in vietnamese or "$$" in vietnamese:
            continue
        for one, other in zip(left, right, strict=True):
            number += 1
            yield Bitext("d2l", path, number, plain(one), plain(other))


def plain(line: str) -> str:
    """Return a line of Markdown without references, link targets and marks of emphasis."""
    return _MARKUP.sub(lambda match: match.group(1) or " ", line)


def course_pairs(path: str, english: str, vietnamese: str) -> Iterator[Bitext]:
    """Yield the paragraphs of a course chapter when both languages have the same number of them."""
    left, right = _paragraphs(english), _paragraphs(vietnamese)
    if len(left) == len(right):
        for number, (one, other) in enumerate(zip(left, right, strict=True)):
            yield Bitext("course", path, number, plain(one), plain(other))


def _paragraphs(text: str) -> list[str]:
    prose = re.sub(r"```.*?```|<[^>]*>|\[\[.*?\]\]|\{[^}]*\}", " ", text, flags=re.S)
    blocks = (" ".join(block.split()) for block in prose.split("\n\n"))
    return [block for block in blocks if block]


def _bitext(place: Workplace) -> Iterator[Bitext]:
    for path, text in read_files(place.snapshots, TRANSLATIONS, "vn_data_xml/*.sgml"):
        yield from evb_pairs(path, text)
    for path, text in read_files(place.snapshots, D2L, "*_vn.md"):
        yield from comment_pairs(path, text)
    english = {
        path.replace("/en/", "/vi/"): text for path, text in read_files(place.snapshots, COURSE, "chapters/en/*.mdx")
    }
    for path, text in read_files(place.snapshots, COURSE, "chapters/vi/*.mdx"):
        yield from course_pairs(path, english.get(path, ""), text)
    for path, text in read_files(place.snapshots, TRANSLATIONS, "vie.txt"):
        rows = [line.split("\t") for line in text.split("\n") if "\t" in line]
        yield from (Bitext("tatoeba", path, number, row[0], row[1]) for number, row in enumerate(rows))
    for part in ("valid", "test"):
        sides = [
            next(read_files(place.snapshots, TED, f"data_wseg/{part}.en-vi.{code}"))[1].split("\n")
            for code in ("en", "vi")
        ]
        yield from (Bitext("ted", part, n, e, detokenise(v)) for n, (e, v) in enumerate(zip(*sides, strict=False)))


def bitext(place: Workplace, holdout: Holdout) -> Iterator[Bitext]:
    """Yield clean, distinct sentence pairs: neither side empty, lengths within a factor of three."""
    seen: set[tuple[str, str]] = set()
    for pair in _bitext(place):
        english, vietnamese = " ".join(pair.english.split()), canonical(" ".join(pair.vietnamese.split()))
        sizes = sorted((len(english.split()), len(vietnamese.split())))
        if sizes[0] < 1 or sizes[1] > 3 * sizes[0] + 3 or (english, vietnamese) in seen or english == vietnamese:
            continue
        seen.add((english, vietnamese))
        if not holdout.touches(english) and not holdout.touches(vietnamese):
            yield replace(pair, english=english, vietnamese=vietnamese)


# --- questions ------------------------------------------------------------------------------------------------------


def squad_questions(source: str, text: str, clean: Callable[[str], str]) -> Iterator[Asked]:
    """Yield the answerable questions of a file in SQuAD layout; offsets are looked up again after `clean`."""
    for entry in json.loads(text)["data"]:
        for paragraph in entry["paragraphs"]:
            context = canonical(clean(paragraph["context"]))
            for row in paragraph["qas"]:
                if row.get("is_impossible") or not row["answers"]:
                    continue
                answer = row["answers"][0]
                start = context.find(canonical(clean(answer["text"])), max(0, answer["answer_start"] - 40))
                yield Asked(source, canonical(row["question"].strip()), entry.get("title", ""), context, max(0, start))


def questions(place: Workplace, holdout: Holdout) -> Iterator[Asked]:
    """Yield the written questions and those of the two public sets that people wrote."""
    found: list[Iterable[Asked]] = []
    written = place.shared / "train" / "written-qa.json"
    found.append(squad_questions("written", written.read_text(encoding="utf-8"), str))
    for _, text in read_files(place.snapshots, MAILONG, "dataset/train-v2.0.json"):
        found.append(squad_questions("mailong25", text, detokenise))
    for _, text in read_files(place.snapshots, SEMINAR, "data/train_*.json"):
        if text:
            found.append(squad_questions("seminar", text, str))
    for asked in (asked for part in found for asked in part):
        if not holdout.touches(asked.context):
            yield asked


def main() -> None:
    """Write articles.jsonl, bitext.jsonl, questions.jsonl and words.tsv (joined words with their counts)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int, help="read at most so many files of each corpus (for a quick look)")
    parser.add_argument("--only", choices=("questions", "bitext", "articles"), help="write this file alone")
    options = parser.parse_args()
    place = workplace()
    holdout = Holdout(evaluation_texts(place.shared / "eval"))
    print(f"{len(holdout)} held-out sentences")
    if options.only in (None, "questions"):
        print(write_records(place.file("questions.jsonl"), questions(place, holdout)), "questions")
    if options.only in (None, "bitext"):
        print(write_records(place.file("bitext.jsonl"), bitext(place, holdout)), "sentence pairs")
    if options.only in (None, "articles"):
        words: Counter[str] = Counter()
        print(write_records(place.file("articles.jsonl"), articles(place, holdout, options.limit, words)), "articles")
        rows = [f"{word}\t{count}\n" for word, count in words.most_common() if count >= 5]
        place.file("words.tsv").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
