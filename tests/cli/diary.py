"""Nine days of a small web, and of the Maplewire that watches it by a clock that is set ahead.

    with Diary(folder) as diary:
        diary.publish("wire", SHIP)
        diary.run("Mon 10:00")
        diary.mails_to("now")

The days are those of a reader in Toronto, from a Monday on; "Tue+7" is the Tuesday a week later.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import format_datetime
from html import escape
from pathlib import Path
from types import TracebackType
from typing import Self
from zoneinfo import ZoneInfo

import pytest
import yaml
from typer.testing import CliRunner, Result

from pipelines.adapters.ledger import open_ledger
from pipelines.cli import app
from tests.crawlers.web import Answer, Web
from tests.small_beat import give_heading_and_terms

ZONE = ZoneInfo("America/Toronto")
#: A Monday, in summer, far from any clock that is right.
FIRST_DAY = datetime(2031, 6, 2, tzinfo=ZONE)
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Page:
    """A report as its site shows it."""

    path: str
    title: str
    paragraphs: tuple[str, ...]
    #: As "Mon 10:00"; the time of publishing where there is none.
    dated: str | None = None

    def saying(self, before: str, after: str) -> Page:
        """Return the page with other words in one place."""
        assert any(before in paragraph for paragraph in self.paragraphs), before
        return replace(self, paragraphs=tuple(text.replace(before, after) for text in self.paragraphs))


@dataclass(frozen=True)
class SentMail:
    """A mail as its reader has it."""

    at: datetime
    subject: str
    text: str

    @property
    def hour(self) -> str:
        """When it was written, on the reader's clock: "Mon 10:00"."""
        return f"{self.at.astimezone(ZONE):%a %H:%M}"


@dataclass
class Site:
    """One source: what it lists, and what its pages answer."""

    web: Web
    listed: dict[str, tuple[Page, datetime]] = field(default_factory=dict)

    def show(self, page: Page, at: datetime) -> None:
        """List a page, or show it anew; a listing keeps its first time."""
        first = self.listed.get(page.path)
        self.listed[page.path] = (page, first[1] if first else at)
        body = _page_html(page, self.listed[page.path][1])
        self.web.answer(page.path, Answer(200, body.encode(), _HTML))
        self.write_feed()

    def write_feed(self) -> None:
        items = ""
        for page, at in self.listed.values():
            link = self.web.url(page.path)
            items += f"<item><title>{escape(page.title)}</title><link>{link}</link>"
            items += f"<pubDate>{format_datetime(at)}</pubDate></item>"
        body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
        self.web.answer("/feed.xml", Answer(200, body.encode(), {"Content-Type": "application/rss+xml"}))


def _page_html(page: Page, at: datetime) -> str:
    body = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in page.paragraphs)
    return (
        f"<html lang=en><head><title>{escape(page.title)}</title>"
        f'<meta property="article:published_time" content="{at.isoformat()}"></head>'
        f"<body><main><article><h1>{escape(page.title)}</h1>{body}</article></main></body></html>"
    )


class Diary:
    """A web of several sites on loopback, a beat of its own, and a rehearsed data folder."""

    def __init__(self, folder: Path, sites: tuple[str, ...], searches: list[dict[str, object]]) -> None:
        self._folder = folder
        self._closing = ExitStack()
        self._searches = searches
        self._names = sites
        self.sites: dict[str, Site] = {}
        self.now = FIRST_DAY

    def __enter__(self) -> Self:
        beat = self._folder / "beat"
        beat.mkdir()
        give_heading_and_terms(beat)
        sources = []
        for name in self._names:
            web = self._closing.enter_context(Web())
            self.sites[name] = Site(web)
            self.sites[name].write_feed()
            # Asked at every run: what a source's own rhythm makes of it is tried elsewhere.
            poll = {"every": "5m", "min": "5m", "max": "5m"}
            source = {"id": name, "name": name.capitalize(), "kind": "feed", "url": web.url("/feed.xml")}
            sources.append(source | {"poll": poll})
        (beat / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
        self.set_searches(self._searches)
        environment = self._closing.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("MAPLEWIRE_HOME", str(self.home))
        environment.setenv("MAPLEWIRE_BEAT", str(beat))
        environment.setenv("MAPLEWIRE_PRIVATE_HOSTS", "127.0.0.1")
        environment.setenv("MAPLEWIRE_DELAY_S", "0")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    @property
    def home(self) -> Path:
        return self._folder / "home"

    def set_searches(self, searches: list[dict[str, object]]) -> None:
        (self._folder / "beat" / "searches.yaml").write_text(yaml.safe_dump({"searches": searches}))

    # -- what the web does --------------------------------------------------------------------------------

    def publish(self, site: str, page: Page, at: str) -> None:
        self.sites[site].show(page, moment(page.dated or at))

    def edit(self, site: str, page: Page) -> None:
        self.sites[site].show(page, self.now)

    def take_away(self, site: str, page: Page, status: int = 404) -> None:
        """Let a page be gone; its site goes on to list it."""
        self.sites[site].web.answer(page.path, Answer(status, b"gone"))

    def break_down(self, site: str) -> None:
        self.sites[site].web.answer("/feed.xml", Answer(500, b"broken"))

    # -- what Maplewire does ------------------------------------------------------------------------------

    def run(self, at: str) -> None:
        """Run once at a time of the reader's clock."""
        self.now = moment(at)
        done = self.invoke("run", "--now", self.now.astimezone(UTC).isoformat())
        # A source that fails is no failure of the run.
        assert done.exit_code in (0, 1), done.output
        assert not isinstance(done.exception, Exception), done.exception

    def invoke(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    def mails_to(self, reader: str) -> list[SentMail]:
        """Return the mails of a reader, in the order of writing."""
        found = []
        for mail in self._mails():
            if mail[0] == f"{reader}@newsroom.example":
                found.append(mail[1])
        return found

    def _mails(self) -> Iterator[tuple[str, SentMail]]:
        with closing(open_ledger(f"sqlite:///{self.home / 'ledger.sqlite'}")) as ledger:
            mails = sorted(ledger.mails(10_000), key=lambda mail: mail.created)
        for mail in mails:
            message = message_from_bytes(mail.message, policy=policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            for address in mail.to:
                yield address, SentMail(mail.created, mail.subject, body.get_content())


def moment(text: str) -> datetime:
    """Return "Tue 09:30" of the first week, "Tue+7 09:30" of the second."""
    day, clock = text.split()
    name, _, later = day.partition("+")
    hours, minutes = map(int, clock.split(":"))
    days = _DAYS.index(name) + int(later or 0)
    return FIRST_DAY + timedelta(days=days, hours=hours, minutes=minutes)
