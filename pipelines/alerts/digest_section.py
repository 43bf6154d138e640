"""One search in a digest, and what another section tells already (pure).

Canola: port closed, prices fall ──┐     Canola: port closed (also Ports), prices fall
Ports:  port closed, strike      ──┴──►  Ports:  strike, and one story above
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipelines.alerts.mail_context import AlertItem
from pipelines.model import SavedSearch


@dataclass(frozen=True, slots=True)
class DigestSection:
    """What one search tells in a digest."""

    search: SavedSearch
    items: Sequence[AlertItem]
    #: New stories of each of the last days.
    week: Sequence[tuple[date, int]]
    #: The hour of the digest before this one, None for the first.
    since: datetime | None
    #: What the search found and a section above tells.
    above: Sequence[AlertItem] = ()

    def new_above(self) -> list[AlertItem]:
        """Return what is new of what a section above tells."""
        return [item for item in self.above if _is_new(item)]

    def new_stories(self) -> int:
        """Count the new stories that the search found, wherever they stand."""
        number = 0
        for item in filter(_is_new, (*self.items, *self.above)):
            for report in item.split():
                # Reports that only another search found stand beside those of their event.
                if not report.found_by or self.search.name in report.found_by:
                    number += 1
        return number


def _is_new(item: AlertItem) -> bool:
    return item.story is not None and item.head.reason == "new" and not item.is_later_report


def tell_once(sections: Sequence[DigestSection]) -> list[DigestSection]:
    """Return the sections; what several tell stands in the first alone.

    There it names the searches that found it, with the words that matched each.
    """
    kept: list[DigestSection] = []
    for section in sections:
        own: list[AlertItem] = []
        above: list[AlertItem] = []
        for item in section.items:
            if _add_to_section_above(kept, item, section.search):
                above.append(item)
            else:
                own.append(item)
        kept.append(replace(section, items=own, above=tuple(above)))
    return kept


def _add_to_section_above(sections: list[DigestSection], item: AlertItem, search: SavedSearch) -> bool:
    """Add what a search found to the section that tells it; False where none does."""
    for number, section in enumerate(sections):
        for place, told in enumerate(section.items):
            if _tells(told, item):
                items = list(section.items)
                items[place] = _joined(told, section.search, item, search)
                sections[number] = replace(section, items=items)
                return True
    return False


def _tells(told: AlertItem, item: AlertItem) -> bool:
    """Tell whether what is told of one search says the same as what another found."""
    if told.story is None or item.story is None or told.head.reason != item.head.reason:
        return False
    if item.head.reason == "new":
        return not _story_ids(told).isdisjoint(_story_ids(item))
    if told.head.story_id != item.head.story_id:
        return False
    said = {(alert.reason, alert.step) for alert in told.alerts}
    return all((alert.reason, alert.step) in said for alert in item.alerts)


def _story_ids(item: AlertItem) -> set[str]:
    return {report.head.story_id for report in item.split()}


def _joined(told: AlertItem, its_search: SavedSearch, item: AlertItem, search: SavedSearch) -> AlertItem:
    """Return what is told, with what another search found of the same event."""
    found = {report.head.story_id: report for report in item.split()}
    reports: list[AlertItem] = []
    for report in told.split():
        twin = found.pop(report.head.story_id, None)
        if twin is not None:
            highlights = dict.fromkeys([*report.highlights, *twin.highlights])
            if not report.found_by:
                report = _naming(report, its_search)
            report = replace(_naming(report, search, twin), highlights=tuple(highlights))
        reports.append(report)
    further = [_naming(report, search) for report in found.values()]
    return replace(reports[0], reports=tuple(reports[1:])).with_reports(further)


def _naming(item: AlertItem, search: SavedSearch, found: AlertItem | None = None) -> AlertItem:
    """Return a story that names a search which found it, with the words that matched."""
    words = (found or item).words_by_search.get(search.id, ())
    return replace(item, found_by={**item.found_by, search.name: words})
