"""Examples hold the answers they say, the same for the same seed; losses and readings are those worked out apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("sklearn")

from index.types import Span  # noqa: E402
from qa.analyse import analyse  # noqa: E402
from qa.encoding import words_of  # noqa: E402
from tests.train.tiny_network import ENCODER, FILLER, TOKENIZER, row, tiny_network  # noqa: E402
from train.fit_reader import (  # noqa: E402
    Example,
    Mix,
    Source,
    answer_words,
    collate,
    example_of,
    lexicon,
    load_network,
    look_alikes,
    loss_of,
    measure,
    read,
    save_network,
    split,
)
from train.forms import strip_marks  # noqa: E402
from train.records import Reading  # noqa: E402

PLAIN = Mix(
    made=0.0,
    elsewhere=0.0,
    lookalike=0.0,
    bare=0.0,
    chat=0.0,
    english=0.0,
    bare_text=0.0,
    swapped=0.0,
    silent=0.0,
    otherwise=0.0,
    shortest=12,
    longest=30,
)
PEOPLE = [
    row(),
    row("Ai được khen ở Hải Phòng?", "Nguyễn Văn Bình", FILLER * 3 + "Ông Nguyễn Văn Bình ở Hải Phòng được khen."),
    row("Bao nhiêu cá nhân được tặng Bằng khen?", "37 cá nhân", "Có 37 cá nhân được tặng Bằng khen. " + FILLER * 3),
    row("Hội nghị bàn gì?", "", "Trời mưa to suốt cả ngày ở nhiều nơi. " * 3),
    row("Tỉnh giảm bao nhiêu?", "57,6%", FILLER + "Tỉnh giảm 57,6% so với năm qua. " + FILLER, english="How much?"),
]


def words_to(text: str, answer: str, start: int | None = None) -> tuple[int, int] | None:
    at = text.index(answer) if start is None else start
    return answer_words(ENCODER.pieces(words_of(text)), at, at + len(answer))


def answer_in(example: Example, text: str) -> str:
    """Return what the example's window says is the answer, in the text that it was cut from."""
    window = example.window
    first, last = window.first.index(example.start), window.last.index(example.end)
    return Span(window.words[first].span.start, window.words[last].span.end).of(text)


def pool(
    people: list[Reading], mix: Mix, seed: int = 0, count: int = 120, made: tuple[Reading, ...] = ()
) -> list[Example]:
    return Source(people, made, ENCODER, mix).pool(np.random.default_rng(seed), count)


def text_of(example: Example, people: list[Reading]) -> Reading:
    """Return the row whose text the window is a stretch of."""
    words = [word.text for word in example.window.words]
    spans = [word.span for word in example.window.words]
    return next(r for r in people if [w.text for w in words_of(r.context) if w.span in spans] == words)


def ids_of(person: Reading) -> tuple[int, ...]:
    """Return the tokens of a question as it is written."""
    return tuple(ENCODER.asked(analyse(person.question, lexicon())).ids)


def asked_in(example: Example) -> tuple[int, ...]:
    """Return the tokens of the question that an example asks."""
    ids = example.window.ids
    return tuple(ids[1 : ids.index(TOKENIZER.token_to_id("[SEP]"))])


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
        source = text_of(example, PEOPLE)
        if source.answer:
            assert answer_in(example, source.context) == source.answer
        else:
            assert (example.start, example.end) == (0, 0)
        assert 8 <= len(example.window.words) <= 30
        seen.add(source.question)
    assert seen == {r.question for r in PEOPLE}


def test_pools_are_the_same_for_the_same_seed_and_shortest_first() -> None:
    one, other, third = pool(PEOPLE, Mix(), 4, 40), pool(PEOPLE, Mix(), 4, 40), pool(PEOPLE, Mix(), 5, 40)
    assert one == other != third
    sizes = [len(example.window.ids) for example in one]
    assert len(sizes) == 40
    assert sizes == sorted(sizes)


def test_a_window_from_elsewhere_lacks_the_answer_and_says_nothing() -> None:
    people = [row(context=FILLER * 4 + "Có 54 tập thể được khen. " + FILLER * 4), PEOPLE[1]]
    for example in pool(people, replace(PLAIN, elsewhere=1.0), count=60):
        assert (example.start, example.end) == (0, 0)
        assert not {"54", "nguyễn"} & {word.text for word in example.window.words}


def test_a_window_of_a_look_alike_is_of_another_text_and_says_nothing() -> None:
    told = [r for r in PEOPLE if r.answer]
    for example in pool(told, replace(PLAIN, lookalike=1.0), count=40):
        assert (example.start, example.end) == (0, 0)


def test_an_unanswerable_question_comes_with_a_look_alike_text_and_never_with_an_answer() -> None:
    unanswerable = row("Bao nhiêu tập thể dự hội nghị?", "", "Trời mưa to suốt cả ngày ở nhiều nơi. " * 3)
    people = [unanswerable, *PEOPLE[:3], PEOPLE[4]]
    others = [r.context for r in people[1:]]
    for silent in (0.0, 0.5, 1.0):
        texts = set()
        for example in pool(people, replace(PLAIN, silent=silent)):
            source = text_of(example, people)
            if asked_in(example) == ids_of(unanswerable):
                assert (example.start, example.end) == (0, 0)
                texts.add(source.context)
            else:  # the answerable ones are drawn as ever
                assert answer_in(example, source.context) == source.answer
        assert (unanswerable.context in texts) == (silent < 1)
        assert bool(texts & set(others)) == (silent > 0)


