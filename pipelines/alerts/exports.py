"""What was told or came in, for other programs: an Atom feed, and the brief."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parseaddr

from pipelines.alerts.atom import ENTRIES, Entry, atom
from pipelines.alerts.brief import STORIES, brief, ranked
from pipelines.alerts.context import NotifyContext, desk_of
from pipelines.model import (
    Alert,
    Document,
    SavedSearch,
)

FEED_DAYS = 30


def feed_of(house: NotifyContext, search: SavedSearch) -> bytes:
    """Return what a search has told lately as an Atom feed: each story once, at what was told of it last."""
    now = house.clock.now()
    lately = house.ledger.alerts(search=search.id, told_since=now - timedelta(days=FEED_DAYS))
    newest: dict[str, Alert] = {}
    for alert in sorted(lately, key=lambda a: a.told or now, reverse=True):
        if alert.story_id and alert.mail:
            newest.setdefault(alert.story_id, alert)
    shown = list(newest)[:ENTRIES]
    stories = house.ledger.stories(shown)
    entries = [
        Entry(newest[id_], stories[id_], lead)
        for id_ in shown
        if id_ in stories and (lead := house.ledger.article(stories[id_].lead_id))
    ]
    domain = parseaddr(house.mail_from)[1].rpartition("@")[2] or "localhost"
    return atom(search, entries, domain, now)


def brief_of(house: NotifyContext, since: datetime) -> str:
    """Return the page on everything that came in since a moment."""
    documents: list[Document] = []
    arrival = 0
    while arrivals := house.ledger.arrivals_since(arrival, 2000):
        arrival = arrivals[-1][0]
        documents += [d for _, d in arrivals if d.collected >= since]
    stories = house.ledger.stories({d.story_id for d in documents})
    shown = ranked(documents, stories)[:STORIES]
    articles = {story.id: house.ledger.story_articles(story.id) for story in shown}
    return brief(documents, stories, articles, desk_of(house), since)
