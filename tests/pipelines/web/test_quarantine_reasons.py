"""Why a page is in quarantine, in the language of the reader."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import pytest

from crawlers.errors import PermanentError
from crawlers.model import Page
from pipelines.adapters.page_worker.worker import PageLimits
from pipelines.extract import extract
from pipelines.extract.document import MAX_BYTES
from pipelines.web.reason_text import ReasonText
from tests.builders import NOON
from tests.pipelines.alerts.values import CLOCKS

LANGUAGES = ("fr", "zh")


def reason_of(body: bytes, *, content_type: str = "text/html", status: int = 200) -> str:
    """Return why a page is refused, as the quarantine keeps it."""
    headers = {"content-type": content_type}
    page = Page("https://x.example/1", "", body, NOON, status=status, headers=headers)
    with pytest.raises(PermanentError) as caught:
        extract(page, None, NOON)
    return str(caught.value)


LIST = "".join(f"<li><h2><a href='/{n}'>Canola growers wait for news {n}</a></h2></li>" for n in range(30))


@pytest.mark.parametrize(
    "reason",
    [
        lambda: reason_of(b""),
        lambda: reason_of(b"<html><body></body></html>"),
        lambda: reason_of(f"<html><body><ul>{LIST}</ul></body></html>".encode()),
        lambda: reason_of(b"<html><title>404 Not Found</title><body><p>Page not found</p></body></html>"),
        lambda: reason_of(b"%PDF-1.7"),
        lambda: reason_of(b"\x89PNG"),
        lambda: reason_of(b"PK\x03\x04"),
        lambda: reason_of(b"\x1f\x8b"),
        lambda: reason_of(b"{}", content_type="application/json; charset=utf-8"),
        lambda: reason_of(b"<html>", status=404),
        lambda: reason_of(b"x" * (MAX_BYTES + 1)),
        lambda: str(PageLimits().too_costly("took more than 5 s to read")),
        lambda: str(PageLimits().too_costly("took more than 512 MiB of memory to read")),
        lambda: str(PageLimits().too_costly("the process that read it was ended")),
        lambda: str(PageLimits().too_costly("the process that read it was ended by SIGKILL")),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_page_was_kept_aside_is_said_in_the_language_of_the_page(
    language: str, reason: Callable[[], str]
) -> None:
    written = reason()
    shown = str(ReasonText(language, MappingProxyType({}), CLOCKS[0], NOON)(written))
    assert 'lang="en"' not in shown, written
