"""Draw the command tree of `hoidap` and run it.

Each command is one entry here: its arguments, its options, the settings it takes, and the module of `web.commands`
that does the work. Nothing heavy is imported here (see `cli_base`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NoReturn

import click

from web.cli_base import Argument, Group, Option, Session, command, common_options, lazily
from web.cli_errors import exit_code_of
from web.cli_streams import PIPE_CLOSED, close_output, prepare_streams

LIBRARY = ("model", "download", "wait")
ROLES = ("admin", "ingest", "search")
SHELLS = ("bash", "zsh", "fish")


class Program(Group):
    """The root: whatever happens below it ends in one of the documented exit codes."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,  # noqa: ANN401
    ) -> NoReturn:
        """Run the program and exit; what Click lets a caller choose about that is taken and not used."""
        arguments = list(sys.argv[1:] if args is None else args)
        session = Session.of(arguments)
        prepare_streams()
        run = partial(super().main, arguments, "hoidap", complete_var, standalone_mode=False, obj=session, **extra)
        sys.exit(exit_code_of(session, run))

    def make_context(self, *args: Any, **extra: Any) -> click.Context:  # noqa: ANN401
        """Read the arguments, which may already write: `--help`, `--version`."""
        with _reader_may_go():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401
        """Run the command."""
        with _reader_may_go():
            return super().invoke(ctx)


@contextmanager
def _reader_may_go() -> Iterator[None]:
    """End without a word when the reader of the output has gone away (`| head`)."""
    try:
        yield
    except BrokenPipeError:
        close_output()
        raise click.exceptions.Exit(PIPE_CLOSED) from None


