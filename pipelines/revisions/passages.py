"""What the passages of a diff say: before, after, how many words (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from pipelines.model import Edit, Passage
from pipelines.revisions.facts import count_words
from pipelines.text.text_length import cut_line
from pipelines.text.tokens import tokens

_LONGEST_SHOWN = 120


def changed_passages(edit: Edit) -> tuple[Passage, ...]:
    """Return the passages that changed, in reading order."""
    found: list[Passage] = []
    for passage in edit.passages:
        if passage.how != "kept":
            found.append(passage)
    return tuple(found)


def text_before(passage: Passage) -> str:
    """Return a passage as it was; empty where it was added."""
    return "".join(piece.text for piece in passage.pieces if piece.how != "added").strip()


def text_after(passage: Passage) -> str:
    """Return a passage as it is; empty where it was removed."""
    return "".join(piece.text for piece in passage.pieces if piece.how != "removed").strip()


class Amount(NamedTuple):
    """A number of sentences and of the words in them."""

    sentences: int
    words: int


def count_whole(passages: Iterable[Passage], kind: Literal["added", "removed"]) -> Amount:
    """Return how many sentences are only in one of the texts, and the words in them."""
    sentences = 0
    words = 0.0
    for passage in passages:
        if passage.how == kind:
            sentences += 1
            words += count_words(tokens(passage.pieces[0].text))
    return Amount(sentences, round(words))


def count_changed_words(passages: Iterable[Passage]) -> float:
    """Return the words that changed.

    Of each passage those removed or those added, whichever are more.
    """
    changed = 0.0
    for passage in passages:
        removed = _count_words_of(passage, "removed")
        added = _count_words_of(passage, "added")
        changed += max(removed, added)
    return changed


def _count_words_of(passage: Passage, kind: Literal["added", "removed"]) -> float:
    words = 0.0
    for piece in passage.pieces:
        if piece.how == kind:
            words += count_words(tokens(piece.text))
    return words


def count_words_after(passages: Sequence[Passage]) -> float:
    """Return the words of the whole text as it is."""
    return sum(count_words(tokens(text_after(passage))) for passage in passages)


def shorten(text: str) -> str:
    """Return a text for a list of reasons: on one line, at most 120 characters."""
    return cut_line(" ".join(text.split()), _LONGEST_SHOWN)
