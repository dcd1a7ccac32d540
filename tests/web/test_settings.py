"""The one table of settings: flags before the environment before defaults, and clear refusals."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from index.errors import InvalidInput
from web.settings import SETTINGS, Setting, Settings


def test_defaults_are_safe() -> None:
    settings = Settings.resolve({}, {})
    assert (settings.host, settings.insecure, settings.model) == ("127.0.0.1", False, "")
    assert settings.rate > 0


def test_flags_win_over_the_environment_and_that_over_defaults() -> None:
    environment = {"HOIDAP_PORT": "1", "HOIDAP_THREADS": "2"}
    settings = Settings.resolve({"port": "3", "threads": None}, environment)
    assert (settings.port, settings.threads, settings.max_body) == (3, 2, 16 * 1024 * 1024)


def test_the_home_directory_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert Settings.resolve({"data": "~/library"}, {}).data == Path("/somewhere/library")


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_every_setting_has_a_flag_a_variable_a_help_and_a_field(setting: Setting) -> None:
    assert setting.flag == "--" + setting.name.replace("_", "-")
    assert setting.variable == "HOIDAP_" + setting.name.upper()
    assert setting.help.endswith(".") or ":" in setting.help or ";" in setting.help
    assert setting.name in {field.name for field in fields(Settings)}


@pytest.mark.parametrize(("text", "value"), [("1", True), ("TRUE", True), ("yes", True), ("on", True), ("0", False),
                                             ("false", False), ("No", False), ("off", False), ("", False)])  # fmt: skip
def test_yes_and_no_are_read_in_their_usual_spellings(text: str, value: bool) -> None:
    assert Settings.resolve({}, {"HOIDAP_INSECURE": text}).insecure is value


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOIDAP_PORT", "eighty"),
        ("HOIDAP_PORT", "1.5"),
        ("HOIDAP_PORT", "-1"),
        ("HOIDAP_WAIT", "soon"),
        ("HOIDAP_INSECURE", "maybe"),
    ],
)
def test_a_value_that_does_not_fit_is_named_with_its_flag_and_variable(variable: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Settings.resolve({}, {variable: value})
    message = str(caught.value)
    assert variable in message
    assert "--" + variable.removeprefix("HOIDAP_").lower() in message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [("port", -1), ("port", 65536), ("threads", 0), ("threads", "1000"), ("max_body", 0), ("rate", -1), ("wait", "-1"),
     ("wait", "nan"), ("wait", "inf"), ("port", "9" * 5000)],
)  # fmt: skip
def test_a_number_out_of_range_is_refused_before_anything_starts(name: str, value: object) -> None:
    with pytest.raises(InvalidInput, match="must be"):
        Settings.resolve({name: value}, {})


def test_an_empty_value_is_one_that_was_not_set() -> None:
    empty = Settings.resolve({"data": ""}, {"HOIDAP_PORT": "", "HOIDAP_DATA": ""})
    assert empty == Settings.resolve({}, {})
