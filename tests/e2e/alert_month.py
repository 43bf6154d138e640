"""A made-up month of stories told to many searches.

It is told by a process that is killed again and again, to a server that fails.

    python -m tests.e2e.alert_month [STORIES] [SEARCHES]      the whole trial, with its figures

The month is a list of steps of six hours. The child takes the articles of a step that are not there yet,
then does what a run does to tell readers, then notes the step as done; killed anywhere, it begins the same
step again. What has to be told is worked out from the plan of the month by `Reckoning`, which knows nothing
of the code that is on trial: words are topics, a search is one topic.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.mail import SmtpMailer
from pipelines.alerts.anomalies import watch_searches
from pipelines.alerts.digests import send_digests
from pipelines.alerts.outbox import send_due
from pipelines.alerts.story_alerts import decide_alerts
from pipelines.model import PageRechecked, RecheckState, SavedSearch, StoredArticle, StoryChange, StoryEvent
from tests.builders import NOON, a_stamp
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, ident, page
from tests.pipelines.alerts.newsroom_mail import Newsroom

STEP = timedelta(hours=6)
STEPS = 124
DONE = "trial step"
#: The one threshold of spread that the searches have.
COPIES = 2


@dataclass(frozen=True)
class Arrival:
    """One article in one step.

    It says into which story it comes, with whom, which stories end in it (`absorbed`), and what its page
    says of its age. One that was fetched from the past on purpose (`past`) is no news. `gone` is no
    article, but the end of the story's first page.
    """

    number: int
    story: str
    members: tuple[int, ...]
    joined_story_ids: tuple[str, ...] = ()
    words: str = ""
    published: datetime | None = None
    past: bool = False
    gone: str | None = None


def month(stories: int, searches: int, steps: int) -> list[list[Arrival]]:
    """Return what comes in every step, always the same."""
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
        if chance.random() < 0.05:
            plan.append((chance.randrange(first, steps - 3), f"zgone {n}"))
    past = {n for n in range(stories) if chance.random() < 0.04}
    words = {n: " ".join(f"topic{chance.randrange(searches)}" for _ in range(5)) for n in range(stories)}
    members: dict[int, list[int]] = {}
    into: dict[int, int] = {}
    in_order = sorted(plan, key=lambda p: (p[0], p[1].split()[0] != "new", p[1]))
    for number, (step, what) in enumerate(in_order, 1):
        kind, n = what.split()[0], int(what.split()[1])
        home = n
        while home in into:
            home = into[home]
        if kind == "zgone":
            why = f"Page {n} was taken away; what it said is kept"
            found[step].append(Arrival(number, f"s{home}", tuple(members[home]), gone=why))
            continue
        gone: tuple[str, ...] = ()
        if kind == "join":
            other = next((m for m in members if m != home and m not in into), home)
            if other != home:
                members[other] += members[home]
                into[home] = other
                gone, home = (f"s{home}",), other
        members.setdefault(home, []).append(number)
        # Late, undated and dated in the future: none of it may matter.
        stated = chance.choice((None, NOON + timedelta(days=chance.randrange(-2500, 400), minutes=number)))
        is_past = kind == "new" and n in past
        found[step].append(Arrival(number, f"s{home}", tuple(members[home]), gone, words[n], stated, is_past))
    return found


def saved(searches: int) -> list[SavedSearch]:
    cadences = {7: "daily", 8: "daily", 9: "weekly"}
    return [
        SavedSearch(
            f"q{n}", f"Search {n}", f"topic{n}", (f"r{n}@desk.example", f"second{n}@desk.example"),
            cadence=cadences.get(n % 10, "immediate"), copies=(COPIES,),  # type: ignore[arg-type]
            reasons=("new", "update", "spread"), empty=n % 20 == 7, zone="America/Toronto",
        )
        for n in range(searches)
    ]  # fmt: skip


def live(house: Newsroom, steps: list[list[Arrival]], told: Any) -> None:
    """Go through the month from the first step that is not done."""
    while (step := house.ledger.watermark(DONE)) < len(steps):
        house.clock.at = NOON + step * STEP
        for arrival in steps[step]:
            take(house, arrival)
        decide_alerts(house, house.troubles)
        watch_searches(house, house.troubles)
        send_digests(house, house.troubles)
        told(house)
        house.ledger.set_watermark(DONE, step + 1)


def take(house: Newsroom, arrival: Arrival) -> None:
    """Take what is not there yet."""
    if arrival.gone is not None:
        if all(line.text != arrival.gone for line in house.ledger.history(arrival.story)):
            first = ident(arrival.members[0])
            line = StoryEvent(arrival.story, house.clock.at, StoryChange.GONE, arrival.gone, first, 1, True)
            state = RecheckState(first, "daily", page(arrival.members[0]), NOON, None, house.clock.at)
            house.decide(PageRechecked(state, (line,)))
    elif house.ledger.article(ident(arrival.number)) is None:
        story = a_story(arrival.story, *arrival.members, headline=arrival.words)
        house.decide(
            a_page_placed(_stored(arrival, house.clock.at), story, joined_story_ids=arrival.joined_story_ids)
        )


def _stored(arrival: Arrival, now: datetime) -> StoredArticle:
    published = a_stamp(arrival.published) if arrival.published else None
    stored = a_stored(
        arrival.number, title=arrival.words, body=arrival.words, collected=now, published=published
    )
    flags = ("backfill",) if arrival.past else ()
    return replace(stored, article=replace(stored.article, flags=flags))


def drained(house: Newsroom) -> None:
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
    house = Newsroom(*saved(searches), ledger=ledger, mailer=SmtpMailer(f"smtp://127.0.0.1:{port}"))

    sys.stdout.write("up\n")
    sys.stdout.flush()

    def told(house: Newsroom) -> None:
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

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
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


@dataclass
class _Known:
    """What one reader has had of one story, and the thresholds noted.

    `told` is None while the story stands in a mail to come.
    """

    told: datetime | None
    copies_noted: bool


class Reckoning:
    """What readers have to get, worked out in the simplest way.

    It knows the plan and the searches' own words alone.
    """

    def __init__(self, searches: list[SavedSearch]) -> None:
        self.searches = searches
        self.by_word: dict[str, SavedSearch] = {s.query: s for s in searches}
        self.words: dict[str, set[str]] = {}
        self.sizes: dict[str, int] = {}
        self.known: dict[tuple[str, str], _Known] = {}
        self.held: dict[str, list[tuple[datetime, str, str]]] = {}
        self.slots: dict[str, int] = {}
        self.keys: set[str] = set()
        self.found: set[tuple[str, str]] = set()

    def step(self, now: datetime, arrivals: list[Arrival]) -> None:
        before = {pair for pair, known in self.known.items() if known.told}
        for arrival in arrivals:
            self._arrive(arrival)
        for story in {a.story for a in arrivals if a.gone is None} & self.sizes.keys():
            self._tell(story, now)
        for arrival in arrivals:
            if arrival.gone is not None:
                told = [search for search, story in before if story == arrival.story]
                for search in told:
                    change = hashlib.sha256(arrival.gone.encode()).hexdigest()[:12]
                    self._owe(search, arrival.story, f"update:gone-{change}", now)
        for search in self.searches:
            if search.cadence != "immediate":
                self._digest(search, now)

    def _arrive(self, arrival: Arrival) -> None:
        if arrival.gone is not None:
            return
        words = self.words.setdefault(arrival.story, set())
        for gone in arrival.joined_story_ids:
            words |= self.words.pop(gone, set())
            self.sizes.pop(gone, None)
            for search, story in [pair for pair in self.known if pair[1] == gone]:
                self._join(search, story, arrival.story)
            self._rename(gone, arrival.story)
        if not arrival.past:
            words |= set(arrival.words.split())
        self.sizes[arrival.story] = len(arrival.members)

    def _rename(self, gone: str, into: str) -> None:
        """Let what is held and found of a story that ended stand under the other's name."""
        names = {gone: into}
        for search, held in self.held.items():
            self.held[search] = [(at, names.get(story, story), what) for at, story, what in held]
        self.found = {(search, names.get(story, story)) for search, story in self.found}

    def _join(self, search: str, gone: str, into: str) -> None:
        one, other = self.known.pop((search, gone)), self.known.get((search, into))
        both = [known.told for known in (one, other) if known and known.told]
        noted = one.copies_noted or bool(other and other.copies_noted)
        self.known[search, into] = _Known(min(both, default=None), noted)

    def _tell(self, story: str, now: datetime) -> None:
        grown = self.sizes[story] - 1 >= COPIES
        for pair, known in self.known.items():
            if pair[1] == story and known.told and grown and not known.copies_noted:
                known.copies_noted = True
                self._owe(pair[0], story, f"spread:copies-{COPIES}", now)
        for word in self.words[story]:
            search = self.by_word.get(word)
            if search is not None and (search.id, story) not in self.known:
                at_once = search.cadence == "immediate"
                self.known[search.id, story] = _Known(now if at_once else None, grown)
                self.found.add((search.id, story))
                self._owe(search.id, story, "new", now)

    def _owe(self, search: str, story: str, what: str, now: datetime) -> None:
        if self.searches[int(search[1:])].cadence == "immediate":
            self.keys.add(f"{search}:{story}:{what}")
        else:
            self.held.setdefault(search, []).append((now, story, what))

    def _digest(self, search: SavedSearch, now: datetime) -> None:
        """08:00 in Ottawa is 13:00 UTC in a winter month; weekly ones come on Mondays."""
        slot = now.replace(hour=13, minute=0)
        while slot > now or (search.cadence == "weekly" and slot.weekday() != 0):
            slot -= timedelta(days=1)
        seen = self.slots.get(search.id, 0)
        if slot.timestamp() <= seen:
            return
        self.slots[search.id] = int(slot.timestamp())
        due = [item for item in self.held.get(search.id, []) if item[0] < slot]
        self.held[search.id] = [item for item in self.held.get(search.id, []) if item[0] >= slot]
        news = [
            (story, what)
            for _, story, what in due
            if what != "new" or self.known[search.id, story].told is None
        ]
        if news or (search.empty and seen):
            self.keys.add(f"{search.id}::digest:{int(slot.timestamp())}")
        for story, _ in news:
            self.known[search.id, story].told = self.known[search.id, story].told or now


