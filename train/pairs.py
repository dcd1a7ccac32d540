"""Draw training pairs (query, passage) as bags of token ids, with a mask for what must not count as a negative.

Kinds of pair, after the inverse cloze task (Lee, Chang and Toutanova 2019) and title/lead-to-body contrast:
sentence -> the window it stands in (or was cut from), title -> window, lead sentence -> window, a person's question ->
window around the answer, English sentence <-> Vietnamese sentence or window. Several pairs come from one article, so
that a batch holds its near misses: the other windows of the same text.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from train import tokens
from train.forms import strip_marks
from train.paths import Workplace

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
EVERYWHERE = np.int64(1) << 60

# Question words that a made query gets, for what is counted or dated and for the rest.
_COUNTING = ("bao nhiêu", "có bao nhiêu", "là bao nhiêu", "mấy", "khi nào", "năm nào", "ngày nào", "bao giờ", "lúc nào")
_OTHERS = (
    *("ai", "ai là", "người nào", "do ai", "ở đâu", "nơi nào", "gì", "là gì", "tên gì", "nào", "đơn vị nào"),
    *("vì sao", "tại sao", "do đâu", "như thế nào", "thế nào", "để làm gì", "bằng cách nào"),
)
FORMS = ("plain", "bare", "english")
ASKING = {
    "number plain": _COUNTING,
    "number bare": (*map(strip_marks, _COUNTING), "bn", "hom nao"),
    "number english": ("how many", "how much", "when", "what year", "on which day", "how long"),
    "other plain": _OTHERS,
    "other bare": (*map(strip_marks, _OTHERS), "j", "la j", "o dau vay"),
    "other english": ("who", "where", "what", "which", "why", "how", "what is the name of", "who is"),
}


@dataclass(frozen=True)
class Mix:
    """Sizes of a batch's parts and the rates of its variations."""

    articles: int = 496  # articles drawn, `windows` pairs from each
    windows: int = 4
    questions: int = 512
    bitext: int = 576
    bare_query: float = 0.33  # queries without marks
    bare_passage: float = 0.04
    chat: float = 0.2  # of the questions
    gloss: float = 0.15  # of the questions, and of the titles, leads and sentences that have one
    titled: float = 0.8  # passages that begin with their title, as the index keeps them
    cut_out: float = 0.5  # windows that lack the sentence asked for
    title_query: float = 0.15
    lead_query: float = 0.15
    thinned: float = 0.7  # sentences that lose some of their words
    asking: float = 0.35  # sentences that get question words, in the place of their numbers if they have some


@dataclass(frozen=True)
class Ranges:
    """Bags as ranges of one long id array: bag `i` joins the ranges whose `bag` is `i`, in order; bags ascend."""

    bag: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Places:
    """What each passage covers and where each query is answered, in one coordinate per document."""

    document: Ints
    covers: tuple[Ints, Ints]
    answered: tuple[Ints, Ints]


@dataclass(frozen=True)
class Thin:
    """What queries lose: the share of tokens each keeps, and whether its numbers go."""

    keep: Floats
    numberless: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Part:
    """Some pairs of a batch, before the ids are looked up; `thin` says what each query loses."""

    query: Ranges
    passage: Ranges
    places: Places
    thin: Thin


@dataclass(frozen=True)
class Bags:
    """Token ids of the bags one after another, and where each bag begins."""

    ids: Ints
    offsets: Ints


@dataclass(frozen=True)
class Batch:
    """Pairs (query i, passage i), and the (i, j) in `masked` where passage j might answer query i as well."""

    query: Bags
    passage: Bags
    masked: tuple[Ints, Ints]


def ranges(*columns: tuple[Ints, Ints]) -> Ranges:
    """Make bags from columns of (start, end): bag i joins row i of every column; empty ranges are allowed."""
    count = len(columns[0][0])
    start = np.stack([column[0] for column in columns], axis=1).ravel()
    end = np.stack([column[1] for column in columns], axis=1).ravel()
    return Ranges(np.repeat(np.arange(count), len(columns)), start, np.maximum(start, end))


def lookup(bags: Ranges) -> tuple[Ints, Ints]:
    """Return the position in the id array of every token of the bags, and the bag it belongs to."""
    lengths = bags.end - bags.start
    total = int(lengths.sum())
    first = np.cumsum(lengths) - lengths
    index = np.arange(total) + np.repeat(bags.start - first, lengths)
    return index, np.repeat(bags.bag, lengths)


def bags_of(tokens_: Ints, bag: Ints, count: int) -> Bags:
    """Return `count` bags of tokens, given the bag of each, ascending; a bag may be empty."""
    sizes = np.bincount(bag, minlength=count)
    return Bags(tokens_, np.cumsum(sizes) - sizes)


