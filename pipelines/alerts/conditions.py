"""The conditions that a saved search sets beside its query (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.model import Document, SavedSearch, Story


def refusal(search: SavedSearch, story: Story, documents: Sequence[Document]) -> str | None:
    """Say why a story that matched is not for this search, or return None.

    `documents` are the articles that matched. It is enough that one of them passes. What is
    refused here stays refused; what may still change is asked in `lacking`.
    """
    if not search.paid and story.kind == "paid_release":
        return "paid releases do not count for this search (paid: false)"
    if search.languages and not any(_is_written_in(d.lang, search.languages) for d in documents):
        return f"no matching article is in {', '.join(search.languages)}"
    if search.tiers and not any(d.tier in search.tiers for d in documents):
        return f"no matching source is of tier {', '.join(map(str, search.tiers))}"
    if not search.state and _is_state_media_alone(story, documents):
        return "state media do not count for this search (state: false)"
    return None


def lacking(search: SavedSearch, story: Story) -> str | None:
    """Say what a story still lacks and may get later, or return None."""
    if story.independent >= search.min_independent:
        return None
    return f"{story.independent} independent reports so far; this search waits for {search.min_independent}"


def _is_written_in(lang: str | None, wanted: Iterable[str]) -> bool:
    """Tell whether a language is one of those wanted: "zh" also wants "zh-Hant"."""
    if lang is None:
        return False
    return any(lang == language or lang.startswith(f"{language}-") for language in wanted)


def _is_state_media_alone(story: Story, documents: Sequence[Document]) -> bool:
    # A private paper that prints a Xinhua text is no way around the condition: the story keeps its kind.
    if story.kind == "state_media":
        return True
    return all(document.owner == "state" for document in documents)
