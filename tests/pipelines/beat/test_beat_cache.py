"""A beat from the cache is the beat of its files, and a cache that is wrong in any way is passed over."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat import beat_cache
from pipelines.beat.beat import Beat, load_beat
from pipelines.beat.beat_cache import BeatCache
from pipelines.beat.plain_values import PlainForm
from pipelines.beat.terms import side_words
from pipelines.config import packaged_beats
from pipelines.text.name_matcher import clean
from tests.pipelines.beat.test_beat import SOURCES, TERMS, write

KEPT = ["searches.json", "sources.json", "terms.json", "topics.json"]
TEXTS = (
    "Canada's prime minister Mark Carney met Xi Jinping in Beijing over canola tariffs; Huawei was not.",
    "Le Canada et la Chine: l'ambassadeur à Pékin parle du colza, des droits de douane et de Michael Spavor.",
    "加拿大总理卡尼在北京会见习近平，讨论油菜籽关税。北京时间周三，驻加大使王镝说……迈克尔·科夫里格",
    "Norway and Japan: hvalfangst, ノルウェーの漁業, Siemens Energy und Siemens-Aktie, الصين وكندا",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    return home


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "beat"
    folder.mkdir()
    return write(folder)


def load(home: Path, folder: Path) -> Beat:
    own = home / "searches.yaml"
    return load_beat(folder, own_searches=own, cache=BeatCache(home, folder, own))


SEARCHES = """\
searches:
  - {id: cod, name: Cod, query: cod, to: [desk@newsroom.example]}
"""
CHANNELS = """\
channels:
  - {id: desk, url: "https://chat.example/hooks/token"}
