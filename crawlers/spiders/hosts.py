"""What hosts ask of us in one crawl: pauses, a slower pace, to be left alone.

Sources may share a host. What one of them is told there holds for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from crawlers.guard import host_and_port
from crawlers.host_states import HostState, HostStates, Place
from crawlers.spiders.trouble import FetchTrouble, NotForNow

#: Seconds between two requests to a host. A robots.txt may ask for a day, which would be one page a day; at
#: this pace a source still gets some pages in each crawl.
LONGEST_CRAWL_DELAY_S = 60.0
#: Seconds. A host that has had enough and does not say for how long is left alone for a usual poll's pause.
USUAL_PAUSE_S = 900


@dataclass
class Hosts:
    """The hosts of one crawl."""

    states: HostStates
    #: The crawl's time.
    current_time: Callable[[], datetime]
    #: Seconds between two requests, where robots.txt asks for more than we keep anyway.
    delays_s: dict[Place, float] = field(default_factory=dict)
    #: Pages that were asked for and did not come yet.
    under_way: Counter[Place] = field(default_factory=Counter)
    _closed: dict[Place, FetchTrouble] = field(default_factory=dict)
    _notes: dict[Place, list[str]] = field(default_factory=dict)

    # -- hosts that want to be left alone -----------------------------------------------------------

    def pause(self, url: str, trouble: FetchTrouble) -> None:
        """Leave a host alone for as long as it asks, in the crawls that follow, too."""
        place, now = host_and_port(url), self.current_time()
        until = now + timedelta(seconds=trouble.retry_after_s or USUAL_PAUSE_S)
        state = self.states.read(place, now)
        if state.paused_until is None or state.paused_until < until:
            self.states.write(place, replace(state, paused_until=until, pause_reason=trouble.reason))

    def paused_until(self, url: str) -> datetime | None:
        """Return until when a host wants to be left alone, or None."""
        return self.states.read(host_and_port(url), self.current_time()).paused_until

    def close(self, url: str, trouble: FetchTrouble) -> None:
        """Fetch nothing more from a host in this crawl."""
        self._closed[host_and_port(url)] = trouble

    def why_closed(self, url: str) -> FetchTrouble | None:
        """Return why nothing is fetched from a host for now, or None."""
        place, now = host_and_port(url), self.current_time()
        state = self.states.read(place, now)
        if state.paused_until is None:
            return self._closed.get(place)
        until = f"{state.paused_until:%Y-%m-%d %H:%M} UTC"
        reason = f"the host asked for a pause, until {until} ({state.pause_reason})"
        wait_s = (state.paused_until - now).total_seconds()
        return FetchTrouble("temporary", reason, "paused", retry_after_s=round(wait_s))

    def check_open(self, url: str) -> None:
        """Raise NotForNow where nothing is fetched from a host for now."""
        trouble = self.why_closed(url)
        if trouble is not None:
            raise NotForNow(trouble)

    # -- robots.txt ---------------------------------------------------------------------------------

    def keep_robots(self, url: str, text: str) -> None:
        """Keep a robots.txt for a day on which it cannot be had."""
        place, now = host_and_port(url), self.current_time()
        self.states.write(place, replace(self.states.read(place, now), robots=text, robots_at=now))

    def stored_robots(self, url: str) -> HostState | None:
        """Return a robots.txt that may still serve, or None."""
        state = self.states.read(host_and_port(url), self.current_time())
        return None if state.robots is None else state

    def keep_delay(self, url: str, wished_s: float) -> float:
        """Keep the pace that a robots.txt asks for.

        Returns the seconds that are kept between two requests.
        """
        place = host_and_port(url)
        delay_s = min(wished_s, LONGEST_CRAWL_DELAY_S)
        self.delays_s[place] = delay_s
        if delay_s < wished_s:
            self.note(
                url,
                f"robots.txt of {place[0]} asks for {wished_s:g} s between two requests; "
                f"{delay_s:g} s are kept, the longest that we wait",
            )
        return delay_s

    def seconds_to_wait(self, url: str) -> float:
        """Return how long a further page of a host would wait for its turn."""
        return self.delay_s(url) * (self.under_way[host_and_port(url)] + 1)

    def delay_s(self, url: str) -> float:
        """Return the pause between two requests that robots.txt asks for, 0 for none."""
        return self.delays_s.get(host_and_port(url), 0.0)

    # -- for the accounts ---------------------------------------------------------------------------

    def note(self, url: str, text: str) -> None:
        """Keep a sentence for the account of every source that asks a host."""
        notes = self._notes.setdefault(host_and_port(url), [])
        if text not in notes:
            notes.append(text)

    def notes_on(self, place: Place) -> list[str]:
        """Return the sentences on one host."""
        return self._notes.get(place, [])
