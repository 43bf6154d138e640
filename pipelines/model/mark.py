"""What a person said of one article: on the beat, off it, or near it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pipelines.model.run import Outcome


class MarkLabel(StrEnum):
    """What a person may say of an article."""

    RELEVANT = "relevant"
    OFF_BEAT = "off-beat"
    BORDERLINE = "borderline"

    @property
    def outcome(self) -> Outcome | None:
        """Return what it makes of a page that is kept out, None for one on the beat."""
        if self is MarkLabel.RELEVANT:
            return None
        return Outcome(self.value.replace("-", "_"))


@dataclass(frozen=True, slots=True)
class Mark:
    """A person's word on one article. It is kept even when it is undone.

    It goes before the judge for the whole story of the article. Of several marks in one story the
    newest holds.
    """

    article_id: str
    label: MarkLabel
    at: datetime
    #: Who said so, and why; "" where nobody was named.
    by: str = ""
    note: str = ""
    #: What the person saw, as far as it was kept: training data, whatever becomes of the page.
    title: str = ""
    text: str = ""
    lang: str | None = None
    #: Given by the ledger.
    number: int = 0
    undone: datetime | None = None
