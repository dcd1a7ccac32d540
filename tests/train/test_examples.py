"""Examples hold the answers they say, or say nothing, in the forms that the mix asks for; the same for a seed."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch")

from qa.analyse import analyse  # noqa: E402
from qa.encoding import words_of  # noqa: E402
from tests.train.tiny_examples import (  # noqa: E402
    PEOPLE,
    PLAIN,
    answer_in,
    asked_in,
    held_out,
    ids_of,
    pool,
    row_of,
    text_in,
)
from tests.train.tiny_network import ENCODER, FILLER, row  # noqa: E402
from train.examples import MADE, Mix, answer_words, example_of, lexicon, split, training_rows  # noqa: E402
from train.forms import strip_marks  # noqa: E402
from train.records import CONTRAST, Other  # noqa: E402

RAIN = Other("Thời tiết", "Trời mưa to suốt cả ngày ở nhiều nơi, gió giật mạnh từng cơn. " * 2)
MARKET = Other("Chợ", "Giá rau tăng mạnh ở chợ đầu mối do mưa kéo dài nhiều ngày. " * 2)


def words_to(text: str, answer: str, start: int | None = None) -> tuple[int, int] | None:
    at = text.index(answer) if start is None else start
    return answer_words(ENCODER.pieces(words_of(text)), at, at + len(answer))


# --- answers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "words"),
    [("54 tập thể", (2, 4)), ("54", (2, 2)), ("Có đến", (0, 1)), ("57,6%", (6, 6)), ("57,6", (6, 6)), ("hộ.", (7, 8))],
)
def test_an_answer_is_the_words_it_covers(answer: str, words: tuple[int, int]) -> None:
    assert words_to("Có đến 54 tập thể, 57,6% hộ.", answer) == words


@pytest.mark.parametrize("answer", ["4.0", "028", "4.028 t", "hể", "ập thể"])
def test_an_answer_that_cuts_a_word_has_none(answer: str) -> None:
    assert words_to("Có 4.028 tập thểng", answer) is None


def test_an_answer_of_space_has_no_words() -> None:
    assert words_to("Có  54", " ", 2) is None


# --- examples -------------------------------------------------------------------------------------------------------


def test_windows_are_drawn_with_the_answer_inside() -> None:
    seen = set()
    for example in pool(PEOPLE, PLAIN):
        source = row_of(example, PEOPLE)
        if source.answer:
            assert answer_in(example, source.context) == source.answer
        else:
            assert (example.start, example.end) == (0, 0)
        assert 8 <= len(example.window.words) <= 30
        seen.add(source.question)
    assert seen == {r.question for r in PEOPLE}


def test_examples_are_the_same_for_the_same_seed_and_of_every_length_in_turn() -> None:
    one, other, third = pool(PEOPLE, Mix(), 4, 40), pool(PEOPLE, Mix(), 4, 40), pool(PEOPLE, Mix(), 5, 40)
    assert one == other != third
    sizes = [len(example.window.ids) for example in one]
    assert len(sizes) == 40
    assert sizes not in (sorted(sizes), sorted(sizes, reverse=True))


def test_an_example_knows_the_number_of_its_question_and_a_made_one_has_none() -> None:
    made = row("Ai bàn việc này?", "Bình", "Ông Bình bàn việc này suốt ngày hôm qua ở tỉnh. " + FILLER)
    numbers = set()
    for example in pool(PEOPLE, replace(PLAIN, made=0.4), made=(made,)):
        asked = made if example.row == MADE else PEOPLE[example.row]
        assert asked_in(example) == ids_of(asked)
        numbers.add(example.row)
    assert numbers == {MADE, *range(len(PEOPLE))}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_made_questions_have_their_share(share: float) -> None:
    examples = pool(PEOPLE, replace(PLAIN, made=share), made=(row(),), count=400)
    assert abs(sum(example.row == MADE for example in examples) / 400 - share) < 0.08


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_contrast_questions_have_their_share_beyond_what_chance_gives_them(share: float) -> None:
    people = [*PEOPLE, row(source=CONTRAST)]
    examples = pool(people, replace(PLAIN, contrast=share), count=400)
    wanted = share + (1 - share) / len(people)
    assert abs(sum(example.row == len(PEOPLE) for example in examples) / 400 - wanted) < 0.08


def test_a_share_of_contrast_questions_without_any_changes_nothing() -> None:
    assert pool(PEOPLE, replace(PLAIN, contrast=0.9), count=40) == pool(PEOPLE, PLAIN, count=40)


def test_contrast_questions_are_held_out_and_trained_on_as_the_written_ones_are() -> None:
    rows = [row(context=text, source=CONTRAST) for text in held_out(2)]
    rows += [row("Ai?", "", FILLER + str(number), source=CONTRAST) for number in range(3)]
    assert split(rows)[1] == rows[:2]
    assert training_rows(rows) == [2, 3, 4]


def test_made_questions_alone_make_the_first_stage() -> None:
    examples = pool([], replace(PLAIN, made=1.0), count=20, made=(row(),))
    assert {answer_in(example, row().context) for example in examples} == {"54 tập thể"}


def test_a_window_from_elsewhere_lacks_the_answer_and_says_nothing() -> None:
    people = [row(context=FILLER * 4 + "Có 54 tập thể được khen. " + FILLER * 4), PEOPLE[1]]
    for example in pool(people, replace(PLAIN, elsewhere=1.0), count=60):
        assert (example.start, example.end) == (0, 0)
        assert not {"54", "nguyễn"} & {word.text for word in example.window.words}


def test_a_window_from_elsewhere_lacks_the_answer_though_the_text_says_it_twice() -> None:
    said = "Có 54 tập thể được khen. "
    for example in pool([row(context=said + FILLER * 6 + said)], replace(PLAIN, elsewhere=1.0), count=60):
        assert "54 tập thể" not in " ".join(word.text for word in example.window.words)


def test_a_look_alike_stands_in_for_the_text_under_its_own_title_and_says_nothing() -> None:
    near = [(), [RAIN], [RAIN, MARKET], (), ()]
    mix = replace(PLAIN, lookalike=1.0, titled=1.0)
    seen = set()
    for example in pool(PEOPLE, mix, near=near):
        others = near[example.row]
        if others:
            text = text_in(example, [other.text for other in others])
            (title,) = [other.title for other in others if other.text == text]
            assert (example.start, example.end) == (0, 0)
            seen.add((example.row, title))
        else:  # as ever
            source = row_of(example, PEOPLE)
            title = source.title
            assert source is PEOPLE[example.row]
            assert not source.answer or answer_in(example, source.context) == source.answer
        head = ENCODER.pieces(words_of(title)).ids
        start = len(asked_in(example)) + 2
        assert example.window.ids[start : start + len(head)] == head
    assert seen == {(1, "Thời tiết"), (2, "Thời tiết"), (2, "Chợ")}


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_look_alikes_have_their_share_of_the_answerable_and_of_the_unanswerable(share: float) -> None:
    near = [[RAIN]] * 2
    people = [PEOPLE[0], row("Ai dự?", "", FILLER * 3)]
    for mix, number in (
        (replace(PLAIN, lookalike=share, silent=1 - share), 0),
        (replace(PLAIN, lookalike=1 - share, silent=share), 1),
    ):
        examples = [example for example in pool(people, mix, count=600, near=near) if example.row == number]
        strange = [text_in(e, [RAIN.text, people[number].context]) == RAIN.text for e in examples]
        assert abs(sum(strange) / len(strange) - share) < 0.1


def test_a_question_put_otherwise_has_other_tokens_and_the_same_answer() -> None:
    people = PEOPLE[:3]
    put = {False: 0, True: 0}
    for example in pool(people, replace(PLAIN, otherwise=1.0)):
        source = row_of(example, people)
        assert answer_in(example, source.context) == source.answer
        put[asked_in(example) != ids_of(source)] += 1
    assert put[True] > put[False]  # chance may leave it as it is
    assert all(asked_in(example) in map(ids_of, people) for example in pool(people, PLAIN))


def test_a_question_without_marks_is_not_put_otherwise() -> None:
    people = [replace(person, question=strip_marks(person.question)) for person in PEOPLE[:2]]
    for example in pool(people, replace(PLAIN, otherwise=1.0), count=40):
        assert asked_in(example) == ids_of(row_of(example, people))


def test_a_word_of_the_question_is_swapped_for_what_others_say() -> None:
    people = [replace(person, question="Bao nhiêu tập thể được mời?") for person in PEOPLE[:2]]
    written = ENCODER.asked(analyse(people[0].question, lexicon())).ids
    beginnings = {e.window.ids[1 : len(written) + 1] for e in pool(people, replace(PLAIN, swapped=1.0), count=40)}
    assert written not in beginnings
    assert len(beginnings) > 1  # there is more than one other word for it


def test_an_example_points_at_its_first_and_last_token() -> None:
    asked = ENCODER.asked(analyse("Ai?", lexicon()))
    part = ENCODER.pieces(words_of("Có 57,6% hộ"))
    example = example_of(ENCODER, asked, "", part, (1, 2), 7)
    assert example is not None
    window = example.window
    assert (example.start, example.end, example.row) == (window.first[1], window.last[2], 7)
    silent = example_of(ENCODER, asked, "", part, None)
    assert silent is not None
    assert (silent.start, silent.end, silent.row) == (0, 0, MADE)
    assert example_of(ENCODER, asked, "", ENCODER.pieces(()), None) is None


# --- what is trained on ---------------------------------------------------------------------------------------------


def test_held_out_rows_share_no_text_with_the_others() -> None:
    rows = [row(context=f"{FILLER}{n:08d}", answer="", question=f"{k}?") for n in range(300) for k in range(2)]
    kept, held = split(rows, share=0.2)
    assert not {r.context for r in kept} & {r.context for r in held}
    assert 0.1 < len(held) / len(rows) < 0.3
    assert split(rows, share=0.2) == (kept, held)
    assert split([row(source="mailong25")] * 50, share=1.0)[1] == []


def test_all_but_the_held_out_and_most_of_the_found_silence_is_trained_on() -> None:
    (text,) = held_out(1)
    rows = [
        row(context=text),  # held out
        row(),
        row("Ai?", "", FILLER),
        *[row("Ai?", "", FILLER, source="mailong25") for _ in range(9)],  # 3 to 11: one of four
        row(source="mailong25"),
        row(context=text, source="mailong25"),
    ]
    assert training_rows(rows) == [1, 2, 4, 8, 12, 13]
