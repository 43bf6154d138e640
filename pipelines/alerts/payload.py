"""What goes through a channel that is no mail: one JSON document, described in docs/webhook.schema.json (pure)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipelines.alerts.wording import one_line, route_label, web_address

if TYPE_CHECKING:
    from pipelines.alerts.mail_content import AlertItem, MailContext
from pipelines.model import OutboxMail, SavedSearch, Story

VERSION = 1
SHOWN = 60
SHOWN_ARTICLES = 100


def channel_messages(
    search: SavedSearch, mail: OutboxMail, shown: Sequence[AlertItem], desk: MailContext
) -> list[OutboxMail]:
    """Return the message for each channel of a search; its key is the mail's with the channel's name."""
    if not search.channels:
        return []
    body = json.dumps(payload(search, mail, shown, desk), ensure_ascii=False, separators=(",", ":")).encode()
    return [
        replace(mail, key=f"{mail.key}@{channel}", to=(channel,), channel=channel, message=body)
        for channel in search.channels
    ]


def payload(
    search: SavedSearch, mail: OutboxMail, shown: Sequence[AlertItem], desk: MailContext
) -> dict[str, Any]:
    """Return the document. Times are ISO 8601 in UTC, an unknown is null."""
    receipt = desk.receipt
    return {
        "version": VERSION,
        "key": mail.key,
        "created": iso(mail.created),
        "search": {"id": search.id, "name": search.name, "query": search.query},
        "subject": mail.subject,
        "items": [_item(one, desk) for one in shown[:SHOWN]],
        "left_out": max(0, len(shown) - SHOWN),
        "receipt": {
            "at": iso(receipt.at),
            "due": receipt.due,
            "read": receipt.read,
            "complete": receipt.proves_quiet(),
            "failing": [{"name": f.name, "since": iso(f.since), "why": f.why} for f in receipt.failing],
            "quarantined": receipt.quarantined,
            "newest": iso(receipt.newest),
        },
    }


def _item(told: AlertItem, desk: MailContext) -> dict[str, Any]:
    head = told.alerts[0]
    return {
        "reason": head.reason,
        "why": [one_line(line) for alert in told.alerts for line in alert.why],
        "changed": [{"before": a, "after": b} for alert in told.alerts for a, b in alert.changed],
        "story": _story(told, told.story, desk) if told.story else None,
    }


def _story(told: AlertItem, story: Story, desk: MailContext) -> dict[str, Any]:
    links = {link.article_id: link for link in story.links}
    return {
        "id": story.id,
        "headline": story.headline,
        "label": route_label(story, desk.state_media) or None,
        "kind": story.kind,
        "origin": story.origin,
        "carrier": story.carrier,
        "first_seen": iso(story.first_seen),
        "copies": story.copies,
        "independent": story.independent,
        "topics": list(story.topics),
        "languages": list(story.languages),
        "articles": [
            {
                "url": web_address(stored.article.url),
                "title": stored.article.title,
                "source": stored.publisher.name,
                "lang": stored.article.lang,
                "published": iso(stored.article.published.at) if stored.article.published else None,
                "relation": links[stored.article.id].relation.value,
            }
            for stored in told.articles[:SHOWN_ARTICLES]
            if stored.article.id in links
        ],
    }


def iso(at: datetime | None) -> str | None:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
