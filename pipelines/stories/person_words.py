"""Stars, tags and notes of people, and taking any word back.

They are for each other to see. No mail, no search and no count depends on a star, a tag or a note.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from crawlers.errors import PermanentError
from pipelines.extract.text import clean
from pipelines.model import Story, StoryWord, StoryWordsSaid, WordKind, story_ids_of
from pipelines.ports import Ledger
from pipelines.stories.corrections import NO_RUN, require_story, undo
from pipelines.stories.event_corrections import undo_event_word

#: The kinds that are only for people to see.
REMARKS = (WordKind.STAR, WordKind.TAG, WordKind.NOTE)
#: Characters of a text, by its kind.
_MOST = {WordKind.STAR: 0, WordKind.TAG: 40, WordKind.NOTE: 2000}


def remark(ledger: Ledger, at: datetime, story_id: str, kind: WordKind, text: str = "", by: str = "") -> str:
    """Keep a star, a tag or a note on a story; return the story's id.

    Said once more, nothing changes. Raises PermanentError where there is no such story, or for a text that
    is missing or too long.
    """
    text = _checked_text(kind, text)
    with ledger.deciding() as deciding:
        story = require_story(deciding, story_id)
    for known in remarks_on(ledger, story):
        if (known.kind, known.text, known.by) == (kind, text, by):
            return story.id
    with ledger.deciding() as deciding:
        deciding.take(StoryWordsSaid((StoryWord(story.id, kind, at, by, text),)), NO_RUN)
    return story.id


def _checked_text(kind: WordKind, text: str) -> str:
    if kind not in REMARKS:
        raise PermanentError(f"“{kind.value}” is none of star, tag and note")
    # A mark of direction turns the name and the time behind it round, for everybody who reads the page.
    text = clean(text)
    if kind is WordKind.NOTE:
        text = text.strip()
    else:
        # A tag is one line, whatever was pasted.
        text = " ".join(text.split())
    if kind is WordKind.STAR:
        return ""
    if not text:
        raise PermanentError(f"the {kind.value} is empty; write something")
    if len(text) > _MOST[kind]:
        raise PermanentError(f"a {kind.value} has {_MOST[kind]} characters at most; this has {len(text)}")
    return text


def remarks_on(ledger: Ledger, story: Story) -> list[StoryWord]:
    """Return stars, tags and notes on a story, oldest first.

    With those on stories that were joined into it.
    """
    words = []
    for word in ledger.story_words():
        if word.kind in REMARKS:
            words.append(word)
    present = ledger.stories(story_ids_of(words))
    found = []
    for word in words:
        now = present.get(word.story_id)
        if now is not None and now.id == story.id:
            found.append(word)
    return found


def undo_word(ledger: Ledger, at: datetime, number: int, by: str = "") -> list[str]:
    """Take back what a number names.

    That is a correction, a word on an event, a star, a tag or a note. Returns the ids of the stories that it
    was about. Raises PermanentError where there is no such word, or it was taken back already.
    """
    for word in ledger.story_words():
        if word.number != number:
            continue
        if word.kind.is_of_events:
            return undo_event_word(ledger, at, word, by)
        with ledger.deciding() as deciding:
            deciding.take(StoryWordsSaid((), (replace(word, undone=at),)), NO_RUN)
        return [story.id for story in ledger.stories([word.story_id]).values()]
    return undo(ledger, at, number, by)
