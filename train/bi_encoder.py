"""Stage 16, `python -m train.bi_encoder`: the encoder as an embedder, to be held against the static one.

The windows of `train.draw` that hold their answer are pairs of a question, in every form it is asked in, and a passage,
mostly with its title; the passages of the other pairs of a batch are what it is told apart from (InfoNCE at scale 20).
Writes encoder-bi; `python -m train.score --encoder encoder-bi --distractors 150` measures it. It is not shipped: see
RESULTS.md.
"""

from __future__ import annotations

import argparse

import numpy as np
import torch
import transformers
from tokenizers import Tokenizer

from qa.encoding import SEP
from train.distil import Ids, mean_vectors
from train.draw import Ints, Windows, check_key, files
from train.examples import training_rows
from train.loop import Plan, device, train
from train.paths import workplace
from train.records import Reading, read_records

_SCALE = 20.0


def pairs(windows: Windows, numbers: Ints, sep: int) -> tuple[Ids, Ids]:
    """Return the questions and the passages of some windows, each with [CLS] and [SEP]."""
    questions, passages = Ids(), Ids()
    for end, length in zip(windows.ends[numbers], windows.lengths[numbers], strict=True):
        ids = windows.ids[end - length : end].tolist()
        cut = ids.index(sep) + 1
        questions.append(ids[:cut])
        passages.append([ids[0], *ids[cut:]])
    return questions, passages


def main() -> None:
    """Write encoder-bi."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", default="encoder-pretrained")
    parser.add_argument("--name", default="encoder-bi")
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=2e-4)
    options = parser.parse_args()
    place = workplace()
    sep = Tokenizer.from_file(str(place.file("encoder-tokenizer.json"))).get_vocab()[SEP]
    windows = Windows.load(files(place))
    rows = list(read_records(place.file("reading.jsonl"), Reading))
    people = [rows[i] for i in training_rows(rows)]
    check_key(place, people)
    text_of = np.unique([row.context for row in people], return_inverse=True)[1]
    # Those of made questions share their words with the passage: they teach nothing that BM25 does not know.
    told = np.flatnonzero((windows.answer[:, 0] > 0) & (windows.row >= 0))
    model = transformers.BertModel.from_pretrained(place.file(options.start), add_pooling_layer=False).to(device())
    plan = Plan(steps=options.steps, rate=options.rate)

    def loss(step: int) -> torch.Tensor:
        some = np.random.default_rng((plan.seed, step)).choice(told, options.batch, replace=False)
        questions, passages = pairs(windows, some, sep)
        scores = _SCALE * mean_vectors(model, questions) @ mean_vectors(model, passages).T
        texts = text_of[windows.row[some]]  # a text that another question is asked of may answer this one as well
        same = texts[:, None] == texts
        np.fill_diagonal(same, val=False)
        scores = scores.masked_fill(torch.from_numpy(same).to(device()), -1e4)
        right = torch.arange(len(some), device=device())
        return torch.nn.functional.cross_entropy(scores, right)

    train(model, plan, loss, place.file(f"{options.name}.pt"))
    model.save_pretrained(place.file(options.name))


if __name__ == "__main__":
    main()
