"""Clock times in the ledger: the last run, the last pause, the last digest.

The ledger stores a number under a name. For most steps that number counts changes. The steps
here store whole seconds since 1970 instead, and this module is the only one that converts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from pipelines.model import Alert, OutboxMail
from pipelines.ports import Ledger, WatermarkMove

#: So long without a run, and entries may have left their feeds unseen.
LONG_PAUSE = timedelta(hours=6)

# The names are stored in ledgers that exist: a new name would forget what was noted under the old one.
_LAST_RUN = "last run told"
_PAUSE_BEGAN = "pause began"
_PAUSE_ENDED = "pause ended"
_SEARCHES_WATCHED = "searches watched"
_REHEARSAL = "rehearsal"
#: Also written by `adapters.ledger.copies`, into a copy that may be put in place by hand.
MAIL_HELD = "mail held"

#: A mark tells what was done, so it lies in the past. The clocks of several machines differ by minutes.
FARTHEST_AHEAD = timedelta(hours=1)


class ClockMark:
    """One clock time in the ledger. Moments are UTC and cut to whole seconds."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        self._ledger = ledger
        self.name = name

    def read_stored_time(self) -> datetime | None:
        """Return the moment that was noted last, or None before the first one."""
        # A watermark that was never set reads as 0, which is no time of ours.
        seconds = self._ledger.watermark(self.name)
        if not seconds:
            return None
        return datetime.fromtimestamp(seconds, UTC)

    def write_time(self, moment: datetime) -> None:
        """Note a moment."""
        self._ledger.set_watermark(self.name, _seconds_of(moment))

    def clear(self) -> None:
        """Forget the moment."""
        self._ledger.set_watermark(self.name, 0)

    def settle(
        self,
        alerts: Sequence[Alert],
        mails: Sequence[OutboxMail],
        seen: datetime | None,
        moment: datetime | None,
    ) -> bool:
        """Write alerts and mails, and move the mark from `seen` to `moment`.

        All of it is one transaction. False, and nothing written, where another worker has moved the
        mark (see `AlertLedger.settle`).
        """
        return self._ledger.settle(alerts, mails, self.name, _seconds_of(seen), _seconds_of(moment))


def settle_marks(
    ledger: Ledger,
    alerts: Sequence[Alert],
    mails: Sequence[OutboxMail],
    moves: Iterable[tuple[ClockMark, datetime | None, datetime | None]],
) -> bool:
    """Settle several marks at once, each as (mark, seen, moment)."""
    found: list[WatermarkMove] = []
    for mark, seen, moment in moves:
        found.append(WatermarkMove(mark.name, _seconds_of(seen), _seconds_of(moment)))
    return ledger.settle_together(alerts, mails, found)


def digest_mark(ledger: Ledger, search_id: str) -> ClockMark:
    """Return the mark of a search's last digest."""
    return ClockMark(ledger, f"digest {search_id}")


def restore_hold_mark(ledger: Ledger) -> ClockMark:
    """Return the mark of when mail began to be held."""
    return ClockMark(ledger, MAIL_HELD)


def rehearsal_mark(ledger: Ledger) -> ClockMark:
    """Return the mark of the last rehearsed run; no other ledger has it."""
    return ClockMark(ledger, _REHEARSAL)


def watch_mark(ledger: Ledger) -> ClockMark:
    """Return the mark of the last look for unusual numbers."""
    return ClockMark(ledger, _SEARCHES_WATCHED)


def is_doubtful(mark: datetime, now: datetime) -> bool:
    """Tell whether a mark lies so far ahead that the clock which wrote it was wrong."""
    return mark - now > FARTHEST_AHEAD


def moment_after(seen: datetime | None, now: datetime) -> datetime:
    """Return now in whole seconds, at least one second after `seen`.

    A mark that stays where it is would let two workers settle the same work. One that lies far ahead
    was written by a clock that was wrong, and comes back.
    """
    whole = datetime.fromtimestamp(_seconds_of(now), UTC)
    if seen is None or is_doubtful(seen, now):
        return whole
    return max(seen + timedelta(seconds=1), whole)


def marks_ahead(ledger: Ledger, search_ids: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Return the marks that lie so far ahead that a wrong clock wrote them, by name."""
    names = [_LAST_RUN, _PAUSE_ENDED, _SEARCHES_WATCHED]
    for search_id in search_ids:
        names.append(f"digest {search_id}")
    found = {}
    for name in names:
        moment = ClockMark(ledger, name).read_stored_time()
        if moment is not None and is_doubtful(moment, now):
            found[name] = moment
    return found


def forget_marks_ahead(ledger: Ledger, search_ids: Iterable[str], now: datetime) -> dict[str, datetime]:
    """Forget the marks that a wrong clock wrote; return them by name.

    None of them holds work back, and each is written anew with the next work of its kind. Until then it would
    be taken for a clock that is still wrong.
    """
    found = marks_ahead(ledger, search_ids, now)
    for name in found:
        ClockMark(ledger, name).clear()
    return found


def last_run(ledger: Ledger) -> datetime | None:
    """Return when the last run that told readers began, or None before the first."""
    return ClockMark(ledger, _LAST_RUN).read_stored_time()


def note_run(ledger: Ledger, now: datetime) -> None:
    """Note that a run began, and the pause before it where that was a long one.

    The pause is noted first: a run that is killed in between leaves it to the next one.
    """
    last_run = ClockMark(ledger, _LAST_RUN)
    last = last_run.read_stored_time()
    moment = datetime.fromtimestamp(_seconds_of(now), UTC)
    if last is not None and is_doubtful(last, now):
        # Nobody knows when the last run really was, so there is no pause to tell.
        last_run.write_time(moment)
        return
    if last is not None and moment - last > LONG_PAUSE:
        ClockMark(ledger, _PAUSE_BEGAN).write_time(last)
        ClockMark(ledger, _PAUSE_ENDED).write_time(moment)
    # A clock that was set back does not make the last run an earlier one.
    if last is None or moment > last:
        last_run.write_time(moment)


def last_pause(ledger: Ledger, now: datetime) -> tuple[datetime, datetime] | None:
    """Return when the last long pause began and ended, or None where there was none."""
    began = ClockMark(ledger, _PAUSE_BEGAN).read_stored_time()
    ended = ClockMark(ledger, _PAUSE_ENDED).read_stored_time()
    # Between the two notes a run may have been killed: half a pause is none yet.
    if began is None or ended is None or is_doubtful(ended, now):
        return None
    return began, ended


def _seconds_of(moment: datetime | None) -> int:
    if moment is None:
        return 0
    return int(moment.timestamp())
