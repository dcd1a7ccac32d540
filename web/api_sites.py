"""Answer the widget: a question from a page of a site, a reply that is ready to be shown.

The texts come cut (`before / quote / after`) and the links made, so that the browser counts nothing. `access.py` has
let the request in by then, and `cors.py` says which page may read the reply.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from flask import Blueprint, Response, g, jsonify, request
from pydantic import Field, ValidationError

from web.cors import allow
from web.errors import refuse_invalid
from web.page_messages import page_language
from web.present import Place, Shown, ShownAnswer, ShownPassage, shown
from web.schemas import Question, _Body
from web.service import service

sites = Blueprint("sites", __name__)


class SiteAskBody(_Body):
    """What the widget sends."""

    question: Question
    lang: Literal["vi", "en"] = Field("vi", description="The language of the pages that the links lead to.")


@sites.route("/sites/<site>/ask", methods=["POST", "OPTIONS"], provide_automatic_options=False)
def ask(site: str) -> Response:
    """Answer a question from a page; `OPTIONS` is the browser asking whether that page may."""
    if request.method == "OPTIONS":
        return Response(status=204)
    try:
        body = SiteAskBody.model_validate(request.get_json())
    except ValidationError as error:
        refuse_invalid(error)
    result = service().ask(body.question)
    return jsonify(_reply(shown(result, service().library(), page_language(body.lang))))


@sites.after_request
def _readable(response: Response) -> Response:
    allow(request, response, permitted=g.get("site_permitted", False))
    return response


def _reply(result: Shown) -> dict[str, Any]:
    return {
        "question": result.question,
        "status": "answered" if result.answered else "no_answer",
        "answers": [_answer(answer) for answer in result.answers],
        "passages": [_passage(passage) for passage in result.passages],
        "expansions": [{"from": source, "to": target} for source, target in result.expansions],
        "looked_at": {"passages": result.looked_at, "documents": result.documents},
    }


def _answer(answer: ShownAnswer) -> dict[str, Any]:
    return {
        "text": answer.text,
        **asdict(answer.sentence),
        "confidence": answer.percent / 100,
        "level": answer.level,
        "value": answer.value,
        "sources": [_place(place) for place in answer.places],
    }


def _passage(passage: ShownPassage) -> dict[str, Any]:
    return {**_place(passage.place), "heading": passage.heading, "snippet": passage.snippet}


def _place(place: Place) -> dict[str, Any]:
    return {"title": place.title, "date": place.date, "view": place.view, "original": place.original}
