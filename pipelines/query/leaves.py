"""What one word, phrase, range or comparison means in its field.

The kind of the field decides: text and names go to `text_leaves`; keywords, dates and numbers are
read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from pipelines.query.dates import FORMS, Stretch, stretch
from pipelines.query.errors import raise_query_error
from pipelines.query.fields import FIELDS, Field, closest
from pipelines.query.lexeme import Lexeme
from pipelines.query.text_leaves import TextLeafReader
from pipelines.query.tree import All, Exists, Keyword, Node, Pattern, Range
from pipelines.query.wildcards import check_wildcards, has_wildcard, keyword_pattern, without_escapes
from pipelines.text.folding import keyword


@dataclass(frozen=True, slots=True)
class _Bounds:
    """The ends of a range as typed; None is an open end."""

    low: str | None
    high: str | None
    include_low: bool
    include_high: bool


#: Letters of the code of a country or language.
_LETTERS_OF_CODE = 2
#: Languages in which countries are named.
_LANGUAGES_OF_NAMES = ("en", "fr", "zh", "zh_Hant")


class LeafReader:
    """Reads the leaves of one query."""

    def __init__(self, text: str, now: datetime | None) -> None:
        self._text = text
        self._now = now
        self._text_leaves = TextLeafReader(text)

    def read_leaf(self, lexeme: Lexeme, name: str, *, is_named: bool) -> Node | None:
        """Return what a leaf means in the field `name`.

        None where it says nothing, such as a dash. `is_named` says that the field stands right before it.
        """
        field = FIELDS[name]
        if lexeme.kind in ("range", "compare"):
            return self._read_range(lexeme, name, field)
        if lexeme.kind == "word" and len(lexeme.parts) > 1 and field.kind not in ("text", "name"):
            self._fail(f"~1 is for words of a text; {name}: takes a whole value.", lexeme)
        if lexeme.kind == "word" and re.fullmatch(r"\*+", lexeme.parts[0]):
            return self._read_star(name, field, is_named=is_named)
        match field.kind:
            case "keyword":
                return self._read_keyword(lexeme, name, field)
            case "date":
                return self._read_date(lexeme, name)
            case "number":
                return self._read_number(lexeme, name)
        found = self._text_leaves.read_text(lexeme, field)
        if found is None and is_named:
            message = "After a field there has to be a letter or digit to search for."
            self._fail(message, lexeme)
        return found

    def _read_star(self, name: str, field: Field, *, is_named: bool) -> Node:
        """Return any value of the field.

        A star without a field stands for every document.
        """
        if not is_named and name == "text":
            return All()
        return Exists(field.parts)

    # -- values --------------------------------------------------------------------------------------------

    def _read_keyword(self, lexeme: Lexeme, name: str, field: Field) -> Node:
        typed = lexeme.parts[0]
        if name == "site" and typed.startswith("*."):
            # site:gc.ca has all below it.
            typed = typed[2:]
        if lexeme.kind == "word" and has_wildcard(typed):
            check_wildcards(self._text, lexeme)
            return Pattern(name, keyword_pattern(typed))
        # In quotes a star is a star; keywords are never cut into words.
        value = _keyword_value(name, without_escapes(typed))
        if not value:
            self._fail(f"{name}: needs a value; write {name}:* for any.", lexeme)
        if field.values and value not in field.values:
            self._fail(f"Unknown {name} “{typed[:40]}”. {_value_hint(value, field)}", lexeme)
        self._check_code(name, value, typed, lexeme)
        if name == "url" and "://" not in value:
            message = f"url: takes a whole address; write url:*{value[:60]}* for a part of one."
            self._fail(message, lexeme)
        return Keyword(name, value)

    def _check_code(self, name: str, value: str, typed: str, lexeme: Lexeme) -> None:
        """Refuse the name of a country or language where its code is meant."""
        is_like_code = "-" in value or (len(value) <= _LETTERS_OF_CODE and value.isascii())
        if name not in ("country", "lang") or is_like_code:
            return
        # Imported here: the names of countries and languages are loaded with them.
        from crawlers.locales import find_country, find_language

        code = find_language(value)
        if name == "country":
            code = find_country(value, _LANGUAGES_OF_NAMES)
        hint = f"Did you mean {name}:{code}?"
        if code is None:
            known = "CA, CN, US" if name == "country" else "en, fr, zh"
            hint = f"Write a code of two letters: {known} …"
        self._fail(f"Unknown {name} “{typed[:40]}”. {hint}", lexeme)

    def _read_date(self, lexeme: Lexeme, name: str) -> Node:
        start, end = self._read_stretch(without_escapes(lexeme.parts[0]), lexeme)
        return Range(name, start, end, include_high=False)

    def _read_stretch(self, typed: str, lexeme: Lexeme) -> Stretch:
        try:
            return stretch(typed, self._now)
        except ValueError:
            # Cut, because a message is one line.
            self._fail(f"“{typed[:40]}” is not a date; write one like {FORMS}.", lexeme)

    def _read_number(self, lexeme: Lexeme, name: str) -> Node:
        value = self._read_quantity(without_escapes(lexeme.parts[0]), name, lexeme)
        return Range(name, value, value)

    def _read_quantity(self, typed: str, name: str, lexeme: Lexeme) -> float:
        # Nine digits are more than any tier or score has.
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", typed, re.ASCII):
            self._fail(f"{name}: is a number, as in {name}:1 or {name}:[1 TO 2].", lexeme)
        return float(typed)

    # -- ranges --------------------------------------------------------------------------------------------

    def _read_range(self, lexeme: Lexeme, name: str, field: Field) -> Node:
        if field.kind not in ("date", "number"):
            message = (
                "Ranges are for published:, collected:, tier: and score:, as in published:>=2026-01-01, "
            )
            message += "written without spaces."
            self._fail(message, lexeme)
        bounds = _bounds_of(lexeme)
        if bounds.low is None and bounds.high is None:
            return Exists(field.parts)
        if field.kind == "number":
            found = self._read_number_range(bounds, name, lexeme)
        else:
            found = self._read_time_range(bounds, name, lexeme)
        if _is_backwards(found, includes_both=bounds.include_low and bounds.include_high):
            message = "This range ends before it begins; write the earlier or smaller value first."
            self._fail(message, lexeme)
        return found

    def _read_number_range(self, bounds: _Bounds, name: str, lexeme: Lexeme) -> Range:
        low = high = None
        if bounds.low is not None:
            low = self._read_quantity(bounds.low, name, lexeme)
        if bounds.high is not None:
            high = self._read_quantity(bounds.high, name, lexeme)
        return Range(name, low, high, bounds.include_low, bounds.include_high)

    def _read_time_range(self, bounds: _Bounds, name: str, lexeme: Lexeme) -> Range:
        """Return a range of instants."""
        # A date names a stretch of time: `>2025` starts where 2025 ends, and `<=2025` ends there.
        low = high = None
        if bounds.low:
            low, after = self._read_stretch(bounds.low, lexeme)
            if not bounds.include_low:
                low = after
        if bounds.high:
            high, after = self._read_stretch(bounds.high, lexeme)
            if bounds.include_high:
                high = after
        return Range(name, low, high, include_low=True, include_high=False)

    def _fail(self, message: str, lexeme: Lexeme) -> NoReturn:
        raise_query_error(message, self._text, lexeme.start, lexeme.end)


def _bounds_of(lexeme: Lexeme) -> _Bounds:
    if lexeme.kind == "compare":
        sign, value = lexeme.parts
        includes_bound = sign.endswith("=")
        if sign[0] == ">":
            return _Bounds(_typed_bound(value), None, includes_bound, True)
        return _Bounds(None, _typed_bound(value), True, includes_bound)
    # Brackets include their end, braces exclude it: [1 TO 2} is 1 up to, and without, 2.
    opening, low, high, closing = lexeme.parts
    return _Bounds(_typed_bound(low), _typed_bound(high), opening == "[", closing == "]")


def _typed_bound(typed: str) -> str | None:
    if typed == "*":
        return None
    return typed


def _is_backwards(found: Range, *, includes_both: bool) -> bool:
    """Tell whether a range ends before it begins.

    The end of a month is the start of the next, so `[2026-02 TO 2026-01]` has two equal instants;
    nothing else that includes both ends has.
    """
    low, high = found.low, found.high
    if low is None or high is None:
        return False
    is_empty = low == high and includes_both and isinstance(low, datetime)
    return is_empty or low > high  # type: ignore[operator]


def _keyword_value(name: str, typed: str) -> str:
    """Return a keyword as documents have it.

    It is folded; a site loses its www, and the values of a closed list have underscores.
    """
    value = keyword(typed)
    if name == "lang":
        # Imported here: the list of languages is YAML, and most queries ask for none.
        from pipelines.text.languages import page_code

        return page_code(value)
    if name == "site":
        return value.removeprefix("www.").strip(".")
    if FIELDS[name].values:
        return re.sub(r"[\s-]+", "_", value)
    return value


def _value_hint(value: str, field: Field) -> str:
    guess = closest(value, field.values)
    if guess:
        return f"Did you mean {guess}?"
    return f"It is one of {', '.join(field.values)}."
