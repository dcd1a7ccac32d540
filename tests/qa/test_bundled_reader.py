"""The reader that ships: small, its files whole, and right on the seeds."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from index.embedder import bundled_embedder
from index.library import Library
from index.loaders import load
from index.text import fold
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.ask import Answerer
from qa.calibration import load_calibration
from qa.encoding import Encoder, Window, words_of
from qa.network import BUNDLED_READER, OnnxNetwork
from qa.read import SentenceReader
from qa.span_reader import SpanReader
from qa.spans import candidates
from qa.types import Status

SEEDS = Path(__file__).parents[2] / "seeds"
MOST_BYTES = 25_000_000
LEXICON = Lexicon(load_abbreviations())

QUESTIONS = [
    ("Có bao nhiêu tập thể được khen thưởng ở Cần Thơ?", "54 tập thể"),
    ("Ai là Bí thư Thành ủy Hải Phòng?", "Lê Tiến Châu"),
    ("Lai Châu tặng Bằng khen cho bao nhiêu cá nhân?", "36 cá nhân"),
    ("Phó Bí thư Thường trực Tỉnh ủy Bắc Giang là ai?", "Lê Thị Thu Hồng"),
]


@pytest.fixture(scope="module")
def network() -> OnnxNetwork:
    return OnnxNetwork()


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory, network: OnnxNetwork) -> Iterator[Answerer]:
    with Library.open(tmp_path_factory.mktemp("seeds") / "data", bundled_embedder(), create=True) as library:
        library.add(load(path) for path in sorted(SEEDS.glob("*.txt")))
        calibration = load_calibration()
        reader = SpanReader(network, SentenceReader(library.embedder), calibration)
        yield Answerer(library, reader=reader, lexicon=LEXICON, calibration=calibration)


def window_of(question: str, text: str) -> Window:
    encoder = Encoder(Tokenizer.from_file(str(BUNDLED_READER / "tokenizer.json")))
    (window,) = encoder.windows(encoder.asked(analyse(question, LEXICON)), "", encoder.pieces(words_of(text)), 160, 32)
    return window


def test_the_folder_is_small_and_says_what_it_is() -> None:
    files = {path.name: path.stat().st_size for path in BUNDLED_READER.iterdir() if path.is_file()}
    assert {"reader.onnx", "tokenizer.json", "calibration.json", "README.md"} <= set(files)
    assert sum(files.values()) <= MOST_BYTES


def test_the_weights_are_int8() -> None:
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(str(BUNDLED_READER / "reader.onnx")).graph
    sizes = {array.name: len(array.raw_data) for array in graph.initializer}
    small = [a.name for a in graph.initializer if a.data_type in (onnx.TensorProto.INT8, onnx.TensorProto.UINT8)]
    assert sum(sizes[name] for name in small) > 0.8 * sum(sizes.values())


def test_the_tokenizer_keeps_marks_and_signs_and_knows_common_words_whole() -> None:
    tokenizer = Tokenizer.from_file(str(BUNDLED_READER / "tokenizer.json"))
    found = tokenizer.encode("Khen thưởng khen thuong (57,6%)", add_special_tokens=False).tokens
    assert found[:4] == ["khen", "thưởng", "khen", "thuong"]
    assert {"(", ",", "%", ")"} <= set(found)
    assert "[UNK]" not in found


def test_the_network_points_at_a_count_in_a_sentence(network: OnnxNetwork) -> None:
    text = "Dịp này, Chủ tịch UBND tỉnh tặng Bằng khen cho 54 tập thể và Giấy khen cho nhiều cá nhân."
    window = window_of("Bao nhiêu tập thể được tặng Bằng khen?", text)
    (scores,) = network.logits([window])
    assert scores.shape == (len(window.ids), 2)
    assert candidates(window, scores[:, 0], scores[:, 1], 1)[0].span(window).of(text).startswith("54")


def test_the_network_is_surer_where_the_text_tells(network: OnnxNetwork) -> None:
    question = "Bao nhiêu tập thể được tặng Bằng khen?"
    texts = "Có 54 tập thể được tặng Bằng khen dịp này.", "Trời hôm nay có mưa to, gió mạnh ở ven biển."
    windows = [window_of(question, text) for text in texts]
    margins = [
        candidates(window, scores[:, 0], scores[:, 1], 1)[0].margin
        for window, scores in zip(windows, network.logits(windows), strict=True)
    ]
    assert margins[0] > margins[1]


@pytest.mark.parametrize(("question", "answer"), QUESTIONS)
@pytest.mark.parametrize("form", [str, fold, lambda q: unicodedata.normalize("NFD", q)], ids=["written", "bare", "nfd"])
def test_the_seeds_are_answered_shortly(answerer: Answerer, question: str, answer: str, form: object) -> None:
    assert callable(form)
    result = answerer.ask(form(question))
    assert result.status is Status.ANSWERED
    best = result.answers[0]
    assert answer in best.text
    assert len(best.text.split()) <= 10
    assert best.kind == "span"
    assert all(c.cited_text == answerer.library.document(c.document_id).text[c.start : c.end] for c in best.citations)


@pytest.mark.parametrize(
    "question", ["Bao nhiêu tập thể ở Nghệ An được tặng Bằng khen?", "Giá vàng hôm nay bao nhiêu?"]
)
def test_what_the_seeds_do_not_say_is_not_answered(answerer: Answerer, question: str) -> None:
    assert answerer.ask(question).status is Status.NO_ANSWER


@pytest.mark.parametrize(
    "question",
    [
        "bao nhiêu đơn vị được khen thưởng ở Cần Thơ",
        "Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?",
        "Cần Thơ có bao nhiêu đơn vị được khen thưởng?",
        "bao nhieu don vi duoc khen thuong o can tho",
        "Can Tho khen thuong may tap the",
        "How many units were commended in Can Tho?",
    ],
)
def test_the_typical_question_is_answered_however_it_is_put(answerer: Answerer, question: str) -> None:
    result = answerer.ask(question)
    assert result.status is Status.ANSWERED
    assert result.answers[0].text == "54 tập thể"


def test_a_name_held_far_off_is_no_reason_to_stop_reading(tmp_path: Path, network: OnnxNetwork) -> None:
    """Hải Phòng's article names Cần Thơ somewhere, and its passage ranks before the one that answers."""
    with Library.open(tmp_path / "data", bundled_embedder(), create=True) as library:
        library.add([load(SEEDS / f"{name}.txt") for name in ("003_a402cb938e9cf45f", "000_eda3ac9ea93096e1")])
        reader = SpanReader(network, SentenceReader(library.embedder), load_calibration())
        answer = Answerer(library, reader=reader, lexicon=LEXICON).ask(
            "Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?"
        )
    assert answer.answers[0].text == "54 tập thể"
