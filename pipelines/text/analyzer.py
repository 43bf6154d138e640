"""Text as the search sees it: one analyzer for every language, for documents and for queries.

    text ──► fold ──► cut into words and runs of Chinese ──► l' and 's off ──┬──► stem, pairs      (main)
             │                                                               └──► as folded, single (plain)
             └─ compatibility forms, case, accents, traditional → simplified, apostrophes

Two streams of tokens come out of a text. The *main* one answers words and phrases: Latin words are
stemmed by Porter's algorithm whatever the language, and a run of Chinese becomes its overlapping pairs, so that a
word of two characters is one token and a longer one a phrase of pairs. The *plain* one answers prefixes,
wildcards and single characters: words unstemmed, Chinese characters one by one.

Why no language-specific chain: half of our queries are typed in one language and meant for three, names
above all, and a text whose language was detected wrongly would be lost. One chain for all has one answer.

Any Lucene server can do the same with stock parts, in this order: a `mapping` char filter of
`character_folds()`, a `pattern_replace` char filter that turns every full stop without digits on both sides
into a space, the `standard` tokenizer, `elision` with `ARTICLES`, the possessive stemmer, the removal of
apostrophes left, then `porter_stem` and `cjk_bigram` for the main stream, or `cjk_bigram` with `output_unigrams` for
the plain one. Queries are analysed here for every index, so an index only has to agree on documents. (Compared token by token
with Lucene 9.12 on 40,000 lines of real endings and random marks in three scripts: no difference. What differs
is Korean glued to Latin letters, and the Japanese 々.)
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from pipelines.text.folding import character_folds, fold_for_search, fold_with_positions, keyword

__all__ = [
    "ANALYSIS_VERSION",
    "ARTICLES",
    "MAX_WORD",
    "WORD_CHARACTER",
    "Placed",
    "Places",
    "character_folds",
    "has_lone_character",
    "is_cjk",
    "keyword",
    "literal_head",
    "main_words",
    "near_starts",
    "phrase_starts",
    "placed",
    "places",
    "plain_words",
    "starting_with",
    "stem",
    "streams",
    "wildcard",
]

ANALYSIS_VERSION = 1
"""Grows whenever the same text would give other tokens: an index of another version has to be rebuilt."""

MAX_WORD = 255
"""Longer words are cut into pieces of this length, as Lucene's standard tokenizer does by default."""

ARTICLES = frozenset(["l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu"])
"""What French drops a vowel from before an apostrophe; Lucene's own list."""


class Placed(NamedTuple):
    """A stream of tokens with the characters [start, end) of the original text that each stands for."""

    tokens: list[str]
    starts: list[int]
    ends: list[int]


# -- cutting ---------------------------------------------------------------------------------------------

_CJK = (
    "\u1100-\u11ff\u3005\u3007\u3021-\u3029\u3031-\u3035\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U000323af"
)
_WORD = rf"[^\W_{_CJK}]"
_LETTER = rf"[^\W\d_{_CJK}]"
_WORDS = rf"(?:[a-z0-9]++|{_WORD})++"
_CUT = re.compile(
    rf"{_WORDS}(?:(?:'(?<={_LETTER}')(?={_LETTER})|[.,'](?<=\d[.,'])(?=\d)){_WORDS})*+|[{_CJK}]++"
)
# Plain English is cut without looking at every character: the marks inside words are put aside, all others become spaces.
_INNER = re.compile(r"'(?<=[a-z]')(?=[a-z])|(?<=\d)[.,'](?=\d)")
_ASIDE = {"'": "\x01", ".": "\x02", ",": "\x03"}
_BACK = {aside: mark for mark, aside in _ASIDE.items()}
_SPACED = "".join(c if c.isalnum() else _BACK.get(c, " ") for c in map(chr, range(128)))
_RUN = re.compile(rf"[{_CJK}]")
WORD_CHARACTER = re.compile(_WORD)


def is_cjk(folded_char: str) -> bool:
    """Tell whether a folded character belongs to a script that writes words without spaces."""
    return _RUN.match(folded_char) is not None


