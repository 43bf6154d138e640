"""Titles of one form: their slots, and whether texts differ there (pure).

    佛教协会召开会议  ──► 佛 │ 道  ──► each text has its own title's words, or one for the other
    道教协会召开会议

In a copy under a changed headline the text has not changed with the headline. So what differs in two
titles tells something only where the texts bear it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.dedup.changed_places import trade_places
from pipelines.dedup.counting_words import is_counting, is_ordinal
from pipelines.dedup.name_spellings import are_one_name, shortened_spellings
from pipelines.dedup.text_print import shingles_of_words
from pipelines.model import TextPrint
from pipelines.text.tokens import encoded, is_chinese

#: Characters of two titles together. Headlines have half of it; comparing takes the square of the time.
_LONGEST_TITLES = 500
#: Slots that two titles of one form may have.
_MOST_SLOTS = 3
#: Weight that the titles have in common at the least: two words, or four characters of Chinese. And
#: the share of the shorter title.
_LEAST_COMMON = 4
_COMMON_SHARE = 0.3
#: Characters of Chinese that two titles have in common by chance.
_BY_CHANCE = 1
_NUMBERS_OF_HOUR = 2
#: Pairs of titles whose slots are kept: a form is compared with several of its kind.
_PAIRS_KEPT = 1024


class Slot(NamedTuple):
    """Where two titles differ, as [start, end) in each."""

    start_here: int
    end_here: int
    start_there: int
    end_there: int


class AlignedTitles(NamedTuple):
    """Two titles of one form, as tokens, and their slots."""

    here: tuple[str, ...]
    there: tuple[str, ...]
    slots: tuple[Slot, ...]
    #: Of the longer title.
    common_share: float

    def words_of(self, slot: Slot) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what stands in a slot in each title."""
        return self.here[slot.start_here : slot.end_here], self.there[slot.start_there : slot.end_there]

    def say(self, slot: Slot) -> str:
        """Say what stands in a slot here and there."""
        here, there = self.words_of(slot)
        return f"{_written(here)} here, {_written(there)} there"


@lru_cache(maxsize=_PAIRS_KEPT)
def align_titles(here: tuple[str, ...], there: tuple[str, ...]) -> AlignedTitles | None:
    """Return two titles of one form with their slots, or None.

    The titles are tokens. What only one of them has is no slot. Very long ones are no headlines, and None.
    """
    if sum(map(len, (*here, *there))) > _LONGEST_TITLES:
        return None
    blocks = _common_blocks(here, there)
    common = 0
    for start, _there, size in blocks:
        common += _weight(here[start : start + size])
    shorter, longer = sorted((_weight(here), _weight(there)))
    if common < max(_LEAST_COMMON, _COMMON_SHARE * shorter):
        return None
    slots = tuple(_slots_between(here, there, blocks))
    return AlignedTitles(here, there, slots, common / longer)


def counted_apart(titles: AlignedTitles, are_alike: bool) -> Slot | None:
    """Return the slot in which titles count on, or None.

    Of texts that are alike, and beside other slots, only what counts a series tells: "14 dead" becomes
    "15 dead".
    """
    if len(titles.slots) > _MOST_SLOTS:
        return None
    may_count_anything = len(titles.slots) == 1 and not are_alike
    for slot in titles.slots:
        here, there = titles.words_of(slot)
        if not all(map(is_counting, (*here, *there))):
            continue
        is_one_word = len(here) == len(there) == 1
        if (may_count_anything and is_one_word) or _counts_a_series(titles, slot):
            return slot
    return None


def _counts_a_series(titles: AlignedTitles, slot: Slot) -> bool:
    """Tell whether a slot begins with an ordinal or a day, as "Friday night"."""
    return is_ordinal(titles.here, slot.start_here) and is_ordinal(titles.there, slot.start_there)


def worded_apart(titles: AlignedTitles, mine: TextPrint, theirs: TextPrint) -> Slot | None:
    """Return the slot in which titles and texts differ, or None.

    What only counts is left out: it changes from one state of a report to the next.
    """
    if len(titles.slots) > _MOST_SLOTS:
        return None
    worded = [slot for slot in titles.slots if _is_worded(titles, slot)]
    if not worded and titles.slots:
        return None
    if _have_own_words(titles, mine, theirs):
        return worded[0] if worded else _whole(titles)
    for slot in worded:
        if trade_places(mine, theirs, _last_words(titles, slot)):
            return slot
        if trade_places(mine, theirs, _mistyped_last_words(titles, slot)):
            return slot
    return None


def _mistyped_last_words(titles: AlignedTitles, slot: Slot) -> Iterator[tuple[bytes, bytes]]:
    """Yield the last words of a slot with a typing error in either.

    Words that end alike are left out: "adopts" would find "adopted", which a copy may say for "approved".
    """
    here, there = titles.words_of(slot)
    for mistyped in shortened_spellings(there[-1]):
        if mistyped[-1] != here[-1][-1]:
            yield encoded(here[-1]), encoded(mistyped)
    for mistyped in shortened_spellings(here[-1]):
        if mistyped[-1] != there[-1][-1]:
            yield encoded(mistyped), encoded(there[-1])


