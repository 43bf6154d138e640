"""The `maplewire` command. Exit status: 0 done, 1 something failed and was reported, 2 wrong usage or settings.

Everything heavy is imported inside the commands, so that `maplewire --help` stays quick.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from crawlers.errors import CatalogueError, CrawlError
from pipelines.cli.application import open_app
from pipelines.cli.console import (
    complain,
    configure_events,
    configure_logs,
    counted,
    print_json,
    print_json_line,
    print_table,
    progress_bars,
    say,
)
from pipelines.cli.searches import searches_app

if TYPE_CHECKING:
    from maplewire_bench.index import Row
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems

app = typer.Typer(
    name="maplewire",
    help="Watch the news for one beat: every story once, however many copies, with where it comes from and why.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources_app = typer.Typer(help="The catalogue of sources.", no_args_is_help=True)
quarantine_app = typer.Typer(help="Pages that were kept aside, and why.", no_args_is_help=True)


class _StoryGroup(TyperGroup):
    """`maplewire story ID` shows a story: what is no other command is an id."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["show", *args]
        return super().parse_args(ctx, args)


story_app = typer.Typer(
    help="One story: `maplewire story ID` shows it; a person's word corrects it.",
    no_args_is_help=True,
    cls=_StoryGroup,
)
bench_app = typer.Typer(
    help="Measure what costs most, beside a plain way of doing the same.", no_args_is_help=True
)
app.add_typer(sources_app, name="sources")
app.add_typer(searches_app, name="searches")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(story_app, name="story")
app.add_typer(bench_app, name="bench")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=1000, help="How many to show.")]


def main() -> None:
    """Run the command and turn expected trouble into one clear message and the right exit status."""
    try:
        app()
    except CatalogueError as e:
        for problem in e.problems:
            complain(problem)
        sys.exit(2)
    except CrawlError as e:
        pointing = getattr(e, "pointing", None)
        complain(f"the query cannot be read:\n{pointing()}" if pointing else str(e))
        sys.exit(2 if pointing else 1)
    except BrokenPipeError:
        # The reader of our output left (`| head`): no error, and no second complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


@app.callback(invoke_without_command=True)
def settings(
    context: typer.Context,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every event.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", is_eager=True)
    ] = False,
) -> None:
    """Watch the news for one beat: every story once, however many copies, with where it comes from and why.

    Try `maplewire demo` first. Settings are MAPLEWIRE_* environment variables, also read from ./.env.
    """
    if version:
        from pipelines.config import maplewire_version

        sys.stdout.write(f"maplewire {maplewire_version()}\n")
        raise typer.Exit
    if context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")
        raise typer.Exit(2)
    configure_logs(verbose=verbose)


@contextmanager
def _at_work() -> Iterator[App]:
    """Yield an App that holds its folder's lock, with progress shown; the beat is checked before anything changes."""
    from pipelines.stages.locks import lock_runs

    configure_events()
    with progress_bars() as bars, open_app(bars) as maplewire:
        maplewire.beat  # noqa: B018 - loading it tells its mistakes
        with lock_runs(maplewire.settings.home):
            yield maplewire


# -- the whole job and its stages -------------------------------------------------------------------


@app.command()
def demo(
    keep: Annotated[Path | None, typer.Option("--keep", help="Work in this folder and keep it.")] = None,
) -> None:
    """Run the whole job on a small news web of its own, served on loopback.

    Example: maplewire demo --keep /tmp/maplewire-demo
    """
    from pipelines.cli.demo import show

    raise typer.Exit(show(keep))


