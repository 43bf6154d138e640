"""Whether the rules of a beat do what they are for.

Each has a saved page, which is read again:

rules.yaml ──► saved page ──► extract, by the rule ──► what it gives ──► compared with `gives`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from crawlers.checked_yaml import Place, read_yaml
from crawlers.errors import CrawlError
from crawlers.model import Page
from pipelines.beat.beat import Beat
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.organisations import organisations_of
from pipelines.beat.site_rules import ExpectedFields, SiteRule
from pipelines.beat.source_sites import SourceSites
from pipelines.model import Article, Stamp

_REMEDY = "mend the selector, or write what it gives"
#: Characters of a value that a message shows.
_SHOWN_CHARS = 80
_CLOCK_CHARS = len("2026-11-20T14:05")


def check_site_rules(beat: Beat, now: datetime) -> tuple[str, ...]:
    """Return hints on the rules of a beat that are past their day.

    Raises CatalogueError with a line for each field that the saved page of a rule does not give as the rule
    says. Rules that are past their day read no page any more, so theirs are not compared.
    """
    if not beat.site_rules:
        return ()
    problems = FileProblems(read_yaml(beat.folder / "rules.yaml"))
    for position, rule in enumerate(beat.site_rules):
        place: Place = ("rules", position)
        if rule.until < now.date():
            problems.add_hint((*place, "until"), _describe_past(rule))
            continue
        try:
            article = _extract_saved(beat, rule, now)
        except (CrawlError, OSError) as e:
            advice = "save another page, or mend the rule"
            problems.add((*place, "page"), f"{rule.page} gives no article: {e}; {advice}")
            continue
        for field, told in _list_differences(article, rule.gives):
            problems.add((*place, "gives", field), f"{rule.page} gives {told}; {_REMEDY}")
    problems.raise_if_any()
    return problems.list_hints()


def _describe_past(rule: SiteRule) -> str:
    advice = "take it out, or save a page anew and write a later day"
    return f"{rule.until} is past, so pages of {rule.site} are read without the rule; {advice}"


def _extract_saved(beat: Beat, rule: SiteRule, now: datetime) -> Article:
    """Return the article of the page that is saved with a rule."""
    # Both take half a second to import, and most beats have no rule.
    from pipelines.extract import extract
    from pipelines.extract.saved import has_address, read_saved_page

    page: Page = read_saved_page(beat.folder / rule.page, now)
    if not has_address(page):
        page = replace(page, url=f"https://{rule.site}/saved-page")
    source = SourceSites(beat.sources).find_source(f"https://{rule.site}/")
    return extract(page, source, now, organisations_of(beat.outlets), rule=rule)


def _list_differences(article: Article, expected: ExpectedFields) -> Iterator[tuple[str, str]]:
    """Yield the fields that a page gives otherwise, each with what it gives."""
    body = _one_line(article.body)
    if expected.title is not None and _one_line(expected.title) != article.title:
        yield "title", _quoted(article.title)
    if expected.authors is not None and expected.authors != article.authors:
        yield "authors", f"[{', '.join(article.authors)}]"
    if expected.date is not None and not _is_at(article.published, expected.date):
        yield "date", _shown(article.published) or "no date"
    if expected.begins is not None and not body.startswith(_one_line(expected.begins)):
        yield "begins", _quoted(body)
    if expected.ends is not None and not body.endswith(_one_line(expected.ends)):
        yield "ends", f"“…{body[-_SHOWN_CHARS:]}”"


def _is_at(stamp: Stamp | None, expected: date | datetime) -> bool:
    """Tell whether a time is the expected one.

    A day is meant as the page shows it, and so is a time without an offset.
    """
    if stamp is None:
        return False
    if not isinstance(expected, datetime):
        return _shown(stamp).startswith(expected.isoformat())
    if stamp.precision == "day":
        return False
    if expected.tzinfo is None:
        return _shown(stamp).startswith(expected.isoformat()[:_CLOCK_CHARS])
    return stamp.at == expected


def _shown(stamp: Stamp | None) -> str:
    from pipelines.extract.saved import as_shown

    return as_shown(stamp) or ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    if len(text) > _SHOWN_CHARS:
        return f"“{text[:_SHOWN_CHARS]}…”"
    return f"“{text}”"
