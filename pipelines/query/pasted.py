"""Whether a query is a headline that was pasted (pure).

The words by which a NOT is known as part of a sentence are data: `headlines.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from pipelines.query.fields import canonical_name
from pipelines.query.operators import nearness_of
from pipelines.text.analyzer import is_cjk
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: Words of the shortest text that is taken for a headline.
_LEAST_WORDS = 4
#: Characters of a clause of Chinese. Names and terms have fewer.
_LEAST_OF_CLAUSE = 8
_OPERATORS = frozenset(["AND", "OR", "NOT", "&&", "||"])
_BRACKETS = "()（）"
# A headline has none of these.
_SIGNS = re.compile(r"[*~^]|^\(*[-+!]")
#: The change of a price, or a temperature: a number with its sign. Years are longer, and are left out.
SIGNED_NUMBER = r"[-+](?=\d{1,2}(?!\d)|[\d.,]+%)"
_SIGNED = re.compile(rf"\(*{SIGNED_NUMBER}")
_POSSESSIVE = re.compile(r"\w+(?:['’]s|s['’])", re.IGNORECASE)
_WORD_BEHIND = re.compile(r"[^\W_]")
_FIELD = re.compile(r"[-+!(]*(\w+)[:：](?=\S)")


class HeadlineFile(Vocabulary):
    """The words beside a NOT that is no operator."""

    before_not: tuple[tuple[str, ...], ...]
    after_not: tuple[tuple[str, ...], ...]


def is_pasted(text: str) -> bool:
    """Tell whether a text has no sign of a composed query.

    In a headline a colon, a dash, an exclamation mark and a small “and” are what they are in any text. So is
    the NOT of “will NOT lift”.
    """
    words = text.split()
    has_clause = has_chinese_clause(words)
    if len(words) < _LEAST_WORDS and not has_clause:
        return False
    # “canola and not futures” is a search of elsewhere, and “Battered but not beaten” a headline.
    if len(words) == _LEAST_WORDS and words[1:3] == ["and", "not"]:
        return False
    if len(words) == _LEAST_WORDS and words[1:3] == ["but", "not"] and text == text.lower():
        return False
    # “Canola rises | The Post” is a headline, and “canola | wheat duty” a search of elsewhere.
    if "|" in words and text == text.lower() and not has_clause:
        return False
    return not any(map(_is_composed, _without_spoken_not(words)))


def has_chinese_clause(words: Iterable[str]) -> bool:
    """Tell whether one of the words is a clause of Chinese, as headlines have."""
    return any(len(word) >= _LEAST_OF_CLAUSE and is_cjk(word[0]) and is_cjk(word[-1]) for word in words)


def _without_spoken_not(words: Sequence[str]) -> Iterator[str]:
    """Yield the words without each NOT that belongs to a sentence."""
    before_not, after_not = _neighbours_of_not()
    neighbours = zip(["", *words], words, [*words[1:], ""], [*words[2:], "", ""], strict=False)
    for before, word, after, behind in neighbours:
        is_spoken = before.casefold() in before_not or after.casefold() in after_not
        # “NOT Canada's enemy”: people exclude words, and nothing that belongs to somebody.
        if _POSSESSIVE.fullmatch(after) and _WORD_BEHIND.match(behind):
            is_spoken = True
        if word != "NOT" or not is_spoken:
            yield word


@cache
def _neighbours_of_not() -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that stand before a spoken NOT, and those after one."""
    known = read_vocabulary("pipelines.query", "headlines.yaml", HeadlineFile)
    return _joined(known.before_not), _joined(known.after_not)


def _joined(lines: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset().union(*lines)


def _is_composed(word: str) -> bool:
    operator = word.strip(_BRACKETS)
    if operator in _OPERATORS or nearness_of(operator) is not None:
        return True
    if _SIGNED.match(word):
        return False
    if _SIGNS.search(word) and re.search(r"\w", word):
        return True
    field = _FIELD.match(word)
    return field is not None and canonical_name(field[1]) is not None
