"""What stands in quotation marks (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.text.folding import fold_typography
from pipelines.text.tokens import is_chinese, tokens

_QUOTED = re.compile(r'"([^"\n]{4,2000})"')
#: Words from which quotation marks hold a statement and not a term.
_LEAST_WORDS = 3


class Quotation(NamedTuple):
    """A quotation as printed, and the tokens by which it is the same as another."""

    printed: str
    key: tuple[str, ...]


def find_quotations(line: str) -> list[Quotation]:
    """Return the statements in quotation marks in a paragraph, in their order."""
    found: list[Quotation] = []
    for match in _QUOTED.finditer(fold_typography(line)):
        quotation = Quotation(match[1].strip(), tuple(tokens(match[1])))
        if count_words(quotation.key) >= _LEAST_WORDS:
            found.append(quotation)
    return found


def count_words(words: Sequence[str]) -> float:
    """Return the length of a list of tokens in words.

    Two Chinese characters count as one word.
    """
    characters = sum(map(is_chinese, words))
    return len(words) - characters / 2
