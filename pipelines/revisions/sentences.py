"""Paragraphs cut into sentences (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.text.sentences import sentences_of
from pipelines.text.tokens import tokens

#: Sentences that are compared; the longest reports have a third of that.
MOST_SENTENCES = 1_500
#: Characters after which a sentence is cut.
LONGEST_SENTENCE = 2_000


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as printed.

    `key` holds the tokens by which it is compared, `paragraph` counts from 0.
    """

    text: str
    key: tuple[str, ...]
    paragraph: int


def cut_sentences(lines: Sequence[str]) -> list[Sentence]:
    """Return the sentences of some paragraphs, at most `MOST_SENTENCES`.

    Marks without a word are no sentence.
    """
    found: list[Sentence] = []
    for paragraph, line in enumerate(lines):
        for text in sentences_of(line, LONGEST_SENTENCE):
            key = tuple(tokens(text))
            if key:
                found.append(Sentence(text, key, paragraph))
            if len(found) == MOST_SENTENCES:
                return found
    return found
