"""events.yaml: acts, offices and visits by which events are recognised.

    event_rules.yaml (every beat) + events.yaml (this beat) ──► _EventFile (checks) ──► EventRules

A beat whose folder has no events.yaml does with the words of every beat.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from crawlers.checked_yaml import Place, YamlDocument, describe_unknown_field, parse_yaml, read_yaml
from pipelines.beat.file_problems import FileProblems
from pipelines.text.languages import base_of, known_languages
from pipelines.text.name_matcher import (
    Match,
    Matcher,
    Spelling,
    is_unspaced,
    longest,
    stem_letters,
    words_of,
)

__all__ = ["Act", "EventRules", "EventWord", "load_event_rules"]

_DEFAULTS = "event_rules.yaml"
#: The key of the words of all languages together.
_ANY_LANGUAGE = ""
_OFFICES = frozenset({"office", "no-office"})


# -- the file, as it must be written -------------------------------------------------------------------

_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,40}$")]
_Name = Annotated[str, Field(min_length=1, max_length=60)]
_Word = Annotated[str, Field(min_length=1, max_length=60)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Words(BaseModel):
    """Words by language: every field that has no name of its own is a language."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, tuple[_Word, ...]]

    def list_words(self) -> Iterator[tuple[str, str]]:
        """Yield (language without its script, word)."""
        for language, words in (self.__pydantic_extra__ or {}).items():
            for word in words:
                yield base_of(language), word


class _ActFields(_Words):
    id: _Id
    weight: Literal["low", "full"] = "full"
    says: bool = False


class _OfficeFields(_Words):
    id: _Id


class _VisitFields(_Words):
    # `from` is a word of Python.
    visitor: _Id = Field(alias="from")
    to: _Id


class _EventFile(_Strict):
    acts: tuple[_ActFields, ...] = ()
    offices: tuple[_OfficeFields, ...] = ()
    no_office: _Words = _Words()
    visits: tuple[_VisitFields, ...] = ()
    capitals: Mapping[_Id, _Name] = {}
    common_words: tuple[_Name, ...] = ()


# -- the file, compiled --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens in the news, such as a verdict."""

    id: str
    #: Every other report has it.
    is_frequent: bool = False
    #: Somebody says something about what others did.
    is_speech: bool = False


class EventWord(NamedTuple):
    """Characters [start, end) of a text that stand for an act, an office or a visit."""

    kind: Literal["act", "office", "no-office", "visit"]
    #: The id of an act or office; "canada>china" for a visit.
    key: str
    start: int
    end: int


_Meaning = tuple[Literal["act", "office", "no-office", "visit"], str]


@dataclass(frozen=True, slots=True, eq=False)
class EventRules:
    """The compiled rules of a beat. Immutable; one copy serves all threads."""

    acts: Mapping[str, Act] = field(default_factory=dict)
    #: The capital of each side, as the key of its entry in terms.yaml: `china:Beijing`.
    capitals: frozenset[str] = frozenset()
    #: Words with a capital letter that are the name of no event.
    common_words: frozenset[str] = frozenset()
    _matchers: Mapping[str, Matcher] = field(default_factory=dict, repr=False)
    #: A match gives the numbers of what it may mean.
    _meanings: tuple[_Meaning, ...] = field(default=(), repr=False)

    def find_words(self, text: str, lang: str | None) -> list[EventWord]:
        """Return the acts, offices and visits that a `clean` text names, in its order.

        Chinese must be in simplified characters. A text whose language has no words is compared with those
        of all languages.
        """
        matcher = self._matchers.get(base_of(lang or ""))
        if matcher is None:
            matcher = self._matchers.get(_ANY_LANGUAGE)
        if matcher is None:
            return []
        found = []
        offices: list[tuple[Match, _Meaning]] = []
        for match in matcher.find(text):
            for number in match.form.means:
                kind, key = self._meanings[number]
                if kind in _OFFICES:
                    offices.append((match, (kind, key)))
                else:
                    found.append(EventWord(kind, key, match.start, match.end))
        found += _keep_longest(offices)
        return sorted(found, key=lambda word: (word.start, word.end))


def _keep_longest(offices: list[tuple[Match, _Meaning]]) -> Iterator[EventWord]:
    """Yield the offices; at each place the longest counts.

    “Vice president” is no president, and 大使馆 is no ambassador.
    """
    meanings = dict(offices)
    for match in longest(meanings):
        kind, key = meanings[match]
        if kind == "office":
            yield EventWord(kind, key, match.start, match.end)


# -- reading -------------------------------------------------------------------------------------------


def load_event_rules(path: Path, sides: Collection[str] = ()) -> EventRules:
    """Read an events.yaml and compile it, with the words of every beat.

    A file that is not there, or empty, adds nothing to them. `sides` are the ids of the sides that the file
    may speak of; without any they are not checked. Raises CatalogueError with all mistakes, one line each:
    `FILE:LINE: FIELD: what is wrong`.
    """
    defaults = _read_defaults()
    if not path.exists():
        return _compile(defaults, _EventFile())
    document = read_yaml(path)
    if document.values is None:
        return _compile(defaults, _EventFile())
    return _compile(defaults, _check_file(document, sides))


@cache
def _read_defaults() -> _EventFile:
    content = files("pipelines.beat").joinpath(_DEFAULTS).read_bytes()
    return _check_file(parse_yaml(content, Path(_DEFAULTS)), ())


