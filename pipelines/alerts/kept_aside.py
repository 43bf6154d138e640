"""What could not be written for readers, kept aside so that the rest goes out.

A bug that one story, search, source or mail brings to light ends nothing but that one. It is told in the
run's troubles, and the log has its traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from crawlers.errors import TemporaryError
from pipelines.alerts.bug_log import log_bug
from pipelines.alerts.wording import one_line
from pipelines.model import Trouble, TroubleKind

#: Characters of a bug's own words in a trouble; the log has all of them.
_LONGEST_REASON = 200

Item = TypeVar("Item")


class KeptAside:
    """Notes what is kept aside, and lets the rest go on."""

    def __init__(self, troubles: list[Trouble]) -> None:
        self._troubles = troubles

    @contextmanager
    def guard(self, what: str) -> Iterator[None]:
        """Keep aside what the block is about where it raises.

        `what` names it in the trouble. A TemporaryError travels: the ledger is away, and all is tried again.
        """
        try:
            yield
        except TemporaryError:
            raise
        except Exception as e:  # noqa: BLE001  (noted with its traceback; the rest must go out)
            self.note(what, e)

    def note(self, what: str, error: Exception) -> None:
        """Tell that something was kept aside."""
        log_bug("bug while writing to readers", error, about=what)
        reason = one_line(f"{type(error).__name__}: {error}")[:_LONGEST_REASON]
        text = (
            f"{what} could not be written and was kept aside ({reason}); the rest went on. "
            "It is a bug in Maplewire: please report it with the traceback in the log"
        )
        self._troubles.append(Trouble(TroubleKind.PERMANENT, text))


def settle_in_halves(
    items: Sequence[Item],
    seen: int,
    number_of: Callable[[Item], int],
    settle: Callable[[Sequence[Item], int], int],
    skip: Callable[[Item, int, Exception], None],
) -> int:
    """Settle items in order, all at once; return what `settle` returned, added up.

    `settle` and `skip` get the watermark as they find it: `seen`, then the number of the item before. Where
    settling raises, each half is settled alone, down to the one item that fails, and `skip` passes over that.
    So the others are settled in as few transactions as they can be. A TemporaryError travels.
    """
    try:
        return settle(items, seen)
    except TemporaryError:
        raise
    except Exception as e:  # noqa: BLE001  (sorted out below: the one item that fails is told)
        if len(items) == 1:
            skip(items[0], seen, e)
            return 0
    middle = len(items) // 2
    first_half = items[:middle]
    settled = settle_in_halves(first_half, seen, number_of, settle, skip)
    return settled + settle_in_halves(items[middle:], number_of(first_half[-1]), number_of, settle, skip)
