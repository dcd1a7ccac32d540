"""Stage 13, `python -m train.fit_reader`: the span reader, on windows that `train.draw` has drawn.

A BERT encoder with two outputs for each token (Devlin et al. 2019): where an answer begins and where it ends; position
0 means that the window does not tell (as in SQuAD 2.0). With `--teachers` it also learns what finished readers, agreed
on by their mean, think of every position (Hinton et al. 2015): several runs differ most where they are wrong, so their
mean is surer where it is right, and silence is learnt from windows of which nobody wrote what they tell. Windows
may propose an answer (`train.propose`): there the network is to point at it, or to be silent.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

from qa.analyse import analyse
from qa.encoding import PROPOSED, Encoder, Window, words_of
from qa.evaluate import exact_match, f1
from qa.spans import candidates
from train.draw import WINDOWS, Batch, Ints, Windows, check_key, files
from train.examples import MADE, fold_of, lexicon, split, training_rows
from train.loop import Plan, device, train
from train.paths import Workplace, workplace
from train.records import WRITTEN, Reading, read_records

SIZE, OVERLAP = 160, 48  # tokens of a window when held-out questions are read
_POOL = 12  # batches that are sorted by length together: padding is work
_SOFT, _HEAT = 0.5, 2.0  # weight of the teachers, and their temperature
_PLAIN_TYPES = 2  # types up to here say only which part a token is in


class SpanNetwork(torch.nn.Module):  # type: ignore[misc]
    """An encoder and the two scores of each token."""

    def __init__(self, encoder: transformers.BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.scores = torch.nn.Linear(encoder.config.hidden_size, 2)
        torch.nn.init.normal_(self.scores.weight, std=0.02)

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return logits `[windows, tokens, 2]`."""
        hidden = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        return self.scores(hidden)


