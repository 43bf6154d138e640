"""A text as the judge reads it: title, lead and body in sentences, with who is named where.

Prominence decides more than frequency: what a report is about stands in its title and lead. Whole
articles and bare headlines must come out alike, so the lead is cut to the same measure for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pipelines.beat.terms import Meaning, Named, Terms
from pipelines.text.name_matcher import CJK, clean

Part = Literal["title", "lead", "body"]

LEAD_WORDS = 90
"""Words of a lead; whole sentences until they are reached. The labelled leads have 15 to 90."""
CHARACTERS_A_WORD = 1.7
"""Chinese characters for one English word, in news text."""
IMPLIED = 0.75
"""Strength of a side that is implied ("the Winnipeg lab"): surer than a weak name, less than its own."""
MAX_CHARACTERS = 40_000
"""What is read of a text: an article of 6,000 words; the rest of a longer one changes nothing."""
MAX_SENTENCE = 1500
"""Characters after which a sentence is cut."""

_CREDIT = re.compile(
    r"[(（][^()（）]{0,80}(?:/|Getty|Reuters|AFP|file photo|Shutterstock|Canadian Press|Presse canadienne|Xinhua|新华社|图片)"
    r"[^()（）]{0,80}[)）]"
)
_ADDRESS = re.compile(r"https?://\S{1,2000}")
_DATELINE = re.compile(
    r"\s*(?:"
    r"[(（](?!\w+\))?[A-ZÀ-Ý][\w .'’-]{1,30}[)）]\s"  # (Ottawa) Le ministre ...
    r"|[A-ZÀ-Ý][A-ZÀ-Ý .'’-]{2,40}(?:,[^—–\n]{0,50}?)?(?:\s?[(/][^)/\n]{2,40}[)/])?\s?(?:—|–|--|-)\s"  # OTTAWA — ...
    r"|(?:新华社|新華社|中新社|中新网|中新網|央视网|人民网|人民網)?\s?["
    + CJK
    + r"]{2,6}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)"
    r")"
)
_ABBREVIATED = "".join(
    rf"(?<!\b{word}\.)"
    for word in (
        "Mr",
        "Ms",
        "Mrs",
        "Dr",
        "St",
        "M",
        "Gov",
        "Sen",
        "Jan",
        "Feb",
        "Aug",
        "Sept",
        "Oct",
        "Nov",
        "Dec",
    )
)
_SENTENCE_END = re.compile(
    # The full stop comes first and what must not stand before it after: a look-behind at every letter is slow.
    r"[。！？；]+[”」』’\"]*|[.!?…](?<![A-Z]\.)" + _ABBREVIATED + r"[.!?…]*[”\"’)]*(?=\s|$)|\n+"
)
_CHINESE_LETTER = re.compile(f"[{CJK}]")
_LETTER = re.compile(r"[^\W_]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ɏ0-9]+")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence. `strength` by party: 1 strong, 0.75 implied, 0.5 weak."""

    start: int
    end: int
    words: str
    strength: dict[str, float]
    is_pair: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with what was found in it. Positions are within the sentence."""

    part: Part
    text: str
    mentions: tuple[Mention, ...]
    signals: tuple[tuple[str, str], ...]
    """(signal, its words in the text), in no particular order."""
    aside: tuple[str, ...] = ()
    """Words set aside by traps."""
    strengths: Mapping[str, float] = field(default_factory=dict)
    """The best strength of each party named, in order of first appearance."""

    def strength(self, party: str) -> float:
        return self.strengths.get(party, 0.0)

    def said(self, signal: str) -> str | None:
        return next((words for name, words in self.signals if name == signal), None)


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole text, read. `title` is one sentence; lead and body follow in order."""

    title: Sentence
    lead: tuple[Sentence, ...]
    body: tuple[Sentence, ...] = field(default=())


def read(title: str, text: str, terms: Terms) -> Reading:
    """Read a title and a lead or whole text."""
    heading = _sentence("title", " ".join(clean(title)[:1000].split()), terms)
    spans = list(_spans(clean(text[:MAX_CHARACTERS])))
    lead: list[Sentence] = []
    body: list[Sentence] = []
    words = 0.0
    for n, span in enumerate(spans):
        part: Part = "lead" if words < LEAD_WORDS else "body"
        sentence = _sentence(part, span, terms, opens=n == 0)
        (lead if part == "lead" else body).append(sentence)
        words += length(span)
    return Reading(heading, tuple(lead), tuple(body))


def length(text: str) -> float:
    """Return the length of a text in English words; Chinese characters count by the word they make."""
    return len(_CHINESE_LETTER.findall(text)) / CHARACTERS_A_WORD + len(_LATIN_WORD.findall(text))


def distance(sentence: Sentence, one: str, other: str) -> float | None:
    """Return the words between the nearest names of two parties in a sentence; None without both."""
    ends: dict[str, int] = {}
    nearest: float | None = None
    for mention in sentence.mentions:
        for party, opposite in ((one, other), (other, one)):
            if party not in mention.strength:
                continue
            if opposite in mention.strength:
                return 0.0
            if opposite in ends:
                gap = length(sentence.text[ends[opposite] : mention.start])
                nearest = gap if nearest is None else min(nearest, gap)
            ends[party] = mention.end
    return nearest


def _spans(text: str) -> Iterator[str]:
    """Yield the sentences; one that never ends is cut, so that no page can make reading it slow."""
    start = 0
    for end in (*(m.end() for m in _SENTENCE_END.finditer(text)), len(text)):
        for cut in range(start, end, MAX_SENTENCE):
            span = text[cut : min(cut + MAX_SENTENCE, end)].strip()
            if span and _LETTER.search(span):
                yield span
        start = end


def _sentence(part: Part, text: str, terms: Terms, *, opens: bool = False) -> Sentence:
    """Find names and signals; a picture's credit and a web address say nothing, a dateline little."""
    aside = [m[0] for m in _CREDIT.finditer(text)]
    seen = _ADDRESS.sub(_blank, _CREDIT.sub(_blank, text))
    dateline = _DATELINE.match(seen) if opens else None
    scan = terms.scan(seen)
    in_dateline = dateline.end() if dateline else 0
    mentions = tuple(_mention(n, text, terms, weak=n.end <= in_dateline) for n in scan.names)
    signals = tuple({(s, text[a:b]): None for s, a, b in scan.signals})
    strengths: dict[str, float] = {}
    for party, strength in (item for m in mentions for item in m.strength.items()):
        strengths[party] = max(strength, strengths.get(party, 0.0))
    return Sentence(part, text, mentions, signals, (*aside, *(text[a:b] for a, b in scan.traps)), strengths)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _mention(named: Named, text: str, terms: Terms, *, weak: bool) -> Mention:
    strength = {p.id: min(p.strength, 0.5) if weak else p.strength for p in named.meaning.parties}
    for side in named.meaning.implied:
        strength.setdefault(side, IMPLIED)
    return Mention(
        named.start, named.end, text[named.start : named.end], strength, _is_pair(named.meaning, terms)
    )


def _is_pair(meaning: Meaning, terms: Terms) -> bool:
    return {p.id for p in meaning.parties} >= set(terms.sides)
