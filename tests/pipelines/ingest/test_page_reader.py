"""A page that cannot be read leaves nothing in memory."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from crawlers.errors import PermanentError
from pipelines.beat.beat import Beat
from pipelines.ingest.page_reader import DirectPageReader, PageReading, article_of, read_alone
from tests.pipelines.world import a_page


@pytest.fixture
def collector_off() -> Iterator[None]:
    """Nothing is freed but what nobody holds."""
    gc.disable()
    yield
    gc.enable()


def meet_error(read: Callable[[], object]) -> weakref.ref[PermanentError]:
    """Read a page, and return the error that it met, as long as somebody holds it."""
    try:
        read()
    except PermanentError as e:
        return weakref.ref(e)
    raise AssertionError("the page was read")


@pytest.mark.usefixtures("collector_off")
def test_an_error_is_held_by_nobody_when_it_was_told() -> None:
    reading = PageReading(a_page("a", "No words", []))
    reading.outcome = PermanentError("the page's text is no words")
    error = meet_error(lambda: article_of(reading))
    assert error() is None


@pytest.mark.usefixtures("collector_off")
def test_a_page_read_alone_holds_no_error_either(beat: Beat) -> None:
    page = a_page("a", "", [])
    reader = DirectPageReader(beat)
    error = meet_error(lambda: read_alone(reader, page, lambda _site, _page: frozenset(), is_backfill=False))
    assert error() is None
