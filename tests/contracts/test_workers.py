"""Workers that process batches at one moment: real processes, real databases."""

from __future__ import annotations

import multiprocessing
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.adapters.ledger import open_ledger
from pipelines.model import Outcome, article_id
from pipelines.ports import Ledger
from tests.builders import NOON
from tests.contracts.worker_children import TEXTS, drain, write_batch

CHILDREN = multiprocessing.get_context("forkserver")
CHILDREN.set_forkserver_preload(["tests.contracts.ledger_children", "tests.contracts.worker_children"])
POSTGRES = pytest.param("postgres_url", marks=pytest.mark.postgres)


@pytest.mark.parametrize("fixture", ["sqlite_url", POSTGRES])
@pytest.mark.parametrize("shared", [False, True], ids=["a batch each", "the same batch"])
def test_workers_at_the_same_moment_make_one_story_of_one_text(
    fixture: str, shared: bool, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue(fixture)
    outlets = ["daily", "courier", "wire"]
    batches = {"all": outlets} if shared else {outlet: [outlet] for outlet in outlets}
    with closing(open_ledger(url)) as ledger:
        run = ledger.start_run(NOON)
        for batch_id, some in batches.items():
            result = write_batch(tmp_path, batch_id, some)
            ledger.adopt(result, f"{batch_id}.warc.gz", run)
    start, results = CHILDREN.Barrier(len(outlets)), CHILDREN.Queue()
    mine = [["all"]] * len(outlets) if shared else [[outlet] for outlet in outlets]
    workers = [CHILDREN.Process(target=drain, args=(url, str(tmp_path), ids, start, results)) for ids in mine]
    for worker in workers:
        worker.start()
    done = [results.get(timeout=240) for _ in workers]
    for worker in workers:
        worker.join()
    assert all(isinstance(found, tuple) and not found[1] for found in done), done
    assert sum(found[0] for found in done) == TEXTS * len(outlets)
    with closing(open_ledger(url)) as ledger:
        story_ids = set()
        for n in range(TEXTS):
            homes = _homes_of_text(ledger, n, outlets)
            assert len(homes) == 1
            story_ids |= homes
        stories = ledger.stories(story_ids)
        outcomes = [sum(report.outcomes[o] for report in ledger.runs()) for o in (Outcome.NEW, Outcome.COPY)]
        assert not ledger.open_batches()
    assert len(stories) == TEXTS
    assert {story.copies for story in stories.values()} == {len(outlets) - 1}
    assert outcomes == [TEXTS, TEXTS * (len(outlets) - 1)]


def _homes_of_text(ledger: Ledger, n: int, outlets: list[str]) -> set[str]:
    """Return the stories that the outlets' articles of one text are in."""
    homes = set()
    for outlet in outlets:
        stored = ledger.article(article_id(f"https://{outlet}.example/{n}"))
        assert stored
        assert stored.story_id
        homes.add(stored.story_id)
    return homes
