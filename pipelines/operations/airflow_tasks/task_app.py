"""The wired Maplewire that a task works with, and the task's log."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.bootstrap import App

#: The scheduler shows what goes to this logger as the log of the task.
task_log = logging.getLogger("maplewire")


@contextmanager
def open_task_app() -> Iterator[App]:
    """Yield a wired App whose events go to the task's log."""
    from pipelines.bootstrap import make_app
    from pipelines.stages.rehearsal import refuse_rehearsed

    with make_app(_log_event) as app:
        tightened = app.tighten_home()
        if tightened:
            task_log.warning("%s files of the data folder were open to others; closed now", tightened)
        app.keep_beat()
        refuse_rehearsed(app.ledger, app.settings.home)
        yield app


@contextmanager
def open_alarm_app() -> Iterator[App]:
    """Yield a wired App that nothing was asked of yet.

    Who tells of trouble may have the ledger itself to tell of.
    """
    from pipelines.bootstrap import make_app

    with make_app(_log_event) as app:
        yield app


def _log_event(event: Mapping[str, Any]) -> None:
    """Log what a crawl says of each source.

    All other events would be a line for every page.
    """
    # The other events drive progress bars, which a log has not.
    if event.get("event") != "source":
        return
    if event["result"] == "failed":
        task_log.warning("%s failed: %s", event["source"], event["error"])
        return
    names = ("entries", "fetched", "known", "skipped", "failed")
    counts = ", ".join(f"{event[name]} {name}" for name in names)
    task_log.info("%s: %s", event["source"], counts)
