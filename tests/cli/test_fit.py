"""`maplewire fit`: weights learnt from labelled texts and marks, on a beat in a folder."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawlers.errors import CatalogueError
from pipelines.adapters.ledger import open_ledger
from pipelines.beat.weights import load_weights
from pipelines.beat.weights_file import renewed_weights, write_weights_file
from pipelines.cli import app
from pipelines.config import packaged_beat
from pipelines.model import Mark, MarkLabel, StoryMarked
from tests.contracts.ledger_values import ident, take

#: The judge finds all of these relevant; here a person does not want those about hockey.
TALKS = "Canada and China hold talks on trade in city {}"
HOCKEY = "Canada beats China in hockey in city {}"


@pytest.fixture
def beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a beat in a folder that may be written, without weights of its own."""
    folder = tmp_path / "beat"
    shutil.copytree(packaged_beat(), folder)
    (folder / "weights.yaml").unlink()
    monkeypatch.setenv("MAPLEWIRE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAPLEWIRE_BEAT", str(folder))
    monkeypatch.setenv("COLUMNS", "300")
    return folder


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(app, ["fit", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def labelled(tmp_path: Path, count: int = 10) -> str:
    lines = []
    for n in range(count):
        lines.append(json.dumps({"title": TALKS.format(n), "text": "", "label": "relevant"}))
        lines.append(json.dumps({"title": HOCKEY.format(n), "text": "", "label": "not_relevant"}))
    file = tmp_path / "labelled.jsonl"
    file.write_text("\n".join(lines))
    return str(file)


def test_what_would_change_is_shown_and_nothing_is_written(beat: Path, tmp_path: Path) -> None:
    done = run(labelled(tmp_path))
    assert "sport\t" in done.stdout
    assert "before:" in done.stderr
    assert "--write writes" in done.stderr
    assert not (beat / "weights.yaml").exists()


def test_weights_are_written_as_a_file_that_the_beat_reads(beat: Path, tmp_path: Path) -> None:
    default = load_weights(None, 2)
    run(labelled(tmp_path), "--write")
    learnt = load_weights(beat / "weights.yaml", 2)
    assert learnt.signs["sport"] < default.signs["sport"]
    assert learnt.relevant_from == default.relevant_from
    assert "# both sides in the title" in (beat / "weights.yaml").read_text()


def test_a_second_fit_on_the_same_texts_changes_nothing(beat: Path, tmp_path: Path) -> None:
    run(labelled(tmp_path), "--write")
    first = (beat / "weights.yaml").read_text()
    assert "stay as they are" in run(labelled(tmp_path), "--write").stderr
    assert (beat / "weights.yaml").read_text() == first


def test_marks_are_learnt_from_unless_they_are_left_out(beat: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    now = datetime.now(UTC)
    with closing(open_ledger(f"sqlite:///{home}/ledger.sqlite")) as ledger:
        for n in range(6):
            wanted = Mark(ident(n), MarkLabel.RELEVANT, now, title=TALKS.format(n))
            other = Mark(ident(n + 10), MarkLabel.OFF_BEAT, now, title=HOCKEY.format(n))
            take(ledger, StoryMarked(marks=(wanted, other)), 0)
    assert "of 12 labelled texts" in run().stderr
    assert "of 32 labelled texts" in run(labelled(tmp_path)).stderr
    with pytest.raises(CatalogueError, match="too few labelled texts: 0 relevant and 0 others"):
        run("--no-marks")


@pytest.mark.usefixtures("beat")
def test_mistakes_of_a_file_are_named_all_at_once_with_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "labelled.jsonl"
    rows = [
        {"title": "A", "label": "relevant"},
        {"title": "B", "label": "good"},
        {"label": "relevant"},
        {"title": 3, "label": "relevant"},
        {"title": "C"},
    ]
    file.write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(CatalogueError) as raised:
        run(str(file))
    problems = raised.value.problems
    assert [problem.split(": ")[0].rsplit(":", 1)[1] for problem in problems] == ["2", "3", "4", "5"]
    assert "write relevant, borderline, off-beat" in problems[0]


def test_a_folder_that_cannot_be_written_is_an_error_that_says_what_to_do(beat: Path, tmp_path: Path) -> None:
    (beat / ".weights.yaml.new").mkdir()
    with pytest.raises(CatalogueError, match="MAPLEWIRE_BEAT"):
        run(labelled(tmp_path), "--write")


def test_a_weight_that_the_file_lacks_is_added_and_all_else_stays() -> None:
    text = "# mine\nseveral_sides:\n  bounds: {relevant: 0.6}\n  signs:\n    sport: -2.0  # never\n"
    renewed = renewed_weights(text, "several_sides", {"intercept": -1.5, "sport": -3.0, "roundup": -1.25})
    assert renewed.startswith("# mine\nseveral_sides:\n  intercept: -1.50\n")
    assert "  bounds: {relevant: 0.6}\n" in renewed
    assert "    sport: -3.00  # never\n" in renewed
    assert "    roundup: -1.25\n" in renewed


def test_a_part_that_the_file_lacks_is_added_behind_the_others() -> None:
    text = "several_sides:\n  intercept: -1.0\n"
    renewed = renewed_weights(text, "one_side", {"intercept": -2.0, "title": 4.0})
    assert renewed.startswith(text)
    assert "one_side:\n" in renewed
    assert "    title: 4.00" in renewed


@pytest.mark.parametrize(
    "written",
    [
        "several_sides:\n  signs: {sport: -1.0, both: 0.3}\n",
        "several_sides: {intercept: -2}\n",
        "several_sides:\n  intercept: -2.0e-1\n",
    ],
    ids=["signs in one line", "all in one line", "an exponent"],
)
def test_a_file_that_cannot_be_renewed_line_by_line_stays_as_it_is(tmp_path: Path, written: str) -> None:
    path = tmp_path / "weights.yaml"
    path.write_text(written, "utf-8")
    with pytest.raises(CatalogueError, match="write each weight on a line"):
        write_weights_file(path, "several_sides", {"intercept": -1.5, "sport": -3.0})
    assert path.read_text("utf-8") == written
    assert list(tmp_path.iterdir()) == [path]


def test_numbers_with_a_plus_or_behind_several_spaces_are_renewed() -> None:
    text = "several_sides:\n  intercept:   -2.0\n  signs:\n    both: +0.3\n"
    renewed = renewed_weights(text, "several_sides", {"intercept": -1.5, "both": 0.4})
    assert renewed == "several_sides:\n  intercept:   -1.50\n  signs:\n    both: 0.40\n"
