"""The stories that changed, with what mails show of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pipelines.alerts.alert_rules import (
    ReportedChange,
)
from pipelines.alerts.mail_content import AlertItem, RelatedItem
from pipelines.model import (
    Alert,
    Document,
    StoredArticle,
    Story,
    StoryChange,
    StoryEvent,
)
from pipelines.ports import Ledger
from pipelines.query import Query, highlights
from pipelines.revisions import said_before, says_now, states_of, told

RELATED = 8
HIGHLIGHTED = 2
CHANGED_SHOWN = 8


class TouchedStories:
    """The stories of one chunk, with what the mails show of them, read when first needed."""

    def __init__(self, ledger: Ledger, asked: set[str], lines: Sequence[StoryEvent] = ()) -> None:
        self._ledger = ledger
        found = ledger.stories(asked)
        self._stories = {story.id: story for story in found.values()}
        self._lines: dict[str, list[StoryEvent]] = {}
        for line in lines:
            if line.story_id in found:
                self._lines.setdefault(found[line.story_id].id, []).append(line)
        self._articles: dict[str, tuple[StoredArticle, ...]] = {}
        self._turned: dict[str, list[ReportedChange]] = {}

    @property
    def ids(self) -> Collection[str]:
        """The stories as they are named today."""
        return self._stories.keys()

    def get(self, story_id: str) -> Story | None:
        return self._stories.get(story_id)

    def first_seen(self, story_id: str) -> tuple[datetime, str]:
        return self._stories[story_id].first_seen, story_id

    def articles(self, story_id: str) -> tuple[StoredArticle, ...]:
        if story_id not in self._articles:
            self._articles[story_id] = tuple(self._ledger.story_articles(story_id))
        return self._articles[story_id]

    def is_backfilled(self, document: Document) -> bool:
        """Tell whether an article was fetched from the past on purpose: no news to anybody who did not ask."""
        stored = {s.article.id: s for s in self.articles(document.story_id)}.get(document.id)
        return stored is not None and "backfill" in stored.article.flags

    def appeared(self, story_id: str) -> list[datetime]:
        """Return when the articles appeared, those alone whose hour is known."""
        stamps = [s.article.published for s in self.articles(story_id)]
        return [p.at for p in stamps if p and p.precision not in ("day", "month", "year")]

    def turned(self, story_id: str) -> list[ReportedChange]:
        """Return what became of a story since the last time, as far as readers should hear of it."""
        if story_id not in self._turned:
            self._turned[story_id] = [self._turn(story_id, line) for line in self._lines.get(story_id, ())]
        return self._turned[story_id]

    def _turn(self, story_id: str, line: StoryEvent) -> ReportedChange:
        edit = None
        if (
            line.turn is StoryChange.UPDATE
            and line.article_id
            and (stored := self._ledger.article(line.article_id))
        ):
            states = states_of(stored, self._ledger.versions(line.article_id))
            edit = next((state.edit for state in states if state.number == line.version), None)
        if edit is None:
            return ReportedChange(
                story_id, line.article_id or "", line.at, (line.text,), turn=line.turn.value
            )
        changed = tuple(
            (said_before(p) if p.how != "added" else "", says_now(p) if p.how != "removed" else "")
            for p in told(edit)
        )
        return ReportedChange(story_id, line.article_id or "", line.at, edit.why, changed[:CHANGED_SHOWN])

    def told(self, query: Query, group: Sequence[Alert], thread: str | None) -> AlertItem:
        """Return what a mail shows of one story, its matching passages marked."""
        story = self._stories.get(group[0].story_id)
        if story is None:
            return AlertItem(tuple(group))
        articles = self.articles(story.id)
        ids = {id_ for alert in group for id_ in alert.article_ids} or {s.article.id for s in articles}
        matching = [s.article for s in articles if s.article.id in ids][:HIGHLIGHTED]
        passages = (
            passage for article in matching for passage in highlights(query, article.title, article.body)
        )
        return AlertItem(
            tuple(group), story, articles, tuple(dict.fromkeys(passages)), self._related(story), thread
        )

    def _related(self, story: Story) -> tuple[RelatedItem, ...]:
        """Return other stories of the same event, the best first, as many as a mail shows."""
        if story.independent < 2:
            return ()
        return related_items(self._ledger, [one.story_id for one in self._ledger.related(story.id)[:RELATED]])


def related_items(ledger: Ledger, story_ids: Sequence[str]) -> tuple[RelatedItem, ...]:
    found = ledger.stories(story_ids)
    return tuple(RelatedItem(found[i], ledger.article(found[i].lead_id)) for i in story_ids if i in found)
