"""Two hosts on one PostgreSQL.

Each has a data folder of its own; they share the ledger, the batches and the outbox.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from crawlers import child_process
from maplewire_demo.web import DemoWeb
from pipelines.adapters.ledger import open_ledger
from pipelines.cli.airflow import free_port


class Inbox:
    """An SMTP server's memory: one Message-ID for each message that it took."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    # The name is aiosmtpd's.
    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        return "250 taken"


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, str]]:
    inbox = Inbox()
    port = free_port()
    server = Controller(inbox, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield inbox, f"smtp://127.0.0.1:{port}"
    finally:
        server.stop()


class Host:
    """The command on one host."""

    def __init__(self, home: Path, shared: dict[str, str]) -> None:
        mine = {k: v for k, v in os.environ.items() if not k.startswith("MAPLEWIRE_")}
        self.environment = mine | shared | {"MAPLEWIRE_HOME": str(home)}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return child_process.Popen(
            [sys.executable, "-m", "pipelines.cli", *arguments],
            env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip


def together(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        told, _ = process.communicate(timeout=120)
        assert process.returncode == 0, told


@pytest.mark.postgres
def test_two_hosts_process_each_page_once_and_send_each_mail_once(
    postgres_url: str, inbox: tuple[Inbox, str], tmp_path: Path
) -> None:
    taken, smtp = inbox
    with DemoWeb(datetime.now(UTC)) as web:
        shared = {
            "MAPLEWIRE_LEDGER_URL": postgres_url,
            "MAPLEWIRE_BATCHES_URL": f"file://{tmp_path}/store",
            "MAPLEWIRE_BEAT": str(web.beat_folder(tmp_path / "beat")),
            "MAPLEWIRE_SMTP_URL": smtp,
            "MAPLEWIRE_PRIVATE_HOSTS": "127.0.0.1",
            "MAPLEWIRE_DELAY_S": "0",
        }
        one, other = Host(tmp_path / "one", shared), Host(tmp_path / "other", shared)
        together(one.start("collect"))
    together(one.start("process"), other.start("process"))
    together(one.start("alert"), other.start("alert"))
    with closing(open_ledger(postgres_url)) as ledger:
        outcomes: Counter[str] = Counter()
        for report in ledger.runs(10):
            outcomes.update({outcome.value: n for outcome, n in report.outcomes.items()})
        assert (outcomes["new"], outcomes["copy"]) == (22, 13), "as one host alone makes of the demo web"
        assert ledger.open_batches() == []
        owed = {mail.key for mail in ledger.mails(1000)}
    assert len(owed) > 10
    assert len(taken.taken) == len(owed), "none is missing"
    assert set(Counter(taken.taken).values()) == {1}, "none came twice"
