"""A span becomes a natural answer: nothing cut, its unit with it, no loose ends, never out of its sentence."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.types import Span
from qa.abbreviations import load_abbreviations
from qa.analyse import Analysis, Lexicon, analyse
from qa.completion import complete

LEXICON = Lexicon(load_abbreviations())
ALL = "“Bếp ăn”, “Gian hàng”, “Siêu thị” và “Bữa cơm”"


def taken_apart(question: str) -> Analysis | None:
    return analyse(question, LEXICON) if question else None


def completed(text: str, part: str, question: str = "") -> str:
    start = text.index(part)
    return complete(text, Span(start, start + len(part)), taken_apart(question)).of(text)


@pytest.mark.parametrize(
    ("text", "part", "question", "whole"),
    [
        ("Dịp này, 54 tập thể, 78 cá nhân", "54", "Có bao nhiêu đơn vị?", "54 tập thể"),
        ("Dịp này, 54 tập thể, 78 cá nhân", "54", "Có bao nhiêu tập thể?", "54 tập thể"),
        ("Dịp này, 54 tập thể, 78 cá nhân", "54", "", "54"),
        ("có 80 người chết", "80", "Bao nhiêu người chết?", "80 người chết"),
        ("khen 40 tập thể, cá nhân điển hình.", "40 tập thể", "Khen bao nhiêu tập thể cá nhân?", "40 tập thể, cá nhân"),
        ("khen 40 tập thể, cá nhân.", "40 tập thể", "khen bao nhieu tap the ca nhan", "40 tập thể, cá nhân"),
        (
            f"có 970 vấn đề, vụ việc {'rất ' * 16}nổi cộm",
            "970 vấn đề",
            "Bao nhiêu vấn đề, vụ việc?",
            "970 vấn đề, vụ việc",
        ),
        ("khen 40 tập thể, cá nhân.", "40 tập thể", "Khen bao nhiêu tập thể?", "40 tập thể"),
        (
            "có “Bếp ăn”, “Gian hàng”, “Siêu thị” và “Bữa cơm” ở quận",
            "“Bếp ăn”, “Gian hàng”",
            "Những mô hình nào?",
            ALL,
        ),
        ("có “Bếp ăn”, “Gian hàng”, chương trình “Sẻ chia”", "“Bếp ăn”, “Gian hàng”", "Gì?", "“Bếp ăn”, “Gian hàng”"),
        ("khen 54 tập thể, 78 cá nhân nữa", "54 tập thể, 78 cá nhân", "How many units were commended?", "54 tập thể"),
        (
            "khen 54 tập thể, 78 cá nhân nữa",
            "54 tập thể, 78 cá nhân",
            "How many collectives and individuals were commended?",
            "54 tập thể, 78 cá nhân",
        ),
        ("có “Bếp ăn”, “Gian hàng” ở quận", "“Bếp ăn”", "Mô hình nào được khen?", "“Bếp ăn”"),
        ("qua mạng và đài nên chưa đạt", "mạng và đài nên chưa đạt", "Qua hình thức nào?", "mạng và đài"),
        ("do trời mưa to, nên nghỉ học", "do trời mưa to, nên nghỉ học", "Vì sao?", "trời mưa to"),
        ("mọi người nên đi bộ", "mọi người nên đi bộ", "Ai đi?", "mọi người nên đi bộ"),
        ("người lớn tuổi nên đi bộ", "người lớn tuổi nên đi bộ", "Ai nên đi bộ?", "người lớn tuổi nên đi bộ"),
        ("chị em đã viết nên trang sử", "chị em đã viết nên trang sử", "Ai?", "chị em đã viết nên trang sử"),
        ("để trở nên giàu có", "trở nên giàu có", "Để làm gì?", "trở nên giàu có"),
        (
            "kết nối tới 8 điểm cầu các huyện, thành phố",
            "8 điểm cầu các huyện, thành phố",
            "Bao nhiêu điểm cầu?",
            "8 điểm cầu",
        ),
        ("có hơn 30 hộ nghèo của xã được vay", "hơn 30 hộ nghèo của xã", "Bao nhiêu hộ?", "hơn 30 hộ nghèo"),
        ("xây 1.200 căn nhà ở xã hội", "1.200 căn nhà ở xã hội", "Bao nhiêu căn nhà?", "1.200 căn nhà ở xã hội"),
        (
            "cho 5 tập thể của ngành và 7 cá nhân",
            "5 tập thể của ngành và 7 cá nhân",
            "Bao nhiêu tập thể và cá nhân được khen?",
            "5 tập thể của ngành và 7 cá nhân",
        ),
        ("nộp 489 khẩu súng các loại", "489 khẩu súng các loại", "Bao nhiêu súng?", "489 khẩu súng các loại"),
        ("là 8 điểm cầu của huyện", "8 điểm cầu của huyện", "Những nơi nào?", "8 điểm cầu của huyện"),
        ("khuyên mọi người không nên đi", "mọi người không nên đi", "Khuyên gì?", "mọi người không nên đi"),
        ("khen 40 tập thể, cá nhân.", "40 tập thể", "Ai khen tập thể cá nhân?", "40 tập thể"),
        ("có 1.725 tổ chức Đảng, đảng viên", "1.725 tổ chức", "Bao nhiêu tổ chức Đảng?", "1.725 tổ chức Đảng"),
        ("có 1.725 tổ chức Đoàn", "1.725 tổ chức", "Bao nhiêu tổ chức Đảng?", "1.725 tổ chức"),
        ("có 54 tập thể được khen", "54 tập thể", "Bao nhiêu tập thể được khen?", "54 tập thể"),
        ("khen 12 bị hại.", "12", "Có bao nhiêu bị hại?", "12 bị hại"),
        ("khen 12, 13 người", "12", "Có bao nhiêu người?", "12"),
        ("có 54.\nNgười dân", "54", "Có bao nhiêu người?", "54"),
        ("năm 2021 người dân", "2021", "Có bao nhiêu người?", "2021"),
        ("quận 3 người dân", "3", "Có bao nhiêu người?", "3"),
        ("có 4.028 xã", "28", "", "4.028"),
        ("đạt 57,6% dân", "57", "", "57,6%"),
        ("đạt 57,6 % dân", "57,6", "", "57,6 %"),
        ("18/18 trạm", "18", "", "18/18"),
        ("ngày 25-1-2018 ông", "25-1", "", "25-1-2018"),
        ("ngày 25 tháng 5 năm 2010, ông", "25", "Ngày nào?", "25 tháng 5 năm 2010"),
        ("hết 3,2 tỷ đồng rồi", "3,2", "", "3,2 tỷ đồng"),
        ("dài 80 km đường", "80", "Dài bao nhiêu km?", "80 km"),
        ("rộng 1.000 m2 đất", "1.000", "Rộng bao nhiêu?", "1.000 m2"),
        ("rộng 4846m2 đất", "4846", "", "4846m2"),
        ("mất 8 tiếng mới xong", "8", "Mất bao lâu?", "8 tiếng"),
        ("chủ tịch là ông Hiểu, và", "là ông Hiểu,", "Ai là chủ tịch?", "ông Hiểu"),
        ("(Công ty JVE) thắng", "(Công ty JVE", "", "Công ty JVE"),
        ("Công ty JVE (Nhật Bản) thắng", "Công ty JVE (Nhật Bản)", "", "Công ty JVE (Nhật Bản)"),
        ("chương trình “Chia sẻ” rồi", "“Chia sẻ”", "", "“Chia sẻ”"),
        ("do thiếu tiền nên dừng", "do thiếu tiền", "Vì sao dừng?", "thiếu tiền"),
        ("Vì thiếu tiền nên dừng", "Vì thiếu tiền", "Tại sao dừng?", "thiếu tiền"),
        ("trộm bò để tiêu xài", "để tiêu xài", "Trộm bò để làm gì?", "tiêu xài"),
        ("lạnh vì do dự quá lâu", "do dự quá lâu", "Vì sao lạnh?", "do dự quá lâu"),
        ("bởi vì thiếu tiền nên dừng", "bởi vì thiếu tiền", "Vì sao dừng?", "thiếu tiền"),
        ("ông Nguyễn Văn Được nói", "Nguyễn Văn Được", "Ai nói?", "Nguyễn Văn Được"),
        ("bà Vi Thị Hoa trộm", "Vi Thị Hoa", "Vì sao bị bắt?", "Vi Thị Hoa"),
        ("họ nuôi cua biển và", "cua biển", "Họ nuôi gì?", "cua biển"),
        ("có một con voi rừng", "một con voi", "Có gì?", "một con voi"),
        ("cong ty la cong ty ABC va", "la cong ty ABC va", "Cong ty nao?", "cong ty ABC"),
        ("mục tiêu là tồn tại", "tồn tại", "Mục tiêu là gì?", "tồn tại"),
        ("do công ty Cây Xanh làm", "do công ty Cây Xanh", "Công ty nào làm?", "công ty Cây Xanh"),
        ("ông Phạm Văn Hiểu nói", "hạm Văn Hi", "", "Phạm Văn Hiểu"),
        ("- - -", "-", "", "-"),
    ],
)
def test_a_span_is_made_whole(text: str, part: str, question: str, whole: str) -> None:
    assert completed(text, part, question) == whole
    decomposed = unicodedata.normalize("NFD", text)
    assert completed(decomposed, unicodedata.normalize("NFD", part), question) == unicodedata.normalize("NFD", whole)


_PIECES = st.sampled_from(
    '54 4.028 57,6 % 18/18 25-1-2018 ngày tháng 5 năm 2010 tập thể người tỷ đồng km m2 là của do và ( ) “ ” "'
    " ' , . - – $ 2km"
    " Phạm Hiểu một trăm hoà\u0301 ê\u0323".split(" ")
    + [" ", "\n", "  "]
)
_TEXTS = st.one_of(
    st.text(max_size=40), st.lists(_PIECES, max_size=12).map("".join), st.lists(_PIECES, max_size=10).map(" ".join)
)
_QUESTIONS = st.sampled_from(
    ["", "Có bao nhiêu tập thể?", "Vì sao?", "Ngày nào?", "Hết bao nhiêu tiền?", "Dài bao xa?", "Ai?"]
)


def cuts(text: str, at: int) -> bool:
    """Tell, simply, whether a cut at a place parts letters, digits or what is between digits."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if unicodedata.category(right)[0] == "M" or (left.isalnum() and right.isalnum()):
        return True
    beyond = text[at + 1 : at + 2]
    return left.isdigit() and right in ".,/" and beyond.isdigit()


