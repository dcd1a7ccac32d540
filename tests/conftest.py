"""Share what many tests need: a deterministic embedder for tests of other things, and the real library."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.text import folded_tokens


def remove_tree(path: Path) -> None:
    """Remove a folder of indexes: a thread of Tantivy's may still be dropping its lock file in there."""
    for _ in range(100):
        try:
            shutil.rmtree(path)
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"{path.name} cannot be removed")


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
