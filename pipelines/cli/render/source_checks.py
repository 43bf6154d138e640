"""How sources that were tried live are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crawlers.errors import CatalogueError, PermanentError
from crawlers.model import Entry, LinkGroup, Page, Source
from crawlers.source_check import SourceCheck
from crawlers.urls import site_of
from pipelines.beat.source_sites import SourceSites
from pipelines.cli.console import say
from pipelines.cli.render.tables import print_table
from pipelines.ingest.page_reader import PageReader, read_alone
from pipelines.text.iso_time import iso

#: Sites in one cell of a table: more only make it wide.
_SITES_SHOWN = 3
_NO_PARAGRAPHS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ShownArticle:
    """What the page that came shows."""

    url: str
    #: None where it shows no article.
    title: str | None
    #: Why it shows none.
    problem: str | None = None


def choose_sources(sources: Sequence[Source], wanted: Sequence[str]) -> list[Source]:
    """Return the sources to try, all enabled ones where none is named.

    One that was turned off can still be tried by its name. Raises CatalogueError for unknown ones.
    """
    if not wanted:
        return [source for source in sources if source.enabled]
    by_id = {source.id: source for source in sources}
    problems = []
    for source_id in wanted:
        if source_id not in by_id:
            problems.append(f"no source “{source_id}”; `maplewire sources list` shows them")
    if problems:
        raise CatalogueError(problems)
    # Named twice is tried once.
    return [by_id[source_id] for source_id in dict.fromkeys(wanted)]


def read_articles(checks: Sequence[SourceCheck], reader: PageReader) -> dict[str, ShownArticle]:
    """Return what the page of each source shows, by the source's id."""
    articles = {}
    for check in checks:
        if check.page is not None:
            articles[check.source.id] = _read_article(check.page, reader)
    return articles


def _read_article(page: Page, reader: PageReader) -> ShownArticle:
    try:
        judged = read_alone(reader, page, lambda _site, _paragraphs: _NO_PARAGRAPHS, is_backfill=False)
    except PermanentError as e:
        return ShownArticle(page.url, None, str(e))
    return ShownArticle(page.url, judged.article.title)


# -- JSON ------------------------------------------------------------------------------------------


def check_json(check: SourceCheck, article: ShownArticle | None) -> dict[str, Any]:
    """Return one check as JSON (docs/json.md)."""
    entries: tuple[Entry, ...] = ()
    if check.listing is not None:
        entries = check.listing.entries
    return {
        "source": check.source.id,
        "name": check.source.name,
        "kind": check.source.kind,
        "url": check.source.url,
        "result": _result_of(check),
        "error": check.error,
        "entries": check.report.entries,
        "fetched": check.report.fetched,
        "listed": list(map(_entry_json, entries)),
        "article": _article_json(article),
        "links": list(map(_group_json, check.link_groups)),
        "other_sites": _other_sites(check.source, entries),
        "problems": list(check.report.problems),
    }


def _result_of(check: SourceCheck) -> str:
    return "ok" if check.error is None else "failed"


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {"url": entry.url, "title": entry.title, "published": iso(entry.published)}


def _article_json(article: ShownArticle | None) -> dict[str, Any] | None:
    if article is None:
        return None
    return {"url": article.url, "title": article.title, "problem": article.problem}


def _group_json(group: LinkGroup) -> dict[str, Any]:
    return {
        "selector": group.selector,
        "links": group.links,
        "headlines": group.headlines,
        "url_pattern": group.url_pattern,
        "examples": list(map(_entry_json, group.examples)),
    }


# -- tables ----------------------------------------------------------------------------------------


def print_checks(
    checks: Sequence[SourceCheck], articles: dict[str, ShownArticle], *, all_links: bool
) -> None:
    """Print a source a line, then the links of section pages.

    Links are shown of the sections that do not work, or with `all_links` of all.
    """
    rows = []
    without_article = 0
    for check in checks:
        article = articles.get(check.source.id)
        title = ""
        if article is not None:
            title = article.title or f"no article: {article.problem}"
        entries = check.listing.entries if check.listing else ()
        newest = next((entry.title for entry in entries), "")
        elsewhere = ", ".join(_other_sites(check.source, entries))
        result = _result_of(check)
        if check.error is None and article is not None and article.title is None:
            result = "no article"
            without_article += 1
        report = check.report
        error = check.error or ""
        rows.append(
            (check.source.id, result, report.entries, report.fetched, newest, title, elsewhere, error)
        )
    columns = [
        "source", "result", "entries", "fetched", "newest", "article", "entries of other sites", "error"
    ]  # fmt: skip
    print_table("", columns, rows)
    _print_links(checks, all_links=all_links)
    for check in checks:
        for problem in check.report.problems:
            say(f"{check.source.id}: {problem}")
    failed = 0
    for check in checks:
        if check.error is not None:
            failed += 1
    work = len(checks) - failed - without_article
    told = f"{len(checks)} tried, {work} work, {failed} failed"
    if without_article:
        told += f", {without_article} answered with a page that shows no article"
    say(told)


def _print_links(checks: Sequence[SourceCheck], *, all_links: bool) -> None:
    """Print which links the section pages have."""
    rows = []
    for check in checks:
        if check.error is None and not all_links:
            continue
        for group in check.link_groups:
            example = next((f"{entry.title} {entry.url}" for entry in group.examples), "")
            pattern = group.url_pattern or ""
            rows.append((check.source.id, group.selector, group.links, group.headlines, pattern, example))
    if rows:
        columns = ["source", "links: selector", "links", "headlines", "url_pattern", "for example"]
        print_table("Links of the section pages, best first", columns, rows)


def _other_sites(source: Source, entries: Sequence[Entry]) -> list[str]:
    """Return the sites of entries that are not the source's own.

    They are at most `_SITES_SHOWN`. Articles there are not the source's; where they should be, `sites`
    has to name their hosts.
    """
    own_sites = SourceSites([source])
    found: list[str] = []
    for entry in entries:
        try:
            is_own = own_sites.find_source(entry.url) is not None
        except PermanentError:
            continue  # no address: nothing will be fetched from there
        site = site_of(entry.url)
        if not is_own and site not in found:
            found.append(site)
    return found[:_SITES_SHOWN]
