"""The parts of a query that FTS5 answers itself, as its expressions."""

from __future__ import annotations

from collections.abc import Sequence

from pipelines.query import And, Near, Node, Or, Prefix, Words
from pipelines.query.fields import stream

#: AND and OR inside each other that are left to FTS5, whose own limit is far above.
MAX_FTS_DEPTH = 8


def full_text(node: Node, depth: int = 0) -> str | None:
    """Return the FTS5 expression of a tree of nothing but text, else None."""
    match node:
        case Words():
            return f"{_columns(node.fields, node.plain)} : {_any_phrase(node.phrases)}"
        case Prefix():
            return f"{_columns(node.fields, plain=True)} : {_quoted_phrase(*node.lead, node.prefix)} *"
        case Near() if _is_measured_alike(node):
            return near_expression(node, node.slop + len(node.pieces) - 2)
        case And(parts=parts) if depth < MAX_FTS_DEPTH:
            return _joined_parts(" AND ", parts, depth)
        case Or(parts=parts) if depth < MAX_FTS_DEPTH:
            return _joined_parts(" OR ", parts, depth)
    return None


def _is_measured_alike(node: Near) -> bool:
    """Tell whether FTS5's distance says the same as ours."""
    if node.is_in_order:
        return False
    if len(node.pieces) == 2:
        return True
    return all(len(piece) == 1 for piece in node.pieces)


def _joined_parts(operator: str, parts: Sequence[Node], depth: int) -> str | None:
    texts: list[str] = []
    for part in parts:
        text = full_text(part, depth + 1)
        if text is None:
            return None
        texts.append(f"({text})")
    return operator.join(texts)


def near_expression(node: Near, distance: int) -> str:
    """Return pieces with at most `distance` tokens between.

    Between means from the end of any piece to the start of the last one.
    """
    pieces = []
    for piece in node.pieces:
        pieces.append(_quoted_phrase(*piece))
    return f"{_columns(node.fields, node.plain)} : NEAR({' '.join(pieces)}, {distance})"


def any_of_words(fields: Sequence[str], terms: Sequence[str]) -> str:
    """Return an expression for plain words of which one has to be there."""
    return f"{_columns(fields, plain=True)} : ({' OR '.join(map(_quoted_phrase, terms))})"


def _any_phrase(phrases: Sequence[Sequence[str]]) -> str:
    quoted = [_quoted_phrase(*phrase) for phrase in phrases]
    if len(quoted) == 1:
        return quoted[0]
    return f"({' OR '.join(quoted)})"


def _columns(fields: Sequence[str], plain: bool) -> str:
    names = []
    for part in fields:
        names.append(stream(part, plain))
    return "{" + " ".join(names) + "}"


def _quoted_phrase(*tokens: str) -> str:
    """Return tokens as an FTS5 phrase."""
    # Tokens are letters, digits, full stops and commas, never a quote.
    *_, last = tokens
    if last.endswith("*"):
        return '"' + " ".join(tokens)[:-1] + '" *'
    return '"' + " ".join(tokens) + '"'
