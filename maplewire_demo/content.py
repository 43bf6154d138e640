"""The demo's sites and pages, read from YAML files.

    texts/BEAT/*.yaml ─► Item (as written) ─► DemoPage (title, paragraphs, times: what a site shows)

Every beat that comes with Maplewire has a folder of texts under its name. In it, `sites.yaml`,
`searches.yaml` and `tour.yaml` have fixed names. Pages of the beat stand in `on_beat.yaml`, all other pages
in files of any name.
A copy or an update is written as its difference from another page, and put together here.
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
#: The beat whose web is served where none is named.
USUAL_BEAT = "china-canada"
# Characters of a summary: one in Chinese or Japanese says as much in fewer.
_SUMMARY = 220
_WIDE_SUMMARY = 90

_ON_BEAT = "on_beat"
#: Files that hold no pages.
_OTHER_FILES = frozenset({"sites", "searches", "tour"})

Role = Literal[
    "original", "copy", "independent", "update", "off-beat",
    "missing", "disallowed", "not-html", "no-text",
]  # fmt: skip
CopyRelation = Literal["verbatim", "shortened", "embedded", "edited"]


@dataclass(frozen=True)
class Site:
    """One site: its looks, its listing, its catalogue entry."""

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
    #: The validator that its listing has, so that a crawler may ask for changes only.
    conditional: Literal["etag", "modified"] | None = None
    delay_s: float = 0
    #: A path that its robots.txt forbids.
    disallow: str | None = None
    #: CSS of the links and of the way to older ones, for a section page.
    links: str | None = None
    next_page: str | None = None
    per_page: int = 50

    @cached_property
    def zone(self) -> ZoneInfo:
        """Return the time zone of its dates."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One page as its author wrote it.

    The head of texts/on_beat.yaml explains the fields.
    """

    id: str
    site: str
    #: How long before now it was published.
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
    #: The demo's round in which it appears.
    round: int = 1
    copy_of: str | None = None
    update_of: str | None = None
    relation: CopyRelation | None = None
    script: str | None = None
    #: Which paragraphs of the original a copy keeps; all without it.
    paragraphs: tuple[int, ...] | None = None
    replace: Mapping[str, str] = field(default_factory=dict)
    before: str = ""
    after: str = ""
    path: str | None = None
    listed_path: str | None = None
    #: What its site answers in place of the article.
    answer: Literal["missing", "disallowed", "not-html", "no-text", "moved"] | None = None
    about: str | None = None
    on_beat: bool = False


@dataclass(frozen=True)
class DemoPage:
    """One page as its site shows it.

    `paragraphs` is the article alone. Times are local ones of the site. `story` is the id of the page
    whose text it carries.
    """

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
        """Return the path that the site's listing gives."""
        return self.item.listed_path or self.path

    @property
    def summary(self) -> str:
        """Return the opening words.

        Cut at a word or, where no spaces are written, at a clause.
        """
        first = self.paragraphs[0]
        if is_without_spaces(self.lang):
            opening = first[:_WIDE_SUMMARY]
            return opening.rpartition("、" if self.lang == "ja" else "，")[0] or opening
        if len(first) <= _SUMMARY:
            return first
        return first[:_SUMMARY].rpartition(" ")[0] + " …"

    @property
    def listed_at(self) -> datetime:
        """Return the time in a listing: that of the last change."""
        return self.updated or self.published


def demo_beats() -> tuple[str, ...]:
    """Return the names of the beats that have a web, sorted."""
    return tuple(sorted(folder.name for folder in TEXTS.iterdir() if folder.is_dir()))


def load_sites(beat: str = USUAL_BEAT) -> tuple[Site, ...]:
    """Return all sites of a beat's web, in the order of the file."""
    return tuple(Site(**row) for row in read_texts(beat, "sites")["sites"])


def load_items(beat: str = USUAL_BEAT) -> Mapping[str, Item]:
    """Return all pages as they are written, by id.

    Raises ValueError for an id that occurs twice.
    """
    items: dict[str, Item] = {}
    for name in _page_files(beat):
        for row in read_texts(beat, name)["pages"]:
            # YAML has lists; a frozen item has tuples.
            if "paragraphs" in row:
                row["paragraphs"] = tuple(row["paragraphs"])
            item = Item(**row, on_beat=name == _ON_BEAT)
            if item.id in items:
                raise ValueError(f"{name}.yaml: two pages are called {item.id}")
            items[item.id] = item
    return items


def _page_files(beat: str) -> list[str]:
    """Return the names of the files with pages, those of the beat first."""
    names = sorted(path.stem for path in (TEXTS / beat).glob("*.yaml"))
    elsewhere = [name for name in names if name not in _OTHER_FILES and name != _ON_BEAT]
    return [_ON_BEAT, *elsewhere]


