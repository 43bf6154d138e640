"""Export: the articles that a query finds, to take away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipelines.ports import Ledger, SearchIndex
from pipelines.query import Query, parse
from pipelines.stories.export import ExportedArticle
from pipelines.stories.remarked import with_remarked_stories

#: Stories that are asked for at once.
_CHUNK = 100


def found_articles(
    ledger: Ledger, index: SearchIndex, query: str, now: datetime, most_stories: int
) -> Iterator[ExportedArticle]:
    """Return every article of the stories that a query finds.

    The newest story comes first. Raises QueryError at once for a query that cannot be read.
    """
    asked = with_remarked_stories(ledger, parse(query, now=now))
    return _read_found(ledger, index, asked, most_stories)


def _read_found(
    ledger: Ledger, index: SearchIndex, query: Query, most_stories: int
) -> Iterator[ExportedArticle]:
    for offset in range(0, most_stories, _CHUNK):
        limit = min(_CHUNK, most_stories - offset)
        found = index.search(query, limit=limit, offset=offset)
        stories = ledger.stories([story_id for story_id, _ in found.stories])
        for story in dict.fromkeys(stories.values()):
            if not story.is_on_beat:
                continue
            for stored in ledger.story_articles(story.id):
                yield ExportedArticle(stored, story)
        if len(found.stories) < limit:
            return
