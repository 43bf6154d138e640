"""`maplewire sources add`, `import` and `export`: the catalogue grows."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from crawlers.errors import CatalogueError, PermanentError
from pipelines.cli.application import open_app
from pipelines.cli.console import print_text, say

if TYPE_CHECKING:
    from crawlers.model import Source
    from pipelines.bootstrap import App

#: Seconds for looking at a site and trying what it names: a person waits for it.
_LONGEST_SEARCH_S = 300.0
_SCHEMES = ("http://", "https://")


def sources_add(
    url: Annotated[str, typer.Argument(help="The address of a site, a section page or a feed.")],
    write: Annotated[bool, typer.Option("--write", help="Add the entry to sources.yaml.")] = False,
) -> None:
    """Find what a site offers, and propose an entry for it.

    Feeds that its page names, news sitemaps of its robots.txt, usual addresses, and the page's own list of
    headlines are tried live. The entry goes to standard output, with what was seen.

    Example: maplewire sources add https://daily.example --write
    """
    from crawlers.crawl import check, look_at_site
    from crawlers.source_proposal import describe_check, list_candidates, propose_entry, sort_by_promise

    address = _read_address(url)
    with open_app() as maplewire:
        settings = maplewire.parts.crawl
        settings = replace(settings, timeout_s=min(settings.timeout_s, _LONGEST_SEARCH_S))
        now = maplewire.clock.now()
        look, error = look_at_site(address, settings, now)
        if look is None:
            raise PermanentError(f"{address}: {error}")
        checks = check(list_candidates(look), settings, now)
        known = maplewire.beat.sources
    working = sort_by_promise(checks)
    if not working:
        for one in checks:
            say(describe_check(one))
        raise PermanentError(
            f"{address}: nothing was found that can be followed ({len(checks)} were tried); "
            "name the address of its feed"
        )
    best = working[0]
    _check_is_new(best.source.url, known)
    entry = propose_entry(best, look, {source.id for source in known}, now.date())
    remarks = [f"Seen: {describe_check(best)}"]
    for one in working[1:]:
        remarks.append(f"Works too: {describe_check(one)}")
    _print_entries([entry], remarks)
    _finish(maplewire, [entry], write=write)


def sources_import(
    file: Annotated[Path, typer.Argument(help="OPML of a feed reader; - for standard input.")],
    write: Annotated[bool, typer.Option("--write", help="Add the entries to sources.yaml.")] = False,
) -> None:
    """Propose entries for the feeds of an OPML file.

    Feeds that the catalogue has already are left out. Try the others with `maplewire sources check`.

    Example: maplewire sources import feeds.opml --write
    """
    from crawlers.opml import read_opml
    from pipelines.text.counts import counted

    feeds = read_opml(_read_file(file), str(file))
    with open_app(reading=True) as maplewire:
        entries, left_out = _new_entries(feeds, maplewire.beat.sources)
    for reason in left_out:
        say(reason)
    say(f"{counted(len(feeds), 'feed')} in {file}, {len(entries)} of them new")
    if not entries:
        return
    _print_entries(entries, [])
    _finish(maplewire, entries, write=write)


def sources_export() -> None:
    """Print the feeds of the catalogue as OPML for a feed reader.

    Example: maplewire sources export > feeds.opml
    """
    from crawlers.opml import write_opml
    from pipelines.text.counts import counted

    with open_app(reading=True) as maplewire:
        beat = maplewire.beat
    feeds = []
    for source in beat.sources:
        if source.kind == "feed" and source.enabled:
            feeds.append(source)
    print_text(write_opml(feeds, beat.name))
    others = len(beat.sources) - len(feeds)
    say(f"{counted(len(feeds), 'feed')}; {counted(others, 'source')} left out: no feed, or turned off")


def _read_address(written: str) -> str:
    """Return the address that a person means. Raises CatalogueError for what is none."""
    from crawlers.urls import canonical_url

    address = written.strip()
    if "://" not in address:
        address = f"https://{address}"
    if not address.startswith(_SCHEMES):
        raise CatalogueError([f"“{written}” is no address of the web; write https://daily.example"])
    try:
        canonical_url(address)
    except PermanentError as e:
        raise CatalogueError([f"{e}; write the address of a site, such as https://daily.example"]) from e
    return address


def _check_is_new(url: str, known: Sequence[Source]) -> None:
    """Raise PermanentError where the catalogue has an address already."""
    from crawlers.urls import canonical_url

    for source in known:
        if canonical_url(source.url) == canonical_url(url):
            raise PermanentError(f"{url} is in the catalogue already, as “{source.id}”")


def _new_entries(feeds: Sequence[Any], known: Sequence[Source]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return entries for feeds that are new, and why others were left out."""
    from crawlers.locales import find_language
    from crawlers.source_proposal import clean_name, new_source_id
    from crawlers.urls import canonical_url, site_of

    taken_ids = {source.id for source in known}
    addresses = {canonical_url(source.url): source.id for source in known}
    entries = []
    left_out = []
    for feed in feeds:
        try:
            address = canonical_url(feed.url)
        except PermanentError as e:
            left_out.append(f"left out: {e}")
            continue
        if address in addresses:
            left_out.append(f"left out: {feed.url} is in the catalogue as “{addresses[address]}”")
            continue
        source_id = new_source_id(feed.url, taken_ids)
        taken_ids.add(source_id)
        addresses[address] = source_id
        name = clean_name(feed.title) or site_of(feed.url)
        entry = {"id": source_id, "name": name, "kind": "feed", "url": feed.url}
        language = find_language(feed.language) if feed.language else None
        if language is not None:
            entry["language"] = language
        entries.append(entry)
    return entries, left_out


def _read_file(file: Path) -> bytes:
    if str(file) == "-":
        return sys.stdin.buffer.read()
    try:
        return file.read_bytes()
    except OSError as e:
        raise CatalogueError([f"{file}: cannot be read ({e.strerror}); name another file"]) from e


def _print_entries(entries: Sequence[Mapping[str, Any]], remarks: Sequence[str]) -> None:
    """Print entries as YAML, what was seen above them as remarks."""
    from crawlers.source_file import entry_text

    lines = []
    for remark in remarks:
        # A title may hold anything, and a line break would end the remark.
        lines.append(f"  # {' '.join(remark.split())}\n")
    print_text("".join(lines) + entry_text(entries))


def _finish(maplewire: App, entries: Sequence[Mapping[str, Any]], *, write: bool) -> None:
    """Add the entries to the catalogue, or say how."""
    from crawlers.source_file import append_sources
    from pipelines.text.counts import counted

    catalogue = maplewire.settings.beat / "sources.yaml"
    if not write:
        say(f"nothing is written; copy this into {catalogue}, or say --write")
        return
    append_sources(catalogue, entries)
    say(f"{counted(len(entries), 'source')} added to {catalogue}; look at country, owner, tier and scope")
