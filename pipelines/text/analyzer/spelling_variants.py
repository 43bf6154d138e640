"""The spellings of one word: British and American, mainland and Taiwan (pure).

    word_variants("labourers")     labourers, laborers
    hyphenated("cooperates")       co, operates
    run_variants("软件公司")         软件公司, 软体公司

A search asks for all of them; an index keeps what a text has. So the table `spellings.yaml` can grow
without a reindex.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from pipelines.text.folding import fold_for_search
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: Letters before an ending that has another spelling: rise is no "rize".
_LEAST_BEFORE_ENDING: Final = 3
#: Spellings of one run of Chinese that are asked for.
_MOST_RUNS: Final = 8


class SpellingFile(Vocabulary):
    """The table of spellings."""

    words: tuple[tuple[str, ...], ...]
    hyphens: tuple[str, ...]
    endings: tuple[tuple[str, ...], ...]
    chinese: tuple[tuple[str, ...], ...]
    capitals: Mapping[str, str]


@cache
def _spellings() -> SpellingFile:
    return read_vocabulary("pipelines.text.analyzer", "spellings.yaml", SpellingFile)


def capitals() -> Mapping[str, str]:
    """Return what words stand for in capitals; in small letters they are others."""
    return _spellings().capitals


@cache
def _whole_words() -> dict[str, Sequence[str]]:
    groups: dict[str, Sequence[str]] = {}
    for group in _spellings().words:
        for word in group:
            if not word.endswith("*"):
                groups[word] = group
    return groups


@cache
def _beginnings() -> dict[str, Sequence[str]]:
    """Return the groups of words that go on, by beginning."""
    groups: dict[str, Sequence[str]] = {}
    for group in _spellings().words:
        for word in group:
            if word.endswith("*"):
                groups[word[:-1]] = [other.rstrip("*") for other in group]
    return groups


@cache
def _endings() -> dict[str, Sequence[str]]:
    groups: dict[str, Sequence[str]] = {}
    for group in _spellings().endings:
        groups |= dict.fromkeys(group, group)
    return groups


@cache
def _chinese_words() -> dict[str, Sequence[str]]:
    groups: dict[str, Sequence[str]] = {}
    for group in _spellings().chinese:
        folded = list(map(fold_for_search, group))
        groups |= dict.fromkeys(folded, folded)
    return groups


def word_variants(word: str) -> tuple[str, ...]:
    """Return a folded word and its other spellings, the word first."""
    found = [word, *_whole_words().get(word, ())]
    for length in range(1, len(word) + 1):
        for other in _beginnings().get(word[:length], ()):
            found.append(other + word[length:])
    for length in range(_LEAST_BEFORE_ENDING, len(word)):
        for other in _endings().get(word[length:], ()):
            found.append(word[:length] + other)
    return tuple(dict.fromkeys(found))


@cache
def _hyphens() -> Mapping[str, tuple[str, str]]:
    """Return the two parts of each word that may have a hyphen.

    They are given by how the word begins without it.
    """
    parts: dict[str, tuple[str, str]] = {}
    for word in _spellings().hyphens:
        first, second = word.split("-")
        parts[first + second] = (first, second)
    return parts


def hyphenated(word: str) -> tuple[str, str] | None:
    """Return the parts of a folded word that others write with a hyphen, or None."""
    for length in range(len(word), 1, -1):
        parts = _hyphens().get(word[:length])
        if parts is not None:
            first = parts[0]
            return first, word[len(first) :]
    return None


def run_variants(run: str) -> tuple[str, ...]:
    """Return a folded run of Chinese and its other wordings, the run first."""
    found = [run]
    for word, group in _chinese_words().items():
        if word in run:
            found += _replaced_in(found, word, group)
    return tuple(dict.fromkeys(found))[:_MOST_RUNS]


def _replaced_in(runs: Iterable[str], word: str, group: Iterable[str]) -> list[str]:
    found: list[str] = []
    for run in runs:
        for other in group:
            found.append(run.replace(word, other))
    return found
