"""Values of open fields that a query asks for, and what is known instead (pure)."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipelines.query.tree import And, Keyword, Node, Not, Or
from pipelines.text.folding import keyword

#: Known values by field: sources by id and name, sites, topics, countries.
KnownValues = Mapping[str, Sequence[str]]

#: Values that are named where none is like the one asked for.
_NAMED = 8


def asked_values(node: Node) -> Iterator[Keyword]:
    """Yield the values that a query asks for, whether wanted or excluded."""
    match node:
        case And(parts=parts) | Or(parts=parts):
            for part in parts:
                yield from asked_values(part)
        case Not(part=part):
            yield from asked_values(part)
        case Keyword():
            yield node


def doubts_about(
    asked: Iterable[Keyword], known: KnownValues, lack: str = "is in no article"
) -> Iterator[str]:
    """Yield a sentence for each value that is not known.

    It names the nearest that is; `lack` says what it is that the others have.
    """
    for leaf in asked:
        values = known.get(leaf.field)
        if values is None:
            continue
        by_folded = {keyword(value): value for value in values}
        if leaf.value in by_folded:
            continue
        yield f"{leaf.field}:{leaf.value[:60]} {lack}; {_hint(leaf.value, by_folded)}"


def _hint(value: str, by_folded: Mapping[str, str]) -> str:
    # difflib takes quadratic time, and a hostile value has 20,000 characters.
    near = difflib.get_close_matches(value[:60], by_folded, n=1)
    holding = [folded for folded in by_folded if value in folded]
    for folded in (*near, *holding):
        return f"did you mean “{by_folded[folded]}”?"
    if not by_folded:
        return "none is known"
    named = ", ".join(list(by_folded.values())[:_NAMED])
    return f"known are {named} …"
