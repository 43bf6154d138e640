"""What a text shows of the sides of the beat, in numbers that can be weighed.

    one side                 is the text about it?
    two sides, or more       is it about something between two of them?

A report is about something between two sides where both are named in its title or lead, close together,
with words of dealings between states (ambassador, tariff). Third parties, sport and lists speak against it.
What each number is called, and what it counts, stands in `pipelines/beat/weights.yaml`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from pipelines.beat.terms import Terms
from pipelines.relevance.evidence import (
    AGAINST,
    SUPPORT_SENTENCES,
    carrying_sentences,
    count_mentions,
    find_common,
    has_dealings,
    has_signal,
    has_topic,
    head_of,
    leading_sides,
    lists_all,
    nearness,
    strongest,
    third_parties,
    weakest_strength,
    weigh_mentions,
    words_of,
)
from pipelines.relevance.reading import WEAK, Reading, Sentence

#: More third parties than these say nothing new.
_MAX_OTHERS_TITLE = 3.0
_MAX_OTHERS_LEAD = 5.0
_MAX_OTHERS_TOGETHER = 4.0
#: One word of sport can mean something else (a coach, a goal); a report of a match has several.
_MAX_SPORT_WORDS = 3.0


def features(reading: Reading, terms: Terms) -> dict[str, float]:
    """Return what title and lead show, by name of the weight.

    Strengths run from 0 to 1, flags are 0 or 1, the others are counts up to a limit.
    """
    sides = leading_sides(reading, terms)
    # The order is that of the sum in `judge`, which rounds with it.
    found = _show_subject(reading, terms) if len(sides) == 1 else _show_pair(reading, terms, sides)
    for signal in AGAINST:
        found[signal] = float(has_signal(head_of(reading), signal))
    return found


# -- a beat of one side ------------------------------------------------------------------------------


def _show_subject(reading: Reading, terms: Terms) -> dict[str, float]:
    """Return how far a text is about the one side of a beat."""
    side = terms.sides[0]
    head = head_of(reading)
    naming = find_common(head, terms.sides)
    in_title = reading.title.strength(side)
    best = strongest(head, side)
    mentions = count_mentions(head, side)
    has_words = any(map(has_dealings, naming)) or has_topic(naming)
    others = min(len(third_parties((reading.title,), terms)), _MAX_OTHERS_TITLE)
    return {
        "title": in_title,
        "first_sentence": strongest(reading.lead[:1], side),
        "lead": strongest(reading.lead, side),
        "mentions": math.log1p(mentions),
        "missing": float(best == 0),
        "weak": float(0 < best <= WEAK),
        "passing": float(in_title == 0 and mentions == 1 and not has_words),
        "dealings": float(any(map(has_dealings, naming))),
        "topic_title": float(reading.title.has_topic),
        "topic_lead": float(has_topic(reading.lead)),
        "others_title": 0.0 if in_title > 0 else others,
    }


# -- a beat of two sides or more ---------------------------------------------------------------------


def _show_pair(reading: Reading, terms: Terms, sides: Sequence[str]) -> dict[str, float]:
    """Return how far a text is about something between two sides."""
    together = find_common(head_of(reading), sides)
    found: dict[str, float] = {}
    found |= _show_sides(reading, together, terms, sides)
    found |= _show_nearness(reading, sides)
    found |= _show_signals(reading, together)
    found |= _show_match(reading, together)
    found |= _show_others(reading, together, terms, sides)
    return found


def _show_sides(
    reading: Reading, together: Sequence[Sentence], terms: Terms, sides: Sequence[str]
) -> dict[str, float]:
    """Return where the two sides are named, and how surely."""
    one, two = sides
    title, lead = reading.title, reading.lead
    title_one, title_two = title.strength(one), title.strength(two)
    lead_one, lead_two = strongest(lead, one), strongest(lead, two)
    both = min(max(title_one, lead_one), max(title_two, lead_two))
    is_weak = 0 < both <= WEAK
    deals_together = any(map(has_dealings, together))
    is_passing = any(_is_named_in_passing(reading, side) for side in sides)
    carrying = len(carrying_sentences(lead, terms, sides))
    return {
        "both_title": min(title_one, title_two),
        "title_and_lead": max(min(title_one, lead_two), min(title_two, lead_one)),
        "both_first_sentence": _strongest_pair(lead[:1], sides),
        "both_sentence": _strongest_pair(lead, sides),
        "both": both,
        "one_missing": float(both == 0),
        "one_weak": float(is_weak),
        "weak_and_no_dealings": float(is_weak and not deals_together),
        "passing": float(is_passing),
        "carried_lead": float(min(carrying, SUPPORT_SENTENCES)),
    }


def _is_named_in_passing(reading: Reading, side: str) -> bool:
    """Tell whether a side is named once, in the lead, without a word of dealings.

    A title with such a word has said enough.
    """
    if reading.title.strength(side) > 0 or has_dealings(reading.title):
        return False
    if count_mentions(reading.lead, side) != 1:
        return False
    naming = find_common(reading.lead, (side,))
    return not any(map(has_dealings, naming))


def _strongest_pair(sentences: Sequence[Sentence], sides: Sequence[str]) -> float:
    best = 0.0
    for sentence in sentences:
        best = max(best, weakest_strength(sentence, sides))
    return best


def _show_nearness(reading: Reading, sides: Sequence[str]) -> dict[str, float]:
    """Return how close the names of both sides are, and how often both are named."""
    head = head_of(reading)
    fewer_mentions = min(weigh_mentions(head, side) for side in sides)
    return {
        "near_title": nearness((reading.title,), sides),
        "near_lead": nearness(reading.lead, sides),
        # The tenth mention says less than the second.
        "mentions": math.log1p(fewer_mentions),
    }


def _show_signals(reading: Reading, together: Sequence[Sentence]) -> dict[str, float]:
    """Return which words of dealings and which topics the text has."""
    title, lead = reading.title, reading.lead
    return {
        "bilateral_title": float(has_signal((title,), "bilateral")),
        "bilateral_lead": float(has_signal(lead, "bilateral")),
        "bilateral_together": float(has_signal(together, "bilateral")),
        "dealings_title": float(has_dealings(title)),
        "dealings_together": float(any(map(has_dealings, together))),
        "topic_title": float(title.has_topic),
        "topic_lead": float(has_topic(lead)),
    }


def _show_match(reading: Reading, together: Sequence[Sentence]) -> dict[str, float]:
    """Return how surely a text is about a match between the sides, and nothing else.

    A match names both as often and as closely as a summit does. A boycott, or talks at a match, is a report.
    """
    words = words_of(head_of(reading), "sport")
    if has_dealings(reading.title) or any(map(has_dealings, together)):
        words = set()
    return {"sport_and_no_dealings": min(float(len(words)), _MAX_SPORT_WORDS)}


def _show_others(
    reading: Reading, together: Sequence[Sentence], terms: Terms, sides: Sequence[str]
) -> dict[str, float]:
    """Return how many third parties are named."""
    title = reading.title
    in_title = min(len(third_parties((title,), terms)), _MAX_OTHERS_TITLE)
    has_both = weakest_strength(title, sides) > 0
    beside_sides = 0.0
    for sentence in together:
        others = len(third_parties((sentence,), terms))
        beside_sides = max(beside_sides, min(others, _MAX_OTHERS_TOGETHER))
    return {
        "others_title": in_title,
        # A third party in place of a side weighs more than one beside both.
        "others_for_a_side": 0.0 if has_both else in_title,
        "others_lead": min(len(third_parties(reading.lead, terms)), _MAX_OTHERS_LEAD),
        "others_together": beside_sides,
        "listed": float(any(lists_all(sentence, sides, terms) for sentence in head_of(reading))),
    }
