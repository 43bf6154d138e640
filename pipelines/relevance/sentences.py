"""A text as the judge reads it: sentences, with who is named in each.

    title, text ──► clean ──► title, lead, body in sentences ──► names and signals of each (Terms.scan)

Prominence decides more than frequency: what a report is about stands in its title and lead. Whole
articles and bare headlines must come out alike, so the lead is cut to the same measure for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.beat.terms import Named, Terms
from pipelines.text.datelines import CREDIT, end_of_dateline
from pipelines.text.name_matcher import clean
from pipelines.text.sentences import sentences_of
from pipelines.text.text_length import length_in_words

Part = Literal["title", "lead", "body"]

#: Words of a lead; whole sentences until they are reached. The labelled leads have 15 to 90.
LEAD_WORDS = 90
#: Chinese characters for one English word, in news text.
CHARACTERS_A_WORD = 1.7
#: How the signals of topics begin; the id of the topic follows.
TOPIC = "topic:"
#: Strength of a name that can mean something else.
WEAK = 0.5
#: Strength of a side that is implied ("the Winnipeg lab"): surer than a weak name, less than its own.
IMPLIED = 0.75
#: Strength of a name in a dateline: it says where the reporter was.
DATELINE = 0.5
#: What is read of a text: an article of 6,000 words; the rest of a longer one changes nothing.
MAX_CHARACTERS = 40_000
_MAX_TITLE_CHARACTERS = 1000
#: Characters after which a sentence is cut, so that no page can make reading it slow.
MAX_SENTENCE = 1500

_WEB_ADDRESS = re.compile(r"https?://\S{1,2000}")
_LETTER = re.compile(r"[^\W_]")


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


def read(title: str, text: str, terms: Terms) -> Reading:
    """Read a title and a lead or whole text."""
    heading = " ".join(clean(title)[:_MAX_TITLE_CHARACTERS].split())
    lead: list[Sentence] = []
    body: list[Sentence] = []
    words = 0.0
    for number, span in enumerate(_split_sentences(clean(text[:MAX_CHARACTERS]))):
        is_first = number == 0
        if words < LEAD_WORDS:
            lead.append(_read_sentence("lead", span, terms, is_first=is_first))
        else:
            body.append(_read_sentence("body", span, terms, is_first=is_first))
        words += length_in_words(span)
    return Reading(_read_sentence("title", heading, terms), tuple(lead), tuple(body))


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


def _split_sentences(text: str) -> Iterator[str]:
    """Yield the sentences; one that never ends is cut."""
    for line in text.split("\n"):
        for sentence in sentences_of(line, MAX_SENTENCE):
            if _LETTER.search(sentence):
                yield sentence


def _read_sentence(part: Part, text: str, terms: Terms, *, is_first: bool = False) -> Sentence:
    """Find names and signals.

    A picture's credit and a web address say nothing, and a dateline little.
    """
    # Blanks keep every position where it is.
    seen = _WEB_ADDRESS.sub(_blank_out, CREDIT.sub(_blank_out, text))
    dateline_end = end_of_dateline(seen) if is_first else 0
    scan = terms.scan(seen)
    mentions = []
    for name in scan.names:
        mentions.append(_make_mention(name, text, is_in_dateline=name.end <= dateline_end))
    signals: dict[tuple[str, str], None] = {}
    has_topic = False
    for signal, start, end in scan.signals:
        signals[signal, text[start:end]] = None
        if signal.startswith(TOPIC) and not _is_in_weak_name(start, end, mentions):
            has_topic = True
    aside = [credit[0] for credit in CREDIT.finditer(text)]
    for start, end in scan.traps:
        aside.append(text[start:end])
    strengths = join_strengths(mentions)
    return Sentence(part, text, tuple(mentions), tuple(signals), tuple(aside), strengths, has_topic)


def _is_in_weak_name(start: int, end: int, mentions: Iterable[Mention]) -> bool:
    for mention in mentions:
        if mention.start <= start and end <= mention.end:
            return max(mention.strength.values(), default=0.0) <= WEAK
    return False


def join_strengths(mentions: Iterable[Mention]) -> dict[str, float]:
    """Return the best strength of each party named."""
    best: dict[str, float] = {}
    for mention in mentions:
        for party, strength in mention.strength.items():
            best[party] = max(strength, best.get(party, 0.0))
    return best


def _blank_out(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _make_mention(name: Named, text: str, *, is_in_dateline: bool) -> Mention:
    strength: dict[str, float] = {}
    for party in name.meaning.parties:
        strength[party.id] = min(party.strength, DATELINE) if is_in_dateline else party.strength
    for side in name.meaning.implied:
        strength.setdefault(side, IMPLIED)
    words = text[name.start : name.end]
    return Mention(name.start, name.end, words, strength, name.meaning.is_short_form)
