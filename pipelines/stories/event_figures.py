"""The figures by which an event is known (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from pipelines.revisions import facts
from pipelines.stories.event_weights import WEIGHTS

_WEIGHT = WEIGHTS["number"]
#: 500 and 20,000 are estimates, and stand in many reports.
_ROUND_WEIGHT = _WEIGHT / 2
#: Four students, eleven years: many reports have such counts.
_COUNT_WEIGHT = _WEIGHT / 4
#: From here on a number is no count.
_LEAST_FIGURE = 100
#: Whole numbers that are years.
_FIRST_YEAR = 1900
_LAST_YEAR = 2100
#: A longer one is no figure of a report.
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?(?:e\d{1,2})?")


def find_figures(headline: str, lead: str) -> Iterator[tuple[str, float]]:
    """Yield (mark, weight) of the numbers of texts without dates.

    A number is written in one way: 86000000 for 86 million, 8600万 and 86,000,000. Years are left out, and
    counts that the headline has not.
    """
    for text, is_headline in ((headline, True), (lead, False)):
        for number in facts.count_numbers(text):
            if not _NUMBER.fullmatch(number):
                continue
            value = Decimal(number)
            weight = _weigh(value, is_headline)
            if weight:
                yield f"number:{value.normalize():f}", weight


def _weigh(value: Decimal, is_headline: bool) -> float:
    if value != value.to_integral_value():
        return _WEIGHT
    if value < 2 or _FIRST_YEAR <= value < _LAST_YEAR:
        return 0.0
    if value < _LEAST_FIGURE:
        return _COUNT_WEIGHT if is_headline else 0.0
    if len(f"{value.normalize():f}".rstrip("0")) == 1:
        return _ROUND_WEIGHT
    return _WEIGHT
