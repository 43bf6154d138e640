"""What a text shows of both sides of the beat, in numbers that can be weighed.

A report is about something between the two sides where both are named in its title or lead, close
together, with words of dealings between states (ambassador, tariff, 会见). Third parties, sport and lists
speak against it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from pipelines.beat.terms import Terms
from pipelines.relevance.sentences import Reading, Sentence, distance

#: The strength of a name that can mean something else.
WEAK = 0.5
#: Signals that speak against a report.
AGAINST = ("sport", "diaspora", "screen", "disaster", "roundup")

#: Sentences with both sides that make full support: at least three, and of a long body this share.
SUPPORT_SENTENCES = 3
SUPPORT_SHARE = 0.15
#: A body of so many sentences would come back to a side that it is about.
SILENCE_SENTENCES = 8
#: Names so many words apart count half as much as those side by side.
_HALF_DISTANCE_WORDS = 4
#: More third parties than these say nothing new.
_MAX_OTHERS_TITLE = 3.0
_MAX_OTHERS_LEAD = 5.0
_MAX_OTHERS_TOGETHER = 4.0


def features(reading: Reading, terms: Terms) -> dict[str, float]:
    """Return what title and lead show, by name of the weight.

    Strengths run from 0 to 1, flags are 0 or 1, the others are counts up to a limit.
    """
    head = (reading.title, *reading.lead)
    together = [sentence for sentence in head if weaker_strength(sentence, terms) > 0]
    # The order is that of the sum in `judge`, which rounds with it.
    found: dict[str, float] = {}
    found |= _show_sides(reading, together, terms)
    found |= _show_nearness(reading, terms)
    found |= _show_signals(reading, together)
    found |= _show_others(reading, together, terms)
    for signal in AGAINST:
        found[signal] = float(_any_has_signal(head, signal))
    return found


def _show_sides(reading: Reading, together: Sequence[Sentence], terms: Terms) -> dict[str, float]:
    """Return where the two sides are named, and how surely."""
    one, two = terms.sides
    title, lead = reading.title, reading.lead
    title_one, title_two = title.strength(one), title.strength(two)
    lead_one, lead_two = strongest(lead, one), strongest(lead, two)
    both = min(max(title_one, lead_one), max(title_two, lead_two))
    is_weak = 0 < both <= WEAK
    has_dealings = any(map(_has_dealings, together))
    return {
        "both_title": min(title_one, title_two),
        "title_and_lead": max(min(title_one, lead_two), min(title_two, lead_one)),
        "both_first_sentence": _strongest_pair(lead[:1], terms),
        "both_sentence": _strongest_pair(lead, terms),
        "both": both,
        "one_missing": float(both == 0),
        "one_weak": float(is_weak),
        "weak_and_no_dealings": float(is_weak and not has_dealings),
        "carried_lead": float(min(len(carrying_sentences(lead, terms)), SUPPORT_SENTENCES)),
    }


def _show_nearness(reading: Reading, terms: Terms) -> dict[str, float]:
    """Return how close the names of both sides are, and how often both are named."""
    head = (reading.title, *reading.lead)
    one, two = terms.sides
    fewer_mentions = min(_count_mentions(head, one), _count_mentions(head, two))
    return {
        "near_title": _nearness((reading.title,), terms),
        "near_lead": _nearness(reading.lead, terms),
        # The tenth mention says less than the second.
        "mentions": math.log1p(fewer_mentions),
    }


def _show_signals(reading: Reading, together: Sequence[Sentence]) -> dict[str, float]:
    """Return which words of dealings and which topics the text has."""
    title, lead = reading.title, reading.lead
    return {
        "bilateral_title": float(_any_has_signal((title,), "bilateral")),
        "bilateral_lead": float(_any_has_signal(lead, "bilateral")),
        "bilateral_together": float(_any_has_signal(together, "bilateral")),
        "dealings_title": float(_has_dealings(title)),
        "dealings_together": float(any(map(_has_dealings, together))),
        "topic_title": float(_has_topic(title)),
        "topic_lead": float(any(map(_has_topic, lead))),
    }


def _show_others(reading: Reading, together: Sequence[Sentence], terms: Terms) -> dict[str, float]:
    """Return how many third parties are named."""
    title = reading.title
    in_title = min(len(third_parties((title,), terms)), _MAX_OTHERS_TITLE)
    has_both = weaker_strength(title, terms) > 0
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
    }


# -- what sentences show -----------------------------------------------------------------------------


def strongest(sentences: Sequence[Sentence], side: str) -> float:
    """Return the best strength with which sentences name a side, 0 where none does."""
    best = 0.0
    for sentence in sentences:
        best = max(best, sentence.strength(side))
    return best


def weaker_strength(sentence: Sentence, terms: Terms) -> float:
    """Return the strength of the side that a sentence names less surely."""
    one, two = terms.sides
    return min(sentence.strength(one), sentence.strength(two))


def _strongest_pair(sentences: Sequence[Sentence], terms: Terms) -> float:
    best = 0.0
    for sentence in sentences:
        best = max(best, weaker_strength(sentence, terms))
    return best


def third_parties(sentences: Sequence[Sentence], terms: Terms) -> list[str]:
    """Return the third parties named, in order of appearance."""
    named: dict[str, None] = {}
    for sentence in sentences:
        for party in sentence.strengths:
            if party not in terms.sides:
                named[party] = None
    return list(named)


def _count_mentions(sentences: Iterable[Sentence], side: str) -> int:
    count = 0
    for sentence in sentences:
        for mention in sentence.mentions:
            if side in mention.strength:
                count += 1
    return count


def _nearness(sentences: Sequence[Sentence], terms: Terms) -> float:
    """Return 1 for names side by side, 0.5 for four words between them.

    It is 0 where no sentence has both sides.
    """
    nearest: float | None = None
    for sentence in sentences:
        gap = distance(sentence, *terms.sides)
        if gap is not None and (nearest is None or gap < nearest):
            nearest = gap
    if nearest is None:
        return 0.0
    return 1 / (1 + nearest / _HALF_DISTANCE_WORDS)


def _any_has_signal(sentences: Iterable[Sentence], signal: str) -> bool:
    return any(sentence.said(signal) for sentence in sentences)


def _has_dealings(sentence: Sentence) -> bool:
    return sentence.said("bilateral") is not None or sentence.said("dealings") is not None


def _has_topic(sentence: Sentence) -> bool:
    return bool(topics_of(sentence))


def topics_of(sentence: Sentence) -> set[str]:
    """Return the ids of the topics that a sentence has words of."""
    topics = set()
    for signal, _ in sentence.signals:
        kind, _, topic = signal.partition(":")
        if kind == "topic":
            topics.add(topic)
    return topics


# -- what the body shows -----------------------------------------------------------------------------


def carrying_sentences(sentences: Sequence[Sentence], terms: Terms) -> list[Sentence]:
    """Return the sentences that, with a neighbour, name both sides and no third party."""
    found = []
    for position, sentence in enumerate(sentences):
        with_next = sentences[position : position + 2]
        with_previous = sentences[max(position - 1, 0) : position + 1]
        if not _names_a_side(sentence, terms):
            continue
        if _is_bilateral(with_next, terms) or _is_bilateral(with_previous, terms):
            found.append(sentence)
    return found


def _is_bilateral(sentences: Sequence[Sentence], terms: Terms) -> bool:
    one, two = terms.sides
    has_both = strongest(sentences, one) > 0 and strongest(sentences, two) > 0
    return has_both and not third_parties(sentences, terms)


def _names_a_side(sentence: Sentence, terms: Terms) -> bool:
    one, two = terms.sides
    return sentence.strength(one) > 0 or sentence.strength(two) > 0


def side_named_in_passing(reading: Reading, terms: Terms) -> str | None:
    """Return the side that a long body never names, or None."""
    if len(reading.body) < SILENCE_SENTENCES:
        return None
    for side in terms.sides:
        if _count_mentions(reading.body, side) == 0:
            return side
    return None


def body_support(reading: Reading, terms: Terms) -> float:
    """Return how far the body keeps naming both sides together, from 0 to 1."""
    enough = max(SUPPORT_SENTENCES, SUPPORT_SHARE * len(reading.body))
    return min(len(carrying_sentences(reading.body, terms)) / enough, 1.0)
