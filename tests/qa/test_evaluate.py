"""The metrics give the values worked out by hand."""

from __future__ import annotations

import math
import unicodedata

import pytest

from qa.evaluate import (
    citation_is_valid,
    citation_validity,
    exact_match,
    f1,
    graded_ndcg_at_k,
    mrr,
    ndcg_at_k,
    normalise,
    recall_at_k,
    success_at_k,
)

RANKING = ["d", "b", "e", "a", "c"]


@pytest.mark.parametrize(
    ("k", "recall", "success"), [(1, 0.0, 0.0), (2, 0.5, 1.0), (3, 0.5, 1.0), (4, 1.0, 1.0), (9, 1.0, 1.0)]
)
def test_recall_counts_all_that_is_relevant_and_success_the_first(k: int, recall: float, success: float) -> None:
    # a stands fourth, b second
    assert recall_at_k(RANKING, {"a", "b"}, k) == recall
    assert success_at_k(RANKING, {"a", "b"}, k) == success


def test_reciprocal_rank_is_that_of_the_first() -> None:
    assert mrr(RANKING, {"a", "b"}) == 1 / 2
    assert mrr(RANKING, {"c"}) == 1 / 5
    assert mrr(RANKING, {"z"}) == 0.0
    assert mrr([], {"z"}) == 0.0


def test_gain_is_discounted_by_rank() -> None:
    # one relevant id at rank 4: 1 / log2(5); the best possible is 1
    assert ndcg_at_k(RANKING, {"a"}, 10) == pytest.approx(1 / math.log2(5)) == pytest.approx(0.4307, abs=1e-4)
    # ranks 2 and 4 of two: (1/log2 3 + 1/log2 5) / (1 + 1/log2 3) = (.6309 + .4307) / 1.6309
    assert ndcg_at_k(RANKING, {"a", "b"}, 10) == pytest.approx(1.0616 / 1.6309, abs=1e-4)
    assert ndcg_at_k(RANKING, {"d", "b"}, 10) == 1.0
    # beyond k nothing is gained, and the best possible is that of k
    assert ndcg_at_k(RANKING, {"a"}, 3) == 0.0
    assert ndcg_at_k(["a", "b", "c"], {"a", "b", "c"}, 1) == 1.0


def test_a_ranking_cannot_be_scored_against_nothing() -> None:
    with pytest.raises(ValueError, match="nothing is relevant"):
        recall_at_k(RANKING, set(), 1)
    with pytest.raises(ValueError, match="first 0"):
        ndcg_at_k(RANKING, {"a"}, 0)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("  “54 Tập thể”. ", "54 tập thể"),
        ("4.028 hộ", "4028 hộ"),
        ("Hoà Bình", "hòa bình"),
        (unicodedata.normalize("NFD", "Cần Thơ"), "cần thơ"),
        ("01-KL/TW", "01kltw"),
        ("$5 + 3%", "5 3"),
        ("?!…", ""),
    ],
)
def test_answers_are_compared_without_case_punctuation_and_forms(text: str, wanted: str) -> None:
    assert normalise(text) == wanted


def test_exact_match_takes_any_accepted_answer() -> None:
    assert exact_match("54 tập thể.", ["78 cá nhân", "54 tập thể"]) == 1.0
    assert exact_match("54", ["54 tập thể"]) == 0.0
    assert exact_match("", []) == 1.0
    assert exact_match("54", []) == 0.0


def test_f1_by_hand() -> None:
    # predicted: có 54 tập thể (4); wanted: 54 tập thể (3), 3 common: precision 3/4, recall 3/3 -> 6/7
    assert f1("có 54 tập thể", ["54 tập thể", "54"]) == pytest.approx(6 / 7)
    # repeated tokens count as often as they are common: một một against một hai: 1 common of 2 and 2
    assert f1("một một", ["một hai"]) == 0.5
    assert f1("hai", ["ba"]) == 0.0
    assert f1("", []) == 1.0
    assert f1("ba", []) == 0.0
    assert f1("", ["ba"]) == 0.0


TEXTS = {"d": "Có 54 tập thể."}


def _citation(quote: str, start: int, end: int, document: str = "d") -> dict[str, object]:
    return {"document_id": document, "cited_text": quote, "start_char_index": start, "end_char_index": end}


@pytest.mark.parametrize(
    ("citation", "valid"),
    [
        (_citation("54 tập thể", 3, 13), True),
        (_citation("54 tập thể", 2, 12), False),
        (_citation("54 tập thể", 3, 13, "other"), False),
        (_citation("", 3, 3), False),
        (_citation(".", 13, 99), False),
        (_citation("thể", -4, -1), False),
    ],
)
def test_a_citation_is_its_quote_at_its_place(citation: dict[str, object], valid: bool) -> None:
    assert citation_is_valid(citation, TEXTS) is valid


def test_validity_is_a_share() -> None:
    assert citation_validity([_citation("54", 3, 5), _citation("54", 4, 6)], TEXTS) == 0.5
    assert citation_validity([], TEXTS) == 1.0


def test_graded_gain_by_hand() -> None:
    # d has grade 1 at rank 1, a grade 3 at rank 4: (1 + 3/log2 5) / (3 + 1/log2 3)
    expected = (1 + 3 / math.log2(5)) / (3 + 1 / math.log2(3))
    assert graded_ndcg_at_k(RANKING, {"a": 3, "d": 1}, 10) == pytest.approx(expected)
    assert graded_ndcg_at_k(RANKING, {"a": 3, "d": 1}, 3) == pytest.approx(1 / (3 + 1 / math.log2(3)))
    # with one grade only it is the plain one
    assert graded_ndcg_at_k(RANKING, {"a": 1, "b": 1}, 10) == pytest.approx(ndcg_at_k(RANKING, {"a", "b"}, 10))
