"""events.yaml: acts, offices and visits by which events are recognised.

    event_rules.yaml (every beat) + events.yaml (this beat) ──► _EventFile (checks) ──► EventRules

A beat whose folder has no events.yaml does with the words of every beat.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from crawlers.checked_yaml import (
    Place,
    YamlDocument,
    describe_unknown_field,
    parse_yaml,
    read_yaml,
)
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.spelling_languages import describe_unknown_language
from pipelines.beat.terms import Terms
from pipelines.text.languages import base_of, known_languages
from pipelines.text.name_matcher import (
    Match,
    NameMatcher,
    Spelling,
    clean,
    has_stray_star,
    is_unspaced,
    longest,
    stem_letters,
    words_of,
)

__all__ = ["Act", "EventRules", "EventWord", "load_event_rules"]

_DEFAULTS = "event_rules.yaml"
#: The key of the words of all languages together.
_ANY_LANGUAGE = ""
_OFFICES = frozenset({"office", "leader", "no-office"})


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
    #: The side whose office these words always mean.
    side: _Id | None = None


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


_Kind: TypeAlias = Literal["act", "office", "leader", "no-office", "visit"]


class EventWord(NamedTuple):
    """Characters [start, end) of a text that stand for an act, an office or a visit."""

    kind: _Kind
    #: The id of an act or office; "norway head-of-state" for a leader, "japan>norway" for a visit.
    key: str
    start: int
    end: int


_Meaning = tuple[_Kind, str]


class _Matchers:
    """A matcher for each language, made when a text asks for it."""

    def __init__(self, spellings: Mapping[str, Sequence[Spelling]]) -> None:
        self._spellings = spellings
        self._made: dict[str, NameMatcher] = {}

    def for_language(self, language: str) -> NameMatcher:
        """Return the matcher of a language, or that of all words where it has none."""
        if language not in self._spellings:
            language = _ANY_LANGUAGE
        matcher = self._made.get(language)
        if matcher is None:
            # Two threads may both make it; the two are the same.
            matcher = NameMatcher(self._spellings.get(language, ()))
            self._made[language] = matcher
        return matcher


@dataclass(frozen=True, slots=True, eq=False)
class EventRules:
    """The compiled rules of a beat. Immutable; one copy serves all threads."""

    acts: Mapping[str, Act] = field(default_factory=dict)
    #: The capital of each side, as the key of its entry in terms.yaml: `norway:Oslo`.
    capitals: frozenset[str] = frozenset()
    #: Words with a capital letter that are the name of no event.
    common_words: frozenset[str] = frozenset()
    _matchers: _Matchers = field(default_factory=lambda: _Matchers({}), repr=False)
    #: A match gives the numbers of what it may mean.
    _meanings: tuple[_Meaning, ...] = field(default=(), repr=False)

    def find_words(self, text: str, lang: str | None) -> list[EventWord]:
        """Return the acts, offices and visits that a `clean` text names, in its order.

        Chinese must be in simplified characters. A text whose language has no words is compared with those
        of all languages.
        """
        matcher = self._matchers.for_language(base_of(lang or ""))
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
    meanings: dict[Match, _Meaning] = {}
    for match, meaning in offices:
        # The words of a beat stand before those of every beat.
        meanings.setdefault(match, meaning)
    for match in longest(meanings):
        kind, key = meanings[match]
        if kind != "no-office":
            yield EventWord(kind, key, match.start, match.end)


# -- reading -------------------------------------------------------------------------------------------


def load_event_rules(path: Path, sides: Collection[str] = (), terms: Terms | None = None) -> EventRules:
    """Read an events.yaml and compile it, with the words of every beat.

    A file that is not there, or empty, adds nothing to them. `sides` are the ids of the sides that the file
    may speak of, and `terms` know their names; without them neither is checked.

    Raises CatalogueError with all mistakes, one line each: `FILE:LINE: FIELD: what is wrong`.
    """
    defaults = _read_defaults()
    if not path.exists():
        return _compile(defaults, _EventFile())
    document = read_yaml(path)
    if document.values is None:
        return _compile(defaults, _EventFile())
    file = _check_file(document, sides, terms)
    return _compile(defaults, file, _find_capitals(file.capitals, terms))


@cache
def _read_defaults() -> _EventFile:
    content = files("pipelines.beat").joinpath(_DEFAULTS).read_bytes()
    return _check_file(parse_yaml(content, Path(_DEFAULTS)))


def _check_file(
    document: YamlDocument, sides: Collection[str] = (), terms: Terms | None = None
) -> _EventFile:
    problems = FileProblems(document)
    problems.add_yaml_problems()
    file = problems.check_fields(_EventFile, _describe_unknown)
    # Looked for in the values as written, so that a wrong type hides no other mistake.
    if isinstance(document.values, dict):
        _check_words(document.values, problems)
        _check_ids(document.values, problems)
        if sides:
            _check_sides(document.values, sides, problems)
        if terms is not None:
            _check_capitals(document.values, terms, problems)
    problems.raise_if_any()
    # Without a mistake there is a file.
    assert file is not None
    return file


def _describe_unknown(_: Place, name: str) -> str:
    return describe_unknown_field(name, _list_known_fields())


def _list_known_fields() -> list[str]:
    names: set[str] = set()
    for model in (_EventFile, _ActFields, _OfficeFields, _VisitFields):
        for name, info in model.model_fields.items():
            names.add(info.alias or name)
    return sorted(names)


def _list_languages() -> list[str]:
    return sorted({*known_languages(), *map(base_of, known_languages())})


#: The fields of each group that are no languages.
_GROUP_FIELDS: Mapping[str, tuple[str, ...]] = {
    "acts": ("id", "weight", "says"),
    "offices": ("id", "side"),
    "visits": ("from", "to"),
}


def _list_entries(values: Mapping[str, Any], name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the entries of a list of the file with their positions."""
    rows = values.get(name)
    if not isinstance(rows, list):
        return
    for position, row in enumerate(rows):
        if isinstance(row, dict):
            yield position, row


