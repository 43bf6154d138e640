"""A looser form of a query, to find what a search nearly found (pure)."""

from __future__ import annotations

from dataclasses import replace

from pipelines.query import All, And, Near, Node, Not, Or, Prefix, Words

#: Words of a phrase may stand so many words apart: about one clause.
PHRASE_SLOP = 8
#: A shorter word with another ending is mostly another word.
LEAST_WORD = 5


def looser(node: Node) -> tuple[Node, str]:
    """Return a form of a query that asks for less, and what was given up, in words.

    A phrase becomes its words near each other, a word also its prefix, and what NOT excludes is let in.
    """
    given_up: list[str] = []
    loosened = _loosen(node, given_up)
    return loosened, "; ".join(dict.fromkeys(given_up)) or "it cannot be loosened"


def _loosen(node: Node, given_up: list[str]) -> Node:
    """Return a looser node, and add what it gives up."""
    if isinstance(node, And):
        return _loosen_and(node, given_up)
    if isinstance(node, Or):
        return Or(tuple(_loosen(part, given_up) for part in node.parts))
    if isinstance(node, Words):
        return _loosen_words(node, given_up)
    if isinstance(node, Near):
        given_up.append("nearness counts twice as far")
        return replace(node, slop=2 * node.slop + 4)
    return node


def _loosen_and(node: And, given_up: list[str]) -> Node:
    kept: list[Node] = []
    for part in node.parts:
        if isinstance(part, Not):
            given_up.append("what NOT excludes is let in")
        else:
            kept.append(_loosen(part, given_up))
    if not kept:
        return All()
    if len(kept) == 1:
        return kept[0]
    return And(tuple(kept))


def _loosen_words(node: Words, given_up: list[str]) -> Node:
    # The first phrase is the one as typed; the others are its spellings.
    tokens = node.phrases[0]
    distinct = tuple(dict.fromkeys(tokens))
    if len(distinct) > 1:
        given_up.append("the words of a phrase may stand up to eight words apart")
        return Near(node.fields, tuple((token,) for token in distinct), PHRASE_SLOP, node.plain)
    if len(tokens) != 1:
        return node
    token = tokens[0]
    if len(token) < LEAST_WORD or not token.isascii():
        return node
    given_up.append("words may have other endings")
    # "trade" also finds "traders". Without its last letter "policy" finds "policies".
    prefix = token
    if len(token) > LEAST_WORD:
        prefix = token[:-1]
    return Or((node, Prefix(node.fields, prefix)))
