"""The compiled terms of a beat, and what they find in a text.

Every entry of terms.yaml becomes one `TermEntry`; all spellings of all entries are found in one pass over a
text. A *trap* is a stretch of text in which no name counts: 北京时间 is a time zone, not Beijing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Literal, TypeAlias

from pipelines.beat.weights import Weights, load_weights
from pipelines.text.name_matcher import Match, NameMatcher, Spelling, clean, longest

#: What puts a text on the beat: that it speaks of the sides, or its source alone.
RelevanceRule: TypeAlias = Literal["sides", "all"]

#: Kinds of entries that stand beside names and hide none.
_BESIDE_NAMES = frozenset({"topic", "signal"})


@dataclass(frozen=True, slots=True)
class Party:
    """One who is named: a side of the beat or a third party."""

    id: str
    #: 1 for a strong name, 0.5 for a weak one.
    strength: float = 1.0


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whom a name stands for."""

    parties: tuple[Party, ...]
    #: Sides that the name speaks of without naming them.
    implied: tuple[str, ...] = ()
    #: A part of a name that stands for the whole (加 for 加拿大), and may stand for another.
    is_short_form: bool = False


@dataclass(frozen=True, slots=True)
class Entity:
    """One entry of the beat, whatever the language it is named in."""

    #: "person", "place", "company" … of a side, "other" for a third party, "pair", "topic" or "signal".
    kind: str
    #: The side and the first spelling, as "norway:Oslo"; the id where the entry has one.
    key: str
    #: A person's office, and the first and last day of it, where they are known.
    role: str | None = None
    held_from: date | None = None
    held_until: date | None = None

    def holds_office_on(self, day: date) -> bool:
        """Tell whether a person has the office of `role` on a day, as far as is known."""
        if self.role is None:
            return False
        has_begun = self.held_from is None or self.held_from <= day
        has_ended = self.held_until is not None and self.held_until < day
        return has_begun and not has_ended


@dataclass(frozen=True, slots=True)
class Topic:
    """A subject of the beat; `name` by language: see `name_in`."""

    id: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TermEntry:
    """What an entry of terms.yaml stands for: a name, a signal or a trap."""

    entity: Entity | None = None
    meaning: Meaning | None = None
    #: A signal, or "topic:ID".
    signal: str | None = None
    is_trap: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """One name found in a text at characters [start, end), and whom it stands for."""

    start: int
    end: int
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a text."""

    #: In the order of the text; they do not overlap.
    names: tuple[Named, ...]
    #: Stretches [start, end) that are set aside.
    traps: tuple[tuple[int, int], ...]
    #: (signal or "topic:ID", start, end); they may overlap names and one another.
    signals: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The compiled terms of a beat. Immutable; one copy serves all threads."""

    #: The ids of the sides: one for a beat about one subject, two for a pair, or more.
    sides: tuple[str, ...]
    #: What each side and third party is called in messages, by id.
    labels: Mapping[str, str]
    topics: tuple[Topic, ...]
    _side_words: Mapping[str, tuple[str, ...]]
    _matcher: NameMatcher = field(repr=False)
    #: A match gives the numbers of the entries that it may mean.
    _entries: tuple[TermEntry, ...] = field(repr=False)
    #: The English name of each one in another script, for readers of the Latin alphabet.
    english: Mapping[str, str] = field(repr=False, default_factory=dict)
    #: What each side is called in all languages: its label -> language -> name.
    side_names: Mapping[str, Mapping[str, str]] = field(repr=False, default_factory=dict)
    #: Whether a text must speak of the sides, or all that the sources bring is on the beat.
    relevance: RelevanceRule = "sides"
    #: What is no mistake of the file and could be better, as `FILE:LINE: FIELD: text`.
    hints: tuple[str, ...] = ()
    #: The languages in which signals and topics have words; texts in others are judged by names alone.
    word_languages: frozenset[str] = frozenset()
    #: How much each sign of a text counts.
    weights: Weights = field(repr=False, default_factory=partial(load_weights, None, 2))

    @property
    def newest_entry(self) -> date | None:
        """The last day on which an office of the file began, None where no day is written."""
        days: list[date] = []
        for entry in self._entries:
            if entry.entity is not None and entry.entity.held_from is not None:
                days.append(entry.entity.held_from)
        return max(days, default=None)

    def find_entities(self, text: str) -> tuple[tuple[Entity, int, int], ...]:
        """Return (entry, start, end) for every entry that a `clean` text names.

        They come in order. Traps hold as in `scan`; at each place the longest name counts, with signals
        and topics beside it.
        """
        traps: list[Match] = []
        found: list[tuple[Match, Entity]] = []
        for match in self._matcher.find(text):
            for number in match.form.means:
                entry = self._entries[number]
                if entry.is_trap:
                    traps.append(match)
                elif entry.entity is not None:
                    found.append((match, entry.entity))
        return _keep_longest(found, list(longest(traps)))

    def list_people(self) -> tuple[Entity, ...]:
        """Return the people of all sides, in the order of the file."""
        people = []
        for entry in self._entries:
            if entry.entity is not None and entry.entity.kind == "person":
                people.append(entry.entity)
        return tuple(people)

    def scan(self, text: str) -> Scan:
        """Find everything in a `clean` text, in one pass.

        A name counts where no trap overlaps it, or where it holds the whole trap (驻加大使 holds 加大).
        """
        # One loop for all three kinds: it runs for every sentence of every page.
        names: list[tuple[Match, list[Meaning]]] = []
        traps: list[Match] = []
        signals: list[tuple[str, int, int]] = []
        for match in self._matcher.find(text):
            meanings: list[Meaning] = []
            for number in match.form.means:
                entry = self._entries[number]
                if entry.is_trap:
                    traps.append(match)
                elif entry.signal is not None:
                    signals.append((entry.signal, match.start, match.end))
                elif entry.meaning is not None:
                    meanings.append(entry.meaning)
            if meanings:
                names.append((match, meanings))
        traps = list(longest(traps))
        trap_places = []
        for trap in traps:
            trap_places.append((trap.start, trap.end))
        return Scan(_keep_names(names, traps), tuple(trap_places), tuple(signals))


