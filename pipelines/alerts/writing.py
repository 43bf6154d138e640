"""Finished mails: one alert, or a digest of many, as text and HTML (pure).

    Told (search, alerts, story, articles, hits) ──┐
    Desk (sender, receipt, names, Kibana)        ──┴─► compose / compose_digest ──► OutboxMail

The Message-ID is a function of the mail's key, so a repeat after a crash is one mail for every reader's program. Later
mails of a story answer the first. Nothing from outside reaches a header but as one line of plain text, or
the HTML but escaped; no picture, font or script is fetched from anywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import idna
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import escape

from pipelines.alerts.receipts import Receipt
from pipelines.alerts.words import (
    RELATION_WORDS,
    appeared,
    kibana_link,
    local_times,
    marked,
    name_hints,
    one_line,
    plural,
    route_label,
    web_address,
)
from pipelines.model import Alert, OutboxMail, SavedSearch, StoredArticle, Story

SNIPPETS = 3
SHOWN_COPIES = 25
SHOWN_CHANGES = 8
DIGEST_STORIES = 60
WEEK = timedelta(days=7)
LEAD_CHARACTERS = 320

KICKERS = {
    "new": "New",
    "update": "Changed",
    "spread": "Spreading",
    "spike": "Unusually many",
    "silence": "Unusually quiet",
    "watch": "Coverage receipt",
    "ceiling": "No more mails today",
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every mail of a run has in common. `topics` are the names of topics, `english` those of Chinese names."""

    mail_from: str
    now: datetime
    receipt: Receipt
    beat: str = ""
    topics: Mapping[str, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)
    kibana_url: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One story, or none, with the alerts that a search has of it, the most important first.

    `articles` are the story's, the original first, `highlights` the passages that matched, `related` other stories of the same event,
    `thread` the key of the mail that told of the story first.
    """

    alerts: tuple[Alert, ...]
    story: Story | None = None
    articles: tuple[StoredArticle, ...] = ()
    highlights: tuple[str, ...] = ()
    related: tuple[Story, ...] = ()
    thread: str | None = None


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a key: the same key gives the same id on every machine, for ever."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def compose(search: SavedSearch, told: Told, desk: Desk, week: Sequence[tuple[str, int]] = ()) -> OutboxMail:
    """Write the mail of one alert. Its key is the alert's."""
    head = told.alerts[0]
    if told.story is None:
        subject = head.why[0] if head.why else KICKERS[head.reason]
        subject = f"{KICKERS[head.reason]}: {subject}" if head.reason != "ceiling" else KICKERS["ceiling"]
    else:
        kicker = "" if head.reason == "new" else f"{KICKERS[head.reason]}: "
        subject = f"{kicker}{told.story.headline}"
    facts = {"items": [item_facts(told, desk)], "week": _bars(week), "kicker": KICKERS[head.reason]}
    return _mail(head.key, search, subject, "alert", facts, desk, thread=told.thread)


def compose_digest(
    search: SavedSearch,
    key: str,
    told: Sequence[Told],
    desk: Desk,
    week: Sequence[tuple[str, int]],
    *,
    since: datetime | None,
) -> OutboxMail:
    """Write one mail of all that a search has to tell: stories by topic, most reported first, then the rest."""
    stories = sorted((t for t in told if t.story and t.alerts[0].reason == "new"), key=_rank)
    later = [t for t in told if t.story and t.alerts[0].reason != "new"]
    notes = [t for t in told if t.story is None]
    groups: dict[str, list[Any]] = {}
    for one in stories[:DIGEST_STORIES]:
        assert one.story is not None
        topic = one.story.topics[0] if one.story.topics else ""
        groups.setdefault(desk.topics.get(topic, topic.capitalize() or "Other"), []).append(
            item_facts(one, desk)
        )
    day = desk.now.astimezone(ZoneInfo(search.zone))
    what = (
        plural(len(stories), "story", "stories")
        if stories
        else "nothing new"
        if not later
        else "no new story"
    )
    facts = {
        "groups": sorted(groups.items(), key=lambda g: (g[0] == "Other", -len(g[1]), g[0])),
        "later": [item_facts(t, desk) for t in later],
        "notes": [item_facts(t, desk) for t in notes],
        "stories": len(stories),
        "left_out": max(0, len(stories) - DIGEST_STORIES),
        "week": _bars(week),
        "since": local_times(since) if since else None,
        "kicker": {"hourly": "Hourly", "daily": "Daily", "weekly": "Weekly"}.get(search.cadence, "Held back"),
        "day": f"{day:%A} {day.day} {day:%B %Y}",
    }
    return _mail(key, search, f"{what}, {day.day} {day:%b}", "digest", facts, desk)


