"""Stage 6, `python -m train.distil`: teach the encoder to give a Vietnamese sentence its translation's English vector.

Reimers and Gurevych 2020, "Making Monolingual Sentence Embeddings Multilingual Using Knowledge Distillation": the
student's vectors of both sides of a sentence pair approach the English teacher's vector of the English side; an
in-batch contrast keeps neighbours apart. The result reads both languages in one space: a bi-encoder, and the start of
the span reader.
"""

from __future__ import annotations

import argparse
import random

import numpy as np
import numpy.typing as npt
import torch
import transformers
from tokenizers import Tokenizer

from train.encoder import Teacher, teacher
from train.forms import canonical, strip_marks
from train.loop import Plan, device, train
from train.paths import Workplace, workplace
from train.records import Bitext, read_records

LONGEST = 48  # tokens of a sentence, special ones included
_SCALE = 20.0
_BARE = 0.15
Ids = list[list[int]]


def encode(tokenizer: Tokenizer, texts: list[str], longest: int = LONGEST) -> Ids:
    """Return the ids of texts with [CLS] and [SEP]."""
    cls, sep = (int(tokenizer.token_to_id(token) or 0) for token in ("[CLS]", "[SEP]"))
    return [[cls, *e.ids[: longest - 2], sep] for e in tokenizer.encode_batch(texts, add_special_tokens=False)]


def mean_vectors(model: torch.nn.Module, rows: Ids, types: int = 0) -> torch.Tensor:
    """Return the normalised mean of the last layer `[rows, 384]`, padding left out."""
    size = max(map(len, rows))
    ids = torch.zeros(len(rows), size, dtype=torch.long, device=device())
    mask = torch.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = torch.tensor(row)
        mask[number, : len(row)] = 1
    hidden = model(input_ids=ids, attention_mask=mask, token_type_ids=torch.full_like(ids, types)).last_hidden_state
    total = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    return torch.nn.functional.normalize(total, dim=1)


def teacher_vectors(english: Teacher, texts: list[str], batch: int = 128) -> npt.NDArray[np.float32]:
    """Return the teacher's vectors `[texts, 384]`."""
    rows = encode(english.tokenizer, texts)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    vectors = np.zeros((len(rows), 384), np.float32)
    model = english.model.to(device())
    with torch.inference_mode():
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            vectors[some] = mean_vectors(model, [rows[i] for i in some]).cpu().numpy()
    return vectors


def chosen_pairs(place: Workplace, most: int, seed: int = 3) -> list[Bitext]:
    """Return at most `most` pairs of sentences of a usual length, news first, for the questions are on news."""
    pairs = [p for p in read_records(place.file("bitext.jsonl"), Bitext) if 4 <= len(p.english.split()) <= 36]
    random.Random(seed).shuffle(pairs)
    return sorted(pairs, key=lambda pair: pair.source != "evbnews")[:most]


def main() -> None:
    """Write encoder-distilled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=60_000)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=2e-4, help="of the token vectors; the body has a quarter")
    parser.add_argument("--name", default="encoder-distilled")
    options = parser.parse_args()
    place, english = workplace(), teacher()
    pairs = chosen_pairs(place, options.pairs)
    cache = place.file(f"teacher-{len(pairs)}.npy")
    if not cache.exists():
        np.save(cache, teacher_vectors(english, [pair.english for pair in pairs]))
    targets = torch.from_numpy(np.load(cache)).to(device())
    tokenizer = Tokenizer.from_file(str(place.file("encoder-tokenizer.json")))
    vietnamese = encode(tokenizer, [canonical(pair.vietnamese) for pair in pairs])
    bare = encode(tokenizer, [strip_marks(pair.vietnamese) for pair in pairs])
    foreign = encode(tokenizer, [pair.english for pair in pairs])
    by_length = np.argsort([len(row) for row in vietnamese], kind="stable")
    model = transformers.BertModel.from_pretrained(place.file("encoder-start"), add_pooling_layer=False).to(device())

    plan = Plan(steps=options.steps, rate=options.rate, body_rate=options.rate / 4)

    def loss_of(step: int) -> torch.Tensor:
        rng = np.random.default_rng((plan.seed, step))
        # Neighbours in length share a batch: padding is work.
        at = int(rng.integers(0, max(1, len(by_length) - 4 * options.batch)))
        some = rng.choice(by_length[at : at + 4 * options.batch], options.batch, replace=False)
        side = rng.random(options.batch)
        rows = [
            foreign[i] if s < 0.15 else bare[i] if s < 0.15 + _BARE else vietnamese[i]
            for i, s in zip(some, side, strict=True)
        ]
        vectors, wanted = mean_vectors(model, rows), targets[torch.from_numpy(some).to(targets.device)]
        contrast = torch.nn.functional.cross_entropy(
            _SCALE * vectors @ wanted.T, torch.arange(len(some), device=vectors.device)
        )
        return 10 * (1 - (vectors * wanted).sum(1)).mean() + 0.3 * contrast

    train(model, plan, loss_of, place.file(f"{options.name}.pt"))
    model.save_pretrained(place.file(options.name))


if __name__ == "__main__":
    main()
