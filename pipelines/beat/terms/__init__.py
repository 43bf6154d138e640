"""terms.yaml: who stands on which side of the beat, checked and compiled.

terms.yaml ──► reader (checks: fields, contradictions) ──► compiler ──► Terms ──► scan a text

terms = load_terms(path)        read once, serves all threads
terms.scan(text)                names, traps and signals of a text
terms.find_entities(text)       the entries that a text names, the same in any language
side_words(terms)               each side's names, for a rough filter of general feeds
sides_named(text, terms)        the sides that a title or summary names, traps left out
SideNames(terms)                finds the same and perhaps more, for long texts of which most name none
"""

from __future__ import annotations

from pipelines.beat.terms.entry_checks import list_side_ids
from pipelines.beat.terms.names import (
    Entity,
    Meaning,
    Named,
    Party,
    RelevanceRule,
    Scan,
    SideNames,
    Terms,
    Topic,
    side_words,
    sides_named,
)
from pipelines.beat.terms.reader import load_terms, no_terms, read_terms

__all__ = [
    "Entity",
    "Meaning",
    "Named",
    "Party",
    "RelevanceRule",
    "Scan",
    "SideNames",
    "Terms",
    "Topic",
    "list_side_ids",
    "load_terms",
    "no_terms",
    "read_terms",
    "side_words",
    "sides_named",
]
