"""A person's word on events holds in every ledger, whatever becomes of the stories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.errors import PermanentError
from pipelines.model import EventPrint, StoryWord, WordKind
from pipelines.ports import Ledger
from pipelines.stories.corrections import merge
from pipelines.stories.event_corrections import link_stories, unlink_stories
from pipelines.stories.event_links import relate_events
from pipelines.stories.person_words import remark, undo_word
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take, take_story

FIRE = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}


def told(ledger: Ledger, n: int, marks: dict[str, float] | None = None, voice: str | None = None) -> None:
    take_story(ledger, f"s{n}", n)
    relate_events(ledger, EventPrint(f"s{n}", NOON, "en", marks or {}, voice))


def related(ledger: Ledger, story_id: str) -> list[str]:
    return [found.story_id for found in ledger.related(story_id)]


def independent(ledger: Ledger, *story_ids: str) -> list[int]:
    stories = ledger.stories(story_ids)
    return [stories[story_id].independent for story_id in story_ids]


def test_linked_stories_are_one_event_in_both_directions_and_are_counted(ledger: Ledger) -> None:
    told(ledger, 1)
    told(ledger, 2)
    link_stories(ledger, NOON, "s2", "s1")
    assert related(ledger, "s1") == ["s2"]
    assert related(ledger, "s2") == ["s1"]
    assert independent(ledger, "s1", "s2") == [2, 2]
    assert ledger.related("s1")[0].why == ("a person said that both report one event",)


def test_unlinked_stories_stay_apart_also_through_a_third(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        told(ledger, n, FIRE)
    unlink_stories(ledger, NOON, "s1", "s2")
    assert related(ledger, "s1") == ["s3"]
    assert related(ledger, "s2") == ["s3"]
    assert independent(ledger, "s1", "s2", "s3") == [2, 2, 3]


def test_the_opposite_word_takes_one_back(ledger: Ledger) -> None:
    told(ledger, 1)
    told(ledger, 2)
    link_stories(ledger, NOON, "s1", "s2")
    unlink_stories(ledger, NOON, "s1", "s2")
    assert related(ledger, "s1") == []
    link_stories(ledger, NOON, "s2", "s1")
    assert related(ledger, "s1") == ["s2"]


@pytest.mark.parametrize("changed", [1, 2])
def test_a_word_stays_when_a_story_changes(ledger: Ledger, changed: int) -> None:
    told(ledger, 1)
    told(ledger, 2)
    told(ledger, 3, FIRE)
    link_stories(ledger, NOON, "s1", "s2")
    relate_events(ledger, EventPrint(f"s{changed}", NOON, "en", FIRE))
    assert sorted(related(ledger, f"s{changed}")) == sorted({"s1", "s2", "s3"} - {f"s{changed}"})
    unlink_stories(ledger, NOON, "s1", "s2")
    relate_events(ledger, EventPrint(f"s{changed}", NOON + timedelta(minutes=1), "en", FIRE))
    assert related(ledger, f"s{changed}") == ["s3"]


def test_a_word_stays_when_its_story_is_joined_into_another(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        told(ledger, n)
    link_stories(ledger, NOON, "s1", "s2")
    take(ledger, a_page_placed(a_stored(1), a_story("s3", 3, 1), joined_story_ids=("s1",)))
    relate_events(ledger, EventPrint("s3", NOON, "en", {"name:halifax": 3.0}))
    assert related(ledger, "s3") == ["s2"]
    assert related(ledger, "s2") == ["s3"]


def test_a_word_stands_in_the_history_of_both(ledger: Ledger) -> None:
    told(ledger, 1)
    told(ledger, 2)
    link_stories(ledger, NOON, "s1", "s2")
    lines = [(line.story_id, line.text) for line in ledger.history_since(0)]
    assert ("s1", "a person said that “Story s2” (s2) reports the same event") in lines
    assert ("s2", "a person said that “Story s1” (s1) reports the same event") in lines


def test_a_word_on_one_story_or_on_none_is_refused(ledger: Ledger) -> None:
    told(ledger, 1)
    take_story(ledger, "s2", 2)
    for other, said in (
        ("s1", "are one story"),
        ("s9", "there is no story"),
        ("s2", "not looked at for events"),
    ):
        with pytest.raises(PermanentError, match=said):
            link_stories(ledger, NOON, "s1", other)


def words(ledger: Ledger) -> list[tuple[WordKind, str, str]]:
    return [(word.kind, word.story_id, word.other_id) for word in ledger.story_words()]


def number_of(ledger: Ledger) -> int:
    (word,) = ledger.story_words()
    return word.number


def test_a_word_is_listed_with_its_name_and_time_and_the_newest_holds(ledger: Ledger) -> None:
    told(ledger, 1)
    told(ledger, 2)
    link_stories(ledger, NOON, "s1", "s2", "nadia")
    (word,) = ledger.story_words()
    assert word == StoryWord("s1", WordKind.LINKED, NOON, "nadia", other_id="s2", number=word.number)
    assert ledger.related("s1")[0].why == ("nadia said that both report one event",)
    unlink_stories(ledger, NOON, "s2", "s1", "sam")
    assert words(ledger) == [(WordKind.UNLINKED, "s2", "s1")]
    assert len(ledger.story_words(include_undone=True)) == 2


def test_a_word_that_is_taken_back_leaves_the_texts_to_decide(ledger: Ledger) -> None:
    for n in (1, 2):
        told(ledger, n, FIRE)
    told(ledger, 3)
    unlink_stories(ledger, NOON, "s1", "s2")
    assert related(ledger, "s1") == []
    assert undo_word(ledger, NOON, number_of(ledger)) == ["s1", "s2"]
    assert related(ledger, "s1") == ["s2"]
    assert independent(ledger, "s1", "s2") == [2, 2]
    link_stories(ledger, NOON, "s1", "s3")
    undo_word(ledger, NOON, number_of(ledger))
    assert related(ledger, "s1") == ["s2"]
    assert related(ledger, "s3") == []
    with pytest.raises(PermanentError, match="no word 1 to undo"):
        undo_word(ledger, NOON, 1)


def test_a_word_is_taken_back_after_its_story_was_joined(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        told(ledger, n)
    link_stories(ledger, NOON, "s2", "s3")
    merge(ledger, NOON, "s1", "s2")
    relate_events(ledger, EventPrint("s1", NOON, "en", {"name:kitimat": 1.0}))
    assert related(ledger, "s1") == ["s3"]
    assert undo_word(ledger, NOON, number_of(ledger)) == ["s1", "s3"]
    assert related(ledger, "s1") == []
    link_stories(ledger, NOON, "s1", "s3")
    merge(ledger, NOON, "s1", "s3")
    assert undo_word(ledger, NOON, number_of(ledger)) == ["s1"]


def test_corrections_and_words_share_their_numbers(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        told(ledger, n)
    remark(ledger, NOON, "s1", WordKind.TAG, " follow \n up ", "nadia")
    merge(ledger, NOON, "s1", "s2", "sam")
    remark(ledger, NOON, "s3", WordKind.STAR, by="sam")
    (correction,) = ledger.corrections()
    numbers = [word.number for word in ledger.story_words()]
    assert sorted([*numbers, correction.number]) == [1, 2, 3]
    assert correction.by == "sam"
    assert ledger.story_words()[0].text == "follow up"
    undo_word(ledger, NOON, correction.number)
    assert not ledger.corrections()
    assert len(ledger.story_words()) == 2


def test_a_note_turns_nothing_on_the_page_round(ledger: Ledger) -> None:
    told(ledger, 1)
    remark(ledger, NOON, "s1", WordKind.NOTE, "\u202elook\x1b[31m at\x00 this\nمهم 👩\u200d👧", "nadia")
    assert ledger.story_words()[0].text == "look[31m at this\nمهم 👩\u200d👧"


def test_invisible_characters_alone_are_no_note(ledger: Ledger) -> None:
    told(ledger, 1)
    with pytest.raises(PermanentError, match="the note is empty"):
        remark(ledger, NOON, "s1", WordKind.NOTE, "\u202e\u200b \x00")
