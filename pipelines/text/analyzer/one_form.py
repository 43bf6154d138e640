"""What is written in several ways, written in one (pure).

    U.S.-China, P.R.C.     USA-China, PRC        initials, and words that their capitals make another word
    1,000,000, 1 000 000   1000000               thousands
    迈克尔·科夫里格            迈克尔科夫里格           the dot in a foreign name
    f-35, covid19          f35, covid 19         codes; after the folding

Texts and queries go the same way, so each form finds the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from crawlers.scripts import HAN, KANA
from pipelines.text.analyzer.spelling_variants import capitals
from pipelines.text.analyzer.word_cutter import CJK
from pipelines.text.folding import PositionedFold, fold_for_search, fold_with_positions

_LETTER = "A-Za-z\u00c0-\u024f\u0400-\u052f"
# Chinese stands beside a word without a space: 美国F-35战机.
_OF_WORD = rf"[^\W{CJK}]"
_DOTS = "·‧•・･∙"
_BETWEEN_THOUSANDS = "[,'’\u00a0\u2009\u202f]"
# Each begins with what it looks for and looks back after that: so few places of a text are tried.
_THOUSANDS = rf"[0-9](?<!{_OF_WORD}.)(?<![.,].)[0-9]{{0,2}}(?:{_BETWEEN_THOUSANDS}[0-9]{{3}})+(?![0-9])"
_INITIALS = rf"[{_LETTER}](?<!{_OF_WORD}.)(?<!\..)(?:\.[{_LETTER}](?!{_OF_WORD}))+\.?"
_NAME_DOT = rf"[{_DOTS}](?<=[{HAN}{KANA}].)(?=[{HAN}{KANA}])"
# The number stands by itself: no day of a date and no time of day comes before the space.
_SPACED_THOUSANDS = re.compile(
    rf"[0-9](?<![^\s{CJK}(\[“\"«$€£¥].)[0-9]{{0,2}}(?: [0-9]{{3}})+(?![0-9])",
)
_NO_BREAK = "\u00a0"
# Without a sign of them, a text has none. It takes a tenth of the time to see that.
_SIGN_OF_THOUSANDS = re.compile(rf"{_BETWEEN_THOUSANDS}[0-9]{{3}}")
_SIGN_OF_NAME_DOT = re.compile(f"[{_DOTS}]")
_SIGN_OF_INITIALS = re.compile(rf"\.[{_LETTER}]")

# A hyphen between one or two letters and a number: F-35 and G-7, but neither COVID-19 nor 2-to-1.
_CODE_HYPHEN = (
    rf"(?<=[a-z][-‐‑–−])(?<![^\W_{CJK}][a-z][a-z].)(?<![0-9][a-z].)(?<!-[a-z].)(?<!-[a-z][a-z].)"
    rf"(?=[0-9]+[a-z]{{0,2}}(?!{_OF_WORD}))"
)
# A number behind three letters or more is a word of its own, so that covid finds COVID19.
_CODE_NUMBER = rf"(?<=[^\W\d_{CJK}]{{3}}[0-9])(?=[0-9]*(?!{_OF_WORD}))"
_CODE_BEGINNING = "[-‐‑–−0-9]"
_SIGN_OF_CODES = re.compile(_CODE_BEGINNING)


@cache
def _codes() -> re.Pattern[str]:
    # Compiled when a text has a sign of them: to do so takes 5 ms, and most queries have none.
    return re.compile(rf"{_CODE_BEGINNING}(?:(?P<hyphen>{_CODE_HYPHEN})|{_CODE_NUMBER})")


@cache
def _signs_of_capitals() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, capitals())))


def _forms_in(text: str) -> re.Pattern[str] | None:
    """Return the pattern of what a text may have in other forms.

    None where it has nothing of the kind.
    """
    kinds: list[str] = []
    if _signs_of_capitals().search(text):
        kinds.append("capitals")
    if _SIGN_OF_INITIALS.search(text):
        kinds.append("initials")
    if _SIGN_OF_THOUSANDS.search(text):
        kinds.append("number")
    if _SIGN_OF_NAME_DOT.search(text):
        kinds.append("dot")
    return _forms(tuple(kinds)) if kinds else None


@cache
def _forms(kinds: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(rf"{word}(?<!{_OF_WORD}{word})" for word in map(re.escape, capitals()))
    patterns = {
        # US$5 is money, and no country.
        "capitals": rf"(?P<capitals>(?:{words})(?!{_OF_WORD}|\$))",
        "initials": f"(?P<initials>{_INITIALS})",
        "number": f"(?P<number>{_THOUSANDS})",
        "dot": _NAME_DOT,
    }
    return re.compile("|".join(patterns[kind] for kind in kinds))


def _one_form(match: re.Match[str]) -> str:
    kind = match.lastgroup
    written = match[0]
    if kind == "capitals":
        return capitals()[written]
    if kind == "number":
        return re.sub("[^0-9]", "", written)
    if kind == "initials":
        letters = written.replace(".", "").upper()
        word = capitals().get(letters, letters)
        # J.P.Morgan is two words.
        goes_on = match.string[match.end() : match.end() + 1].isalnum()
        return f"{word} " if goes_on else word
    return ""


def _code_form(match: re.Match[str]) -> str:
    return "" if match["hyphen"] is not None else f" {match[0]}"


def with_numbers_in_one(text: str) -> str:
    """Return a text of the same length with no plain space within a number: 1 000."""
    return _SPACED_THOUSANDS.sub(_without_plain_spaces, text)


def _without_plain_spaces(number: re.Match[str]) -> str:
    return number[0].replace(" ", _NO_BREAK)


def folded_in_one_form(text: str) -> str:
    """Return a text folded for search, with everything in one form."""
    text = with_numbers_in_one(text)
    forms = _forms_in(text)
    if forms is not None:
        text = forms.sub(_one_form, text)
    folded = fold_for_search(text)
    if _SIGN_OF_CODES.search(folded) is None:
        return folded
    return _codes().sub(_code_form, folded)


def folded_in_one_form_with_positions(text: str) -> PositionedFold:
    """Return the same text with the [start, end) of each character in the original."""
    text = with_numbers_in_one(text)
    unfolded = PositionedFold(text, range(len(text)), range(1, len(text) + 1))
    forms = _forms_in(text)
    if forms is not None:
        unfolded = _substituted(unfolded, forms, _one_form)
    folded = fold_with_positions(unfolded.text)
    starts = [unfolded.starts[start] for start in folded.starts]
    ends = [unfolded.ends[end - 1] for end in folded.ends]
    return _substituted(PositionedFold(folded.text, starts, ends), _codes(), _code_form)


def _substituted(
    text: PositionedFold, pattern: re.Pattern[str], form: Callable[[re.Match[str]], str]
) -> PositionedFold:
    """Return a text with each match in its other form, in the match's place."""
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for match in pattern.finditer(text.text):
        first, last = match.span()
        parts.append(text.text[at:first])
        starts += text.starts[at:first]
        ends += text.ends[at:first]
        other = form(match)
        parts.append(other)
        starts += [text.starts[first]] * len(other)
        ends += [text.ends[last - 1]] * len(other)
        at = last
    if not parts:
        return text
    parts.append(text.text[at:])
    starts += text.starts[at:]
    ends += text.ends[at:]
    return PositionedFold("".join(parts), starts, ends)
