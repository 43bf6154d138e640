"""The news web of `maplewire airflow --demo`: ServedDemo."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from maplewire_demo.web import DemoWeb
from pipelines.cli.console import say
from pipelines.cli.demo import make_fresh_folder
from pipelines.config import read_settings

# Keeps the addresses of the web, so that the next start serves the same one.
WEB_FILE = "demo-web.json"

# How long after the first request the demo web publishes its correction, its late copy and its new story:
# the first mails are out by then.
SECOND_ROUND_S = 75.0


class ServedDemo:
    """A demo web that is served: the settings of tasks for it, and its second round."""

    def __init__(self, web: DemoWeb, settings: Mapping[str, str]) -> None:
        self.settings = dict(settings)
        self._web = web
        self._first_request_s: float | None = None
        self._is_published = False

    def publish_when_due(self, now_s: float) -> list[str]:
        """Publish the second round once its time has come.

        Returns the ids of the sites that it is on; [] at any other time. `now_s` is of a clock that never
        goes back.
        """
        if self._is_published or not self._web.requests:
            return []
        if self._first_request_s is None:
            self._first_request_s = now_s
        if now_s - self._first_request_s < SECOND_ROUND_S:
            return []
        self._web.advance()
        self._is_published = True
        return self._web.second_round_sites()


@contextlib.contextmanager
def serve_demo_web(folder: Path | None) -> Iterator[ServedDemo]:
    """Serve the demo web; yield it with the settings of tasks for it."""
    home = (folder or read_settings().home / "airflow-demo").resolve()
    with _same_or_new_web(home) as web:
        yield ServedDemo(
            web,
            {
                "MAPLEWIRE_HOME": str(home),
                "MAPLEWIRE_BEAT": str(home / "beat"),
                "MAPLEWIRE_PRIVATE_HOSTS": "127.0.0.1",
                "MAPLEWIRE_DELAY_S": "0",
                # The usual hour is long for somebody who looks at a demo.
                "MAPLEWIRE_RECHECK_AFTER": "5m,1h,6h,24h,7d",
                "MAPLEWIRE_OPERATOR_MAIL": "operators@newsroom.example",
                # Empty counts as not set: the ledger, the index and the mails stay in the demo's folder.
                "MAPLEWIRE_LEDGER_URL": "",
                "MAPLEWIRE_INDEX_URL": "",
                "MAPLEWIRE_SMTP_URL": "",
                "MAPLEWIRE_BATCHES_URL": "",
            },
        )


@contextlib.contextmanager
def _same_or_new_web(home: Path) -> Iterator[DemoWeb]:
    """Serve the web that the folder knows, or a new one.

    The known one gets the same addresses, which its ledger holds.

    Where there is none, or its ports are taken, the folder is emptied and a new web is served.
    """
    web_file = home / WEB_FILE
    with contextlib.ExitStack() as stack:
        try:
            kept = json.loads(web_file.read_text("utf-8"))
            web = stack.enter_context(DemoWeb(datetime.fromisoformat(kept["now"]), kept["ports"]))
            say(f"The demo in {home} goes on; delete the folder for a new one.")
        except (OSError, ValueError, KeyError):
            make_fresh_folder(home)
            now = datetime.now(UTC)
            web = stack.enter_context(DemoWeb(now))
            web.beat_folder(home / "beat")
            kept = {"now": now.isoformat(), "ports": dict(web.ports)}
            web_file.write_text(json.dumps(kept), "utf-8")
        yield web
