"""What deciding on pages and storing them costs, most of them off the beat.

    pages ──► with the screen, and without it: extracted, judged, decided, stored in SQLite
         ├──► trafilatura: text and metadata, nothing else
         └──► news-please, in an environment of its own

Measured is the CPU time of one process. Pages are made up, or saved ones from a folder, among which made-up
pages bring the share on the beat. `lost` are pages that are kept without the screen and not with it.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crawlers.errors import CatalogueError
from crawlers.model import CrawlResult, Page
from maplewire_bench.made_up_pages import made_up_pages
from maplewire_bench.row import Row
from maplewire_bench.stream import START
from pipelines.adapters.clock import FixedClock
from pipelines.adapters.ledger import open_ledger
from pipelines.beat.beat import Beat
from pipelines.ingest.batch import BatchProcessor
from pipelines.ingest.page_reader import DirectPageReader
from pipelines.model import USUAL_RECHECKS, Outcome, RunReport

_PEERS = Path(__file__).parent / "peers" / "read_pages.py"
#: Outcomes of pages that are kept.
_KEPT = frozenset({Outcome.NEW, Outcome.COPY, Outcome.BORDERLINE})
_BATCH = "bench"
#: Pages that are read before those that are measured, and what they are drawn with.
_OTHERS = 20
_OTHER_SEED = 2


@dataclass(frozen=True)
class _Processed:
    """What processing all pages gave, and its cost."""

    kept: frozenset[str]
    report: RunReport
    #: CPU seconds.
    cost_s: float


def bench_screen(
    beat: Beat,
    peers: Path | None = None,
    *,
    pages: int = 400,
    percent: float = 5.0,
    folder: Path | None = None,
) -> list[Row]:
    """Measure pages of which some percent are on the beat.

    `folder` has saved pages (.html, .html.gz) to take in place of made-up ones off the beat; `peers` is the
    Python of an environment with news-please. Raises CatalogueError for a folder without pages.
    """
    chosen = _choose_pages(beat, pages, percent, folder)
    # All is loaded, and made at its first use, before anything is measured: with pages in two languages,
    # half of them on the beat, that come in no measured batch.
    others = _list_other_pages(beat)
    _process(beat, others, screens=True)
    _process(beat, others, screens=False)
    _read_with_trafilatura(others)
    screened = _process(beat, chosen, screens=True)
    unscreened = _process(beat, chosen, screens=False)
    trafilatura_s = _read_with_trafilatura(chosen)
    screen = screened.report.screen
    rows = [
        Row("pages", len(chosen), "pages"),
        Row("screened out", screen.out, "pages"),
        Row("sample of the screen", screen.sampled, "pages"),
        Row("sample of the screen, lost", screen.lost, "pages"),
        Row("kept without the screen", len(unscreened.kept), "pages"),
        Row("lost by the screen", len(unscreened.kept - screened.kept), "pages"),
        Row("decided and stored, with the screen", screened.cost_s / len(chosen) * 1000, "ms of CPU a page"),
        Row("decided and stored, without it", unscreened.cost_s / len(chosen) * 1000, "ms of CPU a page"),
        Row("trafilatura, text and metadata", trafilatura_s / len(chosen) * 1000, "ms of CPU a page"),
        Row("with the screen against trafilatura", screened.cost_s / trafilatura_s, "times"),
        Row("without it against trafilatura", unscreened.cost_s / trafilatura_s, "times"),
    ]
    if peers is not None:
        rows += _measure_peer(peers, chosen, screened.cost_s)
    return rows


def _list_other_pages(beat: Beat) -> list[Page]:
    """Return a few pages other than those that are measured."""
    return [page for page, _is_on_beat in made_up_pages(_OTHERS, 0.5, beat.terms, seed=_OTHER_SEED)]


def _choose_pages(beat: Beat, pages: int, percent: float, folder: Path | None) -> list[Page]:
    """Return the pages, in their order."""
    saved: list[bytes] = []
    if folder is not None:
        saved = list(map(_read_saved, sorted([*folder.glob("*.html"), *folder.glob("*.html.gz")])))
        if not saved:
            raise CatalogueError([f"{folder}: no page there; name a folder with files .html or .html.gz"])
    chosen: list[Page] = []
    for page, is_on_beat in made_up_pages(pages, percent / 100, beat.terms):
        body = page.body
        if saved and not is_on_beat:
            body = saved[len(chosen) % len(saved)]
        chosen.append(Page(page.url, page.source_id, body, page.fetched_at, headers=page.headers))
    return chosen


def _read_saved(path: Path) -> bytes:
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def _process(beat: Beat, pages: Sequence[Page], *, screens: bool) -> _Processed:
    """Decide on pages and store them in a ledger of their own, as a run does."""
    reader = DirectPageReader(beat)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_ledger(f"sqlite:///{folder}/ledger.sqlite")) as ledger,
    ):
        run_id = ledger.start_run(START)
        ledger.adopt(CrawlResult(_BATCH, START, START, (), (), pages=len(pages)), _BATCH, run_id)
        clock = FixedClock(pages[-1].fetched_at)
        processor = BatchProcessor(reader, ledger, clock, USUAL_RECHECKS, run_id, screens=screens)
        kept = set()
        started = time.process_time()
        for page, outcome in processor.take(_BATCH, enumerate(pages)):
            if outcome in _KEPT:
                kept.add(page.url)
        cost_s = time.process_time() - started
        report = ledger.finish_run(run_id, START, 0)
    return _Processed(frozenset(kept), report, cost_s)


def _read_with_trafilatura(pages: Iterable[Page]) -> float:
    """Return the CPU seconds that trafilatura takes for text and metadata of pages."""
    from trafilatura import bare_extraction

    bodies = [page.body for page in pages]
    started = time.process_time()
    for body in bodies:
        bare_extraction(body, with_metadata=True, include_comments=False)
    return time.process_time() - started


def _measure_peer(python: Path, pages: Sequence[Page], own_cost_s: float) -> list[Row]:
    """Return what news-please costs on the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, page in enumerate(pages):
            path = Path(folder, f"{number}.html")
            path.write_bytes(page.body)
            paths.append(str(path))
        answer = subprocess.run(
            [str(python), str(_PEERS)], input="\n".join(paths), stdout=subprocess.PIPE, text=True, check=True
        )
    measured = json.loads(answer.stdout.strip().splitlines()[-1])
    cost_s = measured["cpu_s"]
    return [
        Row("news-please, from_html", cost_s / len(pages) * 1000, "ms of CPU a page"),
        Row("refused by news-please", measured["refused"], "pages"),
        Row("with the screen against news-please", own_cost_s / cost_s, "times"),
    ]
