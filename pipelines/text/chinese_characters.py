"""Chinese characters that the two scripts write differently (pure).

OpenCC knows them. Its dictionaries are mostly phrases and take 30 MiB of memory; what is kept of them here
are single characters, a fiftieth of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Literal

from crawlers.scripts import HAN_RANGES

Script = Literal["zh-Hans", "zh-Hant"]

#: Planes beyond the first hold characters that no newspaper prints.
_LAST_OF_BASIC_PLANE = 0xFFFF


@cache
def simplified_characters() -> dict[str, str]:
    """Return the simplified form of each traditional character.

    Those beyond the basic plane are left out.
    """
    return _converted("t2s", _han(is_basic=True))


def simplified_character(character: str) -> str:
    """Return the simplified form of a character, itself where it has none."""
    if ord(character) > _LAST_OF_BASIC_PLANE:
        return _rare_simplified_characters().get(character, character)
    return simplified_characters().get(character, character)


@cache
def character_scripts() -> dict[str, Script]:
    """Return the script of each character that only one of the two has.

    Those beyond the basic plane are left out.
    """
    traditional = simplified_characters().keys()
    simplified = _converted("s2t", _han(is_basic=True)).keys()
    scripts: dict[str, Script] = {}
    # What a conversion changes is a character of the other script; one that both change tells nothing.
    for character in traditional - simplified:
        scripts[character] = "zh-Hant"
    for character in simplified - traditional:
        scripts[character] = "zh-Hans"
    return scripts


@cache
def _rare_simplified_characters() -> dict[str, str]:
    return _converted("t2s", _han(is_basic=False))


def _han(*, is_basic: bool) -> list[str]:
    """Return the Chinese characters of the basic plane, or those beyond it."""
    characters: list[str] = []
    for first, last, _block in HAN_RANGES:
        if (last <= _LAST_OF_BASIC_PLANE) == is_basic:
            characters.extend(map(chr, range(first, last + 1)))
    return characters


def _converted(conversion: str, characters: Sequence[str]) -> dict[str, str]:
    """Return what a conversion of OpenCC makes of the characters that it changes."""
    # Slow to load, so it is loaded with the first Chinese text.
    from opencc import OpenCC

    # All in one call: 5 ms, where 28,000 calls take 60 ms.
    converted = OpenCC(conversion).convert("\n".join(characters)).split("\n")
    changed = {}
    for character, other in zip(characters, converted, strict=True):
        if other != character:
            changed[character] = other
    return changed
