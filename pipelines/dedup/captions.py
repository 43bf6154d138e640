"""Lines under photographs, which are no part of a report (pure).

One caption of an agency stands in reports that share nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from pipelines.text.vocabulary import PhrasesByLanguage, Vocabulary, any_of, read_vocabulary

#: Characters of the longest caption, some hundred words, and of the longest credit at its end.
_LONGEST = 700
_LONGEST_CREDIT = 130


class CaptionWords(Vocabulary):
    """The phrases of `captions.yaml`."""

    beginnings: PhrasesByLanguage
    signs_of_a_credit: tuple[str, ...]
    endings: PhrasesByLanguage


class _Patterns(NamedTuple):
    beginning: re.Pattern[str]
    ending: re.Pattern[str]
    signs: tuple[str, ...]


@cache
def _patterns() -> _Patterns:
    words = read_vocabulary("pipelines.dedup", "captions.yaml", CaptionWords)
    return _Patterns(
        re.compile(any_of(words.beginnings), re.IGNORECASE),
        re.compile(rf"{any_of(words.endings)}\s*$", re.IGNORECASE),
        words.signs_of_a_credit,
    )


def is_caption(paragraph: str) -> bool:
    """Tell whether a paragraph stands under a photograph."""
    if len(paragraph) > _LONGEST:
        return False
    patterns = _patterns()
    if patterns.beginning.match(paragraph):
        return True
    end = paragraph[-_LONGEST_CREDIT:].lower()
    # A plain loop: each paragraph of each article comes here, and `any` takes half as long again.
    for sign in patterns.signs:
        if sign in end:
            return patterns.ending.search(end) is not None
    return False


def without_captions(paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs of a report without captions.

    A page of photographs alone keeps them: they are its text.
    """
    kept = [paragraph for paragraph in paragraphs if not is_caption(paragraph)]
    return kept or list(paragraphs)
