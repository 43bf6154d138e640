"""rules.yaml: how pages of one site are read.

It is for sites whose pages the general way reads wrongly.

A SiteRule says where on a page its fields stand (SelectedPlaces), and what is dropped before anything is
read. It holds until a day, because sites are built anew. Beside it stand a saved page and what that page
gives (ExpectedFields), so that `maplewire beat check` can tell whether the rule does what it is for.
SiteRules finds the rule of a page.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from crawlers.checked_yaml import Place, YamlDocument, read_yaml
from pipelines.beat.file_problems import FileProblems
from pipelines.beat.office_dates import last_day

#: No page that is read is larger.
_MAX_PAGE_BYTES = 20 * 1024 * 1024


def _check_selector(value: str) -> str:
    """Return a CSS selector; raise ValueError with what to write."""
    # Loaded only for a beat that has rules.
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector
    from lxml.etree import XPathError
    from lxml.html import fromstring

    try:
        # Some mistakes, as an unknown namespace, are seen when a page is searched.
        CSSSelector(value, translator="html")(fromstring("<p></p>"))
    except (SelectorError, XPathError) as e:
        raise ValueError(f"“{value}” is not a CSS selector ({e}); write for example “div.story h1”") from e
    return value


def _check_site(value: str) -> str:
    """Return a host in small letters; raise ValueError with what to write."""
    if "/" in value or ":" in value or "." not in value:
        raise ValueError(f"“{value}” is no host; write it as news.example, without https://")
    return value.lower().removeprefix("www.")


def _check_moment(value: object) -> object:
    """Return a day or a time; raise ValueError with what to write."""
    if value is None or isinstance(value, date):
        return value
    text = str(value)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(text)
    except ValueError as e:
        advice = "write it as 2026-11-20 or 2026-11-20T14:05+01:00"
        raise ValueError(f"“{value}” is no day or time; {advice}") from e


_Text = Annotated[str, Field(min_length=1, max_length=500)]
_Selector = Annotated[_Text, AfterValidator(_check_selector)]
_Site = Annotated[_Text, AfterValidator(_check_site)]
_LastDay = Annotated[date, BeforeValidator(last_day)]
_Moment = Annotated[date | datetime, BeforeValidator(_check_moment)]


class SelectedPlaces(BaseModel):
    """Where the fields of an article stand on a page, as CSS selectors."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Selector | None = None
    authors: _Selector | None = None
    date: _Selector | None = None
    body: _Selector | None = None


class ExpectedFields(BaseModel):
    """What the saved page of a rule gives.

    The body is told by its first and last words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: _Text | None = None
    authors: tuple[_Text, ...] | None = None
    date: _Moment | None = None
    begins: _Text | None = None
    ends: _Text | None = None


#: What must be given for each field that is taken.
_GIVEN_FOR = {"title": ("title",), "authors": ("authors",), "date": ("date",), "body": ("begins", "ends")}


class SiteRule(BaseModel):
    """How pages of one site are read, until a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    #: A host. The rule is that of the hosts below it too.
    site: _Site
    #: The last day on which fetched pages are read by it.
    until: _LastDay
    take: SelectedPlaces = SelectedPlaces()
    #: Elements that are taken away before anything is read.
    drop: tuple[_Selector, ...] = ()
    #: The saved page, from the folder of the beat.
    page: _Text
    gives: ExpectedFields

    @property
    def provenance(self) -> str:
        """What a field says that was found by it."""
        return f"rule of {self.site}"


class SiteRules:
    """The rules of a beat, by the site of a page. Immutable."""

    def __init__(self, rules: Iterable[SiteRule]) -> None:
        self._by_host: dict[str, SiteRule] = {}
        for rule in rules:
            self._by_host[rule.site] = rule

    def find_rule(self, url: str, fetched_at: datetime) -> SiteRule | None:
        """Return the rule by which a page is read, or None.

        It is that of the nearest host. The day on which the page was fetched counts, so that a batch that is
        processed again is read as before.
        """
        # Most beats have no rule.
        if not self._by_host:
            return None
        host = (urlsplit(url).hostname or "").rstrip(".")
        while host:
            rule = self._by_host.get(host)
            if rule is not None and fetched_at.date() <= rule.until:
                return rule
            host = host.partition(".")[2]
        return None


# -- the file ----------------------------------------------------------------------------------------------


class _RulesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: tuple[SiteRule, ...]


def load_site_rules(path: Path) -> tuple[SiteRule, ...]:
    """Return the rules of a beat; a file that is not there has none.

    Raises CatalogueError with one line for each mistake: `FILE:LINE: FIELD: what is wrong`. Whether a saved
    page gives what its rule says is asked by `pipelines.operations.rule_check`.
    """
    if not path.exists():
        return ()
    document = read_yaml(path)
    problems = FileProblems(document)
    file = problems.check_model(_RulesFile, _list_fields)
    _check_sites(file, document, problems)
    for position, rule in enumerate(file.rules):
        place = ("rules", position)
        _check_given(rule, place, problems)
        _check_page(rule, path.parent, (*place, "page"), problems)
    problems.raise_if_any()
    return file.rules


def _list_fields() -> tuple[str, ...]:
    fields = ("rules", *SiteRule.model_fields, *SelectedPlaces.model_fields, *ExpectedFields.model_fields)
    return tuple(dict.fromkeys(fields))


def _check_sites(file: _RulesFile, document: YamlDocument, problems: FileProblems) -> None:
    """Report sites that two rules have."""
    owners: dict[str, int] = {}
    for position, rule in enumerate(file.rules):
        first = owners.setdefault(rule.site, position)
        if first != position:
            line = document.find_line(("rules", first))
            text = f"{rule.site} has the rule of line {line} already; make one of the two"
            problems.add(("rules", position, "site"), text)


def _check_given(rule: SiteRule, place: Place, problems: FileProblems) -> None:
    """Report a rule that does nothing, or whose fields nobody could check."""
    taken = rule.take.model_dump(exclude_none=True)
    given = rule.gives.model_dump(exclude_none=True)
    if not taken and not rule.drop:
        problems.add(place, "takes nothing and drops nothing; write a selector, as take: {title: h1.kop}")
    if not given:
        problems.add((*place, "gives"), "is empty; write what the page gives, as {title: …}")
    for field in taken:
        for needed in _GIVEN_FOR[field]:
            if needed not in given:
                text = f"is missing; take has {field}, so write what the saved page gives"
                problems.add((*place, "gives", needed), text)


def _check_page(rule: SiteRule, folder: Path, place: Place, problems: FileProblems) -> None:
    """Report a saved page that is not there or is none."""
    page = folder / rule.page
    if not page.resolve().is_relative_to(folder.resolve()):
        problems.add(place, f"{rule.page} is outside of the beat's folder; write it as rules/{page.name}")
    elif not page.is_file():
        advice = f"save a page of {rule.site} there, as: curl -o {page} https://{rule.site}/…"
        problems.add(place, f"there is no file {page}; {advice}")
    elif page.stat().st_size > _MAX_PAGE_BYTES:
        problems.add(place, f"{page} is too large for a page; save another one")
