"""What a search has to tell of a story, and that it tells each thing once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipelines.alerts.alert_rules import decide, told_by
from pipelines.alerts.ceiling import within_ceiling
from pipelines.alerts.conditions import refusal
from pipelines.alerts.reported_change import ReportedChange
from pipelines.model import Alert, SavedSearch, Story
from tests.builders import NOON, a_document
from tests.pipelines.alerts.values import a_search, a_stored, a_story, an_alert

HOUR = timedelta(hours=1)


def grown(copies: int, **fields: Any) -> Story:
    return a_story(*(a_stored(f"https://copy.example/{n}") for n in range(copies + 1)), **fields)


def told(search: SavedSearch, story: Story, **options: Any) -> list[Alert]:
    """Everything that a search has told of a story when it was first seen so."""
    found = decide(search, story, [a_document()], [], NOON, **options)
    return told_by("k", found, NOON)


def steps(alerts: list[Alert]) -> list[str]:
    return [f"{alert.reason} {alert.step}".strip() for alert in alerts]


def test_a_story_is_new_once() -> None:
    search, story = a_search(), a_story()
    (first,) = decide(search, story, [a_document(7)], [], NOON)
    assert (first.key, first.due, first.article_ids, first.sources) == (
        "leaders:s1:new",
        NOON,
        ("a7",),
        ("daily",),
    )
    assert decide(search, story, [a_document(8)], told_by("k", [first], NOON), NOON) == []
    assert decide(search, story, [a_document(8)], [first], NOON) == [], "held: the mail to come shows it all"


def test_what_was_passed_when_it_was_first_told_is_no_news_later() -> None:
    search, known = a_search(), told(a_search(), grown(6))
    assert steps(known) == ["new", "spread copies-5"]
    assert decide(search, grown(19), [], known, NOON) == []
    more = decide(search, grown(60), [], known, NOON + HOUR)
    assert steps(more) == ["spread copies-50", "spread copies-20"], "the highest speaks"
    assert decide(search, grown(60), [], [*known, *told_by("k2", more, NOON)], NOON) == []


def test_independent_reports_and_a_quick_pick_up_are_news_once() -> None:
    search, known = a_search(), told(a_search(), a_story())
    rush = [NOON + timedelta(minutes=9 * n) for n in range(5)]
    found = decide(search, replace(a_story(), independent=3), [], known, NOON, published=rush)
    assert steps(found) == ["spread fast", "spread reports-3"]
    assert found[0].why == ("5 sites ran it within 36 min",)
    slow = [NOON + timedelta(minutes=16 * n) for n in range(5)]
    assert decide(search, a_story(), [], known, NOON, published=slow) == []


def test_a_material_change_is_told_once_however_many_copies_repeat_it() -> None:
    search, known = a_search(), told(a_search(), a_story())
    lead = a_story().lead_id
    turn = ReportedChange("s1", lead, NOON + HOUR, ("number changed: 75 → 85",))
    again, other = replace(turn, article_id="a1"), replace(turn, article_id="copy", why=("name added: X",))
    found = decide(search, a_story(), [], known, NOON + HOUR, changes=[turn, again, other])
    assert [a.reason for a in found] == ["update"]
    assert decide(search, a_story(), [], [*known, *told_by("u", found, NOON)], NOON, changes=[turn]) == []


def test_a_change_from_before_the_first_mail_is_no_news() -> None:
    known = told(a_search(), a_story())
    turn = ReportedChange("s1", "a1", NOON, ("number changed: 75 → 85",))
    assert decide(a_search(), a_story(), [], known, NOON, changes=[turn]) == []


def test_a_story_waits_for_independent_reports_and_is_told_when_it_has_them() -> None:
    search = a_search(min_independent=2)
    (waiting,) = decide(search, a_story(), [a_document(4)], [], NOON)
    assert (waiting.state, waiting.due) == ("waiting", None)
    assert decide(search, a_story(), [], [waiting], NOON) == []
    (alert,) = decide(search, replace(a_story(), independent=2), [], [waiting], NOON + HOUR)
    assert (alert.key, alert.state, alert.due, alert.article_ids) == (
        waiting.key,
        "held",
        NOON + HOUR,
        ("a4",),
    )


@pytest.mark.parametrize(
    ("least", "independent", "state"), [(1, 0, "held"), (2, 0, "waiting"), (2, 1, "waiting"), (2, 2, "held")]
)
def test_a_release_is_told_at_once_to_those_who_wait_for_no_report(
    least: int, independent: int, state: str
) -> None:
    release = replace(a_story(), kind="paid_release", independent=independent)
    (alert,) = decide(a_search(min_independent=least), release, [a_document()], [], NOON)
    assert (alert.reason, alert.state) == ("new", state)


def test_only_the_reasons_asked_for_are_told() -> None:
    search = a_search(reasons=("spread",))
    known = decide(search, a_story(), [a_document()], [], NOON)
    assert [(a.state, a.mail) for a in known] == [("told", None)], "known, and nobody was written to"
    assert steps(decide(search, grown(5), [], known, NOON)) == ["spread copies-5"]
    assert decide(a_search(reasons=("new",)), grown(50), [], told(a_search(), a_story()), NOON) == []


@pytest.mark.parametrize(
    ("conditions", "document", "story", "passes"),
    [
        ({}, {}, {}, True),
        ({"languages": ("zh",)}, {"lang": "zh-Hant"}, {}, True),
        ({"languages": ("zh", "fr")}, {"lang": "en"}, {}, False),
        ({"languages": ("zh",)}, {"lang": None}, {}, False),
        ({"tiers": (1,)}, {"tier": 1}, {}, True),
        ({"tiers": (1,)}, {"tier": 2}, {}, False),
        ({"paid": False}, {}, {"kind": "paid_release"}, False),
        ({"paid": False}, {}, {"kind": "report"}, True),
        ({"state": False}, {"owner": "state"}, {"kind": "report"}, False),
        ({"state": False}, {"owner": "private"}, {"kind": "state_media"}, False),
        ({"state": False}, {"owner": "private"}, {"kind": "report"}, True),
    ],
)
def test_conditions_keep_stories_out_and_say_why(
    conditions: dict[str, Any], document: dict[str, Any], story: dict[str, Any], passes: bool
) -> None:
    search, some = a_search(**conditions), [a_document(**document)]
    found = a_story(**{"kind": "report"} | story)
    assert (refusal(search, found, some) is None) is passes
    assert bool(decide(search, found, some, [], NOON)) is passes


def test_beyond_the_ceiling_mails_are_held_and_one_says_so() -> None:
    heads = [an_alert(story_id=f"s{n}", due=NOON) for n in range(4)]
    kept = within_ceiling(a_search(ceiling=3), heads, 1, NOON, NOON + HOUR)
    assert [a.due for a in kept] == [NOON, NOON, NOON + HOUR, NOON + HOUR, NOON]
    assert (kept[-1].reason, kept[-1].key) == ("ceiling", "leaders::ceiling:2026-01-17")
    assert within_ceiling(a_search(ceiling=3), heads[:2], 1, NOON, NOON + HOUR) == heads[:2]
    assert within_ceiling(a_search(), heads, 99, NOON, NOON + HOUR) == heads
