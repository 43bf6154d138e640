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
import html
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import accumulate, chain, compress, repeat
from zlib import crc32

from pipelines.dedup.han import names_of
from pipelines.model import MANY, Span, TextPrint

SHINGLE_WEIGHT = 6
"""Weight of a shingle: a word weighs 2, a Chinese character 1. Chinese words have two characters on average."""
WINDOW, WIDE_WINDOW, LONG = 16, 32, 300
"""Shingles in a winnowing window, of texts of more than so many shingles in one twice as wide; about 2 in 17 shingles become keys, or 2 in 33: each
of these would be one of the first, so long texts and short ones find each other, and no set of real or made-up articles lost a copy. A passage that counts (35 words) has two at least; windows of
eight found no copy more on any set of real articles and cost twice as much."""
LONGEST = 500_000
"""Characters of a body that are read. The longest reports have a tenth of that; what is longer is a book or an attack."""

_CJK = "぀-ヿ㐀-䶿一-鿿豈-﫿"
_HAS_CJK = re.compile(f"[{_CJK}]")
_TOKEN = re.compile(rf"[{_CJK}]|\d+(?:[.,]\d+)*|[^\W\d_{_CJK}]+(?:'[^\W\d_{_CJK}]+)*")
_ASCII_TOKEN = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*|[0-9]+(?:[.,][0-9]+)*")
"""The same tokens of a text that is nothing but ASCII, which most English is once it is folded, in two thirds of the time."""
_BETWEEN = str.maketrans({code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "'")})
_LOOSE_APOSTROPHE = re.compile("'(?:(?![A-Za-z])|(?<![A-Za-z]'))")
_ODD_NUMBER = re.compile("[0-9](?:[.,][0-9]|[A-Za-z]|(?<=[A-Za-z][0-9]))")
"""The same tokens again are what spaces cut, once all else is a space: in a fifth of the time, where no number holds anything but digits."""
_FOLDED = {
    **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
    **dict.fromkeys("“”„‟″«»「」『』〝〞", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
_FOLDABLE = re.compile(f"[{''.join(_FOLDED)}]")
_QUOTED = re.compile(
    r"""(?:(?<!\S)"|"(?=\S))[^"]+(?:(?<=\s)"(?=\w)[^"]*)*+(?:"|$)"""
    r"""|(?<![\w'])'(?=\w)(?:[^']|(?<=\w)'(?=\w)){12,}+(?<=[\w.,!?…])'(?!\w)"""
)
"""Folded marks. One with text before it and none behind it only closes; one with a space before it and a word behind it opens, also inside
a quotation, since English opens every paragraph of a long one anew. A single mark opens before a word and closes behind it; inside a word it is an apostrophe.
What it encloses never reaches past the next opening mark, so that a line of a million of them is read once."""
_NESTED = re.compile("“[^“”]*+(?:“[^“”]*+”[^“”]*+)*+”|“[^”]*|«[^»]*|「[^」]*|『[^』]*")
"""A quotation in directed marks, with what it quotes itself: of one that is closed twice the second mark counts."""
_NESTS = re.compile('“[^“”"«]*[“"«]|«[^«»]*[“"]|「[^「」]*[『“"]|『[^『』]*[「“"]')
_MARKS = str.maketrans("", "", '"“”„‟″«»「」『』〝〞')
_DIRECTED = re.compile("[“”«»「」『』]")
_OPENING = "“«「『"
_CREDIT = 20
"""Tokens at the head of a page in which "Via the Gazette:" is a credit for all that follows."""
_SAYING = re.compile(
    r"\b(?:reads?|sa(?:id|ys?)|writes?|wrote|written|full|letter|note|message|statement|readout|transcript|post(?:s|ed)?|tweet(?:s|ed)?|"
    r"quot(?:es?|ed|ing)|release|told|add(?:s|ed)|according|reports?|reported|claims?|states?|article|excerpts?|"
    r"dit|écri(?:t|vait|vent)|déclar[eé]|ajout[eé]|lettre|message|communiqué|texte|intégral|selon)\b|[说称道文下]|表示|指出",
    re.IGNORECASE,
)
_SAID_INSIDE = re.compile(
    r"\b(?:in full|reads?|readout|letter|statement|communiqué|lettre|texte intégral)\b[^:.\n]{0,40}:(?=\s*\w)|(?:全文|如下|声明):(?=\w)",
    re.IGNORECASE,
)
"""A document announced inside a paragraph, without marks around it."""
_CREDITING = re.compile(r"(?:from|via)\b", re.IGNORECASE)
"""A paragraph with a colon at its end announces the next one where it says that somebody says something, or whom it is from."""
_GOES_ON = 8
"""Paragraphs over which a quotation may go on without marks."""
_SPEECH = 12
_TO_THEMSELVES = 25
_FIRST_PERSON = frozenset(
    "I We we Our our us My my me nous Nous notre Notre nos Nos Je je mon Mon mes 我".split()  # noqa: SIM905
)
"""Who speaks of himself twice, and once in 25 words or characters, outside quotation marks is no reporter: a letter, a statement."""
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,};?")
"""A character reference that names no character. Python refuses to read a number of thousands of digits."""
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")


@cache
def _simplified() -> dict[int, str]:
    """Return the table of traditional to simplified characters (one for one, no phrases)."""
    from opencc import OpenCC  # loaded with the first Chinese text

    ranges = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
    characters = [chr(code) for codes in ranges for code in codes]
    folded = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    return {
        ord(old): new for old, new in zip(characters, folded, strict=True) if old != new and len(new) == 1
    }


def fold(text: str) -> str:
    """Return `text` with its typography made plain: entities, widths, quotation marks, dashes, variants.

    Letter case stays, because it tells names from words.
    """
    if "&" in text:
        text = html.unescape(_LONG_REFERENCE.sub(" ", text))
    if text.isascii():
        return text
    text = _FOLDABLE.sub(_folded, text)
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = _FOLDABLE.sub(_folded, unicodedata.normalize("NFKC", text))
    return text.translate(_simplified()) if _HAS_CJK.search(text) else text


def _folded(match: re.Match[str]) -> str:
    return _FOLDED[match.group()]


def tokens(text: str) -> list[str]:
    """Return the tokens of a short text (a title, a paragraph), folded and without case."""
    return [_words[token][0] for token in _TOKEN.findall(fold(text))]


_Word = tuple[str, bytes, int, int, int]
"""A token as it is compared, the same in bytes, its weight, its 32-bit hash, and what it may be."""
_ANY, _NUMBER, _NAME = range(3)
_WORDS_KEPT = 300_000
_LETTERS_KEPT = 40


class _Words(dict[str, _Word]):
    """What is known of each token; a bounded memory makes that a lookup nearly always."""

    def __missing__(self, token: str) -> _Word:
        plain = _plain(token)
        encoded = _bytes(plain)
        may_be = _NUMBER if token[0].isdigit() else _NAME if len(token) > 2 and token[0].isupper() else _ANY
        word = plain, encoded, 1 if is_chinese(plain) else 2, crc32(encoded), may_be
        if len(self) > _WORDS_KEPT:
            self.clear()
        if len(token) <= _LETTERS_KEPT:
            self[token] = word
        return word


_words = _Words()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def name_mark(token: str) -> int:
    """Return what stands for a name in `TextPrint.names`, in whatever case it is written."""
    return _words[token][3]


def _plain(token: str) -> str:
    """Return a token without case and apostrophes, numbers in one notation."""
    if token[0].isdigit():
        return _THOUSANDS.sub("", token).replace(",", ".")
    return token.casefold().replace("'", "")


def paragraphs(body: str) -> list[str]:
    """Return the paragraphs of a body, blank lines or single line breaks between them."""
    return [stripped for line in body.split("\n") if (stripped := line.strip())]


@lru_cache(maxsize=4096)  # asked for twice: to learn from an article, and to read it
def paragraph_hash(paragraph: str) -> int:
    """Return the 32-bit hash by which a paragraph that its source repeats is known: its letters, but for case and spaces."""
    plain = " ".join(paragraph.split()).casefold()
    return int.from_bytes(hashlib.blake2b(_bytes(plain), digest_size=4).digest(), "big")


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
    read = _Read.of(cleaned(body[:LONGEST], boilerplate, repeated))
    if not read.raw:
        read = _Read.of(paragraphs(title[:LONGEST]))
    raw, plain = read.raw, read.plain
    weights = [_words[token][2] for token in raw] if read.is_mixed else [2] * len(raw)
    shingles = _shingle_hashes(plain, weights)
    distinct = frozenset(raw)
    known = {word: _words[word] for word in distinct if not "[" < word < "z"}  # none begins with a to y
    marks = {token: word[3] for token, word in known.items() if word[4] and _is_fact(token, word, distinct)}
    numbers = frozenset([word[3] for word in known.values() if word[4] == _NUMBER])
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


def _is_fact(token: str, word: _Word, distinct: Container[str]) -> bool:
    """Return whether a token is a number, or a word that never stands in lower case here: a name, nearly always."""
    return word[4] == _NUMBER or token.lower() not in distinct


def is_chinese(word: str) -> bool:
    """Return whether a token is one Chinese or Japanese character."""
    return len(word) == 1 and word > "\u303f" and _HAS_CJK.match(word) is not None


def _reopened(parts: Sequence[str]) -> Sequence[str]:
    """Return the paragraphs with an opening mark before each that goes on with a quotation from above.

    English opens every paragraph of a long quotation again, French and Chinese often do not.
    """
    if all(part.isascii() or not _DIRECTED.search(part) for part in parts):
        return parts
    marks = [_DIRECTED.findall(part) for part in parts]
    reopened = list(parts)
    for at, seen in enumerate(marks):
        if not seen or seen[-1] not in _OPENING:
            continue
        below = range(at + 1, min(at + 1 + _GOES_ON, len(parts)))
        end = next((n for n in below if marks[n]), None)
        if end is not None and marks[end][0] not in _OPENING:
            for n in range(at + 1, end + 1):
                reopened[n] = "“" + reopened[n]
    return reopened


def _flattened(part: str) -> str:
    """Return a paragraph without marks inside a quotation: what somebody quotes is still what he says."""
    if part.isascii() or not _NESTS.search(part):
        return part
    return _NESTED.sub(_without_marks_inside, part)


def _without_marks_inside(quotation: re.Match[str]) -> str:
    said = quotation[0]
    last = len(said) - 1 if said[-1] == "”" else len(said)
    return said[0] + said[1:last].translate(_MARKS) + said[last:]


class _Read:
    """A report as it is read: its tokens as they are written and as they are compared, which of them are somebody's words, and where announced words begin."""

    def __init__(self) -> None:
        self.raw: list[str] = []
        self.plain: list[bytes] = []
        self.quotations: list[tuple[int, int]] = []
        self.announced: list[int] = []
        self.is_mixed = False
        """Whether a token may be a Chinese character."""

    @classmethod
    def of(cls, report: Sequence[str]) -> _Read:
        """Read the paragraphs of a report."""
        read = cls()
        announcing = False
        for part in map(fold, map(_flattened, _reopened(report))):
            start = len(read.raw)
            if announcing:  # "The letter reads:" and the next paragraph is the letter, marks or no marks
                read.announced.append(start)
                read._add(part, is_quoted=True)
            else:
                read._add_paragraph(part)
            announcing = _announces(part, start)
        return read

    def _add_paragraph(self, part: str) -> None:
        """Add a paragraph, and what of it is somebody's words."""
        start, marked, at = len(self.raw), len(self.quotations), 0
        for quotation in _QUOTED.finditer(part) if '"' in part or "'" in part else ():
            self._add(part[at : quotation.start()])
            self._add(quotation[0], is_quoted=True)
            at = quotation.end()
        self._add(part[at:] if at else part)
        if len(self.quotations) == marked and _speaks(self.raw[start:]):
            self.quotations.append((start, len(self.raw)))
        if ":" in part and (said := _SAID_INSIDE.search(part)):
            self.announced.append(start + len(_in_tokens(part[: said.end()])[0]))

    def _add(self, part: str, *, is_quoted: bool = False) -> None:
        start = len(self.raw)
        raw, plain = _in_tokens(part)
        self.raw += raw
        self.plain += plain
        self.is_mixed = self.is_mixed or not part.isascii()
        if is_quoted:
            self.quotations.append((start, len(self.raw)))


def _in_tokens(part: str) -> tuple[list[str], list[bytes]]:
    """Return the tokens of a part of a paragraph, as they are written and as they are compared."""
    if not part.isascii() or _ODD_NUMBER.search(part):
        raw: list[str] = (_ASCII_TOKEN if part.isascii() else _TOKEN).findall(part)
        return raw, [_words[token][1] for token in raw]
    if "'" in part:
        part = _LOOSE_APOSTROPHE.sub(" ", part)
    spaced = part.translate(_BETWEEN)
    return spaced.split(), spaced.replace("'", "").lower().encode().split()


def _announces(paragraph: str, before: int) -> bool:
    """Return whether somebody else's words follow a paragraph; `before` are the tokens above it."""
    if not paragraph.endswith(":"):
        return False
    if _CREDITING.match(paragraph):
        return before >= _CREDIT
    return _SAYING.search(paragraph) is not None


def _speaks(tokens_: Sequence[str]) -> bool:
    """Return whether a paragraph without quotation marks is somebody speaking: a letter, a statement, a column."""
    if len(tokens_) < _SPEECH or _FIRST_PERSON.isdisjoint(tokens_):
        return False
    said = sum(token in _FIRST_PERSON for token in tokens_)
    return said >= 2 and said * _TO_THEMSELVES >= len(tokens_)


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
