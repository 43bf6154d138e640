"""Beats that are not the usual one, each on its demo web: from feeds to mails in two rounds."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from pipelines.model import Outcome
from pipelines.query import parse
from tests.cli.test_command import maplewire
from tests.e2e.demo_rounds import Rounds, is_fetched, open_home, play_rounds

#: What the usual beat is about. Nothing of it may be told to the readers of another one.
USUAL_BEAT = re.compile(
    r"canad|ottawa|beijing|pékin|toronto|shanghai|\bchin[ae]|中国|中國|加拿大|北京", re.IGNORECASE
)


@dataclass(frozen=True)
class Plan:
    """What is expected of a beat's rounds beside what its web says."""

    clocks: tuple[str, str]
    #: A query in each language; each finds at least one story.
    queries: tuple[str, ...]
    #: Pages whose stories are linked as reports of one event, whatever their language.
    linked: tuple[tuple[str, str], ...]
    #: Searches that must mail, by the beginning of the subject.
    subjects: tuple[str, ...]


PLANS: Mapping[str, Plan] = {
    "norway-japan-fisheries": Plan(
        clocks=("Oslo", "Tokyo"),
        queries=("mackerel AND duty", "makrell* lang:nb", "サーモン lang:ja", "kind:paid_release"),
        linked=(("makrell", "mackerel-ginza"), ("makrell", "saba")),
        subjects=("[Paid releases]", "[Makrell og sild]", "[Salmon]", "[水産の日本語報道]"),
    ),
    "siemens": Plan(
        clocks=("Munich", "Tokyo"),
        queries=("battery AND trains", "Betriebsrat lang:de", "信号 lang:ja", "kind:paid_release"),
        linked=(("werk", "werk-en"), ("werk-en", "werk-ja")),
        subjects=("[Paid releases]", "[Betriebsrat und Stellen]", "[Rail]", "[日本語の報道]"),
    ),
}


@pytest.fixture(scope="module", params=list(PLANS))
def beat(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def rounds(beat: str, tmp_path_factory: pytest.TempPathFactory) -> Rounds:
    return play_rounds(tmp_path_factory.mktemp("rounds"), beat)


@pytest.fixture(scope="module")
def mails(rounds: Rounds) -> Mapping[Path, str]:
    """Return subject and text of every mail, by its file."""
    return {path: _mail_text(path) for path in sorted((rounds.home / "outbox").glob("*.eml"))}


def _mail_text(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    return "\n".join([str(message["Subject"]), *_bodies(message)])


def _bodies(message: object) -> Iterator[str]:
    for part in message.walk():  # type: ignore[attr-defined]
        if part.get_content_maintype() == "text":
            yield part.get_content()


def test_every_text_is_one_story_and_nothing_else(rounds: Rounds) -> None:
    assert rounds.found_texts() == rounds.expected_texts()


def test_origins_and_carriers_are_right(rounds: Rounds) -> None:
    for page in rounds.expected:
        if is_fetched(page) and page.role != "off-beat":
            story = rounds.story_of(page.url)
            assert (page.id, story.origin, story.carrier) == (page.id, page.origin, page.carrier)


def test_the_accounts_add_up_in_both_rounds(rounds: Rounds) -> None:
    for report in rounds.reports:
        assert report.fetched == sum(report.outcomes.values())
    off_beat = sum(is_fetched(p) and p.role == "off-beat" and p.round == 1 for p in rounds.expected)
    first, second = rounds.reports
    assert first.outcomes[Outcome.OFF_BEAT] + first.outcomes[Outcome.BORDERLINE] == off_beat
    assert (
        second.outcomes[Outcome.UPDATE] == second.outcomes[Outcome.NEW] == second.outcomes[Outcome.COPY] == 1
    )


def test_each_language_is_found(beat: str, rounds: Rounds) -> None:
    with open_home(rounds) as app:
        found = {query: app.index.search(parse(query)).total for query in PLANS[beat].queries}
    assert min(found.values()) >= 1, found


def test_reports_of_one_event_are_linked_across_languages(beat: str, rounds: Rounds) -> None:
    for one, other in PLANS[beat].linked:
        story = rounds.story_of(rounds.page(one).url)
        told = maplewire("story", story.id, "--json", home=rounds.home)
        related = {row["id"] for row in json.loads(told.stdout)["related"]}
        assert rounds.story_of(rounds.page(other).url).id in related, (one, other)


def test_every_search_mails_its_readers(beat: str, mails: Mapping[Path, str]) -> None:
    for subject in PLANS[beat].subjects:
        assert any(text.strip().startswith(subject) for text in mails.values()), subject


def test_mails_show_the_clocks_of_the_beat(beat: str, mails: Mapping[Path, str]) -> None:
    first, second = PLANS[beat].clocks
    for path, text in mails.items():
        assert re.search(rf"\d\d:\d\d {first} · (\w+ )?(\d+ \w+, )?\d\d:\d\d {second}", text), path.name


def test_no_mail_tells_of_another_beat(mails: Mapping[Path, str]) -> None:
    for path, text in mails.items():
        assert not USUAL_BEAT.search(text), path.name


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("status", "--json"),
        ("search", "*:*", "--json"),
        ("searches", "list"),
        ("sources", "list"),
        ("sources", "health"),
        ("pages",),
        ("brief", "--since", "7d", "--out", "-"),
        ("check",),
    ],
    ids=" ".join,
)
def test_no_command_tells_of_another_beat(rounds: Rounds, command: tuple[str, ...]) -> None:
    done = maplewire(*command, home=rounds.home)
    assert done.returncode in (0, 1), done.stderr
    # A page of the web may: an off-beat one is about another country.
    told = [line for line in done.stdout.splitlines() if "off_beat" not in line and "skipped" not in line]
    assert not USUAL_BEAT.search("\n".join(told))
