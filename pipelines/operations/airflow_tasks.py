"""What a scheduler's tasks do: each function wires Maplewire, does one piece of work, and returns its account.

    plan_collection ─► collect_shard … ─► close_collection     plan_processing ─► process_batches … ─► close_processing
    plan_backfill ─► backfill_piece … ─► close_backfill        update_index, rebuild_index, send_alerts, send_digests,
    recheck_pages, watch_sources, keep_up, clear_logs          tell_of_failure, tell_of_delay

An account is a small dictionary for an asset's extra (at most six keys, the total first) beside sentences for a
person. Trouble is raised by its kind: TemporaryError where the same task may succeed later, PermanentError
where a person has to act first; a bug travels up. Nothing heavy is imported before a function runs, and nothing
here knows the scheduler: the `maplewire` command offers the same work by hand.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crawlers.errors import CatalogueError, CrawlError, PermanentError, TemporaryError

if TYPE_CHECKING:
    from datetime import timedelta

    from pipelines.bootstrap import App
    from pipelines.model import RunReport
    from pipelines.stages.context import RunContext, RunProblems

Counts = dict[str, int]
Piece = dict[str, Any]
"""A piece of work for one task: "run", "label" and what it is about, by ids."""
NOTE_CHARS = 1000
"""As much as Airflow keeps of a run's note."""
MOST_NAMED = 6
LEAST_PAGES = 200
"""Fewer pages are not worth a worker of their own: it takes as long to start as to process them."""


# -- collect ------------------------------------------------------------------------------------------


def plan_collection(most_shards: int, source_ids: Sequence[str] = ()) -> list[Piece]:
    """Return what is due in pieces {"run", "label", "sources"}, a crawl for each; [] when nothing is due.

    `run` is the number of the run in the ledger's accounts. Sources that are named are asked whether due or not.
    Raises CatalogueError for a source that the beat does not have.
    """
    from pipelines.stages.collect import due_partitions

    with _app() as app:
        if unknown := [s for s in source_ids if app.beat.source(s) is None]:
            raise CatalogueError([f"no source “{u}”; `maplewire sources list` shows them" for u in unknown])
        shards = due_partitions(app.parts, most_shards, source_ids, due_only=not source_ids)
        run_id = app.ledger.start_run(app.clock.now()) if shards else None
    return [{"run": run_id, "label": s.label, "sources": list(s.source_ids)} for s in shards]


def collect_shard(run_id: int, source_ids: Sequence[str], *, limit_s: float) -> Counts:
    """Crawl these sources into one batch; return {"items", "sources", "failed", "known", "skipped", "missed"}.

    A source that fails is counted, told in the log, and raises nothing. `limit_s` bounds the whole
    crawl. Raises CrawlInterrupted, a TemporaryError, when it did not finish: there is no batch then.
    """
    from pipelines.stages.collect import collect_batch

    with _app() as app:
        parts = app.parts
        crawl = replace(parts.crawl, timeout_s=min(limit_s, parts.crawl.timeout_s))
        result = collect_batch(replace(parts, crawl=crawl), run_id, source_ids, due_only=False)
    reports = result.reports if result else ()
    return {
        "items": result.pages if result else 0,
        "sources": len(reports),
        "failed": sum(r.result == "failed" for r in reports),
        "known": sum(r.known for r in reports),
        "skipped": sum(r.skipped for r in reports),
        "missed": sum(r.failed for r in reports),
    }


def shard_label(label: str, counts: Counts) -> str:
    """Return what a desk reads on a crawl: "Canadian press · 41 items · 2 failed"."""
    failed = f" · {counts['failed']} failed" if counts["failed"] else ""
    return f"{label} · {_n(counts['items'], 'item')}{failed}"


def close_collection(plan: Sequence[Piece] | None, done: Sequence[Counts]) -> tuple[Counts, str]:
    """Close a collection's account; return its counts and a note that names every source that failed.

    `done` are the accounts of the crawls that finished. Raises PermanentError where there is no `plan`, since planning failed,
    and when no crawl finished: then the machine or its network is the trouble, not a source, and to add up again helps nobody.
    """
    pieces, run_id = _planned(plan)
    if run_id is None:
        return {"items": 0}, "Nothing was due."
    counts = {key: sum(d[key] for d in done) for key in ("items", "sources", "failed", "known", "missed")}
    lost = len(pieces) - len(done)
    with _app() as app:
        report = app.ledger.finish_run(run_id, app.clock.now(), 0)
        note = _collection_note(app, counts, report, lost, len(pieces))
        app.ledger.finish_run(run_id, app.clock.now(), 0, note)
    if not done:
        raise PermanentError(f"no crawl finished; the sources stay due and are asked again. {note}")
    return counts | {"crawls": len(done)}, note


