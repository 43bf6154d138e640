"""A folded text cut into words and runs of Chinese (pure).

The cuts are those of Lucene's standard tokenizer, so that a server gives the same tokens.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

#: Longer words are cut into pieces of this length, as Lucene's standard tokenizer does by default.
MAX_WORD = 255

#: What French drops a vowel from before an apostrophe: Lucene's own list.
ARTICLES = frozenset(["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"])

# Scripts whose characters Lucene cuts one by one. This is not `crawlers.scripts.CJK`: a server has to
# cut as we do, so the list follows its tokenizer, character by character.
CJK = (
    "\u1100-\u11ff\u3005\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U000323af"
)
FIRST_CJK = "\u1100"
_CJK_CHARACTER = re.compile(rf"[{CJK}]")

_WORD = rf"[^\W_{CJK}]"
_LETTER = rf"[^\W\d_{CJK}]"
_WORDS = rf"(?:[a-z0-9]++|{_WORD})++"
# A mark joins two parts of a word: an apostrophe between letters, a mark between digits.
_JOINED = rf"(?:'(?<={_LETTER}')(?={_LETTER})|[.,'](?<=\d[.,'])(?=\d)){_WORDS}"
WORD_CHARACTER = re.compile(_WORD)

# Plain English is cut without a look at every character: the marks inside words are put aside as
# control characters, and all others become spaces.
# It begins with what it looks for, so few places of a text are tried.
_INNER_MARK = re.compile(r"[.,'](?:(?<=[a-z]')(?=[a-z])|(?<=\d.)(?=\d))")
_ASIDE = {"'": "\x01", ".": "\x02", ",": "\x03"}
_MARK_PUT_ASIDE = dict(zip(_ASIDE.values(), _ASIDE.keys(), strict=True))


def _ascii_to_spaced() -> str:
    """Return what each ASCII character becomes, by its code.

    Letters and digits stay, marks put aside come back, all others become spaces.
    """
    spaced = []
    for char in map(chr, range(128)):
        spaced.append(char if char.isalnum() else _MARK_PUT_ASIDE.get(char, " "))
    return "".join(spaced)


_SPACED = _ascii_to_spaced()


@cache
def word_or_run() -> re.Pattern[str]:
    """Return the pattern of one word, or one run of Chinese, of a folded text.

    Compiled when a text asks for it: to do so takes 5 ms, and words in English need none.
    """
    return re.compile(rf"{_WORDS}(?:{_JOINED})*+|[{CJK}]++")


def is_cjk(folded_char: str) -> bool:
    """Tell whether a folded character's script writes words without spaces."""
    return _CJK_CHARACTER.match(folded_char) is not None


def is_run(word: str) -> bool:
    """Tell whether what was cut is a run of Chinese and no word."""
    # The comparison spares most words the regular expression.
    return word[0] >= FIRST_CJK and _CJK_CHARACTER.match(word) is not None


def cut_words(folded: str) -> list[str]:
    """Return the words and runs of Chinese of a folded text, in order."""
    if not folded.isascii() or any(aside in folded for aside in _MARK_PUT_ASIDE):
        return word_or_run().findall(folded)
    if "'" in folded or "." in folded or "," in folded:
        folded = _INNER_MARK.sub(_put_aside, folded)
    return folded.translate(_SPACED).split()


def _put_aside(mark: re.Match[str]) -> str:
    return _ASIDE[mark[0]]


def plain_pieces(word: str) -> Sequence[str]:
    """Return a word as the plain tokens it gives; nearly always one."""
    if "'" not in word and len(word) <= MAX_WORD:
        return (word,)
    pieces = []
    for piece, _start, _end in pieces_with_positions(word):
        pieces.append(piece)
    return pieces


def pieces_with_positions(word: str) -> Iterator[tuple[str, int, int]]:
    """Yield a word's plain tokens, each with its [start, end) in the word."""
    start, end = _without_elision(word)
    for piece_start in range(start, end, MAX_WORD):
        piece_end = min(piece_start + MAX_WORD, end)
        piece = word[piece_start:piece_end].replace("'", "")
        if piece:
            yield piece, piece_start, piece_end


def _without_elision(word: str) -> tuple[int, int]:
    """Return the [start, end) of a word without French article and possessive 's."""
    start, end = 0, len(word)
    head, apostrophe, _ = word.partition("'")
    if apostrophe and head in ARTICLES:
        start = len(head) + 1
    if end - start > 2 and word.endswith("'s"):
        end -= 2
    return start, end