def number_put_otherwise(titles: AlignedTitles, mine: TextPrint, theirs: TextPrint) -> Slot | None:
    """Return the one slot of titles if a number differs, or None.

    It differs in the texts, too.
    """
    if len(titles.slots) != 1:
        return None
    slot = titles.slots[0]
    # An hour has up to two numbers: 1 p.m., 5:15 p.m.
    here, there = titles.words_of(slot)
    if max(len(here), len(there)) > _NUMBERS_OF_HOUR or not all(map(is_counting, (*here, *there))):
        return None
    return slot if trade_places(mine, theirs, _last_words(titles, slot)) else None


def added_word(titles: AlignedTitles, mine: TextPrint, theirs: TextPrint) -> Slot | None:
    """Return where one title has one word more if its text has, too, or None.

    "In alert" and "in heightened alert" are two matters.
    """
    shorter, longer = sorted((titles.here, titles.there), key=len)
    if len(longer) != len(shorter) + 1 or titles.slots:
        return None
    at = 0
    while at < len(shorter) and shorter[at] == longer[at]:
        at += 1
    if at == 0 or longer[at + 1 :] != shorter[at:] or is_counting(longer[at]):
        return None
    texts = (mine, theirs) if longer is titles.here else (theirs, mine)
    # The text with the word goes on behind it as the other does behind the word before.
    if not trade_places(*texts, [(encoded(longer[at]), encoded(longer[at - 1]))]):
        return None
    if longer is titles.here:
        return Slot(at - 1, at + 1, at - 1, at)
    return Slot(at - 1, at, at - 1, at + 1)


def _last_words(titles: AlignedTitles, slot: Slot) -> Iterator[tuple[bytes, bytes]]:
    """Yield the last words of a slot, and of its parts around words in common.

    甲在东 and 乙在西 are one slot or two.
    """
    here, there = map(_as_in_text, titles.words_of(slot))
    yield encoded(here[-1]), encoded(there[-1])
    blocks = SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks()
    for part in _slots_between(here, there, blocks):
        yield encoded(here[part.end_here - 1]), encoded(there[part.end_there - 1])


def _whole(titles: AlignedTitles) -> Slot:
    """Return all that stands between what titles begin and end with."""
    return _trimmed(titles.here, titles.there, Slot(0, len(titles.here), 0, len(titles.there)))


def _have_own_words(titles: AlignedTitles, mine: TextPrint, theirs: TextPrint) -> bool:
    """Tell whether each text has what is its own title's alone."""
    in_my_title = shingles_of_words(_as_in_text(titles.here))
    in_their_title = shingles_of_words(_as_in_text(titles.there))
    own_here = (in_my_title - in_their_title) & mine.distinct
    if not own_here or own_here & theirs.distinct:
        return False
    own_there = (in_their_title - in_my_title) & theirs.distinct
    return bool(own_there) and not own_there & mine.distinct


def _is_worded(titles: AlignedTitles, slot: Slot) -> bool:
    here, there = titles.words_of(slot)
    if all(map(is_counting, (*here, *there))):
        return False
    return not are_one_name(_written(here), _written(there))


def _as_in_text(words: Sequence[str]) -> list[str]:
    """Return words as tokens, each Chinese numeral apart again."""
    apart: list[str] = []
    for word in words:
        apart += word if is_chinese(word[0]) else [word]
    return apart


# -- alignment --------------------------------------------------------------------------------------------


def _common_blocks(here: Sequence[str], there: Sequence[str]) -> list[tuple[int, int, int]]:
    """Return what two titles share, as (here, there, size), in order.

    The last one has no size and stands for the end.
    """
    found = []
    for block in SequenceMatcher(None, here, there, autojunk=False).get_matching_blocks():
        is_chance = block.size <= _BY_CHANCE and all(map(is_chinese, here[block.a : block.a + block.size]))
        if not is_chance or not block.size:
            found.append((block.a, block.b, block.size))
    return found


def _slots_between(
    here: Sequence[str], there: Sequence[str], blocks: Iterable[tuple[int, int, int]]
) -> Iterator[Slot]:
    """Yield what stands between blocks in both titles."""
    for before, behind in pairwise([(0, 0, 0), *blocks]):
        start_here, start_there = before[0] + before[2], before[1] + before[2]
        slot = _trimmed(here, there, Slot(start_here, behind[0], start_there, behind[1]))
        if slot.start_here < slot.end_here and slot.start_there < slot.end_there:
            yield slot


def _trimmed(here: Sequence[str], there: Sequence[str], slot: Slot) -> Slot:
    """Return a slot without what it begins and ends with in both."""
    start_here, end_here, start_there, end_there = slot
    while start_here < end_here and start_there < end_there and here[start_here] == there[start_there]:
        start_here, start_there = start_here + 1, start_there + 1
    while start_here < end_here and start_there < end_there and here[end_here - 1] == there[end_there - 1]:
        end_here, end_there = end_here - 1, end_there - 1
    return Slot(start_here, end_here, start_there, end_there)


def _weight(title: Sequence[str]) -> int:
    """Return the weight of words: 2, or 1 for a character."""
    weight = 0
    for word in title:
        weight += len(word) if is_chinese(word[0]) else 2
    return weight


def _written(words: Sequence[str]) -> str:
    """Return words as they are written, Chinese without spaces."""
    if not words:
        return "nothing"
    between = "" if all(map(is_chinese, words)) else " "
    return between.join(words)
