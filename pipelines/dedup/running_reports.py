"""A report that its newsroom writes on while victims are counted (pure).

    "Explosion kills 14", "Explosion kills 15"    one report, two steps
    "Gold at $2,314", "Gold at $2,337"            a form, filled in twice

Both differ in numbers alone. What is counted tells them apart: the dead, the evacuated, the hectares. The
words are in `running_reports.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from itertools import chain

from pipelines.dedup.carrying import are_of_one_newsroom
from pipelines.dedup.counting_words import is_counting, is_ordinal
from pipelines.dedup.title_differences import align_headlines
from pipelines.dedup.title_slots import AlignedTitles, Slot, number_put_otherwise
from pipelines.model import Member
from pipelines.text.tokens import is_chinese
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: A day's steps. What is counted a day later is often what happened on that day.
_COUNTED_WITHIN = timedelta(hours=24)
#: The same under one headline, which forms of each day have, too.
_UNDER_ONE_HEADLINE_WITHIN = timedelta(hours=12)


class RunningVocabulary(Vocabulary):
    """The words of `running_reports.yaml`."""

    counted: Mapping[str, tuple[str, ...]]


@cache
def _counted_words() -> frozenset[str]:
    words = read_vocabulary("pipelines.dedup", "running_reports.yaml", RunningVocabulary)
    return frozenset(chain.from_iterable(words.counted.values()))


def is_running_report(article: Member, other: Member) -> bool:
    """Tell whether two texts are steps of one report, whatever numbers differ.

    A step may name more than the one before. Where each names somebody of its own, they are of two matters.
    """
    if article.published is None or other.published is None or not are_of_one_newsroom(article, other):
        return False
    names, other_names = article.text.names, other.text.names
    if not names <= other_names and not other_names <= names:
        return False
    apart = abs(article.published - other.published)
    if article.title == other.title:
        return apart <= _UNDER_ONE_HEADLINE_WITHIN
    return apart <= _COUNTED_WITHIN and count_the_same(article.title, other.title)


def numbers_apart(article: Member, other: Member) -> str | None:
    """Return why a number in headline and text makes another report, or None.

    How many there are of what happened is put right from one page to the next; a price, a rate, a length
    that differs in both is that of another matter.
    """
    titles = align_headlines(article.title, other.title)
    slot = number_put_otherwise(titles, article.text, other.text) if titles else None
    if titles is None or slot is None:
        return None
    # An hour counts nothing, also in a headline that tells what was cancelled.
    is_hour = is_ordinal(titles.here, slot.end_here - 1) and is_ordinal(titles.there, slot.end_there - 1)
    is_count = _counts_what_happened(titles.here) or _counts_what_happened(titles.there)
    if is_count and not is_hour:
        return None
    return f"titles of one form: {titles.say(slot)}"


def count_the_same(title: str, other: str) -> bool:
    """Tell whether two headlines differ in how many there are of what happened."""
    titles = align_headlines(title, other)
    if titles is None or not titles.slots:
        return False
    if not _counts_what_happened(titles.here) or not _counts_what_happened(titles.there):
        return False
    return all(_is_number(titles, slot) for slot in titles.slots)


def _counts_what_happened(headline: Sequence[str]) -> bool:
    words = _counted_words()
    if not words.isdisjoint(headline):
        return True
    # Nothing shows where a Chinese word begins.
    chinese = "".join(token for token in headline if is_chinese(token[0]))
    return any(word in chinese for word in words)


def _is_number(titles: AlignedTitles, slot: Slot) -> bool:
    """Tell whether a slot holds one number in each title that counts no series."""
    here, there = titles.words_of(slot)
    if len(here) != 1 or len(there) != 1 or not is_counting(here[0]) or not is_counting(there[0]):
        return False
    is_ordinal_here = is_ordinal(titles.here, slot.start_here)
    return not is_ordinal_here and not is_ordinal(titles.there, slot.start_there)
