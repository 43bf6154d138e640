"""Articles and stories (`ports.StoryLedger`), in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter, itemgetter

from pipelines.adapters.memory.clean_values import clean_value
from pipelines.adapters.memory.ledger_state import LedgerState
from pipelines.adapters.projection import order_on_pages
from pipelines.model import (
    ArticleVersion,
    Carrying,
    Correction,
    Mark,
    RecheckState,
    SiteBoilerplate,
    StoredArticle,
    Story,
    StoryEvent,
    StoryRank,
    StoryWord,
)


class MemoryStories(LedgerState):
    """Stories with their articles, history and corrections."""

    def story(self, story_id: str) -> Story | None:
        return self._stories.get(self._present_id(story_id))

    def stories(self, story_ids: Collection[str]) -> Mapping[str, Story]:
        found = {}
        for story_id in story_ids:
            story = self.story(story_id)
            if story is not None:
                found[story_id] = story
        return found

    def story_ranks(self, story_ids: Collection[str]) -> Mapping[str, StoryRank]:
        ranks = {}
        for asked, story in self.stories(story_ids).items():
            ranks[asked] = StoryRank(story.id, story.independent, story.copies, story.last_seen)
        return ranks

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        story = self.story(story_id)
        if story is None:
            return []
        # Looked up in this order: the original first.
        found = []
        for link in story.links:
            found.append(self._stored_article(link.article_id))
        return found

    def article(self, article_id: str) -> StoredArticle | None:
        return self._stored_article(article_id) if article_id in self._articles else None

    def _stored_article(self, article_id: str) -> StoredArticle:
        return replace(self._articles[article_id], story_id=self._story_id_of(article_id))

    def _story_id_of(self, article_id: str) -> str | None:
        for story in self._stories.values():
            if article_id in story.article_ids:
                return story.id
        return None

    def carryings(self, story_ids: Collection[str]) -> Sequence[Carrying]:
        wanted = set(map(self._present_id, story_ids))
        found = []
        for carrying in self._carryings:
            page_story_id = self._story_id_of(carrying.page_id)
            story_id = self._story_id_of(carrying.article_id)
            if page_story_id is None or story_id is None or page_story_id == story_id:
                continue
            if page_story_id in wanted or story_id in wanted:
                found.append(replace(carrying, page_story_id=page_story_id, story_id=story_id))
        return sorted(found, key=order_on_pages)

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        return sorted(self._versions.get(article_id, []), key=attrgetter("number"))

    def history(self, story_id: str) -> Sequence[StoryEvent]:
        today = self._present_id(story_id)
        found = []
        for event in self._history:
            if self._present_id(event.story_id) == today:
                found.append(event)
        return found

    def history_since(self, number: int, limit: int = 500) -> Sequence[StoryEvent]:
        return [event for event in self._history if event.number > number][:limit]

    def newest_history(self, limit: int = 50) -> Sequence[StoryEvent]:
        return list(reversed(self._history))[:limit]

    def corrections(self, *, include_undone: bool = False) -> Sequence[Correction]:
        if include_undone:
            return list(self._corrections.values())
        found = []
        for correction in self._corrections.values():
            if correction.undone is None:
                found.append(correction)
        return found

    def story_words(self, *, include_undone: bool = False) -> Sequence[StoryWord]:
        found = []
        for word in self._story_words.values():
            if include_undone or word.undone is None:
                found.append(word)
        return found

    def marks(self, *, include_undone: bool = False) -> Sequence[Mark]:
        if include_undone:
            return list(self._marks)
        found = []
        for mark in self._marks:
            if mark.undone is None:
                found.append(mark)
        return found

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        return self._boilerplate.get(site, SiteBoilerplate())

    def repeated_paragraphs(self) -> frozenset[int]:
        repeated: set[int] = set()
        for known in self._boilerplate.values():
            repeated.update(known.repeated)
        return frozenset(repeated)

    # -- rechecks -------------------------------------------------------------------------------------

    def due_rechecks(
        self, now: datetime, limit: int = 1000, doubted_after: datetime | None = None
    ) -> Sequence[RecheckState]:
        due = []
        for state in self._recheck_states.values():
            if state.due is None:
                continue
            is_doubted = doubted_after is not None and state.due > doubted_after
            if state.due <= now or is_doubted:
                due.append((state.due, state.article_id, state))
        # Longest due first, ties by article id.
        due.sort(key=itemgetter(0, 1))
        return [state for _, _, state in due[:limit]]

    def recheck_states(self, article_ids: Collection[str]) -> Mapping[str, RecheckState]:
        found = {}
        for article_id in article_ids:
            if article_id in self._recheck_states:
                found[article_id] = self._recheck_states[article_id]
        return found

    def save_recheck_states(self, states: Collection[RecheckState]) -> None:
        for state in states:
            if state.article_id in self._recheck_states:
                self._recheck_states[state.article_id] = clean_value(state)
