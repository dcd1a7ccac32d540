"""What is written on a pack is checked line by line, kept without its text, and joined with it again."""

from __future__ import annotations

import json
import random
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from train import writing
from train.corpora import SCRAPER
from train.paths import Workplace
from train.reading import squad_readings, written_readings
from train.writing import LONGEST, SHORTEST, Source, Written, articles_of, digest, excerpt_of, parse, text_of

SOURCE = Source(SCRAPER, "vn_news/data/1", "", 0, 0)
EXCERPT = "Dịp này, 54 tập thể và 78 cá nhân được khen. Có 5 xã, 5 huyện. Tỉnh Hòa Bình dự."


def pack(folder: Path, lines: str, excerpt: str = EXCERPT, source: Source = SOURCE) -> Path:
    """Write a pack of one text, and what was written on it."""
    folder.mkdir(exist_ok=True)
    (folder / "sources.json").write_text(json.dumps({"n00": asdict(source)}), encoding="utf-8")
    (folder / "n00.txt").write_text(f"Tiêu đề\n{excerpt}", encoding="utf-8")
    (folder / "qa.txt").write_text(lines, encoding="utf-8")
    return folder


def test_sound_lines_become_questions_at_their_place(tmp_path: Path) -> None:
    lines = (
        "# n00\n"
        "Bao nhiêu tập thể được khen? | 54 tập thể\n"
        "Bao nhiêu huyện? | 5 | 5 huyện | How many districts?\n"
        "\n"
        "Tỉnh nào dự? | Hoà Bình\n"  # the other tone placement
        "Ai chủ trì? | -\n"
    )
    rows, faults = parse(pack(tmp_path, lines))
    assert faults == []
    assert [(row.answer, row.start, row.english) for row in rows] == [
        ("54 tập thể", 9, None),
        ("5", EXCERPT.index("5 huyện"), "How many districts?"),
        ("Hòa Bình", EXCERPT.index("Hòa"), None),
        (None, None, None),
    ]
    assert all(EXCERPT[row.start :].startswith(row.answer) for row in rows if row.answer and row.start is not None)
    assert {row.source for row in rows} == {SOURCE}
    assert {row.sha256 for row in rows} == {digest(EXCERPT)}


def test_the_snippet_says_which_of_two_places(tmp_path: Path) -> None:
    lines = "# n00.txt\nMấy xã? | 5 | Có 5 xã\nMấy huyện? | 5 | , 5 huyện\n"
    rows, _ = parse(pack(tmp_path, lines))
    assert [row.start for row in rows] == [EXCERPT.index("5 xã"), EXCERPT.index("5 huyện")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("Ai? | Nguyễn Văn A", "the answer is not in the text: Nguyễn Văn A"),
        ("Mấy huyện? | 5 | 5 tỉnh", "the snippet is not in the text: 5 tỉnh"),
        ("Mấy huyện? | 7 | 5 huyện", "the answer is not in the snippet: 7"),
        ("Mấy huyện? | 5", "the answer '5' occurs 3 times: give a snippet"),
        ("Mấy huyện?", "no question or no answer: Mấy huyện?"),
        (" | 5 huyện", "no question or no answer:  | 5 huyện"),
        ("# n77", "there is no text n77"),
    ],
)
def test_a_fault_is_named_with_its_line_and_the_others_are_kept(tmp_path: Path, line: str, fault: str) -> None:
    lines = f"# n00\nBao nhiêu cá nhân? | 78 cá nhân\n{line}\n"
    rows, faults = parse(pack(tmp_path, lines))
    assert [row.answer for row in rows] == ["78 cá nhân"]
    assert faults == [f"line 3: {fault}"]


def test_questions_before_any_text_or_under_an_unknown_one_are_faults(tmp_path: Path) -> None:
    rows, faults = parse(pack(tmp_path, "Ai? | -\n# n99\nAi? | 54 tập thể\n# n00\nAi? | -\n"))
    assert len(rows) == 1
    assert faults == [
        "line 1: a question before any text",
        "line 2: there is no text n99",
        "line 3: a question before any text",
    ]


@pytest.mark.parametrize("seed", range(20))
def test_an_excerpt_is_whole_sentences_of_a_fitting_length(seed: int) -> None:
    text = "".join(f"Câu thứ {n} nói về việc của tỉnh và huyện trong năm. " for n in range(120))
    start, end = excerpt_of(text, random.Random(seed))
    assert 0 <= start < end <= len(text)
    assert end - start <= LONGEST
    assert start == 0 or text[start - 2 : start] == ". "
    assert end == len(text) or text[:end].rstrip().endswith(".")


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt_of("x" * SHORTEST, random.Random(0)) == (0, SHORTEST)


# --- joined with their texts ----------------------------------------------------------------------------------------

