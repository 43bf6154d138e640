"""Every address has its function, and none is loaded before somebody asks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.web.routes import FORMS, PAGES, handler_at
from tests.pipelines.web.room_server import an_app, fill, open_room

#: What the opening of the reading room once waited for, and no first page needs.
LATE = (
    "pipelines.stages.replay",
    "pipelines.stages.notify",
    "pipelines.stories.view",
    "structlog",
    "sqlalchemy.orm",
)


@pytest.mark.parametrize("place", sorted({*PAGES.values(), *FORMS.values()}))
def test_every_address_has_its_function(place: str) -> None:
    assert handler_at(place).__doc__


def test_opening_the_room_loads_what_it_needs_alone(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from pipelines.bootstrap import App
from pipelines.config import Settings
from pipelines.web.server import RoomServer
with App(Settings(home=Path({str(tmp_path)!r}))) as maplewire:
    RoomServer(maplewire, "127.0.0.1", 0).close()
print(*sorted(set({LATE!r}) & set(sys.modules)))
"""
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == ""


def test_an_address_takes_forms_or_shows_a_page(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as room:
        fill(maplewire)
        assert room.get("/words/1/undo").status_code == 405
        assert room.head("/story/s1").status_code == 200
        assert room.get("/nothing").status_code == 404
