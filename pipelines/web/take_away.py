"""What a reader takes away: a result as a file, and feeds of a query."""

from __future__ import annotations

import orjson
from lxml import etree
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from crawlers.errors import PermanentError
from pipelines.alerts.wording import NO_ADDRESS, one_line, web_address
from pipelines.model.reading_room import ReadingRoom
from pipelines.query import QueryError
from pipelines.stages.export import found_articles
from pipelines.stories.export import ENDINGS, FORMATS, MEDIA_TYPES, write_export
from pipelines.text.iso_time import iso
from pipelines.web.choices import choice_of, text_of
from pipelines.web.page import query_time, room_of
from pipelines.web.room import Room
from pipelines.web.search import EVERYTHING, find_stories
from pipelines.web.story_line import StoryLine

#: Stories that one file holds at most; the command exports more.
_MOST_STORIES = 1000
#: Stories of a feed, the newest.
_FEED = 50
_ATOM = "http://www.w3.org/2005/Atom"


def export(request: Request) -> Response:
    """Send what a query finds as a file."""
    room = room_of(request)
    query = text_of(request, "q") or EVERYTHING
    chosen = choice_of(request, "format", FORMATS)
    texts = request.query_params.get("texts") == "1"
    export_format = next(one for one in FORMATS if one == chosen)
    try:
        articles = found_articles(room.ledger, room.index, query, query_time(request), _MOST_STORIES)
    except QueryError as e:
        raise PermanentError(f"{e.message}: {query}") from e
    parts = write_export(articles, export_format, texts=texts)
    name = f"maplewire-{room.now():%Y-%m-%d}.{ENDINGS[chosen]}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(parts, media_type=MEDIA_TYPES[chosen], headers=headers)


def search_atom(request: Request) -> Response:
    """Send the newest stories of a query as an Atom feed."""
    room = room_of(request)
    query, lines = _newest(request, room)
    here = _own_room(request, room)
    feed = etree.Element("feed", nsmap={None: _ATOM})
    _add(feed, "id", here.search(query))
    _add(feed, "title", f"{room.beat.name}: {query}")
    updated = lines[0].story.last_seen if lines else room.now()
    _add(feed, "updated", str(iso(updated)))
    etree.SubElement(feed, "link").set("href", here.search(query))
    _add(etree.SubElement(feed, "author"), "name", "Maplewire")
    for line in lines:
        entry = etree.SubElement(feed, "entry")
        _add(entry, "id", here.story(line.story.id))
        _add(entry, "title", one_line(line.story.headline))
        _add(entry, "updated", str(iso(line.story.last_seen)))
        _add(entry, "published", str(iso(line.story.first_seen)))
        etree.SubElement(entry, "link").set("href", here.story(line.story.id))
        _add(entry, "summary", _summary(line))
    text = etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return Response(text, media_type="application/atom+xml")


def search_json_feed(request: Request) -> Response:
    """Send the newest stories of a query as a JSON Feed."""
    room = room_of(request)
    query, lines = _newest(request, room)
    here = _own_room(request, room)
    items = []
    for line in lines:
        item = {
            "id": line.story.id,
            "url": here.story(line.story.id),
            "title": one_line(line.story.headline),
            "content_text": _summary(line),
            "date_published": iso(line.story.first_seen),
            "date_modified": iso(line.story.last_seen),
            "tags": list(line.story.topics),
        }
        external = _lead_address(room, line)
        if external is not None:
            item["external_url"] = external
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{room.beat.name}: {query}",
        "home_page_url": here.search(query),
        "items": items,
    }
    return Response(orjson.dumps(feed), media_type="application/feed+json")


def _newest(request: Request, room: Room) -> tuple[str, list[StoryLine]]:
    query = text_of(request, "q") or EVERYTHING
    try:
        _, lines = find_stories(room, room.read_query(query, query_time(request)), _FEED)
    except QueryError as e:
        raise PermanentError(f"{e.message}: {query}") from e
    return query, lines


def _own_room(request: Request, room: Room) -> ReadingRoom:
    """Return where readers find the pages.

    As the setting says, else as this reader asked.
    """
    if room.settings.reading_room is not None:
        return room.settings.reading_room
    return ReadingRoom(str(request.base_url).rstrip("/"))


def _lead_address(room: Room, line: StoryLine) -> str | None:
    lead = room.ledger.article(line.story.lead_id)
    if lead is None:
        return None
    url = web_address(lead.article.url)
    return None if url == NO_ADDRESS else url


def _summary(line: StoryLine) -> str:
    """Return where a text comes from, and who ran it."""
    parts = [line.label, ", ".join(line.outlets)]
    return one_line(" · ".join(filter(None, parts)))


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = one_line(text)
