"""What is counted of one source in one crawl.

entries of its listing ──► known │ skipped, by reason │ fetched │ failed ──► its report
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from crawlers.host_states import Place
from crawlers.model import Entry, FetchFailure, SkippedEntry, SkipReason, SourceReport
from crawlers.spiders.document_end import CUT_OFF
from crawlers.spiders.exchange import LONGER
from crawlers.spiders.hosts import Hosts
from crawlers.spiders.packing import MISLABELLED
from crawlers.spiders.trouble import COOKIE_LOST

#: What the account says of answers that are not as they should be: of one, of several behind their number.
_WRONG_ANSWERS = {
    MISLABELLED: (
        "1 answer was not packed as its Content-Encoding says, and was read as it is",
        "answers were not packed as their Content-Encoding says, and were read as they are",
    ),
    CUT_OFF: (
        "1 answer ended before its announced end; if it is a whole document, it was read",
        "answers ended before their announced end; those that are a whole document were read",
    ),
    COOKIE_LOST: (
        "1 page did not come: its redirects go round and set a cookie; write cookies: true",
        "pages did not come: their redirects go round and set a cookie; write cookies: true",
    ),
    LONGER: (
        "1 answer had a wrong Content-Length, and was read to its end",
        "answers had a wrong Content-Length, and were read to their end",
    ),
}
_COUNTS = ("entries", "known", "skipped", "fetched", "failed")
#: Entries of one listing that are noted as left out, and characters of their titles and summaries: every
#: batch carries them, and a general feed lists fifty.
_SKIPPED_ENTRIES = 200
_SKIPPED_CHARS = 300


class CrawlAccount:
    """The numbers of one source in one crawl, and what there is to complain of."""

    def __init__(self, source_id: str) -> None:
        self._source_id = source_id
        #: By the names that `SourceReport` has for them.
        self.counts: dict[str, Any] = dict.fromkeys(_COUNTS, 0)
        self.skipped_for: Counter[SkipReason] = Counter()
        #: Entries that `scope: broad` leaves out, and of which the pages were fetched to see what that loses.
        self.scope_sample = 0
        #: What `scope: broad` left out.
        self.out_of_scope: list[SkippedEntry] = []
        self.failures: list[FetchFailure] = []
        self.problems: list[str] = []
        #: How many answers were not as their servers said, by the flag of the answer.
        self.wrong_answers: Counter[str] = Counter()
        #: The hosts that were asked, whose notes belong into the account.
        self.places: set[Place] = set()
        #: How many entries were left out on the way, by the reason.
        self._left: Counter[str] = Counter()

    def skip(self, number: int, reason: SkipReason) -> None:
        """Count entries that are left out."""
        if number:
            self.counts["skipped"] += number
            self.skipped_for[reason] += number

    def leave_one(self, reason: str) -> None:
        """Count an entry that is left for the next crawl."""
        self.skip(1, "next_crawl")
        self._left[reason] += 1

    def note_out_of_scope(self, entries: Sequence[Entry], at: datetime) -> None:
        """Note what `scope: broad` left out, for a person to look at."""
        for entry in entries[:_SKIPPED_ENTRIES]:
            self.out_of_scope.append(
                SkippedEntry(
                    source_id=self._source_id,
                    url=entry.url,
                    title=entry.title[:_SKIPPED_CHARS],
                    summary=entry.summary[:_SKIPPED_CHARS],
                    at=at,
                    published=entry.published,
                    language=entry.language,
                )
            )

    def close(self, hosts: Hosts) -> None:
        """Add what can be told only at the end.

        That are numbers, and notes on the hosts that were asked.
        """
        for flag, (of_one, of_several) in _WRONG_ANSWERS.items():
            number = self.wrong_answers[flag]
            if number == 1:
                self.problems.append(of_one)
            elif number:
                self.problems.append(f"{number} {of_several}")
        for reason, number in self._left.items():
            self.problems.append(left_for_the_next_crawl(number, reason))
        for place in sorted(self.places):
            self.problems += hosts.notes_on(place)

    def make_report(
        self, result: Literal["ok", "not_modified", "failed"], error: str | None, more_problems: Sequence[str]
    ) -> SourceReport:
        """Return the account as the batch carries it."""
        return SourceReport(
            self._source_id,
            result,
            **self.counts,
            error=error,
            problems=(*self.problems, *more_problems),
            skipped_for=dict(self.skipped_for),
        )

    # -- for the health of the source ----------------------------------------------------------------

    def all_left_out(self) -> int:
        """Return how many entries the listing has, if rules left out every one; else 0."""
        are_waited_for = self.skipped_for["next_crawl"] or self.skipped_for["asked_later"]
        if self.counts["skipped"] + self.scope_sample != self.counts["entries"] or are_waited_for:
            return 0
        return int(self.counts["skipped"])

    def leading_rule(self) -> str:
        """Return the rule that leaves the most entries out, "" where none does."""
        for reason, _ in self.skipped_for.most_common(1):
            return reason
        return ""

    def last_page_error(self) -> str:
        """Return why the last page failed, "" where none did."""
        if not self.failures:
            return ""
        return self.failures[-1].reason

    def last_loss(self) -> str:
        """Return why the last page was given up, "" where none was."""
        losses = []
        for failure in self.failures:
            if failure.is_lost:
                losses.append(failure.reason)
        return "".join(losses[-1:])


def left_for_the_next_crawl(number: int, why: str) -> str:
    """Return what the account says of entries whose turn did not come."""
    left = "1 entry is" if number == 1 else f"{number} entries are"
    return f"{left} left for the next crawl: {why}"
