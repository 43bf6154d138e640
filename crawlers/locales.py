"""Which codes of languages and countries exist, from CLDR through Babel.

Languages are the two-letter codes of ISO 639-1, and Chinese also by script: `zh-Hans`, `zh-Hant`.
Countries are the two-letter codes of ISO 3166, with `EU`, `UN` and `XK` (Kosovo), which CLDR adds.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

_CHINESE_BY_SCRIPT = ("zh-Hans", "zh-Hant")
# CLDR's stand-ins for "unknown" and for tests of software, which no source has.
_NOT_COUNTRIES = frozenset({"QO", "XA", "XB", "ZZ"})

# CLDR's short names, which Babel does not carry: "Hong Kong SAR China" is too long for a heading.
_SHORT_COUNTRY_NAMES = {
    "en": {"HK": "Hong Kong", "MO": "Macau"},
    "fr": {"HK": "Hong Kong", "MO": "Macao"},
    "zh": {"HK": "中国香港", "MO": "中国澳门"},
}

# What people write for a language that CLDR's English names and aliases do not show.
_USUAL_LANGUAGE_MISTAKES = {
    "français": "fr",
    "中文": "zh",
    "español": "es",
    "deutsch": "de",
    "português": "pt",
    "italiano": "it",
    "nederlands": "nl",
    "norsk": "no",
    "svenska": "sv",
    "polski": "pl",
    "русский": "ru",
    "українська": "uk",
    "العربية": "ar",
    "日本語": "ja",
    "한국어": "ko",
    "jp": "ja",
    "cn": "zh-Hans",
    "tw": "zh-Hant",
    "zh-cn": "zh-Hans",
    "zh-sg": "zh-Hans",
    "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant",
    "zh-mo": "zh-Hant",
}


def is_language(code: str) -> bool:
    """Tell whether a code is one of ISO 639-1, `zh-Hans` or `zh-Hant`."""
    return code in _language_names()


def is_country(code: str) -> bool:
    """Tell whether a code is one of ISO 3166, in capital letters."""
    return code in _country_names()


def find_language(text: str) -> str | None:
    """Return the code of the language that a text means, or None.

    Understands names ("English"), codes of three letters ("eng") and codes with a region ("fr-CA").
    """
    from babel.core import get_global

    folded = text.casefold().replace("_", "-")
    if folded in _USUAL_LANGUAGE_MISTAKES:
        return _USUAL_LANGUAGE_MISTAKES[folded]
    for code, name in _language_names().items():
        if folded in (code.casefold(), name.casefold()):
            return code
    # "fr-CA" is French; "eng", "fra" and "fre" are ISO 639-2 codes, which CLDR lists as aliases.
    stem = folded.partition("-")[0]
    stem = get_global("language_aliases").get(stem, stem)
    if is_language(stem):
        return str(stem)
    return None


def country_name(code: str, language: str = "en") -> str:
    """Return a country's name in a language, or the code where there is none."""
    return _country_names(language).get(code, code)


def find_country(text: str, languages: Iterable[str] = ("en",)) -> str | None:
    """Return the code of the country that a text means ("ca", "Canada"), or None.

    Its names in each of the languages are known.
    """
    folded = text.casefold()
    for language in languages:
        for code, name in _country_names(language).items():
            if folded in (code.casefold(), name.casefold()):
                return code
    return None


@cache
def _language_names() -> dict[str, str]:
    """Return the codes of all languages with their English names."""
    # Loaded with the first catalogue: Babel takes 0.1 s to import and to read its English names.
    from babel import Locale

    names = {}
    for code, name in Locale.parse("en").languages.items():
        # CLDR also has codes of three letters, and varieties such as en_GB.
        if len(code) == 2:
            names[str(code)] = str(name)
    for code in _CHINESE_BY_SCRIPT:
        names[code] = Locale.parse("en").languages[code.replace("-", "_")]
    return names


@cache
def _country_names(language: str = "en") -> dict[str, str]:
    """Return the codes of all countries with their names in a language."""
    from babel import Locale

    names = {}
    for code, name in Locale.parse(language).territories.items():
        if len(code) == 2 and code not in _NOT_COUNTRIES:
            names[str(code)] = str(name)
    return names | _SHORT_COUNTRY_NAMES.get(language, {})
