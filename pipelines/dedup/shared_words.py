"""How many words two texts have in common, as a reader would count them (pure).

Texts are compared by their shingles, runs of three words or six Chinese characters. A changed word breaks
three of them, so shares of shingles are smaller than shares of words. What is said to people is counted in
words, or in characters where a text has those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pipelines.model import TextPrint

#: Tokens of one shingle: three words, six Chinese characters.
_WORDS = 3
_CHARACTERS = 6
#: Two Chinese characters count as one word in a print. Words for each shingle below which most of a text is
#: Chinese: its shingles are as many as its characters.
_CHINESE = 0.75
_SHARED_RUN = re.compile(rb"\x01+")


class SharedWords(NamedTuple):
    """What a copy and its original have in common, in words or characters."""

    #: "words" or "characters": those of the copy.
    unit: str
    #: In common. Where one of them says something twice, it counts as often as the other says it.
    shared: int
    of_copy: int
    of_original: int
    #: The longest passage that nothing interrupts.
    longest: int
    #: What the copy prints above the first passage.
    above: int

    @property
    def own(self) -> int:
        """What the copy says beside the original."""
        return self.of_copy - self.shared

    @property
    def kept_share(self) -> float:
        return self.shared / self.of_original if self.of_original else 0.0

    @property
    def own_share(self) -> float:
        return self.own / self.of_copy if self.of_copy else 0.0


def count_shared(copy: TextPrint, original: TextPrint) -> SharedWords:
    """Count what two texts have in common."""
    length = _tokens_of_shingle(copy)
    length_of_original = _tokens_of_shingle(original)
    passages = list(_passages(copy, original, length))
    in_copy = _covered(passages)
    in_original = _covered(_passages(original, copy, length_of_original))
    longest = max((end - start for start, end in passages), default=0)
    return SharedWords(
        unit="characters" if length == _CHARACTERS else "words",
        shared=min(in_copy, in_original),
        of_copy=_tokens_of(copy, length),
        of_original=_tokens_of(original, length_of_original),
        longest=longest,
        above=passages[0][0] if passages else 0,
    )


def say_length(words: int, text: TextPrint) -> str:
    """Say a length in the unit of a text.

    `words` are those of a print: "80 words", or "160 characters" of a Chinese text.
    """
    if _tokens_of_shingle(text) == _CHARACTERS:
        return f"{_CHARACTERS // _WORDS * words} characters"
    return f"{words} words"


def say_passage(passage: float, text: TextPrint) -> str:
    """Say the length of a passage in the unit of a text.

    `passage` counts shingles, and two words behind the last one (`Overlap.passage`).
    """
    if _tokens_of_shingle(text) == _CHARACTERS:
        return f"{passage + _CHARACTERS - _WORDS:.0f} characters"
    return f"{passage:.0f} words"


def longest_passage(copy: TextPrint, original: TextPrint) -> tuple[int, int] | None:
    """Return where the longest passage stands in the copy.

    The [start, end) of its tokens, None without any passage.
    """
    passages = _passages(copy, original, _tokens_of_shingle(copy))
    return max(passages, key=lambda passage: passage[1] - passage[0], default=None)


def _passages(text: TextPrint, other: TextPrint, length: int) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text that the other has.

    Each is the [start, end) of its tokens.
    """
    # Done for every copy: a loop over shingles takes a fifth longer.
    marked = bytes(map(other.distinct.__contains__, text.shingles))
    for match in _SHARED_RUN.finditer(marked):
        start, end = match.span()
        yield start, end + length - 1


def _covered(passages: Iterator[tuple[int, int]] | list[tuple[int, int]]) -> int:
    """Count the tokens of passages, each once where two of them meet."""
    total = 0
    until = 0
    for start, end in passages:
        total += end - max(start, until)
        until = end
    return total


def _tokens_of_shingle(text: TextPrint) -> int:
    if text.words < _CHINESE * len(text.shingles):
        return _CHARACTERS
    return _WORDS


def _tokens_of(text: TextPrint, length: int) -> int:
    if not text.shingles:
        return 0
    return len(text.shingles) + length - 1
