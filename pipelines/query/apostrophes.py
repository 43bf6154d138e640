"""Apostrophes that were left out: `l accord` (pure).

A letter that stands alone is in no text that has the apostrophe, so that nothing would be found. Pairs
of another kind are data: `apostrophes.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pipelines.text.analyzer import ARTICLES
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

_VOWELS = "aàâäeéèêëiîïoôöuùûüyœæhAÀÂÄEÉÈÊËIÎÏOÔÖUÙÛÜYŒÆH"
_OPERATOR_BEHIND = r"(?!(?:AND|OR|NOT|ADJ\S*|ONEAR\S*|AROUND\S*)(?!\w))"
#: What stands in quotes, and each word with one space behind it.
_WORD_AND_SPACE = re.compile(r'"[^"]*"|(?<![\w\'’./&@-])(?P<word>[^\W\d_]+) (?=(?P<next>\w+))')
_BEGINS_WITH_VOWEL = re.compile(rf"{_OPERATOR_BEHIND}[{_VOWELS}]")
_LETTER_AND_SPACE = re.compile(r"[^\W\d_] ")


class _Pair(Vocabulary):
    """Words with an apostrophe between them."""

    before: tuple[str, ...]
    behind: tuple[str, ...]


class ApostropheFile(Vocabulary):
    """The words that an apostrophe joins."""

    pairs: tuple[_Pair, ...]


@cache
def _behind() -> dict[str, frozenset[str]]:
    """Return what may stand behind the apostrophe of each word."""
    known = read_vocabulary("pipelines.query", "apostrophes.yaml", ApostropheFile)
    found: dict[str, frozenset[str]] = {}
    for pair in known.pairs:
        for before in pair.before:
            found[before] = found.get(before, frozenset()) | set(pair.behind)
    return found


def with_apostrophes(text: str) -> str:
    """Return a text of the same length with the apostrophes it lacks.

    What stands in double quotes stays as it is.
    """
    return _with_marks(text, list(_lacking_places(text)))


def _with_marks(text: str, places: list[int]) -> str:
    characters = list(text)
    for place in places:
        characters[place] = "'"
    return "".join(characters)


def _lacking_places(text: str) -> Iterator[int]:
    for match in _WORD_AND_SPACE.finditer(text):
        word = match["word"]
        if word is None:
            continue
        place = match.end() - 1
        is_article = _is_article(word, text, match.start())
        if _is_pair(text, match) or (is_article and _BEGINS_WITH_VOWEL.match(text, match.end())):
            yield place
        elif _is_possessive(word, text, match):
            yield match.start() - 1


def _is_pair(text: str, match: re.Match[str]) -> bool:
    """Tell whether a word and the next are one of the pairs."""
    goes_on = text[match.end("next") : match.end("next") + 1] == "-"
    return not goes_on and match["next"] in _behind().get(match["word"].casefold(), ())


def _is_article(word: str, text: str, start: int) -> bool:
    """Tell whether a word is what French leaves of an article."""
    # Capitals are for the first word: in “Plan D is ready” and “Vitamin C in fruit” they are names.
    if word.casefold() not in ARTICLES:
        return False
    return word.islower() or not text[max(0, start - 4) : start].strip(" \"'(:-")


def _is_possessive(word: str, text: str, match: re.Match[str]) -> bool:
    """Tell whether a lone s belongs to the word before it."""
    begins_number = match["next"][0].isdigit()
    before = text[max(0, match.start() - 2) : match.start()]
    return word == "s" and not begins_number and _LETTER_AND_SPACE.fullmatch(before) is not None
