"""A backup brings back the ledger of each kind, and nothing of it is mailed before a person says so."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.ledger import open_ledger
from pipelines.alerts.outbox import send_due
from pipelines.alerts.restore_hold import discard_mail, mail_held_since, release_mail
from pipelines.config import Settings
from pipelines.operations.backup.making import make_backup
from pipelines.operations.backup.restoring import restore_backup
from pipelines.stages.locks import lock_runs
from tests import postgres
from tests.builders import NOON
from tests.contracts.ledger_values import a_mail, a_page_placed, a_stored, a_story, mark_sent, take
from tests.pipelines.world import Mailbox

LATER = NOON + timedelta(days=1)


def house(home: Path, url: str | None = None) -> Settings:
    """Settings of one data folder with a beat of its own; on SQLite in the folder itself."""
    beat = home.parent / "own-beat"
    beat.mkdir(exist_ok=True)
    (beat / "terms.yaml").write_text("# ours\n")
    values = {"home": home, "beat": beat, "smtp_url": SecretStr("smtp://me:secret@mail.example")}
    if url is not None and url.startswith("postgresql"):
        values["ledger_url"] = SecretStr(url)
    return Settings(_env_file=None, **values)


@pytest.fixture(autouse=True)
def _fitting_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find pg_dump of the server's version first."""
    folder = postgres.client_programs()
    if folder is not None:
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.fixture
def target_url(url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """URL of the ledger to restore into: of another, empty database on PostgreSQL."""
    if url.startswith("sqlite"):
        yield url
    else:
        yield str(request.getfixturevalue("empty_postgres_url"))


def fill(settings: Settings) -> None:
    """One story, one mail that was sent, and two that are owed."""
    settings.home.mkdir(exist_ok=True)
    settings.own_searches.write_text("searches: []\n")
    with closing(open_ledger(settings.ledger)) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_page_placed(a_stored(1), a_story("s1", 1)))
        ledger.enqueue([a_mail("sent"), a_mail("owed"), a_mail("later", not_before=LATER)], "alerts", 1)
        mark_sent(ledger, "sent", NOON)


def test_restored_ledger_has_everything_and_mails_nothing(url: str, target_url: str, tmp_path: Path) -> None:
    old, new = house(tmp_path / "old", url), house(tmp_path / "new", target_url)
    fill(old)
    make_backup(old, tmp_path / "b.tar.gz", NOON)
    restored = restore_backup(new, tmp_path / "b.tar.gz", LATER, replace=False)
    assert (restored.made, restored.owed) == (NOON, 2)
    with closing(open_ledger(new.ledger)) as ledger:
        assert ledger.count_articles() == 1
        assert [mail.key for mail in ledger.owed_mails()] == ["owed", "later"]
        assert ledger.start_run(LATER) == 2
        mailbox, clock = Mailbox(), FixedClock(LATER)
        # What is decided anew from later changes waits with the others.
        ledger.enqueue([a_mail("anew")], "alerts", 2)
        assert send_due(ledger, mailbox, clock, "test", []) == 0
        assert mailbox.sent == []
        assert mail_held_since(ledger) == LATER
        assert release_mail(ledger) == 3
        assert send_due(ledger, mailbox, clock, "test", []) == 3


def test_discarded_mail_stays_visible_and_later_mail_leaves(tmp_path: Path) -> None:
    old, new = house(tmp_path / "old"), house(tmp_path / "new")
    fill(old)
    make_backup(old, tmp_path / "b.tar.gz", NOON)
    restore_backup(new, tmp_path / "b.tar.gz", LATER, replace=False)
    with closing(open_ledger(new.ledger)) as ledger:
        assert discard_mail(ledger) == 2
        ledger.enqueue([a_mail("after")], "alerts", 2)
        mailbox = Mailbox()
        assert send_due(ledger, mailbox, FixedClock(LATER), "test", []) == 1
        assert [mail.key for mail in mailbox.sent] == ["after"]
        states = {mail.key: mail.state for mail in ledger.mails()}
    assert states == {"sent": "sent", "owed": "failed", "later": "failed", "after": "sent"}


def test_a_ledger_is_replaced_only_where_that_is_asked_for(url: str, tmp_path: Path) -> None:
    settings = house(tmp_path / "old", url)
    fill(settings)
    make_backup(settings, tmp_path / "b.tar.gz", NOON)
    with closing(open_ledger(settings.ledger)) as ledger:
        ledger.enqueue([a_mail("lost")], "alerts", 9)
    with pytest.raises(PermanentError, match="has a ledger already"):
        restore_backup(settings, tmp_path / "b.tar.gz", LATER, replace=False)
    with closing(open_ledger(settings.ledger)) as ledger:
        assert ledger.known_keys(["lost"])
    restored = restore_backup(settings, tmp_path / "b.tar.gz", LATER, replace=True)
    with closing(open_ledger(settings.ledger)) as ledger:
        assert not ledger.known_keys(["lost"])
        assert mail_held_since(ledger) == LATER
        assert ledger.damage() == []
    if url.startswith("sqlite"):
        aside = next(settings.home.glob("ledger.sqlite.before-*"))
        assert str(aside) in " ".join(restored.notes)
        with closing(open_ledger(f"sqlite:///{aside}")) as ledger:
            assert ledger.known_keys(["lost"])


