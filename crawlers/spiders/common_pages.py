"""Pages to which several entries of a listing were sent on."""

from __future__ import annotations

from collections import Counter

from crawlers.errors import PermanentError
from crawlers.urls import canonical_url


class CommonPages:
    """Counts where the entries of a source lead.

    A consent form, a sign-in page or the front page stands in place of all articles at once.
    """

    def __init__(self) -> None:
        self._entries_led_to: Counter[str] = Counter()

    def add(self, listed_url: str, address: str) -> None:
        """Note that an entry led to a page, given by its canonical address."""
        try:
            is_its_own = canonical_url(listed_url) == address
        except PermanentError:
            is_its_own = False
        if not is_its_own:
            self._entries_led_to[address] += 1

    def most_common(self) -> tuple[str, int]:
        """Return the page to which the most entries were sent on, and how many were."""
        for address, entries in self._entries_led_to.most_common(1):
            return address, entries
        return "", 0
