"""Draw the error tree of HoiDap; every error a caller can meet derives from `HoidapError`.

    HoidapError                     exit 2, HTTP 400
    ├── InvalidInput                what was asked for cannot be meant
    │   ├── InvalidDocument         a document that cannot be stored (empty, NUL, lone surrogate, bad id)
    │   └── UnreadableFile          a file that is not text, is empty or cannot be decoded
    ├── NotFound                    HTTP 404
    │   ├── UnknownDocument
    │   └── NoLibrary               the data directory holds no library yet
    ├── ModelMismatch               the library was built with another embedding model
    ├── ModelUnavailable            the configured model cannot be loaded
    ├── LibraryBusy                 HTTP 503: another process is writing
    └── LibraryDamaged              exit 3, HTTP 503: the truth itself (SQLite) is damaged or of a newer version

A message says what happened and what to do next. The command line and the HTTP API translate at their seam.
"""

from __future__ import annotations


class HoidapError(Exception):
    """The root: catch it to catch everything that HoiDap raises on purpose.

    `hint` says what to do next, when the message alone does not.
    """

    exit_code = 2
    http_status = 400
    code = "bad_request"

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InvalidInput(HoidapError):
    """What was asked for cannot be meant: an empty question, a limit of zero."""

    http_status = 422
    code = "invalid_input"


class InvalidDocument(InvalidInput):
    """A document that cannot be stored: empty, with NUL bytes or lone surrogates, or with an unusable id."""

    code = "invalid_document"


class UnreadableFile(InvalidInput):
    """A file that is not text, is empty, or cannot be decoded."""

    code = "unreadable_file"


class NotFound(HoidapError):
    """Something that was named does not exist."""

    http_status = 404
    code = "not_found"


class UnknownDocument(NotFound):
    """No document has this id."""

    code = "unknown_document"


class NoLibrary(NotFound):
    """The data directory holds no library yet."""

    code = "no_library"


class ModelMismatch(HoidapError):
    """The library was built with another embedding model than the one configured."""

    http_status = 503
    code = "model_mismatch"


class ModelUnavailable(HoidapError):
    """The configured embedding model cannot be loaded."""

    http_status = 503
    code = "model_unavailable"


class LibraryBusy(HoidapError):
    """Another process holds the write lock."""

    http_status = 503
    code = "library_busy"


class LibraryDamaged(HoidapError):
    """The database itself is damaged, or written by a newer HoiDap: it cannot be rebuilt from anything."""

    exit_code = 3
    http_status = 503
    code = "library_damaged"
