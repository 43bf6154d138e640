"""Builders for what alerts are made of."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast
from zoneinfo import ZoneInfo

from pipelines.alerts.mail_context import MailContext
from pipelines.alerts.receipt import Receipt
from pipelines.model import (
    Alert,
    Evidence,
    Link,
    OutboxMail,
    Outcome,
    ReaderClock,
    Relation,
    Relevance,
    Route,
    SavedSearch,
    StoredArticle,
    Story,
)
from tests.builders import NOON, a_publisher, a_stamp, an_article

CLOCKS = (
    ReaderClock("Ottawa", ZoneInfo("America/Toronto"), {"en": "Ottawa", "zh-Hans": "渥太华"}),
    ReaderClock("Beijing", ZoneInfo("Asia/Shanghai"), {"en": "Beijing", "fr": "Pékin", "zh-Hans": "北京"}),
)
RECEIPT = Receipt(NOON, due=80, read=80, newest=NOON, newest_source="North Wire")
DESK = MailContext(
    "Maplewire <mw@desk.example>",
    NOON,
    RECEIPT,
    "China–Canada relations",
    {"canola": "Canola"},
    {"习近平": "Xi Jinping", "加拿大": "Canada"},
    "https://kibana.example/s/news",
    unsubscribe_mail="leave@desk.example",
    clocks=CLOCKS,
)


def a_search(**fields: Any) -> SavedSearch:
    defaults = {
        "id": "leaders",
        "name": "Leaders’ meetings",
        "query": '"strategic partnership" OR 会见',
        "to": ("desk@newsroom.example",),
        "zone": "America/Toronto",
    }
    return SavedSearch(**defaults | fields)


def a_stored(url: str = "https://wire.example/1", outlet: str = "North Wire", **fields: Any) -> StoredArticle:
    article = an_article(url, **{"title": "China, Canada share prospects", "published": a_stamp()} | fields)
    relevance = Relevance(True, 0.9, ("Both sides stand in the title.",))
    route = Route(evidence=(Evidence("agency_tag", "(GLOBE NEWSWIRE)", "dateline"),))
    return StoredArticle(
        article, a_publisher(name=outlet), route, relevance, Outcome.NEW, "hash", story_id="s1"
    )


def a_story(*stored: StoredArticle, **fields: Any) -> Story:
    stored = stored or (a_stored(),)
    lead = stored[0].article
    links = [Link(lead.id, Relation.ORIGINAL, None, 0.97, 0.0, ())]
    for copy in stored[1:]:
        links.append(Link(copy.article.id, Relation.VERBATIM, lead.id, 0.97, 0.0, ()))
    defaults: dict[str, Any] = {
        "id": "s1",
        "headline": lead.title,
        "lead_id": lead.id,
        "first_seen": NOON,
        "last_seen": NOON,
        "origin": "CGTN",
        "carrier": "GlobeNewswire",
        "kind": "paid_release",
        "links": tuple(links),
    }
    return Story(**defaults | fields)


def an_alert(reason: Any = "new", **fields: Any) -> Alert:
    values = {"search_id": "leaders", "story_id": "s1", "why": ("It matches.",), "decided": NOON}
    return Alert(reason=reason, **values | fields)


def read(mail: OutboxMail) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(mail.message, policy=policy.default))


def parts(message: EmailMessage) -> tuple[str, str]:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert html is not None
    return plain.get_content().replace("\r\n", "\n"), html.get_content()
