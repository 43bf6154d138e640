"""`maplewire sources move`: the catalogue gets the new address, and nothing else changes."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.model import CrawlResult, FeedState, Streak
from pipelines.adapters.ledger import open_ledger
from tests.builders import NOON
from tests.cli.test_command import maplewire
from tests.small_beat import give_heading_and_terms

NEW = "https://daily.example/new?a=1&b=2"
FORMS = (
    "  - id: daily   # the paper of record\n    name: Daily\n    kind: feed\n    url: {url}  # since 2019\n",
    "  - id: daily\n    # single quotes\n    url: '{url}'\n    name: Daily\n    kind: feed\n",
    '  - url: "{url}"\n    id: daily\n    name: Daily\n    kind: feed\n',
    '  - {{id: daily, name: Daily, kind: feed, url: "{url}"}}\n',
    "  - {{ url: '{url}' , id: daily, name: Daily, kind: feed }}   # one line\n",
)
BEFORE = "# The catalogue.\nsources:\n\n  # First.\n  - {id: other, name: Other, kind: feed, url: https://o.example/f}\n\n"
AFTER = "\n  # The end.\n"


def write_beat(tmp_path: Path, entry: str) -> Path:
    beat = tmp_path / "beat"
    beat.mkdir(exist_ok=True)
    give_heading_and_terms(beat)
    (beat / "sources.yaml").write_text(BEFORE + entry + AFTER)
    return beat / "sources.yaml"


def note_move(tmp_path: Path, polls: int, url: str = NEW) -> Path:
    """Give a ledger to HOME in which so many polls of the source led to another address."""
    home = tmp_path / "home"
    assert maplewire("setup", home=home).returncode == 0
    state = FeedState("daily", polls=3, last_polled=NOON, moved=Streak(NOON, polls, 1, url))
    with closing(open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")) as ledger:
        run_id = ledger.start_run(NOON)
        result = CrawlResult("b", NOON, NOON + timedelta(minutes=1), (state,), ())
        assert ledger.adopt(result, "b.warc.gz", run_id)
    return home


@pytest.mark.parametrize("form", FORMS)
def test_only_the_address_changes(tmp_path: Path, form: str) -> None:
    catalogue = write_beat(tmp_path, form.format(url="https://daily.example/old"))
    done = maplewire(
        "sources", "move", "daily", "--to", NEW, home=tmp_path, MAPLEWIRE_BEAT=str(catalogue.parent)
    )
    assert done.returncode == 0, done.stderr
    assert catalogue.read_text() == BEFORE + form.format(url=NEW) + AFTER
    assert NEW in done.stderr + done.stdout


@pytest.mark.parametrize(("polls", "status"), [(1, 2), (2, 0)])
def test_two_polls_make_a_move_certain(tmp_path: Path, polls: int, status: int) -> None:
    form = FORMS[0]
    catalogue = write_beat(tmp_path, form.format(url="https://daily.example/old"))
    home = note_move(tmp_path, polls)
    done = maplewire("sources", "move", "daily", home=home, MAPLEWIRE_BEAT=str(catalogue.parent))
    assert done.returncode == status, done.stderr
    assert (NEW in catalogue.read_text()) is (status == 0)
    assert NEW in done.stderr + done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nobody",), "no source “nobody”"),
        (("daily",), "no poll of source “daily” says that it has moved"),
        (("daily", "--to", "https://o.example/f/"), ""),
        (("daily", "--to", "https://o.example/f"), "the address of source “other” already"),
        (("daily", "--to", "ftp://daily.example/x"), "https://"),
    ],
)
def test_what_cannot_be_moved_is_told_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    catalogue = write_beat(tmp_path, FORMS[0].format(url="https://daily.example/old"))
    before = catalogue.read_text()
    done = maplewire("sources", "move", *arguments, home=tmp_path, MAPLEWIRE_BEAT=str(catalogue.parent))
    assert told in done.stderr
    if told:
        assert (done.returncode, catalogue.read_text()) == (2, before)


def test_a_form_that_cannot_be_changed_safely_is_left_to_a_person(tmp_path: Path) -> None:
    entry = "  - id: daily\n    name: Daily\n    url: >-\n      https://daily.example/old\n    kind: feed\n"
    catalogue = write_beat(tmp_path, entry)
    done = maplewire(
        "sources", "move", "daily", "--to", NEW, home=tmp_path, MAPLEWIRE_BEAT=str(catalogue.parent)
    )
    assert (done.returncode, "by hand" in done.stderr) == (2, True)
    assert catalogue.read_text() == BEFORE + entry + AFTER
