"""Forms filled in again: texts that go on alike and tell of others (pure).

    titles ──► of one series, or each about somebody of its own ─┐
    texts  ──► names and numbers changed where they stand ───────┴──► the sentence that keeps the two apart

Markets, weather, statistics, results, tenders, obituaries, a minister's calls: what such reports share is the form. Rewriting
changes words and keeps names and numbers; filling in does the opposite, at the same places.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from pipelines.dedup.changed_places import ChangedPlaces, places_between, stand_for_each_other
from pipelines.dedup.overlap import Overlap
from pipelines.model import Member, TextPrint
from pipelines.text.tokens import is_chinese, name_mark, tokens

_SLOT, _CHINESE_SLOT = 3, 6
"""Words, and Chinese characters, of the longest name in which alone two titles of one form may differ."""
_SPELLED_ANEW = 0.75
"""Likeness of letters from which two names in titles are one, spelled in two ways: Kimberly, Kimberley."""
_SITE = re.compile(r"\s[-–—|]\s(?:\S+\s?){1,4}$")
"""The name of a site behind a headline."""
_ALIKE = 0.95
"""Share from which two texts are one, whatever differs: a number put right, a name spelled anew."""
_FILLED_IN = "the same form filled in anew"
_REFILLED, _REWORDED = 0.14, 0.3
"""Share of the names and numbers between shared words, one in seven, from which so many are new that the form was filled in anew; more by the
second where words changed as well. Among some 290 overlapping pairs of real articles the copies came to one in ten at the most where no word
changed: style books want Mr. Thomas for Dylan, but both names are somewhere in both texts, and typing errors hit words as often as names."""
_FILLED, _FILLED_FACTS = 2, 0.4
"""Places of a form that differ, at least, and names and numbers of its own that each text has for one such place. Rewriting changes words and
leaves names and numbers as they are; filling in does the opposite."""
_FACTS, _FACTS_PART, _FACTS_ONLY = 0.75, 0.8, 0.82
_NUMBERS, _LEAST_NUMBERS = 0.5, 4
"""Agreement of names and numbers together, or of numbers alone, below which such places make another report: of any texts, of a text that has
nothing else of its own with a longer page, and of two that have nothing else of their own."""
_WORDS, _LINE, _LINES = 8, 16, 40
"""Shingles away from these places that hardly bring a name, and that bring few: a line of furniture, two lines."""


class TemplateReport(NamedTuple):
    """Why two texts are one form about different matters, and whether little else differs, so that it is plain."""

    why: str
    is_plain: bool = False


def form_again(article: Member, other: Member, overlap: Overlap) -> TemplateReport | None:
    """Return why two texts that go on alike are one form about different matters, or None; however much else they share."""
    a, b = article.text, other.text
    own = min(_facts_only_in(a, b), _facts_only_in(b, a))
    if not own:
        return None
    places = places_between(a, b)
    if _is_filled_in(places):
        return TemplateReport(
            f"{_FILLED_IN}: {places.filled} places have names and numbers of their own", is_plain=True
        )
    return _perhaps_filled_in(a, b, own, places, overlap)


def _is_filled_in(places: ChangedPlaces) -> bool:
    """Return whether the names and numbers that stand between shared words changed, and the words there hardly did."""
    if not places.filled:
        return False
    share = places.filled / (places.filled + places.kept)
    return share >= _REFILLED + _REWORDED * (places.changed - places.filled) / places.changed


def _perhaps_filled_in(
    a: TextPrint, b: TextPrint, own: int, places: ChangedPlaces, overlap: Overlap
) -> TemplateReport | None:
    """Return a veto where the names and numbers that each text has for itself, `own` at least, are as many as the places that differ."""
    facts = _facts_agreement(a, b)
    if not places.changed or facts >= _FACTS_ONLY or own < _FILLED_FACTS * places.changed:
        return None
    have_many = min(own, places.changed) >= _FILLED
    is_bare = places.most_elsewhere <= (_LINES if have_many else _LINE if facts < _FACTS else _WORDS)
    is_part = places.least_elsewhere <= _LINE and facts < _FACTS_PART
    is_whole = places.least_elsewhere <= _WORDS and facts < _FACTS_PART and places.framed > 0
    is_form = places.least_elsewhere <= _LINES and facts < _FACTS and overlap.is_mutual
    is_framed = min(own, places.framed) >= _FILLED
    filled = f"{_FILLED_IN}: {places.changed} places have words of their own, and the texts other names and numbers"
    if (is_bare or is_whole) and (have_many or _name_others(a, b)):
        return TemplateReport(f"{filled}, and little else differs", is_plain=True)
    return TemplateReport(filled) if is_framed and (is_part or is_form) else None


def _facts_agreement(a: TextPrint, b: TextPrint) -> float:
    """Return the share of names and numbers in common, of those in the text that has fewer; that of numbers alone where most of them differ."""
    numbers, fewer = len(a.numbers & b.numbers), min(len(a.numbers), len(b.numbers))
    if fewer >= _LEAST_NUMBERS and numbers < _NUMBERS * fewer:
        return numbers / fewer
    fewer = min(len(a.names) + len(a.numbers), len(b.names) + len(b.numbers))
    return (len(a.names & b.names) + numbers) / fewer if fewer else 1.0


def _facts_only_in(one: TextPrint, other: TextPrint) -> int:
    """Return how many names and numbers one text has that the other has not."""
    return len(one.names - other.names) + len(one.numbers - other.numbers)


def _name_others(a: TextPrint, b: TextPrint) -> bool:
    """Return whether each text has a name that the other has not."""
    return not (a.names <= b.names or b.names <= a.names)


def words_of_title(member: Member) -> list[str]:
    return tokens(member.title)


def titles_apart(article: Member, other: Member, share: float) -> str | None:
    """Return why two titles say that their texts are different reports, or None. `share` is that of the text in common."""
    return _numbered_titles(article, other, share) or _named_titles(article, other)


def _numbered_titles(article: Member, other: Member, share: float) -> str | None:
    """Return a veto where two titles are one form with other numbers ("12th package", "13th package"), and perhaps another place.

    Of texts that are one but for a few words ("14 dead", "15 dead") only numbers that count a series do.
    """
    if article.title == other.title:
        return None
    mine, theirs = _counted(words_of_title(article)), _counted(words_of_title(other))
    if mine == theirs or len(mine) != len(theirs) or len(mine) < 3:
        return None
    changed = [(a, b) for a, b in zip(mine, theirs, strict=True) if a != b]
    counting = [(a, b) for a, b in changed if _counts(a) and _counts(b)]
    places = [at for at, word in enumerate(mine) if word != theirs[at]]
    if share >= _ALIKE and not any(_is_ordinal(mine, at) and _is_ordinal(theirs, at) for at in places):
        return None
    named = [(a, b) for a, b in changed if a in _capitals(article.title) and b in _capitals(other.title)]
    if counting and len(changed) <= 3 and all(pair in counting or pair in named for pair in changed):
        return f"titles of one series: {counting[0][0]} here, {counting[0][1]} there"
    return None


def _capitals(title: str) -> set[str]:
    """Return the words that a title writes with a capital, as they are compared."""
    return {word for raw in title.split() if raw[:1].isupper() for word in tokens(raw)}


def _named_titles(article: Member, other: Member) -> str | None:
    """Return a veto where each title names somebody or some place that its own text tells of and the other does not, or tells of where
    that one tells of its own.

    A copy keeps what its original is named after, under whatever headline. A name spelled anew is no other name.
    """
    mine, theirs = _title_words(article.title), _title_words(other.title)
    if mine == theirs or mine.isdisjoint(theirs):
        return None
    a, b = _named_only_in(article, other, mine - theirs), _named_only_in(other, article, theirs - mine)
    if a and b:
        return None if _is_spelled_anew(a, b) else f"titles about others: {a[0]} here, {b[0]} there"
    if (a or b) and (slot := _one_slot(article, other)) and not _is_spelled_anew(*slot):
        return f"titles of one form: {' '.join(slot[0])} here, {' '.join(slot[1])} there"
    return _exchanged_names(article, other, mine - theirs, theirs - mine)


def _exchanged_names(
    article: Member, other: Member, mine: Collection[str], theirs: Collection[str]
) -> str | None:
    """Return a veto where names of one title stand in its text at the place where the other has those of its own title.

    A page that carries a form among reports of its neighbourhood may have the other's name elsewhere.
    """
    here = {name_mark(word): word for word in mine if name_mark(word) in article.text.names}
    there = {name_mark(word): word for word in theirs if name_mark(word) in other.text.names}
    if not here or not there or _is_spelled_anew([*here.values()], [*there.values()]):
        return None
    if not stand_for_each_other(article.text, other.text, here, there):
        return None
    return f"titles of one form: {min(here.values())} here, {min(there.values())} there"


def _one_slot(article: Member, other: Member) -> tuple[list[str], list[str]] | None:
    """Return the names in which alone two titles differ, where one of the texts does not repeat its own; of Chinese ones any words are."""
    mine, theirs = words_of_title(article), words_of_title(other)
    shorter = min(len(mine), len(theirs))
    before = next((n for n in range(shorter) if mine[n] != theirs[n]), shorter)
    behind = next((n for n in range(shorter - before) if mine[-1 - n] != theirs[-1 - n]), shorter - before)
    here, there = mine[before : len(mine) - behind], theirs[before : len(theirs) - behind]
    if not before + behind or not here or not there:
        return None
    if all(map(is_chinese, (*here, *there))):
        return (here, there) if max(len(here), len(there)) <= _CHINESE_SLOT <= before + behind else None
    if max(len(here), len(there)) > _SLOT:
        return None
    if not (_capitals(article.title).issuperset(here) and _capitals(other.title).issuperset(there)):
        return None
    told = other.text.names.intersection(map(name_mark, here))
    return None if told | article.text.names.intersection(map(name_mark, there)) else (here, there)


@lru_cache(maxsize=4096)  # a title is compared with several others
def _title_words(title: str) -> frozenset[str]:
    """Return the words of a title that may be names; of Chinese all pairs of characters, since nothing shows where its words begin."""
    words = tokens(_SITE.sub("", title))
    pairs = (a + b for a, b in pairwise(words) if is_chinese(a) and is_chinese(b))
    return frozenset((*(word for word in words if not is_chinese(word)), *pairs))


def _named_only_in(one: Member, other: Member, words: Collection[str]) -> list[str]:
    """Return those of these words that are names in one text and not in the other."""
    return sorted(
        w for w in words if (mark := name_mark(w)) in one.text.names and mark not in other.text.names
    )


def _is_spelled_anew(a: Sequence[str], b: Sequence[str]) -> bool:
    return any(SequenceMatcher(None, x, y).ratio() >= _SPELLED_ANEW for x in a for y in b)


_CHINESE_NUMERALS = frozenset("〇零一二三四五六七八九十百千两")
_CARDINALS = frozenset(
    "one two three four five six seven eight nine ten un deux trois quatre cinq sept huit neuf dix onze douze".split()  # noqa: SIM905
)
_MONTHS = frozenset(
    """
    january february march april may june july august september october november december
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    """.split()  # noqa: SIM905
)
_COUNTING_PARTS = _MONTHS | frozenset(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth eleven twelve
    monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter morning afternoon evening st nd rd th
    premier première deuxième second seconde troisième quatrième cinquième sixième septième huitième neuvième dixième onzième
    douzième treizième quatorzième quinzième lundi mardi mercredi jeudi vendredi samedi dimanche
    printemps été automne hiver matin soir er re e ème i ii iii iv v vi vii viii ix x
    """.split()  # noqa: SIM905 -- a list of strings would fill a page
)
"""Words that count the parts of a series, besides figures; cardinals may count anything."""
_COUNTING = _COUNTING_PARTS | _CARDINALS


