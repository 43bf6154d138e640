"""The stories that one transaction is about, with what mails show of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.alerts.alert_rules import shown_articles
from pipelines.alerts.conditions import is_no_news_to
from pipelines.alerts.mail_context import AlertItem, RelatedItem
from pipelines.alerts.reported_change import ReportedChange
from pipelines.alerts.story_turns import read_change, read_turns
from pipelines.alerts.wording import marked_words
from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.model import (
    Alert,
    Document,
    Likeness,
    SavedSearch,
    StoredArticle,
    Story,
    StoryEvent,
    pages_carrying,
    story_ids_of,
)
from pipelines.ports import Ledger
from pipelines.query import Or, PassageFinder, Query

#: Other stories of the same event that a mail names.
RELATED = 8
#: Articles whose matching passages a mail shows. The copies say the same.
HIGHLIGHTED = 2


class TouchedStories:
    """The stories of one transaction under the names that they have today.

    Articles and changes are read when they are first asked for: most stories match no search.
    """

    def __init__(
        self,
        ledger: Ledger,
        story_ids: set[str],
        events: Sequence[StoryEvent] = (),
        organisations: Organisations = EVERYWHERE,
    ) -> None:
        self._ledger = ledger
        self._organisations = organisations
        found = stories_on_beat(ledger, story_ids)
        self._stories = {story.id: story for story in found.values()}
        self._events: dict[str, list[StoryEvent]] = {}
        for event in events:
            if event.story_id in found:
                # A story that was joined since goes by the name of the one that took it in.
                self._events.setdefault(found[event.story_id].id, []).append(event)
        self._articles: dict[str, tuple[StoredArticle, ...]] = {}
        self._changes: dict[str, list[ReportedChange]] = {}

    @property
    def story_ids(self) -> Collection[str]:
        """The ids of the stories as they are named today."""
        return self._stories.keys()

    def find_story(self, story_id: str) -> Story | None:
        return self._stories.get(story_id)

    def age_order(self, story_id: str) -> tuple[datetime, str]:
        """Return what sorts stories by their age, the same way in every run."""
        return self._stories[story_id].first_seen, story_id

    def articles_of(self, story_id: str) -> tuple[StoredArticle, ...]:
        """Return the articles of a story, the original first."""
        if story_id not in self._articles:
            self._articles[story_id] = tuple(self._ledger.story_articles(story_id))
        return self._articles[story_id]

    def is_no_news(self, document: Document, search: SavedSearch) -> bool:
        """Tell whether an article was too old to be news when it was first seen.

        What was fetched from the past on purpose is news to a search that asks for it.
        """
        for stored in self.articles_of(document.story_id):
            if stored.article.id == document.id:
                return is_no_news_to(search, stored.article)
        return False

    def publication_times(self, story_id: str) -> list[datetime]:
        """Return when the articles appeared, leaving out those whose hour is not known."""
        times: list[datetime] = []
        # Of a day alone nobody knows whether its articles came within an hour of each other.
        for stored in self.articles_of(story_id):
            published = stored.article.published
            if published is not None and published.precision not in ("day", "month", "year"):
                times.append(published.at)
        return times

    def changes_of(self, story_id: str) -> list[ReportedChange]:
        """Return the changes of a story that readers may hear of."""
        if story_id not in self._changes:
            self._changes[story_id] = []
            for event in self._events.get(story_id, ()):
                change = read_change(self._ledger, story_id, event, self._organisations)
                self._changes[story_id].append(change)
        return self._changes[story_id]

    def item_of(self, queries: Mapping[str, Query], alerts: Sequence[Alert], thread: str | None) -> AlertItem:
        """Return what a mail shows of the story of these alerts.

        `queries` are those of the searches that tell of it, by search id. The passages that match any of
        them are marked.
        """
        story = self._stories.get(alerts[0].story_id)
        if story is None:
            return AlertItem(tuple(alerts))
        articles = self.articles_of(story.id)
        passages, words_by_search = _mark_matches(queries, alerts, articles)
        return AlertItem(
            tuple(alerts),
            story,
            articles,
            passages,
            words_by_search=words_by_search,
            related=self._related_items(story),
            thread=thread,
            turns=self._turns_before(story, alerts),
            carried_in=len(pages_carrying(story.id, self._ledger.carryings([story.id]))),
        )

    def _turns_before(self, story: Story, alerts: Sequence[Alert]) -> tuple[ReportedChange, ...]:
        """Return what became of a story's pages before its readers hear of it."""
        if alerts[0].reason != "new":
            return ()
        return read_turns(self._ledger, story.id, shown_articles(story, alerts), self._organisations)

    def _related_items(self, story: Story) -> tuple[RelatedItem, ...]:
        """Return other stories of the same event, the best first."""
        found = self._ledger.related(story.id)[:RELATED]
        likenesses: dict[str, Likeness | None] = {}
        for related in found:
            likenesses[related.story_id] = related.likeness
        items: list[RelatedItem] = []
        for item in related_items(self._ledger, story_ids_of(found)):
            items.append(replace(item, likeness=likenesses.get(item.story.id)))
        return tuple(items)


def stories_on_beat(ledger: Ledger, story_ids: Collection[str]) -> dict[str, Story]:
    """Return these stories by the ids asked for, without those that a mark keeps out."""
    found = {}
    for story_id, story in ledger.stories(story_ids).items():
        if story.is_on_beat:
            found[story_id] = story
    return found


def related_items(ledger: Ledger, story_ids: Sequence[str]) -> tuple[RelatedItem, ...]:
    """Return stories as a mail names them beside another.

    Those that are gone are left out.
    """
    stories = stories_on_beat(ledger, story_ids)
    items: list[RelatedItem] = []
    for story_id in story_ids:
        story = stories.get(story_id)
        if story is not None:
            items.append(RelatedItem(story, ledger.article(story.lead_id)))
    return tuple(items)


def _mark_matches(
    queries: Mapping[str, Query], alerts: Sequence[Alert], articles: Sequence[StoredArticle]
) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Return the passages that match any search, and the words for each.

    The words come by search id.
    """
    passages: tuple[str, ...] = ()
    words: dict[str, tuple[str, ...]] = {}
    for search_id, query in queries.items():
        passages = _matching_passages(query, alerts, articles)
        words[search_id] = tuple(marked_words(passages))
    # Reading the texts is the cost: those of one search, the usual case, are read once.
    if len(queries) > 1:
        passages = _matching_passages(_any_of(queries.values()), alerts, articles)
    return passages, words


def _any_of(queries: Collection[Query]) -> Query:
    """Return one query that asks for what any of these asks for."""
    texts = [query.text for query in queries]
    roots = [query.root for query in queries]
    return Query(" OR ".join(texts), Or(tuple(roots)))


def _matching_passages(
    query: Query, alerts: Sequence[Alert], articles: Sequence[StoredArticle]
) -> tuple[str, ...]:
    """Return the passages that match in the first articles that the alerts are about.

    Alerts that name no article are about all of them.
    """
    article_ids: set[str] = set()
    for alert in alerts:
        article_ids.update(alert.article_ids)
    finder = PassageFinder(query)
    passages: dict[str, None] = {}
    highlighted = 0
    for stored in articles:
        if article_ids and stored.article.id not in article_ids:
            continue
        article = stored.article
        found = finder.passages(article.title, article.body, summary=article.summary, language=article.lang)
        passages.update(dict.fromkeys(found))
        highlighted += 1
        if highlighted == HIGHLIGHTED:
            break
    return tuple(passages)
