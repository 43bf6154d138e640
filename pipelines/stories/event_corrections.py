"""A person's word on events: two stories report one event, or they do not.

It stands in place of what the texts say, and stays when a story changes or is joined into another. The
opposite word takes it back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from crawlers.errors import PermanentError
from pipelines.model import CorrectionsUndone, EventLink, EventPrint, Story, StoryChange, StoryEvent
from pipelines.ports import Decisions, Ledger
from pipelines.stories.corrections import require_story
from pipelines.stories.event_links import decision_of, with_words
from pipelines.stories.events import keys_of

#: The weight of a person's word: more than any text has, so that it comes first.
_WORD_WEIGHT = 100.0
#: A person's word belongs to no run: no page is counted.
_NO_RUN = 0
_WHY = {"linked": "a person said that both report one event", "unlinked": "a person said that they do not"}
_HISTORY = {
    "linked": "a person said that “{}” ({}) reports the same event",
    "unlinked": "a person said that “{}” ({}) reports another event",
}


def link_stories(ledger: Ledger, at: datetime, a: str, b: str) -> None:
    """Have two stories report one event, whatever their texts say.

    Raises PermanentError where one does not exist, both are one, or one was not looked at for events yet.
    """
    _say(ledger, at, a, b, "linked")


def unlink_stories(ledger: Ledger, at: datetime, a: str, b: str) -> None:
    """Have two stories report different events, whatever their texts say.

    Raises PermanentError as `link_stories` does.
    """
    _say(ledger, at, a, b, "unlinked")


def _say(ledger: Ledger, at: datetime, a: str, b: str, word: Literal["linked", "unlinked"]) -> None:
    with ledger.deciding() as deciding:
        one, other = require_story(deciding, a), require_story(deciding, b)
        if one.id == other.id:
            raise PermanentError(f"{a} and {b} are one story ({one.id}); name two stories")
        event = _require_print(deciding, one)
        _require_print(deciding, other)
        first, second = sorted((one.id, other.id))
        said = EventLink(first, second, _WORD_WEIGHT, (_WHY[word],), word=word)
        links = with_words(deciding.event_links([one.id]), [said])
        deciding.take_event(decision_of(event, keys_of(event), links, frozenset(), deciding))
        lines = (_history_line(one, other, at, word), _history_line(other, one, at, word))
        # It carries lines of the history, and takes nothing back.
        deciding.take(CorrectionsUndone((), lines), _NO_RUN)


def _history_line(story: Story, other: Story, at: datetime, word: str) -> StoryEvent:
    text = _HISTORY[word].format(other.headline, other.id)
    return StoryEvent(story.id, at, StoryChange.WORD, text, other.lead_id)


def _require_print(deciding: Decisions, story: Story) -> EventPrint:
    """Return what a story tells of."""
    event = deciding.event_prints(story.id).get(story.id)
    if event is None:
        raise PermanentError(
            f"{story.id} was not looked at for events yet; run `maplewire run`, then say it again"
        )
    return event
