"""What readers were told of the events that some stories report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.model import MAIL, Alert, SavedSearch, Story, story_ids_of
from pipelines.ports import Ledger

#: Somebody who gets messages: the way of a message, and the address or the name of the channel.
Reader = tuple[str, str]
#: The way of messages that are no mail.
CHANNEL = "channel"
#: How the steps of thresholds begin that count reports of an event, and not copies of a story.
_REPORTS_STEP = "reports-"


def readers_of(search: SavedSearch) -> frozenset[Reader]:
    """Return who gets the messages of a search."""
    readers: set[Reader] = set()
    for address in search.to:
        readers.add(reader_of(MAIL, address))
    for channel in search.channels:
        readers.add(reader_of(CHANNEL, channel))
    return frozenset(readers)


def reader_of(way: str, name: str) -> Reader:
    """Return the reader that an address or the name of a channel stands for."""
    if way == MAIL:
        # Somebody writes Desk@ in one search and desk@ in another, and means one mailbox.
        return MAIL, name.casefold()
    return way, name


class ToldEvents:
    """The events of some stories: what readers were told of them.

    Two stories report one event where one of them is among the related stories of the other.
    """

    def __init__(self, ledger: Ledger, stories: Iterable[Story], searches: Iterable[SavedSearch]) -> None:
        self._readers: dict[str, frozenset[Reader]] = {}
        for search in searches:
            self._readers[search.id] = readers_of(search)
        self._related: dict[str, tuple[str, ...]] = {}
        story_ids: dict[str, None] = {}
        for story in stories:
            story_ids[story.id] = None
            # Also where no report is independent: a translation is of the same event.
            related = tuple(story_ids_of(ledger.related(story.id)))
            self._related[story.id] = related
            story_ids.update(dict.fromkeys(related))
        self._alerts: dict[str, list[Alert]] = {}
        for alert in ledger.alerts(stories=list(story_ids)):
            self._alerts.setdefault(alert.story_id, []).append(alert)

    def related_ids(self, story_id: str) -> tuple[str, ...]:
        """Return the other stories about a story's event, the best first."""
        return self._related.get(story_id, ())

    def is_one_event(self, a: str, b: str) -> bool:
        """Tell whether two stories report one event."""
        return a == b or b in self.related_ids(a) or a in self.related_ids(b)

    def alerts_of(self, story_id: str) -> Sequence[Alert]:
        """Return the alerts of all searches about a story, in order of decision."""
        return self._alerts.get(story_id, ())

    def same_to_all(self, search: SavedSearch, alert: Alert) -> Alert | None:
        """Return the alert that told all readers of a search the same already, or None.

        A number of reports is the same news whichever story of the event it was told of.
        """
        same: list[Alert] = []
        story_ids = [alert.story_id]
        if alert.reason == "spread" and alert.step.startswith(_REPORTS_STEP):
            story_ids.extend(self.related_ids(alert.story_id))
        for story_id in story_ids:
            for known in self.alerts_of(story_id):
                if known.reason == alert.reason and known.step == alert.step:
                    same.append(known)
        return self._first_to_all(search, same)

    def mail_about_event(self, search: SavedSearch, story_id: str) -> str | None:
        """Return the mail that told all readers of a search of another report, or None."""
        reports: list[Alert] = []
        for related_id in self.related_ids(story_id):
            reports.extend(_only_new(self.alerts_of(related_id)))
        first = self._first_to_all(search, reports)
        return first.mail if first is not None else None

    def held_reports(self, search_id: str, story_id: str) -> list[Alert]:
        """Return what a search holds of the other reports of a story's event."""
        held: list[Alert] = []
        for related_id in self.related_ids(story_id):
            alerts = self._held_of(search_id, related_id)
            if any(_only_new(alerts)):
                held.extend(alerts)
        return held

    def _held_of(self, search_id: str, story_id: str) -> list[Alert]:
        held: list[Alert] = []
        for alert in self.alerts_of(story_id):
            if alert.search_id == search_id and alert.state == "held":
                held.append(alert)
        return held

    def _first_to_all(self, search: SavedSearch, alerts: Iterable[Alert]) -> Alert | None:
        """Return the first alert that was mailed.

        None where a reader of the search got no mail of these alerts.
        """
        missing = readers_of(search)
        if not missing:
            return None
        first: Alert | None = None
        for alert in alerts:
            if alert.state != "told" or alert.mail is None:
                continue
            first = first or alert
            missing -= self._readers.get(alert.search_id, frozenset())
        return None if missing else first


def _only_new(alerts: Iterable[Alert]) -> list[Alert]:
    return [alert for alert in alerts if alert.reason == "new"]
