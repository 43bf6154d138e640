"""Benchmarks measure the real thing and leave nothing behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from maplewire_bench import all_parts, dedup, memory, screen, serve, startup
from maplewire_bench.copied_home import copy_home
from maplewire_bench.decided_stream import decide_stream
from maplewire_bench.filled_home import fill_home
from maplewire_bench.grown_ledger import fill_ledger
from maplewire_bench.pairs import pair_f1
from maplewire_bench.stream import stream
from pipelines.adapters.ledger import SqlLedger, open_ledger
from pipelines.beat.beat import Beat
from pipelines.bootstrap import App
from pipelines.config import Settings
from pipelines.dedup import lookup, print_of
from pipelines.query import parse


def figures(rows: list[dedup.Row]) -> dict[str, float]:
    return {row.what: row.figure for row in rows}


def test_a_stream_is_the_same_each_time_and_mixes_reports_with_reprints() -> None:
    made = list(stream(300))
    assert made == list(stream(300))
    assert made != list(stream(300, seed=2))
    reprints = sum(one.report != one.number for one in made)
    assert 90 < reprints < 150
    assert {one.lang for one in made} == {"en", "zh-Hans"}


def test_the_screen_is_measured_beside_reading_every_page(beat: Beat, tmp_path: Path) -> None:
    found = figures(screen.bench_screen(beat, pages=40, percent=10))
    assert found["pages"] == 40
    # Four are on the beat, and some reprint those.
    assert 30 <= found["screened out"] + found["sample of the screen"] <= 36
    assert found["lost by the screen"] == 0
    assert found["kept without the screen"] >= 4
    assert found["with the screen against trafilatura"] > 0
    with pytest.raises(CatalogueError, match="no page there"):
        screen.bench_screen(beat, pages=20, folder=tmp_path)


def test_memory_is_measured_for_a_small_batch_and_a_large_one(beat: Beat) -> None:
    found = figures(memory.bench_memory(beat, [10, 20], percent=10))
    assert found["10 pages, largest size"] > 50
    assert found["20 pages, decided and stored"] > 0
    assert found["the last against the first"] > 0.5


def test_the_whole_is_measured_with_its_quality_and_its_growth() -> None:
    found = figures(dedup.bench_dedup(stored=150, counted=50, grown=[1_000, 2_000]))
    assert found["pair F1 on the stream"] > 0.99
    assert found["articles decided and stored a CPU second"] > 0
    assert found["deciding and storing, 1,000 stored, CPU an article"] > 0
    assert found["growth of that cost, 2,000 stored"] > 0
    assert found["projected to 1,000,000 stored"] != 0
    assert 20 < found["stories related to others"] <= 50
    assert found["relating a story, CPU"] > 0
    assert 1_000 < found["state of dedup an article"] < 6_000


@pytest.fixture(scope="module")
def small_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with 300 articles, which nobody changes."""
    url = f"sqlite:///{tmp_path_factory.mktemp('small')}/ledger.sqlite"
    with closing(open_ledger(url)) as ledger:
        fill_ledger(ledger, 300)
    return url


@pytest.mark.xdist_group("small ledger")
def test_a_database_with_articles_is_not_filled_with_made_up_ones(small_url: str) -> None:
    with pytest.raises(CatalogueError, match="name an empty one"):
        dedup.bench_dedup(small_url, stored=10, counted=10)


@pytest.mark.xdist_group("small ledger")
def test_each_article_of_a_filled_ledger_has_its_own_id_address_and_story(small_url: str) -> None:
    with closing(open_ledger(small_url)) as ledger:
        documents = [document for _, document in ledger.arrivals_since(0)]
        stories = ledger.stories([document.story_id for document in documents])

        assert len(documents) == 301
        assert len({document.id for document in documents}) == 301
        assert len({document.url for document in documents}) == 301
        for document in documents:
            story = stories[document.story_id]
            assert (story.id, story.lead_id) == (document.story_id, document.id)
            assert [link.article_id for link in story.links] == [document.id]
        assert ledger.article(documents[-1].id) is not None


