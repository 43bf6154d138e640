"""What two titles say about their texts being different reports (pure).

    "12th package", "13th package"           one series, counted
    "Obituary: Dylan Thomas", "… Mary Jones"   each about somebody whom only its own text names
    "青岛市天气预报", "济南市天气预报"          one slot filled with another name

A copy keeps what its original is named after, under whatever headline.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from pipelines.dedup.changed_places import names_in_place, stand_for_each_other, trade_places
from pipelines.dedup.counting_words import is_counting, is_ordinal, join_chinese_numbers, others_in_series
from pipelines.dedup.name_spellings import are_one_name, marks_of_spellings, with_name_put_right
from pipelines.dedup.title_slots import AlignedTitles, added_word, align_titles, counted_apart, worded_apart
from pipelines.dedup.title_stages import looks_ahead, opposite_sides, prints_whole, stages_apart
from pipelines.model import Member
from pipelines.text.tokens import encoded, is_chinese, name_mark, tokens

#: Words, and Chinese characters, of the longest name in which alone two titles of one form may differ.
_SLOT = 3
_CHINESE_SLOT = 6
#: Share from which two texts are one, whatever differs: a number put right, a name spelled anew.
_ALIKE = 0.95
#: Share from which a text is another's with words changed.
_EDITED = 0.85
#: Share that two titles have in common of which one looks ahead.
_SAME_BUT_AHEAD = 0.6
#: Share that two titles have in common that tell opposite things of one matter.
_SAME_BUT_OPPOSED = 0.5
#: Words of the shortest title that may be one of a series, and words in which two such may differ.
_SERIES_WORDS = 3
_SERIES_CHANGES = 3
#: Titles kept, cut into words: a title is compared with several others.
_TITLES_KEPT = 1024

_POSSESSIVE = re.compile(r"['’]s\b")
# The name of a site behind a headline.
_SITE = re.compile(r"\s[-–—|]\s(?:\S+\s?){1,4}$|[_|｜][^\s_|｜]{2,12}$")
# A code behind a dash, as that of a share.
_CODE = re.compile(r"^\s\S\s([A-Z0-9]{1,6}(?:[.:][A-Z0-9]{1,3})?)(?=\s|$)")


class _Slot(NamedTuple):
    """The words in which alone two titles differ."""

    here: Sequence[str]
    there: Sequence[str]


def words_of_title(member: Member) -> list[str]:
    """Return the tokens of an article's title."""
    return tokens(member.title)


@lru_cache(maxsize=_TITLES_KEPT)
def _words_of_headline(title: str) -> tuple[str, ...]:
    """Return the tokens of a title without the name of its site."""
    return tuple(tokens(_SITE.sub("", title)))


def with_names_put_right(article: Member, other: Member) -> tuple[Member, Member]:
    """Return two articles with the names of their headlines as they are spelled there.

    A copy may have mistyped them.
    """
    put_right = _put_right(article, other)
    # Where each has a spelling of its own, one of them is taken for right.
    return put_right, _put_right(other, put_right)


def _put_right(article: Member, other: Member) -> Member:
    """Return an article with names of the other's headline put right."""
    text = article.text
    own_names = text.names - other.text.names
    if not own_names:
        return article
    for word in _words_for_names(other.title):
        mark = name_mark(word)
        if mark in other.text.names and mark not in text.names:
            for mistyped in marks_of_spellings(word, own_names):
                text = with_name_put_right(text, mistyped, mark)
    return article if text is article.text else replace(article, text=text)


def titles_apart(article: Member, other: Member, share: float) -> str | None:
    """Return why titles say that texts are others, or None.

    `share` is that of the text in common.
    """
    if article.title == other.title:
        return None
    return (
        _numbered_apart(article, other, share)
        or _named_apart(article, other)
        or _slots_apart(article, other, share)
        or _codes_apart(article, other)
        or _staged_apart(article, other, share)
        or _opposed_apart(article, other, share)
        or _replaced_name(article, other)
        or _counted_otherwise(article, other, share)
    )


