"""Watching how the sources do, and mail to the operators about those in trouble."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from pipelines.operations.airflow_tasks.accounts import Counts, named_in_brackets, note_text
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.text.counts import counted

if TYPE_CHECKING:
    from pipelines.beat.source_health import Health
    from pipelines.bootstrap import App

#: All states of a source's health: a state without a source is counted as 0, so no key is missing.
_STATES = ("ok", "failing", "silent", "not tried", "off")
#: What the mail ends with.
_HINTS = ("Try one live: maplewire sources check ID", "All of them: maplewire sources health")


def watch_sources() -> tuple[Counts, str]:
    """Look how the sources do, and mail the operators about trouble.

    They are mailed when other sources are in trouble than last time, and while mail is held. Returns
    {"sources", "ok", "failing", "silent", "not_tried", "off"} and a note that names each source in trouble.
    """
    with open_task_app() as app:
        counts, lines, done = watch_health(app)
    for words in done:
        lines.append(f"({words})")
    return counts, note_text(lines)


def watch_health(app: App) -> tuple[Counts, list[str], list[str]]:
    """Mail the operators about sources in trouble, and while mail is held.

    Returns the counts of `watch_sources`, the lines of its note, and what was done, in words.
    """
    from pipelines.alerts.restore_hold import hold_sentence
    from pipelines.operations.operator_mail import tell_operators

    health = source_health(app)
    counts = _count_states(health)
    troubled: list[Health] = []
    trouble_lines: list[str] = []
    for one in health:
        if one.state in ("failing", "silent"):
            troubled.append(one)
            trouble_lines.append(f"- {one}")
    lines = [_summary(counts, troubled), *trouble_lines]
    done: list[str] = []
    if troubled:
        done.append(_mail_operators(app, troubled, lines))
    held = hold_sentence(app.ledger)
    if held is not None:
        # No task is red for it, so that somebody may have forgotten it.
        key = f"hold:{app.clock.now():%Y-%m-%d}"
        lines.append(held)
        done.append(tell_operators(app, key, "mail to readers is held", held))
    return counts, lines, done


def source_health(app: App) -> Sequence[Health]:
    """Return the health of every source in the beat."""
    from pipelines.beat.source_health import USUAL_DAYS, health_of

    now = app.clock.now()
    # One day more than is usual, because today is not over yet.
    volumes = app.ledger.volumes(now - timedelta(days=USUAL_DAYS + 1))
    return health_of(app.beat.sources, app.ledger.feed_states(), volumes, now)


def _count_states(health: Sequence[Health]) -> Counts:
    counts = {"sources": len(health)}
    for state in _STATES:
        counts[state.replace(" ", "_")] = 0
    for one in health:
        counts[one.state.replace(" ", "_")] += 1
    return counts


def _summary(counts: Counts, troubled: Sequence[Health]) -> str:
    """Return the first line of the note.

    It names the sources in trouble by their ids.
    """
    named: dict[str, list[str]] = {"failing": [], "silent": []}
    for one in troubled:
        named[one.state].append(one.source.id)
    failing = f"{counts['failing']} failing{named_in_brackets(named['failing'])}"
    silent = f"{counts['silent']} silent{named_in_brackets(named['silent'])}"
    return f"{counts['sources']} sources: {counts['ok']} well, {failing}, {silent}"


def _mail_operators(app: App, troubled: Sequence[Health], lines: Sequence[str]) -> str:
    """Mail the operators once a day about the same sources.

    Returns what was done, in words.
    """
    from pipelines.operations.operator_mail import tell_operators

    # Other sources, or the same ones in another state, are another mail.
    states = sorted(f"{one.source.id}:{one.state}" for one in troubled)
    fingerprint = hashlib.sha256(" ".join(states).encode()).hexdigest()[:12]
    key = f"sources:{app.clock.now():%Y-%m-%d}:{fingerprint}"
    subject = f"{counted(len(troubled), 'source')} failing or silent"
    return tell_operators(app, key, subject, "\n".join([*lines, "", *_HINTS]))