@settings(deadline=None)  # patterns are compiled when first needed
@given(_TEXTS, st.integers(0, 60), st.integers(0, 60), _QUESTIONS)
def test_it_stays_in_bounds_cuts_nothing_and_is_idempotent(text: str, one: int, other: int, question: str) -> None:
    analysis = taken_apart(question)
    span = Span(min(one, other, len(text)), min(max(one, other), len(text)))
    found = complete(text, span, analysis)
    assert 0 <= found.start <= found.end <= len(text)
    assert complete(text, found, analysis) == found
    if span.of(text).strip():
        assert found.of(text).strip()
        assert not cuts(text, found.start)
        assert not cuts(text, found.end)
        assert "\n" not in text[span.end : found.end]


def test_what_is_no_word_is_not_made_whole() -> None:
    text = "mã " + "ab1" * 100_000
    assert len(completed(text, text[50_000:50_010], "Mã gì?")) < 200


@pytest.mark.parametrize(
    ("text", "part", "question", "kept"),
    [
        (
            "Dịp này, 54 tập thể, 78 cá nhân được khen.",
            "54 tập thể, 78 cá nhân",
            "Bao nhiêu đơn vị được khen?",
            "54 tập thể",
        ),
        (
            "Dịp này, 54 tập thể, 78 cá nhân được khen.",
            "54 tập thể, 78 cá nhân",
            "Mấy cá nhân được khen?",
            "78 cá nhân",
        ),
        (
            "Có 7 tổ chức Đảng và 75 đảng viên.",
            "7 tổ chức Đảng và 75 đảng viên",
            "Bao nhiêu tổ chức Đảng?",
            "7 tổ chức Đảng",
        ),
        (
            "Có 19 tập thể và 21 cá nhân.",
            "19 tập thể và 21 cá nhân",
            "Bao nhiêu tập thể và cá nhân?",
            "19 tập thể và 21 cá nhân",
        ),
        ("Có 19 tập thể và 21 cá nhân.", "19 tập thể và 21 cá nhân", "Tất cả bao nhiêu?", "19 tập thể và 21 cá nhân"),
        (
            "Phó Bí thư Nguyễn Văn Phong lưu ý các cấp.",
            "Nguyễn Văn Phong lưu ý",
            "Ai là Phó Bí thư?",
            "Nguyễn Văn Phong",
        ),
        ("Ông Trần Văn An và vợ đến.", "Trần Văn An và vợ", "Ai đến?", "Trần Văn An và vợ"),
    ],
)
def test_what_was_not_asked_for_is_left_out(text: str, part: str, question: str, kept: str) -> None:
    assert completed(text, part, question) == kept
    decomposed = unicodedata.normalize("NFD", text)
    assert completed(decomposed, unicodedata.normalize("NFD", part), question) == unicodedata.normalize("NFD", kept)
