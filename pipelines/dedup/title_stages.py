"""How far a matter has come, and which side it took, as headlines say (pure).

    "Lamb dies at 80"   ──► death     ┐
    "Funeral for Lamb"  ──► farewell  ┴──► two reports of one matter
    "Plan approved"     ──► approval  ┐
    "Plan rejected"     ──► rejection ┴──► opposite sides: two reports if the texts say so, too

The words are in `stages.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import chain
from typing import NamedTuple

from pipelines.text.tokens import tokens
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: Titles whose stages are kept: a title is compared with several others.
_TITLES_KEPT = 1024

#: Words and phrases by language.
Phrases = Mapping[str, tuple[str, ...]]
#: Stage -> the words by which it is known.
Matter = Mapping[str, Phrases]


class StageWords(Vocabulary):
    """The words of `stages.yaml`."""

    ahead: Phrases
    not_ahead: Phrases
    whole: Phrases
    matters: tuple[Matter, ...]
    opposites: tuple[Matter, ...]


class OpposedWords(NamedTuple):
    """The last words by which texts tell of two sides, as tokens."""

    here: tuple[str, ...]
    there: tuple[str, ...]


def stages_apart(here: str, there: str) -> tuple[str, str] | None:
    """Return the stages that two titles tell of one matter, or None."""
    for mine, theirs in zip(_stages_of(here), _stages_of(there), strict=True):
        if len(mine) == len(theirs) == 1 and mine != theirs:
            return min(mine), min(theirs)
    return None


def opposite_sides(here: str, there: str) -> Iterator[OpposedWords]:
    """Yield the words of each two sides that titles are on.

    A title with words of two sides takes none.
    """
    words = _spaced_words().last_words
    for mine, theirs, by_side in zip(_sides_of(here), _sides_of(there), words, strict=True):
        if len(mine) == len(theirs) == 1 and mine != theirs:
            yield OpposedWords(by_side[min(mine)], by_side[min(theirs)])


@lru_cache(maxsize=_TITLES_KEPT)
def looks_ahead(title: str) -> bool:
    """Tell whether a title speaks of what is still to come."""
    spaced = _spaced(title)
    for phrase in _spaced_words().not_ahead:
        spaced = spaced.replace(phrase, " ")
    return _has_any(spaced, _spaced_words().ahead)


@lru_cache(maxsize=_TITLES_KEPT)
def prints_whole(title: str) -> bool:
    """Tell whether a title is that of a speech's own text."""
    return _has_any(_spaced(title), _spaced_words().whole)


@lru_cache(maxsize=_TITLES_KEPT)
def _stages_of(title: str) -> tuple[frozenset[str], ...]:
    """Return for each matter the stages that a title tells."""
    return _found_in(title, _spaced_words().matters)


@lru_cache(maxsize=_TITLES_KEPT)
def _sides_of(title: str) -> tuple[frozenset[str], ...]:
    """Return for each two opposites the sides that a title takes."""
    return _found_in(title, _spaced_words().opposites)


def _found_in(title: str, matters: Iterable[Mapping[str, list[str]]]) -> tuple[frozenset[str], ...]:
    spaced = _spaced(title)
    found = []
    for matter in matters:
        stages = []
        for stage, phrases in matter.items():
            if _has_any(spaced, phrases):
                stages.append(stage)
        found.append(frozenset(stages))
    return tuple(found)


# -- words between spaces ---------------------------------------------------------------------------------
# A title is looked through for some two hundred phrases. To look for a piece of text takes a twentieth of
# the time of a regular expression.


class _SpacedWords(NamedTuple):
    """The words of the file, as they stand in a title that is cut into tokens."""

    ahead: list[str]
    not_ahead: list[str]
    whole: list[str]
    matters: list[dict[str, list[str]]]
    opposites: list[dict[str, list[str]]]
    #: The last word of each phrase of `opposites`.
    last_words: list[dict[str, tuple[str, ...]]]


@cache
def _spaced_words() -> _SpacedWords:
    words = read_vocabulary("pipelines.dedup", "stages.yaml", StageWords)
    opposites = _spaced_matters(words.opposites)
    last_words = []
    for sides in opposites:
        last_words.append({side: _last_words(phrases) for side, phrases in sides.items()})
    return _SpacedWords(
        ahead=_spaced_phrases(words.ahead),
        not_ahead=_spaced_phrases(words.not_ahead),
        whole=_spaced_phrases(words.whole),
        matters=_spaced_matters(words.matters),
        opposites=opposites,
        last_words=last_words,
    )


def _spaced_matters(matters: Iterable[Matter]) -> list[dict[str, list[str]]]:
    spaced = []
    for matter in matters:
        spaced.append({stage: _spaced_phrases(phrases) for stage, phrases in matter.items()})
    return spaced


def _last_words(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({phrase.split()[-1] for phrase in phrases}))


def _spaced_phrases(phrases: Phrases) -> list[str]:
    spaced = []
    for phrase in chain.from_iterable(phrases.values()):
        plain = _spaced(phrase)
        spaced.append(plain.rstrip() if phrase.endswith("*") else plain)
    return spaced


def _spaced(text: str) -> str:
    """Return the tokens of a text, a space before and behind each."""
    return f" {' '.join(tokens(text))} "


def _has_any(spaced: str, phrases: Iterable[str]) -> bool:
    return any(phrase in spaced for phrase in phrases)
