"""A trial: runs that are killed and disturbed lose nothing, repeat nothing, and the accounts add up.

    python -m tests.e2e.kill_trial --kills 30 --faults FOLDER

The demo web and a mail server stand on loopback, in a process of their own. `maplewire run` is a real process
(a fork of this one, which has loaded the code already). It is killed at moments of all its stages, by all
signals that end a process. After every kill and every fault the ledger is checked; when a run has come to its
end, what readers got and what the ledger says are compared with an undisturbed run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from functools import partial
from itertools import count, cycle, islice
from pathlib import Path
from typing import Any

from maplewire_demo.web import DemoWeb
from tests.smtp_server import Inbox, a_server

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
#: Seconds within which a process has to end by itself after SIGTERM or SIGINT.
ENDS_WITHIN_S = 120.0
#: Runs that a disturbed ledger gets until it has to be like the undisturbed one.
MOST_RUNS = 4
Moment = Callable[[float], bool]


class TrialError(AssertionError):
    """Something was lost, repeated, or does not add up."""


# -- the servers ----------------------------------------------------------------------------------------


class MoodyInbox(Inbox):
    """A mail server that answers as the file `mood` says, and notes in `mails` what it took."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def _mood(self, stage: str) -> str | None:
        with suppress(FileNotFoundError):
            mood = json.loads((self._folder / "mood").read_text())
            return str(mood[stage]) if stage in mood else None
        return None

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self._mood("MAIL")
        if answer:
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        answer = self._mood("RCPT")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self._mood("DATA")
        if answer:
            return answer
        message_id = message_from_bytes(envelope.content)["Message-ID"]
        with (self._folder / "mails").open("a") as mails:
            mails.write(f"{message_id} {' '.join(envelope.rcpt_tos)}\n")
        return "250 OK"


def _serve(folder: Path) -> None:
    """Serve until the parent ends."""
    with DemoWeb(datetime.now(UTC)) as web, a_server(MoodyInbox(folder)) as port:
        web.beat_folder(folder / "beat")
        (folder / "port.new").write_text(str(port))
        (folder / "port.new").rename(folder / "port")
        parent = os.getppid()
        while os.getppid() == parent:
            time.sleep(0.5)


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """Yield the port of a mail server; the beat of a demo web is in the folder."""
    # Forked before any thread begins, and the runs are forked from here, where none ever does.
    child = os.fork()
    if child == 0:
        try:
            _serve(folder)
        finally:
            os._exit(0)
    try:
        while not (folder / "port").exists():
            time.sleep(0.1)
        yield int((folder / "port").read_text())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


# -- a newsroom that is disturbed -----------------------------------------------------------------------


@dataclass
class Newsroom:
    """A data folder, and the settings with which runs work in it."""

    folder: Path
    home: Path
    port: int
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "MAPLEWIRE_BEAT": str(self.folder / "beat"),
            "MAPLEWIRE_HOME": str(self.home),
            "MAPLEWIRE_PRIVATE_HOSTS": "127.0.0.1",
            "MAPLEWIRE_DELAY_S": "0",
            "MAPLEWIRE_SMTP_URL": f"smtp://127.0.0.1:{self.port}",
            **self.settings,
        }

    @property
    def mails_file(self) -> Path:
        return self.folder / "mails"

    def set_mood(self, **answers: str) -> None:
        (self.folder / "mood").write_text(json.dumps(answers))

    def start(self, *arguments: str, before: Callable[[], None] | None = None) -> int:
        """Start a command in a process of its own; return its id."""
        child = os.fork()
        if child:
            return child
        try:
            # A shell lets what it starts in the background ignore Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            output = os.open(self.home.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(output, 1)
            os.dup2(output, 2)
            for name in list(os.environ):
                if name.startswith("MAPLEWIRE_"):
                    del os.environ[name]
            os.environ.update(self.environment)
            if before is not None:
                before()
            status = _run_command(arguments)
        except BaseException:  # noqa: BLE001
            traceback.print_exc()
            status = 99
        finally:
            with suppress(BaseException):
                sys.stdout.flush()
            os._exit(status)

    def run(self, *arguments: str, before: Callable[[], None] | None = None) -> int:
        """Run a command to its end; return its exit status."""
        _, status = os.waitpid(self.start(*arguments, before=before), 0)
        return os.waitstatus_to_exitcode(status)

    def output(self) -> str:
        log = self.home.with_suffix(".log")
        return log.read_text(errors="replace") if log.exists() else ""


