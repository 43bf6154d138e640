"""The words of dates, from `vocabulary.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from typing import Any

import yaml

from crawlers.folding import without_accents
from crawlers.scripts import is_cjk


class DayHalf(Enum):
    """Which part of the day an hour on a dial of twelve belongs to."""

    AM = "am"
    NOON = "noon"
    PM = "pm"
    NIGHT = "night"


@dataclass(frozen=True, slots=True)
class DateVocabulary:
    """All words of dates.

    Look them up by `fold_key`; make patterns of them with `any_of`.
    """

    #: The number of each month's name, by its key.
    months: Mapping[str, int]
    #: Their names as the file has them.
    month_names: tuple[str, ...]
    #: The same of names that are months only where a year stands behind them.
    months_beside_a_year: Mapping[str, int]
    #: The number of each weekday's name, Monday 0, by its key.
    weekdays: Mapping[str, int]
    between_numbers: tuple[str, ...]
    before_time: tuple[str, ...]
    before_day: tuple[str, ...]
    #: Words behind which a time may have a dot.
    before_dotted_time: tuple[str, ...]
    after_year: tuple[str, ...]
    after_time: tuple[str, ...]
    day_endings: tuple[str, ...]
    #: One character each, for the inside of a character class.
    year_signs: str
    month_signs: str
    day_signs: str
    minutes: str
    seconds: str
    half_hours: str
    hours: tuple[str, ...]
    spans: tuple[str, ...]
    #: What each Chinese character of a number stands for, 十 for 10.
    chinese_numbers: Mapping[str, int]
    #: What is added to the year of an era.
    eras: Mapping[str, int]
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


# Signs that Unicode keeps apart and dates do not: the minus of mathematics, apostrophes, the Arabic comma and
# digits, and the dotless ı, which a pattern without case takes for an i.
_SIGNS = str.maketrans("−’ʼ،ı٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "-'',i01234567890123456789")


def any_of(words: Iterable[str]) -> str:
    """Return a pattern for one of the words, the longest first.

    A word is not matched inside a longer one, but for those in Han, kana and Hangul. Case is up to the
    flags.
    """
    latin: list[str] = []
    spaced: list[str] = []
    others: list[str] = []
    for word in sorted(words, key=len, reverse=True):
        if word[0].isascii() and word[0].isalpha():
            latin.append(word)
        elif word[0].isalpha() and not is_cjk(word[0]):
            spaced.append(word)
        else:
            others.append(word)
    patterns = []
    if latin:
        # The letters around are looked at once for all words: once for each takes seconds to compile.
        patterns.append(rf"(?<![a-z]){_alternatives(latin)}(?![a-z])")
    if spaced:
        patterns.append(rf"(?<![^\W\d_]){_alternatives(spaced)}(?![^\W\d_])")
    if others:
        patterns.append(_alternatives(others))
    return "(?:" + "|".join(patterns) + ")"


def _alternatives(words: Iterable[str]) -> str:
    """Return alternatives for words, by their first letter.

    Python tries one alternative after the other: fifteen letters are sooner tried than 150 words.
    """
    endings: dict[str, list[str]] = {}
    for word in words:
        folded = fold_text(word)
        endings.setdefault(folded[0], []).append(_ending_pattern(folded[1:]))
    patterns = []
    for first, group in endings.items():
        patterns.append(rf"{re.escape(first)}(?:{'|'.join(group)})")
    return f"(?:{'|'.join(patterns)})"


def _ending_pattern(letters: str) -> str:
    """Return the pattern of a word behind its first letter."""
    # “a.m.” is also written “am”, “a. m.” and “a m”.
    pattern = re.escape(letters).replace(r"\.", r"\.? ?").removesuffix(" ?")
    return pattern.replace(r"\ ", " ?")


def split_by_script(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words in Latin letters and those in other scripts."""
    latin: list[str] = []
    others: list[str] = []
    for word in words:
        if word.isascii():
            latin.append(word)
        else:
            others.append(word)
    return latin, others


def _load_vocabulary() -> DateVocabulary:
    """Read `vocabulary.yaml`.

    Raises ValueError for a word with two meanings.
    """
    text = (files("crawlers.dates") / "vocabulary.yaml").read_text("utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(text, loader)  # noqa: S506 - both are safe loaders
    half_words = tuple(" ".join(data["halves"].values()).split())
    return DateVocabulary(
        months=_number_names(data["months"], "month", 12, first=1),
        month_names=tuple(_list_names(data["months"])),
        months_beside_a_year=_join_by_key(data["months_beside_a_year"]),
        weekdays=_number_names(data["weekdays"], "weekday", 7, first=0),
        between_numbers=tuple(data["between_numbers"].split()),
        before_time=tuple(data["before_time"].split()),
        before_day=tuple(data["before_day"].split()),
        before_dotted_time=tuple(data["before_dotted_time"].split()),
        after_year=tuple(data["after_year"].split()),
        after_time=tuple(data["after_time"].split()),
        day_endings=tuple(data["day_endings"].split()),
        year_signs=_as_characters(data["year_signs"]),
        month_signs=_as_characters(data["month_signs"]),
        day_signs=_as_characters(data["day_signs"]),
        minutes=_as_characters(data["minutes"]),
        seconds=_as_characters(data["seconds"]),
        half_hours=_as_characters(data["half_hours"]),
        hours=tuple(data["hours"].split()),
        spans=tuple(data["spans"].split()),
        chinese_numbers=data["chinese_numbers"],
        eras=data["eras"],
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
            for spelling in _split_names(spellings):
                known = numbers.setdefault(fold_key(spelling), number)
                if known != number:
                    raise ValueError(
                        f"vocabulary.yaml: “{spelling}” is {what} {known} and {what} {number}; keep one"
                    )
    return numbers


def _list_names(languages: Mapping[str, list[str]]) -> Iterator[str]:
    for lines in languages.values():
        for spellings in lines:
            yield from _split_names(spellings)


def _split_names(spellings: str) -> list[str]:
    """Return the names of a line; one of two words is written with `_`."""
    return [spelling.replace("_", " ") for spelling in spellings.split()]


def _join_by_key(languages: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for names in languages.values():
        for name, number in names.items():
            numbers[fold_key(name)] = number
    return numbers


def _as_characters(signs: str) -> str:
    """Return signs of one character each as the inside of a character class."""
    return "".join(signs.split())


def _find_halves(halves: Mapping[str, Any]) -> dict[str, DayHalf]:
    found = {}
    for half, words in halves.items():
        for word in words.split():
            found[fold_key(word)] = DayHalf(half)
    return found


VOCABULARY = _load_vocabulary()
