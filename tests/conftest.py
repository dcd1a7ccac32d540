"""Share what many tests need: a deterministic embedder for tests of other things, and the real library."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from index.text import folded_tokens


class HashEmbedder:
    """A bag of hashed words: deterministic, no weights, near for texts that share words. For tests of other things."""

    model_id = "hash-embedder"
    revision = "1"
    dimension = 64

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `[len(texts), 64]`."""
        return np.stack([self._one(text) for text in texts]) if texts else np.empty((0, 64), np.float32)

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return `[len(texts), 64]`."""
        return self.embed_queries(texts)

    def _one(self, text: str) -> NDArray[np.float32]:
        vector = np.full(64, 1e-3, np.float32)
        for token in folded_tokens(text):
            vector[int.from_bytes(hashlib.sha256(token.encode()).digest()[:2]) % 64] += 1
        return vector / np.float32(np.linalg.norm(vector))


@pytest.fixture
def hash_embedder() -> HashEmbedder:
    """Return an embedder for tests of other things than embedding."""
    return HashEmbedder()
