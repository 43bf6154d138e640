"""Where a word is known from, and what it does: `maplewire beat explain`.

word ──► every spelling of the beat's files ──► KnownPlace (file, line, what it does)
└──► the words that every beat has       ──► KnownPlace
└──► the judge, on a headline that is the word alone
└──► the nearest spellings, where nothing knows it
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawlers.checked_yaml import Place, YamlDocument, parse_yaml, read_yaml
from pipelines.beat.beat import Beat
from pipelines.beat.organisations import EVERYWHERE
from pipelines.beat.terms.fields import SIGNALS
from pipelines.model import Relevance
from pipelines.relevance import judge
from pipelines.text.folding import fold_in_place
from pipelines.text.inflection import inflected
from pipelines.text.languages import known_languages
from pipelines.text.name_matcher import NameMatcher, Spelling, clean

#: How many words are proposed for one that nobody knows.
_NEAREST = 5
#: Longer names of one entry that are shown.
_MOST_SPELLINGS = 4
#: A word that is less alike is another word.
_LIKENESS = 0.6
_ORGANISATIONS = {
    "agency": "a news agency: reports with its credit are its own, whoever prints them",
    "government": "an office of a government: its releases are no advertisement",
    "release": "a release service: what it distributes was paid for",
    "state_media": "a state medium: texts with its credit are labelled so, whoever prints them",
}
_EVENT_PARTS = {"acts": "act", "offices": "office", "visits": "visits", "common_words": "common words"}
_STRENGTHS = {"strong": "strong", "weak": "weak: it counts half"}


@dataclass(frozen=True, slots=True)
class KnownPlace:
    """One place where a word is known, and what it does there."""

    #: `FILE:LINE`; the file alone for the words that every beat has.
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of a word."""

    word: str
    known_places: tuple[KnownPlace, ...]
    #: What the judge says of a headline that is the word alone.
    verdict: Relevance
    #: The spellings most like it, where nothing knows the word.
    nearest: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A group of spellings as it stands in a file."""

    place: Place
    fields: Mapping[str, Any]
    #: What a text means by it: "a name of the side norway (place)".
    meaning: str
    #: Whether it takes the place of shorter names in it.
    hides: bool = False


class _Word:
    """The word that is asked about, and how spellings relate to it."""

    def __init__(self, word: str) -> None:
        self.text = clean(word).strip()
        self.folded = fold_in_place(self.text)
        self._matcher = NameMatcher([Spelling(self.text, (0,))])

    def is_spelled(self, spelling: str) -> bool:
        """Tell whether a spelling of the beat is the word, or a stem of it (`expel*`)."""
        # Without its capitals, or one that needs them would be unknown in small letters.
        for match in NameMatcher([Spelling(spelling, (0,))]).find(self.text):
            if (match.start, match.end) == (0, len(self.text)):
                return True
        return fold_in_place(clean(spelling)) == self.folded

    def is_in(self, spelling: str) -> bool:
        """Tell whether a longer spelling has the word in it."""
        text = clean(spelling)
        return not self.is_spelled(spelling) and bool(self._matcher.find(text))


def explain_word(beat: Beat, word: str) -> Explanation:
    """Return where a word is known from, and what it does. The word is not empty."""
    asked = _Word(word)
    own = _BeatFiles(beat.folder)
    known_places = [
        *_find_in_terms(own.terms, asked),
        *_find_elsewhere(own, asked),
        *_find_everywhere(asked),
    ]
    nearest: tuple[str, ...] = ()
    if not known_places:
        nearest = _find_nearest(own.terms, asked)
    return Explanation(asked.text, tuple(known_places), judge(asked.text, "", None, beat.terms), nearest)


class _BeatFiles:
    """The files of a beat as they are written, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def terms(self) -> YamlDocument | None:
        return self.read("terms.yaml")

    def read(self, name: str) -> YamlDocument | None:
        path = self._folder / name
        if not path.is_file():
            return None
        return read_yaml(path)


# -- terms.yaml -------------------------------------------------------------------------------------------


