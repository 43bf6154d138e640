"""Watching how the sources do, and mail about those in trouble.

SourceWatch is what a look at them has shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from pipelines.beat.source_health import STATES, State
from pipelines.operations.airflow_tasks.accounts import Counts, Piece, named_in_brackets, note_text
from pipelines.operations.airflow_tasks.task_app import open_task_app
from pipelines.text.counts import counted

if TYPE_CHECKING:
    from pipelines.beat.source_health import Health
    from pipelines.bootstrap import App

#: States that are counted also where no source is in them: whoever adds counts up finds them.
_ALWAYS_COUNTED: tuple[State, ...] = ("ok", "failing", "silent", "not tried", "off")
#: The two that a reader of the note looks for first.
_ALWAYS_NAMED: tuple[State, ...] = ("failing", "silent")
#: What the mail ends with.
_HINTS = ("Try one live: maplewire sources check ID", "All of them: maplewire sources health")


class SourceWatch(NamedTuple):
    """What a look at the sources has shown."""

    #: {"sources", "ok", "failing", "silent", "not_tried", "off"}, and other states as they occur.
    counts: Counts
    #: The note: its first line sums up, each other is a source in trouble.
    lines: list[str]
    #: What was done, in words.
    done: list[str]
    #: A source in trouble each: "label" for a list, "text" with the reason and what to do.
    troubles: list[Piece]

    @property
    def note(self) -> str:
        """Return the lines and what was done, as the scheduler keeps them."""
        return note_text([*self.lines, *(f"({words})" for words in self.done)])


def watch_sources() -> SourceWatch:
    """Look how the sources do, and mail the operators about trouble.

    They are mailed when other sources are in trouble than last time, and while mail is held.
    """
    with open_task_app() as app:
        return watch_health(app)


def watch_health(app: App) -> SourceWatch:
    """Do as `watch_sources` does, with an App that is open."""
    from pipelines.alerts.restore_hold import hold_sentence
    from pipelines.operations.operator_mail import tell_operators

    health = source_health(app)
    counts = _count_states(health)
    troubled: list[Health] = []
    troubles: list[Piece] = []
    lines: list[str] = []
    for one in health:
        if one.is_troubled:
            troubled.append(one)
            text = f"{one}. To do: {one.advice}"
            troubles.append({"label": f"{one.source.name} · {one.state}", "text": text})
            lines.append(f"- {text}")
    lines.insert(0, _summary(counts, troubled))
    done: list[str] = []
    if troubled:
        done.append(_mail_operators(app, troubled, lines))
    held = hold_sentence(app.ledger)
    if held is not None:
        # No task is red for it, so that somebody may have forgotten it.
        key = f"hold:{app.clock.now():%Y-%m-%d}"
        lines.append(held)
        done.append(tell_operators(app, key, "mail to readers is held", held))
    return SourceWatch(counts, lines, done, troubles)


def source_health(app: App) -> Sequence[Health]:
    """Return the health of every source in the beat."""
    from pipelines.alerts.source_record import read_source_health

    return read_source_health(app.ledger, app.beat.sources, app.clock.now())


def _count_states(health: Sequence[Health]) -> Counts:
    counts = {"sources": len(health)}
    for state in _ALWAYS_COUNTED:
        counts[_key(state)] = 0
    for one in health:
        counts[_key(one.state)] = counts.get(_key(one.state), 0) + 1
    return counts


def _summary(counts: Counts, troubled: Sequence[Health]) -> str:
    """Return the first line of the note.

    It names the sources in trouble by their ids.
    """
    parts = [f"{counts['ok']} well"]
    for state in (*_ALWAYS_NAMED, *STATES):
        named = []
        for one in troubled:
            if one.state == state:
                named.append(one.source.id)
        part = f"{len(named)} {state}{named_in_brackets(named)}"
        if part not in parts and (named or state in _ALWAYS_NAMED):
            parts.append(part)
    return f"{counts['sources']} sources: {', '.join(parts)}"


def _key(state: State) -> str:
    """Return the key of a state among the counts."""
    return state.replace(" ", "_")


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
