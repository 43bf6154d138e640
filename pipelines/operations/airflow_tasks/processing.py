"""Processing batches: open ones are divided among workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crawlers.errors import PermanentError
from pipelines.operations.airflow_tasks.accounts import (
    Counts,
    Piece,
    note_text,
    planned_pieces,
    raise_problems,
)
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.text.counts import counted

#: Fewer pages are not worth a worker of their own: it takes as long to start as to process them.
LEAST_PAGES = 200


def plan_processing(most_workers: int, *, of_past: bool = False) -> list[Piece]:
    """Return open batches in pieces of work, one for each worker.

    A piece is {"run", "label", "batches"}; [] where no batch waits. Batches are those of a backfill, or all
    others: thirty thousand pages of a file would keep the news waiting. They are divided by their pages.
    What killed crawls left behind is adopted first.
    """
    from pipelines.stages.batches import adopt_waiting_batches, has_waiting_batches, is_of_past

    with open_task_app() as app:
        if not has_waiting_batches(app.parts, of_past=of_past):
            return []
        run_id = app.ledger.start_run(app.clock.now())
        adopt_waiting_batches(app.parts, run_id)
        # What a killed worker had done of a batch counts no more towards its load.
        pages_left: dict[str, int] = {}
        for batch in app.ledger.open_batches():
            if is_of_past(batch.batch_id) == of_past:
                pages_left[batch.batch_id] = batch.pages - len(batch.done)
    pieces: list[Piece] = []
    for batch_ids in _divide_batches(pages_left, most_workers):
        pages = sum(map(pages_left.__getitem__, batch_ids))
        label = f"{counted(pages, 'page')} of {counted(len(batch_ids), 'batch', 'batches')}"
        pieces.append({"run": run_id, "label": label, "batches": sorted(batch_ids)})
    return pieces


def _divide_batches(pages_left: Mapping[str, int], most_workers: int) -> list[list[str]]:
    """Return the batches of each worker, with about as many pages for each.

    The largest batch is given away first, always to the worker with the fewest pages.
    """
    # Few pages make few workers, and one at the least.
    workers = max(1, min(most_workers, sum(pages_left.values()) // LEAST_PAGES))
    batches: dict[int, list[str]] = {}
    loads = [0] * workers
    for batch_id in sorted(pages_left, key=lambda batch_id: (-pages_left[batch_id], batch_id)):
        lightest = loads.index(min(loads))
        batches.setdefault(lightest, []).append(batch_id)
        loads[lightest] += pages_left[batch_id]
    return list(batches.values())


def process_batches(run_id: int, batch_ids: Sequence[str]) -> Counts:
    """Process these batches; return how many pages met which outcome.

    All that can be processed is processed, whatever fails. Then trouble is raised: PermanentError
    for a batch that is missing or damaged, an ExceptionGroup of bugs. A task that was killed goes on
    where it stopped.
    """
    from pipelines.stages.context import RunProblems
    from pipelines.stages.process import process_open_batches

    # A retry of a damaged batch meets the same damage, so all trouble here is permanent.
    problems = RunProblems()
    with open_task_app() as app:
        outcomes = process_open_batches(app.parts, run_id, problems, batch_ids)
    raise_problems(problems, PermanentError)
    found = {}
    for outcome, count in outcomes.items():
        found[outcome.value] = count
    return found


def close_processing(plan: Sequence[Piece] | None) -> tuple[Counts, str]:
    """Close a processing's account; return its counts and a note.

    The counts are {"pages", "new", "update", "copy", "off_beat", "aside"}. "pages" are those that met an
    outcome in this run, "off_beat" has borderline pages too, "aside" are those quarantined or failed. Raises
    EarlierTaskError without a `plan`.
    """
    from pipelines.model import Outcome

    _, run_id = planned_pieces(plan)
    if run_id is None:
        return {"pages": 0}, "No batch was waiting."
    with open_task_app() as app:
        outcomes = app.ledger.finish_run(run_id, app.clock.now(), 0).outcomes
        aside = outcomes[Outcome.QUARANTINED] + outcomes[Outcome.FAILED]
        pages = sum(outcomes.values())
        summary = (
            f"{counted(pages, 'page')}: {counted(outcomes[Outcome.NEW], 'new story', 'new stories')}, "
            f"{counted(outcomes[Outcome.COPY], 'copy', 'copies')}, "
            f"{counted(outcomes[Outcome.UPDATE], 'update')}, "
            f"{outcomes[Outcome.UNCHANGED]} unchanged, {outcomes[Outcome.OFF_BEAT]} off the beat"
        )
        if outcomes[Outcome.BORDERLINE]:
            summary += f", {outcomes[Outcome.BORDERLINE]} borderline"
        if aside:
            summary += f", {aside} kept aside (`maplewire quarantine list` says why)"
        note = note_text([summary])
        app.ledger.finish_run(run_id, app.clock.now(), 0, note)
    counts = {
        "pages": pages,
        "new": outcomes[Outcome.NEW],
        "update": outcomes[Outcome.UPDATE],
        "copy": outcomes[Outcome.COPY],
        # Airflow shows six counts of an asset event at a glance; the note tells borderline pages apart.
        "off_beat": outcomes[Outcome.OFF_BEAT] + outcomes[Outcome.BORDERLINE],
        "aside": aside,
    }
    return counts, note


def has_arrivals(counts: Counts) -> bool:
    """Tell whether an account holds something that a search may match."""
    # An account of nothing, {"pages": 0}, has none of these keys.
    return any(map(counts.get, ("new", "update", "copy")))