def _counts(token: str) -> bool:
    return token[0].isdigit() or token in _COUNTING or token[0] in _CHINESE_NUMERALS


_ORDINAL_BEFORE = frozenset(
    "part no nº number numéro partie semaine week day jour round issue episode épisode volume 第".split()  # noqa: SIM905
)
_ORDINAL_BEHIND = frozenset("st nd rd th er re e ème 批 期 轮 届 次 日 月 号".split())  # noqa: SIM905


def _is_ordinal(title: Sequence[str], at: int) -> bool:
    """Return whether a word counts the parts of a series or the days, and not what happened."""
    if not _counts(title[at]):
        return False
    before, behind = title[at - 1] if at else "", title[at + 1] if at + 1 < len(title) else ""
    is_date = before in _MONTHS or behind in _MONTHS
    return is_date or title[at] in _COUNTING_PARTS or before in _ORDINAL_BEFORE or behind in _ORDINAL_BEHIND


def _counted(title: Sequence[str]) -> list[str]:
    """Return a title's tokens with each Chinese number as one: 第 十 二 批, 第十批 have the same length."""
    joined: list[str] = []
    for token in title:
        if joined and token in _CHINESE_NUMERALS and joined[-1][-1] in _CHINESE_NUMERALS:
            joined[-1] += token
        else:
            joined.append(token)
    return joined
