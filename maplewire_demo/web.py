"""The demo web: two dozen small news sites on loopback, one port each, in one process.

with DemoWeb(now) as web:
    web.beat_folder(path)      what to crawl
    ...                        first round
    web.advance()              a correction, a late copy and a new story appear
    ...                        second round
    web.expected()             what a perfect pipeline makes of every page
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from maplewire_demo.content import (
    TEXTS,
    CopyRelation,
    DemoPage,
    Role,
    Site,
    build_pages,
    load_items,
    load_sites,
)
from maplewire_demo.render import LISTING_PATHS, Answer, render_site

_POLL_S = 0.1
"""How often a server looks whether it is asked to stop; the most that leaving the context takes."""


@dataclass(frozen=True)
class ExpectedPage:
    """What a perfect pipeline says of one listed page.

    `url` is the page's own address, `listed_url` the one that its listing gives (without tracking
    parameters); they differ where the site redirects. `story` is the same for a text and its copies, `event`
    for texts of their own about one happening. `relation` tells how a copy stands to its original. `skipped`
    pages are listed by a general feed and name neither side, so that nobody fetches them. An update has the
    same `url` as the page that it replaces. `round` is the first round in which the page is listed.
    """

    id: str
    url: str
    listed_url: str
    site: str
    story: str
    role: Role
    relation: CopyRelation | None
    origin: str | None
    carrier: str | None
    event: str | None
    lang: str
    title: str
    published: datetime
    round: int
    skipped: bool


class DemoWeb:
    """Serves the sites while the context is open. All dates are reckoned back from `now`.

    `ports` are those of an earlier web, by site: with them and its `now` the same pages are at the same addresses
    again. Opening it raises OSError where one is taken. `requests` lists what was asked for so far, as (site id, path, status), in order of arrival.
    """

    def __init__(self, now: datetime, ports: Mapping[str, int] | None = None) -> None:
        if now.tzinfo is None:
            raise ValueError("DemoWeb needs an aware time, datetime.now(UTC) for example")
        self.now = now
        self.round = 1
        self.requests: list[tuple[str, str, int]] = []
        self._sites: Mapping[str, Site] = {s.id: s for s in load_sites()}
        self._items = load_items()
        self._servers: dict[str, _SiteServer] = {}
        self._ports = ports or {}

    def __enter__(self) -> DemoWeb:
        try:
            for site_id in self._sites:
                self._servers[site_id] = _SiteServer(site_id, self.requests, self._ports.get(site_id, 0))
            self._publish()
            for server in self._servers.values():
                server.start()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        servers = list(self._servers.values())
        if servers:
            # Each waits up to _POLL_S for its loop: together that is once, not two dozen times.
            with ThreadPoolExecutor(len(servers)) as pool:
                list(pool.map(_SiteServer.stop, servers))
        self._servers.clear()

    @property
    def sites(self) -> Mapping[str, str]:
        """Return each site's address, without a slash at its end, by its id."""
        if not self._servers:
            raise RuntimeError(
                "the demo web has no addresses before it runs; open it with «with DemoWeb(now) as web:»"
            )
        return {site_id: server.home for site_id, server in self._servers.items()}

    @property
    def ports(self) -> Mapping[str, int]:
        """Return each site's port, for a later web that is to be the same."""
        return {site_id: server.port for site_id, server in self._servers.items()}

    def listing_url(self, site_id: str) -> str:
        """Return the address of a site's feed, sitemap index or section page."""
        return self.sites[site_id] + LISTING_PATHS[self._sites[site_id].listing]

    def advance(self) -> None:
        """Go to round two: a correction, a late copy and a new story. Doing it again changes nothing."""
        self.round = 2
        self._publish()

    def pages(self) -> tuple[DemoPage, ...]:
        """Return the pages there are now."""
        return build_pages(self._sites, self._items, self.now, self.round)

    def expected(self) -> tuple[ExpectedPage, ...]:
        """Return what a perfect pipeline says of every page listed up to the present round."""
        first = build_pages(self._sites, self._items, self.now, 1)
        later = [p for p in self.pages() if p.item.round == 2] if self.round == 2 else []
        return tuple(self._expected(p) for p in (*first, *later))

    def _expected(self, page: DemoPage) -> ExpectedPage:
        home = self.sites[page.site.id]
        on_beat = page.role in ("original", "copy", "independent", "update")
        return ExpectedPage(
            id=page.item.id,
            url=home + page.path,
            listed_url=home + page.listed_path,
            site=page.site.id,
            story=page.story,
            role=page.role,
            relation=page.item.relation,
            origin=page.origin if on_beat else None,
            carrier=page.carrier if on_beat else None,
            event=page.event,
            lang=page.lang,
            title=page.title,
            published=page.published,
            round=page.item.round,
            skipped=page.item.about == "neither side",
        )

    def _publish(self) -> None:
        by_site: dict[str, list[DemoPage]] = {site_id: [] for site_id in self._sites}
        for page in self.pages():
            by_site[page.site.id].append(page)
        for site_id, server in self._servers.items():
            server.answers = render_site(self._sites[site_id], server.home, by_site[site_id], self.now)

    def beat_folder(self, path: Path) -> Path:
        """Write a beat folder for the running sites to `path` and return it.

        Its heading and terms are those of the beat that comes with Maplewire; sources and searches are
        the demo's own.
        """
        from pipelines.config import packaged_beat

        path.mkdir(parents=True, exist_ok=True)
        for name in ("beat.yaml", "terms.yaml"):
            shutil.copyfile(packaged_beat() / name, path / name)
        shutil.copyfile(TEXTS / "searches.yaml", path / "searches.yaml")
        rows = [self._source_row(site) for site in self._sites.values()]
        text = yaml.safe_dump({"sources": rows}, allow_unicode=True, sort_keys=False)
        (path / "sources.yaml").write_text(text, "utf-8")
        return path

    def _source_row(self, site: Site) -> dict[str, Any]:
        kind = site.listing if site.listing in ("sitemap", "section") else "feed"
        row = {
            "id": site.id,
            "name": site.name,
            "kind": kind,
            "url": self.listing_url(site.id),
            "country": site.country,
            "language": site.language,
            "owner": site.owner,
            "tier": site.tier,
            "scope": site.scope,
            "timezone": site.timezone,
        }
        if kind == "section":
            row["links"] = site.links or ""
        if site.next_page:
            row |= {"next_page": site.next_page, "max_pages": 3}
        return row


