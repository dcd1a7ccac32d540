"""Build the real objects from the settings: the composition root, the one place where implementations are chosen."""

from __future__ import annotations

from pathlib import Path

from index.embedder import Embedder, bundled_embedder, load_embedder
from index.errors import InvalidInput
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
CALIBRATION_FILE = "calibration.json"
_EXAMPLES = 6
_EXAMPLE_LENGTH = 160  # characters


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
    return settings.data / CALIBRATION_FILE


def build_answerer(settings: Settings, library: Library, calibration: Calibration | None = None) -> Answerer:
    """Return what answers questions over `library`, as sure as `calibration` says, or else the library's own."""
    own = calibration_file(settings)
    if calibration is None:
        calibration = load_calibration(own) if own.exists() else load_calibration()
    return Answerer(
        library,
        reader=build_reader(settings, library, calibration),
        lexicon=build_lexicon(settings),
        calibration=calibration,
    )


def build_lexicon(settings: Settings) -> Lexicon:
    """Return the tables that questions are looked up in."""
    return Lexicon(load_abbreviations(Path(settings.abbreviations) if settings.abbreviations else None))


def load_examples(settings: Settings) -> tuple[str, ...]:
    """Return the example questions of the settings' file: a line each, not those that begin with `#`.

    Raises:
        InvalidInput: the file cannot be read.
    """
    if not settings.examples:
        return ()
    try:
        lines = Path(settings.examples).expanduser().read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"the example questions {settings.examples} cannot be read: {error}",
            hint="--examples names a UTF-8 text file with one question a line.",
        ) from error
    kept = [" ".join(line.split()) for line in lines if not line.startswith("#")]
    return tuple(line for line in kept if 0 < len(line) <= _EXAMPLE_LENGTH)[:_EXAMPLES]
