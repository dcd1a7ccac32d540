"""Lay out texts to write questions on, and collect what was written: `python -m train.writing packs|collect`.

    python -m train.writing packs FOLDER --packs 14 --texts 60
    python -m train.writing collect FOLDER/pack-00 --name batch-00

A pack is a folder of short texts and `sources.json`, which says where each came from. A writer puts `qa.txt` beside
them, a question a line:

    # n00
    question | exact answer | snippet around the right occurrence (optional) | the question in English (optional)
    question | -

`collect` checks every answer against its text and writes `train/questions/NAME.jsonl`, without the text itself: a row
names repository, path, heading and the excerpt's place, and carries a hash, so that `train.reading` can join them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from train.corpora import SCRAPER, VIETNEWS, VIWIKI, scraper_article, vietnews_article, wiki_sections
from train.forms import canonical
from train.holdout import Holdout, evaluation_texts
from train.paths import workplace
from train.records import Article
from train.snapshots import list_files, read_some

KINDS = ("batch-", "contrast-")
QUESTIONS = Path(__file__).resolve().parent / "questions"
SHORTEST, LONGEST = 700, 1_900  # characters of an excerpt
_ADMINISTRATIVE = re.compile(
    r"UBND|HĐND|Ủy ban|Hội đồng nhân dân|Bí thư|Chủ tịch|Sở |Bộ |Thủ tướng|nghị quyết|quyết định"
    r"|khen thưởng|[Bb]ằng khen"
    r"|hội nghị|đại biểu|Đảng|thông tư|nghị định|chỉ thị|ngân sách|dự án|quy hoạch|nông thôn mới|huyện|tỉnh"
)


@dataclass(frozen=True)
class Source:
    """Where an excerpt stands: characters `[start, end)` of `text_of` the article."""

    repository: str
    path: str
    heading: str
    start: int
    end: int


@dataclass(frozen=True)
class Written:
    """A question on an excerpt; `start` counts code points of the excerpt, `answer` None means it does not say."""

    question: str
    answer: str | None
    start: int | None
    english: str | None
    source: Source
    sha256: str


def text_of(article: Article) -> str:
    """Return lead and body as running text, without the title."""
    return "\n".join(part for part in (" ".join(article.lead), " ".join(article.body)) if part)


def articles_of(repository: str, path: str, text: str) -> Iterator[Article]:
    """Yield the articles of one file of a repository (a Wikipedia file has one for each section)."""
    if repository == VIWIKI:
        yield from wiki_sections(Path(path).stem, text)
        return
    article = (vietnews_article if repository == VIETNEWS else scraper_article)(text)
    if article is not None:
        yield article


def digest(text: str) -> str:
    """Return the first 16 hexadecimal digits of the text's SHA-256: enough to notice that it is another text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# --- packs ----------------------------------------------------------------------------------------------------------

_PATTERNS = {VIWIKI: "viwiki/*.txt", VIETNEWS: "data/train_tokenized/*.seg", SCRAPER: "vn_news/data/*"}
_SHARES = {VIWIKI: 0.4, VIETNEWS: 0.4, SCRAPER: 0.2}


def excerpt_of(text: str, rng: random.Random) -> tuple[int, int]:
    """Return the characters `[start, end)` of a stretch of whole sentences, half of the time the beginning."""
    length = rng.randint(SHORTEST + 200, LONGEST)
    if len(text) <= length:
        return 0, len(text)
    breaks = [0, *(match.end() for match in re.finditer(r"[.!?…][\"”)]?\s+", text))]
    start = 0 if rng.random() < 0.5 else rng.choice([at for at in breaks if len(text) - at >= SHORTEST])
    end = max((at for at in [*breaks, len(text)] if start < at <= start + length), default=len(text))
    return start, end


def candidates(repository: str, count: int, seen: Holdout, rng: random.Random) -> Iterator[tuple[Source, str, str]]:
    """Yield (source, title, excerpt) of fitting texts in random order; news about public affairs are preferred."""
    place = workplace()
    files = list_files(place.snapshots, repository, _PATTERNS[repository])
    rng.shuffle(files)
    for path, text in read_some(place.snapshots, repository, files[: count * 8]):
        options = [a for a in articles_of(repository, path, text) if len(text_of(a)) >= SHORTEST]
        if not options:
            continue
        article = rng.choice(options)
        body = text_of(article)
        if repository != VIWIKI and len(set(_ADMINISTRATIVE.findall(body))) < 4 and rng.random() < 0.7:
            continue
        if seen.touches(f"{article.title}\n{body}") or "|" in body:
            continue
        start, end = excerpt_of(body, rng)
        excerpt = body[start:end]
        if len(excerpt) < SHORTEST or sum(map(str.isalpha, excerpt)) < 0.7 * len(excerpt):
            continue
        heading = article.title.partition(": ")[2] if repository == VIWIKI else ""
        yield Source(repository, path, heading, start, end), article.title, excerpt


