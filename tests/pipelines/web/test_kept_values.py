"""What is worked out once for many pages, and when it is worked out anew."""

from __future__ import annotations

from datetime import timedelta

from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import Outcome
from pipelines.web.kept_results import MOST, KeptResults
from pipelines.web.kept_value import KeptValue
from pipelines.web.story_ranks import StoryRanks
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take, take_story

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
    ranks = StoryRanks(a_ledger())

    assert ranks.in_order(["s1", "s2", "s9"]) == ["s2", "s1"]


def test_the_order_of_a_story_is_read_anew_when_it_changed() -> None:
    ledger = a_ledger()
    ranks = StoryRanks(ledger)
    ranks.in_order(["s1", "s2"])
    take_story(ledger, "s1", 1, independent=5)

    assert ranks.in_order(["s1", "s2"]) == ["s2", "s1"]
    ranks.forget(["s1"])
    assert ranks.in_order(["s1", "s2"]) == ["s1", "s2"]


def test_a_story_that_was_asked_for_by_a_former_id_stands_once_when_it_changed() -> None:
    ledger = a_ledger()
    ranks = StoryRanks(ledger)
    joined = a_stored(3, outcome=Outcome.COPY)
    take(ledger, a_page_placed(joined, a_story("s1", 1, 2, 3), joined_story_ids=("s2",)))

    assert ranks.in_order(["s2", "s1"]) == ["s1"]
    take(ledger, a_page_placed(joined, a_story("s1", 1, 2, 3, independent=5)))
    ranks.forget(["s1"])
    assert ranks.in_order(["s1", "s2"]) == ["s1"]


def test_a_result_is_kept_until_the_index_changes_or_it_is_too_old() -> None:
    state = [1]
    found: list[str] = []

    def find() -> int:
        found.append("again")
        return len(found)

    results = KeptResults(lambda: state[0], 60.0)

    assert [results.result("canola", find, NOON), results.result("canola", find, SOON)] == [1, 1]
    assert results.result("visas", find, SOON) == 2
    state[0] = 2
    assert results.result("canola", find, SOON) == 3
    assert results.result("canola", find, LATER + timedelta(seconds=30)) == 4


def test_what_was_written_while_one_searched_is_looked_for_again() -> None:
    state = [1]
    results = KeptResults(lambda: state[0], 60.0)

    def find_while_another_writes() -> str:
        state[0] = 2
        return "old"

    assert results.result("canola", find_while_another_writes, NOON) == "old"
    assert results.result("canola", lambda: "new", NOON) == "new"


def test_only_so_many_results_are_kept() -> None:
    results = KeptResults(lambda: 1, 60.0)
    for number in range(MOST + 1):
        results.result(number, lambda: "first", NOON)

    assert results.result(0, lambda: "second", NOON) == "second"
    assert results.result(MOST, lambda: "second", NOON) == "first"
