"""What was told or came in, for other programs: Atom feeds and briefs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr

from pipelines.alerts.atom import ENTRIES, AtomEntry, write_atom
from pipelines.alerts.brief import STORIES, rank_stories, write_brief
from pipelines.alerts.context import NotifyContext, mail_context_of
from pipelines.alerts.mail_context import AlertItem, RelatedItem
from pipelines.alerts.story_turns import read_turns
from pipelines.alerts.touched_stories import stories_on_beat
from pipelines.beat.organisations import Organisations, organisations_of
from pipelines.model import OLD, Alert, Document, SavedSearch, Story, pages_carrying, story_ids_of
from pipelines.ports import Ledger

#: An Atom feed goes back so far: readers' programs ask every hour or so and keep what they got.
FEED_DAYS = 30
#: Documents read from the ledger at once for a brief, to bound what is held of one answer.
CHUNK = 2000
#: The least `max_age` that a source can have: what is younger is news, and need not be read.
LEAST_MAX_AGE = timedelta(hours=1)


def feed_of(context: NotifyContext, search: SavedSearch) -> bytes:
    """Return what a search has told lately as an Atom feed.

    Each story stands in it once, with what was told of it last.
    """
    ledger = context.ledger
    now = context.clock.now()
    newest: dict[str, Alert] = {}
    for alert in _told_lately(ledger, search, now):
        newest.setdefault(alert.story_id, alert)
    shown = list(newest)[:ENTRIES]
    stories = stories_on_beat(ledger, shown)
    entries: list[AtomEntry] = []
    for story_id in shown:
        story = stories.get(story_id)
        if story is None:
            continue
        lead = ledger.article(story.lead_id)
        if lead is not None:
            copies = tuple(ledger.story_articles(story_id))
            entries.append(AtomEntry(newest[story_id], story, lead, copies))
    # Ids of entries hold the domain of the sender, which is the only name that is surely ours.
    domain = parseaddr(context.mail_from)[1].rpartition("@")[2] or "localhost"
    return write_atom(search, entries, domain, now)


def last_told(ledger: Ledger, search: SavedSearch, now: datetime) -> datetime | None:
    """Return when a search has told a story last, None where it did not lately."""
    for alert in _told_lately(ledger, search, now):
        return alert.told
    return None


def _told_lately(ledger: Ledger, search: SavedSearch, now: datetime) -> list[Alert]:
    """Return what a search has told of stories, the newest first."""
    told = []
    for alert in ledger.alerts(search=search.id, told_since=now - timedelta(days=FEED_DAYS)):
        # Alerts without a mail were noted silently: nobody was told, so the feed does not tell either.
        if alert.story_id and alert.mail:
            told.append(alert)
    return sorted(told, key=lambda alert: alert.told or now, reverse=True)


def brief_of(context: NotifyContext, since: datetime, language: str = "en") -> str:
    """Return the page on what came in since a moment, and was news then."""
    ledger = context.ledger
    documents: list[Document] = []
    story_ids: set[str] = set()
    arrival = ledger.arrival_before(since)
    while True:
        arrivals = ledger.arrivals_since(arrival, CHUNK)
        if not arrivals:
            break
        arrival = arrivals[-1][0]
        for _, document in arrivals:
            if document.collected >= since and not _is_old(ledger, document):
                documents.append(document)
                story_ids.add(document.story_id)
    stories = ledger.stories(story_ids)
    # Articles are read for the stories that are shown, not for the thousands of a month.
    shown = rank_stories(documents, stories)[:STORIES]
    organisations = organisations_of(context.beat.outlets)
    items: list[AlertItem] = []
    for story in shown:
        items.append(_brief_item(ledger, story, organisations))
    mail_context = replace(mail_context_of(context), language=language)
    return write_brief(documents, stories, items, mail_context, since)


def _brief_item(ledger: Ledger, story: Story, organisations: Organisations) -> AlertItem:
    """Return what the page tells of a story.

    Its facts are those of a mail, so it is dressed as an alert of a search "brief".
    """
    found = ledger.related(story.id)
    stories = ledger.stories(story_ids_of(found))
    related: list[RelatedItem] = []
    for other in found:
        if other.story_id in stories:
            related.append(RelatedItem(stories[other.story_id], likeness=other.likeness))
    return AlertItem(
        (Alert("brief", story.id, "new"),),
        story,
        tuple(ledger.story_articles(story.id)),
        related=tuple(related),
        turns=read_turns(ledger, story.id, {story.lead_id}, organisations),
        carried_in=len(pages_carrying(story.id, ledger.carryings([story.id]))),
    )


def _is_old(ledger: Ledger, document: Document) -> bool:
    """Tell whether an article was no news any more when it came in."""
    if document.published is None or document.collected - document.published < LEAST_MAX_AGE:
        return False
    stored = ledger.article(document.id)
    return stored is not None and OLD in stored.article.flags
