"""Values of a query that no article has, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipelines.model import WordKind
from pipelines.ports import Ledger, SearchIndex
from pipelines.query import All, Keyword, Query
from pipelines.query.asked_values import KnownValues, asked_values, doubts_about

if TYPE_CHECKING:
    from crawlers.model import Source
    from pipelines.beat.beat import Beat
    from pipelines.beat.terms import Topic

#: Values of a query that are doubted in one answer.
_MOST_DOUBTS = 5
#: Languages of articles that are known; a beat has fewer.
_LANGUAGES = 50
_DOUBTED = ("source", "topic", "site", "country", "lang")


class ValueDoubts:
    """Which values of queries no article of an index has.

    A value that several queries ask for is looked for once.
    """

    def __init__(self, index: SearchIndex, get_known: Callable[[], KnownValues]) -> None:
        self._index = index
        self._get_known = get_known
        self._are_unknown: dict[Keyword, bool] = {}

    def about(self, query: Query) -> list[str]:
        """Return a sentence for each value that no article has.

        It names the nearest that is known. What is known is asked for only where there is one.
        """
        unknown: list[Keyword] = []
        for leaf in dict.fromkeys(asked_values(query.root)):
            if leaf.field in _DOUBTED and self._is_unknown(leaf):
                unknown.append(leaf)
        if not unknown:
            return []
        known = {**self._known}
        if any(leaf.field == "lang" for leaf in unknown):
            known |= self._languages
        return list(doubts_about(unknown[:_MOST_DOUBTS], known))

    def _is_unknown(self, leaf: Keyword) -> bool:
        if leaf not in self._are_unknown:
            # A source that left the catalogue, or a site that it never had, still has its articles.
            self._are_unknown[leaf] = not self._index.search(Query("", leaf), limit=1).total
        return self._are_unknown[leaf]

    @cached_property
    def _known(self) -> KnownValues:
        return self._get_known()

    @cached_property
    def _languages(self) -> KnownValues:
        languages = list(self._index.facets(Query("", All()), ("lang",), _LANGUAGES)["lang"])
        # An empty index lacks every language, and that is no mistake of the query.
        return {"lang": languages} if languages else {}


def value_doubts(index: SearchIndex, query: Query, get_beat: Callable[[], Beat]) -> list[str]:
    """Return a sentence for each value of a query that no article has.

    The beat is asked for only where there is one.
    """

    def get_known() -> KnownValues:
        beat = get_beat()
        return known_values(beat.sources, _ids_of(beat.terms.topics))

    return ValueDoubts(index, get_known).about(query)


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
    known = known_values(beat.sources, _ids_of(beat.terms.topics))
    return list(doubts_about(asked[:_MOST_DOUBTS], known, "is not in this beat"))


def known_values(sources: Iterable[Source], topic_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return what queries may ask for, by field."""
    known: dict[str, list[str]] = {"source": [], "site": [], "country": [], "topic": list(topic_ids)}
    for source in sources:
        known["source"] += (source.name, source.id)
        known["site"].append((urlsplit(source.url).hostname or "").removeprefix("www."))
        known["country"].append(source.country or "")
    return {field: list(filter(None, dict.fromkeys(values))) for field, values in known.items()}


def _ids_of(topics: Iterable[Topic]) -> list[str]:
    return [topic.id for topic in topics]
