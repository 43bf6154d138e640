"""Mail to the operators about runs that cron starts.

Under Airflow the scheduler tells of failed tasks. `maplewire run` has no scheduler, so it tells by itself,
with the same mails: each reason once a day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.operations.airflow_tasks.source_watch import watch_health
from pipelines.operations.operator_mail import incident_key, tell_operators

if TYPE_CHECKING:
    from pipelines.bootstrap import App
    from pipelines.stages.context import RunProblems

#: Notes the hour in which the sources were last looked at: cron runs every five minutes.
SOURCES_WATCHED = "sources watched"
_HOUR_S = 3600
_HINT = "All of the last runs: maplewire status"


def tell_of_run(app: App, problems: RunProblems) -> list[str]:
    """Mail the operators what went wrong in a run, and which sources are in trouble.

    Trouble that may pass by itself is told when the run before had some too. Returns what was done, in
    words; nothing where nobody is to be told.
    """
    if not app.settings.operator_mail:
        return []
    done = []
    lines = []
    for sentence in problems.sentences:
        lines.append(f"- {sentence}")
    lines += [f"- a bug in Maplewire: {bug!r}" for bug in problems.bugs]
    is_lasting = problems.has_permanent_trouble or bool(problems.bugs) or _had_trouble_before(app)
    if lines and is_lasting:
        done.append(_mail_once_a_day(app, "a run had trouble", lines))
    return done + _watch_sources_hourly(app)


def tell_of_broken_run(app: App, error: Exception) -> list[str]:
    """Mail the operators that a run ended by an error; return what was done, in words."""
    if not app.settings.operator_mail:
        return []
    return [_mail_once_a_day(app, "a run ended by an error", [f"{type(error).__name__}: {error}"])]


def _had_trouble_before(app: App) -> bool:
    """Tell whether the run before the last one noted trouble."""
    return any(run.note is not None for run in app.ledger.runs(2)[1:])


def _mail_once_a_day(app: App, subject: str, lines: Sequence[str]) -> str:
    about = incident_key("\n".join(lines))
    key = f"run:{app.clock.now():%Y-%m-%d}:{about}"
    text = "\n".join([f"maplewire run, {app.settings.home}: {subject}.", "", *lines, "", _HINT])
    return tell_operators(app, key, subject, text)


def _watch_sources_hourly(app: App) -> list[str]:
    """Mail the operators about sources in trouble, at most once an hour.

    Returns what was done.
    """
    hour = int(app.clock.now().timestamp()) // _HOUR_S
    # A clock that was ahead noted an hour that is still to come: that is another hour, too.
    if app.ledger.watermark(SOURCES_WATCHED) == hour:
        return []
    app.ledger.set_watermark(SOURCES_WATCHED, hour)
    return watch_health(app).done