def _keep_longest(
    found: Sequence[tuple[Match, Entity]], traps: Sequence[Match]
) -> tuple[tuple[Entity, int, int], ...]:
    """Return the longest name of each place, without those inside traps."""
    kept: list[tuple[Entity, int, int]] = []
    end = 0
    for match, entity in found:
        if entity.kind not in _BESIDE_NAMES:
            # One spelling may belong to two entries; both count.
            is_same_place = bool(kept) and kept[-1][1:] == (match.start, match.end)
            if match.start < end and not is_same_place:
                continue
            if _is_spoiled(match, traps):
                continue
            end = max(end, match.end)
        kept.append((entity, match.start, match.end))
    return tuple(kept)


def _keep_names(found: Sequence[tuple[Match, list[Meaning]]], traps: Sequence[Match]) -> tuple[Named, ...]:
    """Return the longest name of each place, without those inside traps."""
    kept: list[Named] = []
    for match, meanings in found:
        is_free = not kept or match.start >= kept[-1].end
        if is_free and not _is_spoiled(match, traps):
            kept.append(Named(match.start, match.end, _join_meanings(meanings)))
    return tuple(kept)


def _is_spoiled(name: Match, traps: Sequence[Match]) -> bool:
    """Tell whether a trap overlaps a name and is not wholly inside it."""
    for trap in traps:
        overlaps = trap.start < name.end and name.start < trap.end
        is_inside = name.start <= trap.start and trap.end <= name.end
        if overlaps and not is_inside:
            return True
    return False


def _join_meanings(meanings: Sequence[Meaning]) -> Meaning:
    """Return all that a spelling listed twice stands for.

    Each party is at its best strength.
    """
    if len(meanings) == 1:
        return meanings[0]
    strengths: dict[str, float] = {}
    implied: list[str] = []
    for meaning in meanings:
        for party in meaning.parties:
            strengths[party.id] = max(party.strength, strengths.get(party.id, 0.0))
        implied += meaning.implied
    parties = tuple(Party(id_, strength) for id_, strength in strengths.items())
    is_short_form = all(meaning.is_short_form for meaning in meanings)
    return Meaning(parties, tuple(dict.fromkeys(implied)), is_short_form)


def side_words(terms: Terms) -> Mapping[str, tuple[str, ...]]:
    """Return each side's names in all languages and scripts, as written.

    For a rough filter of a general feed: it matches Latin and Cyrillic ones as whole words, others anywhere,
    and knows no traps; `sides_named` does.
    """
    return terms._side_words


def sides_named(text: str, terms: Terms) -> frozenset[str]:
    """Return the sides that a text names or implies, traps left out."""
    named: set[str] = set()
    for name in terms.scan(clean(text)).names:
        named |= _parties_of(name.meaning)
    return frozenset(named.intersection(terms.sides))


class SideNames:
    """The names of the sides alone, to see quickly that a text names none."""

    def __init__(self, terms: Terms) -> None:
        #: The sides that an entry names or implies, by its number.
        self._sides_of: dict[int, frozenset[str]] = {}
        for number, entry in enumerate(terms._entries):
            if entry.meaning is not None:
                sides = _parties_of(entry.meaning).intersection(terms.sides)
                if sides:
                    self._sides_of[number] = sides
        matcher = terms._matcher
        self._matcher = NameMatcher.of_names(
            tuple(name for name in matcher.spaced if self._names_side(name.form)),
            tuple(name for name in matcher.unspaced if self._names_side(name[1])),
        )

    def find_perhaps(self, text: str) -> frozenset[str]:
        """Return the sides that `sides_named` gives, and some that a text does not name.

        It takes a tenth of the time.
        """
        perhaps: set[str] = set()
        for form in self._matcher.may_find(clean(text)):
            for number in form.means:
                perhaps.update(self._sides_of.get(number, ()))
        return frozenset(perhaps)

    def _names_side(self, form: Spelling) -> bool:
        return not self._sides_of.keys().isdisjoint(form.means)


def _parties_of(meaning: Meaning) -> frozenset[str]:
    """Return the ids of those whom a name stands for or speaks of."""
    return frozenset((*meaning.implied, *(party.id for party in meaning.parties)))
