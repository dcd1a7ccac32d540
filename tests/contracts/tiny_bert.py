"""Build a real transformer of random weights on disk, as sentence-transformers saves one."""

from __future__ import annotations

import warnings
from pathlib import Path

_WORDS = (
    "query passage : , . ; cần thơ khen thưởng tập thể hải phòng có mưa to một can tho the quick brown fox hoà bình"
)
_CHARACTERS = "abcdefghijklmnopqrstuvwxyzàáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ0123456789/"


def build_tiny_bert(folder: Path) -> Path:
    """Write a BERT of one layer to `folder`, with prompts for queries and passages; return the folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import torch
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Pooling, Transformer
        from transformers import BertConfig, BertModel, BertTokenizer

        torch.manual_seed(5)
        words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS.split()]
        words += [*_CHARACTERS, *(f"##{character}" for character in _CHARACTERS)]
        plain = folder / "bert"
        plain.mkdir(parents=True)
        (plain / "vocab.txt").write_text("\n".join(dict.fromkeys(words)) + "\n", encoding="utf-8")
        tokenizer = BertTokenizer(str(plain / "vocab.txt"), strip_accents=False, model_max_length=64)
        tokenizer.save_pretrained(plain)
        config = BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=64, initializer_range=0.5,
        )  # fmt: skip
        BertModel(config).save_pretrained(plain)
        transformer = Transformer(str(plain))
        model = SentenceTransformer(
            modules=[transformer, Pooling(32)], prompts={"query": "query: ", "passage": "passage: "}, device="cpu"
        )
        model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"
