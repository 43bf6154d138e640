"""A made-up month of stories told to many searches, by a process that is killed again and again, to a server that fails.

    python -m tests.e2e.alert_month [STORIES] [SEARCHES]      the whole trial, with its figures

The month is a list of steps of six hours. The child takes the articles of a step that are not there yet, then does what a run
does to tell readers, then notes the step as done; killed anywhere, it begins the same step again. What has to be told is known from a
run in memory that nobody disturbs, and the new stories besides from an index that was asked every query.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.mail import SmtpMailer
from pipelines.adapters.memory_index import MemoryIndex
from pipelines.model import Change, SavedSearch
from pipelines.query import parse
from pipelines.sending import send_due
from pipelines.telling import decide_alerts, send_digests, watch_searches
from tests.builders import NOON
from tests.contracts.ledger_values import a_stored, a_story, a_taking, ident
from tests.pipelines.alerts.house import House

STEP = timedelta(hours=6)
STEPS = 124
DONE = "trial step"


@dataclass(frozen=True)
class Arrival:
    """One article in one step: into which story it comes, with whom, and which story ends in it."""

    number: int
    story: str
    members: tuple[int, ...]
    absorbed: tuple[str, ...]
    words: str


def month(stories: int, searches: int, steps: int) -> list[list[Arrival]]:
    """Return the articles of every step, always the same."""
    chance = random.Random(7)
    found: list[list[Arrival]] = [[] for _ in range(steps)]
    plan: list[tuple[int, str]] = []
    for n in range(stories):
        first = chance.randrange(steps - 4)
        plan.append((first, f"new {n}"))
        plan += [
            (chance.randrange(first, steps - 1), f"copy {n}") for _ in range(chance.choice((0, 0, 1, 3)))
        ]
        if n and chance.random() < 0.05:
            plan.append((steps - 3, f"join {n}"))
    words = {n: " ".join(f"topic{chance.randrange(searches)}" for _ in range(5)) for n in range(stories)}
    members: dict[int, list[int]] = {}
    into: dict[int, int] = {}
    in_order = sorted(plan, key=lambda p: (p[0], p[1].split()[0] != "new", p[1]))
    for number, (step, what) in enumerate(in_order, 1):
        kind, n = what.split()[0], int(what.split()[1])
        home = n
        while home in into:
            home = into[home]
        gone: tuple[str, ...] = ()
        if kind == "join":
            other = next((m for m in members if m != home and m not in into), home)
            if other != home:
                members[other] += members[home]
                into[home] = other
                gone, home = (f"s{home}",), other
        members.setdefault(home, []).append(number)
        found[step].append(Arrival(number, f"s{home}", tuple(members[home]), gone, words[n]))
    return found


def saved(searches: int) -> list[SavedSearch]:
    cadences = {7: "daily", 8: "daily", 9: "weekly"}
    return [
        SavedSearch(
            f"q{n}", f"Search {n}", f"topic{n}", (f"r{n}@desk.example", f"second{n}@desk.example"),
            cadence=cadences.get(n % 10, "immediate"), copies=(2,),  # type: ignore[arg-type]
            reasons=("new", "spread"), empty=n % 20 == 7,
        )
        for n in range(searches)
    ]  # fmt: skip


def live(house: House, steps: list[list[Arrival]], told: Any) -> None:
    """Go through the month from the first step that is not done."""
    while (step := house.ledger.watermark(DONE)) < len(steps):
        house.clock.at = NOON + step * STEP
        for arrival in steps[step]:
            if house.ledger.article(ident(arrival.number)) is None:
                stored = a_stored(
                    arrival.number, title=arrival.words, body=arrival.words, collected=house.clock.at
                )
                story = a_story(arrival.story, *arrival.members, headline=arrival.words)
                house.decide(a_taking(stored, story, absorbed=arrival.absorbed))
        decide_alerts(house)
        watch_searches(house)
        send_digests(house)
        told(house)
        house.ledger.set_watermark(DONE, step + 1)


def drained(house: House) -> None:
    """Send what is owed; a server that fails is tried again as the hours go by, in no time."""
    at = house.clock.at
    while mails := [m for m in house.ledger.mails(100_000) if m.state == "due"]:
        send_due(house.ledger, house.mailer, house.clock, "trial", [])
        later = [m.not_before for m in mails if m.not_before]
        house.clock.at = max([house.clock.at + timedelta(minutes=5), *later[:1]])
    house.clock.at = at


def child(folder: Path, port: int, stories: int, searches: int, steps: int) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))  # nobody reads our output
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    house = House(
        *saved(searches), ledger=ledger, mailer=SmtpMailer(f"smtp://127.0.0.1:{port}", timeout_s=10)
    )

    sys.stdout.write("up\n")
    sys.stdout.flush()

    def told(house: House) -> None:
        send_due(ledger, house.mailer, house.clock, "trial", [])

    live(house, month(stories, searches, steps), told)
    drained(house)
    ledger.close()


# -- the parent ---------------------------------------------------------------------------------------------


class Moody:
    """A server that fails a third of the time, in every way that may pass, and keeps what it said 250 to."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()
        self.messages: dict[str, bytes] = {}
        self.failed = 0
        self._chance = random.Random(3)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self._chance.random() < 0.12:
            self.failed += 1
            return "450 busy"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mood = self._chance.random()
        if mood < 0.24:
            self.failed += 1
            if mood < 0.04:
                server.transport.close()
            elif mood < 0.05:
                await asyncio.sleep(0.2)
            return "421 closing" if mood < 0.15 else "452 full"
        id_ = str(message_from_bytes(envelope.content)["Message-ID"])
        self.messages[id_] = envelope.content
        self.taken.update((id_, address) for address in envelope.rcpt_tos)
        return "250 OK"