def _cut(folded: str) -> list[str]:
    """Return the words and runs of Chinese of a folded text, in order."""
    if not folded.isascii() or any(aside in folded for aside in _BACK):
        return _CUT.findall(folded)
    if "'" in folded or "." in folded or "," in folded:
        folded = _INNER.sub(lambda mark: _ASIDE[mark[0]], folded)
    return folded.translate(_SPACED).split()


def _bare(word: str) -> tuple[int, int]:
    """Return where a word with apostrophes starts and ends without its article and its possessive 's."""
    start, end = 0, len(word)
    head, apostrophe, _ = word.partition("'")
    if apostrophe and head in ARTICLES:
        start = len(head) + 1
    if end - start > 2 and word.endswith("'s"):
        end -= 2
    return start, end


def _pieces(word: str) -> Iterator[tuple[str, int, int]]:
    """Yield a word of the cutter as plain tokens with their places in it; nearly always one."""
    start, end = _bare(word) if "'" in word else (0, len(word))
    for at in range(start, end, MAX_WORD):
        stop = min(at + MAX_WORD, end)
        if bare := word[at:stop].replace("'", ""):
            yield bare, at, stop


def streams(text: str) -> tuple[list[str], list[str]]:
    """Return the main and the plain tokens of a text, in order: what an index stores."""
    folded = fold_for_search(text)
    cut = _cut(folded)
    if folded.isascii() or not _RUN.search(folded):  # no Chinese: one list serves both, word by word
        if "'" in folded or len(max(cut, key=len, default="")) > MAX_WORD:
            cut = [piece for word in cut for piece in _plain_pieces(word)]
        return list(map(stem, cut)), cut
    main: list[str] = []
    plain: list[str] = []
    for found in cut:
        if found[0] >= "\u1100" and _RUN.match(found):
            plain.extend(found)
            main.extend(map("".join, pairwise(found)) if len(found) > 1 else found)
        else:
            pieces = _plain_pieces(found)
            plain.extend(pieces)
            main.extend(map(stem, pieces))
    return main, plain


def _plain_pieces(word: str) -> Sequence[str]:
    if "'" not in word and len(word) <= MAX_WORD:
        return (word,)
    return [piece for piece, _, _ in _pieces(word)]


def main_words(text: str) -> list[str]:
    """Return the main tokens of a text: stems and pairs of characters."""
    return streams(text)[0]


def plain_words(text: str) -> list[str]:
    """Return the plain tokens of a text: folded words as written, and single Chinese characters."""
    return streams(text)[1]


def has_lone_character(text: str) -> bool:
    """Tell whether a Chinese character stands alone in a text, where no pair can answer for it."""
    return any(len(found) == 1 and is_cjk(found) for found in _cut(fold_for_search(text)))


def placed(text: str, *, plain: bool) -> Placed:
    """Return one stream of a text with the place of each token in it, for highlighting."""
    folded, starts, ends = fold_with_positions(text)
    found = Placed([], [], [])
    for match in _CUT.finditer(folded):
        word, at = match.group(), match.start()
        if word[0] >= "\u1100" and _RUN.match(word):
            pairs = (
                [(word, 0, 1)]
                if len(word) == 1
                else [(word[i : i + 2], i, i + 2) for i in range(len(word) - 1)]
            )
            pieces = [(c, i, i + 1) for i, c in enumerate(word)] if plain else pairs
        elif "'" in word or len(word) > MAX_WORD:
            pieces = [(piece if plain else stem(piece), start, end) for piece, start, end in _pieces(word)]
        else:
            pieces = [(word if plain else stem(word), 0, len(word))]
        for token, start, end in pieces:
            found.tokens.append(token)
            found.starts.append(starts[at + start])
            found.ends.append(ends[at + end - 1])
    return found


# -- stemming --------------------------------------------------------------------------------------------


@cache
def _porter() -> Any:
    from snowballstemmer import stemmer

    return stemmer("porter")


_ENDING = re.compile(r"(bl|log)(?:[yi](?:s|ed|ing)?|ies)$")


