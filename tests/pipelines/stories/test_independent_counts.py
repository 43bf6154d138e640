"""How many independent reports an event has: different newsrooms, no translations."""

from __future__ import annotations

import pytest

from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import EventPrint
from pipelines.stories.event_links import relate_events
from tests.builders import NOON
from tests.contracts.ledger_values import take_story

VOICED = {"name:kitimat": 3.0, "name:meridian": 3.0, "number:86e6": 3.0, "name:sept-rives": 3.0}


@pytest.mark.parametrize(
    ("reports", "independent"),
    [
        ([("en", "from:a", None), ("en", "from:b", None), ("en", "from:c", None)], 3),
        ([("en", "from:a", None), ("en", "from:a", None), ("en", "from:c", None)], 2),
        ([("en", "by:cgtn", "GlobeNewswire"), ("fr", "by:cgtn", "GlobeNewswire")], 1),
        ([("en", "by:cgtn", "GlobeNewswire"), ("zh", "by:cctv", "GlobeNewswire")], 1),
        ([("en", "by:cgtn", "GlobeNewswire"), ("zh", "by:cctv", "PR Newswire")], 2),
        ([("en", "by:cgtn", "GlobeNewswire"), ("en", "by:huawei", "GlobeNewswire")], 2),
        ([("en", "from:a", None), ("fr", "from:b", None)], 2),
        ([("en", "by:x", "W"), ("fr", "by:y", "W"), ("zh", "by:z", "W"), ("en", "from:a", None)], 2),
        ([("en", None, None), ("en", None, None)], 2),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_reports_of_one_voice_and_translations_count_once(
    reports: list[tuple[str, str | None, str | None]], independent: int, order: int
) -> None:
    ledger = MemoryLedger()
    ledger.start_run(NOON)
    numbered = list(enumerate(reports, 1))[::order]
    for n, _ in numbered:
        take_story(ledger, f"s{n}", n)
    for n, (lang, voice, channel) in numbered:
        relate_events(ledger, EventPrint(f"s{n}", NOON, lang, VOICED, voice, channel))
    stories = ledger.stories([f"s{n}" for n, _ in numbered])
    assert {story.independent for story in stories.values()} == {independent}
    assert len(ledger.related("s1")) == len(reports) - 1, "what counts once is shown all the same"
