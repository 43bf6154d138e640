"""Sources turned off and on in sources.yaml: nothing else of the file changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from crawlers.source_file import set_enabled
from crawlers.sources import load_sources
from tests.crawlers.test_source_file import FILE, FORMS, write

REASON = 'gone: "410" since 2026-11-22 # really, {all} of it'


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_a_source_is_turned_off_with_its_reason_and_on_again_whatever_the_form(
    tmp_path: Path, text: str
) -> None:
    path = write(tmp_path, text)
    before = path.read_bytes()
    assert set_enabled(path, ["a"], enabled=False, reason=REASON) == ["a"]
    (source,) = [source for source in load_sources(path) if source.id == "a"]
    assert (source.enabled, source.off_reason) == (False, REASON)
    assert set_enabled(path, ["a"], enabled=True) == ["a"]
    (source,) = [source for source in load_sources(path) if source.id == "a"]
    assert (source.enabled, source.off_reason) == (True, None)
    assert path.read_bytes().replace(b",}", b"}").rstrip() == before.replace(b",}", b"}").rstrip()


def test_comments_and_the_other_sources_stay(tmp_path: Path) -> None:
    path = write(tmp_path, FILE)
    assert set_enabled(path, ["wire", "daily"], enabled=False) == ["wire", "daily"]
    expected = FILE.replace(
        "    url: https://wire.example/rss   # the main one\n",
        "    url: https://wire.example/rss   # the main one\n    enabled: no\n",
    ).replace("daily.example/rss'}", "daily.example/rss', enabled: no}")
    assert path.read_text() == expected
    assert set_enabled(path, ["daily", "wire"], enabled=True) == ["wire", "daily"]
    assert path.read_text() == FILE


ENTRY = "sources:\n- id: a\n  name: A\n  kind: feed\n  url: https://a.example/\n"


@pytest.mark.parametrize(
    ("written", "off", "on"),
    [
        ("  enabled: false\n", None, ""),
        ("  enabled: true  # by hand\n", "  enabled: no  # by hand\n", None),
        ("  enabled: no  # by hand\n", None, "  enabled: yes  # by hand\n"),
        ("  enabled: no\n  off_reason: it is slow\n", None, ""),
        ("  off_reason: it is slow\n  enabled: no\n  tier: 1\n", None, "  tier: 1\n"),
        ("  enabled: no\n  off_reason: >-\n    it is\n    slow\n  tier: 1\n", None, "  tier: 1\n"),
    ],
)
def test_what_a_person_wrote_is_kept_or_taken_back(
    tmp_path: Path, written: str, off: str | None, on: str | None
) -> None:
    """None stands for a file that is as wanted already."""
    path = write(tmp_path, ENTRY + written)
    for enabled, expected in ((False, off), (True, on)):
        path.write_text(ENTRY + written)
        changed = set_enabled(path, ["a"], enabled=enabled)
        assert changed == ([] if expected is None else ["a"])
        assert path.read_text() == ENTRY + (written if expected is None else expected)


def test_a_new_reason_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    path = write(tmp_path, ENTRY)
    set_enabled(path, ["a"], enabled=False, reason="it is slow")
    assert set_enabled(path, ["a"], enabled=False, reason="it is gone") == ["a"]
    assert path.read_text() == f'{ENTRY}  enabled: no\n  off_reason: "it is gone"\n'
    assert set_enabled(path, ["a"], enabled=False) == [], "the reason stays where none is given"


def test_a_form_that_cannot_be_changed_safely_is_left_alone(tmp_path: Path) -> None:
    shared = (
        "sources:\n- &one {id: b, name: B, kind: feed, url: 'https://b.example/', enabled: yes}\n"
        "- <<: *one\n  id: a\n  name: A\n  url: https://a.example/\n"
    )
    path = write(tmp_path, shared)
    with pytest.raises(CatalogueError, match="change it by hand"):
        set_enabled(path, ["b"], enabled=False)
    assert path.read_text() == shared
