"""How much a mark says about an event, by its kind (pure).

A mark is "KIND:KEY". What stands in the headline weighs in full, what the lead alone has weighs less. So the
weight of a mark also tells whether it is of the headline.
"""

from __future__ import annotations

#: What a mark of the headline weighs. A name says most; what half of the beat's reports have says little.
WEIGHTS = {
    "person": 2.0,
    "company": 2.0,
    "name": 2.0,
    "number": 2.0,
    "thing": 1.5,
    "day": 1.5,
    "act": 1.4,
    "visit": 1.3,
    "week": 1.0,
    "quote": 1.0,
    "says": 0.8,
    "place": 0.75,
    "subject": 0.7,
    # An act that every other report has, such as a meeting.
    "common-act": 0.65,
    # A leader is in every other report of the beat, under a surname or in full.
    "leader": 0.6,
    "body": 0.6,
    "month": 0.5,
    "other": 0.3,
    "word": 0.3,
    # A capital stands for its government as often as for a place.
    "capital": 0.2,
    # What a side is called, such as the company of its beat.
    "side": 0.2,
    "topic": 0.15,
    # These are compared and weigh nothing: whose text it is, the side and the third parties of the headline.
    "by": 0.0,
    "first": 0.0,
    "about": 0.0,
}
#: What a mark of the lead alone weighs, as a share of its full weight.
LEAD_SHARE = 0.7
#: Weights are sums of decimal fractions; a difference as small as this is none.
_TOLERANCE = 1e-6


def kind_of(mark: str) -> str:
    """Return the kind of a mark: "act" of "act:verdict"."""
    return mark.partition(":")[0]


def key_of(mark: str) -> str:
    """Return what a mark names, without its kind."""
    return mark.partition(":")[2]


def weight_of(kind: str, *, is_headline: bool) -> float:
    """Return what a mark of this kind weighs."""
    if is_headline:
        return WEIGHTS[kind]
    return WEIGHTS[kind] * LEAD_SHARE


def is_of_headline(mark: str, weight: float) -> bool:
    """Tell whether a mark of this weight stands in the headline."""
    return weight >= WEIGHTS.get(kind_of(mark), 0.0) - _TOLERANCE
