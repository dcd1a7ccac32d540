"""Stage 14, `python -m train.export_reader`: the span reader as ONNX with int8 weights, in `qa/model/`.

Weights of matrix products and the token vectors become int8 (dynamic quantisation: activations are quantised as they
come). Seven bits of the range are used, since older processors add pairs of products in 16 bits, which eight would
overflow. Checks the file against torch before it is put in place.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer

from qa.analyse import analyse
from qa.encoding import Encoder, Window, words_of
from qa.network import OnnxNetwork
from train.examples import lexicon, split
from train.fit_reader import OVERLAP, SIZE, SpanNetwork, collate, load_network
from train.paths import workplace
from train.records import Reading, read_records

_NAMES = ["input_ids", "token_type_ids", "attention_mask"]
_NORM = ("weight", "bias")
_FUSED = "com.microsoft"
_EPSILON = 1e-12
Array = NDArray[Any]


class _Graph:
    """A graph under construction."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []

    def product(self, name: str, given: str, weight: Array) -> str:
        """Add `given @ weight`; return the output."""
        return self.add("MatMul", [given, self.weight(f"{name}w", weight)], f"{name}product")

    def weight(self, name: str, value: Array) -> str:
        """Keep an array; return its name."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: object) -> str:
        """Append a node with one output; return the output's name."""
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, domain=domain, **attributes))
        return output


def export(model: SpanNetwork, path: Path, *, small_rows: bool = True) -> None:
    """Write the network as ONNX, node by node, in the fused operators of ONNX Runtime (com.microsoft).

    With `small_rows` the token vectors are int8 with a scale for each token; one scale for all would cost more than
    everything else together, for frequent tokens have short vectors.
    """
    state = {name: np.asarray(value.detach().cpu().numpy(), np.float32) for name, value in model.state_dict().items()}
    configuration = model.encoder.config
    graph = _Graph()
    last = _embedded(graph, state, small_rows=small_rows)
    for number in range(configuration.num_hidden_layers):
        heads = configuration.num_attention_heads
        last = _layer(graph, state, f"encoder.encoder.layer.{number}.", last, heads)
    scores = graph.weight("scores.weight", state["scores.weight"].T)
    product = graph.add("MatMul", [last, scores], "scores.product")
    graph.add("Add", [product, graph.weight("scores.bias", state["scores.bias"])], "logits")
    integers = [helper.make_tensor_value_info(name, TensorProto.INT64, ["windows", "tokens"]) for name in _NAMES]
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["windows", "tokens", 2])
    content = helper.make_graph(graph.nodes, "span reader", integers, [logits], graph.weights)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(_FUSED, 1)]
    made = helper.make_model(content, opset_imports=opsets, producer_name="hoidap", ir_version=9)
    onnx.save(made, str(path))


def _embedded(graph: _Graph, state: Mapping[str, Array], *, small_rows: bool) -> str:
    """Add words, types and places of the tokens, normalised; return the output."""
    names = {kind: f"encoder.embeddings.{kind}_embeddings.weight" for kind in ("word", "token_type", "position")}
    words = state[names["word"]]
    if small_rows:
        scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127
        small = graph.weight("words", np.round(words / scale).astype(np.int8))
        rows = graph.add("Gather", [small, "input_ids"], "words.int")
        scales = graph.add("Gather", [graph.weight("words.scale", scale), "input_ids"], "words.scales")
        floats = graph.add("Cast", [rows], "words.float", to=TensorProto.FLOAT)
        said = graph.add("Mul", [floats, scales], "words.rows")
    else:
        said = graph.add("Gather", [graph.weight("words", words), "input_ids"], "words.rows")
    types = graph.add("Gather", [graph.weight("types", state[names["token_type"]]), "token_type_ids"], "types.rows")
    shape = graph.add("Shape", ["input_ids"], "length", start=1, end=2)
    zero = graph.weight("zero", np.zeros(1, np.int64))
    places = graph.add("Slice", [graph.weight("places", state[names["position"]]), zero, shape], "places.rows")
    summed = graph.add("Add", [graph.add("Add", [said, types], "words+types"), places], "embedded")
    norm = [graph.weight(f"embedded.{kind}", state[f"encoder.embeddings.LayerNorm.{kind}"]) for kind in _NORM]
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    return graph.add("LayerNormalization", [summed, *norm], "embedded.normal", axis=-1, epsilon=_EPSILON)


