"""Stages 9 and 10, `python -m train.fit_reader`: the span reader, first on made questions, then on people's.

A BERT encoder with two outputs for each token (Devlin et al. 2019): where an answer begins and where it ends; position
0 means that the window does not tell (as in SQuAD 2.0). Question, title and window are laid out by `qa.encoding`, the
very code that reads later. A batch holds answerable windows, unanswerable questions, other windows of the same text and
windows of look-alike texts: what a retriever brings up, and what must be passed over in silence.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
import transformers
from sklearn.feature_extraction.text import TfidfVectorizer
from tokenizers import Tokenizer

from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon, analyse
from qa.encoding import Asked, Encoder, Pieces, Window, words_of
from qa.evaluate import exact_match, f1
from qa.segment import glued
from qa.spans import candidates
from train.forms import chat_form, said_otherwise, strip_marks
from train.loop import Plan, device, train
from train.paths import Workplace, workplace
from train.records import Reading, read_records

SIZE, OVERLAP = 160, 48  # tokens of a window when held-out questions are read
_OFFICES = frozenset({"giám đốc", "chủ tịch", "trưởng", "quê"})
_POOL = 12  # batches drawn together and sorted by length


@dataclass(frozen=True)
class Mix:
    """How the windows of a batch and the forms of its questions are drawn."""

    made: float = 0.15  # of the questions, from synthetic.jsonl
    elsewhere: float = 0.06  # of the answerable: another window of the same text
    lookalike: float = 0.18  # … or a window of a text that speaks of much the same
    silent: float = 0.3  # of the unanswerable: likewise
    bare: float = 0.24
    chat: float = 0.07
    english: float = 0.5  # of the questions that have an English form
    bare_text: float = 0.04
    swapped: float = 0.15  # of the Vietnamese questions: a word said otherwise, by the reader's table of synonyms
    otherwise: float = 0.4  # of the questions with marks: put as someone else would
    titled: float = 0.6
    shortest: int = 56  # tokens of a window
    longest: int = 150


@dataclass(frozen=True)
class Example:
    """A window, and where its answer begins and ends (token positions; both 0 where it does not tell)."""

    window: Window
    start: int
    end: int


class SpanNetwork(torch.nn.Module):  # type: ignore[misc]
    """An encoder and the two scores of each token."""

    def __init__(self, encoder: transformers.BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.scores = torch.nn.Linear(encoder.config.hidden_size, 2)
        torch.nn.init.normal_(self.scores.weight, std=0.02)

    def forward(self, ids: torch.Tensor, types: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return logits `[windows, tokens, 2]`."""
        hidden = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        return self.scores(hidden)


@cache
def lexicon() -> Lexicon:
    """Return the tables that questions are read with."""
    return Lexicon(load_abbreviations())


