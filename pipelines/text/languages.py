"""The languages in which a beat can have names, from `languages.yaml` (pure).

    known_languages()                 en, fr, zh-Hans …: the codes that the files of a beat may use
    language_named(code)              what is known of one of them
    base_of("zh-Hant"), base_of("no") zh and nb: what a page's own code is compared by
    misplaced_script("en", "Россия")  what to write instead, or None

To add a language, add a line to `languages.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Annotated

from pydantic import AfterValidator

from crawlers.scripts import SCRIPTS, scripts_of
from pipelines.text.vocabulary import Vocabulary, read_vocabulary


def _check_script(script: str) -> str:
    """Return the name of a script that the table of scripts has, or raise ValueError."""
    if script not in SCRIPTS:
        raise ValueError(f"“{script}” is no known script; write one of {', '.join(SCRIPTS)}")
    return script


class Language(Vocabulary):
    """One language: its code, its name and the scripts of its letters."""

    code: str
    #: In English.
    name: str
    scripts: tuple[Annotated[str, AfterValidator(_check_script)], ...]
    #: The code without the script; None where that is the code itself.
    base: str | None = None
    #: Other codes for it.
    also: tuple[str, ...] = ()
    #: What is written in one word with a name, before it and behind it.
    before: tuple[str, ...] = ()
    behind: tuple[str, ...] = ()
    #: By the ending of a word, what may stand in its place.
    endings: Mapping[str, tuple[str, ...]] = {}
    #: A beginning of names, and what may stand in its place.
    instead: Mapping[str, tuple[str, ...]] = {}

    def is_written_in(self, scripts: frozenset[str]) -> bool:
        """Tell whether a word in these scripts can be a word of the language.

        Latin letters stand in words of every language (NTTドコモ), but not alone.
        """
        own = scripts.intersection(self.scripts)
        return bool(own) and scripts <= {*self.scripts, "Latin"}


class LanguageList(Vocabulary):
    """All languages of `languages.yaml`, in its order."""

    languages: tuple[Language, ...]


_LANGUAGES = read_vocabulary("pipelines.text", "languages.yaml", LanguageList).languages
_BY_CODE = {language.code: language for language in _LANGUAGES}


def known_languages() -> tuple[str, ...]:
    """Return the codes of the languages in which a beat can have names."""
    return tuple(_BY_CODE)


def languages_in(script: str) -> list[Language]:
    """Return the languages of which a script is the first one."""
    found = []
    for language in _LANGUAGES:
        if language.scripts[0] == script:
            found.append(language)
    return found


def language_named(code: str) -> Language:
    """Return what is known of a language.

    Raises KeyError for a code that is not in `known_languages`.
    """
    return _BY_CODE[code]


def base_of(code: str) -> str:
    """Return a code without script and region: "zh" of "zh-Hant", "nb" of "no".

    A code of a language that is not known comes back without its region.
    """
    stem = code.replace("_", "-").partition("-")[0].casefold()
    return _bases().get(stem, stem)


def page_code(code: str) -> str:
    """Return the code by which articles in a language go: "no" for "nb".

    It is what most pages write; a code of any other language comes back as it is.
    """
    return "no" if code in ("nb", "nb-no") else code


def misplaced_script(language: str, word: str) -> str | None:
    """Return a sentence that says where a word belongs, or None where it may stand.

    A word fits a language if it has letters of its scripts. Abbreviations in Latin capitals (NTT, 5G) fit
    every language, and a word without any letter is not judged. Raises KeyError for an unknown language.
    """
    own = language_named(language)
    scripts = scripts_of(word)
    if not scripts or own.is_written_in(scripts):
        return None
    if scripts == {"Latin"} and word == word.upper():
        return None
    fitting = []
    for other in _LANGUAGES:
        if other.is_written_in(scripts):
            fitting.append(other.code)
    written = f"“{word}” is written in {_join(sorted(scripts), 'and')} letters"
    if not fitting:
        return f"{written}, which are not those of {own.name}; write it in {_join(own.scripts, 'or')} letters"
    return f"{written}, which are not those of {own.name}; write it under {_join(fitting, 'or')}"


@cache
def _bases() -> dict[str, str]:
    """Return the base code for each code that pages may use."""
    bases = {}
    for language in _LANGUAGES:
        base = language.base or language.code
        for code in (base, *language.also):
            bases[code] = base
    return bases


def _join(words: Sequence[str], conjunction: str) -> str:
    """Return words as a list in a sentence: "ru or uk", "ru, uk or bg"."""
    *others, last = words
    if not others:
        return last
    return f"{', '.join(others)} {conjunction} {last}"
