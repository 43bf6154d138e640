"""Single characters are converted as OpenCC converts them in a text."""

from __future__ import annotations

import pytest
from opencc import OpenCC

from crawlers.scripts import HAN_RANGES
from pipelines.text.chinese_characters import character_scripts, simplified_character, simplified_characters

#: One character of so many is looked at.
STEP = 11


def some_characters() -> list[str]:
    found: list[str] = []
    for first, last, _block in HAN_RANGES:
        found.extend(map(chr, range(first, last + 1, STEP)))
    return found


def test_each_character_becomes_what_opencc_makes_of_it() -> None:
    convert = OpenCC("t2s").convert
    changed = 0
    for character in some_characters():
        assert simplified_character(character) == convert(character)
        changed += simplified_character(character) != character
    assert changed > 400


@pytest.mark.parametrize("character", ["a", "é", "か", "々", "。", "\ud800", "\U0010ffff"])
def test_what_is_no_chinese_character_stays(character: str) -> None:
    assert simplified_character(character) == character
    assert character not in character_scripts()


@pytest.mark.parametrize(
    ("character", "script"),
    [("國", "zh-Hant"), ("国", "zh-Hans"), ("關", "zh-Hant"), ("税", "zh-Hans"), ("人", None), ("中", None)],
)
def test_a_character_that_one_script_has_alone_tells_it(character: str, script: str | None) -> None:
    assert character_scripts().get(character) == script


def test_a_character_that_both_conversions_change_tells_nothing() -> None:
    to_simplified, to_traditional = OpenCC("t2s").convert, OpenCC("s2t").convert
    for character in some_characters():
        if ord(character) > 0xFFFF:
            continue
        is_traditional = to_simplified(character) != character
        is_simplified = to_traditional(character) != character
        assert (character in character_scripts()) == (is_traditional != is_simplified)


def test_characters_beyond_the_basic_plane_are_not_kept_in_each_process() -> None:
    assert max(map(ord, simplified_characters())) <= 0xFFFF
