"""What is written beside the figures names the machine's kind and no place."""

from __future__ import annotations

import platform
from pathlib import Path

from bench.machine import describe_machine, describe_run, peak_mb, resident_mb, size_of


def test_the_machine_is_described_without_names_of_hosts_or_folders() -> None:
    machine = describe_machine()
    said = " ".join(map(str, machine.values()))
    assert machine["cores"] and machine["memory_gb"]
    assert platform.node() not in said.split()
    assert str(Path.home()) not in said
    assert "not installed" not in said
    assert describe_run()["date"].count("-") == 2


def test_memory_and_size(tmp_path: Path) -> None:
    assert 0 < resident_mb() <= peak_mb() * 1.01
    (tmp_path / "a").write_bytes(b"12345")
    (tmp_path / "b").hardlink_to(tmp_path / "a")
    assert size_of(tmp_path) == 5
