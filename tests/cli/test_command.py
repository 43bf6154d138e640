"""The command as a shell sees it: exit status, output and messages."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

import pytest
import typer
import yaml

from crawlers import child_process
from pipelines.adapters.ledger import open_ledger
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, take
from tests.small_beat import give_heading_and_terms

ROOT = Path(__file__).resolve().parents[2]
TEN_MISTAKES = """\
sources:
  - {id: daily, name: The Daily, kind: feed, url: 'https://daily.example/rss', poll: {every: soon}}
  - {id: daily, name: The Daily again, kind: feed, url: 'https://daily.example/again'}
  - {id: gazette, kind: feed, url: 'https://gazette.example/rss'}
  - {id: courier, name: Courier, kind: fed, url: 'https://courier.example/rss'}
  - {id: herald, name: Herald, kind: feed, url: 'herald.example/rss'}
  - {id: tribune, name: Tribune, kind: feed, url: 'https://tribune.example/rss', timezone: Asia/Peking}
  - {id: mercury, name: Mercury, kind: feed, url: 'https://mercury.example/rss', url_pattern: '('}
  - {id: star, name: Star, kind: section, url: 'https://star.example/', links: 'a[['}
  - {id: globe, name: Globe, kind: feed, url: 'https://globe.example/rss', tier: 9}
  - {id: post, name: Post, kind: feed, url: 'https://post.example/rss', langauge: en}
