"""What only some reports of an event say (pure).

Numbers, names, places and quotations:

    lead articles of the event's stories ──► facts of each ──► one row a fact, with the reports that have it

A number is the same however it is written (86 million, 8600万), and a name of the beat in whatever language.
What no list knows, such as a farmer's name, is compared as it is written. Quotations are compared by their
words, so a translated one is another.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipelines.beat.terms import Entity, Terms
from pipelines.model import StoredArticle
from pipelines.revisions import facts
from pipelines.stories.event_names import without_entries
from pipelines.text.name_matcher import clean

#: An entry of terms.yaml, and where it stands.
_Named = tuple[Entity, int, int]
FactKind = Literal["number", "name", "place", "quotation"]

#: Characters of a text that are compared: a report says what is new at its head.
_MOST_CHARACTERS = 20_000
#: Facts of one kind that a card shows.
_MOST_ROWS = 40
#: Kinds of entries of terms.yaml that are no names of their own: “Chinese” tells no reports apart.
_NO_NAMES = frozenset({"topic", "signal", "pair", "demonym", "implied"})
#: A longer one is no figure of a report.
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?(?:e\d{1,2})?")
_PLACES = frozenset({"place", "country", "other"})


@dataclass(frozen=True, slots=True)
class StatedFact:
    """One thing that a report states. Equal keys are one thing."""

    kind: FactKind
    key: str
    #: As the report writes it.
    printed: str


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact, and how each report writes it; "" where it does not have it."""

    kind: FactKind
    printed: tuple[str, ...]

    @property
    def is_common(self) -> bool:
        """Whether every report has it."""
        return all(self.printed)


def compare_reports(reports: Sequence[StoredArticle], terms: Terms) -> list[FactRow]:
    """Return what the reports state, by kind, rows that only some have first.

    Within a kind, what more reports have comes first.
    """
    by_report: list[Mapping[tuple[FactKind, str], str]] = []
    order: dict[tuple[FactKind, str], None] = {}
    for stored in reports:
        printed: dict[tuple[FactKind, str], str] = {}
        for fact in stated_facts(stored, terms):
            printed.setdefault((fact.kind, fact.key), fact.printed)
        by_report.append(printed)
        order |= dict.fromkeys(printed)
    rows: dict[FactKind, list[FactRow]] = {"number": [], "name": [], "place": [], "quotation": []}
    for kind, key in order:
        cells = []
        for stated in by_report:
            cells.append(stated.get((kind, key), ""))
        rows[kind].append(FactRow(kind, tuple(cells)))
    found: list[FactRow] = []
    for some in rows.values():
        some.sort(key=_rank)
        found += some[:_MOST_ROWS]
    return found


def _rank(row: FactRow) -> tuple[bool, int]:
    return row.is_common, row.printed.count("")


def stated_facts(stored: StoredArticle, terms: Terms) -> Iterator[StatedFact]:
    """Yield what a report states, in its order."""
    article = stored.article
    text = f"{article.title}\n{article.body}"[:_MOST_CHARACTERS]
    for value, printed in facts.printed_numbers(text, in_names=False).items():
        yield StatedFact("number", _one_notation(value), printed)
    text = clean(text)
    entities = terms.find_entities(text)
    yield from _listed_names(text, entities)
    yield from _other_names(text, entities)
    for line in text.split("\n"):
        for quotation in facts.find_quotations(line):
            yield StatedFact("quotation", " ".join(quotation.key), quotation.printed)


def _one_notation(value: str) -> str:
    """Return a number in one notation: 86e6 and 8600e4 are the same."""
    if not _NUMBER.fullmatch(value):
        return value
    return f"{Decimal(value).normalize():f}"


def _listed_names(text: str, entities: Sequence[_Named]) -> Iterator[StatedFact]:
    """Yield the entries of terms.yaml that a text names."""
    for entity, start, end in entities:
        if entity.kind in _NO_NAMES:
            continue
        kind: FactKind = "place" if entity.kind in _PLACES else "name"
        yield StatedFact(kind, entity.key, text[start:end])


def _other_names(text: str, entities: Sequence[_Named]) -> Iterator[StatedFact]:
    """Yield names of two words or more that stand in no list."""
    known = facts.capitalised_words(text)
    for line in without_entries(text, entities).split("\n"):
        for name in facts.find_names(line, known):
            if len(name.words) > 1:
                yield StatedFact("name", " ".join(sorted(name.words)), name.printed)
