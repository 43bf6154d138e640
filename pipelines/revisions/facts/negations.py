"""How often a sentence denies (pure)."""

from __future__ import annotations

import re

from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.folding import fold_typography


def _chinese_negation(word: str) -> str:
    """Return a pattern for a negation, but not for words that only begin like it."""
    last_character = word[-1]
    endings = []
    for other in VOCABULARY.chinese_words_that_do_not_deny:
        if other[0] == last_character:
            endings.append(other[1:])
    if not endings:
        return word
    return f"{word}(?!{'|'.join(endings)})"


_LATIN = "|".join(
    [
        *VOCABULARY.negations,
        *(rf"\w+{ending}" for ending in VOCABULARY.negation_endings),
        *(rf"{beginning}(?=\w)" for beginning in VOCABULARY.negation_beginnings),
    ]
)
_CHINESE = "|".join(_chinese_negation(word) for word in VOCABULARY.chinese_negations)
_NEGATION = re.compile(rf"\b(?:{_LATIN})\b|{_CHINESE}", re.IGNORECASE)
_PAIRED_NEGATION = re.compile(
    rf"\b(?:{'|'.join(VOCABULARY.before_paired_negations)})\s*([\w' ]{{1,40}}?)"
    rf"\b({'|'.join(VOCABULARY.paired_negations)})\b",
    re.IGNORECASE,
)


def count_negations(sentence: str) -> int:
    """Return how often a sentence denies; French "ne … pas" counts once."""
    text = _PAIRED_NEGATION.sub(r"\1 \2", fold_typography(sentence))
    return len(_NEGATION.findall(text))
