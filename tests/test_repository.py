"""The repository is what it says: the seeds byte for byte, the model small enough, nothing of this machine in it."""

from __future__ import annotations

import hashlib
import re
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from pytest_socket import SocketConnectBlockedError

ROOT = Path(__file__).parents[1]

SEEDS = {
    "000_eda3ac9ea93096e1.txt": "589cc8ebdeeed0559c8c340e2e86bc118c962102c07c8c01c6c3592dcef992d3",
    "001_0ab9af67e4384428.txt": "d002795f3a828d877fa7a6ffdb45f0a120b9aa158876b8050cad3bf27311811a",
    "002_1be4dbb6ecb3a617.txt": "b4bf38cdb00b31eb7d14f95e3fe9365cc132f77770d9e0d7dc6a2132063e4209",
    "003_a402cb938e9cf45f.txt": "ee6c7c933661244b7eabaa61c4456ebb053556dbf7a12e35fed94f90742ade52",
    "004_89d06c7209a73d85.txt": "22c93686621bd734aa03b10e0b8fd64f98c8f1b738aa0cffcdb39ad5d6a139e1",
}


@pytest.mark.parametrize(("name", "sha256"), SEEDS.items())
def test_a_seed_is_kept_byte_for_byte(name: str, sha256: str) -> None:
    assert hashlib.sha256((ROOT / "seeds" / name).read_bytes()).hexdigest() == sha256


def test_the_bundled_model_is_at_most_16_mb() -> None:
    assert sum(path.stat().st_size for path in (ROOT / "index/model").rglob("*") if path.is_file()) <= 16_000_000


def test_every_package_is_listed_and_every_listed_one_exists() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(ROOT).parts)
        for top in ("index", "qa", "web")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert set(listed) == found


def test_every_dependency_has_an_exact_version_and_a_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = {
        line.partition("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    }
    reasons = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=\[]", requirement)[0]
        assert name.lower() in pinned
        assert f"| {name} |" in reasons


def test_the_network_is_out_of_reach_of_every_test() -> None:
    # pytest-socket warns first, and warnings are errors here.
    with pytest.raises((SocketConnectBlockedError, UserWarning), match="192.0.2.1"), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))  # TEST-NET-1: nobody is there, and nothing is sent


def test_the_default_path_imports_no_torch(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from web.settings import Settings\n"
        "from web.wiring import build_answerer, open_library\n"
        "from index.loaders import load\n"
        "from pathlib import Path\n"
        "settings = Settings.resolve({'data': sys.argv[1]}, {})\n"
        "library = open_library(settings, create=True)\n"
        "library.add([load(Path(sys.argv[2]))])\n"
        "assert build_answerer(settings, library).ask('Ai là Chủ tịch HĐND thành phố Cần Thơ?').answers\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'scipy', 'sklearn'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)\n"
    )
    seed = str(ROOT / "seeds/003_a402cb938e9cf45f.txt")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "data"), seed],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
