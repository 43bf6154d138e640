"""The states of one page, how they differ, and when it is fetched again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pipelines.model.route import Span


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One state of a page that its article does not show: what it said before an update, or what was held back.

    `number` counts all states of the page from 1, those held back too. `held` says why a state never took the
    place of the text before it (an error page, a paywall, a text cut short), None for one that was shown.
    """

    number: int
    content_hash: str
    title: str
    body: str
    collected: datetime
    held: str | None = None


@dataclass(frozen=True, slots=True)
class PageText:
    """What a page said at one moment. `boilerplate` are the spans of `body` that are no part of the report."""

    title: str
    body: str
    boilerplate: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a diff: kept, removed, or added. The text is as printed, without marks of its own."""

    how: Literal["kept", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a diff: whole, or in pieces where only some of its words changed.

    Its kept and removed pieces are what the page said, its kept and added ones what it says, spaces and typography aside.
    """

    pieces: tuple[Piece, ...]

    @property
    def how(self) -> Literal["kept", "removed", "added", "changed"]:
        ways = {piece.how for piece in self.pieces}
        return ways.pop() if len(ways) == 1 else "changed"


@dataclass(frozen=True, slots=True)
class Edit:
    """How a page's text differs from what it said before, and whether a reader should be told.

    `material` holds where the headline, a number, a name, a quotation, an attribution, a negation or a whole passage
    changed. `why` has one sentence a reason, the headline first; of an immaterial edit it says what little
    changed. `passages` is the whole report as a diff, sentence by sentence, page furniture left out.
    """

    material: bool
    why: tuple[str, ...]
    headline: Passage
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class PageVersion:
    """One state of a page, with what made it differ from the state before it. `edit` is None for the first.

    One that was held back is compared with the text that stayed.
    """

    number: int
    title: str
    collected: datetime
    held: str | None
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class RecheckState:
    """When an article's page is to be looked at again, and what the looks found.

    `since` is when we first had it: looks are counted from there. `due` is None once no look is left. `misses` counts
    looks in a row that found no article; `gone` is when it was taken for deleted. The validators are for asking politely.
    """

    article_id: str
    source_id: str
    url: str
    since: datetime
    due: datetime | None
    last: datetime
    is_copy: bool = False
    misses: int = 0
    tries: int = 0
    gone: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
