"""What every ledger promises about stories of one event."""

from __future__ import annotations

from datetime import timedelta

from pipelines.model import (
    EventPrint,
    EventVoice,
    Outcome,
)
from pipelines.ports import Ledger
from pipelines.stories.event_links import relate_events
from tests.builders import NOON
from tests.contracts.ledger_values import (
    a_page_off_beat,
    a_page_placed,
    a_stored,
    a_story,
    changes,
    ident,
    last_seq,
    off_beat,
    take,
    take_story,
)


def a_told(story: str, *names: str, hours: float = 0) -> EventPrint:
    return EventPrint(story, NOON + timedelta(hours=hours), "en", {f"name:{name}": 2.5 for name in names})


def independents(ledger: Ledger) -> dict[str, int]:
    return {id_: story.independent for id_, story in ledger.stories([f"s{n}" for n in range(1, 6)]).items()}


def test_stories_that_share_marks_are_linked_whoever_comes_first_and_counted(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
    before = last_seq(ledger)
    assert relate_events(ledger, a_told("s2", "kitimat", "meridian", hours=20))
    assert relate_events(ledger, a_told("s1", "kitimat", "meridian"))
    assert relate_events(ledger, a_told("s3", "kitimat"))
    assert [(r.story_id, r.score, r.through) for r in ledger.related("s1")] == [("s2", 5.0, None)]
    assert ledger.related("s1")[0].why == ("names: Kitimat, Meridian", "first seen 20 h apart")
    assert ledger.related("s3") == []
    assert independents(ledger) == {"s1": 2, "s2": 2, "s3": 1}
    assert set(changes(ledger, before)) == {ident(1), ident(2)}
    (document,) = ledger.story_documents(["s1"])
    assert document.story
    assert document.story.independent == 2
    seq = last_seq(ledger)
    assert not relate_events(ledger, a_told("s1", "kitimat", "meridian"))
    assert last_seq(ledger) == seq


def test_link_goes_when_what_a_story_tells_changes_and_the_count_follows(ledger: Ledger) -> None:
    for n in (1, 2):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", "kitimat", "meridian"))
    before = last_seq(ledger)
    assert relate_events(ledger, a_told("s1", "rimouski"))
    assert ledger.related("s2") == []
    assert independents(ledger) == {"s1": 1, "s2": 1}
    assert set(changes(ledger, before)) == {ident(1), ident(2)}


def test_two_steps_lead_to_a_report_of_the_event_and_three_do_not(ledger: Ledger) -> None:
    chain = {1: ("aa", "bb"), 2: ("aa", "bb", "cc", "dd"), 3: ("cc", "dd", "ee", "ff"), 4: ("ee", "ff")}
    for n, names in chain.items():
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", *names))
    assert [(r.story_id, r.through) for r in ledger.related("s1")] == [("s2", None), ("s3", "s2")]
    assert independents(ledger) == {"s1": 3, "s2": 4, "s3": 4, "s4": 3}


def test_what_a_joined_story_told_is_forgotten(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", "kitimat", "meridian"))
    take(
        ledger,
        a_page_placed(
            a_stored(4, outcome=Outcome.COPY), a_story("s1", 1, 2, 4, independent=3), joined_story_ids=("s2",)
        ),
    )
    assert relate_events(ledger, a_told("s1", "kitimat", "meridian"))
    assert [r.story_id for r in ledger.related("s2")] == ["s3"]
    assert {id_: n for id_, n in independents(ledger).items() if id_ != "s2"} == {"s1": 2, "s3": 2}
    assert not relate_events(ledger, a_told("s9", "kitimat"))


def test_event_of_a_story_that_lost_its_last_article_goes_and_the_counts_follow(ledger: Ledger) -> None:
    chain = {1: ("aa", "bb"), 2: ("aa", "bb", "cc", "dd"), 3: ("cc", "dd", "ee", "ff"), 4: ("ee", "ff")}
    for n, names in chain.items():
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", *names))
    before = last_seq(ledger)
    take(ledger, a_page_off_beat(off_beat(2, version=2)))
    assert ledger.event_prints("s2") == {}
    assert ledger.related("s1") == []
    assert ledger.related("s2") == []
    assert [(r.story_id, r.through) for r in ledger.related("s4")] == [("s3", None)]
    assert independents(ledger) == {"s1": 1, "s3": 2, "s4": 2}
    assert set(changes(ledger, before)) == {ident(1), ident(2), ident(3), ident(4)}


def test_what_was_joined_into_a_story_goes_with_it(ledger: Ledger) -> None:
    for n in (1, 2, 3):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", "kitimat", "meridian"))
    placed = a_page_placed(
        a_stored(2, version=2), a_story("s1", 1, 2, independent=3), joined_story_ids=("s2",)
    )
    take(ledger, placed)
    # Nobody relates the story in between: what was kept of s2 stands under the id that leads to s1.
    take(ledger, a_page_off_beat(off_beat(1, version=2)))
    assert independents(ledger)["s1"] == 3
    take(ledger, a_page_off_beat(off_beat(2, version=3)))
    assert ledger.event_prints("s1") == {}
    assert ledger.event_prints("s2") == {}
    assert ledger.related("s3") == []
    assert independents(ledger) == {"s3": 1}


def test_story_that_keeps_an_article_keeps_its_event(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1, 3)
    take_story(ledger, "s2", 2)
    relate_events(ledger, a_told("s1", "kitimat", "meridian"))
    relate_events(ledger, a_told("s2", "kitimat", "meridian"))
    take(ledger, a_page_off_beat(off_beat(1, version=2)))
    assert [r.story_id for r in ledger.related("s2")] == ["s1"]
    assert independents(ledger) == {"s1": 2, "s2": 2}


def test_story_that_comes_back_on_the_beat_is_related_anew(ledger: Ledger) -> None:
    for n in (1, 2):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, a_told(f"s{n}", "kitimat", "meridian"))
    take(ledger, a_page_off_beat(off_beat(1, version=2)))
    take(ledger, a_page_placed(a_stored(1, version=3), a_story("s1", 1)))
    assert relate_events(ledger, a_told("s1", "kitimat", "meridian"))
    assert independents(ledger) == {"s1": 2, "s2": 2}


def test_it_is_known_whose_report_a_story_is(ledger: Ledger) -> None:
    for n, voice in ((1, EventVoice("from:daily")), (2, EventVoice(None, is_release=True))):
        take_story(ledger, f"s{n}", n)
        event = EventPrint(f"s{n}", NOON, "en", {}, voice.name, is_release=voice.is_release)
        relate_events(ledger, event)
    with ledger.deciding() as deciding:
        found = deciding.event_voices(["s1", "s2", "s9"])
    assert found == {"s1": EventVoice("from:daily"), "s2": EventVoice(None, is_release=True)}