def _run_command(arguments: tuple[str, ...]) -> int:
    from pipelines.cli import main

    sys.argv = ["maplewire", *arguments]
    try:
        main()
    except SystemExit as e:
        if e.code is None:
            return 0
        return e.code if isinstance(e.code, int) else 1
    return 0


# -- what is looked at ----------------------------------------------------------------------------------


def _rows(home: Path, query: str) -> list[Any]:
    try:
        with closing(
            sqlite3.connect(f"file:{home / 'ledger.sqlite'}?mode=ro", uri=True, timeout=30)
        ) as ledger:
            return ledger.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []


def _counted(home: Path, table: str, where: str = "1") -> int:
    rows = _rows(home, f"SELECT count(*) FROM {table} WHERE {where}")
    return int(rows[0][0]) if rows else 0


def check_ledger(newsroom: Newsroom, when: str) -> None:
    """Raise TrialError where the ledger is damaged or holds what cannot be."""
    home = newsroom.home
    if not (home / "ledger.sqlite").exists():
        return
    problems = []
    damage = _rows(home, "PRAGMA integrity_check")
    if damage and damage != [("ok",)]:
        problems.append(f"damaged: {damage[:3]}")
    one_each = {
        "an article twice": "SELECT id, count(*) FROM articles GROUP BY id HAVING count(*) > 1",
        "a page with two accounts": (
            "SELECT batch_id, record, count(*) FROM accounts GROUP BY 1, 2 HAVING count(*) > 1"
        ),
        "a mail owed twice": "SELECT key, count(*) FROM outbox GROUP BY key HAVING count(*) > 1",
        "an article of the beat without a story": (
            "SELECT id FROM articles WHERE arrival IS NOT NULL AND body <> ''"
            " AND id NOT IN (SELECT article_id FROM links)"
        ),
        "a story without an article": "SELECT id FROM stories WHERE id NOT IN (SELECT story_id FROM links)",
        "a link to no story": "SELECT article_id FROM links WHERE story_id NOT IN (SELECT id FROM stories)",
    }
    for what, query in one_each.items():
        rows = _rows(home, query)
        if rows:
            problems.append(f"{what}: {rows[:3]}")
    if problems:
        raise TrialError(f"{when}: {'; '.join(problems)}")


@dataclass(frozen=True)
class Result:
    """What a newsroom has come to: stories, outcomes and mails."""

    stories: Any
    outcomes: Mapping[str, int]
    owed: frozenset[str]
    sent: Counter[str]


def result_of(newsroom: Newsroom) -> Result:
    """Return what stands in a ledger and what the server took."""
    home = newsroom.home
    stories = sorted(row[0] for row in _rows(home, "SELECT id FROM stories"))
    links = sorted(_rows(home, "SELECT article_id, story_id FROM links"))
    outcomes = Counter(row[0] for row in _rows(home, "SELECT outcome FROM accounts WHERE record >= 0"))
    owed = frozenset(row[0] for row in _rows(home, "SELECT key FROM outbox WHERE state <> 'sent'"))
    sent: Counter[str] = Counter()
    if newsroom.mails_file.exists():
        for line in newsroom.mails_file.read_text().splitlines():
            sent[line] += 1
    return Result((stories, links), dict(outcomes), owed, sent)


def make_mails_due(newsroom: Newsroom) -> None:
    """Let the pauses before another try be over."""
    # A disk that was full may have left a ledger without tables.
    if _counted(newsroom.home, "outbox"):
        with closing(sqlite3.connect(newsroom.home / "ledger.sqlite", timeout=60)) as ledger, ledger:
            ledger.execute("UPDATE outbox SET not_before = NULL, leased_until = NULL WHERE state = 'due'")


