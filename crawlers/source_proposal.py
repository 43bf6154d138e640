"""Which sources a site offers, and the entry for the best of them (pure).

look at the site ─► candidates ─► tried live (source_check) ─► the best one ─► fields of sources.yaml
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.errors import PermanentError
from crawlers.locales import find_language, is_country
from crawlers.model import Entry, Feed, Kind, SiteLook, Source
from crawlers.source_check import SourceCheck
from crawlers.sources import find_free_id
from crawlers.urls import canonical_url, registrable_domain, same_site, site_of

#: Where the programs that most sites run on put their feeds: WordPress and Ghost, Drupal, Hugo, Blogger …
COMMON_FEEDS = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feeds/posts/default")
#: Where sites keep sitemaps that their robots.txt does not name.
COMMON_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml")
#: Of what a site names itself so many are tried: each costs it two requests.
_MAX_FEEDS = 6
_MAX_SITEMAPS = 4
#: Headlines in a group of links that may be a list of articles.
_LEAST_HEADLINES = 3
_MAX_ID_CHARS = 40
_MAX_NAME_CHARS = 200
#: Of the entries, so many on another site make it the source's own.
_ELSEWHERE_SHARE = 0.5
_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
#: Countries whose internet code is not that of ISO 3166.
_OTHER_CODES = {"UK": "GB"}
#: Internet codes of countries that the whole world uses for their sound.
_WORLDWIDE_CODES = frozenset({"AI", "CO", "FM", "IO", "LY", "ME", "TV", "WS", "CC"})


# -- what to try -----------------------------------------------------------------------------------


def list_candidates(look: SiteLook) -> list[Source]:
    """Return the sources to try, the most promising kinds first.

    What a site names is tried; usual addresses only where it names none.
    """
    candidates: list[Source] = []
    if look.kind is not None:
        candidates.append(_candidate(candidates, look.kind, look.url))
        return candidates
    feeds = look.feeds[:_MAX_FEEDS]
    if not feeds:
        feeds = tuple(urljoin(look.url, path) for path in COMMON_FEEDS)
    sitemaps = look.sitemaps[:_MAX_SITEMAPS]
    if not sitemaps:
        sitemaps = tuple(urljoin(look.url, path) for path in COMMON_SITEMAPS)
    for url in feeds:
        candidates.append(_candidate(candidates, "feed", url))
    for url in sitemaps:
        candidates.append(_candidate(candidates, "sitemap", url))
    for group in look.link_groups[:1]:
        if group.headlines >= _LEAST_HEADLINES:
            fields = {"links": group.selector, "url_pattern": group.url_pattern}
            candidates.append(_candidate(candidates, "section", look.url, **fields))
    return candidates


def _candidate(before: Sequence[Source], kind: Kind, url: str, **fields: Any) -> Source:
    return Source(f"candidate-{len(before) + 1}", url, kind, url, **fields)


# -- the best one ----------------------------------------------------------------------------------


def sort_by_promise(checks: Sequence[SourceCheck]) -> list[SourceCheck]:
    """Return the checks of sources that work, the best first."""
    working = []
    for check in checks:
        if check.error is None:
            working.append(check)
    # Python sorts stably: among equals the site's own order counts.
    working.sort(key=_rank)
    return working


def _rank(check: SourceCheck) -> int:
    """Return how good a source is, 0 for the best.

    Feeds and news sitemaps tell titles and dates.
    """
    entries = check.listing.entries if check.listing else ()
    has_titles = sum(1 for entry in entries if entry.title) * 2 > len(entries)
    has_dates = any(entry.published or entry.updated for entry in entries)
    is_of_comments = "comment" in check.source.url.lower()
    if is_of_comments:
        return 4
    if check.source.kind == "feed":
        return 0
    if check.source.kind == "sitemap" and has_titles and has_dates:
        return 1
    # A sitemap of the whole site says nothing of what is new; a page of headlines does.
    return 2 if check.source.kind == "section" else 3


# -- the entry -------------------------------------------------------------------------------------


def propose_entry(
    check: SourceCheck, look: SiteLook, taken_ids: Collection[str], today: date
) -> dict[str, Any]:
    """Return the fields of sources.yaml for a source that was tried."""
    source = check.source
    listing = check.listing or Feed(())
    title = clean_name(listing.title) or clean_name(look.title) or site_of(source.url)
    entry: dict[str, Any] = {
        "id": new_source_id(source.url, taken_ids),
        "name": title,
        "kind": source.kind,
        "url": source.url,
        "country": _country_of(source.url),
        "language": _language_of(listing, look),
        "sites": _other_sites(source, listing.entries),
        "links": source.links,
        "url_pattern": source.url_pattern,
        "answered": today,
    }
    return {name: value for name, value in entry.items() if value}


def describe_check(check: SourceCheck) -> str:
    """Return in one line what a listing showed."""
    if check.error is not None:
        return f"{check.source.kind} {check.source.url}: {check.error}"
    entries = check.listing.entries if check.listing else ()
    number = check.report.entries
    count = "1 entry" if number == 1 else f"{number} entries"
    words = f"{check.source.kind} {check.source.url}: {count}"
    newest = _newest_of(entries)
    if newest is not None:
        words += f", newest {newest:%Y-%m-%d %H:%M} UTC"
    for entry in entries[:1]:
        words += f", as “{clean_name(entry.title) or entry.url}”"
    return words


def new_source_id(url: str, taken_ids: Collection[str]) -> str:
    """Return an id that no source has, after its site: `daily` of daily.example."""
    try:
        domain = registrable_domain(url)
    except PermanentError:
        domain = ""
    label = domain.partition(":")[0]
    # Of an IP address all numbers count; of a name what stands before its ending.
    if not label.replace(".", "").isdigit():
        label = label.partition(".")[0]
    plain = _NOT_PLAIN.sub("-", label.lower()).strip("-")[:_MAX_ID_CHARS] or "source"
    if plain not in taken_ids:
        return plain
    return find_free_id(plain, set(taken_ids))


def clean_name(text: str) -> str:
    """Return a name as the catalogue takes it.

    It is short, on one line, and has no signs that cannot be seen.
    """
    characters = []
    for character in unicodedata.normalize("NFC", text):
        # A line break or a mark of direction ends a word, too.
        characters.append(character if character.isprintable() else " ")
    return " ".join("".join(characters).split())[:_MAX_NAME_CHARS].strip()


def _newest_of(entries: Sequence[Entry]) -> datetime | None:
    dates = []
    for entry in entries:
        at = entry.published or entry.updated
        if at is not None:
            dates.append(at)
    return max(dates, default=None)


def _country_of(url: str) -> str | None:
    """Return the country of a site's ending, None for .com and its like."""
    ending = (urlsplit(canonical_url(url)).hostname or "").rpartition(".")[2].upper()
    code = _OTHER_CODES.get(ending, ending)
    if code in _WORLDWIDE_CODES or not is_country(code):
        return None
    return code


def _language_of(listing: Feed, look: SiteLook) -> str | None:
    for written in (listing.language, look.language):
        found = find_language(written) if written else None
        if found is not None:
            return found
    return None


def _other_sites(source: Source, entries: Sequence[Entry]) -> list[str]:
    """Return the host of the articles where most lie on another site than the listing."""
    hosts = list(_hosts_elsewhere(source, entries))
    if not hosts or len(hosts) < _ELSEWHERE_SHARE * len(entries):
        return []
    most = max(sorted(set(hosts)), key=hosts.count)
    if hosts.count(most) < _ELSEWHERE_SHARE * len(entries):
        return []
    return [most]


def _hosts_elsewhere(source: Source, entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        try:
            if not same_site(entry.url, source.url):
                yield site_of(entry.url)
        except PermanentError:
            continue  # no address: nothing will be fetched from there
