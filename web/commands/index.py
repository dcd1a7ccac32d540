"""Put files into the library: every readable file goes in, every other one is named with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.errors import UnreadableFile
from index.library import Library
from index.loaders import find_files, load
from index.types import AddReport, Document
from web.cli_base import Session
from web.cli_errors import BAD_INPUT, INTERRUPTED, OK, say_error
from web.cli_progress import Progress
from web.cli_streams import note, write, write_json
from web.cli_text import one_line
from web.commands.docs import every_document
from web.commands.opening import opened
from web.messages import number

_NOWHERE = "''"  # an empty path (an unset variable in a script) must not mean the current folder


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not indexed, and why."""

    path: str
    reason: str
    hint: str = ""


@dataclass
class Tally:
    """How far one run has come: `documents` and `passages` are on disk, whatever happens next."""

    session: Session
    progress: Progress
    skipped: list[Skipped] = field(default_factory=list)
    documents: int = 0
    passages: int = 0

    def skip(self, path: Path, reason: str, hint: str = "") -> None:
        """Report a file that cannot be indexed, at once, and remember it."""
        skipped = Skipped(str(path), reason.removeprefix(f"{path}: "), hint)
        self.skipped.append(skipped)
        self.progress.clear()
        why = one_line(f"{skipped.reason} ({hint})" if hint else skipped.reason)
        note(self.session.text("index.skipped", path=one_line(skipped.path), reason=why))

    def stored(self, documents: int, passages: int) -> None:
        """Take note of what the library has acknowledged."""
        self.documents, self.passages = documents, passages
        self.progress.show(documents + len(self.skipped))


def run(session: Session, paths: tuple[str, ...], prune: bool) -> int:
    """Index `paths`; return 2 when a file was skipped, 130 when the run was interrupted."""
    given = [Path(path or _NOWHERE).expanduser() for path in paths]
    with Progress(session.text("index.progress")) as progress:
        tally = Tally(session, progress)
        files = list(_files(given, tally))
        if not files and not (prune and any(path.is_dir() for path in given)):
            say_error(session, "no_files", session.text("index.nothing"))
            return BAD_INPUT
        progress.total = len(files) + len(tally.skipped)
        with opened(session, create=True) as library:
            try:
                report = library.add(_documents(files, tally), on_progress=tally.stored)
                removed = _prune(library, given) if prune else ()
            except KeyboardInterrupt:
                return _interrupted(tally)
    return _summarise(tally, report, removed)


def _files(given: Sequence[Path], tally: Tally) -> Iterator[Path]:
    """Name every file once, and report a path that does not exist."""
    for path in given:
        if not path.exists():
            tally.skip(path, tally.session.text("index.missing"))
    yield from find_files([path for path in given if path.exists()])


def _documents(files: Sequence[Path], tally: Tally) -> Iterator[Document]:
    for path in files:
        try:
            document = load(path)
            document.source.encode()
            yield document
        except UnreadableFile as error:
            tally.skip(path, str(error), error.hint)
        except UnicodeEncodeError:  # a name of undecodable bytes: it could be stored nowhere as text
            tally.skip(path, tally.session.text("index.bad_name"))


def _prune(library: Library, given: Sequence[Path]) -> tuple[str, ...]:
    """Remove the documents whose files under the given folders are gone.

    A folder that is missing itself is left alone: it may be a disk that is not mounted today.
    """
    folders = [path.resolve() for path in given if path.is_dir()]
    gone = [info.id for info in every_document(library) if _is_gone(Path(info.source), folders)]
    return library.remove(gone) if gone else ()


def _is_gone(source: Path, folders: Sequence[Path]) -> bool:
    """Tell whether a file below one of `folders` is no more; what never was a file (sent over HTTP) is not absolute."""
    return source.is_absolute() and any(source.is_relative_to(folder) for folder in folders) and not source.exists()


def _interrupted(tally: Tally) -> int:
    session = tally.session
    counts = {"documents": tally.documents, "passages": tally.passages}
    tally.progress.clear()
    note(session.text("index.interrupted", **{name: number(count, session.language) for name, count in counts.items()}))
    if session.json:
        write_json({"interrupted": True, **counts, "skipped": [asdict(each) for each in tally.skipped]})
    return INTERRUPTED


def _summarise(tally: Tally, report: AddReport, removed: tuple[str, ...]) -> int:
    session, skipped = tally.session, tally.skipped
    if session.json:
        write_json({**asdict(report), "removed": removed, "skipped": [asdict(each) for each in skipped]})
    else:
        counts = {
            "added": len(report.added),
            "replaced": len(report.replaced),
            "unchanged": len(report.unchanged),
            "removed": len(removed),
            "skipped": len(skipped),
            "passages": report.passages,
        }
        write(session.text("index.summary", **{name: number(each, session.language) for name, each in counts.items()}))
    if not skipped:
        return OK
    note(session.text("index.some_skipped", count=number(len(skipped), session.language)))
    return BAD_INPUT