def finish_and_compare(
    newsroom: Newsroom, calm: Result, when: str, *, repeats: int, is_clock_wrong: bool = False
) -> None:
    """Run until all is done; raise TrialError where it is not like the undisturbed run.

    Where a clock was wrong, other pages come first and other digests are due: then nothing may be missing.
    """
    status = None
    for _ in range(MOST_RUNS):
        make_mails_due(newsroom)
        status = newsroom.run("run")
        if status == 0:
            break
    check_ledger(newsroom, when)
    if newsroom.run("check") != 0 or status != 0:
        raise TrialError(f"{when}: not in order\n{newsroom.output()[-3000:]}")
    found = result_of(newsroom)
    problems = []
    outcomes = dict(found.outcomes)
    if is_clock_wrong:
        # Pages that were due to be looked at again once the clock was right.
        outcomes.pop("unchanged", None)
        problems += _missing_in(found, calm)
    else:
        problems += _other_than(found, calm)
    if outcomes != dict(calm.outcomes):
        problems.append(f"outcomes {found.outcomes}, calm {calm.outcomes}")
    if found.owed:
        problems.append(f"still owed: {sorted(found.owed)[:3]}")
    twice = {mail: number for mail, number in found.sent.items() if number > 1}
    # A kill between the server's "250" and our note of it repeats that one mail, with the same Message-ID.
    if sum(twice.values()) - len(twice) > repeats:
        problems.append(f"sent more than once: {twice}")
    if problems:
        raise TrialError(f"{when}: {'; '.join(problems)}\n{newsroom.output()[-2000:]}")


def _other_than(found: Result, calm: Result) -> list[str]:
    """Return what differs from the undisturbed run."""
    problems = []
    if found.stories != calm.stories:
        problems.append("other stories")
    if set(found.sent) != set(calm.sent):
        problems.append(
            f"mails: {len(calm.sent.keys() - found.sent.keys())} missing, "
            f"{len(found.sent.keys() - calm.sent.keys())} unknown"
        )
    return problems


def _missing_in(found: Result, calm: Result) -> list[str]:
    """Return how many stories and mails there are less than in the undisturbed run."""
    problems = []
    if len(found.stories[0]) != len(calm.stories[0]):
        problems.append(f"{len(found.stories[0])} stories, calm {len(calm.stories[0])}")
    if len(found.sent) < len(calm.sent):
        problems.append(f"{len(found.sent)} mails, calm {len(calm.sent)}")
    return problems


# -- kills ----------------------------------------------------------------------------------------------


def moments(newsroom: Newsroom, chance: random.Random) -> Iterator[tuple[str, Moment]]:
    """Name moments of a run, again and again, each with what shows that it has come."""
    home, mails = newsroom.home, newsroom.mails_file

    def after(delay: float) -> Moment:
        return lambda seconds: seconds > delay

    def decided(number: int) -> Moment:
        return lambda _: _counted(home, "accounts", "record >= 0") >= number

    def taken(number: int) -> Moment:
        return lambda _: mails.exists() and len(mails.read_text().splitlines()) >= number

    def exists(pattern: str) -> Moment:
        return lambda _: any(home.glob(pattern))

    while True:
        delay = chance.uniform(0.0, 4.0)
        yield f"{delay:.2f} s after the start", after(delay)
        yield "a batch is open", exists("batches/*.open")
        yield "a batch is complete", exists("batches/*.warc.gz")
        yield "the first decision", decided(1)
        number = chance.randint(5, 90)
        yield f"{number} decisions", decided(number)
        yield "all decisions", decided(95)
        yield "the index begins", exists("index.sqlite*")
        yield "a mail is owed", lambda _: _counted(home, "outbox") > 0
        yield "the first mail was taken", taken(1)
        number = chance.randint(2, 20)
        yield f"{number} mails were taken", taken(number)


def kill_at(
    newsroom: Newsroom, reached: Moment, sent: signal.Signals, *, before: Callable[[], None] | None = None
) -> bool:
    """Start a run and kill it at a moment; tell whether it was alive then."""
    child = newsroom.start("run", before=before)
    started = time.monotonic()
    while not reached(time.monotonic() - started):
        ended, _ = os.waitpid(child, os.WNOHANG)
        if ended:
            return False
        time.sleep(0.01)
    os.kill(child, sent)
    deadline = time.monotonic() + ENDS_WITHIN_S
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            # One that had ended by itself, and was not collected yet, was not killed.
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise TrialError(f"a run did not end within {ENDS_WITHIN_S:.0f} s of {sent.name}")


