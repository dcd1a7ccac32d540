"""Cutting texts for browsers: exact, between words, and links that only lead to pages."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from web.excerpt import Cut, citation_text, cut, link_to_quote, safe_link, sheet_of, snippet
from web.present import date_of, level_of, percent_of, value_text

TEXT = "Dịp này, 54 tập thể được khen. Năm 2024, có 12 - 13 hộ, & hơn thế.\nDòng hai nói thêm."


@given(st.text(min_size=1, max_size=80), st.data())
def test_the_parts_of_a_cut_are_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    parts = cut(text, start, end)
    assert parts.before + parts.quote + parts.after == text
    assert (len(parts.before), len(parts.quote)) == (start, end - start)


@pytest.mark.parametrize(("start", "end"), [(0, 0), (-1, 2), (2, 1), (0, 4), (3, 4)])
def test_offsets_that_name_nothing_are_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="names nothing"):
        cut("abc", start, end)


def test_a_cut_counts_code_points() -> None:
    assert cut("📣 hoà", 2, 5) == Cut("📣 ", "hoà", "")


@given(st.text(max_size=300), st.integers(8, 60))
def test_a_snippet_is_a_beginning_of_the_line_and_no_longer_than_asked(text: str, length: int) -> None:
    line = " ".join(text.split())
    found = snippet(text, length)
    assert len(found) <= length + 1
    assert found == line or (found.endswith("…") and line.startswith(found[:-1]))


def test_a_snippet_divides_no_word_and_no_letter() -> None:
    assert snippet("Dịp này, 54 tập thể", 12) == "Dịp này, 54…"
    assert snippet("Dịp này, 54 tập thể", 8) == "Dịp này…"
    long = unicodedata.normalize("NFD", "ế" * 40)
    assert unicodedata.combining(long[len(snippet(long, 10)) - 1]) == 0


@given(st.text("ab\n", max_size=400), st.integers(0, 500), st.integers(20, 60))
def test_sheets_follow_each_other_and_cover_the_text(text: str, at: int, size: int) -> None:
    found, start = "", 0
    while True:
        sheet = sheet_of(text, start, size)
        assert sheet.start == start and sheet.end - sheet.start <= size
        found += text[sheet.start : sheet.end]
        if sheet.next is None:
            break
        assert sheet.next == sheet.end and sheet_of(text, sheet.next, size).previous == sheet.start
        start = sheet.next
    assert found == text
    holding = sheet_of(text, at, size)
    assert holding.start <= at and (at < holding.end or holding.next is None)


# -- links --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://example.vn", "http://intranet/a?b=c#d", "HTTPS://EXAMPLE.VN/"])
def test_pages_are_linked(url: str) -> None:
    assert safe_link(url) == url


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x",
    "//example.vn", "/etc/passwd", "https:", "https://", "https:///x", "file:///x", "vbscript:x",
    "java\nscript:x", "\x01javascript:x",
    "https://exam ple.vn", "https://example.vn/\n", "https://[::1", "ftp://example.vn", "mailto:a@b.vn"])  # fmt: skip
def test_nothing_else_is(url: str | None) -> None:
    assert safe_link(url) is None
    assert link_to_quote(url, TEXT, Span(9, 19)) is None


@pytest.mark.parametrize(
    ("quote", "fragment"),
    [
        ("54 tập thể", "=D%E1%BB%8Bp%20n%C3%A0y%2C-,54%20t%E1%BA%ADp%20th%E1%BB%83,-%C4%91%C6%B0%E1%BB%A3c%20khen"),
        ("12 - 13 hộ", "-,12%20%2D%2013%20h%E1%BB%99,-"),
        (", & hơn", ",%2C%20%26%20h%C6%A1n,"),
        ("thế.\nDòng", ",th%E1%BA%BF.,D%C3%B2ng,"),
    ],
)  # fmt: skip
def test_a_fragment_has_what_stands_around_the_quote(quote: str, fragment: str) -> None:
    start = TEXT.index(quote)
    link = link_to_quote("https://example.vn/a", TEXT, Span(start, start + len(quote)))
    assert link is not None and link.startswith("https://example.vn/a#:~:text=")
    assert fragment in link


def test_a_fragment_keeps_that_of_the_address_and_shortens_a_long_quote() -> None:
    text = "một hai ba bốn " * 40
    link = link_to_quote("https://example.vn/a#muc-1", text, Span(0, len(text)))
    assert link == (
        "https://example.vn/a#muc-1:~:text=m%E1%BB%99t%20hai%20ba%20b%E1%BB%91n,m%E1%BB%99t%20hai%20ba%20b%E1%BB%91n"
    )


def test_a_citation_is_quote_title_link() -> None:
    assert citation_text("Quy chế", "54  tập\r\nthể", "https://a.vn") == "“54 tập thể”\nQuy chế\nhttps://a.vn"


# -- what is shown ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("metadata", "vietnamese", "english"),
    [({}, "", ""), ({"date": "2024-05-15"}, "15/05/2024", "2024-05-15"), ({"date": "2024-05-15T08:00"}, "15/05/2024",
     "2024-05-15"), ({"ngày": "tháng 5"}, "tháng 5", "tháng 5"), ({"date": " "}, "", ""),
     ({"published": "2024"}, "2024", "2024")],
)  # fmt: skip
def test_a_date_is_written_as_the_language_writes_it(metadata: dict[str, str], vietnamese: str, english: str) -> None:
    assert (date_of(metadata, "vi"), date_of(metadata, "en")) == (vietnamese, english)


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [(None, "", ""), (54, "54", "54"), (57.6, "57,6", "57.6"), (True, "", ""), ("x", "", ""), ([1], "", ""),
     ({}, "", ""),
     ({"kind": "count", "number": 17_000, "unit": "hộ", "modifier": "more_than"}, "17.000 hộ", "17,000 hộ"),
     ({"kind": "date", "iso": "2021-05-15", "number": None}, "15/05/2021", "2021-05-15"),
     ({"kind": "date", "iso": "--05-15"}, "--05-15", "--05-15"),
     ({"low": 10, "high": 15, "unit": "%"}, "10–15 %", "10–15 %"),
     ({"number": 47, "total": 77, "unit": "ý kiến"}, "47/77 ý kiến", "47/77 ý kiến"), ({"unit": "hộ"}, "", ""),
     ({"number": {"deep": 1}, "new": [2]}, "", "")],
)  # fmt: skip
def test_whatever_an_answer_comes_to_is_one_line(value: object, vietnamese: str, english: str) -> None:
    assert (value_text(value), value_text(value, "en")) == (vietnamese, english)


def test_confidence_is_a_word_and_never_certain() -> None:
    assert [level_of(value) for value in (0.0, 0.49, 0.5, 0.79, 0.8, 1.0)] == [
        "low",
        "low",
        "medium",
        "medium",
        "high",
        "high",
    ]
    assert [percent_of(value) for value in (0.0, 0.934, 1.0)] == [0, 93, 99]
