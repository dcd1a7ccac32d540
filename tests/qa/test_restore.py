"""Marks and capitals come back as the language and the passages write the words; nothing else of a question changes."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.text import fold, folded_tokens, tokens_mapped
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.restore import restored
from qa.syllables import Syllables, bundled_syllables

LEXICON = Lexicon(load_abbreviations())
TEXTS = ["Hiệu trưởng Trường chuyên Hà Nội là ông An.", "Trường ở quận 3. Nhà máy đầu tiên ở Hà Nội."]
NOTHING_KNOWN = Syllables.of({}, {})


def marked(question: str, *texts: str, syllables: Syllables | None = None) -> str:
    return restored(analyse(question, LEXICON), texts, bundled_syllables() if syllables is None else syllables)


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("Ai la hieu truong truong chuyen Ha Noi?", "Ai là hiệu trưởng Trường chuyên Hà Nội?"),
        ("ai la hieu truong truong chuyen ha noi", "ai là hiệu trưởng Trường chuyên Hà Nội"),
        ("truong chuyen o dau", "Trường chuyên ở đâu"),  # not `đầu`, which the passage writes
        ("AI LA HIEU TRUONG?", "AI LÀ HIỆU TRƯỞNG?"),
        ("  nha may, o  quan 3 ?!", "  nhà máy, ở  quận 3 ?!"),
        ("co bao nhieu zebra", "có bao nhiêu zebra"),
        ("CA Ha Noi o dau", "CA Hà Nội ở đâu"),  # short for something, not `cả`
        ("Iphone iPhone McDonald o Ha Noi", "Iphone iPhone McDonald ở Hà Nội"),
        ("какой город", "какой город"),
        ("ガソリンはいくらですか", "ガソリンはいくらですか"),
        ("Trường chuyên ở đâu?", "Trường chuyên ở đâu?"),
        ("Trường chuyen o dau?", "Trường chuyen o dau?"),
        ("How many schools are in Ha Noi?", "How many schools are in Ha Noi?"),
        ("???", "???"),
        ("", ""),
    ],
)
def test_marks_and_capitals_come_back(question: str, written: str) -> None:
    assert marked(question, *TEXTS) == written


@pytest.mark.parametrize("form", [str, str.upper, lambda text: unicodedata.normalize("NFD", text)])
def test_a_word_is_what_its_neighbour_in_the_passages_makes_it(form: Callable[[str], str]) -> None:
    texts = "Xã có chợ Lường.", "Con lương bổng."
    assert fold(marked("cho luong", form(texts[0]), syllables=NOTHING_KNOWN)) == "cho luong"
    name = "lường" if form is str.upper else "Lường"  # capitals of all letters make no name
    assert marked("cho luong", *map(form, texts), syllables=NOTHING_KNOWN) == f"chợ {name}"
    assert marked("luong bong", *map(form, texts), syllables=NOTHING_KNOWN) == "lương bổng"


def test_what_the_passages_lack_the_language_tells_and_with_neither_a_word_stays() -> None:
    assert marked("co bao nhieu hoc sinh", "Ở đây.") == "có bao nhiêu học sinh"
    assert marked("co bao nhieu hoc sinh", "Ở đây.", syllables=NOTHING_KNOWN) == "co bao nhieu hoc sinh"


@pytest.mark.parametrize("question", ["co bao nhieu hoc sinh", "Ai la bi thu?", "CO GI?"])
def test_over_no_text_with_marks_a_question_stays_as_it_was_typed(question: str) -> None:
    assert marked(question) == question
    assert marked(question, "Co bao nhieu hoc sinh?", "HOC SINH") == question


@pytest.mark.parametrize("text", ["", "54", "4.028 - 37"])
def test_a_text_without_letters_is_none_with_marks(text: str) -> None:
    assert marked("co bao nhieu hoc sinh", "Co bao nhieu hoc sinh?", text) == "co bao nhieu hoc sinh"


def test_a_text_without_marks_takes_none_away() -> None:
    bare = "Ong Pham Van Hieu khen. " * 9
    assert marked("ong pham van hieu", "Ông Phạm Văn Hiểu khen.", bare) == "Ông Phạm Văn Hiểu"


@pytest.mark.parametrize("heading", ["THÔNG BÁO TUYỂN SINH", "TRƯỜNG CHUYÊN TẠI CẦN THƠ: TUYỂN SINH"])
@pytest.mark.parametrize("verb", ["nhận", "tuyển sinh"])
def test_headings_in_capitals_give_no_names(heading: str, verb: str) -> None:
    text = f"{heading}\nCác trường chuyên ở Cần Thơ {verb} 300 học sinh."
    read = marked("truong chuyen o Can Tho tuyen sinh bao nhieu hoc sinh", text)
    assert read == "trường chuyên ở Cần Thơ tuyển sinh bao nhiêu học sinh"


def test_a_word_of_one_letter_in_a_heading_is_no_name() -> None:
    text = "TRƯỜNG CHUYÊN Ở CẦN THƠ\nCác trường chuyên ở Cần Thơ nhận học sinh."
    assert marked("truong chuyen o can tho", text) == "trường chuyên ở Cần Thơ"


def test_texts_wholly_in_capitals_tell_words_and_no_names() -> None:
    text = "CHỦ TỊCH UBND THÀNH PHỐ CẦN THƠ KÝ QUYẾT ĐỊNH"
    assert marked("ai la chu tich ubnd thanh pho can tho", text) == "ai là chủ tịch ubnd thành phố cần thơ"


def test_a_mark_that_was_typed_stays() -> None:
    assert marked("Zürich o nuoc nao", *TEXTS) == "Zürich ở nước nào"


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["Xã Ba Đình họp."], "Ba Đình họp"),
        (["Cái ba đình làng họp. Ba đình cũ."], "ba đình họp"),
        (["Ba Đình họp. Ba Đình vui. Cái ba đình này họp."], "Ba Đình họp"),  # mostly with capitals
    ],
)
def test_a_word_has_a_capital_where_the_passages_mostly_write_one_beside_its_neighbour(
    texts: list[str], written: str
) -> None:
    assert marked("ba dinh hop", *texts) == written


@pytest.mark.parametrize(
    ("texts", "written"),
    [
        (["Ông Thuận đến. Ông Thuận đi."], "gặp Thuận"),
        (["Ông Thuận đến."], "gặp thuận"),  # once may be the beginning of a sentence
        (["Ông Thuận đến. Ông Thuận đi. Hai bên thuận lòng."], "gặp thuận"),
    ],
)
def test_alone_it_has_one_where_they_often_and_nearly_always_write_one(texts: list[str], written: str) -> None:
    assert marked("gap thuan", *texts) == written


def test_a_name_keeps_its_capitals_though_part_of_it_looks_like_a_small_word() -> None:
    assert marked("tinh ha giang", "Tỉnh Hà Giang họp.").endswith("Hà Giang")  # `hả`
    assert marked("ba nguyen thi lan o dau", "Gặp bà Nguyễn Thị Lan.").startswith("bà Nguyễn Thị Lan ")  # `thì`
    assert marked("ai la bi thu cao bang", "Gặp bí thư Cao Bằng.") == "ai là bí thư Cao Bằng"  # `bằng`
    assert marked("huyen nhu xuan", "Ở huyện Như Xuân có lễ.") == "huyện Như Xuân"  # `như`
    assert marked("thu dau mot", "Gặp ở Thủ Dầu Một.") == "Thủ Dầu Một"  # `một`


WORDS = st.lists(st.sampled_from("truong Truong TRUONG ha noi hieu an 3 4.028 , ? o dau ai la quan zebra ".split(" ")))
TYPED = st.text(max_size=60).map(fold) | WORDS.map(" ".join) | st.text("abdehinotuADNO .,-/3đ\n", max_size=40)


def between(text: str) -> list[str]:
    """Return what stands before, between and behind the tokens."""
    spans = [token.span for token in tokens_mapped(text)]
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    return [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]


@settings(deadline=None)
@given(TYPED, st.lists(st.text(max_size=80), max_size=3), st.sampled_from([NOTHING_KNOWN, bundled_syllables()]))
def test_but_for_marks_and_capitals_the_question_stays(question: str, texts: list[str], syllables: Syllables) -> None:
    written = marked(question, *texts, *TEXTS, syllables=syllables)
    assert folded_tokens(written) == folded_tokens(question)
    assert between(written) == between(question)


@settings(deadline=None)
@given(WORDS.map(" ".join), st.lists(WORDS.map(" ".join), max_size=2))
def test_what_was_restored_is_restored_to_itself(question: str, texts: list[str]) -> None:
    once = marked(question, *texts, *TEXTS)
    assert marked(once, *texts, *TEXTS) == once
