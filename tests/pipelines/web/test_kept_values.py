"""What is worked out once for many pages, and when it is worked out anew."""

from __future__ import annotations

from datetime import timedelta

from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.web.kept_value import KeptValue
from pipelines.web.story_ranks import StoryRanks
from tests.builders import NOON
from tests.contracts.ledger_values import take_story

SOON = NOON + timedelta(seconds=30)
LATER = NOON + timedelta(seconds=90)


def test_a_value_is_worked_out_once_until_it_is_too_old() -> None:
    worked_out: list[int] = []

    def work_out() -> int:
        worked_out.append(1)
        return len(worked_out)

    kept = KeptValue(work_out, 60.0)

    assert [kept.at(NOON), kept.at(SOON), kept.at(LATER), kept.at(NOON)] == [1, 1, 2, 3]
    kept.forget()
    assert kept.at(NOON) == 4


def a_ledger() -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.start_run(NOON)
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2, independent=3)
    return ledger


def test_the_most_reported_story_is_first_and_one_that_is_gone_is_left_out() -> None:
    ranks = StoryRanks(a_ledger(), 60.0)

    assert ranks.in_order(["s1", "s2", "s9"], NOON) == ["s2", "s1"]


def test_an_order_is_read_anew_when_it_is_too_old() -> None:
    ledger = a_ledger()
    ranks = StoryRanks(ledger, 60.0)
    ranks.in_order(["s1", "s2"], NOON)
    take_story(ledger, "s1", 1, independent=5)

    assert ranks.in_order(["s1", "s2"], SOON) == ["s2", "s1"]
    assert ranks.in_order(["s1", "s2"], LATER) == ["s1", "s2"]
