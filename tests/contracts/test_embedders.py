"""What every embedder promises: the bundled model, any sentence-transformers model, the one made for tests."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index.embedder import BUNDLED_MODEL, Embedder, SentenceTransformerEmbedder, StaticEmbedder
from index.library import Library
from index.types import Document
from tests.conftest import HashEmbedder
from tests.contracts.tiny_bert import build_tiny_bert

# transformers and torch warn of their own affairs.
pytestmark = pytest.mark.filterwarnings("default")

TEXTS = [
    "Cần Thơ khen thưởng 54 tập thể.",
    "can tho khen thuong 54 tap the",
    "Hải Phòng có mưa to; nhiều đường ngập.",
    "hoà bình và hạnh phúc",
    "The quick brown fox",
    "🌾 19/05/2024, 4.028 tỷ đồng",
    "một " * 700,
]


def static(_: Path) -> Embedder:
    if not (BUNDLED_MODEL / "model.safetensors").exists():
        pytest.skip("THE BUNDLED MODEL IS MISSING (index/model): its embedder is NOT tested")
    return StaticEmbedder(BUNDLED_MODEL, "bundled")


def transformer(folder: Path) -> Embedder:
    return SentenceTransformerEmbedder(str(build_tiny_bert(folder / "tiny-bert")))


MAKERS: dict[str, Callable[[Path], Embedder]] = {
    "hash": lambda _: HashEmbedder(),
    "static": static,
    "transformer": transformer,
}


@pytest.fixture(scope="module", params=MAKERS)
def embedder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedder]:
    yield MAKERS[request.param](tmp_path_factory.mktemp("model"))


def test_it_is_an_embedder(embedder: Embedder) -> None:
    assert isinstance(embedder, Embedder)
    assert embedder.model_id and embedder.revision and embedder.dimension > 0


def test_vectors_are_unit_float32_one_a_text(embedder: Embedder) -> None:
    for vectors in (embedder.embed_queries(TEXTS), embedder.embed_passages(TEXTS)):
        assert vectors.shape == (len(TEXTS), embedder.dimension)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)


def test_no_text_gives_no_vector(embedder: Embedder) -> None:
    assert embedder.embed_queries([]).shape == embedder.embed_passages([]).shape == (0, embedder.dimension)


def test_a_text_of_nothing_gives_a_finite_vector(embedder: Embedder) -> None:
    for text in ("", " \n", "!?", "\u200b"):
        (vector,) = embedder.embed_passages([text])
        assert np.isfinite(vector).all()
        assert np.linalg.norm(vector) <= 1 + 1e-5


def test_a_vector_depends_on_its_text_alone(embedder: Embedder) -> None:
    for embed in (embedder.embed_queries, embedder.embed_passages):
        together, turned = embed(TEXTS), embed(TEXTS[::-1])[::-1]
        alone = np.vstack([embed([text]) for text in TEXTS])
        assert np.allclose(together, turned, atol=1e-5)
        assert np.allclose(together, alone, atol=1e-5)
        marked = np.delete(np.round(together, 4), 1, axis=0)  # the second is the first without marks
        assert len({vector.tobytes() for vector in marked}) == len(TEXTS) - 1, "and texts differ"


def test_composed_and_decomposed_letters_are_the_same(embedder: Embedder) -> None:
    decomposed = [unicodedata.normalize("NFD", text) for text in TEXTS]
    assert decomposed != TEXTS
    assert np.allclose(embedder.embed_queries(decomposed), embedder.embed_queries(TEXTS), atol=1e-6)
    assert np.allclose(embedder.embed_passages(decomposed), embedder.embed_passages(TEXTS), atol=1e-6)


def test_a_library_can_be_built_on_it(embedder: Embedder, tmp_path: Path) -> None:
    documents = [Document(f"d{n}", text, "") for n, text in enumerate(TEXTS)]
    with Library.open(tmp_path / "data", embedder, create=True) as library:
        library.add(documents)
        ids, vectors = library._store.vectors()
        query = embedder.embed_passages([TEXTS[2]])[0]
        best = library.snapshot().search_dense(query, 1)[0]
        assert library.passages([best.passage_id])[best.passage_id].document.id == "d2"
        assert best.score == pytest.approx(1.0, abs=2e-3)
        assert vectors.shape == (len(ids), embedder.dimension)
        assert library.check() == []


# -- what only models on disk promise ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_bert(tmp_path_factory.mktemp("model") / "tiny")


def test_the_prompts_of_the_models_own_configuration_are_used(tiny: Path) -> None:
    from sentence_transformers import SentenceTransformer

    embedder, model = SentenceTransformerEmbedder(str(tiny)), SentenceTransformer(str(tiny))
    text = "Cần Thơ khen thưởng"
    for embed, prompt in ((embedder.embed_queries, "query: "), (embedder.embed_passages, "passage: ")):
        (vector,) = embed([text])
        assert np.allclose(vector, model.encode(prompt + text, normalize_embeddings=True), atol=1e-6)
        assert not np.allclose(vector, model.encode(text, normalize_embeddings=True), atol=1e-3)


def test_the_revision_changes_with_whatever_changes_the_vectors(tiny: Path, tmp_path: Path) -> None:
    first = SentenceTransformerEmbedder(str(tiny))
    assert SentenceTransformerEmbedder(str(tiny)).revision == first.revision
    assert first.model_id == str(tiny.resolve())
    shutil.copytree(tiny, tmp_path / "copy")
    assert SentenceTransformerEmbedder(str(tmp_path / "copy")).revision == first.revision, "wherever it lies"
    prompts = tmp_path / "copy" / "config_sentence_transformers.json"
    prompts.write_text(prompts.read_text(encoding="utf-8").replace("query: ", "q: "), encoding="utf-8")
    assert SentenceTransformerEmbedder(str(tmp_path / "copy")).revision != first.revision
