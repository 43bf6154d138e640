"""The fixture that most tests of stages start from."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.beat.beat import Beat
from tests.pipelines.world import World


@pytest.fixture
def world(beat: Beat, tmp_path: Path) -> World:
    """Return a new Maplewire on memory adapters, with the packaged beat's terms and three small sources."""
    return World(beat, tmp_path)
