"""A person's word on pages: saying it, and taking it back.

    mark │ merge │ split │ link │ unlink │ star │ tag │ note

The same code as the command's does it, under the same lock, so a run that is at work comes first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crawlers.errors import PermanentError
from pipelines.model import MarkLabel, WordKind, named_story_ids
from pipelines.model.reading_room import article_path, story_path
from pipelines.ports import Ledger
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.index import index_changes
from pipelines.stages.locks import lock_runs
from pipelines.stages.mark import mark_page, undo_page_mark
from pipelines.stages.relate import relate_changed_stories
from pipelines.stories.corrections import merge, split
from pipelines.stories.event_corrections import link_stories, unlink_stories
from pipelines.stories.person_words import remark, undo_word
from pipelines.stories.view import article_id_of, find_story
from pipelines.web.accounts import Role
from pipelines.web.gate import MOST_FORM_FIELDS, require_role
from pipelines.web.page import path_to, room_of, show_page
from pipelines.web.room import Room

#: Characters of a note that are kept.
_MOST_NOTE = 500
#: Marks and corrections that the page lists, the newest.
_LISTED = 200

_T = TypeVar("_T")


def words_of_people(request: Request) -> Response:
    """Show what people said, and what can be taken back."""
    room = room_of(request)
    corrections = list(reversed(room.ledger.corrections()))[:_LISTED]
    titles = {}
    for correction in corrections:
        for article_id in (correction.a, correction.b):
            stored = room.ledger.article(article_id)
            if stored is not None:
                titles[article_id] = f"{stored.publisher.name}: {stored.article.title}"
    words = list(reversed(room.ledger.story_words()))[:_LISTED]
    facts = {
        "corrections": corrections,
        "words": words,
        "stories": room.ledger.stories(named_story_ids(words)),
        "titles": titles,
        "marks": list(reversed(room.ledger.marks(include_undone=True)))[:_LISTED],
    }
    return show_page(request, "words.html.j2", facts)


async def take_mark(request: Request) -> Response:
    """Keep a person's mark on an article, or take it back."""
    reader = require_role(request, Role.EDITOR)
    form = await _form_of(request)
    article_id = request.path_params["article_id"]
    said = _text(form, "label")
    note = _text(form, "note")[:_MOST_NOTE]

    def act(context: RunContext, problems: RunProblems) -> None:
        if said == "undo":
            undo_page_mark(context, article_id, problems)
        else:
            mark_page(context, article_id, _label(said), reader.name, note, problems)

    await run_in_threadpool(do_alone, room_of(request), act)
    done = "undone" if said == "undo" else "marked"
    return RedirectResponse(path_to(request, article_path(article_id), done=done), 303)


async def take_merge(request: Request) -> Response:
    """Make one story of two."""
    return await _take_word_on_two(request, merge, "merged")


async def take_link(request: Request) -> Response:
    """Have two stories report one event."""
    return await _take_word_on_two(request, link_stories, "linked")


async def take_unlink(request: Request) -> Response:
    """Have two stories report different events."""
    return await _take_word_on_two(request, unlink_stories, "unlinked")


async def _take_word_on_two(
    request: Request, word: Callable[[Ledger, datetime, str, str, str], object], done: str
) -> Response:
    """Keep a person's word on two stories, and show the first."""
    reader = require_role(request, Role.EDITOR)
    form = await _form_of(request)
    story_id = request.path_params["story_id"]
    other = _other_story(form)

    def act(context: RunContext, problems: RunProblems) -> str:
        first = find_story(context.ledger, story_id)
        second = find_story(context.ledger, other)
        word(context.ledger, context.clock.now(), first.id, second.id, reader.name)
        _follow(context, problems)
        return first.id

    first_id = await run_in_threadpool(do_alone, room_of(request), act)
    return RedirectResponse(path_to(request, story_path(first_id), done=done), 303)


def _other_story(form: FormData) -> str:
    """Return the id in a field. People paste the address of a page as often as an id."""
    path = _text(form, "other").partition("#")[0].partition("?")[0]
    return path.rstrip("/").rpartition("/story/")[2]


async def take_split(request: Request) -> Response:
    """Move articles of a story into one of their own."""
    reader = require_role(request, Role.EDITOR)
    form = await _form_of(request)
    story_id = request.path_params["story_id"]
    article_ids = [article_id_of(str(value)) for value in form.getlist("article")]

    def act(context: RunContext, problems: RunProblems) -> str:
        story = find_story(context.ledger, story_id)
        new_id = split(context.ledger, context.clock.now(), story.id, article_ids, reader.name)
        _follow(context, problems)
        return new_id

    new_id = await run_in_threadpool(do_alone, room_of(request), act)
    return RedirectResponse(path_to(request, story_path(new_id), done="split"), 303)


async def take_undo(request: Request) -> Response:
    """Take back a person's word on stories, by its number."""
    reader = require_role(request, Role.EDITOR)
    number: int = request.path_params["number"]
    form = await _form_of(request)

    def act(context: RunContext, problems: RunProblems) -> None:
        undo_word(context.ledger, context.clock.now(), number, reader.name)
        _follow(context, problems)

    await run_in_threadpool(do_alone, room_of(request), act)
    # Back to the story, where its page asked for it.
    story_id = _text(form, "story")
    back = story_path(story_id) if story_id else "/words"
    return RedirectResponse(path_to(request, back, done="undone"), 303)


async def take_remark(request: Request) -> Response:
    """Keep a star, a tag or a note on a story."""
    reader = require_role(request, Role.EDITOR)
    form = await _form_of(request)
    story_id = request.path_params["story_id"]
    kind = _kind(_text(form, "kind"))
    text = _text(form, "text")

    def act(context: RunContext, _: RunProblems) -> str:
        story = find_story(context.ledger, story_id)
        return remark(context.ledger, context.clock.now(), story.id, kind, text, reader.name)

    kept_id = await run_in_threadpool(do_alone, room_of(request), act)
    return RedirectResponse(path_to(request, story_path(kept_id), done="marked"), 303)


def do_alone(room: Room, act: Callable[[RunContext, RunProblems], _T]) -> _T:
    """Do what a person asked for, alone in the data folder.

    Raises TemporaryError while a run is at work. An index that is away follows with the next run.
    """
    with room.changing, lock_runs(room.settings.home):
        return act(replace(room.maplewire.parts, index=room.index), RunProblems())


def _follow(context: RunContext, problems: RunProblems) -> None:
    """Let events and the index follow: the person looks at the story next."""
    relate_changed_stories(context)
    index_changes(context, problems)


async def _form_of(request: Request) -> FormData:
    return await request.form(max_files=0, max_fields=MOST_FORM_FIELDS)


def _text(form: FormData, name: str) -> str:
    return str(form.get(name, "")).strip()


def _kind(text: str) -> WordKind:
    try:
        return WordKind(text)
    except ValueError as e:
        raise PermanentError(f"“{text[:40]}” is no word on a story; choose star, tag or note") from e


def _label(text: str) -> MarkLabel:
    try:
        return MarkLabel(text)
    except ValueError as e:
        raise PermanentError(f"“{text}” is no label; choose relevant, off-beat or borderline") from e