def _find_in_terms(document: YamlDocument | None, word: _Word) -> list[KnownPlace]:
    """Return what the word is, and then what is longer and takes its place."""
    if document is None:
        return []
    same: list[KnownPlace] = []
    longer: list[KnownPlace] = []
    for entry in _list_entries(document.values):
        where = document.locate(entry.place)
        spellings = _list_spellings(entry)
        spelled = _find_spelled(entry, word)
        if spelled:
            text = f"{_quote(spelled)} is {entry.meaning}{_describe_details(entry.fields)}"
            same.append(KnownPlace(where, text))
        if entry.hides:
            around = [spelling for spelling in spellings if word.is_in(spelling)]
            if around:
                text = f"{_quote(around)}: the longer name counts where it stands: {entry.meaning}"
                longer.append(KnownPlace(where, text))
    return [*same, *longer]


def _find_spelled(entry: _Entry, word: _Word) -> list[str]:
    """Return the spellings of an entry of which the word is a form.

    Norwegen is one for Norwegens.
    """
    found: list[str] = []
    for language in known_languages():
        for spelling in map(str, entry.fields.get(language) or []):
            # Words of signals and topics have a `*` where their ending varies.
            forms = inflected(spelling, [language]) if entry.hides else []
            if word.is_spelled(spelling) or word.folded in map(fold_in_place, forms):
                found.append(spelling)
    return list(dict.fromkeys(found))


def _quote(spellings: Sequence[str]) -> str:
    """Return spellings as a list, those alone that are not alike when folded."""
    by_form: dict[str, str] = {}
    for spelling in spellings:
        by_form.setdefault(fold_in_place(clean(spelling)), spelling)
    quoted = [f"“{spelling}”" for spelling in by_form.values()]
    shown = quoted[:_MOST_SPELLINGS]
    if len(quoted) > len(shown):
        shown.append(f"{len(quoted) - len(shown)} more")
    return ", ".join(shown)


def _list_entries(values: Any) -> Iterator[_Entry]:
    """Yield all groups of spellings of a terms.yaml that has no mistakes."""
    for number, side in enumerate(values.get("sides") or []):
        for kind, names in side["names"].items():
            for position, fields in enumerate(names):
                place = ("sides", number, "names", kind, position)
                yield _Entry(place, fields, f"a name of the side {side['id']} ({kind})", hides=True)
    for number, fields in enumerate(values.get("others") or []):
        party = fields.get("same_as") or fields["id"]
        meaning = f"the third party {party}: it speaks against a text whose title has it beside one side"
        yield _Entry(("others", number), fields, meaning, hides=True)
    for number, fields in enumerate(values.get("pairs") or []):
        meaning = f"a name for {' and '.join(fields['between'])} at once"
        yield _Entry(("pairs", number), fields, meaning, hides=True)
    for number, fields in enumerate(values.get("traps") or []):
        yield _Entry(("traps", number), fields, "a trap: no name counts in it", hides=True)
    for signal, fields in (values.get("signals") or {}).items():
        yield _Entry(("signals", signal), fields, f"a word of the signal {signal}")
    for number, fields in enumerate(values.get("topics") or []):
        yield _Entry(("topics", number), fields, f"a word of the topic {fields['id']}")


def _list_spellings(entry: _Entry) -> list[str]:
    """Return all spellings of an entry, each once."""
    spellings: list[str] = []
    for language in known_languages():
        spellings += map(str, entry.fields.get(language) or [])
    return list(dict.fromkeys(spellings))


def _describe_details(fields: Mapping[str, Any]) -> str:
    """Return what an entry says of itself: "; strong; only with a capital letter"."""
    details = []
    if "strength" in fields:
        details.append(_STRENGTHS[fields["strength"]])
    if fields.get("cased"):
        details.append("only with a capital letter")
    if fields.get("several"):
        details.append("one of several that stand in one list")
    if fields.get("implies"):
        details.append(f"speaks of {fields['implies']} too")
    if fields.get("role"):
        details.append(_describe_role(fields))
    if fields.get("note"):
        details.append(str(fields["note"]))
    return "".join(f"; {detail}" for detail in details)


