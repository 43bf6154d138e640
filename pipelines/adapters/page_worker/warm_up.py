"""What is read before the first page, to load what all need."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.beat.beat import Beat
from pipelines.beat.label import name_in
from pipelines.text.vocabulary import Vocabulary, read_vocabulary


class WarmUpWords(Vocabulary):
    """The sentences of `warm_up.yaml`, by language."""

    sentences: Mapping[str, str]


def warm_up_sentences(beat: Beat) -> list[str]:
    """Return a sentence of each language, with the names of the beat's sides in it.

    The judge stops early at a text that names no side, and what comes behind would not be loaded.
    """
    words = read_vocabulary("pipelines.adapters.page_worker", "warm_up.yaml", WarmUpWords)
    filled = []
    for language, sentence in words.sentences.items():
        filled.append(sentence.replace("{sides}", _name_sides(beat, language)))
    return filled


def _name_sides(beat: Beat, language: str) -> str:
    """Return what a beat is about: its sides, or its name where it has none."""
    names = []
    for side_names in beat.terms.side_names.values():
        names.append(name_in(side_names, language))
    return ", ".join(names) or beat.name
