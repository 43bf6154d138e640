"""What every ledger promises about alerts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from pipelines.model import (
    Alert,
)
from pipelines.ports import Ledger, WatermarkMove
from tests.builders import NOON
from tests.contracts.ledger_values import (
    MINUTE,
    a_mail,
    a_page_placed,
    a_stored,
    a_story,
    take,
    take_story,
)

MARK = "alert changes"


def an_alert(story: str = "s1", **fields: Any) -> Alert:
    return Alert(**{"search_id": "canola", "story_id": story, "reason": "new", "decided": NOON} | fields)


def test_alerts_mails_and_the_watermark_are_settled_together_or_not_at_all(ledger: Ledger) -> None:
    told = an_alert(
        state="told", told=NOON, mail="k", why=("因为",), article_ids=("a",), changed=(("1", "2"),)
    )
    assert ledger.settle([told], [a_mail()], MARK, 0, 5)
    assert (list(ledger.alerts()), ledger.watermark(MARK)) == ([told], 5)
    assert not ledger.settle([an_alert("s2")], [a_mail("other")], MARK, 0, 9)
    assert (len(ledger.alerts()), len(ledger.mails()), ledger.watermark(MARK)) == (1, 1, 5)


def test_several_watermarks_move_together_or_not_at_all(ledger: Ledger) -> None:
    moves = [WatermarkMove("digest a", 0, 5), WatermarkMove("digest b", 0, 7)]
    assert ledger.settle_together([an_alert()], [a_mail()], moves)
    assert (ledger.watermark("digest a"), ledger.watermark("digest b")) == (5, 7)
    late = [WatermarkMove("digest a", 5, 6), WatermarkMove("digest b", 0, 8)]
    assert not ledger.settle_together([an_alert("s2")], [a_mail("other")], late)
    assert (len(ledger.alerts()), len(ledger.mails()), ledger.watermark("digest a")) == (1, 1, 5)


def test_an_alert_never_goes_back_and_stays_as_it_was_told(ledger: Ledger) -> None:
    steps = [("waiting", "w"), ("held", "h"), ("waiting", "x"), ("told", "t"), ("told", "u"), ("held", "y")]
    for seen, (state, why) in enumerate(steps):
        told = NOON if state == "told" else None
        assert ledger.settle([an_alert(state=state, why=(why,), told=told)], [], MARK, seen, seen + 1)
    (alert,) = ledger.alerts()
    assert (alert.state, alert.why) == ("told", ("t",))


def test_alerts_are_found_by_search_state_and_time(ledger: Ledger) -> None:
    held = an_alert("s2", search_id="steel")
    told = an_alert(state="told", told=NOON, mail="k")
    ledger.settle([told, held], [], MARK, 0, 1)
    assert ledger.alerts(search="steel") == [held]
    assert ledger.alerts(states=["held", "waiting"]) == [held]
    assert ledger.alerts(told_since=NOON) == [told]
    assert ledger.alerts(told_since=NOON + MINUTE) == []
    assert ledger.alerts(stories=["s2", "s3"]) == [held]
    assert ledger.alerts(stories=[]) == []


def test_alerts_of_a_joined_story_belong_to_the_one_it_was_joined_into(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    ledger.settle([an_alert("s2", state="told", told=NOON, mail="k")], [], MARK, 0, 1)
    take(ledger, replace(a_page_placed(a_stored(3), a_story("s1", 1, 2, 3)), joined_story_ids=("s2",)))
    (alert,) = ledger.alerts(stories=["s1"])
    assert (alert.story_id, alert.mail, alert.key) == ("s1", "k", "canola:s2:new")
    assert ledger.alerts()[0].story_id == "s1"


def test_an_alert_held_for_a_joined_story_is_told_under_its_own_key(ledger: Ledger) -> None:
    take_story(ledger, "s1", 1)
    take_story(ledger, "s2", 2)
    ledger.settle([an_alert("s2")], [], MARK, 0, 1)
    take(ledger, replace(a_page_placed(a_stored(3), a_story("s1", 1, 2, 3)), joined_story_ids=("s2",)))
    (held,) = ledger.alerts(states=["held"])
    ledger.settle([replace(held, state="told", told=NOON, mail="k")], [], MARK, 1, 2)
    assert ledger.alerts(states=["held"]) == []
    assert [(a.story_id, a.key) for a in ledger.alerts(states=["told"])] == [("s1", "canola:s2:new")]


def test_new_stories_are_counted_by_search_and_day(ledger: Ledger) -> None:
    day_before = NOON - timedelta(days=1)
    alerts = [
        an_alert("s1", decided=day_before), an_alert("s2", state="waiting"), an_alert("s3"),
        an_alert("s1", reason="spread", step="copies-5"), an_alert("s1", search_id="steel"),
    ]  # fmt: skip
    ledger.settle(alerts, [], MARK, 0, 1)
    today = {"canola": {"2026-01-17": 2}, "steel": {"2026-01-17": 1}}
    assert ledger.alert_counts(NOON) == today
    assert ledger.alert_counts(day_before)["canola"] == {"2026-01-16": 1, "2026-01-17": 2}
