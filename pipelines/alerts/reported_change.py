"""A change of a story that readers may hear of (pure)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from pipelines.model import StoryChange

#: What readers hear of. Copies that join or leave a story are told as its growth, not as changes.
REPORTED_CHANGES = (StoryChange.UPDATE, StoryChange.GONE, StoryChange.BACK, StoryChange.ORIGIN)


@dataclass(frozen=True, slots=True)
class UpdateStep:
    """What kind of change it was, and a fingerprint of what it says.

    This is the step of an "update" alert. Alerts are stored with the step as text, and their keys
    hold it. So the text never changes: the fingerprint alone for an edit, "gone-1f0a…" for every
    other change.
    """

    change: StoryChange
    fingerprint: str

    @classmethod
    def of_text(cls, step: str) -> UpdateStep:
        """Return the step that a stored text stands for."""
        for change in REPORTED_CHANGES:
            prefix = f"{change.value}-"
            if step.startswith(prefix):
                return cls(change, step.removeprefix(prefix))
        return cls(StoryChange.UPDATE, step)

    def __str__(self) -> str:
        if self.change is StoryChange.UPDATE:
            return self.fingerprint
        return f"{self.change.value}-{self.fingerprint}"


@dataclass(frozen=True, slots=True)
class ReportedChange:
    """One material change of a page in a story."""

    story_id: str
    article_id: str
    #: When we saw it, by our clock.
    at: datetime
    #: Sentences that say why it matters.
    why: tuple[str, ...]
    #: (before, after) of each changed passage; "" where it was added or removed.
    changed: tuple[tuple[str, str], ...] = ()
    change: StoryChange = StoryChange.UPDATE

    @property
    def step(self) -> UpdateStep:
        """The change by what it says, so that copies that repeat it are the same news."""
        fingerprint = hashlib.sha256("\n".join(self.why).encode()).hexdigest()[:12]
        return UpdateStep(self.change, fingerprint)
