"""Run Airflow until Ctrl-C, and say where it answers."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Event

from rich.markup import escape

from crawlers.errors import CatalogueError, PermanentError
from pipelines.bootstrap import settle_beat
from pipelines.cli.airflow.demo_web import ServedDemo, serve_demo_web
from pipelines.cli.airflow.environment import folders_environment
from pipelines.cli.airflow.local import LocalAirflow, choose_port
from pipelines.cli.airflow.processes import AirflowServer, run_airflow
from pipelines.cli.airflow.rest_api import ask_sources, is_healthy, make_crawl_pool
from pipelines.cli.console import command_name, out, say
from pipelines.config import read_settings

# The first start migrates Airflow's database, which takes a minute on a small machine.
START_LIMIT_S = 300.0

# How often the parts are looked after.
WATCH_S = 3.0

_START_POLL_S = 0.5

# Lines of the log that are shown when Airflow does not start.
_LOG_LINES = 15


def serve_airflow(folder: Path | None, port: int | None, *, demo: bool) -> int:
    """Run Airflow until a signal; return the exit status.

    Nothing is left running. Raises CatalogueError where Airflow is not installed, PermanentError
    where it does not start.
    """
    if find_spec("airflow") is None:
        raise CatalogueError([
            "Airflow is not installed here; in a checkout: make airflow. "
            "Else: pip install 'maplewire[airflow]'"
        ])  # fmt: skip
    # Read first: a wrong setting is reported before anything starts.
    settings, home_beat = settle_beat(read_settings())
    if not demo:
        home_beat.raise_conflict()
    with _stop_on_signals() as stop, contextlib.ExitStack() as stack:
        ours = folders_environment(settings)
        web = None
        if demo:
            web = stack.enter_context(serve_demo_web(folder))
            ours = web.settings
        local = LocalAirflow(Path(ours["MAPLEWIRE_HOME"]) / "airflow", choose_port(port))
        return _serve_until(stop, local, ours, web)


@contextlib.contextmanager
def _stop_on_signals() -> Iterator[Event]:
    """Yield an event that SIGINT and SIGTERM set.

    The old handlers are put back in the end.
    """
    stop = Event()
    handlers = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        handlers[number] = signal.signal(number, lambda *_: stop.set())
    try:
        yield stop
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _serve_until(stop: Event, local: LocalAirflow, ours: Mapping[str, str], web: ServedDemo | None) -> int:
    say("Starting Airflow; the first start takes a minute …")
    with run_airflow(local, ours) as server:
        if not _wait_for_start(server, stop):
            if stop.is_set():
                return 0
            raise _start_error(server)
        make_crawl_pool(local)
        _print_welcome(local, ours, demo=web is not None)
        # The others go on without a part that ended, and nobody would notice.
        while not stop.wait(WATCH_S):
            for part in server.restart_ended_parts():
                say(f"The {part} had ended; it was started again.")
            server.bound_log()
            if web is not None:
                _publish_second_round(web, local)
        say("Stopping Airflow …")
    say("Stopped; nothing of it is left running.")
    return 0


def _publish_second_round(web: ServedDemo, local: LocalAirflow) -> None:
    """Publish the demo's second round when it is due, and have it collected.

    The sources would be asked again by themselves after a quarter of an hour, when nobody looks any more.
    """
    source_ids = web.publish_when_due(time.monotonic())
    if source_ids and ask_sources(local, source_ids):
        say("The demo web published a new story and a copy, and “1 · Collect news” asks for them; also a")
        say("correction of a page that is known, for “5 · Re-check articles” to find.")


def _wait_for_start(server: AirflowServer, stop: Event) -> bool:
    """Wait for Airflow; return whether it answers."""
    until = time.monotonic() + START_LIMIT_S
    # Healthy and not only answering: the scheduler comes up after the API.
    while not (server.start_next_parts() and is_healthy(server.local)):
        if stop.wait(_START_POLL_S) or server.has_failed() or time.monotonic() > until:
            return False
    return True


def _start_error(server: AirflowServer) -> PermanentError:
    """Return an error with the end of Airflow's log."""
    log = server.local.log_file
    last_lines = log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
    why = f"did not answer within {START_LIMIT_S:.0f} s"
    if server.has_failed():
        why = "ended"
    return PermanentError("\n".join([f"Airflow {why}; the end of {log}:", *last_lines]))


def _print_welcome(local: LocalAirflow, ours: Mapping[str, str], *, demo: bool) -> None:
    home = escape(ours["MAPLEWIRE_HOME"])
    command = escape(command_name())
    out.print(f"\n[bold]Airflow answers at {local.url}[/]")
    out.print("  log in as admin / admin (may do everything) or desk / desk (may only look)")
    out.print("  un-pause the DAGs in order: 1 · Collect news starts at once, 2 and 3 follow by themselves")
    if demo:
        out.print("  it works on a small news web of its own, in which two sources are broken on purpose")
        out.print("  a minute after the first crawl that web publishes more, and has it collected")
    if demo or not os.environ.get("MAPLEWIRE_SMTP_URL"):
        out.print(f"  mails lie in {home}/outbox")
    out.print(f"  search what came: MAPLEWIRE_HOME={home} {command} search '*:*'")
    out.print(f"  its log: {escape(str(local.log_file))}\n  stop it with Ctrl-C\n")
