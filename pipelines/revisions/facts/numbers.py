"""The numbers of a text in one notation: 14, fourteen and 十四 are one (pure)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipelines.revisions.vocabulary import VOCABULARY
from pipelines.text.folding import fold_typography
from pipelines.text.vocabulary import any_of, any_word, key_by_word

_SPELLED = key_by_word(VOCABULARY.spelled_numbers)
_SCALES = key_by_word(VOCABULARY.scales)
_SCALE_WORDS = any_word([word for word in _SCALES if word.isascii() and len(word) > 1])
_SCALE_LETTERS = any_word([word for word in _SCALES if word.isascii() and len(word) == 1])
_CHINESE_SCALES = any_word([word for word in _SCALES if not word.isascii()])
_CHINESE_DIGITS = VOCABULARY.chinese_digits
_CHINESE_UNITS = VOCABULARY.chinese_units
_CHINESE_LARGE_UNITS = VOCABULARY.chinese_large_units
_CHINESE_NUMERALS = "".join([*_CHINESE_DIGITS, *_CHINESE_UNITS, *_CHINESE_LARGE_UNITS])
#: Thousands may be set apart by a point, a comma, a space (also a narrow one) or an apostrophe.
_FIGURE = r"\d+(?:[.,  ’']\d{3}(?!\d))*(?:[.,]\d+)?"
#: Characters. In a longer row each would be a beginning to try.
_LONGEST_CHINESE_NUMERAL = 40
_THOUSANDS_MARK = re.compile(r"[.,  ’'](?=\d{3}(?!\d))")
_NUMBER = re.compile(
    rf"(?P<figure>{_FIGURE})"
    rf"(?:[ -]?(?P<scale>(?:{_SCALE_WORDS})\b|{_CHINESE_SCALES}|(?:{_SCALE_LETTERS})\b))?"
    rf"|(?P<word>\b(?:{any_word(_SPELLED)})\b)(?:[ -](?P<word_scale>{_SCALE_WORDS})\b)?"
    rf"|(?P<chinese>[{_CHINESE_NUMERALS}]{{1,{_LONGEST_CHINESE_NUMERAL}}})"
    rf"(?=[{VOCABULARY.counted_in_chinese}])",
    re.IGNORECASE,
)
#: Without one of these, or a word that is spelled out, there is no number.
_DIGIT = re.compile(rf"[\d{_CHINESE_NUMERALS}]")
_WORD = re.compile(r"\w+")
_AGE = re.compile(rf"\b{any_of(VOCABULARY.ages)}\b|{any_of(VOCABULARY.ages_in_chinese)}", re.IGNORECASE)
#: A hyphen and a word.
_NAME_PART = re.compile(r"-([^\W\d_]+)")


def count_numbers(text: str) -> Counter[str]:
    """Return how often a text holds each number, in one notation."""
    return Counter(value for value, _ in _find_numbers(text))


def printed_numbers(text: str, *, in_names: bool = True) -> dict[str, str]:
    """Return how a text prints each of its numbers first.

    Without those `in_names`, Trois-Rivières is no three, and Ten-Year of a headline is no ten.
    """
    printed: dict[str, str] = {}
    for value, as_printed in _find_numbers(text, in_names=in_names):
        printed.setdefault(value, as_printed)
    return printed


def _find_numbers(text: str, *, in_names: bool = True) -> Iterator[tuple[str, str]]:
    """Yield the value of each number and how it is printed."""
    folded = fold_typography(text)
    if not _may_hold_numbers(folded):
        return
    without_ages = _AGE.sub(" ", folded)
    for match in _NUMBER.finditer(without_ages):
        if not in_names and match["word"] and _begins_name(without_ages[match.end() :]):
            continue
        scale_word = match["scale"] or match["word_scale"] or ""
        scale = _SCALES.get(scale_word.lower(), "")
        if match["figure"]:
            # A decimal comma (French, German) is written as a point.
            value = _THOUSANDS_MARK.sub("", match["figure"]).replace(",", ".")
        elif match["word"]:
            # The pattern takes other letters for an i, such as the Turkish capital with a dot.
            value = _SPELLED.get(match["word"].lower(), "")
            if not value:
                continue
        else:
            value = _chinese_value(match["chinese"])
        yield value + scale, match.group().strip()


def _may_hold_numbers(text: str) -> bool:
    """Tell whether a number may stand in a folded text.

    Half of all sentences have none, and to look words up is far quicker than to try them everywhere.
    """
    if _DIGIT.search(text):
        return True
    return not _SPELLED.keys().isdisjoint(_WORD.findall(text.lower()))


def _begins_name(following: str) -> bool:
    """Tell whether a number word begins a name.

    As in Trois-Rivières and Sept-Îles: a hyphen and a capital follow. Twenty-One is no name.
    """
    found = _NAME_PART.match(following)
    return found is not None and found[1][0].isupper() and found[1].lower() not in _SPELLED


def _chinese_value(numeral: str) -> str:
    """Return the value of a Chinese numeral; its scale stays apart as in 3万."""
    scale = ""
    while numeral and numeral[-1] in _CHINESE_LARGE_UNITS:
        scale = _CHINESE_LARGE_UNITS[numeral[-1]]
        numeral = numeral[:-1]
    if not any(character in _CHINESE_UNITS for character in numeral):
        # 二〇二六: digits one by one, as in a year.
        digits = [str(_CHINESE_DIGITS[character]) for character in numeral if character in _CHINESE_DIGITS]
        return "".join(digits) + scale
    total = 0
    digit = 0
    for character in numeral:
        if character in _CHINESE_UNITS:
            # 十 alone is ten: a unit without a digit counts once.
            total += (digit or 1) * _CHINESE_UNITS[character]
            digit = 0
        else:
            digit = _CHINESE_DIGITS.get(character, 0)
    return str(total + digit) + scale
