"""Whom a text is compared with: the few that share lookup keys with it (pure).

A key is one of a text's own shingles, about two in seventeen of them (see `text`), so the share of keys in common estimates the share of text
in common. Nothing follows from an overlap below a fifth of the shorter text (`decide`). So texts that share less than one key in
twelve are not read, and of those that are, most go after one look at the shingles alone: turns of phrase bring six
strangers to every report once ten thousand are stored.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.dedup.text import winnow
from pipelines.model import TextPrint

LEAST = 2
"""Keys: one may be a coincidence."""
LEAST_SHARE = 0.08
"""Share of the shorter text's keys. A text that small changes cut into pieces keeps half as many keys as words."""
LEAST_TEXT = 0.20
"""Share of the shorter text's shingles below which two texts are strangers."""
CANDIDATES = 50
FREQUENT = 500
"""A key in more articles than this says little (a cookie notice, a slogan) and would cost more with every article."""
FIRST = 16
"""Of those only the first articles count: enough to find a story of which there are a thousand copies."""


def lookup_keys(text: TextPrint) -> frozenset[int]:
    """Return the 32-bit hashes under which a text is found again. Eighteen words in a row share one."""
    return winnow(text.shingles)


def is_candidate(common: int, keys: int, others_keys: int) -> bool:
    """Return whether two texts with so many keys, and so many in common, are to be compared."""
    return common >= max(LEAST, LEAST_SHARE * min(keys, others_keys))


def is_stranger(shingles: frozenset[int], others: Collection[int]) -> bool:
    """Return whether two texts have so little in common that nothing can follow from it."""
    common = len(shingles.intersection(others))
    return common < LEAST_TEXT * min(len(shingles), len(others))