def _show_version(context: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        lazily("web.commands.version")()


def _index() -> click.Command:
    prune = Option(["--prune"], is_flag=True, help="option.prune")
    return command(
        "index",
        Argument(["paths"], type=click.Path(), metavar="PATH...", **_MANY, help="argument.paths"),
        prune,
        does="index",
        settings=LIBRARY,
    )


def _ask() -> click.Command:
    question = Argument(["question"], **_MANY, help="argument.question")
    limit = Option(["--limit"], type=int, metavar="N", default=8, help="option.ask_limit")
    document = Option(["--document"], metavar="DOCUMENT", default=None, help="option.document")
    return command("ask", question, limit, document, does="ask", settings=(*LIBRARY, "reader", "abbreviations"))


def _search() -> click.Command:
    question = Argument(["question"], **_MANY, help="argument.words")
    limit = Option(["--limit"], type=int, metavar="N", default=10, help="option.search_limit")
    rerank = Option(["--rerank"], is_flag=True, help="option.rerank")
    return command("search", question, limit, rerank, does="search", settings=(*LIBRARY, "reader", "abbreviations"))


def _docs() -> click.Command:
    group = Group("docs", help="help.docs", params=common_options())
    contains = Option(["--contains"], metavar="TEXT", default="", help="option.contains")
    group.add_command(command("docs.list", contains, does="docs:list_documents", settings=LIBRARY))
    document = Argument(["document"], help="argument.document")
    group.add_command(command("docs.show", document, does="docs:show", settings=LIBRARY))
    documents = Argument(["documents"], metavar="DOCUMENT...", **_MANY, help="argument.document")
    yes = Option(["--yes", "-y"], is_flag=True, help="option.yes")
    group.add_command(command("docs.remove", documents, yes, does="docs:remove", settings=LIBRARY))
    return group


def _verify() -> click.Command:
    file = Argument(["file"], type=click.Path(), metavar="[FILE]", required=False, help="argument.file")
    return command("verify", file, does="verify", settings=LIBRARY)


def _eval() -> click.Command:
    return command(
        "eval",
        Argument(["datasets"], type=click.Path(), metavar="DATASET...", **_MANY, help="argument.datasets"),
        Option(["--docs"], type=click.Path(), metavar="PATH", multiple=True, help="option.eval_docs"),
        Option(["--forms"], metavar="FORMS", default="", help="option.forms"),
        Option(["--given"], is_flag=True, help="option.given"),
        Option(["--loose"], is_flag=True, help="option.loose"),
        Option(["--limit"], type=int, metavar="N", default=8, help="option.ask_limit"),
        Option(["--threshold"], type=float, metavar="P", default=None, help="option.threshold"),
        Option(["--html"], type=click.Path(), metavar="FILE", default=None, help="option.html"),
        does="eval",
        settings=(*LIBRARY, "reader", "abbreviations"),
    )


def _calibrate() -> click.Command:
    questions = Argument(["datasets"], type=click.Path(), metavar="[QUESTIONS...]", nargs=-1, help="argument.questions")
    return command(
        "calibrate",
        questions,
        Option(["--most-refused"], type=float, metavar="P", default=0.1, help="option.most_refused"),
        Option(["--dry-run"], is_flag=True, help="option.calibrate_dry_run"),
        Option(["--reset"], is_flag=True, help="option.reset"),
        does="calibrate",
        settings=(*LIBRARY, "reader", "abbreviations"),
    )


def _serve() -> click.Command:
    pages = ("public_pages", "examples")
    settings = ("host", "port", "threads", "insecure", "max_body", "rate", *pages, "reader", "abbreviations", *LIBRARY)
    return command("serve", does="serve", settings=settings)


def _doctor() -> click.Command:
    rebuild = Option(["--rebuild"], is_flag=True, help="option.rebuild")
    reembed = Option(["--reembed"], is_flag=True, help="option.reembed")
    return command("doctor", rebuild, reembed, does="doctor", settings=LIBRARY)


def _backup() -> click.Command:
    return command(
        "backup",
        Argument(["target"], type=click.Path(), metavar="TARGET", help="argument.target"),
        does="backup",
        settings=LIBRARY,
    )


def _keys() -> click.Command:
    group = Group("keys", help="help.keys", params=common_options())
    role = Option(["--role"], type=click.Choice(ROLES), default="search", help="option.role")
    group.add_command(command("keys.create", Argument(["name"], help="argument.name"), role, does="keys:create"))
    group.add_command(command("keys.list", does="keys:list_keys"))
    group.add_command(command("keys.revoke", Argument(["key"], help="argument.key"), does="keys:revoke"))
    return group


def _sites() -> click.Command:
    group = Group("sites", help="help.sites", params=common_options())
    origin = Option(["--origin", "origins"], multiple=True, required=True, metavar="ORIGIN", help="option.origin")
    rate = Option(["--rate"], type=int, metavar="N", default=60, help="option.site_rate")
    group.add_command(
        command("sites.add", Argument(["name"], help="argument.site_name"), origin, rate, does="sites:add")
    )
    group.add_command(command("sites.list", does="sites:list_sites"))
    group.add_command(command("sites.remove", Argument(["site"], help="argument.site"), does="sites:remove"))
    return group


def _feedback() -> click.Command:
    group = Group("feedback", help="help.feedback", params=common_options())
    yes = Option(["--yes", "-y"], is_flag=True, help="option.yes")
    group.add_command(command("feedback.list", does="feedback:list_feedback"))
    group.add_command(command("feedback.export", does="feedback:export", settings=(*LIBRARY, "abbreviations")))
    group.add_command(command("feedback.clear", yes, does="feedback:clear"))
    return group


def _completion() -> click.Command:
    shell = Argument(["shell"], type=click.Choice(SHELLS), help="argument.shell")
    return command("completion", shell, does="completion")


_MANY: dict[str, Any] = {"nargs": -1, "required": True}


def build_program() -> Program:
    """Return the whole command tree."""
    version = Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_show_version,
        help="option.version",
    )
    program = Program("hoidap", help="help.hoidap", params=[*common_options(), version])
    for make in (
        _index,
        _ask,
        _search,
        _docs,
        _verify,
        _eval,
        _calibrate,
        _serve,
        _doctor,
        _backup,
        _keys,
        _sites,
        _feedback,
        _completion,
    ):
        program.add_command(make())
    return program


program = build_program()


def main() -> NoReturn:
    """Run `hoidap`: the entry point of the installed command."""
    program.main()
