"""Whether a query is a headline that was pasted (pure)."""

from __future__ import annotations

import re

from pipelines.query.fields import canonical_name
from pipelines.query.operators import nearness_of

#: Words of the shortest text that is taken for a headline.
_LEAST_WORDS = 4
_OPERATORS = frozenset(["AND", "OR", "NOT", "&&", "||"])
_BRACKETS = "()（）"
# A headline has none of these.
_SIGNS = re.compile(r"[*~^]|^\(*[-+!]")
#: The change of a price, or a temperature: a number with its sign. Years are longer, and are left out.
SIGNED_NUMBER = r"[-+](?=\d{1,2}(?!\d)|[\d.,]+%)"
_SIGNED = re.compile(rf"\(*{SIGNED_NUMBER}")
_FIELD = re.compile(r"[-+!(]*(\w+)[:：](?=\S)")


def is_pasted(text: str) -> bool:
    """Tell whether a text has no sign of a composed query.

    In a headline a colon, a dash, an exclamation mark and a small “and” are what they are in any text.
    """
    words = text.split()
    if len(words) < _LEAST_WORDS:
        return False
    # “Canola rises | The Post” is a headline, and “canola | wheat duty” a search of elsewhere.
    if "|" in words and text == text.lower():
        return False
    return not any(map(_is_composed, words))


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
