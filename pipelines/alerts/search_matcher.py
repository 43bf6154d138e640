"""Many standing queries against the few documents that have just changed.

A search engine keeps documents and is asked queries; here it is the other way round. All queries are taken apart once: a
condition that a thousand queries share is looked at once for each batch of documents, and a query is
looked at only where something that it cannot do without is there. Which documents satisfy a condition is one
integer with a bit for each, so AND, OR and NOT are single machine operations on all documents at a time.

The answers are those of the search index: the same tokens, the same tree (`tests/contracts` holds them together).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pipelines.model import Document
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
)
from pipelines.query.fields import STREAMS, filled, keywords, names, quantities, stream, token_streams
from pipelines.text.analyzer import literal_head, near_starts, places, starting_with, wildcard

_GAP = "\0"
"""Stands between the tokens of a stream written as one string; no token holds it."""


class Matcher:
    """Queries that are asked of one batch of documents after another."""

    def __init__(self, queries: Sequence[Query]) -> None:
        self._leaves: dict[Node, int] = {}
        self._forms = [self._compiled(query.root) for query in queries]
        needs = [_needed(form) for form in self._forms]
        self._always = [number for number, needed in enumerate(needs) if needed is None]
        self._asking: list[list[int]] = [[] for _ in self._leaves]
        """For each leaf the queries that it makes worth looking at."""
        for number, needed in enumerate(needs):
            for leaf in needed or ():
                self._asking[leaf].append(number)
        self._order = list(self._leaves)
        self._wanted = _wanted_tokens(self._order)

    def match(self, documents: Sequence[Document]) -> list[list[Document]]:
        """Return for each query the documents that satisfy it, in their order."""
        return self.match_analysed(Analysed(documents))

    def match_analysed(self, batch: Analysed) -> list[list[Document]]:
        """Like `match`, for documents whose tokens are known already."""
        answers = _Answers(batch, self._order, self._wanted)
        masks = [answers.of(leaf) for leaf in self._order]
        candidates = set(self._always)
        for leaf, mask in enumerate(masks):
            if mask:
                candidates.update(self._asking[leaf])
        found: list[list[Document]] = [[] for _ in self._forms]
        for number in candidates:
            if mask := _evaluated(self._forms[number], masks, answers.everything):
                found[number] = [batch.documents[place] for place in _bits(mask)]
        return found

    def _compiled(self, node: Node) -> Any:
        """Return a node with numbers for its leaves: ("and", wanted, unwanted), ("or", parts), ("not", part), a number."""
        if isinstance(node, And):
            wanted = [self._compiled(part) for part in node.parts if not isinstance(part, Not)]
            return "and", wanted, [self._compiled(part.part) for part in node.parts if isinstance(part, Not)]
        if isinstance(node, Or):
            return "or", [self._compiled(part) for part in node.parts], ()
        if isinstance(node, Not):
            return "not", [self._compiled(node.part)], ()
        return self._leaves.setdefault(node, len(self._leaves))


class Analysed:
    """Documents with their tokens, as an index would store them."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = documents
        self.streams = [token_streams(d.title, d.body, names(d)) for d in documents]


def _needed(form: Any) -> set[int] | None:
    """Return leaves of which one must hold for the form to hold; None where it may hold without any."""
    if isinstance(form, int):
        return {form}
    kind, parts, _ = form
    needs = [_needed(part) for part in parts]
    if kind == "and":
        return min((needed for needed in needs if needed is not None), key=len, default=None)
    if kind == "not" or any(needed is None for needed in needs):
        return None
    return set().union(*(needed for needed in needs if needed is not None))


def _evaluated(form: Any, masks: Sequence[int], everything: int) -> int:
    if isinstance(form, int):
        return masks[form]
    kind, parts, unwanted = form
    if kind == "or":
        found = 0
        for part in parts:
            found |= masks[part] if isinstance(part, int) else _evaluated(part, masks, everything)
        return found
    if kind == "not":
        return everything & ~_evaluated(parts[0], masks, everything)
    found = everything
    for part in parts:
        found &= masks[part] if isinstance(part, int) else _evaluated(part, masks, everything)
        if not found:
            return 0
    for part in unwanted:
        found &= ~_evaluated(part, masks, everything)
    return found


