"""Losses, readings and the order of windows are those worked out apart; runs go on where they stopped."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("torch")

import torch  # noqa: E402

from qa.encoding import PROPOSED  # noqa: E402
from tests.train.tiny_examples import PEOPLE, PLAIN, held_out, pool  # noqa: E402
from tests.train.tiny_network import ENCODER, FILLER, TOKENIZER, row, tiny_bert, tiny_network  # noqa: E402
from train import fit_reader  # noqa: E402
from train.draw import Batch, Ints, Windows  # noqa: E402
from train.examples import MADE, Example, fold_of, training_rows  # noqa: E402
from train.fit_reader import (  # noqa: E402
    Order,
    SpanNetwork,
    collate,
    load_network,
    loss_of,
    measure,
    read,
    save_network,
    usable,
)
from train.paths import Workplace, workplace  # noqa: E402
from train.records import Reading, write_records  # noqa: E402

Floats = npt.NDArray[np.float64]


def batch_of(examples: Sequence[Example]) -> Batch:
    return Windows.of(examples).batch(np.arange(len(examples)))


# --- the network ----------------------------------------------------------------------------------------------------


def test_padding_changes_no_logits() -> None:
    examples = pool(PEOPLE, PLAIN, count=6)
    model = tiny_network()
    with torch.inference_mode():
        together = model(*collate([e.window for e in examples]))
        for line, example in zip(together, examples, strict=True):
            alone = model(*collate([example.window]))[0]
            torch.testing.assert_close(line[: len(alone)], alone, atol=1e-4, rtol=1e-4)


def logits_of(model: SpanNetwork, example: Example) -> Floats:
    """Return the logits of the places where an answer may be, silence first: `[places, 2]`."""
    window = example.window
    with torch.inference_mode():
        logits = model(*collate([window]))[0].double().numpy()
    return np.asarray(logits[[0, *range(window.first[0], window.last[-1] + 1)]], np.float64)


def softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(axis=0))
    return np.asarray(raised / raised.sum(axis=0), np.float64)


def told(model: SpanNetwork, example: Example) -> float:
    """Return the cross entropy of the start and the end, worked out for one window alone."""
    shares = softmax(logits_of(model, example))
    places = [0 if place == 0 else 1 + place - example.window.first[0] for place in (example.start, example.end)]
    return float(np.mean([-np.log(shares[place, column]) for column, place in enumerate(places)]))


def apart(model: SpanNetwork, teachers: Sequence[SpanNetwork], example: Example) -> float:
    """Return the divergence from the teachers' mean at a temperature of 2."""
    likely = np.mean([softmax(logits_of(teacher, example) / 2) for teacher in teachers], axis=0)
    found = softmax(logits_of(model, example) / 2)
    return float((likely * np.log(likely / found)).sum(axis=0).mean())


def test_the_loss_is_cross_entropy_over_the_passage_and_silence() -> None:
    examples = pool(PEOPLE, PLAIN, count=8)
    assert len({len(example.window.ids) for example in examples}) > 1
    assert len({example.start > 0 for example in examples}) == 2
    model = tiny_network()
    found = float(loss_of(model, batch_of(examples)).detach())
    assert found == pytest.approx(np.mean([told(model, example) for example in examples]), rel=1e-4)


@pytest.mark.parametrize("seeds", [(8,), (8, 9, 10)])
def test_half_of_the_loss_is_the_divergence_from_the_mean_of_the_teachers(seeds: tuple[int, ...]) -> None:
    examples = pool(PEOPLE, PLAIN, count=8)
    model, teachers = tiny_network(), [tiny_network(seed) for seed in seeds]
    loss = loss_of(model, batch_of(examples), teachers)
    wanted = [0.5 * told(model, e) + 0.5 * 2**2 * apart(model, teachers, e) for e in examples]
    assert float(loss.detach()) == pytest.approx(np.mean(wanted), rel=1e-4)
    loss.backward()
    assert all(weight.grad is None for teacher in teachers for weight in teacher.parameters())
    assert all(weight.grad is not None for weight in model.scores.parameters())


