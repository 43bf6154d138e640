"""Values of a query that no article has, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.model import WordKind
from pipelines.ports import Ledger, SearchIndex
from pipelines.query import All, Keyword, Query
from pipelines.query.asked_values import asked_values, doubts_about

if TYPE_CHECKING:
    from crawlers.model import Source
    from pipelines.beat.beat import Beat
    from pipelines.beat.terms import Topic

#: Values of a query that are doubted in one answer.
_MOST_DOUBTS = 5
#: Languages of articles that are known; a beat has fewer.
_LANGUAGES = 50
_DOUBTED = ("source", "topic", "site", "country", "lang")


def value_doubts(index: SearchIndex, query: Query, get_beat: Callable[[], Beat]) -> list[str]:
    """Return a sentence for each value that no article has.

    It names the nearest that is known. The beat is asked for only where there is one.
    """
    unknown: list[Keyword] = []
    for leaf in dict.fromkeys(asked_values(query.root)):
        if leaf.field not in _DOUBTED:
            continue
        # A source that left the catalogue, or a site that it never had, still has its articles.
        if not index.search(Query("", leaf), limit=1).total:
            unknown.append(leaf)
    if not unknown:
        return []
    beat = get_beat()
    known = _known_values(beat.sources, beat.terms.topics)
    languages = list(index.facets(Query("", All()), ("lang",), _LANGUAGES)["lang"])
    # An empty index lacks every language, and that is no mistake of the query.
    if languages:
        known["lang"] = languages
    return list(doubts_about(unknown[:_MOST_DOUBTS], known))


def remark_doubts(ledger: Ledger, query: Query) -> Iterator[str]:
    """Yield a sentence for each tag of a query that no story has."""
    asked = [leaf for leaf in asked_values(query.root) if leaf.field == "tag"]
    if not asked:
        return
    tags = [word.text for word in ledger.story_words() if word.kind is WordKind.TAG]
    if not tags:
        yield "no story has a tag yet"
        return
    yield from doubts_about(asked[:_MOST_DOUBTS], {"tag": tags}, "is on no story")


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
