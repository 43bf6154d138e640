"""What `maplewire` says of events, and takes from a person: search --events, story link and unlink."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.cli.render.corrections import print_corrections
from pipelines.cli.render.search_results import ResultForm, print_search_results
from pipelines.model import EventPrint, Hit, StoryHits, WordKind
from pipelines.stories.event_corrections import link_stories
from pipelines.stories.event_links import relate_events
from pipelines.stories.person_words import remark
from tests.builders import NOON
from tests.contracts.ledger_values import ident, take_story


@pytest.fixture
def ledger() -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.start_run(NOON)
    for n in (1, 2, 3, 4):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, EventPrint(f"s{n}", NOON, "en", {}))
    link_stories(ledger, NOON, "s1", "s3")
    return ledger


def found_by(*numbers: int) -> StoryHits:
    return StoryHits(len(numbers), tuple((f"s{n}", (a_hit(n),)) for n in numbers))


def a_hit(n: int) -> Hit:
    return Hit(ident(n), f"s{n}", NOON)


def test_reports_of_one_event_stand_together(ledger: MemoryLedger, capsys: Any) -> None:
    print_search_results(ledger, found_by(1, 2, 3, 4), ResultForm(as_json=True, events=True))
    document = json.loads(capsys.readouterr().out)
    assert [story["id"] for story in document["stories"]] == ["s1", "s3", "s2", "s4"]
    assert document["events"] == [["s1", "s3"], ["s2"], ["s4"]]


def test_the_second_report_says_that_it_is_of_the_event_above(ledger: MemoryLedger, capsys: Any) -> None:
    print_search_results(ledger, found_by(1, 2, 3), ResultForm(events=True))
    text = capsys.readouterr().out
    assert text.count("same event as the story above") == 1
    assert text.index("Story s3") < text.index("same event") < text.index("Story s2")


def test_without_it_stories_come_as_they_were_found(ledger: MemoryLedger, capsys: Any) -> None:
    print_search_results(ledger, found_by(1, 2, 3), ResultForm(as_json=True))
    document = json.loads(capsys.readouterr().out)
    assert [story["id"] for story in document["stories"]] == ["s1", "s2", "s3"]
    assert "events" not in document


def test_words_on_events_are_listed_with_number_and_name(ledger: MemoryLedger, capsys: Any) -> None:
    remark(ledger, NOON, "s2", WordKind.TAG, "follow up", "nadia")
    print_corrections(ledger, as_json=False)
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[1][2:] == ["", "same event", "Story s1", "Story s3"]
    assert lines[2][2:] == ["nadia", "tag", "Story s2", "follow up"]
    assert [line[0] for line in lines[1:]] == ["1", "2"]