def _check_words(values: Mapping[str, Any], problems: FileProblems) -> None:
    """Report unknown fields, groups without words, and what is no word."""
    for name, fields in _GROUP_FIELDS.items():
        for position, entry in _list_entries(values, name):
            words = {field: value for field, value in entry.items() if field not in fields}
            _check_group((name, position), words, fields, problems)
            if not any(words.values()):
                text = "has no word at all; write some under a language, such as en: [word]"
                problems.add((name, position), text)
    no_office = values.get("no_office")
    if isinstance(no_office, dict):
        _check_group(("no_office",), no_office, (), problems)


def _check_group(
    place: Place, group: Mapping[str, Any], fields: Collection[str], problems: FileProblems
) -> None:
    languages = _list_languages()
    for language, words in group.items():
        if language not in languages:
            problems.add_unknown_field((*place, language), describe_unknown_language(language, fields))
        elif isinstance(words, list):
            for position, word in enumerate(words):
                advice = _advise_on_word(word) if isinstance(word, str) else None
                if advice is not None:
                    problems.add((*place, language, position), advice)


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
    if has_stray_star(word):
        return "has a * elsewhere than at the end of a word; write the beginning and then *, or each form out"
    for part in parts:
        if part.endswith("*") and len(part) - 1 < stem_letters(part):
            return f"is too short for a *; write at least {stem_letters(part)} letters before it"
    return None


def _check_ids(values: Mapping[str, Any], problems: FileProblems) -> None:
    """Report ids that are used twice."""
    for name in ("acts", "offices"):
        uses = Counter(str(entry.get("id")) for _, entry in _list_entries(values, name))
        for position, entry in _list_entries(values, name):
            if "id" in entry and uses[str(entry["id"])] > 1:
                problems.add((name, position, "id"), "is used twice; give each its own id")


def _check_sides(values: Mapping[str, Any], sides: Collection[str], problems: FileProblems) -> None:
    """Report capitals, offices and visits of a side that terms.yaml does not have."""
    advice = f"write one of {', '.join(sides)}"
    for side in _read_capitals(values):
        if side not in sides:
            problems.add(("capitals", side), f"“{side}” is not a side in terms.yaml; {advice}")
    for group, names in (("offices", ("side",)), ("visits", ("from", "to"))):
        for position, entry in _list_entries(values, group):
            for name in names:
                named = entry.get(name)
                if isinstance(named, str) and named not in sides:
                    problems.add((group, position, name), f"“{named}” is not a side in terms.yaml; {advice}")


def _check_capitals(values: Mapping[str, Any], terms: Terms, problems: FileProblems) -> None:
    """Report capitals that terms.yaml does not have."""
    for side, city in _read_capitals(values).items():
        is_side = side in terms.sides and isinstance(city, str)
        if is_side and _find_name(side, city, terms) is None:
            text = f"“{city}” is not a name of {side} in terms.yaml; correct it, or list it there as a place"
            problems.add(("capitals", side), text)


def _find_name(side: str, spelling: str, terms: Terms) -> str | None:
    """Return the key of the name of a side that is spelled so, or None."""
    for entity, _, _ in terms.find_entities(clean(spelling)):
        if entity.key.partition(":")[0] == side:
            return entity.key
    return None


def _find_capitals(capitals: Mapping[str, str], terms: Terms | None) -> frozenset[str]:
    """Return the keys of the capitals of all sides."""
    keys = set()
    for side, city in capitals.items():
        key = None if terms is None else _find_name(side, city, terms)
        keys.add(key or f"{side}:{city}")
    return frozenset(keys)


def _read_capitals(values: Mapping[str, Any]) -> Mapping[str, Any]:
    capitals = values.get("capitals")
    return capitals if isinstance(capitals, dict) else {}


# -- compiling -----------------------------------------------------------------------------------------


def _compile(defaults: _EventFile, own: _EventFile, capitals: frozenset[str] = frozenset()) -> EventRules:
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
        capitals=capitals,
        common_words=frozenset((*defaults.common_words, *own.common_words)),
        _matchers=_Matchers(spellings),
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
        if office.side is None:
            yield ("office", office.id), office
        else:
            yield ("leader", f"{office.side} {office.id}"), office
    yield ("no-office", ""), file.no_office
    for visit in file.visits:
        yield ("visit", f"{visit.visitor}>{visit.to}"), visit
