"""The exported network says what torch does, as floats nearly to the bit, as int8 within a tolerance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
pytest.importorskip("sklearn")

from qa.network import OnnxNetwork  # noqa: E402
from tests.train.tiny_network import ENCODER, FILLER, TOKENIZER, row, save_tokenizer, tiny_network  # noqa: E402
from train.export_reader import differences, export, quantise, windows_to_compare  # noqa: E402
from train.fit_reader import SpanNetwork, collate  # noqa: E402

ROWS = [row(), row(context=FILLER * 6, answer=""), row("Ai?", "", "Ở Cần Thơ."), row(context="57,6% hộ", answer="")]


@pytest.fixture(scope="module")
def model() -> SpanNetwork:
    return tiny_network(layers=2)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, model: SpanNetwork) -> tuple[Path, Path]:
    """Return the folders of the float and of the int8 network."""
    exact, small = tmp_path_factory.mktemp("float"), tmp_path_factory.mktemp("int8")
    export(model, exact / "reader.onnx", small_rows=False)
    export(model, small / "float.onnx")
    quantise(small / "float.onnx", small / "reader.onnx")
    save_tokenizer(exact)
    save_tokenizer(small)
    return exact, small


def test_questions_become_the_windows_that_a_reader_reads() -> None:
    windows = windows_to_compare(ENCODER, ROWS)
    assert len(windows) >= len(ROWS)
    assert all(window.ids[0] == 2 for window in windows)


def test_the_float_network_equals_torch_at_any_length_and_number(
    folders: tuple[Path, Path], model: SpanNetwork
) -> None:
    windows = windows_to_compare(ENCODER, ROWS)
    assert len({len(window.ids) for window in windows}) > 2
    for scores, window in zip(OnnxNetwork(folders[0]).logits(windows), windows, strict=True):
        with torch.inference_mode():
            wanted = model(*collate([window]))[0].numpy()
        np.testing.assert_allclose(scores, wanted, atol=1e-3)


def test_the_int8_network_is_near_torch_and_smaller(folders: tuple[Path, Path], model: SpanNetwork) -> None:
    exact, small = folders
    windows = windows_to_compare(ENCODER, ROWS)
    with torch.inference_mode():
        spread = float(np.std([v for w in windows for v in model(*collate([w]))[0].numpy().ravel()]))
    gap, _ = differences(model, OnnxNetwork(small), windows)
    assert 0 < gap < 0.25 * spread
    assert (small / "reader.onnx").stat().st_size < 0.6 * (exact / "reader.onnx").stat().st_size


def test_the_weights_of_products_and_tokens_are_int8(folders: tuple[Path, Path]) -> None:
    graph = onnx.load(str(folders[1] / "reader.onnx")).graph
    small = {array.name: onnx.numpy_helper.to_array(array) for array in graph.initializer if array.data_type == 3}
    assert onnx.TensorProto.INT8 == 3
    assert small["words"].shape == (TOKENIZER.get_vocab_size(), 32)
    assert set(np.abs(small.pop("words").astype(int)).max(axis=1).tolist()) <= {0, 127}  # a scale for each token
    products = [array for array in small.values() if array.ndim == 2]
    assert len(products) >= 2 * 4
    assert max(int(np.abs(array.astype(int)).max()) for array in products) <= 64  # seven bits: no overflow


def test_differences_are_none_against_the_same_and_count_other_places(
    folders: tuple[Path, Path], model: SpanNetwork
) -> None:
    windows = windows_to_compare(ENCODER, ROWS)
    gap, changed = differences(model, OnnxNetwork(folders[0]), windows)
    assert gap < 1e-3
    assert changed == 0.0
    _, other = differences(tiny_network(seed=11, layers=2), OnnxNetwork(folders[0]), windows)
    assert other > 0.5
