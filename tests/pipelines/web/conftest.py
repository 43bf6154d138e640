"""A reading room of one test, and a reader of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from pipelines.bootstrap import App
from tests.pipelines.web.room_server import an_app, fill, open_room


@pytest.fixture
def maplewire(tmp_path: Path) -> Iterator[App]:
    with an_app(tmp_path) as app:
        fill(app)
        yield app


@pytest.fixture
def room(maplewire: App) -> Iterator[httpx.Client]:
    with open_room(maplewire) as client:
        yield client
