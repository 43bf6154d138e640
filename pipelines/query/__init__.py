"""The query language: Lucene's syntax, read into a small tree.

    text ──► lexer (widths, quotes, limits, misplaced operators) ──► grammar ──► tree of what is meant
                                                                      every leaf analysed and typed

The door is `parse`. What it returns says all that an index needs: which tokens stand in which stream
of which field, which keyword has which folded value, which instants bound a range. So memory, SQLite
and any server answer alike, and none of them reads query syntax. docs/search.md tells users the
language; docs/decisions/0013 tells why the grammar is ours.
"""

from pipelines.query.errors import QueryError
from pipelines.query.highlight import PassageFinder
from pipelines.query.parser import parse
from pipelines.query.tree import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Node,
    Not,
    OneOf,
    Or,
    Pattern,
    Prefix,
    Query,
    Range,
    Wildcard,
    Words,
)

__all__ = [
    "All",
    "And",
    "Exists",
    "Keyword",
    "Near",
    "Node",
    "Not",
    "OneOf",
    "Or",
    "PassageFinder",
    "Pattern",
    "Prefix",
    "Query",
    "QueryError",
    "Range",
    "Wildcard",
    "Words",
    "parse",
]
