"""The search index in memory: what a query means, in its plainest form.

Tests compare the other indexes with it. Alerts do not use it: `pipelines.alerts.search_matcher` answers
thousands of saved searches at once. A leaf is looked up once, however many searches ask for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.model import Change, Document, Hit, RejectedDocument, RunReport, StoryDocument, StoryHits
from pipelines.query import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Prefix,
    Query,
    Range,
    Wildcard,
    Words,
    highlights,
)
from pipelines.query.fields import (
    STREAMS,
    filled,
    keywords,
    names,
    quantities,
    sort_time,
    stream,
    token_streams,
)
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

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

HIGHLIGHTED = 3
"""Hits of a story that get passages; the others are copies that would show the same."""


class MemoryIndex:
    """A SearchIndex that keeps everything in this process. Not for several threads."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._clear()
        self.write([Change(document.seq, document.id, document) for document in documents])

    def _clear(self) -> None:
        self._documents: dict[int, Document] = {}
        self._slots: dict[str, int] = {}
        self._seqs: dict[str, int] = {}
        self._next = 0
        self._tokens: dict[int, dict[str, list[str]]] = {}
        self._places: dict[tuple[int, str], Places] = {}
        self._postings: dict[str, dict[str, set[int]]] = {name: {} for name in STREAMS}
        self._values: dict[str, dict[str, set[int]]] = {}
        self._filled: dict[str, set[int]] = {}
        self._forget_answers()

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
                self._remove(change.article_id)
                if change.document is not None:
                    self._add(change.article_id, change.document)
        self._forget_answers()
        return ()

    def stories_touched(self, changes: Sequence[Change]) -> Collection[str]:  # noqa: ARG002
        return ()

    def write_run(self, report: RunReport, source_names: Mapping[str, str]) -> None:
        """Keep nothing: whoever reads this index reads stories and accounts from the ledger."""

    def _add(self, article_id: str, document: Document) -> None:
        slot, self._next = self._next, self._next + 1
        self._slots[article_id] = slot
        self._documents[slot] = document
        self._tokens[slot] = token_streams(document.title, document.body, names(document))
        for name, tokens in self._tokens[slot].items():
            for token in set(tokens):
                self._postings[name].setdefault(token, set()).add(slot)
        for field, values in keywords(document).items():
            for value in values:
                self._values.setdefault(field, {}).setdefault(value, set()).add(slot)
        for part in filled(document):
            self._filled.setdefault(part, set()).add(slot)

    def _remove(self, article_id: str) -> None:
        slot = self._slots.pop(article_id, None)
        if slot is None:
            return
        document = self._documents.pop(slot)
        for name, tokens in self._tokens.pop(slot).items():
            self._places.pop((slot, name), None)
            for token in set(tokens):
                _discard(self._postings[name], token, slot)
        for field, values in keywords(document).items():
            for value in values:
                _discard(self._values[field], value, slot)
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
        return [self._documents[slot] for slot in sorted(self._found(query.root))]

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        since: datetime | None = None,
        lang: str | None = None,
        source: str | None = None,
    ) -> StoryHits:
        slots = set(self._found(query.root))
        for field, value in (("lang", lang), ("source", source)):
            if value is not None:
                slots &= self._found(Keyword(field, keyword(value)))
        stories: dict[str, list[Document]] = {}
        for document in (self._documents[slot] for slot in slots):
            if since is None or sort_time(document) >= since:
                stories.setdefault(document.story_id, []).append(document)
        for found in stories.values():
            found.sort(key=_newest_first)
        order = sorted(stories, key=lambda story: (_newest_first(stories[story][0])[0], story))
        page = order[max(offset, 0) : max(offset, 0) + max(limit, 0)]
        return StoryHits(len(stories), tuple((story, _hits(query, stories[story])) for story in page))

    # -- evaluating ----------------------------------------------------------------------------------------

    def _found(self, node: Node) -> frozenset[int]:
        found = self._answers.get(node)
        if found is None:
            found = self._answers[node] = frozenset(_EVALUATE[type(node)](self, node))
        return found

    def _all(self, _: All) -> Iterable[int]:
        return self._documents

    def _and(self, node: And) -> Iterable[int]:
        wanted = [part for part in node.parts if not isinstance(part, Not)]
        found = frozenset.intersection(*map(self._found, wanted)) if wanted else frozenset(self._documents)
        return found.difference(*(self._found(part.part) for part in node.parts if isinstance(part, Not)))

    def _or(self, node: Or) -> Iterable[int]:
        return frozenset[int]().union(*map(self._found, node.parts))

    def _not(self, node: Not) -> Iterable[int]:
        return self._documents.keys() - self._found(node.part)

    def _words(self, node: Words) -> Iterable[int]:
        return self._phrase([stream(part, node.plain) for part in node.fields], node.tokens)

    def _phrase(self, streams: Iterable[str], tokens: Sequence[str]) -> set[int]:
        found: set[int] = set()
        for name in streams:
            candidates = self._with_all(name, tokens)
            if len(tokens) > 1:
                candidates = {slot for slot in candidates if phrase_starts(self._where(slot, name), tokens)}
            found |= candidates
        return found

    def _near(self, node: Near) -> Iterable[int]:
        tokens = [token for piece in node.pieces for token in piece]
        for name in (stream(part, node.plain) for part in node.fields):
            for slot in self._with_all(name, tokens):
                if near_starts(self._where(slot, name), node.pieces, node.slop):
                    yield slot

    def _prefix(self, node: Prefix) -> Iterable[int]:
        for name in (stream(part, plain=True) for part in node.fields):
            for word in starting_with(node.prefix, self._vocabulary(name)):
                yield from self._phrase([name], (*node.lead, word))

    def _wildcard(self, node: Wildcard) -> Iterable[int]:
        form, head = wildcard(node.pattern), literal_head(node.pattern)
        for name in (stream(part, plain=True) for part in node.fields):
            for word in starting_with(head, self._vocabulary(name)):
                if form.fullmatch(word):
                    yield from self._postings[name][word]

    def _keyword(self, node: Keyword) -> Iterable[int]:
        return self._values.get(node.field, {}).get(node.value, ())

    def _pattern(self, node: Pattern) -> Iterable[int]:
        form = wildcard(node.pattern)
        for value, slots in self._values.get(node.field, {}).items():
            if form.fullmatch(value):
                yield from slots

    def _range(self, node: Range) -> Iterable[int]:
        return (
            slot for slot, document in self._documents.items() if _in(node, quantities(document)[node.field])
        )

    def _exists(self, node: Exists) -> Iterable[int]:
        return frozenset[int]().union(*(self._filled.get(part, ()) for part in node.fields))

    def _with_all(self, name: str, tokens: Sequence[str]) -> set[int]:
        sets = [self._postings[name].get(token) for token in tokens]
        if not all(sets):
            return set()
        return set.intersection(*sorted((s for s in sets if s), key=len))

    def _where(self, slot: int, name: str) -> Places:
        if (slot, name) not in self._places:
            self._places[slot, name] = places(self._tokens[slot][name])
        return self._places[slot, name]

    def _vocabulary(self, name: str) -> list[str]:
        if name not in self._vocabularies:
            self._vocabularies[name] = sorted(self._postings[name])
        return self._vocabularies[name]


