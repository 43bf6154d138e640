"""Why a text is on the beat or not, in sentences for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from pipelines.beat.terms import Terms
from pipelines.relevance.evidence import (
    AGAINST,
    carrying_sentences,
    find_common,
    head_of,
    leading_sides,
    silent_side,
    strongest,
    third_parties,
)
from pipelines.relevance.reading import Reading, Sentence, distance
from pipelines.text.counts import counted
from pipelines.text.text_length import cut_line

#: Characters of a quotation.
QUOTE_LENGTH = 180
#: Words or names that one reason lists.
_MAX_SUPPORTING_WORDS = 5
_MAX_OPPOSING_WORDS = 4
_MAX_PARTIES = 5

_BETWEEN_SIDES = "a matter between them"
#: A beat of one side knows nobody between whom it could be.
_WITH_OTHERS = "a matter with others"
_SIGNAL_NAMES = MappingProxyType(
    {
        "sport": "sport",
        "diaspora": "people who live elsewhere, and their festivals",
        "screen": "film, music and shows",
        "disaster": "a disaster or an object in the air",
        "roundup": "a list, a newsletter or a report of markets",
    }
)


def give_reasons(reading: Reading, terms: Terms, *, is_relevant: bool) -> list[str]:
    """Return one sentence a reason: first what decided, then what spoke the other way."""
    sides = leading_sides(reading, terms)
    support = _list_support(reading, terms, sides)
    objections = _list_objections(reading, terms, sides)
    if is_relevant:
        return support + objections
    missing = _describe_missing(reading, terms)
    reasons = objections + support
    if missing is not None:
        reasons.insert(0, missing)
    # Such a text has nothing but a name in passing, or none that a reason could quote.
    return reasons or ["nothing ties the text to the beat"]


def _describe_missing(reading: Reading, terms: Terms) -> str | None:
    """Return which sides are not named, or None where enough are."""
    everything = (*head_of(reading), *reading.body)
    absent = []
    for side in terms.sides:
        if strongest(everything, side) == 0:
            absent.append(terms.labels[side])
    named = len(terms.sides) - len(absent)
    if named >= 2 or not absent:
        return None
    if len(terms.sides) > 2:
        only = "only one side" if named else "no side"
        return f"{only} of the beat is named"
    if len(absent) == 2:
        return f"neither {absent[0]} nor {absent[1]} is named"
    return f"{absent[0]} is not named"


# -- what speaks for it ------------------------------------------------------------------------------


def _list_support(reading: Reading, terms: Terms, sides: Sequence[str]) -> list[str]:
    reasons = []
    tie = _describe_tie(reading, terms, sides)
    if tie is not None:
        reasons.append(tie)
    # Elsewhere in the lead such words may be about one side and a third party.
    telling = [reading.title, *find_common(reading.lead, sides)]
    bilateral = _BETWEEN_SIDES if len(terms.sides) > 1 else _WITH_OTHERS
    for signal, meaning in (("bilateral", bilateral), ("dealings", "what is done")):
        words = _find_words(telling, signal)
        if words:
            reasons.append(f"{meaning}: {_quote_all(words[:_MAX_SUPPORTING_WORDS])}")
    carrying = carrying_sentences(reading.body, terms, sides)
    if carrying:
        count = counted(len(carrying), "sentence")
        # A quotation must show what it is quoted for, so one that names all comes first.
        shown = (find_common(carrying, sides) or carrying)[0]
        reasons.append(f"the body carries it on in {count}: {_quote(shown.text)}")
    return reasons


def _describe_tie(reading: Reading, terms: Terms, sides: Sequence[str]) -> str | None:
    """Return what ties the sides, in the most prominent place that has them."""
    if len(sides) == 1:
        return _describe_one_side(reading, terms, sides)
    return (
        _describe_common_sentence(reading, terms, sides)
        or _describe_two_sentences(reading, terms, sides)
        or _describe_one_side(reading, terms, sides)
    )


def _describe_common_sentence(reading: Reading, terms: Terms, sides: Sequence[str]) -> str | None:
    """Return the first sentence of title and lead that names both sides."""
    for sentence in find_common(head_of(reading), sides):
        one, two = sides
        gap = distance(sentence, one, two)
        apart = ", side by side"
        if gap is not None and gap >= 2:
            apart = f", {gap:.0f} words apart"
        names = f"{_quote_name(sentence, one, terms)} and {_quote_name(sentence, two, terms)}"
        return f"the {sentence.part} names {names}{apart}: {_quote(sentence.text)}"
    return None


def _describe_two_sentences(reading: Reading, terms: Terms, sides: Sequence[str]) -> str | None:
    """Return two sentences that name a side each, the first in title or lead."""
    one, two = sides
    for earlier, later in ((one, two), (two, one)):
        first = _find_naming(head_of(reading), earlier)
        second = _find_naming((*reading.lead, *reading.body), later)
        if first is None or second is None:
            continue
        # A lead and a body alone tie nothing: the body names many who are beside the point.
        if first.part == "title" or second.part == "lead":
            return (
                f"the {first.part} names {_quote_name(first, earlier, terms)}, "
                f"the {second.part} {_quote_name(second, later, terms)}: {_quote(second.text)}"
            )
    return None


def _describe_one_side(reading: Reading, terms: Terms, sides: Sequence[str]) -> str | None:
    """Return the first sentence of title and lead that names a side."""
    for sentence in head_of(reading):
        for side in sides:
            if sentence.strength(side) > 0:
                return f"the {sentence.part} names {_quote_name(sentence, side, terms)}"
    return None


def _find_naming(sentences: Iterable[Sentence], side: str) -> Sentence | None:
    for sentence in sentences:
        if sentence.strength(side) > 0:
            return sentence
    return None


def _quote_name(sentence: Sentence, side: str, terms: Terms) -> str:
    """Return a side with the words that name it best in a sentence."""
    best = max(sentence.mentions, key=lambda mention: mention.strength.get(side, 0.0))
    hint = ""
    if best.strength.get(side, 0.0) < 1:
        hint = ", which only hints at it"
    return f"{terms.labels[side]} (“{best.words}”{hint})"


# -- what speaks against it --------------------------------------------------------------------------


def _list_objections(reading: Reading, terms: Terms, sides: Sequence[str]) -> list[str]:
    head = head_of(reading)
    reasons = _object_to_parties(reading, terms)
    for signal in AGAINST:
        words = _find_words(head, signal)
        if words:
            reasons.append(f"against: {_SIGNAL_NAMES[signal]}: {_quote_all(words[:_MAX_OPPOSING_WORDS])}")
    silent = silent_side(reading, sides)
    if silent is not None:
        reasons.append(f"against: the body never comes back to {terms.labels[silent]}")
    aside: list[str] = []
    for sentence in head:
        aside += sentence.aside
    if aside:
        words = list(dict.fromkeys(aside))
        reasons.append(f"set aside: {_quote_all(words[:_MAX_OPPOSING_WORDS])}")
    return reasons


def _object_to_parties(reading: Reading, terms: Terms) -> list[str]:
    reasons = []
    in_title = third_parties((reading.title,), terms)
    if in_title:
        names = _name_parties((reading.title,), in_title)
        reasons.append(f"against: third parties in the title: {names}")
    in_lead = []
    for party in third_parties(reading.lead, terms):
        if party not in in_title:
            in_lead.append(party)
    # One of them stands in many a lead.
    if len(in_lead) > 1:
        names = _name_parties(reading.lead, in_lead)
        reasons.append(f"against: third parties in the lead: {names}")
    return reasons


def _name_parties(sentences: Iterable[Sentence], parties: Sequence[str]) -> str:
    """Return the words by which sentences name each party first.

    An entry can hold many countries, so its own first name may be of another.
    """
    words: dict[str, str] = {}
    for sentence in sentences:
        for mention in sentence.mentions:
            for party in mention.strength:
                words.setdefault(party, mention.words)
    return _quote_all(words[party] for party in parties[:_MAX_PARTIES])


# -- quotations --------------------------------------------------------------------------------------


def _find_words(sentences: Iterable[Sentence], signal: str) -> list[str]:
    """Return the words of a signal, each once, as it is first written, in order."""
    found: dict[str, str] = {}
    for sentence in sentences:
        for name, words in sentence.signals:
            if name == signal:
                found.setdefault(words.casefold(), words)
    return list(found.values())


#: A quotation inside one has single marks, so that nobody reads two at its ends.
_INNER_MARKS = str.maketrans('“”„«»"', "‘’‚‹›'")


def _quote_all(texts: Iterable[str]) -> str:
    return ", ".join(map(_quote, texts))


def _quote(text: str) -> str:
    """Return a text in quotation marks, on one line, cut where it is long."""
    flat = cut_line(" ".join(text.split()).translate(_INNER_MARKS), QUOTE_LENGTH)
    return f"“{flat}”"
