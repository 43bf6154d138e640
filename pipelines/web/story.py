"""The page of a story, and a copy beside its original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawlers.errors import PermanentError
from pipelines.alerts.story_verdicts import story_verdicts
from pipelines.alerts.verdict import SearchVerdict
from pipelines.alerts.wording import name_hints, route_label
from pipelines.beat.organisations import organisations_of
from pipelines.model import Link, StoredArticle
from pipelines.model.reading_room import story_path
from pipelines.stories.person_words import remarks_on
from pipelines.stories.pickup_delay import delay_s
from pipelines.stories.view import StoryView, compare_copies, find_story, read_nearest, read_story
from pipelines.web.page import language_of, path_to, room_of, show_page, time_for
from pipelines.web.room import Room
from pipelines.web.route_drawing import draw_route

#: Articles that the page lists; a release may have hundreds of copies.
ARTICLES = 200
#: The newest mails whose state is told.
_MAILS = 2000


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article of a story, as the page lists it."""

    stored: StoredArticle
    link: Link | None
    #: Seconds after the original appeared, None where a page names no hour.
    delay_s: float | None


def story(request: Request) -> Response:
    """Show one story."""
    room = room_of(request)
    wanted = request.path_params["story_id"]
    found = find_story(room.ledger, wanted)
    if found.id != wanted:
        # It was joined into another, or the id is an article's: the address of the story is one.
        return RedirectResponse(path_to(request, story_path(found.id)), 302)
    view = read_story(room.ledger, found, organisations_of(room.beat.outlets), with_nearest=False)
    searches = room.searches().standing
    verdicts = story_verdicts(room.ledger, searches, found, _MAILS, partial(time_for, request))
    facts: dict[str, Any] = {
        "view": view,
        "story": found,
        "lead": view.lead,
        "label": route_label(found, room.state_media, language_of(request)),
        "hints": name_hints(found.headline, room.beat.terms.english),
        "rows": article_rows(view)[:ARTICLES],
        "more": max(0, len(view.articles) - ARTICLES),
        "drawing": draw_route(view),
        "has_edits": _has_edits(view),
        "remarks": remarks_on(room.ledger, found),
        "nearest": None,
        "asks_nearest": request.query_params.get("nearest") == "1",
        "verdicts": verdicts,
        "names": {parsed.search.id: parsed.search.name for parsed in searches},
        "subjects": _subjects_of(room, verdicts),
    }
    if facts["asks_nearest"]:
        # It is decided anew and takes the ledger's lock, so only who asks for it pays.
        facts["nearest"], facts["nearest_is_known"] = read_nearest(room.ledger, found)
    return show_page(request, "story.html.j2", facts)


def _subjects_of(room: Room, verdicts: Sequence[SearchVerdict]) -> dict[str, str]:
    """Return what the mails that told of a story are called, by their keys."""
    subjects = {}
    for verdict in verdicts:
        mail = None if verdict.mail is None else room.ledger.mail(verdict.mail)
        if mail is not None:
            subjects[mail.key] = mail.subject
    return subjects


def article_rows(view: StoryView) -> list[ArticleRow]:
    """Return a story's articles in order of appearance, the original first."""
    links = view.links()
    rows = []
    for stored in view.articles:
        rows.append(ArticleRow(stored, links.get(stored.article.id), delay_s(stored, view.lead)))
    return rows


def _has_edits(view: StoryView) -> bool:
    """Tell whether any page of a story has changed.

    What is kept may be its first state alone.
    """
    every = chain.from_iterable(view.versions.values())
    return any(version.edit for version in every)


def compare(request: Request) -> Response:
    """Show a copy beside the text that it was taken from."""
    room = room_of(request)
    found = find_story(room.ledger, request.path_params["story_id"])
    view = read_story(room.ledger, found, organisations_of(room.beat.outlets), with_nearest=False)
    copy = view.article(request.path_params["article_id"])
    if copy is None:
        raise PermanentError(f"{request.path_params['article_id']} is no article of this story")
    link = view.links().get(copy.article.id)
    original = view.article(link.of) if link is not None else None
    if link is None or original is None:
        raise PermanentError(f"{copy.article.title} is the first with this text; there is nothing to compare")
    edits = compare_copies(room.ledger, view, only=copy.article.id)
    facts = {
        "story": found,
        "copy": copy,
        "original": original,
        "link": link,
        "edit": edits[copy.article.id],
        "counts": _count_passages(edits[copy.article.id].passages),
    }
    return show_page(request, "compare.html.j2", facts)


def _count_passages(passages: Sequence[Any]) -> dict[str, int]:
    counts = {"kept": 0, "changed": 0, "removed": 0, "added": 0}
    for passage in passages:
        counts[passage.how] += 1
    return counts
