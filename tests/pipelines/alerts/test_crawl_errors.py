"""Why a source cannot be read, in the language of a mail: what the crawler says is found in the catalogue."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from OpenSSL.SSL import Error as TlsError
from scrapy import exceptions as scrapy_errors
from scrapy.http import Response
from twisted.internet.error import NoRouteError

from crawlers.challenges import Wall
from crawlers.errors import FeedUnreadable
from crawlers.feeds import parse_feed
from crawlers.model import Entry, PageRetry
from crawlers.retries import describe_loss
from crawlers.spiders.downloads import _explain
from crawlers.spiders.trouble import CookieNeeded, trouble_of_exception, trouble_of_status
from pipelines.alerts.reason_words import reason_in
from tests.builders import NOON

LANGUAGES = ("fr", "zh")
#: Words that only an English sentence has.
ENGLISH = re.compile(
    r"\b(the|host|answer|answers|answered|address|feed|connection|listing|certificate|within|entry|has|for)\b"
)


def errors_of_requests() -> list[str]:
    """Return what the crawler says of requests that fail."""
    errors = [
        scrapy_errors.CannotResolveHostError(),
        scrapy_errors.DownloadTimeoutError(),
        scrapy_errors.DownloadConnectionRefusedError(),
        NoRouteError(),
        scrapy_errors.ResponseDataLossError(),
        OSError("broken pipe"),
        TlsError("handshake failure"),
        scrapy_errors.IgnoreRequest("Forbidden by robots.txt"),
        scrapy_errors.IgnoreRequest("max redirections reached"),
        scrapy_errors.IgnoreRequest("DOWNLOAD_MAXSIZE"),
        CookieNeeded("https://x.example/a"),
    ]
    return [trouble_of_exception(error).reason for error in errors]


def errors_of_statuses() -> list[str]:
    """Return what the crawler says of answers that are no page."""
    found = []
    for status in (204, 403, 404, 429, 500, 503, 599):
        trouble = trouble_of_status(Response("https://x.example/feed", status=status), NOON)
        assert trouble is not None
        found.append(trouble.reason)
    return found


def walls() -> list[str]:
    """Return what the crawler says of pages that stand in an article's place."""
    kinds: tuple[Literal["bot wall", "consent", "closed"], ...] = ("bot wall", "consent", "closed")
    return [str(Wall(kind, "“before you continue”")) for kind in kinds]


def losses() -> list[str]:
    """Return what the crawler says of articles that it gives up."""
    url = "https://daily.example/1"
    retry = PageRetry(url, "daily", Entry(url), "doubtful", "answered 403", NOON, NOON, NOON)
    found = []
    for reason in (*walls(), "answered 403 Forbidden", "no complete answer in time"):
        found.append(describe_loss(retry, reason))
        found.append(
            f"no page came at 4 requests in 4 polls: {describe_loss(retry, reason, is_listed=False)}"
        )
    return found


def errors_of_listings() -> list[str]:
    """Return what the crawler says of listings that cannot be read."""
    found = []
    for body in (
        b"",
        b"Sorry",
        b"{}",
        b"{'a'",
        b"<html><title>Consent</title></html>",
        b"<html>hello</html>",
        b"<html><link rel=alternate type=application/rss+xml href=/rss></html>",
        b"<rss><chan",
    ):
        with pytest.raises(FeedUnreadable) as error:
            parse_feed(body, url="https://x.example/feed", content_type=None, timezone="UTC", now=NOON)
        found.append(str(error.value))
    return found


OTHERS = [
    _explain(60.0),
    "the host name has no address (the listing leads to https://x.example/b)",
    "robots.txt cannot be had (answered 503), so nothing is fetched from its host for now",
    "too slow: 3 answers in 240 s",
    "the crawl's time was up: 3 answers in 240 s",
    "its turn did not come in this crawl",
    "the listing could not be read within 20 s and 2 GiB of memory",
    "its state cannot be read (KeyError)",
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "reason",
    [*errors_of_requests(), *errors_of_statuses(), *errors_of_listings(), *walls(), *losses(), *OTHERS],
)
def test_why_a_source_cannot_be_read_is_in_the_catalogue(reason: str, language: str) -> None:
    said = reason_in(language, reason)
    assert said != reason
    # What servers and libraries say stays as it came.
    own = re.sub(r"« [^»]* »|“[^”]*”|: Expecting .*|[0-9]{3} [A-Z][A-Za-z ]+", "", said)
    assert not ENGLISH.findall(own), said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "fault",
    [
        "its certificate has expired",
        "its certificate is not valid yet (look at this machine's clock too)",
        "its certificate is signed by itself alone",
        "its certificate comes from an authority that nobody here trusts",
        "it does not show who signed its certificate",
        "its certificate is for another host than x.example",
        "its certificate names no host that can be read",
        "its certificate is refused by OpenSSL (reason 68)",
    ],
)
def test_what_is_wrong_with_a_certificate_is_in_the_catalogue(fault: str, language: str) -> None:
    reason = trouble_of_exception(TlsError(fault)).reason
    assert fault not in reason_in(language, reason)
    assert "verify_reason" in reason_in(language, reason)


@pytest.mark.parametrize(
    ("reason", "french", "chinese"),
    [
        (
            "failing since 2026-01-17 11:00 UTC (3 h): no complete answer in time",
            "en échec depuis 2026-01-17 11:00 UTC (3 h) : pas de réponse complète à temps",
            "自2026-01-17 11:00 UTC（3 小时）起读取失败：未能及时收到完整应答",
        ),
        (
            "1 article lost in the last 7 days, of 12; the last one: robots.txt forbids it",
            "1 article perdu ces 7 derniers jours, sur 12 : robots.txt l’interdit",
            "过去 7 天 12 篇文章中丢失 1 篇：robots.txt 不允许",
        ),
    ],
)
def test_an_error_inside_another_sentence_is_said_as_a_reader_would(
    reason: str, french: str, chinese: str
) -> None:
    assert reason_in("fr", reason) == french
    assert reason_in("zh", reason) == chinese