@app.command()
def airflow(
    demo: Annotated[bool, typer.Option("--demo", help="Work on a small news web of its own.")] = False,
    home: Annotated[
        Path | None, typer.Option("--home", help="With --demo: work in this folder and keep it.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="8080, or any free one.")
    ] = None,
) -> None:
    """Run Airflow on this machine, with the DAGs that do the work, until Ctrl-C.

    Needs maplewire[airflow]. Log in as admin / admin or, to look only, desk / desk.

    Example: maplewire airflow --demo
    """
    from pipelines.cli.airflow import serve

    raise typer.Exit(serve(home, port, demo=demo))


@app.command()
def run(as_json: AsJson = False) -> None:
    """Collect what is due, process it, index it and send alerts, once.

    Safe to kill and to run again: the next run continues where this one stopped. For cron:

        */5 * * * * MAPLEWIRE_HOME=/var/lib/maplewire maplewire run
    """
    from pipelines.stages.run import run_once

    with _at_work() as maplewire:
        report, findings = run_once(maplewire.parts)
    _show_runs([report], as_json=as_json)
    _finish(findings)


@app.command()
def collect(
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source, due or not.")
    ] = None,
) -> None:
    """Crawl the sources that are due into a batch.

    Example: maplewire collect --source cbc-world
    """

    def stage(maplewire: App, run_id: int, findings: RunProblems) -> str:
        from pipelines.stages.batches import adopt_waiting_batches
        from pipelines.stages.collect import collect_sources

        unknown = [s for s in source or () if maplewire.beat.source(s) is None]
        if unknown:
            raise CatalogueError([f"no source “{u}”; `maplewire sources list` shows them" for u in unknown])
        adopt_waiting_batches(maplewire.parts, run_id)
        pages = collect_sources(maplewire.parts, run_id, findings, source or (), due_only=not source)
        return f"{counted(pages, 'page')} collected"

    _stage(stage)


@app.command()
def recheck() -> None:
    """Look again at the pages that are due for it (1, 6 and 24 hours and 7 days after we had them), and process what changed.

    MAPLEWIRE_RECHECK_AFTER says when; "never" leaves it out.
    """

    def stage(maplewire: App, run_id: int, findings: RunProblems) -> str:
        from pipelines.stages.process import process_open_batches
        from pipelines.stages.recheck import recheck_due_pages

        asked = recheck_due_pages(maplewire.parts, run_id, findings)
        outcomes = process_open_batches(maplewire.parts, run_id, findings)
        changed = outcomes[Outcome.UPDATE]
        return f"{asked} pages looked at again, {changed} changed"

    from pipelines.model import Outcome

    _stage(stage)


@app.command()
def process(
    batch: Annotated[
        list[Path] | None, typer.Argument(help="WARC files; without any, all open batches.")
    ] = None,
) -> None:
    """Extract, judge and group the pages of open batches, or of any WARC file named.

    Example: maplewire process CC-NEWS-20260117.warc.gz
    """

    if missing := [b for b in batch or () if not b.is_file()]:
        raise CatalogueError([f"{m}: no such file" for m in missing])

    def stage(maplewire: App, run_id: int, findings: RunProblems) -> str:
        from pipelines.stages.batches import add_batch
        from pipelines.stages.process import process_open_batches

        for path in batch or ():
            if not add_batch(maplewire.parts, path, run_id):
                say(f"{path} is known already; only what is open in it is processed")
        outcomes = process_open_batches(maplewire.parts, run_id, findings)
        return (
            ", ".join(f"{n} {o.value.replace('_', '-')}" for o, n in outcomes.items()) or "nothing to process"
        )

    _stage(stage)


@app.command()
def index() -> None:
    """Bring the search index up to the ledger."""

    def stage(maplewire: App, _: int, findings: RunProblems) -> str:
        from pipelines.stages.index import index_changes

        return f"{counted(index_changes(maplewire.parts, findings), 'document')} written"

    _stage(stage, counted=False)


@app.command()
def alert() -> None:
    """Match saved searches with what arrived since the last time, and send the mails that are due."""

    def stage(maplewire: App, _: int, findings: RunProblems) -> str:
        from pipelines.stages.notify import send_new_alerts

        return f"{counted(send_new_alerts(maplewire.parts, findings), 'mail')} sent"

    _stage(stage, counted=False)


@app.command()
def digest() -> None:
    """Send the digests whose hour has come by each search's cadence and clock, and tell what is unusual.

    `maplewire run` does it too. By itself it may be asked as often as you like: nothing is told twice.
    """

    def stage(maplewire: App, _: int, findings: RunProblems) -> str:
        from pipelines.stages.notify import send_due_digests

        return f"{send_due_digests(maplewire.parts, findings)} mails sent"

    _stage(stage, counted=False)


@app.command()
def reindex() -> None:
    """Build the search index again from the ledger; searches are answered all the while."""

    def stage(maplewire: App, _: int, findings: RunProblems) -> str:
        from pipelines.stages.index import rebuild_search_index

        return f"{counted(rebuild_search_index(maplewire.parts, findings), 'document')} indexed"

    _stage(stage, counted=False)


