"""Wherever batches are kept, every worker finds them.

That is a folder, a mounted folder by its URL, a real S3 server.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawlers.batch import BatchFolder, BatchWriter, completed, read_pages, read_result
from crawlers.errors import CatalogueError, PermanentError, TemporaryError
from crawlers.model import CrawlResult
from pipelines.adapters.batch_store import LEFT_S, BatchStore
from pipelines.beat.beat import Beat
from pipelines.model import Outcome
from pipelines.ports import Batches
from pipelines.stages.process import process_open_batches
from tests.builders import NOON, a_page
from tests.pipelines.world import REPORT, World

Machine = Callable[[str], Batches]


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a new bucket."""
    # Only variables say where the server is and who we are, as in production.
    import s3fs

    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "maplewire")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "of-no-account")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    name = f"news-{tmp_path.name.lower().replace('_', '-')}"[:60].strip("-")
    s3fs.S3FileSystem().mkdir(name)
    yield f"s3://{name}/batches"
    s3fs.S3FileSystem.clear_instance_cache()


@pytest.fixture(params=["folder", "file", "s3"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """Give what makes the batches of a machine, by the machine's name."""
    if request.param == "folder":
        return lambda _: BatchFolder(tmp_path / "shared")
    url = f"file://{tmp_path}/store" if request.param == "file" else request.getfixturevalue("bucket")
    return lambda name: BatchStore(url, tmp_path / name)


def _folder(batches: Batches) -> Path:
    if isinstance(batches, BatchFolder):
        return batches.path
    return batches._folder.path  # type: ignore[attr-defined]


def a_batch(batches: Batches, batch_id: str, pages: int = 1) -> Path:
    """Write a batch where a crawl of that machine would."""
    with BatchWriter(_folder(batches), batch_id) as writer:
        for n in range(pages):
            writer.write(a_page(f"https://daily.example/{batch_id}/{n}", "会见 · réunion"))
        return writer.finish(CrawlResult(batch_id, NOON, NOON, (), (), pages=pages))


def test_what_one_machine_publishes_another_reads_whole(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    one.publish(a_batch(one, "b1", pages=3))
    assert other.names() == ["b1.warc.gz"]
    with other.reading("b1.warc.gz") as path:
        assert path is not None
        assert [page.url[-1] for _, page in read_pages(path)] == ["0", "1", "2"]
        result = read_result(path)
    assert result is not None
    assert result.batch_id == "b1"


def test_batches_come_oldest_first_and_a_machine_that_looked_before_sees_new_ones(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    assert other.names() == []
    for batch_id in ("20260102T0000Z-b", "20260101T0000Z-a"):
        one.publish(a_batch(one, batch_id))
    assert other.names() == ["20260101T0000Z-a.warc.gz", "20260102T0000Z-b.warc.gz"]


def test_a_batch_that_is_not_there_is_none(machine: Machine) -> None:
    with machine("one").reading("b404.warc.gz") as path:
        assert path is None


def test_publishing_twice_changes_nothing(machine: Machine) -> None:
    one = machine("one")
    path = a_batch(one, "b1")
    kept = path.read_bytes()
    one.publish(path)
    path.write_bytes(kept)  # as a machine has it that died between copying and letting go
    one.publish(path)
    if path.exists():
        one.publish(path)
    assert one.names() == ["b1.warc.gz"]
    with one.reading("b1.warc.gz") as read:
        assert read is not None
        assert read.read_bytes() == kept


def test_a_file_of_another_place_is_read_where_it_lies(machine: Machine, tmp_path: Path) -> None:
    foreign = a_batch(BatchFolder(tmp_path / "elsewhere"), "cc-news")
    with machine("one").reading(str(foreign)) as path:
        assert path == foreign
    assert foreign.exists()


def test_an_unfinished_batch_is_seen_by_nobody(machine: Machine) -> None:
    one = machine("one")
    with BatchWriter(_folder(one), "b1") as writer:
        writer.write(a_page())
        assert one.names() == []


# -- a store ------------------------------------------------------------------------------------------


def test_a_store_takes_the_file_and_its_copies_leave_no_trace(bucket: str, tmp_path: Path) -> None:
    store = BatchStore(bucket, tmp_path / "one")
    store.publish(a_batch(store, "b1"))
    assert completed(tmp_path / "one") == []
    with store.reading("b1.warc.gz") as path:
        assert path is not None
    assert not path.exists()


def test_what_a_crash_kept_from_the_store_is_published_by_the_next_run(bucket: str, tmp_path: Path) -> None:
    store = BatchStore(bucket, tmp_path / "one")
    path = a_batch(store, "b1")
    assert store.names() == [], "its crawl may be about to publish it"
    os.utime(path, (time.time() - LEFT_S - 1,) * 2)
    assert store.names() == ["b1.warc.gz"]
    assert not path.exists()


def test_a_copy_that_broke_off_is_no_batch(tmp_path: Path) -> None:
    store = BatchStore(f"file://{tmp_path}/store", tmp_path / "one")
    store.publish(a_batch(store, "b1"))
    (tmp_path / "store" / "b2.warc.gz.0a1b2c3d.open").write_bytes(b"half")
    assert store.names() == ["b1.warc.gz"]


def test_a_store_that_is_away_is_temporary_and_keeps_the_batch(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    s3fs.S3FileSystem.clear_instance_cache()
    store = BatchStore(f"{bucket}-away", tmp_path / "one")
    path = a_batch(store, "b1")
    with pytest.raises(TemporaryError, match="cannot be reached"):
        store.publish(path)
    assert path.exists()


def test_a_bucket_that_is_missing_is_not_made_by_us(bucket: str, tmp_path: Path) -> None:
    missing = bucket.replace("/batches", "-missing/batches")
    store = BatchStore(missing, tmp_path / "one")
    path = a_batch(store, "b1")
    with pytest.raises(PermanentError, match=r"is not there: .*make it, or correct MAPLEWIRE_BATCHES_URL"):
        store.publish(path)
    assert path.exists()
    assert store.names() == []


def test_a_bucket_that_is_not_ours_is_permanent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = BatchStore(f"file://{tmp_path}/store", tmp_path / "one")

    def refuses(*_: object, **__: object) -> None:
        raise PermissionError("Access Denied")

    monkeypatch.setattr(store._fs, "put_file", refuses)
    with pytest.raises(PermanentError, match="does not let us in: Access Denied"):
        store.publish(a_batch(store, "b1"))


def test_a_url_of_no_known_kind_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"MAPLEWIRE_BATCHES_URL: nfs://user.*write s3://BUCKET/PREFIX"):
        BatchStore("nfs://user/x", tmp_path)


def test_messages_name_no_password(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as refused:
        BatchStore("nfs://me:hidden@store.example/x", tmp_path)
    assert "hidden" not in str(refused.value)


# -- the stages ---------------------------------------------------------------------------------------


def test_one_machine_crawls_and_another_processes(bucket: str, beat: Beat, tmp_path: Path) -> None:
    crawler, worker = World(beat, tmp_path / "crawler"), World(beat, tmp_path / "worker")
    for world in (crawler, worker):
        store = BatchStore(bucket, world.parts.crawl.batch_dir)
        world.parts = replace(world.parts, store=store, ledger=crawler.ledger)
    path = crawler.hand_over(REPORT)
    crawler.parts.batches.publish(path)
    run_id = crawler.ledger.start_run(NOON)
    outcomes = process_open_batches(worker.parts, run_id, worker.findings)
    assert outcomes == {Outcome.NEW: 1}
    assert worker.findings.troubles == []
    assert completed(worker.parts.crawl.batch_dir) == []


def test_the_local_default_loads_neither_fsspec_nor_s3(tmp_path: Path) -> None:
    import subprocess

    script = (
        "import sys; from pipelines.bootstrap import make_app\n"
        "with make_app() as app: assert app.parts.batches.names() == []\n"
        "assert not {'fsspec', 's3fs', 'botocore'} & set(sys.modules)"
    )
    environment = {"PATH": os.environ["PATH"], "MAPLEWIRE_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], env=environment, cwd=tmp_path, check=True)


# -- upkeep -------------------------------------------------------------------------------------------


def test_a_batch_tells_its_size_and_age_and_can_be_removed_from_any_machine(machine: Machine) -> None:
    one, other = machine("one"), machine("other")
    one.publish(a_batch(one, "20260117T120000000000Z-aaaaaa"))
    (name,) = other.names()
    facts = other.facts(name)
    assert facts
    assert facts.size > 100
    assert abs((datetime.now(UTC) - facts.made).total_seconds()) < 120
    other.remove(name)
    other.remove(name)
    assert one.names() == []
    assert one.facts(name) is None
