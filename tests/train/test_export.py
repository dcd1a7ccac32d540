"""The written folder: sentence-transformers and NumPy read the same vectors from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from train.export import NumpyModel, average, check, tie_alternatives, write_model
from train.tokenizer import Budget, build, choose_vocabulary, save, split_words

WORDS = {
    "hòa": 9.0,
    "bình": 8.0,
    "cần": 7.0,
    "thơ": 6.0,
    "khen": 5.0,
    "thưởng": 4.0,
    "how": 3.0,
    "chelsea": 3.0,
    "many": 2.0,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    vocabulary = choose_vocabulary(WORDS, Budget(size=120, words=8, alternatives=3))
    save(build(vocabulary), tmp_path / "tokenizer.json")
    rows = np.random.default_rng(0).normal(size=(len(vocabulary), 16)).astype(np.float32)
    rows[:2] = 0.0
    write_model(rows, tmp_path / "tokenizer.json", tmp_path / "model")
    return tmp_path / "model"


def test_average_weighs_runs_alike_whatever_their_scale() -> None:
    one = np.array([[0.0, 2.0], [2.0, 0.0]], dtype=np.float32)
    assert average([one, 100.0 * one[::-1]]).tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_tone_placements_share_a_row() -> None:
    tied = tie_alternatives(np.arange(6, dtype=np.float32).reshape(3, 2), {"hòa": 0, "hoà": 2, "bình": 1})
    assert tied.tolist() == [[0, 1], [2, 3], [0, 1]]


def test_numpy_reads_case_spelling_and_composition_alike(folder: Path) -> None:
    vectors = NumpyModel(folder).encode(["hòa bình", "HOÀ BÌNH!", "ho\u0300a bi\u0300nh", "cần thơ"])
    assert np.allclose(vectors[0], vectors[1], atol=1e-6)
    assert np.allclose(vectors[0], vectors[2], atol=1e-6)
    assert vectors[0] @ vectors[3] < 0.99


def test_text_without_words_gives_zeros(folder: Path) -> None:
    assert not NumpyModel(folder).encode(["", "?!"]).any()


def test_the_tokenizer_splits_as_the_counter_does() -> None:
    tokenizer = build(["[PAD]", "[UNK]", "ngày", "25", "121", "kg", "%", "37", "5"])
    text = "Ngày 25: 121kg, 37,5%"
    assert tokenizer.encode(text, add_special_tokens=False).tokens == split_words(text)


@pytest.mark.filterwarnings("ignore")
def test_sentence_transformers_agrees_with_numpy(folder: Path) -> None:
    pytest.importorskip("sentence_transformers")
    assert check(folder) < 1e-3
