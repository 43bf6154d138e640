"""Saved searches x newly arrived articles -> alerts -> finished mails. Pure: nothing is sent here.

    arrivals (ledger order) ──► an index of just these ──► each search ──► Alert ──► MIME message
                                                             │
                                              keys that are known already stay silent

Matching goes by order of arrival, never by a window of publication times: an article that comes
late, or is dated wrongly, is still new to the reader. The unique key (search, story, reason) is what keeps a
story with a hundred copies at one mail.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipelines.model import Alert, Article, Hit, OutboxMail, SavedSearch, StoredArticle, Story
from pipelines.ports import SearchIndex
from pipelines.query import Query

MAX_STORIES = 100_000
SNIPPETS = 3
READERS_ZONES = (("Ottawa", ZoneInfo("America/Toronto")), ("Beijing", ZoneInfo("Asia/Shanghai")))

KIND_WORDS = {
    "paid_release": "paid release",
    "agency": "agency report",
    "state_media": "state media",
    "government": "government",
    "report": "report",
}


@dataclass(frozen=True, slots=True)
class Match:
    """An alert with the passages that matched, ready to be written as a mail."""

    alert: Alert
    search: SavedSearch
    hits: tuple[Hit, ...]


def find_matches(searches: Iterable[tuple[SavedSearch, Query]], arrivals: SearchIndex) -> list[Match]:
    """Run every enabled search on an index that holds newly arrived articles alone.

    One match for each story and search, in the order of searches; within a search newest first.
    """
    return [
        Match(_alert(search, story_id, hits), search, hits)
        for search, query in searches
        if search.enabled
        for story_id, hits in arrivals.search(query, limit=MAX_STORIES).stories
    ]


def _alert(search: SavedSearch, story_id: str, hits: Sequence[Hit]) -> Alert:
    return Alert(
        search_id=search.id,
        story_id=story_id,
        reason="new",
        article_ids=tuple(h.article_id for h in hits),
        why=(f"It matches your search “{search.name}”: {search.query}",),
    )


def not_yet_mailed(matches: Iterable[Match], known_keys: Collection[str]) -> list[Match]:
    """Drop matches whose key was mailed before, and repeats within this batch."""
    fresh: dict[str, Match] = {}
    for match in matches:
        if match.alert.key not in known_keys:
            fresh.setdefault(match.alert.key, match)
    return list(fresh.values())


def route_label(story: Story) -> str:
    """Say in one line where a story's text comes from, "" where its pages show nothing.

    >>> route_label(story)  # doctest: +SKIP
    'Paid release of CGTN through GlobeNewswire'
    """
    if not story.origin and not story.carrier:
        return ""
    kind = KIND_WORDS[story.kind].capitalize()
    of = f" of {story.origin}" if story.origin else ""
    through = f" through {story.carrier}" if story.carrier and story.carrier != story.origin else ""
    return f"{kind}{of}{through}"


def message_id(key: str, domain: str) -> str:
    """Return the Message-ID of a key: the same key gives the same id on every machine, for ever."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def compose(
    match: Match, story: Story, articles: Sequence[StoredArticle], *, mail_from: str, now: datetime
) -> OutboxMail:
    """Write the mail for one match: text and HTML, headers that filters and threads can rely on.

    `articles` are the story's, the original first. Nothing from outside reaches a header but as
    one line of plain text, or the HTML but escaped.
    """
    sender_name, sender = parseaddr(mail_from)
    domain = sender.rpartition("@")[2] or "localhost"
    subject = f"[{match.search.name}] {_one_line(story.headline)}"[:400]
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    message["Subject"] = subject
    message["From"] = Address(_one_line(sender_name), addr_spec=sender)
    message["To"] = [Address(addr_spec=address) for address in match.search.to]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(match.alert.key, domain)
    message["List-Id"] = f"<{match.search.id.lower()}.maplewire.{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Maplewire-Key"] = match.alert.key
    facts = _facts(match, story, articles)
    message.set_content(
        _environment(escape=False).get_template("alert.txt.j2").render(facts), cte="quoted-printable"
    )
    html = _environment(escape=True).get_template("alert.html.j2").render(facts)
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return OutboxMail(match.alert.key, match.search.to, subject, bytes(message), created=now)


def _facts(match: Match, story: Story, articles: Sequence[StoredArticle]) -> dict[str, Any]:
    links = {link.article_id: link for link in story.links}
    by_id = {stored.article.id: stored for stored in articles}
    lead = by_id.get(story.lead_id, articles[0]).article
    hits = sorted(match.hits, key=lambda hit: hit.article_id != story.lead_id)  # the original's words first
    highlights = [_marked(h) for hit in hits for h in hit.highlights][:SNIPPETS]
    return {
        "headline": _one_line(story.headline),
        "label": route_label(story),
        "lang": lead.lang or "und",
        "lead": {"url": _web_address(lead.url)},
        "first_seen": _local_times(story.first_seen),
        "marked_snippets": highlights,
        "snippets": [_one_line(h.striptags()) for h in highlights],
        "why": [*match.alert.why, *by_id[lead.id].relevance.why[:2]],
        "articles": [_row(stored, links) for stored in articles],
        "search": match.search,
        "story": story,
    }


def _marked(highlight: str) -> Markup:
    """Let nothing but <mark> through, whatever index made the snippet."""
    return Markup(nh3.clean(highlight, tags={"mark"}))  # noqa: S704 - cleaned right here


def _row(stored: StoredArticle, links: Mapping[str, Any]) -> dict[str, Any]:
    link = links.get(stored.article.id)
    is_copy = link is not None and link.of is not None
    return {
        "time": _time_of(stored.article),
        "outlet": _one_line(stored.publisher.name),
        "relation": link.relation.value if link else "",
        "kept": f"{link.kept:.0%}" if link and is_copy else None,
        "title": _one_line(stored.article.title),
        "url": _web_address(stored.article.url),
    }


def _time_of(article: Article) -> str:
    if article.published is None:
        return f"collected {_local_times(article.collected)}"
    if article.published.precision in ("day", "month", "year"):
        return f"{article.published.at:%Y-%m-%d}"
    return _local_times(article.published.at)


def _local_times(at: datetime) -> str:
    return " / ".join(f"{at.astimezone(zone):%Y-%m-%d %H:%M} {place}" for place, zone in READERS_ZONES)


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _web_address(url: str) -> str:
    """Only http(s) becomes a link; whatever else a page claims as its address becomes "#"."""
    return url if urlsplit(url).scheme in ("http", "https") else "#"


@cache
def _environment(*, escape: bool) -> Environment:
    return Environment(
        loader=PackageLoader("pipelines", "templates"),
        autoescape=escape,  # noqa: S701 - off for text/plain alone
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
