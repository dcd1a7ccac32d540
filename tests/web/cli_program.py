"""Run `hoidap` in a test: in this process, as a process of its own, or on a terminal."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from web.cli import program

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
QUESTION = "Có bao nhiêu tập thể ở Cần Thơ được khen thưởng?"
NONSENSE = "zxqv wkjh qqpp"
IMPORT_ROOT = Path(sys.modules["web"].__file__ or "").parents[1]  # wherever this process found the packages
_LEFT_OUT = ("HOIDAP_", "LC_", "LANG", "NO_COLOR", "PYTHONIOENCODING", "COLUMNS", "TERM")


def environment(**more: str) -> dict[str, str]:
    """Return an environment that does not depend on who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm", "PYTHONWARNINGS": "error", **more}


def invoke(*arguments: str | Path, data: Path, stdin: str | bytes | None = None, **more: str) -> Result:
    """Run in this process, in English unless told otherwise."""
    variables = {"HOIDAP_DATA": str(data), "HOIDAP_LANG": "en", **more}
    return CliRunner().invoke(program, [str(argument) for argument in arguments], input=stdin, env=variables)


def command_line(*arguments: str | Path) -> list[str]:
    """Return the command that runs `hoidap` as a process."""
    return [sys.executable, "-m", "web", *(str(argument) for argument in arguments)]


def run(
    *arguments: str | Path, data: Path, stdin: bytes | None = None, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run as a process of its own."""
    return subprocess.run(
        command_line(*arguments),
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        cwd=IMPORT_ROOT,
        env=environment(HOIDAP_DATA=str(data), **more),
        timeout=120,
        check=False,
    )


def start(*arguments: str | Path, data: Path, warn: str = "error", **popen: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
    """Start a process and leave it running; `warn` is what Python does with its own warnings."""
    variables = environment(HOIDAP_DATA=str(data), PYTHONWARNINGS=warn)
    return subprocess.Popen(command_line(*arguments), cwd=IMPORT_ROOT, env=variables, **popen)


@dataclass(frozen=True)
class Screen:
    """What a person saw, and how it ended."""

    code: int
    text: str


def on_terminal(arguments: Sequence[str | Path], data: Path, *, typed: str = "", **more: str) -> Screen:
    """Run with a terminal for all three streams, and type `typed`."""
    ours, theirs = pty.openpty()
    variables: Mapping[str, str] = environment(HOIDAP_DATA=str(data), **more)
    process = subprocess.Popen(
        command_line(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, cwd=IMPORT_ROOT, env=variables
    )
    os.close(theirs)
    if typed:
        os.write(ours, typed.encode())
    seen = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says EIO when the other side is closed
            break
        if not part:
            break
        seen += part
    os.close(ours)
    return Screen(process.wait(timeout=60), seen.decode().replace("\r\n", "\n"))


def index_seeds(data: Path) -> Path:
    """Make a library of the seeds in `data` through the command itself."""
    result = invoke("index", *SEEDS, data=data)
    assert (result.exit_code, result.stderr) == (0, "")
    return data


def parsed(*arguments: str | Path, data: Path, code: int = 0, **more: Any) -> Any:
    """Run with `--json`, expect `code`, and return what was written."""
    result = invoke(*arguments, "--json", data=data, **more)
    assert result.exit_code == code, result.stderr
    return json.loads(result.stdout)


def ids(data: Path) -> dict[str, str]:
    """The document ids by file name."""
    return {Path(each["source"]).name: each["id"] for each in parsed("docs", "list", data=data)["documents"]}


def json_lines(output: bytes) -> list[dict[str, Any]]:
    """Read one JSON object a line."""
    return [json.loads(line) for line in output.decode().split("\n") if line]
