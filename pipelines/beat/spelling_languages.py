"""What to write for a language under which a beat can have no names."""

from __future__ import annotations

from collections.abc import Collection

from crawlers.checked_yaml import find_similar
from crawlers.locales import find_language
from pipelines.text.languages import base_of, known_languages


def describe_unknown_language(key: str, fields: Collection[str] = ()) -> str:
    """Return what to write for a key that is no language.

    It is none of `fields` either. For example: "unknown field `strenght`. Did you mean `strength`?".
    """
    meant = find_similar(key, fields)
    if meant is not None:
        return f"unknown field `{key}`. Did you mean `{meant}`?"
    languages = find_meant_languages(key)
    if languages:
        return f"unknown language `{key}`. Did you mean `{'` and `'.join(languages)}`?"
    known = ", ".join((*fields, *known_languages()))
    return f"unknown field or language `{key}`. Remove it, or write one of: {known}"


def find_meant_languages(text: str) -> list[str]:
    """Return the known languages that a text may stand for.

    It understands names (English), other codes (`no` for `nb`), codes of countries (`jp`) and slips. Chinese
    has two, one for each script.
    """
    codes = [find_language(text), *_official_languages(text)]
    for code in codes:
        if code in known_languages():
            return [code]
        found = _list_of_base(base_of(code or ""))
        if found:
            return found
    similar = find_similar(text, known_languages())
    return [similar] if similar else []


def _list_of_base(base: str) -> list[str]:
    """Return the known languages of a base code: both Chinese ones of `zh`."""
    codes = []
    for code in known_languages():
        if base_of(code) == base:
            codes.append(code)
    return codes


def _official_languages(country: str) -> tuple[str, ...]:
    """Return the official languages of a country's code."""
    # Loaded where something is wrong: Babel takes 0.1 s to import.
    from babel.languages import get_official_languages

    return tuple(get_official_languages(country.upper(), de_facto=True))
