"""Put files into the library: every readable file goes in, every other one is named with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.library import Library
from index.loaders import SUFFIXES, count_other_types, find_files
from index.types import AddReport
from web.cli_base import Session
from web.cli_errors import BAD_INPUT, INTERRUPTED, OK, say_error
from web.cli_progress import Progress
from web.cli_streams import note, write, write_json
from web.cli_text import one_line
from web.commands.docs import every_document
from web.commands.opening import opened
from web.commands.reading import Skipped, readable, say_skipped
from web.messages import number

_NOWHERE = "''"  # an empty path (an unset variable in a script) must not mean the current folder
_TYPES_SHOWN = 10


@dataclass
class Tally:
    """How far one run has come: `documents` and `passages` are on disk, whatever happens next."""

    session: Session
    progress: Progress
    skipped: list[Skipped] = field(default_factory=list)
    other_types: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    passages: int = 0

    def skip(self, path: Path, reason: str, hint: str = "") -> None:
        """Report a file that cannot be indexed, at once, and remember it."""
        self.progress.clear()
        self.skipped.append(say_skipped(self.session, path, reason, hint))

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
        spared = [path for path in given if path.is_dir() and not _holds_files(path)] if prune else []
        _say_what_is_left(tally, given, spared)
        if not files:
            say_error(session, "no_files", session.text("index.nothing"))
            return BAD_INPUT
        progress.total = len(files) + len(tally.skipped)
        with opened(session, create=True) as library:
            try:
                documents = (document for _, document in readable(session, files, tally.skip))
                report = library.add(documents, on_progress=tally.stored)
                removed = _prune(library, given, spared) if prune else ()
            except KeyboardInterrupt:
                return _interrupted(tally)
    return _summarise(tally, report, removed)


def _files(given: Sequence[Path], tally: Tally) -> Iterator[Path]:
    """Name every file once, and report a path that does not exist."""
    for path in given:
        if not path.exists():
            tally.skip(path, tally.session.text("index.missing"))
    yield from find_files([path for path in given if path.exists()])


def _holds_files(folder: Path) -> bool:
    """Tell whether there is a file to read below `folder`; one that cannot be listed counts as holding none."""
    return any(found.is_file() for found in find_files([folder]))


def _say_what_is_left(tally: Tally, given: Sequence[Path], spared: Sequence[Path]) -> None:
    """Say which files are of types that are not read, and which folders are too empty to prune after."""
    session = tally.session
    tally.other_types = count_other_types(given)
    tally.progress.clear()
    if tally.other_types:
        common = tally.other_types.most_common(_TYPES_SHOWN)
        shown = [f"{one_line(suffix) or session.text('index.no_suffix')} {count}" for suffix, count in common]
        note(
            session.text(
                "index.other_types",
                count=number(tally.other_types.total(), session.language),
                types=", ".join([*shown, *(["…"] if len(tally.other_types) > len(shown) else [])]),
                read=", ".join(sorted(SUFFIXES)),
            )
        )
    for folder in spared:
        note(session.text("index.not_pruned", folder=one_line(str(folder))))


def _prune(library: Library, given: Sequence[Path], spared: Sequence[Path]) -> tuple[str, ...]:
    """Remove the documents whose files under the given folders are gone.

    A folder that is missing itself, or holds nothing to read, is spared: its disk may not be mounted today.
    """
    kept = [path.resolve() for path in spared]
    folders = [path.resolve() for path in given if path.is_dir() and path not in spared]
    sources = ((info.id, Path(info.source)) for info in every_document(library))
    gone = [each for each, source in sources if _is_gone(source, folders) and not _is_below(source, kept)]
    return library.remove(gone) if gone else ()


def _is_gone(source: Path, folders: Sequence[Path]) -> bool:
    """Tell whether a file below one of `folders` is no more; what never was a file (sent over HTTP) is not absolute."""
    return source.is_absolute() and _is_below(source, folders) and not source.exists()


def _is_below(source: Path, folders: Sequence[Path]) -> bool:
    return any(source.is_relative_to(folder) for folder in folders)


def _interrupted(tally: Tally) -> int:
    session = tally.session
    counts = {"documents": tally.documents, "passages": tally.passages}
    tally.progress.clear()
    note(session.text("index.interrupted", **{name: number(count, session.language) for name, count in counts.items()}))
    if session.json:
        write_json({"interrupted": True, **counts, **_passed_over(tally)})
    return INTERRUPTED


def _passed_over(tally: Tally) -> dict[str, object]:
    return {"skipped": [asdict(each) for each in tally.skipped], "other_types": dict(tally.other_types)}


def _summarise(tally: Tally, report: AddReport, removed: tuple[str, ...]) -> int:
    session, skipped = tally.session, tally.skipped
    if session.json:
        write_json({**asdict(report), "removed": removed, **_passed_over(tally)})
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
