"""Patterns and prefixes that stand for words (pure)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

_PATTERN_CHARACTER = re.compile(r"\\.|.", re.DOTALL)
_LITERAL_HEAD = re.compile(r"(?:\\.|[^*?\\])*", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WILDCARDS = {"*": ".*", "?": "."}


def pattern_parts(pattern: str) -> list[str]:
    """Return the characters of a pattern, a protected one with its backslash."""
    return _PATTERN_CHARACTER.findall(pattern)


def wildcard(pattern: str) -> re.Pattern[str]:
    """Return what a whole word has to match.

    `*` stands for any characters, `?` for one; after a backslash both are literal.
    """
    parts = []
    for part in pattern_parts(pattern):
        parts.append(_WILDCARDS.get(part) or re.escape(part[-1]))
    return re.compile("".join(parts), re.DOTALL)


def literal_head(pattern: str) -> str:
    """Return the characters before the first wildcard: every match begins with them."""
    head = _LITERAL_HEAD.match(pattern)
    if head is None:
        return ""
    return _ESCAPED.sub(r"\1", head[0])


def starting_with(prefix: str, vocabulary: Sequence[str]) -> Iterator[str]:
    """Yield the words of a sorted vocabulary that start with `prefix`, in order."""
    for at in range(bisect_left(vocabulary, prefix), len(vocabulary)):
        if not vocabulary[at].startswith(prefix):
            return
        yield vocabulary[at]
