"""Run the product as people do, in a process of its own: the server on loopback, and one command after another."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.datasets import ROOT

_SETTINGS = ("HOIDAP_", "MALLOC_", "OMP_")
_START_S = 60.0
_REQUEST_S = 60.0


def command_line() -> list[str]:
    """Return what runs `hoidap`: the installed command, else the module that it starts."""
    installed = Path(sys.executable).with_name("hoidap")
    return [str(installed)] if installed.exists() else [sys.executable, "-m", "web"]


def environment() -> dict[str, str]:
    """Return this environment without settings of HoiDap, the allocator or OpenMP: they change what is measured."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return kept | {"PYTHONPATH": str(ROOT)}


def run_hoidap(
    arguments: Sequence[str], *, stdin: str = "", timeout: float = 600.0
) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*command_line(), *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment(),
        timeout=timeout,
        check=False,
    )


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that answers at `host:port`."""

    host: str
    port: int
    process: int


@contextmanager
def serving(data: Path, *extra: str) -> Iterator[Serving]:
    """Run `hoidap serve` on a free port of loopback, without a rate limit, until the block ends.

    Raises:
        RuntimeError: it did not start.
    """
    arguments = ["serve", "--data", str(data), "--port", "0", "--rate", "0", "--json", *extra]
    process = subprocess.Popen(
        [*command_line(), *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment()
    )
    try:
        address = urlsplit(_announced(process))
        found = Serving(address.hostname or "", address.port or 0, process.pid)
        _wait_until_ready(found)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def _announced(process: subprocess.Popen[str]) -> str:
    """Return the address in the first line that the server writes; a server that says nothing is ended."""
    assert process.stdout is not None
    watch = threading.Timer(_START_S, process.kill)
    watch.start()
    line = process.stdout.readline()
    watch.cancel()
    if not line:
        raise RuntimeError("the server did not start")
    return str(json.loads(line)["url"])


def _wait_until_ready(server: Serving) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end:
        client = Client(server)
        status, _ = client.get("/readyz")
        client.close()
        if status == 200:
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not become ready")


class Client:
    """One connection that is kept."""

    def __init__(self, server: Serving) -> None:
        """Connect at the first request."""
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=_REQUEST_S)

    def get(self, path: str) -> tuple[int, Any]:
        """Return the status and the JSON of a GET."""
        return self._request("GET", path, None)

    def post(self, path: str, body: object) -> tuple[int, Any]:
        """Return the status and the JSON of a POST."""
        return self._request("POST", path, json.dumps(body).encode())

    def _request(self, method: str, path: str, body: bytes | None) -> tuple[int, Any]:
        self._connection.request(method, path, body, {"Content-Type": "application/json"})
        response = self._connection.getresponse()
        return response.status, json.loads(response.read())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