class Source:
    """The questions, and the drawing of examples from them."""

    def __init__(self, people: Sequence[Reading], made: Sequence[Reading], encoder: Encoder, mix: Mix) -> None:
        self.people, self.made, self._encoder, self.mix = people, made, encoder, mix
        self._pieces: dict[str, Pieces] = {}
        contexts = list(dict.fromkeys(row.context for row in people))
        self._near = look_alikes(people, contexts) if people else []
        self.contexts = contexts
        self.match = True

    def pool(self, rng: np.random.Generator, count: int) -> list[Example]:
        """Return `count` examples, shortest first."""
        found: list[Example] = []
        dice = random.Random(int(rng.integers(1 << 31)))
        while len(found) < count:
            example = self._draw(dice)
            if example is not None:
                found.append(example)
        return sorted(found, key=lambda example: len(example.window.ids))

    def _draw(self, dice: random.Random) -> Example | None:
        mix = self.mix
        if self.made and (not self.people or dice.random() < mix.made):
            row, near = dice.choice(self.made), None
        else:
            at = dice.randrange(len(self.people))
            row, near = self.people[at], self._near[at]
        context, answer, start = row.context, row.answer, row.start
        fate = dice.random()
        if near and fate < (mix.lookalike if answer else mix.silent):
            context, answer, start = self.contexts[dice.choice(near)], "", 0
            if row.answer and row.answer in context:
                return None  # it may answer, too
        elsewhere = bool(answer) and mix.lookalike <= fate < mix.lookalike + mix.elsewhere
        question = self._form(row, dice)
        if dice.random() < mix.bare_text:
            context, question = strip_marks(context), strip_marks(question)
        asked = self._encoder.asked(analyse(question, lexicon()))
        pieces = self._pieces_of(context)
        words = answer_words(pieces, start, start + len(answer)) if answer else None
        if answer and words is None:
            return None
        part = self._part(pieces, words, elsewhere, dice)
        if part is None:
            return None
        title = row.title if dice.random() < mix.titled else ""
        return example_of(self._encoder, asked, title, part[0], None if elsewhere else part[1], match=self.match)

    def _form(self, row: Reading, dice: random.Random) -> str:
        if row.english and dice.random() < self.mix.english:
            return row.english
        question = self._swapped(row.question, dice) if dice.random() < self.mix.swapped else row.question
        if dice.random() < self.mix.otherwise and strip_marks(question) != question:
            question = said_otherwise(question, dice)
        form = dice.random()
        if form < self.mix.bare:
            return strip_marks(question) if dice.random() < 0.5 else strip_marks(question).lower()
        if form < self.mix.bare + self.mix.chat:
            return chat_form(question, dice)
        return question

    def _swapped(self, question: str, dice: random.Random) -> str:
        """Return the question with one of its words as others say it: `đơn vị` for `tập thể`."""
        asked = analyse(question, lexicon())
        words = [token.text for token in asked.tokens]
        inner = [*glued(words, [True] * len(words)), False]
        # Not half of `sinh viên`, and no office for another: who holds the other one is a near miss.
        fits = [
            said
            for said in asked.synonyms
            if not inner[said.start]
            and not inner[said.end]
            and not _OFFICES & {" ".join(words[said.start : said.end]), *map(" ".join, said.others)}
        ]
        if asked.toneless or not fits:
            return question
        said = dice.choice(fits)
        first, last = asked.tokens[said.start].span, asked.tokens[said.end - 1].span
        return question[: first.start] + " ".join(dice.choice(said.others)) + question[last.end :]

    def _pieces_of(self, context: str) -> Pieces:
        if context not in self._pieces:
            if len(self._pieces) > 30_000:
                self._pieces.clear()
            self._pieces[context] = self._encoder.pieces(words_of(context))
        return self._pieces[context]

    def _part(
        self, pieces: Pieces, words: tuple[int, int] | None, elsewhere: bool, dice: random.Random
    ) -> tuple[Pieces, tuple[int, int] | None] | None:
        """Return a stretch of the text with the answer's words in it or, `elsewhere`, without; None if none fits."""
        size = dice.randint(self.mix.shortest, self.mix.longest)
        total = len(pieces.words)
        if words is None:
            first = dice.randrange(max(1, total - size // 2))
        elif elsewhere:
            spots = [i for i in range(0, max(1, total - 20)) if i > words[1] or i + size < words[0]]
            if not spots:
                return None
            first = dice.choice(spots)
        else:
            first = max(0, words[0] - dice.randint(0, max(0, size - (words[1] - words[0]) - 4)))
        last = min(total, first + size)
        if elsewhere and words is not None and first <= words[1] and last > words[0]:
            last = words[0]
        if last - first < 8:
            return None
        part = self._encoder.pieces(pieces.words[first:last])
        if words is None or elsewhere:
            return part, None
        return (part, (words[0] - first, words[1] - first)) if words[1] < last else None


def answer_words(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """Return the first and last word of a stretch of the text, None when it cuts one."""
    inside = [i for i, word in enumerate(pieces.words) if word.span.start < end and word.span.end > start]
    if not inside or pieces.words[inside[0]].span.start < start:
        return None
    last = pieces.words[inside[-1]]
    if any(map(str.isalnum, last.text[end - last.span.start :])):  # `57,6` may leave its `%` behind, `5` no `4`
        return None
    return inside[0], inside[-1]


def example_of(
    encoder: Encoder, asked: Asked, title: str, part: Pieces, words: tuple[int, int] | None, *, match: bool = True
) -> Example | None:
    """Return the example of one window; None when the window's answer was cut off."""
    windows = encoder.windows(asked, title, part, 10_000, 0)
    if not windows:
        return None
    window = windows[0]
    if not match:
        window = replace(window, types=tuple(min(kind, 2) for kind in window.types))
    if words is None:
        return Example(window, 0, 0)
    return Example(window, window.first[words[0]], window.last[words[1]])


def look_alikes(people: Sequence[Reading], contexts: Sequence[str], most: int = 4) -> list[list[int]]:
    """Return for each question the contexts, other than its own, that share the most telling words with it (TF-IDF)."""
    vectors = TfidfVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), min_df=2, sublinear_tf=True, dtype=np.float32)
    table = vectors.fit_transform(contexts)
    own = {context: at for at, context in enumerate(contexts)}
    found: list[list[int]] = []
    for start in range(0, len(people), 500):
        some = people[start : start + 500]
        scores = (vectors.transform([f"{row.title} {row.question}" for row in some]) @ table.T).toarray()
        for row, line in zip(some, scores, strict=True):
            line[own[row.context]] = -1
            found.append(np.argsort(-line)[:most].tolist())
    return found


def collate(windows: Sequence[Window]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return ids, types and mask `[windows, longest]`."""
    size = max(len(window.ids) for window in windows)
    ids = torch.zeros(len(windows), size, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        types[row, : len(window.ids)] = torch.tensor(window.types)
        mask[row, : len(window.ids)] = 1
    return ids.to(device()), types.to(device()), mask.to(device())


def loss_of(model: SpanNetwork, examples: Sequence[Example]) -> torch.Tensor:
    """Return the mean cross entropy of starts and ends among the passage's tokens and position 0."""
    ids, types, mask = collate([example.window for example in examples])
    logits = model(ids, types, mask).float()
    allowed = torch.zeros(ids.shape, dtype=torch.bool)
    allowed[:, 0] = True
    for row, example in enumerate(examples):
        allowed[row, example.window.first[0] : example.window.last[-1] + 1] = True
    logits = logits.masked_fill(~allowed.to(logits.device)[..., None], -1e4)
    wanted = torch.tensor([[e.start, e.end] for e in examples], device=logits.device)
    return torch.nn.functional.cross_entropy(logits, wanted)


def read(
    model: SpanNetwork, encoder: Encoder, row: Reading, *, match: bool = True, size: int = SIZE
) -> tuple[str, float]:
    """Return the best span of a text for a question, and how far its score lies above silence."""
    asked = encoder.asked(analyse(row.question, lexicon()))
    windows = encoder.windows(asked, row.title, encoder.pieces(words_of(row.context)), size, OVERLAP)
    if not match:
        windows = [replace(w, types=tuple(min(kind, 2) for kind in w.types)) for w in windows]
    with torch.inference_mode():
        logits = model(*collate(windows)).float().cpu().numpy()
    best, margin = "", -1e9
    for window, scores in zip(windows, logits, strict=True):
        for found in candidates(window, scores[:, 0], scores[:, 1], 1):
            if found.margin > margin:
                best, margin = found.span(window).of(row.context), found.margin
    return best, margin


def measure(model: SpanNetwork, encoder: Encoder, rows: Sequence[Reading], *, match: bool = True) -> str:
    """Return F1 and EM over the answerable rows, and how well the margin parts them from the unanswerable."""
    answers = [(row, *read(model, encoder, row, match=match)) for row in rows]
    told = [(f1(text, [row.answer]), exact_match(text, [row.answer])) for row, text, _ in answers if row.answer]
    right = np.array([m for row, _, m in answers if row.answer])
    wrong = np.array([m for row, _, m in answers if not row.answer])
    auroc = float((right[:, None] > wrong[None]).mean()) if len(wrong) else float("nan")
    means = np.mean(told, axis=0) * 100
    return f"F1 {means[0]:.1f} EM {means[1]:.1f} answerable margin AUROC {auroc:.3f} (n={len(rows)})"


def split(rows: Sequence[Reading], share: float = 0.04) -> tuple[list[Reading], list[Reading]]:
    """Return rows to train on and rows to look at, by text, so that no text is in both."""
    kept: tuple[list[Reading], list[Reading]] = ([], [])
    for row in rows:
        number = int.from_bytes(row.context[:200].encode()[-8:], "big") % 1000 if row.context else 0
        kept[number < share * 1000 and row.source == "written"].append(row)
    return kept


def load_network(path: Path) -> SpanNetwork:
    """Return the encoder in a folder with fresh scores, or with its own where `scores.pt` is there."""
    model = SpanNetwork(transformers.BertModel.from_pretrained(path, add_pooling_layer=False))
    if (path / "scores.pt").exists():
        model.scores.load_state_dict(torch.load(path / "scores.pt", weights_only=True))
    model.to(device())
    return model


def save_network(model: SpanNetwork, path: Path) -> None:
    """Write the encoder and its scores."""
    model.encoder.save_pretrained(path)
    torch.save(model.scores.state_dict(), path / "scores.pt")


def main() -> None:
    """Train one stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", default="encoder-distilled", help="folder under the work folder to start from")
    parser.add_argument("--name", default="reader")
    parser.add_argument("--steps", type=int, default=3_000)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=1e-4, help="of the body; token vectors have three times that")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--made", type=float, default=Mix.made, help="share of made questions; 1 for the first stage")
    parser.add_argument("--written", type=int, help="ablation: use so many of the written questions alone")
    parser.add_argument("--no-match", action="store_true", help="ablation: do not mark what stands in the question")
    parser.add_argument("--layers", type=int, help="keep so many layers of the encoder")
    parser.add_argument("--looks", type=int, default=150, help="held-out questions to read now and then")
    options = parser.parse_args()
    place = workplace()
    model, encoder, held = _prepared(place, options)
    source, match = _source(place, encoder, options), not options.no_match
    source.match = match
    pool: dict[int, list[Example]] = {}

    def loss(step: int) -> torch.Tensor:
        # Batches are cut from a pool sorted by length; which pool and which cut depends on the step alone.
        number, at = divmod(step, _POOL)
        if number not in pool:
            pool.clear()
            pool[number] = source.pool(np.random.default_rng((plan.seed, 1, number)), _POOL * options.batch)
        cut = int(np.random.default_rng((plan.seed, 2, number)).permutation(_POOL)[at])
        return loss_of(model, pool[number][cut * options.batch : (cut + 1) * options.batch])

    plan = Plan(
        steps=options.steps,
        rate=3 * options.rate,
        warm=min(Plan.warm, options.steps // 6),
        body_rate=options.rate,
        seed=options.seed,
        save_every=250,
    )
    train(model, plan, loss, place.file(f"{options.name}.pt"), lambda _: measure(model, encoder, held, match=match))
    save_network(model, place.file(options.name))
    print(options.name, measure(model, encoder, held, match=match))


def _prepared(place: Workplace, options: argparse.Namespace) -> tuple[SpanNetwork, Encoder, list[Reading]]:
    torch.manual_seed(options.seed)
    model = load_network(place.file(options.start))
    if options.layers:
        layers = model.encoder.encoder.layer
        model.encoder.encoder.layer = layers[: options.layers]
        model.encoder.config.num_hidden_layers = options.layers
    encoder = Encoder(Tokenizer.from_file(str(place.file("encoder-tokenizer.json"))))
    held = split(list(read_records(place.file("reading.jsonl"), Reading)))[1]
    random.Random(1).shuffle(held)
    return model, encoder, held[: options.looks]


def _source(place: Workplace, encoder: Encoder, options: argparse.Namespace) -> Source:
    people = split(list(read_records(place.file("reading.jsonl"), Reading)))[0]
    # Two thirds of the questions of mailong25 are asked of a text that a search engine brought up and that does not
    # tell; a quarter of those is as much silence as the rest of the mix has.
    people = [row for i, row in enumerate(people) if row.answer or row.source == "written" or i % 4 == 0]
    if options.written is not None:
        random.Random(2).shuffle(people)
        people = [row for row in people if row.source != "written"] + [r for r in people if r.source == "written"][
            : options.written
        ]
    made = list(read_records(place.file("synthetic.jsonl"), Reading)) if options.made > 0 else []
    return Source([] if options.made >= 1 else people, made, encoder, replace(Mix(), made=options.made))


if __name__ == "__main__":
    main()
