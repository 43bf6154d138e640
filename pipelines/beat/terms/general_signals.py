"""Words of dealings, sport and lists that every beat knows, by group and language.

They stand in `general_signals.yaml`. A beat's own words of a group in a language take their place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from crawlers.checked_yaml import read_yaml
from pipelines.beat.terms.fields import SignalId, TermsFile

_FILE = Path(__file__).with_name("general_signals.yaml")
_Groups = Mapping[SignalId, Mapping[str, tuple[str, ...]]]


def general_words(file: TermsFile) -> Iterator[tuple[SignalId, str, Sequence[str]]]:
    """Yield the signal, language and words of each list that a beat takes over.

    Those are the lists of the languages in which it names its sides, where it has no words of its own.
    """
    languages: dict[str, None] = {}
    for side in file.sides:
        for names in side.names.values():
            for name in names:
                languages.update(dict.fromkeys(name.spellings))
    for signal, words_by_language in _load_groups().items():
        own = file.signals[signal].spellings if signal in file.signals else {}
        for language in languages:
            if language in words_by_language and not own.get(language):
                yield signal, language, words_by_language[language]


@cache
def _load_groups() -> _Groups:
    return TypeAdapter(_Groups).validate_python(read_yaml(_FILE).values)
