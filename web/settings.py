"""List every setting once: its name, default and help serve the flags, the environment and the documentation.

A setting `data` is the flag `--data` and the variable `HOIDAP_DATA`. Flags win over the environment.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from index.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a person can set; a number lies between `least` and `most`."""

    name: str
    default: str | int | float | bool
    help: str
    least: float = 0
    most: float = math.inf

    @property
    def flag(self) -> str:
        """The command-line spelling."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "HOIDAP_" + self.name.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting("data", ".hoidap", "Directory of the library."),
    Setting("lang", "", "Language of messages: vi or en; empty follows the locale."),
    Setting(
        "model",
        "",
        "Embedding model: a sentence-transformers name or path; empty for the one that the library remembers, "
        "or the bundled one for a new library.",
    ),
    Setting("download", False, "Allow fetching the model of --model from the Hugging Face hub; nothing else does."),
    Setting(
        "reader",
        "",
        "Reader of answers: empty for the bundled one of short answers, a folder with another, "
        "or `sentences` to answer with whole sentences.",
    ),
    Setting("abbreviations", "", "File of your own abbreviations (TSV: short, long), added to the built-in table."),
    Setting("wait", 10.0, "Seconds to wait for another process that is writing to the library.", most=86_400),
    Setting("host", "127.0.0.1", "Address to listen on."),
    Setting("port", 8080, "Port to listen on; 0 picks a free one.", most=65535),
    Setting("threads", 4, "Request threads of the server.", least=1, most=256),
    Setting("insecure", False, "Allow an address other than loopback without API keys. Anyone who reaches it can ask."),
    Setting("max_body", 16 * 1024 * 1024, "Largest request body, in bytes.", least=1024, most=1024**3),
    Setting("rate", 120, "Requests per minute for each key or address; 0 means no limit."),
    Setting("public_pages", False, "Let everyone who reaches the server use its pages without a key."),
    Setting("examples", "", "File of example questions for the search page, one a line; empty for document titles."),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values in force; build it with `Settings.resolve`."""

    data: Path
    lang: str
    model: str
    download: bool
    reader: str
    abbreviations: str
    wait: float
    host: str
    port: int
    threads: int
    insecure: bool
    max_body: int
    rate: int
    public_pages: bool
    examples: str

    @classmethod
    def resolve(cls, flags: Mapping[str, Any] | None = None, environment: Mapping[str, str] | None = None) -> Settings:
        """Merge flags (None means not given), environment and defaults.

        Raises:
            InvalidInput: a value that does not fit its setting, named with the flag and the variable.
        """
        flags = flags or {}
        environment = os.environ if environment is None else environment
        values: dict[str, Any] = {}
        for setting in SETTINGS:
            given = flags.get(setting.name)
            raw = environment.get(setting.variable, "") if given is None else given
            if raw == "":  # an empty variable, or an empty flag, is one that was not set
                raw = setting.default
            values[setting.name] = _convert(setting, raw)
        values["data"] = Path(values["data"]).expanduser()
        return cls(**values)


def _convert(setting: Setting, raw: object) -> str | int | float | bool:
    value = _parsed(setting, raw)
    # Written this way round because nothing compares with NaN.
    if not isinstance(value, str) and not setting.least <= value <= setting.most:
        raise InvalidInput(
            f"{setting.flag} ({setting.variable}) must be from {setting.least:g} to {setting.most:g}, not {value}",
            hint=setting.help,
        )
    return value


def _parsed(setting: Setting, raw: object) -> str | int | float | bool:
    kind = type(setting.default)
    if isinstance(raw, kind):
        return raw
    text = str(raw).strip()
    if kind is bool:
        return _boolean(setting, text)
    try:
        return kind(text)
    except ValueError as error:
        raise InvalidInput(
            f"{setting.flag} ({setting.variable}) must be {_article(kind)}, not {text!r}", hint=setting.help
        ) from error


def _boolean(setting: Setting, text: str) -> bool:
    if text.lower() in {"1", "true", "yes", "on"}:
        return True
    if text.lower() in {"", "0", "false", "no", "off"}:
        return False
    raise InvalidInput(f"{setting.flag} ({setting.variable}) must be yes or no, not {text!r}", hint=setting.help)


def _article(kind: type) -> str:
    return {int: "a whole number", float: "a number"}.get(kind, "text")


assert [setting.name for setting in SETTINGS] == [item.name for item in fields(Settings)]  # noqa: S101
