"""Turn texts into vectors. The default is the bundled static model, read with NumPy and `tokenizers` alone.

Everything behind `Embedder` is exchangeable; a library remembers `model_id` and `revision` and refuses another.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import safetensors.numpy
import xxhash
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelUnavailable
from index.text import canonical

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Matrix = NDArray[np.float32]

BUNDLED_MODEL_ID = "hoidap-static"
BUNDLED_MODEL = Path(__file__).parent / "model"
_MODEL_FILES = {".json", ".safetensors", ".bin", ".txt", ".model", ".py"}
_MOST_WORDS = 1 << 16
_LONGEST_WORD = 48  # characters; longer ones hardly come twice


@runtime_checkable
class Embedder(Protocol):
    """A model behind two methods; vectors are L2-normalised float32, so inner product is cosine."""

    @property
    def model_id(self) -> str:
        """The name a library remembers."""

    @property
    def revision(self) -> str:
        """What changes whenever the vectors would."""

    @property
    def dimension(self) -> int:
        """The length of a vector."""

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return `[len(texts), dimension]` for questions."""

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return `[len(texts), dimension]` for passages with their context."""


class StaticEmbedder:
    """A sentence-transformers `StaticEmbedding` folder: the normalised mean of its token vectors.

    The mean of static token vectors needs no neural runtime; that it gives what sentence-transformers gives is tested.
    """

    def __init__(self, directory: Path, model_id: str) -> None:
        """Read `tokenizer.json` and `model.safetensors` of `directory`.

        Raises:
            ModelUnavailable: a file is missing or is not what its name says.
        """
        try:
            tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
            weights = (directory / "model.safetensors").read_bytes()
            self._table: Matrix = safetensors.numpy.load(weights)["embedding.weight"].astype(np.float32)
            self._revision = xxhash.xxh3_128_hexdigest(weights + (directory / "tokenizer.json").read_bytes())
        # tokenizers raises a bare Exception for a file it cannot read or parse
        except Exception as error:
            raise ModelUnavailable(
                f"the embedding model in {directory} cannot be read: {error}", hint="Install HoiDap again."
            ) from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._ids = TokenIds(tokenizer)
        self._model_id = model_id

    @property
    def model_id(self) -> str:
        """The name a library remembers."""
        return self._model_id

    @property
    def revision(self) -> str:
        """The checksum of the weights and the tokenizer."""
        return self._revision

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._table.shape[1])

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return `[len(texts), dimension]`; a text without any known token gives zeros."""
        return self._embed(texts)

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return `[len(texts), dimension]`; a static model reads passages as it reads questions."""
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> Matrix:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            ids = list(chain.from_iterable(map(self._ids.__getitem__, canonical(text).split())))
            if ids:
                # Summed text by text: `np.add.reduceat` over a batch is nine times as slow.
                vectors[row] = self._table.take(ids, axis=0).sum(axis=0)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(norms, 1e-12)
        return vectors


class TokenIds(dict[str, tuple[int, ...]]):
    """Remember the token ids of words: five times as fast as tokenising whole texts, and the same.

    The bundled tokenizer splits at white space before anything else, so a word's tokens do not depend on its
    neighbours; a test holds both ways against each other. When full, everything is forgotten: memory stays bounded.
    """

    def __init__(self, tokenizer: Tokenizer) -> None:
        super().__init__()
        self._tokenizer = tokenizer

    def __missing__(self, word: str) -> tuple[int, ...]:
        ids = tuple(self._tokenizer.encode(word, add_special_tokens=False).ids)
        if len(word) <= _LONGEST_WORD:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = ids
        return ids


def bundled_embedder() -> StaticEmbedder:
    """Return the model that comes with the package."""
    return StaticEmbedder(BUNDLED_MODEL, BUNDLED_MODEL_ID)


def load_embedder(name: str, *, download: bool = False) -> Embedder:
    """Return the bundled model for its own name, else any sentence-transformers model by hub name or path.

    Only with `download` is a model fetched that is not on this machine yet.

    Raises:
        ModelUnavailable: sentence-transformers is not installed, or the model cannot be loaded.
    """
    if name in ("", BUNDLED_MODEL_ID):
        return bundled_embedder()
    return SentenceTransformerEmbedder(name, download=download)


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the query and passage prompts of its own configuration."""

    def __init__(self, name: str, *, download: bool = False) -> None:
        """Load the model `name` (hub name or folder), from this machine alone unless `download`.

        Raises:
            ModelUnavailable: sentence-transformers is not installed, or the model cannot be loaded.
        """
        try:
            # Heavy (torch, about six seconds) and optional: imported only when such a model is asked for.
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise ModelUnavailable(
                "another embedding model needs sentence-transformers", hint="pip install 'hoidap[transformers]'"
            ) from error
        try:
            self._model = SentenceTransformer(name, local_files_only=not download)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelUnavailable(
                f"the embedding model {name!r} cannot be loaded: {error}",
                hint="Give the path of a folder that holds it, or allow fetching it from the hub with --download.",
            ) from error
        self._name = str(Path(name).resolve()) if Path(name).is_dir() else name
        self._revision = _folder_revision(Path(name)) if Path(name).is_dir() else _hub_revision(self._model)

    @property
    def model_id(self) -> str:
        """The hub name, or the folder's full path."""
        return self._name

    @property
    def revision(self) -> str:
        """The hub's commit, or a checksum of the folder."""
        return self._revision

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._model.get_embedding_dimension() or 0)

    def embed_queries(self, texts: Sequence[str]) -> Matrix:
        """Return `[len(texts), dimension]`, with the model's query prompt."""
        return self._encode(self._model.encode_query, texts, ("query",))

    def embed_passages(self, texts: Sequence[str]) -> Matrix:
        """Return `[len(texts), dimension]`, with the model's document prompt."""
        return self._encode(self._model.encode_document, texts, ("document", "passage", "corpus"))

    def _encode(self, encode: Callable[..., object], texts: Sequence[str], prompts: Sequence[str]) -> Matrix:
        # Saving a model adds an empty `document` prompt, before which sentence-transformers would not see `passage`.
        name = next((name for name in prompts if self._model.prompts.get(name)), None)
        vectors = encode(_nfc(texts), prompt_name=name, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32).reshape(len(texts), self.dimension)


def _nfc(texts: Sequence[str]) -> list[str]:
    """Return the texts in NFC: many tokenizers know only composed letters, and half the world types decomposed ones."""
    return [unicodedata.normalize("NFC", text) for text in texts]


def _folder_revision(folder: Path) -> str:
    """Return a checksum of all that the vectors depend on: weights, vocabularies and configurations."""
    digest = xxhash.xxh3_128()
    for path in sorted(item for item in folder.rglob("*") if item.is_file() and item.suffix in _MODEL_FILES):
        digest.update(path.relative_to(folder).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _hub_revision(model: SentenceTransformer) -> str:
    """Return the hub's commit; for a model without a transformer, which has none, a checksum of its description."""
    configuration = getattr(getattr(model[0], "auto_model", None), "config", None)
    commit = getattr(configuration, "_commit_hash", None)
    return str(commit) if commit else xxhash.xxh3_128_hexdigest(str(model).encode())
