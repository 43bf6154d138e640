"""What a saved search has told, as an Atom feed (RFC 4287) (pure)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from markupsafe import Markup

from pipelines.alerts.bug_log import log_bug
from pipelines.alerts.story_facts import LEAD_CHARACTERS
from pipelines.alerts.wording import (
    NO_ADDRESS,
    first_lines,
    iso_seconds,
    one_line,
    route_label,
    web_address,
)
from pipelines.model import Alert, SavedSearch, StoredArticle, Story
from pipelines.text.counts import counted

#: Entries of a feed, to bound its size: programs that read it keep the older ones.
ENTRIES = 50
#: The date in a tag only says who could mint it (RFC 4151). It never changes, or every entry would be new.
_TAG_DATE = "2026-01-01"
_ATOM = "http://www.w3.org/2005/Atom"
#: Control characters, halves of surrogate pairs, and two code points that are no characters.
_NOT_IN_XML = re.compile("[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
#: Copies that an entry lists, to bound its size.
SHOWN_ARTICLES = 20
_PARAGRAPH = Markup("<p>{}</p>")
_COPY = Markup('<li><a href="{}">{}</a>, {}</li>')
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One story that was told, with the alert that told it last."""

    alert: Alert
    story: Story
    lead: StoredArticle
    #: The articles of the story, its first one too.
    articles: tuple[StoredArticle, ...] = ()


def write_atom(search: SavedSearch, entries: Sequence[AtomEntry], domain: str, now: datetime) -> bytes:
    """Return the feed: newest first, one entry a story, each id for ever the same."""
    newest_first = sorted(entries, key=lambda entry: entry.alert.told or now, reverse=True)
    updated = now
    if newest_first:
        updated = newest_first[0].alert.told or now
    feed = etree.Element("feed", nsmap={None: _ATOM})
    # Our words are English; each title says its own language.
    feed.set(_XML_LANG, "en")
    _add_child(feed, "id", f"tag:{domain},{_TAG_DATE}:maplewire/{search.id}")
    _add_child(feed, "title", one_line(search.name))
    _add_child(feed, "subtitle", one_line(search.query))
    _add_child(feed, "updated", iso_seconds(updated))
    _add_author(feed, "Maplewire")
    for entry in newest_first[:ENTRIES]:
        try:
            feed.append(_entry_element(entry, domain, now))
        except Exception as e:  # noqa: BLE001  (noted in the log; the others go on)
            log_bug("bug while writing a story into a feed", e, story=entry.story.id)
    text: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return text


def _entry_element(entry: AtomEntry, domain: str, now: datetime) -> etree._Element:
    story, lead = entry.story, entry.lead
    element = etree.Element("entry")
    _add_child(element, "id", f"tag:{domain},{_TAG_DATE}:maplewire/{entry.alert.search_id}/{story.id}")
    title = _add_child(element, "title", one_line(story.headline))
    if lead.article.lang:
        title.set(_XML_LANG, lead.article.lang)
    _add_child(element, "updated", iso_seconds(entry.alert.told or now))
    _add_child(element, "published", iso_seconds(story.first_seen))
    # What is unsafe to follow is left out: feed readers open links by themselves.
    url = web_address(lead.article.url)
    if url != NO_ADDRESS:
        _add_child(element, "link").set("href", url)
    for topic in story.topics:
        _add_child(element, "category").set("term", _xml_text(topic))
    _add_author(element, one_line(lead.publisher.name) or "unknown")
    _add_child(element, "summary", _summary(entry))
    # The programs show this; they escape nothing and follow links, so it is made of escaped text alone.
    _add_child(element, "content", _content(entry)).set("type", "html")
    return element


def _summary(entry: AtomEntry) -> str:
    """Return where the text comes from, its copies, and how it begins."""
    return one_line(" · ".join([*_facts(entry), _beginning(entry)]))


def _facts(entry: AtomEntry) -> list[str]:
    """Return where the text comes from, and how many copies it has."""
    facts: list[str] = []
    label = route_label(entry.story)
    if label:
        facts.append(label)
    if entry.story.copies:
        facts.append(counted(entry.story.copies, "copy", "copies"))
    return facts


def _beginning(entry: AtomEntry) -> str:
    """Return how the text begins, in one line."""
    return one_line(first_lines(entry.lead.article.body, (), LEAD_CHARACTERS).striptags())


def _content(entry: AtomEntry) -> str:
    """Return the entry as HTML.

    Its label, how it begins, its copies with their links, and why it was told.
    """
    parts = [_PARAGRAPH.format(" · ".join(_facts(entry))), _PARAGRAPH.format(_beginning(entry))]
    rows = []
    for stored in entry.articles[:SHOWN_ARTICLES]:
        url = web_address(stored.article.url)
        if stored.article.id != entry.lead.article.id and url != NO_ADDRESS:
            outlet = one_line(stored.publisher.name)
            rows.append(_COPY.format(url, one_line(stored.article.title or outlet), outlet))
    if rows:
        parts.append(Markup("<ul>{}</ul>").format(Markup("").join(rows)))
    for reason in entry.alert.why:
        parts.append(_PARAGRAPH.format(one_line(reason)))
    return str(Markup("").join(parts))


def _add_author(parent: etree._Element, name: str) -> None:
    _add_child(_add_child(parent, "author"), "name", name)


def _add_child(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, name)
    if text is not None:
        child.text = _xml_text(text)
    return child


def _xml_text(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot hold."""
    return _NOT_IN_XML.sub("", text)