def collate(windows: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, types and mask `[windows, longest]`."""
    size = max(len(window.ids) for window in windows)
    ids = torch.zeros(len(windows), size, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        types[row, : len(window.ids)] = torch.tensor(window.types)
        mask[row, : len(window.ids)] = 1
    return ids.to(device()), types.to(device()), mask.to(device())


def loss_of(model: SpanNetwork, batch: Batch, teachers: Sequence[SpanNetwork] = ()) -> torch.Tensor:
    """Return the mean cross entropy of starts and ends among the passage's tokens and position 0.

    With teachers, half of it is the divergence from their mean, but for windows that propose an answer: those the
    teachers do not know.
    """
    ids, types, mask, allowed, wanted = (
        torch.from_numpy(part).to(device(), non_blocking=True)
        for part in (batch.ids, batch.types, batch.mask, batch.allowed, batch.wanted)
    )

    def scores(network: SpanNetwork) -> torch.Tensor:
        return network(ids, types, mask).float().masked_fill(~allowed[..., None], -1e4)

    logits = scores(model)
    told = torch.nn.functional.cross_entropy(logits, wanted, reduction="none").mean(1)
    if not teachers:
        return told.mean()
    with torch.no_grad():
        likely = torch.stack([torch.softmax(scores(teacher) / _HEAT, dim=1) for teacher in teachers]).mean(0)
    found = torch.log_softmax(logits / _HEAT, dim=1)
    apart = torch.nn.functional.kl_div(found, likely, reduction="none").sum(1).mean(1)
    soft = torch.where((types == PROPOSED).any(1), 0.0, _SOFT)
    return ((1 - soft) * told + soft * _HEAT**2 * apart).mean()


class Order:
    """Which windows a step reads: it depends on the seed and the step alone."""

    def __init__(self, lengths: Ints, usable: Ints, batch: int, seed: int) -> None:
        """Use the windows `usable`; `lengths` are those of all."""
        if len(usable) < batch:
            raise ValueError(f"{len(usable)} windows are fewer than a batch of {batch}: run train.draw")
        self._lengths, self._usable, self._batch, self._seed = lengths, usable, batch, seed
        self._pools = max(1, len(usable) // (_POOL * batch))  # in an epoch
        self._epoch, self._order = -1, usable

    def __call__(self, step: int) -> Ints:
        """Return the numbers of the step's windows, which are of about one length."""
        number, at = divmod(step, _POOL)
        epoch, pool = divmod(number, self._pools)
        if epoch != self._epoch:
            self._order = np.random.default_rng((self._seed, 1, epoch)).permutation(self._usable)
            self._epoch = epoch
        some = self._order[pool * _POOL * self._batch : (pool + 1) * _POOL * self._batch]
        some = some[np.argsort(self._lengths[some], kind="stable")]
        cuts = -(-len(some) // self._batch)
        cut = int(np.random.default_rng((self._seed, 2, number)).permutation(_POOL)[at]) % cuts
        first = min(cut * self._batch, len(some) - self._batch)
        return some[first : first + self._batch]


def read(
    model: SpanNetwork, encoder: Encoder, row: Reading, *, match: bool = True, size: int = SIZE
) -> tuple[str, float]:
    """Return the best span of a text for a question, and how far its score lies above silence."""
    asked = encoder.asked(analyse(row.question, lexicon()))
    windows = encoder.windows(asked, row.title, encoder.pieces(words_of(row.context)), size, OVERLAP)
    if not match:
        windows = [replace(w, types=tuple(min(kind, _PLAIN_TYPES) for kind in w.types)) for w in windows]
    with torch.inference_mode():
        logits = model(*collate(windows)).float().cpu().numpy()
    best, margin = "", -1e9
    for window, scores in zip(windows, logits, strict=True):
        for found in candidates(window, scores[:, 0], scores[:, 1], 1):
            if found.margin > margin:
                best, margin = found.span(window).of(row.context), found.margin
    return best, margin


def measure(model: SpanNetwork, encoder: Encoder, rows: Sequence[Reading], *, match: bool = True) -> str:
    """Return F1 and EM over the answerable rows, and how well the margin parts them from the unanswerable."""
    answers = [(row, *read(model, encoder, row, match=match)) for row in rows]
    told = [(f1(text, [row.answer]), exact_match(text, [row.answer])) for row, text, _ in answers if row.answer]
    right = np.array([m for row, _, m in answers if row.answer])
    wrong = np.array([m for row, _, m in answers if not row.answer])
    auroc = float((right[:, None] > wrong[None]).mean()) if len(wrong) else float("nan")
    means = np.mean(told, axis=0) * 100
    return f"F1 {means[0]:.1f} EM {means[1]:.1f} answerable margin AUROC {auroc:.3f} (n={len(rows)})"


def load_network(path: Path) -> SpanNetwork:
    """Return the encoder in a folder with fresh scores, or with its own where `scores.pt` is there."""
    model = SpanNetwork(transformers.BertModel.from_pretrained(path, add_pooling_layer=False))
    if (path / "scores.pt").exists():
        model.scores.load_state_dict(torch.load(path / "scores.pt", weights_only=True))
    model.to(device())
    return model


def save_network(model: SpanNetwork, path: Path) -> None:
    """Write the encoder and its scores."""
    model.encoder.save_pretrained(path)
    torch.save(model.scores.state_dict(), path / "scores.pt")


def usable(
    windows: Windows,
    rows: Sequence[Reading],
    *,
    made: bool = True,
    written: int | None = None,
    apart: int | None = None,
) -> Ints:
    """Return the windows to learn from.

    Those of made questions, and of `rows` (the ones to train on) all but the written ones, and `written` of those, or
    all; none of the fold `apart`.
    """
    others = [i for i, row in enumerate(rows) if row.source not in WRITTEN]
    chosen = [i for i, row in enumerate(rows) if row.source in WRITTEN]
    random.Random(2).shuffle(chosen)
    known = [i for i in (*others, *chosen[:written]) if apart is None or fold_of(rows[i]) != apart]
    kept = np.array([*([MADE] if made else []), *known])
    return np.flatnonzero(np.isin(windows.row, kept))


def main() -> None:
    """Train one network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", default="encoder-pretrained", help="folder under the work folder to start from")
    parser.add_argument("--name", default="reader")
    parser.add_argument("--teachers", nargs="*", default=[], help="folders of finished readers to learn from, too")
    parser.add_argument(
        "--windows", nargs="+", default=[WINDOWS], help="the windows to learn from, as named in train.draw"
    )
    parser.add_argument("--apart", type=int, help="leave out this fold of the questions, for train.propose")
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=1e-4, help="of the body; token vectors have three times that")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--no-made", action="store_true", help="ablation: no made questions")
    parser.add_argument("--written", type=int, help="ablation: use so many of the written questions alone")
    parser.add_argument("--no-match", action="store_true", help="ablation: do not mark what stands in the question")
    parser.add_argument("--layers", type=int, help="keep so many layers of the encoder")
    parser.add_argument("--looks", type=int, default=150, help="held-out questions to read now and then")
    parser.add_argument("--save-every", type=int, default=250, help="steps between checkpoints, and between looks")
    options = parser.parse_args()
    place, match = workplace(), not options.no_match
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    model, encoder, held = _prepared(place, rows, options)
    plan = Plan(
        steps=options.steps,
        rate=3 * options.rate,
        warm=min(Plan.warm, options.steps // 6),
        body_rate=options.rate,
        seed=options.seed,
        save_every=options.save_every,
    )

    def look(_: int) -> str:
        return measure(model, encoder, held, match=match)

    train(model, plan, _loss(place, rows, model, options), place.file(f"{options.name}.pt"), look)
    save_network(model, place.file(options.name))
    print(options.name, measure(model, encoder, held, match=match))


def _prepared(
    place: Workplace, rows: Sequence[Reading], options: argparse.Namespace
) -> tuple[SpanNetwork, Encoder, list[Reading]]:
    torch.manual_seed(options.seed)
    model = load_network(place.file(options.start))
    if options.layers:
        layers = model.encoder.encoder.layer
        model.encoder.encoder.layer = layers[: options.layers]
        model.encoder.config.num_hidden_layers = options.layers
    encoder = Encoder(Tokenizer.from_file(str(place.file("encoder-tokenizer.json"))))
    held = split(rows)[1]
    random.Random(1).shuffle(held)
    return model, encoder, held[: options.looks]


def _loss(
    place: Workplace, rows: Sequence[Reading], model: SpanNetwork, options: argparse.Namespace
) -> Callable[[int], torch.Tensor]:
    """Return the loss of a step."""
    windows = Windows.load([path for name in options.windows for path in files(place, name)])
    training = [rows[i] for i in training_rows(rows)]
    for name in options.windows:
        check_key(place, training, name=name)
    numbers = usable(windows, training, made=not options.no_made, written=options.written, apart=options.apart)
    if options.no_match:
        windows = replace(windows, types=np.minimum(windows.types, _PLAIN_TYPES))
    order = Order(windows.lengths, numbers, options.batch, options.seed)
    teachers = [load_network(place.file(name)).eval() for name in options.teachers]
    return lambda step: loss_of(model, windows.batch(order(step)), teachers)


if __name__ == "__main__":
    main()