def test_teachers_say_nothing_of_windows_that_propose_an_answer() -> None:
    examples = pool(PEOPLE, PLAIN, count=6)
    windows = Windows.of(examples)
    types = windows.types.copy()
    first = windows.ends[2] - 2
    types[first] = PROPOSED  # the third window
    batch = replace(windows, types=types).batch(np.arange(6))
    marked = replace(windows, types=types).batch(np.array([2]))
    model, teachers = tiny_network(), [tiny_network(8)]
    alone, taught = (float(loss_of(model, marked, some).detach()) for some in ((), teachers))
    assert taught == pytest.approx(alone, rel=1e-5)
    rest = Windows.of([*examples[:2], *examples[3:]]).batch(np.arange(5))
    wanted = (5 * float(loss_of(model, rest, teachers).detach()) + alone) / 6
    assert float(loss_of(model, batch, teachers).detach()) == pytest.approx(wanted, rel=1e-4)


def test_a_network_is_its_own_teacher_for_half_of_the_loss() -> None:
    batch, model = batch_of(pool(PEOPLE, PLAIN, count=5)), tiny_network()
    alone, own = (float(loss_of(model, batch, teachers).detach()) for teachers in ((), (model, model)))
    assert own == pytest.approx(alone / 2, rel=1e-4)


def learn(model: SpanNetwork, batch: Batch, teachers: Sequence[SpanNetwork] = (), steps: int = 60) -> None:
    optimiser = torch.optim.Adam(model.parameters(), lr=3e-3)
    for _ in range(steps):
        optimiser.zero_grad()
        loss_of(model, batch, teachers).backward()
        optimiser.step()


def test_a_student_learns_what_its_teacher_thinks_of_every_place() -> None:
    examples, teacher = pool(PEOPLE, PLAIN, count=16), tiny_network(8)
    student, pupil = tiny_network(), tiny_network()
    before = np.mean([apart(student, [teacher], example) for example in examples])
    learn(student, batch_of(examples), [teacher])
    learn(pupil, batch_of(examples))
    taught, alone = (np.mean([apart(model, [teacher], e) for e in examples]) for model in (student, pupil))
    assert taught < 0.5 * before
    assert taught < 0.5 * alone


def test_the_best_span_of_all_windows_is_read() -> None:
    model = tiny_network()
    question = row(context=FILLER * 8 + "Dịp này, 54 tập thể được khen.")
    text, margin = read(model, ENCODER, question, size=100)
    assert text in question.context
    _, in_part = read(model, ENCODER, row(context=FILLER), size=100)
    assert np.isfinite([margin, in_part]).all()
    assert read(model, ENCODER, question, size=100) == (text, margin)


def test_a_network_learns_a_handful_of_questions_and_says_how_well() -> None:
    model = tiny_network()
    batch = batch_of(pool(PEOPLE[:3], PLAIN, count=24))
    before = float(loss_of(model, batch).detach())
    learn(model, batch)
    assert float(loss_of(model, batch).detach()) < 0.3 * before
    assert measure(model, ENCODER, PEOPLE[:1]).startswith("F1 100.0 EM 100.0")


def test_a_network_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    model = tiny_network()
    (tmp_path / "reader").mkdir()
    save_network(model, tmp_path / "reader")
    again = load_network(tmp_path / "reader").eval()
    batch = collate([example.window for example in pool(PEOPLE, PLAIN, count=3)])
    with torch.inference_mode():
        torch.testing.assert_close(again(*batch), model(*batch))


# --- which windows a step reads -------------------------------------------------------------------------------------


