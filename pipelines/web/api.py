"""The read-only JSON API.

Stories, articles and sources, with the fields that docs/json.md names.

Lists are read page by page with `cursor`, which the answer before gives. `openapi.json` describes it all.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import orjson
import yaml
from starlette.requests import Request
from starlette.responses import Response

from crawlers.errors import PermanentError
from pipelines.beat.organisations import organisations_of
from pipelines.query import QueryError
from pipelines.stories.story_json import story_json, story_view_json
from pipelines.stories.view import find_story, read_story
from pipelines.text.iso_time import iso
from pipelines.web.article import require_article
from pipelines.web.choices import number_of, text_of
from pipelines.web.page import room_of
from pipelines.web.search import EVERYTHING

#: Stories of one answer, at most.
_MOST = 100
_USUAL = 20
#: The furthest that a list is read; more is a matter for an export.
_FURTHEST = 10_000


def api_stories(request: Request) -> Response:
    """Answer the stories that a query finds, newest first."""
    room = room_of(request)
    try:
        query = room.read_query(text_of(request, "q") or EVERYTHING, room.now())
        offset = read_cursor(request.query_params.get("cursor", ""))
    except QueryError as e:
        wrong = {"error": e.message, "position": e.position, "length": e.length}
        return _answer(wrong, 400)
    except PermanentError as e:
        return _answer({"error": str(e)}, 400)
    limit = number_of(request, "limit", _USUAL, _MOST)
    found = room.index.search(query, limit=limit, offset=offset)
    hits_of = dict(found.stories)
    stories = room.ledger.stories(list(hits_of))
    shapes = []
    for story_id, hits in hits_of.items():
        if story_id in stories and stories[story_id].is_on_beat:
            by_article = {hit.article_id: hit for hit in hits}
            shapes.append(story_json(stories[story_id], room.ledger.story_articles(story_id), by_article))
    following = offset + limit
    cursor = write_cursor(following) if following < min(found.total, _FURTHEST) else None
    return _answer({"total": found.total, "cursor": cursor, "stories": shapes})


def api_story(request: Request) -> Response:
    """Answer one story with its versions, history and neighbours."""
    room = room_of(request)
    try:
        story = find_story(room.ledger, request.path_params["story_id"])
    except PermanentError as e:
        return _answer({"error": str(e)}, 404)
    view = read_story(room.ledger, story, organisations_of(room.beat.outlets), with_nearest=False)
    return _answer(story_view_json(view))


def api_article(request: Request) -> Response:
    """Answer one article with its text and where each field was found."""
    room = room_of(request)
    try:
        stored = require_article(room, request.path_params["article_id"])
    except PermanentError as e:
        return _answer({"error": str(e)}, 404)
    article = stored.article
    shape = {
        "id": article.id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "story": stored.story_id,
        "source": stored.publisher.id,
        "source_name": stored.publisher.name,
        "title": article.title,
        "text": article.body,
        "authors": list(article.authors),
        "lang": article.lang,
        "published": None if article.published is None else iso(article.published.at),
        "collected": iso(article.collected),
        "version": stored.version,
        "outcome": stored.outcome.value,
        "score": round(stored.relevance.score, 3),
        "why": list(stored.relevance.why),
        "provenance": dict(article.provenance),
        "evidence": [asdict(one) for one in stored.route.evidence],
    }
    return _answer(shape)


def api_sources(request: Request) -> Response:
    """Answer how the sources are."""
    room = room_of(request)
    rows = []
    for health in room.source_health.at(room.now())[0]:
        row = {
            "source": health.source.id,
            "name": health.source.name,
            "state": health.state,
            "why": health.why or None,
            "since": iso(health.since),
            "advice": health.advice or None,
            "usual_a_day": round(health.usual, 1),
            "today": health.today,
        }
        rows.append(row)
    return _answer({"sources": rows})


def api_description(_: Request) -> Response:
    """Answer the description of the API (OpenAPI 3.1)."""
    text = (files("pipelines.web") / "openapi.yaml").read_text("utf-8")
    return _answer(yaml.safe_load(text))


def write_cursor(offset: int) -> str:
    """Return the cursor of the page that begins there."""
    return base64.urlsafe_b64encode(f"o{offset}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """Return where a page begins. Raises PermanentError for what no answer gave."""
    if not cursor:
        return 0
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as e:
        raise PermanentError("this cursor is none that an answer gave; begin without one") from e
    digits = text[1:]
    if text[:1] != "o" or not digits.isdigit() or len(digits) > 9 or int(digits) > _FURTHEST:
        raise PermanentError("this cursor is none that an answer gave; begin without one")
    return int(digits)


def _answer(shape: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(shape), status, media_type="application/json")
