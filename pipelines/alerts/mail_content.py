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
from markupsafe import Markup

from pipelines.alerts.receipt import Receipt
from pipelines.alerts.wording import (
    RELATION_WORDS,
    appeared,
    first_lines,
    kibana_link,
    local_times,
    marked,
    marked_words,
    name_hints,
    one_line,
    plural,
    route_label,
    sentence,
    web_address,
)
from pipelines.model import Alert, OutboxMail, SavedSearch, StoredArticle, Story

SNIPPETS = 2
SHOWN_WORDS = 6
WHOLE = 0.995
"""A copy that kept so much kept all of it."""
SHOWN_COPIES = 25
SHOWN_CHANGES = 8
DIGEST_STORIES = 60
LEAD_CHARACTERS = 280

KICKERS = {
    "new": "New",
    "update": "Changed",
    "spread": "Spreading",
    "spike": "Unusually many",
    "silence": "Unusually quiet",
    "watch": "Coverage receipt",
    "ceiling": "No more mails today",
}
ALL_READ = "All sources that were due were read, so the silence is not ours."
NOT_ALL_READ = "Not every source could be read (see the receipt), so the silence may be ours."
TURNS = {"gone": "Deleted", "back": "Back again", "origin": "Another origin"}
"""What an update is called by the first word of its step, where it is no edit."""


@dataclass(frozen=True, slots=True)
class MailContext:
    """What every mail of a run has in common. `topics` are the names of topics, `english` those of Chinese names."""

    mail_from: str
    now: datetime
    receipt: Receipt
    beat: str = ""
    topics: Mapping[str, str] = field(default_factory=dict)
    english: Mapping[str, str] = field(default_factory=dict)
    kibana_url: str | None = None
    state_media: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AlertItem:
    """One story, or none, with the alerts that a search has of it, the most important first.

    `articles` are the story's, the original first, `highlights` the passages that matched, `related` other stories of the same event,
    `thread` the key of the mail that told of the story first.
    """

    alerts: tuple[Alert, ...]
    story: Story | None = None
    articles: tuple[StoredArticle, ...] = ()
    highlights: tuple[str, ...] = ()
    related: tuple[RelatedItem, ...] = ()
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A story that stands beside another one in a mail, with its first article."""

    story: Story
    lead: StoredArticle | None = None


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a key: the same key gives the same id on every machine, for ever."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def compose(
    search: SavedSearch, told: AlertItem, desk: MailContext, week: Sequence[tuple[str, int]] = ()
) -> OutboxMail:
    """Write the mail of one alert. Its key is the alert's."""
    head, kicker = told.alerts[0], kicker_of(told.alerts[0])
    if told.story is not None:
        subject = told.story.headline if head.reason == "new" else f"{kicker}: {told.story.headline}"
    elif head.reason == "ceiling":
        subject = kicker
    else:
        what = listened(desk.receipt) if head.reason == "watch" else head.why[0] if head.why else ""
        subject = f"{kicker}: {what}"
    item = item_facts(told, desk)
    if head.reason == "watch":
        item["why"] = [sentence(listened(desk.receipt)), *item["why"]]
    if head.reason == "silence":
        item["why"].append(ALL_READ if desk.receipt.proves_quiet() else NOT_ALL_READ)
    facts = {"items": [item], "week": _bars(week), "kicker": kicker}
    return _mail(head.key, search, subject, "alert", facts, desk, thread=told.thread)


def kicker_of(alert: Alert) -> str:
    """Return the word or two that a mail begins with."""
    turn = TURNS.get(alert.step.partition("-")[0]) if alert.reason == "update" else None
    return turn or KICKERS[alert.reason]


def listened(receipt: Receipt) -> str:
    """Say in half a sentence how much of what was due was read."""
    if not receipt.due:
        return "no source was due in the last 24 hours"
    whole = "all" if receipt.read == receipt.due else f"{receipt.read} of"
    return f"{whole} {plural(receipt.due, 'source')} due in the last 24 hours {'was' if receipt.due == 1 else 'were'} read"


def compose_digest(
    search: SavedSearch,
    key: str,
    told: Sequence[AlertItem],
    desk: MailContext,
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
        "since": local_times(since, desk.now) if since and search.cadence != "immediate" else None,
        "kicker": {"hourly": "Hourly", "daily": "Daily", "weekly": "Weekly"}.get(
            search.cadence, "Several at once"
        ),
        "kept": search.cadence == "immediate",
        "day": f"{day:%A} {day.day} {day:%B %Y}",
    }
    return _mail(key, search, f"{what}, {day.day} {day:%b}", "digest", facts, desk, since=since)


def _rank(told: AlertItem) -> tuple[int, int, datetime]:
    assert told.story is not None
    return -told.story.independent, -told.story.copies, told.story.first_seen


# -- headers ------------------------------------------------------------------------------------------------


