"""What each search has to tell of the stories that changed (pure): new, update, spread.

    matches, stories, what was told before ──► for each search and story:

        never told, passes the search's conditions     new       once for ever, however the story is joined or re-headed
        never told, does not pass them yet             waits     looked at again whenever the story changes
        told, and a page of it was changed materially  update    once for the same change, however many copies repeat it
        told, and grew past a threshold                spread    once a threshold; the highest of those passed

An alert's key says what was told. What is known of a story that was joined into another counts for that one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipelines.alerts.cadence import due_at, local_day
from pipelines.model import Alert, Document, SavedSearch, Story

WAIT = timedelta(days=14)
"""After so long a story that never passed a search's conditions is not looked at any more."""
FAST = 5
FAST_WITHIN = timedelta(hours=1)
"""So many articles of a story within so long: it spreads faster than readers notice by themselves."""
MAX_IDS = 200
SHOWN = 5


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """One material change of a page in a story: which article, when we saw it, why it matters, (before, after) of passages."""

    story_id: str
    article_id: str
    at: datetime
    why: tuple[str, ...]
    changed: tuple[tuple[str, str], ...] = ()
    turn: str = "update"

    @property
    def step(self) -> str:
        """Name the change by what it says, so that copies that repeat it are the same news."""
        said = hashlib.sha256("\n".join(self.why).encode()).hexdigest()[:12]
        return said if self.turn == "update" else f"{self.turn}-{said}"


def refusal(search: SavedSearch, story: Story, documents: Sequence[Document]) -> str | None:
    """Say why a story that matched is not for this search, None where it is.

    `documents` are the articles that matched: it is enough that one of them passes.
    """
    if not search.paid and story.kind == "paid_release":
        return "paid releases do not count for this search (paid: false)"
    if search.languages and not any(_spoken(d.lang, search.languages) for d in documents):
        return f"no matching article is in {', '.join(search.languages)}"
    if search.tiers and not any(d.tier in search.tiers for d in documents):
        return f"no matching source is of tier {', '.join(map(str, search.tiers))}"
    if not search.state and (story.kind == "state_media" or all(d.owner == "state" for d in documents)):
        return "state media do not count for this search (state: false)"
    return None


def lacking(search: SavedSearch, story: Story) -> str | None:
    """Say what a story still lacks and may get, None where it lacks nothing."""
    if story.independent < search.min_independent:
        return (
            f"{story.independent} independent reports so far; this search waits for {search.min_independent}"
        )
    return None


def _spoken(lang: str | None, wanted: Iterable[str]) -> bool:
    return lang is not None and any(lang == w or lang.startswith(f"{w}-") for w in wanted)


def decide(
    search: SavedSearch,
    story: Story,
    documents: Sequence[Document],
    known: Sequence[Alert],
    now: datetime,
    *,
    appeared: Sequence[datetime] = (),
    turned: Sequence[ReportedChange] = (),
) -> list[Alert]:
    """Return what a search has to tell of one story now, the first of them the most important.

    `documents` are those that match, `known` what this search has noted of this story (and of those joined into it), and
    `appeared` when the story's articles did. Nothing that is known is returned again, but for an alert that waited.
    """
    by_reason: dict[str, list[Alert]] = {}
    for alert in known:
        by_reason.setdefault(alert.reason, []).append(alert)
    before = by_reason.get("new", ())
    if not any(alert.state != "waiting" for alert in before):
        return _first(search, story, documents, before, now, appeared)
    if not any(alert.state == "told" for alert in before):
        return []  # it stands in a mail to come, which will show the story as it is then
    found: list[Alert] = []
    if "update" in search.reasons:
        since = min(alert.told for alert in before if alert.told)
        # Forty sites that mend their own copies are no news: those count that the reader was shown, and the first.
        shown = {story.lead_id, *(id_ for alert in before for id_ in alert.article_ids[:SHOWN])}
        later = [turn for turn in turned if turn.at > since and turn.article_id in shown]
        found += _updates(search, story, later, by_reason.get("update", ()), now)
    if "spread" in search.reasons:
        found += _spread(search, story, appeared, by_reason.get("spread", ()), now)
    return found


def _first(
    search: SavedSearch,
    story: Story,
    documents: Sequence[Document],
    before: Sequence[Alert],
    now: datetime,
    appeared: Sequence[datetime],
) -> list[Alert]:
    waiting = before[0] if before else None
    if "new" not in search.reasons:
        # Known silently: updates and spread of it may still be asked for.
        return [] if waiting else [_told_silently(search, story, documents, now)]
    if waiting is None and (not documents or refusal(search, story, documents)):
        return []
    lacks = lacking(search, story)
    if waiting is not None and lacks:
        return []
    ids = tuple(d.id for d in documents)[:MAX_IDS] or (waiting.article_ids if waiting else ())
    alert = Alert(
        search.id,
        story.id,
        "new",
        ids,
        (f"It matches your search “{search.name}”",),
        state="waiting" if lacks else "held",
        decided=waiting.decided if waiting else now,
        due=None if lacks else due_at(search, now),
        sources=tuple(dict.fromkeys(d.source for d in documents)) or (waiting.sources if waiting else ()),
        noted=waiting.noted if waiting else None,
    )
    return [alert] if lacks else [alert, *_passed(search, story, appeared, now)]


