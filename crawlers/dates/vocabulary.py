"""The words of dates, from `vocabulary.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from typing import Any

import yaml

from crawlers.folding import without_accents


class DayHalf(Enum):
    """Which part of the day an hour on a dial of twelve belongs to."""

    AM = "am"
    NOON = "noon"
    PM = "pm"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words of dates.

    Look them up by `fold_key`; make patterns of them with `any_of`.
    """

    #: The number of each month's name, by its key.
    months: Mapping[str, int]
    #: The number of each weekday's name, Monday 0, by its key.
    weekdays: Mapping[str, int]
    between_numbers: tuple[str, ...]
    before_time: tuple[str, ...]
    before_day: tuple[str, ...]
    after_time: tuple[str, ...]
    day_endings: tuple[str, ...]
    hours: tuple[str, ...]
    #: The half of the day that each word means, by its key.
    halves: Mapping[str, DayHalf]
    #: The words for halves as the file has them.
    half_words: tuple[str, ...]
    #: An offset, an IANA name, or offsets by area where several zones have one name; by key.
    zones: Mapping[str, str | Mapping[str, str]]
    #: The names of zones as the file has them.
    zone_names: tuple[str, ...]
    #: The area of the IANA database for the first part of a zone's name.
    areas: Mapping[str, str]


def fold_text(text: str) -> str:
    """Return a text without accents, width and spare spaces."""
    return " ".join(without_accents(text).translate(_SIGNS).split())


def fold_key(word: str) -> str:
    """Return a word folded, small, without dots and spaces."""
    return fold_text(word).casefold().replace(".", "").replace(" ", "")


# Signs that Unicode keeps apart and dates do not: the minus of mathematics, the typographic apostrophe.
_SIGNS = str.maketrans({"−": "-", "’": "'"})


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for one of the words, the longest first.

    A word in Latin letters is not matched inside a longer one. Case is up to the flags.
    """
    latin: list[str] = []
    others: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        # “a.m.” is also written “am”, “a. m.” and “a m”.
        pattern = re.escape(fold_text(word)).replace(r"\.", r"\.? ?").removesuffix(" ?")
        if word[0].isascii() and word[0].isalpha():
            latin.append(pattern)
        else:
            others.append(pattern)
    patterns = []
    if latin:
        # The letters around are looked at once for all words: once for each takes seconds to compile.
        patterns.append(r"(?<![a-z])(?:" + "|".join(latin) + r")(?![a-z])")
    if others:
        patterns.append("|".join(others))
    return "(?:" + "|".join(patterns) + ")"


def split_by_script(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words in Latin letters and those in Han."""
    latin: list[str] = []
    han: list[str] = []
    for word in words:
        if word.isascii():
            latin.append(word)
        else:
            han.append(word)
    return latin, han


def _load_vocabulary() -> Vocabulary:
    """Read `vocabulary.yaml`.

    Raises ValueError for a word with two meanings.
    """
    text = (files("crawlers.dates") / "vocabulary.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(text, loader)  # noqa: S506 - both are safe loaders
    half_words = tuple(" ".join(data["halves"].values()).split())
    return Vocabulary(
        months=_number_names(data["months"], "month", 12, first=1),
        weekdays=_number_names(data["weekdays"], "weekday", 7, first=0),
        between_numbers=tuple(data["between_numbers"].split()),
        before_time=tuple(data["before_time"].split()),
        before_day=tuple(data["before_day"].split()),
        after_time=tuple(data["after_time"].split()),
        day_endings=tuple(data["day_endings"].split()),
        hours=tuple(data["hours"].split()),
        halves=_find_halves(data["halves"]),
        half_words=half_words,
        zones={fold_key(name): meaning for name, meaning in data["zones"].items()},
        zone_names=tuple(data["zones"]),
        areas=data["areas"],
    )


def _number_names(
    languages: Mapping[str, list[str]], what: str, length: int, *, first: int
) -> dict[str, int]:
    """Return the number of each name by its key.

    Raises ValueError for a list of another length, and for a name with two numbers.
    """
    numbers: dict[str, int] = {}
    for language, lines in languages.items():
        if len(lines) != length:
            raise ValueError(
                f"vocabulary.yaml: {language} has {len(lines)} {what}s; write {length}, one a line"
            )
        for number, spellings in enumerate(lines, first):
            for spelling in spellings.split():
                known = numbers.setdefault(fold_key(spelling), number)
                if known != number:
                    raise ValueError(
                        f"vocabulary.yaml: “{spelling}” is {what} {known} and {what} {number}; keep one"
                    )
    return numbers


def _find_halves(halves: Mapping[str, Any]) -> dict[str, DayHalf]:
    found = {}
    for half, words in halves.items():
        for word in words.split():
            found[fold_key(word)] = DayHalf(half)
    return found


VOCABULARY = _load_vocabulary()
