"""Decide what is told of the stories that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.alerts.alert_rules import (
    FAST,
    WAIT,
    decide,
    told_by,
    within_ceiling,
)
from pipelines.alerts.cadence import next_morning
from pipelines.alerts.ceiling import mails_today
from pipelines.alerts.context import NotifyContext, desk_of, note_run
from pipelines.alerts.mail_content import compose
from pipelines.alerts.messages import messages_of
from pipelines.alerts.search_matcher import Matcher
from pipelines.alerts.touched_stories import TouchedStories
from pipelines.beat.searches import ParsedSearch
from pipelines.model import (
    Alert,
    Document,
    OutboxMail,
    SavedSearch,
    Story,
    StoryChange,
    StoryEvent,
)

CHANGES = "alert changes"
HISTORY = "alert history"
CHUNK = 200
"""Changes decided in one transaction: with a thousand searches that may be some thousand mails."""
FLOOD = 10
"""So many mails of a search at once are read; more than that, after an outage or a first run, are one mail of them all."""
NEWS = (StoryChange.UPDATE, StoryChange.GONE, StoryChange.BACK, StoryChange.ORIGIN)


def decide_alerts(house: NotifyContext) -> int:
    """Decide what is to be told of everything that changed since the last time; return the mails owed by it."""
    note_run(house.ledger, house.clock.now())
    standing = [s for s in house.beat.searches if s.search.enabled]
    step = _Deciding(house, standing)
    owed = step.waiting()
    while changes := house.ledger.changes_since(seen := house.ledger.watermark(CHANGES), CHUNK):
        owed += step.take([c.document for c in changes if c.document], seen, changes[-1].seq)
    while lines := house.ledger.history_since(seen := house.ledger.watermark(HISTORY), CHUNK):
        owed += step.learn(lines, seen, lines[-1].number)
    return owed


class _Deciding:
    """One run of the step, which compiles the searches and reads the receipt once."""

    def __init__(self, house: NotifyContext, standing: Sequence[ParsedSearch]) -> None:
        self._ledger = house.ledger
        self._standing = standing
        self._searches = {s.search.id: s for s in standing}
        self._matcher = Matcher([s.query for s in standing])
        self._desk = desk_of(house)
        self._sent: dict[str, int] = {}
        # What is held and due stands in one mail right after this step; what else comes for that search joins it.
        held = self._ledger.alerts(states=["held"])
        self._flooded = {a.search_id for a in held if _leaves(a, self._desk.now)}

    def waiting(self) -> int:
        """Look again at stories that did not pass a search's conditions yet."""
        since = self._desk.now - WAIT
        known = [a for a in self._ledger.alerts(states=["waiting"]) if a.decided and a.decided >= since]
        seen = self._ledger.watermark(CHANGES)
        return (
            self._settle({(a.search_id, a.story_id): [] for a in known}, (), CHANGES, seen, seen)
            if known
            else 0
        )

    def take(self, documents: Sequence[Document], seen: int, up_to: int) -> int:
        """Decide one chunk of changes; return the mails owed, 0 where another worker took it first."""
        matched: dict[tuple[str, str], list[Document]] = {}
        for standing, found in zip(self._standing, self._matcher.match(documents), strict=True):
            for document in found:
                matched.setdefault((standing.search.id, document.story_id), []).append(document)
        touched = dict.fromkeys(document.story_id for document in documents)
        return self._settle(matched, touched, CHANGES, seen, up_to)

    def learn(self, lines: Sequence[StoryEvent], seen: int, up_to: int) -> int:
        """Decide what became of stories: edits that matter, pages that were taken away; return the mails owed."""
        lines = [line for line in lines if line.material and line.turn in NEWS]
        return self._settle({}, dict.fromkeys(line.story_id for line in lines), HISTORY, seen, up_to, lines)

    def _settle(
        self,
        matched: Mapping[tuple[str, str], list[Document]],
        touched: Collection[str],
        watermark: str,
        seen: int,
        up_to: int,
        lines: Sequence[StoryEvent] = (),
    ) -> int:
        stories = TouchedStories(self._ledger, {story_id for _, story_id in matched} | set(touched), lines)
        ids = stories.ids
        known: dict[tuple[str, str], list[Alert]] = {}
        for alert in self._ledger.alerts(stories=ids):
            known.setdefault((alert.search_id, alert.story_id), []).append(alert)
        decided: dict[str, list[list[Alert]]] = {}
        for search_id, story_id in {**matched, **known}:
            standing, story = self._searches.get(search_id), stories.get(story_id)
            if standing is None or story is None:
                continue
            before = known.get((search_id, story_id), [])
            group = self._decide(
                standing.search, story, matched.get((search_id, story_id), []), before, stories
            )
            if group:
                decided.setdefault(search_id, []).append(group)
        alerts: list[Alert] = []
        mails: list[OutboxMail] = []
        for search_id, groups in decided.items():
            standing = self._searches[search_id]
            for group in self._in_time(standing.search, groups, stories):
                wrote = self._written(standing, group, known, stories)
                mails += wrote
                alerts += told_by(wrote[0].key, group, self._desk.now) if wrote else group
        if not self._ledger.settle(alerts, mails, watermark, seen, up_to):
            self._sent.clear()
            return 0
        return len(mails)

    def _decide(
        self,
        search: SavedSearch,
        story: Story,
        documents: Sequence[Document],
        before: Sequence[Alert],
        stories: TouchedStories,
    ) -> list[Alert]:
        was_told = any(alert.state == "told" for alert in before)
        if not before and not search.backfill and documents and all(map(stories.is_backfilled, documents)):
            return []
        return decide(
            search,
            story,
            documents,
            before,
            self._desk.now,
            appeared=stories.appeared(story.id) if story.copies >= FAST - 1 else (),
            turned=stories.turned(story.id) if was_told else (),
        )

    def _in_time(
        self, search: SavedSearch, groups: Sequence[list[Alert]], stories: TouchedStories
    ) -> Iterator[list[Alert]]:
        """Yield the groups, oldest story first, with those held back that go beyond the day's ceiling."""
        now = self._desk.now
        ordered = sorted(groups, key=lambda group: stories.first_seen(group[0].story_id))
        leaving = [group for group in ordered if _leaves(group[0], now)]
        yield from (group for group in ordered if not _leaves(group[0], now))
        if len(leaving) > FLOOD:
            self._flooded.add(search.id)
        if search.id in self._flooded:
            yield from leaving
            return
        heads = [group[0] for group in leaving]
        if search.ceiling is None or not heads:
            yield from leaving
            return
        sent = self._sent_today(search)
        within = within_ceiling(search, heads, sent, now, next_morning(search, now))
        for group, head in zip(leaving, within, strict=False):
            yield [replace(alert, due=head.due) for alert in group]
        self._sent[search.id] = sent + min(len(heads), max(0, search.ceiling - sent))
        if len(within) > len(heads):
            told_of = self._ledger.known_keys([within[-1].key])
            yield from [] if told_of else [[within[-1]]]

    def _sent_today(self, search: SavedSearch) -> int:
        if search.id not in self._sent:
            self._sent[search.id] = mails_today(self._ledger, search, self._desk.now)
        return self._sent[search.id]

    def _written(
        self,
        standing: ParsedSearch,
        group: Sequence[Alert],
        known: Mapping[tuple[str, str], Sequence[Alert]],
        stories: TouchedStories,
    ) -> list[OutboxMail]:
        if not _leaves(group[0], self._desk.now) or standing.search.id in self._flooded:
            return []
        first = [
            a for a in known.get((standing.search.id, group[0].story_id), ()) if a.reason == "new" and a.mail
        ]
        shown = stories.told(standing.query, group, first[0].mail if first else None)
        return messages_of(standing.search, compose(standing.search, shown, self._desk), [shown], self._desk)


def _leaves(alert: Alert, now: datetime) -> bool:
    """Tell whether an alert is told at once."""
    return alert.state == "held" and alert.due is not None and alert.due <= now
