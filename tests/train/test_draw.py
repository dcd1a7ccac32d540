"""Windows come back from arrays and files as they were drawn; files depend on the seed and their number alone."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("torch")

from qa.encoding import Window, Word  # noqa: E402
from tests.train.tiny_examples import PEOPLE, PLAIN, asked_in, held_out, ids_of, pool, text_in  # noqa: E402
from tests.train.tiny_network import TOKENIZER, row  # noqa: E402
from train import draw  # noqa: E402
from train.draw import Windows, check_key, files, source  # noqa: E402
from train.examples import MADE, Example, Mix  # noqa: E402
from train.paths import Workplace, workplace  # noqa: E402
from train.records import Other, write_records  # noqa: E402

FORKING = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")


@st.composite
def any_examples(draws: st.DrawFn) -> list[Example]:
    """Return examples of any tokens, types and word lengths, with and without an answer."""
    found = []
    for _ in range(draws(st.integers(1, 6))):
        head = draws(st.integers(3, 9))
        sizes = draws(st.lists(st.integers(1, 3), min_size=1, max_size=12))
        last = tuple(int(head + end) - 1 for end in np.cumsum(sizes))
        first = tuple(end - size + 1 for end, size in zip(last, sizes, strict=True))
        length = last[-1] + 2
        ids, types = (
            tuple(draws(st.lists(st.integers(0, most), min_size=length, max_size=length))) for most in (65_535, 9)
        )
        begin = draws(st.integers(0, len(sizes) - 1))
        end = draws(st.integers(begin, len(sizes) - 1))
        answer = draws(st.sampled_from([(0, 0), (first[begin], last[end])]))
        words = tuple[Word, ...]()
        found.append(Example(Window(ids, types, words, first, last), *answer, draws(st.integers(-1, 100_000))))
    return found


def assert_holds(windows: Windows, examples: Sequence[Example], numbers: Sequence[int]) -> None:
    batch = windows.batch(np.array(numbers))
    size = max(len(examples[number].window.ids) for number in numbers)
    assert {part.shape for part in (batch.ids, batch.types, batch.mask, batch.allowed)} == {(len(numbers), size)}
    for line, number in enumerate(numbers):
        window, padding = examples[number].window, [0] * (size - len(examples[number].window.ids))
        assert batch.ids[line].tolist() == [*window.ids, *padding]
        assert batch.types[line].tolist() == [*window.types, *padding]
        assert batch.mask[line].tolist() == [place < len(window.ids) for place in range(size)]
        told = {0, *range(window.first[0], window.last[-1] + 1)}
        assert batch.allowed[line].tolist() == [place in told for place in range(size)]
        assert batch.wanted[line].tolist() == [examples[number].start, examples[number].end]
    assert batch.ids.dtype == batch.types.dtype == batch.wanted.dtype == np.int64
    assert batch.mask.dtype == batch.allowed.dtype == np.bool_


@settings(deadline=None, max_examples=60)
@given(any_examples(), st.data())
def test_any_windows_come_back_side_by_side(examples: list[Example], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(examples) - 1), min_size=1, max_size=8))
    windows = Windows.of(examples)
    assert_holds(windows, examples, numbers)
    assert len(windows) == len(examples)
    assert windows.row.tolist() == [example.row for example in examples]
    lengths = [len(example.window.ids) for example in examples]
    assert windows.lengths.tolist() == lengths
    assert windows.lengths[np.array(numbers)].tolist() == [lengths[number] for number in numbers]


@settings(deadline=None, max_examples=25)
@given(any_examples(), st.data())
def test_files_are_read_as_one(examples: list[Example], data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(1, len(examples) - 1)) if len(examples) > 1 else st.just(set[int]()))
    bounds = [0, *sorted(cuts), len(examples)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"windows-{number:03}.npz" for number in range(len(bounds) - 1)]
        for path, first, last in zip(paths, bounds, bounds[1:], strict=False):
            Windows.of(examples[first:last]).save(path)
        assert sorted(Path(folder).iterdir()) == paths
        windows = Windows.load(paths)
    whole = Windows.of(examples)
    for field in fields(Windows):
        one, other = getattr(windows, field.name), getattr(whole, field.name)
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype
    assert_holds(windows, examples, range(len(examples)))


@settings(deadline=None, max_examples=25)
@given(any_examples(), st.data())
def test_some_windows_are_picked_in_any_order(examples: list[Example], data: st.DataObject) -> None:
    numbers = data.draw(st.lists(st.integers(0, len(examples) - 1), min_size=1, max_size=8))
    picked = Windows.of(examples).pick(np.array(numbers))
    assert_holds(picked, [examples[number] for number in numbers], range(len(numbers)))
    assert picked.row.tolist() == [examples[number].row for number in numbers]


def test_drawn_examples_come_back_side_by_side() -> None:
    examples = pool(PEOPLE, replace(Mix(), shortest=12, longest=60), made=(row(),), count=60)
    assert_holds(Windows.of(examples), examples, [*range(59, -1, -1), 3, 3])


def test_a_killed_write_leaves_no_file_of_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(path: Path, **_: object) -> None:
        Path(path).write_bytes(b"PK half")
        raise KeyboardInterrupt

    place, windows = Workplace(*[tmp_path] * 6), Windows.of(pool(PEOPLE, PLAIN, count=5))
    for number in (2, 0, 11):
        windows.save(tmp_path / f"windows-{number:03}.npz")
    monkeypatch.setattr(np, "savez", killed)
    with pytest.raises(KeyboardInterrupt):
        windows.save(tmp_path / "windows-001.npz")
    assert [path.name for path in files(place)] == ["windows-000.npz", "windows-002.npz", "windows-011.npz"]


def test_without_any_files_it_says_what_to_run() -> None:
    with pytest.raises(ValueError, match=r"train\.draw"):
        Windows.load([])


# --- the questions of the work folder -------------------------------------------------------------------------------

STRANGE = Other("Chợ", "Giá rau tăng mạnh ở chợ đầu mối do mưa kéo dài nhiều ngày. " * 2)
REST = Other("Cần Thơ", "Đại diện các đơn vị phát biểu và hứa cố gắng hơn trong thời gian tới. " * 2)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a work folder with the questions `PEOPLE` behind one that is held out, and one made question."""
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    rows = [row(context=held_out(1)[0]), *PEOPLE]
    write_records(tmp_path / "reading.jsonl", rows)
    write_records(tmp_path / "synthetic.jsonl", [row("Ai bàn?", "Bình", "Ông Bình bàn việc này suốt cả ngày hôm qua.")])
    TOKENIZER.save(str(tmp_path / "encoder-tokenizer.json"))
    return workplace()


