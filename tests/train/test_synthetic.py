"""Made questions: the answer stands where they say, the question does not give it away, near misses do not hold it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest

from train.records import Article, Reading
from train.synthetic import RULES, questions_of, synonyms

BODY = (
    "Hội nghị diễn ra trong không khí trang nghiêm và thân mật.",
    "Dịp này, 54 tập thể được tặng Bằng khen của Chủ tịch tỉnh Cần Thơ.",
    "Các đại biểu cho rằng phong trào đã lan tỏa sâu rộng trong nhân dân.",
    "Trong tương lai hai bên sẽ hợp tác, ông Nguyễn Văn Bình cho biết thêm như vậy.",
    "Tỷ lệ hộ nghèo giảm còn 3,5% so với cùng kỳ của giai đoạn trước đó.",
    "Chương trình bị hoãn do mưa lớn kéo dài suốt đêm qua, gây ngập nhiều nơi.",
    "Công trình được khánh thành vào năm 2019 với sự tham dự của người dân.",
    "Mọi người ra về trong niềm vui và hy vọng ở những ngày sắp tới.",
)
ARTICLE = Article("made", "Cần Thơ tuyên dương gương điển hình", (), BODY)
QUESTION_WORDS = {word for rule in RULES for words in rule.words for word in words.replace("{unit}", "").split()}


def made(article: Article = ARTICLE, seeds: int = 300, swaps: dict[str, list[str]] | None = None) -> Iterator[Reading]:
    for seed in range(seeds):
        yield from questions_of(article, random.Random(seed), swaps or {}, most=3)


def words_in(text: str) -> list[str]:
    return re.findall(r"[\w%]+", text.lower())


def test_an_answer_stands_at_its_offset_in_the_context() -> None:
    told = [row for row in made() if row.answer]
    assert len(told) > 300
    assert all(row.context[row.start : row.start + len(row.answer)] == row.answer for row in told)
    assert {"54 tập thể được tặng", "54 tập thể", "3,5%", "năm 2019", "Nguyễn Văn Bình"} & {r.answer for r in told}


def test_a_context_is_a_stretch_of_the_article() -> None:
    whole = " ".join(BODY)
    assert all(row.context in whole for row in made() if row.answer)
    assert all(row.title == ARTICLE.title for row in made(seeds=5))


def test_a_question_does_not_say_its_own_answer() -> None:
    for row in made():
        if row.answer:
            assert row.answer not in row.question


def test_a_question_asks_with_words_of_its_kind_and_otherwise_says_what_the_article_says() -> None:
    allowed = {word for sentence in (ARTICLE.title, *BODY) for word in words_in(sentence)} | QUESTION_WORDS
    for row in made():
        if row.answer:
            said = words_in(row.question)
            assert set(said) <= allowed, row.question
            assert QUESTION_WORDS & set(said), row.question


def test_a_number_is_not_taken_for_a_part_of_another_number() -> None:
    other = "Toàn tỉnh hiện có 25 xã được công nhận đạt chuẩn trong đợt xét này."
    body = ("Huyện miền núi này có 5 xã được công nhận đạt chuẩn trong đợt xét này.", other)
    for row in made(Article("made", "Nông thôn mới ở một tỉnh", (), body)):
        assert not re.search(r"\d(?:bao|mấy)", row.question), row.question


def test_synonyms_take_the_place_of_words() -> None:
    questions = [row.question for row in made(swaps={"tặng": ["trao"]})]
    assert any("trao Bằng khen" in question for question in questions)
    assert any("tặng Bằng khen" in question for question in questions)


def test_the_reader_s_synonyms_are_known_both_ways() -> None:
    table = synonyms()
    assert "giấy khen" in table["khen thưởng"]
    assert all(word in table[other] for word, others in table.items() for other in others)


def test_near_misses_do_not_hold_their_answer() -> None:
    """One sentence tells; without an answer the text lacks it, or the question names what the text does not."""
    article = Article("made", ARTICLE.title, (), (BODY[0], BODY[1], BODY[2], BODY[7]))
    silent = [row for row in made(article) if not row.answer]
    assert len(silent) > 10
    for row in silent:
        assert row.start == 0
        taken_out = "54" not in row.context and BODY[1] not in row.context
        article_words = set(words_in(" ".join((article.title, *article.body))))
        strange = set(words_in(row.question)) - article_words - QUESTION_WORDS
        assert taken_out or strange, row.question


def test_another_year_is_asked_for_than_the_text_names() -> None:
    body = ("Trong năm 2019, tỉnh có 12 công trình, được người dân địa phương đánh giá rất cao.",)
    found = [row for row in made(Article("made", "Tỉnh xây dựng", (), body)) if not row.answer and row.context]
    years = {year for row in found for year in re.findall(r"\d{4}", row.question)}
    assert years
    assert "2019" not in years


def test_the_same_seed_makes_the_same_questions() -> None:
    one, other = (list(questions_of(ARTICLE, random.Random(7), synonyms())) for _ in range(2))
    assert one == other
    assert 0 < len(one) <= 3


@pytest.mark.parametrize(
    ("sentence", "name", "answer"),
    [
        ("đạt 57,6 % kế hoạch", "percentage", "57,6 %"),
        ("trị giá gần 3,2 tỷ đồng", "amount", "gần 3,2 tỷ đồng"),
        ("khai mạc sáng 15/5 tại đây", "date", "sáng 15/5"),
        ("tháng 3 năm 2020", "year", "tháng 3 năm 2020"),
        ("gặp ông Trần Văn Nam hôm qua", "person", "Trần Văn Nam"),
        ("sống tại thành phố Hải Phòng", "place", "thành phố Hải Phòng"),
        ("hoãn do mưa lớn kéo dài suốt đêm qua, gây ngập", "reason", "do mưa lớn kéo dài suốt đêm qua"),
        ("Hồ Gươm là một hồ nước ngọt tự nhiên, nằm ở", "definition", "một hồ nước ngọt tự nhiên"),
        ("cuốn “Dế mèn phiêu lưu ký” của", "title", "Dế mèn phiêu lưu ký"),
    ],
)
def test_rules_cover_the_answer_and_nothing_else(sentence: str, name: str, answer: str) -> None:
    (rule,) = (rule for rule in RULES if rule.name == name)
    match = rule.pattern.search(sentence)
    assert match is not None
    assert match.group(1) == answer
