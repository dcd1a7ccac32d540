"""Read JSON of others with care: whatever is wrong is said with its file, its line and what to do."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from index.errors import InvalidInput
from index.text import fold

_STORABLE = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._~-]{1,200}")
_NOT_STORABLE = re.compile(r"[^a-z0-9._~-]+")
_SLUG_CHARACTERS = 48
_FORMATS = "docs/evaluation.md shows the formats"


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, unpacked when its name ends in `.gz`.

    Raises:
        InvalidInput: it is not such a file; the message names it.
        OSError: it is missing or cannot be read.
    """
    data = path.read_bytes()
    try:
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path}: not UTF-8 text (offset {error.start})", hint="convert the file to UTF-8"
        ) from error
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInput(f"{path}: not a gzip file ({error})", hint="unpack it, or name it without .gz") from error


@dataclass(frozen=True, slots=True)
class Row:
    """A JSON object and where it stands; its fields are asked for by kind."""

    fields: Mapping[str, Any]
    place: str

    def wrong(self, what: str) -> InvalidInput:
        """Return the error that says what is wrong here."""
        return InvalidInput(f"{self.place}: {what}", hint=_FORMATS)

    def text(self, name: str) -> str:
        """Return a text that is not blank."""
        value = self.fields.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f'the field "{name}" must be a text that is not blank, not {shown(value)}')
        return self.sound(name, value)

    def optional_text(self, name: str) -> str:
        """Return a text, empty when it is missing or null."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f'the field "{name}" must be a text or null, not {shown(value)}')
        return self.sound(name, value or "")

    def number(self, name: str) -> int:
        """Return a whole number that is not negative."""
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.wrong(f'the field "{name}" must be a whole number from 0 on, not {shown(value)}')
        return value

    def rows(self, name: str) -> list[Row]:
        """Return a list of objects."""
        value = self.fields.get(name)
        if not isinstance(value, list):
            raise self.wrong(f'the field "{name}" must be a list, not {shown(value)}')
        return [row_of(each, f"{self.place}, {name}[{at}]") for at, each in enumerate(value)]

    def sound(self, name: str, value: str) -> str:
        """Return `value`; refuse what is no text (a NUL, half of a surrogate pair)."""
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise self.wrong(f'the field "{name}" holds a NUL character or a lone surrogate: it is not text')
        return value


def row_of(value: object, place: str) -> Row:
    """Return a JSON value as a row.

    Raises:
        InvalidInput: it is no object.
    """
    if not isinstance(value, dict):
        raise InvalidInput(f"{place}: a JSON object is needed, not {shown(value)}", hint=_FORMATS)
    return Row(value, place)


def json_lines(path: Path) -> Iterator[Row]:
    """Yield the rows of a JSONL file; blank lines are passed over.

    Raises:
        InvalidInput: a line is no JSON object; the message names file and line.
    """
    # Only a line feed ends a line of JSONL: a string may hold U+2028, where str.splitlines would cut.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            yield row_of(parsed(line, f"{path}, line {number}"), f"{path}, line {number}")


def parsed(text: str, place: str) -> object:
    """Return the JSON value that `text` is.

    Raises:
        InvalidInput: it is none; the message says where.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{place}: not JSON ({error})", hint="mend the file, or remove the line") from error


def shown(value: object) -> str:
    """Return a JSON value as a message shows it, cut short."""
    text = json.dumps(value, ensure_ascii=False)
    return "nothing" if value is None else text if len(text) <= 60 else f"{text[:59]}…"


def storable_id(name: str) -> str:
    """Return the id under which a document of this name is stored: the name itself where it can be one.

    >>> storable_id("003.txt")
    '003.txt'
    """
    if _STORABLE.fullmatch(name):
        return name
    slug = _NOT_STORABLE.sub("-", fold(name)).strip("-.")[:_SLUG_CHARACTERS]
    return f"{slug}-{sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
