"""Turn results into lines for people; the values come in, text goes out, nothing is printed here.

Every text that comes from a document or a question passes through `cli_text` before it is put on a line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from index.types import DocumentInfo, LibraryStats
from qa.types import Answer, AskResult, Citation, Expansion, RankedPassage, SearchResult, Status, Verification
from web.cli_text import Style, lines, marked, one_line, shorten
from web.messages import message, number, size

_ANSWERS_SHOWN = 3
_TITLES_SHOWN = 5
_QUOTE_COLUMNS = 60
_INDENT = "   "
_HIGH, _MEDIUM = 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Page:
    """The language and the style of one output."""

    language: str
    style: Style

    def text(self, key: str, **values: object) -> str:
        """Return a sentence of the table."""
        return message(key, self.language, **values)

    def number(self, value: int) -> str:
        """Return a number as the language writes it."""
        return number(value, self.language)


def ask_result(page: Page, result: AskResult) -> list[str]:
    """Return the answers with their places, or what was looked at in vain."""
    if result.status is Status.NO_ANSWER or not result.answers:
        shown = _no_answer(page, result.passages)
    else:
        shown = []
        for rank, answer in enumerate(result.answers[:_ANSWERS_SHOWN], start=1):
            shown += [*([""] if rank > 1 else []), *_answer(page, rank, answer)]
    return [*shown, *_expansions(page, result.expansions)]


def _answer(page: Page, rank: int, answer: Answer) -> list[str]:
    head = f"{rank}. "
    citation = answer.citations[0]
    shown = []
    if one_line(answer.text) != one_line(answer.sentence):
        texts = lines(one_line(answer.text), page.style, _INDENT)
        shown += [page.style.bold(text) for text in texts]
    shown += lines(_in_sentence(answer, citation), page.style, _INDENT)
    for each in answer.citations:
        shown += _place(page, each)
    shown += [_INDENT + page.style.dim(_confidence(page, answer.confidence))]
    return [head + shown[0].removeprefix(_INDENT), *shown[1:]]


def _in_sentence(answer: Answer, citation: Citation) -> str:
    """Return the sentence with the cited span marked, where the span does stand in it."""
    start, end = citation.start - answer.sentence_start, citation.end - answer.sentence_start
    if start < 0 or answer.sentence[start:end] != citation.cited_text:
        return one_line(answer.sentence)
    return marked(answer.sentence, start, end)


def _place(page: Page, citation: Citation) -> list[str]:
    shown = lines(page.text("ask.source", title=one_line(citation.document_title)), page.style, _INDENT)
    # Offsets stay ungrouped: they are meant to be copied into `text[start:end]`.
    place = page.text("ask.place", document=one_line(citation.document_id), start=citation.start, end=citation.end)
    shown += [_INDENT + page.style.dim(place)]
    if citation.url:
        shown += [_INDENT + page.style.dim(page.text("ask.link", url=one_line(citation.url)))]
    return shown


def _confidence(page: Page, value: float) -> str:
    # Never 100%: the measured share of right answers behind the number is rounded, and nothing is certain.
    word = "high" if value >= _HIGH else "medium" if value >= _MEDIUM else "low"
    return page.text("ask.confidence", word=page.text(f"confidence.{word}"), percent=min(99, round(value * 100)))


def _no_answer(page: Page, passages: Iterable[RankedPassage]) -> list[str]:
    shown = lines(page.text("ask.none"), page.style)
    titles = list(dict.fromkeys(one_line(passage.document_title) for passage in passages))
    if titles:
        shown += ["", page.text("ask.looked_at")]
        for title in titles[:_TITLES_SHOWN]:
            first, *rest = lines(title, page.style, "  ")
            shown += ["- " + first.removeprefix("  "), *rest]
    return [*shown, "", *lines(page.text("ask.rephrase"), page.style)]


def _expansions(page: Page, expansions: Iterable[Expansion]) -> list[str]:
    pairs = [f"{one_line(each.source)} → {one_line(each.target)}" for each in expansions]
    return ["", *lines(page.text("ask.expansions", expansions="; ".join(pairs)), page.style)] if pairs else []


def search_result(page: Page, result: SearchResult) -> list[str]:
    """Return the passages found, best first, each with its place."""
    shown = [] if result.passages else [page.text("search.none")]
    for rank, passage in enumerate(result.passages, start=1):
        if rank > 1:
            shown.append("")
        shown += _passage(page, rank, passage)
    return [*shown, *_expansions(page, result.expansions)]


def _passage(page: Page, rank: int, passage: RankedPassage) -> list[str]:
    title = one_line(" – ".join(part for part in (passage.document_title, passage.heading) if part))
    place = page.text("ask.place", document=one_line(passage.document_id), start=passage.start, end=passage.end)
    return [
        *(page.style.bold(line) for line in lines(f"{rank}. {title}", page.style)),
        *lines(one_line(passage.text), page.style, _INDENT),
        _INDENT + page.style.dim(place),
    ]


def documents(page: Page, infos: Iterable[DocumentInfo]) -> list[str]:
    """Return a listing: id and title on one line, sizes on the next, then the sums."""
    found = list(infos)
    if not found:
        return [page.text("docs.none")]
    shown = []
    for info in found:
        shown += [f"{page.style.bold(one_line(info.id))}  {one_line(info.title)}"]
        sizes = page.text("docs.line", characters=page.number(info.characters), passages=page.number(info.passages))
        source = one_line(info.source)
        shown += [_INDENT + page.style.dim(f"{sizes}{f', {source}' if source else ''}")]
    passages = sum(info.passages for info in found)
    count = page.text("docs.count", documents=page.number(len(found)), passages=page.number(passages))
    return [*shown, "", count]


def verification(page: Page, check: Verification) -> list[str]:
    """Return what became of one citation."""
    status = page.style.bold(page.text(f"verified.{check.status.value}"))
    quote = shorten(one_line(check.cited_text), _QUOTE_COLUMNS)
    shown = [page.text("verify.line", status=status, quote=quote)]
    if check.start is not None:
        shown += [_INDENT + _where(page, check)]
    why = page.text(f"verified.why.{check.status.value}")
    return [*shown, *(page.style.dim(line) for line in lines(why, page.style, _INDENT))]


def _where(page: Page, check: Verification) -> str:
    document = one_line(check.document_id)
    return page.style.dim(page.text("verify.where", document=document, start=check.start, end=check.end))


def library(page: Page, directory: str, stats: LibraryStats) -> list[str]:
    """Return the sizes, the model and the generation of a library."""
    return [
        page.text("doctor.library", directory=one_line(directory)),
        page.text("docs.count", documents=page.number(stats.documents), passages=page.number(stats.passages)),
        page.text("doctor.model", model=one_line(stats.model_id), dimension=stats.dimension),
        page.text("doctor.generation", generation=stats.generation, published=stats.published_generation),
        page.text("doctor.size", size=size(stats.bytes_on_disk, page.language)),
    ]
