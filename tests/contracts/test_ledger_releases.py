"""Every ledger counts a release as no report of its event."""

from __future__ import annotations

import pytest

from pipelines.model import EventPrint
from pipelines.ports import Ledger
from pipelines.stories.event_links import relate_events
from tests.builders import NOON
from tests.contracts.ledger_values import take_story

FIRE = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}
A, B = ("en", "from:a", None, False), ("en", "from:b", None, False)
RELEASE = ("en", "by:cgtn", "GlobeNewswire", True)


@pytest.mark.parametrize(
    ("reports", "independent"),
    [
        ([RELEASE], 0),
        ([RELEASE, A], 1),
        ([RELEASE, A, B], 2),
        # Its translation, another text of its origin, and a second release.
        ([RELEASE, ("fr", "by:cgtn", "GlobeNewswire", True), A], 1),
        ([RELEASE, ("zh", "by:cctv", "GlobeNewswire", False), A], 1),
        ([RELEASE, ("en", "by:cgtn", None, False), A, B], 2),
        ([RELEASE, ("en", "by:huawei", "PR Newswire", True), A], 1),
        # Nobody knows whose it is.
        ([("en", None, "GlobeNewswire", True), A], 1),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_a_release_is_no_report(
    ledger: Ledger, reports: list[tuple[str, str | None, str | None, bool]], independent: int, order: int
) -> None:
    numbered = list(enumerate(reports, 1))[::order]
    for n, _ in numbered:
        take_story(ledger, f"s{n}", n)
    for n, (lang, voice, channel, is_release) in numbered:
        relate_events(ledger, EventPrint(f"s{n}", NOON, lang, FIRE, voice, channel, is_release))
    stories = ledger.stories([f"s{n}" for n, _ in numbered])
    assert {story.independent for story in stories.values()} == {independent}


def test_a_story_that_proves_a_release_counts_no_more(ledger: Ledger) -> None:
    for n in (1, 2):
        take_story(ledger, f"s{n}", n)
        relate_events(ledger, EventPrint(f"s{n}", NOON, "en", FIRE, f"from:{n}"))
    relate_events(ledger, EventPrint("s1", NOON, "en", FIRE, "by:cgtn", "GlobeNewswire", is_release=True))
    assert {story.independent for story in ledger.stories(["s1", "s2"]).values()} == {1}
