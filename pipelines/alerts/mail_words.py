"""What mails say around the news, in the language of their reader.

The phrases are in `mail_words.yaml`, by what they are in English.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path

from crawlers.checked_yaml import read_yaml

#: Says an English phrase in a reader's language, with what it names filled in.
Say = Callable[..., str]


def words_in(language: str) -> Say:
    """Return what says a phrase in a language."""
    return partial(_say, language)


def _say(language: str, phrase: str, /, **names: object) -> str:
    """Return a phrase in a language, in English where the language lacks it."""
    text = phrases().get(phrase, {}).get(language, phrase)
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


@cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """Return every phrase: English -> language -> words."""
    found: Mapping[str, Mapping[str, str]] = read_yaml(Path(__file__).with_name("mail_words.yaml")).values
    return found
