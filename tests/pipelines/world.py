"""One Maplewire on memory adapters, and pages to hand to it: a report, a later one, and one off the beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from crawlers.batch import BatchWriter
from crawlers.crawl import CrawlSettings
from crawlers.model import CrawlResult, Entry, FetchFailure, Page, Source
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.adapters.memory.search_index import MemoryIndex
from pipelines.beat.beat import Beat, ParsedSearch
from pipelines.model import Delivery, OutboxMail, Outcome, SavedSearch
from pipelines.query import parse
from pipelines.stages.context import RunContext, RunProblems
from pipelines.stages.notify import send_new_alerts
from pipelines.stages.process import process_open_batches
from tests.builders import NOON, a_source

RELEASE = (
    "The Chinese president received the Canadian prime minister in Beijing on Friday, and both capitals "
    "said that the visit opens a new chapter after years in which ministers hardly spoke.",
    "Canadian canola growers were promised lower duties from the first of March, on condition that "
    "inspectors of both countries agree on a common way to test seed for blackleg before the season starts.",
    "Beijing for its part obtained a review of the surtax that Ottawa put on electric cars, to be finished "
    "within the year, and a quota for the months until then that halves the wait of two assembly plants in "
    "Ontario.",
    "The two sides also signed papers on tourism, on the return of pandas and on flights between Halifax and "
    "Shenzhen, none of which binds anybody before parliaments have seen them.",
    "Farm groups in Saskatchewan called the day better than feared and worse than hoped; a union of steel "
    "workers in Hamilton asked to see the annexes, which were not made public.",
)
LOCAL = (
    "The library on Elm Street closes for two weeks while its roof is mended, the town said on Monday.",
    (
        "Readers may keep what they borrowed until the middle of next month, and the mobile library stops "
        "at the pool."
    ),
)

LATE = (
    "China will lift its duties on Canadian canola seed from Monday, the customs administration wrote to "
    "the embassy of Canada in a letter dated weeks ago that surfaced only now in the archive of a port.",
    "Traders in Vancouver said that the letter explains why two ships were allowed to unload at Nansha in "
    "spring, when everybody else was turned away and told to wait for new forms.",
)


def html(title: str, paragraphs: Sequence[str]) -> str:
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    return (
        f"<html lang=en><head><title>{title}</title></head><body>"
        f"<main><article><h1>{title}</h1>{body}</article></main></body></html>"
    )


class Mailbox:
    """A mailer that keeps what it is given; `error` is raised instead while it is set."""

    def __init__(self) -> None:
        self.sent: list[OutboxMail] = []
        self.error: Exception | None = None

    def send(self, mail: OutboxMail) -> Delivery:
        if self.error:
            raise self.error
        self.sent.append(mail)
        return Delivery("kept")


class World:
    """One Maplewire on memory adapters, and a shorthand to hand it pages."""

    def __init__(self, beat: Beat, home: Path) -> None:
        # The pages of a test are alike: told by event, many would be one mail.
        search = SavedSearch(
            "canola", "Canola", "canola", ("desk@newsroom.example",), zone="America/Toronto", group="story"
        )
        sources: tuple[Source, ...] = (a_source("daily"), a_source("courier"), a_source("wire", owner="wire"))
        watched = replace(beat, sources=sources, searches=(ParsedSearch(search, parse(search.query)),))
        self.mailbox, self.clock = Mailbox(), FixedClock(NOON)
        self.ledger, self.index = MemoryLedger(), MemoryIndex()
        self.parts = RunContext(
            beat=watched, ledger=self.ledger, index=self.index, mailer=self.mailbox, clock=self.clock,
            crawl=CrawlSettings(batch_dir=home / "batches", user_agent="test"), home=home,
            mail_from="Maplewire <mw@desk.example>",
        )  # fmt: skip
        self.findings = RunProblems()
        self._batches = 0

    def hand_over(self, *pages: Page, failures: tuple[FetchFailure, ...] = ()) -> Path:
        self._batches += 1
        batch_id = f"2026-{self._batches:04d}"
        with BatchWriter(self.parts.crawl.batch_dir, batch_id) as batch:
            for page in pages:
                batch.write(page)
            return batch.finish(CrawlResult(batch_id, NOON, NOON, (), (), failures, len(pages)))

    def process(self, *pages: Page, **options: Any) -> dict[Outcome, int]:
        self.hand_over(*pages, **options)
        run_id = self.ledger.start_run(NOON)
        outcomes = process_open_batches(self.parts, run_id, self.findings)
        self.ledger.finish_run(run_id, NOON, 0)
        return {outcome: n for outcome, n in outcomes.items() if n}

    def alert(self) -> list[str]:
        before = len(self.mailbox.sent)
        send_new_alerts(self.parts, self.findings)
        return [mail.key for mail in self.mailbox.sent[before:]]


def a_page(
    path: str,
    title: str,
    paragraphs: Sequence[str],
    *,
    source: str = "daily",
    hours: float = 0,
    **fields: Any,
) -> Page:
    url = f"https://{source}.example/{path}"
    at = NOON - timedelta(hours=5 - hours)
    entry = Entry(url, title, published=at, published_precision="second", published_zone="+00:00")
    body = fields.pop("body", None) or html(title, paragraphs).encode()
    return Page(
        **{
            "url": url,
            "source_id": source,
            "body": body,
            "fetched_at": NOON,
            "headers": {"content-type": "text/html; charset=utf-8"},
            "entry": entry,
        }
        | fields
    )


REPORT = a_page("a", "Canada and China agree on canola", RELEASE)
