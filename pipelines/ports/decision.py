"""The port in which decisions are made, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from pipelines.model import (
    ArticleVersion,
    Correction,
    Corrections,
    Member,
    Outcome,
    PageDecision,
    RecheckState,
    StoredArticle,
    Story,
    TextPrint,
)


class Decisions(Protocol):
    """Decisions, one after the other. While they are open nobody else decides, in this process or another.

    That is what keeps two workers from making two stories of one text. Reads see all that was
    taken before, here too. What is taken stands when the block ends, all of it; an exception that leaves the block undoes all of it.
    """

    def outcome(self, batch_id: str, record: int) -> Outcome | None:
        """Return what became of a page, None while it has no account. Only here is the answer
        certain: another worker may have taken the page since `open_batches` was asked."""
        ...

    def article(self, article_id: str) -> StoredArticle | None: ...

    def candidates(self, text: TextPrint, limit: int = 50) -> Sequence[Member]:
        """Return on-beat articles with the same exact hash, then those with enough lookup keys in common
        (`dedup.lookup`), most in common first, of as many those known longest. Never verified here: dedup does that."""
        ...

    def members(self, story_ids: Collection[str]) -> Sequence[Member]:
        """Return all articles of these stories, in order of arrival."""
        ...

    def story(self, story_id: str) -> Story | None: ...

    def versions(self, article_id: str) -> Sequence[ArticleVersion]:
        """Return the states of a page that its article does not show, by number."""
        ...

    def recheck_state(self, article_id: str) -> RecheckState | None: ...

    def corrected_pairs(self, article_ids: Collection[str]) -> Corrections:
        """Return what a person said of pairs that hold at least one of these articles and was not undone."""
        ...

    def corrections(self, article_ids: Collection[str]) -> Sequence[Correction]:
        """Return the same words one by one, with their numbers, oldest first."""
        ...

    def take(self, taking: PageDecision, run_id: int) -> None:
        """Write one whole decision.

        A page account that exists already for (batch_id, record) is replaced: that is how a
        replay corrects the accounts. Every article whose document changes by this decision (itself,
        and members of its story whose place or label changed) gets a new `seq`; the
        article itself gets an arrival number when it first comes on beat, and keeps it. A state of a page that is
        replaced becomes one of its versions. Without an account nothing is counted: that is a person's decision.
        """
        ...
