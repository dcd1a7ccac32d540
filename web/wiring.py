"""Build the real objects from the settings: the composition root, the one place where implementations are chosen."""

from __future__ import annotations

from pathlib import Path

from index.embedder import Embedder, bundled_embedder, load_embedder
from index.library import Library, model_of
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon
from qa.ask import Answerer
from qa.read import SentenceReader
from web.settings import Settings


def build_embedder(settings: Settings) -> Embedder:
    """Return the model that the settings name, else the one that the library remembers, else the bundled one."""
    if settings.model:
        return load_embedder(settings.model, download=settings.download)
    known = model_of(settings.data, wait=settings.wait)
    return load_embedder(known.id, download=settings.download) if known else bundled_embedder()


def open_library(settings: Settings, *, create: bool = False) -> Library:
    """Open the library of the data directory; with `create`, make it if there is none."""
    return Library.open(settings.data, build_embedder(settings), create=create, wait=settings.wait)


def build_answerer(settings: Settings, library: Library) -> Answerer:
    """Return what answers questions over `library`."""
    extra = Path(settings.abbreviations) if settings.abbreviations else None
    return Answerer(library, reader=SentenceReader(library.embedder), lexicon=Lexicon(load_abbreviations(extra)))