def _told_silently(search: SavedSearch, story: Story, documents: Sequence[Document], now: datetime) -> Alert:
    ids = tuple(d.id for d in documents)[:MAX_IDS]
    sources = tuple(dict.fromkeys(d.source for d in documents))
    return Alert(
        search.id, story.id, "new", ids, (), state="told", decided=now, due=now, told=now, sources=sources
    )


def _passed(search: SavedSearch, story: Story, appeared: Sequence[datetime], now: datetime) -> list[Alert]:
    """Return the thresholds that a story has passed when it is first told: its mail says so, no second one will."""
    steps = [step for step, _ in _thresholds(search, story)] + (["fast"] if picked_up(appeared) else [])
    return [
        Alert(search.id, story.id, "spread", (), (), step, state="held", decided=now, due=due_at(search, now))
        for step in steps
    ]


def _thresholds(search: SavedSearch, story: Story) -> list[tuple[str, str]]:
    """Return (step, sentence) of every threshold passed, the highest of each kind last."""
    passed = [
        (f"copies-{n}", f"{story.copies} copies of it are known by now; you hear of that from {n} on")
        for n in search.copies
        if story.copies >= n
    ]
    return passed + [
        (
            f"reports-{n}",
            f"{story.independent} independent reports of the event are known by now; you hear of that from {n} on",
        )
        for n in search.reports
        if story.independent >= n
    ]


def _spread(
    search: SavedSearch, story: Story, appeared: Sequence[datetime], known: Sequence[Alert], now: datetime
) -> list[Alert]:
    steps = {alert.step for alert in known}
    fresh = [(step, why) for step, why in _thresholds(search, story) if step not in steps]
    if "fast" not in steps and (pace := picked_up(appeared)):
        fresh.append(("fast", pace))
    due = due_at(search, now)
    alerts = [
        Alert(search.id, story.id, "spread", (), (why,), step, decided=now, due=due) for step, why in fresh
    ]
    # One mail says it all: the highest threshold speaks, the others are noted as told with it.
    return alerts[::-1]


def picked_up(appeared: Sequence[datetime]) -> str | None:
    """Say how fast a story was taken up, None where that is nothing out of the ordinary."""
    times = sorted(appeared)
    for first, last in zip(times, times[FAST - 1 :], strict=False):
        if last - first <= FAST_WITHIN:
            minutes = max(1, round((last - first) / timedelta(minutes=1)))
            return f"{FAST} sites ran it within {minutes} min"
    return None


def _updates(
    search: SavedSearch, story: Story, turned: Sequence[ReportedChange], known: Sequence[Alert], now: datetime
) -> Iterable[Alert]:
    steps = {alert.step for alert in known}
    for turn in turned:
        if turn.step not in steps:
            steps.add(turn.step)
            yield Alert(
                search.id, story.id, "update", (turn.article_id,), turn.why, turn.step, turn.changed,
                decided=now, due=due_at(search, now),
            )  # fmt: skip


# -- ceilings -----------------------------------------------------------------------------------------------


def within_ceiling(
    search: SavedSearch, alerts: Sequence[Alert], sent_today: int, now: datetime, later: datetime
) -> list[Alert]:
    """Hold back until `later` what goes beyond a day's mails, and add the one alert that says so.

    `alerts` are heads of mails that would leave now, in order; `sent_today` counts those that left.
    """
    if search.ceiling is None:
        return list(alerts)
    room = max(0, search.ceiling - sent_today)
    if len(alerts) <= room:
        return list(alerts)
    kept = [*alerts[:room], *(replace(alert, due=later) for alert in alerts[room:])]
    return [*kept, ceiling_reached(search, now)]


def ceiling_reached(search: SavedSearch, now: datetime) -> Alert:
    """Return the alert that says that a search has sent its mails of the day: once for each day of its reader."""
    return Alert(
        search.id, "", "ceiling",
        why=(f"This search has sent its {search.ceiling} mails of the day.",
             "What else comes is kept and stands in one mail tomorrow. Nothing is lost."),
        step=f"{local_day(search, now)}", decided=now, due=now,
    )  # fmt: skip


def told_by(mail_key: str, alerts: Iterable[Alert], at: datetime) -> list[Alert]:
    """Return these alerts as told by one mail."""
    return [replace(alert, state="told", told=at, mail=mail_key) for alert in alerts]
