"""What the sentences of a text show.

Who is named, how surely, how near to whom, and beside which words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.beat.terms import Terms
from pipelines.relevance.reading import TOPIC, Mention, Reading, Sentence, distance

#: Signals that speak against a report.
AGAINST = ("sport", "diaspora", "screen", "disaster", "roundup")
#: Sentences that make full support: at least three, and of a long body this share.
SUPPORT_SENTENCES = 3
SUPPORT_SHARE = 0.15
#: A body of so many sentences would come back to what it is about.
SILENCE_SENTENCES = 8
#: Names so many words apart count half as much as those side by side.
_HALF_DISTANCE_WORDS = 4
#: Characters between two names of a list: ", ", " and ", " und ", "、".
_LONGEST_CONJUNCTION = 5
#: What a side's place in title, lead and body counts, where the foremost sides are looked for.
_TITLE_POINTS = 4.0
_LEAD_POINTS = 2.0
_MENTION_POINTS = 0.1


def head_of(reading: Reading) -> tuple[Sentence, ...]:
    """Return title and lead, where a report says what it is about."""
    return (reading.title, *reading.lead)


def leading_sides(reading: Reading, terms: Terms) -> tuple[str, ...]:
    """Return the sides by which a text is judged, in the order of terms.yaml.

    Those are the one side of a beat of one, and the two that stand foremost where a beat has more.
    """
    if len(terms.sides) <= 2:
        return terms.sides
    points: dict[str, float] = {}
    for side in terms.sides:
        points[side] = (
            _TITLE_POINTS * reading.title.strength(side)
            + _LEAD_POINTS * strongest(reading.lead, side)
            + _MENTION_POINTS * count_mentions((*head_of(reading), *reading.body), side)
        )
    foremost = sorted(terms.sides, key=lambda side: -points[side])[:2]
    in_order = []
    for side in terms.sides:
        if side in foremost:
            in_order.append(side)
    return tuple(in_order)


# -- who is named ------------------------------------------------------------------------------------


def strongest(sentences: Iterable[Sentence], side: str) -> float:
    """Return the best strength with which sentences name a side, 0 where none does."""
    best = 0.0
    for sentence in sentences:
        best = max(best, sentence.strength(side))
    return best


def weakest_strength(sentence: Sentence, sides: Sequence[str]) -> float:
    """Return the strength of the side that a sentence names least surely.

    It is 0 where the sentence leaves one out.
    """
    return min(map(sentence.strength, sides))


def find_common(sentences: Iterable[Sentence], sides: Sequence[str]) -> list[Sentence]:
    """Return the sentences that name all of some sides."""
    common = []
    for sentence in sentences:
        if weakest_strength(sentence, sides) > 0:
            common.append(sentence)
    return common


def count_mentions(sentences: Iterable[Sentence], side: str) -> int:
    """Return how often sentences name a side."""
    count = 0
    for sentence in sentences:
        for mention in sentence.mentions:
            if side in mention.strength:
                count += 1
    return count


def third_parties(sentences: Iterable[Sentence], terms: Terms) -> list[str]:
    """Return the third parties named, in order of appearance."""
    named: dict[str, None] = {}
    for sentence in sentences:
        for party in sentence.strengths:
            if party not in terms.sides:
                named[party] = None
    return list(named)


def nearness(sentences: Iterable[Sentence], sides: Sequence[str]) -> float:
    """Return 1 for names of two sides side by side, 0.5 for four words between them.

    It is 0 where no sentence has both.
    """
    nearest: float | None = None
    for sentence in sentences:
        gap = distance(sentence, sides[0], sides[1])
        if gap is not None and (nearest is None or gap < nearest):
            nearest = gap
    if nearest is None:
        return 0.0
    return 1 / (1 + nearest / _HALF_DISTANCE_WORDS)


def lists_all(sentence: Sentence, sides: Sequence[str], terms: Terms) -> bool:
    """Tell whether a sentence lists the sides with third parties.

    "Canada, Mexico and China" are a list: little more than a comma or an "and" stands between two names.
    """
    listed: list[Mention] = []
    for mention in sentence.mentions:
        if listed and mention.start - listed[-1].end > _LONGEST_CONJUNCTION:
            listed = []
        listed.append(mention)
        parties: set[str] = set()
        for member in listed:
            parties.update(member.strength)
        if parties.issuperset(sides) and not parties.issubset(terms.sides) and len(listed) > len(sides):
            return True
    return False


def weigh_mentions(sentences: Iterable[Sentence], side: str) -> float:
    """Return how often sentences name a side.

    A name that only hints at it counts in part.
    """
    total = 0.0
    for sentence in sentences:
        for mention in sentence.mentions:
            total += mention.strength.get(side, 0.0)
    return total


# -- which words stand there -------------------------------------------------------------------------


def has_signal(sentences: Iterable[Sentence], signal: str) -> bool:
    """Tell whether any sentence has words of a signal."""
    return any(sentence.said(signal) for sentence in sentences)


def words_of(sentences: Iterable[Sentence], signal: str) -> set[str]:
    """Return the different words of a signal, whatever their capitals."""
    words = set()
    for sentence in sentences:
        for name, said in sentence.signals:
            if name == signal:
                words.add(said.casefold())
    return words


def has_topic(sentences: Iterable[Sentence]) -> bool:
    """Tell whether any sentence has words of a topic."""
    return any(sentence.has_topic for sentence in sentences)


def has_dealings(sentence: Sentence) -> bool:
    """Tell whether a sentence has words of what the sides do to each other."""
    return sentence.said("bilateral") is not None or sentence.said("dealings") is not None


def topics_of(sentence: Sentence) -> set[str]:
    """Return the ids of the topics that a sentence has words of."""
    topics = set()
    for signal, _ in sentence.signals:
        if signal.startswith(TOPIC):
            topics.add(signal.removeprefix(TOPIC))
    return topics


# -- what the body shows -----------------------------------------------------------------------------


def carrying_sentences(sentences: Sequence[Sentence], terms: Terms, sides: Sequence[str]) -> list[Sentence]:
    """Return the sentences that name the sides together, and no third party.

    Two neighbours count as one where each names a side. A side that is named once carries one sentence,
    not also the two around it.
    """
    if len(sides) == 1:
        return find_common(sentences, sides)
    found: dict[int, None] = {}
    spent: set[int] = set()
    for position, sentence in enumerate(sentences):
        if third_parties((sentence,), terms):
            continue
        if weakest_strength(sentence, sides) > 0:
            found[position] = None
            spent.add(position)
            continue
        follower = position + 1
        if follower < len(sentences) and not {position, follower} & spent:
            couple = sentences[position : position + 2]
            if name_all(couple, sides) and not third_parties(couple, terms):
                found[position] = None
                spent.update((position, follower))
    carrying = []
    for position in sorted(found):
        carrying.append(sentences[position])
    return carrying


def name_all(sentences: Sequence[Sentence], sides: Sequence[str]) -> bool:
    """Tell whether sentences together name all of some sides."""
    return all(strongest(sentences, side) > 0 for side in sides)


def silent_side(reading: Reading, sides: Sequence[str]) -> str | None:
    """Return the side that a long body never names, or None."""
    if len(reading.body) < SILENCE_SENTENCES:
        return None
    for side in sides:
        if count_mentions(reading.body, side) == 0:
            return side
    return None


def body_support(reading: Reading, terms: Terms, sides: Sequence[str]) -> float:
    """Return how far the body keeps naming the sides together, from 0 to 1."""
    enough = max(SUPPORT_SENTENCES, SUPPORT_SHARE * len(reading.body))
    return min(len(carrying_sentences(reading.body, terms, sides)) / enough, 1.0)