def mask(places: Places) -> tuple[Ints, Ints]:
    """Return the (i, j) where passage j covers a place of its document that answers query i, and the mirrored pairs.

    Documents are sorted and each row compared with the next ones of its group, since a square table of every pair
    costs more than the training step.
    """
    order = np.argsort(places.document, kind="stable")
    document = places.document[order]
    rows, columns = list[Ints](), list[Ints]()
    for gap in range(1, len(order)):
        near = np.nonzero(document[gap:] == document[:-gap])[0]
        if len(near) == 0:
            break
        one, other = order[near], order[near + gap]
        hit = _answers(places, one, other) | _answers(places, other, one)
        rows += [one[hit], other[hit]]
        columns += [other[hit], one[hit]]
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *rows]), np.concatenate([nothing, *columns])


def _answers(places: Places, query: Ints, passage: Ints) -> npt.NDArray[np.bool_]:
    low, high = places.answered
    start, end = places.covers
    return (start[passage] < high[query]) & (end[passage] > low[query])


class Source:
    """All token tables in one id array, and the drawing of batches from it."""

    def __init__(self, place: Workplace, mix: Mix) -> None:
        self.mix = mix
        names = {"articles": ("plain", "bare"), "bitext": ("english", "plain", "bare")}
        names["glosses"] = ("articles", "questions")
        names["questions"] = ("plain", "bare", "chat", "before", "after", "titles")
        tables = {(file, name): tokens.load(place.file(f"{file}.npz"), name) for file in names for name in names[file]}
        base, self._at = 0, dict[tuple[str, str], Ints]()
        for key, table in tables.items():
            self._at[key] = table.offsets + base
            base += len(table.ids)
        tokenizer = Tokenizer.from_file(str(place.file("tokenizer.json")))
        self._numbers = np.zeros(tokenizer.get_vocab_size(), dtype=np.bool_)
        self._numbers[[n for word, n in tokenizer.get_vocab().items() if word.removeprefix("##").isdigit()]] = True
        phrases = {form: tokens.encode(tokenizer, list(rows)) for form, rows in ASKING.items()}
        for form, table in phrases.items():
            self._at["asking", form] = table.offsets + base
            base += len(table.ids)
        self.ids = np.concatenate([table.ids for table in (*tables.values(), *phrases.values())])
        self._counts = np.append(0, np.cumsum(self._numbers[self.ids], dtype=np.int32))
        index = np.load(place.file("article_index.npz"))
        self._firsts, self._leads = index["firsts"], index["leads"]
        self._documents = np.load(place.file("bitext_documents.npy"))
        self._contexts = np.load(place.file("question_contexts.npy"))

    def batch(self, rng: np.random.Generator) -> Batch:
        """Draw one batch of `mix` pairs."""
        parts = [self._article_part(rng), self._question_part(rng), self._bitext_part(rng)]
        count = sum(len(part.thin.keep) for part in parts)
        index, bag = lookup(_stack([part.query for part in parts]))
        words = self.ids[index].astype(np.int64)
        keep = np.concatenate([part.thin.keep for part in parts])[bag]
        numberless = np.concatenate([part.thin.numberless for part in parts])[bag]
        stays = (rng.random(len(words)) < keep) & ~(numberless & self._numbers[words])
        query = bags_of(words[stays], bag[stays], count)
        index, bag = lookup(_stack([part.passage for part in parts]))
        passage = bags_of(self.ids[index].astype(np.int64), bag, count)
        return Batch(query, passage, mask(_stack_places([part.places for part in parts])))

    def _table(self, file: str, bare: npt.NDArray[np.bool_], text: Ints) -> tuple[Ints, Ints]:
        """Return the id range of texts, from the bare table where `bare`."""
        return self._span(file, bare, text, text + 1)

    def _span(self, file: str, bare: npt.NDArray[np.bool_], first: Ints, last: Ints) -> tuple[Ints, Ints]:
        """Return the id range of the texts `first` to before `last`."""
        plain, stripped = self._at[file, "plain"], self._at[file, "bare"]
        last = np.maximum(first, last)
        return np.where(bare, stripped[first], plain[first]), np.where(bare, stripped[last], plain[last])

    def _article_part(self, rng: np.random.Generator) -> Part:
        mix = self.mix
        drawn = rng.choice(len(self._leads), mix.articles, replace=False)
        article = np.repeat(drawn, mix.windows)
        count = len(article)
        title, last = self._firsts[article], self._firsts[article + 1]
        sentence = title + 1 + (rng.random(count) * (last - title - 1)).astype(np.int64)
        size = np.repeat(rng.integers(90, 220, mix.articles), mix.windows)
        phase = np.repeat(rng.random(mix.articles), mix.windows)
        first, end = self._window(title + 1, last, sentence, size, phase)
        kind = rng.random(count)
        by_title = kind < mix.title_query
        by_lead = (kind < mix.title_query + mix.lead_query) & ~by_title & (self._leads[article] > 0)
        by_sentence = ~by_title & ~by_lead
        asked = np.where(by_title, title, np.where(by_lead, title + 1, sentence))
        first = np.where(by_lead, np.maximum(first, title + 1 + self._leads[article]), first)
        cut = by_sentence & (rng.random(count) < mix.cut_out) & (end - first > 1)
        passage = self._passage(rng, (title, first, end), cut, sentence, by_title)
        asking = by_sentence & (rng.random(count) < mix.asking)
        query = self._query(rng, asked, title, by_sentence, asking)
        anywhere = ~by_sentence
        answered = np.where(anywhere, 0, first), np.where(anywhere, EVERYWHERE, end)
        keep = np.where(rng.random(count) < mix.thinned, rng.uniform(0.35, 1.0, count), 1.0)
        thin = Thin(np.where(by_title, 1.0, keep), asking)
        return Part(query, passage, Places(article, (first, end), answered), thin)

    def _window(self, first: Ints, last: Ints, sentence: Ints, size: Ints, phase: Floats) -> tuple[Ints, Ints]:
        """Return the sentences [start, end) of the window around `sentence`; an article's windows never overlap."""
        at = self._at["articles", "plain"]
        origin = at[first] - (phase * size).astype(np.int64)
        slot = (at[sentence] - origin) // size
        start = np.searchsorted(at, origin + slot * size)
        end = np.searchsorted(at, origin + (slot + 1) * size)
        return np.maximum(start, first), np.minimum(np.maximum(end, sentence + 1), last)

    def _passage(
        self,
        rng: np.random.Generator,
        window: tuple[Ints, Ints, Ints],
        cut: npt.NDArray[np.bool_],
        sentence: Ints,
        by_title: npt.NDArray[np.bool_],
    ) -> Ranges:
        """Return title (unless it is the query) and window, the asked sentence taken out where `cut`."""
        title, first, end = window
        count = len(title)
        bare = rng.random(count) < self.mix.bare_passage
        titled = (rng.random(count) < self.mix.titled) & ~by_title
        head = self._span("articles", bare, title, np.where(titled, title + 1, title))
        before = self._span("articles", bare, first, np.where(cut, sentence, end))
        after = self._span("articles", bare, np.where(cut, sentence + 1, end), end)
        limit = np.int64(320)  # a list without sentence ends must not outweigh a hundred passages
        return ranges(
            head,
            (before[0], np.minimum(before[1], before[0] + limit)),
            (after[0], np.minimum(after[1], after[0] + limit)),
        )

    def _query(
        self,
        rng: np.random.Generator,
        asked: Ints,
        title: Ints,
        by_sentence: npt.NDArray[np.bool_],
        asking: npt.NDArray[np.bool_],
    ) -> Ranges:
        """Return the asked text or its gloss, cut to 48 tokens; for a quarter of the sentences the title as well.

        Where `asking`, question words come with it: for quantities and times if the text holds a number.
        """
        count = len(asked)
        bare = rng.random(count) < self.mix.bare_query
        body = self._table("articles", bare, asked)
        gloss = self._at["glosses", "articles"]
        foreign = (rng.random(count) < self.mix.gloss) & (gloss[asked + 1] > gloss[asked])
        named = by_sentence & (rng.random(count) < 0.25)
        head = self._span("articles", bare, title, np.where(named, title + 1, title))
        head = (
            np.where(foreign, gloss[title], head[0]),
            np.where(foreign, gloss[np.where(named, title + 1, title)], head[1]),
        )
        body = np.where(foreign, gloss[asked], body[0]), np.where(foreign, gloss[asked + 1], body[1])
        body = body[0], np.minimum(body[1], body[0] + 48)
        return ranges(self._question_words(rng, body, asking, np.where(foreign, 2, bare)), head, body)

    def _question_words(
        self, rng: np.random.Generator, body: tuple[Ints, Ints], asking: npt.NDArray[np.bool_], form: Ints
    ) -> tuple[Ints, Ints]:
        """Return the ranges of question words (form 0 as written, 1 bare, 2 English), empty where not asking."""
        counted = self._counts[body[1]] > self._counts[body[0]]
        tables = [self._at["asking", f"{kind} {name}"] for kind in ("other", "number") for name in FORMS]
        which = np.where(counted, len(FORMS), 0) + form
        sizes = np.array([len(table) - 1 for table in tables])[which]
        row = (rng.random(len(which)) * sizes).astype(np.int64)
        start = np.choose(which, [table[np.minimum(row, len(table) - 2)] for table in tables])
        end = np.choose(which, [table[np.minimum(row, len(table) - 2) + 1] for table in tables])
        return start, np.where(asking, end, start)

    def _question_part(self, rng: np.random.Generator) -> Part:
        mix, at = self.mix, self._at
        count = mix.questions
        # Questions on one text stay together: its other windows are the negatives that matter.
        order = rng.permutation(int(self._contexts.max()) + 1)
        row = np.argsort(order[self._contexts], kind="stable")[:count]
        shares = np.cumsum((mix.chat, mix.gloss, mix.bare_query * 0.6))
        name = np.searchsorted(shares, rng.random(count))
        forms = [at["questions", "chat"], at["glosses", "questions"], at["questions", "bare"], at["questions", "plain"]]
        query = np.choose(name, [form[row] for form in forms]), np.choose(name, [form[row + 1] for form in forms])
        before, after, titles = (at["questions", table] for table in ("before", "after", "titles"))
        left, right = rng.integers(5, 130, count), rng.integers(40, 160, count)
        first, end = np.maximum(before[row], before[row + 1] - left), np.minimum(after[row + 1], after[row] + right)
        titled = rng.random(count) < mix.titled
        head = titles[row], np.where(titled, titles[row + 1], titles[row])
        position = before[row + 1] - before[row]
        covers = position - left, position + right
        places = Places(self._contexts[row] + 10_000_000, covers, (position, position + 1))
        # The questions are few and come back hundreds of times: dropping words keeps them from being learnt by heart.
        keep = np.where(rng.random(count) < mix.thinned, rng.uniform(0.6, 1.0, count), 1.0)
        passage = ranges(head, (first, before[row + 1]), (after[row], end))
        return Part(ranges(query), passage, places, Thin(keep, np.zeros(count, np.bool_)))

    def _bitext_part(self, rng: np.random.Generator) -> Part:
        """English asks and Vietnamese answers in three of four pairs; the rest are the other way round."""
        mix, english = self.mix, self._at["bitext", "english"]
        row = rng.choice(len(self._documents), mix.bitext, replace=False)
        wide = rng.random(mix.bitext) < 0.5
        reach = np.where(wide, rng.integers(1, 4, mix.bitext), 0)
        first, last = self._neighbours(row, reach)
        bare = rng.random(mix.bitext) < 0.05
        vietnamese = self._span("bitext", bare, first, last + 1)
        foreign = english[row], np.minimum(english[row + 1], english[row] + 60)
        turned = (rng.random(mix.bitext) < 0.25) & ~wide
        query = [np.where(turned, v, e) for v, e in zip(vietnamese, foreign, strict=True)]
        passage = [np.where(turned, e, v) for v, e in zip(vietnamese, foreign, strict=True)]
        places = Places(self._documents[row] + 20_000_000, (first, last + 1), (row, row + 1))
        keep = np.where(rng.random(mix.bitext) < mix.thinned, rng.uniform(0.5, 1.0, mix.bitext), 1.0)
        thin = Thin(keep, np.zeros(mix.bitext, np.bool_))
        return Part(ranges((query[0], query[1])), ranges((passage[0], passage[1])), places, thin)

    def _neighbours(self, row: Ints, reach: Ints) -> tuple[Ints, Ints]:
        """Return the first and last sentence within `reach` of `row` in the same document."""
        final = len(self._documents) - 1
        first, last = np.maximum(row - reach, 0), np.minimum(row + reach, final)
        first = np.where(self._documents[first] == self._documents[row], first, row)
        last = np.where(self._documents[last] == self._documents[row], last, row)
        return first, last


def _stack(parts: list[Ranges]) -> Ranges:
    bags, base = list[Ints](), 0
    for part in parts:
        bags.append(part.bag + base)
        base += int(part.bag[-1]) + 1
    joined = np.concatenate(bags)
    return Ranges(joined, np.concatenate([part.start for part in parts]), np.concatenate([part.end for part in parts]))


def _stack_places(parts: list[Places]) -> Places:
    return Places(
        np.concatenate([part.document for part in parts]),
        (np.concatenate([part.covers[0] for part in parts]), np.concatenate([part.covers[1] for part in parts])),
        (np.concatenate([part.answered[0] for part in parts]), np.concatenate([part.answered[1] for part in parts])),
    )
