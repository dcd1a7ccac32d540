"""Opinions become evaluation rows; the commands for sites and feedback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.feedback import FILE_NAME, FeedbackStore, Opinion, Verdict
from index.types import sha256_of
from tests.web.cli_program import invoke, on_terminal, parsed
from tests.web.conftest import CAN_THO, QUESTION, seed_text, settings_for
from web.sites import FILE_NAME as SITES_FILE
from web.wiring import open_library

TEXT = seed_text(CAN_THO)
START = TEXT.index("54 tập thể")


def right(**change: object) -> Opinion:
    fields = {
        "question": QUESTION,
        "verdict": Verdict.RIGHT,
        "document_id": CAN_THO,
        "document_sha256": sha256_of(TEXT),
        "start": START,
        "end": START + 10,
        "quote": "54 tập thể",
    }
    return Opinion(**{**fields, **change})  # type: ignore[arg-type]


def say(data: Path, *opinions: Opinion) -> None:
    store = FeedbackStore.open(data)
    for opinion in opinions:
        store.add(opinion)
    store.close()


def exported(data: Path) -> list[dict[str, object]]:
    result = invoke("feedback", "export", data=data)
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_kind_of_opinion_is_exported_as_it_should_be(data: Path) -> None:
    say(
        data,
        right(),
        Opinion("Giá vé tàu điện ngầm Sài Gòn?", Verdict.RIGHT),
        right(verdict=Verdict.WRONG, question="bao nhieu ca nhan duoc khen o Can Tho", expected="78 cá nhân"),
        Opinion("How many people were praised in Can Tho?", Verdict.MISSING, expected="78 cá nhân"),
        right(verdict=Verdict.WRONG, question="sai mà không nói đúng là gì"),
        Opinion("không có trong tài liệu", Verdict.MISSING, expected="một điều không ở đâu cả"),
    )
    assert exported(data) == [
        row(1, QUESTION, "count", "vi", "54 tập thể"),
        {**row(2, "Giá vé tàu điện ngầm Sài Gòn?", "none", "vi", ""), "doc": None, "answers": []},
        row(3, "bao nhieu ca nhan duoc khen o Can Tho", "count", "vi-toneless", "78 cá nhân"),
        row(4, "How many people were praised in Can Tho?", "count", "en", "78 cá nhân"),
    ]
    notes = invoke("feedback", "export", data=data).stderr
    assert "Questions exported: 4." in notes and "left out: 2" in notes


def row(number: int, question: str, kind: str, lang: str, text: str) -> dict[str, object]:
    answers = [{"text": text, "start": TEXT.find(text)}]
    return {"id": f"feedback-{number:05d}", "doc": CAN_THO, "question": question, "answers": answers, "type": kind,
            "lang": lang, "variant": None}  # fmt: skip


def test_offsets_are_those_of_the_document_as_it_is_now(data: Path) -> None:
    say(data, right())
    with open_library(settings_for(data)) as library:
        document = library.document(CAN_THO)
        library.add([type(document)(CAN_THO, "Mở đầu mới.\n\n" + document.text, document.title)])
    [found] = exported(data)
    assert found["answers"] == [{"text": "54 tập thể", "start": START + 13}]
    with open_library(settings_for(data)) as library:
        library.add([type(document)(CAN_THO, "Không còn gì.", document.title)])
    assert exported(data) == []


def test_feedback_is_listed_and_cleared(data: Path) -> None:
    assert invoke("feedback", "list", data=data).stdout == "There is no feedback.\n"
    assert parsed("feedback", "clear", data=data) == {"cleared": 0}
    assert not (data / FILE_NAME).exists()
    say(data, right(), right(), Opinion("x\x1b[31m", Verdict.MISSING, expected="y"))
    listed = invoke("feedback", "list", data=data, HOIDAP_LANG="vi").stdout
    assert "2×  đúng: " in listed and "«54 tập thể»" in listed and "\x1b" not in listed
    found = parsed("feedback", "list", data=data)
    assert (found["total"], found["feedback"][0]["times"], found["feedback"][1]["expected"]) == (2, 2, "y")
    assert invoke("feedback", "clear", data=data).exit_code == 2
    assert on_terminal(["feedback", "clear"], data, typed="n\n").code == 0
    assert FeedbackStore.open(data).count() == 2
    assert on_terminal(["feedback", "clear"], data, typed="c\n", HOIDAP_LANG="vi").code == 0
    assert FeedbackStore.open(data).count() == 0


def test_sites_are_added_listed_and_removed(data: Path) -> None:
    added = invoke("sites", "add", "Cổng nội bộ", "--origin", "https://a.vn", "--origin", "http://b:8000", data=data)
    site = added.stdout.strip()
    assert (added.exit_code, site[:5]) == (0, "site_")
    [listed] = parsed("sites", "list", data=data)["sites"]
    assert (listed["id"], listed["origins"], listed["rate"]) == (site, ["https://a.vn", "http://b:8000"], 60)
    assert "https://a.vn, http://b:8000; 60" in invoke("sites", "list", data=data).stdout
    assert parsed("sites", "remove", site, data=data)["removed"]["id"] == site
    assert invoke("sites", "list", data=data).stdout == "There are no sites.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["add", "x"], "--origin"), (["add", "x", "--origin", "*"], "no origin"), (["remove", "site_1"], "site_1"),
     (["add", "x", "--origin", "https://a.vn", "--rate", "-1"], "rate")],
)  # fmt: skip
def test_what_is_wrong_with_a_site_is_said(data: Path, arguments: list[str], said: str) -> None:
    result = invoke("sites", *arguments, data=data)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (data / SITES_FILE).exists()


def test_a_backup_takes_feedback_and_sites_but_no_keys(data: Path, tmp_path: Path) -> None:
    say(data, right())
    invoke("sites", "add", "a", "--origin", "https://a.vn", data=data)
    invoke("keys", "create", "a", data=data)
    assert invoke("backup", tmp_path / "copy", data=data).exit_code == 0
    assert FeedbackStore.open(tmp_path / "copy").count() == 1
    assert (tmp_path / "copy" / SITES_FILE).read_bytes() == (data / SITES_FILE).read_bytes()
    assert not (tmp_path / "copy" / "keys.json").exists()
