"""Build commands out of the settings table and the message table, and load what a command does only when it runs.

`hoidap --help`, `--version` and completion must answer at once, so the command tree is light and each command names
the module that does its work (`web.commands.<name>`), which is imported when the command is called. This is Click's
documented lazy loading, one step further: options and help need no import either.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import click

from web.messages import message, pick_language
from web.settings import SETTINGS, Setting, Settings

COMMON = ("data", "lang")


@dataclass
class Session:
    """What one run of the program knows before its command starts: the language, and the flags given so far."""

    language: str
    json: bool = False
    flags: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Session:
        """Read language and output form ahead of the parser, so that its own complaints have them too."""
        ours = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
        wanted = [second for first, second in zip(ours, ours[1:], strict=False) if first == "--lang"]
        wanted += [argument.removeprefix("--lang=") for argument in ours if argument.startswith("--lang=")]
        return cls(pick_language(wanted[-1] if wanted else ""), "--json" in ours)

    @cached_property
    def settings(self) -> Settings:
        """The settings in force: flags, environment, defaults."""
        return Settings.resolve(self.flags)

    def text(self, key: str, **values: object) -> str:
        """Return a sentence in the language of this run."""
        return message(key, self.language, **values)


def current_language() -> str:
    """Return the language of the command being parsed, or that of the environment outside of any."""
    context = click.get_current_context(silent=True)
    session = context.find_root().obj if context else None
    return session.language if isinstance(session, Session) else pick_language()


class _Speaking:
    """Hold a message key where Click expects help text, and give the text in the language of the moment."""

    _help_key: str | None = None

    @property
    def help(self) -> str | None:
        """The help text, in the current language."""
        return self._help_key and message(self._help_key, current_language())

    @help.setter
    def help(self, key: str | None) -> None:
        self._help_key = key


class Option(_Speaking, click.Option):
    """An option whose help is a message key; one made from a setting also shows default and variable."""

    setting: Setting | None = None

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the flag and its explanation."""
        record = super().get_help_record(ctx)
        if record is None or self.setting is None:
            return record
        notes = [self.setting.variable]
        if self.setting.default not in ("", False):
            notes.append(message("help.default", current_language(), value=self.setting.default))
        return record[0], f"{record[1]}  [{'; '.join(notes)}]"


class Argument(_Speaking, click.Argument):
    """An argument whose help is a message key."""


class _Formatter(click.HelpFormatter):
    """Give the headings of a help page in the current language."""

    _HEADINGS = {
        "Options": "heading.options",
        "Commands": "heading.commands",
        "Positional arguments": "heading.arguments",
    }

    def write_heading(self, heading: str) -> None:
        key = self._HEADINGS.get(heading)
        super().write_heading(message(key, current_language()) if key else heading)

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, message("heading.usage", current_language()))


class _Context(click.Context):
    formatter_class = _Formatter


class _Common(_Speaking):
    """What commands and groups share: the context, the help option, and a short help that is the first paragraph."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = message("option.help", current_language())
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        return (self.help or "").partition("\n\n")[0].rstrip(".")


class Command(_Common, click.Command):  # type: ignore[misc]  # as above
    """A command that speaks both languages."""


class Group(_Common, click.Group):  # type: ignore[misc]  # as above
    """A group of commands that speaks both languages."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which a person meets the commands, not in that of the alphabet."""
        return list(self.commands)


def _remember(context: click.Context, parameter: click.Parameter, value: object) -> None:
    """Keep a flag wherever it stood: before the command or after it; the later one wins."""
    session = context.find_root().obj
    if value is None or parameter.name is None or not isinstance(session, Session):
        return
    if parameter.name == "json":
        session.json = session.json or bool(value)
    else:
        session.flags[parameter.name] = value


def setting_option(name: str) -> Option:
    """Return the option of a setting; without a value it leaves the word to the environment."""
    setting = next(item for item in SETTINGS if item.name == name)
    kind: dict[str, Any] = {"type": type(setting.default)}
    if isinstance(setting.default, bool):
        kind = {"is_flag": True}
    if name in ("data", "abbreviations"):
        kind = {"type": click.Path()}  # for completion alone: whether it exists is for the command to say
    if name == "lang":
        kind = {"type": click.Choice(["vi", "en"], case_sensitive=False)}
    option = Option(
        [setting.flag, name],
        default=None,
        help=f"setting.{name}",
        metavar=None if isinstance(setting.default, bool) or name == "lang" else _METAVARS.get(name, name.upper()),
        expose_value=False,
        callback=_remember,
        **kind,
    )
    option.setting = setting
    return option


_METAVARS = {"data": "DIRECTORY", "reader": "FOLDER", "abbreviations": "FILE", "wait": "SECONDS", "max_body": "BYTES"}


def common_options(*settings: str) -> list[click.Parameter]:
    """Return the options that every command has, after those of the settings named."""
    json_option = Option(
        ["--json", "json"], is_flag=True, default=None, help="option.json", expose_value=False, callback=_remember
    )
    return [*(setting_option(name) for name in (*settings, *COMMON)), json_option]


def lazily(module: str, function: str = "run") -> Callable[..., None]:
    """Return a callback that imports `module` when it is called, and ends the program with what it returns."""

    def call(**values: object) -> None:
        context = click.get_current_context()
        code = getattr(importlib.import_module(module), function)(context.find_root().obj, **values)
        sys.stdout.flush()  # a closed pipe shows here, where it can still be told apart from a failure
        context.exit(code)

    return call


def command(name: str, *parameters: click.Parameter, does: str, settings: Sequence[str] = ()) -> Command:
    """Return the command `name`; `does` is `module` or `module:function` below `web.commands`."""
    module, _, function = does.partition(":")
    return Command(
        name.rpartition(".")[2],
        callback=lazily(f"web.commands.{module}", function or "run"),
        params=[*parameters, *common_options(*settings)],
        help=f"help.{name}",
    )
