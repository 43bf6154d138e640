"""What the child processes of the ledger's tests do.

It is light to import: every child has to.
"""

from __future__ import annotations

import os
import random
from contextlib import closing
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.queues import Queue

from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.model import Outcome
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_off_beat, a_page_placed, a_stored, a_story, off_beat, take

TEXTS = 25


def open_and_write(url: str, ready: Queue[str]) -> None:
    try:
        with closing(open_ledger(url)) as ledger:
            ledger.set_watermark(str(os.getpid()), 1)
        ready.put("opened")
    except Exception as e:  # noqa: BLE001  (told to the parent)
        ready.put(repr(e))


def work(url: str, worker: int, results: Queue[str]) -> None:
    """Take the same texts as the other worker, each as an article of its own site.

    It opens a story for a text that has none.
    """
    try:
        with closing(open_ledger(url)) as ledger:
            run = ledger.start_run(NOON)
            for n in random.Random(worker).sample(range(TEXTS), TEXTS):
                take_text(ledger, run, n, worker)
        results.put("done")
    except Exception as e:  # noqa: BLE001  (told to the parent)
        results.put(repr(e))


def take_text(ledger: SqlLedger, run: int, n: int, worker: int) -> None:
    number = n * 10 + worker
    stored = a_stored(number, keys=(n * 100, n * 100 + 1, n * 100 + 2))
    assert stored.text
    with ledger.deciding() as decision:
        found = decision.candidates(stored.text)
        story = decision.story(str(found[0].story_id)) if found else None
        opened = a_story(f"s{number}", number)
        joined = replace(story, links=(*story.links, a_story("x", number).links[0])) if story else opened
        decision.take(a_page_placed(stored, joined, batch=f"b{worker}"), run)


def take_for_ever(url: str, start: int, ready: Connection) -> None:
    """Take decisions of every sort, over and over.

    New, copy, update, join, off the beat, back again.
    """
    ledger = open_ledger(url)
    run = ledger.start_run(NOON)
    ready.send("ready")
    for n in range(start, start + 100_000, 10):
        a, b, c, d = n + 1, n + 2, n + 3, n + 4
        take(ledger, a_page_placed(a_stored(a), a_story(f"s{a}", a)), run)
        take(ledger, a_page_placed(a_stored(b, outcome=Outcome.COPY), a_story(f"s{a}", a, b)), run)
        take(ledger, a_page_placed(a_stored(c), a_story(f"s{c}", c)), run)
        joined = a_story(f"s{a}", a, b, c, d)
        take(
            ledger, a_page_placed(a_stored(d, outcome=Outcome.COPY), joined, joined_story_ids=(f"s{c}",)), run
        )
        new = a_stored(b, outcome=Outcome.UPDATE, version=2, title="New", keys=(n, n + 1))
        take(ledger, a_page_placed(new, joined), run)
        take(ledger, a_page_off_beat(off_beat(d, version=2, title="Cookery")), run)
