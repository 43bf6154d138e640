"""Short forms of names that may stand for another party than theirs.

中加 is China and Canada. Beside 加蓬 or 加纳, in a text that never says 加拿大, it is China and Gabon, or
Ghana.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipelines.beat.terms import Terms
from pipelines.relevance.reading import WEAK, Mention, Reading, Sentence, join_strengths


def set_doubtful_aside(reading: Reading, terms: Terms) -> Reading:
    """Return a reading without short forms that stand for a third party.

    A short form is doubtful where a third party is named that begins with one of its characters, and its side
    is named nowhere in full.
    """
    sentences = (reading.title, *reading.lead, *reading.body)
    if not any(mention.is_short_form for mention in _list_mentions(sentences)):
        return reading
    initials = _find_initials(sentences, terms)
    if not initials:
        return reading
    in_full = _list_sides_in_full(sentences)
    doubtful = frozenset(terms.sides) - in_full
    if not doubtful:
        return reading
    return Reading(
        _renew(reading.title, initials, doubtful),
        _renew_all(reading.lead, initials, doubtful),
        _renew_all(reading.body, initials, doubtful),
    )


def _list_mentions(sentences: Iterable[Sentence]) -> list[Mention]:
    mentions: list[Mention] = []
    for sentence in sentences:
        mentions += sentence.mentions
    return mentions


def _find_initials(sentences: Iterable[Sentence], terms: Terms) -> dict[str, frozenset[str]]:
    """Return the first characters of third parties, with the parties of each.

    Only in scripts without capitals does one character stand for a name.
    """
    initials: dict[str, frozenset[str]] = {}
    for mention in _list_mentions(sentences):
        names_a_side = any(side in mention.strength for side in terms.sides)
        first = mention.words[0]
        if not names_a_side and first.lower() == first.upper():
            initials[first] = initials.get(first, frozenset()) | mention.strength.keys()
    return initials


def _list_sides_in_full(sentences: Iterable[Sentence]) -> frozenset[str]:
    sides = set()
    for mention in _list_mentions(sentences):
        if mention.is_short_form:
            continue
        for party, strength in mention.strength.items():
            if strength > WEAK:
                sides.add(party)
    return frozenset(sides)


def _renew_all(
    sentences: Iterable[Sentence], initials: Mapping[str, frozenset[str]], doubtful: frozenset[str]
) -> tuple[Sentence, ...]:
    return tuple(_renew(sentence, initials, doubtful) for sentence in sentences)


def _renew(sentence: Sentence, initials: Mapping[str, frozenset[str]], doubtful: frozenset[str]) -> Sentence:
    """Return a sentence without what its doubtful short forms say."""
    mentions: list[Mention] = []
    aside = list(sentence.aside)
    for mention in sentence.mentions:
        if not mention.is_short_form or not _may_mean_another(mention, initials):
            mentions.append(mention)
            continue
        certain = {}
        for party, value in mention.strength.items():
            if party not in doubtful:
                certain[party] = value
        if certain:
            mentions.append(replace(mention, strength=certain))
        if len(certain) < len(mention.strength):
            aside.append(mention.words)
    kept = tuple(mentions)
    return replace(sentence, mentions=kept, aside=tuple(aside), strengths=join_strengths(kept))


def _may_mean_another(mention: Mention, initials: Mapping[str, frozenset[str]]) -> bool:
    """Tell whether a short form may stand for a third party that is named.

    One of its characters begins the name of a party that it does not stand for.
    美加 beside 美方 is the United States and Canada all the same.
    """
    for character in mention.words:
        if not initials.get(character, frozenset()) <= mention.strength.keys():
            return True
    return False
