"""How far a matter has come, as its headlines say (pure).

    "Lamb dies at 80"  ──► death     ┐
    "Funeral for Lamb" ──► farewell  ┴──► two reports of one matter

The words are in `stages.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from pipelines.text.folding import fold_typography
from pipelines.text.vocabulary import PhrasesByLanguage, Vocabulary, any_of, read_vocabulary

#: Titles whose stages are kept: a title is compared with several others.
_TITLES_KEPT = 4096

#: Stage -> the words by which it is known.
Matter = Mapping[str, PhrasesByLanguage]


class StageWords(Vocabulary):
    """The words of `stages.yaml`."""

    ahead: PhrasesByLanguage
    not_ahead: PhrasesByLanguage
    whole: PhrasesByLanguage
    matters: tuple[Matter, ...]


@cache
def _words() -> StageWords:
    return read_vocabulary("pipelines.dedup", "stages.yaml", StageWords)


@cache
def _patterns() -> list[list[tuple[str, re.Pattern[str]]]]:
    """Return each matter's stages with what tells them."""
    matters = []
    for matter in _words().matters:
        matters.append([(stage, re.compile(any_of(phrases))) for stage, phrases in matter.items()])
    return matters


@cache
def _ahead() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = _words()
    return re.compile(any_of(words.ahead)), re.compile(any_of(words.not_ahead))


@cache
def _whole() -> re.Pattern[str]:
    return re.compile(any_of(_words().whole))


def stages_apart(here: str, there: str) -> tuple[str, str] | None:
    """Return the stages that two titles tell of one matter, or None."""
    for mine, theirs in zip(_stages_of(here), _stages_of(there), strict=True):
        if len(mine) == len(theirs) == 1 and mine != theirs:
            return min(mine), min(theirs)
    return None


@lru_cache(maxsize=_TITLES_KEPT)
def looks_ahead(title: str) -> bool:
    """Tell whether a title speaks of what is still to come."""
    ahead, not_ahead = _ahead()
    return ahead.search(not_ahead.sub(" ", _plain(title))) is not None


@lru_cache(maxsize=_TITLES_KEPT)
def prints_whole(title: str) -> bool:
    """Tell whether a title is that of a speech's own text."""
    return _whole().search(_plain(title)) is not None


@lru_cache(maxsize=_TITLES_KEPT)
def _stages_of(title: str) -> tuple[frozenset[str], ...]:
    """Return for each matter the stages that a title tells."""
    plain = _plain(title)
    found = []
    for matter in _patterns():
        stages = []
        for stage, pattern in matter:
            if pattern.search(plain):
                stages.append(stage)
        found.append(frozenset(stages))
    return tuple(found)


def _plain(title: str) -> str:
    return fold_typography(title).casefold()
