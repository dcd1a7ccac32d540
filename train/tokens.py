"""Stage 4, `python -m train.tokens`: token ids of every text, as written and without marks, in flat arrays.

Pairs are drawn from these arrays during training (see `pairs.py`), so that every epoch sees other windows, other
sentences and other stripped queries at no cost in disk.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from train.forms import chat_form, strip_marks
from train.paths import Workplace, workplace
from train.records import Article, Asked, Bitext, read_records

Ids = npt.NDArray[np.uint16]
Offsets = npt.NDArray[np.int64]
BATCH = 20_000


@dataclass(frozen=True)
class Texts:
    """Texts as token ids: text `i` is `ids[offsets[i]:offsets[i + 1]]`."""

    ids: Ids
    offsets: Offsets

    def __len__(self) -> int:
        return len(self.offsets) - 1


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> Texts:
    """Encode the texts without special tokens."""
    parts: list[Ids] = []
    lengths: list[int] = [0]
    for start in range(0, len(texts), BATCH):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + BATCH], add_special_tokens=False):
            parts.append(np.array(encoding.ids, dtype=np.uint16))
            lengths.append(len(parts[-1]))
    ids = np.concatenate(parts) if parts else np.zeros(0, np.uint16)
    return Texts(ids, np.cumsum(np.array(lengths, dtype=np.int64)))


def save(path: Path, **tables: Texts) -> None:
    """Write the tables to one .npz file."""
    arrays: dict[str, npt.NDArray[np.generic]] = {}
    for name, texts in tables.items():
        arrays[f"{name}_ids"], arrays[f"{name}_offsets"] = texts.ids, texts.offsets
    np.savez(path, allow_pickle=False, **arrays)


def load(path: Path, name: str) -> Texts:
    """Read one table of a file written by `save`."""
    with np.load(path) as file:
        return Texts(file[f"{name}_ids"], file[f"{name}_offsets"])


def _both(tokenizer: Tokenizer, texts: Sequence[str]) -> tuple[Texts, Texts]:
    return encode(tokenizer, texts), encode(tokenizer, [strip_marks(text) for text in texts])


def article_tokens(place: Workplace, tokenizer: Tokenizer) -> None:
    """Write articles.npz: for each article its title, its lead sentences, its body sentences, in one run of texts."""
    texts: list[str] = []
    firsts, leads = [0], list[int]()
    plain: list[Texts] = []
    bare: list[Texts] = []
    for article in read_records(place.file("articles.jsonl"), Article):
        texts += [article.title, *article.lead, *article.body]
        leads.append(len(article.lead))
        firsts.append(firsts[-1] + 1 + len(article.lead) + len(article.body))
        if len(texts) > 200_000:
            for into, part in zip((plain, bare), _both(tokenizer, texts), strict=True):
                into.append(part)
            texts = []
    for into, part in zip((plain, bare), _both(tokenizer, texts), strict=True):
        into.append(part)
    save(place.file("articles.npz"), plain=join(plain), bare=join(bare))
    np.savez(place.file("article_index.npz"), firsts=np.array(firsts), leads=np.array(leads))
    print(f"{len(leads)} articles, {len(join(plain).ids) / 1e6:.1f} million tokens")


def join(parts: Iterable[Texts]) -> Texts:
    """Concatenate tables."""
    tables = list(parts)
    bases = np.cumsum([0] + [len(table.ids) for table in tables])
    offsets = [table.offsets[:-1] + base for table, base in zip(tables, bases[:-1], strict=True)]
    return Texts(np.concatenate([table.ids for table in tables]), np.concatenate([*offsets, bases[-1:]]))


def bitext_tokens(place: Workplace, tokenizer: Tokenizer) -> None:
    """Write bitext.npz: English, Vietnamese and bare Vietnamese sentences, and each pair's document number."""
    pairs = list(read_records(place.file("bitext.jsonl"), Bitext))
    plain, bare = _both(tokenizer, [pair.vietnamese for pair in pairs])
    save(place.file("bitext.npz"), english=encode(tokenizer, [pair.english for pair in pairs]), plain=plain, bare=bare)
    numbers: dict[tuple[str, str], int] = {}
    documents = [numbers.setdefault((pair.source, pair.document), len(numbers)) for pair in pairs]
    np.save(place.file("bitext_documents.npy"), np.array(documents))


def question_tokens(place: Workplace, tokenizer: Tokenizer) -> None:
    """Write questions.npz: questions as written, bare and as chat; titles; contexts cut before and after the answer."""
    rng = random.Random(11)
    asked = list(read_records(place.file("questions.jsonl"), Asked))
    plain, bare = _both(tokenizer, [row.question for row in asked])
    chat = encode(tokenizer, [chat_form(row.question, rng) for row in asked])
    # The title heads the context of the written questions already; it must not stand there twice.
    contexts = [row.context for row in asked]
    before = encode(tokenizer, [context[: row.start] for context, row in zip(contexts, asked, strict=True)])
    after = encode(tokenizer, [context[row.start :] for context, row in zip(contexts, asked, strict=True)])
    titles = encode(tokenizer, [row.title if row.source == "written" else "" for row in asked])
    save(place.file("questions.npz"), plain=plain, bare=bare, chat=chat, before=before, after=after, titles=titles)
    numbers: dict[str, int] = {}
    np.save(
        place.file("question_contexts.npy"),
        np.array([numbers.setdefault(context, len(numbers)) for context in contexts]),
    )


def main() -> None:
    """Encode articles, sentence pairs and questions with the tokenizer of stage 2."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    place = workplace()
    tokenizer = Tokenizer.from_file(str(place.file("tokenizer.json")))
    question_tokens(place, tokenizer)
    bitext_tokens(place, tokenizer)
    article_tokens(place, tokenizer)


if __name__ == "__main__":
    main()
