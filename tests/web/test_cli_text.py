"""Text for a terminal: nothing that steers it, nothing wider than it, the cited span marked."""

from __future__ import annotations

import io
import json
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.cli_streams import _PLAIN, prepare_streams, style_of, to_json
from web.cli_text import Style, clean, columns, lines, marked, one_line, shorten

PLAIN = Style()
COLOUR = Style(colour=True)
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("\x1b[31mđỏ\x1b[0m", "đỏ"),
        ("\x1b]0;tiêu đề\x07chữ", "chữ"),
        ("\x1b]52;c;cm0gLXJm\x1b\\chữ", "chữ"),
        ("\x1b]8;;http://x\x1b\\chữ\x1b]8;;\x1b\\", "chữ"),
        ("\x9b2Jchữ", "chữ"),
        ("\x1bP1$r\x1b\\chữ", "chữ"),
        ("\x1bcchữ", "chữ"),
        ("trước\x08\x08\rsau", "trướcsau"),
        ("dòng\r\nhai\tcột", "dòng\nhai\tcột"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("cuối\x1b", "cuối"),
        ("\x1b[", ""),
    ],
)
def test_escape_sequences_are_taken_out_whole(hostile: str, harmless: str) -> None:
    assert clean(hostile) == harmless


@given(st.text())
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    assert not CONTROL.search(clean(text))


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cf", "Co", "Zl", "Zp", "Zs"])))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean(text) == text


def test_the_span_is_marked_with_guillemets_without_colour() -> None:
    text = "Có 54 tập thể\nđược khen."
    assert lines(marked(text, 3, 13), PLAIN) == ["Có «54 tập thể» được khen."]
    assert lines(marked(text, 3, 13), Style(marks=(">", "<"))) == ["Có >54 tập thể< được khen."]


def test_the_span_is_underlined_in_colour() -> None:
    assert lines(marked("Có 54 tập thể.", 3, 13), COLOUR) == ["Có \x1b[1;4m54 tập thể\x1b[0m."]


def test_an_underline_does_not_run_over_the_indent_of_the_next_line() -> None:
    found = lines(marked("a bb cc dd e", 2, 10), Style(colour=True, width=7), "  ")
    assert found == ["  a \x1b[1;4mbb\x1b[0m", "  \x1b[1;4mcc dd\x1b[0m", "  e"]


def test_a_document_cannot_forge_the_marks() -> None:
    assert lines(marked("x\ue000y\ue001z", 0, 1), PLAIN) == ["«x»yz"]


@given(st.text(st.sampled_from("aă ế\u0302đ日🙂"), max_size=200), st.integers(4, 30))
def test_no_line_is_wider_than_the_terminal(text: str, width: int) -> None:
    for line in lines(one_line(text), Style(width=width), "  "):
        assert columns(line) <= width


@given(st.text(st.sampled_from("aă ế đ"), max_size=100), st.integers(1, 30))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    whole = one_line(text)
    assert "".join(lines(whole, Style(width=width))).replace(" ", "") == whole.replace(" ", "")


def test_columns_count_what_is_seen() -> None:
    assert columns("Cần Thơ") == 7
    assert columns(unicodedata.normalize("NFD", "Cần Thơ")) == 7
    assert columns("日本") == 4


def test_a_long_line_is_cut_visibly() -> None:
    assert shorten("một hai ba", 7) == "một ha…"
    assert shorten("một", 7) == "một"


@given(st.text())
def test_json_is_one_harmless_line_and_means_the_same(text: str) -> None:
    for plain in (False, True):
        line = to_json({"text": text}, plain=plain)
        assert json.loads(line) == {"text": text}
        assert len(line.splitlines()) == 1
        assert not re.search("[\x00-\x1f\x7f-\x9f]", line)


def test_a_stream_without_vietnamese_gets_plain_letters() -> None:
    prepare_streams()
    shown = "Đã hiểu: Cần Thơ → «54» – 🙂".encode("ascii", errors=_PLAIN)
    assert shown == b"Da hieu: Can Tho -> ?54? - ?"


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Say yes."""
        return True


@pytest.mark.parametrize(
    ("environment", "colour"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_is_for_terminals_that_want_it(environment: dict[str, str], colour: bool) -> None:
    assert style_of(Terminal(), environment).colour is colour


def test_away_from_a_terminal_there_is_neither_colour_nor_wrapping() -> None:
    assert style_of(io.StringIO(), {}) == Style(colour=False, width=0, marks=(">", "<"))
