"""Parsing the public corpora, on a few lines written for the tests."""

from __future__ import annotations

from train.corpora import (
    comment_pairs,
    evb_pairs,
    scraper_article,
    sentences,
    squad_questions,
    vietnews_article,
    wiki_sections,
)
from train.detokenise import detokenise
from train.holdout import Holdout


def test_vietnews_article_has_title_lead_and_sentences() -> None:
    article = vietnews_article("Tiêu_đề bài\n\nĐoạn mở . Câu hai .\n\nCâu một .\nCâu hai , hết .\n\nChú_thích ảnh .\n")
    assert article is not None
    assert (article.title, article.lead, article.body) == (
        "Tiêu đề bài",
        ("Đoạn mở.", "Câu hai."),
        ("Câu một.", "Câu hai, hết."),
    )


def test_incomplete_files_give_nothing() -> None:
    assert vietnews_article("Chỉ có tiêu_đề\n\nmở") is None
    assert scraper_article("một dòng") is None


def test_wiki_sections_carry_article_and_heading() -> None:
    body = "Câu dài về hồ nước này. " * 10
    found = list(wiki_sections("hồ ngải đinh", f"{body}\n== Lịch sử ==\n{body}\n== Tham khảo ==\n{body}"))
    assert [section.title for section in found] == ["Hồ ngải đinh", "Hồ ngải đinh: Lịch sử"]


def test_sentences_end_before_capitals_only() -> None:
    assert sentences("Giá là 1.725 đồng. Ông nói vậy.\nDòng mới") == ("Giá là 1.725 đồng.", "Ông nói vậy.", "Dòng mới")


def test_evb_pairs_are_joined_by_number() -> None:
    text = "<s id='en1'>Hello .</s>\n<s id='vn1'>Chào .</s>\n<s id='en2'>Alone .</s>"
    assert [(pair.english, pair.vietnamese) for pair in evb_pairs("f", text)] == [("Hello.", "Chào.")]


def test_comment_pairs_need_equal_lines_and_lose_markup() -> None:
    text = "<!--\nSee :numref:`x` and *this*.\n-->\nXem :numref:`x` và *điều này*.\n<!--\nA\nB\n-->\nMột\n"
    assert [(pair.english.split(), pair.vietnamese.split()) for pair in comment_pairs("f", text)] == [
        (["See", "and", "this", "."], ["Xem", "và", "điều", "này", "."])
    ]


def test_squad_questions_leave_out_the_unanswerable_and_look_offsets_up_again() -> None:
    text = """{"data": [{"title": "T", "paragraphs": [{"context": "Ở ( Huế ) có 3 cầu .", "qas": [
      {"question": "Mấy cầu?", "answers": [{"text": "3 cầu", "answer_start": 13}]},
      {"question": "Mấy sông?", "answers": [], "is_impossible": true}]}]}]}"""
    (asked,) = squad_questions("s", text, detokenise)
    assert asked.context == "Ở (Huế) có 3 cầu."
    assert asked.context[asked.start :].startswith("3 cầu")


def test_holdout_knows_a_sentence_in_other_spelling() -> None:
    holdout = Holdout(["Tiêu đề\n\nHai chiếc xe tải đã đâm nhau trên quốc lộ 57 chiều nay."])
    assert holdout.touches("Khác. hai chiếc xe tải đã đâm nhau trên quốc_lộ 57 chiều nay . Hết")
    assert not holdout.touches("Hai chiếc xe tải đã đâm nhau.")
