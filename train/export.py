"""Stage 7, `python -m train.export`: write the sentence-transformers folder and check it against plain NumPy."""

from __future__ import annotations

import argparse
import json
import shutil
import unicodedata
from pathlib import Path

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from train.forms import canonical, new_style
from train.paths import workplace

Floats = npt.NDArray[np.float32]
LARGEST = 16_000_000  # bytes of the whole folder
PROBES = (
    "Có bao nhiêu tập thể ở Cần Thơ được khen thưởng?",
    "co bao nhieu don vi duoc khen thuong o Can Tho",
    "How many units were honoured in Can Tho?",
    "Hoà bình và hòa bình; thuỷ, thủy; NFD: " + unicodedata.normalize("NFD", "hòa bình ở Cần Thơ"),
    "x",
)


def average(runs: list[Floats]) -> Floats:
    """Return the mean of runs that started from one another, each at mean row length one.

    Two low points of one valley: the middle generalises a little better than either (Wortsman et al. 2022).
    """
    scaled = [rows / np.linalg.norm(rows, axis=1).mean() for rows in runs]
    mean: Floats = np.mean(scaled, axis=0, dtype=np.float32)
    return mean


def tie_alternatives(rows: Floats, vocabulary: dict[str, int]) -> Floats:
    """Return the rows with those of the other tone placement (`hoà`) equal to the canonical ones (`hòa`)."""
    tied = rows.copy()
    for word, number in vocabulary.items():
        other = new_style(word)
        if other in vocabulary and canonical(other) == word:
            tied[vocabulary[other]] = rows[number]
    return tied


def write_model(rows: Floats, tokenizer: Path, folder: Path) -> None:
    """Write modules.json, config_sentence_transformers.json, model.safetensors (float16) and tokenizer.json."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    tied = tie_alternatives(rows, Tokenizer.from_file(str(tokenizer)).get_vocab())
    # One factor for all rows changes no cosine, and keeps float16 in its precise range.
    scaled = tied / np.abs(tied).max() * 8.0
    save_file({"embedding.weight": scaled.astype(np.float16)}, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "model.safetensors").chmod(0o644)  # the library writes for the owner alone; a wheel is read by all
    module = {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"}
    config: dict[str, object] = {
        "model_type": "SentenceTransformer",
        "prompts": {},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    (folder / "modules.json").write_text(json.dumps([module], indent=1) + "\n", encoding="utf-8")
    (folder / "config_sentence_transformers.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


class NumpyModel:
    """The reading of the folder that HoiDap's default path does: tokenizer, rows, mean, unit length."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._rows: Floats = load_file(folder / "model.safetensors")["embedding.weight"].astype(np.float32)

    def encode(self, texts: list[str]) -> Floats:
        """Return unit vectors (texts, dimension); a text without known words gives zeros."""
        vectors = np.zeros((len(texts), self._rows.shape[1]), np.float32)
        for number, encoding in enumerate(self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)):
            if encoding.ids:
                vectors[number] = self._rows[encoding.ids].mean(axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        return vectors


def check(folder: Path) -> float:
    """Return the largest gap between sentence-transformers and NumPy; raise above 1e-3, or if the folder is too big."""
    from sentence_transformers import SentenceTransformer

    texts = list(PROBES)
    theirs = SentenceTransformer(str(folder), device="cpu").encode(texts, show_progress_bar=False).astype(np.float32)
    # Made unit length here: in float16 sentence-transformers' own epsilon is zero, and an unknown text becomes nan.
    theirs /= np.maximum(np.linalg.norm(theirs, axis=1, keepdims=True), 1e-9)
    worst = float(np.abs(theirs - NumpyModel(folder).encode(texts)).max())
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"largest difference {worst:.1e}, {size} bytes")
    if worst > 1e-3 or size > LARGEST:
        message = f"model refused: difference {worst:.1e} (at most 1e-3), {size} bytes (at most {LARGEST})"
        raise ValueError(message)
    return worst


def main() -> None:
    """Export the mean of the named runs with tokenizer.json to the model folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--name", nargs="+", default=["static", "second"])
    options = parser.parse_args()
    place = workplace()
    runs = [np.load(place.file(f"{name}.npy")) for name in options.name]
    write_model(average(runs), place.file("tokenizer.json"), place.model)
    check(place.model)


if __name__ == "__main__":
    main()
