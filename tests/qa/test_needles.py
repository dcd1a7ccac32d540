"""A text holds a question's words and names as a person would see it: other marks, words and names for them."""

from __future__ import annotations

import pytest

from index.types import Span
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.lookup import with_marks
from qa.needles import Haystack, coverage, held_beyond, needles_of
from qa.read import LEAST_NAMES

LEXICON = Lexicon(load_abbreviations())


def taken_apart(question: str) -> Analysis:
    return analyse(question, LEXICON)


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
    named = names_held(taken_apart(question), text)
    assert len(named) == 1
    assert (named[0] >= LEAST_NAMES) == held


@pytest.mark.parametrize(
    "question", ["ai hai ba người tốt nhất?", "khach hang nhat dinh mua gi", "cua hang ba lan ban gi"]
)
def test_what_only_sounds_like_a_rank_is_none(question: str) -> None:
    assert not any(needle.name for needle in needles_of(taken_apart(question), lambda word: 1.0))


def test_rare_words_weigh_more() -> None:
    analysis = taken_apart("hội nghị Techmart")
    needles = needles_of(analysis, {"hội": 1.0, "nghị": 1.0, "techmart": 8.0}.__getitem__)
    assert coverage(needles, [1.0, 1.0, 0.0]) == pytest.approx(0.2)
    assert coverage((), ()) == 0.0


def worst_name(analysis: Analysis, text: str) -> float:
    """How well the text holds the question's name that it holds worst, the mean of its syllables."""
    haystack, held = Haystack(text, marked=not analysis.toneless), dict[int, list[float]]()
    for needle in needles_of(analysis, lambda word: 1.0):
        if needle.name:
            held.setdefault(needle.name, []).append(haystack.credit(needle))
    return min(sum(credits_) / len(credits_) for credits_ in held.values())


def names_held(analysis: Analysis, text: str) -> list[float]:
    """How well the text holds each syllable of the question's names."""
    haystack = Haystack(text, marked=not analysis.toneless)
    return [haystack.credit(needle) for needle in needles_of(analysis, lambda word: 1.0) if needle.name]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Ai đứng đầu công an thành phố Cảng?", "Công an Hải Phòng có giám đốc mới."),
        ("Ai là giám đốc công an Hải Phòng?", "Ông là giám đốc công an thành phố Cảng."),
        ("Xe chạy từ Sài Gòn đi đâu?", "Xe từ TP.HCM đi Cần Thơ."),
        ("ông làm gì ở Bộ Giáo dục?", "Ông là vụ trưởng của Bộ GD-ĐT."),
        ("ông làm gì ở Bộ GD&ĐT?", "Ông là vụ trưởng của Bộ Giáo dục và Đào tạo."),
        ("quy định mới của Bộ Giao thông là gì?", "Theo Bộ GTVT, xe phải dừng."),
        ("Ai thăm Hoa Kỳ?", "Thủ tướng thăm Mỹ."),
        ("Ai đứng đầu Hoa Kỳ?", "Tổng thống Mỹ Donald Trump"),
        ("Tổng thống Mỹ đến khi nào?", "Tổng thống Mỹ Donald Trump đến"),
        ("Vì sao chị Nga bị phạt?", "Chị Nguyễn Thị Nga bị phạt"),
        ("ai đạt giải 3?", "giải ba thuộc về An"),
        ("đại hội lần thứ 2 họp khi nào?", "đại hội lần thứ hai họp"),
        ("nhà máy mở trong Quý I ở đâu?", "quý 1 mở nhà máy"),
        ("How many people in Ho Chi Minh City?", "ở TP.HCM có 9 triệu người"),
        ("Thủ tướng sang Mỹ khi nào?", "Thủ tướng thăm Hoa Kỳ sáng nay."),
        ("How many US universities apply?", "75 trường đại học ở Mỹ đăng ký."),
        ("When did Vietnam sign it?", "Việt Nam ký hiệp định năm 2011."),
        ("hội hát Then lần thứ 6 ở đâu?", "Ngày hội hát Then lần thứ VI."),
        ("khóa XIV họp khi nào?", "Quốc hội khóa 14 họp ngày 20/5."),
        ("ai chém 2 vợ chồng?", "Hai vợ chồng bị chém."),
    ],
)
def test_a_name_or_number_is_held_by_any_of_the_ways_it_is_written(question: str, text: str) -> None:
    held = names_held(taken_apart(question), text)
    assert held
    assert min(held) >= 0.9


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Ai đứng đầu công an thành phố Cảng?", "Công an thành phố Cần Thơ có giám đốc mới."),
        ("ai khởi công cầu Mỹ Thuận?", "Hoa Kỳ khởi công cầu."),
        ("ông làm gì ở Bộ Giáo dục?", "Bộ Y tế lo cho giáo dục sức khỏe; gd, đt."),
        ("hội hát Then lần thứ 6 ở đâu?", "hội hát Then lần thứ V vi phạm"),
        ("ai chém 2 vợ chồng?", "hai người chém vợ chồng anh"),
        ("How many households in Hai Phong?", "hai văn phòng"),
        ("bao nhiêu người ở Sài Gòn?", "học theo phong cách Hồ Chí Minh ở Hải Phòng"),
        ("bao nhiêu người ở TP.HCM?", "học theo phong cách Hồ Chí Minh của thành phố"),
        ("bao nhieu nguoi o Lai Chau", "người ở châu Âu gặp lại"),
        ("bao nhiêu đơn vị ở nghệ an?", "công an Nghệ Tĩnh"),
        ("ai sang Hoa Kỳ?", "ông đến cầu Mỹ Thuận xem thẩm mỹ"),
    ],
)
def test_what_only_looks_like_another_way_to_write_a_name_does_not_hold_it(question: str, text: str) -> None:
    assert worst_name(taken_apart(question), text) < LEAST_NAMES


