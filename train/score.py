"""Stage 8, `python -m train.score`: the retrieval table of the exported model, or of rows in training."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Tokenizer

from train.export import NumpyModel
from train.paths import workplace
from train.retrieval import Bench, Encode, news, squad_r


def rows_encoder(rows: npt.NDArray[np.float32], tokenizer: Path) -> Encode:
    """Return an encoder over rows that are not exported yet."""
    loaded = Tokenizer.from_file(str(tokenizer))

    def encode(texts: list[str]) -> npt.NDArray[np.float32]:
        vectors = np.zeros((len(texts), rows.shape[1]), np.float32)
        for number, encoding in enumerate(loaded.encode_batch_fast(texts, add_special_tokens=False)):
            if encoding.ids:
                vectors[number] = rows[encoding.ids].mean(axis=0)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
        return vectors

    return encode


def bi_encoder(folder: Path, tokenizer: Path, batch: int = 32, longest: int = 256) -> Encode:
    """Return a small encoder as a bi-encoder: the mean of its last layer."""
    import transformers

    from train.distil import encode, mean_vectors
    from train.loop import device

    model = transformers.BertModel.from_pretrained(folder, add_pooling_layer=False).eval().to(device())
    loaded = Tokenizer.from_file(str(tokenizer))

    def vectors(texts: list[str]) -> npt.NDArray[np.float32]:
        rows = encode(loaded, texts, longest)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        found = np.zeros((len(rows), model.config.hidden_size), np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), batch):
                some = order[start : start + batch]
                found[some] = mean_vectors(model, [rows[i] for i in some]).cpu().numpy()
        return found

    return vectors


def main() -> None:
    """Print the table; `--final` measures the test sets, once, for the model that is shipped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--name", nargs="*", default=[], help="score <name>.npy of the work folder instead of the exported model"
    )
    parser.add_argument("--encoder", nargs="*", default=[], help="score a folder of the work folder as a bi-encoder")
    parser.add_argument("--distractors", type=int, help="hide the documents among so many others, not among all")
    parser.add_argument("--final", action="store_true", help="XQuAD-R and MLQA-R too: never for choosing")
    options = parser.parse_args()
    place = workplace()
    folder = place.shared / "eval"
    bench = Bench(news(folder, options.distractors))
    print(f"news-dev: {len(bench.collection.passages)} passages; R@1 R@5 R@10")
    for name in options.name:
        rows = np.load(place.file(f"{name}.npy"))
        print(f"== {name}\n{bench.table(rows_encoder(rows, place.file('tokenizer.json')))}")
    for name in options.encoder:
        began = time.monotonic()
        table = bench.table(bi_encoder(place.file(name), place.file("encoder-tokenizer.json")))
        each = (time.monotonic() - began) / (len(bench.collection.passages) + len(bench.collection.queries))
        print(f"== {name}, {1 / each:.0f} texts a second\n{table}")
    if not options.name:
        print(f"== exported\n{bench.table(NumpyModel(place.model).encode)}")
    if options.final:
        for name, where in {
            "XQuAD-R": ("xquad/xquad-r.vi.json", "xquad/xquad-r.en.json"),
            "MLQA-R": ("mlqa-r/vi.json", "mlqa-r/en.json"),
        }.items():
            test = Bench(squad_r(folder / where[0], folder / where[1]))
            print(f"{name}: {len(test.collection.passages)} paragraphs\n{test.table(NumpyModel(place.model).encode)}")


if __name__ == "__main__":
    main()
