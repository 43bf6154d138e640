"""Forms filled in again: texts that go on alike and are about others (pure).

    titles ──► of one series, or each about somebody of its own ─┐
    texts  ──► names and numbers changed where they stand ───────┴──► the sentence that keeps the two apart

Markets, weather, statistics, results, tenders, obituaries, a minister's calls: what such reports share is
the form. Rewriting changes words and keeps names and numbers; filling in does the opposite, at the same
places. What their titles say is in `title_differences`.
"""

from __future__ import annotations

from typing import NamedTuple

from pipelines.dedup.changed_places import ChangedPlaces, places_between
from pipelines.dedup.overlap import Overlap
from pipelines.model import Member, TextPrint

_FILLED_IN = "the same form filled in anew"

#: Share of the names and numbers between shared words, one in seven, from which so many are new that the
#: form was filled in anew. Among some 290 overlapping pairs of real articles the copies came to one in ten
#: at the most where no word changed: style books want Mr. Thomas for Dylan, but both names are somewhere in
#: both texts, and typing errors hit words as often as names.
_REFILLED_SHARE = 0.14
#: By so much more where words changed as well, times the share of places where only words did.
_REWORDED_SHARE = 0.3
#: Share of the places in Chinese texts that differ.
_RENAMED_SHARE = 0.3
#: Names and numbers of its own that each text has, for one place that differs.
_FACTS_A_PLACE = 0.4
#: Such places, or facts, from which they are many.
_MANY = 2
#: Agreement of names and numbers together below which such places make another report: of any texts, of a
#: text that has nothing else of its own with a longer page, and of two that have nothing else of their own.
_SAME_FACTS = 0.75
_SAME_FACTS_OF_PART = 0.8
_SAME_FACTS_OF_BARE = 0.82
#: Agreement of numbers alone below which it is the only one that counts, if there are so many numbers.
_SAME_NUMBERS = 0.5
_LEAST_NUMBERS = 4
#: Shingles away from these places: that hardly bring a name, that bring few (a line of boilerplate), and two
#: lines.
_FEW_WORDS = 8
_ONE_LINE = 16
_TWO_LINES = 40


class TemplateReport(NamedTuple):
    """Why two texts are one form about different matters."""

    why: str
    #: Whether little else differs.
    is_plain: bool = False


def form_again(article: Member, other: Member, overlap: Overlap) -> TemplateReport | None:
    """Return why two texts are one form filled in, or None.

    However much else they share.
    """
    a, b = article.text, other.text
    own_facts = min(_count_own_facts(a, b), _count_own_facts(b, a))
    if not own_facts:
        return None
    places = places_between(a, b)
    if _is_filled_in(places) or _is_renamed(places):
        why = f"{_FILLED_IN}: {places.filled} places have names and numbers of their own"
        return TemplateReport(why, is_plain=True)
    if not places.changed or own_facts < _FACTS_A_PLACE * places.changed:
        return None
    return _perhaps_filled_in(a, b, own_facts, places, overlap)


def _perhaps_filled_in(
    a: TextPrint, b: TextPrint, own_facts: int, places: ChangedPlaces, overlap: Overlap
) -> TemplateReport | None:
    """Return a veto where own facts may fill the places.

    Each text has `own_facts` of them at the least: as many as the places that differ, or nearly.
    """
    agreement = _agreement_in_facts(a, b)
    if agreement >= _SAME_FACTS_OF_BARE:
        return None
    filled = f"{_FILLED_IN}: {places.changed} places have words of their own"
    why = f"{filled}, and the texts other names and numbers"
    have_many = min(own_facts, places.changed) >= _MANY
    if _have_little_else(places, agreement, have_many=have_many) and (have_many or _name_others(a, b)):
        return TemplateReport(f"{why}, and little else differs", is_plain=True)
    if min(own_facts, places.framed) >= _MANY and _may_be_form(places, agreement, overlap):
        return TemplateReport(why)
    return None


def _is_filled_in(places: ChangedPlaces) -> bool:
    """Tell whether names changed and words hardly did."""
    if not places.filled:
        return False
    filled_share = places.filled / (places.filled + places.kept)
    reworded = places.changed - places.filled
    return filled_share >= _REFILLED_SHARE + _REWORDED_SHARE * reworded / places.changed


def _is_renamed(places: ChangedPlaces) -> bool:
    """Tell whether Chinese texts name others at most places.

    One name in another's place is enough: nobody who edits a text puts it there.
    """
    return places.renamed > 0 and places.renamed >= _RENAMED_SHARE * places.changed


def _have_little_else(places: ChangedPlaces, agreement: float, *, have_many: bool) -> bool:
    """Tell whether the texts have little else of their own."""
    if have_many:
        most = _TWO_LINES
    elif agreement < _SAME_FACTS:
        most = _ONE_LINE
    else:
        most = _FEW_WORDS
    if places.most_elsewhere <= most:
        return True
    return places.least_elsewhere <= _FEW_WORDS and agreement < _SAME_FACTS_OF_PART and places.framed > 0


def _may_be_form(places: ChangedPlaces, agreement: float, overlap: Overlap) -> bool:
    """Tell whether texts are one form with more elsewhere."""
    if places.least_elsewhere <= _ONE_LINE and agreement < _SAME_FACTS_OF_PART:
        return True
    return places.least_elsewhere <= _TWO_LINES and agreement < _SAME_FACTS and overlap.is_mutual


def _agreement_in_facts(a: TextPrint, b: TextPrint) -> float:
    """Return the share of names and numbers in common.

    That of numbers alone where most of them differ.
    """
    numbers = len(a.numbers & b.numbers)
    fewer_numbers = min(len(a.numbers), len(b.numbers))
    if fewer_numbers >= _LEAST_NUMBERS and numbers < _SAME_NUMBERS * fewer_numbers:
        return numbers / fewer_numbers
    fewer = min(len(a.names) + len(a.numbers), len(b.names) + len(b.numbers))
    if not fewer:
        return 1.0
    return (len(a.names & b.names) + numbers) / fewer


def _count_own_facts(one: TextPrint, other: TextPrint) -> int:
    """Return how many facts one text has that the other lacks."""
    return len(one.names - other.names) + len(one.numbers - other.numbers)


def _name_others(a: TextPrint, b: TextPrint) -> bool:
    """Tell whether each text has a name that the other lacks."""
    return not a.names <= b.names and not b.names <= a.names
