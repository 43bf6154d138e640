"""weights.yaml: what comes with Maplewire is complete, what a beat changes holds, mistakes are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.terms import load_terms
from pipelines.beat.weights import DEFAULT_WEIGHTS, load_weights, write_weights
from pipelines.relevance.features import features
from pipelines.relevance.sentences import read
from tests.usual_beat import usual_terms

TERMS = Path(__file__).resolve().parents[3] / "beats" / "china-canada" / "terms.yaml"


def own_weights(folder: Path, text: str) -> Path:
    path = folder / "weights.yaml"
    path.write_text(text, "utf-8")
    return path


def problems_of(folder: Path, text: str) -> list[str]:
    with pytest.raises(CatalogueError) as raised:
        load_weights(own_weights(folder, text), 2)
    return raised.value.problems


def test_every_sign_of_two_sides_has_a_weight() -> None:
    terms = usual_terms()
    found = features(read("China, Canada meet", "They met.", terms), terms)
    assert set(found) == set(load_weights(None, 2).signs)


def test_a_beat_without_its_own_file_has_the_weights_of_maplewire(tmp_path: Path) -> None:
    assert load_weights(tmp_path / "weights.yaml", 2) == load_weights(None, 2)
    assert load_weights(None, 2) == load_weights(None, 3)
    assert load_weights(None, 1) != load_weights(None, 2)


def test_a_beat_changes_only_what_it_writes(tmp_path: Path) -> None:
    path = own_weights(
        tmp_path,
        "one_side:\n  signs: {title: 9}\n  bounds: {borderline: 0.1}\nseveral_sides:\n  intercept: -7\n",
    )
    one, several = load_weights(path, 1), load_weights(path, 2)
    assert one.signs["title"] == 9
    assert one.signs["lead"] == load_weights(None, 1).signs["lead"]
    assert (one.borderline_from, one.relevant_from) == (0.1, 0.5)
    assert several.intercept == -7
    assert several.signs == load_weights(None, 2).signs


def test_the_weights_beside_terms_yaml_are_those_of_the_beat(tmp_path: Path) -> None:
    (tmp_path / "terms.yaml").write_bytes(TERMS.read_bytes())
    own_weights(tmp_path, "several_sides:\n  intercept: -7\n")
    assert load_terms(tmp_path / "terms.yaml").weights.intercept == -7


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("several_sides:\n  signs: {both_titel: 1}\n", "Did you mean `both_title`?"),
        ("two_sides:\n  intercept: 1\n", "unknown field `two_sides`"),
        ("intercept: 1\n", ":1: `intercept` is a field of another group; move it below that one, indented"),
        ("several_sides:\n  intercept: much\n", "intercept"),
        ("several_sides:\n  intercept: .nan\n", "intercept"),
        ("several_sides:\n  bounds: {relevant: 1.5}\n", "bounds.relevant"),
        ("several_sides:\n  bounds: {relevant: 0.1}\n", "write a borderline that is not above relevant"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    problems = problems_of(tmp_path, text)
    assert len(problems) == 1
    assert says in problems[0]
    assert problems[0].startswith(f"{tmp_path / 'weights.yaml'}:")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path, "several_sides:\n  intercept: x\n  body: {support: y}\n")) == 2


def test_new_numbers_keep_comments_and_the_other_part(tmp_path: Path) -> None:
    text = DEFAULT_WEIGHTS.read_text("utf-8")
    renewed = write_weights(text, "several_sides", {"intercept": -3.14159, "passing": -1.0, "sport": -2})
    assert "  intercept: -3.14\n" in renewed
    assert "passing: -1.00  # a side is named once" in renewed
    path = own_weights(tmp_path, renewed)
    assert load_weights(path, 1) == load_weights(None, 1)
    assert load_weights(path, 2).signs["sport"] == -2
