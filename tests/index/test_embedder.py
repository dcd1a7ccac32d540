"""The bundled model read with NumPy gives what sentence-transformers gives; nothing on that path imports torch."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from tokenizers import Tokenizer, models, pre_tokenizers

from index.chunking import chunk
from index.embedder import BUNDLED_MODEL, BUNDLED_MODEL_ID, StaticEmbedder, bundled_embedder, load_embedder
from index.errors import ModelUnavailable
from index.text import canonical
from index.types import Document

ROOT = Path(__file__).parents[2]
bundled = pytest.mark.skipif(
    not (BUNDLED_MODEL / "model.safetensors").exists(),
    reason="THE BUNDLED MODEL IS MISSING (index/model): what it gives is NOT compared with sentence-transformers",
)


def seed_texts() -> list[str]:
    documents = [Document(path.stem, path.read_text(encoding="utf-8"), "") for path in (ROOT / "seeds").glob("*.txt")]
    passages = [passage.text for document in documents for passage in chunk(document)]
    odd = [
        "",
        "?!",
        "🌾🌾",
        "x" * 500,
        "TP.HCM—Quận_1",
        "4.028,5 %",
        "hoà\u200bbình",
        "a\u0301\u0323 đ",
        "Ð Ɖ",
        "中文 ភាសា",
    ]
    return passages + odd + [text.upper() for text in passages[:5]]


@bundled
@pytest.mark.filterwarnings("default")
def test_the_bundled_model_gives_what_sentence_transformers_gives() -> None:
    from sentence_transformers import SentenceTransformer

    texts = seed_texts()
    assert len(texts) > 30
    model = SentenceTransformer(str(BUNDLED_MODEL), device="cpu").float()  # the weights are stored in half precision
    expected = model.encode([canonical(text) for text in texts], normalize_embeddings=True)
    ours = bundled_embedder().embed_passages(texts)
    for text, mine, theirs in zip(texts, ours, np.nan_to_num(expected), strict=True):
        assert np.allclose(mine, theirs, atol=2e-6), text[:60]
    assert np.count_nonzero(ours.any(axis=1)) > 30


@bundled
def test_remembered_words_are_embedded_as_whole_texts_are() -> None:
    """Tokenising word by word must not change the ids: the bundled tokenizer parts at white space."""
    embedder = bundled_embedder()
    tokenizer = Tokenizer.from_file(str(BUNDLED_MODEL / "tokenizer.json"))
    table = safetensors.numpy.load_file(BUNDLED_MODEL / "model.safetensors")["embedding.weight"].astype(np.float32)
    for text in seed_texts():
        ids = tokenizer.encode(canonical(text), add_special_tokens=False).ids
        total = table[ids].sum(axis=0) if ids else np.zeros(embedder.dimension, np.float32)
        wanted = total / max(float(np.linalg.norm(total)), 1e-12)
        assert np.allclose(embedder.embed_queries([text])[0], wanted, atol=2e-6), text[:60]


@bundled
def test_the_bundled_model_is_at_most_16_megabytes() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_MODEL.rglob("*") if path.is_file()) <= 16_000_000


def write_model(folder: Path) -> Path:
    """Write a static model of four words in two dimensions."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, "mưa": 1, "to": 2, "nắng": 3}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.array([[0, 0], [1, 0], [0, 1], [-1, 0]], dtype=np.float32)
    safetensors.numpy.save_file({"embedding.weight": table}, folder / "model.safetensors")
    return folder


def test_a_worked_example(tmp_path: Path) -> None:
    """Mean of (1, 0) twice and (0, 1) once is (2, 1) / 3, of length √5 / 3: normalised (2, 1) / √5."""
    embedder = StaticEmbedder(write_model(tmp_path), "tiny")
    assert (embedder.model_id, embedder.dimension) == ("tiny", 2)
    vectors = embedder.embed_passages(["mưa mưa to", "nắng", "", "mưa nắng", "lạ"])
    expected: list[list[float]] = [[2 / 5**0.5, 1 / 5**0.5], [-1, 0], [0, 0], [0, 0], [0, 0]]
    assert np.allclose(vectors, expected, atol=1e-7)


def test_the_revision_follows_weights_and_tokenizer(tmp_path: Path) -> None:
    first = StaticEmbedder(write_model(tmp_path / "a"), "tiny").revision
    assert StaticEmbedder(write_model(tmp_path / "b"), "other name").revision == first
    table = np.array([[0, 0], [1, 0], [0, 1], [-1, 1]], dtype=np.float32)
    safetensors.numpy.save_file({"embedding.weight": table}, tmp_path / "a" / "model.safetensors")
    assert StaticEmbedder(tmp_path / "a", "tiny").revision != first
    tokenizer = tmp_path / "b" / "tokenizer.json"
    changed = json.loads(tokenizer.read_text(encoding="utf-8"))
    changed["model"]["vocab"] = {"[UNK]": 0, "mưa": 2, "to": 1, "nắng": 3}
    tokenizer.write_text(json.dumps(changed), encoding="utf-8")
    assert StaticEmbedder(tmp_path / "b", "tiny").revision != first


@pytest.mark.parametrize("harm", ["tokenizer.json", "model.safetensors"])
def test_a_model_that_cannot_be_read_is_said(tmp_path: Path, harm: str) -> None:
    write_model(tmp_path)
    (tmp_path / harm).write_bytes(b"{")
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        StaticEmbedder(tmp_path, "tiny")
    (tmp_path / harm).unlink()
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        StaticEmbedder(tmp_path, "tiny")


@bundled
def test_the_default_is_the_bundled_model() -> None:
    assert load_embedder("").model_id == load_embedder(BUNDLED_MODEL_ID).model_id == BUNDLED_MODEL_ID


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("name", ["no/such-model-anywhere", "."])
def test_a_model_that_is_not_there_is_said(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelUnavailable, match="cannot be loaded") as caught:
        load_embedder(str(tmp_path) if name == "." else name)
    assert caught.value.hint


@bundled
def test_the_default_path_imports_no_torch(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from index.library import Library; from index.types import Document\n"
        "from index.embedder import load_embedder\n"
        f"with Library.open(Path({str(tmp_path / 'data')!r}), load_embedder(''), create=True) as library:\n"
        "    library.add([Document('a', 'Cần Thơ khen thưởng 54 tập thể.', 'Tin')])\n"
        "    assert library.snapshot().search_dense(library.embedder.embed_queries(['Cần Thơ'])[0], 1)\n"
        "print([name for name in ('torch', 'transformers', 'sentence_transformers') if name in sys.modules])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ran.returncode, ran.stdout) == (0, "[]\n"), ran.stderr
