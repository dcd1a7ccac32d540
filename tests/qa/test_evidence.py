"""What speaks of a question is measured as a person would: words by rarity, kinds of things, units."""

from __future__ import annotations

import pytest

from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.evidence import asked_for, holds_type, shows_what_is_asked_for
from qa.needles import Haystack, coverage, needles_of
from qa.read import LEAST_NAMES


def taken_apart(question: str) -> Analysis:
    return analyse(question, Lexicon(load_abbreviations()))


def covered(question: str, text: str) -> float:
    analysis = taken_apart(question)
    needles = needles_of(analysis, lambda word: 1.0)
    haystack = Haystack(text, marked=not analysis.toneless)
    return coverage(needles, [haystack.credit(needle) for needle in needles])


@pytest.mark.parametrize(
    ("question", "text", "share"),
    [
        ("Cần Thơ", "thành phố Cần Thơ", 1.0),
        ("can tho", "thành phố Cần Thơ", 1.0),
        ("Cần Thơ", "thành phố Can Tho", 0.4),  # without its marks: probably another word
        ("Cần Thơ", "Hải Phòng", 0.0),
        ("đơn vị", "54 tập thể", 0.7),  # a synonym
        ("UBND", "Ủy ban nhân dân xã", 1.0),  # what it abbreviates
        ("nuoc phap", "nước ta có pháp luật", 0.5),  # the syllables, but not side by side
        ("nuoc phap", "nước Pháp", 1.0),
        ("How many households?", "8 hộ gia đình", 1.0),
    ],
)
def test_how_much_of_a_question_a_text_holds(question: str, text: str, share: float) -> None:
    assert covered(question, text) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(
    ("question", "text", "held"),
    [
        ("Giải nhì hội thi thuộc về ai?", "Giải nhất thuộc về đội Cái Răng.", False),
        ("Giải nhì hội thi thuộc về ai?", "Giải Nhì thuộc về đội Ô Môn.", True),
        ("Ai đạt giải ba?", "Giải nhất có ba đội tranh.", False),  # three, but no third
        ("Ai đạt giải nhì?", "Các giải nhất, nhì, ba thuộc về An, Bình, Chi.", True),
        ("Đội nào xếp hạng ba?", "Đội Ô Môn xếp thứ ba.", True),
        ("Huân chương hạng nhất tặng cho ai?", "Huân chương hạng Ba tặng cho đơn vị.", False),
    ],
)
def test_a_rank_is_like_a_name_another_one_does_not_hold_it(question: str, text: str, held: bool) -> None:
    analysis = taken_apart(question)
    haystack = Haystack(text, marked=not analysis.toneless)
    named = [haystack.credit(needle) for needle in needles_of(analysis, lambda word: 1.0) if needle.name]
    assert len(named) == 1
    assert (named[0] >= LEAST_NAMES) == held


@pytest.mark.parametrize(
    "question", ["ai hai ba người tốt nhất?", "khach hang nhat ban mua gi", "cua hang ba lan ban gi"]
)
def test_what_only_sounds_like_a_rank_is_none(question: str) -> None:
    assert not any(needle.name for needle in needles_of(taken_apart(question), lambda word: 1.0))


def test_rare_words_weigh_more() -> None:
    analysis = taken_apart("hội nghị Techmart")
    needles = needles_of(analysis, {"hội": 1.0, "nghị": 1.0, "techmart": 8.0}.__getitem__)
    assert coverage(needles, [1.0, 1.0, 0.0]) == pytest.approx(0.2)
    assert coverage((), ()) == 0.0


@pytest.mark.parametrize(
    ("question", "sentence", "held"),
    [
        ("Có bao nhiêu tập thể?", "Dịp này, 54 tập thể được khen.", 1.0),
        ("Có bao nhiêu tập thể?", "Kết luận số 01-KL/TW ngày 18/5/2021.", 0.0),
        ("Ai là Bí thư?", "Bí thư Lê Tiến Châu phát biểu.", 1.0),
        ("Ai là Bí thư?", "bí thư phát biểu tại hội nghị.", 0.0),
        ("Lê Tiến Châu gặp ai?", "ông Lê Tiến Châu phát biểu.", 0.0),  # nothing new
        ("Hội nghị diễn ra khi nào?", "Sáng 17/5, hội nghị khai mạc.", 1.0),
        ("Hội nghị diễn ra ở tỉnh nào?", "Hội nghị ở tỉnh Lai Châu.", 1.0),
        ("Phí bao nhiêu tiền?", "Phí là 300.000 đồng một người.", 1.0),
        ("Vì sao chưa cao?", "Chất lượng chưa cao do làm trực tuyến.", 1.0),
        ("Mô hình gì?", "Bếp ăn từ thiện.", 0.5),
    ],
)
def test_whether_the_kind_asked_for_is_there(question: str, sentence: str, held: float) -> None:
    assert holds_type(taken_apart(question), sentence) == held


@pytest.mark.parametrize(
    ("question", "wanted", "sentence", "shown"),
    [
        ("Có bao nhiêu tập thể được khen?", ("tap", "the"), "54 tập thể, 78 cá nhân", 1.0),
        ("Có bao nhiêu cá nhân được khen?", ("ca", "nhan"), "54 tập thể", 0.0),
        ("Ở thị trấn nào?", ("thi", "tran"), "Đại học ở thị trấn Farmville", 1.0),
        ("Ở thị trấn nào?", ("thi", "tran"), "về thị trấn đông người", 0.0),
        ("Ai là Bí thư?", (), "Bí thư Lê Tiến Châu", 0.0),
    ],
)
def test_whether_the_thing_asked_for_is_named(
    question: str, wanted: tuple[str, ...], sentence: str, shown: float
) -> None:
    analysis = taken_apart(question)
    assert asked_for(analysis) == wanted
    assert shows_what_is_asked_for(analysis, wanted, sentence) == shown
