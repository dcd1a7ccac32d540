r"""Read what a client sent, strictly: whatever cannot be meant is a clear 4xx before any of our code sees it.

Refused are other types than JSON, other encodings than UTF-8, NaN and infinities, numbers beyond 64 bits, a key given
twice, nesting deeper than 32, NUL characters and lone surrogates (`"\ud800"`), which no UTF-8 can carry.
Nothing here knows what the fields mean; `schemas.py` does.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from flask import Request

from web.errors import ApiProblem

MAX_DEPTH = 32
_MAX_DIGITS = 18  # every such number fits 64 bits


class StrictRequest(Request):
    """A request whose JSON is read strictly, also where a caller asks for silence."""

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> dict[str, Any]:
        """Return the JSON object of the body.

        Raises:
            ApiProblem: it is not one; `silent` is not honoured, because silence would turn a typing mistake into a
                complaint about missing fields.
        """
        _require_json_type(self)
        value = parse_json(self.get_data(cache=cache))
        if not isinstance(value, dict):
            raise ApiProblem(422, "validation", 'the body must be a JSON object, like {"question": "…"}')
        return value


def _require_json_type(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower().replace("_", "-")
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if request.mimetype == "application/json" and charset in {"utf-8", "utf8"} and encoding == "identity":
        return
    raise ApiProblem(
        415,
        "unsupported_media_type",
        f"the body must be uncompressed UTF-8 application/json, not {request.content_type or 'untyped'}",
        hint="Send the header Content-Type: application/json.",
    )


def parse_json(raw: bytes) -> object:
    """Return the value that `raw` spells, under the rules at the top of this file."""
    try:
        text = raw.decode("utf-8-sig")
        value: object = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, parse_int=_bounded, object_pairs_hook=_unique
        )
    except UnicodeDecodeError as error:
        raise _malformed(f"the body is not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise _malformed(f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except RecursionError as error:
        raise _too_deep() from error
    _require_clean(value)
    return value


def require_clean_query(request: Request) -> None:
    """Refuse a query string or a path that is not UTF-8, holds a NUL or gives a parameter twice.

    Werkzeug would replace the bytes it cannot read and take the first of two values: a search for something else.
    """
    try:
        query = unquote_to_bytes(request.query_string).decode("utf-8")
        path = request.environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        raise ApiProblem(400, "malformed_url", "the address is not percent-encoded UTF-8") from error
    if "\0" in query or "\0" in path:
        raise ApiProblem(422, "validation", "the address holds a NUL character")
    for name, values in request.args.lists():
        if len(values) > 1:
            raise ApiProblem(400, "duplicate_key", f"the parameter {name!r} is given {len(values)} times")


def _require_clean(value: object) -> None:
    """Walk the parsed value without recursion, whatever its depth."""
    stack = [(value, 1)]
    while stack:
        item, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise _too_deep()
        if isinstance(item, str):
            _require_clean_text(item)
        elif isinstance(item, dict):
            stack.extend((child, depth + 1) for pair in item.items() for child in pair)
        elif isinstance(item, list):
            stack.extend((child, depth + 1) for child in item)


def _require_clean_text(text: str) -> None:
    if "\0" in text:
        raise ApiProblem(422, "validation", "a text holds a NUL character", hint="Remove \\u0000 from the texts.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        message = f"a text holds a lone surrogate (\\u{ord(text[error.start]):04x})"
        raise ApiProblem(422, "validation", message, hint="Send surrogates in pairs, or plain UTF-8.") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ApiProblem(400, "duplicate_key", "the body gives the same key twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise _malformed("the body holds a number too large for a float")
    return number


def _bounded(digits: str) -> int:
    if len(digits.lstrip("-")) > _MAX_DIGITS:
        raise _malformed(f"the body holds a whole number of more than {_MAX_DIGITS} digits")
    return int(digits)


def _malformed(message: str) -> ApiProblem:
    return ApiProblem(400, "malformed_json", message, hint="The body must be one JSON object in UTF-8.")


def _too_deep() -> ApiProblem:
    return ApiProblem(400, "too_deep", f"the body nests deeper than {MAX_DEPTH} levels")