def read_texts(beat: str, name: str) -> Any:
    """Return what a file of a beat's texts holds."""
    return yaml.safe_load((TEXTS / beat / f"{name}.yaml").read_text("utf-8"))


def is_without_spaces(lang: str) -> bool:
    """Tell whether a language puts no spaces between its words."""
    return lang == "ja" or lang.startswith("zh")


def build_pages(
    sites: Mapping[str, Site], items: Mapping[str, Item], now: datetime, upto_round: int
) -> tuple[DemoPage, ...]:
    """Return the pages of this round.

    An updated page takes the place of its older version.
    """
    pages: dict[str, DemoPage] = {}
    for item in items.values():
        if item.round > upto_round:
            continue
        # The texts stand before their updates, in the files and in the rounds.
        if item.update_of:
            pages.pop(item.update_of)
        pages[item.id] = _build_page(item, sites, items, now)
    return tuple(pages.values())


def _build_page(item: Item, sites: Mapping[str, Site], items: Mapping[str, Item], now: datetime) -> DemoPage:
    site = sites[item.site]
    lang = item.lang or site.language
    #: The page whose text it carries: its own, an older version's or an original's.
    root = items[item.copy_of or item.update_of or item.id]
    root_published = _published(root, sites[root.site], now)
    #: The page that was at this address first.
    first = item
    updated = None
    if item.update_of:
        first = items[item.update_of]
        updated = _published(item, site, now)
    published = _published(first, site, now)
    return DemoPage(
        item=item,
        site=site,
        path=_path(first, site, published),
        title=item.title or root.title,
        paragraphs=_paragraphs(item, root, root_published, lang),
        lang=lang,
        published=published,
        updated=updated,
        author=item.author or first.author,
        story=root.id,
        role=_role(item, items),
        origin=root.origin,
        carrier=root.carrier,
        event=root.event,
    )


def _published(item: Item, site: Site, now: datetime) -> datetime:
    """Return a page's time, to the minute, in its site's zone."""
    at = now - timedelta(hours=item.hours)
    return at.replace(second=0, microsecond=0).astimezone(site.zone)


def _path(item: Item, site: Site, published: datetime) -> str:
    """Return a page's path, as sites of its kind make them."""
    # A number that looks like one of a content system, and is the same in every demo.
    number = 10_000 + zlib.crc32(item.id.encode()) % 90_000
    pattern = item.path or site.path
    return pattern.format(
        slug=item.id,
        number=number,
        year=f"{published:%Y}",
        month=f"{published:%m}",
        day=f"{published:%d}",
    )


def _paragraphs(item: Item, root: Item, first_published: datetime, lang: str) -> tuple[str, ...]:
    """Return what a page carries, between what it adds.

    ValueError where an edit replaces words that the text does not have.
    """
    carried = _split_paragraphs(item.text or root.text, lang)
    if item.paragraphs is None:
        carried += _split_paragraphs(root.after, lang)
    else:
        carried = [carried[number] for number in item.paragraphs]
    text = "\n\n".join(carried)
    # An edit that changes nothing would make a verbatim copy of it unseen.
    for old, new in item.replace.items():
        if old not in text:
            raise ValueError(f"{item.id}: replaces words that are not in {root.id}: {old}")
        text = text.replace(old, new)
    paragraphs = [*_split_paragraphs(item.before, lang), *text.split("\n\n")]
    # The end of an original is carried already.
    if item is not root:
        paragraphs += _split_paragraphs(item.after, lang)
    words = day_words(first_published)

    def insert_word(placeholder: re.Match[str]) -> str:
        return words[placeholder[1]]

    return tuple(re.sub(r"\{(\w+)\}", insert_word, paragraph) for paragraph in paragraphs)


def _split_paragraphs(text: str, lang: str) -> list[str]:
    """Cut a text at its empty lines; join the other lines."""
    if not text.strip():
        return []
    glue = " "
    # There is no space that a line break could stand for.
    if is_without_spaces(lang):
        glue = ""
    return [paragraph.replace("\n", glue) for paragraph in re.split(r"\n\s*\n", text.strip())]


def _role(item: Item, items: Mapping[str, Item]) -> Role:
    """Return what a perfect pipeline makes of a page."""
    if item.answer and item.answer != "moved":
        return item.answer
    if item.update_of:
        return "update"
    if item.copy_of:
        return "copy"
    if not item.on_beat:
        return "off-beat"
    if _has_copies(item, items) or not _is_event_told_elsewhere(item, items):
        return "original"
    return "independent"


def _has_copies(item: Item, items: Mapping[str, Item]) -> bool:
    return item.id in {other.copy_of for other in items.values()}


def _is_event_told_elsewhere(item: Item, items: Mapping[str, Item]) -> bool:
    if not item.event:
        return False
    return any(other is not item and other.event == item.event for other in items.values())