def _check_file(document: YamlDocument, sides: Collection[str]) -> _EventFile:
    problems = FileProblems(document)
    file = problems.check_model(_EventFile, _list_known_fields)
    _check_words(file, problems)
    _check_ids(file, problems)
    if sides:
        _check_sides(file, sides, problems)
    problems.raise_if_any()
    return file


def _list_known_fields() -> list[str]:
    names: set[str] = set()
    for model in (_EventFile, _ActFields, _OfficeFields, _VisitFields):
        for name, info in model.model_fields.items():
            names.add(info.alias or name)
    return sorted(names)


def _list_languages() -> list[str]:
    return sorted({*known_languages(), *map(base_of, known_languages())})


def _list_word_groups(file: _EventFile) -> Iterator[tuple[Place, _Words]]:
    """Yield every group of words with its place in the file."""
    groups: tuple[tuple[str, Iterable[_Words]], ...] = (
        ("acts", file.acts),
        ("offices", file.offices),
        ("visits", file.visits),
    )
    for name, entries in groups:
        for position, entry in enumerate(entries):
            yield (name, position), entry
    yield ("no_office",), file.no_office


def _check_words(file: _EventFile, problems: FileProblems) -> None:
    """Report unknown fields, groups without words, and what is no word."""
    languages = _list_languages()
    for place, group in _list_word_groups(file):
        fields = group.__pydantic_extra__ or {}
        for name, words in fields.items():
            if name not in languages:
                known = [*_list_known_fields(), *languages]
                problems.add_unknown_field((*place, name), describe_unknown_field(name, known))
                continue
            for position, word in enumerate(words):
                advice = _advise_on_word(word)
                if advice is not None:
                    problems.add((*place, name, position), advice)
        if len(place) > 1 and not any(fields.values()):
            problems.add(place, "has no word at all; write some under a language, such as en: [word]")


#: Signs of a regular expression, which no word has.
_SIGNS = re.compile(r"[\\()\[\]{}|?+^$]")


def _advise_on_word(word: str) -> str | None:
    """Return what to write instead of a word, or None where it can be looked for."""
    if _SIGNS.search(word):
        return "has signs that no word has; write each form out, or * at the end for any ending"
    if is_unspaced(word):
        return "takes no *, since it matches anywhere already; remove it" if "*" in word else None
    parts = words_of(word)
    if not parts:
        return "has no letter; write a word"
    for part in parts:
        if part.endswith("*") and len(part) - 1 < stem_letters(part):
            return f"is too short for a *; write at least {stem_letters(part)} letters before it"
    return None


def _check_ids(file: _EventFile, problems: FileProblems) -> None:
    """Report ids that are used twice."""
    ids = {"acts": [act.id for act in file.acts], "offices": [office.id for office in file.offices]}
    for name, used in ids.items():
        uses = Counter(used)
        for position, id_ in enumerate(used):
            if uses[id_] > 1:
                problems.add((name, position, "id"), "is used twice; give each its own id")


def _check_sides(file: _EventFile, sides: Collection[str], problems: FileProblems) -> None:
    """Report capitals and visits of a side that terms.yaml does not have."""
    advice = f"write one of {', '.join(sides)}"
    for side in file.capitals:
        if side not in sides:
            problems.add(("capitals", side), f"“{side}” is not a side in terms.yaml; {advice}")
    for position, visit in enumerate(file.visits):
        for name, side in (("from", visit.visitor), ("to", visit.to)):
            if side not in sides:
                problems.add(("visits", position, name), f"“{side}” is not a side in terms.yaml; {advice}")


# -- compiling -----------------------------------------------------------------------------------------


def _compile(defaults: _EventFile, own: _EventFile) -> EventRules:
    meanings: list[_Meaning] = []
    spellings: dict[str, list[Spelling]] = defaultdict(list)
    for file in (own, defaults):
        for meaning, group in _list_meanings(file):
            for language, word in group.list_words():
                spelling = Spelling(word, (len(meanings),))
                spellings[language].append(spelling)
                spellings[_ANY_LANGUAGE].append(spelling)
            meanings.append(meaning)
    return EventRules(
        acts=_compile_acts((*defaults.acts, *own.acts)),
        capitals=frozenset(f"{side}:{city}" for side, city in own.capitals.items()),
        common_words=frozenset((*defaults.common_words, *own.common_words)),
        _matchers={language: Matcher(words) for language, words in spellings.items()},
        _meanings=tuple(meanings),
    )


def _compile_acts(acts: Iterable[_ActFields]) -> dict[str, Act]:
    """Return the acts by id; what is said last of an id holds."""
    compiled: dict[str, Act] = {}
    for act in acts:
        if act.id in compiled and "weight" not in act.model_fields_set:
            # A beat that adds words to an act need not repeat what it is.
            continue
        compiled[act.id] = Act(act.id, act.weight == "low", act.says)
    return compiled


def _list_meanings(file: _EventFile) -> Iterator[tuple[_Meaning, _Words]]:
    for act in file.acts:
        yield ("act", act.id), act
    for office in file.offices:
        yield ("office", office.id), office
    yield ("no-office", ""), file.no_office
    for visit in file.visits:
        yield ("visit", f"{visit.visitor}>{visit.to}"), visit
