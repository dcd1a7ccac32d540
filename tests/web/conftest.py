"""Give the web tests a real library of two seeds, copied for each test, and apps over it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from index.loaders import load
from web.app import WebApp, close_app, create_app
from web.keys import KeyStore, Role
from web.serve import Server
from web.settings import Settings
from web.wiring import open_library

SEEDS = Path(__file__).parents[2] / "seeds"
CAN_THO = "003_a402cb938e9cf45f"
HAI_PHONG = "000_eda3ac9ea93096e1"
QUESTION = "Có bao nhiêu đơn vị được khen thưởng ở Cần Thơ?"

MakeApp = Callable[..., WebApp]


def seed_text(name: str) -> str:
    return (SEEDS / f"{name}.txt").read_bytes().decode()


def settings_for(directory: Path, **flags: Any) -> Settings:
    return Settings.resolve({"data": directory, "rate": 0, "port": 0, "wait": 0.2, **flags}, {})


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of two seeds; copy it, do not write to it."""
    directory = tmp_path_factory.mktemp("prepared") / "data"
    with open_library(settings_for(directory), create=True) as library:
        for name in (CAN_THO, HAI_PHONG):
            library.add([replace(load(SEEDS / f"{name}.txt"), id=name)])
    return directory


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A library of two seeds for one test to change."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def make_app(data: Path) -> Iterator[MakeApp]:
    """Make an app over `data`, or over the directory given, with settings of one's own."""
    made: list[WebApp] = []

    def make(directory: Path = data, **flags: Any) -> WebApp:
        made.append(create_app(settings_for(directory, **flags)))
        return made[-1]

    yield make
    for app in made:
        close_app(app)


@pytest.fixture
def client(make_app: MakeApp) -> FlaskClient:
    """A client of an open server on loopback."""
    return make_app().test_client()


@pytest.fixture
def tokens(data: Path) -> dict[Role, str]:
    """A key of each role."""
    return {role: KeyStore(data).create(role.value, role).token for role in Role}


@pytest.fixture
def served(make_app: MakeApp, data: Path) -> Iterator[Server]:
    """A real server on a free port of loopback."""
    server = Server(settings_for(data), make_app())
    thread = threading.Thread(target=server.run)
    thread.start()
    yield server
    server.stop()
    thread.join(timeout=10)
    assert not thread.is_alive()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
