"""List, show, add and remove documents over HTTP."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from pathlib import PurePath

from flask import Response, make_response, request, url_for
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from index.library import Library
from index.loaders.titles import guess_title
from index.text import fold
from index.types import AddReport, Document
from web.openapi import ERRORS, SECURITY, Json, operation_id
from web.schemas import (
    MAX_OFFSET,
    AddedReply,
    DocumentBody,
    DocumentPath,
    DocumentsQuery,
    DocumentsReply,
    FullDocumentReply,
    RemovedReply,
)
from web.service import service

SOURCE = "api"  # where a document came from that was sent, as a path is for one that was read
_SLUG_LENGTH = 60
_TAG = Tag(name="documents", description="What answers are drawn from.")
_TEXT_REPLY: Json = {"description": "The text, exactly.", "content": {"text/plain": {"schema": {"type": "string"}}}}

documents = APIBlueprint(
    "documents",
    __name__,
    url_prefix="/v1/documents",
    abp_tags=[_TAG],
    abp_security=SECURITY,
    abp_responses=ERRORS,
    operation_id_callback=operation_id,
)


@documents.get("", responses={200: DocumentsReply})
def list_documents(query: DocumentsQuery) -> Json:
    """List the documents by title."""
    library = service().library()
    page = library.documents(offset=query.offset, limit=query.limit, contains=query.q)
    return {
        "documents": [{**asdict(info), "source": _public_source(info.source)} for info in page],
        "total": _total(library, query.q),
        "offset": query.offset,
        "limit": query.limit,
    }


@documents.post("", responses={200: AddedReply, 201: AddedReply})
def add_document(body: DocumentBody) -> tuple[Json, int, dict[str, str]]:
    """Add a document, or replace the one of the same id; the same text again changes nothing."""
    document = _document_of(body)
    with service().writing(create=True) as library:
        report = library.add([document])
    reply = {
        "status": _status(report),
        "document": _shown(document),
        "passages": report.passages,
        "generation": report.generation,
    }
    location = {"Location": url_for("documents.show_document", id=document.id)}
    return reply, 201 if report.added else 200, location


@documents.get("/<id>", responses={200: FullDocumentReply})
def show_document(path: DocumentPath) -> Json:
    """Show a document without its text."""
    document = service().library().document(path.id)
    return {**_shown(document), "metadata": dict(document.metadata)}


@documents.delete("/<id>", responses={200: RemovedReply})
def remove_document(path: DocumentPath) -> Json:
    """Remove a document everywhere: its text, its passages, and what can be found of it."""
    with service().writing() as library:
        removed = library.remove([path.id])
        return {"removed": list(removed), "generation": library.snapshot().generation}


@documents.get("/<id>/text", responses={200: _TEXT_REPLY, 304: {"description": "Not changed."}})
def document_text(path: DocumentPath) -> Response:
    """Return the exact text that offsets count in; its ETag is the SHA-256 that citations pin."""
    document = service().library().document(path.id)
    response = make_response(document.text)
    response.content_type = "text/plain; charset=utf-8"
    response.set_etag(document.sha256)
    response.headers["Cache-Control"] = "private, no-cache"  # may be kept, but asked about each time
    response.make_conditional(request)
    return response


def _document_of(body: DocumentBody) -> Document:
    title = body.title or guess_title(body.text) or body.id or ""
    named = Document(
        id=body.id or "", text=body.text, title=title, source=SOURCE, url=body.url, metadata=dict(body.metadata)
    )
    return named if body.id else replace(named, id=_readable_id(named))


def _readable_id(document: Document) -> str:
    """Return the title in plain letters with eight digits of the text's hash: the same text gets the same id."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(document.title)).strip("-")[:_SLUG_LENGTH].rstrip("-")
    return f"{slug or 'document'}-{document.sha256[:8]}"


def _status(report: AddReport) -> str:
    if report.added:
        return "added"
    return "replaced" if report.replaced else "unchanged"


def _shown(document: Document) -> Json:
    return {
        "id": document.id,
        "title": document.title,
        "source": _public_source(document.source),
        "url": document.url,
        "sha256": document.sha256,
        "characters": len(document.text),
    }


def _public_source(source: str) -> str:
    """Return the last part of a path: where a file lies on the server is not the caller's business."""
    return PurePath(source).name if PurePath(source).is_absolute() else source


def _total(library: Library, contains: str) -> int:
    if not contains:
        return library.stats().documents
    return len(library.documents(offset=0, limit=MAX_OFFSET, contains=contains))
