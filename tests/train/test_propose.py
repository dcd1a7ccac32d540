"""What readers take for the answer of a question they did not see: the best span, judged by what was wanted."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

import torch  # noqa: E402
from hypothesis import given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

from qa.encoding import PROPOSED  # noqa: E402
from tests.train.tiny_examples import PEOPLE, PLAIN, pool  # noqa: E402
from tests.train.tiny_network import ENCODER, FILLER, TOKENIZER, row, tiny_network  # noqa: E402
from train import propose  # noqa: E402
from train.draw import Windows, check_key, files  # noqa: E402
from train.examples import FOLDS, Mix, Source, fold_of  # noqa: E402
from train.fit_reader import save_network  # noqa: E402
from train.paths import Workplace, workplace  # noqa: E402
from train.propose import Pointed, is_right, pointed, proposing, read  # noqa: E402
from train.records import Other, write_records  # noqa: E402


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_the_best_span_is_that_of_trying_all(data: st.DataObject) -> None:
    size = data.draw(st.integers(3, 60))
    rng = np.random.default_rng(data.draw(st.integers(0, 1_000)))
    logits = rng.normal(size=(1, size, 2)).astype(np.float32)
    allowed, begins, ends = (rng.random((1, size)) < 0.6 for _ in range(3))
    allowed[0, 0] = True
    fits = [
        (logits[0, i, 0] + logits[0, j, 1], i, j)
        for i in range(1, size)
        for j in range(i, min(i + 40, size))
        if allowed[0, i] and allowed[0, j] and begins[0, i] and ends[0, j]
    ]
    found = pointed(*map(torch.from_numpy, (logits, allowed, begins, ends)))
    if fits:
        best, first, last = max(fits)
        assert (found.start[0], found.end[0]) == (first, last)
        assert found.margin[0] == pytest.approx(best - logits[0, 0].sum(), abs=1e-4)
    else:
        assert found.margin[0] < -1_000


@pytest.mark.parametrize(
    ("start", "end", "wanted", "right"),
    [
        (10, 12, (10, 12), True),
        (10, 11, (10, 12), True),  # four fifths in common
        (12, 12, (10, 12), False),
        (9, 14, (10, 12), True),  # holds it, and is twice as long
        (5, 14, (10, 12), False),  # a sentence that holds it
        (20, 22, (10, 12), False),
        (3, 4, (0, 0), False),
    ],
)
def test_right_is_what_shares_enough_or_holds_the_wanted(
    start: int, end: int, wanted: tuple[int, int], right: bool
) -> None:
    assert is_right(np.array([start]), np.array([end]), np.array([wanted])).tolist() == [right]


def test_windows_propose_the_span_and_may_tell_nothing_else() -> None:
    examples = [e for e in pool(PEOPLE, PLAIN, count=40) if e.start]
    windows = Windows.of(examples)
    right, wrong = examples[0], next(e for e in examples[1:] if e.window.first[0] != e.start)
    numbers = np.array([0, examples.index(wrong)])
    start, end = np.array([right.start, wrong.window.first[0]]), np.array([right.end, wrong.window.last[0]])
    made = proposing(windows, numbers, Pointed(start, end, np.zeros(2, np.float32)))
    batch = made.batch(np.arange(2))
    assert batch.wanted.tolist() == [[right.start, right.end], [0, 0]]
    for line, (example, first, last) in enumerate(zip((right, wrong), start, end, strict=True)):
        assert np.flatnonzero(batch.allowed[line]).tolist() == [0, *range(first, last + 1)]
        types = [PROPOSED if first <= at <= last else kind for at, kind in enumerate(example.window.types)]
        assert batch.types[line][: len(types)].tolist() == types
        assert batch.ids[line][: len(types)].tolist() == list(example.window.ids)
    assert made.row.tolist() == windows.row[numbers].tolist()


def test_every_window_is_read_as_if_alone() -> None:
    windows = Windows.of(pool(PEOPLE, PLAIN, count=12))
    model, numbers = tiny_network(), np.array([7, 2, 11])
    together = read(model, windows, numbers, TOKENIZER)
    for at, number in enumerate(numbers):
        alone = read(model, windows, np.array([number]), TOKENIZER)
        assert (together.start[at], together.end[at]) == (alone.start[0], alone.end[0])
        assert together.margin[at] == pytest.approx(alone.margin[0], abs=1e-3)
        first, last = windows.passage[number]
        assert first <= together.start[at] <= together.end[at] <= last


OTHER = Other("Chợ", "Giá rau tăng mạnh ở chợ đầu mối do mưa kéo dài nhiều ngày. " * 2)


def test_around_a_question_are_its_own_text_and_its_look_alikes() -> None:
    source = Source(PEOPLE, (), ENCODER, PLAIN, [[OTHER] * 6 for _ in PEOPLE])
    found = source.around(np.random.default_rng(0), [2, 0])
    assert [example.row for example in found] == [2] * 5 + [0] * 5
    for at, example in enumerate(found):
        own = at % 5 == 0
        assert (example.start > 0) == own
        assert ("chợ" in [word.text for word in example.window.words]) != own


def test_questions_on_one_text_are_in_one_fold_and_folds_are_of_a_size() -> None:
    assert fold_of(row("Ai?", "54 tập thể")) == fold_of(row())
    folds = [fold_of(row(context=f"{FILLER}{n}", answer="")) for n in range(600)]
    assert all(150 < folds.count(fold) < 250 for fold in range(FOLDS))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a work folder with questions, windows around them and three readers."""
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    people = [row(context=f"Bản {n} có nhiều việc. {FILLER}Dịp này, 54 tập thể được khen.") for n in range(12)]
    write_records(tmp_path / "reading.jsonl", people)
    TOKENIZER.save(str(tmp_path / "encoder-tokenizer.json"))
    source = Source(people, (), ENCODER, Mix(made=0.0), [[OTHER] * 2 for _ in people])
    Windows.of(source.around(np.random.default_rng(1), range(12))).save(tmp_path / "around-000.npz")
    for number in range(FOLDS):
        save_network(tiny_network(number), tmp_path / f"fold-{number}")
    check_key(workplace(), people, "around 1", "around")
    return workplace()