class _SiteServer:
    """One site on a port of 127.0.0.1, 0 for any free one. `answers` may be exchanged while it runs."""

    def __init__(self, site_id: str, requests: list[tuple[str, str, int]], port: int) -> None:
        self.answers: Mapping[str, Answer] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._handler(site_id, requests))
        self._http.daemon_threads = True
        self._thread: threading.Thread | None = None
        self.port = self._http.server_port
        self.home = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread = threading.Thread(target=self._http.serve_forever, args=(_POLL_S,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def _handler(self, site_id: str, requests: list[tuple[str, str, int]]) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                self._answer(with_body=True)

            def do_HEAD(self) -> None:
                self._answer(with_body=False)

            def _answer(self, with_body: bool) -> None:
                path = self.path.partition("?")[0]
                answer = site.answers.get(path, Answer(b"<!doctype html><title>404</title>", status=404))
                time.sleep(answer.delay_s)
                unchanged = _is_unchanged(answer, self.headers)
                status = 304 if unchanged else answer.status
                requests.append((site_id, path, status))
                self.send_response(status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if not unchanged:
                    self.send_header("Content-Type", answer.content_type)
                    self.send_header("Content-Length", str(len(answer.body)))
                with suppress(ConnectionError):  # a crawl that was killed does not wait for its answers
                    self.end_headers()
                    if with_body and not unchanged:
                        self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                """Say nothing: standard error belongs to the command that shows the demo."""

        return Handler


def _is_unchanged(answer: Answer, asked: Message) -> bool:
    """Tell whether the request's validators say that the client has this answer already (RFC 9110)."""
    if tag := asked.get("If-None-Match"):
        return tag == answer.headers.get("ETag")
    since, modified = asked.get("If-Modified-Since"), answer.headers.get("Last-Modified")
    if not since or not modified:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except ValueError:
        return False