@pytest.mark.parametrize(
    "question",
    [
        "giao đất tổ chức đấu giá",
        "cán bộ giáo dục là ai?",
        "thành phố cảng nào lớn?",
        "nhà cao bằng nào?",
        "vay dai han o dau",
        "my la gi",
    ],
)
def test_what_begins_like_a_nickname_names_nothing_without_its_capital(question: str) -> None:
    assert not taken_apart(question).aliases


@pytest.mark.parametrize(
    "question", ["huyện đoàn bán tỏi giá bao nhiêu 1 kg?", "bao lâu các Bộ trưởng họp?", "ai là Trưởng ban tổ chức?"]
)
def test_the_one_of_a_price_and_the_capital_of_a_title_name_nothing(question: str) -> None:
    assert not names_held(taken_apart(question), "")


def test_the_first_of_a_row_is_a_number_to_hold() -> None:
    assert names_held(taken_apart("quý 1 nhập bao nhiêu?"), "quý 2 nhập 3 tấn") == [0.0]


def test_a_guessed_mark_on_a_name_costs_little() -> None:
    asked = taken_apart("ai thang cup sat phu")
    restored = with_marks(asked, "ai thắng Cup Sát Phu", LEXICON)
    assert min(names_held(restored, "Đội thắng Cúp Sắt Phủ.")) >= LEAST_NAMES
    assert min(names_held(taken_apart("ai thắng Cup Sát Phu"), "Đội thắng Cúp Sắt Phủ.")) < LEAST_NAMES


def test_a_synonym_of_several_words_must_stand_together() -> None:
    assert covered("giết", "bị đoạt mạng") == pytest.approx(0.7)
    assert covered("giết", "đoạt giải trên mạng") == pytest.approx(0.35)


GIVEN = "Ban Tuyên giáo tặng Bằng khen cho 2 cá nhân; Chủ tịch thành phố tặng Bằng khen cho 59 cá nhân."


@pytest.mark.parametrize(
    ("question", "sentence", "part", "share"),
    [
        ("Chủ tịch thành phố khen ai?", GIVEN, "59 cá nhân", 0.0),
        ("Chủ tịch thành phố khen ai?", GIVEN, "2 cá nhân", 0.8),  # khen is on both sides
        ("Chủ tịch thành phố khen ai?", GIVEN.replace(";", ","), "2 cá nhân", 0.0),
        ("chu tich thanh pho", GIVEN, "2 cá nhân", 1.0),
        ("Ban Tuyên giáo khen ai?", f"Trước; {GIVEN}", "2 cá nhân", 0.0),
    ],
)
def test_what_a_sentence_says_of_another_stands_beyond_a_semicolon(
    question: str, sentence: str, part: str, share: float
) -> None:
    analysis = taken_apart(question)
    needles = needles_of(analysis, lambda word: 1.0)
    start = sentence.index(part)
    span = Span(start, start + len(part))
    assert held_beyond(needles, sentence, span, marked=not analysis.toneless) == pytest.approx(share, abs=0.01)
