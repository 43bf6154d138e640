"""Whether and when pages are fetched again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

#: Also where the times are set shorter: the states of before may wait so long.
_LONGEST_USUAL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class RecheckPolicy:
    """Whether and when pages are fetched again.

    Times count from when we first had the page. Copies change seldom and their changes matter less: what a
    story says follows its original. So they are fetched less often. `limit` and `per_site` bound one round;
    what is left over is due in the next.
    """

    after: tuple[timedelta, ...] = (
        timedelta(hours=1),
        timedelta(hours=6),
        timedelta(hours=24),
        timedelta(days=7),
    )
    copies_after: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(days=7))
    limit: int = 200
    per_site: int = 20

    def next_due(self, since: datetime, at: datetime, *, is_copy: bool) -> datetime | None:
        """Return the first recheck after `at`, None when there is none left."""
        steps = self.copies_after if is_copy else self.after
        for step in sorted(steps):
            if since + step > at:
                return since + step
        return None

    @property
    def is_never(self) -> bool:
        """Whether no page is fetched again."""
        return not self.after and not self.copies_after

    @property
    def longest(self) -> timedelta:
        """The longest time that a recheck is waited for."""
        return max((*self.after, *self.copies_after, _LONGEST_USUAL))


USUAL_RECHECKS = RecheckPolicy()
