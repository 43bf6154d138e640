"""From a text to its print: cleaned, cut into tokens, hashed, winnowed.

    body ──► without boilerplate spans, without repeated paragraphs
         ──► folded: NFKC, case, quotation marks, dashes, traditional to simplified characters
         ──► tokens: a word of a Latin script, a number, or one Chinese character
         ──► shingles: three words, or six Chinese characters, or a mixture of the same weight
         ──► 32-bit hashes (CRC-32: the same on every machine, and the quickest there is)
         ──► winnowed: the least hash of each window is a lookup key

One scheme serves every language, so a Chinese report with English names needs no decision about its
language. Winnowing (Schleimer, Wilkerson, Aiken 2003, https://doi.org/10.1145/872757.872770) guarantees
that two texts which share eighteen words in a row share a key, and thirty-four where one of them is long.
Two texts of 1,000 words share one shingle by chance in 4,300 comparisons, far below any threshold; keys
are found by chance as rarely, and one alone never counts.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, chain, compress, repeat
from zlib import crc32

from pipelines.dedup.captions import without_captions
from pipelines.dedup.quotations import Report
from pipelines.model import MANY, Span, TextPrint, without_spans
from pipelines.text.chinese_names import names_of
from pipelines.text.tokens import CJK_CHARACTER, WORDS, Kind, encoded, name_mark

#: Weight of a shingle: a word weighs 2, a Chinese character 1. Chinese words have two characters on average.
SHINGLE_WEIGHT = 6
#: Shingles in a winnowing window: about 2 in 17 shingles become keys. A passage that counts (35 words) has
#: two at least. Windows of eight found no copy more on any set of real articles and cost twice as much.
WINDOW = 16
#: The window of a long text: about 2 in 33 shingles become keys, and each would be one in the narrow window
#: too. So long texts and short ones find each other, and no set of articles lost a copy.
WIDE_WINDOW = 32
#: Shingles above which a text is long.
LONG = 300
#: Characters of a body that are read. The longest reports have a tenth of that; what is longer is a book or
#: an attack.
LONGEST = 500_000

#: Tokens of the shortest quotation that counts as one. Shorter ones are a name or a turn of phrase.
_SHORTEST_QUOTATION = 5
#: Paragraphs whose hashes are kept: each is asked for twice, to learn from an article and to read it.
_PARAGRAPHS_KEPT = 1024

#: Where a name of several Chinese characters begins in the joined text, its length, its mark.
_ChineseName = tuple[int, int, int]


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a body, parted by line breaks."""
    found = []
    for line in body.split("\n"):
        stripped = line.strip()
        if stripped:
            found.append(stripped)
    return found


@lru_cache(maxsize=_PARAGRAPHS_KEPT)
def paragraph_hash(paragraph: str) -> int:
    """Return the 32-bit hash by which a paragraph is known.

    Case and spaces make no difference.
    """
    plain = " ".join(paragraph.split()).casefold()
    return int.from_bytes(hashlib.blake2b(encoded(plain), digest_size=4).digest(), "big")


def report_paragraphs(body: str, boilerplate: Sequence[Span], repeated: Collection[int] = ()) -> list[str]:
    """Return the paragraphs that are the report itself.

    `boilerplate` are spans to leave out, `repeated` the hashes of paragraphs to leave out.
    """
    parts = without_captions(paragraphs(without_spans(body, boilerplate)))
    if not repeated:
        return parts
    return [part for part in parts if paragraph_hash(part) not in repeated]