"""


def maplewire(
    *arguments: str, home: Path, stdin: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("MAPLEWIRE_")}
    command = [sys.executable, "-m", "pipelines.cli", *arguments]
    with child_process.Popen(
        command,
        env={**kept, "MAPLEWIRE_HOME": str(home), "COLUMNS": "200", **settings},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        try:
            output, errors = process.communicate(stdin, timeout=120)
        finally:
            process.kill()
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def test_a_catalogue_with_ten_mistakes_gives_ten_messages_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "beat").mkdir()
    give_heading_and_terms(tmp_path / "beat")
    (tmp_path / "beat/sources.yaml").write_text(TEN_MISTAKES)
    done = maplewire("run", home=tmp_path / "home", MAPLEWIRE_BEAT=str(tmp_path / "beat"))
    # A word on this machine's Python may stand before them.
    messages = [line for line in done.stderr.splitlines() if "sources.yaml" in line]
    assert done.returncode == 2
    assert len(messages) == 10
    for line, told in zip(
        messages,
        ("soon", "daily", "name", "feed", "herald", "Peking", "url_pattern", "links", "tier", "language"),
        strict=True,
    ):
        assert re.search(r"sources\.yaml:\d+", line), line
        assert told in line
    assert not (tmp_path / "home").exists()
    assert done.stdout == ""


def test_a_wrong_saved_search_points_at_the_mistake(tmp_path: Path) -> None:
    give_heading_and_terms(tmp_path)
    (tmp_path / "sources.yaml").write_text(
        "sources: [{id: a, name: A, kind: feed, url: 'https://a.example/'}]"
    )
    searches = [
        {"id": "open", "name": "Open", "query": 'canola AND (tariff', "to": "desk@newsroom.example"},
        {"id": "to", "name": "To", "query": "canola", "to": "nobody"},
        {"id": "typo", "name": "Typo", "query": "canola", "to": "desk@newsroom.example", "cadance": "daily"},
    ]  # fmt: skip
    (tmp_path / "searches.yaml").write_text(yaml.safe_dump({"searches": searches}))
    done = maplewire("searches", "list", home=tmp_path / "home", MAPLEWIRE_BEAT=str(tmp_path))
    assert done.returncode == 2
    for told in (
        'search "open": query:',
        "never closed",
        'search "to": to: “nobody” is not a mail address',
        "Did you mean `cadence`?",
    ):
        assert told in done.stderr


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("MAPLEWIRE_LEDGER_URL", "mysql://desk:s3cret@db.example/news"),
        ("MAPLEWIRE_INDEX_URL", "ftp://desk:s3cret@index.example"),
        ("MAPLEWIRE_SMTP_URL", "imap://desk:s3cret@mail.example"),
        ("MAPLEWIRE_DELAY_S", "s3cret"),
        ("MAPLEWIRE_PRIVATE_HOSTS", "10.0.0.0/s3cret"),
        ("MAPLEWIRE_PRIVATE_HOSTS", "127.0.0.1, http://s3cret"),
        ("MAPLEWIRE_PRIVATE_HOSTS", "10.0.0.999"),
        ("MAPLEWIRE_MAIL_FROM", "s3cret"),
        ("MAPLEWIRE_VERIFY_CERTIFICATES", "s3cret"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not_shown(
    tmp_path: Path, setting: str, value: str
) -> None:
    done = maplewire("status", home=tmp_path, **{setting: value})
    assert done.returncode == 2
    assert setting in done.stderr
    assert "s3cret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_ledger_that_is_away_is_one_clear_line_without_the_password(tmp_path: Path) -> None:
    url = "postgresql://desk:s3cret@127.0.0.1:9/news"
    done = maplewire("status", home=tmp_path, MAPLEWIRE_LEDGER_URL=url)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "s3cret" not in done.stderr


def test_a_home_that_cannot_be_made_says_which_setting_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = maplewire("run", home=tmp_path / "file" / "home")
    assert (done.returncode, "MAPLEWIRE_HOME" in done.stderr) == (1, True)


def test_a_wrong_query_points_at_the_mistake_and_is_wrong_usage(tmp_path: Path) -> None:
    done = maplewire("search", "titel:canola", home=tmp_path)
    assert done.returncode == 2
    assert "title" in done.stderr
    assert "^" in done.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["search"], ["story"], ["status", "--limit", "0"], []])
def test_wrong_usage_ends_with_two(tmp_path: Path, arguments: list[str]) -> None:
    assert maplewire(*arguments, home=tmp_path).returncode == 2


def test_an_empty_ledger_answers_politely(tmp_path: Path) -> None:
    assert json.loads(maplewire("search", "*:*", "--json", home=tmp_path).stdout) == {
        "total": 0,
        "stories": [],
        "next": None,
    }
    assert json.loads(maplewire("status", "--json", home=tmp_path).stdout) == []
    assert json.loads(maplewire("quarantine", "list", "--json", home=tmp_path).stdout) == []
    done = maplewire("story", "s123", home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "no story" in done.stderr


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    home = tmp_path / "not-yet"
    for command in (["status"], ["search", "canola"], ["sources", "health"], ["quarantine", "list"]):
        assert maplewire(*command, home=home).returncode == 0, command
    assert not home.exists()


def test_a_mistyped_setting_is_told_and_others_are_left_alone(tmp_path: Path) -> None:
    told = maplewire("status", home=tmp_path, MAPLEWIRE_SMPT_URL="smtp://desk:s3cret@mail.example").stderr
    assert "MAPLEWIRE_SMTP_URL" in told
    assert "s3cret" not in told
    for command in (["searches", "list"], ["outbox"]):
        hint = maplewire(*command, home=tmp_path, MAPLEWIRE_SMPT_URL="smtp://mail.example").stderr
        assert "MAPLEWIRE_SMTP_URL" in hint, command
    assert "not a setting" not in maplewire("status", home=tmp_path, MAPLEWIRE_DB_PASSWORD="x").stderr


def test_judge_and_dedup_read_lines_and_name_a_bad_one(tmp_path: Path) -> None:
    on_beat = {
        "id": "a",
        "title": "Canada and China sign canola deal",
        "text": "Ottawa and Beijing agreed on tariffs.",
    }
    lines = (
        json.dumps(on_beat)
        + "\n\n"
        + json.dumps({"id": "b", "title": "Rain in Moncton", "text": "It rained."})
    )
    judged = [
        json.loads(line) for line in maplewire("judge", "-", home=tmp_path, stdin=lines).stdout.splitlines()
    ]
    assert [(row["id"], row["relevant"]) for row in judged] == [("a", True), ("b", False)]
    body = (
        "The two governments agreed on canola after a long week of talks in Winnipeg that nobody had "
        "expected to end. "
    ) * 3
    texts = "".join(
        json.dumps({"id": i, "url": "", "title": t, "body": body}) + "\n"
        for i, t in (("1", "One"), ("2", "Two"))
    )
    grouped = [
        json.loads(line) for line in maplewire("dedup", "-", home=tmp_path, stdin=texts).stdout.splitlines()
    ]
    assert grouped[0]["cluster"] == grouped[1]["cluster"]
    assert grouped[0]["related"] == []
    broken = maplewire("dedup", "-", home=tmp_path, stdin='{"id": 1, "title": "One"}\nnot json\n')
    assert broken.returncode == 2
    assert "standard input:2" in broken.stderr


def test_extract_tells_each_page_and_fails_for_the_unreadable(tmp_path: Path) -> None:
    words = "The harbour of Prince Rupert loaded its first grain ship of the season on Monday morning. " * 6
    (tmp_path / "good.html").write_text(
        f"<html><body><article><h1>Grain ship sails</h1><p>{words}</p></article></body></html>"
    )
    (tmp_path / "empty.html").write_text("<html><body></body></html>")
    done = maplewire("extract", str(tmp_path / "good.html"), str(tmp_path / "empty.html"), home=tmp_path)
    good, empty = (json.loads(line) for line in done.stdout.splitlines())
    assert (good["title"], good["lang"]) == ("Grain ship sails", "en")
    assert empty["error"]
    assert done.returncode == 1


def test_every_command_is_explained_where_people_look() -> None:
    from pipelines.cli import app

    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    documented = "\n".join([path.read_text("utf-8") for path in documents])
    for words, explanation in _commands(app):
        assert f"maplewire {words}" in documented
        assert explanation, words


def _commands(app: typer.Typer) -> Iterator[tuple[str, str | None]]:
    """Yield each command as it is typed, with its help."""
    for command in app.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.replace("_", "-")
        yield name, command.callback.__doc__
    for group in app.registered_groups:
        assert group.typer_instance is not None
        for words, explanation in _commands(group.typer_instance):
            yield f"{group.name} {words}", explanation


def test_setup_says_what_it_changed_and_is_safe_to_repeat(tmp_path: Path) -> None:
    first, second = (maplewire("setup", home=tmp_path) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0)
    assert first.stdout
    assert second.stdout == ""
    assert "already" in second.stderr
    away = maplewire("setup", "--kibana", home=tmp_path)
    assert (away.returncode, "MAPLEWIRE_KIBANA_URL" in away.stderr) == (2, True)


def test_setup_writes_the_objects_that_kibana_imports(tmp_path: Path) -> None:
    assert maplewire("setup", "--export", str(tmp_path / "k.ndjson"), home=tmp_path).returncode == 0
    kinds = {json.loads(line).get("type") for line in (tmp_path / "k.ndjson").read_text("utf-8").splitlines()}
    assert {"dashboard", "index-pattern", "search"} <= kinds


def test_bench_of_an_index_that_is_no_server_says_which_setting_to_change(tmp_path: Path) -> None:
    done = maplewire("bench", "index", home=tmp_path)
    assert (done.returncode, "MAPLEWIRE_INDEX_URL" in done.stderr) == (2, True)


def test_pages_of_a_search_follow_each_other_and_miss_nothing(tmp_path: Path) -> None:
    with closing(open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")) as ledger:
        ledger.start_run(NOON)
        for n in range(1, 6):
            take(ledger, a_page_placed(a_stored(n, title=f"Canola talks {n}"), a_story(f"s{n}", n)))
    assert maplewire("index", home=tmp_path).returncode == 0

    def ids(*options: str) -> list[str]:
        done = maplewire("search", "canola", "--json", *options, home=tmp_path)
        assert json.loads(done.stdout)["total"] == 5
        return [story["id"] for story in json.loads(done.stdout)["stories"]]

    pages = [ids("--limit", "2", "--offset", str(offset)) for offset in (0, 2, 4, 6)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert list(chain.from_iterable(pages)) == ids()
