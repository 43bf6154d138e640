"""The conditions that a saved search sets beside its query (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.model import BACKFILLED, Article, Document, SavedSearch, Story
from pipelines.text.counts import counted
from pipelines.text.languages import page_code


def is_no_news_to(search: SavedSearch, article: Article) -> bool:
    """Tell whether an article is not mailed as new.

    It was too old when it was first seen, or was fetched from the past without this search's wish.
    """
    if search.backfill and BACKFILLED in article.flags:
        return False
    return article.is_from_the_past


def refusal(search: SavedSearch, story: Story, documents: Sequence[Document]) -> str | None:
    """Say why a story that matched is not for this search, or return None.

    `documents` are the articles that matched. It is enough that one of them passes. What is
    refused here stays refused; what may still change is asked in `lacking`.
    """
    if not search.paid and story.kind == "paid_release":
        return "paid releases do not count for this search (paid: false)"
    if not _has_wanted_language(search, documents):
        return f"no matching article is in {', '.join(search.languages)}"
    if not _has_wanted_tier(search, documents):
        return f"no matching source is of tier {', '.join(map(str, search.tiers))}"
    if not search.state and _is_state_media_alone(story, documents):
        return "state media do not count for this search (state: false)"
    return None


def lacking(search: SavedSearch, story: Story) -> str | None:
    """Say what a story still lacks and may get later, or return None."""
    # A release is no report, not even one. Whoever waits for no second report gets it at once.
    if search.min_independent <= 1 or story.independent >= search.min_independent:
        return None
    known = counted(story.independent, "independent report")
    return f"{known} so far; this search waits for {search.min_independent}"


def _has_wanted_language(search: SavedSearch, documents: Sequence[Document]) -> bool:
    """Tell whether an article is in a language that the search wants."""
    if not search.languages:
        return True
    # "zh" also wants "zh-Hant", but not the other way round.
    prefixes = tuple(f"{page_code(language)}-" for language in search.languages)
    for document in documents:
        if document.lang is not None and f"{document.lang}-".startswith(prefixes):
            return True
    return False


def _has_wanted_tier(search: SavedSearch, documents: Sequence[Document]) -> bool:
    """Tell whether a source is of a tier that the search wants."""
    if not search.tiers:
        return True
    return any(document.tier in search.tiers for document in documents)


def _is_state_media_alone(story: Story, documents: Sequence[Document]) -> bool:
    # A private paper that prints a Xinhua text is no way around the condition: the story keeps its kind.
    if story.kind == "state_media":
        return True
    return {document.owner for document in documents} <= {"state"}
