"""Any sequence of crashes, retries, joins and reruns loses no mail.

Each key is recorded as one mail, and at most one is repeated. A crash is an exception that nobody catches,
raised right before or right after the n-th call that changes something outside the process: the ledger's
transactions and the server's "250". All else lives in memory and dies with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.errors import TemporaryError
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.model import Answer, Delivery, OutboxMail
from tests.builders import NOON
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola
from tests.pipelines.alerts.values import read

CHANGES = ("settle", "enqueue", "lease_mails", "mark_answers", "mark_mail_failed", "send")


class Killed(BaseException):
    """The process is dead."""


class Fate:
    """Counts the calls that change something, and kills at the one that was drawn."""

    def __init__(self) -> None:
        self.fuse: int | None = None
        self.kills_at: Counter[str] = Counter()

    def around(self, name: str, call: Any) -> Any:
        def fated(*args: Any, **kwargs: Any) -> Any:
            self._tick(f"before {name}")
            result = call(*args, **kwargs)
            self._tick(f"after {name}")
            return result

        return fated

    def _tick(self, moment: str) -> None:
        if self.fuse is not None:
            self.fuse -= 1
            if self.fuse < 0:
                self.fuse = None
                self.kills_at[moment] += 1
                raise Killed(moment)


class Fated:
    """Something outside the process whose every change may be the last thing the process does."""

    def __init__(self, real: Any, fate: Fate) -> None:
        self._real, self._fate = real, fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return self._fate.around(name, found) if name in CHANGES else found


class Server:
    """A mail server that fails as told: for all, or for one of two recipients."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.mood = "well"

    def send(self, mail: OutboxMail) -> Delivery:
        if self.mood == "away":
            raise TemporaryError("421")
        busy = {"b@desk.example"} if self.mood == "half" else set()
        refused = {a: Answer("due", "450 busy", NOON) for a in mail.owed if a in busy}
        self.taken += [(str(read(mail)["Message-ID"]), a) for a in mail.owed if a not in refused]
        return Delivery("server", refused)


STEPS = st.one_of(
    st.tuples(st.just("story"), st.just(0)),
    st.tuples(st.just("copy"), st.integers(0, 5)),
    st.tuples(st.just("join"), st.integers(0, 5)),
    st.tuples(st.just("run"), st.one_of(st.none(), st.integers(0, 30))),
    st.tuples(st.just("wait"), st.sampled_from([5, 70, 600])),
    st.tuples(st.just("server"), st.sampled_from(["well", "away", "half"])),
)


def expected_deliveries(mails: Sequence[OutboxMail]) -> set[tuple[str, str]]:
    """Return the id of each mail with each address that it is for."""
    expected: set[tuple[str, str]] = set()
    for mail in mails:
        expected |= {(str(read(mail)["Message-ID"]), address) for address in mail.to}
    return expected


@settings(max_examples=120, deadline=None)
@given(
    st.lists(STEPS, min_size=4, max_size=30),
    st.sampled_from([{}, {"cadence": "hourly"}, {"ceiling": 1}, {"copies": (1, 2)}]),
)
def test_each_thing_is_told_once_whatever_dies(steps: list[tuple[str, Any]], options: dict[str, Any]) -> None:
    fate, server, ledger = Fate(), Server(), MemoryLedger()
    search = canola(to=("a@desk.example", "b@desk.example"), reasons=("new", "spread"), **options)
    house = Newsroom(search, ledger=Fated(ledger, fate), mailer=Fated(server, fate))  # type: ignore[arg-type]
    members: dict[str, list[int]] = {}
    number = 0
    for what, value in steps:
        names = list(members)
        if what == "story" or (what in ("copy", "join") and not names):
            number += 1
            members[f"s{number}"] = [number]
            house.take(f"s{number}", number)
        elif what == "copy":
            name = names[value % len(names)]
            number += 1
            members[name].append(number)
            house.take(name, *members[name])
        elif what == "join" and len(names) > 1:
            into, gone = names[value % len(names)], names[(value + 1) % len(names)]
            number += 1
            members[into] += [*members.pop(gone), number]
            house.take(into, *members[into], joined_story_ids=(gone,))
        elif what == "run":
            fate.fuse = value
            try:
                house.tell()
            except Killed:
                house.inbox.taken.clear()
            fate.fuse = None
        elif what == "wait":
            house.later(minutes=value)
        elif what == "server":
            server.mood = value
    server.mood = "well"
    for _ in range(4):
        house.later(hours=30).tell()

    mails = ledger.mails(10_000)
    assert all(mail.state == "sent" for mail in mails)
    assert len({mail.key for mail in mails}) == len(mails)
    repeats = Counter(server.taken)
    assert set(repeats) == expected_deliveries(mails), "none missing, none unknown"
    extra = sum(n - 1 for n in repeats.values())
    assert extra <= 2 * (fate.kills_at["after send"] + fate.kills_at["before mark_answers"]), (
        "repeats by crashes alone"
    )
    told = [a for a in ledger.alerts() if a.reason == "new"]
    assert all(a.state == "told" and a.mail in {m.key for m in mails} for a in told)
    assert {a.story_id for a in told} == set(members), "every story was told"
    assert not ledger.alerts(states=["held", "waiting"])
    said = [a for a in ledger.alerts(states=["told"]) if a.reason == "spread"]
    assert len({a.key for a in said}) == len(said)
