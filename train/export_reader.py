"""Stage 11, `python -m train.export_reader`: the span reader as ONNX with int8 weights, in `qa/model/`.

Weights of matrix products and the token vectors become int8 (dynamic quantisation: activations are quantised as they
come). Seven bits of the range are used, since older processors add pairs of products in 16 bits, which eight would
overflow. Checks the file against torch before it is put in place.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
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
from train.fit_reader import OVERLAP, SIZE, SpanNetwork, collate, lexicon, load_network, split
from train.paths import workplace
from train.records import Reading, read_records

_NAMES = ["input_ids", "token_type_ids", "attention_mask"]
_NORM = ("weight", "bias")
_FUSED = "com.microsoft"
_EPSILON = 1e-12
_SMOOTH = 0.5
Array = NDArray[Any]


class _Graph:
    """A graph under construction; `highest` gives the largest input of each channel of a product, by its name."""

    def __init__(self, highest: Mapping[str, Array]) -> None:
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self._highest = highest

    def product(self, name: str, given: str, weight: Array) -> str:
        """Add `given @ weight`, made ready for int8; return the output.

        SmoothQuant (Xiao et al. 2023): channels with large inputs are made smaller, and their weights larger by as
        much, so that one scale fits all the inputs of a product.
        """
        if name in self._highest:
            inputs, weights = np.maximum(self._highest[name], 1e-5), np.maximum(np.abs(weight).max(axis=1), 1e-5)
            scale = (inputs**_SMOOTH / weights ** (1 - _SMOOTH)).astype(np.float32)
            given = self.add("Mul", [given, self.weight(f"{name}smooth", 1 / scale)], f"{name}smoothed")
            weight = weight * scale[:, None]
        return self.add("MatMul", [given, self.weight(f"{name}w", weight)], f"{name}product")

    def weight(self, name: str, value: Array) -> str:
        """Keep an array; return its name."""
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str, domain: str = "", **attributes: object) -> str:
        """Append a node with one output; return the output's name."""
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, domain=domain, **attributes))
        return output


def highest_inputs(model: SpanNetwork, windows: Sequence[Window]) -> dict[str, Array]:
    """Return the largest input of each channel, over some windows, of the two wide products of every layer."""
    found: dict[str, Array] = {}

    def watch(name: str) -> Callable[..., None]:
        def note(_: object, given: tuple[torch.Tensor], __: object) -> None:
            high = given[0].detach().abs().amax(dim=(0, 1)).cpu().numpy()
            found[name] = np.maximum(found.get(name, high), high)

        return note

    hooks = []
    for number, layer in enumerate(model.encoder.encoder.layer):
        base = f"encoder.encoder.layer.{number}."
        hooks.append(layer.intermediate.dense.register_forward_hook(watch(f"{base}intermediate.dense.")))
        hooks.append(layer.output.dense.register_forward_hook(watch(f"{base}output.")))
    with torch.inference_mode():
        for window in windows:
            model(*collate([window]))
    for hook in hooks:
        hook.remove()
    return found


def export(
    model: SpanNetwork, path: Path, *, small_rows: bool = True, highest: Mapping[str, Array] | None = None
) -> None:
    """Write the network as ONNX, node by node, in the fused operators of ONNX Runtime (com.microsoft).

    With `small_rows` the token vectors are int8 with a scale for each token; one scale for all would cost more than
    everything else together, for frequent tokens have short vectors. `highest` (of `highest_inputs`) prepares for int8.
    """
    state = {name: np.asarray(value.detach().cpu().numpy(), np.float32) for name, value in model.state_dict().items()}
    configuration = model.encoder.config
    graph = _Graph(highest or {})
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
        seen, held = (part[:100] for part in split(rows))
        export(model, folder / "float.onnx", highest=highest_inputs(model, windows_to_compare(encoder, seen)))
        quantise(folder / "float.onnx", folder / "reader.onnx")
        shutil.copy(tokenizer_path, folder / "tokenizer.json")
        if options.keep_float:
            export(model, place.file("reader-float.onnx"), small_rows=False)
        gap, changed = differences(model, OnnxNetwork(folder), windows_to_compare(encoder, held))
        place.reader.mkdir(parents=True, exist_ok=True)
        for name in ("reader.onnx", "tokenizer.json"):
            shutil.copy(folder / name, place.reader / name)
    size = sum(path.stat().st_size for path in place.reader.iterdir())
    print(
        f"{size / 1e6:.1f} MB; mean logit difference {gap:.4f}; another best start or end in {changed:.1%} of windows"
    )


if __name__ == "__main__":
    main()
