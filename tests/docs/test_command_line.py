"""The documentation says what the program does: help pages and settings are fresh, every command is shown in use."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from tests.docs.generate import BEGIN, DOCS, END, PAGES, renewed
from web.cli import program
from web.settings import SETTINGS, Setting

COMMAND_LINE = (DOCS / "command-line.md").read_text(encoding="utf-8")
BY_HAND = COMMAND_LINE[: COMMAND_LINE.index(BEGIN)] + COMMAND_LINE[COMMAND_LINE.index(END) :]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_generated_part_is_fresh(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert renewed(page, PAGES[name]()) == page, "stale: run `python -m tests.docs.generate`"


def paths(command: click.Command, prefix: str = "hoidap") -> Iterator[str]:
    if not isinstance(command, click.Group):
        yield prefix
        return
    for name, child in command.commands.items():
        yield from paths(child, f"{prefix} {name}")


@pytest.mark.parametrize("path", sorted(paths(program)))
def test_every_command_is_shown_in_use_by_hand(path: str) -> None:
    assert path in BY_HAND


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_is_documented(setting: Setting) -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    assert f"`{setting.flag}`" in page
    assert f"`{setting.variable}`" in page


@pytest.mark.parametrize("code", [0, 1, 2, 3, 70, 130, 141])
def test_every_exit_code_is_explained(code: int) -> None:
    assert f"| {code} |" in BY_HAND


def test_a_page_without_its_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        renewed("nothing here", "body")