def expected(stories: int, searches: int, steps: int) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the keys of all mails to be sent, and (search, story) of what is new.

    Stories go by their names of the last day.
    """
    reckoning = Reckoning(saved(searches))
    for number, arrivals in enumerate(month(stories, searches, steps)):
        reckoning.step(NOON + number * STEP, arrivals)
    return reckoning.keys, reckoning.found


def _lived_to_the_end(command: list[str], lifetime_s: float) -> bool:
    """Start the child and kill it after so much work; return whether it was done before.

    Work is processor time, where it can be known: on a busy machine a child that is killed by the clock gets
    nowhere.
    """
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        process.stdout.readline()  # it is up
        until = _worked_s(process.pid) + lifetime_s
        while process.poll() is None:
            if _worked_s(process.pid) >= until:
                return False
            time.sleep(0.02)
        trouble = process.communicate()[1].decode()
        assert process.returncode == 0, trouble
        return True
    finally:
        process.kill()
        process.communicate()


def _worked_s(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # not Linux, or it has just ended
        return time.monotonic()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def trial(
    folder: Path,
    stories: int,
    searches: int,
    *,
    steps: int = STEPS,
    between: tuple[float, float] = (1.5, 5.0),
) -> Iterator[str]:
    """Do the whole trial; yield its findings.

    Raises AssertionError where a mail is missing, unknown or doubled.
    """
    keys, found = expected(stories, searches, steps)
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
        while not _lived_to_the_end(command, chance.uniform(*between)):
            kills += 1
    finally:
        controller.stop()
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    mails = ledger.mails(1_000_000)
    told = ledger.alerts()
    ledger.close()
    ids = {str(message_from_bytes(m.message)["Message-ID"]): m for m in mails}
    owed: set[tuple[str, str]] = set()
    for id_, mail in ids.items():
        owed |= {(id_, address) for address in mail.to}
    repeats = {pair: n - 1 for pair, n in moody.taken.items() if n > 1}
    took_s = time.monotonic() - started
    yield (
        f"{stories} stories, {searches} searches, {kills} kills, {moody.failed} failures of the server, "
        f"{took_s:.0f} s"
    )
    deliveries = sum(moody.taken.values())
    yield (
        f"{len(mails)} mails recorded, {len(keys)} expected; {deliveries} deliveries to {len(owed)} "
        "recipients' mails"
    )
    yield f"{sum(repeats.values())} deliveries repeated, all with the same Message-ID, by {kills} kills"
    recorded = {m.key for m in mails}
    assert recorded == keys, f"missing {sorted(keys - recorded)[:5]}, unknown {sorted(recorded - keys)[:5]}"
    assert all(m.state == "sent" for m in mails), "a mail was not sent"
    assert set(moody.taken) == owed, "somebody did not get a mail, or got one that nobody owed"
    assert max(repeats.values(), default=0) <= 1
    assert sum(repeats.values()) <= 2 * kills, "more repeats than crashes explain"
    assert {(x.search_id, x.story_id) for x in told if x.reason == "new"} == found, "told and found differ"
    for id_, content in moody.messages.items():
        message = message_from_bytes(content)
        assert message["X-Maplewire-Key"] == ids[id_].key
        assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html"}


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
