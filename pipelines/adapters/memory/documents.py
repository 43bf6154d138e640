"""What projections of the ledger read (part of `ports.StoryLedger`), in memory."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from pipelines.adapters.memory.stories import MemoryStories
from pipelines.adapters.projection import document_of, story_document_of
from pipelines.model import Arrival, Change, CountedChange, Document, StoryDocument


class MemoryDocuments(MemoryStories):
    """Articles and stories as an index holds them."""

    def count_articles(self) -> int:
        return sum(len(story.links) for story in self._stories.values() if story.is_on_beat)

    def changes_since(self, seq: int, limit: int = 500) -> Sequence[Change]:
        changes = []
        for number, article_id in _numbered_after(self._seqs, seq)[:limit]:
            changes.append(Change(number, article_id, self._document(article_id)))
        return changes

    def _document(self, article_id: str) -> Document | None:
        story_id = self._story_id_of(article_id)
        if story_id is None:
            return None
        story = self._stories[story_id]
        if not story.is_on_beat:
            return None
        lead = None
        if article_id != story.lead_id:
            lead = self._articles[story.lead_id]
        return document_of(self._articles[article_id], story, self._seqs[article_id], lead)

    def story_documents(self, story_ids: Collection[str]) -> Sequence[StoryDocument]:
        wanted = list(story_ids)
        for old_id, new_id in self._redirects.items():
            if new_id in story_ids:
                wanted.append(old_id)
        return list(map(self._story_document, dict.fromkeys(wanted)))

    def _story_document(self, story_id: str) -> StoryDocument:
        seq = max(self._seqs.values(), default=0)
        story = self._stories.get(story_id)
        if story is None or not story.is_on_beat:
            return StoryDocument(story_id, seq, None)
        pages = {}
        for link in story.links:
            stored = self._articles[link.article_id]
            pages[link.article_id] = (stored.article.url, stored.publisher)
        return story_document_of(story, seq, pages, self.carryings([story_id]))

    def arrivals_since(
        self, arrival: int, limit: int = 500, *, story_id: str | None = None
    ) -> Sequence[tuple[int, Document]]:
        found = []
        for number, article_id in _numbered_after(self._arrivals, arrival):
            document = self._document(article_id)
            if document and (story_id is None or document.story_id == story_id):
                found.append((number, document))
        return found[:limit]

    def counted_arrivals(self, arrival: int, limit: int = 500) -> Sequence[Arrival]:
        counted = []
        for number, document in self.arrivals_since(arrival, limit):
            counted.append(_arrival_of(number, document))
        return counted

    def last_change(self) -> int:
        return max(self._seqs.values(), default=0)

    def counted_changes(self, seq: int, limit: int = 500) -> Sequence[CountedChange]:
        counted = []
        for change in self.changes_since(seq, limit):
            number = self._arrivals[change.article_id]
            arrival = None
            if change.document is not None:
                arrival = _arrival_of(number, change.document)
            counted.append(CountedChange(change.seq, number, arrival))
        return counted

    def arrival_before(self, moment: datetime) -> int:
        since = []
        for article_id, number in self._arrivals.items():
            if self._articles[article_id].article.collected >= moment:
                since.append(number)
        if since:
            return min(since) - 1
        return len(self._arrivals)


def _arrival_of(number: int, document: Document) -> Arrival:
    return Arrival(
        number,
        document.story_id,
        document.source,
        document.source_name,
        document.lang,
        document.country,
        document.kind,
        document.topics,
        document.collected,
        document.published,
        document.story_first_seen or document.collected,
    )


def _numbered_after(numbers: dict[str, int], after: int) -> list[tuple[int, str]]:
    """Return (number, article id) of all numbers beyond `after`, in order."""
    later = []
    for article_id, number in numbers.items():
        if number > after:
            later.append((number, article_id))
    later.sort()
    return later
