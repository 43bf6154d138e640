"""events.yaml: offices, acts and visits by which events are recognised.

    events.yaml ──► read_yaml() ──► _EventFile (checks) ──► EventRules (compiled patterns)

A beat whose folder has no such file has no rules: its events are recognised by names and figures alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from crawlers.checked_yaml import YamlDocument, read_yaml
from pipelines.beat.file_problems import FileProblems

__all__ = ["EventRules", "VisitRule", "load_event_rules"]


# -- the file, as it must be written -------------------------------------------------------------------

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
_Pattern = Annotated[str, Field(min_length=1, max_length=200)]
_Word = Annotated[str, Field(min_length=1, max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Patterns(_Strict):
    """Regular expressions by language; one that matches is enough."""

    en: tuple[_Pattern, ...] = ()
    fr: tuple[_Pattern, ...] = ()
    zh: tuple[_Pattern, ...] = ()

    # Compiled one by one, so that a message names the pattern with the mistake.
    @field_validator("en", "fr", "zh")
    @classmethod
    def _check_expressions(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError) as e:
                raise ValueError(f"«{pattern}» is not a regular expression ({e}); correct it") from e
        return patterns

    @model_validator(mode="after")
    def _check_not_empty(self) -> _Patterns:
        if not (self.en or self.fr or self.zh):
            raise ValueError("has no pattern at all; write some under en, fr or zh")
        return self

    def compile(self) -> re.Pattern[str]:
        alternatives = []
        latin = (*self.en, *self.fr)
        if latin:
            alternatives.append(rf"\b(?:{'|'.join(latin)})\b")
        # Chinese has no spaces, so a word has no boundary to look for.
        alternatives += self.zh
        return re.compile("|".join(alternatives), re.IGNORECASE)


class _NamedPatterns(_Patterns):
    id: _Id


class _Visit(_Patterns):
    to: _Id
    visitors: tuple[_Id, ...] = Field(min_length=1)


class _EventFile(_Strict):
    leaders: tuple[_Word, ...] = ()
    capitals: Mapping[_Id, _Word] = {}
    common_words: tuple[_Word, ...] = ()
    roles: tuple[_NamedPatterns, ...] = ()
    acts: tuple[_NamedPatterns, ...] = ()
    visits: tuple[_Visit, ...] = ()


def _known_fields() -> list[str]:
    names: set[str] = set()
    for model in (_EventFile, _NamedPatterns, _Visit):
        names |= model.model_fields.keys()
    return sorted(names)


# -- the file, compiled --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitRule:
    """What shows that somebody of the other side visits `side`."""

    side: str
    #: Ids of roles.
    visitors: tuple[str, ...]
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class EventRules:
    """The compiled rules of a beat. Immutable; one copy serves all threads."""

    roles: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    acts: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    visits: tuple[VisitRule, ...] = ()
    #: The capital of each side, as the key of its entry in terms.yaml: `china:Beijing`.
    capitals: frozenset[str] = frozenset()
    #: Words with a capital letter that are the name of no event.
    common_words: frozenset[str] = frozenset()
    #: Matches the beginning of a person's role.
    leaders: re.Pattern[str] | None = None

    def find_roles(self, text: str) -> list[str]:
        """Return the ids of the offices that a text names."""
        return _find_ids(self.roles, text)

    def find_acts(self, text: str) -> list[str]:
        """Return the ids of what happened according to a text."""
        return _find_ids(self.acts, text)

    def find_visits(self, text: str, roles: Collection[str]) -> list[tuple[str, str]]:
        """Return (role, side visited) for each visitor in a text.

        `roles` are the offices that the text names.
        """
        found = []
        for visit in self.visits:
            if visit.pattern.search(text):
                for role in visit.visitors:
                    if role in roles:
                        found.append((role, visit.side))
        return found

    def find_leader_office(self, role: str | None) -> str | None:
        """Return the office that makes a person of this role a leader, or None.

        The office is in lower case.
        """
        if role is None or self.leaders is None:
            return None
        office = self.leaders.match(role)
        if office is None:
            return None
        return office[0].casefold()


def _find_ids(patterns: Mapping[str, re.Pattern[str]], text: str) -> list[str]:
    found = []
    for id_, pattern in patterns.items():
        if pattern.search(text):
            found.append(id_)
    return found


# -- reading -------------------------------------------------------------------------------------------


def load_event_rules(path: Path, sides: Collection[str] = ()) -> EventRules:
    """Read and compile an events.yaml.

    A file that is not there, or empty, gives no rules. `sides` are the ids of the sides that the file may
    speak of; without any they are not checked. Raises CatalogueError with all mistakes, one line each:
    `FILE:LINE: FIELD: what is wrong`.
    """
    if not path.exists():
        return EventRules()
    document = read_yaml(path)
    if document.values is None:
        return EventRules()
    file = _check_file(document, sides)
    return EventRules(
        roles={role.id: role.compile() for role in file.roles},
        acts={act.id: act.compile() for act in file.acts},
        visits=tuple(VisitRule(visit.to, visit.visitors, visit.compile()) for visit in file.visits),
        capitals=frozenset(f"{side}:{city}" for side, city in file.capitals.items()),
        common_words=frozenset(file.common_words),
        leaders=_compile_leaders(file.leaders),
    )


def _compile_leaders(offices: Iterable[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(re.escape(office) for office in offices)
    if not alternatives:
        return None
    return re.compile(rf"(?:{alternatives})\b", re.IGNORECASE)


def _check_file(document: YamlDocument, sides: Collection[str]) -> _EventFile:
    problems = FileProblems(document)
    file = problems.check_model(_EventFile, _known_fields)
    _check_ids(file, problems)
    if sides:
        _check_sides(file, sides, problems)
    problems.raise_if_any()
    return file


def _check_ids(file: _EventFile, problems: FileProblems) -> None:
    """Report ids that are used twice, and visitors that are not a role."""
    for name, entries in (("roles", file.roles), ("acts", file.acts)):
        uses = Counter(entry.id for entry in entries)
        for position, entry in enumerate(entries):
            if uses[entry.id] > 1:
                problems.add((name, position, "id"), "is used twice; give each its own id")
    roles = [role.id for role in file.roles]
    advice = f"write one of {', '.join(roles)}" if roles else "list it under roles"
    for position, visit in enumerate(file.visits):
        for role in visit.visitors:
            if role not in roles:
                problems.add(("visits", position, "visitors"), f"“{role}” is not a role; {advice}")


def _check_sides(file: _EventFile, sides: Collection[str], problems: FileProblems) -> None:
    """Report capitals and visits of a side that terms.yaml does not have."""
    advice = f"write one of {', '.join(sides)}"
    for side in file.capitals:
        if side not in sides:
            problems.add(("capitals", side), f"“{side}” is not a side in terms.yaml; {advice}")
    for position, visit in enumerate(file.visits):
        if visit.to not in sides:
            problems.add(("visits", position, "to"), f"“{visit.to}” is not a side in terms.yaml; {advice}")