def _wanted_tokens(leaves: Sequence[Node]) -> dict[str, set[str]]:
    """Return the tokens that any leaf names, by stream: of no others is it noted where they stand."""
    wanted: dict[str, set[str]] = {name: set() for name in STREAMS}
    for leaf in leaves:
        match leaf:
            case Words(fields=fields, tokens=tokens, plain=plain):
                for part in fields:
                    wanted[stream(part, plain)].update(tokens)
            case Near(fields=fields, pieces=pieces, plain=plain):
                for part in fields:
                    wanted[stream(part, plain)].update(token for piece in pieces for token in piece)
            case Prefix(fields=fields, lead=lead):
                for part in fields:
                    wanted[stream(part, plain=True)].update(lead)
    return wanted


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class _Answers:
    """Which documents of one batch satisfy a leaf, as an integer with a bit for each."""

    def __init__(self, batch: Analysed, leaves: Sequence[Node], wanted: dict[str, set[str]]) -> None:
        self._batch = batch
        self.everything = (1 << len(batch.documents)) - 1
        self._vocabularies: dict[str, list[str]] = {}
        self._complete: dict[tuple[Node, str], list[str]] = {}
        self._text: dict[tuple[int, str], str] = {}
        open_ended = [leaf for leaf in leaves if isinstance(leaf, Prefix | Wildcard)]
        wanted = self._with_completions(wanted, open_ended)
        self._postings = {
            name: _postings(batch.streams, name, tokens) for name, tokens in wanted.items() if tokens
        }
        self._values: dict[str, dict[str, int]] | None = None
        self._filled: dict[str, int] | None = None

    def of(self, leaf: Node) -> int:
        return _ANSWER[type(leaf)](self, leaf)

    def _with_completions(self, wanted: dict[str, set[str]], leaves: Sequence[Any]) -> dict[str, set[str]]:
        complete = {name: set(tokens) for name, tokens in wanted.items()}
        for leaf in leaves:
            for part in leaf.fields:
                complete[stream(part, plain=True)].update(self._completions(leaf, stream(part, plain=True)))
        return complete

    def _completions(self, leaf: Prefix | Wildcard, name: str) -> list[str]:
        """Return the words of the batch that a prefix or wildcard stands for."""
        if (leaf, name) not in self._complete:
            head = leaf.prefix if isinstance(leaf, Prefix) else literal_head(leaf.pattern)
            words = list(starting_with(head, self._vocabulary(name)))
            if isinstance(leaf, Wildcard):
                form = wildcard(leaf.pattern)
                words = [word for word in words if form.fullmatch(word)]
            self._complete[leaf, name] = words
        return self._complete[leaf, name]

    def _vocabulary(self, name: str) -> list[str]:
        if name not in self._vocabularies:
            self._vocabularies[name] = sorted(set().union(*(tokens[name] for tokens in self._batch.streams)))
        return self._vocabularies[name]

    # -- text ------------------------------------------------------------------------------------------

    def _words(self, leaf: Words) -> int:
        return self._phrase([stream(part, leaf.plain) for part in leaf.fields], leaf.tokens)

    def _phrase(self, streams: Sequence[str], tokens: Sequence[str]) -> int:
        found = 0
        for name in streams:
            mask = self._with_all(name, tokens)
            if mask and len(tokens) > 1:
                needle = _GAP + _GAP.join(tokens) + _GAP
                mask = sum(1 << place for place in _bits(mask) if needle in self._joined(place, name))
            found |= mask
        return found

    def _joined(self, place: int, name: str) -> str:
        """Return a stream as one string, in which a phrase is found as quickly as a string can be."""
        if (place, name) not in self._text:
            self._text[place, name] = _GAP + _GAP.join(self._batch.streams[place][name]) + _GAP
        return self._text[place, name]

    def _with_all(self, name: str, tokens: Sequence[str]) -> int:
        postings, mask = self._postings.get(name, {}), self.everything
        for token in tokens:
            mask &= postings.get(token, 0)
            if not mask:
                break
        return mask

    def _near(self, leaf: Near) -> int:
        tokens = [token for piece in leaf.pieces for token in piece]
        found = 0
        for name in (stream(part, leaf.plain) for part in leaf.fields):
            for place in _bits(self._with_all(name, tokens) & ~found):
                if near_starts(places(self._batch.streams[place][name]), leaf.pieces, leaf.slop):
                    found |= 1 << place
        return found

    def _open_ended(self, leaf: Prefix | Wildcard) -> int:
        lead = leaf.lead if isinstance(leaf, Prefix) else ()
        found = 0
        for name in (stream(part, plain=True) for part in leaf.fields):
            postings = self._postings.get(name, {})
            for word in self._completions(leaf, name):
                found |= self._phrase([name], (*lead, word)) if lead else postings[word]
        return found

    # -- values ----------------------------------------------------------------------------------------

    def _all_values(self) -> dict[str, dict[str, int]]:
        if self._values is None:
            self._values = {}
            for place, document in enumerate(self._batch.documents):
                for field, values in keywords(document).items():
                    known = self._values.setdefault(field, {})
                    for value in values:
                        known[value] = known.get(value, 0) | 1 << place
        return self._values

    def _keyword(self, leaf: Keyword) -> int:
        return self._all_values().get(leaf.field, {}).get(leaf.value, 0)

    def _pattern(self, leaf: Pattern) -> int:
        form = wildcard(leaf.pattern)
        found = 0
        for value, mask in self._all_values().get(leaf.field, {}).items():
            if form.fullmatch(value):
                found |= mask
        return found

    def _range(self, leaf: Range) -> int:
        values = (quantities(document)[leaf.field] for document in self._batch.documents)
        return sum(1 << place for place, value in enumerate(values) if _in(leaf, value))

    def _exists(self, leaf: Exists) -> int:
        if self._filled is None:
            self._filled = {}
            for place, document in enumerate(self._batch.documents):
                for part in filled(document):
                    self._filled[part] = self._filled.get(part, 0) | 1 << place
        found = 0
        for part in leaf.fields:
            found |= self._filled.get(part, 0)
        return found


def _postings(streams: Sequence[dict[str, list[str]]], name: str, wanted: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, tokens in enumerate(streams):
        bit = 1 << place
        for token in wanted.intersection(tokens[name]):
            found[token] = found.get(token, 0) | bit
    return found


def _in(leaf: Range, value: Any) -> bool:
    if value is None:
        return False
    low, high = leaf.low, leaf.high
    above = low is None or value > low or (leaf.include_low and value == low)
    return bool(above and (high is None or value < high or (leaf.include_high and value == high)))


_ANSWER: dict[type, Callable[[_Answers, Any], int]] = {
    All: lambda answers, _: answers.everything,
    Words: _Answers._words,
    Near: _Answers._near,
    Prefix: _Answers._open_ended,
    Wildcard: _Answers._open_ended,
    Keyword: _Answers._keyword,
    Pattern: _Answers._pattern,
    Range: _Answers._range,
    Exists: _Answers._exists,
}
