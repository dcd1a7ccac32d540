"""Build a span reader's network by hand: a real ONNX file whose logits a person can reckon.

The logits of a token are what its id and its type say, and, so that padding or a wrong mask would show, the mean of a
third table over all tokens of the window.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from qa.encoding import CLS, PAD, SEP, TYPES, UNK, Window
from qa.network import OnnxNetwork

Table = NDArray[np.float32]
_CHARACTERS = (
    "abcdefghijklmnopqrstuvwxyz0123456789.,:;/-%()?!\"'"
    "đàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
)


def tiny_tokenizer(*words: str) -> Tokenizer:
    """Return a tokenizer laid out as the reader's: these words are one token each, others are spelled."""
    tokens = [PAD, UNK, CLS, SEP, *words, *_CHARACTERS, *(f"##{character}" for character in _CHARACTERS)]
    ids = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token=UNK, max_input_chars_per_word=40))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Lowercase()])
    pattern = Regex(r"[\p{L}\p{M}]+|\p{N}+|[^\s\p{L}\p{M}\p{N}]")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(pattern, behavior="removed", invert=True)
    return tokenizer


@dataclass(frozen=True)
class Tables:
    """The weights: what each id `[ids, 2]`, each type `[types, 2]` and the window's ids together `[ids, 2]` give."""

    ids: Table
    types: Table
    together: Table

    def logits(self, window: Window) -> Table:
        """Return what the network must say of a window, reckoned in NumPy."""
        ids, types = list(window.ids), list(window.types)
        return np.asarray(self.ids[ids] + self.types[types] + self.together[ids].mean(axis=0), np.float32)


def random_tables(tokenizer: Tokenizer, seed: int = 0) -> Tables:
    """Return weights at random."""
    rng = np.random.default_rng(seed)
    size = tokenizer.get_vocab_size()
    ids, types, together = (rng.normal(size=(rows, 2)).astype(np.float32) for rows in (size, TYPES, size))
    return Tables(ids, types, together)


def pointing_tables(tokenizer: Tokenizer, begins: Mapping[str, float], ends: Mapping[str, float]) -> Tables:
    """Return weights that give these tokens these logits, as beginning and as end, and 0 to all others."""
    ids = np.zeros((tokenizer.get_vocab_size(), 2), np.float32)
    for column, logits in enumerate((begins, ends)):
        for token, logit in logits.items():
            ids[tokenizer.token_to_id(token), column] = logit
    return Tables(ids, np.zeros((TYPES, 2), np.float32), np.zeros_like(ids))


def write_network(folder: Path, tokenizer: Tokenizer, tables: Tables) -> OnnxNetwork:
    """Write tokenizer.json and reader.onnx to `folder` and open them."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    onnx.save(_model(tables), str(folder / "reader.onnx"))
    return OnnxNetwork(folder)


def _model(tables: Tables) -> onnx.ModelProto:
    constants = {
        "ids": tables.ids,
        "types": tables.types,
        "together": tables.together,
        "counts": np.array([[0.0], [1.0]], np.float32),
        "over_tokens": np.array([1], np.int64),
    }
    nodes = (
        ("Gather", ("ids", "input_ids"), "own"),
        ("Gather", ("types", "token_type_ids"), "typed"),
        ("Gather", ("together", "input_ids"), "shares"),
        ("Gather", ("counts", "attention_mask"), "real"),
        ("Mul", ("shares", "real"), "kept"),
        ("ReduceSum", ("kept", "over_tokens"), "total"),
        ("ReduceSum", ("real", "over_tokens"), "size"),
        ("Div", ("total", "size"), "mean"),
        ("Add", ("own", "typed"), "alone"),
        ("Add", ("alone", "mean"), "logits"),
    )
    graph = helper.make_graph(
        [helper.make_node(kind, inputs, [output]) for kind, inputs, output in nodes],
        "reader",
        [_value(name, TensorProto.INT64, ("windows", "tokens")) for name in _INPUTS],
        [_value("logits", TensorProto.FLOAT, ("windows", "tokens", 2))],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


_INPUTS = ("input_ids", "token_type_ids", "attention_mask")


def _value(name: str, kind: int, shape: Iterable[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, tuple(shape))
