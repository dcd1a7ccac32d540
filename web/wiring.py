"""Build the real objects from the settings: the composition root, the one place where implementations are chosen."""

from __future__ import annotations

from pathlib import Path

from index.embedder import Embedder, bundled_embedder, load_embedder
from index.library import Library, model_of
from qa.abbreviations import load_abbreviations
from qa.analyse import Lexicon
from qa.ask import Answerer
from qa.calibration import Calibration, load_calibration
from qa.network import BUNDLED_READER, OnnxNetwork
from qa.read import Reader, SentenceReader
from qa.span_reader import SpanReader
from web.settings import Settings

SENTENCES = "sentences"


def build_embedder(settings: Settings) -> Embedder:
    """Return the model that the settings name, else the one that the library remembers, else the bundled one."""
    if settings.model:
        return load_embedder(settings.model, download=settings.download)
    known = model_of(settings.data, wait=settings.wait)
    return load_embedder(known.id, download=settings.download) if known else bundled_embedder()


def open_library(settings: Settings, *, create: bool = False) -> Library:
    """Open the library of the data directory; with `create`, make it if there is none."""
    return Library.open(settings.data, build_embedder(settings), create=create, wait=settings.wait)


def build_reader(settings: Settings, library: Library, calibration: Calibration) -> Reader:
    """Return the reader that the settings name: of short answers (bundled, or in a folder), or of sentences."""
    sentences = SentenceReader(library.embedder)
    if settings.reader == SENTENCES:
        return sentences
    folder = Path(settings.reader).expanduser() if settings.reader else BUNDLED_READER
    return SpanReader(OnnxNetwork(folder), sentences, calibration)


def calibration_file(settings: Settings) -> Path:
    """Return where a library keeps the calibration that its user made."""
    return settings.data / "calibration.json"


def build_answerer(settings: Settings, library: Library) -> Answerer:
    """Return what answers questions over `library`, as sure as its own calibration says where there is one."""
    extra = Path(settings.abbreviations) if settings.abbreviations else None
    own = calibration_file(settings)
    calibration = load_calibration(own) if own.exists() else load_calibration()
    return Answerer(
        library,
        reader=build_reader(settings, library, calibration),
        lexicon=Lexicon(load_abbreviations(extra)),
        calibration=calibration,
    )