def some_windows(count: int, seed: int = 0) -> tuple[Ints, Ints]:
    """Return the lengths of many windows, and the numbers of `count` usable ones."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(20, 220, 4 * count)
    return lengths, np.sort(rng.choice(4 * count, count, replace=False))


def epoch_of(order: Order, steps: int, epoch: int = 0) -> list[Ints]:
    return [order(step) for step in range(epoch * steps, (epoch + 1) * steps)]


@pytest.mark.parametrize(("batch", "pools"), [(4, 3), (1, 5), (8, 1)])
def test_each_usable_window_is_read_once_an_epoch_in_another_order(batch: int, pools: int) -> None:
    lengths, numbers = some_windows(12 * batch * pools)
    order = Order(lengths, numbers, batch, seed=7)
    epochs = [epoch_of(order, 12 * pools, epoch) for epoch in range(3)]
    for steps in epochs:
        assert {len(step) for step in steps} == {batch}
        assert sorted(np.concatenate(steps).tolist()) == numbers.tolist()
    orders = {tuple(np.concatenate(steps).tolist()) for steps in epochs}
    assert len(orders) == 3


@pytest.mark.parametrize("count", [145, 191])
def test_of_a_number_that_does_not_come_out_even_a_few_wait_for_another_epoch(count: int) -> None:
    lengths, numbers = some_windows(count)
    order = Order(lengths, numbers, 4, seed=7)
    steps = epoch_of(order, 12 * (count // 48))
    read_once = np.concatenate(steps)
    assert len(set(read_once.tolist())) == len(read_once) == 48 * (count // 48)
    later = np.concatenate([number for epoch in range(1, 12) for number in epoch_of(order, len(steps), epoch)])
    assert set(later.tolist()) == set(numbers.tolist())


def test_the_windows_of_a_step_are_of_about_one_length_and_steps_do_not_rise() -> None:
    lengths, numbers = some_windows(12 * 24 * 4)
    steps = epoch_of(Order(lengths, numbers, 24, seed=7), 48)
    spreads = [int(np.ptp(lengths[step])) for step in steps]
    assert np.mean(spreads) < 1.5 * 200 / 12
    means = np.array([lengths[step].mean() for step in steps]).reshape(4, 12)
    assert all(abs(np.corrcoef(np.arange(12), line)[0, 1]) < 0.9 for line in means)


def test_a_step_depends_on_the_seed_and_its_number_alone() -> None:
    lengths, numbers = some_windows(150)
    whole = [Order(lengths, numbers, 4, seed=7)(step).tolist() for step in range(120)]
    order = Order(lengths, numbers, 4, seed=7)
    for step in np.random.default_rng(0).permutation(120).tolist():
        assert order(step).tolist() == whole[step]
    other = Order(lengths, numbers, 4, seed=8)
    assert [other(step).tolist() for step in range(120)] != whole


@pytest.mark.parametrize("count", [4, 5, 11, 30, 47])
def test_fewer_windows_than_a_pool_are_read_again_and_again(count: int) -> None:
    lengths, numbers = some_windows(count)
    order = Order(lengths, numbers, 4, seed=7)
    for step in range(30):
        some = order(step).tolist()
        assert len(set(some)) == 4
        assert set(some) <= set(numbers.tolist())


def test_fewer_windows_than_a_pool_are_all_read_some_day() -> None:
    lengths, numbers = some_windows(11)
    order = Order(lengths, numbers, 4, seed=7)
    assert set(np.concatenate([order(step) for step in range(200)]).tolist()) == set(numbers.tolist())


def test_too_few_windows_are_an_error_that_says_what_to_do() -> None:
    lengths, numbers = some_windows(23)
    with pytest.raises(ValueError, match=r"23 windows are fewer than a batch of 24: run train\.draw"):
        Order(lengths, numbers, 24, seed=7)


ROWS = [row(source="written" if n % 3 else "mailong25") for n in range(30)]
WRITTEN = {n for n in range(30) if n % 3}


def usable_rows(*, made: bool = True, written: int | None = None) -> set[int]:
    """Return the questions of the usable windows, having checked that all windows of each are used, or none."""
    examples = [
        replace(example, row=number)
        for number, example in zip([*range(MADE, 30)] * 2, pool(PEOPLE, PLAIN, count=62), strict=True)
    ]
    found = usable(Windows.of(examples), ROWS, made=made, written=written).tolist()
    rows = {examples[number].row for number in found}
    assert found == [number for number, example in enumerate(examples) if example.row in rows]
    return rows


def test_all_windows_are_usable_but_for_those_that_an_ablation_leaves_out() -> None:
    everything = set(range(MADE, 30))
    assert usable_rows() == everything
    assert usable_rows(made=False) == everything - {MADE}
    assert usable_rows(written=0) == everything - WRITTEN
    assert usable_rows(written=1_000) == everything
    assert usable_rows(made=False, written=0) == everything - WRITTEN - {MADE}


def test_so_many_written_questions_are_used_and_fewer_are_some_of_more() -> None:
    some, more = usable_rows(written=4), usable_rows(written=9)
    assert some == usable_rows(written=4)
    assert (len(some & WRITTEN), len(more & WRITTEN)) == (4, 9)
    assert some < more
    assert some - WRITTEN == more - WRITTEN == set(range(MADE, 30)) - WRITTEN
    assert some & WRITTEN != set(sorted(WRITTEN)[:4])  # not the first ones, which are all of one kind


# --- main -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a work folder with questions, windows, a tokenizer and a network to start from."""
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    held = [row(context=text) for text in held_out(2)]
    rows = [*held, row("Ai?", "", held_out(3)[2]), *PEOPLE]
    assert training_rows(rows) == [3, 4, 5, 6, 7]
    write_records(tmp_path / "reading.jsonl", rows)
    TOKENIZER.save(str(tmp_path / "encoder-tokenizer.json"))
    made = row("Ai bàn việc này?", "Bình", "Ông Bình bàn việc này suốt ngày hôm qua ở tỉnh. " + FILLER)
    for number in range(2):
        examples = pool(PEOPLE, replace(PLAIN, made=0.2), seed=number, count=30, made=(made,))
        Windows.of(examples).save(tmp_path / f"windows-{number:03}.npz")
    tiny_bert(layers=2).save_pretrained(tmp_path / "encoder-pretrained")
    return workplace()


