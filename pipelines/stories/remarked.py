"""Queries for stories with a tag or a star, turned into what an index knows.

    tag:budget AND canola  ──►  one of these stories AND canola

What readers say stands in the ledger alone. So it counts at the next search, on every index, and also for a
story that was joined into another one since.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.model import StoryWord, WordKind, story_ids_of
from pipelines.ports import Ledger
from pipelines.query import And, Exists, Keyword, Node, Not, OneOf, Or, Pattern, Query
from pipelines.query.fields import REMARK_FIELDS
from pipelines.text.analyzer import wildcard
from pipelines.text.folding import keyword

#: Stands for a star whoever gave it: `star:yes`.
_YES = "yes"
_FIELD_OF_KIND = {WordKind.TAG: "tag", WordKind.STAR: "star"}

#: field -> value -> ids of stories, all folded
_Remarked = dict[str, dict[str, dict[str, None]]]


def with_remarked_stories(ledger: Ledger, query: Query) -> Query:
    """Return a query in which tags and stars are the stories that have them."""
    if not asks_for_remarks(query.root):
        return query
    return replace(query, root=_replaced(query.root, _read_remarked(ledger)))


def asks_for_remarks(node: Node) -> bool:
    """Tell whether a query asks for a tag or a star."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            return any(map(asks_for_remarks, parts))
        case Not(part=part):
            return asks_for_remarks(part)
        case Keyword(field=field) | Pattern(field=field):
            return field in REMARK_FIELDS
        case Exists(fields=(field,)):
            return field in REMARK_FIELDS
    return False


def _replaced(node: Node, remarked: _Remarked) -> Node:
    match node:
        case And(parts=parts):
            return And(tuple(_replaced(part, remarked) for part in parts))
        case Or(parts=parts):
            return Or(tuple(_replaced(part, remarked) for part in parts))
        case Not(part=part):
            return Not(_replaced(part, remarked))
    if not asks_for_remarks(node):
        return node
    found: dict[str, None] = {}
    for story_ids in _stories_by_leaf(node, remarked):
        found |= story_ids
    return OneOf("story", tuple(found))


def _stories_by_leaf(leaf: Node, remarked: _Remarked) -> Iterator[dict[str, None]]:
    """Yield the stories of each value that a leaf asks for."""
    match leaf:
        case Keyword(field=field, value=value):
            yield remarked[field].get(value, {})
        case Pattern(field=field, pattern=pattern):
            form = wildcard(pattern)
            for value, story_ids in remarked[field].items():
                if form.fullmatch(value):
                    yield story_ids
        case Exists(fields=(field,)):
            yield from remarked[field].values()


def _read_remarked(ledger: Ledger) -> _Remarked:
    """Return the stories that have each tag, and each reader's star."""
    words = []
    for word in ledger.story_words():
        if word.kind in _FIELD_OF_KIND:
            words.append(word)
    present = ledger.stories(story_ids_of(words))
    remarked: _Remarked = {field: {} for field in REMARK_FIELDS}
    for word in words:
        story = present.get(word.story_id)
        if story is None:
            continue
        by_value = remarked[_FIELD_OF_KIND[word.kind]]
        for value in _values_of(word):
            by_value.setdefault(keyword(value), {})[keyword(story.id)] = None
    return remarked


def _values_of(word: StoryWord) -> tuple[str, ...]:
    """Return what a query may ask for to find the story of a word."""
    if word.kind is WordKind.TAG:
        return (word.text,)
    return (_YES, word.by)