def make_packs(folder: Path, packs: int, texts: int, seed: int) -> None:
    """Write `packs` folders of `texts` texts each; no text of the evaluation or that has questions already."""
    place, rng = workplace(), random.Random(seed)
    known = json.loads((place.shared / "train" / "written-qa.json").read_text(encoding="utf-8"))["data"]
    asked = [paragraph["context"] for entry in known for paragraph in entry["paragraphs"]]
    seen = Holdout([*evaluation_texts(place.shared / "eval"), *asked])
    used = {(row.source.repository, row.source.path) for row in all_written()}
    pools = {}
    for repository, share in _SHARES.items():
        need = round(packs * texts * share)
        fresh = (row for row in candidates(repository, need, seen, rng) if (repository, row[0].path) not in used)
        pools[repository] = [row for row, _ in zip(fresh, range(need), strict=False)]
    for number in range(packs):
        rows = [row for repository, share in _SHARES.items() for row in _take(pools[repository], round(texts * share))]
        _write_pack(folder / f"pack-{number:02d}", rows)


def _take(pool: list[tuple[Source, str, str]], count: int) -> list[tuple[Source, str, str]]:
    return [pool.pop() for _ in range(min(count, len(pool)))]


def _write_pack(folder: Path, rows: Iterable[tuple[Source, str, str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sources = {}
    for number, (source, title, excerpt) in enumerate(rows):
        name = f"{'w' if source.repository == VIWIKI else 'n'}{number:02d}"
        (folder / f"{name}.txt").write_text(f"{title}\n{excerpt}", encoding="utf-8")
        sources[name] = asdict(source)
    (folder / "sources.json").write_text(json.dumps(sources, ensure_ascii=False, indent=1), encoding="utf-8")


# --- what was written -----------------------------------------------------------------------------------------------


def parse(folder: Path) -> tuple[list[Written], list[str]]:
    """Return the sound questions of `folder/qa.txt`, and what is wrong with the others, a line each."""
    sources = json.loads((folder / "sources.json").read_text(encoding="utf-8"))
    rows, faults, name, text = list[Written](), list[str](), "", ""
    for number, line in enumerate((folder / "qa.txt").read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("#"):
            name = line[1:].strip().removesuffix(".txt")
            if name not in sources:
                faults.append(f"line {number}: there is no text {name}")
                continue
            text = (folder / f"{name}.txt").read_text(encoding="utf-8").split("\n", 1)[1]
        elif line.strip():
            row = _row(line, text, Source(**sources[name])) if name in sources else "a question before any text"
            if isinstance(row, str):
                faults.append(f"line {number}: {row}")
            else:
                rows.append(row)
    return rows, faults


def _row(line: str, text: str, source: Source) -> Written | str:
    """Return the question of a line, or what is wrong with it."""
    fields = [canonical(field.strip()) for field in line.split("|")] + [""] * 3
    question, answer, snippet, english = fields[:4]
    if not question or not answer:
        return f"no question or no answer: {line[:60]}"
    if answer == "-":
        return Written(question, None, None, english or None, source, digest(text))
    base = text.find(snippet) if snippet else 0
    if base < 0:
        return f"the snippet is not in the text: {snippet[:60]}"
    start = (snippet or text).find(answer)
    if start < 0:
        return f"the answer is not in the {'snippet' if snippet else 'text'}: {answer[:60]}"
    if not snippet and text.count(answer) > 1 and len(answer) < 5:
        return f"the answer {answer!r} occurs {text.count(answer)} times: give a snippet"
    return Written(question, answer, base + start, english or None, source, digest(text))


def all_written(kind: str = "*") -> Iterator[Written]:
    """Yield the questions of the files `train/questions/KIND-NN.jsonl`, by default all."""
    for path in sorted(QUESTIONS.glob(f"{kind}-*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield Written(**{**row, "source": Source(**row["source"])})


def main() -> None:
    """Make packs, check one, or collect one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    packs = commands.add_parser("packs", help="lay out texts to write on")
    packs.add_argument("folder", type=Path)
    packs.add_argument("--packs", type=int, default=1)
    packs.add_argument("--texts", type=int, default=60)
    packs.add_argument("--seed", type=int, default=1)
    collect = commands.add_parser("collect", help="check a pack's qa.txt and, with --name, keep its questions")
    collect.add_argument("folder", type=Path)
    collect.add_argument("--name", help="write train/questions/NAME.jsonl: batch-NN, or contrast-NN")
    options = parser.parse_args()
    if options.command == "collect" and options.name and not options.name.startswith(KINDS):
        parser.error(f"{options.name}: a name must begin with one of {', '.join(KINDS)}, or nobody learns from it")
    if options.command == "packs":
        make_packs(options.folder, options.packs, options.texts, options.seed)
        return
    rows, faults = parse(options.folder)
    silent = sum(row.answer is None for row in rows)
    print(f"{len(rows)} questions, {silent} unanswerable, {len(faults)} faults")
    print("\n".join(faults))
    if options.name:
        QUESTIONS.mkdir(exist_ok=True)
        lines = (json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
        (QUESTIONS / f"{options.name}.jsonl").write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