def _layer(graph: _Graph, state: Mapping[str, Array], name: str, given: str, heads: int) -> str:
    """Add one layer of BERT; return its output."""
    parts = [f"{name}attention.self.{part}" for part in ("query", "key", "value")]
    weight = graph.weight(f"{name}qkv", np.concatenate([state[f"{part}.weight"].T for part in parts], axis=1))
    bias = graph.weight(f"{name}qkv.bias", np.concatenate([state[f"{part}.bias"] for part in parts]))
    context = graph.add("Attention", [given, weight, bias, "mask"], f"{name}context", _FUSED, num_heads=heads)
    seen = _joined(graph, state, f"{name}attention.output.", context, given)
    inner = f"{name}intermediate.dense."
    wide = graph.product(inner, seen, state[f"{inner}weight"].T)
    active = graph.add("BiasGelu", [wide, graph.weight(f"{inner}b", state[f"{inner}bias"])], f"{inner}gelu", _FUSED)
    return _joined(graph, state, f"{name}output.", active, seen)


def _joined(graph: _Graph, state: Mapping[str, Array], name: str, given: str, beside: str) -> str:
    """Add a dense layer, what stands beside it, and the norm of both; return the output."""
    product = graph.product(name, given, state[f"{name}dense.weight"].T)
    norm = [graph.weight(f"{name}norm.{kind}", state[f"{name}LayerNorm.{kind}"]) for kind in _NORM]
    bias = graph.weight(f"{name}b", state[f"{name}dense.bias"])
    inputs = [product, beside, *norm, bias]
    return graph.add("SkipLayerNormalization", inputs, f"{name}normal", _FUSED, epsilon=_EPSILON)


def quantise(source: Path, target: Path) -> None:
    """Write the network with int8 weights in its matrix products, a scale for each column."""
    quantize_dynamic(
        str(source),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Attention"],
        nodes_to_exclude=["scores.product"],
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def windows_to_compare(encoder: Encoder, rows: list[Reading]) -> list[Window]:
    """Return the windows of some questions."""
    return [
        window
        for row in rows
        for window in encoder.windows(
            encoder.asked(analyse(row.question, lexicon())),
            row.title,
            encoder.pieces(words_of(row.context)),
            SIZE,
            OVERLAP,
        )
    ]


def differences(model: SpanNetwork, network: OnnxNetwork, windows: list[Window]) -> tuple[float, float]:
    """Return the mean absolute difference of the logits, and the share of windows with another best start and end."""
    gaps, changed = [], 0
    for window, scores in zip(windows, network.logits(windows), strict=True):
        with torch.inference_mode():
            wanted = model(*collate([window]))[0].float().numpy()
        gaps.append(float(np.abs(scores - wanted).mean()))
        changed += bool((scores.argmax(0) != wanted.argmax(0)).any())
    return float(np.mean(gaps)), changed / len(windows)


def main() -> None:
    """Write qa/model/reader.onnx and tokenizer.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--name", default="reader")
    parser.add_argument("--keep-float", action="store_true", help="write reader-float.onnx to the work folder as well")
    options = parser.parse_args()
    place = workplace()
    model = load_network(place.file(options.name))
    tokenizer_path = place.file("encoder-tokenizer.json")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        rows = list(read_records(place.file("reading.jsonl"), Reading))
        random.Random(1).shuffle(rows)
        encoder = Encoder(Tokenizer.from_file(str(tokenizer_path)))
        export(model, folder / "float.onnx")
        quantise(folder / "float.onnx", folder / "reader.onnx")
        shutil.copy(tokenizer_path, folder / "tokenizer.json")
        if options.keep_float:
            export(model, place.file("reader-float.onnx"), small_rows=False)
        gap, changed = differences(model, OnnxNetwork(folder), windows_to_compare(encoder, split(rows)[1][:100]))
        place.reader.mkdir(parents=True, exist_ok=True)
        for name in ("reader.onnx", "tokenizer.json"):
            shutil.copy(folder / name, place.reader / name)
    size = sum(path.stat().st_size for path in place.reader.iterdir())
    print(
        f"{size / 1e6:.1f} MB; mean logit difference {gap:.4f}; another best start or end in {changed:.1%} of windows"
    )


if __name__ == "__main__":
    main()
