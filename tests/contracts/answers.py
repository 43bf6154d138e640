"""What an answer of a search index holds, for tests to compare."""

from __future__ import annotations

from pipelines.model import StoryHits


def article_ids(answer: StoryHits) -> list[str]:
    """Return the ids of all hits, story by story, in the order of the answer."""
    found: list[str] = []
    for _, hits in answer.stories:
        found += [hit.article_id for hit in hits]
    return found
