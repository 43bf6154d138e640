"""The most mails of a search at once and in one day, and what becomes of the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pipelines.alerts.cadence import day_start, local_day, next_morning
from pipelines.alerts.messages import is_leaving
from pipelines.model import Alert, SavedSearch
from pipelines.ports import AlertLedger
from pipelines.text.counts import counted

#: So many mails of one search at once are still read one by one. More than that, after an outage
#: or a first run, become one mail of them all.
FLOOD = 10
#: Reasons of mails that come whatever the ceiling, once a day each.
_OUTSIDE = ("ceiling", "watch")


def mails_today(ledger: AlertLedger, search: SavedSearch, now: datetime) -> int:
    """Return how many mails a search has sent since its reader's day began.

    The mail about the ceiling itself and coverage receipts are not counted: they would take a place from a
    story.
    """
    keys: set[str] = set()
    for alert in ledger.alerts(search=search.id, told_since=day_start(search, now)):
        if alert.mail and alert.reason not in _OUTSIDE:
            keys.add(alert.mail)
    return len(keys)


def is_ceiling_reached(ledger: AlertLedger, search: SavedSearch, now: datetime) -> bool:
    """Tell whether a search has sent all the mails that its reader wants in one day."""
    if search.ceiling is None:
        return False
    return mails_today(ledger, search, now) >= search.ceiling


def within_ceiling(
    search: SavedSearch, alerts: Sequence[Alert], sent_today: int, now: datetime, later: datetime
) -> list[Alert]:
    """Return the alerts, those beyond the day's mails put off until `later`.

    `alerts` are the first alerts of mails that would leave now, in order; `sent_today` counts the
    mails that left. Where some are put off, one more alert at the end says so.
    """
    if search.ceiling is None:
        return list(alerts)
    room = max(0, search.ceiling - sent_today)
    if len(alerts) <= room:
        return list(alerts)
    limited = list(alerts[:room])
    for alert in alerts[room:]:
        limited.append(replace(alert, due=later))
    limited.append(ceiling_alert(search, now))
    return limited


def ceiling_alert(search: SavedSearch, now: datetime) -> Alert:
    """Return the alert that a search has sent its mails of the day.

    There is one for each day of its reader.
    """
    return Alert(
        search.id,
        story_id="",
        reason="ceiling",
        why=(
            f"This search has sent {counted(search.ceiling or 0, 'mail')} today, which is its ceiling.",
            "What else comes is kept and stands in one mail tomorrow. Nothing is lost.",
        ),
        step=f"{local_day(search, now)}",
        decided=now,
        due=now,
    )


class MailLimits:
    """What one step sends as mails of their own, search by search.

    It counts what the step itself writes: the ledger learns of that only at the end of the transaction.
    """

    def __init__(self, ledger: AlertLedger, now: datetime) -> None:
        self._ledger = ledger
        self._now = now
        self._sent: dict[str, int] = {}
        # What is held and due becomes one mail right after this step. What else comes for the
        # same search joins it.
        self._flooded: set[str] = set()
        for alert in ledger.alerts(states=["held"]):
            if is_leaving(alert, now):
                self._flooded.add(alert.search_id)

    def is_flooded(self, search_id: str) -> bool:
        """Tell whether all that a search has now goes into one mail."""
        return search_id in self._flooded

    def forget_counts(self) -> None:
        """Count the mails of the day anew: another worker has written some."""
        self._sent.clear()

    def apply(self, search: SavedSearch, groups: Sequence[list[Alert]]) -> list[list[Alert]]:
        """Return groups of alerts, those put off that go beyond a limit.

        A group is what one mail tells of one story. Those that leave now come last, in their order,
        with one more alert where the ceiling was reached and nobody was told so today.
        """
        staying: list[list[Alert]] = []
        leaving: list[list[Alert]] = []
        for group in groups:
            if is_leaving(group[0], self._now):
                leaving.append(group)
            else:
                staying.append(group)
        if len(leaving) > FLOOD:
            self._flooded.add(search.id)
        if self.is_flooded(search.id) or search.ceiling is None or not leaving:
            return staying + leaving
        return staying + self._put_off_beyond(search, search.ceiling, leaving)

    def _put_off_beyond(
        self, search: SavedSearch, ceiling: int, leaving: Sequence[list[Alert]]
    ) -> list[list[Alert]]:
        # The mails of this step are counted before they are written, since later chunks follow.
        sent = self._sent_today(search)
        heads = [group[0] for group in leaving]
        later = next_morning(search, self._now)
        limited = within_ceiling(search, heads, sent, self._now, later)
        self._sent[search.id] = sent + min(len(heads), max(0, ceiling - sent))
        groups: list[list[Alert]] = []
        # `limited` may have one alert more than there are groups: the one about the ceiling.
        for group, head in zip(leaving, limited, strict=False):
            groups.append([replace(alert, due=head.due) for alert in group])
        if len(limited) > len(heads):
            about_ceiling = limited[-1]
            if not self._ledger.known_keys([about_ceiling.key]):
                groups.append([about_ceiling])
        return groups

    def _sent_today(self, search: SavedSearch) -> int:
        if search.id not in self._sent:
            self._sent[search.id] = mails_today(self._ledger, search, self._now)
        return self._sent[search.id]
