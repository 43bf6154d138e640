"""What is read before the first page speaks of the beat that is followed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.adapters.page_worker.warm_up import warm_up_sentences
from pipelines.beat.beat import load_beat
from pipelines.beat.terms import sides_named

BEATS = Path(__file__).parents[3] / "beats"


@pytest.mark.parametrize("name", sorted(folder.name for folder in BEATS.iterdir()))
def test_each_sentence_names_the_sides_of_the_beat(name: str) -> None:
    beat = load_beat(BEATS / name)
    for sentence in warm_up_sentences(beat):
        assert sides_named(sentence, beat.terms) == set(beat.terms.sides), sentence


def test_a_beat_without_sides_is_named_itself(tmp_path: Path) -> None:
    (tmp_path / "beat.yaml").write_text("name: Salt\nrelevance: all\n", "utf-8")
    source = "{id: salt, name: Salt Daily, kind: feed, language: en, url: 'https://salt.example/rss'}"
    (tmp_path / "sources.yaml").write_text(f"sources:\n  - {source}\n", "utf-8")
    sentences = warm_up_sentences(load_beat(tmp_path))
    assert sentences
    for sentence in sentences:
        assert "Salt" in sentence
