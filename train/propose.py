"""Stage 12, `python -m train.propose`: answers that a reader gives to questions it has not seen, right ones and wrong.

A network that reads its own training questions is hardly ever wrong, and learns nothing about its mistakes. So readers
that were each trained without a part of the questions (`train.fit_reader --apart`) read the windows of that part
(`train.draw --around`): what they point at is marked in the window, and the network is to tell whether it holds
(answer verification after reading, Hu et al. 2019; the folds as in stacking, Wolpert 1992). Windows that wrongly got an
answer are written a second time without a mark: look-alikes that are hard to pass over in silence.

Writes proposed-000.npz and mistaken-000.npz, windows like those of `train.draw`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.encoding import PROPOSED
from train.draw import PROPOSALS, Ints, Windows, check_key, files
from train.examples import FOLDS, fold_of, training_rows
from train.fit_reader import SpanNetwork, load_network
from train.loop import device, half_precision
from train.paths import workplace
from train.records import Reading, read_records

AROUND = "around"
_BATCH = 512
_LONGEST = 40  # tokens of an answer
_LEAST, _MISTAKEN = -4.0, -2.0  # margins: what lies below is not proposed; what lies below is no mistake to learn from
_RIGHT = 0.7  # share of tokens in common (F1) that makes an answer right, as does one that holds the wanted one
_MOST_OF_ONE = 3.0  # … and is at most so many times as long
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Pointed:
    """The best span of each window: its first and last token, and its score above silence."""

    start: Ints
    end: Ints
    margin: Floats


def pointed(logits: torch.Tensor, allowed: torch.Tensor, begins: torch.Tensor, ends: torch.Tensor) -> Pointed:
    """Return the best span of each row of `logits` `[windows, tokens, 2]`.

    It lies among the `allowed` tokens but the first, which stands for silence; `begins` and `ends` `[windows, tokens]`
    are those at which a word does.
    """
    inner = allowed.clone()
    inner[:, 0] = False
    first = logits[..., 0].masked_fill(~(inner & begins), -1e4)
    last = logits[..., 1].masked_fill(~(inner & ends), -1e4)
    best = torch.full((len(logits),), -4e4, device=logits.device)
    start, end = torch.zeros_like(best, dtype=torch.long), torch.zeros_like(best, dtype=torch.long)
    size = logits.shape[1]
    for further in range(min(_LONGEST, size)):
        score, at = (first[:, : size - further] + last[:, further:]).max(1)
        better = score > best
        best = torch.where(better, score, best)
        start, end = torch.where(better, at, start), torch.where(better, at + further, end)
    margin = best - logits[:, 0].sum(1)
    return Pointed(start.cpu().numpy(), end.cpu().numpy(), margin.cpu().numpy().astype(np.float32))


def read(model: SpanNetwork, windows: Windows, numbers: Ints, words: Tokenizer) -> Pointed:
    """Return what a reader points at in some of the windows."""
    inside = torch.zeros(words.get_vocab_size(), dtype=torch.bool, device=device())
    inside[[number for token, number in words.get_vocab().items() if token.startswith("##")]] = True
    found = Pointed(
        np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.float32)
    )
    order = np.argsort(windows.lengths[numbers], kind="stable")
    for some in np.array_split(order, range(_BATCH, len(order), _BATCH)) if len(order) else ():
        batch = windows.batch(numbers[some])
        ids, types, mask, allowed = (
            torch.from_numpy(part).to(device()) for part in (batch.ids, batch.types, batch.mask, batch.allowed)
        )
        with torch.inference_mode(), half_precision():
            logits = model(ids, types, mask).float()
        goes_on = inside[ids]
        ends = ~torch.roll(goes_on, -1, dims=1)
        part = pointed(logits, allowed, ~goes_on, ends)
        found.start[some], found.end[some], found.margin[some] = part.start, part.end, part.margin
    return found


def is_right(start: Ints, end: Ints, wanted: Ints) -> NDArray[np.bool_]:
    """Tell which spans are right, by tokens: those that share enough with the wanted ones `[windows, 2]`, or hold them.

    Where nothing is wanted (0, 0), nothing is right.
    """
    first, last = wanted.T
    size, other = last - first + 1, end - start + 1
    common = np.maximum(np.minimum(end, last) - np.maximum(start, first) + 1, 0)
    close = 2 * common / (size + other) >= _RIGHT
    holds = (common == size) & (other <= _MOST_OF_ONE * size)
    right: NDArray[np.bool_] = (first > 0) & (close | holds)
    return right


def proposing(windows: Windows, numbers: Ints, found: Pointed) -> Windows:
    """Return some of the windows with what was found in them marked; to be told is that span, or silence if wrong.

    Nothing but the span and silence may be told.
    """
    picked = windows.pick(numbers)
    wanted = picked.answer.astype(np.int64)
    spans = np.stack([found.start, found.end], axis=1)
    right = is_right(found.start, found.end, wanted)
    places = np.arange(len(picked.types)) - np.repeat(picked.ends - picked.lengths, picked.lengths)
    inside = (places >= np.repeat(found.start, picked.lengths)) & (places <= np.repeat(found.end, picked.lengths))
    return replace(
        picked,
        types=np.where(inside, PROPOSED, picked.types).astype(np.uint8),
        passage=spans.astype(np.uint16),
        answer=np.where(right[:, None], spans, 0).astype(np.uint16),
    )


def main() -> None:
    """Write the windows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--readers", nargs="+", required=True, help="folders of readers, trained apart from fold 0, 1, …"
    )
    options = parser.parse_args()
    place = workplace()
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    training = [rows[i] for i in training_rows(rows)]
    if len(options.readers) != FOLDS:
        parser.error(f"there are {FOLDS} folds: name the readers that were trained apart from each, in their order")
    check_key(place, training, name=AROUND)
    for name in PROPOSALS:
        check_key(place, training, f"readers {' '.join(options.readers)}", name)
    windows = Windows.load(files(place, AROUND))
    words = Tokenizer.from_file(str(place.file("encoder-tokenizer.json")))
    fold = np.array([fold_of(row) for row in training])[windows.row]
    marked, mistaken = list[Windows](), list[Windows]()
    for number, name in enumerate(options.readers):
        own = np.flatnonzero(fold == number)
        found = read(load_network(place.file(name)).eval(), windows, own, words)
        kept = found.margin >= _LEAST
        marked.append(proposing(windows, own[kept], _some(found, kept)))
        silent = windows.answer[own].max(1) == 0
        mistaken.append(windows.pick(own[silent & (found.margin >= _MISTAKEN)]))
        right = int((marked[-1].answer.max(1) > 0).sum())
        print(f"{name}: {len(own)} windows, {len(marked[-1])} proposed, {right} right, {len(mistaken[-1])} mistaken")
    for parts, name in zip((marked, mistaken), PROPOSALS, strict=True):
        Windows.joined(parts).save(place.file(f"{name}-000.npz"))


def _some(found: Pointed, kept: NDArray[np.bool_]) -> Pointed:
    return Pointed(found.start[kept], found.end[kept], found.margin[kept])


if __name__ == "__main__":
    main()
