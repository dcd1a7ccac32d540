"""Excerpts of Markdown: marks go, everything that may be text stays, and a quote is what was cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.excerpt import Cut, cut, snippet
from web.markdown import plain, plain_around

MARKED = st.text("a ế1*_`|#[]()\\-\n", max_size=80)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# Báo cáo **quý I**", "Báo cáo quý I"),
        ("## 1. Kết quả ##\r\n\r\nCó *54* tập thể.", "1. Kết quả\r\n\r\nCó 54 tập thể."),
        ("**đậm**, *nghiêng* và ***cả hai***", "đậm, nghiêng và cả hai"),
        ("“**54**” (**x**) ***y***", "“54” (x) y"),
        ("**hai\ndòng** liền", "hai\ndòng liền"),
        ("Theo [Quyết định **12**](http://a.vn/_12_) và ![ảnh](a.png)", "Theo Quyết định 12 và ảnh"),
        ("chạy `hoidap *ask*` *ngay*", "chạy hoidap *ask* ngay"),
        (r"2 \* 3, ten\_tep, \*không\*", "2 * 3, ten_tep, *không*"),
        ("trước\n\n---\n\nsau", "trước\n\n\n\nsau"),
    ],
)
def test_marks_go(text: str, shown: str) -> None:
    assert plain(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "5 * 3 = 15, 2*3*4, 2**10",
        "Số liệu (*) và (**), 1.234* hộ, 5*",
        "snake_case_name, ten_tep.txt, ____",
        "Số: ___/QĐ-___ ngày __/__/2024, __init__.py",
        "________",
        "the\u0302\u0301_gio\u031bi_mo\u031b\u0301i",
        "> 90% số hộ, ~~bỏ~~, #hashtag, C#",
        "* một\n- hai\n1. ba",
        "**không đóng",
        "**qua\n\nđoạn khác**",
        "Hà Nội | 12/5, |x| < 3",
        "[1] và [a [b] c](d)",
        "```sh\n# chú thích **a** | b |\n```",
        r"C:\Users\x",
    ],
)
def test_what_may_be_text_stays(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        ("| Đơn vị | Số |\n|:---|---:|\n| Cần Thơ (*) | **54** |", "Đơn vị · Số; Cần Thơ (*) · 54"),
        ("|A|B|\n|-|-|\n|a|b|\n|c||\n\nHết.", "A · B; a · b; c · ; Hết."),
        ("Khu vực 2 | 54 |", "Khu vực 2 · 54"),
        (r"| a \| b | c |", "a | b · c"),
    ],
)
def test_the_cells_of_a_table_stay_apart(table: str, shown: str) -> None:
    assert snippet(plain(table), 100) == shown


@pytest.mark.parametrize(
    ("text", "quote", "shown"),
    [
        ("Có **54 tập thể** được khen.", "54 tập thể", Cut("Có ", "54 tập thể", " được khen.")),
        ("Có **54 tập thể** được khen.", "**54 tập thể", Cut("Có ", "**54 tập thể", " được khen.")),
        ("| 2 | Cần Thơ | 54 |", "54", Cut("2 · Cần Thơ · ", "54", "")),
        ("| 2 | Cần Thơ | 54 |", "Cần Thơ | 54", Cut("2 · ", "Cần Thơ | 54", "")),
        ("# **54 tập thể**", "54 tập thể", Cut("", "54 tập thể", "")),
        ("54 *và* 54 *rồi* 54", "54", Cut("", "54", " và 54 rồi 54")),
    ],
)
def test_what_stands_around_a_quote_is_plain_and_the_quote_is_as_cited(text: str, quote: str, shown: Cut) -> None:
    start = text.index(quote)
    assert plain_around(cut(text, start, start + len(quote))) == shown


@given(MARKED.filter(bool), st.data())
def test_no_quote_is_ever_changed_and_no_letter_lost_but_in_an_address(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    parts = cut(text, start, end)
    shown = plain_around(parts)
    assert shown.quote == text[start:end]
    if "](" not in text:
        assert _letters(shown.before) == _letters(parts.before)
        assert _letters(shown.after) == _letters(parts.after)
        assert _letters(plain(text)) == _letters(text)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


@pytest.mark.parametrize("part", ["[", "`", "*a ", "**", "| ", "\\", "[a](", "_a_b", "# ", " #", "|-", " "])
def test_marks_without_end_take_no_time(part: str) -> None:
    # Where a search begins anew at every character this takes minutes, and the suite would hang.
    plain(part * 50_000)
