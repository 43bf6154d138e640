"""A page read by the rule of its site.

What the rule drops is gone, and what it finds goes before all else.
A RuleReading holds what the rule found. What it did not find is looked for as on any other page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from pipelines.beat.site_rules import SiteRule
from pipelines.extract.byline import split_names
from pipelines.extract.found_date import FoundDate, find_date
from pipelines.extract.page_lines import lines_of_page
from pipelines.extract.text import one_line
from pipelines.extract.titles import MAX_CHARS

#: Selectors that are kept ready; a beat has a few rules of a few selectors.
_SELECTORS_KEPT = 256
#: Elements of one field that are read.
_MOST_ELEMENTS = 1_000
#: Characters of an element in which names or a date are looked for.
_LONGEST_LINE = 500


@dataclass(frozen=True, slots=True)
class RuleReading:
    """What the rule of a site found on a page; nothing where there is no rule."""

    #: The title, and where it stood.
    title: tuple[str, str] | None = None
    #: The authors, and where they stood.
    authors: tuple[tuple[str, ...], str] | None = None
    date: FoundDate | None = None
    #: Elements that hold the text, in order, none within another.
    body: Sequence[HtmlElement] = ()
    #: What a field says that was found by the rule.
    provenance: str = ""

    def list_lines(self) -> list[str]:
        """Return the lines of the text; [] where the rule found none."""
        lines: list[str] = []
        for element in self.body:
            lines += lines_of_page(element)
        return lines


NO_RULE = RuleReading()


def read_by_rule(tree: HtmlElement, rule: SiteRule | None) -> RuleReading:
    """Return what a rule finds on a page. Takes what it drops out of `tree`."""
    if rule is None:
        return NO_RULE
    for selector in rule.drop:
        for element in _select(tree, selector):
            # The root stays: without it there is no page.
            if element.getparent() is not None:
                element.drop_tree()
    where = rule.provenance
    title = next(_texts_of(tree, rule.take.title), "")
    names: list[str] = []
    for text in _texts_of(tree, rule.take.authors):
        names += split_names(text[:_LONGEST_LINE])
    return RuleReading(
        title=(title[:MAX_CHARS], where) if title else None,
        authors=(tuple(dict.fromkeys(names)), where) if names else None,
        date=_find_date(tree, rule.take.date, where),
        body=_without_inner(_select(tree, rule.take.body)),
        provenance=where,
    )


def _select(tree: HtmlElement, selector: str | None) -> list[HtmlElement]:
    """Return the elements of a selector in order; [] for no selector."""
    if selector is None:
        return []
    found: list[HtmlElement] = _compile(selector)(tree)
    return found[:_MOST_ELEMENTS]


@lru_cache(maxsize=_SELECTORS_KEPT)
def _compile(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _texts_of(tree: HtmlElement, selector: str | None) -> Iterator[str]:
    """Yield the texts of elements that have one; of a meta tag its content."""
    for element in _select(tree, selector):
        text = one_line(element.get("content") or element.text_content())
        if text:
            yield text


def _find_date(tree: HtmlElement, selector: str | None, where: str) -> FoundDate | None:
    """Return the first date that the elements of a selector declare or show."""
    for element in _select(tree, selector):
        for text in (element.get("datetime"), element.get("content"), element.text_content()):
            date = find_date(one_line(text or "")[:_LONGEST_LINE], where)
            if date is not None:
                return date
    return None


def _without_inner(elements: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Return the elements that stand within no other, since they would be read twice."""
    # In the order of the page, an outer element comes before what is in it.
    outer: dict[HtmlElement, None] = {}
    for element in elements:
        if outer.keys().isdisjoint(element.iterancestors()):
            outer[element] = None
    return list(outer)
