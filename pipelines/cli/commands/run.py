"""`maplewire run` and its stages alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.application import name_mail_fault
from pipelines.cli.console import say
from pipelines.cli.options import AsJson, NoScreen
from pipelines.cli.stage import (
    check_files,
    finish_command,
    leaving_to_others,
    outcome_words,
    run_counted_stage,
    run_stage,
)

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.model import RunReport
    from pipelines.stages.context import RunProblems

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing where nothing went wrong.")]


def run(
    as_json: AsJson = False,
    quiet: Quiet = False,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="TIME",
            help="Rehearse: run as if it were this time, in a data folder of its own.",
        ),
    ] = None,
    no_screen: NoScreen = False,
) -> None:
    """Do the whole job once: collect, process, index, alert.

    Safe to kill and to run again: the next run continues where this one stopped. For cron:

        */5 * * * * MAPLEWIRE_HOME=/var/lib/maplewire maplewire run

    Where another run is still at work, it leaves the work to that one and ends with 0.

    Trouble is mailed to MAPLEWIRE_OPERATOR_MAIL. MAPLEWIRE_PING_URL, a dead-man's switch, hears of each run.

    A rehearsal runs as if it were the time that you name. It needs a data folder of its own, which no other
    run can use then: a new one, or that of an earlier rehearsal:

        MAPLEWIRE_HOME=rehearsal maplewire run --now 2026-12-05T08:00
    """
    from pipelines.alerts.source_record import read_source_health
    from pipelines.cli.render.runs import print_runs
    from pipelines.cli.watched_run import watched_run
    from pipelines.stages.context import RunProblems
    from pipelines.stages.rehearsal import read_rehearsal_time
    from pipelines.stages.run import run_once

    moment = None if now is None else read_rehearsal_time(now)
    if not quiet:
        name_mail_fault()
    problems = RunProblems()
    with leaving_to_others(quiet=quiet), watched_run(problems, moment, quiet=quiet) as maplewire:
        parts = maplewire.parts.reading_all() if no_screen else maplewire.parts
        report, _ = run_once(parts, problems)
        health = read_source_health(maplewire.ledger, maplewire.beat.sources, maplewire.clock.now())
    # The account first: it also holds what went well, and an exit status ends the command.
    if not quiet:
        print_runs([report], health, as_json=as_json)
        _tell_of_unmailed(maplewire, report)
    finish_command(problems)


def _tell_of_unmailed(maplewire: App, report: RunReport) -> None:
    """Say where mails are that went to no server: their readers got nothing."""
    settings = maplewire.settings
    if report.mails and settings.smtp_url is None:
        folder = settings.outbox_dir
        say(f"mails are files in {folder}, and reach nobody: MAPLEWIRE_SMTP_URL names no mail server")


def collect(
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source, due or not.")
    ] = None,
) -> None:
    """Crawl the sources that are due into a batch.

    Example: maplewire collect --source cbc-world
    """
    wanted = source or []

    def collect_stage(maplewire: App, run_id: int, problems: RunProblems) -> str:
        from pipelines.stages.batches import adopt_waiting_batches
        from pipelines.stages.collect import collect_sources
        from pipelines.text.counts import counted

        # All mistakes at once, before anything is fetched.
        _check_sources(maplewire, wanted)
        # A crawl that was killed may have left one, and a source's state in it.
        adopt_waiting_batches(maplewire.parts, run_id)
        # A source that is named is crawled now, whenever it would be due.
        pages = collect_sources(maplewire.parts, run_id, problems, wanted, due_only=not wanted)
        return f"{counted(pages, 'page')} collected"

    run_counted_stage(collect_stage)


def _check_sources(maplewire: App, source_ids: list[str]) -> None:
    """Raise CatalogueError for sources that do not exist."""
    problems = []
    for source_id in source_ids:
        if maplewire.beat.source(source_id) is None:
            problems.append(f"no source “{source_id}”; `maplewire sources list` shows them")
    if problems:
        raise CatalogueError(problems)


def recheck() -> None:
    """Fetch pages again that may have changed.

    A page is due 1, 6 and 24 hours and 7 days after we had it.
    MAPLEWIRE_RECHECK_AFTER sets other times; "never" turns it off.
    """

    def recheck_stage(maplewire: App, run_id: int, problems: RunProblems) -> str:
        from pipelines.model import Outcome
        from pipelines.stages.process import process_open_batches
        from pipelines.stages.recheck import recheck_due_pages
        from pipelines.text.counts import counted

        fetched = recheck_due_pages(maplewire.parts, run_id, problems)
        # At once: only processing can tell whether a page really changed.
        outcomes = process_open_batches(maplewire.parts, run_id, problems)
        return f"{counted(fetched, 'page')} looked at again, {outcomes[Outcome.UPDATE]} changed"

    run_counted_stage(recheck_stage)


def process(
    batch: Annotated[
        list[Path] | None, typer.Argument(help="WARC files; without any, all open batches.")
    ] = None,
    no_screen: NoScreen = False,
) -> None:
    """Extract, judge and group the pages of open batches.

    With WARC files, those are processed in place of the open batches.

    Example: maplewire process CC-NEWS-20260117.warc.gz
    """
    # Checked before the lock is taken and a run begins in the accounts.
    paths = batch or []
    check_files(paths)

    def process_stage(maplewire: App, run_id: int, problems: RunProblems) -> str:
        from pipelines.stages.batches import add_batch
        from pipelines.stages.process import process_open_batches

        parts = maplewire.parts.reading_all() if no_screen else maplewire.parts
        for path in paths:
            # A file may be named again, after better rules or after it was cut off.
            is_new = add_batch(parts, path, run_id)
            if not is_new:
                say(f"{path} is known already; only its pages that are still open are processed")
        return outcome_words(process_open_batches(parts, run_id, problems))

    run_counted_stage(process_stage)


def index() -> None:
    """Bring the search index up to date with the ledger."""

    def index_stage(maplewire: App, problems: RunProblems) -> str:
        from pipelines.stages.index import index_changes
        from pipelines.text.counts import counted

        return f"{counted(index_changes(maplewire.parts, problems), 'document')} written"

    run_stage(index_stage)


def reindex() -> None:
    """Build the search index again from the ledger.

    Searches work meanwhile.
    """

    def reindex_stage(maplewire: App, problems: RunProblems) -> str:
        from pipelines.stages.index import rebuild_search_index
        from pipelines.text.counts import counted

        return f"{counted(rebuild_search_index(maplewire.parts, problems), 'document')} indexed"

    run_stage(reindex_stage)


def alert(quiet: Quiet = False) -> None:
    """Match saved searches with what arrived, and send mails."""

    def alert_stage(maplewire: App, problems: RunProblems) -> str:
        from pipelines.stages.notify import send_new_alerts
        from pipelines.text.counts import counted

        return f"{counted(send_new_alerts(maplewire.parts, problems), 'mail')} sent"

    if not quiet:
        name_mail_fault()
    with leaving_to_others(quiet=quiet):
        run_stage(alert_stage, quiet=quiet)


def digest(quiet: Quiet = False) -> None:
    """Send the digests that are due.

    They are due by each search's own clock. What is unusual is reported too.

    `maplewire run` does this too. It is safe to repeat: nothing is mailed twice.
    """

    def digest_stage(maplewire: App, problems: RunProblems) -> str:
        from pipelines.stages.notify import send_due_digests
        from pipelines.text.counts import counted

        return f"{counted(send_due_digests(maplewire.parts, problems), 'mail')} sent"

    if not quiet:
        name_mail_fault()
    with leaving_to_others(quiet=quiet):
        run_stage(digest_stage, quiet=quiet)
