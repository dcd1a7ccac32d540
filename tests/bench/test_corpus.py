"""The news of the speed bench is read out of a git snapshot, no more of it than is wanted."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bench.corpus import prepare
from train.corpora import VIETNEWS

ARTICLES = 700  # more than are read ahead when the first batch is enough


def snapshot(folder: Path) -> Path:
    repository = folder / VIETNEWS.replace("/", "+") / "repo"
    part = repository / "data" / "train_tokenized"
    part.mkdir(parents=True)
    for number in range(ARTICLES):
        body = f"Người_dân đón {number} khách .\n" * 200  # together, more than a pipe holds
        (part / f"{number:05}.txt.seg").write_text(f"Tin số {number}\n\nỞ Huế .\n\n{body}", encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "news"]):
        who = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(repository), *who, *command], check=True)
    return folder


def test_preparing_ends_when_there_are_passages_enough(tmp_path: Path) -> None:
    news = prepare(snapshot(tmp_path / "snapshots"), 10, tmp_path / "work")
    numbered = list(news.numbered(10))
    assert numbered[-1][1] >= 10
    assert numbered[0][0].id == "train-00000.txt"
    assert numbered[0][0].text.startswith("Tin số 0\n\nỞ Huế.\n\nNgười dân đón 0 khách.")
    written = news.path.read_text(encoding="utf-8").count("\n")
    assert prepare(None, 10, tmp_path / "work").path.read_text(encoding="utf-8").count("\n") == written < ARTICLES


def test_without_a_snapshot_it_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="--corpus"):
        prepare(None, 10, tmp_path / "work")
