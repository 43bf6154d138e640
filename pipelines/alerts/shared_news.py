"""What several searches tell a reader in one mail (pure).

Canola, to desk and boss ──┐                desk: Canola and Ports
Ports, to desk           ──┴─► one event ─► boss: Canola
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.alerts.told_events import Reader, ToldEvents, readers_of
from pipelines.beat.searches import ParsedSearch
from pipelines.model import Alert, SavedSearch
from pipelines.query import Query


@dataclass(frozen=True, slots=True)
class SearchNews:
    """What one search has to tell of one event now."""

    parsed: ParsedSearch
    #: The most important first, those of the story that a mail opens with before the others.
    alerts: tuple[Alert, ...]
    #: Other searches that tell the same readers of these stories.
    others: tuple[ParsedSearch, ...] = ()

    @property
    def queries(self) -> dict[str, Query]:
        """The queries of all searches that tell of the stories, by search id."""
        queries = {}
        for parsed in (self.parsed, *self.others):
            queries[parsed.search.id] = parsed.query
        return queries

    @property
    def search(self) -> SavedSearch:
        return self.parsed.search

    @property
    def head(self) -> Alert:
        return self.alerts[0]

    def by_story(self) -> list[SearchNews]:
        """Return the same, one a story."""
        alerts: dict[str, list[Alert]] = {}
        for alert in self.alerts:
            alerts.setdefault(alert.story_id, []).append(alert)
        return [SearchNews(self.parsed, tuple(group)) for group in alerts.values()]


def news_by_event(news: Iterable[SearchNews], told: ToldEvents) -> list[list[SearchNews]]:
    """Return the news of searches, those of one event together.

    What a search wants told story by story stays alone, and so does what is about no story.
    """
    events: list[list[SearchNews]] = []
    for one in news:
        for event in events:
            if _is_same_news(event[0], one, told):
                event.append(one)
                break
        else:
            events.append([one])
    return events


def _is_same_news(a: SearchNews, b: SearchNews, told: ToldEvents) -> bool:
    if a.search.group == "story" or b.search.group == "story":
        return False
    if not a.head.story_id or a.head.reason != b.head.reason:
        return False
    if a.head.reason == "update":
        return a.head.story_id == b.head.story_id and a.head.step == b.head.step
    return told.is_one_event(a.head.story_id, b.head.story_id)


def stories_of(news: Iterable[SearchNews]) -> list[SearchNews]:
    """Return the news of several searches by story, each thing once.

    What matched is shown for all searches that tell of the story.
    """
    found: dict[str, SearchNews] = {}
    for one in news:
        for of_story in one.by_story():
            story_id = of_story.head.story_id
            before = found.get(story_id)
            if before is None:
                found[story_id] = of_story
            else:
                alerts = (*before.alerts, *_further(before, of_story))
                others = (*before.others, of_story.parsed)
                found[story_id] = replace(before, alerts=alerts, others=others)
    return list(found.values())


def _further(before: SearchNews, news: SearchNews) -> list[Alert]:
    """Return what news say of a story that was not said.

    That a story is new each search says for itself, with its own name.
    """
    said = {(alert.reason, alert.step) for alert in before.alerts}
    further: list[Alert] = []
    for alert in news.alerts:
        if alert.reason == "new" or (alert.reason, alert.step) not in said:
            further.append(alert)
    return further


def readers_by_news(event: Sequence[SearchNews]) -> dict[tuple[int, ...], list[Reader]]:
    """Return the readers of an event by the places of the news that they get.

    Each reader stands in it once.
    """
    places: dict[Reader, list[int]] = {}
    for place, one in enumerate(event):
        for reader in sorted(readers_of(one.search)):
            places.setdefault(reader, []).append(place)
    readers: dict[tuple[int, ...], list[Reader]] = {}
    for reader, found in places.items():
        readers.setdefault(tuple(found), []).append(reader)
    # Who is told by most searches' first news comes first, whatever the addresses are.
    return dict(sorted(readers.items()))
