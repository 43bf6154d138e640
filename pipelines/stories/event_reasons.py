"""Why two stories are linked, in sentences that a person can check (pure)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from decimal import Decimal

from pipelines.model import EventPrint
from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.stories.event_outline import Rewrite, is_readable
from pipelines.stories.event_weights import key_of, kind_of

#: Kinds of marks that a translation keeps.
_FACTS = frozenset({"number", "name", "person", "company", "place", "body"})
#: Two texts of one origin may be one in two languages from so many facts in common,
#: and from this share of the shorter list of facts.
_MIN_SHARED_FACTS = 4
_MIN_SHARED_FACTS_SHARE = 0.6

#: In English; the first line of the months in the words of edits.
_MONTHS = VOCABULARY.months[0]
#: Names of one kind that a reason lists.
_MAX_LISTED = 5
_YEAR = re.compile(r"(?:19|20)\d\d")
#: Facts in one order that a reason lists.
_MAX_FACTS = 8

#: What kinds of marks are called. Kinds of one name are listed together.
_LABELS = {
    "person": "people",
    "leader": "leaders",
    "company": "companies",
    "thing": "things",
    "body": "institutions",
    "place": "places",
    "capital": "places",
    "other": "third parties",
    "name": "names",
    "number": "figures",
    "subject": "subject of the headline",
    "act": "what happened",
    "common-act": "what happened",
    "says": "what was said",
    "visit": "a visit",
    "day": "days",
    "week": "days",
    "month": "days",
    "quote": "quoted words",
}
#: Kinds whose marks are names, and so have a capital.
_PROPER_KINDS = frozenset({"person", "company", "thing", "body", "place", "capital", "other", "name"})
_ONE_DAY = timedelta(days=1)
_PERHAPS_TRANSLATED = (
    "perhaps a translation: both texts are of one origin or came the same way, and name the same people, "
    "places or figures (their wording is not compared across languages)"
)


def give_reasons(
    shared: Mapping[str, float], a: EventPrint, b: EventPrint, rewrite: Rewrite | None = None
) -> tuple[str, ...]:
    """Return one sentence a reason; kinds and their names come by weight."""
    by_label: dict[str, list[str]] = {}
    for mark in sorted(shared, key=lambda m: (-shared[m], m)):
        kind = kind_of(mark)
        if kind in _LABELS:
            by_label.setdefault(_LABELS[kind], []).append(_write_mark(kind, key_of(mark)))
    reasons = []
    if is_translation(shared, a, b):
        reasons.append(_PERHAPS_TRANSLATED)
    if rewrite is not None:
        reasons.append(_write_rewrite(rewrite))
    for label, names in by_label.items():
        reasons.append(f"{label}: {', '.join(names[:_MAX_LISTED])}")
    hours = round(abs(a.at - b.at) / timedelta(hours=1))
    reasons.append(f"first seen {hours} h apart" if hours else "first seen within the same hour")
    return tuple(reasons)


def _write_rewrite(rewrite: Rewrite) -> str:
    """Return how the order of facts shows a rewrite, with the first of them."""
    listed = [_write_fact(fact) for fact in rewrite.common if is_readable(fact)]
    return (
        f"the later text is rewritten from the earlier one: {len(rewrite.common)} of {rewrite.of} facts "
        f"stand in the same order, sentence by sentence ({', '.join(listed[:_MAX_FACTS])} …)"
    )


def _write_fact(fact: str) -> str:
    if not fact[0].isdigit():
        return fact.title()
    # Nearly always a year, which has no comma.
    return fact if _YEAR.fullmatch(fact) else _write_number(fact)


def _write_mark(kind: str, key: str) -> str:
    """Return a mark as one would write it: Ningbo for ningbo, 86 million for 86000000."""
    match kind:
        case "number":
            return _write_number(key)
        case "visit":
            visitor, _, host = key.partition(">")
            return f"{_write_name(visitor)} in {_write_name(host)}"
        case "leader":
            side, _, office = key.partition(" ")
            return f"{office.replace('-', ' ')} of {_write_name(side)}"
        case "day":
            return _write_day(key)
        case "week":
            return "the same week"
        case "month":
            return _MONTHS[int(key) - 1]
        case "quote":
            return f"“{key}”"
    if kind not in _PROPER_KINDS:
        return key.replace("-", " ")
    if kind == "name":
        return key.title()
    # An entry is known by its side and name: china:Wang Yi.
    return _write_name(key.rpartition(":")[2])


def _write_name(name: str) -> str:
    return name.replace("-", " ").title() if name.islower() else name


def _write_day(key: str) -> str:
    month, _, day = key.partition("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]}"


def _write_number(number: str) -> str:
    value, _, scale = number.partition("e")
    # Fifteen digits: a longer one is no figure of a report, and no person would read it.
    if not re.fullmatch(r"\d{1,15}(?:\.\d{1,15})?", value):
        return number
    amount = Decimal(value) * 10 ** int(scale or 0)
    for size, name in ((10**9, "billion"), (10**6, "million")):
        if amount >= size:
            return f"{(amount / size).normalize():f} {name}"
    return f"{amount.normalize():,f}"


def is_translation(shared: Collection[str], a: EventPrint, b: EventPrint) -> bool:
    """Tell whether one of two texts probably translates the other.

    They are of one origin, or came the same way within a day. Their wording is not compared across
    languages, so it is no proof.
    """
    if not a.lang or not b.lang or a.lang[:2] == b.lang[:2]:
        return False
    has_same_origin = any(kind_of(mark) == "by" for mark in shared)
    came_together = a.channel is not None and a.channel == b.channel and abs(a.at - b.at) <= _ONE_DAY
    if not has_same_origin and not came_together:
        return False
    common = _count_facts(shared)
    fewest = min(_count_facts(a.marks), _count_facts(b.marks))
    return common >= _MIN_SHARED_FACTS and common >= _MIN_SHARED_FACTS_SHARE * fewest


def _count_facts(marks: Collection[str]) -> int:
    count = 0
    for mark in marks:
        if kind_of(mark) in _FACTS:
            count += 1
    return count
