"""A person's word on events: two stories report one event, or they do not.

It stands in place of what the texts say, and stays when a story changes or is joined into another. The
opposite word takes its place; undone by its number, the texts decide again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from crawlers.errors import PermanentError
from pipelines.model import (
    EventLink,
    EventPrint,
    Story,
    StoryChange,
    StoryEvent,
    StoryWord,
    StoryWordsSaid,
    WordKind,
)
from pipelines.ports import Decisions, Ledger
from pipelines.stories.corrections import NO_RUN, require_story, who
from pipelines.stories.event_links import decision_of, with_words
from pipelines.stories.events import keys_of, same_event

#: The weight of a person's word: more than any text has, so that it comes first.
_WORD_WEIGHT = 100.0
_WHY = {
    WordKind.LINKED: "{} said that both report one event",
    WordKind.UNLINKED: "{} said that they do not",
}
_HISTORY = {
    WordKind.LINKED: "{} said that “{}” ({}) reports the same event",
    WordKind.UNLINKED: "{} said that “{}” ({}) reports another event",
}
_UNDONE = "{} took back a word on “{}” ({}) and the event; the texts decide again"


def link_stories(ledger: Ledger, at: datetime, a: str, b: str, by: str = "") -> None:
    """Have two stories report one event, whatever their texts say.

    `by` is who says so. Raises PermanentError where one does not exist, both are one, or one was not looked
    at for events yet.
    """
    _say(ledger, at, a, b, WordKind.LINKED, by)


def unlink_stories(ledger: Ledger, at: datetime, a: str, b: str, by: str = "") -> None:
    """Have two stories report different events, whatever their texts say.

    Raises PermanentError as `link_stories` does.
    """
    _say(ledger, at, a, b, WordKind.UNLINKED, by)


def _say(ledger: Ledger, at: datetime, a: str, b: str, kind: WordKind, by: str) -> None:
    known = ledger.story_words()
    with ledger.deciding() as deciding:
        one, other = require_story(deciding, a), require_story(deciding, b)
        if one.id == other.id:
            raise PermanentError(f"{a} and {b} are one story ({one.id}); name two stories")
        _require_print(deciding, one)
        _require_print(deciding, other)
        said = StoryWord(one.id, kind, at, by, other_id=other.id)
        # Of what was said of two stories the newest holds.
        undone = [replace(word, undone=at) for word in _words_on(one, other, known, deciding)]
        _write_link(one, other, _link_of(one, other, said), deciding)
        lines = _history_lines(one, other, at, _HISTORY[kind], by)
        deciding.take(StoryWordsSaid((said,), tuple(undone), lines), NO_RUN)


def undo_event_word(ledger: Ledger, at: datetime, word: StoryWord, by: str = "") -> list[str]:
    """Take a word on an event back; the texts decide again.

    Returns the ids of the stories that it named.
    """
    undone = replace(word, undone=at)
    others = []
    for known in ledger.story_words():
        if known.number != word.number:
            others.append(known)
    with ledger.deciding() as deciding:
        one, other = deciding.story(word.story_id), deciding.story(word.other_id)
        lines: tuple[StoryEvent, ...] = ()
        if one is not None and other is not None and one.id != other.id:
            link = same_event(_require_print(deciding, one), _require_print(deciding, other))
            # Where stories were joined, two words can be on what is one pair now.
            for left in _words_on(one, other, others, deciding):
                link = _link_of(one, other, left)
            _write_link(one, other, link, deciding)
            lines = _history_lines(one, other, at, _UNDONE, by)
        deciding.take(StoryWordsSaid((), (undone,), lines), NO_RUN)
    stories = ledger.stories([word.story_id, word.other_id])
    return list(dict.fromkeys(story.id for story in stories.values()))


def _words_on(one: Story, other: Story, words: Sequence[StoryWord], deciding: Decisions) -> list[StoryWord]:
    """Return the words on the event of two stories, as the stories are now."""
    found = []
    for word in words:
        if not word.kind.is_of_events:
            continue
        named = {_present_id(word.story_id, deciding), _present_id(word.other_id, deciding)}
        if named == {one.id, other.id}:
            found.append(word)
    return found


def _present_id(story_id: str, deciding: Decisions) -> str:
    story = deciding.story(story_id)
    return story_id if story is None else story.id


def _link_of(one: Story, other: Story, said: StoryWord) -> EventLink:
    first, second = sorted((one.id, other.id))
    why = (_WHY[said.kind].format(who(said.by)),)
    word: Literal["linked", "unlinked"] = "linked" if said.kind is WordKind.LINKED else "unlinked"
    return EventLink(first, second, _WORD_WEIGHT, why, word=word)


def _write_link(one: Story, other: Story, link: EventLink | None, deciding: Decisions) -> None:
    """Have one link between two stories, or none; the others stay."""
    event = _require_print(deciding, one)
    kept = []
    for known in deciding.event_links([one.id]):
        if known.other(one.id) != other.id or link is not None:
            kept.append(known)
    links = with_words(kept, [] if link is None else [link])
    deciding.take_event(decision_of(event, keys_of(event), links, frozenset(), deciding))


def _history_lines(one: Story, other: Story, at: datetime, text: str, by: str) -> tuple[StoryEvent, ...]:
    lines = []
    for story, another in ((one, other), (other, one)):
        said = text.format(who(by), another.headline, another.id)
        lines.append(StoryEvent(story.id, at, StoryChange.WORD, said, another.lead_id))
    return tuple(lines)


def _require_print(deciding: Decisions, story: Story) -> EventPrint:
    """Return what a story tells of."""
    event = deciding.event_prints(story.id).get(story.id)
    if event is None:
        raise PermanentError(
            f"{story.id} was not looked at for events yet; run `maplewire run`, then say it again"
        )
    return event
