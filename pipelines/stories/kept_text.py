"""The text of a page as it is kept, in each of its states (reads only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawlers.errors import PermanentError
from pipelines.model import StoredArticle
from pipelines.ports import Ledger
from pipelines.stories.view import article_id_of, find_story


@dataclass(frozen=True, slots=True)
class KeptText:
    """One state of a page."""

    stored: StoredArticle
    #: Counts all states of the page from 1, those held back too.
    version: int
    #: The numbers of all states that are kept.
    versions: tuple[int, ...]
    title: str
    body: str
    collected: datetime
    #: Why this state was never believed, None for one that was.
    held: str | None
    #: When the page was taken for deleted, None where it is there.
    gone: datetime | None


def read_kept_text(ledger: Ledger, wanted: str, version: int | None = None) -> KeptText:
    """Return what a page says or said, as it was kept.

    `wanted` is the id or the address of an article, or a story's id: that is its original. Without a number
    it is the state that the article shows, also of a page that was taken away. Raises PermanentError where
    there is no such article, state or text.
    """
    wanted = wanted.strip()
    stored = ledger.article(article_id_of(wanted))
    if stored is None:
        stored = ledger.article(find_story(ledger, wanted).lead_id)
    if stored is None:
        raise PermanentError(
            f"the original of story “{wanted}” is missing from the ledger; run: maplewire check"
        )
    text = _state_of(ledger, stored, version)
    if not text.body:
        raise PermanentError(f"no text is kept of {stored.article.url}")
    return text


def _state_of(ledger: Ledger, stored: StoredArticle, version: int | None) -> KeptText:
    article = stored.article
    others = ledger.versions(article.id)
    numbers = tuple(sorted({stored.version, *(other.number for other in others)}))
    look = ledger.recheck_states([article.id]).get(article.id)
    gone = look.gone if look is not None else None
    if version is None or version == stored.version:
        title, body, collected = article.title, article.body, article.collected
        return KeptText(stored, stored.version, numbers, title, body, collected, None, gone)
    for other in others:
        if other.number == version:
            kept = (other.title, other.body, other.collected, other.held)
            return KeptText(stored, version, numbers, *kept, gone)
    known = ", ".join(map(str, numbers))
    raise PermanentError(f"{article.url} has no version {version}; it has: {known}")