def print_of(
    title: str,
    body: str,
    boilerplate: Sequence[Span] = (),
    lang: str | None = None,  # noqa: ARG001
    repeated: Collection[int] = (),
) -> TextPrint:
    """Return what dedup remembers of a text.

    `boilerplate` are the spans that the route marked, `repeated` the hashes of paragraphs that this source
    prints around everything (see `boilerplate`). A page of which nothing is left is known by its title. Of
    a body longer than `LONGEST` the beginning is read. `lang` may be given by callers that know it; one
    scheme serves all languages.
    """
    report = Report.read(report_paragraphs(body[:LONGEST], boilerplate, repeated))
    if not report.raw:
        report = Report.read(paragraphs(title[:LONGEST]))
    raw, plain = report.raw, report.plain
    weights = _weights_of(report)
    shingles = _shingle_hashes(plain, weights)
    marks, numbers = _facts_by_token(raw)
    chinese = _chinese_names(raw) if 1 in weights else []
    names = set(marks.values()) - numbers
    for _start, _length, mark in chinese:
        names.add(mark)
    text = TextPrint(
        exact=_exact_hash(plain),
        shingles=tuple(shingles),
        words=(sum(weights) + 1) // 2,
        quoted=_quoted_ranges(report.quotations, len(shingles)),
        numbers=numbers,
        names=frozenset(names),
        announced=tuple(at for at in report.announced if at < len(shingles)),
    )
    return replace(text, facts=_facts(raw, text.marks, marks, chinese))


def opening_print_of(lines: Sequence[str]) -> TextPrint:
    """Return a print of a few lines by which texts with the same words are found.

    It takes a third of the time of `print_of`, and tells nothing else: no names, no quotations.
    """
    report = Report()
    for line in lines:
        report.add_plainly(line)
    weights = _weights_of(report)
    return TextPrint(
        exact=_exact_hash(report.plain),
        shingles=tuple(_shingle_hashes(report.plain, weights)),
        words=(sum(weights) + 1) // 2,
    )


def _exact_hash(words: Sequence[bytes]) -> str:
    """Return the hash of all words of a text, "" of one without any."""
    if not words:
        return ""
    return hashlib.blake2b(b" ".join(words), digest_size=8).hexdigest()


# -- names and numbers ------------------------------------------------------------------------------------


def _facts_by_token(raw: Sequence[str]) -> tuple[dict[str, int], frozenset[int]]:
    """Return the marks of facts by token, and of all numbers.

    Facts are names and numbers.
    """
    distinct = frozenset(raw)
    marks = {}
    numbers = set()
    for token in distinct:
        # Most words begin with a small letter, a to y, and are neither. To compare is cheaper than to
        # look up. L'Hérault is a name behind l'.
        if "[" < token < "z" and "'" not in token:
            continue
        word = WORDS[token]
        if word.kind is Kind.NUMBER:
            marks[token] = word.hash
            numbers.add(word.hash)
        elif word.kind is Kind.NAME and token.lower() not in distinct:
            # It never stands in lower case here, so it is a name, nearly always.
            marks[token] = word.hash
    return marks, frozenset(numbers)


def _chinese_names(raw: Sequence[str]) -> list[_ChineseName]:
    found = []
    for start, name in names_of("".join(raw)):
        found.append((start, len(name), name_mark(name)))
    return found


def _facts(
    raw: Sequence[str],
    known: Sequence[int],
    marks: Mapping[str, int],
    chinese: Sequence[_ChineseName],
) -> bytes:
    """Return for each token which mark it belongs to.

    See `TextPrint.facts`. `marks` are those of the tokens that are names or numbers.
    """
    numbers = dict(zip(known, range(1, MANY), strict=False))
    number_of_token = {}
    for token, mark in marks.items():
        number_of_token[token] = numbers.get(mark, MANY)
    # In C, a look-up for each token of the text.
    facts = bytearray(map(number_of_token.get, raw, repeat(0)))
    if chinese:
        ends = list(accumulate(map(len, raw)))
        for start, length, mark in chinese:
            first, last = bisect_right(ends, start), bisect_right(ends, start + length - 1)
            for at in range(first, last + 1):
                facts[at] = numbers.get(mark, MANY)
    return bytes(facts)


def _quoted_ranges(quotations: Sequence[tuple[int, int]], shingles: int) -> tuple[int, ...]:
    """Return (start, end, start, end, ...) of the shingles that begin in quotations."""
    ranges: list[int] = []
    for start, end in quotations:
        if end - start >= _SHORTEST_QUOTATION and start < shingles:
            ranges += (start, min(end, shingles))
    return tuple(ranges)


