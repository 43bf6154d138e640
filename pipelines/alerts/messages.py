"""The messages of an alert: a mail, and the same for each channel of its search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.alerts.mail_content import AlertItem, MailContext, RelatedItem, compose
from pipelines.alerts.payload import channel_messages
from pipelines.model import (
    Alert,
    OutboxMail,
    SavedSearch,
)


def note_messages(
    search: SavedSearch,
    alert: Alert,
    desk: MailContext,
    week: Sequence[tuple[str, int]] = (),
    beside: tuple[RelatedItem, ...] = (),
) -> list[OutboxMail]:
    """Return the mail of an alert that is of no story, and the same for each channel."""
    shown = AlertItem((alert,), related=beside)
    return messages_of(search, compose(search, shown, desk, week), [shown], desk)


def messages_of(
    search: SavedSearch, mail: OutboxMail, shown: Sequence[AlertItem], desk: MailContext
) -> list[OutboxMail]:
    """Return the mail, and the same for each channel of the search; the first's key is the alert's."""
    others = channel_messages(search, mail, shown, desk)
    return (
        [mail, *others]
        if search.to
        else [replace(other, key=mail.key if n == 0 else other.key) for n, other in enumerate(others)]
    )