def _rank(told: Told) -> tuple[int, int, datetime]:
    assert told.story is not None
    return -told.story.independent, -told.story.copies, told.story.first_seen


# -- headers ------------------------------------------------------------------------------------------------


def _mail(
    key: str,
    search: SavedSearch,
    subject: str,
    template: str,
    facts: Mapping[str, Any],
    desk: Desk,
    thread: str | None = None,
) -> OutboxMail:
    sender_name, sender = parseaddr(desk.mail_from)
    domain = sender.rpartition("@")[2] or "localhost"
    subject = one_line(f"[{search.name}] {subject}")[:400]
    wide = any(not address.rpartition("@")[0].isascii() for address in search.to)
    message = EmailMessage(policy=(SMTPUTF8 if wide else SMTP).clone(max_line_length=78))
    message["Subject"] = subject
    message["From"] = Address(one_line(sender_name), addr_spec=sender)
    if search.to:
        message["To"] = [_address(address, wide=wide) for address in search.to]
    message["Date"] = format_datetime(desk.now)
    message["Message-ID"] = message_id(key, domain)
    if thread is not None and thread != key:
        message["In-Reply-To"] = message["References"] = message_id(thread, domain)
    message["List-Id"] = f"<{search.id.lower()}.maplewire.{domain}>"
    leave = f"mailto:{sender}?subject={quote('unsubscribe ' + search.id)}"
    message["List-Unsubscribe"] = f"<{leave}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Maplewire-Key"] = key
    everything = {
        **facts,
        "search": search,
        "receipt": receipt_facts(desk.receipt),
        "beat": desk.beat,
        "leave": leave,
        "subject": subject,
    }
    text = environment(escape=False).get_template(f"{template}.txt.j2").render(everything)
    message.set_content(_wrapped_blank_lines(text), cte="quoted-printable")
    html = environment(escape=True).get_template(f"{template}.html.j2").render(everything)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return OutboxMail(key, search.to, subject, bytes(message), created=desk.now)


def _address(address: str, *, wide: bool) -> Address:
    """Return an address as it may stand in a header: its domain in ASCII, but in a message that is UTF-8 anyway."""
    local, _, domain = address.rpartition("@")
    if not wide and not domain.isascii():
        domain = idna.encode(domain, uts46=True).decode()
    if not wide:
        return Address(addr_spec=f"{local}@{domain}")
    return Address(username=local, domain=domain)


