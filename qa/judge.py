"""Judge what came of one question: the answer by words and place, the ranking by where the right passage stands.

The answerer is asked below any threshold (`Answerer.at(0)`), so that the best candidate is known also where it is
refused: confidence is judged on candidates, answers on what a user is given. By `agrees` the
calibration is learnt as well (`train/tune_answers.py`), so that both know the same truth. Pure functions.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.types import Span
from qa.agreement import contradicts, says_the_value
from qa.datasets.types import Example
from qa.evaluate import citation_is_valid, exact_match, f1, graded_ndcg_at_k, mrr, ndcg_at_k, recall_at_k, success_at_k
from qa.types import Answer, AskResult, Citation

_RIGHT_F1 = 0.5  # a candidate that shares so many words with an accepted answer counts as right, unless it contradicts


@dataclass(frozen=True, slots=True)
class Words:
    """How well an answer's words agree with the accepted ones."""

    em: float
    f1: float


@dataclass(frozen=True, slots=True)
class Place:
    """How an answer's citations lie to the accepted spans: the same, with a character in common, holding one whole."""

    equal: bool = False
    overlaps: bool = False
    holds: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one question. `given` is for what a user is given (nothing when refused), `best` for the candidate.

    `right` is whether the candidate is right: that is what its confidence promises. `citations` and `valid` count the
    citations of every candidate.
    """

    answered: bool
    confidence: float
    candidate: Answer | None
    passage: str
    given: Words
    best: Words
    place: Place
    right: bool
    citations: int
    valid: int

    def is_miss(self, example: Example) -> bool:
        """Tell whether a user was served wrongly: a wrong answer, or silence where there is an answer."""
        return self.answered != example.answerable or (self.answered and not self.right)

    def to_dict(self) -> dict[str, Any]:
        """Return the public shape."""
        cited = self.candidate.citations[0] if self.candidate else None
        place = {"document_id": cited.document_id, "start": cited.start, "end": cited.end} if cited else None
        return {
            "status": "answered" if self.answered else "no_answer",
            "confidence": round(self.confidence, 4),
            "candidate": self.candidate.text if self.candidate else None,
            "citation": place,
            "right": self.right,
            "em": self.given.em,
            "f1": round(self.given.f1, 4),
        }


def judge(example: Example, result: AskResult, threshold: float, texts: Mapping[str, str]) -> Judged:
    """Judge a result that was asked for below any threshold; `texts` are those of the cited documents, by id."""
    candidate = result.answers[0] if result.answers else None
    answered = candidate is not None and result.confidence >= threshold
    words = candidate.text if candidate else ""
    place = _place(example, candidate)
    best = _words(example, words)
    cited = [citation for answer in result.answers for citation in answer.citations]
    return Judged(
        answered=answered,
        confidence=result.confidence,
        candidate=candidate,
        passage=_passage(result, candidate),
        given=best if answered else _words(example, ""),
        best=best,
        place=place if answered else Place(),
        right=example.answerable and is_right(words, [answer.text for answer in example.accepted], place),
        citations=len(cited),
        valid=sum(citation_is_valid(citation.to_dict(), texts) for citation in cited),
    )


def is_right(answer: str, accepted: Sequence[str], place: Place) -> bool:
    """Tell whether a candidate is right: it cites a stretch that holds an accepted span, or agrees with an answer."""
    return place.holds or agrees(answer, accepted)


def agrees(answer: str, accepted: Sequence[str]) -> bool:
    """Tell whether an answer says what one of the accepted ones says.

    It shares enough words with it, or is the same value in other words, and has no other number, date or name.

    >>> agrees("59 cá nhân", ["78 cá nhân"]), agrees("có 78 cá nhân", ["78 cá nhân", "78"])
    (False, True)
    """
    return any(_is_near(answer, one) and not contradicts(answer, one) for one in accepted)


def _is_near(answer: str, accepted: str) -> bool:
    return f1(answer, [accepted]) >= _RIGHT_F1 or says_the_value(answer, accepted)


def _words(example: Example, prediction: str) -> Words:
    accepted = [answer.text for answer in example.accepted]
    return Words(exact_match(prediction, accepted), f1(prediction, accepted))


def _place(example: Example, candidate: Answer | None) -> Place:
    spans = [answer.span for answer in example.accepted if answer.span is not None]
    cited = [c for c in (candidate.citations if candidate else ()) if c.document_id == example.document]
    pairs = [(citation, span) for citation in cited for span in spans]
    return Place(
        equal=any((c.start, c.end) == (span.start, span.end) for c, span in pairs),
        overlaps=any(c.start < span.end and span.start < c.end for c, span in pairs),
        holds=any(_holds(c, span) for c, span in pairs),
    )


def _holds(citation: Citation, span: Span) -> bool:
    return citation.start <= span.start and span.end <= citation.end


def _passage(result: AskResult, candidate: Answer | None) -> str:
    """Return the passage that the candidate stands in; the best one where there is no candidate."""
    cited = candidate.citations[0] if candidate else None
    for passage in result.passages:
        if cited and passage.document_id == cited.document_id and passage.start <= cited.start < passage.end:
            return passage.text
    return result.passages[0].text if result.passages else ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The measures of one ranking."""

    at_1: float = 0.0
    at_5: float = 0.0
    at_10: float = 0.0
    mrr: float = 0.0
    ndcg_10: float = 0.0


def ranked_passages(ranking: Sequence[Hashable], holding: frozenset[int]) -> Ranked:
    """Judge a ranking of passages by those that hold an accepted span; R@k is 1 when any stands among the first k.

    Where the cutting parted every accepted span no passage is right, and the measures are 0.
    """
    if not holding:
        return Ranked()
    first, five, ten = (success_at_k(ranking, holding, k) for k in (1, 5, 10))
    return Ranked(first, five, ten, mrr(ranking, holding), ndcg_at_k(ranking, holding, 10))


def ranked_documents(ranking: Sequence[str], grades: Mapping[str, int]) -> Ranked:
    """Judge a ranking of documents by their grades; R@k is the share of the relevant ones among the first k."""
    first, five, ten = (recall_at_k(ranking, grades, k) for k in (1, 5, 10))
    return Ranked(first, five, ten, mrr(ranking, grades), graded_ndcg_at_k(ranking, grades, 10))