# -- shingles ---------------------------------------------------------------------------------------------
# These loops take half of the time of a print, so what is done for each token is done in C, by `map` and
# `zip`. Written as loops of Python they take twice as long (`python -m maplewire_bench.dedup`).


def _weights_of(report: Report) -> list[int]:
    if not report.is_mixed:
        return [2] * len(report.raw)
    weight_of = dict.fromkeys(report.raw, 2)
    weight_of.update(dict.fromkeys(filter(CJK_CHARACTER.fullmatch, weight_of), 1))
    return [weight_of[token] for token in report.raw]


def _shingle_hashes(words: Sequence[bytes], weights: Sequence[int]) -> list[int]:
    """Return the 32-bit hash of each shingle, in order.

    A text lighter than one shingle has one of all it has.
    """
    if sum(weights) < SHINGLE_WEIGHT:
        if not words:
            return []
        return [crc32(b" ".join(words))]
    if 1 not in weights:
        return _hashes_of_runs(words, SHINGLE_WEIGHT // 2)
    if 2 not in weights:
        return _hashes_of_runs(words, SHINGLE_WEIGHT)
    return _hashes_of_weights(words, weights)


def shingles_of_words(words: Sequence[str]) -> frozenset[int]:
    """Return the shingles of a few words, as a text has them."""
    known = [WORDS[word] for word in words]
    encoded_words = [word.encoded for word in known]
    weights = [word.weight for word in known]
    return frozenset(_shingle_hashes(encoded_words, weights))


def _hashes_of_weights(words: Sequence[bytes], weights: Sequence[int]) -> list[int]:
    """Return the hash of each run of words that reaches the weight of a shingle.

    Words of both weights are mixed. All are hashed as if their weights were the usual one; the runs that
    hold another are then hashed anew, which in Chinese are few.
    """
    usual = 1 if weights.count(1) * 2 > len(weights) else 2
    length = SHINGLE_WEIGHT // usual
    weight_before = list(accumulate(weights, initial=0))
    shingles = bisect_right(weight_before, weight_before[-1] - SHINGLE_WEIGHT)
    hashes = _hashes_of_runs(words, length)[:shingles]
    unusual = compress(range(len(words)), map(usual.__ne__, weights))
    anew: set[int] = set()
    for at in unusual:
        anew.update(range(max(at - length + 1, 0), min(at + 1, len(hashes))))
    missing = range(len(hashes), shingles)
    hashes += repeat(0, len(missing))
    for start in chain(anew, missing):
        end = bisect_left(weight_before, weight_before[start] + SHINGLE_WEIGHT)
        hashes[start] = crc32(b" ".join(words[start:end]))
    return hashes


def _hashes_of_runs(words: Sequence[bytes], length: int) -> list[int]:
    """Return the hash of each run of so many words."""
    runs = zip(*(words[at:] for at in range(length)), strict=False)
    return list(map(crc32, map(b" ".join, runs)))


def winnow(hashes: Sequence[int], window: int) -> frozenset[int]:
    """Return the least hash of each window.

    Of a text shorter than a window, the least of all. From one least hash it goes on to the next: the one
    ahead that is not greater, or the least of the window that follows when it is left.
    """
    if not hashes:
        return frozenset()
    if len(hashes) <= window:
        return frozenset((min(hashes),))
    at = hashes.index(min(hashes[:window]))
    found = [hashes[at]]
    while True:
        following = _next_least(hashes, at, window)
        if following is None:
            return frozenset(found)
        at = following
        found.append(hashes[at])


def _next_least(hashes: Sequence[int], at: int, window: int) -> int | None:
    """Return where the next least hash is, or None at the end."""
    least = hashes[at]
    ahead = hashes[at + 1 : at + window]
    # To ask for the least of all is quicker than to look for the first that is not greater.
    if ahead and min(ahead) <= least:
        return at + 1 + next(n for n, value in enumerate(ahead) if value <= least)
    if at + window < len(hashes):
        ahead = hashes[at + 1 : at + 1 + window]
        return at + 1 + ahead.index(min(ahead))
    return None
