"""Results as people read them, line by line; the values are made by hand, so that every line can be checked by eye."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from index.types import Document, DocumentInfo, Span
from qa.cite import cite
from qa.types import Answer, AskResult, Expansion, RankedPassage, SearchResult, Status, Verification, VerificationStatus
from web.cli_text import Style
from web.render import Page, ask_result, documents, search_result, verification

TEXT = "Tin vắn\n\nDịp này, 54 tập thể được khen. Hết."
DOCUMENT = Document("can-tho", TEXT, "Cần Thơ: Nhân rộng", url="http://noi-bo/1")
SENTENCE = Span(9, 39)
ANSWER = Span(18, 28)
VIETNAMESE = Page("vi", Style())
ENGLISH = Page("en", Style())
PASSAGE = RankedPassage(7, "can-tho", "Cần Thơ: Nhân rộng", None, 9, 39, SENTENCE.of(TEXT), "Mục 1", 0.5)


def answer(span: Span = ANSWER, document: Document = DOCUMENT, confidence: float = 0.934) -> Answer:
    return Answer(
        text=span.of(document.text),
        sentence=SENTENCE.of(document.text),
        sentence_start=SENTENCE.start,
        confidence=confidence,
        citations=(cite(document, span),),
    )


def result(*answers: Answer, expansions: tuple[Expansion, ...] = ()) -> AskResult:
    status = Status.ANSWERED if answers else Status.NO_ANSWER
    return AskResult("?", status, 0.9, expansions, answers, (PASSAGE, PASSAGE), 1)


def test_a_short_answer_stands_above_its_sentence_with_the_span_marked() -> None:
    assert ask_result(VIETNAMESE, result(answer())) == [
        "1. 54 tập thể",
        "   Dịp này, «54 tập thể» được khen.",
        "   Nguồn: Cần Thơ: Nhân rộng",
        "   Vị trí: can-tho, ký tự 18–28",
        "   Liên kết: http://noi-bo/1",
        "   Độ tin cậy: cao (93%)",
    ]


def test_a_sentence_that_is_the_answer_is_said_once() -> None:
    shown = ask_result(ENGLISH, result(answer(SENTENCE, confidence=0.2)))
    assert shown[:2] == ["1. «Dịp này, 54 tập thể được khen.»", "   Source: Cần Thơ: Nhân rộng"]
    assert shown[-1] == "   Confidence: low (20%)"


def test_nothing_is_certain() -> None:
    assert ask_result(ENGLISH, result(answer(confidence=1.0)))[-1] == "   Confidence: high (99%)"


def test_a_span_outside_of_its_sentence_marks_nothing_wrong() -> None:
    stray = replace(answer(), sentence_start=0)
    assert ask_result(ENGLISH, result(stray))[1] == "   Dịp này, 54 tập thể được khen."


def test_at_most_three_answers_are_shown() -> None:
    shown = ask_result(ENGLISH, result(*[answer()] * 5))
    assert [line for line in shown if line[:1].isdigit()] == ["1. 54 tập thể", "2. 54 tập thể", "3. 54 tập thể"]


def test_every_place_of_an_answer_is_shown() -> None:
    twice = replace(answer(), citations=(cite(DOCUMENT, ANSWER), cite(replace(DOCUMENT, id="ban-sao"), ANSWER)))
    shown = ask_result(VIETNAMESE, result(twice))
    assert [line for line in shown if "Vị trí" in line] == [
        "   Vị trí: can-tho, ký tự 18–28",
        "   Vị trí: ban-sao, ký tự 18–28",
    ]


def test_what_was_read_into_the_question_is_shown() -> None:
    expansions = (Expansion("UBND", "ủy ban nhân dân"), Expansion("TP", "thành phố"))
    shown = ask_result(VIETNAMESE, result(answer(), expansions=expansions))
    assert shown[-1] == "Đã hiểu: UBND → ủy ban nhân dân; TP → thành phố"


def test_silence_names_each_document_looked_at_once() -> None:
    shown = ask_result(VIETNAMESE, result())
    assert shown[0] == "Tài liệu trong thư viện không có câu trả lời cho câu hỏi này."
    assert shown[2:4] == ["Các tài liệu đã xem:", "- Cần Thơ: Nhân rộng"]
    assert shown[-1].startswith("Gợi ý: hỏi lại")


def test_a_passage_shows_title_heading_text_and_place() -> None:
    assert search_result(ENGLISH, SearchResult("?", (), (PASSAGE,), 1)) == [
        "1. Cần Thơ: Nhân rộng – Mục 1",
        "   Dịp này, 54 tập thể được khen.",
        "   Place: can-tho, characters 9–39",
    ]


def test_a_listing_ends_with_its_sums() -> None:
    info = DocumentInfo("can-tho", "Cần Thơ", "/a.txt", None, "0", 12345, 3, "")
    assert documents(VIETNAMESE, [info, info]) == [
        "can-tho  Cần Thơ",
        "   12.345 ký tự, 3 đoạn, /a.txt",
        "can-tho  Cần Thơ",
        "   12.345 ký tự, 3 đoạn, /a.txt",
        "",
        "2 tài liệu, 6 đoạn",
    ]


def test_a_moved_citation_shows_where_it_is_now() -> None:
    check = Verification(VerificationStatus.MOVED, "can-tho", "54 tập thể", 30, 40, "the quote moved")
    assert verification(VIETNAMESE, check) == [
        "đã dời chỗ: 54 tập thể",
        "   can-tho, ký tự 30–40",
        "   tài liệu đã sửa đổi; đoạn trích nay ở vị trí này",
    ]


@given(st.text(st.sampled_from("\x1b]0;\x07[31m\x9b\x85\u202e ab\n"), min_size=1))
def test_no_field_of_a_document_reaches_the_terminal_unclean(hostile: str) -> None:
    document = Document(hostile, hostile + TEXT, hostile, url=hostile)
    span = Span(0, len(hostile) + 4)
    cited = Answer(span.of(document.text), document.text, 0, 0.5, (cite(document, span),))
    passage = replace(PASSAGE, document_id=hostile, document_title=hostile, heading=hostile, text=hostile)
    expansions = (Expansion(hostile, hostile),)
    info = DocumentInfo(hostile, hostile, hostile, hostile, hostile, 1, 1, hostile)
    check = Verification(VerificationStatus.STALE, hostile, hostile, 0, 1, hostile)
    shown = [
        *ask_result(ENGLISH, result(cited, expansions=expansions)),
        *ask_result(ENGLISH, replace(result(), passages=(passage,))),
        *search_result(ENGLISH, SearchResult(hostile, expansions, (passage,), 1)),
        *documents(ENGLISH, [info]),
        *verification(ENGLISH, check),
    ]
    assert not {"\x1b", "\x07", "\x9b", "\x85", "\u202e", "\n"} & set("".join(shown))
