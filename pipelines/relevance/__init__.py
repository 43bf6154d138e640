"""Is a text on the beat, and why: the names of terms.yaml, and where they stand.

    title, text ──► sentences ──► features ──► rule: verdict and score
                                          └──► reasons: why, in words

    judge(title, text, lang, terms)    verdict, score and reasons for one text
    judge_lines(lines, terms)          the same for JSON lines

Everything here is pure. The names themselves are found by `pipelines.beat.terms`.
"""

from __future__ import annotations

from pipelines.relevance.rule import judge
from pipelines.relevance.text_lines import judge_lines

__all__ = ["judge", "judge_lines"]
