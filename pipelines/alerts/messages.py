"""The messages of an alert: a mail, and the same for each channel of its search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.alerts.mail_content import compose
from pipelines.alerts.mail_context import AlertItem, MailContext, RelatedItem
from pipelines.alerts.payload import channel_messages
from pipelines.model import Alert, OutboxMail, SavedSearch

#: A week, and a day for what a change of clocks moves: the longest that a weekly digest is waited for.
LONGEST_WAIT = timedelta(days=8)


def is_leaving(alert: Alert, now: datetime) -> bool:
    """Tell whether an alert is held until now and no longer."""
    if alert.state != "held" or alert.due is None:
        return False
    # What lies further ahead was set by a clock that was wrong.
    return alert.due <= now or alert.due - now > LONGEST_WAIT


def messages_of(
    search: SavedSearch, mail: OutboxMail, items: Sequence[AlertItem], context: MailContext
) -> list[OutboxMail]:
    """Return the mail and the same for each channel of the search.

    The first message bears the key of the alert, because the alert names its message by that key.
    So a search without a mail address gives the mail's key to its first channel.
    """
    others = channel_messages(search, mail, items, context)
    if search.to:
        return [mail, *others]
    if not others:
        # Neither an address nor a channel: there is nobody to write to.
        return []
    return [replace(others[0], key=mail.key), *others[1:]]


def note_messages(
    search: SavedSearch,
    alert: Alert,
    context: MailContext,
    week: Sequence[tuple[str, int]] = (),
    related: tuple[RelatedItem, ...] = (),
) -> list[OutboxMail]:
    """Return the messages of an alert that is about no story."""
    # It bears bars of the week in place of a story, since numbers are what it is about.
    item = AlertItem((alert,), related=related)
    return messages_of(search, compose(search, item, context, week), [item], context)