class _Stems(dict[str, str]):
    """Stems by word, worked out when first met and forgotten all at once when they are too many."""

    def __missing__(self, word: str) -> str:
        if len(self) >= 1 << 17:
            self.clear()
        self[word] = stemmed = _stem(word)
        return stemmed


stem = _Stems().__getitem__
"""Return the stem of a folded word; what it does is said at `_stem`."""


def _stem(word: str) -> str:
    """Return the stem of a folded word by Porter's algorithm, as Lucene's PorterStemFilter gives it.

    Snowball's "porter" keeps to the paper. Lucene follows Porter's own program, which departs from it in three
    points: words of one or two letters stay, `-bli` becomes `-ble`, and `-logi` becomes `-log`. The last two
    are done beforehand, on the endings from which the first step makes `-bli` and `-logi`.
    """
    if len(word) <= 2 or not word[-1].isascii():
        return word
    found = _ENDING.search(word)
    if found and _has_syllable(word[: found.start()]):
        word = word[: found.start()] + ("ble" if found[1] == "bl" else "log")
    stemmed: str = _porter().stemWord(word)
    return stemmed


_SYLLABLE = re.compile(r"(?:[aeiou]|(?<=[^aeiou])y).*?(?:[^aeiouy]|(?<=[aeiou])y)")


def _has_syllable(head: str) -> bool:
    """Tell whether a vowel is followed by a consonant, Porter's measure above zero."""
    return _SYLLABLE.search(head) is not None


# -- looking tokens up -----------------------------------------------------------------------------------

Places = Mapping[str, Sequence[int]]


def places(stream: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions of each token in a stream, ascending."""
    found: dict[str, list[int]] = {}
    for position, token in enumerate(stream):
        found.setdefault(token, []).append(position)
    return found


def phrase_starts(where: Places, phrase: Sequence[str]) -> list[int]:
    """Return the positions at which these tokens stand side by side."""
    if any(token not in where for token in phrase):
        return []
    starts = set(where[phrase[0]])
    for offset, token in enumerate(phrase[1:], 1):
        starts &= {position - offset for position in where[token]}
    return sorted(starts)


def near_starts(where: Places, pieces: Sequence[Sequence[str]], slop: int) -> list[tuple[int, ...]]:
    """Return stretches in which all pieces occur with at most `slop` tokens between, as one start per piece.

    For each first piece the nearest others behind it are taken: if any choice fits, that one does.
    """
    starts = [phrase_starts(where, piece) for piece in pieces]
    allowed = slop + sum(map(len, pieces))
    found = []
    for first in sorted({start for some in starts for start in some}):
        chosen = [bisect_left(some, first) for some in starts]
        if any(place == len(some) for place, some in zip(chosen, starts, strict=True)):
            break
        at = tuple(some[place] for place, some in zip(chosen, starts, strict=True))
        end = max(start + len(piece) for start, piece in zip(at, pieces, strict=True))
        if end - first <= allowed:
            found.append(at)
    return found


def starting_with(prefix: str, vocabulary: Sequence[str]) -> Iterator[str]:
    """Yield the words of a sorted vocabulary that start with `prefix`, in order."""
    for place in range(bisect_left(vocabulary, prefix), len(vocabulary)):
        if not vocabulary[place].startswith(prefix):
            return
        yield vocabulary[place]


def wildcard(pattern: str) -> re.Pattern[str]:
    """Return what a whole word has to match: `*` any characters, `?` one, both literal after a backslash."""
    parts = re.findall(r"\\.|.", pattern, re.DOTALL)
    meaning = {"*": ".*", "?": "."}
    return re.compile("".join(meaning.get(part) or re.escape(part[-1]) for part in parts), re.DOTALL)


def literal_head(pattern: str) -> str:
    """Return the characters before the first wildcard, with which every match begins."""
    head = re.match(r"(?:\\.|[^*?\\])*", pattern, re.DOTALL)
    return re.sub(r"\\(.)", r"\1", head[0], flags=re.DOTALL) if head else ""
