"""Two texts that share much: one report, or one inside the other (pure).

    shared shingles ──► runs of each text ──► how much of each is shared, and where it stands
                                                        │
              one text │ the page carries the text │ others ◄──┘

A page is in one story, its home: the story of its own text. Where more than half of what it prints is its
own, it is no copy of another text, however much of that it prints: it carries it. So a round-up joins
nothing, and three reports that print one brief stay three.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from pipelines.dedup.overlap import Overlap, compare, passages
from pipelines.dedup.text_print import shingles_of_words
from pipelines.dedup.title_differences import names_of_headline_in, words_of_title
from pipelines.model import Carrying, Member, TextPrint

#: Share of a text that stands in the other below which most of it is its own.
_HALF = 0.5
#: Words of its own that make a page a text of its own. A site prints fewer around a report.
_OWN_WORDS = 50
#: Shingles of the shortest run that counts. Turns of phrase are shorter.
_SHORTEST_RUN = 6
#: Words that the last shingle of a run has behind its first word.
_WORDS_BEHIND = 2
#: Share of what stands between the first and the last shared word that is shared, from which it is a block.
_BLOCK = 0.75
#: Words of its own above a block from which a page begins with its own text.
_OWN_HEAD = 10
#: Words of a headline that is not found in a page by chance.
_HEADLINE = 5
#: Share of a text of which a page prints the beginning, from which it carries that text.
_BEGINNING = 0.2
#: Share of the words of the shorter headline from which two headlines name one matter, and the words
#: that they share at the least.
_SAME_HEADLINE = 0.5
_WORDS_OF_HEADLINE = 3
#: Words of the longest excerpt, and how many times as long its report is at the least.
_EXCERPT = 80
_LONGER_THAN_EXCERPT = 1.5
#: Share of an excerpt that is its report's beginning; the rest says where to read on.
_KEPT_IN_EXCERPT = 0.6
#: Share of each of two texts that is its own, and words of its own above what they share, where that is a
#: paragraph that both print beside their reports. The longest such paragraph, in words.
_OWN_BESIDE = 0.4
_OWN_ABOVE = 15
_LONGEST_PARAGRAPH = 100
#: Share that a step has in common with the first, below which it begins a new chapter.
_OF_FIRST_STEP = 0.25
#: An agency writes a report on for so long, and each step keeps so much of the one before.
_WRITTEN_ON_WITHIN = timedelta(days=2)
_KEPT_IN_STEP = 0.6


class Standing(Enum):
    """How two texts that share much stand to each other."""

    ONE_TEXT = "one text"
    CARRIES = "the first carries the second"
    CARRIED = "the second carries the first"
    OTHERS = "others that share a part"


@dataclass(frozen=True, slots=True)
class SharedPart:
    """The part of a text that stands in another one, in shingles."""

    #: Share of the text, 0..1.
    share: float
    #: The longest run.
    longest: int
    #: What stands above the first run.
    above: int
    #: Share of what stands between the first and the last shared shingle that is shared.
    density: float


def shared_part(text: TextPrint, other: TextPrint) -> SharedPart:
    """Return which part of a text stands in another, over gaps of a changed word."""
    runs = []
    for start, end in passages(text, other.distinct):
        if end - start >= _SHORTEST_RUN:
            runs.append((start, end))
    if not runs:
        return SharedPart(0.0, 0, 0, 0.0)
    lengths = [end - start for start, end in runs]
    first, last = runs[0][0], runs[-1][1]
    shared = sum(lengths)
    return SharedPart(shared / len(text.shingles), max(lengths), first, shared / (last - first))


def standing_of(article: Member, other: Member, overlap: Overlap) -> Standing:
    """Return how an article stands to another one with which it shares much.

    `overlap` is that of the article as `a` with the other as `b`.
    """
    if min(overlap.of_a, overlap.of_b) >= _HALF:
        return Standing.ONE_TEXT
    part = shared_part(article.text, other.text)
    part_of_other = shared_part(other.text, article.text)
    if not _is_mostly_own(article.text, part) and not _is_mostly_own(other.text, part_of_other):
        return Standing.ONE_TEXT
    if max(part.share, part_of_other.share) < _HALF:
        return _standing_of_two_pages(article, part, other, part_of_other)
    if part.share <= part_of_other.share:
        return _standing_of_page(article, part, other, part_of_other)
    return _EXCHANGED[_standing_of_page(other, part_of_other, article, part)]


def _is_mostly_own(text: TextPrint, part: SharedPart) -> bool:
    """Tell whether more than half of a text, and a few lines, is its own."""
    return part.share < _HALF and (1 - part.share) * text.words >= _OWN_WORDS


_EXCHANGED = {
    Standing.ONE_TEXT: Standing.ONE_TEXT,
    Standing.CARRIES: Standing.CARRIED,
    Standing.CARRIED: Standing.CARRIES,
    Standing.OTHERS: Standing.OTHERS,
}


def _standing_of_page(page: Member, part: SharedPart, text: Member, part_of_text: SharedPart) -> Standing:
    """Return how a page that is mostly its own stands to a text.

    It prints most of that.
    """
    if is_written_on(page, text) or is_excerpt(page, text):
        return Standing.ONE_TEXT
    if _is_earlier(text, page):
        return Standing.CARRIES
    is_inside = part.density >= _BLOCK and part.above >= _OWN_HEAD
    # A text of which the page has the middle alone has that from the page, and its beginning from elsewhere.
    is_item = part_of_text.above < _OWN_HEAD and (is_inside or _prints_headline(page, text))
    if is_item and not name_one_matter(page, text):
        return Standing.CARRIES
    return Standing.ONE_TEXT


def _standing_of_two_pages(
    article: Member, part: SharedPart, other: Member, part_of_other: SharedPart
) -> Standing:
    """Return how two pages stand to each other that both are mostly their own.

    One may print the beginning of the other. Where a part stands in the middle of both, it is a third text,
    such as a statement.
    """
    if _prints_beginning(article, part, other, part_of_other):
        return Standing.CARRIES
    if _prints_beginning(other, part_of_other, article, part):
        return Standing.CARRIED
    return Standing.OTHERS


def _prints_beginning(page: Member, part: SharedPart, text: Member, part_of_text: SharedPart) -> bool:
    """Tell whether a page prints the beginning of a text in one block."""
    if part.density < _BLOCK or part_of_text.share < _BEGINNING or part_of_text.above >= _OWN_HEAD:
        return False
    # Where both begin with it, the later page has it from the earlier one.
    return part.above >= _OWN_HEAD or _is_earlier(text, page)


def _is_earlier(one: Member, other: Member) -> bool:
    """Tell whether both pages say when they appeared, and one was first."""
    if one.published is None or other.published is None:
        return False
    return one.published < other.published


def _prints_headline(page: Member, text: Member) -> bool:
    """Tell whether the headline of a text stands in a page, as in a list."""
    words = words_of_title(text)
    return len(words) >= _HEADLINE and shingles_of_words(words) <= page.text.distinct


def name_one_matter(page: Member, text: Member) -> bool:
    """Tell whether two headlines share most of their words."""
    mine, theirs = set(words_of_title(page)), set(words_of_title(text))
    shorter = min(len(mine), len(theirs))
    least = max(_SAME_HEADLINE * shorter, min(_WORDS_OF_HEADLINE, shorter))
    return bool(shorter) and len(mine & theirs) >= least


def share_a_paragraph_beside(one: Member, other: Member) -> bool:
    """Tell whether two reports share one paragraph and nothing of what they tell.

    Such are a newsroom's words about itself and the background of a matter. Each begins with its own text,
    and their headlines are about two matters.
    """
    shortest_title = min(len(words_of_title(one)), len(words_of_title(other)))
    if shortest_title < _HEADLINE or name_one_matter(one, other):
        return False
    # An update under a new lead tells of the people of its report.
    if names_of_headline_in(one, other) or names_of_headline_in(other, one):
        return False
    return _has_paragraph_beside(one.text, other.text) and _has_paragraph_beside(other.text, one.text)


def _has_paragraph_beside(text: TextPrint, other: TextPrint) -> bool:
    part = shared_part(text, other)
    words_a_shingle = text.words / max(len(text.shingles), 1)
    is_one_run = part.longest == round(part.share * len(text.shingles))
    is_paragraph = part.longest * words_a_shingle <= _LONGEST_PARAGRAPH
    return (
        is_one_run
        and is_paragraph
        and part.share <= 1 - _OWN_BESIDE
        and part.above * words_a_shingle >= _OWN_ABOVE
    )


def is_excerpt(one: Member, other: Member) -> bool:
    """Tell whether one of two pages is the headline and the beginning of the other."""
    shorter, longer = sorted((one, other), key=_length)
    if shorter.text.words > _EXCERPT or shorter.text.words * _LONGER_THAN_EXCERPT > longer.text.words:
        return False
    part, part_of_longer = shared_part(shorter.text, longer.text), shared_part(longer.text, shorter.text)
    if part.above or part_of_longer.above >= _OWN_HEAD:
        return False
    is_kept = part.longest >= _KEPT_IN_EXCERPT * len(shorter.text.shingles)
    return is_kept and name_one_matter(shorter, longer)


def _length(member: Member) -> tuple[int, str]:
    return member.text.words, member.article_id


def is_written_on(one: Member, other: Member) -> bool:
    """Tell whether two pages are steps of one report that its newsroom writes on."""
    if not are_of_one_newsroom(one, other) or not name_one_matter(one, other):
        return False
    if one.published and other.published and abs(one.published - other.published) > _WRITTEN_ON_WITHIN:
        return False
    parts = shared_part(one.text, other.text), shared_part(other.text, one.text)
    return max(part.share for part in parts) >= _KEPT_IN_STEP


def is_next_chapter(step: Member, earlier: Sequence[Member]) -> bool:
    """Tell whether a newsroom has written a report on until little of it is left.

    `earlier` are the pages of the story that the step would go into.
    """
    of_newsroom = [member for member in earlier if are_of_one_newsroom(step, member)]
    if not of_newsroom:
        return False
    first = min(of_newsroom, key=stated_time)
    if stated_time(first) >= stated_time(step):
        return False
    return compare(step.text, first.text).of_smaller < _OF_FIRST_STEP


def are_chapters(some: Sequence[Member], others: Sequence[Member]) -> bool:
    """Tell whether two stories begin with two chapters of one report."""
    first, other = min(some, key=stated_time), min(others, key=stated_time)
    return is_next_chapter(first, [other]) or is_next_chapter(other, [first])


def stated_time(member: Member) -> tuple[datetime, str]:
    """Return the time that an article states, and its id, which breaks ties."""
    return member.published or member.collected, member.article_id


def are_of_one_newsroom(one: Member, other: Member) -> bool:
    """Tell whether one outlet, or one agency, wrote both."""
    if one.publisher_id and one.publisher_id == other.publisher_id:
        return True
    are_agencies = one.route.kind == "agency" and other.route.kind == "agency"
    return are_agencies and bool(one.route.origin) and one.route.origin == other.route.origin


def carrying_of(page: Member, text: Member) -> Carrying:
    """Return in numbers how a page carries a text."""
    part, part_of_text = shared_part(page.text, text.text), shared_part(text.text, page.text)
    words_a_shingle = page.text.words / max(len(page.text.shingles), 1)
    return Carrying(
        page.article_id,
        text.article_id,
        round(part_of_text.share, 3),
        round((part.longest + _WORDS_BEHIND) * words_a_shingle),
        round(part.above * words_a_shingle),
    )
