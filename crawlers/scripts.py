"""Which characters are Han, kana or Hangul: the one table of scripts.

The ranges are blocks of Unicode (https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt).
`HAN`, `HAN_MARKS`, `KANA`, `HANGUL`, `BOPOMOFO` and `CJK` are written for the inside of a
character class: `re.compile(f"[{HAN}{KANA}]+")`.

Pure: no imports but `re`. To add a script, add its ranges here. What is a token has ranges of its own,
in `pipelines/text`.
"""

from __future__ import annotations

import re

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


def _character_class(ranges: tuple[_Range, ...]) -> str:
    """Return ranges as they stand inside the brackets of a regular expression."""
    parts = []
    for first, last, _block in ranges:
        parts.append(f"{chr(first)}-{chr(last)}")
    return "".join(parts)


HAN = _character_class(HAN_RANGES)
HAN_MARKS = _character_class(HAN_MARK_RANGES)
KANA = _character_class(KANA_RANGES)
HANGUL = _character_class(HANGUL_RANGES)
BOPOMOFO = _character_class(BOPOMOFO_RANGES)
CJK = HAN + HAN_MARKS + KANA + HANGUL + BOPOMOFO

_HAN_CHARACTER = re.compile(f"[{HAN}]")
_CJK_CHARACTER = re.compile(f"[{CJK}]")


def is_han(char: str) -> bool:
    """Tell whether one character is a Chinese ideograph (`HAN`)."""
    return _HAN_CHARACTER.match(char) is not None


def is_cjk(char: str) -> bool:
    """Tell whether one character is Han, kana, Hangul or bopomofo (`CJK`)."""
    return _CJK_CHARACTER.match(char) is not None
