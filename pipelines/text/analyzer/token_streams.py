"""The two streams of tokens of a text: main ones, and plain ones (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from pipelines.text.analyzer.stemmer import stem
from pipelines.text.analyzer.word_cutter import (
    MAX_WORD,
    WORD_OR_RUN,
    cut_words,
    has_runs,
    is_run,
    pieces_with_positions,
    plain_pieces,
)
from pipelines.text.folding import fold_for_search, fold_with_positions


class Placed(NamedTuple):
    """A stream of tokens, and of each its [start, end) in the original text."""

    tokens: list[str]
    starts: list[int]
    ends: list[int]


def streams(text: str) -> tuple[list[str], list[str]]:
    """Return the main and the plain tokens of a text, in order: what an index stores."""
    folded = fold_for_search(text)
    cut = cut_words(folded)
    if not has_runs(folded):
        plain = _plain_words_of(cut, folded)
        return list(map(stem, plain)), plain
    main: list[str] = []
    plain = []
    for word in cut:
        if is_run(word):
            plain.extend(word)
            main.extend(_pairs_of(word))
        else:
            pieces = plain_pieces(word)
            plain.extend(pieces)
            main.extend(map(stem, pieces))
    return main, plain


def _pairs_of(run: str) -> Iterable[str]:
    """Return the overlapping pairs of a run; a lone character stands for itself."""
    if len(run) == 1:
        return run
    return map("".join, pairwise(run))


def _plain_words_of(words: list[str], folded: str) -> list[str]:
    """Return the plain tokens of a text without Chinese, cut into these words."""
    longest = max(words, key=len, default="")
    if "'" not in folded and len(longest) <= MAX_WORD:
        return words
    plain: list[str] = []
    for word in words:
        plain.extend(plain_pieces(word))
    return plain


def main_words(text: str) -> list[str]:
    """Return the main tokens of a text: stems and pairs of characters."""
    return streams(text)[0]


def plain_words(text: str) -> list[str]:
    """Return the plain tokens of a text: folded words, single Chinese characters."""
    return streams(text)[1]


def has_lone_character(text: str) -> bool:
    """Tell whether a Chinese character stands alone, where no pair can answer for it."""
    return any(len(word) == 1 and is_run(word) for word in cut_words(fold_for_search(text)))


def placed(text: str, *, plain: bool) -> Placed:
    """Return one stream of a text with the place of each token, for highlighting.

    The tokens are those of `streams`: the plain ones, or the main ones.
    """
    folded, starts, ends = fold_with_positions(text)
    stream = Placed([], [], [])
    for match in WORD_OR_RUN.finditer(folded):
        offset = match.start()
        for token, start, end in _tokens_with_positions(match.group(), plain=plain):
            stream.tokens.append(token)
            stream.starts.append(starts[offset + start])
            stream.ends.append(ends[offset + end - 1])
    return stream


def _tokens_with_positions(word: str, *, plain: bool) -> Sequence[tuple[str, int, int]]:
    """Return the tokens of a word or run of Chinese, each with its [start, end) in it."""
    tokens = []
    if is_run(word):
        width = 1 if plain else min(len(word), 2)
        for start in range(len(word) - width + 1):
            tokens.append((word[start : start + width], start, start + width))
        return tokens
    if "'" not in word and len(word) <= MAX_WORD:
        # Nearly every word. A generator for each would cost a third more.
        pieces: Iterable[tuple[str, int, int]] = ((word, 0, len(word)),)
    else:
        pieces = pieces_with_positions(word)
    if plain:
        return list(pieces)
    for piece, start, end in pieces:
        tokens.append((stem(piece), start, end))
    return tokens