FILE = "Tiêu đề tin\nLời dẫn của tin này.\n" + EXCERPT + "\n"
PATH = "vn_news/data/1"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return folders with a snapshot that holds one article, and no questions yet."""
    monkeypatch.setattr(writing, "QUESTIONS", tmp_path / "questions")
    (tmp_path / "questions").mkdir()
    commit(tmp_path / "snapshots" / SCRAPER.replace("/", "+"), FILE)
    return Workplace(*(tmp_path / name for name in ("snapshots", "shared", "work", "model", "reader", "lexicon")))


def commit(repository: Path, text: str, name: str = PATH) -> None:
    path = repository / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    git = ["git", "-C", str(repository), "-c", "user.name=t", "-c", "user.email=t@example.org"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "x", "--no-gpg-sign"]):
        subprocess.run([*git, *command], check=True, capture_output=True)


def write_questions(tmp_path: Path) -> list[Written]:
    """Write a pack on the article, parse it, and keep its questions as `collect` does."""
    (article,) = articles_of(SCRAPER, PATH, FILE)
    text = text_of(article)
    start = text.index("Dịp")
    source = Source(SCRAPER, PATH, "", start, len(text))
    lines = "# n00\nBao nhiêu tập thể? | 54 tập thể | | How many groups?\nAi chủ trì? | -\n"
    rows, faults = parse(pack(tmp_path / "pack", lines, text[start:], source))
    assert faults == []
    content = "".join(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in rows)
    (tmp_path / "questions" / "batch-00.jsonl").write_text(content, encoding="utf-8")
    return rows


def test_questions_come_back_with_the_text_that_they_were_asked_of(tmp_path: Path, place: Workplace) -> None:
    rows = write_questions(tmp_path)
    assert list(writing.all_written()) == list(writing.all_written("batch")) == rows
    assert not list(writing.all_written("contrast"))
    assert not list(written_readings(place, "contrast", "contrast"))
    told, silent = written_readings(place)
    assert {told.source, silent.source} == {"written"}
    assert (told.question, told.answer, told.english) == ("Bao nhiêu tập thể?", "54 tập thể", "How many groups?")
    assert told.context[told.start :].startswith("54 tập thể")
    assert told.context == EXCERPT
    assert told.title == "Tiêu đề tin"
    assert (silent.answer, silent.start, silent.context) == ("", 0, EXCERPT)


def test_questions_on_a_text_that_has_changed_are_refused(tmp_path: Path, place: Workplace) -> None:
    write_questions(tmp_path)
    commit(place.snapshots / SCRAPER.replace("/", "+"), FILE.replace("54", "55"))
    with pytest.raises(ValueError, match=rf"{PATH} is another text"):
        list(written_readings(place))


def test_questions_on_a_text_that_is_gone_are_refused(tmp_path: Path, place: Workplace) -> None:
    write_questions(tmp_path)
    repository = place.snapshots / SCRAPER.replace("/", "+")
    (repository / PATH).rename(repository / PATH.replace("1", "2"))
    commit(repository, FILE, PATH.replace("1", "3"))
    with pytest.raises(ValueError, match=rf"{PATH} is not in the snapshot"):
        list(written_readings(place))


def test_the_repository_s_questions_are_whole() -> None:
    rows = list(writing.all_written())
    assert len(rows) >= 4_000
    assert all((row.answer is None) == (row.start is None) for row in rows)
    assert all(row.start is None or 0 <= row.start < row.source.end - row.source.start for row in rows)
    keys = {(row.question, row.source) for row in rows}
    assert len(keys) > 0.99 * len(rows)


# --- public sets ----------------------------------------------------------------------------------------------------


def squad(context: str, *questions: tuple[str, str | None, int]) -> list[dict[str, object]]:
    qas = [
        {"question": q, "is_impossible": a is None, "answers": [] if a is None else [{"text": a, "answer_start": at}]}
        for q, a, at in questions
    ]
    return [{"title": "t", "paragraphs": [{"context": context, "qas": qas}]}]


def test_squad_rows_are_read_with_their_place() -> None:
    context = "Có 5 xã. Rồi có 5 xã nữa, ở Hoà Bình."
    told = squad(context, ("Mấy xã?", "5 xã", context.rindex("5 xã")), ("Ở đâu?", "Hoà Bình", 30), ("Ai?", None, 0))
    rows = list(squad_readings("s", told))
    assert [(r.answer, r.start) for r in rows[1:]] == [("Hòa Bình", context.index("Hoà")), ("", 0)]
    assert rows[0].context[rows[0].start :].startswith("5 xã")
    assert "Hòa Bình" in rows[0].context


def test_titles_are_parted_from_contexts_and_tokenised_texts_put_together() -> None:
    context = "Tiêu đề\n\nÔng A đi . Có 5 xã ."
    (row,) = squad_readings("s", squad(context, ("Mấy xã ?", "5 xã", context.index("5 xã"))), titled=True)
    assert (row.title, row.context) == ("Tiêu đề", "Ông A đi . Có 5 xã .")
    assert row.context[row.start :].startswith("5 xã")
    (row,) = squad_readings("s", squad("Ông_A đi . Có 5 xã .", ("Mấy xã ?", "5 xã", 14)), tokenised=True)
    assert row.context == "Ông A đi. Có 5 xã."
    assert (row.question, row.context[row.start :]) == ("Mấy xã?", "5 xã.")


def test_an_answer_that_its_context_lacks_is_left_out() -> None:
    assert list(squad_readings("s", squad("Có 5 xã.", ("Mấy huyện?", "7 huyện", 0)))) == []
