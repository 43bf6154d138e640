"""The form in which saved searches with their queries are written as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from pipelines.beat.plain_values import PlainForm
from pipelines.beat.searches.reader import ParsedSearch, Searches
from pipelines.model import SavedSearch
from pipelines.query import Query
from pipelines.query.tree import (
    All,
    And,
    Exists,
    Keyword,
    Near,
    Not,
    OneOf,
    Or,
    Pattern,
    Prefix,
    Range,
    Wildcard,
    Words,
)


def _parts_of_time(clock: time) -> Sequence[str]:
    return (clock.isoformat(),)


_QUERIES = (All, And, Exists, Keyword, Near, Not, OneOf, Or, Pattern, Prefix, Query, Range, Wildcard, Words)
#: Neither channels nor moments are among its kinds: searches that have them are not kept.
PLAIN_SEARCHES = PlainForm(
    (ParsedSearch, SavedSearch, Searches, *_QUERIES), {time: (_parts_of_time, time.fromisoformat)}
)
