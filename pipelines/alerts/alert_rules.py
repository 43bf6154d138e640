"""What a search has to tell of a story that changed (pure): new, update, spread.

    matches, stories, what was told before ──► for each search and story:

        never told, passes the conditions          new       once, however the story is joined or re-headed
        never told, does not pass them yet         waits     looked at again whenever the story changes
        told, and a page changed materially        update    once for a change, however many copies repeat it
        told, and grew past a threshold            spread    once for a threshold, the highest of those passed

An alert's key says what was told. What is known of a story that was joined into another counts
for that one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.alerts.cadence import due_at
from pipelines.alerts.conditions import lacking, refusal
from pipelines.alerts.reported_change import ReportedChange
from pipelines.alerts.spread import new_thresholds, passed_thresholds
from pipelines.model import Alert, Document, SavedSearch, Story

#: A story that passed no condition for so long is not looked at any more.
WAIT = timedelta(days=14)
#: Articles that one alert remembers, to bound the row of a story with thousands of copies.
MAX_IDS = 200
#: Articles of an alert that its reader has surely seen: a mail opens with them.
SHOWN = 5


def decide(
    search: SavedSearch,
    story: Story,
    documents: Sequence[Document],
    known: Sequence[Alert],
    now: datetime,
    *,
    published: Sequence[datetime] = (),
    changes: Sequence[ReportedChange] = (),
) -> list[Alert]:
    """Return what a search has to tell of one story now, the most important first.

    `documents` are those that match. `known` are the alerts that this search has of this story and of those
    joined into it. `published` are the times of the story's articles. An alert that is known is not returned
    again, except one that waited and may leave now.
    """
    by_reason: dict[str, list[Alert]] = {}
    for alert in known:
        by_reason.setdefault(alert.reason, []).append(alert)
    before = by_reason.get("new", ())
    states = {alert.state for alert in before}
    if states <= {"waiting"}:
        return _decide_first(search, story, documents, before, now, published)
    if "told" not in states:
        # It stands in a mail to come, which will show the story as it is then.
        return []
    # The most important comes first: a change of what the reader knows goes before more copies of it.
    found: list[Alert] = []
    if "update" in search.reasons:
        shown_changes = _changes_of_shown_articles(story, before, changes)
        found.extend(_update_alerts(search, story, shown_changes, by_reason.get("update", ()), now))
    if "spread" in search.reasons:
        told = by_reason.get("spread", ())
        for threshold in new_thresholds(search, story, published, told):
            found.append(_spread_alert(search, story, threshold.step, (threshold.why,), now))
    return found


def told_by(mail_key: str, alerts: Iterable[Alert], at: datetime) -> list[Alert]:
    """Return these alerts as told by one mail."""
    found: list[Alert] = []
    for alert in alerts:
        found.append(replace(alert, state="told", told=at, mail=mail_key))
    return found


def shown_articles(story: Story, alerts: Iterable[Alert]) -> set[str]:
    """Return the articles whose changes readers hear of.

    They are the original, and those that opened a mail.
    """
    shown = {story.lead_id}
    for alert in alerts:
        shown.update(alert.article_ids[:SHOWN])
    return shown


def _decide_first(
    search: SavedSearch,
    story: Story,
    documents: Sequence[Document],
    before: Sequence[Alert],
    now: datetime,
    published: Sequence[datetime],
) -> list[Alert]:
    """Decide about a story that the search has not told yet.

    `before` is the alert that waits, if there is one.
    """
    if "new" not in search.reasons:
        if before:
            return []
        # It is noted silently: updates and the spread of it may still be asked for.
        return [_silent_alert(search, story, documents, now)]
    is_lacking = lacking(search, story) is not None
    if before:
        # What the search refuses was asked when the story was first seen, and stays as it was.
        if is_lacking:
            return []
        first = _new_alert(search, story, documents, now, before[0])
    else:
        if not documents or refusal(search, story, documents):
            return []
        first = _new_alert(search, story, documents, now)
        if is_lacking:
            return [replace(first, state="waiting", due=None)]
    # The first mail shows how far the story has spread. So its thresholds are noted with it,
    # without a sentence: no second mail will say the same.
    alerts = [first]
    for threshold in passed_thresholds(search, story, published):
        alerts.append(_spread_alert(search, story, threshold.step, (), now))
    return alerts


def _new_alert(
    search: SavedSearch,
    story: Story,
    documents: Sequence[Document],
    now: datetime,
    waiting: Alert | None = None,
) -> Alert:
    """Return the alert that a story is new.

    It keeps what `waiting` knew where nothing matches now.
    """
    alert = Alert(
        search.id,
        story.id,
        "new",
        article_ids=_ids_of(documents),
        why=(f"It matches your search “{search.name}”",),
        state="held",
        decided=now,
        due=due_at(search, now),
        sources=_sources_of(documents),
    )
    if waiting is None:
        return alert
    return replace(
        alert,
        article_ids=alert.article_ids or waiting.article_ids,
        sources=alert.sources or waiting.sources,
        decided=waiting.decided,
        noted=waiting.noted,
    )


def _silent_alert(search: SavedSearch, story: Story, documents: Sequence[Document], now: datetime) -> Alert:
    """Return the alert of a story as told, without a mail.

    Nobody asked to hear that it is new.
    """
    return Alert(
        search.id,
        story.id,
        "new",
        article_ids=_ids_of(documents),
        state="told",
        decided=now,
        due=now,
        told=now,
        sources=_sources_of(documents),
    )


def _spread_alert(search: SavedSearch, story: Story, step: str, why: tuple[str, ...], now: datetime) -> Alert:
    due = due_at(search, now)
    return Alert(search.id, story.id, "spread", why=why, step=step, decided=now, due=due)


def _changes_of_shown_articles(
    story: Story, before: Sequence[Alert], changes: Sequence[ReportedChange]
) -> list[ReportedChange]:
    """Return the changes of the original and of articles that the reader saw.

    Those from before the first mail stand in that mail (`story_turns`). Forty sites that mend their own
    copies are no news to a reader who never saw them.
    """
    times: list[datetime] = []
    shown = shown_articles(story, before)
    for alert in before:
        if alert.told:
            times.append(alert.told)
    since = min(times)
    shown_changes: list[ReportedChange] = []
    for change in changes:
        if change.at > since and change.article_id in shown:
            shown_changes.append(change)
    return shown_changes


def _update_alerts(
    search: SavedSearch,
    story: Story,
    changes: Sequence[ReportedChange],
    known: Sequence[Alert],
    now: datetime,
) -> list[Alert]:
    """Return an alert for each change whose step nobody was told."""
    alerts: list[Alert] = []
    # Copies repeat a change of their original: the same step is the same news.
    told_steps = set()
    for alert in known:
        told_steps.add(alert.step)
    for change in changes:
        step = str(change.step)
        if step in told_steps:
            continue
        told_steps.add(step)
        alerts.append(
            Alert(
                search.id,
                story.id,
                "update",
                article_ids=(change.article_id,),
                why=change.why,
                step=step,
                changed=change.changed,
                decided=now,
                due=due_at(search, now),
            )
        )
    return alerts


# Matching articles come in the order of their arrival, so the first ids are those that were told.
def _ids_of(documents: Sequence[Document]) -> tuple[str, ...]:
    found: list[str] = []
    for document in documents[:MAX_IDS]:
        found.append(document.id)
    return tuple(found)


def _sources_of(documents: Sequence[Document]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(document.source for document in documents))
