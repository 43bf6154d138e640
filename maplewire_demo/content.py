"""The demo's sites and pages as values: read from the YAML files beside this module, reprints put together.

texts/*.yaml ─► Item (as written) ─► DemoPage (title, paragraphs, times: what a site shows)
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import yaml

from maplewire_demo.words import day_words

TEXTS = Path(__file__).parent / "texts"
_PAGE_FILES = ("on_beat", "elsewhere_en", "elsewhere_fr", "elsewhere_zh", "trouble")

Role = Literal[
    "original", "copy", "independent", "update", "off-beat",
    "missing", "disallowed", "not-html", "no-text",
]  # fmt: skip
CopyRelation = Literal["verbatim", "shortened", "embedded", "edited"]


@dataclass(frozen=True)
class Site:
    """One site: how it looks, how it lists its pages, and what the catalogue says of it."""

    id: str
    name: str
    template: str
    listing: Literal["rss", "atom", "rdf", "json", "sitemap", "section", "broken", "gone"]
    language: str
    country: str
    owner: str
    tier: int
    timezone: str
    path: str
    scope: str = "all"
    charset: str = "utf-8"
    dates: Literal["zoned", "naive"] = "zoned"
    conditional: Literal["etag", "modified"] | None = None
    delay_s: float = 0
    disallow: str | None = None
    links: str | None = None
    next_page: str | None = None
    per_page: int = 50

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One page as its author wrote it down; see the head of texts/on_beat.yaml for the fields."""

    id: str
    site: str
    hours: float
    title: str = ""
    text: str = ""
    lang: str | None = None
    author: str | None = None
    credit: str | None = None
    company: str | None = None
    contact: str = ""
    origin: str | None = None
    carrier: str | None = None
    event: str | None = None
    round: int = 1
    copy_of: str | None = None
    update_of: str | None = None
    relation: CopyRelation | None = None
    script: str | None = None
    paragraphs: tuple[int, ...] | None = None
    replace: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    path: str | None = None
    listed_path: str | None = None
    answer: Literal["missing", "disallowed", "not-html", "no-text", "moved"] | None = None
    about: str | None = None
    on_beat: bool = False


@dataclass(frozen=True)
class DemoPage:
    """One page as its site shows it. `paragraphs` is the article alone; times are the site's local ones."""

    item: Item
    site: Site
    path: str
    title: str
    paragraphs: tuple[str, ...]
    lang: str
    published: datetime
    updated: datetime | None
    author: str | None
    story: str
    role: Role
    origin: str | None
    carrier: str | None
    event: str | None

    @property
    def listed_path(self) -> str:
        return self.item.listed_path or self.path

    @property
    def summary(self) -> str:
        """The opening words, cut at a word or, in Chinese, at a sentence."""
        first = self.paragraphs[0]
        if self.lang.startswith("zh"):
            return first[:90].rpartition("，")[0] or first[:90]
        return first if len(first) <= 220 else first[:220].rpartition(" ")[0] + " …"

    @property
    def listed_at(self) -> datetime:
        """The time that a listing gives: that of the last change."""
        return self.updated or self.published


def load_sites() -> tuple[Site, ...]:
    return tuple(Site(**row) for row in _read("sites")["sites"])


def load_items() -> Mapping[str, Item]:
    """Return all pages as written, by id."""
    items: dict[str, Item] = {}
    for name in _PAGE_FILES:
        for row in _read(name)["pages"]:
            chosen = row.pop("paragraphs", None)
            item = Item(**row, paragraphs=tuple(chosen) if chosen else None, on_beat=name == "on_beat")
            if item.id in items:
                raise ValueError(f"{name}.yaml: two pages are called {item.id}")
            items[item.id] = item
    return items


def _read(name: str) -> Any:
    return yaml.safe_load((TEXTS / f"{name}.yaml").read_text("utf-8"))


def build_pages(
    sites: Mapping[str, Site], items: Mapping[str, Item], now: datetime, upto_round: int
) -> tuple[DemoPage, ...]:
    """Return the pages there are in this round; an updated page takes the place of its older version."""
    there = [i for i in items.values() if i.round <= upto_round]
    replaced = {i.update_of for i in there if i.update_of}
    return tuple(_page(i, sites, items, now) for i in there if i.id not in replaced)


def _page(item: Item, sites: Mapping[str, Site], items: Mapping[str, Item], now: datetime) -> DemoPage:
    site = sites[item.site]
    older = items[item.update_of] if item.update_of else None
    root = items[item.copy_of or item.update_of or item.id]
    first = older or item
    published = _time(first, site, now)
    lang = item.lang or site.language
    return DemoPage(
        item=item,
        site=site,
        path=_path(first, site, published),
        title=item.title or root.title,
        paragraphs=_body(item, root, _time(root, sites[root.site], now), lang),
        lang=lang,
        published=published,
        updated=_time(item, site, now) if older else None,
        author=item.author or (older.author if older else None),
        story=root.id,
        role=_role(item, items),
        origin=root.origin,
        carrier=root.carrier,
        event=root.event,
    )


def _time(item: Item, site: Site, now: datetime) -> datetime:
    """Return when a page was published, to the minute, in its site's zone."""
    return (now - timedelta(hours=item.hours)).replace(second=0, microsecond=0).astimezone(site.zone)


def _path(item: Item, site: Site, published: datetime) -> str:
    number = 10_000 + zlib.crc32(item.id.encode()) % 90_000
    pattern = item.path or site.path
    day = {"year": f"{published:%Y}", "month": f"{published:%m}", "day": f"{published:%d}"}
    return pattern.format(slug=item.id, number=number, **day)


def _body(item: Item, root: Item, first_published: datetime, lang: str) -> tuple[str, ...]:
    carried = _split(item.text or root.text, lang)
    if item.paragraphs is not None:
        carried = [carried[n] for n in item.paragraphs]
    else:
        carried += _split(root.after, lang)
    text = "\n\n".join(carried)
    for old, new in item.replace.items():
        if old not in text:
            raise ValueError(f"{item.id}: replaces words that are not in {root.id}: {old}")
        text = text.replace(old, new)
    own_after = _split(item.after, lang) if item is not root else []
    paragraphs = [*_split(item.before, lang), *text.split("\n\n"), *own_after]
    words = day_words(first_published)
    return tuple(re.sub(r"\{(\w+)\}", lambda m: words[m[1]], p) for p in paragraphs)


def _split(text: str, lang: str) -> list[str]:
    glue = "" if lang.startswith("zh") else " "
    return [glue.join(p.split("\n")) for p in re.split(r"\n\s*\n", text.strip())] if text.strip() else []


def _role(item: Item, items: Mapping[str, Item]) -> Role:
    if item.answer and item.answer != "moved":
        return item.answer
    if item.update_of:
        return "update"
    if item.copy_of:
        return "copy"
    if not item.on_beat:
        return "off-beat"
    others = (i for i in items.values() if i is not item and item.event and i.event == item.event)
    has_copies = any(i.copy_of == item.id for i in items.values())
    return "independent" if not has_copies and any(others) else "original"