class Cut(Exception):
    """The power went."""


Seen = list[tuple[Batch, list[SpanNetwork]]]


def start(monkeypatch: pytest.MonkeyPatch, *arguments: str, until: int = 1_000) -> Seen:
    """Run main until that many steps were made; return what each learned from."""
    seen: Seen = []

    def watched(model: SpanNetwork, batch: Batch, teachers: Sequence[SpanNetwork] = ()) -> torch.Tensor:
        if len(seen) == until:
            raise Cut
        seen.append((batch, list(teachers)))
        return loss_of(model, batch, teachers)

    shared = ["--steps", "6", "--batch", "4", "--save-every", "2", "--rate", "1e-3"]
    monkeypatch.setattr(fit_reader, "loss_of", watched)
    monkeypatch.setattr(sys, "argv", ["fit_reader", *shared, *arguments])
    fit_reader.main()
    return seen


def watched_orders(monkeypatch: pytest.MonkeyPatch) -> list[Ints]:
    """Return a list that will hold the windows which each later run may use."""
    chosen = list[Ints]()

    class Watched(Order):
        def __init__(self, lengths: Ints, usable: Ints, batch: int, seed: int) -> None:
            chosen.append(usable)
            super().__init__(lengths, usable, batch, seed)

    monkeypatch.setattr(fit_reader, "Order", Watched)
    return chosen


