"""Run the span reader's network: the one module that imports ONNX Runtime, and not before the first question."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelUnavailable
from qa.encoding import Encoder, Window

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

BUNDLED_READER = Path(__file__).parent / "model"
_THREADS = 2
_MOST_TOKENS = 4_096  # of one run, padding included: bounds the memory of activations
Logits = NDArray[np.float32]


class Network(Protocol):
    """What gives every token of a window its scores."""

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """Return for each window `[tokens, 2]`: how likely an answer begins, and ends, at each token."""


class OnnxNetwork:
    """The network in a folder: `tokenizer.json` and `reader.onnx`. Threads may share it."""

    def __init__(self, directory: Path = BUNDLED_READER, threads: int = _THREADS) -> None:
        """Read the tokenizer; the network itself is read when first used.

        Raises:
            ModelUnavailable: the tokenizer is missing or broken.
        """
        self._path = directory / "reader.onnx"
        self._threads = max(1, min(threads, os.cpu_count() or 1))
        self._session: InferenceSession | None = None
        self._opening = threading.Lock()
        try:
            self.encoder = Encoder(Tokenizer.from_file(str(directory / "tokenizer.json")))
        # tokenizers raises a bare Exception for a file it cannot read or parse
        except Exception as error:
            raise _unavailable(directory, error) from error

    def logits(self, windows: Sequence[Window]) -> list[Logits]:
        """Return for each window `[tokens, 2]`, windows of like length run together.

        Raises:
            ModelUnavailable: the network cannot be read.
        """
        order = sorted(range(len(windows)), key=lambda i: len(windows[i].ids))
        found: dict[int, Logits] = {}
        for group in _groups(windows, order):
            for row, scores in zip(group, self._run([windows[i] for i in group]), strict=True):
                found[row] = scores[: len(windows[row].ids)]
        return [found[i] for i in range(len(windows))]

    def _run(self, windows: Sequence[Window]) -> Logits:
        size = max(len(window.ids) for window in windows)
        ids = np.full((len(windows), size), self.encoder.pad, np.int64)
        types, mask = np.zeros_like(ids), np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window.ids)] = window.ids
            types[row, : len(window.ids)] = window.types
            mask[row, : len(window.ids)] = 1
        inputs = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        return np.asarray(self._opened().run(["logits"], inputs)[0], np.float32)

    def _opened(self) -> InferenceSession:
        with self._opening:
            if self._session is None:
                # Half a second of import that commands which do not read need not pay.
                import onnxruntime

                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads, options.inter_op_num_threads = self._threads, 1
                # A waiting thread that spins takes the core from the other requests of a server.
                options.add_session_config_entry("session.intra_op.allow_spinning", "0")
                options.log_severity_level = 3
                try:
                    self._session = onnxruntime.InferenceSession(
                        str(self._path), options, providers=["CPUExecutionProvider"]
                    )
                # onnxruntime's errors have no base of their own below Exception
                except Exception as error:
                    raise _unavailable(self._path, error) from error
            return self._session


def _groups(windows: Sequence[Window], order: Sequence[int]) -> list[list[int]]:
    """Cut an order by length into runs: together while little of a run is padding and it stays within bounds."""
    groups: list[list[int]] = []
    for i in order:
        size = len(windows[i].ids)
        if (
            groups
            and size <= 1.25 * len(windows[groups[-1][0]].ids) + 8
            and size * (len(groups[-1]) + 1) <= _MOST_TOKENS
        ):
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _unavailable(path: Path, error: Exception) -> ModelUnavailable:
    return ModelUnavailable(f"the reader in {path} cannot be read: {error}", hint="Install HoiDap again.")
