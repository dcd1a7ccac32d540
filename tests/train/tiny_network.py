"""Build the parts of a reader at a size that trains in moments: few words, random weights."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch

from qa.encoding import TYPES, Encoder
from tests.qa.tiny_reader import tiny_tokenizer
from train.fit_reader import SpanNetwork
from train.records import Reading

torch.set_num_threads(1)  # threads that wait for one another spin: sums this small are faster alone

TOKENIZER = tiny_tokenizer(
    *"54 37 tập thể cá nhân được tặng bằng khen ở cần thơ hải phòng hội nghị dịp này bao nhiêu ai là gì [MASK]".split()
)
ENCODER = Encoder(TOKENIZER)


def tiny_bert(seed: int = 5, layers: int = 1) -> torch.nn.Module:
    """Return a BERT of 32 dimensions with random weights, large enough to tell tokens apart."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers import BertConfig, BertModel

        torch.manual_seed(seed)
        config = BertConfig(
            vocab_size=TOKENIZER.get_vocab_size(), hidden_size=32, num_hidden_layers=layers, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=256, type_vocab_size=TYPES, initializer_range=0.3,
            hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.0,
        )  # fmt: skip
        return BertModel(config, add_pooling_layer=False).eval()


def tiny_network(seed: int = 5, layers: int = 1) -> SpanNetwork:
    """Return a span network on that BERT."""
    model = SpanNetwork(tiny_bert(seed, layers))
    torch.nn.init.normal_(model.scores.weight, std=0.5)
    model.eval()
    return model


def save_tokenizer(folder: Path) -> None:
    """Write tokenizer.json."""
    TOKENIZER.save(str(folder / "tokenizer.json"))


FILLER = "Hội nghị bàn về nhiều việc của tỉnh trong năm qua. "


def row(
    question: str = "Bao nhiêu tập thể được tặng Bằng khen?",
    answer: str = "54 tập thể",
    context: str = FILLER + "Dịp này, 54 tập thể được tặng Bằng khen. " + FILLER,
    source: str = "written",
    english: str = "",
) -> Reading:
    """Return a question on a text; without an answer it is unanswerable."""
    return Reading(source, question, "Cần Thơ", context, answer, context.find(answer) if answer else 0, english)
