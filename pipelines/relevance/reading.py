"""What was read of a text: its sentences, and who is named in each how surely."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.text.text_length import length_in_words

Part = Literal["title", "lead", "body"]

#: How the signals of topics begin; the id of the topic follows.
TOPIC = "topic:"
#: Strength of a name that can mean something else.
WEAK = 0.5


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence."""

    start: int
    end: int
    words: str
    #: By party: 1 strong, 0.75 implied, 0.5 weak.
    strength: dict[str, float]
    #: A part of a name that stands for the whole, and may stand for another's.
    is_short_form: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with what was found in it. Positions are within the sentence."""

    part: Part
    text: str
    mentions: tuple[Mention, ...]
    #: (signal, its words in the text), in no particular order.
    signals: tuple[tuple[str, str], ...]
    #: Words set aside by traps, and credits of pictures.
    aside: tuple[str, ...] = ()
    #: The best strength of each party named, in order of first appearance.
    strengths: Mapping[str, float] = field(default_factory=dict)
    #: Words of a topic stand there, and not only as a name that can mean something else (TikTok).
    has_topic: bool = False

    def strength(self, party: str) -> float:
        """Return how surely a party is named, 0 where it is not."""
        return self.strengths.get(party, 0.0)

    def said(self, signal: str) -> str | None:
        """Return the first words of a signal, or None."""
        for name, words in self.signals:
            if name == signal:
                return words
        return None


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole text, read. The title is one sentence; lead and body follow in order."""

    title: Sentence
    lead: tuple[Sentence, ...]
    body: tuple[Sentence, ...] = field(default=())


def distance(sentence: Sentence, one: str, other: str) -> float | None:
    """Return the words between the nearest names of two parties.

    None where the sentence does not name both.
    """
    ends: dict[str, int] = {}
    nearest: float | None = None
    for mention in sentence.mentions:
        for party, opposite in ((one, other), (other, one)):
            if party not in mention.strength:
                continue
            if opposite in mention.strength:
                return 0.0
            if opposite in ends:
                gap = length_in_words(sentence.text[ends[opposite] : mention.start])
                nearest = gap if nearest is None else min(nearest, gap)
            ends[party] = mention.end
    return nearest


def join_strengths(mentions: Iterable[Mention]) -> dict[str, float]:
    """Return the best strength of each party named."""
    best: dict[str, float] = {}
    for mention in mentions:
        for party, strength in mention.strength.items():
            best[party] = max(strength, best.get(party, 0.0))
    return best
