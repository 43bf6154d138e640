"""The verdict on an edit: what of it a reader should be told, in sentences (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines.model import Edit, PageText, Passage
from pipelines.revisions.diff import compare_by_word, diff
from pipelines.revisions.fact_changes import (
    BothTexts,
    attribution_changes,
    date_changes,
    name_changes,
    negation_changes,
    number_changes,
    quotation_changes,
)
from pipelines.revisions.headlines import same_headline_of_page
from pipelines.revisions.passages import count_changed_words, count_whole, count_words_after, shorten
from pipelines.revisions.report_lines import report_lines
from pipelines.revisions.sentences import cut_sentences
from pipelines.text.counts import counted

#: Words in sentences that came or went from which a reader is told: a short sentence.
_LEAST_WORDS = 15
#: A quarter of the text, and 30 words at least, in other words: it was written anew, whatever the facts.
_REWRITTEN_SHARE = 0.25
_REWRITTEN_WORDS = 30
#: Reasons that a mail can list; more are counted.
_MOST_REASONS = 12


def edit_between(before: PageText, after: PageText) -> Edit:
    """Return how a page's text changed, and whether that is material.

    Commas, spaces, typography, script (traditional or simplified), boilerplate, times of update and links
    to other articles are no change. A sentence that moved is none either.
    """
    old_lines = report_lines(before)
    new_lines = report_lines(after)
    passages = diff(cut_sentences(old_lines), cut_sentences(new_lines))
    title = compare_by_word(before.title, after.title)
    replaced = _replacement_reason(passages)
    if replaced:
        reasons = [*_headline_changes(before.title, after.title), replaced]
        return Edit(True, tuple(reasons), title, passages)
    texts = BothTexts.read("\n".join(old_lines), "\n".join(new_lines))
    reasons = [
        *_headline_changes(before.title, after.title),
        *number_changes(passages, texts),
        *date_changes(passages),
        *name_changes(passages, texts),
        *quotation_changes(old_lines, new_lines, texts),
        *attribution_changes(passages),
        *negation_changes(passages),
        *_amount_changes(passages),
    ]
    if not reasons:
        return Edit(False, (_immaterial_reason(passages),), title, passages)
    if len(reasons) > _MOST_REASONS:
        more = len(reasons) - _MOST_REASONS
        reasons = [*reasons[:_MOST_REASONS], f"and {more} more changes"]
    return Edit(True, tuple(reasons), title, passages)


def _headline_changes(before: str, after: str) -> Iterator[str]:
    if not same_headline_of_page(before, after):
        yield f"headline changed: “{shorten(before)}” → “{shorten(after)}”"


def _amount_changes(passages: Sequence[Passage]) -> Iterator[str]:
    """Yield whether sentences came or went, or the text was written anew."""
    added = count_whole(passages, "added")
    if added.words >= _LEAST_WORDS:
        yield f"{counted(added.sentences, 'sentence')} added ({added.words} words)"
    removed = count_whole(passages, "removed")
    if removed.words >= _LEAST_WORDS:
        yield f"{counted(removed.sentences, 'sentence')} removed ({removed.words} words)"
    changed_words = count_changed_words(passage for passage in passages if passage.how == "changed")
    all_words = count_words_after(passages)
    if changed_words >= _REWRITTEN_WORDS and changed_words >= _REWRITTEN_SHARE * all_words:
        yield f"written anew: {changed_words:.0f} of {all_words:.0f} words changed"


def _replacement_reason(passages: Sequence[Passage]) -> str | None:
    """Return that another text stands where the one before stood, or None.

    Then single names and numbers say nothing.
    """
    removed = count_whole(passages, "removed")
    added = count_whole(passages, "added")
    if removed.words < _LEAST_WORDS or not added.sentences:
        return None
    if any(passage.how not in ("removed", "added") for passage in passages):
        return None
    old_text = f"{counted(removed.sentences, 'sentence')} ({removed.words} words)"
    new_text = f"{counted(added.sentences, 'sentence')} ({added.words} words)"
    return f"another text: {old_text} gave way to {new_text}, and none was kept"


def _immaterial_reason(passages: Sequence[Passage]) -> str:
    """Return what little changed."""
    changed = []
    for passage in passages:
        if passage.how != "kept":
            changed.append(passage)
    if not changed:
        return "only typography, the order of sentences or page boilerplate changed"
    return f"only wording: {count_changed_words(changed):.0f} words, no fact among them"
