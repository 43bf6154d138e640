"""Whether the texts of a source have become much shorter (pure).

A new design or a wall may leave the beginning of each text: then every page still shows an article, and each
is but a few lines long.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import date

from pipelines.beat.source_volume import Unusual

#: The last texts that must all be short, and how many there must be before them. A source that writes one
#: brief in four comes to six in a row once in four thousand times.
LAST_TEXTS = 6
LEAST_BEFORE = 12
#: The newest texts of a source that are looked at: more make no steadier median.
COMPARED_TEXTS = LAST_TEXTS + 54
#: Shares of the median before: each of the last texts is shorter than the first, their median than the
#: second.
SHORT_SHARE = 0.5
SHORT_MEDIAN_SHARE = 0.4

#: (day (ISO, UTC), characters) of each text, the first one first.
TextLengths = Sequence[tuple[str, int]]


def find_shorter_texts(lengths: TextLengths) -> Unusual | None:
    """Return that the last texts are much shorter than those before, or None."""
    before = [length for _, length in lengths[:-LAST_TEXTS]]
    if len(before) < LEAST_BEFORE:
        return None
    usual = statistics.median(before)
    last = [length for _, length in lengths[-LAST_TEXTS:]]
    median = statistics.median(last)
    if max(last) >= SHORT_SHARE * usual or median >= SHORT_MEDIAN_SHARE * usual:
        return None
    since = date.fromisoformat(lengths[-LAST_TEXTS][0])
    told = f"its last {LAST_TEXTS} texts have {median:.0f} characters at the median"
    return Unusual(since, f"{told}; before, it was {usual:.0f} in {len(before)} texts")
