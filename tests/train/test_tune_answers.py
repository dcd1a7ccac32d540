"""What is right, ranked and refused when the answers' weights are learnt, on cases made by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

pytest.importorskip("torch")
pytest.importorskip("sklearn")

from index.types import Document, Span, StoredPassage  # noqa: E402
from qa.abbreviations import load_abbreviations  # noqa: E402
from qa.analyse import Lexicon, analyse  # noqa: E402
from qa.calibration import EVIDENCE, Curve, Evidence  # noqa: E402
from qa.read import Features, Reading  # noqa: E402
from train.tune_answers import (  # noqa: E402
    BEYOND_WEIGHT,
    NAMES_WEIGHT,
    Case,
    Outcome,
    choose_threshold,
    cross_validated,
    fit_confidence,
    fit_score,
    fit_sentences,
    outcome,
    rank,
)

ANALYSIS = analyse("Bao nhiêu tập thể được khen?", Lexicon(load_abbreviations()))
TEXT = "Có 54 tập thể được khen. Có 37 cá nhân được khen ở đây."
FEATURES = Features(*[0.5] * 11)
NOTHING = replace(Evidence(*[0.0] * len(EVIDENCE)), fit=0.5)  # a fit of 0 is no answer
STORED = StoredPassage(1, Document("d", TEXT, "t"), 0, len(TEXT), "")


def span(words: str, margin: float = 0.0, document: str = "d", names: float = 1.0) -> Reading:
    at = TEXT.index(words)
    passage = replace(STORED, document=Document(document, TEXT, "t"))
    features, evidence = replace(FEATURES, names=names), replace(NOTHING, margin=margin)
    return Reading(passage, Span(at, at + len(words)), Span(0, 24), 0.0, features, evidence)


def sentence(start: int = 0, end: int = 24) -> Reading:
    return Reading(STORED, Span(start, end), Span(start, end), 1.0, FEATURES)


def case(
    *spans: Reading, gold: tuple[str, ...] = ("54 tập thể",), group: str = "g", sentences: tuple[Reading, ...] = ()
) -> Case:
    return Case("q", group, "news vi", ANALYSIS, gold, (), "d" if gold else None, spans, sentences, needles=1)


def test_an_answer_is_right_by_its_words_anywhere_or_by_holding_an_accepted_one_in_its_document() -> None:
    asked = case()
    assert asked.is_right(span("54 tập thể", document="other"))
    assert asked.is_right(span("Có 54 tập thể được khen"))
    assert not asked.is_right(span("Có 54 tập thể được khen. Có 37 cá nhân được khen", document="other"))
    assert not asked.is_right(span("37 cá nhân"))
    assert not case(gold=("54 cá nhân",)).is_right(span("37 cá nhân"))  # F1 .67: right is what `qa.judge` calls right
    assert not case(gold=()).is_right(span("54 tập thể"))


def test_a_sentence_holds_whole_words_of_its_document() -> None:
    assert case().holds(sentence())
    assert not case().holds(sentence(25, len(TEXT)))
    assert not case(gold=("4 tập thể",)).holds(sentence())


def test_spans_are_ranked_by_the_curve() -> None:
    ranked = rank(case(span("54", 1.0), span("37", 3.0), span("khen", 2.0)), Curve({"margin": -2.0}, 0.5))
    assert [(r.text, r.score) for r in ranked] == [("54", -1.5), ("khen", -3.5), ("37", -5.5)]


def made(count: int, seed: int = 0) -> list[Case]:
    """Return cases where the right span mostly has the higher margin; every fourth is unanswerable, with low ones."""
    rng, cases = random.Random(seed), list[Case]()
    for number in range(count):
        silent = number % 4 == 0
        right, wrong = rng.gauss(0 if silent else 4, 1), rng.gauss(0, 1)
        spans = span("54 tập thể", right), span("37 cá nhân", wrong)
        gold = () if silent else ("54 tập thể",)
        cases.append(case(*spans, gold=gold, group=f"g{number // 2}", sentences=(sentence(),)))
    return cases


def test_the_score_learns_what_tells_right_from_wrong() -> None:
    curve = fit_score(made(80))
    assert curve.weights["margin"] > 0.5
    assert curve.weights["names"] == NAMES_WEIGHT  # whatever the data say, never less
    assert curve.weights["beyond"] == BEYOND_WEIGHT  # nor this one more
    learnt = {name: weight for name, weight in curve.weights.items() if name not in ("names", "beyond")}
    assert all(abs(weight) < 1e-6 for name, weight in learnt.items() if name != "margin")


def test_confidence_parts_right_answers_from_the_others() -> None:
    cases = made(120)
    score = fit_score(cases)
    found = [outcome(one, score, fit_confidence(cases, score)) for one in cases]
    right = [o.confidence for o in found if o.right]
    wrong = [o.confidence for o in found if not o.right]
    assert len(right) > 60
    assert len(wrong) > 20
    assert sum(right) / len(right) > 0.6 > 0.4 > sum(wrong) / len(wrong)


def test_the_confidence_in_sentences_is_the_share_that_holds_the_answer() -> None:
    curve = fit_sentences(made(80))
    values = {"near": 1.0, "told": 1.5, "names": 0.5, "meaning": 0.5, "margin": 3.0}
    assert curve.chance(values) == pytest.approx(0.75, abs=0.01)


def test_what_lacks_the_names_does_not_fit_or_has_no_spans_comes_to_nothing() -> None:
    score, sure = Curve({"margin": 1.0}, 0.0), Curve({"score": 1.0}, 0.0)
    assert outcome(case(span("54", 5.0, names=0.4)), score, sure).confidence == 0.0
    unfit = replace(span("54", 5.0), evidence=replace(NOTHING, margin=5.0, fit=0.0))
    assert outcome(case(unfit), score, sure).confidence == 0.0
    assert outcome(case(span("54", 5.0)), score, sure).confidence > 0.9
    empty = outcome(case(), score, sure)
    assert (empty.reading, empty.confidence, empty.right) == (None, 0.0, False)


def test_every_case_has_one_outcome_by_curves_that_did_not_see_its_group() -> None:
    cases = made(60)
    found = cross_validated(cases, folds=3)
    assert sorted(map(id, (o.case for o in found))) == sorted(map(id, cases))
    # A group whose labels are turned round changes nothing in the curves that judge it.
    turned = [replace(c, gold=("37 cá nhân",)) if c.group == "g1" and c.gold else c for c in cases]
    before = [o.confidence for o in found if o.case.group == "g1"]
    after = [o.confidence for o in cross_validated(turned, folds=3) if o.case.group == "g1"]
    assert before == after
    assert len(before) == 2


def test_the_threshold_refuses_at_most_the_share_allowed() -> None:
    outcomes = [Outcome(case(span("54")), None, n / 100) for n in range(100)]
    outcomes += [Outcome(case(gold=()), None, 0.999)] * 50  # what is unanswerable has no say
    threshold = choose_threshold(outcomes, most_refused=0.11)
    assert threshold == 0.11
    assert sum(o.confidence < threshold for o in outcomes if o.case.gold) == 11
    assert choose_threshold([]) == 0.0