def test_a_question_put_otherwise_has_other_tokens_and_the_same_answer() -> None:
    people = PEOPLE[:3]
    put = {False: 0, True: 0}
    for example in pool(people, replace(PLAIN, otherwise=1.0)):
        source = text_of(example, people)
        assert answer_in(example, source.context) == source.answer
        put[asked_in(example) != ids_of(source)] += 1
    assert put[True] > put[False]  # chance may leave it as it is
    assert all(asked_in(example) in map(ids_of, people) for example in pool(people, PLAIN))


def test_a_question_without_marks_is_not_put_otherwise() -> None:
    people = [replace(person, question=strip_marks(person.question)) for person in PEOPLE[:2]]
    for example in pool(people, replace(PLAIN, otherwise=1.0), count=40):
        assert asked_in(example) == ids_of(text_of(example, people))


def test_a_word_of_the_question_is_swapped_for_what_others_say() -> None:
    people = [replace(person, question="Bao nhiêu tập thể được mời?") for person in PEOPLE[:2]]
    written = ENCODER.asked(analyse(people[0].question, lexicon())).ids
    beginnings = {e.window.ids[1 : len(written) + 1] for e in pool(people, replace(PLAIN, swapped=1.0), count=40)}
    assert written not in beginnings
    assert len(beginnings) > 1  # there is more than one other word for it


def test_made_questions_alone_make_the_first_stage() -> None:
    examples = pool([], replace(PLAIN, made=1.0), count=20, made=(row(),))
    assert {answer_in(example, row().context) for example in examples} == {"54 tập thể"}


def test_the_ablation_marks_no_words_of_the_question() -> None:
    source = Source(PEOPLE, (), ENCODER, PLAIN)
    source.match = False
    types = {kind for example in source.pool(np.random.default_rng(0), 30) for kind in example.window.types}
    assert types == {0, 1, 2}
    assert max(kind for example in pool(PEOPLE, PLAIN, count=30) for kind in example.window.types) > 2


def test_an_example_points_at_its_first_and_last_token() -> None:
    asked = ENCODER.asked(analyse("Ai?", lexicon()))
    part = ENCODER.pieces(words_of("Có 57,6% hộ"))
    example = example_of(ENCODER, asked, "", part, (1, 2))
    assert example is not None
    window = example.window
    assert (example.start, example.end) == (window.first[1], window.last[2])
    assert example_of(ENCODER, asked, "", ENCODER.pieces(()), None) is None


def test_look_alikes_share_the_most_words_and_never_are_the_own_text() -> None:
    contexts = [r.context for r in PEOPLE]
    near = look_alikes(PEOPLE, contexts, most=2)
    assert all(own not in others and len(others) == 2 for own, others in enumerate(near))
    assert near[0][0] == 2  # `tặng Bằng khen` stands there, too


def test_held_out_rows_share_no_text_with_the_others() -> None:
    rows = [row(context=f"{FILLER}{n:08d}", answer="", question=f"{k}?") for n in range(300) for k in range(2)]
    kept, held = split(rows, share=0.2)
    assert not {r.context for r in kept} & {r.context for r in held}
    assert 0.1 < len(held) / len(rows) < 0.3
    assert split(rows, share=0.2) == (kept, held)
    assert split([row(source="mailong25")] * 50, share=1.0)[1] == []


# --- the network ----------------------------------------------------------------------------------------------------


def test_padding_changes_no_logits() -> None:
    examples = pool(PEOPLE, PLAIN, count=6)
    model = tiny_network()
    with torch.inference_mode():
        together = model(*collate([e.window for e in examples]))
        for line, example in zip(together, examples, strict=True):
            alone = model(*collate([example.window]))[0]
            torch.testing.assert_close(line[: len(alone)], alone, atol=1e-4, rtol=1e-4)


def test_the_loss_is_cross_entropy_over_the_passage_and_silence() -> None:
    examples = pool(PEOPLE, PLAIN, count=5)
    model = tiny_network()
    wanted = []
    with torch.inference_mode():
        for example in examples:
            window = example.window
            logits = model(*collate([window]))[0].double().numpy()
            allowed = [0, *range(window.first[0], window.last[-1] + 1)]
            for column, place in enumerate((example.start, example.end)):
                total = np.log(np.exp(logits[allowed, column]).sum())
                wanted.append(total - logits[place, column])
        found = float(loss_of(model, examples))
    assert found == pytest.approx(float(np.mean(wanted)), rel=1e-4)


def test_the_best_span_of_all_windows_is_read() -> None:
    model = tiny_network()
    question = row(context=FILLER * 8 + "Dịp này, 54 tập thể được khen.")
    text, margin = read(model, ENCODER, question, size=100)
    assert text in question.context
    _, in_part = read(model, ENCODER, row(context=FILLER), size=100)
    assert np.isfinite([margin, in_part]).all()
    assert read(model, ENCODER, question, size=100) == (text, margin)


def test_a_network_learns_a_handful_of_questions_and_says_how_well(tmp_path: Path) -> None:
    model = tiny_network()
    examples = pool(PEOPLE[:3], PLAIN, count=24)
    before = float(loss_of(model, examples).detach())
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(60):
        optimiser.zero_grad()
        loss_of(model, examples).backward()
        optimiser.step()
    assert float(loss_of(model, examples).detach()) < 0.3 * before
    assert measure(model, ENCODER, PEOPLE[:1]).startswith("F1 100.0 EM 100.0")


def test_a_network_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    model = tiny_network()
    (tmp_path / "reader").mkdir()
    save_network(model, tmp_path / "reader")
    again = load_network(tmp_path / "reader").eval()
    batch = collate([example.window for example in pool(PEOPLE, PLAIN, count=3)])
    with torch.inference_mode():
        torch.testing.assert_close(again(*batch), model(*batch))
