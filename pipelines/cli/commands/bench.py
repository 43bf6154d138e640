"""`maplewire bench`: what the costly parts cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crawlers.errors import CatalogueError
from pipelines.cli.console import complain, print_json, say
from pipelines.cli.options import AsJson

if TYPE_CHECKING:
    from maplewire_bench.index import Row
    from pipelines.config import Settings

# Only here is maplewire_bench imported: the contracts in pyproject.toml allow it to commands alone.
bench_app = typer.Typer(
    help="Measure what costs most, beside a plain way of doing the same.", no_args_is_help=True
)


@bench_app.command("index")
def bench_index(
    articles: Annotated[int, typer.Option(min=100, max=1_000_000, help="How many made-up articles.")] = 5000,
    as_json: AsJson = False,
) -> None:
    """Measure the Elasticsearch of MAPLEWIRE_INDEX_URL.

    Writing, searching and rebuilding are measured.

    It works in indices of its own.

    Example: MAPLEWIRE_INDEX_URL=http://localhost:9200 maplewire bench index --articles 50000
    """
    from maplewire_bench.index import bench_index as measure
    from pipelines.config import read_settings, reveal

    settings = read_settings()
    if not _is_elasticsearch(settings):
        raise CatalogueError(["MAPLEWIRE_INDEX_URL: this measures Elasticsearch; write https://HOST:9200"])
    rows = measure(
        settings.index,
        api_key=reveal(settings.elasticsearch_api_key),
        ca_certs=settings.elasticsearch_ca_certs,
        articles=articles,
    )
    _print_rows(rows, as_json=as_json)


@bench_app.command("alerts")
def bench_alerts(as_json: AsJson = False) -> None:
    """Measure matching 1,000 searches with 500 new articles.

    Where MAPLEWIRE_INDEX_URL is an Elasticsearch, its `_msearch` is measured too.

    Example: MAPLEWIRE_INDEX_URL=http://localhost:9200 maplewire bench alerts
    """
    from maplewire_bench.alerts import bench_alerts as measure
    from pipelines.config import read_settings, reveal

    settings = read_settings()
    # Without a server our own matching is still worth a number.
    url = None
    if _is_elasticsearch(settings):
        url = settings.index
    _print_rows(
        measure(
            url, api_key=reveal(settings.elasticsearch_api_key), ca_certs=settings.elasticsearch_ca_certs
        ),
        as_json=as_json,
    )


@bench_app.command("dedup")
def bench_dedup(
    stored: Annotated[
        int, typer.Option(min=10, help="Articles stored before the measurement begins.")
    ] = 10_000,
    counted: Annotated[int, typer.Option(min=10, help="Articles measured.")] = 1_000,
    grown: Annotated[
        list[int] | None,
        typer.Option(
            min=10,
            help="Measure, in turns, also with so many articles stored. May be repeated. "
            "A million takes a while and 6 GB.",
        ),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option(help="An empty PostgreSQL database to fill, instead of a temporary SQLite file."),
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(help="The Python of an environment with datasketch and rensa (`make bench` makes one)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure deciding on articles and storing them.

    The news is made up; the ledger is filled before.

    Example: maplewire bench dedup --grown 50000 --grown 200000
    """
    from maplewire_bench.dedup import bench_dedup as measure

    _print_rows(measure(ledger, peers, stored=stored, counted=counted, grown=grown or ()), as_json=as_json)


