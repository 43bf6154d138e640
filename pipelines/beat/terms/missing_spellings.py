"""Hints on what a terms.yaml lacks in the languages of its beat.

Nothing of it is a mistake: many names are the same in all languages of one script, and some are never
printed in another. A person wants to know it all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crawlers.checked_yaml import Place
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.terms.entry_checks import list_groups, list_side_names, list_spelled_languages
from pipelines.text.languages import language_named

#: Kinds of names that each language has words of its own for.
_WORDS_OF_A_LANGUAGE = frozenset({"country", "demonym"})
#: An entry with so many spellings in a language may be a list of towns.
_MANY_PLACES = 3
_SHOWN = 3


def hint_at_missing_spellings(values: Any, languages: Collection[str], problems: FileProblems) -> None:
    """Note what texts in a language of the beat will not be known by."""
    if not isinstance(values, dict):
        return
    for language in languages:
        _hint_at_sides(values, language, problems)
        _hint_at_topics(values, language, problems)
    for place, name in list_side_names(values):
        _hint_at_list_of_places(place, name, problems)


def _hint_at_sides(values: Mapping[str, Any], language: str, problems: FileProblems) -> None:
    for side_place, _ in list_groups(values, "sides"):
        names = []
        unspelled = []
        for place, name in list_side_names(values):
            if place[: len(side_place)] != side_place:
                continue
            names.append(name)
            if not _can_be_met_in(name, language, str(place[-2])):
                unspelled.append(_first_word(name))
        if names and len(unspelled) == len(names):
            text = f"has no name in {language}, so no text in that language is on the beat for it"
            problems.add_hint(side_place, text)
        elif unspelled:
            count = f"{len(unspelled)} of {len(names)} names have no spelling in {language}"
            problems.add_hint((*side_place, "names"), f"{count}: {_shorten(unspelled)}")


def _hint_at_topics(values: Mapping[str, Any], language: str, problems: FileProblems) -> None:
    topics = []
    wordless = []
    for _, topic in list_groups(values, "topics"):
        topics.append(topic)
        if not topic.get(language):
            wordless.append(str(topic.get("id")))
    if wordless:
        count = f"{len(wordless)} of {len(topics)} topics have no words in {language}"
        problems.add_hint(("topics",), f"{count}: {_shorten(wordless)}")


def _can_be_met_in(name: Mapping[str, Any], language: str, kind: str) -> bool:
    """Tell whether a text in a language can hold one of the spellings."""
    if name.get(language):
        return True
    if kind in _WORDS_OF_A_LANGUAGE:
        return False
    scripts = language_named(language).scripts
    return any(language_named(other).scripts == scripts for other in list_spelled_languages(name))


def _first_word(name: Mapping[str, Any]) -> str:
    for language in list_spelled_languages(name):
        words = name[language]
        if isinstance(words, list) and words:
            return str(words[0])
    return "?"


def _shorten(words: Sequence[str]) -> str:
    """Return the first words, and that there are more."""
    shown = ", ".join(words[:_SHOWN])
    if len(words) > _SHOWN:
        return f"{shown} …"
    return shown


def _hint_at_list_of_places(place: Place, name: Mapping[str, Any], problems: FileProblems) -> None:
    """Note an entry that may be a list of towns and does not say so."""
    if place[-2] != "place" or "several" in name:
        return
    counts = []
    for language in list_spelled_languages(name):
        counts.append(len(name[language]))
    # One place may have many spellings in one language, hardly in all.
    if min(counts, default=0) >= _MANY_PLACES:
        advice = "write several: true if these are several places, several: false if they are one"
        problems.add_hint(place, f"has {min(counts)} names or more in each language; {advice}")
