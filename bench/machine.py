"""Say where and on what a measurement was taken: no host names, no paths."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.datasets import ROOT

_PACKAGES = ("numpy", "faiss-cpu", "tantivy", "tokenizers", "onnxruntime", "flask", "waitress")


def describe_machine() -> dict[str, str | int | float]:
    """Return the processor, its cores, the memory, and the versions of what does the work."""
    return {
        "cpu": _field(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(_memory_kb("MemTotal", Path("/proc/meminfo")) / 2**20, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "sqlite": _sqlite(),
        **{name: _version(name) for name in _PACKAGES},
    }


def describe_run() -> dict[str, str]:
    """Return the git commit, with `+` when the tree differs from it, and the date."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", "index", "qa", "web")
    return {"commit": commit + ("+" if changed else ""), "date": datetime.now(UTC).date().isoformat()}


def resident_mb(process: int | str = "self") -> float:
    """Return the memory that a process holds now, in megabytes (2**20)."""
    return _memory_kb("VmRSS", Path(f"/proc/{process}/status")) / 1024


def peak_mb(process: int | str = "self") -> float:
    """Return the most memory that a process has held, in megabytes (2**20)."""
    return _memory_kb("VmHWM", Path(f"/proc/{process}/status")) / 1024


def size_of(folder: Path) -> int:
    """Return the bytes of the files under a folder; a file with two names counts once."""
    found = {(stat.st_dev, stat.st_ino): stat.st_size for stat in (p.stat() for p in folder.rglob("*") if p.is_file())}
    return sum(found.values())


def load_average() -> float:
    """Return how many processes wanted the processor over the last minute: more than our own disturbs timings."""
    return round(os.getloadavg()[0], 2)


def _memory_kb(name: str, path: Path) -> int:
    return int((_field(path, name) or "0 kB").split()[0])


def _field(path: Path, name: str) -> str:
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _sqlite() -> str:
    import sqlite3

    return sqlite3.sqlite_version
