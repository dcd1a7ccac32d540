"""The message table: both languages, the same placeholders, and nothing that is never said."""

from __future__ import annotations

import ast
import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from index.errors import HoidapError
from index.feedback import Verdict
from qa.types import VerificationStatus
from web.cli import ROLES, program
from web.commands.reading import _REASONS
from web.keys import Role
from web.messages import MESSAGES, message, number, pick_language, size
from web.messages_help import VIETNAMESE_SETTINGS
from web.settings import SETTINGS

WEB = Path(__file__).parents[2] / "web"


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_both_languages_say_it_with_the_same_placeholders(key: str) -> None:
    vietnamese, english = MESSAGES[key]
    assert vietnamese.strip()
    assert english.strip()
    assert placeholders(vietnamese) == placeholders(english)


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_vietnamese_is_composed_and_has_marks(key: str) -> None:
    vietnamese = MESSAGES[key][0]
    assert unicodedata.normalize("NFC", vietnamese) == vietnamese
    words = re.sub(r"\{.*?\}", "", vietnamese)
    if len(words.split()) > 4:
        assert any(not character.isascii() and character.isalpha() for character in words)


def sources() -> Iterator[ast.Module]:
    for path in [*WEB.glob("cli*.py"), *WEB.glob("commands/*.py"), WEB / "render.py", WEB / "messages.py"]:
        yield ast.parse(path.read_text(encoding="utf-8"))


def literals() -> set[str]:
    """Every string in the code of the command line, outside of the tables themselves."""
    found = set()
    for tree in sources():
        tables = {id(key) for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys}
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in tables
        }
    return found


def built_keys() -> set[str]:
    """The keys that the code puts together: of commands, settings, error codes and statuses."""
    codes = {error.code for error in descendants(HoidapError)}
    return {
        *(f"error.{code}" for code in codes),
        *(f"hint.{code}" for code in codes),
        *(f"setting.{setting.name}" for setting in SETTINGS),
        *(f"help.{path}" for path in command_paths(program)),
        *(f"verified.{part}{status.value}" for status in VerificationStatus for part in ("", "why.")),
        *(f"{key}.hint" for _, key in _REASONS),
        *(f"feedback.{verdict.value}" for verdict in Verdict),
        *(f"confidence.{word}" for word in ("high", "medium", "low")),
    }


def descendants(kind: type[HoidapError]) -> Iterator[type[HoidapError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from descendants(child)


def command_paths(command: click.Command, prefix: str = "") -> Iterator[str]:
    yield prefix or "hoidap"
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from command_paths(child, f"{prefix}.{name}".lstrip("."))


def test_every_key_is_said() -> None:
    helps = {f"help.{name}" for name in literals()}
    assert set(MESSAGES) - literals() - built_keys() - helps == set()


def test_every_key_that_is_said_exists() -> None:
    prefixes = {key.partition(".")[0] for key in MESSAGES if "." in key}
    said = {text for text in literals() if re.fullmatch(r"[a-z]+\.[a-z_0-9.]*[a-z_0-9]", text)}
    ours = {text for text in said if text.partition(".")[0] in prefixes}
    assert {key for key in ours if key not in MESSAGES and f"help.{key}" not in MESSAGES} == set()


def test_every_error_of_the_tree_is_translated() -> None:
    codes = {error.code for error in descendants(HoidapError) if error.__module__ == "index.errors"}
    assert {code for code in codes if f"error.{code}" not in MESSAGES} == set()


def test_every_command_and_status_has_words() -> None:
    assert {path for path in command_paths(program) if f"help.{path}" not in MESSAGES} == set()
    assert {status for status in VerificationStatus if f"verified.{status.value}" not in MESSAGES} == set()


def test_every_setting_is_translated() -> None:
    assert set(VIETNAMESE_SETTINGS) == {setting.name for setting in SETTINGS}


def test_the_roles_offered_are_those_that_exist() -> None:
    assert tuple(role.value for role in Role) == ROLES


@pytest.mark.parametrize(
    ("wanted", "environment", "language"),
    [
        ("", {}, "en"),
        ("", {"LANG": "C"}, "en"),
        ("", {"LANG": "POSIX"}, "en"),
        ("", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("", {"LANG": "vi_VN.UTF-8"}, "vi"),
        ("", {"LC_MESSAGES": "vi_VN", "LANG": "en_US.UTF-8"}, "vi"),
        ("", {"LC_ALL": "en_US.UTF-8", "LC_MESSAGES": "vi_VN", "LANG": "vi_VN"}, "en"),
        ("", {"LC_ALL": "C", "LANG": "vi_VN.UTF-8"}, "en"),
        ("", {"LC_ALL": "", "LANG": "vi_VN.UTF-8"}, "vi"),
        ("", {"HOIDAP_LANG": "vi", "LANG": "en_US.UTF-8"}, "vi"),
        ("en", {"HOIDAP_LANG": "vi", "LC_ALL": "vi_VN"}, "en"),
        ("VI", {"LANG": "en_US.UTF-8"}, "vi"),
    ],
)
def test_the_language_follows_flag_variable_and_locale(wanted: str, environment: dict[str, str], language: str) -> None:
    assert pick_language(wanted, environment) == language


def test_numbers_and_sizes_are_written_as_the_language_writes_them() -> None:
    assert (number(1725, "vi"), number(1725, "en")) == ("1.725", "1,725")
    assert (size(999, "vi"), size(12_345_678, "vi"), size(12_345_678, "en")) == ("999 B", "12,3 MB", "12.3 MB")


def test_braces_in_a_value_are_not_read_as_placeholders() -> None:
    assert message("error", "vi", message="{x}") == "Lỗi: {x}"


def test_the_vietnamese_wording_is_settled() -> None:
    assert message("verified.why.valid", "vi") == "đoạn trích vẫn ở đúng vị trí đã dẫn"
    assert message("verified.unknown", "vi") == "không tìm thấy tài liệu"
    assert message("help.completion", "vi").startswith("In tập lệnh tự động hoàn thành lệnh")
    everything = " ".join(vietnamese for vietnamese, _ in MESSAGES.values())
    assert not re.search("véc-?tơ|vector|lời trích", everything)