"""


def kept(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "cache").iterdir())


# -- what is kept ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["china-canada", "norway-japan-fisheries", "siemens"])
def test_kept_beat_is_the_beat_of_its_files(name: str, home: Path) -> None:
    folder = packaged_beats() / name
    read = load_beat(folder)
    first, second = load(home, folder), load(home, folder)
    assert kept(home) == KEPT
    assert BeatCache(home, folder).find_topic_ids() == tuple(topic.id for topic in read.terms.topics)
    for beat in (first, second):
        assert beat.sources == read.sources
        assert repr(beat.searches) == repr(read.searches)
        assert beat.channels == read.channels
        assert side_words(beat.terms) == side_words(read.terms)
        for field in ("sides", "labels", "topics", "english", "side_names", "relevance", "hints"):
            assert getattr(beat.terms, field) == getattr(read.terms, field)
        for field in ("word_languages", "weights", "newest_entry"):
            assert getattr(beat.terms, field) == getattr(read.terms, field)
        for text in map(clean, TEXTS):
            assert beat.terms.scan(text) == read.terms.scan(text)
            assert beat.terms.find_entities(text) == read.terms.find_entities(text)


def test_what_is_kept_is_not_read_again(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(home, folder)

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("crawlers.sources.load_sources", fail)
    monkeypatch.setattr("pipelines.beat.beat.read_terms", fail)
    assert [source.id for source in load(home, folder).sources] == ["fjord", "umi", "world"]


def test_cache_can_be_deleted_at_any_time(home: Path, folder: Path) -> None:
    load(home, folder)
    for path in (home / "cache").iterdir():
        path.unlink()
    (home / "cache").rmdir()
    assert load(home, folder).terms.sides == ("norway", "japan")
    assert kept(home) == KEPT


def test_nobody_else_can_read_what_is_kept(home: Path, folder: Path) -> None:
    load(home, folder)
    assert (home / "cache").stat().st_mode & 0o777 == 0o700
    for path in (home / "cache").iterdir():
        assert path.stat().st_mode & 0o777 == 0o600


# -- when it counts ----------------------------------------------------------------------------------------


def test_changed_beat_is_read_anew(home: Path, folder: Path) -> None:
    load(home, folder)
    write(folder, sources=SOURCES.replace("World Wire", "World Cable"), terms=TERMS.replace("Norge", "Noreg"))
    beat = load(home, folder)
    assert beat.sources[2].name == "World Cable"
    assert "Noreg" in side_words(beat.terms)["norway"]


def test_changed_weights_are_read_anew(home: Path, folder: Path) -> None:
    load(home, folder)
    (folder / "weights.yaml").write_text("several_sides: {bounds: {relevant: 0.77}}\n", "utf-8")
    assert load(home, folder).terms.weights.relevant_from == 0.77


def test_other_programs_make_it_anew(home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(home, folder)
    monkeypatch.setattr(beat_cache, "_programs", lambda: iter(["another version"]))
    cache = BeatCache(home, folder)
    assert cache.find_terms() is None
    assert cache.find_topic_ids() is None


def test_programs_are_told_apart_by_their_files() -> None:
    programs = "\n".join(beat_cache._programs())
    assert "pipelines/beat/terms/compiler.py" in programs
    assert "pipelines/text/languages.yaml" in programs
    assert "crawlers/sources.py" in programs


def test_changed_search_is_read_anew(home: Path, folder: Path) -> None:
    write(folder, searches=SEARCHES)
    assert [parsed.search.id for parsed in load(home, folder).searches] == ["cod"]
    own = home / "searches.yaml"
    own.write_text(
        "searches: [{id: cod, query: herring}, {id: crab, name: Crab, query: crab, to: [a@b.example]}]\n",
        "utf-8",
    )
    assert [parsed.query.text for parsed in load(home, folder).searches] == ["herring", "crab"]
    write(folder, searches=SEARCHES.replace("cod", "eel"))
    own.unlink()
    assert [parsed.search.id for parsed in load(home, folder).searches] == ["eel"]


@pytest.mark.parametrize(
    "searches",
    [
        SEARCHES.replace("query: cod", "query: 'cod published:[now-7d TO *]'"),
        SEARCHES.replace("query: cod", "query: 'cod OR (eel published:[2026-01-01 TO *])'"),
        SEARCHES + CHANNELS,
    ],
    ids=["days ago", "a day", "channels"],
)
def test_search_of_a_moment_and_secrets_are_not_kept(searches: str, home: Path, folder: Path) -> None:
    write(folder, searches=searches)
    assert len(load(home, folder).searches) == 1
    assert "searches.json" not in kept(home)
    assert len(load(home, folder).searches) == 1


def test_search_that_is_kept_aside_is_told_each_time(
    home: Path, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = home / "searches.yaml"
    own.write_text("searches: [{id: gone, enabled: false}]\n", "utf-8")
    for _ in range(2):
        caplog.clear()
        load(home, folder)
        assert "gone" in caplog.text


def test_beat_that_changes_while_it_is_read_is_not_kept(home: Path, folder: Path) -> None:
    cache = BeatCache(home, folder)
    assert cache.find_terms() is None
    terms = load_beat(folder).terms
    write(folder, terms=TERMS.replace("Norge", "Noreg"))
    cache.keep_terms(terms)
    assert not (home / "cache").exists()


def test_beat_with_a_mistake_is_told_each_time(home: Path, folder: Path) -> None:
    load(home, folder)
    write(folder, terms=TERMS.replace("id: japan", "id: norway"))
    problems = []
    for _ in range(2):
        with pytest.raises(CatalogueError) as refusal:
            load(home, folder)
        problems.append(refusal.value.problems)
    assert problems[0] == problems[1]
    assert "terms.yaml" in problems[0][0]


# -- what may be wrong with it -----------------------------------------------------------------------------


def _with_body(path: Path, body: str) -> None:
    """Write a body as if we had written it."""
    origin = path.read_text("utf-8").split(" ", 1)[0]
    path.write_text(f"{origin} {hashlib.sha256(body.encode()).hexdigest()}\n{body}", "utf-8")


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _change_a_letter(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("fjord", "fjard").replace("Norge", "Norga"), "utf-8")


def _open_to_others(path: Path) -> None:
    path.chmod(0o666)


SPOILINGS: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "no text": lambda path: path.write_bytes(os.urandom(500)),
    "broken off": _truncate,
    "another letter": _change_a_letter,
    "no JSON": lambda path: _with_body(path, "{"),
    "deep": lambda path: _with_body(path, "[" * 100_000 + "]" * 100_000),
    "unknown kind": lambda path: _with_body(path, json.dumps({"is": "os.system", "of": ["exit 1"]})),
    "too few parts": lambda path: _with_body(path, json.dumps({"is": "Terms", "of": [[]]})),
    "no parts": lambda path: _with_body(path, json.dumps({"is": "Source"})),
    "no day": lambda path: _with_body(path, json.dumps({"is": "date", "of": ["yesterday"]})),
    "list as a key": lambda path: _with_body(path, json.dumps({"is": "Mapping", "of": [[{}], [1]]})),
    "folder": lambda path: (path.unlink(), path.mkdir()),
    "others may write it": _open_to_others,
}


@pytest.mark.parametrize("spoiling", SPOILINGS)
def test_spoilt_cache_is_passed_over(spoiling: str, home: Path, folder: Path) -> None:
    load(home, folder)
    for path in (home / "cache").iterdir():
        SPOILINGS[spoiling](path)
    assert BeatCache(home, folder).find_terms() is None
    beat = load(home, folder)
    assert [source.id for source in beat.sources] == ["fjord", "umi", "world"]
    assert beat.terms.sides == ("norway", "japan")


def test_folder_that_cannot_be_written_is_passed_over(home: Path, folder: Path) -> None:
    # Root may write anywhere, but not into a file as if it were a folder.
    (home / "cache").write_text("", "utf-8")
    assert load(home, folder).terms.sides == ("norway", "japan")


def test_data_folder_is_not_made(tmp_path: Path, folder: Path) -> None:
    assert load(tmp_path / "none", folder).terms.sides == ("norway", "japan")
    assert not (tmp_path / "none").exists()


def test_data_folder_of_somebody_else_gets_no_files(
    home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: home.stat().st_uid + 1)
    load(home, folder)
    assert not (home / "cache").exists()


def test_two_at_once_leave_one_whole_file_each(home: Path, folder: Path) -> None:
    threads = [threading.Thread(target=load, args=(home, folder)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(home) == KEPT
    assert BeatCache(home, folder).find_terms() is not None


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="Path"):
        PlainForm(()).to_plain(Path("a"))
