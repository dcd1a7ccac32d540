"""Answer, search and verify over HTTP. A view parses (the schemas did), calls one function, renders."""

from __future__ import annotations

from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from index.errors import InvalidInput
from qa.ask import Answerer
from qa.cite import citations_of, verify
from web.errors import not_ready
from web.openapi import ERRORS, SECURITY, Json, operation_id
from web.schemas import AskBody, AskQuery, AskReply, SearchBody, SearchReply, VerifyBody, VerifyReply
from web.service import service

MAX_CITATIONS = 100  # each is looked for in the whole text of its document

_TAG = Tag(name="questions", description="Ask, search, and check what was answered.")

questions = APIBlueprint(
    "questions",
    __name__,
    url_prefix="/v1",
    abp_tags=[_TAG],
    abp_security=SECURITY,
    abp_responses=ERRORS,
    operation_id_callback=operation_id,
)


@questions.post("/ask", responses={200: AskReply})
def ask(body: AskBody) -> Json:
    """Answer a question with cited sentences, or with status no_answer."""
    return _answer(body.question, body.limit)


@questions.get("/ask", responses={200: AskReply})
def ask_by_query(query: AskQuery) -> Json:
    """Answer a question given in the address."""
    return _answer(query.q, query.limit)


@questions.post("/search", responses={200: SearchReply})
def search(body: SearchBody) -> Json:
    """Find the passages that fit a question, best first."""
    return _ready_answerer().search(body.question, limit=body.limit).to_dict()


@questions.post("/verify", responses={200: VerifyReply})
def verify_saved(body: VerifyBody) -> Json:
    """Check a citation, or every citation of a saved answer, against the documents as they are now."""
    saved = body.model_extra or {}
    count = len(citations_of(saved))
    if count > MAX_CITATIONS:
        raise InvalidInput(f"{count} citations are more than {MAX_CITATIONS} at once", hint="Send them in parts.")
    return {"verifications": [verification.to_dict() for verification in verify(saved, service().library())]}


def _answer(question: str, limit: int) -> Json:
    result = _ready_answerer().ask(question, limit=limit)
    service().metrics.count_question(result.status.value)
    return result.to_dict()


def _ready_answerer() -> Answerer:
    """Return what answers, once there is something to answer from.

    Raises:
        ApiProblem: the library is empty.
        NoLibrary: there is none.
    """
    answerer = service().answerer()
    if answerer.library.snapshot().count == 0:
        raise not_ready()
    return answerer
