"""What a story is about, as marks that do not depend on a language (pure).

    title and lead ──► marks: who, where, what, when, how much ──► EventPrint

People, places and bodies are known by their entry in `terms.yaml`, so that Pékin, 北京 and Beijing are one
mark; acts and offices by the words in `event_rules.yaml` and the beat's `events.yaml`. What the beat does not
list is known by its spelling, which languages of one script share. The order of facts in the whole text is
kept beside the marks, to know rewrites by (`event_outline`).

One fact has one mark: “the Chinese president”, “Xi” and 国家主席 are one leader. For marks, only title and
lead are read, because they say what a report is about: the background of one report is the event of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from pipelines.beat.event_rules import EventRules, EventWord
from pipelines.beat.terms import Entity, Terms
from pipelines.model import EventPrint
from pipelines.revisions import facts
from pipelines.stories.event_days import find_days
from pipelines.stories.event_figures import find_figures
from pipelines.stories.event_names import (
    find_headline_words,
    find_names,
    find_quotations,
    is_title_case,
    without_entries,
)
from pipelines.stories.event_offices import Leaders, People, find_leaders, is_side_itself, office_of, side_of
from pipelines.stories.event_outline import outline_of
from pipelines.stories.event_text import plain_lead, plain_title, simplified
from pipelines.stories.event_weights import WEIGHTS, key_of, kind_of, weight_of
from pipelines.text.folding import fold_for_search

#: A print that lists half of the beat is no event; the lightest marks go.
_MAX_MARKS = 60
#: Acts by which somebody is in the country of another.
_ACTS_OF_VISITS = frozenset({"visit", "meeting", "agreement"})
#: … and those that two leaders do together.
_ACTS_OF_TWO = frozenset({"meeting", "agreement"})
#: Kinds of entries whose names are the same in all languages of one script.
_UNTRANSLATED = frozenset({"company", "person"})
#: Kinds of entries beside which no name of the report stands.
_NO_NAMES = frozenset({"topic", "signal"})

#: A mark and its weight.
_Weighted = tuple[str, float]


def event_print(
    story_id: str,
    title: str,
    body: str,
    lang: str | None,
    at: datetime,
    terms: Terms,
    rules: EventRules,
    origin: str | None = None,
) -> EventPrint:
    """Return the marks of a story, from the title and lead of its original.

    `origin` is the organisation whose text it is. It links nothing: it only helps to recognise translations.
    """
    reading = _Reading(lang, at, terms, rules)
    headline = reading.read_part(plain_title(title), is_headline=True)
    lead = reading.read_part(plain_lead(body, lang), is_headline=False)
    marks: dict[str, float] = {}
    for mark, weight in _list_marks(headline, lead, lang, at):
        marks[mark] = max(weight, marks.get(mark, 0.0))
    heaviest = sorted(marks.items(), key=lambda found: (-found[1], found[0]))
    kept = dict(heaviest[:_MAX_MARKS])
    for mark in _list_signposts(headline, origin):
        kept[mark] = 0.0
    return EventPrint(story_id, at, lang, kept, outline=outline_of(body))


@dataclass(frozen=True, slots=True)
class _Part:
    """The headline or the lead, with what was found in it."""

    text: str
    #: The day of the report.
    day: date
    is_headline: bool
    entities: tuple[tuple[Entity, int, int], ...]
    words: Sequence[EventWord]
    leaders: Leaders
    #: The name of each side.
    labels: Mapping[str, str]
    rules: EventRules


@dataclass(frozen=True, slots=True)
class _Reading:
    """By what a report is read."""

    lang: str | None
    at: datetime
    terms: Terms
    rules: EventRules

    def read_part(self, text: str, *, is_headline: bool) -> _Part:
        people = _people_of(self.terms, self.rules)
        entities = people.resolve(self.terms.find_entities(text))
        words = self.rules.find_words(simplified(text, self.lang), self.lang)
        day = self.at.date()
        leaders = find_leaders(text, entities, words, day, self.rules, people)
        return _Part(text, day, is_headline, entities, words, leaders, self.terms.labels, self.rules)


@lru_cache(maxsize=4)
def _people_of(terms: Terms, rules: EventRules) -> People:
    return People(terms, rules)


def _list_marks(headline: _Part, lead: _Part, lang: str | None, at: datetime) -> Iterator[_Weighted]:
    """Yield the marks of a report; a mark may come twice."""
    bare_headline = without_entries(headline.text, headline.entities)
    bare_lead = without_entries(lead.text, lead.entities)
    capitalised = facts.capitalised_words(bare_lead)
    # A headline with a capital in every word does not show which are names.
    if not is_title_case(headline.text):
        capitalised |= facts.capitalised_words(bare_headline)
    people = _people_by_last_name(headline, lead)
    names: set[str] = set()
    for part, bare in ((headline, bare_headline), (lead, bare_lead)):
        for mark in (*_list_marks_of_part(part), *_mark_visits(part, headline.leaders.found)):
            yield mark, weight_of(kind_of(mark), is_headline=part.is_headline)
        for mark, weight in find_names(bare, lang, capitalised, part.rules, is_headline=part.is_headline):
            names.add(key_of(mark))
            yield people.get(mark, mark), weight
        yield from find_quotations(part.text, is_headline=part.is_headline)
    text_of_headline = without_entries(headline.text, headline.entities, keep=_NO_NAMES)
    yield from find_headline_words(text_of_headline, lang, names)
    times, bare_headline = find_days(bare_headline, at)
    more_times, bare_lead = find_days(bare_lead, at)
    for mark in times | more_times:
        yield mark, WEIGHTS[kind_of(mark)]
    yield from find_figures(bare_headline, bare_lead)


def _people_by_last_name(*parts: _Part) -> dict[str, str]:
    """Return the marks of people by that of their last name alone."""
    people = {}
    for part in parts:
        for entity, start, end in part.entities:
            is_leader = office_of(entity, part.day, part.rules) is not None
            words = fold_for_search(part.text[start:end]).split()
            if entity.kind == "person" and not is_leader and words:
                people[f"name:{words[-1]}"] = f"person:{entity.key}"
    return people


def _list_signposts(headline: _Part, origin: str | None) -> Iterator[str]:
    """Yield marks that link nothing: they tell reports apart that are alike otherwise."""
    if origin:
        yield f"by:{fold_for_search(origin)}"
    has_side = False
    for entity, _, _ in headline.entities:
        if entity.kind == "other":
            yield f"about:{entity.key}"
        side = side_of(entity, headline.day, headline.rules)
        if side is not None and not has_side:
            has_side = True
            yield f"first:{side}"


def _list_marks_of_part(part: _Part) -> Iterator[str]:
    """Yield the marks that come from lists of words."""
    acts = [(word.start, word.end) for word in part.words if word.kind == "act"]
    for entity, start, end in part.entities:
        if entity.kind != "topic":
            yield from _mark_entry(entity, part.text[start:end], part)
            continue
        yield f"topic:{entity.key}"
        # “Tariff” is an act already, and one fact has one mark.
        if part.is_headline and not _overlaps(start, end, acts):
            yield f"subject:{entity.key}"
    for word in part.words:
        if word.kind == "visit":
            yield f"visit:{word.key}"
        elif word.kind == "act":
            yield _mark_act(word.key, part.rules)
    for leader in part.leaders.found:
        yield f"leader:{leader}"


def _overlaps(start: int, end: int, stretches: Iterable[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in stretches)


def _mark_entry(entity: Entity, spelling: str, part: _Part) -> Iterator[str]:
    """Yield the mark of an entry of terms.yaml that names somebody or something."""
    if entity.kind not in WEIGHTS or office_of(entity, part.day, part.rules) is not None:
        return
    if entity.key in part.rules.capitals:
        yield f"capital:{entity.key}"
    elif is_side_itself(entity, part.labels):
        yield f"side:{entity.key}"
    elif entity.kind in _UNTRANSLATED and _is_another(spelling, entity):
        # An entry may hold many companies.
        yield f"{entity.kind}:{fold_for_search(spelling)}"
    else:
        yield f"{entity.kind}:{entity.key}"


def _is_another(spelling: str, entity: Entity) -> bool:
    """Tell whether a printed name has nothing of the name by which its entry is known.

    Only the Latin alphabet shows that. An abbreviation has its letters.
    """
    words = fold_for_search(spelling).replace("-", " ").split()
    known = fold_for_search(entity.key.partition(":")[2]).replace("-", " ").split()
    letters = "".join(words + known)
    if not letters.isascii() or not set(words).isdisjoint(known):
        return False
    initials = set()
    for name in (words, known):
        initials.add("".join(word[0] for word in name))
    return initials.isdisjoint(words + known)


def _mark_act(act_id: str, rules: EventRules) -> str:
    act = rules.acts[act_id]
    if act.is_speech:
        return f"says:{act_id}"
    if act.is_frequent:
        return f"common-act:{act_id}"
    return f"act:{act_id}"


def _mark_visits(part: _Part, of_headline: Collection[str]) -> Iterator[str]:
    """Yield who is in the country of whom.

    A visit or a meeting, and the country or the capital of the other side, stand in one text.

    Leads tell of visits that the report is not about. So the visitor must be a leader `of_headline`, or the
    lead must tell that two leaders met.
    """
    acts = set()
    for word in part.words:
        if word.kind == "act":
            acts.add(word.key)
    if acts.isdisjoint(_ACTS_OF_VISITS):
        return
    hosts = set()
    for entity, start, _ in part.entities:
        is_country = entity.kind == "country" and start not in part.leaders.owners
        if is_country or entity.key in part.rules.capitals:
            hosts.add(entity.key.partition(":")[0])
    visitors = _sides_of(of_headline)
    if not acts.isdisjoint(_ACTS_OF_TWO) and len(_sides_of(part.leaders.found)) > 1:
        visitors = _sides_of(part.leaders.found)
    for visitor in sorted(visitors):
        for host in sorted(hosts - {visitor}):
            yield f"visit:{visitor}>{host}"


def _sides_of(leaders: Iterable[str]) -> set[str]:
    return {leader.partition(" ")[0] for leader in leaders}
