"""The page of one article.

Its text as kept, its versions, and where each field was found.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from crawlers.errors import PermanentError
from pipelines.beat.organisations import organisations_of
from pipelines.model import ArticleVersion, PageVersion, StoredArticle
from pipelines.revisions import states_of
from pipelines.stories.marks import newest_mark
from pipelines.stories.view import article_id_of
from pipelines.web.choices import number_of
from pipelines.web.page import room_of, show_page
from pipelines.web.room import Room

#: A page has no more versions than that.
_MOST_VERSIONS = 100_000


def require_article(room: Room, wanted: str) -> StoredArticle:
    """Return an article by its id or address.

    Raises PermanentError where there is none.
    """
    stored = room.ledger.article(article_id_of(wanted))
    if stored is None:
        raise PermanentError(f"no article “{wanted}”; `maplewire search` finds those that there are")
    return stored


def article(request: Request) -> Response:
    """Show one article, or one version of it."""
    room = room_of(request)
    stored = require_article(room, request.path_params["article_id"])
    versions = room.ledger.versions(stored.article.id)
    number = number_of(request, "version", stored.version, _MOST_VERSIONS)
    shown = _shown_version(versions, number)
    states: list[PageVersion] = []
    if versions:
        states = states_of(stored, versions, organisations_of(room.beat.outlets))
    chosen = None
    for state in states:
        if state.number == number:
            chosen = state
    mark = None
    with suppress(PermanentError):
        mark = newest_mark(room.ledger, stored)
    look = room.ledger.recheck_states([stored.article.id]).get(stored.article.id)
    account = room.ledger.account_of(stored.article.id)
    facts: dict[str, Any] = {
        "stored": stored,
        "title": shown.title if shown is not None else stored.article.title,
        "paragraphs": paragraphs_of(shown.body if shown is not None else stored.article.body),
        "number": number if shown is not None else stored.version,
        "states": states,
        "chosen": chosen,
        "look": look,
        "mark": mark,
        "account": account,
        "batch": room.ledger.batch_path(account.batch_id) if account is not None else None,
    }
    return show_page(request, "article.html.j2", facts)


def _shown_version(versions: Any, number: int) -> ArticleVersion | None:
    """Return the version that is asked for, None for the one that the article shows."""
    for version in versions:
        if version.number == number:
            found: ArticleVersion = version
            return found
    return None


def paragraphs_of(body: str) -> list[str]:
    """Return the paragraphs of a text."""
    paragraphs = []
    for paragraph in body.split("\n\n"):
        if paragraph.strip():
            paragraphs.append(paragraph)
    return paragraphs
