"""The command tree itself: help at once and in both languages, complaints that help, flags anywhere."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest

from tests.web.cli_program import IMPORT_ROOT, environment, index_seeds, invoke, run
from web.cli import program
from web.cli_base import Session
from web.settings import SETTINGS

HEAVY = (
    "numpy",
    "faiss",
    "tantivy",
    "flask",
    "pydantic",
    "waitress",
    "tokenizers",
    "sqlite3",
    "torch",
    "index.library",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of the seeds."""
    return index_seeds(tmp_path_factory.mktemp("help") / "library")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["ask", "--help"], ["docs", "list", "--help"], ["--version"], ["completion", "bash"], ["nope"]],
    ids=" ".join,
)
def test_nothing_heavy_is_imported_before_it_is_needed(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom web.cli import program\n"
        f"try: program.main({arguments!r})\nexcept SystemExit: pass\n"
        f"print('HEAVY', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=IMPORT_ROOT,
        env=environment(),
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_asking_imports_neither_server_nor_torch(library: Path) -> None:
    code = (
        "import sys\nfrom web.cli import program\n"
        f"try: program.main(['ask', 'x', '--data', {str(library)!r}])\nexcept SystemExit: pass\n"
        "print('HEAVY', [name for name in ('flask', 'pydantic', 'waitress', 'torch') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=IMPORT_ROOT, env=environment(), check=True
    )
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_help_is_in_the_language_asked_for(tmp_path: Path) -> None:
    english = invoke("ask", "--help", data=tmp_path)
    vietnamese = invoke("--lang", "vi", "ask", "--help", data=tmp_path)
    assert (english.exit_code, vietnamese.exit_code) == (0, 0)
    assert "Usage: hoidap ask" in english.stdout
    assert "Show this help." in english.stdout
    assert "Cách dùng: hoidap ask" in vietnamese.stdout
    assert "Tùy chọn:" in vietnamese.stdout
    assert "Hiện hướng dẫn này." in vietnamese.stdout
    assert "Options" not in vietnamese.stdout


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_language_counts_wherever_it_stands(place: str, tmp_path: Path) -> None:
    lang = ["--lang=vi"]
    arguments = [*lang, "ask", "--help"] if place == "before" else ["ask", "--help", *lang]
    assert "Cách dùng" in invoke(*arguments, data=tmp_path).stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["aks"], "no such command: aks; did you mean ask?"),
        (["ask", "--jso", "x"], "no such option: --jso; did you mean --json?"),
        (["ask"], "missing QUESTION..."),
        (["docs", "--json"], "missing COMMAND"),
        (["ask", "x", "--limit", "ba"], "invalid value for --limit: a whole number is needed"),
        (["ask", "x", "--wait", "ba"], "invalid value for --wait: a number is needed"),
        (["ask", "x", "--lang", "fr"], "invalid value for --lang: choose one of: vi, en"),
        (["backup", "a", "b"], "Got unexpected extra argument"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_wrong_usage_is_explained(arguments: list[str], complaint: str, tmp_path: Path) -> None:
    result = invoke(*arguments, data=tmp_path)
    assert result.exit_code == 2
    assert result.stdout == ""
    if "--json" in arguments:
        assert json.loads(result.stderr)["error"]["message"] == complaint
    else:
        assert result.stderr.startswith("Error: ")
        assert complaint in result.stderr
        assert "Hint: see the help with: hoidap" in result.stderr


def test_wrong_usage_is_explained_in_vietnamese(tmp_path: Path) -> None:
    result = invoke("ask", "x", "--limit", "ba", "--lang", "vi", data=tmp_path)
    assert "Lỗi: giá trị không hợp lệ cho --limit: cần một số nguyên" in result.stderr
    assert "Gợi ý: xem hướng dẫn bằng: hoidap ask --help" in result.stderr


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    result = invoke(data=tmp_path)
    assert result.exit_code == 2
    assert "Usage: hoidap" in result.stderr


def test_the_version_is_said(tmp_path: Path) -> None:
    assert invoke("--version", data=tmp_path).stdout.startswith("hoidap ")
    assert set(json.loads(invoke("--json", "--version", data=tmp_path).stdout)) == {"version"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_written_for_each_shell(shell: str, tmp_path: Path) -> None:
    result = invoke("completion", shell, data=tmp_path)
    assert result.exit_code == 0
    assert "_HOIDAP_COMPLETE" in result.stdout


def test_completion_names_commands_and_options(tmp_path: Path) -> None:
    words = {"_HOIDAP_COMPLETE": "bash_complete", "COMP_WORDS": "hoidap as", "COMP_CWORD": "1"}
    assert run(data=tmp_path, stdin=None, **words).stdout.decode() == "plain,ask\n"
    words |= {"COMP_WORDS": "hoidap ask --li", "COMP_CWORD": "2"}
    assert run(data=tmp_path, stdin=None, **words).stdout.decode() == "plain,--limit\n"


def leaves(command: click.Command) -> list[click.Command]:
    if not isinstance(command, click.Group):
        return [command]
    return [leaf for child in command.commands.values() for leaf in leaves(child)]


def test_every_setting_is_a_flag_of_some_command() -> None:
    flags = {option for command in leaves(program) for parameter in command.params for option in parameter.opts}
    assert {setting.flag for setting in SETTINGS} - flags == set()


@pytest.mark.parametrize("command", leaves(program), ids=lambda command: command.name)
def test_every_command_takes_the_common_flags(command: click.Command) -> None:
    flags = {option for parameter in command.params for option in parameter.opts}
    assert {"--data", "--lang", "--json"} <= flags


def test_what_follows_two_dashes_is_no_flag() -> None:
    assert Session.of(["ask", "--", "--json", "--lang", "vi"]).json is False
    assert Session.of(["ask", "--json", "--", "x"]).json is True


def test_an_environment_value_that_does_not_fit_is_named(tmp_path: Path) -> None:
    result = invoke("ask", "x", data=tmp_path, HOIDAP_WAIT="lâu")
    assert result.exit_code == 2
    assert "HOIDAP_WAIT" in result.stderr