@pytest.mark.xdist_group("small ledger")
def test_the_articles_of_a_filled_ledger_are_spread_over_a_year(small_url: str) -> None:
    with closing(open_ledger(small_url)) as ledger:
        documents = [document for _, document in ledger.arrivals_since(0)]
    assert len({document.collected for document in documents}) == 301
    assert len({(document.collected.year, document.collected.month) for document in documents}) >= 12
    for document in documents:
        assert document.published == document.collected


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[SqlLedger]:
    with closing(open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")) as ledger:
        fill_ledger(ledger, 3_000)
        yield ledger


def test_a_filled_ledger_has_keys_as_frequent_as_the_stream_and_takes_articles(filled: SqlLedger) -> None:
    with filled.database.engine.connect() as connection:
        keys = Counter(key for (key,) in connection.exec_driver_sql("SELECT key FROM posting"))
    real: Counter[int] = Counter()
    for made in islice(stream(3_000, seed=2), 500):
        real.update(lookup.lookup_keys(print_of(made.title, made.body)))
    assert keys.total() / 3_000 == pytest.approx(real.total() / 500, rel=0.15)
    assert max(keys.values()) / 3_000 == pytest.approx(max(real.values()) / 500, rel=0.5)
    few = list(stream(60))
    assert pair_f1(few, decide_stream(filled, few, 30).clusters) > 0.98


def test_a_copied_folder_has_all_articles_again_each_time_later(tmp_path: Path) -> None:
    made = list(stream(20))
    fill_home(tmp_path, made)
    copy_home(tmp_path, 2, timedelta(days=1))
    with App(Settings(home=tmp_path)) as maplewire:
        ledger = maplewire.ledger
        assert (ledger.count_articles(), maplewire.index.count(), ledger.damage()) == (60, 60, [])
        arrivals = ledger.counted_arrivals(0)
        assert [arrival.number for arrival in arrivals] == list(range(1, 61))
        assert arrivals[-1].collected - arrivals[-21].collected == timedelta(days=1)
        assert len(ledger.story_ranks({arrival.story_id for arrival in arrivals})) % 3 == 0
        found = maplewire.index.search(parse(f"story:{arrivals[-1].story_id}", now=made[-1].at))
        assert found.total == 1
        assert ledger.watermark("index") == 60


def test_pages_are_measured_on_the_real_server(monkeypatch: pytest.MonkeyPatch) -> None:
    # So that rows are copied, as they are for a large folder.
    monkeypatch.setattr(serve, "_DECIDED", 20)
    found = figures(serve.bench_serve(60))

    assert found["story, after that"] >= 0
    assert found["memory"] > 10
    assert {"today, first", "search for a word, first", "article, first"} <= set(found)


def test_the_start_of_short_commands_is_measured_beside_an_empty_python() -> None:
    found = figures(startup.bench_startup(60, rounds=1))
    assert found["python -c pass"] > 0
    for command in ("status", "status, empty folder", "searches list", "story", "--help"):
        assert found[command] > 0


def test_a_part_that_fails_or_takes_too_long_is_told_and_ends_no_other(tmp_path: Path) -> None:
    parts = {"screen": ("--folder", str(tmp_path)), "article": ("--pages", "2")}
    said: list[str] = []
    failed, measured = all_parts.bench_all(said.append, tmp_path / "python", parts=parts)
    assert said == ["bench screen …", "bench article …"]
    assert "no page there" in failed.trouble
    assert not failed.rows
    assert figures(list(measured.rows))["pages"] == 2
    assert not measured.trouble

    (late,) = all_parts.bench_all(said.append, parts={"startup": ()}, longest_s=0.1)
    assert "run it alone: maplewire bench startup" in late.trouble


def test_peers_that_are_missing_are_told_and_ours_is_measured(tmp_path: Path) -> None:
    parts = {"dedup": ("--stored", "20", "--counted", "10")}
    (result,) = all_parts.bench_all(lambda _: None, tmp_path / "python", parts=parts)
    assert "other programs are left out" in result.trouble
    assert figures(list(result.rows))["articles stored before counting"] == 20
