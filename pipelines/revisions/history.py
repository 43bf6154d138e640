"""The states of one page in order, each with what made it differ from the one before (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.model import ArticleVersion, PageText, PageVersion, StoredArticle
from pipelines.revisions.edit import edit_between
from pipelines.route import find_route


def page_text(stored: StoredArticle, title: str | None = None, body: str | None = None) -> PageText:
    """Return what a page says, or said with another title and body, its boilerplate marked."""
    if title is None or body is None:
        return PageText(stored.article.title, stored.article.body, stored.route.boilerplate)
    route = find_route(replace(stored.article, title=title, body=body), stored.publisher)
    return PageText(title, body, route.boilerplate)


def states_of(stored: StoredArticle, versions: Sequence[ArticleVersion]) -> list[PageVersion]:
    """Return all states of an article's page by number, the present one among them.

    Each that was shown is compared with the one shown before it, each that was held back with the text that stayed.
    """
    article = stored.article
    present = ArticleVersion(
        stored.version, stored.content_hash, article.title, article.body, article.collected
    )
    states: list[PageVersion] = []
    shown: PageText | None = None
    for version in sorted([*versions, present], key=lambda v: v.number):
        text = page_text(stored, version.title, version.body) if version is not present else page_text(stored)
        edit = edit_between(shown, text) if shown else None
        states.append(PageVersion(version.number, version.title, version.collected, version.held, edit))
        shown = shown if version.held and shown else text
    return states
