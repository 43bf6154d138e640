"""The search index in memory: what a query means, in its plainest form.

Tests compare the other indexes with it. Alerts do not use it: `pipelines.alerts.search_matcher` answers
thousands of saved searches at once. A leaf is looked up once, however many searches ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pipelines.adapters.memory.word_scores import leaf_score
from pipelines.model import (
    Change,
    Document,
    Facets,
    Hit,
    RejectedDocument,
    RunReport,
    SourceAccount,
    StoryDocument,
    StoryHits,
    StoryOrder,
    StoryPlace,
)
from pipelines.query import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Node,
    Not,
    OneOf,
    Or,
    PassageFinder,
    Pattern,
    Prefix,
    Query,
    Range,
    Wildcard,
    Words,
)
from pipelines.query.fields import (
    STREAMS,
    filled,
    keywords,
    names,
    quantities,
    sort_time,
    stream,
    texts,
    token_streams,
)
from pipelines.query.ranking import RankedStory, best_first, ranking_leaves, rarity
from pipelines.text.analyzer import (
    Places,
    keyword,
    literal_head,
    near_starts,
    phrase_starts,
    places,
    starting_with,
    wildcard,
)

_START_OF_TIME = datetime.min.replace(tzinfo=UTC)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

#: Hits of a story that get passages; the others are copies that would show the same.
HIGHLIGHTED = 3


class MemoryIndex:
    """A SearchIndex that keeps everything in this process. Not for several threads.

    A document has a slot, a number that grows with every write. Answers are sets of slots.
    """

    keeps_accounts = False

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._documents: dict[int, Document] = {}
        self._slots: dict[str, int] = {}
        self._seqs: dict[str, int] = {}
        self._next_slot = 0
        #: slot -> stream -> its tokens in order
        self._tokens: dict[int, dict[str, list[str]]] = {}
        #: Where each token stands in a stream of a document; made when it is asked for.
        self._places: dict[tuple[int, str], Places] = {}
        #: stream -> token -> slots
        self._postings: dict[str, dict[str, set[int]]] = {name: {} for name in STREAMS}
        #: field -> value -> slots
        self._values: dict[str, dict[str, set[int]]] = {}
        #: field -> slots of the documents that have anything in it
        self._filled: dict[str, set[int]] = {}
        self._forget_answers()
        self.write([Change(document.seq, document.id, document) for document in documents])

    def _forget_answers(self) -> None:
        self._answers: dict[Node, frozenset[int]] = {}
        self._vocabularies: dict[str, list[str]] = {}

    # -- writing -------------------------------------------------------------------------------------------

    def setup(self) -> Sequence[str]:
        return ()

    def write(
        self,
        changes: Sequence[Change],
        stories: Sequence[StoryDocument] = (),  # noqa: ARG002
    ) -> Sequence[RejectedDocument]:
        for change in changes:
            if change.seq > self._seqs.get(change.article_id, -1):
                self._seqs[change.article_id] = change.seq
                self._remove_document(change.article_id)
                if change.document is not None:
                    self._add_document(change.article_id, change.document)
        self._forget_answers()
        return ()

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:  # noqa: ARG002
        return ()

    def write_runs(self, reports: Sequence[RunReport], source_names: Mapping[str, str]) -> None:
        """Keep nothing: readers of this index read accounts from the ledger."""

    def write_catalogue(
        self, sources: Sequence[SourceAccount], source_names: Mapping[str, str], at: datetime
    ) -> None:
        """Keep nothing, as `write_runs`."""

    def _add_document(self, article_id: str, document: Document) -> None:
        slot = self._next_slot
        self._next_slot += 1
        self._slots[article_id] = slot
        self._documents[slot] = document
        self._tokens[slot] = token_streams(texts(document), document.lang, names(document))
        for name, tokens in self._tokens[slot].items():
            for token in set(tokens):
                self._postings[name].setdefault(token, set()).add(slot)
        for field, values in keywords(document).items():
            for value in values:
                self._values.setdefault(field, {}).setdefault(value, set()).add(slot)
        for part in filled(document):
            self._filled.setdefault(part, set()).add(slot)

    def _remove_document(self, article_id: str) -> None:
        slot = self._slots.pop(article_id, None)
        if slot is None:
            return
        document = self._documents.pop(slot)
        for name, tokens in self._tokens.pop(slot).items():
            self._places.pop((slot, name), None)
            for token in set(tokens):
                _discard_slot(self._postings[name], token, slot)
        for field, values in keywords(document).items():
            for value in values:
                _discard_slot(self._values[field], value, slot)
        for part in filled(document):
            self._filled[part].discard(slot)

    def rebuild(
        self,
        changes: Iterable[Sequence[Change]],
        stories: Iterable[Sequence[StoryDocument]] = (),  # noqa: ARG002
        rejected: list[RejectedDocument] | None = None,  # noqa: ARG002
    ) -> int:
        fresh = MemoryIndex()
        for some in changes:
            fresh.write(some)
        self.__dict__ = fresh.__dict__
        return self.count()

    # -- reading -------------------------------------------------------------------------------------------

    def count(self) -> int:
        return len(self._documents)

    def close(self) -> None:
        """Keep nothing open: there is nothing to close."""

    def matching(self, query: Query) -> list[Document]:
        """Return all documents that satisfy a query, in the order of their writing."""
        found: list[Document] = []
        for slot in sorted(self._matching_slots(query.root)):
            found.append(self._documents[slot])
        return found

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
        order: StoryOrder = "newest",
        after: StoryPlace | None = None,
    ) -> StoryHits:
        slots = set(self._matching_slots(query.root))
        for field, value in (("lang", lang), ("source", source)):
            if value is not None:
                slots &= self._matching_slots(Keyword(field, keyword(value)))
        stories: dict[str, list[Document]] = {}
        for slot in slots:
            document = self._documents[slot]
            if since is None or sort_time(document) >= since:
                stories.setdefault(document.story_id, []).append(document)
        for found in stories.values():
            found.sort(key=_oldest_first if order == "oldest" else _newest_first)
        story_ids = self._ordered(stories, order, query)
        if after is not None:
            story_ids = _behind(after, story_ids, stories, order)
        start = max(offset, 0)
        finder = PassageFinder(query)
        page = []
        for story_id in story_ids[start : start + max(limit, 0)]:
            page.append((story_id, _story_hits(stories[story_id], finder)))
        return StoryHits(len(stories), tuple(page))

    def _ordered(
        self, stories: Mapping[str, Sequence[Document]], order: StoryOrder, query: Query
    ) -> list[str]:
        """Return the ids of stories in an order; their articles are in it already."""
        if order != "best":
            return sorted(stories, key=lambda story_id: _place_of(story_id, stories[story_id], order))
        words = self._word_scores(query.root)
        ranked: list[RankedStory] = []
        for story_id, documents in stories.items():
            best = max(words.get(self._slots[document.id], 0.0) for document in documents)
            ranked.append(RankedStory(story_id, sort_time(documents[0]), len(documents), best))
        return best_first(ranked)

    def _word_scores(self, root: Node) -> dict[int, float]:
        """Return how well the words of each document answer a query."""
        scores: dict[int, float] = {}
        for leaf in ranking_leaves(root):
            slots = self._matching_slots(leaf)
            weight = rarity(len(slots), len(self._documents))
            for slot in slots:
                score = weight * leaf_score(leaf, partial(self._places_in, slot))
                scores[slot] = scores.get(slot, 0.0) + score
        return scores

    def facets(self, query: Query, fields: Sequence[str], most: int = 10) -> Facets:
        stories: dict[tuple[str, str], set[str]] = {}
        for document in self.matching(query):
            values_of = keywords(document)
            for field in fields:
                for value in values_of[field]:
                    stories.setdefault((field, value), set()).add(document.story_id)
        facets: dict[str, dict[str, int]] = {field: {} for field in fields}
        for (field, value), ids in sorted(stories.items(), key=lambda item: (-len(item[1]), item[0])):
            if len(facets[field]) < most:
                facets[field][value] = len(ids)
        return facets

    # -- evaluating ----------------------------------------------------------------------------------------

    def _matching_slots(self, node: Node) -> frozenset[int]:
        found = self._answers.get(node)
        if found is None:
            found = frozenset(_EVALUATE[type(node)](self, node))
            self._answers[node] = found
        return found

    def _match_all(self, _: All) -> Iterable[int]:
        return self._documents

    def _match_and(self, node: And) -> Iterable[int]:
        found = frozenset(self._documents)
        for part in node.parts:
            if isinstance(part, Not):
                found -= self._matching_slots(part.part)
            else:
                found &= self._matching_slots(part)
        return found

    def _match_or(self, node: Or) -> Iterable[int]:
        found: set[int] = set()
        for part in node.parts:
            found |= self._matching_slots(part)
        return found

    def _match_not(self, node: Not) -> Iterable[int]:
        return self._documents.keys() - self._matching_slots(node.part)

    def _match_words(self, node: Words) -> Iterable[int]:
        for field in node.fields:
            for phrase in node.phrases:
                yield from self._slots_with_phrase(stream(field, node.plain), phrase)

    def _slots_with_phrase(self, name: str, tokens: Sequence[str]) -> set[int]:
        """Return the documents whose stream has these tokens one after the other."""
        candidates = self._slots_with_all(name, tokens)
        if len(tokens) <= 1:
            return candidates
        found = set()
        for slot in candidates:
            if phrase_starts(self._places_in(slot, name), tokens):
                found.add(slot)
        return found

    def _match_near(self, node: Near) -> Iterable[int]:
        # A token that only begins a word is looked for among the places.
        tokens = node.whole_tokens
        for field in node.fields:
            name = stream(field, node.plain)
            for slot in self._slots_with_all(name, tokens):
                if near_starts(
                    self._places_in(slot, name), node.pieces, node.slop, is_in_order=node.is_in_order
                ):
                    yield slot

    def _match_prefix(self, node: Prefix) -> Iterable[int]:
        for field in node.fields:
            name = stream(field, plain=True)
            for word in starting_with(node.prefix, self._vocabulary(name)):
                yield from self._slots_with_phrase(name, (*node.lead, word))

    def _match_wildcard(self, node: Wildcard) -> Iterable[int]:
        form, head = wildcard(node.pattern), literal_head(node.pattern)
        for field in node.fields:
            name = stream(field, plain=True)
            for word in starting_with(head, self._vocabulary(name)):
                if form.fullmatch(word):
                    yield from self._postings[name][word]

    def _match_keyword(self, node: Keyword) -> Iterable[int]:
        return self._values.get(node.field, {}).get(node.value, ())

    def _match_one_of(self, node: OneOf) -> Iterable[int]:
        for value in node.values:
            yield from self._values.get(node.field, {}).get(value, ())

    def _match_pattern(self, node: Pattern) -> Iterable[int]:
        form = wildcard(node.pattern)
        for value, slots in self._values.get(node.field, {}).items():
            if form.fullmatch(value):
                yield from slots

    def _match_range(self, node: Range) -> Iterable[int]:
        for slot, document in self._documents.items():
            if node.holds(quantities(document)[node.field]):
                yield slot

    def _match_exists(self, node: Exists) -> Iterable[int]:
        for field in node.fields:
            yield from self._filled.get(field, ())

    def _slots_with_all(self, name: str, tokens: Sequence[str]) -> set[int]:
        """Return the documents whose stream has all of these tokens, anywhere."""
        if not tokens:
            return set(self._documents)
        slots_by_token = []
        for token in tokens:
            slots = self._postings[name].get(token)
            if not slots:
                return set()
            slots_by_token.append(slots)
        # The rarest first: what remains is never more than that.
        slots_by_token.sort(key=len)
        return set.intersection(*slots_by_token)

    def _places_in(self, slot: int, name: str) -> Places:
        if (slot, name) not in self._places:
            self._places[slot, name] = places(self._tokens[slot][name])
        return self._places[slot, name]

    def _vocabulary(self, name: str) -> list[str]:
        if name not in self._vocabularies:
            self._vocabularies[name] = sorted(self._postings[name])
        return self._vocabularies[name]


_EVALUATE: dict[type, Callable[[MemoryIndex, Any], Iterable[int]]] = {
    All: MemoryIndex._match_all,
    And: MemoryIndex._match_and,
    Or: MemoryIndex._match_or,
    Not: MemoryIndex._match_not,
    Words: MemoryIndex._match_words,
    Near: MemoryIndex._match_near,
    Prefix: MemoryIndex._match_prefix,
    Wildcard: MemoryIndex._match_wildcard,
    Keyword: MemoryIndex._match_keyword,
    OneOf: MemoryIndex._match_one_of,
    Pattern: MemoryIndex._match_pattern,
    Range: MemoryIndex._match_range,
    Exists: MemoryIndex._match_exists,
}


def _discard_slot(postings: dict[str, set[int]], key: str, slot: int) -> None:
    postings[key].discard(slot)
    if not postings[key]:
        del postings[key]


def _newest_first(document: Document) -> tuple[timedelta, str]:
    return _END_OF_TIME - sort_time(document), document.id


def _oldest_first(document: Document) -> tuple[datetime, str]:
    return sort_time(document), document.id


def _place_of(story_id: str, documents: Sequence[Document], order: StoryOrder) -> tuple[timedelta, str]:
    """Return the place of a story in an order by time, as a key."""
    return _key_of(StoryPlace(sort_time(documents[0]), story_id), order)


def _key_of(place: StoryPlace, order: StoryOrder) -> tuple[timedelta, str]:
    if order == "oldest":
        return place.moment - _START_OF_TIME, place.story_id
    return _END_OF_TIME - place.moment, place.story_id


def _behind(
    after: StoryPlace,
    story_ids: Iterable[str],
    stories: Mapping[str, Sequence[Document]],
    order: StoryOrder,
) -> list[str]:
    """Return the stories behind a place, in their order."""
    limit = _key_of(after, order)
    return [story_id for story_id in story_ids if _place_of(story_id, stories[story_id], order) > limit]


def _story_hits(documents: Sequence[Document], finder: PassageFinder) -> tuple[Hit, ...]:
    hits = []
    for place, document in enumerate(documents):
        passages: tuple[str, ...] = ()
        if place < HIGHLIGHTED:
            passages = finder.passages(
                document.title, document.body, summary=document.summary, language=document.lang
            )
        hits.append(Hit(document.id, document.story_id, sort_time(document), passages))
    return tuple(hits)