def _wrapped_blank_lines(text: str) -> str:
    """Return text with at most one blank line at a time."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1].strip()):
            lines.append(line.rstrip() if line != "-- " else line)
    return "\n".join(lines).strip("\n") + "\n"


# -- facts for the templates ----------------------------------------------------------------------------------


def item_facts(told: Told, desk: Desk) -> dict[str, Any]:
    """Return what a template shows of one story, or of a thing that is no story."""
    head = told.alerts[0]
    spread = [line for alert in told.alerts if alert.reason == "spread" for line in alert.why]
    base: dict[str, Any] = {
        "reason": head.reason,
        "kicker": KICKERS[head.reason],
        "why": [one_line(line) for alert in told.alerts for line in alert.why],
        "spread": spread,
        "changed": [(one_line(a), one_line(b)) for alert in told.alerts for a, b in alert.changed][
            :SHOWN_CHANGES
        ],
    }
    if told.story is None:
        return base
    story, articles = told.story, told.articles
    by_id = {stored.article.id: stored for stored in articles}
    lead = by_id.get(story.lead_id, articles[0])
    links = {link.article_id: link for link in story.links}
    highlights = [marked(h) for h in told.highlights]
    # The headline stands above already, hits or not.
    highlights = [h for h in highlights if one_line(h.striptags()) != one_line(story.headline)][:SNIPPETS]
    highlights = highlights or [escape(one_line(lead.article.body)[:LEAD_CHARACTERS])]
    outlets = list(dict.fromkeys(one_line(stored.publisher.name) for stored in articles))
    return base | {
        "id": story.id,
        "headline": one_line(story.headline),
        "lang": lead.article.lang or "und",
        "hints": name_hints(story.headline, desk.english),
        "label": one_line(route_label(story)),
        "kind": story.kind,
        "evidence": [(one_line(e.text), one_line(e.where)) for e in lead.route.evidence[:2]],
        "url": web_address(lead.article.url),
        "kibana": kibana_link(desk.kibana_url, story.id, min(story.first_seen, desk.now) - timedelta(days=1)),
        "first_seen": local_times(story.first_seen),
        "outlet": outlets[0] if outlets else "",
        "outlets": outlets,
        "marked_snippets": highlights,
        "snippets": [one_line(h.striptags()) for h in highlights],
        "relevance": [one_line(line) for line in lead.relevance.why[:2]],
        "articles": [_row(stored, links) for stored in articles[:SHOWN_COPIES]],
        "more": max(0, len(articles) - SHOWN_COPIES),
        "copies": story.copies,
        "independent": story.independent,
        "related": [_related(one) for one in told.related],
    }


def _row(stored: StoredArticle, links: Mapping[str, Any]) -> dict[str, Any]:
    link = links.get(stored.article.id)
    is_copy = link is not None and link.of is not None
    return {
        "time": appeared(stored.article),
        "outlet": one_line(stored.publisher.name),
        "relation": RELATION_WORDS[link.relation] if link else "",
        "kept": f"{link.kept:.0%}" if link and is_copy else None,
        "title": one_line(stored.article.title),
        "lang": stored.article.lang or "und",
        "url": web_address(stored.article.url),
    }


def _related(story: Story) -> dict[str, Any]:
    return {"id": story.id, "headline": one_line(story.headline), "time": local_times(story.first_seen),
            "label": one_line(route_label(story)), "lang": story.languages[0] if story.languages else "und"}  # fmt: skip


def receipt_facts(receipt: Receipt) -> dict[str, Any]:
    return {
        "at": local_times(receipt.at),
        "due": receipt.due,
        "read": receipt.read,
        "is_complete": receipt.is_complete,
        "failing": [
            {
                "name": one_line(f.name),
                "since": f"{f.since:%Y-%m-%d %H:%M} UTC" if f.since else "long ago",
                "why": one_line(f.why)[:200],
            }
            for f in receipt.failing
        ],
        "untried": receipt.untried,
        "quarantined": receipt.quarantined,
        "newest": local_times(receipt.newest) if receipt.newest else None,
        "newest_source": one_line(receipt.newest_source or ""),
    }


def _bars(week: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    """Return (day, number) as bars for tables and for plain text: the longest is full."""
    most = max((number for _, number in week), default=0)
    return [
        {
            "day": day,
            "number": number,
            "percent": round(100 * number / most) if most else 0,
            "blocks": "█" * max(1 if number else 0, round(20 * number / most)) if most else "",
        }
        for day, number in week
    ]


@cache
def environment(*, escape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("pipelines", "templates"),
        autoescape=escape,  # noqa: S701 - off for text/plain alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
