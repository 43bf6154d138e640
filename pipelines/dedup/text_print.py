"""From a text to its print: cleaned, cut into tokens, hashed, winnowed.

    body ──► without boilerplate spans, without repeated paragraphs
         ──► folded: NFKC, case, quotation marks, dashes, traditional to simplified characters
         ──► tokens: a word of a Latin script, a number, or one Chinese character
         ──► shingles: three words, or six Chinese characters, or a mixture of the same weight
         ──► 32-bit hashes (CRC-32: the same on every machine, and the quickest there is)
         ──► winnowed: the least hash of each window of sixteen, in long texts of thirty-two, is a lookup key

One scheme serves every language, so a Chinese report with English names needs no decision about its
language. Winnowing (Schleimer, Wilkerson, Aiken 2003) guarantees that two texts which share eighteen words in
a row share a key, and thirty-four where one of them is long. Two texts of 1,000 words share one shingle by chance in 4,300 comparisons, far below any threshold;
keys are found by chance as rarely, and one alone never counts.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, chain, compress, repeat
from zlib import crc32

from pipelines.dedup.quotations import Read
from pipelines.model import MANY, Span, TextPrint
from pipelines.text.chinese_names import names_of
from pipelines.text.tokens import NUMBER, WORDS, Word, encoded, name_mark

SHINGLE_WEIGHT = 6
"""Weight of a shingle: a word weighs 2, a Chinese character 1. Chinese words have two characters on average."""
WINDOW, WIDE_WINDOW, LONG = 16, 32, 300
"""Shingles in a winnowing window, of texts of more than so many shingles in one twice as wide; about 2 in 17 shingles become keys, or 2 in 33: each
of these would be one of the first, so long texts and short ones find each other, and no set of real or made-up articles lost a copy. A passage that counts (35 words) has two at least; windows of
eight found no copy more on any set of real articles and cost twice as much."""
LONGEST = 500_000
"""Characters of a body that are read. The longest reports have a tenth of that; what is longer is a book or an attack."""


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a body, blank lines or single line breaks between them."""
    return [stripped for line in body.split("\n") if (stripped := line.strip())]


@lru_cache(maxsize=4096)  # asked for twice: to learn from an article, and to read it
def paragraph_hash(paragraph: str) -> int:
    """Return the 32-bit hash by which a paragraph that its source repeats is known: its letters, but for case and spaces."""
    plain = " ".join(paragraph.split()).casefold()
    return int.from_bytes(hashlib.blake2b(encoded(plain), digest_size=4).digest(), "big")


def cleaned(body: str, boilerplate: Sequence[Span], repeated: Collection[int] = ()) -> list[str]:
    """Return the paragraphs that are the report itself."""
    kept, at = [], 0
    for span in sorted(boilerplate, key=lambda span: (span.start, span.end)):
        if span.end > at:
            kept.append(body[at : max(at, span.start)])
            at = span.end
    kept.append(body[at:])
    parts = paragraphs("".join(kept) if len(kept) == 1 else " ".join(kept))
    if repeated:
        parts = [part for part in parts if paragraph_hash(part) not in repeated]
    return parts


def print_of(
    title: str,
    body: str,
    boilerplate: Sequence[Span] = (),
    lang: str | None = None,  # noqa: ARG001
    repeated: Collection[int] = (),
) -> TextPrint:
    """Return what dedup remembers of a text.

    `boilerplate` are the spans that the route marked, `repeated` the hashes of paragraphs that this
    source prints around everything (see `furniture`). A page of which nothing is left is known
    by its title; of a body longer than `LONGEST` the beginning is read. `lang` may be given by callers that know it; one scheme serves all languages.
    """
    read = Read.of(cleaned(body[:LONGEST], boilerplate, repeated))
    if not read.raw:
        read = Read.of(paragraphs(title[:LONGEST]))
    raw, plain = read.raw, read.plain
    weights = [WORDS[token][2] for token in raw] if read.is_mixed else [2] * len(raw)
    shingles = _shingle_hashes(plain, weights)
    distinct = frozenset(raw)
    known = {word: WORDS[word] for word in distinct if not "[" < word < "z"}  # none begins with a to y
    marks = {token: word[3] for token, word in known.items() if word[4] and _is_fact(token, word, distinct)}
    numbers = frozenset([word[3] for word in known.values() if word[4] == NUMBER])
    chinese = (
        [(at, len(name), name_mark(name)) for at, name in names_of("".join(raw))] if 1 in weights else []
    )
    text = TextPrint(
        exact=hashlib.blake2b(b" ".join(plain), digest_size=8).hexdigest() if plain else "",
        shingles=tuple(shingles),
        words=(sum(weights) + 1) // 2,
        quoted=_within(read.quotations, len(shingles)),
        numbers=numbers,
        names=frozenset(marks.values()) - numbers | {mark for _, _, mark in chinese},
        announced=tuple(at for at in read.announced if at < len(shingles)),
    )
    return replace(text, facts=_facts(raw, text.marks, marks, chinese))


