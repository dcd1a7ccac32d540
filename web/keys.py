"""Keep API keys: created once, shown once, stored as salted hashes in `keys.json` of the data directory.

The secret is 256 random bits, so guessing is hopeless at any speed and one SHA-256 is enough: a slow hash (bcrypt,
Argon2) protects secrets that people choose, at the price of tens of milliseconds of processor time a request.
The salt keeps equal hashes from telling anything across libraries.

A running server notices a new or revoked key, because the file is read again whenever it changes. A file that cannot
be read refuses every request: it never opens the door. Nothing here knows HTTP.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from index.errors import HoidapError, InvalidInput, NotFound
from web.guarded_file import GuardedFile

FILE_NAME = "keys.json"
_VERSION = 1
_MAX_NAME = 80
_TOKEN = re.compile(r"hd_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class UnknownKey(NotFound):
    """No key has this id."""

    code = "unknown_key"


class KeysUnreadable(HoidapError):
    """The key file is damaged: every request is refused until it is mended."""

    exit_code = 3
    http_status = 503
    code = "keys_unreadable"


class Role(StrEnum):
    """What a key may do; each role may also do what the ones below it may."""

    ADMIN = "admin"
    INGEST = "ingest"
    SEARCH = "search"

    def covers(self, needed: Role) -> bool:
        """Tell whether a key of this role may do what `needed` may."""
        ladder = list(Role)
        return ladder.index(self) <= ladder.index(needed)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is stored: everything but the secret."""

    id: str
    name: str
    role: Role
    created: str
    salt: str
    hash: str

    def to_dict(self) -> dict[str, str]:
        """Return what a listing shows: neither salt nor hash."""
        return {"id": self.id, "name": self.name, "role": self.role.value, "created": self.created}


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just created, with its `token`: the only time that it is seen."""

    key: ApiKey
    token: str


class KeyStore:
    """The keys of one data directory; safe to share between threads and processes."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / FILE_NAME
        self._file = GuardedFile(self.path, read=_read, written=_written)

    def keys(self) -> list[ApiKey]:
        """Return the keys, oldest first.

        Raises:
            KeysUnreadable: the file is damaged.
        """
        return list(self._file.current().values())

    def create(self, name: str, role: Role) -> NewKey:
        """Make a key and store its hash; the token cannot be had again.

        Raises:
            InvalidInput: the name is empty, too long or taken.
        """
        name = name.strip()
        if not name or len(name) > _MAX_NAME or not name.isprintable():
            raise InvalidInput(f"a key needs a printable name of 1 to {_MAX_NAME} characters")
        with self._file.exclusive() as keys:
            if any(key.name == name for key in keys.values()):
                raise InvalidInput(f"there is a key named {name!r} already", hint="Choose another name, or revoke it.")
            fresh = _new_key(name, role)
            self._file.replace({**keys, fresh.key.id: fresh.key})
        return fresh

    def revoke(self, key_id: str) -> ApiKey:
        """Delete a key; a running server refuses it from the next request on.

        Raises:
            UnknownKey: none has this id.
        """
        with self._file.exclusive() as keys:
            if key_id not in keys:
                raise UnknownKey(f"no key has the id {key_id!r}", hint="`hoidap keys list` shows the ids.")
            self._file.replace({each: key for each, key in keys.items() if each != key_id})
            return keys[key_id]

    def find(self, token: str) -> ApiKey | None:
        """Return the key that `token` is the secret of, or None."""
        match = _TOKEN.fullmatch(token)
        key = self._file.current().get(match[1]) if match else None
        if key is None:
            return None
        return key if hmac.compare_digest(_hash(key.salt, token), key.hash) else None


def _new_key(name: str, role: Role) -> NewKey:
    key_id = secrets.token_hex(4)
    token = f"hd_{key_id}_{secrets.token_urlsafe(32)}"
    salt = secrets.token_hex(16)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    return NewKey(ApiKey(key_id, name, role, created, salt, _hash(salt, token)), token)


def _hash(salt: str, token: str) -> str:
    return hashlib.sha256(f"{salt}{token}".encode()).hexdigest()


def _read(path: Path) -> dict[str, ApiKey]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["version"] != _VERSION:
            raise ValueError(f"version {stored['version']}")
        keys = [ApiKey(**{**item, "role": Role(item["role"])}) for item in stored["keys"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeysUnreadable(
            f"the key file {path.name} cannot be read: {error}",
            hint="Restore it from a backup, or delete it and create new keys with `hoidap keys create`.",
        ) from error
    return {key.id: key for key in keys}


def _written(keys: Mapping[str, ApiKey]) -> dict[str, Any]:
    return {"version": _VERSION, "keys": [asdict(key) for key in keys.values()]}
