"""What became of pages and entries, near misses first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawlers.errors import CatalogueError
from crawlers.model import SkippedEntry
from pipelines.beat.beat import Beat
from pipelines.model import AccountedPage, Outcome, Relevance
from pipelines.ports import Ledger
from pipelines.relevance import judge

#: What `scope: broad` left out: no outcome, since it was never a page.
SKIPPED = "skipped"
_OF_A_STORY = frozenset({Outcome.NEW, Outcome.UPDATE, Outcome.UNCHANGED, Outcome.COPY})
#: Left-out entries that are judged: a hundred take a second on a small machine.
_MOST_JUDGED = 2000


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page, or an entry that was left out, and why it is where it is."""

    source_id: str
    url: str
    #: An outcome, or `SKIPPED`.
    outcome: str
    reason: str
    at: datetime
    title: str | None = None
    #: How near it is to the beat, 0 to 1 (0.5 is on it); None where nothing was judged.
    score: float | None = None
    article_id: str | None = None


def read_outcomes(names: Sequence[str]) -> list[str]:
    """Return the outcomes that a person named, those outside of stories where none is.

    Several may stand in one name, with commas between them. Raises CatalogueError for unknown ones.
    """
    known = []
    for outcome in Outcome:
        known.append(outcome.value)
    known.append(SKIPPED)
    if not names:
        return [name for name in known if name not in _OF_A_STORY]
    found = []
    for part in ",".join(names).split(","):
        # People write “off-beat”, as the tables do.
        name = part.strip().lower().replace("-", "_").replace(" ", "_")
        if name not in known:
            raise CatalogueError([f"--outcome: “{part}” is no outcome; write one of {', '.join(known)}"])
        found.append(name)
    return found


def list_pages(
    ledger: Ledger, beat: Beat, outcomes: Collection[str], since: datetime, source_ids: Collection[str] = ()
) -> list[ListedPage]:
    """Return what became of pages from `since` on, near misses first, then the newest.

    `outcomes` are those of `read_outcomes`. Only pages of these sources count, where any is named.
    """
    found: list[ListedPage] = []
    of_pages = []
    for name in outcomes:
        if name != SKIPPED:
            of_pages.append(Outcome(name))
    if of_pages:
        for page in ledger.accounted_pages(of_pages, since, source_ids):
            found.append(_of_page(page))
    if SKIPPED in outcomes:
        for number, entry in enumerate(ledger.skipped_entries(since, source_ids)):
            found.append(_of_entry(entry, beat, is_judged=number < _MOST_JUDGED))
    # Python sorts stably: of equal scores, and of pages without one, the newest come first.
    found.sort(key=lambda page: page.at, reverse=True)
    found.sort(key=_distance)
    return found


def _distance(page: ListedPage) -> float:
    """Return how far a page is from the beat; what was not judged is farthest."""
    if page.score is None:
        return 1.0
    return -page.score


def _of_page(page: AccountedPage) -> ListedPage:
    account = page.account
    score = None
    # What failed or was kept aside may be a later state of a page that was judged before.
    if page.relevance is not None and account.outcome not in (Outcome.FAILED, Outcome.QUARANTINED):
        score = page.relevance.score
    return ListedPage(
        source_id=account.source_id,
        url=account.url,
        outcome=account.outcome.value,
        reason=account.reason,
        at=page.at,
        title=page.title,
        score=score,
        article_id=account.article_id,
    )


def _of_entry(entry: SkippedEntry, beat: Beat, *, is_judged: bool) -> ListedPage:
    reason = "scope: broad: its title and summary name none of the beat's words"
    score = None
    if is_judged and beat.terms is not None:
        relevance = _judge_entry(entry, beat)
        score = relevance.score
        if relevance.why:
            reason = f"scope: broad: {relevance.why[0]}"
    return ListedPage(
        source_id=entry.source_id,
        url=entry.url,
        outcome=SKIPPED,
        reason=reason,
        at=entry.at,
        title=entry.title or None,
        score=score,
    )


def _judge_entry(entry: SkippedEntry, beat: Beat) -> Relevance:
    assert beat.terms is not None
    return judge(entry.title, entry.summary, entry.language, beat.terms)
