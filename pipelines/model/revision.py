"""The states of one page, how they differ, and when it is fetched again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipelines.model.article import Paywall
from pipelines.model.route import Span


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One state of a page that its article does not show.

    Either what it said before an update, or what was held back.
    """

    #: Counts all states of the page from 1, those held back too.
    number: int
    content_hash: str
    title: str
    body: str
    collected: datetime
    #: Why this state never took the place of the text before it (an error page, a paywall, a text
    #: cut short); None for one that was shown.
    held: str | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page said at one moment."""

    title: str
    body: str
    #: Spans of `body` that are no part of the report.
    boilerplate: tuple[Span, ...] = ()
    #: Whether the page asked for a payment before it showed the rest.
    paywall: Paywall = "none"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a diff, as printed, without marks of their own."""

    how: Literal["kept", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a diff: whole, or in pieces where some words changed.

    Its kept and removed pieces are what the page said, its kept and added ones what it says now, spaces and
    typography aside.
    """

    pieces: tuple[Piece, ...]

    @property
    def how(self) -> Literal["kept", "removed", "added", "changed"]:
        ways = set()
        for piece in self.pieces:
            ways.add(piece.how)
        return ways.pop() if len(ways) == 1 else "changed"


@dataclass(frozen=True, slots=True)
class Edit:
    """How a page's text differs from before, and whether a reader should be told."""

    #: Whether the headline, a number, a name, a quotation, an attribution, a negation or a whole
    #: passage changed.
    material: bool
    #: A sentence a reason, the headline first; of an immaterial edit, what little changed.
    why: tuple[str, ...]
    headline: Passage
    #: The whole report as a diff, sentence by sentence, without page boilerplate.
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class PageVersion:
    """One state of a page, with what made it differ from the state before it."""

    number: int
    title: str
    collected: datetime
    #: Why it was held back, if it was. Then it is compared with the text that stayed.
    held: str | None
    #: None for the first state.
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class RecheckState:
    """When an article's page is to be looked at again, and what the looks found."""

    article_id: str
    source_id: str
    url: str
    #: When we first had it: looks are counted from there.
    since: datetime
    #: None once no look is left.
    due: datetime | None
    last: datetime
    is_copy: bool = False
    #: Looks in a row that found no article.
    misses: int = 0
    tries: int = 0
    #: When the page was found to be taken away.
    gone: datetime | None = None
    #: Whether its server said that it is gone for good: then nobody looks again.
    is_final: bool = False
    #: Validators, to ask the server politely.
    etag: str | None = None
    last_modified: str | None = None