def _facts(
    raw: Sequence[str],
    known: Sequence[int],
    marks: Mapping[str, int],
    chinese: Sequence[tuple[int, int, int]],
) -> bytes:
    """Return for each token which of the marks known it is, or belongs to (see `TextPrint.facts`).

    `marks` are those of the tokens that are names or numbers, `chinese` those of names of several characters: where each begins
    in the joined text, and its length.
    """
    which = dict(zip(known, range(1, MANY), strict=False))
    at_token = {token: which.get(mark, MANY) for token, mark in marks.items()}
    facts = bytearray(map(at_token.get, raw, repeat(0)))
    if chinese:
        ends = list(accumulate(map(len, raw)))
        for start, length, mark in chinese:
            for at in range(bisect_right(ends, start), bisect_right(ends, start + length - 1) + 1):
                facts[at] = which.get(mark, MANY)
    return bytes(facts)


def _is_fact(token: str, word: Word, distinct: Container[str]) -> bool:
    """Return whether a token is a number, or a word that never stands in lower case here: a name, nearly always."""
    return word[4] == NUMBER or token.lower() not in distinct


def _within(quotations: Sequence[tuple[int, int]], shingles: int) -> tuple[int, ...]:
    """Return (start, end, start, end, ...) of the shingles that begin inside a quotation of five words or more."""
    flat: list[int] = []
    for start, end in quotations:
        if end - start >= 5 and start < shingles:
            flat += (start, min(end, shingles))
    return tuple(flat)


def _shingle_hashes(words: Sequence[bytes], weights: Sequence[int]) -> list[int]:
    """Return the 32-bit hash of each shingle in order; a text lighter than one shingle has one of all it has."""
    if sum(weights) < SHINGLE_WEIGHT:
        return [crc32(b" ".join(words))] if words else []
    if 1 not in weights:
        return _hashes_of_runs(words, SHINGLE_WEIGHT // 2)
    if 2 not in weights:
        return _hashes_of_runs(words, SHINGLE_WEIGHT)
    return _hashes_of_weights(words, weights)


def _hashes_of_weights(words: Sequence[bytes], weights: Sequence[int]) -> list[int]:
    """Return the hash of each run of words that reaches the weight of a shingle, words of both weights mixed.

    All are hashed as if their weights were the usual one; the runs that hold another are then hashed anew, which in Chinese are few.
    """
    usual = 1 if weights.count(1) * 2 > len(weights) else 2
    length = SHINGLE_WEIGHT // usual
    before = list(accumulate(weights, initial=0))
    whole = bisect_right(before, before[-1] - SHINGLE_WEIGHT)
    hashes = _hashes_of_runs(words, length)[:whole]
    others = compress(range(len(words)), map(usual.__ne__, weights))
    anew = {start for at in others for start in range(max(at - length + 1, 0), min(at + 1, len(hashes)))}
    starts = chain(anew, range(len(hashes), whole))
    hashes += repeat(0, whole - len(hashes))
    for start in starts:
        end = bisect_left(before, before[start] + SHINGLE_WEIGHT)
        hashes[start] = crc32(b" ".join(words[start:end]))
    return hashes


def _hashes_of_runs(words: Sequence[bytes], length: int) -> list[int]:
    """Return the hash of each run of so many words. All of it happens in C: half of what a loop takes."""
    runs = zip(*(words[at:] for at in range(length)), strict=False)
    return list(map(crc32, map(b" ".join, runs)))


def winnow(hashes: Sequence[int], window: int) -> frozenset[int]:
    """Return the least hash of each window; of a text shorter than a window, the least of all.

    From one least hash to the next: the one ahead that is smaller still, or the least of the window that follows when it is left.
    """
    if len(hashes) <= window:
        return frozenset(hashes and (min(hashes),))
    least = min(hashes[:window])
    at = hashes.index(least)
    found = [least]
    while True:
        ahead = hashes[at + 1 : at + window]
        if ahead and min(ahead) <= least:
            at += 1 + next(n for n, value in enumerate(ahead) if value <= least)
        elif at + window < len(hashes):
            ahead = hashes[at + 1 : at + 1 + window]
            at += 1 + ahead.index(min(ahead))
        else:
            return frozenset(found)
        least = hashes[at]
        found.append(least)