def weights(path: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = load_network(path).state_dict()
    return found


def differ(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return any(not torch.equal(weight, other[name]) for name, weight in one.items())


def test_main_writes_a_network_and_says_how_well_it_reads_what_was_held_out(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = start(monkeypatch, "--name", "one")
    assert len(seen) == 6
    assert all(teachers == [] and len(batch.ids) == 4 for batch, teachers in seen)
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("  F1 ") for line in lines) == 3
    assert lines[-1].startswith("one F1 ")
    assert lines[-1].endswith("(n=3)")
    assert not place.file("one.pt").exists()
    assert differ(weights(place.file("one")), weights(place.file("encoder-pretrained")))
    start(monkeypatch, "--name", "other", "--seed", "8")
    assert differ(weights(place.file("one")), weights(place.file("other")))


@pytest.mark.parametrize("until", [1, 5])
def test_a_run_that_was_cut_off_ends_with_the_very_weights(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, until: int
) -> None:
    start(monkeypatch, "--name", "whole")
    with pytest.raises(Cut):
        start(monkeypatch, "--name", "cut", until=until)
    assert len(start(monkeypatch, "--name", "cut")) == 6 - until // 2 * 2
    assert not differ(weights(place.file("whole")), weights(place.file("cut")))


def test_teachers_are_finished_readers_that_do_not_change(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in ("1", "2"):
        start(monkeypatch, "--name", f"teacher-{seed}", "--seed", seed)
    before = [weights(place.file(f"teacher-{seed}")) for seed in (1, 2)]
    seen = start(monkeypatch, "--name", "student", "--teachers", "teacher-1", "teacher-2")
    for _, teachers in seen:
        assert not any(teacher.training for teacher in teachers)
        assert not any(differ(t.state_dict(), b) for t, b in zip(teachers, before, strict=True))
    start(monkeypatch, "--name", "alone")
    assert differ(weights(place.file("student")), weights(place.file("alone")))


def test_a_network_learns_from_windows_of_several_names(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    hard = Windows.of(pool(PEOPLE[:1], PLAIN, seed=9, count=30))
    hard.save(place.file("hard-000.npz"))
    alone, both = (start(monkeypatch, "--windows", *names) for names in (["hard"], ["windows", "hard"]))
    ids = {tuple(hard.batch(np.array([number])).ids[0]) for number in range(len(hard))}
    learnt = [
        {tuple(ids[mask]) for batch, _ in seen for ids, mask in zip(batch.ids, batch.mask, strict=True)}
        for seen in (alone, both)
    ]
    assert learnt[0] <= ids
    assert ids & learnt[1]
    assert learnt[1] - ids


def test_a_fold_that_is_left_out_is_not_learnt_from(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = watched_orders(monkeypatch)
    windows = Windows.load(sorted(place.work.glob("windows-*.npz")))
    fold = fold_of(PEOPLE[0])
    start(monkeypatch, "--apart", str(fold))
    kept = {number for number, person in enumerate(PEOPLE) if fold_of(person) != fold}
    assert 0 < len(kept) < len(PEOPLE)
    assert set(windows.row[chosen[0]].tolist()) - {MADE} == kept


def test_the_ablation_marks_no_words_of_the_question_in_learning_or_reading(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    matched = list[bool]()

    def watched(model: SpanNetwork, encoder: object, rows: Sequence[Reading], *, match: bool = True) -> str:
        matched.append(match)
        return measure(model, ENCODER, rows, match=match)

    monkeypatch.setattr(fit_reader, "measure", watched)
    kinds = [
        {kind for batch, _ in start(monkeypatch, *flags) for kind in np.unique(batch.types).tolist()}
        for flags in ([], ["--no-match"])
    ]
    assert kinds[0] > kinds[1] == {0, 1, 2}
    assert matched == [True] * 4 + [False] * 4


def test_reading_without_marks_sees_the_parts_alone() -> None:
    model, kinds = tiny_network(), list[set[int]]()
    hook = model.register_forward_pre_hook(lambda _, inputs: kinds.append(set(inputs[1].unique().tolist())))
    answers = [read(model, ENCODER, row(), match=match) for match in (True, False)]
    hook.remove()
    assert kinds[0] > kinds[1] == {0, 1, 2}
    assert answers[0] != answers[1]


def test_ablations_leave_out_windows_and_layers(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = watched_orders(monkeypatch)
    windows = Windows.load(sorted(place.work.glob("windows-*.npz")))
    start(monkeypatch, "--name", "small", "--layers", "1", "--no-made")
    assert set(windows.row[chosen[0]].tolist()) == {0, 1, 2, 3, 4}
    start(monkeypatch, "--written", "0", "--batch", "2")
    assert set(windows.row[chosen[1]].tolist()) == {MADE}
    assert len(load_network(place.file("small")).encoder.encoder.layer) == 1
    assert len(load_network(place.file("reader")).encoder.encoder.layer) == 2
