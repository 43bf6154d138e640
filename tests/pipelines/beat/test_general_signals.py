"""Words that every beat knows: all languages have them, and a beat's own take their place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.beat.terms import Terms, load_terms
from pipelines.text.languages import known_languages, misplaced_script
from pipelines.text.name_matcher import clean

FILE = Path(__file__).resolve().parents[3] / "pipelines" / "beat" / "terms" / "general_signals.yaml"
GROUPS = yaml.safe_load(FILE.read_text("utf-8"))


def a_beat(folder: Path, signals: str = "") -> Terms:
    """A beat of one side that is named in German and Korean."""
    text = "sides:\n  - {id: hanwha, name: Hanwha, names: {company: [{de: [Hanwha], ko: [한화]}]}}\n"
    path = folder / "terms.yaml"
    path.write_text(text + signals, "utf-8")
    return load_terms(path)


def signals_in(text: str, terms: Terms) -> set[str]:
    return {signal for signal, _, _ in terms.scan(clean(text)).signals}


@pytest.mark.parametrize("group", GROUPS)
def test_every_known_language_has_words_of_every_group(group: str) -> None:
    assert set(GROUPS[group]) == set(known_languages())


@pytest.mark.parametrize("group", GROUPS)
def test_every_word_is_written_in_the_letters_of_its_language(group: str) -> None:
    for language, words in GROUPS[group].items():
        assert [misplaced_script(language, word) for word in words if isinstance(word, str)] == [None] * len(
            words
        )


def test_a_beat_without_words_knows_those_of_its_languages(tmp_path: Path) -> None:
    terms = a_beat(tmp_path)
    assert signals_in("Hanwha kauft ein Werk", terms) == {"dealings"}
    assert signals_in("한화 감독", terms) == {"sport"}
    assert terms.word_languages == {"de", "ko"}


def test_words_of_a_language_that_names_no_side_are_left_out(tmp_path: Path) -> None:
    assert signals_in("The lawsuit over the takeover", a_beat(tmp_path)) == set()


def test_own_words_take_the_place_of_general_ones(tmp_path: Path) -> None:
    terms = a_beat(tmp_path, "signals:\n  dealings: {de: [Schiffbau]}\n")
    assert signals_in("Hanwha kauft ein Werk", terms) == set()
    assert signals_in("Schiffbau", terms) == {"dealings"}
    # The other groups and languages stay.
    assert signals_in("Zölle auf Schiffe", terms) == {"bilateral"}
    assert signals_in("한화 공장", terms) == {"dealings"}
