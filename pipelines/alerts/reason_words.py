"""Reasons in the language of a mail or a page.

They are written in English into the ledger, in sentences that name what they found. `reason_words.yaml` has
these sentences in the other languages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from crawlers.checked_yaml import read_yaml
from pipelines.alerts.mail_words import words_in
from pipelines.alerts.wording import day_in, decimal_in
from pipelines.beat.label import name_in

_NAME = re.compile(r"\{(\w+)\}")
_QUOTED = re.compile(r"“([^“”]*)”")
#: What a sentence calls its number.
_NUMBER = "n"
#: What a sentence calls a place where the name of a side may stand.
_SIDE = ("side", "one", "two")
#: English name -> language -> name.
NamesByLanguage = Mapping[str, Mapping[str, str]]
#: Longer lines are no reasons of ours, and take long to compare.
_MOST_CHARACTERS = 1000


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with names for what it fills in, in each language."""

    #: What it begins with, before the first name: most reasons begin otherwise.
    beginning: str
    pattern: re.Pattern[str]
    in_language: Mapping[str, str]


def reason_in(language: str, reason: str, sides: NamesByLanguage = MappingProxyType({})) -> str:
    """Return a reason in a language; in English where it lacks the sentence.

    `sides` are what the beat calls its sides in all languages, by the names that reasons are written with.
    """
    if language == "en" or len(reason) > _MOST_CHARACTERS:
        return reason
    for sentence in _sentences():
        if language not in sentence.in_language or not reason.startswith(sentence.beginning):
            continue
        found = sentence.pattern.fullmatch(reason)
        if found is None:
            continue
        return _fill(sentence.in_language[language], found.groupdict(), language, sides)
    return reason


def reason_sentences() -> Mapping[str, Mapping[str, str]]:
    """Return every sentence: English -> language -> words."""
    found: Mapping[str, Mapping[str, str]] = _file()["reasons"]
    return found


def _fill(text: str, values: Mapping[str, str], language: str, sides: NamesByLanguage) -> str:
    # All at once: what is filled in may itself have braces.
    def value_of(name: re.Match[str]) -> str:
        value = values[name[1]]
        if name[1] in _SIDE and value in sides:
            return name_in(sides[value], language)
        if name[1] == "day":
            return day_in(value, language)
        if name[1] in _file()["lists"]:
            return _list_in(value, language)
        if name[1] in _file()["phrases"]:
            return words_in(language)(value)
        if name[1] in _file()["decimals"]:
            return decimal_in(value, language)
        if name[1] in _file()["parts"]:
            return reason_in(language, value, sides)
        return value

    return _NAME.sub(value_of, text)


def _list_in(value: str, language: str) -> str:
    """Return words in the quotation marks of a language, with its commas between them.

    Words without marks stay as they are.
    """
    words = _QUOTED.findall(value)
    if not words or ", ".join(f"“{word}”" for word in words) != value:
        return value
    say = words_in(language)
    return say(", ").join([say("“{words}”", words=word) for word in words])


@cache
def _file() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_suffix(".yaml")).values
    return found


@cache
def _sentences() -> tuple[_Sentence, ...]:
    """Return the sentences, those with most words of their own first."""
    found: list[_Sentence] = []
    for english in sorted(reason_sentences(), key=_own_characters, reverse=True):
        beginning = english.partition("{")[0]
        found.append(_Sentence(beginning, _pattern_of(english), reason_sentences()[english]))
    return tuple(found)


def _own_characters(english: str) -> int:
    return len(_NAME.sub("", english))


def _pattern_of(english: str) -> re.Pattern[str]:
    written = []
    for number, piece in enumerate(_NAME.split(english)):
        # Every second piece is a name. A number has no gap: what stands before it is another reason.
        value = r"\S+?" if piece == _NUMBER else ".+?"
        written.append(f"(?P<{piece}>{value})" if number % 2 else re.escape(piece))
    return re.compile("".join(written))