def _slots_apart(article: Member, other: Member, share: float) -> str | None:
    """Return a veto where titles of one form are filled otherwise, or None."""
    titles = align_headlines(article.title, other.title)
    if titles is None:
        return None
    slot = counted_apart(titles, share >= _ALIKE) or worded_apart(titles, article.text, other.text)
    if slot is None and share >= _EDITED:
        slot = added_word(titles, article.text, other.text)
    return f"titles of one form: {titles.say(slot)}" if slot else None


def _codes_apart(article: Member, other: Member) -> str | None:
    """Return a veto where codes behind a dash are not those of sites, or None.

    "Trading halt - JRD" is about JRD if its text says so where the other says FNR.
    """
    code, other_code = _code_behind_dash(article), _code_behind_dash(other)
    if code is None or other_code is None or code == other_code:
        return None
    if _words_of_headline(article.title) != _words_of_headline(other.title):
        return None
    if not trade_places(
        article.text, other.text, [(encoded(code.casefold()), encoded(other_code.casefold()))]
    ):
        return None
    return f"titles of one form: {code} here, {other_code} there"


def _code_behind_dash(article: Member) -> str | None:
    """Return the code behind a title's first dash, or None where it names the site."""
    match = _SITE.search(article.title)
    code = _CODE.search(match[0]) if match else None
    if code is None or code[1].casefold() in article.publisher_id.casefold():
        return None
    return code[1]


def _staged_apart(article: Member, other: Member, share: float) -> str | None:
    """Return a veto where titles tell of other stages, or None.

    Of texts that are one but for a few words, headlines tell two sides.
    """
    if share >= _ALIKE:
        return None
    stages = stages_apart(article.title, other.title)
    if stages:
        return f"titles at two stages of one matter: {stages[0]} here, {stages[1]} there"
    if prints_whole(article.title) != prints_whole(other.title):
        return "one prints a speech, the other tells of it"
    if looks_ahead(article.title) == looks_ahead(other.title):
        return None
    titles = align_headlines(article.title, other.title)
    if titles is None or titles.common_share < _SAME_BUT_AHEAD:
        return None
    # Headlines of one report say "to visit" and "visits", but not 将访问 and 访问.
    if share >= _EDITED and not any(map(is_chinese, titles.here)):
        return None
    return "one title tells what is to come, the other what has come"


def _opposed_apart(article: Member, other: Member, share: float) -> str | None:
    """Return a veto where headline and text take opposite sides, or None.

    Headlines alone do not tell: "plan approved" and "protest rejected" stand over one report.
    """
    titles = align_headlines(article.title, other.title) if share >= _EDITED else None
    if titles is None or titles.common_share < _SAME_BUT_OPPOSED:
        return None
    for words in opposite_sides(article.title, other.title):
        pairs = [(encoded(mine), encoded(theirs)) for mine, theirs in product(words.here, words.there)]
        if trade_places(article.text, other.text, pairs):
            return "one tells the opposite of the other, in headline and text"
    return None


def align_headlines(title: str, other: str) -> AlignedTitles | None:
    """Return two titles of one form with their slots, or None."""
    mine = join_chinese_numbers(_words_of_headline(title))
    theirs = join_chinese_numbers(_words_of_headline(other))
    return align_titles(tuple(mine), tuple(theirs))


# -- titles of one series ---------------------------------------------------------------------------------