_EVALUATE: dict[type, Callable[[MemoryIndex, Any], Iterable[int]]] = {
    All: MemoryIndex._all,
    And: MemoryIndex._and,
    Or: MemoryIndex._or,
    Not: MemoryIndex._not,
    Words: MemoryIndex._words,
    Near: MemoryIndex._near,
    Prefix: MemoryIndex._prefix,
    Wildcard: MemoryIndex._wildcard,
    Keyword: MemoryIndex._keyword,
    Pattern: MemoryIndex._pattern,
    Range: MemoryIndex._range,
    Exists: MemoryIndex._exists,
}


def _discard(postings: dict[str, set[int]], key: str, slot: int) -> None:
    postings[key].discard(slot)
    if not postings[key]:
        del postings[key]


def _in(node: Range, value: Any) -> bool:
    """Tell whether a value lies between the bounds; both are of the field's type."""
    low, high = node.low, node.high
    if value is None:
        return False
    above = low is None or value > low or (node.include_low and value == low)
    return bool(above and (high is None or value < high or (node.include_high and value == high)))


def _newest_first(document: Document) -> tuple[timedelta, str]:
    return _END_OF_TIME - sort_time(document), document.id


def _hits(query: Query, documents: Sequence[Document]) -> tuple[Hit, ...]:
    return tuple(
        Hit(
            document.id,
            document.story_id,
            sort_time(document),
            highlights(query, document.title, document.body) if place < HIGHLIGHTED else (),
        )
        for place, document in enumerate(documents)
    )
