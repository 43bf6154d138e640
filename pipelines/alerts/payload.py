"""What goes through a channel other than mail: one JSON document (pure).

Its fields are described in docs/webhook.schema.json. Times are ISO 8601 in UTC; an unknown is null.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from pipelines.alerts.mail_context import AlertItem, MailContext
from pipelines.alerts.receipt import Receipt, SourceFault
from pipelines.alerts.story_turns import turn_sentences
from pipelines.alerts.wording import iso_seconds, one_line, route_label, web_address
from pipelines.model import Link, OutboxMail, SavedSearch, StoredArticle, Story

#: Version of the document. A field that goes or changes its meaning raises it; a new one does not.
VERSION = 1
#: Items, and articles of an item, to bound the size of a document.
SHOWN = 60
SHOWN_ARTICLES = 100


def channel_messages(
    search: SavedSearch, mail: OutboxMail, items: Sequence[AlertItem], context: MailContext
) -> list[OutboxMail]:
    """Return the message for each channel of a search.

    Its key is the mail's with the name of the channel.
    """
    if not search.channels:
        return []
    # One body for all channels: what a channel makes of it is its adapter's business.
    document = payload(search, mail, items, context)
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    messages: list[OutboxMail] = []
    for channel in search.channels:
        key = f"{mail.key}@{channel}"
        messages.append(replace(mail, key=key, to=(channel,), channel=channel, message=body))
    return messages


def payload(
    search: SavedSearch, mail: OutboxMail, items: Sequence[AlertItem], context: MailContext
) -> dict[str, Any]:
    """Return the document of a mail."""
    documents: list[dict[str, Any]] = []
    for item in items[:SHOWN]:
        documents.append(_item_document(item, context))
    return {
        "version": VERSION,
        "key": mail.key,
        "created": iso_time(mail.created),
        "search": {"id": search.id, "name": search.name, "query": search.query},
        "subject": mail.subject,
        "items": documents,
        "left_out": max(0, len(items) - SHOWN),
        "receipt": _receipt_document(context.receipt),
    }


def iso_time(at: datetime | None) -> str | None:
    """Return a time in UTC: "2026-01-17T12:00:00Z", or None."""
    if at is None:
        return None
    return iso_seconds(at)


def _receipt_document(receipt: Receipt) -> dict[str, Any]:
    return {
        "at": iso_time(receipt.at),
        "due": receipt.due,
        "read": receipt.read,
        "complete": receipt.proves_quiet(),
        "failing": list(map(_fault_document, receipt.failing)),
        "doubtful": list(map(_fault_document, receipt.doubtful)),
        "quarantined": receipt.quarantined,
        "newest": iso_time(receipt.newest),
    }


def _fault_document(fault: SourceFault) -> dict[str, Any]:
    return {"name": fault.name, "state": fault.state, "since": iso_time(fault.since), "why": fault.why}


def _item_document(item: AlertItem, context: MailContext) -> dict[str, Any]:
    why: list[str] = []
    changed: list[dict[str, str]] = []
    for alert in item.alerts:
        why.extend(map(one_line, alert.why))
        for before, after in alert.changed:
            changed.append({"before": before, "after": after})
    why.extend(turn_sentences(item.turns))
    for turn in item.turns:
        for before, after in turn.changed:
            changed.append({"before": before, "after": after})
    story: dict[str, Any] | None = None
    if item.story is not None:
        story = _story_document(item.story, item.articles, context)
    return {"reason": item.head.reason, "why": why, "changed": changed, "story": story}


def _story_document(story: Story, articles: Sequence[StoredArticle], context: MailContext) -> dict[str, Any]:
    return {
        "id": story.id,
        "headline": story.headline,
        # The sentence of the mail; origin, carrier and kind are the same for programs.
        "label": route_label(story, context.state_media) or None,
        "kind": story.kind,
        "origin": story.origin,
        "carrier": story.carrier,
        "first_seen": iso_time(story.first_seen),
        "copies": story.copies,
        "independent": story.independent,
        "topics": list(story.topics),
        "languages": list(story.languages),
        "articles": _article_documents(story, articles),
    }


def _article_documents(story: Story, articles: Sequence[StoredArticle]) -> list[dict[str, Any]]:
    """Return the articles, leaving out one that came into the story after it was read."""
    # The order is that of the story: the original first, then by appearance.
    links = story.links_by_article
    documents: list[dict[str, Any]] = []
    for stored in articles[:SHOWN_ARTICLES]:
        link = links.get(stored.article.id)
        if link is not None:
            documents.append(_article_document(stored, link))
    return documents


def _article_document(stored: StoredArticle, link: Link) -> dict[str, Any]:
    # A day alone is given as its first moment: the schema has no field for how exact it is.
    published = stored.article.published
    return {
        "url": web_address(stored.article.url),
        "title": stored.article.title,
        "source": stored.publisher.name,
        "lang": stored.article.lang,
        "published": iso_time(published.at) if published else None,
        "relation": link.relation.value,
    }