def _numbered_apart(article: Member, other: Member, share: float) -> str | None:
    """Return a veto where titles are of one series, or None.

    "12th package", "13th package", and perhaps another place. Of texts that are one but for a few words
    ("14 dead", "15 dead") only numbers that count a series do.
    """
    mine = join_chinese_numbers(_words_of_headline(article.title))
    theirs = join_chinese_numbers(_words_of_headline(other.title))
    if len(mine) != len(theirs) or len(mine) < _SERIES_WORDS:
        return None
    changed = _changed_places(mine, theirs)
    if share >= _ALIKE and not _count_a_series(mine, theirs, changed):
        return None
    counting, others = _split_by_counting(mine, theirs, changed)
    if not counting or len(changed) > _SERIES_CHANGES:
        return None
    my_names = _capitalised_words(article.title)
    their_names = _capitalised_words(other.title)
    if _are_in(my_names, mine, others) and _are_in(their_names, theirs, others):
        first = counting[0]
        return f"titles of one series: {mine[first]} here, {theirs[first]} there"
    return None


def _counted_otherwise(article: Member, other: Member, share: float) -> str | None:
    """Return a veto where one text counts on from another's headline, or None.

    "First quarter" stands in headline and text, and the other text has "third" there, under any headline.
    Who rewrites a text may say another day.
    """
    if share < _EDITED:
        return None
    for one, another in ((article, other), (other, article)):
        words = _words_of_headline(one.title)
        for at, word in enumerate(words):
            if word in _words_of_headline(another.title):
                continue
            others = others_in_series(words, at)
            pairs = product([encoded(word)], map(encoded, others))
            if trade_places(one.text, another.text, pairs, framed=True):
                return f"the headline says {word}, where the other text counts on"
    return None


