"""The reports of one event side by side, and how they differ."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from pipelines.model import StoredArticle, Story, story_ids_of
from pipelines.stories.differences import compare_reports
from pipelines.stories.view import find_story
from pipelines.web.page import room_of, show_page
from pipelines.web.room import Room

#: Reports that are compared; more columns nobody reads.
REPORTS = 6


def event(request: Request) -> Response:
    """Show what the reports of a story's event say, each in a column."""
    room = room_of(request)
    story = find_story(room.ledger, request.path_params["story_id"])
    stories, reports, more = _lead_articles(room, story)
    rows = compare_reports(reports, room.beat.terms)
    facts = {
        "story": story,
        "reports": reports,
        "stories": stories,
        "more": more,
        "rows": rows,
        "kinds": ("number", "name", "place", "quotation"),
    }
    return show_page(request, "event.html.j2", facts)


def _lead_articles(room: Room, story: Story) -> tuple[Sequence[Story], Sequence[StoredArticle], int]:
    """Return the stories of an event, and the first article of each.

    And the number of those that are left out.
    """
    related = room.ledger.related(story.id)
    others = room.ledger.stories(story_ids_of(related[: REPORTS - 1]))
    stories = []
    reports = []
    for one in (story, *others.values()):
        stored = room.ledger.article(one.lead_id)
        if stored is not None and one.is_on_beat:
            stories.append(one)
            reports.append(stored)
    return stories, reports, max(0, len(related) + 1 - len(reports))