def _mail(
    key: str,
    search: SavedSearch,
    subject: str,
    template: str,
    facts: Mapping[str, Any],
    desk: MailContext,
    thread: str | None = None,
    since: datetime | None = None,
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
        "receipt": receipt_facts(desk.receipt, desk.now, since),
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


def item_facts(told: AlertItem, desk: MailContext) -> dict[str, Any]:
    """Return what a template shows of one story, or of a thing that is no story."""
    head = told.alerts[0]
    base: dict[str, Any] = {
        "reason": head.reason,
        "kicker": kicker_of(head),
        "why": [
            sentence(line) if n == 0 or told.story is None else one_line(line)
            for n, line in enumerate(line for alert in told.alerts for line in alert.why)
        ],
        "spread": [sentence(x) for alert in told.alerts if alert.reason == "spread" for x in alert.why],
        "changed": [(one_line(a), one_line(b)) for alert in told.alerts for a, b in alert.changed][
            :SHOWN_CHANGES
        ],
        "related": [_related(one, desk) for one in told.related],
    }
    if told.story is None:
        return base
    story, articles = told.story, told.articles
    by_id = {stored.article.id: stored for stored in articles}
    lead = by_id.get(story.lead_id, articles[0])
    links = {link.article_id: link for link in story.links}
    headline = one_line(story.headline)
    words = marked_words(told.highlights)
    snippets = _snippets(told.highlights, headline, lead.article.body, words)
    outlets = list(dict.fromkeys(one_line(stored.publisher.name) for stored in articles))
    if lead_outlet := one_line(lead.publisher.name):
        outlets = [lead_outlet, *(name for name in outlets if name != lead_outlet)]
    return base | {
        "id": story.id,
        "headline": headline,
        "lang": lead.article.lang or "und",
        "hints": name_hints(story.headline, desk.english),
        "label": one_line(route_label(story, desk.state_media)),
        "kind": story.kind,
        "evidence": [(one_line(e.text), one_line(e.where)) for e in lead.route.evidence[:2]],
        "url": web_address(lead.article.url),
        "kibana": kibana_link(desk.kibana_url, story.id, min(story.first_seen, desk.now) - timedelta(days=1)),
        "first_seen": local_times(story.first_seen, desk.now),
        "outlet": outlets[0] if outlets else "",
        "outlets": outlets,
        "words": words[:SHOWN_WORDS],
        "marked_snippets": snippets,
        "snippets": [one_line(h.striptags()) for h in snippets],
        "relevance": "; ".join(
            one_line(line).removesuffix(f": “{headline}”") for line in lead.relevance.why[:2]
        ),
        "articles": [_row(stored, links, headline, desk.now) for stored in articles[:SHOWN_COPIES]],
        "more": max(0, len(articles) - SHOWN_COPIES),
        "copies": story.copies,
        "independent": story.independent,
    }


def _snippets(passages: Sequence[str], headline: str, body: str, words: Sequence[str]) -> list[Markup]:
    """Return how the text begins, then the passages that matched, as far as they do not stand there already."""
    lead = first_lines(body, words, LEAD_CHARACTERS)
    above = f"{headline} {one_line(lead.striptags())}"
    further = [m for m in map(marked, passages) if one_line(m.striptags()).strip(" …") not in above]
    return ([lead] if lead else []) + further[:SNIPPETS]


def _row(stored: StoredArticle, links: Mapping[str, Any], headline: str, now: datetime) -> dict[str, Any]:
    link = links.get(stored.article.id)
    is_copy = link is not None and link.of is not None
    title = one_line(stored.article.title)
    return {
        "time": appeared(stored.article, now),
        "outlet": one_line(stored.publisher.name) or title,
        "relation": RELATION_WORDS[link.relation] if link else "",
        "kept": f"{link.kept:.0%}" if link and is_copy and link.kept < WHOLE else None,
        "title": title if title.casefold() != headline.casefold() else None,
        "lang": stored.article.lang or "und",
        "url": web_address(stored.article.url),
    }


def _related(one: RelatedItem, desk: MailContext) -> dict[str, Any]:
    story, lead = one.story, one.lead
    return {
        "id": story.id,
        "headline": one_line(story.headline),
        "hints": name_hints(story.headline, desk.english),
        "time": local_times(story.first_seen, desk.now),
        "label": one_line(route_label(story, desk.state_media)),
        "lang": story.languages[0] if story.languages else "und",
        "url": web_address(lead.article.url) if lead else "#",
        "outlet": one_line(lead.publisher.name) if lead else "",
    }


def receipt_facts(receipt: Receipt, now: datetime, since: datetime | None = None) -> dict[str, Any]:
    return {
        "at": local_times(receipt.at, now),
        "listened": sentence(listened(receipt)),
        "due": receipt.due,
        "read": receipt.read,
        "is_complete": receipt.proves_quiet(since),
        "pause": [local_times(at, now) for at in receipt.pause] if receipt.pause else None,
        "failing": [
            {
                "name": one_line(f.name),
                "fails": f"has failed since {local_times(f.since, now)}" if f.since else "fails",
                "why": one_line(f.why)[:200],
            }
            for f in receipt.failing
        ],
        "untried": receipt.untried,
        "quarantined": receipt.quarantined,
        "newest": local_times(receipt.newest, now) if receipt.newest else None,
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
        loader=PackageLoader("pipelines.alerts"),
        autoescape=escape,  # noqa: S701 - off for text/plain alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
