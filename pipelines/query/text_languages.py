"""A query without the stems of languages that no text is in (pure).

A word of a query stands for its stems in all languages, some ten. An index has texts in a few of them,
and to look for a stem that no text has costs as much as for one that some have.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from pipelines.query.tree import And, Near, Node, Not, Or, Words
from pipelines.text.analyzer import language_of_stem


def in_languages(node: Node, languages: Collection[str]) -> Node:
    """Return what finds the same among texts of these languages, and English ones."""
    match node:
        case And(parts=parts):
            return And(tuple(in_languages(part, languages) for part in parts))
        case Or(parts=parts):
            return _any_in_languages(parts, languages)
        case Not(part=part):
            return Not(in_languages(part, languages))
        case Words(phrases=phrases):
            found = tuple(phrase for phrase in phrases if _may_be_found([phrase], languages))
            # Without any it would mean something else: a phrase that no text has finds nothing.
            return replace(node, phrases=found or phrases[:1])
    return node


def _any_in_languages(parts: Sequence[Node], languages: Collection[str]) -> Node:
    found: list[Node] = []
    for part in parts:
        if not isinstance(part, Near) or _may_be_found(part.pieces, languages):
            found.append(in_languages(part, languages))
    if not found:
        return parts[0]
    if len(found) == 1:
        return found[0]
    return Or(tuple(found))


def _may_be_found(pieces: Sequence[Sequence[str]], languages: Collection[str]) -> bool:
    """Tell whether texts of these languages may have all pieces."""
    for piece in pieces:
        for token in piece:
            language = language_of_stem(token)
            if language and language not in languages:
                return False
    return True
