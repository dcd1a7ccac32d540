"""What is counted is held apart by kind: people, households, schools, groups; what may be several things is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.text import fold
from qa import counted
from qa.counted import may_be


def told(said: str, asked: str) -> bool | None:
    return may_be(said.split(), asked.split())


@pytest.mark.parametrize(
    ("said", "asked", "fits"),
    [
        ("người", "học sinh", True),
        ("học sinh", "người", True),
        ("hộ gia đình nghèo", "hộ", True),
        ("giáo viên", "học sinh", None),  # both people; the words must tell
        ("tập thể", "trường học", False),
        ("cá nhân", "tập thể", False),
        ("trường hợp", "trường học", None),
        ("khách sạn", "khách", False),
        ("hồ", "hộ", None),
        ("bè", "bé", None),
        ("truong hoc", "tập thể", None),  # a group may be a school
        ("tap the", "truong hoc", False),
        ("luật sư", "luật", False),
        ("trường học", "đơn vị", None),
        ("đơn vị", "trường học", None),
        ("", "người", None),
    ],
)
def test_whether_one_thing_may_be_another(said: str, asked: str, fits: bool | None) -> None:
    assert told(said, asked) is fits


def test_no_word_of_the_table_is_of_two_kinds() -> None:
    lines = Path(counted.__file__).with_name("lexicon").joinpath("counted.tsv").read_text(encoding="utf-8").splitlines()
    words = [fold(word) for line in lines if not line.startswith("#") for word in line.split("\t")]
    assert len(words) == len(set(words)) > 80