@dataclass
class Trial:
    """The newsrooms of a trial, and what it has come to."""

    folder: Path
    port: int
    problems: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def newsroom(self, name: str) -> Newsroom:
        """Return a new newsroom; the mails of the one before are put aside."""
        found = Newsroom(self.folder, self.folder / f"{next(self._numbers):03}-{name}", self.port)
        found.mails_file.unlink(missing_ok=True)
        found.set_mood()
        return found

    def note(self, what: str, problem: TrialError | None = None) -> None:
        print(f"{datetime.now(UTC):%H:%M:%S} {'FAILED ' if problem else ''}{what}", flush=True)
        self.done.append(what)
        if problem is not None:
            print(problem, flush=True)
            self.problems.append(f"{what}: {problem}")

    def calm(self) -> Result:
        newsroom = self.newsroom("calm")
        status = newsroom.run("run")
        if status != 0:
            raise TrialError(f"the undisturbed run ended with {status}\n{newsroom.output()[-3000:]}")
        check_ledger(newsroom, "undisturbed")
        result = result_of(newsroom)
        self.note(f"undisturbed: {dict(result.outcomes)}, {len(result.sent)} mails")
        return result


def run_kills(trial: Trial, calm: Result, kills: int, seed: int) -> None:
    """Kill runs so many times, several times in a newsroom where it is not done yet."""
    chance = random.Random(seed)
    signals = cycle(SIGNALS)
    newsroom = trial.newsroom("kills")
    here = 0
    killed = 0
    coming = moments(newsroom, chance)
    while killed < kills:
        name, reached = next(coming)
        sent = next(signals)
        what = f"kill {killed + 1}: {sent.name} when {name} ({newsroom.home.name})"
        try:
            was_alive = kill_at(newsroom, reached, sent)
            check_ledger(newsroom, what)
            if was_alive:
                killed += 1
                here += 1
                trial.note(what)
            if not was_alive or here >= len(SIGNALS) + 1:
                finish_and_compare(
                    newsroom, calm, f"after {here} kills in {newsroom.home.name}", repeats=here
                )
                trial.note(f"{newsroom.home.name}: as undisturbed, after {here} kills")
                newsroom, here = trial.newsroom("kills"), 0
                # The next moments, and not the first again.
                coming = _skipped(moments(newsroom, chance), killed)
        except TrialError as e:
            trial.note(what, e)
            newsroom, here = trial.newsroom("kills"), 0
            killed += 1
            coming = _skipped(moments(newsroom, chance), killed)
    if here:
        try:
            finish_and_compare(newsroom, calm, f"after {here} kills in {newsroom.home.name}", repeats=here)
            trial.note(f"{newsroom.home.name}: as undisturbed, after {here} kills")
        except TrialError as e:
            trial.note("the last newsroom", e)


def _skipped(coming: Iterator[tuple[str, Moment]], number: int) -> Iterator[tuple[str, Moment]]:
    for _ in range(number % 10):
        next(coming)
    return coming


# -- faults ---------------------------------------------------------------------------------------------


def run_faults(trial: Trial, calm: Result, names: list[str]) -> None:
    """Let each fault happen in a newsroom of its own; then all must be as without it."""
    for name, fault in FAULTS.items():
        if names and name not in names:
            continue
        newsroom = trial.newsroom("fault")
        what = f"fault: {name} ({newsroom.home.name})"
        try:
            told = fault(newsroom)
            newsroom.set_mood()
            newsroom.settings.clear()
            check_ledger(newsroom, what)
            is_clock_wrong = "clock" in name
            # A run with a wrong clock is killed, and may repeat the mail that it was about to note.
            finish_and_compare(
                newsroom, calm, what, repeats=int(is_clock_wrong), is_clock_wrong=is_clock_wrong
            )
            trial.note(f"{what}: {told}")
        except TrialError as e:
            trial.note(what, e)
        except Exception:  # noqa: BLE001 - one fault that the trial cannot make stops no other
            trial.note(what, TrialError(traceback.format_exc()))


def _must_tell(newsroom: Newsroom, status: int, *words: str) -> str:
    """Return the line of the log with these words; a traceback or silence is a mistake."""
    output = newsroom.output()
    if "Traceback" in output:
        raise TrialError(f"a traceback:\n{output[-3000:]}")
    if status == 0:
        raise TrialError(f"the run ended with 0\n{output[-2000:]}")
    for line in output.splitlines():
        if "CVE-2024-6923" in line:
            continue
        if all(word in line for word in words):
            return line[:200]
    raise TrialError(f"nothing about {words}:\n{output[-2000:]}")


def _full_disk(size: int) -> Callable[[Newsroom], str]:
    def fault(newsroom: Newsroom) -> str:
        def limit() -> None:
            # What a full disk does to a file: a write comes back with an error.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

        status = newsroom.run("run", before=limit)
        return _must_tell(newsroom, status, "")

    return fault


