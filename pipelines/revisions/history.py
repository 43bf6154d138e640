"""The states of one page, each with its difference from the one before (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipelines.beat.organisations import EVERYWHERE, Organisations
from pipelines.model import ArticleVersion, PageText, PageVersion, StoredArticle


def page_text(
    stored: StoredArticle,
    title: str | None = None,
    body: str | None = None,
    organisations: Organisations = EVERYWHERE,
) -> PageText:
    """Return what a page says, or said in another state, its boilerplate marked.

    `organisations` are those that the beat knows; the credits of another state are read by them.
    """
    if title is None or body is None:
        article = stored.article
        return PageText(article.title, article.body, stored.route.boilerplate, article.paywall)
    # Few pages have changed, and its patterns take long to load.
    from pipelines.route import find_route

    route = find_route(replace(stored.article, title=title, body=body), stored.publisher, organisations)
    return PageText(title, body, route.boilerplate)


def states_of(
    stored: StoredArticle,
    versions: Sequence[ArticleVersion],
    organisations: Organisations = EVERYWHERE,
) -> list[PageVersion]:
    """Return all states of an article's page by number, the present one among them.

    Each that was shown is compared with the one shown before it, each that was held back with the text
    that stayed. `organisations` are those that the beat knows.
    """
    from pipelines.revisions.edit import edit_between  # for changed pages alone, too

    article = stored.article
    present = ArticleVersion(
        stored.version, stored.content_hash, article.title, article.body, article.collected
    )
    states: list[PageVersion] = []
    shown: PageText | None = None
    for version in sorted([*versions, present], key=lambda v: v.number):
        if version is present:
            text = page_text(stored)
        else:
            text = page_text(stored, version.title, version.body, organisations)
        edit = None
        if shown is not None:
            edit = edit_between(shown, text)
        states.append(PageVersion(version.number, version.title, version.collected, version.held, edit))
        # A text that was held back was never shown, unless there was none to show before it.
        if shown is None or not version.held:
            shown = text
    return states
