"""Sources that are gone: the questions about them, and what an answer does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.operations.airflow_tasks.accounts import Piece
from pipelines.operations.airflow_tasks.task_app import open_task_app

if TYPE_CHECKING:
    from crawlers.model import Source
    from pipelines.bootstrap import App

#: More at once are no matter of single sources; each question is a run that waits.
MOST_QUESTIONS = 20


def dead_source_questions() -> list[Piece]:
    """Return a question for each source that is gone.

    Each has "key", "source" (its id) and "question". The key is the same as long as the same failure lasts,
    so that nobody is asked twice.
    """
    from pipelines.beat.dead_sources import find_dead_sources

    with open_task_app() as app:
        dead = find_dead_sources(app.beat.sources, app.ledger.feed_states())
    questions = []
    for one in dead[:MOST_QUESTIONS]:
        questions.append({"key": one.key, "source": one.source.id, "question": one.question})
    return questions


def settle_dead_source(source_id: str, *, turn_off: bool, by: str | None) -> str:
    """Do what a person answered; return what was done, in words.

    `by` is who answered, None where nobody did. A source that answers again stays on.
    Raises CatalogueError where the catalogue cannot be written.
    """
    with open_task_app() as app:
        source = app.beat.source(source_id)
        if source is None:
            return f"“{source_id}” is no longer in the catalogue, so there was nothing to do."
        if not turn_off:
            decided = f"{by} answered so" if by else "nobody answered"
            return f"{source.name} ({source_id}) stays on: {decided}."
        return _turn_off(app, source, by)


def _turn_off(app: App, source: Source, by: str | None) -> str:
    from pipelines.beat.dead_sources import find_dead_sources
    from pipelines.operations.source_switch import switch_sources

    named = f"{source.name} ({source.id})"
    if not source.enabled:
        return f"{named} is off already."
    states = app.ledger.feed_states()
    state = states.get(source.id)
    if state is None or state.failing_since is None:
        return (
            f"{named} answers, so it stays on. To turn it off all the same: maplewire sources off {source.id}"
        )
    reason = state.last_error or "it could not be read"
    for dead in find_dead_sources([source], states):
        reason = dead.reason
    if by:
        reason = f"{reason}; turned off by {by}"
    switch_sources(app.beat, [source.id], enabled=False, reason=reason)
    return f"{named} is off: {reason}. Undo: maplewire sources on {source.id}"
