"""Which characters belong to which script: the one table of scripts.

The ranges are blocks of Unicode (https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt).
`HAN`, `KANA`, `CYRILLIC` and the others are written for the inside of a character class:
`re.compile(f"[{HAN}{KANA}]+")`. `scripts_of` names the scripts of a word.

Pure: no imports but `re`. To add a script, add its ranges here and a line in `SCRIPTS`. What is a token has
ranges of its own, in `pipelines/text`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_Range = tuple[int, int, str]

HAN_RANGES: tuple[_Range, ...] = (
    (0x3400, 0x4DBF, "Extension A"),
    (0x4E00, 0x9FFF, "Unified Ideographs"),
    (0xF900, 0xFAFF, "Compatibility Ideographs"),
    # Planes 2 and 3 are reserved for ideographs, so extensions that are yet to come count already.
    (0x20000, 0x3FFFF, "Extension B and later"),
)
HAN_MARK_RANGES: tuple[_Range, ...] = ((0x3005, 0x3007, "the repetition mark, the closing mark and zero"),)
KANA_RANGES: tuple[_Range, ...] = (
    (0x3040, 0x309F, "Hiragana"),
    (0x30A0, 0x30FF, "Katakana"),
    (0x31F0, 0x31FF, "Katakana Phonetic Extensions"),
    (0xFF66, 0xFF9F, "half-width Katakana"),
)
HANGUL_RANGES: tuple[_Range, ...] = (
    (0x1100, 0x11FF, "Jamo"),
    (0x3130, 0x318F, "Compatibility Jamo"),
    (0xA960, 0xA97F, "Jamo Extended A"),
    (0xAC00, 0xD7A3, "Syllables"),
    (0xD7B0, 0xD7FF, "Jamo Extended B"),
)
BOPOMOFO_RANGES: tuple[_Range, ...] = (
    (0x3105, 0x312F, "Bopomofo"),
    (0x31A0, 0x31BF, "Bopomofo Extended"),
)
LATIN_RANGES: tuple[_Range, ...] = (
    (0x0041, 0x005A, "capital letters"),
    (0x0061, 0x007A, "small letters"),
    (0x00C0, 0x00D6, "Latin-1 Supplement"),
    (0x00D8, 0x00F6, "Latin-1 Supplement, behind the sign of multiplication"),
    (0x00F8, 0x024F, "Latin-1 Supplement behind the sign of division, Extended A and B"),
    (0x1E00, 0x1EFF, "Extended Additional"),
    (0xFF21, 0xFF3A, "full-width capital letters"),
    (0xFF41, 0xFF5A, "full-width small letters"),
)
GREEK_RANGES: tuple[_Range, ...] = (
    (0x0370, 0x037D, "Greek, up to the question mark"),
    (0x0386, 0x0386, "Alpha with tonos"),
    (0x0388, 0x03FF, "Greek, behind the raised dot"),
    (0x1F00, 0x1FFF, "Greek Extended"),
)
CYRILLIC_RANGES: tuple[_Range, ...] = (
    (0x0400, 0x0481, "Cyrillic, up to its marks"),
    (0x048A, 0x052F, "Cyrillic behind its marks, Supplement"),
)
HEBREW_RANGES: tuple[_Range, ...] = ((0x05D0, 0x05EA, "letters"),)
ARABIC_RANGES: tuple[_Range, ...] = (
    (0x0620, 0x063F, "letters up to the stretching mark"),
    (0x0641, 0x064A, "letters behind it"),
    (0x0671, 0x06D3, "letters of Persian, Urdu and others"),
)


def _character_class(ranges: tuple[_Range, ...]) -> str:
    """Return ranges as they stand inside the brackets of a regular expression."""
    parts = []
    for first, last, _block in ranges:
        parts.append(f"{chr(first)}-{chr(last)}")
    return "".join(parts)


def _capitals_of(*scripts: tuple[_Range, ...]) -> str:
    """Return the capital letters of some scripts, for the inside of a character class."""
    capitals: list[str] = []
    for ranges in scripts:
        for first, last, _block in ranges:
            capitals += filter(str.isupper, map(chr, range(first, last + 1)))
    return "".join(capitals)


HAN = _character_class(HAN_RANGES)
#: Without the rare characters beyond the basic plane, which slow a pattern down.
BASIC_HAN = _character_class(tuple(block for block in HAN_RANGES if block[1] <= 0xFFFF))
HAN_MARKS = _character_class(HAN_MARK_RANGES)
KANA = _character_class(KANA_RANGES)
HANGUL = _character_class(HANGUL_RANGES)
BOPOMOFO = _character_class(BOPOMOFO_RANGES)
LATIN = _character_class(LATIN_RANGES)
GREEK = _character_class(GREEK_RANGES)
CYRILLIC = _character_class(CYRILLIC_RANGES)
HEBREW = _character_class(HEBREW_RANGES)
ARABIC = _character_class(ARABIC_RANGES)
#: Capital letters of the scripts that have them.
CAPITALS = _capitals_of(LATIN_RANGES, GREEK_RANGES, CYRILLIC_RANGES)
CJK = HAN + HAN_MARKS + KANA + HANGUL + BOPOMOFO
BASIC_CJK = BASIC_HAN + HAN_MARKS + KANA + HANGUL + BOPOMOFO

#: The characters of each script by its name in Unicode, for the inside of a character class.
SCRIPTS: Mapping[str, str] = MappingProxyType(
    {
        "Latin": LATIN,
        "Greek": GREEK,
        "Cyrillic": CYRILLIC,
        "Hebrew": HEBREW,
        "Arabic": ARABIC,
        "Han": HAN,
        "Kana": KANA,
        "Hangul": HANGUL,
        "Bopomofo": BOPOMOFO,
    }
)

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_CJK_CHARACTER = re.compile(f"[{CJK}]")


def is_han(char: str) -> bool:
    """Tell whether one character is a Chinese ideograph (`HAN`)."""
    return _HAN_CHARACTER.match(char) is not None


def is_cjk(char: str) -> bool:
    """Tell whether one character is Han, kana, Hangul or bopomofo (`CJK`)."""
    return _CJK_CHARACTER.match(char) is not None


def scripts_of(word: str) -> frozenset[str]:
    """Return the scripts of a word's letters, as `SCRIPTS` names them.

    Digits and marks belong to none, nor do letters of a script that is not in the table.
    """
    found = set()
    for script, characters in SCRIPTS.items():
        if re.search(f"[{characters}]", word):
            found.add(script)
    return frozenset(found)
