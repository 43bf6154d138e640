"""Whom a page credits around its text."""

from __future__ import annotations

import re

from crawlers.scripts import BASIC_HAN
from pipelines.beat.outlets import Outlet
from pipelines.model import Article, Credit, Publisher
from pipelines.route.clue import Clue, ClueKind, Findings
from pipelines.route.newsroom import is_nobody_else, is_own_newsroom

#: Characters of the longest Chinese name that is believed though we do not know it.
_LONGEST_CHINESE_NAME = 16
_CHINESE = re.compile(f"[{BASIC_HAN}]{{2}}")


def read_page_credits(article: Article, publisher: Publisher, found: Findings) -> None:
    """Read the authors and credits of a page.

    A known name counts in both. An unknown one counts where a Chinese bar of facts says 来源, because every
    report that was taken over has that line; elsewhere "Source" may mean anything.
    """
    for author in article.authors:
        organisation = found.organisations.find_last_known(author) or found.organisations.find_tagged(author)
        if organisation and not _is_at_home(organisation, article, publisher, found):
            found.add_evidence("byline", author, "authors")
            found.add_organisation(organisation, ClueKind.CREDIT)
    for credit in article.credits:
        if credit.kind == "source":
            _read_source(credit, publisher, found)
        else:
            _read_byline_credit(credit, article, publisher, found)


def _is_at_home(organisation: Outlet, article: Article, publisher: Publisher, found: Findings) -> bool:
    """Tell whether a paper that others print signs on its own site."""
    if organisation.kind != "agency" or publisher.owner == "wire":
        return False
    own = (found.organisations.known(publisher.name), found.organisations.known(article.site_name or ""))
    return organisation in own or is_own_newsroom(organisation.name, publisher)


def _read_byline_credit(credit: Credit, article: Article, publisher: Publisher, found: Findings) -> None:
    organisation = found.organisations.find_last_known(credit.name)
    organisation = organisation or found.organisations.find_tagged(credit.name)
    if organisation is None or _is_at_home(organisation, article, publisher, found):
        return
    if not found.names_organisation(organisation):
        found.add_evidence("byline", credit.name, credit.where)
        found.add_organisation(organisation, ClueKind.CREDIT)


def _read_source(credit: Credit, publisher: Publisher, found: Findings) -> None:
    organisation = found.organisations.find_tagged(credit.name)
    if organisation:
        found.add_evidence("source line", credit.name, credit.where)
        found.add_organisation(organisation, ClueKind.SOURCE_LINE)
    elif _is_somebody_else(credit.name, publisher):
        found.add_evidence("source line", credit.name, credit.where)
        found.clues.append(Clue("origin", credit.name, ClueKind.UNKNOWN_SOURCE))


def _is_somebody_else(name: str, publisher: Publisher) -> bool:
    if _CHINESE.search(name) is None or len(name) > _LONGEST_CHINESE_NAME:
        return False
    return not is_nobody_else(name, publisher)
