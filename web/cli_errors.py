"""Translate whatever ends a command into a message and an exit code: the seam of the command line.

0 answered, done      1 no answer, a citation that does not hold      2 usage, bad input, the system refused
3 damaged library     70 a bug in HoiDap                              130 interrupted        141 reader gone

What HoiDap raises on purpose becomes a sentence; anything else is a bug and keeps its traceback.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable

import click
from click.exceptions import NoArgsIsHelpError

from index.errors import HoidapError
from web.cli_base import Session
from web.cli_streams import close_output, json_error, note, to_json
from web.cli_text import one_line
from web.messages import ENGLISH, MESSAGES

OK, NO_ANSWER, BAD_INPUT, DAMAGED, BUG, INTERRUPTED = 0, 1, 2, 3, 70, 130


def exit_code_of(session: Session, run: Callable[[], object]) -> int:
    """Run the program; say what went wrong, if anything did, and return the exit code."""
    try:
        code = run()
        return code if isinstance(code, int) else OK
    except (click.Abort, KeyboardInterrupt):
        note(session.text("stopped"))
        return INTERRUPTED
    except NoArgsIsHelpError as usage:
        note(usage.format_message())
        return BAD_INPUT
    except click.ClickException as usage:
        return _report_usage(session, usage)
    except HoidapError as error:
        report(session, error)
        return error.exit_code
    except OSError as error:
        return _report_system(session, error)
    except Exception as error:  # noqa: BLE001  # a traceback's own exit code, 1, would read as "no answer"
        return _report_unforeseen(session, error)


def _report_unforeseen(session: Session, error: Exception) -> int:
    """Report bytes that are no text as bad input: they come in with arguments and JSON only; the rest is a bug."""
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        say_error(session, "invalid_input", session.text("error.not_text"))
        return BAD_INPUT
    traceback.print_exception(error)
    note(session.text("error.bug"))
    return BUG


def report(session: Session, error: HoidapError) -> None:
    """Write an error of ours to standard error, with its hint."""
    say_error(session, error.code, explain(session, error), hint_of(session, error))


def explain(session: Session, error: HoidapError) -> str:
    """Return the message of an error in the language of the run; the detail stays as it was raised."""
    key = f"error.{error.code}"
    return session.text(key if key in MESSAGES else "error.bad_request", message=one_line(str(error)))


def hint_of(session: Session, error: HoidapError) -> str:
    """Return the hint: the translated one where there is one, else the one that the error carries."""
    key = f"hint.{error.code}"
    if key in MESSAGES and (session.language != ENGLISH or not error.hint):
        return session.text(key)
    return one_line(error.hint)


def say_error(session: Session, code: str, message: str, hint: str = "") -> None:
    """Write an error to standard error: a sentence, or JSON when JSON was asked for."""
    if session.json:
        note(to_json(json_error(code, message, hint), plain=True))
        return
    note(session.text("error", message=message))
    if hint:
        note(session.text("hint", hint=hint))


def _report_usage(session: Session, usage: click.ClickException) -> int:
    context = usage.ctx if isinstance(usage, click.UsageError) else None
    path = context.command_path if context else "hoidap"
    say_error(session, "usage", _usage_text(session, usage), session.text("usage.try", command=path))
    return usage.exit_code


def _usage_text(session: Session, usage: click.ClickException) -> str:
    if isinstance(usage, click.NoSuchOption):
        return _unknown_name(session, "usage.no_option", usage.option_name, usage.possibilities)
    if isinstance(usage, click.exceptions.NoSuchCommand):
        return _unknown_name(session, "usage.no_command", usage.command_name, usage.possibilities)
    if isinstance(usage, click.MissingParameter):
        return session.text("usage.missing", parameter=_parameter_name(usage))
    if isinstance(usage, click.BadParameter):
        return session.text("usage.bad_value", parameter=_parameter_name(usage), reason=_needed(session, usage))
    if isinstance(usage, click.UsageError) and usage.ctx and isinstance(usage.ctx.command, click.Group):
        return session.text("usage.missing", parameter="COMMAND")  # the one complaint that a group has left
    return session.text("usage.other", message=one_line(usage.format_message()))


def _unknown_name(session: Session, key: str, name: str, similar: object) -> str:
    text = session.text(key, name=one_line(name))
    if isinstance(similar, (list, tuple)) and similar:
        text += "; " + session.text("usage.similar", names=", ".join(map(str, similar)))
    return text


def _parameter_name(usage: click.BadParameter) -> str:
    parameter = usage.param
    if parameter is None:
        return str(usage.param_hint or "?")
    return parameter.opts[0] if isinstance(parameter, click.Option) else parameter.make_metavar(usage.ctx or _NOWHERE)


_NOWHERE = click.Context(click.Command("hoidap"))


def _needed(session: Session, usage: click.BadParameter) -> str:
    kind = usage.param.type if usage.param else None
    if isinstance(kind, click.Choice):
        return session.text("needs.choice", choices=", ".join(map(str, kind.choices)))
    if kind is click.INT:
        return session.text("needs.integer")
    if kind is click.FLOAT:
        return session.text("needs.float")
    return one_line(usage.message)


def _report_system(session: Session, error: OSError) -> int:
    """Report what the operating system refused (a full disk, a directory that may not be written)."""
    close_output()  # what could not be written must not be tried again on the way out
    where = f"{error.filename}: " if error.filename else ""
    detail = one_line(f"{where}{error.strerror or error}")
    say_error(session, "system", session.text("error.system", message=detail))
    return BAD_INPUT
