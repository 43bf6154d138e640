"""The demo: the whole job, twice, on a news web of its own."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

from rich.markup import escape

from crawlers.errors import CatalogueError, PermanentError
from maplewire_demo.content import USUAL_BEAT, demo_beats, read_texts
from maplewire_demo.web import DemoWeb
from pipelines.adapters.clock import ShiftedClock
from pipelines.bootstrap import App
from pipelines.cli.console import complain, configure_events, out
from pipelines.cli.progress import progress_bars
from pipelines.cli.render.demo import print_mails, print_next_steps, print_searches, print_stories
from pipelines.cli.render.runs import print_runs
from pipelines.config import Settings, read_settings
from pipelines.model import RunReport
from pipelines.stages.context import RunProblems
from pipelines.stages.locks import lock_runs
from pipelines.stages.run import run_once

# A folder that holds this file was made by a demo, and may be emptied by one.
MARKER = ".maplewire-demo"

# The first round pretends to be this long ago, so that the second one sees an hour's news.
ROUND_ONE_AGO = timedelta(hours=1)


def run_demo(keep: Path | None, beat: str = USUAL_BEAT) -> int:
    """Run the demo of a beat that comes with Maplewire; return the exit status.

    It works in `keep`, by default in HOME/demo. Raises CatalogueError for a beat that has no demo.
    """
    started = monotonic()
    if beat not in demo_beats():
        raise CatalogueError([f"the beat “{beat}” has no demo; name one of: {', '.join(demo_beats())}"])
    configure_events()
    tour = read_texts(beat, "tour")
    folder = make_fresh_folder(keep or read_settings().home / "demo")
    clock = ShiftedClock(ROUND_ONE_AGO)
    # Its dates are counted back from now, so that the demo is never out of date.
    with DemoWeb(datetime.now(UTC), beat=beat) as web:
        settings = Settings(
            home=folder,
            beat=web.beat_folder(folder / "beat"),
            private_hosts=("127.0.0.1",),
            delay_s=0.0,
            # Whatever the environment says: the demo stays in its folder.
            ledger_url=None,
            index_url=None,
            smtp_url=None,
        )
        with App(settings, clock) as app, lock_runs(folder):
            # What the person tries next must use the demo's beat.
            app.keep_beat()
            sites = f"{len(web.sites)} sites in {tour['languages']} languages"
            out.print(f"[bold]{escape(app.beat.name)}: a news web of {sites}, on loopback[/]\n")
            first_report, first_problems = _run_round(app, "Round one: everything is new")
            web.advance()
            clock.behind = timedelta(0)
            second_report, second_problems = _run_round(
                app, "Round two, an hour later: a correction, a late copy, a new story"
            )
            story = print_stories(app)
            print_mails(app)
            print_searches(app, tour["searches"])
    print_next_steps(folder, story, tour["try"], monotonic() - started)
    return _exit_status([first_report, second_report], [first_problems, second_problems])


def make_fresh_folder(folder: Path) -> Path:
    """Make or empty a demo's folder; return its absolute path.

    Raises PermanentError for a folder that holds something else, and FolderBusy while a demo runs in it.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARKER).exists():
            raise PermanentError(
                f"{folder} holds something that no demo made; name another folder with --keep"
            )
        # Another demo that runs there would lose its files, and go on with ours.
        with lock_runs(folder):
            shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    # Closed as any data folder is, so that no later command has to say that it closed it.
    folder.chmod(0o700)
    (folder / MARKER).touch(mode=0o600)
    return folder.resolve()


def _run_round(app: App, title: str) -> tuple[RunReport, RunProblems]:
    out.print(f"[bold]{title}[/]")
    # The bars end before anything else is printed: two live displays would overwrite each other.
    with progress_bars() as bars:
        parts = app.parts
        if bars:
            parts = replace(parts, progress=bars)
        report, problems = run_once(parts)
    print_runs([report])
    out.print()
    return report, problems


def _exit_status(reports: Sequence[RunReport], problems: Sequence[RunProblems]) -> int:
    """Return 1 where the demo itself failed.

    By trouble, by a bug, or because no page came.
    """
    status = 0
    if not any(report.fetched for report in reports):
        status = 1
    for found in problems:
        for trouble in (*found.sentences, *found.bugs):
            complain(str(trouble))
            status = 1
    return status
