"""A span of the kind that is asked for fits better than the other numbers and names of its sentence."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Span
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.kinds import fit
from qa.synonyms import Synonyms
from qa.translate import Translations

LEXICON = Lexicon(load_abbreviations(), Translations(), Synonyms())


def score(question: str, sentence: str, part: str) -> float:
    start = sentence.index(part)
    return fit(analyse(question, LEXICON), part, sentence, Span(start, start + len(part)))


COMMENDED = (
    "Sáng 15/5, tại thành phố Cần Thơ, ông Phạm Văn Hiểu trao Bằng khen cho 54 tập thể, 78 cá nhân,"
    " tổng 300 triệu đồng."
)
BUILT = "Năm 2018, Công ty Nhật Việt xây 62 km đường trong 3 năm, hết 45% vốn, do thiếu tiền nên chậm ở xã Hòa Liên."
PARTY = (
    "Đồng chí Dương Văn Thái, Bí thư Tỉnh ủy Bắc Giang; Lê Thị Thu Hồng, Phó Bí thư Thường trực Tỉnh ủy Bắc Giang;"
    " và ông Trần Văn An."
)
CHIEF, DEPUTY = "Ai là Bí thư Tỉnh ủy Bắc Giang?", "Phó Bí thư Tỉnh ủy Bắc Giang là ai?"


@pytest.mark.parametrize(
    ("question", "sentence", "better", "worse"),
    [
        ("Có bao nhiêu tập thể được khen?", COMMENDED, "54 tập thể", "78 cá nhân"),
        ("Có bao nhiêu tập thể được khen?", COMMENDED, "54", "15/5"),
        ("Có bao nhiêu tập thể được khen?", COMMENDED, "54", "Phạm Văn Hiểu"),
        ("Ai trao Bằng khen?", COMMENDED, "Phạm Văn Hiểu", "Cần Thơ"),
        ("Ai trao Bằng khen?", COMMENDED, "Phạm Văn Hiểu", "15/5"),
        ("Lễ trao diễn ra ở đâu?", COMMENDED, "Cần Thơ", "Phạm Văn Hiểu"),
        ("Lễ trao diễn ra ngày nào?", COMMENDED, "Sáng 15/5", "54"),
        ("Tổng tiền thưởng là bao nhiêu tiền?", COMMENDED, "300 triệu đồng", "78 cá nhân"),
        ("Xây năm nào?", BUILT, "Năm 2018", "3 năm"),
        ("Đường dài bao nhiêu km?", BUILT, "62 km", "3 năm"),
        ("Xây trong bao lâu?", BUILT, "3 năm", "62 km"),
        ("Hết bao nhiêu phần trăm vốn?", BUILT, "45%", "62 km"),
        ("Công ty nào xây?", BUILT, "Công ty Nhật Việt", "Hòa Liên"),
        ("Vì sao chậm?", BUILT, "thiếu tiền", "45%"),
        ("Chậm ở xã nào?", BUILT, "Hòa Liên", "Công ty Nhật Việt"),
        ("co bao nhieu tap the duoc khen", COMMENDED, "54 tập thể", "78 cá nhân"),
        ("Có bao nhiêu đơn vị được khen?", COMMENDED, "54 tập thể", "78 cá nhân"),
        ("How many individuals were rewarded?", COMMENDED, "78 cá nhân", "54 tập thể"),
        (CHIEF, PARTY, "Dương Văn Thái", "Lê Thị Thu Hồng"),
        (CHIEF, PARTY, "Dương Văn Thái", "Trần Văn An"),
        (CHIEF, PARTY, "Trần Văn An", "Lê Thị Thu Hồng"),
        ("ai la bi thu tinh uy bac giang", PARTY, "Dương Văn Thái", "Lê Thị Thu Hồng"),
        (DEPUTY, PARTY, "Lê Thị Thu Hồng", "Dương Văn Thái"),
    ],
)
def test_the_better_span_fits_better(question: str, sentence: str, better: str, worse: str) -> None:
    assert score(question, sentence, better) > score(question, sentence, worse)


@pytest.mark.parametrize(
    ("question", "sentence", "part", "worth"),
    [
        ("Có bao nhiêu tập thể được khen?", COMMENDED, "54 tập thể", 1.0),
        ("Có bao nhiêu tập thể được khen?", COMMENDED, "78 cá nhân", 0.0),  # people are no groups
        ("Có bao nhiêu trường học được khen?", COMMENDED, "54 tập thể", 0.0),
        ("Có bao nhiêu giáo án được khen?", COMMENDED, "54 tập thể", 0.4),  # no table knows
        ("Có bao nhiêu người được khen?", COMMENDED, "78 cá nhân", 0.8),
        ("Có bao nhiêu trường học?", "Có 5 trường hợp bị phạt.", "5 trường hợp", 0.4),
        ("Có bao nhiêu khách sạn?", "Có 300 khách đến.", "300 khách", 0.1),
        ("Có bao nhiêu hồ thủy lợi?", "Có 12 hộ dân.", "12 hộ dân", 0.4),
        ("Bao nhiêu công trình đã xong?", "Xong 3 trường học.", "3 trường học", 0.4),
        ("How many schools were rewarded?", COMMENDED, "54 tập thể", 0.0),
        ("How many households were rewarded?", COMMENDED, "54 tập thể, 78 cá nhân", 0.0),
        ("Có bao nhiêu cá nhân được khen?", COMMENDED, "54 tập thể, 78 cá nhân", 0.8),
        ("Có bao nhiêu tập thể được khen?", "Tổng cộng: 54.", "54", 0.5),
        ("Có bao nhiêu đơn vị được khen?", COMMENDED, "54 tập thể", 0.9),
        ("Có bao nhiêu trong năm qua?", COMMENDED, "54 tập thể", 0.5),  # nothing is named that is counted
        ("How many individuals were rewarded?", COMMENDED, "78 cá nhân", 1.0),
        ("How many individuals were rewarded?", COMMENDED, "54 tập thể", 0.1),
        ("How many individuals were rewarded?", "Tổng cộng: 54.", "54", 0.5),
        ("How many zzqx were rewarded?", COMMENDED, "54 tập thể", 0.5),
        (CHIEF, PARTY, "Dương Văn Thái", 1.0),
        (CHIEF, PARTY, "Lê Thị Thu Hồng", 0.15),
        ("Ai trao Bằng khen?", COMMENDED, "Phạm Văn Hiểu", 1.0),
        ("Ai trao Bằng khen?", COMMENDED, "78 cá nhân", 0.05),
        # no household, no commune: words that only begin so
        ("Có bao nhiêu hộ lý?", "Có 12 người làm ca đêm.", "12 người", 0.4),
        ("Có bao nhiêu xã viên?", "Có 12 người dự họp.", "12 người", 0.4),
        ("co bao nhieu truong thon", "Có 12 người dự họp.", "12 người", 0.1),  # trưởng, or a school
        # customers may be households, members companies
        ("Có bao nhiêu khách hàng bị cắt điện?", "Có 12.400 hộ bị cắt điện.", "12.400 hộ", 0.4),
        ("Hội có bao nhiêu hội viên?", "Hội có 210 doanh nghiệp.", "210 doanh nghiệp", 0.1),
        # of several questions the one that counts, and of several things any of them
        ("Trường nào đứng đầu, có bao nhiêu học sinh?", "Trường có 300 học sinh.", "300 học sinh", 1.0),
        ("Bao nhiêu tập thể, cá nhân được khen?", COMMENDED, "78 cá nhân", 0.1),
        ("Ai được khen?", "Chị Lan và Hồ Thị Thu được khen.", "Hồ Thị Thu", 1.0),
        ("Ai được khen?", "Khách ngắm Hồ Tây và được khen.", "Hồ Tây", 0.25),
        ("Ai được khen?", "Điển hình làm theo phong cách Hồ Chí Minh đã được khen.", "Hồ Chí Minh", 0.1),
        ("Làm theo phong cách của ai?", "Làm theo phong cách Hồ Chí Minh.", "Hồ Chí Minh", 1.0),
        ("Ông Phạm Văn Hiểu gặp ai?", COMMENDED, "Phạm Văn Hiểu", 0.2),  # said already
        ("Ông ấy giữ chức gì?", "Ông ấy là Giám đốc Sở.", "Giám đốc Sở", 1.0),
        ("Trao gì?", COMMENDED, "Bằng khen", 0.5),
        ("Trao gì?", COMMENDED, "Phạm Văn Hiểu", 0.5),
    ],
)
def test_what_it_is_worth(question: str, sentence: str, part: str, worth: float) -> None:
    assert score(question, sentence, part) == pytest.approx(worth)


def test_nothing_fits_nothing() -> None:
    assert fit(analyse("Ai?", LEXICON), " ", "a b", Span(1, 2)) == 0.0


_QUESTIONS = st.sampled_from(
    [
        "Ai?", "Có bao nhiêu tập thể?", "Bao nhiêu phần trăm?", "Hết bao nhiêu tiền?", "Năm nào?", "Mấy giờ?", "Ở đâu?",
        "Công ty nào?", "Giữ chức gì?", "Vì sao?", "Thế nào?", "Nghĩa là gì?", "Loại nào?", "Bao xa?", "Bao lâu?", "",
    ]
)  # fmt: skip


@settings(deadline=None)  # patterns are compiled when first needed
@given(_QUESTIONS, st.text(max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_it_is_always_from_0_to_1(question: str, sentence: str, one: int, other: int) -> None:
    span = Span(min(one, other, len(sentence)), min(max(one, other), len(sentence)))
    assert 0.0 <= fit(analyse(question, LEXICON), span.of(sentence), sentence, span) <= 1.0
