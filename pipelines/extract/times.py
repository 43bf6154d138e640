"""When an article was published and last changed.

declared, and not dated anew
  └─► feed ─► near the title ─► named elements           where no time is declared
        └─► short lines ─► address ─► htmldate's guess   where no day is known
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from lxml.html import HtmlElement

from crawlers.model import Entry
from pipelines.extract.claims import Claims
from pipelines.extract.declared_dates import (
    find_address_dates,
    find_creation_dates,
    find_declared_dates,
    find_script_dates,
    find_update_dates,
)
from pipelines.extract.found_date import (
    FUTURE,
    FoundDate,
    find_date,
    is_believed,
    most_exact_stamp,
    plausible_stamp,
    stamp_of,
    stamp_of_entry,
)
from pipelines.extract.shown_dates import (
    ShownLine,
    find_dates_in_elements,
    find_dates_in_short_lines,
    find_dates_near_title,
    find_short_year_dates,
    read_shown_lines,
)
from pipelines.model import Stamp

#: Addresses carry the day of the first draft. A declared time this much later is no first publication.
REDATED = timedelta(days=7)
#: The days of two clocks differ by one at most; a night shift writes the day before.
ONE_DAY = timedelta(days=2)


def find_published(
    tree: HtmlElement, claims: Claims, url: str, entry: Entry | None, zone: str, now: datetime
) -> Stamp | None:
    """Return when the article was published, or None.

    In order: what the page declares for machines, its feed, what it shows near the title or anywhere,
    the address, what htmldate guesses (8 of 9 guesses were right on the labelled pages that came so
    far). A declared day gains its time from another source that names the same day. A time in the
    future, and a month without a day, are taken only where there is nothing else. What lies before 1995
    or more than two days ahead of `now` is never taken. A page that declares such a time alone is not
    guessed at: it has no time but the day in its address.
    """
    declared_dates = list(find_declared_dates(tree, claims))
    declared = _stamps_of(declared_dates, zone, now)
    best = None
    believed = _keep_believed(declared)
    if believed:
        best = _undo_redating(most_exact_stamp(believed), url, zone, now)
        if best.precision != "day":
            return best
    # What is shown is read only where a time is missing: it takes longer than all that is declared.
    from_feed = stamp_of_entry(entry, now)
    lines = read_shown_lines(tree)
    shown = _stamps_of((*find_dates_near_title(lines), *find_dates_in_elements(tree)), zone, now)
    believed = _keep_believed((best, from_feed, *shown))
    if believed and best is None and from_feed is None:
        # A date in a sidebar is no evidence against the day in the address.
        believed = _prefer_address_day(believed, _stamps_of(find_address_dates(url), zone, now))
    if believed:
        return most_exact_stamp(believed)
    ahead = list(filter(None, (*declared, from_feed, *shown)))
    last_resorts = find_address_dates(url)
    if declared or not _name_day(declared_dates):
        last_resorts = _find_last_resorts(tree, lines, claims, url, now)
    believed = _keep_believed(_stamps_of(last_resorts, zone, now))
    if believed:
        # The guess may be the day of a time that lies ahead: that time, with its flag, says more.
        return most_exact_stamp((believed[0], *ahead))
    return next(iter(ahead), None)


def find_updated(
    tree: HtmlElement, claims: Claims, entry: Entry | None, zone: str, now: datetime
) -> Stamp | None:
    """Return when the page says it was last changed, or None."""
    for found in find_update_dates(tree, claims):
        stamp = stamp_of(found, zone, now)
        if stamp and found.names_day:
            return stamp
    if entry and entry.updated:
        return plausible_stamp(Stamp(entry.updated, "second", None, "feed"), now)
    return None


def _stamps_of(dates: Iterable[FoundDate], zone: str, now: datetime) -> list[Stamp]:
    stamps = []
    for found in dates:
        stamp = stamp_of(found, zone, now)
        if stamp is not None:
            stamps.append(stamp)
    return stamps


def _name_day(dates: Iterable[FoundDate]) -> bool:
    return any(date.names_day for date in dates)


def _keep_believed(stamps: Iterable[Stamp | None]) -> list[Stamp]:
    kept = []
    for stamp in stamps:
        if stamp and is_believed(stamp):
            kept.append(stamp)
    return kept


def _prefer_address_day(shown: list[Stamp], addressed: list[Stamp]) -> list[Stamp]:
    """Return the shown dates, those of the day in the address first."""
    if not addressed:
        return shown
    day = addressed[0]
    near = [stamp for stamp in shown if abs(stamp.at - day.at) <= ONE_DAY]
    return [*near, day, *shown]


def _undo_redating(stamp: Stamp, url: str, zone: str, now: datetime) -> Stamp:
    """Return the day in the address where a declared time lies well after it.

    Such a piece was dated anew.
    """
    for found in find_address_dates(url):
        first = stamp_of(found, zone, now)
        if first and first.at + REDATED < stamp.at:
            return first
    return stamp


def _find_last_resorts(
    tree: HtmlElement, lines: Sequence[ShownLine], claims: Claims, url: str, now: datetime
) -> Iterator[FoundDate]:
    """Yield dates of scripts, lines, files, the address, and a guess."""
    yield from find_script_dates(tree)
    yield from find_dates_in_short_lines(lines)
    if (claims.lang or "").lower().startswith("zh"):
        yield from find_short_year_dates(lines)
    yield from find_creation_dates(claims)
    yield from find_address_dates(url)
    # It looks at the whole page, and it is the last to be asked.
    guess = _guess_date(tree, now)
    found = find_date(_without_made_up_day(guess or ""), "htmldate")
    if found:
        yield found


def _without_made_up_day(guess: str) -> str:
    """Return a guess without the day, or the month, that htmldate adds to less.

    It makes the first of the month of a month, and of a day that it takes for one that is to come.
    """
    return guess.removesuffix("-01").removesuffix("-01")


def _guess_date(tree: HtmlElement, now: datetime) -> str | None:
    # Loaded only for the few pages that come so far.
    from htmldate import find_date as guess

    try:
        return guess(
            tree,
            url=None,
            original_date=True,
            extensive_search=False,
            max_date=(now + FUTURE).strftime("%Y-%m-%d"),
            deferred_url_extractor=True,
        )
    # Its own slips on odd pages.
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