def save_look_alikes(place: Workplace, table: Sequence[Sequence[int]]) -> None:
    write_records(place.file("others.jsonl"), [STRANGE, REST])
    np.save(place.file("look-alikes.npy"), np.array(table, np.int32))


def test_the_questions_to_train_on_are_drawn_from_with_and_without_look_alikes(place: Workplace) -> None:
    place.file("synthetic.jsonl").unlink()
    plain = source(place, PLAIN)
    assert (plain.people, list(plain.made)) == (PEOPLE, [])
    texts = [person.context for person in PEOPLE]
    for example in plain.pool(np.random.default_rng(0), 30):
        assert asked_in(example) == ids_of(PEOPLE[example.row])
        assert text_in(example, texts) == PEOPLE[example.row].context
    with pytest.raises(FileNotFoundError):
        source(place, replace(PLAIN, made=0.1))


def test_the_look_alikes_of_a_question_are_its_own_but_for_the_same_title_where_nothing_answers(
    place: Workplace,
) -> None:
    # The first line is the held-out question's; PEOPLE[3] has no answer, all have the title `Cần Thơ`.
    save_look_alikes(place, [[0, 1], [0, 1], [1, -1], [-1, -1], [1, 0], [0, -1]])
    wanted = {0: {STRANGE, REST}, 1: {REST}, 2: set[Other](), 3: {STRANGE}, 4: {STRANGE}}
    seen: dict[int, set[Other]] = {number: set() for number in wanted}
    others = {other.text: other for other in (STRANGE, REST)}
    texts = [*others, *(person.context for person in PEOPLE)]
    for example in source(place, replace(PLAIN, lookalike=1.0, silent=1.0)).pool(np.random.default_rng(0), 150):
        text = text_in(example, texts)
        if text in others:
            seen[example.row].add(others[text])
    assert seen == wanted


@pytest.mark.parametrize("lines", [5, 7])
def test_look_alikes_of_other_questions_are_an_error_that_says_what_to_do(place: Workplace, lines: int) -> None:
    save_look_alikes(place, [[0, 1]] * lines)
    with pytest.raises(ValueError, match=rf"{lines} questions, not 6: run train\.look_alikes again"):
        source(place, PLAIN)


