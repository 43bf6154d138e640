"""News that arrives without end, in a process of its own. Light to import: the process has to."""

from __future__ import annotations

import time
from contextlib import closing
from multiprocessing.connection import Connection

from pipelines.adapters.ledger import open_ledger
from pipelines.model import Outcome
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_off_beat, a_page_placed, a_stored, a_story, off_beat, take

PAUSE_S = 0.03
"""Between two decisions: many arrive while one batch is written, and there is no moment of silence."""


def arrive(url: str, ready: Connection) -> None:
    """Decide for ever: new, copy, update, joined stories, off the beat."""
    with closing(open_ledger(url)) as ledger:
        run = ledger.start_run(NOON)
        ready.send("ready")
        for n in range(0, 1_000_000, 10):
            a, b, c, d = n + 1, n + 2, n + 3, n + 4
            joined = a_story(f"s{a}", a, b, c, d)
            update = a_stored(b, outcome=Outcome.UPDATE, version=2, title="New", keys=(n, n + 1))
            for decision in (
                a_page_placed(a_stored(a), a_story(f"s{a}", a)),
                a_page_placed(a_stored(b, outcome=Outcome.COPY), a_story(f"s{a}", a, b)),
                a_page_placed(a_stored(c), a_story(f"s{c}", c)),
                a_page_placed(a_stored(d, outcome=Outcome.COPY), joined, joined_story_ids=(f"s{c}",)),
                a_page_placed(update, joined),
                a_page_off_beat(off_beat(d, version=2, title="Cookery")),
            ):
                take(ledger, decision, run)
                time.sleep(PAUSE_S)
