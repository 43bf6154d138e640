"""Text made plain for comparing: three ways to fold, each for its purpose (pure).

    fold_typography   entities, widths, quotation marks, dashes, traditional characters; case stays
                      (dedup and revisions: two prints of one report are alike)
    fold_for_search   widths, case, accents, traditional characters, apostrophes
                      (the search: one character at a time, so that a server's mapping can do the same)
    fold_in_place     case, accents, widths and variants of letters; the text keeps its length
                      (names in a text: a position in the folded text is the position in the text)

A fourth, `crawlers/folding.py`, takes accents from names and from the words of dates, where a text need
be neither searched nor marked.

They differ on purpose. Dedup needs the case, which tells names from words. A search must not ask
for accents. A name that was found is marked in the original text, so no character may vanish.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from crawlers.folding import read_references
from crawlers.scripts import HAN, is_han
from pipelines.text.chinese_characters import simplified_character, simplified_characters

_HAN_CHARACTER = re.compile(f"[{HAN}]")

# -- typography: two prints of one report are alike -------------------------------------------------------

_PLAIN_TYPOGRAPHY = {
    **dict.fromkeys("‘’‚‛′´`ʼ", "'"),
    **dict.fromkeys("“”„‟″«»「」『』〝〞", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", ""),
}
_TYPOGRAPHY = re.compile(f"[{''.join(_PLAIN_TYPOGRAPHY)}]")


def fold_typography(text: str) -> str:
    """Return a text with its typography made plain.

    Entities are read, widths, quotation marks and dashes made one, Chinese characters simplified.
    Letter case stays, because it tells names from words.
    """
    if "&" in text:
        text = read_references(text)
    if text.isascii():
        return text
    text = _TYPOGRAPHY.sub(_plain_typography, text)
    # Nothing but its quotation marks keeps most English from being ASCII, so it is asked twice.
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        # NFKC may bring forth marks that are folded, so it is followed by the marks once more.
        text = _TYPOGRAPHY.sub(_plain_typography, unicodedata.normalize("NFKC", text))
    if _HAN_CHARACTER.search(text):
        text = text.translate(_simplified_characters())
    return text


def beginning_by_folded_length(text: str, most: int) -> str:
    """Return the beginning of a text that has at most `most` characters folded.

    It ends within a hundredth of the bound: NFKC makes 18 characters of U+FDFA, and all that is
    done with a text is done with those.
    """
    text = text[:most]
    if unicodedata.is_normalized("NFKC", text):
        return text
    length = 0
    piece_chars = max(1, most // 100)
    for start in range(0, len(text), piece_chars):
        length += len(unicodedata.normalize("NFKC", text[start : start + piece_chars]))
        if length > most:
            return text[:start]
    return text


def _plain_typography(match: re.Match[str]) -> str:
    return _PLAIN_TYPOGRAPHY[match.group()]


@cache
def _simplified_characters() -> dict[int, str]:
    """Return the table from traditional to simplified characters.

    One for one; phrases that change as a whole are left out.
    """
    table = {}
    for character, simple in simplified_characters().items():
        if len(simple) == 1:
            table[ord(character)] = simple
    return table


# -- letters that are written one for another -------------------------------------------------------------

# In Cyrillic й, ї and ґ stay: they are letters of their own. The Arabic ones are those of Lucene's
# ArabicNormalizer and PersianNormalizer.
_VARIANT_LETTERS = {
    "ё": "е", "ѐ": "е", "ѝ": "и", "ς": "σ",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه",
}  # fmt: skip
_DIGITS = "0123456789"
_ARABIC_DIGITS = dict(zip("٠١٢٣٤٥٦٧٨٩" + "۰۱۲۳۴۵۶۷۸۹", _DIGITS * 2, strict=True))
_ONE_FOR_ANOTHER = _VARIANT_LETTERS | _ARABIC_DIGITS

# -- search: one character at a time, so that a server's mapping can do the same --------------------------

_APOSTROPHES = "'’‘‛ʼʻ`´＇′"
# Between letters or digits some of these would join what people read as two words. The marks of
# trade would be unfolded into letters.
_BREAKS = ":_;·‧˸∶\u200b⁄™®©℠•"
#: Invisible marks, and the stroke that makes an Arabic word wider.
_IGNORED = (
    "\u0640\u00ad\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
#: Blocks of combining marks, signs of vowels and variation selectors, (first, last).
_COMBINING = (
    (0x300, 0x36F),
    # Hebrew
    (0x591, 0x5BD),
    (0x5BF, 0x5BF),
    (0x5C1, 0x5C2),
    (0x5C4, 0x5C5),
    (0x5C7, 0x5C7),
    # Arabic
    (0x610, 0x61A),
    (0x64B, 0x65F),
    (0x670, 0x670),
    (0x6D6, 0x6DC),
    (0x6DF, 0x6E4),
    (0x6E7, 0x6E8),
    (0x6EA, 0x6ED),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
)
_SURROGATES = (0xD800, 0xDFFF)
_GREEK_LETTERS = (0x370, 0x3FF)
#: Letters that Unicode does not take apart into a Latin letter and a mark.
_LETTERS = {
    "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ı": "i", "þ": "th", "æ": "ae", "œ": "oe",
    "ß": "ss", "ŋ": "n", "ĸ": "k", "ƒ": "f", "ǝ": "e", "ə": "a",
}  # fmt: skip
#: Characters that the converter keeps apart for a meaning that a search does not see.
_VARIANTS = {"著": "着", "妳": "你"}
_KNOWN_FOLDS = (
    dict.fromkeys(_APOSTROPHES, "'")
    | dict.fromkeys(_BREAKS, " ")
    | dict.fromkeys(_IGNORED, "")
    | _LETTERS
    | _VARIANTS
    | _ONE_FOR_ANOTHER
)
#: Later ideographs are none to Lucene's tokenizer.
_LAST_IDEOGRAPH_OF_LUCENE = "\U0002ebef"
#: Where a server's mapping looks for characters to fold, (first, last).
_MAPPED = (
    (0x21, 0xD7FF),
    (0xE000, 0xFFFF),
    (0x1D400, 0x1D7FF),
    (0x20000, 0x323AF),
)


class _CharacterFolds(dict[int, str]):
    """A table for `str.translate`, filled when a character is first met.

    `kept` are characters that stay as they are, where a value is no running text.
    """

    def __init__(self, kept: str = "") -> None:
        super().__init__()
        self.kept = kept

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = char if char in self.kept else _folded_character(char)
        self[code] = folded
        return folded


_TEXT_FOLDS = _CharacterFolds()
_LATIN_OR_MARK = re.compile("[\u0080-\u024f\u2000-\u206f]")
_BEYOND_LATIN = re.compile("[^\\x00-\u024f\u2000-\u206f]")
_KEYWORD_FOLDS = _CharacterFolds(kept=":_;")


def fold_for_search(text: str) -> str:
    """Return running text as a search compares it.

    Case, accents, widths, and variants of script and apostrophe are gone.
    """
    if _BEYOND_LATIN.search(text):
        return text.translate(_TEXT_FOLDS)
    # Nothing but some accents and quotation marks keeps most news from being ASCII, which is folded ten times
    # as fast. What they become is folded already.
    for char in set(_LATIN_OR_MARK.findall(text)):
        text = text.replace(char, _TEXT_FOLDS[ord(char)])
    return text.encode().translate(_ascii_folds()).decode()


@cache
def _ascii_folds() -> bytes:
    """Return what each byte of UTF-8 becomes; those beyond ASCII stay."""
    ascii_characters = "".join(map(chr, range(128)))
    return ascii_characters.translate(_TEXT_FOLDS).encode() + bytes(range(128, 256))


def keyword(text: str) -> str:
    """Return a value as it is compared as a whole.

    It is folded as running text is, but keeps `:_;` and has single spaces.
    """
    return " ".join(text.translate(_KEYWORD_FOLDS).split())


class PositionedFold(NamedTuple):
    """A folded text, and of each character its [start, end) in the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def fold_with_positions(text: str) -> PositionedFold:
    """Return a text folded for search, with original positions.

    A character that vanishes (a combining accent, a soft hyphen) belongs to the one before it.
    """
    if all(len(_TEXT_FOLDS[ord(char)]) == 1 for char in set(text)):
        return PositionedFold(fold_for_search(text), range(len(text)), range(1, len(text) + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for position, char in enumerate(text):
        folded = _TEXT_FOLDS[ord(char)]
        if not folded and ends:
            ends[-1] = position + 1
        parts.append(folded)
        starts.extend([position] * len(folded))
        ends.extend([position + 1] * len(folded))
    return PositionedFold("".join(parts), starts, ends)


def character_folds() -> Mapping[str, str]:
    """Return each character that a search folds, and its fold.

    That is a server's mapping: about 10,000 characters of the basic plane and ideographs beyond it.
    """
    changed = {}
    for first, last in _MAPPED:
        for code in range(first, last + 1):
            folded = _TEXT_FOLDS[code]
            if folded != chr(code):
                changed[chr(code)] = folded
    return changed


def _folded_character(char: str) -> str:
    known = _KNOWN_FOLDS.get(char)
    if known is not None:
        return known
    if _is_within(char, _SURROGATES) or any(_is_within(char, block) for block in _COMBINING):
        return ""
    simpler = unicodedata.normalize("NFKC", char).casefold()
    if simpler == char:
        return _simplified_character(_bare_letter(char))
    parts = []
    for part in simpler:
        if part in _KNOWN_FOLDS:
            parts.append(_KNOWN_FOLDS[part])
        elif not unicodedata.combining(part):
            parts.append(_simplified_character(_bare_letter(part)))
    return "".join(parts)


def _is_within(char: str, block: tuple[int, int]) -> bool:
    first, last = block
    return first <= ord(char) <= last


def _bare_letter(char: str) -> str:
    """Return a Latin or Greek letter without its accent.

    Other scripts keep their marks: й is not и.
    """
    bare = unicodedata.normalize("NFD", char)[0]
    if bare in _LETTERS:
        return _LETTERS[bare]
    if bare.isascii() or _is_within(bare, _GREEK_LETTERS):
        return bare
    return char


def _simplified_character(char: str) -> str:
    if not is_han(char):
        return char
    simple = simplified_character(char)
    if simple > _LAST_IDEOGRAPH_OF_LUCENE:
        return char
    return _VARIANTS.get(simple, simple)


# -- in place: the text keeps its length ------------------------------------------------------------------

#: Blocks of Latin letters, plain, accented and of full width, (first, last).
_LATIN = ((0x41, 0x24F), (0x1E00, 0x1EFF), (0xFF10, 0xFF5A))
_GREEK = ((0x370, 0x3FF), (0x1F00, 0x1FFF))
_CYRILLIC = ((0x400, 0x52F),)
# These Latin letters are two in other spellings (Straße, Strasse), so they stay letters of their own here.
_LIGATURES = frozenset("æœßþ")


def _in_place_folds() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in _codes_of(_LATIN):
        base = _one_latin_letter(chr(code))
        if len(base) == 1 and base != chr(code):
            table[code] = base
    for code in _codes_of(_GREEK):
        table[code] = unicodedata.normalize("NFD", chr(code))[0].lower()
    for code in _codes_of(_CYRILLIC):
        table[code] = chr(code).lower()
    for letter, other in _ONE_FOR_ANOTHER.items():
        table[ord(letter)] = other
        if letter != letter.upper():
            table[ord(letter.upper())] = other
    return table


def _codes_of(blocks: Iterable[tuple[int, int]]) -> Iterator[int]:
    for first, last in blocks:
        yield from range(first, last + 1)


def _one_latin_letter(char: str) -> str:
    """Return the small letter without accent that stands for a Latin letter."""
    base = unicodedata.normalize("NFKD", char)[:1].lower()
    if base in _LIGATURES:
        return base
    return _LETTERS.get(base, base)


_IN_PLACE_FOLDS = _in_place_folds()


def fold_in_place(text: str) -> str:
    """Return a text without case and accents, as long as it was.

    The ligatures æ, œ, ß and þ stay; `spellings` knows how else they are written.
    """
    # Quicker by half, and all that the table does to ASCII.
    if text.isascii():
        return text.lower()
    return text.translate(_IN_PLACE_FOLDS)
