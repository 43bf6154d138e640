"""What all tests share: their order, the packaged beat, and the labelled data outside of the project."""

from __future__ import annotations

import gc
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings

from crawlers import child_process
from pipelines.beat.beat import Beat
from tests.usual_beat import usual_beat
from tests.warm_children import Nursery, popen_from, warm_children_work
from tests.work_units import WorkUnits

REPO = Path(__file__).resolve().parents[1]
VARIABLE = "MAPLEWIRE_EVAL_DATA"

# Twelve thousand tests are millions of objects that stay to the end. To look through them again and again for
# what can be freed took more than half of the time of short tests.
gc.disable()


def pytest_collection_finish() -> None:
    """Have memory be freed again, but for what the tests themselves are made of."""
    gc.freeze()
    gc.enable()


# A property fails by what it finds, never by how long a busy machine took to find it.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


#: What takes long comes first and short tests last, so that all processes are busy to the end.
SLOW = (
    "dags/test_served.py",
    "e2e/",
    "dags/",
    "elasticsearch/",
    "deploy/",
    "eval/",
    "contracts/",
    "cli/",
    "crawlers/",
    "kibana/",
    "release/",
    "demo/",
    "pipelines/stages/",
    "pipelines/web/",
    "pipelines/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Have slow tests begin first."""
    items.sort(key=_place_in_line)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WorkUnits:
    """Have the tests of a file run in one process."""
    return WorkUnits(config, log)


def _place_in_line(item: pytest.Item) -> int:
    for place, path in enumerate(SLOW):
        if item.nodeid.startswith(f"tests/{path}"):
            return place
    return len(SLOW)


#: An error's usual form shows all that each function held, which took ten seconds of one test.
PLAIN_ERRORS = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)


def pytest_configure() -> None:
    """Have errors in the log of tests written in a plain form."""
    _log_plainly()


@pytest.fixture(autouse=True)
def own_log() -> Iterator[None]:
    """Give the log back to the next test: a command sends it to a stream that ends with its test."""
    yield
    _log_plainly()


def _log_plainly() -> None:
    structlog.reset_defaults()
    structlog.configure([*structlog.get_config()["processors"][:-1], PLAIN_ERRORS])


@pytest.fixture(scope="session", autouse=True)
def warm_children() -> Iterator[None]:
    """Have the processes of crawls start without loading Scrapy each time."""
    if not warm_children_work():
        yield
        return
    with Nursery() as nursery, pytest.MonkeyPatch.context() as patch:
        patch.setattr(child_process, "Popen", popen_from(nursery))
        yield


@pytest.fixture
def cold_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the processes of crawls start as they do for users."""
    monkeypatch.setattr(child_process, "Popen", subprocess.Popen)


@pytest.fixture(scope="session")
def eval_data() -> Path:
    """Return the folder of labelled data: $MAPLEWIRE_EVAL_DATA, else `shared/data` beside the checkout.

    Without it a test is skipped on a person's machine and fails on CI, where a skip would hide a loss.
    """
    folder = Path(os.environ.get(VARIABLE) or REPO.parent / "shared" / "data")
    if not folder.is_dir():
        reason = f"no labelled data at {folder}: set {VARIABLE} to its folder"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture(scope="session")
def floors() -> dict[str, dict[str, Any]]:
    """Return the pinned floors, by part and metric."""
    floors: dict[str, dict[str, Any]] = json.loads(
        (Path(__file__).parent / "eval" / "floors.json").read_text("utf-8")
    )
    return floors


@pytest.fixture(scope="session")
def beat() -> Beat:
    """Return the beat that comes with Maplewire, read once for all tests."""
    return usual_beat()
