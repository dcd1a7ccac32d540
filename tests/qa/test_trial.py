"""Questions are asked in their forms of a real library, judged and summed up."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from index.embedder import bundled_embedder
from index.library import Library
from index.types import Document
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon
from qa.ask import MAX_QUESTION, Answerer
from qa.datasets import Accepted, Example
from qa.read import SentenceReader
from qa.scores import report_of, scores_of
from qa.trial import FORMS, Asking, Trial, all_askings, askings_of

TEXTS = {
    "cantho": "Cần Thơ: Hội nghị\n\nDịp này, 54 tập thể ở Cần Thơ được tặng Bằng khen.",
    "haiphong": "Hải Phòng: Hội nghị\n\nÔng Lê Tiến Châu là Bí thư Thành ủy Hải Phòng.",
    "laichau": "Lai Châu: Hội nghị\n\nDịp này, 36 cá nhân ở Lai Châu được tặng Bằng khen.",
}


def example(id_: str, question: str, document: str | None = None, answer: str = "", **more: Any) -> Example:
    accepted = (Accepted(answer, TEXTS[document].index(answer)),) if document and answer else ()
    return Example(id_, question, document, accepted, **more)


COUNT = example(
    "count", "Bao nhiêu tập thể ở Cần Thơ được tặng Bằng khen?", "cantho", "54 tập thể", kind="count", language="vi"
)
PERSON = example("who", "Ai là Bí thư Thành ủy Hải Phòng?", "haiphong", "Lê Tiến Châu", kind="person", language="vi")
SILENT = example("none", "Thời tiết Nghệ An ngày mai thế nào?", kind="none", language="vi")
ENGLISH = example("en", "Who is the secretary of Hai Phong?", "haiphong", "Lê Tiến Châu", language="en")


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with Library.open(tmp_path_factory.mktemp("trial") / "data", bundled_embedder(), create=True) as library:
        library.add(Document(name, text, text.split("\n")[0]) for name, text in TEXTS.items())
        yield Answerer(library, reader=SentenceReader(library.embedder), lexicon=Lexicon(load_abbreviations()))


def forms_of(some: Example, *forms: str) -> dict[str, str]:
    return {asking.form: asking.text for asking in askings_of(some, forms)}


def test_without_a_choice_a_question_is_asked_as_the_set_has_it() -> None:
    assert forms_of(COUNT) == {"written": COUNT.question}
    assert forms_of(ENGLISH) == {"english": ENGLISH.question}
    assert forms_of(example("t", "ai la bi thu", language="vi-toneless")) == {"toneless": "ai la bi thu"}
    with_variant = example("v", "Ai là Bí thư?", variant="ai la bt v")
    assert forms_of(with_variant) == {"written": "Ai là Bí thư?", "chat": "ai la bt v"}


def test_all_forms_of_a_question() -> None:
    some = example("q", "Ai là người ở Hòa Bình?", variant="")
    assert forms_of(some, *FORMS) == {
        "written": "Ai là người ở Hòa Bình?",
        "toneless": "ai la nguoi o hoa binh?",
        "nfd": unicodedata.normalize("NFD", "Ai là người ở Hòa Bình?"),
        "tone": "Ai là người ở Hoà Bình?",
        "chat": "ai la ng o hoa binh",
    }
    assert forms_of(example("v", "Ai?", variant="ai v"), "chat") == {"chat": "ai v"}
    assert [asking.own for asking in askings_of(some, FORMS)] == [True, False, False, False, False]


def test_forms_are_made_of_written_vietnamese_only() -> None:
    assert forms_of(ENGLISH, *FORMS) == {"english": ENGLISH.question}
    assert forms_of(ENGLISH, "toneless") == {}
    assert forms_of(example("t", "ai", language="vi-toneless"), "toneless", "nfd") == {"toneless": "ai"}


def test_a_form_that_is_too_long_to_be_asked_is_left_out() -> None:
    assert list(forms_of(example("q", "ế" * MAX_QUESTION), *FORMS)) == ["written", "toneless", "tone", "chat"]


def test_answers_are_judged_on_what_a_user_is_given(answerer: Answerer) -> None:
    count, person, silent = Trial(answerer).run(all_askings([COUNT, PERSON, SILENT]))
    assert count.answer is not None
    assert count.ranking is not None
    assert (count.answer.place.holds, count.answer.right, count.is_miss) == (True, True, False)
    assert (count.ranking.at_1, count.ranking.mrr) == (1.0, 1.0)
    assert (person.answer is not None and person.answer.right, person.is_miss) == (True, False)
    assert silent.answer is not None
    assert (silent.ranking, silent.answer.answered, silent.is_miss) == (None, False, False)
    assert count.milliseconds > 0.0


def test_the_threshold_decides_what_is_refused_and_changes_no_confidence(answerer: Answerer) -> None:
    strict, never = (list(Trial(answerer, threshold=t).run(all_askings([COUNT, SILENT]))) for t in (1.0, 0.0))
    assert [o.answer is not None and o.answer.answered for o in strict] == [False, False]
    assert [o.is_miss for o in strict] == [True, False]
    assert [o.answer is not None and o.answer.answered for o in never] == [True, True]
    assert [o.answer and o.answer.confidence for o in strict] == [o.answer and o.answer.confidence for o in never]


def test_given_its_document_a_question_is_answered_from_that_alone(answerer: Answerer) -> None:
    misled = Example("q", COUNT.question, "laichau", ())
    (found,) = Trial(answerer, given=True, threshold=0.0).run(all_askings([misled]))
    assert found.answer is not None
    assert found.answer.candidate is not None
    assert {c.document_id for c in found.answer.candidate.citations} == {"laichau"}
    assert found.ranking is None


def test_a_set_for_retrieval_ranks_documents(answerer: Answerer) -> None:
    query = Example("q", "Bằng khen ở Lai Châu", None, (), relevant={"laichau": 2, "cantho": 1})
    (found,) = Trial(answerer).run(all_askings([query]))
    assert found.answer is None
    assert found.ranking is not None
    assert (found.ranking.at_1, found.ranking.at_5, found.ranking.ndcg_10) == (0.5, 1.0, 1.0)
    scores = scores_of([found])
    assert (scores.em, scores.confidence.auroc, scores.retrieval.recall_1) == (None, None, 0.5)


def test_the_same_words_are_asked_once_and_counted_for_each_form(answerer: Answerer) -> None:
    asked: list[str] = []

    class Counting(Trial):
        def outcome(self, asking: Asking):  # type: ignore[no-untyped-def]  # noqa: ANN202
            asked.append(asking.text)
            return super().outcome(asking)

    outcomes = list(Counting(answerer).run(all_askings([PERSON, COUNT], ("written", "tone"))))
    assert asked == [PERSON.question, PERSON.question.replace("ủy", "uỷ"), COUNT.question]
    assert [o.asking.form for o in outcomes] == ["written", "tone", "written", "tone"]


def test_a_report_counts_each_question_once_and_each_form_apart(answerer: Answerer) -> None:
    chatty = Example("c", COUNT.question, COUNT.document, COUNT.accepted, "count", "vi", variant="zxqv")
    report = report_of(list(Trial(answerer).run(all_askings([chatty, PERSON, SILENT, ENGLISH])))).to_dict()
    overall = report["overall"]
    assert (overall["questions"], overall["answerable"]["questions"], overall["unanswerable"]["questions"]) == (4, 3, 1)
    assert {form: scores["questions"] for form, scores in report["by_form"].items()} == {
        "written": 3,
        "chat": 1,
        "english": 1,
    }
    assert {kind: scores["questions"] for kind, scores in report["by_type"].items()} == {
        "count": 1,
        "person": 1,
        "none": 1,
        "": 1,
    }
    assert report["by_form"]["chat"]["answerable"]["right"] == 0.0
    assert report["by_form"]["written"]["answerable"]["right"] == 1.0
    assert report["by_form"]["written"]["unanswerable"]["refused"] == 1.0
    assert overall["citations"] == overall["citations_valid"] > 0
    assert overall["retrieval"]["questions"] == 3
    assert sum(each["count"] for each in report["curves"]["reliability"]) == 4
    assert report["curves"]["risk_coverage"][-1]["coverage"] == 1.0


def test_nothing_can_be_said_of_nothing() -> None:
    report = report_of([]).to_dict()
    assert report["overall"]["em"] is None
    assert report["overall"]["latency_p95_ms"] is None
    assert report["overall"]["retrieval"] == {
        "questions": 0,
        "recall_1": None,
        "recall_5": None,
        "recall_10": None,
        "mrr": None,
        "ndcg_10": None,
    }
    assert report["curves"] == {"risk_coverage": [], "reliability": []}