def _changed_places(mine: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """Return where two titles of one length have other words."""
    return [at for at, word in enumerate(mine) if word != theirs[at]]


def _are_in(names: Collection[str], title: Sequence[str], places: Iterable[int]) -> bool:
    """Tell whether the words at these places of a title are all names."""
    return all(title[at] in names for at in places)


def _split_by_counting(
    mine: Sequence[str], theirs: Sequence[str], changed: Iterable[int]
) -> tuple[list[int], list[int]]:
    """Return where counting words changed, and where others did."""
    counting, others = [], []
    for at in changed:
        if is_counting(mine[at]) and is_counting(theirs[at]):
            counting.append(at)
        else:
            others.append(at)
    return counting, others


def _count_a_series(mine: Sequence[str], theirs: Sequence[str], changed: Iterable[int]) -> bool:
    """Tell whether a changed word counts a series."""
    return any(is_ordinal(mine, at) and is_ordinal(theirs, at) for at in changed)


def _capitalised_words(title: str) -> set[str]:
    """Return the words that a title writes with a capital."""
    words: set[str] = set()
    for written in title.split():
        if written[:1].isupper():
            words.update(tokens(written))
    return words


# -- titles about others ----------------------------------------------------------------------------------


def _named_apart(article: Member, other: Member) -> str | None:
    """Return a veto where titles name others, or None.

    Each names somebody or some place. Its own text has the name and the other has not, or has that of its
    own title in the same place. A name spelled anew is no other name.
    """
    mine, theirs = _words_for_names(article.title), _words_for_names(other.title)
    if mine == theirs or mine.isdisjoint(theirs):
        return None
    only_mine, only_theirs = mine - theirs, theirs - mine
    here = _names_only_in(article, other, only_mine)
    there = _names_only_in(other, article, only_theirs)
    if here and there:
        if _are_respelled(here, there):
            return None
        return f"titles about others: {here[0]} here, {there[0]} there"
    if here or there:
        slot = _one_slot(article, other)
        if slot and not _are_respelled(slot.here, slot.there):
            return f"titles of one form: {' '.join(slot.here)} here, {' '.join(slot.there)} there"
    return _exchanged_names(article, other, only_mine, only_theirs)


def _replaced_name(article: Member, other: Member) -> str | None:
    """Return a veto where one text has another name for that of a headline, or None.

    Under a changed headline a copy's text still names whom the headline of its original does.
    """
    for one, another in ((article, other), (other, article)):
        words = {name_mark(word): word for word in _names_only_in(one, another, _words_for_names(one.title))}
        for mark in names_in_place(one.text, another.text, words) if words else ():
            return f"the headline names {words[mark]}, for whom the other text has another name"
    return None


def _exchanged_names(
    article: Member, other: Member, mine: Collection[str], theirs: Collection[str]
) -> str | None:
    """Return a veto where names took each other's place.

    A page that carries a form among reports of its neighbourhood may have the other's name elsewhere.
    """
    here, there = _names_in(article, mine), _names_in(other, theirs)
    if not here or not there or _are_respelled(list(here.values()), list(there.values())):
        return None
    if not stand_for_each_other(article.text, other.text, here, there):
        return None
    return f"titles of one form: {min(here.values())} here, {min(there.values())} there"


def _names_in(member: Member, words: Collection[str]) -> dict[int, str]:
    """Return the words that are names in a text, by mark."""
    names = {}
    for word in words:
        mark = name_mark(word)
        if mark in member.text.names:
            names[mark] = word
    return names


def names_of_headline_in(one: Member, other: Member) -> bool:
    """Tell whether a name of one article's headline stands in the other's text."""
    return bool(_names_in(other, _names_in(one, _words_for_names(one.title)).values()))


def _names_only_in(one: Member, other: Member, words: Collection[str]) -> list[str]:
    """Return the words that are names in one text only, sorted."""
    names = []
    for word in words:
        mark = name_mark(word)
        if mark in one.text.names and mark not in other.text.names:
            names.append(word)
    return sorted(names)


def _are_respelled(some: Sequence[str], others: Sequence[str]) -> bool:
    """Tell whether a name is one of the others, respelled."""
    for one in some:
        for other in others:
            if are_one_name(one, other):
                return True
    return False


@lru_cache(maxsize=_TITLES_KEPT)
def _words_for_names(title: str) -> frozenset[str]:
    """Return the words of a title that may be names.

    Of Chinese all pairs of characters, since nothing shows where its words begin.
    """
    words = _words_of_headline(title)
    found = set()
    # A text that never has "India's" has India.
    for word in (*words, *_words_of_headline(_POSSESSIVE.sub("", title))):
        if not is_chinese(word):
            found.add(word)
    for first, second in pairwise(words):
        if is_chinese(first) and is_chinese(second):
            found.add(first + second)
    return frozenset(found)


# -- titles with one slot ---------------------------------------------------------------------------------


def _one_slot(article: Member, other: Member) -> _Slot | None:
    """Return the names in which titles differ, or None.

    Neither text may have the other's. In Chinese, which has no capitals, any words may be names.
    """
    title = _words_of_headline(article.title)
    slot = _differing_words(title, _words_of_headline(other.title))
    if slot is None:
        return None
    if all(map(is_chinese, (*slot.here, *slot.there))):
        common = len(title) - len(slot.here)
        longest = max(len(slot.here), len(slot.there))
        if longest > _CHINESE_SLOT or common < _CHINESE_SLOT:
            return None
        return slot
    if max(len(slot.here), len(slot.there)) > _SLOT:
        return None
    is_named_here = _capitalised_words(article.title).issuperset(slot.here)
    is_named_there = _capitalised_words(other.title).issuperset(slot.there)
    if not is_named_here or not is_named_there:
        return None
    if _names_in(other, slot.here) or _names_in(article, slot.there):
        return None
    return slot


def _differing_words(mine: Sequence[str], theirs: Sequence[str]) -> _Slot | None:
    """Return what stands between the common beginning and end, or None.

    None where there is neither, or where one title has nothing there.
    """
    shorter = min(len(mine), len(theirs))
    before = 0
    while before < shorter and mine[before] == theirs[before]:
        before += 1
    behind = 0
    while behind < shorter - before and mine[-1 - behind] == theirs[-1 - behind]:
        behind += 1
    slot = _Slot(mine[before : len(mine) - behind], theirs[before : len(theirs) - behind])
    if before + behind == 0 or not slot.here or not slot.there:
        return None
    return slot
