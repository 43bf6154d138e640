"""`maplewire beat new`, `check` and `explain`, as a shell sees them."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner

from pipelines.beat.beat import load_beat
from pipelines.cli.new_beat_questions import ask_plan
from pipelines.config import packaged_beat
from pipelines.operations.beat_explanation import explain_word
from pipelines.operations.new_beat import NewBeat, write_beat
from tests.cli.test_command import maplewire

FISH = (
    "--side", "Norway", "--side", "Japan", "--country", "NO", "--country", "JP",
    "--language", "en", "--language", "nb", "--language", "ja",
)  # fmt: skip


# -- new --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flags",
    [
        FISH,
        (
            *FISH,
            "--source",
            "https://www.nrk.no/toppsaker.rss",
            "--source",
            "https://a.example/sitemap-news.xml",
        ),
        ("--side", "Hanwha", "--kind", "company", "--language", "ko", "--language", "de"),
        ("--side", "España", "--side", "Portugal", "--country", "ES", "--country", "PT", "--language", "es"),
        ("--side", "삼성전자", "--kind", "company", "--language", "ko", "--to", "desk@paper.example"),
        ("--side", "Эльба", "--kind", "place", "--language", "de"),
        ("--side", "O'Brien: “the” #1 {x}", "--language", "en"),
    ],
    ids=["pair", "sources", "company", "iberia", "hangul", "cyrillic", "signs"],
)
def test_a_new_beat_has_no_mistakes_and_runs_at_once(tmp_path: Path, flags: tuple[str, ...]) -> None:
    folder = tmp_path / "salt"
    done = maplewire("beat", "new", str(folder), *flags, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    checked = maplewire("beat", "check", str(folder), home=tmp_path / "home")
    assert checked.returncode == 0, checked.stderr
    # Offline: processing asks no source.
    ran = maplewire("process", home=tmp_path / "home", MAPLEWIRE_BEAT=str(folder))
    assert ran.returncode == 0, ran.stderr


def test_commands_that_are_proposed_can_be_copied_whatever_the_folder_is_called(tmp_path: Path) -> None:
    folder = tmp_path / "my salt"
    done = maplewire("beat", "new", str(folder), "--side", "Salt", home=tmp_path / "home")
    assert f"MAPLEWIRE_BEAT='{folder}' MAPLEWIRE_HOME='my salt-data' " in done.stderr


def test_a_new_beat_knows_its_countries_in_every_language(tmp_path: Path) -> None:
    plan = NewBeat("Fish", ("Norway", "Japan"), ("NO", "JP"), ("en", "nb", "ja"))
    beat = write_beat(tmp_path / "fish", plan)
    assert [clock.name for clock in beat.clocks] == ["Oslo", "Tokyo"]
    for text in ("Norway", "Norge", "ノルウェー"):
        assert beat.terms.scan(text).names[0].meaning.parties[0].id == "norway"
    assert [side.countries for side in beat.sides] == [("NO",), ("JP",)]


def test_all_that_is_wrong_with_the_flags_is_told_at_once(tmp_path: Path) -> None:
    done = maplewire(
        "beat", "new", str(tmp_path / "salt"), "--side", "Norway", "--side", "???", "--country", "Norway",
        "--language", "no", "--zone", "Oslo", "--source", "nrk.no", "--kind", "firm", "--to", "desk",
        home=tmp_path / "home",
    )  # fmt: skip
    assert done.returncode == 2
    for told in ("???", "one for each side", "nb", "Europe/Oslo", "nrk.no", "firm", "--to"):
        assert told in done.stderr, told
    assert not (tmp_path / "salt").exists()


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "salt").mkdir()
    (tmp_path / "salt/notes.txt").write_text("mine")
    done = maplewire("beat", "new", str(tmp_path / "salt"), *FISH, home=tmp_path / "home")
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert [path.name for path in (tmp_path / "salt").iterdir()] == ["notes.txt"]


def test_sides_that_share_a_name_leave_no_half_beat(tmp_path: Path) -> None:
    flags = ("--side", "Salt", "--side", "Salt", "--language", "en")
    done = maplewire("beat", "new", str(tmp_path / "salt"), *flags, home=tmp_path / "home")
    assert done.returncode == 2
    assert "Salt" in done.stderr
    assert not (tmp_path / "salt").exists()


def test_without_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    done = maplewire("beat", "new", str(tmp_path / "salt"), home=tmp_path / "home")
    assert done.returncode == 2
    assert "--side" in done.stderr


def test_a_person_is_asked_and_short_answers_do() -> None:
    app = typer.Typer()
    app.command()(lambda: print(ask_plan("salt")))
    answers = "\nNorway, Japan\nNO\n\ncompany\nen, nb\n\n\n"
    told = CliRunner().invoke(app, [], input=answers).stdout
    plan = NewBeat("salt", ("Norway", "Japan"), ("NO", "-"), ("en", "nb"), (), (), "company")
    assert told.strip().endswith(str(plan))


# -- check ------------------------------------------------------------------------------------------------


def test_mistakes_of_every_file_are_told_with_line_and_remedy(tmp_path: Path) -> None:
    folder = tmp_path / "fish"
    write_beat(folder, NewBeat("Fish", ("Norway", "Japan"), ("NO", "JP"), ("en",)))
    for name, old, new in (
        ("beat.yaml", "countries:", "country:"),
        ("terms.yaml", "country:", "contry:"),
        ("sources.yaml", "kind: feed,", "kind: fed,"),
        ("searches.yaml", "cadence: daily", "cadence: dayly"),
    ):
        path = folder / name
        text = "\n".join([line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")])
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")
    done = maplewire("beat", "check", str(folder), home=tmp_path / "home")
    assert done.returncode == 2
    for name in ("beat.yaml", "terms.yaml", "sources.yaml", "searches.yaml"):
        assert f"{folder / name}" in done.stderr, name
    for told in ("countries", "feed", "daily"):
        assert told in done.stderr


def test_a_source_and_a_topic_that_the_beat_lacks_are_hinted_at(tmp_path: Path) -> None:
    folder = tmp_path / "fish"
    write_beat(folder, NewBeat("Fish", ("Norway", "Japan"), ("NO", "JP"), ("en",)))
    query = "source:nobody OR topic:nonsense OR site:x.example"
    entry = f"  - {{id: odd, name: Odd, to: [desk@newsroom.example], query: '{query}'}}"
    (folder / "searches.yaml").write_text(f"searches:\n{entry}\n", "utf-8")
    done = maplewire("beat", "check", str(folder), home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    hints = [line for line in done.stdout.splitlines() if "is not in this beat" in line]
    assert len(hints) == 2
    assert hints[0].startswith(f'hint: {folder}/searches.yaml:2: search "odd": query: source:nobody is not')


@pytest.mark.parametrize("name", ["china-canada", "norway-japan-fisheries", "siemens"])
def test_beats_that_ship_have_no_mistakes(tmp_path: Path, name: str) -> None:
    done = maplewire("beat", "check", name, home=tmp_path / "home")
    assert done.returncode == 0, done.stderr
    assert "no mistakes" in done.stderr


# -- explain ----------------------------------------------------------------------------------------------


def explained(word: str, tmp_path: Path, *, status: int = 0) -> str:
    done = maplewire("beat", "explain", word, "--beat", "siemens", home=tmp_path / "home")
    assert done.returncode == status, done.stderr
    return done.stdout


def test_a_name_is_explained_with_its_line_and_what_hides_it(tmp_path: Path) -> None:
    told = explained("Siemens", tmp_path)
    lines = (Path(__file__).resolve().parents[2] / "beats/siemens/terms.yaml").read_text("utf-8").splitlines()
    first = next(number for number, line in enumerate(lines, 1) if "Siemens AG" in line)
    assert f"beats/siemens/terms.yaml:{first}" in told
    for part in (
        "a name of the side siemens (company)",
        "only with a capital letter",
        "Siemens Energy",
        "a trap",
    ):
        assert part in told
    assert "on the beat" in told


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("SIEMENS", "the side siemens"),
        ("シーメンス", "the side siemens"),
        ("Roland Busch", "chief executive, from 2021-02-03"),
        ("Siemens-Konzerns", "“Siemens-Konzern” is a name of the side siemens"),
        ("Siemens Energy", "the third party siemens-energy"),
        ("Siemensstadt", "a trap"),
        ("Aufträge", "the search orders asks for it"),
        ("contracts", "a word of the signal dealings"),
        ("Lokomotiven", "a word of the topic rail"),
        ("Handelsblatt", "is a source"),
        ("dpa", "a news agency"),
        ("expelled", "tells events apart: a word of the act expulsion"),
        ("Verhandlungen", "in beats that have none of their own"),
    ],
)
def test_words_of_every_kind_are_explained(tmp_path: Path, word: str, part: str) -> None:
    assert part in explained(word, tmp_path)


def test_an_unknown_word_is_told_with_the_nearest(tmp_path: Path) -> None:
    told = explained("Siemnes Mobilty", tmp_path, status=1)
    assert "is not known" in told
    assert "“Siemens Mobility”" in told


def test_an_id_and_a_kind_of_the_files_are_no_words() -> None:
    beat = load_beat(packaged_beat().parent / "norway-japan-fisheries")
    for word in ("head-of-state", "agency"):
        told = [known_place.text for known_place in explain_word(beat, word).known_places]
        assert not any("tells events apart" in text or "news agency" in text for text in told)


def test_an_empty_word_is_refused(tmp_path: Path) -> None:
    done = maplewire("beat", "explain", "  ", home=tmp_path / "home")
    assert done.returncode == 2


def test_every_template_is_yaml_whatever_the_name(tmp_path: Path) -> None:
    name = 'a: "b" {{ c }} #\\'
    write_beat(tmp_path / "odd", NewBeat(name, ("Odd",)))
    assert yaml.safe_load((tmp_path / "odd/beat.yaml").read_text("utf-8"))["name"] == name
    assert load_beat(tmp_path / "odd").name == name


@pytest.mark.parametrize("side", ["No", "On", "Null", "1e5"])
def test_a_side_that_yaml_reads_as_something_else_has_an_id_of_text(tmp_path: Path, side: str) -> None:
    beat = write_beat(tmp_path / "odd", NewBeat("Odd", (side, "Chile")))
    assert beat.terms.sides == ("side-1", "chile")
