"""Names that stand for one another are found in questions, shown, and searched for by the one that documents use."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.text import fold_tokens, tokens
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.other_names import BUILT_IN, OtherNames, may_be_a_word
from qa.types import Expansion

LEXICON = Lexicon(load_abbreviations())


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Ai là Bí thư thành phố Cảng?", [Expansion("thành phố Cảng", "Hải Phòng")]),
        ("Ai là Bí thư Hải Phòng?", []),
        ("Thủ tướng thăm Australia khi nào?", [Expansion("Australia", "Úc")]),
        ("Ai là Bí thư xứ Nghệ?", [Expansion("xứ Nghệ", "Nghệ An")]),
        ("có bao nhiêu đơn vị ở sài gòn", [Expansion("sài gòn", "Thành phố Hồ Chí Minh")]),
        ("co bao nhieu don vi o Sai Gon", [Expansion("Sai Gon", "Thành phố Hồ Chí Minh")]),
        ("Bộ Giáo dục nói gì?", []),  # the whole name would weigh the same words again
        ("How many people live in Saigon?", [Expansion("Saigon", "Thành phố Hồ Chí Minh")]),
        ("How many people live in Ho Chi Minh City?", []),
    ],
)
def test_what_a_name_was_read_as_is_shown(question: str, shown: list[Expansion]) -> None:
    assert set(shown) <= set(analyse(question, LEXICON).expansions)
    assert any(alias.usual for alias in analyse(question, LEXICON).aliases) == bool(shown)


def test_a_nickname_is_searched_for_by_the_usual_name() -> None:
    analysis = analyse("Ai là Bí thư thành phố Cảng?", LEXICON)
    assert ("hải", "phòng") in [found.meant for found in analysis.found]
    assert "Hải Phòng".lower() in analysis.dense_text


def test_a_city_is_not_looked_for_as_the_man_it_is_named_after() -> None:
    analysis = analyse("UBND TP.HCM họp khi nào?", LEXICON)
    assert ("hồ", "chí", "minh") not in [found.meant for found in analysis.found]
    assert ("thành", "phố", "hồ", "chí", "minh") in [found.meant for found in analysis.found]
    assert ("ủy", "ban", "nhân", "dân") in [found.meant for found in analysis.found]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Nước Mỹ có bao nhiêu bang?", ["Mỹ"]),
        ("Mỹ phẩm nào bị thu hồi?", []),
        ("Pháp luật phạt bao nhiêu tiền?", []),
        ("Vì sao chị Nga bị phạt?", []),
        ("bao nhieu don vi o hai phong", []),  # or are they hai phòng?
        ("bo gd dt noi gi", ["bo gd dt"]),
        ("Cầu Mỹ Thuận dài bao nhiêu?", []),
        ("thẩm mỹ viện nào bị phạt?", []),
        ("anh ấy quê ở đâu?", []),
        ("nuoc my o dau", []),
        ("VN xuất khẩu bao nhiêu gạo?", ["VN"]),
        ("gia dien o daklak", ["daklak"]),
        ("Đại học Quốc gia TP.HCM có mấy trường?", ["Đại học Quốc gia TP.HCM"]),
    ],
)
def test_the_names_of_a_question(question: str, names: list[str]) -> None:
    analysis = analyse(question, LEXICON)
    found = [
        question[analysis.tokens[alias.start].span.start : analysis.tokens[alias.end - 1].span.end]
        for alias in analysis.aliases
    ]
    assert found == names


def test_a_table_of_ones_own_is_read_when_the_first_question_comes(tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    table = OtherNames(path)
    path.write_text("# ours\nHội sở\tNhà Trắng\n", encoding="utf-8")
    question = "Nhà Trắng ở đâu?"
    (alias,) = table.find(question, analyse(question, LEXICON).tokens, toneless=False)
    assert (alias.start, alias.end, alias.others) == (0, 2, (("hội", "sở"),))


def test_the_table_has_each_name_once_and_no_short_word_in_small_letters() -> None:
    lines = [line for line in BUILT_IN.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    names = [name.removeprefix("~") for line in lines for name in line.split("\t")]
    assert len(names) > 250
    assert len({tuple(tokens(name)) for name in names}) == len(names)
    lone = [name for name in names if len(tokens(name)) == 1 and may_be_a_word(fold_tokens(tokens(name))[0])]
    assert all(name[0].isupper() for name in lone)
