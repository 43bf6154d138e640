"""Who of the leaders a report names, by name or by office (pure).

“Xi”, “the Chinese president” and 国家主席习近平 are one: the head of state of one side. An office is that of
the side named beside it, or of the only side that has one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from crawlers.scripts import CAPITALS
from pipelines.beat.event_rules import EventRules, EventWord
from pipelines.beat.terms import Entity, Terms
from pipelines.stories.event_words import WORDS
from pipelines.text.vocabulary import any_word

#: Kinds of entries that name a side itself.
SIDE_KINDS = frozenset({"country", "demonym", "implied"})
#: Kinds of entries that say whose an office is: the premier of a province is no head of a side.
_OWNERS = frozenset({"place", "other", "person", *SIDE_KINDS})
#: What may stand between a side and its office, and between an office and its side.
_BEFORE_OFFICE = frozenset({"", " ", *WORDS.between_side_and_office})
_AFTER_OFFICE = re.compile(rf" (?:(?:{any_word(WORDS.between_office_and_side)}) ?)?", re.IGNORECASE)

_NAME_BEHIND = re.compile(f" [{CAPITALS}]")
#: Bare, it is mostly that of a third country: “the president”.
_NEVER_BARE = frozenset({"head-of-state"})

#: An entry and where it stands.
_Found = tuple[Entity, int, int]


class People:
    """The people of a beat: who holds an office, and who is meant by a last name."""

    def __init__(self, terms: Terms, rules: EventRules) -> None:
        self._holders: dict[str, list[Entity]] = defaultdict(list)
        self._by_last_name: dict[str, dict[str, Entity]] = defaultdict(dict)
        for person in terms.list_people():
            side, _, name = person.key.partition(":")
            if " " in name:
                self._by_last_name[f"{side}:{name.rpartition(' ')[2]}"][person.key] = person
            office = _office_in_role(person.role, rules) if person.role else None
            if office is not None:
                self._holders[office].append(person)

    def resolve(self, found: Iterable[_Found]) -> tuple[_Found, ...]:
        """Return entries, with the person whose last name is an entry in its place.

        A list may have “Chong” and “ministre Anand” beside “Michael Chong” and “Anita Anand”.
        """
        return tuple((self._meant_by(entity), start, end) for entity, start, end in found)

    def _meant_by(self, entity: Entity) -> Entity:
        # “Xi” has an office of its own, and is no Li Xi.
        if entity.kind != "person" or entity.role is not None:
            return entity
        side, _, name = entity.key.partition(":")
        people = self._by_last_name.get(f"{side}:{name.rpartition(' ')[2]}", {})
        meant = []
        for person in people.values():
            if person.role is not None:
                meant.append(person)
        meant = meant or list(people.values())
        return meant[0] if len(meant) == 1 else entity

    def side_of(self, office: str, printed: str, day: date) -> str | None:
        """Return the only side with such an office on a day, or None.

        Where several have one, the role that begins with the printed words counts: “prime minister”
        is not “premier”.
        """
        if office in _NEVER_BARE:
            return None
        holders = []
        same = []
        for person in self._holders.get(office, ()):
            if not person.holds_office_on(day):
                continue
            holders.append(person)
            if (person.role or "").casefold().startswith(printed.casefold()):
                same.append(person)
        sides = {person.key.partition(":")[0] for person in same or holders}
        return sides.pop() if len(sides) == 1 else None


@dataclass(frozen=True, slots=True)
class Leaders:
    """The leaders whom a text names."""

    #: "SIDE OFFICE", by name or by office.
    found: frozenset[str]
    #: Where entries stand that only say whose an office is: 加拿大 in 加拿大总理.
    owners: frozenset[int]


def find_leaders(
    text: str,
    entities: Sequence[_Found],
    words: Sequence[EventWord],
    day: date,
    rules: EventRules,
    people: People,
) -> Leaders:
    """Return the leaders among the entries and offices of a text."""
    leaders = set()
    owners = set()
    for entity, _, _ in entities:
        leader = office_of(entity, day, rules)
        if leader is not None:
            leaders.add(leader)
    for word in words:
        if word.kind == "leader":
            leaders.add(word.key)
        if word.kind != "office":
            continue
        owner = _find_owner(text, word, entities)
        if owner is None and _NAME_BEHIND.match(text, word.end):
            # “President Macron” is nobody's of the beat.
            side = None
        elif owner is None:
            side = people.side_of(word.key, text[word.start : word.end], day)
        else:
            owners.add(owner[1])
            side = owner[0].key.partition(":")[0] if owner[0].kind in SIDE_KINDS else None
        if side is not None:
            leaders.add(f"{side} {word.key}")
    return Leaders(frozenset(leaders), frozenset(owners))


def office_of(entity: Entity, day: date, rules: EventRules) -> str | None:
    """Return "SIDE OFFICE" for a person who holds an office on a day, or None.

    Offices that many hold at a time, such as a seat in parliament, are none.
    """
    if entity.kind != "person" or entity.role is None or not entity.holds_office_on(day):
        return None
    office = _office_in_role(entity.role, rules)
    if office is None:
        return None
    return f"{entity.key.partition(':')[0]} {office}"


def is_side_itself(entity: Entity, labels: Mapping[str, str]) -> bool:
    """Tell whether an entry is what a side is called, such as its company.

    `labels` are the names of the sides. German writes Siemens-Konzern.
    """
    side, _, name = entity.key.partition(":")
    label = labels.get(side, "").casefold()
    return bool(label) and (name.casefold() == label or name.casefold().startswith(f"{label}-"))


def side_of(entity: Entity, day: date, rules: EventRules) -> str | None:
    """Return the side for which an entry stands as a whole, or None."""
    stands_for_side = entity.kind in SIDE_KINDS or entity.key in rules.capitals
    if stands_for_side or office_of(entity, day, rules) is not None:
        return entity.key.partition(":")[0]
    return None


def _find_owner(text: str, word: EventWord, entities: Sequence[_Found]) -> _Found | None:
    """Return the entry that says whose an office is, as in “president of China”."""
    for found in entities:
        entity, start, end = found
        if entity.kind not in _OWNERS:
            continue
        if end <= word.start and text[end : word.start] in _BEFORE_OFFICE:
            return found
        if start >= word.end and _AFTER_OFFICE.fullmatch(text, word.end, start):
            return found
    return None


@lru_cache(maxsize=1024)
def _office_in_role(role: str, rules: EventRules) -> str | None:
    """Return the office with which a role begins: none for the premier of a province."""
    for word in rules.find_words(role, "en"):
        if word.kind == "office" and word.start == 0:
            of = role[word.end :].strip()
            is_of_part = of.startswith("of ") and not of.startswith("of the ")
            return None if is_of_part else word.key
    return None