def test_searches_beat_and_settings_come_back_without_secrets(tmp_path: Path) -> None:
    old, new = house(tmp_path / "old"), house(tmp_path / "new")
    fill(old)
    make_backup(old, tmp_path / "b.tar.gz", NOON)
    restore_backup(new, tmp_path / "b.tar.gz", LATER, replace=False)
    assert new.own_searches.read_text() == "searches: []\n"
    assert (new.home / "beat/terms.yaml").read_text() == "# ours\n"
    text = (new.home / "settings-of-backup.env").read_text()
    assert "MAPLEWIRE_BEAT='" in text
    assert "MAPLEWIRE_SMTP_URL was set" in text
    assert "secret@" not in text


def test_a_backup_is_whole_while_others_write(tmp_path: Path) -> None:
    settings = house(tmp_path / "old")
    fill(settings)
    stop = threading.Event()

    def keep_writing() -> None:
        with closing(open_ledger(settings.ledger)) as ledger:
            number = 0
            while not stop.is_set():
                number += 1
                ledger.enqueue([a_mail(f"a{number}"), a_mail(f"b{number}")], "alerts", number)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(5):
            make_backup(settings, tmp_path / f"{number}.tar.gz", NOON)
    finally:
        stop.set()
        writer.join()
    for number in range(5):
        new = house(tmp_path / f"new{number}")
        restore_backup(new, tmp_path / f"{number}.tar.gz", LATER, replace=False)
        with closing(open_ledger(new.ledger)) as ledger:
            pairs = [mail.key[1:] for mail in ledger.owed_mails() if mail.key[0] in "ab"]
            assert len(pairs) == 2 * len(set(pairs))


def test_only_the_owner_may_read_a_backup_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    settings = house(tmp_path / "old")
    fill(settings)
    (tmp_path / "backups").mkdir()
    umask = os.umask(0)
    try:
        make_backup(settings, tmp_path / "backups/b.tar.gz", NOON)
    finally:
        os.umask(umask)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["b.tar.gz"]
    assert stat.S_IMODE((tmp_path / "backups/b.tar.gz").stat().st_mode) == 0o600


def test_a_damaged_ledger_does_not_replace_a_good_backup(tmp_path: Path) -> None:
    settings = house(tmp_path / "old")
    fill(settings)
    make_backup(settings, tmp_path / "b.tar.gz", NOON)
    before = (tmp_path / "b.tar.gz").read_bytes()
    with settings.ledger_file.open("r+b") as file:
        file.seek(2048 * 3)
        file.write(b"\xff" * 2048 * 10)
    with pytest.raises(PermanentError, match="damaged"):
        make_backup(settings, tmp_path / "b.tar.gz", LATER)
    assert (tmp_path / "b.tar.gz").read_bytes() == before


def test_nothing_is_restored_while_a_run_is_at_work_or_the_ledger_is_open(tmp_path: Path) -> None:
    settings = house(tmp_path / "old")
    fill(settings)
    make_backup(settings, tmp_path / "b.tar.gz", NOON)
    with lock_runs(settings.home), pytest.raises(TemporaryError, match="another run"):
        restore_backup(settings, tmp_path / "b.tar.gz", LATER, replace=True)
    with closing(open_ledger(settings.ledger)) as ledger:
        ledger.count_articles()
        with pytest.raises(TemporaryError, match="in use"):
            restore_backup(settings, tmp_path / "b.tar.gz", LATER, replace=True)


def test_without_a_ledger_or_a_folder_there_is_a_message(tmp_path: Path) -> None:
    settings = house(tmp_path / "old")
    with pytest.raises(PermanentError, match="nothing can be backed up"):
        make_backup(settings, tmp_path / "b.tar.gz", NOON)
    fill(settings)
    with pytest.raises(PermanentError, match="folder that exists"):
        make_backup(settings, tmp_path / "no/b.tar.gz", NOON)


@pytest.mark.postgres
def test_a_missing_tool_of_postgresql_is_named(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = house(tmp_path / "old", postgres_url)
    settings.home.mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PermanentError, match="pg_dump is missing: install"):
        make_backup(settings, tmp_path / "b.tar.gz", NOON)
    assert not (tmp_path / "b.tar.gz").exists()


@pytest.mark.postgres
def test_a_ledger_of_another_database_is_refused(postgres_url: str, tmp_path: Path) -> None:
    old, new = house(tmp_path / "old"), house(tmp_path / "new", postgres_url)
    fill(old)
    make_backup(old, tmp_path / "b.tar.gz", NOON)
    with pytest.raises(PermanentError, match="holds a ledger of SQLite"):
        restore_backup(new, tmp_path / "b.tar.gz", LATER, replace=True)
