"""The network as ONNX Runtime runs it, against the same sums in NumPy; missing and broken files; threads."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import ModelUnavailable
from qa.encoding import TYPES, Window
from qa.network import Logits, OnnxNetwork
from tests.qa.tiny_reader import Tables, random_tables, tiny_tokenizer, write_network

TOKENIZER = tiny_tokenizer()
TABLES = random_tables(TOKENIZER)


def window_of(size: int, seed: int = 0) -> Window:
    """Return a window of so many random tokens."""
    rng = np.random.default_rng((size, seed))
    ids = tuple(rng.integers(0, TOKENIZER.get_vocab_size(), size).tolist())
    return Window(ids, tuple(rng.integers(0, TYPES, size).tolist()), (), (), ())


def require_equal(found: Sequence[Logits], windows: Sequence[Window], tables: Tables = TABLES) -> None:
    assert [scores.shape for scores in found] == [(len(window.ids), 2) for window in windows]
    for scores, window in zip(found, windows, strict=True):
        np.testing.assert_allclose(scores, tables.logits(window), atol=1e-5)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> OnnxNetwork:
    return write_network(tmp_path_factory.mktemp("reader"), TOKENIZER, TABLES)


@given(st.lists(st.integers(1, 300), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_logits_are_those_of_each_window_alone_whatever_runs_with_it(network: OnnxNetwork, sizes: list[int]) -> None:
    windows = [window_of(size, seed) for seed, size in enumerate(sizes)]
    require_equal(network.logits(windows), windows)


def test_together_or_one_by_one_is_the_same(network: OnnxNetwork) -> None:
    windows = [window_of(size) for size in (31, 7, 30, 228, 8, 32)]
    together, alone = network.logits(windows), [network.logits([window])[0] for window in windows]
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_no_windows_have_no_logits(network: OnnxNetwork) -> None:
    assert network.logits([]) == []


class Counting(OnnxNetwork):
    """Notes the sizes of each run."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.runs: list[list[int]] = []

    def _run(self, windows: Sequence[Window]) -> Logits:
        self.runs.append([len(window.ids) for window in windows])
        return super()._run(windows)


def test_windows_of_like_length_run_together_and_no_run_grows_without_bounds(tmp_path: Path) -> None:
    write_network(tmp_path, TOKENIZER, TABLES)
    network = Counting(tmp_path)
    network.logits([window_of(size) for size in (200, 10, 205, 12, 210)])
    assert network.runs == [[10, 12], [200, 205, 210]]
    network.runs.clear()
    windows = [window_of(200, seed) for seed in range(50)]
    require_equal(network.logits(windows), windows)
    assert [len(run) for run in network.runs] == [20, 20, 10]  # 4,096 tokens a run


def test_a_folder_without_a_reader_is_unavailable_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="cannot be read") as refused:
        OnnxNetwork(tmp_path)
    assert refused.value.hint


@pytest.mark.parametrize("content", [b"", b"{}", b"{", b"\x00\xff"])
def test_a_broken_tokenizer_is_unavailable(tmp_path: Path, content: bytes) -> None:
    write_network(tmp_path, TOKENIZER, TABLES)
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(ModelUnavailable) as refused:
        OnnxNetwork(tmp_path)
    assert refused.value.hint


def test_a_tokenizer_of_another_kind_is_unavailable(tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models

    Tokenizer(models.WordPiece({"[UNK]": 0}, unk_token="[UNK]")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelUnavailable, match=r"no \[PAD\]"):
        OnnxNetwork(tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"onnx?", "cut"])
def test_a_missing_or_broken_network_is_unavailable_when_it_is_first_needed(
    tmp_path: Path, content: bytes | str | None
) -> None:
    write_network(tmp_path, TOKENIZER, TABLES)
    path = tmp_path / "reader.onnx"
    whole = path.read_bytes()
    path.unlink()
    if content is not None:
        path.write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    network = OnnxNetwork(tmp_path)
    for _ in range(2):  # it fails the same way when it is asked again
        with pytest.raises(ModelUnavailable, match=r"reader\.onnx") as refused:
            network.logits([window_of(5)])
        assert refused.value.hint


def test_a_network_that_came_back_is_read(tmp_path: Path) -> None:
    write_network(tmp_path, TOKENIZER, TABLES)
    path = tmp_path / "reader.onnx"
    whole = path.read_bytes()
    path.unlink()
    network, window = OnnxNetwork(tmp_path), window_of(5)
    with pytest.raises(ModelUnavailable):
        network.logits([window])
    path.write_bytes(whole)
    require_equal(network.logits([window]), [window])


def test_threads_share_a_network(tmp_path: Path) -> None:
    network = write_network(tmp_path, TOKENIZER, TABLES)
    batches = [[window_of(size, seed) for size in (5, 40, 6)] for seed in range(16)]
    with ThreadPoolExecutor(4) as threads:
        for windows, found in zip(batches, threads.map(network.logits, batches), strict=True):
            require_equal(found, windows)