def test_each_reader_proposes_for_the_questions_it_has_not_seen(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = Windows.load(files(place, "around"))
    monkeypatch.setattr(propose, "_LEAST", -1e9)
    monkeypatch.setattr(propose, "_MISTAKEN", -1e9)
    seen = dict[int, set[int]]()

    def watched(model: object, windows: Windows, numbers: np.ndarray, words: object) -> Pointed:
        seen[len(seen)] = set(windows.row[numbers].tolist())
        return read(model, windows, numbers, words)  # type: ignore[arg-type]

    monkeypatch.setattr(propose, "read", watched)
    monkeypatch.setattr(sys, "argv", ["propose", "--readers", "fold-0", "fold-1", "fold-2"])
    propose.main()
    texts = [f"Bản {n} có nhiều việc. {FILLER}Dịp này, 54 tập thể được khen." for n in range(12)]
    for number, rows in seen.items():
        assert rows == {n for n in range(12) if fold_of(row(context=texts[n])) == number}
    proposed, mistaken = (Windows.load(files(place, name)) for name in ("proposed", "mistaken"))
    assert len(proposed) == len(asked)
    assert sorted(proposed.row.tolist()) == sorted(asked.row.tolist())
    assert len(mistaken) == int((asked.answer.max(1) == 0).sum())
    assert not (mistaken.types == PROPOSED).any()
    assert all((proposed.batch(np.array([n])).types == PROPOSED).any() for n in range(len(proposed)))
    assert "proposed" in capsys.readouterr().out


def test_proposals_of_other_questions_are_refused_before_anything_is_written(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.file("proposed.key").write_text("1 readers fold-0", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["propose", "--readers", "fold-0", "fold-1", "fold-2"])
    with pytest.raises(ValueError, match=r"remove proposed\* and run train\.propose"):
        propose.main()
    assert not files(place, "proposed")


def test_every_fold_has_its_reader(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["propose", "--readers", "fold-0", "fold-1"])
    with pytest.raises(SystemExit):
        propose.main()
    assert "3 folds" in capsys.readouterr().err


def test_what_lies_far_below_silence_is_not_proposed(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Windows.load(files(place, "around"))
    monkeypatch.setattr(propose, "_LEAST", 0.0)
    monkeypatch.setattr(sys, "argv", ["propose", "--readers", "fold-0", "fold-1", "fold-2"])
    propose.main()
    assert 0 < len(Windows.load(files(place, "proposed"))) < len(asked)