def _describe_role(fields: Mapping[str, Any]) -> str:
    role = str(fields["role"])
    if fields.get("from"):
        role += f", from {fields['from']}"
    if fields.get("until"):
        role += f", until {fields['until']}"
    return role


# -- the other files of the beat --------------------------------------------------------------------------


def _find_elsewhere(own: _BeatFiles, word: _Word) -> Iterator[KnownPlace]:
    for name, describe in (
        ("events.yaml", _describe_event),
        ("outlets.yaml", _describe_outlet),
        ("sources.yaml", _describe_source),
        ("searches.yaml", _describe_search),
    ):
        document = own.read(name)
        if document is None:
            continue
        for place, text in _list_texts(document.values, ()):
            told = describe(document.values, place, text, word)
            if told is not None:
                yield KnownPlace(document.locate(place), told)


def _list_texts(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Yield every text of a file with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _list_texts(inner, (*place, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _list_texts(inner, (*place, position))


def _group_of(values: Any, place: Place) -> Mapping[str, Any]:
    """Return the group of fields, two levels deep, in which a value stands."""
    group = values
    for step in place[:2]:
        group = group[step]
    return group if isinstance(group, Mapping) else {}


def _describe_event(values: Any, place: Place, text: str, word: _Word) -> str | None:
    # Words stand in lists; an id is no word.
    if not isinstance(place[-1], int) or not word.is_spelled(text):
        return None
    id_ = _group_of(values, place).get("id")
    part = _EVENT_PARTS.get(str(place[0]), str(place[0]))
    named = part if id_ is None else f"{part} {id_}"
    return f"“{text}” tells events apart: a word of the {named}"


def _describe_signal(_values: Any, place: Place, text: str, word: _Word) -> str | None:
    if not word.is_spelled(text):
        return None
    signal = next((step for step in place if step in SIGNALS), "")
    return f"“{text}” is a word of the signal {signal} in beats that have none of their own"


def _describe_outlet(values: Any, place: Place, text: str, word: _Word) -> str | None:
    if place[-1] == "kind" or not word.is_spelled(text):
        return None
    kind = _group_of(values, place).get("kind", "")
    return f"“{text}” is {_ORGANISATIONS.get(str(kind), 'an organisation of the beat')}"


def _describe_source(values: Any, place: Place, text: str, word: _Word) -> str | None:
    if place[-1] not in ("id", "name") or not word.is_spelled(text):
        return None
    return f"“{text}” is a source: {_group_of(values, place).get('url', '')}"


def _describe_search(values: Any, place: Place, text: str, word: _Word) -> str | None:
    if place[-1] != "query" or not word.is_in(text):
        return None
    return f"the search {_group_of(values, place).get('id', '')} asks for it"


# -- words that every beat has ----------------------------------------------------------------------------


def _find_everywhere(word: _Word) -> Iterator[KnownPlace]:
    for folder, name, describe in (
        ("pipelines/beat", "event_rules.yaml", _describe_event),
        ("pipelines/beat/terms", "general_signals.yaml", _describe_signal),
    ):
        path = Path(folder, name)
        content = files(folder.replace("/", ".")).joinpath(name).read_bytes()
        document = parse_yaml(content, path)
        for place, text in _list_texts(document.values, ()):
            told = describe(document.values, place, text, word)
            if told is not None:
                yield KnownPlace(document.locate(place), told)
    organisation = EVERYWHERE.known(word.text)
    if organisation is not None:
        text = f"“{organisation.name}” is {_ORGANISATIONS[organisation.kind]}"
        yield KnownPlace("pipelines/beat/organisations.yaml", text)


# -- a word that nobody knows -----------------------------------------------------------------------------


def _find_nearest(document: YamlDocument | None, word: _Word) -> tuple[str, ...]:
    spellings: dict[str, str] = {}
    if document is not None:
        for entry in _list_entries(document.values):
            for spelling in _list_spellings(entry):
                spellings.setdefault(fold_in_place(clean(spelling)), spelling)
    close = difflib.get_close_matches(word.folded, spellings, _NEAREST, _LIKENESS)
    return tuple(map(spellings.__getitem__, close))
