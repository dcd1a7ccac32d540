"""Keep what people said of answers: right, wrong or missing, in a small database of its own beside the library.

It is apart from the library because a person's click must not wait for `hoidap index`, which holds the library's write
lock for as long as it runs, nor bring every library to a new schema. It cannot fill a disk: texts are bounded, the
same thing said again is counted instead of stored, and when there are `MAX_RECORDS` no new one is taken.

This module does not judge what was said, and reads no documents.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from filelock import FileLock, Timeout

from index.database import Database, create_database
from index.errors import HoidapError, InvalidInput, LibraryBusy
from index.schema import FEEDBACK, Schema

FILE_NAME = "feedback.sqlite"
MAX_RECORDS = 10_000
MAX_TEXT = 1_000  # characters of a question or an expected answer
MAX_QUOTE = 4_000  # characters of the answer that was shown
_WAIT_SECONDS = 5


class FeedbackFull(HoidapError):
    """As much is stored as may be: it waits for somebody to read it."""

    http_status = 503
    code = "feedback_full"


class Verdict(StrEnum):
    """What a person may say of an answer, or of there being none."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one person said. Without a document it is about `no_answer`; `quote` is what the answer was."""

    question: str
    verdict: Verdict
    document_id: str = ""
    document_sha256: str = ""
    start: int = 0
    end: int = 0
    quote: str = ""
    expected: str = ""

    def __post_init__(self) -> None:
        if not self.question.strip() or len(self.question) > MAX_TEXT or len(self.expected) > MAX_TEXT:
            raise InvalidInput(f"a question has 1 to {MAX_TEXT} characters, an expected answer at most {MAX_TEXT}")
        if len(self.quote) > MAX_QUOTE:
            raise InvalidInput(f"the answer has {len(self.quote)} characters, more than {MAX_QUOTE}")


@dataclass(frozen=True, slots=True)
class StoredOpinion:
    """An opinion as it is kept: how often it was given, and when last."""

    id: int
    received_at: str
    times: int
    opinion: Opinion


class FeedbackStore(Database):
    """The opinions on one library's answers. Threads may share it; processes may each have one."""

    schema: ClassVar[Schema] = FEEDBACK

    @classmethod
    def open(cls, directory: Path) -> FeedbackStore:
        """Open the feedback of the data directory, which may be empty so far.

        Raises:
            LibraryDamaged: the file is damaged, or of a newer HoiDap.
            LibraryBusy: another process has been making it for too long.
        """
        path = directory / FILE_NAME
        try:
            # Held while migrating, too: two processes must not both find the same migration missing.
            with FileLock(path.with_suffix(".lock"), timeout=_WAIT_SECONDS):
                if not path.exists():
                    create_database(path, {}, cls.schema)
                return cls(path, read_only=False)
        except Timeout as error:
            raise LibraryBusy("another process is opening the feedback", hint="Try again in a moment.") from error

    def add(self, opinion: Opinion, *, most: int = MAX_RECORDS) -> None:
        """Store an opinion, or count it again; it is on disk afterwards.

        Raises:
            FeedbackFull: it would be a new one, and `most` are stored.
        """
        with self.transaction():
            if self._count_again(opinion):
                return
            if self.count() >= most:
                raise FeedbackFull(
                    f"there are {most} opinions already and no more are taken",
                    hint="`hoidap feedback export` and then `hoidap feedback clear` on the server make room.",
                )
            self._connection().execute(
                "INSERT INTO feedback (received_at, times, verdict, question, document_id, document_sha256, start,"
                ' "end", quote, expected) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?)',
                (_now(), opinion.verdict.value, *_said(opinion), opinion.quote, opinion.expected),
            )

    def _count_again(self, opinion: Opinion) -> bool:
        cursor = self._connection().execute(
            "UPDATE feedback SET times = times + 1, received_at = ? WHERE verdict = ? AND question = ?"
            ' AND document_id = ? AND document_sha256 = ? AND start = ? AND "end" = ? AND expected = ?',
            (_now(), opinion.verdict.value, *_said(opinion), opinion.expected),
        )
        return cursor.rowcount > 0

    def count(self) -> int:
        """Return how many different opinions are stored."""
        with self._reading() as connection:
            return int(connection.execute("SELECT count(*) FROM feedback").fetchone()[0])

    def opinions(self) -> list[StoredOpinion]:
        """Return all of them, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT id, received_at, times, question, verdict, document_id, document_sha256, start,"
                ' "end", quote, expected FROM feedback ORDER BY id'
            ).fetchall()
        return [
            StoredOpinion(number, at, times, Opinion(question, Verdict(verdict), *rest))
            for number, at, times, question, verdict, *rest in rows
        ]

    def clear(self) -> int:
        """Delete every opinion, and what was deleted from the log; return how many there were."""
        with self.transaction():
            count = self.count()
            self._connection().execute("DELETE FROM feedback")
        self.scrub()
        return count


def _said(opinion: Opinion) -> tuple[str | int, ...]:
    return opinion.question, opinion.document_id, opinion.document_sha256, opinion.start, opinion.end


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
