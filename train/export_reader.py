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
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from tokenizers import Tokenizer

from qa.analyse import analyse
from qa.encoding import Encoder, Window, words_of
from qa.network import OnnxNetwork
from train.fit_reader import OVERLAP, SIZE, SpanNetwork, collate, lexicon, load_network, split
from train.paths import workplace
from train.records import Reading, read_records

_NAMES = ["input_ids", "token_type_ids", "attention_mask"]


def export(model: SpanNetwork, path: Path) -> None:
    """Write the network as fp32 ONNX with free batch and length, its attention fused."""
    model.eval().cpu()
    example = torch.ones(2, 16, dtype=torch.long)
    axes: dict[str, Any] = {name: {0: "windows", 1: "tokens"} for name in [*_NAMES, "logits"]}
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch) / "raw.onnx"
        torch.onnx.export(
            model,
            (example, torch.zeros_like(example), torch.ones_like(example)),
            str(raw),
            input_names=_NAMES,
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        configuration = model.encoder.config
        fused = optimizer.optimize_model(
            str(raw), "bert", num_heads=configuration.num_attention_heads, hidden_size=configuration.hidden_size
        )
        fused.save_model_to_file(str(path))


def quantise(source: Path, target: Path) -> None:
    """Write the network with int8 weights."""
    quantize_dynamic(
        str(source),
        str(target),
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul", "Attention", "Gather"],
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    model = onnx.load(str(target))
    model.producer_name, model.doc_string = "hoidap", ""
    onnx.save(model, str(target))


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
        export(model, folder / "float.onnx")
        quantise(folder / "float.onnx", folder / "reader.onnx")
        shutil.copy(tokenizer_path, folder / "tokenizer.json")
        if options.keep_float:
            shutil.copy(folder / "float.onnx", place.file("reader-float.onnx"))
        held = split(list(read_records(place.file("reading.jsonl"), Reading)))[1]
        random.Random(1).shuffle(held)
        windows = windows_to_compare(Encoder(Tokenizer.from_file(str(tokenizer_path))), held[:100])
        gap, changed = differences(model, OnnxNetwork(folder), windows)
        place.reader.mkdir(parents=True, exist_ok=True)
        for name in ("reader.onnx", "tokenizer.json"):
            shutil.copy(folder / name, place.reader / name)
    size = sum(path.stat().st_size for path in place.reader.iterdir())
    print(
        f"{size / 1e6:.1f} MB; mean logit difference {gap:.4f}; another best start or end in {changed:.1%} of windows"
    )


if __name__ == "__main__":
    main()
