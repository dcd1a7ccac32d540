"""`hoidap calibrate` over a real library: what it writes is used, shown, and can be dropped again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from qa.calibration import load_calibration
from qa.recalibrate import Recalibration
from tests.web.cli_program import index_seeds, invoke, parsed

CAN_THO = "003_a402cb938e9cf45f.txt"
TEXT = (Path(__file__).parents[2] / "seeds" / CAN_THO).read_bytes().decode()
TOLD = (
    ("Có bao nhiêu tập thể ở Cần Thơ được khen thưởng?", "54 tập thể"),
    ("Có bao nhiêu cá nhân ở Cần Thơ được nhận Bằng khen?", "78 cá nhân"),
    ("Chủ tịch HĐND thành phố Cần Thơ là ai?", "Phạm Văn Hiểu"),
)
SILENT = (
    "Bao nhiêu tập thể ở Nghệ An được khen thưởng?",
    "Dân số Cần Thơ là bao nhiêu?",
    "Giá lúa ở Cần Thơ năm 2019 là bao nhiêu?",
    "Ai thiết kế cầu Cần Thơ?",
)


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds."""
    return index_seeds(tmp_path_factory.mktemp("calibrate") / "library")


@pytest.fixture
def library(seeds: Path, tmp_path: Path) -> Path:
    """A copy of it, to be written to."""
    return Path(shutil.copytree(seeds, tmp_path / "library"))


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    """Twenty-eight questions: seven, each asked in four ways."""
    rows: list[dict[str, object]] = []
    for ending in ("", " ", "?", " nhỉ"):
        for question, answer in TOLD:
            accepted = [{"text": answer, "start": TEXT.index(answer)}]
            rows.append({"doc": CAN_THO, "question": question + ending, "answers": accepted})
        rows += [{"doc": None, "question": question + ending, "answers": []} for question in SILENT]
    lines = [json.dumps({"id": f"q{n}", "type": "", "lang": "vi", **row}) + "\n" for n, row in enumerate(rows)]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_what_is_learnt_is_written_and_used(library: Path, questions: Path) -> None:
    before = parsed("ask", TOLD[0][0], data=library)
    made = parsed("calibrate", questions, data=library)
    own = load_calibration(library / "calibration.json")
    assert made["questions"] == 28
    assert own.threshold == pytest.approx(made["after"]["threshold"], abs=1e-4)
    assert "mine.jsonl" in own.source
    after = parsed("ask", TOLD[0][0], data=library)
    assert after["confidence"] != before["confidence"]


def test_a_dry_run_writes_nothing(library: Path, questions: Path) -> None:
    result = invoke("calibrate", "--dry-run", questions, data=library)
    assert result.exit_code == 0
    assert "Nothing was written" in result.output
    assert not (library / "calibration.json").exists()


@pytest.mark.parametrize("helps", [True, False])
def test_what_is_no_better_than_before_is_told(
    library: Path, questions: Path, monkeypatch: pytest.MonkeyPatch, helps: bool
) -> None:
    monkeypatch.setattr(Recalibration, "helps", helps)
    result = invoke("calibrate", "--dry-run", questions, data=library)
    assert ("give more questions" in result.stderr) != helps


def test_reset_goes_back(library: Path, questions: Path) -> None:
    asked = parsed("ask", TOLD[0][0], data=library)["confidence"]
    invoke("calibrate", questions, data=library)
    assert parsed("calibrate", "--reset", data=library) == {"reset": True}
    assert parsed("ask", TOLD[0][0], data=library)["confidence"] == asked
    assert parsed("calibrate", "--reset", data=library) == {"reset": False}


@pytest.mark.parametrize("arguments", [(), ("--most-refused", "1", "x.jsonl"), ("nowhere.jsonl",)])
def test_bad_calls_are_refused(library: Path, arguments: tuple[str, ...]) -> None:
    assert invoke("calibrate", *arguments, data=library).exit_code == 2
    assert not (library / "calibration.json").exists()


def test_a_backup_holds_it(library: Path, questions: Path, tmp_path: Path) -> None:
    invoke("calibrate", questions, data=library)
    invoke("backup", tmp_path / "copy", data=library)
    assert (tmp_path / "copy" / "calibration.json").read_bytes() == (library / "calibration.json").read_bytes()


def test_a_broken_calibration_is_named(library: Path) -> None:
    (library / "calibration.json").write_text("{}", encoding="utf-8")
    result = invoke("ask", TOLD[0][0], data=library)
    assert result.exit_code == 2
    assert "calibrate --reset" in result.output


def test_fitted_again_it_comes_out_the_same_whatever_was_there(library: Path, questions: Path) -> None:
    first = parsed("calibrate", questions, data=library)
    assert parsed("calibrate", questions, data=library) == first
    (library / "calibration.json").write_text("{}", encoding="utf-8")
    assert parsed("calibrate", questions, data=library) == first
