"""A text as the judge reads it: sentences, with who is named in each.

    title, text ──► clean ──► title, lead, body in sentences ──► names and signals of each (Terms.scan)
                                                                    └──► without doubtful short forms

Prominence decides more than frequency: what a report is about stands in its title and lead. Whole
articles and bare headlines must come out alike, so the lead is cut to the same measure for both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipelines.beat.terms import Named, Terms
from pipelines.relevance.reading import TOPIC, WEAK, Mention, Part, Reading, Sentence, join_strengths
from pipelines.relevance.short_forms import set_doubtful_aside
from pipelines.text.datelines import CREDIT, end_of_dateline
from pipelines.text.name_matcher import clean
from pipelines.text.sentences import sentences_of
from pipelines.text.text_length import length_in_words

#: Words of a lead; whole sentences until they are reached. The labelled leads have 15 to 90.
LEAD_WORDS = 90
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
    reading = Reading(_read_sentence("title", heading, terms), tuple(lead), tuple(body))
    return set_doubtful_aside(reading, terms)


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
    aside = []
    for credit in CREDIT.finditer(text):
        aside.append(credit[0])
    for start, end in scan.traps:
        aside.append(text[start:end])
    strengths = join_strengths(mentions)
    return Sentence(part, text, tuple(mentions), tuple(signals), tuple(aside), strengths, has_topic)


def _is_in_weak_name(start: int, end: int, mentions: Iterable[Mention]) -> bool:
    for mention in mentions:
        if mention.start <= start and end <= mention.end:
            return max(mention.strength.values(), default=0.0) <= WEAK
    return False


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
