"""Look-alikes are most alike first, and never what answers the question: its text, reprints, its answer or number."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from tests.train.tiny_network import row  # noqa: E402
from train import look_alikes as module  # noqa: E402
from train.look_alikes import look_alikes, passages, pieces  # noqa: E402
from train.paths import Workplace  # noqa: E402
from train.records import Article, Other, Reading, read_records, write_records  # noqa: E402

OWN = (
    "Sáng nay ủy ban thành phố tổ chức hội nghị tổng kết phong trào thi đua yêu nước trong năm. "
    "Dịp này, 54 tập thể được tặng Bằng khen vì thành tích xuất sắc."
)
REPRINT = "Theo phóng viên: " + OWN[:91] + "Bằng khen được tặng cho nhiều tập thể."
ANSWER = "Có 54 TẬP THỂ được tặng Bằng khen, theo ban tổ chức."
BARE = "Co 54 tap the duoc tang bang khen; tập thể được tặng Bằng khen."
NUMBER = "Bằng khen được tặng tập thể, tất cả 54 nơi."
LONGER_NUMBER = "Hải Phòng có 1.54 nơi, tập thể được tặng Bằng khen."
NEAR = "Hải Phòng có 37 tập thể được tặng Bằng khen."
LESS = "Hải Phòng tặng Bằng khen cho công nhân nhà máy."
FAR = "Hải Phòng mưa to suốt cả ngày hôm qua."
TEXTS = [FAR, OWN, LESS, REPRINT, ANSWER, NUMBER, NEAR, BARE, LONGER_NUMBER]
OTHERS = [Other("Tin", text) for text in TEXTS]


def found(person: Reading, others: Sequence[Other], most: int = 6) -> list[str]:
    (line,) = look_alikes([person], others, most)
    return [others[number].text for number in line if number >= 0]


def test_what_answers_is_left_out_and_the_most_alike_stand_first() -> None:
    texts = found(row(context=OWN), OTHERS)
    assert set(texts) == {NEAR, LONGER_NUMBER, LESS}
    assert texts[-1] == LESS


def test_a_name_that_answers_is_found_however_it_is_written() -> None:
    person = row("Ai được tặng Bằng khen?", "Nguyễn Văn Bình", "Ông Nguyễn Văn Bình được tặng Bằng khen.")
    said = [f"Hôm qua {name} được tặng Bằng khen." for name in ("NGUYỄN VĂN BÌNH", "nguyen van binh", "Nguyễn Bình")]
    assert found(person, [Other("Tin", text) for text in said]) == said[2:]


def test_where_nothing_answers_only_the_own_text_and_reprints_are_left_out() -> None:
    texts = found(row(context=OWN, answer=""), OTHERS, most=9)
    assert set(texts) == set(TEXTS) - {OWN, REPRINT, FAR}
    assert texts[-1] == LESS


def test_a_text_that_shares_less_than_a_stretch_is_no_reprint() -> None:
    shared = Other("Tin", f"Tin vắn. {OWN[:44]}. Tập thể được tặng Bằng khen.")
    assert shared.text in found(row(context=OWN), [*OTHERS, shared])
    assert Other("Tin", f"Tin vắn. {OWN[:45]}.").text not in found(row(context=OWN), [*OTHERS, shared])


def test_the_title_is_part_of_a_passage_and_of_the_question() -> None:
    others = [Other("Hải Phòng", "Trời mưa."), Other("Cần Thơ", "Trời mưa."), Other("Hải Phòng", "Trời nắng to.")]
    person = Reading("written", "Mưa ở đâu?", "Hải Phòng", OWN, "", 0)
    (line,) = look_alikes([person], others, 2)
    assert line[0] == 0


def test_the_most_alike_of_many_are_kept_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [chr(ord("a") + n // 10) + chr(ord("a") + n % 10) for n in range(40)]
    words = [[f"{kind}{name}" for name in names] for kind in "xyz"]
    people = [Reading("written", " ".join(line), "", OWN, "", 0) for line in words]
    # Ever more words of the first question, then of the second; a word in one passage alone would not count.
    others = [Other("", " ".join(line[:n])) for line in words[:2] for n in range(1, 41)]
    others += [Other("", line[-1]) for line in words[:2]]
    order = np.random.default_rng(0).permutation(len(others))
    mixed = [others[number] for number in order]
    table = look_alikes(people, mixed, 5)
    assert [[int(order[n]) for n in line] for line in table[:2]] == [[39, 38, 37, 36, 35], [79, 78, 77, 76, 75]]
    assert table[2].tolist() == [-1] * 5
    monkeypatch.setattr(module, "_ROWS", 2)
    np.testing.assert_array_equal(look_alikes(people, mixed, 5), table)


@pytest.mark.parametrize("count", [2, 5, 8])
def test_short_collections_are_filled_with_none(count: int) -> None:
    people = [row(context=OWN), row(context=OWN, answer=""), row("Zzz?", "", OWN)]
    table = look_alikes(people, [Other("Tin", NEAR)] * count, 6)
    assert table.shape == (3, 6)
    assert table.dtype == np.int32
    shared = min(count, 6)
    for line in table[:2].tolist():
        assert sorted(line[:shared]) == sorted(set(line[:shared]))
        assert all(0 <= number < count for number in line[:shared])
        assert line[shared:] == [-1] * (6 - shared)


# --- passages -------------------------------------------------------------------------------------------------------


def test_pieces_are_whole_sentences_of_about_a_passage() -> None:
    article = Article("news", "Tin", ("Mở đầu.",), tuple(f"Câu số {n} " + "dài " * 30 + "hết." for n in range(40)))
    found_pieces = list(pieces(article))
    assert " ".join(piece.text for piece in found_pieces) == " ".join((*article.lead, *article.body))
    assert all(piece.title == "Tin" and piece.text.endswith(".") for piece in found_pieces)
    sizes = [len(piece.text) for piece in found_pieces]
    assert all(500 < size <= 710 for size in sizes[:-1])
    assert list(pieces(Article("news", "Tin", (), ()))) == []
    (whole,) = pieces(Article("news", "Tin", ("x" * 2000,), ()))  # one sentence is never cut
    assert len(whole.text) == 2000


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a work folder with articles and three questions on two texts."""
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    write_records(
        tmp_path / "articles.jsonl", [Article("news", f"Tin {n}", (text,), ()) for n, text in enumerate(TEXTS)]
    )
    rows = [row(context=OWN), row("Ai được tặng Bằng khen?", "", OWN), row("Trời thế nào?", "mưa to", FAR)]
    write_records(tmp_path / "reading.jsonl", rows)
    return Workplace(*[tmp_path] * 6)


def test_passages_are_the_texts_of_the_questions_and_some_pieces(place: Workplace) -> None:
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    own = [Other("Cần Thơ", OWN), Other("Cần Thơ", FAR)]
    some, every = passages(place, rows, 4), passages(place, rows, 100)
    assert some[:2] == every[:2] == own
    assert len(set(some[2:])) == 4
    assert sorted(other.text for other in every[2:]) == sorted(TEXTS)
    assert some == passages(place, rows, 4) != passages(place, rows, 4, seed=5)


def test_main_writes_the_passages_that_are_used_and_their_numbers(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["look_alikes", "--passages", "8"])
    module.main()
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    others, table = list(read_records(place.file("others.jsonl"), Other)), np.load(place.file("look-alikes.npy"))
    every = passages(place, rows, 8)
    wanted = [[every[n] if n >= 0 else None for n in line] for line in look_alikes(rows, every)]
    assert [[others[n] if n >= 0 else None for n in line] for line in table] == wanted
    assert set(others) == set(chain.from_iterable(wanted)) - {None}
    assert len(others) == len(set(others)) < len(every)
