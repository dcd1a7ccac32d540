"""Fork a writer for every order on standard input, and tell on standard output what became of it.

Importing everything takes a second, forking a few milliseconds. The server itself opens no library: FAISS must not have
run before a fork. Orders are JSON lines; the answers to one are `pid N`, `ack` for every acknowledged step,
`calls N` where the script came to its end, and `exit CODE` at last.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import index.snapshot
from tests.crash.script import ingest_steps, run, steps


def say(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def work(order: dict[str, Any]) -> None:
    shim = ctypes.CDLL(None) if order["shim"] else None
    for name, value in order["limits"].items():
        setattr(index.snapshot, name, value)
    if shim is not None:
        shim.crash_arm(order["directory"].encode(), ctypes.c_long(order["at"]), int(order["half"]))
    script = ingest_steps(order["ingest"]) if order["ingest"] else steps()
    run(Path(order["directory"]), script, lambda: say("ack"))
    say(f"calls {shim.crash_calls() if shim is not None else 0}")


def child(order: dict[str, Any]) -> None:
    try:
        work(order)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            child(json.loads(line))
        say(f"pid {pid}")
        _, status = os.waitpid(pid, 0)
        say(f"exit {os.waitstatus_to_exitcode(status)}")


if __name__ == "__main__":
    main()
