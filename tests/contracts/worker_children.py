"""What the children of the workers' test do: the real stages on the real ledger."""

from __future__ import annotations

import random
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from crawlers.batch import BatchWriter
from crawlers.crawl import CrawlSettings
from crawlers.model import CrawlResult, Page
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.mail import FolderMailer
from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.process import process_open_batches
from tests.builders import NOON
from tests.usual_beat import usual_beat

TEXTS = 7
#: Read once, by the server that the children are forked from.
BEAT = usual_beat()


def a_text(n: int) -> tuple[str, list[str]]:
    """Return a report of three sentences on the beat, and eighty words of its own."""
    words = random.Random(n).sample(range(10_000, 99_999), 80)
    lead = f"Canada and China agreed on list {n} of canola growers, the ministry in Ottawa said on Monday."
    body = " ".join(f"lot{word}" for word in words)
    return f"China takes list {n} from Canada", [
        lead,
        f"The list reads {body}.",
        "Officials in Beijing confirmed it.",
    ]


def a_page(outlet: str, n: int) -> Page:
    title, paragraphs = a_text(n)
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    article = f"<article><h1>{title}</h1>{text}</article>"
    body = f"<html lang=en><head><title>{title}</title></head><body>{article}</body></html>"
    return Page(
        f"https://{outlet}.example/{n}", outlet, body.encode(), NOON, headers={"content-type": "text/html"}
    )


def write_batch(folder: Path, batch_id: str, outlets: list[str]) -> CrawlResult:
    """Write a batch in which each outlet has every text, in an order of its own."""
    pages = []
    for outlet in outlets:
        for n in random.Random(outlet).sample(range(TEXTS), TEXTS):
            pages.append(a_page(outlet, n))
    result = CrawlResult(batch_id, NOON, NOON, (), (), pages=len(pages))
    with BatchWriter(folder, batch_id) as batch:
        for page in pages:
            batch.write(page)
        batch.finish(result)
    return result


def drain(url: str, home: str, batch_ids: list[str], start: Barrier, results: Queue[object]) -> None:
    """Process these batches as one worker of several, all starting at the same moment."""
    try:
        ledger = open_ledger(url)
        folder = Path(home)
        parts = RunContext(
            beat=BEAT, ledger=ledger, index=MemoryIndex(),
            mailer=FolderMailer(folder / "outbox"), clock=FixedClock(NOON),
            crawl=CrawlSettings(batch_dir=folder, user_agent="test"), home=folder,
            mail_from="Maplewire <mw@desk.example>",
        )  # fmt: skip
        run_id = ledger.start_run(NOON)
        findings = RunProblems()
        start.wait(timeout=120)
        outcomes = process_open_batches(parts, run_id, findings, batch_ids)
        ledger.close()
        results.put((sum(outcomes.values()), [str(t) for t in (*findings.troubles, *findings.bugs)]))
    except BaseException as e:  # noqa: BLE001  (told to the parent)
        results.put(repr(e))
