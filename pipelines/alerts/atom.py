"""What a saved search has told, as an Atom feed (RFC 4287) for any feed reader (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from pipelines.alerts.wording import one_line, plural, route_label, web_address
from pipelines.model import Alert, SavedSearch, StoredArticle, Story

ENTRIES = 50
_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Entry:
    """One story that was told, with the alert that told it last."""

    alert: Alert
    story: Story
    lead: StoredArticle


def atom(search: SavedSearch, entries: Sequence[Entry], domain: str, now: datetime) -> bytes:
    """Return the feed: newest first, one entry a story, its id for ever the same."""
    day = "2026-01-01"  # a tag's date only says who minted it (RFC 4151)
    feed = etree.Element("feed", nsmap={None: _ATOM})
    feed.set(_XML_LANG, "en")
    _add(feed, "id", f"tag:{domain},{day}:maplewire/{search.id}")
    _add(feed, "title", one_line(search.name))
    _add(feed, "subtitle", one_line(search.query))
    newest = max((e.alert.told or now for e in entries), default=now)
    _add(feed, "updated", _iso(newest))
    _add(_add(feed, "author"), "name", "Maplewire")
    for entry in sorted(entries, key=lambda e: e.alert.told or now, reverse=True)[:ENTRIES]:
        feed.append(_entry(entry, domain, day, now))
    text: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text


def _entry(entry: Entry, domain: str, day: str, now: datetime) -> etree._Element:
    story, lead = entry.story, entry.lead
    element = etree.Element("entry")
    _add(element, "id", f"tag:{domain},{day}:maplewire/{entry.alert.search_id}/{story.id}")
    title = _add(element, "title", one_line(story.headline))
    if lead.article.lang:
        title.set(_XML_LANG, lead.article.lang)
    _add(element, "updated", _iso(entry.alert.told or now))
    _add(element, "published", _iso(story.first_seen))
    if (url := web_address(lead.article.url)) != "#":
        _add(element, "link").set("href", url)
    for topic in story.topics:
        _add(element, "category").set("term", _clean(topic))
    _add(_add(element, "author"), "name", one_line(lead.publisher.name) or "unknown")
    facts = [route_label(story), plural(story.copies, "copy", "copies") if story.copies else ""]
    lines = [*filter(None, facts), *entry.alert.why]
    _add(element, "summary", one_line(" · ".join(lines)))
    return element


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, name)
    if text is not None:
        child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    """Return text without what XML cannot hold."""
    return "".join(c for c in text if c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
