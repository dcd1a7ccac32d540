"""Find passages by their words: BM25 over three fields of match-time text, on Tantivy.

    exact   canonical, lower-case tokens: `thế` is not `the`
    folded  the same without marks, for questions typed without them
    pairs   neighbouring folded tokens: Vietnamese words are mostly two syllables, and `can_tho` is far rarer than
            `can` and `tho`

Context (title, heading) stands in the same fields as the text: measured on the news dev set that beats fields of its
own (R@1 .62 against .60), and pairs lift R@1 to .66 and close the gap of questions without marks.

Tantivy tokenises nothing here; both sides hand it tokens. It is the only module that imports tantivy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import tantivy

from index.text import fold_tokens, tokens
from index.types import Hit

_WRITER_HEAP_BYTES = 64 * 1024 * 1024
# Tantivy breaks ties by where a document happens to lie; reading a few more lets us break them by id.
_TIE_MARGIN = 16


@dataclass(frozen=True, slots=True)
class LexicalQuery:
    """Weighted tokens for each field; a passage's score is the weighted sum of their BM25 scores."""

    exact: Mapping[str, float] = field(default_factory=dict)
    folded: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, float] = field(default_factory=dict)

    def is_empty(self) -> bool:
        """Tell whether there is nothing to look for."""
        return not (self.exact or self.folded or self.pairs)


@dataclass(frozen=True, slots=True)
class LexicalRow:
    """A passage to be indexed: `context` is matched with the text."""

    id: int
    context: str
    text: str


def pairs_of(folded: list[str]) -> list[str]:
    """Join neighbours: `[can, tho, co]` gives `[can_tho, tho_co]`."""
    return list(map("_".join, pairwise(folded)))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("id", indexed=True, fast=True)
    for name in ("exact", "folded", "pairs"):
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


_SCHEMA = _schema()


def update_lexical(directory: Path, added: Iterable[LexicalRow], removed: Iterable[int]) -> None:
    """Bring the index in `directory` up to date, making it when there is none; files that exist are never rewritten.

    Everything is on disk, and no thread of Tantivy's is at work any more, when this returns.
    """
    index = tantivy.Index(_SCHEMA, path=str(directory))
    # One thread: several would split the same rows into segments by chance, and the other core is busy with Python.
    writer = index.writer(_WRITER_HEAP_BYTES, num_threads=1)
    gone = list(removed)
    if gone:
        # Not delete_documents_by_term: tantivy-py makes a signed term of a Python int, which no unsigned field holds.
        writer.delete_documents_by_query(tantivy.Query.term_set_query(_SCHEMA, "id", gone))
    for row in added:
        writer.add_document(_document(row))
    writer.commit()
    writer.wait_merging_threads()


def _document(row: LexicalRow) -> tantivy.Document:
    context, text = tokens(row.context), tokens(row.text)
    folded_context, folded_text = fold_tokens(context), fold_tokens(text)
    document = tantivy.Document()
    document.add_unsigned("id", row.id)
    document.add_text("exact", " ".join(context + text))
    document.add_text("folded", " ".join(folded_context + folded_text))
    # Context and text are paired apart: the last word of one and the first of the other are no neighbours.
    document.add_text("pairs", " ".join(pairs_of(folded_context) + pairs_of(folded_text)))
    return document


class LexicalIndex:
    """An index opened for reading; it never changes. Safe to search from several threads."""

    def __init__(self, directory: Path) -> None:
        """Open the index in `directory`.

        Raises:
            ValueError: Tantivy cannot read it.
        """
        index = tantivy.Index.open(str(directory))
        index.config_reader("manual")
        self._searcher = index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def document_frequency(self, field_name: str, token: str) -> int:
        """Return in how many passages the token stands in this field."""
        return int(self._searcher.doc_freq(field_name, token))

    def search(self, query: LexicalQuery, limit: int, within: Collection[int] | None = None) -> list[Hit]:
        """Return the best `limit` passages that hold any token, best first, ties by id; with `within`, only of those.

        Scores are the same with and without `within`: how rare a word is, is counted over the whole index.
        """
        if query.is_empty() or not len(self) or (within is not None and not within):
            return []
        result = self._searcher.search(_tantivy_query(query, within), limit + _TIE_MARGIN, count=False)
        ids = self._searcher.fast_field_values("id", [address for _, address in result.hits])
        hits = [Hit(int(i), float(score)) for i, (score, _) in zip(ids, result.hits, strict=True) if i is not None]
        return sorted(hits, key=lambda hit: (-hit.score, hit.passage_id))[:limit]


def _tantivy_query(query: LexicalQuery, within: Collection[int] | None) -> tantivy.Query:
    query_of = tantivy.Query.term_query
    clauses = [
        (tantivy.Occur.Should, tantivy.Query.boost_query(query_of(_SCHEMA, name, token, "freq"), weight))
        for name, weights in (("exact", query.exact), ("folded", query.folded), ("pairs", query.pairs))
        for token, weight in weights.items()
    ]
    words = tantivy.Query.boolean_query(clauses)
    if within is None:
        return words
    among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(_SCHEMA, "id", list(within)), 0.0)
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, words), (tantivy.Occur.Must, among)])