def _small_disk(mebibytes: int) -> Callable[[Newsroom], str]:
    def fault(newsroom: Newsroom) -> str:
        newsroom.home.mkdir()
        if os.system(f"mount -t tmpfs -o size={mebibytes}m tmpfs {newsroom.home} 2>/dev/null") != 0:
            return "not tried: nothing may be mounted here"
        try:
            status = newsroom.run("run")
            told = _must_tell(newsroom, status, "")
            shutil.copytree(newsroom.home, newsroom.home.with_suffix(".copy"))
        finally:
            os.system(f"umount {newsroom.home}")
        newsroom.home.rmdir()
        newsroom.home.with_suffix(".copy").rename(newsroom.home)
        return told

    return fault


def _read_only_home(newsroom: Newsroom) -> str:
    newsroom.home.mkdir()
    if os.system(f"mount -t tmpfs -o ro,size=1m tmpfs {newsroom.home} 2>/dev/null") != 0:
        return "not tried: nothing may be mounted here"
    try:
        status = newsroom.run("run")
        return _must_tell(newsroom, status, "")
    finally:
        os.system(f"umount {newsroom.home}")


def _locked_ledger(newsroom: Newsroom) -> str:
    newsroom.run("setup")
    with closing(sqlite3.connect(newsroom.home / "ledger.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        status = newsroom.run("run")
        other.execute("ROLLBACK")
    return _must_tell(newsroom, status, "ledger")


def _refusing_mail(*words: str, **answers: str) -> Callable[[Newsroom], str]:
    def fault(newsroom: Newsroom) -> str:
        newsroom.set_mood(**answers)
        status = newsroom.run("run")
        return _must_tell(newsroom, status, *words)

    return fault


def _no_mail_server(newsroom: Newsroom) -> str:
    newsroom.settings["MAPLEWIRE_SMTP_URL"] = "smtp://127.0.0.1:9"
    return _must_tell(newsroom, newsroom.run("run"), "127.0.0.1:9")


def _no_index(newsroom: Newsroom) -> str:
    newsroom.settings["MAPLEWIRE_INDEX_URL"] = "http://127.0.0.1:9"
    return _must_tell(newsroom, newsroom.run("run"), "indexing waits")


def _end_child(newsroom: Newsroom, is_meant: Callable[[int], bool]) -> int | None:
    """Kill the first such process of a run; return the run's status, None where there was none."""
    child = newsroom.start("run")
    while True:
        ended, _ = os.waitpid(child, os.WNOHANG)
        if ended:
            return None
        for process in _descendants(child):
            with suppress(OSError):
                if is_meant(process):
                    os.kill(process, signal.SIGKILL)
                    _, status = os.waitpid(child, 0)
                    return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)


def _command_of(process: int) -> str:
    return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")


def _descendants(process: int) -> list[int]:
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # After the name, which may hold spaces: the state, and the parent.
            if int(status.read_text().rpartition(")")[2].split()[1]) == process:
                child = int(status.parent.name)
                found += [child, *_descendants(child)]
    return found


def _killed_crawl(newsroom: Newsroom) -> str:
    status = _end_child(newsroom, lambda process: "crawlers.spiders" in _command_of(process))
    if status is None:
        raise TrialError("the crawl was never seen")
    return _must_tell(newsroom, status, "crawl")


def _killed_reader(newsroom: Newsroom) -> str:
    """Kill the reader of pages: a fork of the run while pages are processed, so it looks like the run."""
    own_command = _command_of(os.getpid())
    processed = partial(_counted, newsroom.home, "accounts", "record >= 0")
    status = _end_child(newsroom, lambda process: _command_of(process) == own_command and processed() > 0)
    if status is None:
        raise TrialError("the reader of pages was never seen")
    if status or "the process that read it was ended" in newsroom.output():
        raise TrialError(f"the page was not read again: the run ended with {status}")
    return "the page was read again"


def _greatest_batch(newsroom: Newsroom) -> Path:
    """Return the greatest of the batches that one crawl handed over."""
    newsroom.run("collect")
    return max((newsroom.home / "batches").glob("*.warc.gz"), key=lambda batch: batch.stat().st_size)


def _missing_batch(newsroom: Newsroom) -> str:
    batch = _greatest_batch(newsroom)
    batch.rename(batch.with_suffix(".away"))
    status = newsroom.run("run")
    told = _must_tell(newsroom, status, "missing")
    batch.with_suffix(".away").rename(batch)
    return told


def _damaged_batch(newsroom: Newsroom) -> str:
    """Damage a batch in its middle: what can be read is taken, the rest has an account that says why."""
    batch = _greatest_batch(newsroom)
    whole = batch.read_bytes()
    half = len(whole) // 2
    batch.write_bytes(whole[:half] + bytes(4000) + whole[half + 4000 :])
    status = newsroom.run("run")
    told = _must_tell(newsroom, status, "damaged")
    check_ledger(newsroom, "a damaged batch")
    written_off = _counted(newsroom.home, "accounts", "record >= 0 AND outcome = 'failed'")
    total = _counted(newsroom.home, "accounts", "record >= 0")
    if total != 95 or not written_off:
        raise TrialError(f"{total} accounts, {written_off} written off")
    shutil.rmtree(newsroom.home)
    newsroom.mails_file.unlink(missing_ok=True)
    return f"{told}; {written_off} of {total} pages written off"


def _wrong_clock(hours: float, moment: str) -> Callable[[Newsroom], str]:
    """Kill a run whose clock is wrong; afterwards the clock is right."""

    def fault(newsroom: Newsroom) -> str:
        import pipelines.bootstrap
        from pipelines.adapters.clock import ShiftedClock

        def set_clock() -> None:
            wrong = partial(ShiftedClock, timedelta(hours=-hours))
            setattr(pipelines.bootstrap, "SystemClock", wrong)  # noqa: B010 - in a process of its own

        reached = dict(islice(moments(newsroom, random.Random(1)), 10))[moment]
        if not kill_at(newsroom, reached, signal.SIGKILL, before=set_clock):
            raise TrialError(f"the run ended before it could be killed\n{newsroom.output()[-2000:]}")
        check_ledger(newsroom, "a wrong clock")
        return f"killed when {moment}"

    return fault


def _two_at_once(newsroom: Newsroom) -> str:
    children = [newsroom.start("run"), newsroom.start("run")]
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    if "Traceback" in newsroom.output():
        raise TrialError(f"a traceback:\n{newsroom.output()[-3000:]}")
    return f"the runs ended with {statuses}"


FAULTS: dict[str, Callable[[Newsroom], str]] = {
    "no file over 20 kB": _full_disk(20_000),
    "no file over 300 kB": _full_disk(300_000),
    "a disk of 1 MiB": _small_disk(1),
    "a data folder that cannot be written": _read_only_home,
    "a ledger that another program holds": _locked_ledger,
    "a mail server that is away": _no_mail_server,
    "a mail server that refuses the sender": _refusing_mail("550", MAIL="550 5.7.1 no"),
    "a mail server that puts recipients off": _refusing_mail("451", RCPT="451 4.3.0 later"),
    "a mail server that puts messages off": _refusing_mail("452", DATA="452 4.3.1 full"),
    "a mail server that shuts down": _refusing_mail("421", RCPT="421 4.3.2 going down"),
    "an index that is away": _no_index,
    "a crawl that is killed": _killed_crawl,
    "a reader of pages that is killed": _killed_reader,
    "a batch that is missing": _missing_batch,
    "a batch that is damaged": _damaged_batch,
    "two runs at once": _two_at_once,
    "a clock three hours ahead, set right among decisions": _wrong_clock(3, "all decisions"),
    "a clock three days ahead, set right among decisions": _wrong_clock(72, "the first decision"),
    "a clock three days ahead, set right among mails": _wrong_clock(72, "the first mail was taken"),
    "a clock three days behind, set right among mails": _wrong_clock(-72, "the first mail was taken"),
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--kills", type=int, default=30)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--no-faults", action="store_true")
    arguments.add_argument("--fault", action="append", default=[])
    asked = arguments.parse_args()
    return run_trial(asked.folder, asked.kills, asked.seed, None if asked.no_faults else asked.fault)


def run_trial(folder: Path, kills: int, seed: int, faults: list[str] | None) -> int:
    """Run a trial; return the number of things that went wrong."""
    folder.mkdir(parents=True)
    with served(folder) as port:
        # Loaded once, for all runs.
        import pipelines.bootstrap
        import pipelines.cli.commands.run  # noqa: F401

        trial = Trial(folder, port)
        calm = trial.calm()
        if faults is not None:
            run_faults(trial, calm, faults)
        run_kills(trial, calm, kills, seed)
    print(f"{len(trial.problems)} problems")
    return len(trial.problems)


if __name__ == "__main__":
    sys.exit(main())
