"""Values of a query that no article has, as sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.query import Keyword, Query
from pipelines.query.asked_values import asked_values, doubts_about

if TYPE_CHECKING:
    from crawlers.model import Source
    from pipelines.beat.beat import Beat
    from pipelines.beat.terms import Topic
    from pipelines.bootstrap import App

#: Values of a query that are doubted in one answer.
_MOST_DOUBTS = 5


def value_doubts(maplewire: App, query: Query) -> list[str]:
    """Return a sentence for each value that no article has.

    It names the nearest that is known.
    """
    unknown: list[Keyword] = []
    for leaf in dict.fromkeys(asked_values(query.root)):
        if leaf.field not in ("source", "topic", "site", "country"):
            continue
        # A source that left the catalogue, or a site that it never had, still has its articles.
        if not maplewire.index.search(Query("", leaf), limit=1).total:
            unknown.append(leaf)
    if not unknown:
        return []
    known = _known_values(maplewire.sources, maplewire.beat.terms.topics)
    return list(doubts_about(unknown[:_MOST_DOUBTS], known))


def beat_doubts(beat: Beat, query: Query) -> list[str]:
    """Return a sentence for each source and topic of a query that a beat lacks."""
    asked: list[Keyword] = []
    for leaf in dict.fromkeys(asked_values(query.root)):
        # Articles may be of sites and countries that no source is of.
        if leaf.field in ("source", "topic"):
            asked.append(leaf)
    known = _known_values(beat.sources, beat.terms.topics)
    return list(doubts_about(asked[:_MOST_DOUBTS], known, "is not in this beat"))


def _known_values(sources: Iterable[Source], topics: Iterable[Topic]) -> dict[str, list[str]]:
    known: dict[str, list[str]] = {"source": [], "site": [], "country": [], "topic": []}
    for source in sources:
        known["source"] += (source.name, source.id)
        known["site"].append((urlsplit(source.url).hostname or "").removeprefix("www."))
        known["country"].append(source.country or "")
    for topic in topics:
        known["topic"].append(topic.id)
    return {field: list(filter(None, dict.fromkeys(values))) for field, values in known.items()}
