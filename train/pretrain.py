"""Stage 7, `python -m train.pretrain`: the encoder learns Vietnamese by guessing hidden words.

Masked language modelling (Devlin et al. 2019) over the articles and the sentence pairs. Short runs of tokens are hidden
instead of single ones (Joshi et al. 2020, SpanBERT: what answers is a run, too); a pair stands as English and
Vietnamese in one sequence, so that a hidden word is found in its translation (Lample and Conneau 2019); a fifth of the
sequences has no marks. On two cores a few hundred steps are an evening; this is the stage that an accelerator is for.

Writes tokens-N.npy (kept: they do not change) and the folder encoder-pretrained.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import transformers
from tokenizers import Tokenizer

from qa.encoding import CLS, SEP
from train.encoder import MASK
from train.forms import canonical, strip_marks
from train.loop import Plan, device, train
from train.paths import Workplace, workplace
from train.records import Article, Bitext, read_records

LENGTH = 128  # tokens of a sequence
_DOCUMENTS = 40_000  # of a file of tokens
_PAIRS = 4  # times that each sentence pair stands among the articles
_BARE = 0.2
_HIDDEN_RUNS, _LONGER = 0.085, 0.55  # share of tokens at which a hidden run begins; chance that it goes on
_LONGEST_RUN = 5
Tokens = npt.NDArray[np.uint16]


def documents(place: Workplace, seed: int = 5) -> list[tuple[str, str]]:
    """Return titles with their texts and sentences with their translations, shuffled."""
    found = [
        (article.title, " ".join((*article.lead, *article.body)))
        for article in read_records(place.file("articles.jsonl"), Article)
    ]
    for pair in read_records(place.file("bitext.jsonl"), Bitext):
        found += [(pair.english, canonical(pair.vietnamese))] * _PAIRS
    random.Random(seed).shuffle(found)
    return found


def write_tokens(place: Workplace, tokenizer: Tokenizer) -> None:
    """Write the documents' tokens, each part of a document followed by [SEP], in files of `_DOCUMENTS`.

    Files that are there are left as they are.
    """
    sep = tokenizer.get_vocab()[SEP]
    rows = iter(documents(place))
    for number, some in enumerate(iter(lambda: list(islice(rows, _DOCUMENTS)), [])):
        path, parts = place.file(f"tokens-{number:02}.npy"), list[int]()
        if path.exists():
            continue
        for encoding in tokenizer.encode_batch_fast([text for row in some for text in row], add_special_tokens=False):
            parts += [*encoding.ids, sep]
        half = place.file(f"part-{number:02}.npy")
        np.save(half, np.array(parts, np.uint16))
        half.replace(path)
        print(f"{path.name}: {len(parts):,} tokens", flush=True)


class Sequences:
    """Draws sequences from files of tokens; a file that arrives later is drawn from as soon as it is looked for."""

    def __init__(self, folder: Path, tokenizer: Tokenizer) -> None:
        self._folder = folder
        self._first = tokenizer.get_vocab()[CLS]
        self._files: list[Tokens] = []
        self.look()

    def look(self) -> None:
        """Open the files that are there now.

        Raises:
            ValueError: none of them is as long as a sequence.
        """
        files = [np.load(path, mmap_mode="r") for path in sorted(self._folder.glob("tokens-*.npy"))]
        self._files = [file for file in files if len(file) > LENGTH]
        if not self._files:
            raise ValueError(f"{self._folder} has no tokens: bring articles.jsonl and bitext.jsonl, or tokens-NN.npy")

    def draw(self, rng: np.random.Generator, count: int) -> npt.NDArray[np.int32]:
        """Return `[count, LENGTH]` token ids: [CLS], then a stretch from anywhere."""
        sizes = np.array([len(file) - LENGTH for file in self._files], float)
        rows = np.empty((count, LENGTH), np.int32)
        for row, number in enumerate(rng.choice(len(sizes), count, p=sizes / sizes.sum())):
            at = int(rng.integers(0, len(self._files[number]) - LENGTH))
            rows[row] = self._files[number][at : at + LENGTH]
        rows[:, 0] = self._first
        return rows


class Masker:
    """Hides tokens, on the device that trains."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        vocabulary = tokenizer.get_vocab()
        bare = np.arange(len(vocabulary))
        for token, number in vocabulary.items():
            bare[number] = vocabulary.get(strip_marks(token), number)
        self._bare = torch.from_numpy(bare).to(device())
        self._mask, self._size = vocabulary[MASK], len(vocabulary)
        self._kept = torch.tensor([vocabulary[CLS], vocabulary[SEP]], device=device())

    def __call__(self, rows: npt.NDArray[np.int32]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the ids as read, which of them were hidden, and what those were."""
        ids = torch.from_numpy(rows).to(device(), non_blocking=True).long()
        without = torch.rand(len(ids), 1, device=ids.device) < _BARE
        ids = torch.where(without, self._bare[ids], ids)
        run = torch.rand(ids.shape, device=ids.device) < _HIDDEN_RUNS
        hidden = run
        for _ in range(_LONGEST_RUN - 1):
            run = torch.roll(run, 1, dims=1) & (torch.rand(ids.shape, device=ids.device) < _LONGER)
            hidden = hidden | run
        hidden &= ~torch.isin(ids, self._kept)
        fate = torch.rand(ids.shape, device=ids.device)  # eight of ten hidden, one another word, one as it was
        shown = torch.where(hidden & (fate < 0.8), self._mask, ids)
        other = torch.randint(0, self._size, ids.shape, device=ids.device)
        shown = torch.where(hidden & (fate >= 0.9), other, shown)
        return shown, hidden, ids[hidden]


def guesser(encoder: Path) -> transformers.BertForMaskedLM:
    """Return a BertForMaskedLM over the encoder in a folder: its token vectors are also what it guesses with."""
    body = transformers.BertModel.from_pretrained(encoder, add_pooling_layer=False)
    model = transformers.BertForMaskedLM(body.config)
    model.bert = body
    model.tie_weights()
    return model.to(device())


def loss_of(
    model: transformers.BertForMaskedLM, shown: torch.Tensor, hidden: torch.Tensor, wanted: torch.Tensor
) -> torch.Tensor:
    """Return the mean cross entropy over the hidden tokens; only they are scored."""
    states = model.bert(input_ids=shown).last_hidden_state
    return torch.nn.functional.cross_entropy(model.cls(states[hidden]).float(), wanted)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write encoder-pretrained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", default="encoder-distilled", help="folder under the work folder to start from")
    parser.add_argument("--name", default="encoder-pretrained")
    parser.add_argument("--steps", type=int, default=6_000)
    parser.add_argument("--batch", type=int, default=512, help=f"sequences of {LENGTH} tokens")
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--tokens-only", action="store_true", help="write the tokens and stop")
    options = parser.parse_args(arguments)
    place = workplace()
    tokenizer = Tokenizer.from_file(str(place.file("encoder-tokenizer.json")))
    if place.file("articles.jsonl").exists():  # elsewhere, some of the tokens may be all that was brought
        write_tokens(place, tokenizer)
    if options.tokens_only:
        return
    torch.manual_seed(options.seed)
    model, masker, sequences = guesser(place.file(options.start)), Masker(tokenizer), Sequences(place.work, tokenizer)
    warm, save_every = min(300, options.steps // 6), min(2_000, max(25, options.steps // 10))
    plan = Plan(steps=options.steps, rate=options.rate, warm=warm, seed=options.seed, save_every=save_every)

    def loss(step: int) -> torch.Tensor:
        if step % 100 == 0:
            sequences.look()
        return loss_of(model, *masker(sequences.draw(np.random.default_rng((plan.seed, step)), options.batch)))

    train(model, plan, loss, place.file(f"{options.name}.pt"))
    model.bert.save_pretrained(place.file(options.name))


if __name__ == "__main__":
    main()