# --- main -----------------------------------------------------------------------------------------------------------


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setattr(draw, "_CHUNK", 15)
    monkeypatch.setattr(sys, "argv", ["draw", *arguments])
    draw.main()


def drawn(place: Workplace) -> list[list[list[int]]]:
    """Return the windows in each file, all that is kept of them."""
    return [[getattr(Windows.load([path]), field.name).tolist() for field in fields(Windows)] for path in files(place)]


@FORKING
def test_files_depend_on_the_seed_and_their_number_alone(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "--windows", "31", "--workers", "2")
    assert [path.name for path in files(place)] == ["windows-000.npz", "windows-001.npz", "windows-002.npz"]
    first = drawn(place)
    assert all(len(Windows.load([path])) == 15 for path in files(place))
    assert first[0] != first[1] != first[2]
    wanted = Windows.of(source(place, Mix()).pool(np.random.default_rng((7, 1)), 15))
    assert first[1] == [getattr(wanted, field.name).tolist() for field in fields(Windows)]
    for path in files(place):
        path.unlink()
    run(monkeypatch, "--windows", "45", "--workers", "1")
    assert drawn(place) == first
    for path in (*files(place), place.file("windows.key")):
        path.unlink()
    run(monkeypatch, "--windows", "45", "--workers", "2", "--seed", "8")
    assert not any(one in first for one in drawn(place))


@FORKING
def test_windows_of_another_name_stand_beside_the_first(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    run(monkeypatch, "--windows", "15", "--workers", "1")
    first = drawn(place)
    run(monkeypatch, "--windows", "15", "--workers", "1", "--name", "refine", "--made", "0")
    assert [path.name for path in files(place, "refine")] == ["refine-000.npz"]
    assert MADE in Windows.load(files(place)).row
    assert MADE not in Windows.load(files(place, "refine")).row
    assert drawn(place) == first
    with pytest.raises(ValueError, match=r"other questions or settings: remove refine\*"):
        run(monkeypatch, "--windows", "15", "--workers", "1", "--name", "refine", "--made", "0", "--contrast", "0.5")


@FORKING
def test_around_every_question_has_as_many_turns_as_asked_for(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draw, "_TURNS", 2)
    save_look_alikes(place, [[0, -1]] * 6)
    run(monkeypatch, "--around", "2", "--workers", "2", "--name", "around")
    rows = [Windows.load([path]).row.tolist() for path in files(place, "around")]
    assert [set(some) for some in rows] == [{0, 1}, {2, 3}, {4}] * 2
    assert rows[2].count(4) == 2  # its own text and its one look-alike
    with pytest.raises(ValueError, match=r"other questions or settings: remove around\*"):
        run(monkeypatch, "--around", "1", "--workers", "2", "--name", "around")


@FORKING
def test_files_that_are_there_stay_and_missing_ones_are_drawn(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(monkeypatch, "--windows", "45", "--workers", "2")
    first = drawn(place)
    place.file("windows-000.npz").unlink()
    Windows.of(pool(PEOPLE, PLAIN, count=4)).save(place.file("windows-001.npz"))
    run(monkeypatch, "--windows", "60", "--workers", "2")
    again = drawn(place)
    assert again[0] == first[0]
    assert len(again[1][-1]) == 4
    assert again[2] == first[2]
    assert len(again) == 4


@FORKING
@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_share_of_made_questions_is_asked_for(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    run(monkeypatch, "--windows", "15", "--workers", "1", "--made", str(share))
    assert (Windows.load(files(place)).row == -1).all() == bool(share)


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Raise `TimeoutError` when what is within takes longer."""

    def too_long(_signal: int, _frame: object) -> None:
        raise TimeoutError("an endless wait")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@FORKING
def test_a_worker_that_is_killed_is_an_error(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(self: Windows, path: Path) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(Windows, "save", killed)
    with at_most(4), pytest.raises(RuntimeError):
        run(monkeypatch, "--windows", "15", "--workers", "1")


def test_windows_of_other_questions_or_settings_are_refused(place: Workplace) -> None:
    check_key(place, PEOPLE)  # nothing is noted yet
    check_key(place, PEOPLE, "seed 7")
    check_key(place, PEOPLE, "seed 7")
    check_key(place, PEOPLE)
    for people, others in ((PEOPLE, "seed 8"), (PEOPLE[1:], "seed 7"), (PEOPLE[1:], "")):
        with pytest.raises(ValueError, match=r"run train\.draw"):
            check_key(place, people, others)