class _Controller(Controller):
    def factory(self) -> SMTP:
        return SMTP(self.handler, hostname="127.0.0.1")


def served(moody: Moody) -> Controller:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = _Controller(moody, hostname="127.0.0.1", port=port)
    controller.start()
    return controller


def expected(stories: int, searches: int, steps: int) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the keys of all mails of an undisturbed month, and (search, story) of what is new by the index."""
    house = House(*saved(searches))
    plan = month(stories, searches, steps)
    new: set[tuple[str, str]] = set()
    queries = [(s.id, parse(s.query)) for s in saved(searches)]
    seen = 0

    def told(house: House) -> None:
        nonlocal seen
        arrivals = house.ledger.arrivals_since(seen, 100_000)
        if not arrivals:
            return
        seen = arrivals[-1][0]
        some = MemoryIndex()
        some.write([Change(d.seq, d.id, d) for _, d in arrivals])
        for id_, query in queries:
            new.update((id_, d.story_id) for d in some.matching(query))

    live(house, plan, told)
    return {m.key for m in house.ledger.mails(1_000_000)}, new


def trial(
    folder: Path,
    stories: int,
    searches: int,
    *,
    steps: int = STEPS,
    between: tuple[float, float] = (1.0, 4.0),
) -> Iterator[str]:
    """Do the whole trial; yield its findings, and raise AssertionError where a mail is missing, unknown or doubled."""
    keys, new = expected(stories, searches, steps)
    moody = Moody()
    controller = served(moody)
    chance = random.Random(11)
    kills, started = 0, time.monotonic()
    command = [
        sys.executable,
        "-m",
        "tests.e2e.alert_month",
        "child",
        str(folder),
        str(controller.port),
        str(stories),
        str(searches),
        str(steps),
    ]
    try:
        while True:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            assert process.stdout is not None
            process.stdout.readline()  # it is up
            try:
                process.wait(chance.uniform(*between))
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.communicate()
                kills += 1
                continue
            trouble = process.communicate()[1].decode()
            assert process.returncode == 0, trouble
            break
    finally:
        controller.stop()
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    mails = ledger.mails(1_000_000)
    told = ledger.alerts()
    ledger.close()
    ids = {str(message_from_bytes(m.message)["Message-ID"]): m for m in mails}
    owed = {(id_, address) for id_, mail in ids.items() for address in mail.to}
    repeats = {pair: n - 1 for pair, n in moody.taken.items() if n > 1}
    yield f"{stories} stories, {searches} searches, {kills} kills, {moody.failed} failures of the server, {time.monotonic() - started:.0f} s"
    yield f"{len(mails)} mails recorded, {len(keys)} expected; {sum(moody.taken.values())} deliveries to {len(owed)} recipients' mails"
    yield f"{sum(repeats.values())} deliveries repeated, all with the same Message-ID, by {kills} kills"
    assert {m.key for m in mails} == keys, "mails recorded and mails expected differ"
    assert all(m.state == "sent" for m in mails), "a mail was not sent"
    assert set(moody.taken) == owed, "somebody did not get a mail, or got one that nobody owed"
    assert max(repeats.values(), default=0) <= 1
    assert sum(repeats.values()) <= 2 * kills, "more repeats than crashes explain"
    today = {
        home: into
        for arrivals in month(stories, searches, steps)
        for x in arrivals
        for home, into in [(g, x.story) for g in x.absorbed]
    }
    found = {(search, _today(story, today)) for search, story in new}
    assert {(a.search_id, a.story_id) for a in told if a.reason == "new"} == found, "told and found differ"


def _today(story: str, joined: dict[str, str]) -> str:
    while story in joined:
        story = joined[story]
    return story


def main() -> None:
    if sys.argv[1:2] == ["child"]:
        child(Path(sys.argv[2]), *map(int, sys.argv[3:7]))
        return
    stories, searches = (*map(int, sys.argv[1:3]), 2000, 1000)[:2] if len(sys.argv) > 2 else (2000, 1000)
    with tempfile.TemporaryDirectory() as folder:
        for line in trial(Path(folder), stories, searches):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
