"""What trying a source live has shown, and whether it works (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawlers.model import Feed, FetchFailure, LinkGroup, Page, Source, SourceReport
from crawlers.selection import select

_SHOWN_CHARS = 200
_SHOWN_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class SourceCheck:
    """One source, tried live."""

    source: Source
    #: Why it does not work, and what to do; None where it works.
    error: str | None
    report: SourceReport
    #: The first entries of its listing; None where the listing could not be read.
    listing: Feed | None = None
    #: The article page that came, None where none did.
    page: Page | None = None

    @property
    def link_groups(self) -> tuple[LinkGroup, ...]:
        """Which links the section page has; () for a feed or a sitemap."""
        if self.listing is None:
            return ()
        return self.listing.link_groups


def judge_check(
    source: Source,
    report: SourceReport,
    listing: Feed | None,
    pages: Sequence[Page],
    failures: Sequence[FetchFailure],
) -> SourceCheck:
    """Return whether a source works, from what its trial brought.

    It works when its listing could be read, its selectors find something, and an article page came.
    `pages` are the source's own; `failures` may be those of all sources.
    """
    error = _why_listing_fails(source, report, listing)
    if error is None and not report.fetched:
        error = _why_no_page(source, report, listing, failures)
    page = next(iter(pages), None)
    return SourceCheck(source, error, report, listing, page)


def _why_listing_fails(source: Source, report: SourceReport, listing: Feed | None) -> str | None:
    if report.result == "failed":
        return report.error or "the listing could not be read"
    is_section = source.kind == "section"
    if is_section and source.links is None:
        return f"links is missing, so every link of the page counts as an article; {_advise(listing)}"
    if is_section and report.entries == 0:
        return f"links: “{source.links}” finds no link on the page; {_advise(listing)}"
    if report.entries == 0:
        return "; ".join(["the listing has no entries that can be read", *report.problems[:_SHOWN_PROBLEMS]])
    if source.next_page is not None and listing is not None and not listing.children:
        return f"next_page: “{source.next_page}” finds no link on the page; correct or remove it"
    return None


def _advise(listing: Feed | None) -> str:
    """Return what to write in `links`."""
    groups = () if listing is None else listing.link_groups
    if not groups:
        return "the page has no links to pages of its own site, so a script may add them: look for a feed"
    best = groups[0]
    example = ""
    if best.examples:
        example = f", as “{best.examples[0].title[:_SHOWN_CHARS]}”"
    return f"write for example links: “{best.selector}”, which finds {best.links} links{example}"


def _why_no_page(
    source: Source, report: SourceReport, listing: Feed | None, failures: Sequence[FetchFailure]
) -> str:
    """Return why no article page came although the listing has entries."""
    reasons = []
    for failure in failures:
        if failure.source_id == source.id:
            reasons.append(f"{failure.url[:_SHOWN_CHARS]}: {failure.reason}")
    if reasons:
        return f"no page could be fetched: {'; '.join(reasons)}"
    entries = () if listing is None else listing.entries
    if source.url_pattern is not None and entries and not select(entries, source, (), ()).to_fetch:
        return (
            f"url_pattern: “{source.url_pattern}” is found in none of the {report.entries} addresses of the "
            f"listing, as {entries[0].url[:_SHOWN_CHARS]}; correct or remove it"
        )
    # A host that asked for a pause, say: then no page was asked for at all.
    why = "; ".join(report.problems) or f"none of the {report.entries} entries leads to a page of the web"
    return f"no page could be fetched: {why}"
