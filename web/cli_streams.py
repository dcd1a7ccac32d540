"""Know the streams: what they can encode, whether a person watches, and how to go when the reader has gone.

Results go to standard output, everything else to standard error. Nothing here decides what is said.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from typing import Any, TextIO

from web.cli_text import Style

PIPE_CLOSED = 141  # what a shell reports of a program that SIGPIPE ended
_MAX_WIDTH = 100  # longer lines are hard to read
_MIN_WIDTH = 20
_PLAIN = "hoidap.plain"
_RAW_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029]")


def prepare_streams() -> None:
    """Never fail on a character: a stream that cannot write `Thơ` writes `Tho`."""
    _open_what_is_closed()
    _buffer_output()
    codecs.register_error(_PLAIN, _plain)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace" if _is_utf8(stream) else _PLAIN)


def _open_what_is_closed() -> None:
    """Give a program started with closed streams (`<&-`) empty ones.

    Otherwise the next file opened, the database for one, would get the number of standard output.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))


def _buffer_output() -> None:
    """Write through a buffer even under PYTHONUNBUFFERED, where the rest of a partial write is lost in silence.

    `write` flushes each line anyway, so nothing comes later.
    """
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper) and isinstance(stream.buffer, io.RawIOBase):
        stream.flush()
        sys.stdout = os.fdopen(stream.fileno(), "w", encoding=stream.encoding, errors=stream.errors, closefd=False)


def _plain(error: UnicodeError) -> tuple[str | bytes, int]:
    """Replace what cannot be encoded by its letters without marks, as Vietnamese is typed in a hurry."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN_FORMS)
    return "".join(map(_ascii, unicodedata.normalize("NFD", text))), error.end


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    return "" if unicodedata.combining(character) else "?"


_PLAIN_FORMS = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-", "…": "...", "→": "->", "“": '"', "”": '"'})


def _is_utf8(stream: TextIO) -> bool:
    return codecs.lookup(stream.encoding or "ascii").name == "utf-8"


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person watches `stream`."""
    return not stream.closed and stream.isatty()


def style_of(stream: TextIO, environment: Mapping[str, str] | None = None) -> Style:
    """Return how to write for `stream`: colour and wrapping on a terminal only, and no colour under NO_COLOR."""
    environment = os.environ if environment is None else environment
    terminal = is_terminal(stream)
    colour = terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"
    width = max(_MIN_WIDTH, min(_MAX_WIDTH, shutil.get_terminal_size().columns)) if terminal else 0
    return Style(colour, width, ("«", "»") if _can_write("«»", stream) else (">", "<"))


def _can_write(text: str, stream: TextIO) -> bool:
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def write(text: str) -> None:
    """Write a line of the result, at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def note(text: str) -> None:
    """Write a line beside the result: an error, a hint, a notice."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def write_json(value: object, *, indent: bool | None = None) -> None:
    """Write `value` as JSON: indented on a terminal, otherwise on one line, never altered by the encoding."""
    if indent is None:
        indent = is_terminal(sys.stdout)
    write(to_json(value, plain=not _is_utf8(sys.stdout), indent=indent))


def to_json(value: object, *, plain: bool = False, indent: bool = False) -> str:
    """Return JSON that is one line for every reader, and harmless on a terminal."""
    text = json.dumps(value, ensure_ascii=plain, indent=2 if indent else None)
    # Python leaves these raw; escaped, they mean the same, and neither steer a terminal nor break a line.
    return _RAW_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def write_exactly(text: str) -> None:
    """Write `text` as UTF-8, byte for byte: no line ends changed, nothing added."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def close_output() -> None:
    """Point standard output at nothing, so that the interpreter does not fail when it flushes on the way out.

    What can still be written is written first.
    """
    try:
        sys.stdout.flush()
    except OSError:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def json_error(code: str, message: str, hint: str = "") -> dict[str, Any]:
    """Return the one shape of an error, as the HTTP API has it."""
    return {"error": {"code": code, "message": message, "hint": hint}}
