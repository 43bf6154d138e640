"""What keeps the messages of a search from its readers (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipelines.beat.searches import Channel, return_command
from pipelines.model import OutboxMail, PausedAddress, SavedSearch
from pipelines.text.counts import counted


def search_troubles(
    search: SavedSearch,
    channels: Iterable[Channel],
    owed: Sequence[OutboxMail],
    paused: Sequence[PausedAddress],
) -> list[str]:
    """Return a sentence for each thing that keeps messages of a search from leaving.

    `owed` are all messages that have not left, `paused` the addresses that get nothing.
    """
    troubles: list[str] = []
    for channel in channels:
        if channel.id in search.channels:
            troubles += channel.list_problems()
    for one in paused:
        if one.address in (*search.to, *search.channels):
            troubles.append(f"{one.address} is paused since {one.since:%Y-%m-%d}: {one.why}")
    for address in search.left:
        troubles.append(f"{address} unsubscribed; to undo it: {return_command(search, address)}")
    return troubles + _waiting_messages((*search.to, *search.channels), owed)


def _waiting_messages(recipients: Iterable[str], owed: Sequence[OutboxMail]) -> list[str]:
    """Return a sentence for messages that were tried in vain.

    It is one for all who wait for the same ones.
    """
    recipients_by_messages: dict[tuple[str, ...], list[str]] = {}
    errors: dict[str, str] = {}
    for recipient in recipients:
        waiting = _waiting_for(recipient, owed)
        errors.update(waiting)
        recipients_by_messages.setdefault(tuple(waiting), []).append(recipient)
    sentences = []
    for keys, waiters in recipients_by_messages.items():
        if keys:
            number = counted(len(keys), "message waits", "messages wait")
            sentences.append(f"{number} for {', '.join(waiters)}: {errors[keys[-1]]}")
    return sentences


def _waiting_for(recipient: str, owed: Iterable[OutboxMail]) -> dict[str, str]:
    """Return the messages that a recipient waits for, by key.

    That are those that were tried in vain, each with what was wrong.
    """
    found = {}
    for mail in owed:
        if recipient in mail.owed and mail.last_error is not None:
            found[mail.key] = mail.last_error
    return found
