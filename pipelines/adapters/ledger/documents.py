"""Documents, changes and arrivals (part of `ports.StoryLedger`)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from pipelines.adapters.ledger.arrival_rows import read_arrivals, read_counted_changes
from pipelines.adapters.ledger.article_rows import documents_from, select_documents
from pipelines.adapters.ledger.carried_texts import read_carryings
from pipelines.adapters.ledger.database import LedgerPart
from pipelines.adapters.ledger.schema import articles, links, stories
from pipelines.adapters.ledger.story_rows import former_ids, read_pages, read_stories
from pipelines.adapters.projection import story_document_of
from pipelines.model import Arrival, Change, CountedChange, Document, StoryDocument


class SqlDocuments(LedgerPart):
    """Articles and stories as an index holds them, read from a database."""

    def count_articles(self) -> int:
        kept_out = select(stories.c.id).where(stories.c.kept_out.is_not(None))
        of_kept_out = select(func.count()).select_from(links).where(links.c.story_id.in_(kept_out))
        with self.database.reading() as connection:
            in_stories = connection.scalar(select(func.count()).select_from(links)) or 0
            # Few are kept out, and an index knows them: all others need not be looked up.
            return in_stories - (connection.scalar(of_kept_out) or 0)

    def changes_since(self, seq: int, limit: int = 500) -> Sequence[Change]:
        query = select_documents().where(articles.c.seq > seq).order_by(articles.c.seq).limit(limit)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
            documents = documents_from(connection, rows)
        found = []
        for row, document in zip(rows, documents, strict=True):
            found.append(Change(row.seq, row.id, document))
        return found

    def story_documents(self, story_ids: Collection[str]) -> Sequence[StoryDocument]:
        with self.database.reading() as connection:
            # Read first: whatever changes meanwhile gets a later one.
            seq = connection.scalar(select(func.max(articles.c.seq))) or 0
            found = read_stories(connection, story_ids)
            pages = read_pages(connection, found)
            carryings = read_carryings(connection, found)
            ids = dict.fromkeys([*story_ids, *former_ids(connection, story_ids)])
        documents = []
        for story_id in ids:
            story = found.get(story_id)
            if story is None or not story.is_on_beat:
                documents.append(StoryDocument(story_id, seq, None))
            else:
                documents.append(story_document_of(story, seq, pages, carryings))
        return documents

    def arrivals_since(
        self, arrival: int, limit: int = 500, *, story_id: str | None = None
    ) -> Sequence[tuple[int, Document]]:
        is_on_beat = (links.c.story_id.is_not(None), stories.c.kept_out.is_(None))
        query = select_documents().where(articles.c.arrival > arrival, *is_on_beat)
        if story_id is not None:
            query = query.where(links.c.story_id == story_id)
        query = query.order_by(articles.c.arrival).limit(limit)
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
            documents = documents_from(connection, rows)
        arrivals = []
        for row, document in zip(rows, documents, strict=True):
            if document is not None:
                arrivals.append((row.arrival, document))
        return arrivals

    def counted_arrivals(self, arrival: int, limit: int = 500) -> Sequence[Arrival]:
        with self.database.reading() as connection:
            return read_arrivals(connection, arrival, limit)

    def last_change(self) -> int:
        with self.database.reading() as connection:
            return connection.scalar(select(func.max(articles.c.seq))) or 0

    def counted_changes(self, seq: int, limit: int = 500) -> Sequence[CountedChange]:
        with self.database.reading() as connection:
            return read_counted_changes(connection, seq, limit)

    def arrival_before(self, moment: datetime) -> int:
        first = select(func.min(articles.c.arrival)).where(articles.c.collected >= moment)
        last = select(func.max(articles.c.arrival))
        with self.database.reading() as connection:
            arrival = connection.scalar(first)
            if arrival is None:
                return connection.scalar(last) or 0
            return int(arrival) - 1
