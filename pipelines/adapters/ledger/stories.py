"""Articles and stories, read outside a decision (part of `ports.StoryLedger`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from pipelines.adapters.ledger.arrival_rows import read_ranks
from pipelines.adapters.ledger.article_rows import (
    read_article,
    read_versions,
    select_articles,
    stored_article,
)
from pipelines.adapters.ledger.boilerplate import read_repeated_paragraphs, read_site_boilerplate
from pipelines.adapters.ledger.carried_texts import read_carryings
from pipelines.adapters.ledger.corrections import read_corrections, read_story_words
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.marks import read_marks
from pipelines.adapters.ledger.schema import articles, links
from pipelines.adapters.ledger.story_events import (
    read_history,
    read_history_since,
    read_newest_history,
)
from pipelines.adapters.ledger.story_rows import former_ids, present_ids, read_stories, read_story
from pipelines.model import (
    ArticleVersion,
    Carrying,
    Correction,
    Mark,
    SiteBoilerplate,
    StoredArticle,
    Story,
    StoryEvent,
    StoryRank,
    StoryWord,
)

T = TypeVar("T")


class SqlStories(LedgerPart):
    """Stories with their articles, history and corrections, in a database."""

    def story(self, story_id: str) -> Story | None:
        with self.database.reading() as connection:
            return read_story(connection, story_id)

    def stories(self, story_ids: Collection[str]) -> Mapping[str, Story]:
        with self.database.reading() as connection:
            present = present_ids(connection, story_ids)
            found = read_stories(connection, set(present.values()))
        return _by_ids_asked(present, found)

    def story_ranks(self, story_ids: Collection[str]) -> Mapping[str, StoryRank]:
        with self.database.reading() as connection:
            present = present_ids(connection, story_ids)
            found = read_ranks(connection, set(present.values()))
        return _by_ids_asked(present, found)

    def story_articles(self, story_id: str) -> Sequence[StoredArticle]:
        with self.database.reading() as connection:
            today = present_ids(connection, [story_id])[story_id]
            query = select_articles(articles.c.body).where(links.c.story_id == today)
            rows = connection.execute(query.order_by(links.c.position))
            found = []
            for row in rows:
                found.append(stored_article(row, row.body))
            return found

    def article(self, article_id: str) -> StoredArticle | None:
        with self.database.reading() as connection:
            return read_article(connection, article_id)

    def carryings(self, story_ids: Collection[str]) -> Sequence[Carrying]:
        with self.database.reading() as connection:
            return read_carryings(connection, set(present_ids(connection, story_ids).values()))

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        with self.database.reading() as connection:
            return read_versions(connection, article_id)

    def history(self, story_id: str) -> Sequence[StoryEvent]:
        with self.database.reading() as connection:
            today = present_ids(connection, [story_id])[story_id]
            return read_history(connection, [today, *former_ids(connection, [today])])

    def history_since(self, number: int, limit: int = 500) -> Sequence[StoryEvent]:
        with self.database.reading() as connection:
            return read_history_since(connection, number, limit)

    def newest_history(self, limit: int = 50) -> Sequence[StoryEvent]:
        with self.database.reading() as connection:
            return read_newest_history(connection, limit)

    def corrections(self, *, include_undone: bool = False) -> Sequence[Correction]:
        with self.database.reading() as connection:
            return read_corrections(connection, include_undone=include_undone)

    def story_words(self, *, include_undone: bool = False) -> Sequence[StoryWord]:
        with self.database.reading() as connection:
            return read_story_words(connection, include_undone=include_undone)

    def marks(self, *, include_undone: bool = False) -> Sequence[Mark]:
        with self.database.reading() as connection:
            return read_marks(connection, include_undone=include_undone)

    def site_boilerplate(self, site: str) -> SiteBoilerplate:
        with self.database.reading() as connection:
            return read_site_boilerplate(connection, site)

    def repeated_paragraphs(self) -> frozenset[int]:
        with self.database.reading() as connection:
            return read_repeated_paragraphs(connection)


def _by_ids_asked(present: Mapping[str, str], found: Mapping[str, T]) -> dict[str, T]:
    """Return what was found of stories by the ids asked for, which may be former ones."""
    result = {}
    for asked, today in present.items():
        if today in found:
            result[asked] = found[today]
    return result
