"""Is a text on the beat, and why: the names of `terms.yaml` and where they stand, in one readable rule.

    terms = load_terms(path)           terms.yaml, checked and compiled once
    judge(title, text, lang, terms)    verdict, score and reasons for one text
    judge_lines(lines, terms)          the same for JSON lines
    side_words(terms)                  each side's names, for a rough filter of general feeds
    sides_named(text, terms)           the sides that a title or summary names, traps left out

Everything here is pure, apart from `load_terms`, which reads one file.
"""

from __future__ import annotations

from pipelines.relevance.rule import judge
from pipelines.relevance.text_lines import judge_lines

__all__ = ["judge", "judge_lines"]
