"""Put the questions of an evaluation set to an answerer, in the forms asked for, and judge what comes of each.

examples -> askings (a question in a form) -> ask and search -> judge -> outcomes
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

from index.types import StoredPassage
from qa.ask import MAX_LIMIT, MAX_QUESTION, Answerer
from qa.datasets.types import Example
from qa.forms import chat, decomposed, other_tone_placement, toneless
from qa.judge import Judged, Ranked, judge, ranked_documents, ranked_passages

WRITTEN, TONELESS, NFD, TONE, CHAT, ENGLISH = FORMS = ("written", "toneless", "nfd", "tone", "chat", "english")
_MADE: Mapping[str, Callable[[str], str]] = {
    TONELESS: toneless,
    NFD: decomposed,
    TONE: other_tone_placement,
    CHAT: chat,
}
_TEXTS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Asking:
    """A question in one form; `own` when the data set itself has it so, and no rule made it."""

    example: Example
    form: str
    text: str
    own: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one asking: the ranking where there is something to find, the answer where one was asked for."""

    asking: Asking
    ranking: Ranked | None
    answer: Judged | None
    milliseconds: float

    @property
    def example(self) -> Example:
        """The question."""
        return self.asking.example

    @property
    def is_miss(self) -> bool:
        """Whether the answer was wrong, or refused where there is one."""
        return self.answer is not None and self.answer.is_miss(self.example)

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        return {
            "id": self.example.id,
            "place": self.example.place,
            "type": self.example.kind,
            "form": self.asking.form,
            "question": self.asking.text,
            "document": self.example.document,
            "expected": [answer.text for answer in self.example.accepted],
            "answer": self.answer.to_dict() if self.answer else None,
            "ranking": asdict(self.ranking) if self.ranking else None,
            "miss": self.is_miss,
            "milliseconds": round(self.milliseconds, 2),
        }


def own_form(example: Example) -> str:
    """Return the form in which the set has the question, by its language: `en…`, `…toneless`, else as written."""
    language = example.language.lower()
    return ENGLISH if language.startswith("en") else TONELESS if language.endswith("toneless") else WRITTEN


def askings_of(example: Example, forms: Sequence[str] = ()) -> Iterator[Asking]:
    """Yield the forms of a question; without `forms`, those that the data set has: as it is, and its variant.

    Other forms are made of questions with Vietnamese as it is written only. A form that does not differ is asked all
    the same, so that every form is measured on the same questions.
    """
    own = own_form(example)
    if not forms or own in forms:
        yield Asking(example, own, example.question, own=True)
    for form in [form for form in (forms or (CHAT,)) if form in _MADE and form != own]:
        if form == CHAT and example.variant:
            yield Asking(example, form, example.variant, own=True)
        elif forms and own == WRITTEN:
            made = Asking(example, form, _MADE[form](example.question), own=False)
            if len(made.text) <= MAX_QUESTION:  # decomposed, a very long question is too long to be asked
                yield made


class Trial:
    """Asks one answerer and judges its answers; `given` lets each question be answered from its own document alone."""

    def __init__(
        self, answerer: Answerer, *, limit: int = 8, given: bool = False, threshold: float | None = None
    ) -> None:
        """Judge by `threshold`; without one, by the answerer's own."""
        self.threshold = answerer.threshold if threshold is None else threshold
        self._answerer = answerer.at(0.0)
        self._library = answerer.library
        self._limit = limit
        self._given = given
        self._text_of = lru_cache(_TEXTS_KEPT)(lambda document_id: self._library.document(document_id).text)
        self._passages_of = lru_cache(_TEXTS_KEPT)(self._read_passages)

    def _read_passages(self, document_id: str) -> tuple[StoredPassage, ...]:
        return tuple(self._library.passages(self._library.passage_ids(document_id)).values())

    def run(self, askings: Sequence[Asking]) -> Iterator[Outcome]:
        """Yield what comes of each asking, in order; the same words for the same question are asked once."""
        if askings:
            self._ask(askings[0])  # the first question would carry the loading of models and files in its time
        last: Outcome | None = None
        known: dict[str, Outcome] = {}
        for asking in askings:
            if last is None or last.example is not asking.example:
                known = {}
            last = replace(known[asking.text], asking=asking) if asking.text in known else self.outcome(asking)
            known[asking.text] = last
            yield last

    def outcome(self, asking: Asking) -> Outcome:
        """Ask once and judge."""
        if asking.example.relevant:
            ranking, milliseconds = self._search(asking)
            return Outcome(asking, ranking, None, milliseconds)
        judged, milliseconds = self._ask(asking)
        return Outcome(asking, self._rank(asking), judged, milliseconds)

    def _ask(self, asking: Asking) -> tuple[Judged, float]:
        document = asking.example.document if self._given else None
        start = time.perf_counter()
        result = self._answerer.ask(asking.text, limit=self._limit, document_id=document)
        milliseconds = (time.perf_counter() - start) * 1000
        cited = {citation.document_id for answer in result.answers for citation in answer.citations}
        texts = {document_id: self._text_of(document_id) for document_id in cited}
        return judge(asking.example, result, self.threshold, texts), milliseconds

    def _rank(self, asking: Asking) -> Ranked | None:
        example = asking.example
        if self._given or not example.answerable or example.document is None:
            return None
        found = self._answerer.search(asking.text, limit=MAX_LIMIT).passages
        return ranked_passages([passage.id for passage in found], self._holding(example))

    def _holding(self, example: Example) -> frozenset[int]:
        """Return the passages that hold an accepted span whole; the words, where no place is known."""
        passages = self._passages_of(example.document or "")
        return frozenset(passage.id for passage in passages if _holds_any(passage, example))

    def _search(self, asking: Asking) -> tuple[Ranked, float]:
        start = time.perf_counter()
        found = self._answerer.search(asking.text, limit=MAX_LIMIT).passages
        milliseconds = (time.perf_counter() - start) * 1000
        documents = list(dict.fromkeys(passage.document_id for passage in found))
        return ranked_documents(documents, asking.example.relevant), milliseconds


def _holds_any(passage: StoredPassage, example: Example) -> bool:
    spans = [answer.span for answer in example.accepted]
    if any(span and passage.start <= span.start and span.end <= passage.end for span in spans):
        return True
    return any(answer.span is None and answer.text in passage.text for answer in example.accepted)


def all_askings(examples: Iterable[Example], forms: Sequence[str] = ()) -> list[Asking]:
    """Return the askings of all questions, those of one question together."""
    return [asking for example in examples for asking in askings_of(example, forms)]