def _collection_note(app: App, counts: Counts, report: RunReport, lost: int, shards: int) -> str:
    failed = [s.source_id for s in report.sources if s.result == "failed"]
    told = (
        f"{_n(counts['items'], 'item')} from {_n(counts['sources'], 'source')}, "
        f"{counts['failed']} failed{_named(failed)}, {counts['known']} known already"
    )
    if lost:
        told += f"; {lost} of {_n(shards, 'crawl')} did not finish, their sources stay due"
    return _note([told, *_failed_sources(app, report)])


def _failed_sources(app: App, report: RunReport) -> list[str]:
    """Return a line for each source that failed: its name, its id and why."""
    names = {source.id: source.name for source in app.beat.sources}
    return [
        f"- {names.get(s.source_id, s.source_id)} ({s.source_id}): {s.error}"
        for s in report.sources
        if s.result == "failed"
    ]


def _named(source_ids: Sequence[str]) -> str:
    """Name some sources in brackets, "" where there is none: a dashboard shows the first line of a note alone."""
    if not source_ids:
        return ""
    more = len(source_ids) - MOST_NAMED
    return f" ({', '.join(source_ids[:MOST_NAMED])}{f' and {more} more' if more > 0 else ''})"


def recheck_pages() -> tuple[Counts, str]:
    """Look again at the pages that are due for it; return {"pages"}, those asked for, and a note.

    Raises TemporaryError when the crawl did not finish: its pages stay due, a little later.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.recheck import recheck_due_pages

    findings = RunProblems()
    with _app() as app:
        run_id = app.ledger.start_run(app.clock.now())
        pages = recheck_due_pages(app.parts, run_id, findings)
        note = f"{_n(pages, 'page')} looked at again."
        app.ledger.finish_run(run_id, app.clock.now(), 0, "; ".join([note, *findings.sentences]))
    _raise_trouble(findings, TemporaryError)
    return {"pages": pages}, note


# -- backfill -----------------------------------------------------------------------------------------


def plan_backfill(most_shards: int, asked: Mapping[str, Any]) -> list[Piece]:
    """Return what was asked for in pieces {"run", "label", "sources", "file", "since", "until"}.

    `asked` holds what a person typed: "since", "until", "sources" and "files". A piece is a WARC file, or a group of
    sources. Raises CatalogueError for what cannot be done, before anything is.
    """
    from pathlib import Path

    from pipelines.stages.backfill import asked_window, named_sources
    from pipelines.stages.partitions import divide_sources

    files = [str(Path(path)) for path in asked["files"]]
    with _app() as app:
        window = asked_window(asked["since"], asked["until"], app.clock.now(), has_files=bool(files))
        sources = named_sources(app.parts, asked["sources"])
        if missing := [path for path in files if not Path(path).is_file()]:
            raise CatalogueError(
                [f"{path}: no such file on the machine that runs this task" for path in missing]
            )
        dates = {"since": window and window.since.isoformat(), "until": window and window.until.isoformat()}
        common: Piece = {"run": app.ledger.start_run(app.clock.now()), "file": None} | dates
    if files:
        return [common | {"label": Path(f).name, "file": f, "sources": list(asked["sources"])} for f in files]
    return [
        common | {"label": s.label, "sources": list(s.source_ids)}
        for s in divide_sources(sources, most_shards)
    ]


def backfill_piece(piece: Piece, *, limit_s: float) -> Counts:
    """Fetch one piece of the past into batches; return {"items", "sources", "failed", "left_out"}."""
    from datetime import datetime
    from pathlib import Path

    from crawlers.model import Window
    from pipelines.stages.backfill import crawl_past, import_warc

    window = None
    if piece["since"]:
        window = Window(datetime.fromisoformat(piece["since"]), datetime.fromisoformat(piece["until"]))
    with _app() as app:
        if piece["file"]:
            taken = import_warc(app.parts, piece["run"], Path(piece["file"]), window, piece["sources"])
            return {"items": taken.pages, "sources": 0, "failed": 0, "left_out": taken.left_out}
        assert window is not None, "the web is asked for a window"
        result = crawl_past(app.parts, piece["run"], piece["sources"], window, limit_s=limit_s)
    reports = result.reports if result else ()
    return {
        "items": result.pages if result else 0,
        "sources": len(reports),
        "failed": sum(r.result == "failed" for r in reports),
        "left_out": sum(r.known + r.skipped for r in reports),
    }


def close_backfill(plan: Sequence[Piece] | None, done: Sequence[Counts]) -> tuple[Counts, str]:
    """Close a backfill's account; return its counts and a note. Raises PermanentError where there was no plan."""
    pieces, run_id = _planned(plan)
    if run_id is None:
        return {"items": 0}, "No source is turned on."
    counts = {key: sum(d[key] for d in done) for key in ("items", "sources", "failed", "left_out")}
    told = f"{_n(counts['items'], 'item')} from the past, {counts['left_out']} known or not asked for"
    if lost := len(pieces) - len(done):
        told += (
            f"; {lost} of {_n(len(pieces), 'piece')} did not finish, run it again: what is known is left out"
        )
    with _app() as app:
        report = app.ledger.finish_run(run_id, app.clock.now(), 0)
        if failed := [s.source_id for s in report.sources if s.result == "failed"]:
            told += f"; {len(failed)} failed{_named(failed)}"
        note = _note([told, *_failed_sources(app, report)])
        app.ledger.finish_run(run_id, app.clock.now(), 0, note)
    return counts, note


