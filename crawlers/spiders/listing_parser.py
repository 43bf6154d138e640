"""Listings are parsed in a process that can be killed.

Parsers are quadratic on some hostile inputs; in the crawler's own process one such feed would stop
all other sources until the crawl's time was up.
"""

from __future__ import annotations

import asyncio
import contextlib
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, Literal

from crawlers.child_process import get_signal_at_end_of_parent, start_module
from crawlers.errors import FeedUnreadable, PermanentError
from crawlers.model import Feed

#: Time for one listing: 2,000 entries take under 1 s; 2 s of this is for a worker's own start.
DEADLINE_S = 10.0
_MEMORY_LIMIT = 2 * 1024**3


class ListingParser:
    """Parses one listing at a time in a worker process.

    A worker that takes too long is replaced.
    """

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._worker: subprocess.Popen[bytes] | None = None
        self._turn = asyncio.Lock()

    async def parse(
        self,
        kind: Literal["feed", "sitemap", "section", "site", "robots"],
        body: bytes,
        **options: Any,
    ) -> Feed:
        """Return the listing.

        The options are those of the reader in `crawlers.feeds`.
        Raises FeedUnreadable when it is none, or takes longer than the deadline.
        """
        task = (kind, body, options)
        async with self._turn:
            return await asyncio.to_thread(self._ask_worker, task)

    def start(self) -> None:
        """Start the worker ahead of the first listing."""
        if self._worker is None or self._worker.poll() is not None:
            self._worker = start_module(
                "crawlers.spiders.listing_parser",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()

    def _ask_worker(self, task: Any) -> Feed:
        self.start()
        worker = self._worker
        assert worker is not None
        assert worker.stdin is not None
        assert worker.stdout is not None
        timer = threading.Timer(self._deadline_s, worker.kill)
        timer.start()
        try:
            pickle.dump(task, worker.stdin)
            worker.stdin.flush()
            answer = pickle.load(worker.stdout)  # noqa: S301 - from our own process
        except (EOFError, OSError, pickle.UnpicklingError) as e:
            worker.kill()
            worker.communicate()
            raise FeedUnreadable(
                f"the listing could not be read within {self._deadline_s:.0f} s and 2 GiB of memory"
            ) from e
        finally:
            timer.cancel()
        if isinstance(answer, Feed):
            return answer
        raise FeedUnreadable(answer)


def answer_tasks() -> None:
    """Answer tasks from standard input until it ends.

    An answer is a Feed, or a sentence that says why there is none.
    """
    import resource

    # The end of a crawl must not wait for that of a hostile listing.
    get_signal_at_end_of_parent(signal.SIGKILL)
    # Loaded here, ahead of the first listing, and not in the crawler's own process.
    from crawlers import feeds

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_LIMIT, _MEMORY_LIMIT))
    parsers: dict[str, Callable[..., Feed]] = {
        "feed": feeds.parse_feed,
        "sitemap": feeds.parse_sitemap,
        "section": feeds.parse_section,
        "site": feeds.parse_site,
        "robots": feeds.parse_robots,
    }
    answers = sys.stdout.buffer
    while True:
        try:
            kind, body, options = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our own process
        except EOFError:
            return
        parse = parsers[kind]
        answer: Feed | str
        try:
            answer = parse(body, **options)
        except PermanentError as e:
            answer = str(e)
        except Exception as e:  # noqa: BLE001 - whatever a hostile feed provokes concerns that feed alone
            answer = f"the listing made the parser fail: {type(e).__name__}: {e}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    answer_tasks()