@bench_app.command("screen")
def bench_screen(
    pages: Annotated[int, typer.Option(min=20, max=1_000_000, help="How many pages.")] = 400,
    percent: Annotated[
        float, typer.Option(min=0, max=100, help="How many of a hundred are on the beat.")
    ] = 5,
    folder: Annotated[
        Path | None, typer.Option(help="Saved pages (.html, .html.gz) in place of made-up ones.")
    ] = None,
    peers: Annotated[
        Path | None,
        typer.Option(help="The Python of an environment with news-please: .venv-peers/bin/python."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure deciding on pages of which few are on the beat.

    With the screen and without it, beside trafilatura and news-please.

    Example: maplewire bench screen --percent 5 --folder saved-pages
    """
    from maplewire_bench.screen import bench_screen as measure
    from pipelines.beat.beat import load_beat
    from pipelines.config import read_settings

    beat = load_beat(read_settings().beat)
    _print_rows(measure(beat, peers, pages=pages, percent=percent, folder=folder), as_json=as_json)


@bench_app.command("memory")
def bench_memory(
    pages: Annotated[
        list[int] | None,
        typer.Option(min=10, max=1_000_000, help="How many pages; 5000 and 50000 by default."),
    ] = None,
    percent: Annotated[
        float, typer.Option(min=0, max=100, help="How many of a hundred are on the beat.")
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Measure the memory of processing a small batch and a large one.

    Pages are made up, and each batch is processed by a command of its own.

    Example: maplewire bench memory --pages 5000 --pages 50000
    """
    from maplewire_bench.memory import bench_memory as measure
    from pipelines.beat.beat import load_beat
    from pipelines.config import read_settings

    beat = load_beat(read_settings().beat)
    _print_rows(measure(beat, pages or [5_000, 50_000], percent), as_json=as_json)


@bench_app.command("article")
def bench_article(
    pages: Annotated[int, typer.Option(min=1, max=100_000, help="How many made-up pages.")] = 100,
    folder: Annotated[
        Path | None, typer.Option(help="A folder of saved pages (.html, .html.gz) to read instead.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure extracting an article from its page.

    Beside it, trafilatura reads text and metadata of the same pages.

    Example: maplewire bench article --folder saved-pages
    """
    from maplewire_bench.article import bench_article as measure

    _print_rows(measure(pages, folder), as_json=as_json)


@bench_app.command("crawl")
def bench_crawl(
    pages: Annotated[int, typer.Option(min=40, max=100_000, help="How many pages, of 40 hosts.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Measure fetching news into a batch.

    A web of 40 hosts is served on loopback. Beside our crawl, a bare Scrapy fetches the same pages.

    Example: maplewire bench crawl --pages 2000
    """
    from maplewire_bench.crawl import bench_crawl as measure

    _print_rows(measure(pages), as_json=as_json)


@bench_app.command("serve")
def bench_serve(
    articles: Annotated[int, typer.Option(min=50, max=1_000_000, help="How many made-up articles.")] = 3000,
    as_json: AsJson = False,
) -> None:
    """Measure the pages of the reading room.

    The server runs in a process of its own, over a ledger that is made for it.

    Example: maplewire bench serve --articles 20000
    """
    from maplewire_bench.serve import bench_serve as measure

    _print_rows(measure(articles), as_json=as_json)


@bench_app.command("search")
def bench_search(
    articles: Annotated[
        int, typer.Option(min=500, max=1_000_000, help="How many made-up articles.")
    ] = 20_000,
    as_json: AsJson = False,
) -> None:
    """Measure searching and writing on SQLite, beside raw FTS5.

    Where MAPLEWIRE_INDEX_URL is an Elasticsearch, that is measured too, beside its query_string.

    Example: maplewire bench search --articles 200000
    """
    from maplewire_bench.search import bench_search as measure
    from pipelines.config import read_settings, reveal

    settings = read_settings()
    url = settings.index if _is_elasticsearch(settings) else None
    rows = measure(
        articles,
        url,
        api_key=reveal(settings.elasticsearch_api_key),
        ca_certs=settings.elasticsearch_ca_certs,
    )
    _print_rows(rows, as_json=as_json)


@bench_app.command("startup")
def bench_startup(
    articles: Annotated[int, typer.Option(min=50, max=100_000, help="How many made-up articles.")] = 500,
    as_json: AsJson = False,
) -> None:
    """Measure what short commands cost.

    `status`, `search`, `searches list` and `story` are called as a person calls them, beside an empty Python.

    Example: maplewire bench startup --json
    """
    from maplewire_bench.startup import bench_startup as measure

    _print_rows(measure(articles), as_json=as_json)


@bench_app.command("all")
def bench_all(
    peers: Annotated[
        Path | None,
        typer.Option(help="The Python of an environment with other programs (`make bench` makes one)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure all parts that need no server, in ten minutes at most.

    A part that fails, or takes too long, is told and ends no other. The command then ends with 1.

    Example: maplewire bench all --json
    """
    from maplewire_bench.all_parts import bench_all as measure

    results = measure(say, peers)
    if as_json:
        print_json([result.as_json() for result in results])
    else:
        rows = []
        for result in results:
            for row in result.rows:
                rows.append(row._replace(what=f"{result.name}: {row.what}"))
        _print_rows(rows, as_json=False)
    troubles = [result for result in results if result.trouble]
    for result in troubles:
        complain(f"bench {result.name}: {result.trouble}")
    if troubles:
        raise typer.Exit(1)


def _is_elasticsearch(settings: Settings) -> bool:
    # Settings let only sqlite:// and http(s):// pass.
    return settings.index.startswith("http")


def _print_rows(rows: Sequence[Row], *, as_json: bool) -> None:
    from pipelines.cli.render.tables import print_table

    if as_json:
        print_json([row._asdict() for row in rows])
        return
    table = []
    for row in rows:
        # Figures run from fractions of a millisecond to a million articles.
        table.append((row.what, f"{row.figure:,.2f}", row.unit))
    print_table("", ["what", "figure", "unit"], table)