@app.command()
def backfill(
    since: Annotated[
        str | None, typer.Option(help="36h, 7d, 2w or 2026-01-17; needed without --warc.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Before this time; now, if it is not given.")] = None,
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Only this source. May be repeated.")
    ] = None,
    warc: Annotated[
        list[Path] | None, typer.Option("--warc", help="A WARC file instead of the web. May be repeated.")
    ] = None,
) -> None:
    """Fetch the past: from the archives of sitemaps, or from WARC files such as Common Crawl's CC-NEWS.

    Nothing of it is mailed as new, but to searches that say `backfill: true`. Safe to repeat.

    Examples:

        maplewire backfill --since 30d --source gnw-canada

        maplewire backfill --since 2026-01-01 --warc CC-NEWS-20260117000000-00001.warc.gz
    """
    from pipelines.cli.backfill import fill

    def stage(maplewire: App, run_id: int, findings: RunProblems) -> str:
        return fill(
            maplewire, run_id, findings, since=since, until=until, sources=source or (), warcs=warc or ()
        )

    _stage(stage)


@app.command()
def upkeep() -> None:
    """Remove old batches and tidy the ledger; for once a day.

    Batches go when they are older than MAPLEWIRE_KEEP_BATCHES_DAYS (90), or the oldest of them while less than
    MAPLEWIRE_DISK_FREE_SHARE (0.1) of their disk is free. What is still needed stays.
    """
    from pipelines.cli.backfill import tidy

    def stage(maplewire: App, _: int, __: RunProblems) -> str:
        return tidy(maplewire)

    _stage(stage, counted=False)


@app.command()
def setup(
    kibana: Annotated[
        bool, typer.Option("--kibana", help="Import data views, searches and dashboards too.")
    ] = False,
    export: Annotated[
        Path | None, typer.Option("--export", help="Only write Kibana's objects to this .ndjson file.")
    ] = None,
) -> None:
    """Make what is missing: the ledger's tables, the index's templates and aliases. Safe to repeat.

    Examples:

        maplewire setup --kibana

        maplewire setup --export kibana.ndjson
    """
    from pipelines.cli import installation as installing

    if export is not None:
        installing.export(export)
        return
    with open_app() as maplewire:
        changed = installing.set_up(maplewire, kibana=kibana)
    for line in changed:
        sys.stdout.write(f"{line}\n")
    if not changed:
        say("everything was there already")


def _stage(stage: Callable[[App, int, RunProblems], str], *, counted: bool = True) -> None:
    """Run one stage under the lock; a stage that handles pages gets a run of its own in the accounts."""
    from pipelines.stages.context import RunProblems

    findings = RunProblems()
    with _at_work() as maplewire:
        run_id = maplewire.ledger.start_run(maplewire.clock.now()) if counted else 0
        note: str | None = "ended by an error"
        try:
            message = stage(maplewire, run_id, findings)
            note = None
        finally:
            if counted:
                maplewire.ledger.finish_run(run_id, maplewire.clock.now(), findings.mails_sent, note)
    say(message)
    _finish(findings)


def _finish(findings: RunProblems) -> None:
    for sentence in findings.sentences:
        complain(sentence)
    if findings.bugs:
        # All other pages were served; now the bug travels up with its traceback.
        raise ExceptionGroup("pages were kept aside because of a bug in Maplewire", findings.bugs)
    if findings.troubles:
        raise typer.Exit(1)


# -- reading ----------------------------------------------------------------------------------------