# -- process ------------------------------------------------------------------------------------------


def plan_processing(most_workers: int) -> list[Piece]:
    """Return every open batch in pieces {"run", "label", "batches"}, a worker for each; [] when there is none.

    Batches are divided by their pages. What killed crawls left is taken over first.
    """
    from pipelines.stages.batches import adopt_waiting_batches, has_waiting_batches

    with _app() as app:
        if not has_waiting_batches(app.parts):
            return []
        run_id = app.ledger.start_run(app.clock.now())
        adopt_waiting_batches(app.parts, run_id)
        left = {b.batch_id: b.pages - len(b.done) for b in app.ledger.open_batches()}
    parts: list[list[str]] = [[] for _ in range(max(1, min(most_workers, sum(left.values()) // LEAST_PAGES)))]
    for batch_id in sorted(left, key=lambda b: (-left[b], b)):
        min(parts, key=lambda p: sum(left[b] for b in p)).append(batch_id)
    return [{"run": run_id, "label": _label(p, left), "batches": sorted(p)} for p in parts if p]


def _label(batch_ids: Sequence[str], left: Mapping[str, int]) -> str:
    """Return what a desk reads on a worker: "120 pages of 3 batches"."""
    return f"{_n(sum(left[b] for b in batch_ids), 'page')} of {_n(len(batch_ids), 'batch', 'batches')}"


def process_batches(run_id: int, batch_ids: Sequence[str]) -> Counts:
    """Process these batches; return how many pages met which outcome.

    All that can be processed is, whatever fails; then trouble is raised: PermanentError for a batch that is
    missing or damaged, an ExceptionGroup of bugs. A task that was killed goes on where it stopped.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.process import process_open_batches

    findings = RunProblems()
    with _app() as app:
        outcomes = process_open_batches(app.parts, run_id, findings, batch_ids)
    _raise_trouble(findings, PermanentError)
    return {outcome.value: n for outcome, n in outcomes.items()}


def close_processing(plan: Sequence[Piece] | None) -> tuple[Counts, str]:
    """Close a processing's account: {"pages", "new", "update", "copy", "off_beat", "aside"} and a note.

    `pages` are those that met an outcome in this run, "aside" what was quarantined or failed. Raises PermanentError
    where there is no `plan`, since planning failed.
    """
    from pipelines.model import Outcome

    _, run_id = _planned(plan)
    if run_id is None:
        return {"pages": 0}, "No batch was waiting."
    with _app() as app:
        outcomes = app.ledger.finish_run(run_id, app.clock.now(), 0).outcomes
        aside = outcomes[Outcome.QUARANTINED] + outcomes[Outcome.FAILED]
        told = (
            f"{_n(sum(outcomes.values()), 'page')}: {_n(outcomes[Outcome.NEW], 'new story', 'new stories')}, "
            f"{_n(outcomes[Outcome.COPY], 'copy', 'copies')}, {_n(outcomes[Outcome.UPDATE], 'update')}, "
            f"{outcomes[Outcome.UNCHANGED]} unchanged, {outcomes[Outcome.OFF_BEAT]} off the beat"
        )
        if aside:
            told += f", {aside} kept aside (`maplewire quarantine list` says why)"
        note = _note([told])
        app.ledger.finish_run(run_id, app.clock.now(), 0, note)
    return {
        "pages": sum(outcomes.values()),
        "new": outcomes[Outcome.NEW],
        "update": outcomes[Outcome.UPDATE],
        "copy": outcomes[Outcome.COPY],
        "off_beat": outcomes[Outcome.OFF_BEAT],
        "aside": aside,
    }, note


def has_arrivals(counts: Counts) -> bool:
    """Tell whether a processing's account holds something that a saved search may match."""
    return any(counts.get(outcome) for outcome in ("new", "update", "copy"))


# -- index, alert, watch ------------------------------------------------------------------------------


def update_index() -> Counts:
    """Bring the search index up to the ledger. Raises TemporaryError while it is away: nothing is lost by that."""
    from pipelines.stages.context import RunProblems
    from pipelines.stages.index import index_changes, index_run_accounts

    findings = RunProblems()
    with _app() as app:
        documents = index_changes(app.parts, findings)
        index_run_accounts(app.parts, findings)
    _raise_trouble(findings, TemporaryError)
    return {"documents": documents}


def rebuild_index() -> Counts:
    """Build the search index again from the ledger, searches being answered all the while."""
    from pipelines.stages.context import RunProblems
    from pipelines.stages.index import rebuild_search_index

    findings = RunProblems()
    with _app() as app:
        documents = rebuild_search_index(app.parts, findings)
    _raise_trouble(findings, PermanentError)
    return {"documents": documents}


def send_alerts() -> tuple[Counts, str]:
    """Match the saved searches with what arrived, and send what is owed: {"mails"} and a note.

    Raises TemporaryError when a mail waits (it stays owed); PermanentError when one was refused for good.
    """
    from pipelines.stages.notify import send_new_alerts

    return _sending(send_new_alerts)


def send_digests() -> tuple[Counts, str]:
    """Send the digests that are due by each search's cadence and clock: {"mails"} and a note. Raises like `send_alerts`."""
    from pipelines.stages.notify import send_due_digests

    return _sending(send_due_digests)


def _sending(stage: Callable[[RunContext, RunProblems], int]) -> tuple[Counts, str]:
    from pipelines.stages.context import RunProblems

    findings = RunProblems()
    with _app() as app:
        stage(app.parts, findings)
    sent = findings.mails_sent
    kind = PermanentError if findings.has_permanent_trouble else TemporaryError
    _raise_trouble(findings, kind, f"{_n(sent, 'mail')} sent. ")
    return {"mails": sent}, f"{_n(sent, 'mail')} sent."


def watch_sources() -> tuple[Counts, str]:
    """Look how the sources do, and mail the operators when others fail or are silent than when they were told.

    Returns {"sources", "ok", "failing", "silent", "not_tried", "off"} and a note that names each in trouble.
    """
    from pipelines.operations.operator_mail import tell_operators

    with _app() as app:
        found = source_health(app)
        counts = {"sources": len(found)} | {
            state.replace(" ", "_"): sum(h.state == state for h in found)
            for state in ("ok", "failing", "silent", "not tried", "off")
        }
        troubled = [h for h in found if h.state in ("failing", "silent")]
        failing, silent = (
            _named([h.source.id for h in troubled if h.state == state]) for state in ("failing", "silent")
        )
        told = [
            f"{counts['sources']} sources: {counts['ok']} well, {counts['failing']} failing{failing}, "
            f"{counts['silent']} silent{silent}"
        ]
        told += [f"- {h}" for h in troubled]
        if troubled:
            who = hashlib.sha256(" ".join(sorted(f"{h.source.id}:{h.state}" for h in troubled)).encode())
            key = f"sources:{app.clock.now():%Y-%m-%d}:{who.hexdigest()[:12]}"
            subject = f"{_n(len(troubled), 'source')} failing or silent"
            text = "\n".join(
                [
                    *told,
                    "",
                    "Try one live: maplewire sources check ID",
                    "All of them: maplewire sources health",
                ]
            )
            told.append(f"({tell_operators(app, key, subject, text)})")
    return counts, _note(told)


def source_health(app: App) -> Sequence[Any]:
    """Return the health of every source in the beat (`pipelines.beat.source_health.Health`)."""
    from datetime import timedelta

    from pipelines.beat.source_health import USUAL_DAYS, health_of

    now = app.clock.now()
    volumes = app.ledger.volumes(now - timedelta(days=USUAL_DAYS + 1))
    return health_of(app.beat.sources, app.ledger.feed_states(), volumes, now)


def keep_up() -> tuple[Counts, str]:
    """Remove old batches and tidy the ledger: {"pruned", "left", "freed_mb"} and a note."""
    from datetime import timedelta

    from pipelines.operations.upkeep import upkeep

    with _app() as app:
        settings = app.settings
        keep = timedelta(days=settings.keep_batches_days)
        done = upkeep(app.parts, keep=keep, free_share=settings.disk_free_share)
    return {"pruned": done.pruned, "left": done.left, "freed_mb": done.freed // 10**6}, str(done)


def clear_logs(folder: str, keep: timedelta) -> tuple[Counts, str]:
    """Remove the log files below a folder that nobody wrote to for so long: {"removed", "freed_mb"} and a note."""
    from datetime import UTC, datetime
    from pathlib import Path

    from pipelines.operations.upkeep import remove_old_files

    removed, freed = remove_old_files(Path(folder), datetime.now(UTC) - keep)
    note = f"{_n(removed, 'log file')} removed ({freed / 1e6:.1f} MB) from {folder}."
    return {"removed": removed, "freed_mb": freed // 10**6}, note


# -- operators ----------------------------------------------------------------------------------------


def tell_of_failure(context: Mapping[str, Any]) -> None:
    """Mail the operators that a task failed for good: what, why, and where to look. Once a day for one reason.

    `context` is what Airflow gives a failure callback; only names that it has had since 2.x are read.
    """
    ti, error = context.get("ti"), context.get("exception") or context.get("reason") or "no reason was given"
    task = getattr(ti, "task_id", "a task")
    dag = getattr(context.get("dag"), "dag_display_name", None) or getattr(ti, "dag_id", "a Dag")
    label = getattr(ti, "rendered_map_index", None) or ""
    text = [
        f"{dag}: “{task}” failed{f' ({label})' if label else ''} and is not tried again in this run.",
        "", str(error), "",
        f"Run: {getattr(ti, 'run_id', '')}", f"Log: {getattr(ti, 'log_url', '')}",
        "The Dag's own page in Airflow says what this means and what to do.",
    ]  # fmt: skip
    _tell(f"{getattr(ti, 'dag_id', dag)}:{task}:{error}", f"{dag}: {task} failed", "\n".join(text))


async def tell_of_delay(what: str, context: Mapping[str, Any] | None = None) -> None:
    """Mail the operators that a run is late. Airflow's triggerer awaits this when a deadline is missed."""
    run = (context or {}).get("dag_run") or {}
    name = run.get("dag_display_name") or run.get("dag_id") or "A Dag"
    text = f"{what}\n\nRun: {run.get('dag_run_id', '')}\nSee it in Airflow: is a task queued, running or up for retry?"
    await asyncio.to_thread(_tell, f"late:{name}", f"{name} is late", text)


def _tell(about: str, subject: str, text: str) -> None:
    from pipelines.operations.operator_mail import tell_operators

    with _app() as app:
        key = f"{app.clock.now():%Y-%m-%d}:{hashlib.sha256(about.encode()).hexdigest()[:16]}"
        _log().info(tell_operators(app, key, subject, text))


# -- what they share ----------------------------------------------------------------------------------


@contextmanager
def _app() -> Iterator[App]:
    """Yield a wired App whose events go to the task's log."""
    from pipelines.bootstrap import make_app

    with make_app(_to_log) as app:
        yield app


def _to_log(event: Mapping[str, Any]) -> None:
    """Log what a crawl says of each source; the rest would be a line for every page."""
    if event.get("event") != "source":
        return
    if event["result"] == "failed":
        _log().warning("%s failed: %s", event["source"], event["error"])
    else:
        counts = ", ".join(
            f"{event[name]} {name}" for name in ("entries", "fetched", "known", "skipped", "failed")
        )
        _log().info("%s: %s", event["source"], counts)


def _log() -> Any:
    import logging

    return logging.getLogger("maplewire")


def _planned(plan: Sequence[Piece] | None) -> tuple[Sequence[Piece], int | None]:
    if plan is None:
        raise PermanentError(
            "nothing was planned, so nothing was done: the log of the planning task says why"
        )
    return plan, plan[0]["run"] if plan else None


def _raise_trouble(findings: RunProblems, kind: type[CrawlError], before: str = "") -> None:
    if findings.bugs:
        raise ExceptionGroup("pages were kept aside because of a bug in Maplewire", findings.bugs)
    if findings.troubles:
        raise kind(before + "; ".join(findings.sentences))


def _note(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= NOTE_CHARS else text[: NOTE_CHARS - 1] + "…"


def _n(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