@app.command()
def search(
    query: Annotated[
        str, typer.Argument(help='Lucene syntax: canola AND tariff*, "strategic partnership", lang:zh …')
    ],
    limit: Limit = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to pass over first: the next page.")] = 0,
    since: Annotated[str | None, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = None,
    lang: Annotated[str | None, typer.Option(help="en, fr, zh, zh-Hans, zh-Hant …")] = None,
    source: Annotated[str | None, typer.Option(help="A source's id.")] = None,
    articles: Annotated[bool, typer.Option("--articles", help="Show every article that matched.")] = False,
    as_json: AsJson = False,
) -> None:
    """Search, stories first, newest first, hits marked.

    Examples:

        maplewire search 'canola AND tariff*' --since 7d

        maplewire search 'origin:CGTN AND carrier:GlobeNewswire' --json

        maplewire search '习近平 OR "Xi Jinping"' --lang zh
    """
    from pipelines.cli.tables import show_search
    from pipelines.query import parse
    from pipelines.stages.moments import read_moment

    with open_app(reading=True) as maplewire:
        now = maplewire.clock.now()
        parsed = parse(query, now=now)
        after = read_moment(since, now) if since else None
        found = maplewire.index.search(
            parsed, limit=limit, offset=offset, since=after, lang=lang, source=source
        )
        if maplewire.index.count() < maplewire.ledger.count_articles():
            complain("the search index is behind the ledger; bring it up with: maplewire index")
        if not found.total:
            _doubt_filters(maplewire, lang, source)
        show_search(maplewire.ledger, found, articles=articles, as_json=as_json)


def _doubt_filters(maplewire: App, lang: str | None, source: str | None) -> None:
    """Say what may be wrong with a filter under which nothing is found."""
    import difflib
    import re

    known = [name for s in maplewire.beat.sources for name in (s.id, s.name)]
    if source is not None and source.casefold() not in map(str.casefold, known):
        close = difflib.get_close_matches(source, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "`maplewire sources list` shows them"
        complain(f"--source {source}: no source of the catalogue is called so; {hint}")
    if lang is not None and not re.fullmatch(r"(?i)[a-z]{2,3}(-[a-z]{4})?", lang):
        complain(f"--lang {lang}: is no language code; write en, fr, zh, zh-Hans or zh-Hant")


@story_app.command("show")
def story_show(
    story_id: Annotated[
        str, typer.Argument(help="A story's id, or the id or address of one of its articles.")
    ],
    passages: Annotated[
        bool,
        typer.Option(
            "--passages", help="Also what each copy kept, reworded, left out and added, by sentence."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show one story: origin, carriers, its copies with what each kept, versions with their diffs, and its history.

    Example: maplewire story s9c1f0a2b3c4d5e6f --passages
    """
    from pipelines.cli.story import show_story
    from pipelines.cli.tables import find_story

    with open_app(reading=True) as maplewire:
        story = find_story(maplewire.ledger, story_id)
        show_story(maplewire.ledger, story, as_json=as_json, passages=passages)


@story_app.command("merge")
def story_merge(
    a: Annotated[str, typer.Argument(help="A story, by its id or an article's id or address.")],
    b: Annotated[str, typer.Argument(help="The story that goes into it.")],
) -> None:
    """Make one story of two, whatever their texts say; later articles follow. `story undo` takes it back.

    Example: maplewire story merge s9c1f0a2b3c4d5e6f s1b2c3d4e5f60718
    """
    from pipelines.cli import corrections as wording

    with _at_work() as maplewire:
        sys.stdout.write(f"{wording.merge(maplewire, a, b)}\n")


@story_app.command("split")
def story_split(
    story_id: Annotated[str, typer.Argument(help="A story, by its id or an article's id or address.")],
    articles: Annotated[list[str], typer.Argument(help="Articles that leave it, by id or address.")],
) -> None:
    """Move articles into a story of their own, whatever their texts say. `story undo` takes it back.

    Example: maplewire story split s9c1f0a2b3c4d5e6f 1b2c3d4e5f607182
    """
    from pipelines.cli import corrections as wording

    with _at_work() as maplewire:
        sys.stdout.write(f"{wording.split(maplewire, story_id, articles)}\n")


@story_app.command("undo")
def story_undo(number: Annotated[int, typer.Argument(help="As `maplewire story words` shows it.")]) -> None:
    """Take back a merge or a split; the texts decide again about the articles it named."""
    from pipelines.cli import corrections as wording

    with _at_work() as maplewire:
        for story_id in wording.undo(maplewire, number):
            sys.stdout.write(f"{story_id}\n")


@story_app.command("words")
def story_words(as_json: AsJson = False) -> None:
    """Show what people said of stories; with --json as lines of labelled pairs, texts included, to measure by.

    Example: maplewire story words --json > corrections.jsonl
    """
    from pipelines.cli import corrections as wording

    with open_app(reading=True) as maplewire:
        wording.show(maplewire.ledger, as_json=as_json)


@app.command()
def status(limit: Limit = 10, as_json: AsJson = False) -> None:
    """Show the accounts of the last runs: what was fetched and what became of it."""
    with open_app(reading=True) as maplewire:
        runs = maplewire.ledger.runs(limit)
        if not runs and not as_json:
            say("no run yet; start one with: maplewire run")
            return
        _show_runs(runs, as_json=as_json)


def _show_runs(runs: Any, *, as_json: bool) -> None:
    from pipelines.cli.json_output import run_shape
    from pipelines.cli.tables import show_runs

    if as_json:
        print_json([run_shape(r) for r in runs])
    else:
        show_runs(runs)


@sources_app.command("list")
def sources_list(as_json: AsJson = False) -> None:
    """Show the catalogue."""
    from dataclasses import asdict

    with open_app(reading=True) as maplewire:
        sources = maplewire.beat.sources
    if as_json:
        print_json([asdict(s) for s in sources])
        return
    rows = [
        (
            s.id,
            s.name,
            s.kind,
            s.country or "",
            s.language or "",
            s.owner,
            s.tier,
            s.scope,
            "yes" if s.enabled else "no",
        )
        for s in sources
    ]
    print_table(
        f"{len(rows)} sources",
        ["id", "name", "kind", "country", "language", "owner", "tier", "scope", "on"],
        rows,
    )


@sources_app.command("check")
def sources_check(
    source: Annotated[list[str] | None, typer.Argument(help="Ids; without any, all enabled sources.")] = None,
) -> None:
    """Try sources live: is the listing there, can it be read, does an article come?

    Example: maplewire sources check gnw-canada
    """
    from pipelines.cli.tables import show_checks

    with open_app() as maplewire:
        if not show_checks(maplewire, source or []):
            raise typer.Exit(1)


@sources_app.command("health")
def sources_health(as_json: AsJson = False) -> None:
    """Show each source's last success, failures, and its usual and present volume."""
    from pipelines.cli.tables import health_rows, show_health

    with open_app(reading=True) as maplewire:
        rows = health_rows(maplewire)
    if as_json:
        print_json(rows)
    else:
        show_health(rows)


@app.command()
def brief(
    since: Annotated[str, typer.Option(help="36h, 7d, 2w or 2026-01-17.")] = "1d",
    out: Annotated[Path, typer.Option(help="The page to write; - for standard output.")] = Path("brief.html"),
) -> None:
    """Write what came in as one page: stories, plots, syndication routes. It needs no script and no network.

    Example: maplewire brief --since 7d --out week.html
    """
    from pipelines.alerts.exports import brief_of
    from pipelines.stages.moments import read_moment

    with open_app(reading=True) as maplewire:
        page = brief_of(maplewire.parts, read_moment(since, maplewire.clock.now()))
    if str(out) == "-":
        sys.stdout.write(page)
        return
    try:
        out.write_text(page, "utf-8")
    except OSError as e:
        raise CatalogueError([f"{out}: cannot be written: {e.strerror}"]) from e
    say(f"{out} is written")


@app.command()
def outbox(
    limit: Limit = 20,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only what somebody did not get: owed still, or refused.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the newest mails and messages, with what became of them for each recipient."""
    from pipelines.cli.searches import show_outbox

    show_outbox(limit, open_only=open_only, as_json=as_json)


@quarantine_app.command("list")
def quarantine_list(
    everything: Annotated[bool, typer.Option("--all", help="Also what was replayed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what was kept aside and why."""
    from pipelines.cli.json_output import iso, quarantine_shape

    with open_app(reading=True) as maplewire:
        kept = maplewire.ledger.quarantined(include_replayed=everything)
    if as_json:
        print_json([quarantine_shape(k) for k in kept])
        return
    rows = [(k.id, iso(k.at), k.source_id, k.stage, k.reason, k.url) for k in kept]
    print_table(f"{len(rows)} kept aside", ["id", "at", "source", "stage", "reason", "url"], rows)


@quarantine_app.command("replay")
def quarantine_replay() -> None:
    """Process everything in quarantine again, from the batches."""
    from pipelines.stages.context import RunProblems
    from pipelines.stages.replay import replay_quarantine

    findings = RunProblems()
    with _at_work() as maplewire:
        results = replay_quarantine(maplewire.parts, findings)
    print_table("", ["source", "outcome", "url"], [(k.source_id, o.value, k.url) for k, o in results])
    say(f"{counted(len(results), 'page')} replayed")
    _finish(findings)


@bench_app.command("index")
def bench_index(
    articles: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many made-up articles.")] = 5000,
    as_json: AsJson = False,
) -> None:
    """Measure writing, searching and rebuilding on the Elasticsearch of MAPLEWIRE_INDEX_URL, in indices of its own.

    Example: MAPLEWIRE_INDEX_URL=http://localhost:9200 maplewire bench index --articles 50000
    """
    from maplewire_bench.index import bench_index as measure
    from pipelines.config import read_settings

    settings = read_settings()
    if not settings.index.startswith("http"):
        raise CatalogueError(["MAPLEWIRE_INDEX_URL: this measures Elasticsearch; write https://HOST:9200"])
    key, certificates = settings.elasticsearch_api_key, settings.elasticsearch_ca_certs
    rows = measure(
        settings.index,
        api_key=key.get_secret_value() if key else None,
        ca_certs=str(certificates) if certificates else None,
        articles=articles,
    )
    _print_rows(rows, as_json=as_json)


@bench_app.command("alerts")
def bench_alerts(as_json: AsJson = False) -> None:
    """Measure matching 1,000 searches with 500 new articles; where MAPLEWIRE_INDEX_URL is an Elasticsearch, beside its `_msearch`.

    Example: MAPLEWIRE_INDEX_URL=http://localhost:9200 maplewire bench alerts
    """
    from maplewire_bench.alerts import bench_alerts as measure
    from pipelines.config import read_settings

    settings = read_settings()
    key, certificates = settings.elasticsearch_api_key, settings.elasticsearch_ca_certs
    rows = measure(
        settings.index if settings.index.startswith("http") else None,
        api_key=key.get_secret_value() if key else None,
        ca_certs=str(certificates) if certificates else None,
    )
    _print_rows(rows, as_json=as_json)


@bench_app.command("dedup")
def bench_dedup(
    stored: Annotated[int, typer.Option(min=10, help="Articles stored before any is counted.")] = 10_000,
    counted: Annotated[int, typer.Option(min=10, help="Articles counted.")] = 1_000,
    grown: Annotated[
        int,
        typer.Option(
            min=0, help="Measure again in a ledger of so many articles; a million takes a while and 6 GB."
        ),
    ] = 0,
    ledger: Annotated[
        str | None,
        typer.Option(
            help="An empty PostgreSQL database to fill, in the place of an SQLite file that is removed."
        ),
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(help="The Python of an environment with datasketch and rensa (`make bench` makes one)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure what deciding on an article and storing it costs, on made-up news in a filled ledger, beside other programs.

    Example: maplewire bench dedup --grown 100000
    """
    from maplewire_bench.dedup import bench_dedup as measure

    _print_rows(measure(ledger, peers, stored=stored, counted=counted, grown=grown), as_json=as_json)


def _print_rows(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        print_json([row._asdict() for row in rows])
        return
    print_table("", ["what", "figure", "unit"], [(r.what, f"{r.figure:,.2f}", r.unit) for r in rows])


# -- the deciders on files --------------------------------------------------------------------------


@app.command()
def extract(paths: Annotated[list[Path], typer.Argument(help=".html, .html.gz or .warc.gz files.")]) -> None:
    """Extract saved pages to JSON lines, one article a line.

    Example: maplewire extract saved/*.html > articles.jsonl
    """
    from pipelines.extract import extract_paths

    failed = 0
    for line in extract_paths(paths, datetime.now(UTC)):
        failed += bool(line.get("error"))
        print_json_line(line)
    if failed:
        complain(f"{failed} of the pages gave no article; their lines say why under “error”")
        raise typer.Exit(1)


@app.command()
def judge(
    file: Annotated[
        Path, typer.Argument(help="JSON lines of {id, title, text, lang?}; - for standard input.")
    ],
) -> None:
    """Judge whether texts are on the beat: {id, relevant, score, why} a line."""
    from pipelines.relevance import judge_lines

    with open_app(reading=True) as maplewire:
        for line in judge_lines(_json_lines(file), maplewire.beat.terms):
            print_json_line(line)


@app.command()
def dedup(
    file: Annotated[
        Path, typer.Argument(help="JSON lines of {id, url, title, body, …}; - for standard input.")
    ],
) -> None:
    """Group texts into stories: {id, cluster, relation, of, why} a line, by the pipeline's own rules."""
    from pipelines.stories.text_file import cluster_lines

    for line in cluster_lines(_json_lines(file)):
        print_json_line(line)


def _json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """Read JSON lines. CatalogueError names the line that is none."""
    if str(file) == "-":
        yield from _parsed("standard input", sys.stdin)
        return
    try:
        with file.open(encoding="utf-8") as lines:
            yield from _parsed(str(file), lines)
    except OSError as e:
        raise CatalogueError([f"{file}: cannot be read: {e.strerror}"]) from e
    except UnicodeDecodeError as e:
        raise CatalogueError([f"{file}: is not UTF-8: {e.reason} at byte {e.start}"]) from e


def _parsed(name: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    import json

    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as e:
            raise CatalogueError([f"{name}:{number}: is no JSON: {e}"]) from e
        if not isinstance(row, dict):
            raise CatalogueError([f'{name}:{number}: must be an object such as {{"id": …, "title": …}}'])
        yield row
