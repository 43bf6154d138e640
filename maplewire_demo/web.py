"""The demo web of a beat: small news sites on loopback.

Each has a port of its own, all are in one process:

with DemoWeb(now) as web:
    web.beat_folder(path)      what to crawl
    ...                        first round
    web.advance()              a correction, a late copy and a new story appear
    ...                        second round
    web.expected()             what a perfect pipeline makes of every page
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from maplewire_demo.content import (
    TEXTS,
    USUAL_BEAT,
    CopyRelation,
    DemoPage,
    Role,
    Site,
    build_pages,
    load_items,
    load_sites,
)
from maplewire_demo.render import LISTING_PATHS, render_site
from maplewire_demo.server import Request, SiteServer

# Roles of pages that a perfect pipeline puts into stories.
_ON_BEAT_ROLES = ("original", "copy", "independent", "update")


@dataclass(frozen=True)
class ExpectedPage:
    """What a perfect pipeline says of one listed page.

    An update has the same `url` as the page that it replaces.
    """

    id: str
    url: str
    #: What its listing gives, without tracking parameters; another than `url` where the site redirects.
    listed_url: str
    site: str
    #: The same for a text and its copies.
    story: str
    role: Role
    #: How a copy relates to its original.
    relation: CopyRelation | None
    origin: str | None
    carrier: str | None
    #: The same for different texts about one event.
    event: str | None
    lang: str
    title: str
    published: datetime
    #: The first round in which it is listed.
    round: int
    #: Listed by a general feed and naming neither side, so that nobody fetches it.
    skipped: bool


class DemoWeb:
    """Serves the sites while the context is open.

    All dates are counted back from `now`. With the `ports` of an earlier web and its `now`, the same
    pages are at the same addresses again. `beat` names a beat that comes with Maplewire; its web is served.
    Opening it raises OSError where a port is taken.
    """

    def __init__(self, now: datetime, ports: Mapping[str, int] | None = None, beat: str = USUAL_BEAT) -> None:
        if now.tzinfo is None:
            raise ValueError("DemoWeb needs an aware time, datetime.now(UTC) for example")
        self.now = now
        self.round = 1
        #: What was asked for so far, in order of arrival.
        self.requests: list[Request] = []
        self.beat = beat
        self._sites: Mapping[str, Site] = {site.id: site for site in load_sites(beat)}
        self._items = load_items(beat)
        self._servers: dict[str, SiteServer] = {}
        self._ports = ports or {}

    def __enter__(self) -> DemoWeb:
        try:
            for site_id in self._sites:
                self._servers[site_id] = SiteServer(site_id, self.requests, self._ports.get(site_id, 0))
            self._publish()
            for server in self._servers.values():
                server.start()
        except BaseException:
            # One port of two dozen may be taken; the others are given back.
            self._stop_servers()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_servers()

    def _stop_servers(self) -> None:
        servers = list(self._servers.values())
        if servers:
            # Each waits up to POLL_S for its loop: together that is once, not two dozen times.
            with ThreadPoolExecutor(len(servers)) as pool:
                stopping = [pool.submit(server.stop) for server in servers]
            # An error in a thread is raised here.
            for stopped in stopping:
                stopped.result()
        self._servers.clear()

    @property
    def sites(self) -> Mapping[str, str]:
        """Return each site's address by its id.

        Without a slash at its end.
        """
        if not self._servers:
            raise RuntimeError(
                "the demo web has no addresses before it runs; open it with «with DemoWeb(now) as web:»"
            )
        return {id_: server.home for id_, server in self._servers.items()}

    @property
    def ports(self) -> Mapping[str, int]:
        """Return each site's port, to open the same web later."""
        return {id_: server.port for id_, server in self._servers.items()}

    def listing_url(self, site_id: str) -> str:
        """Return the address of a site's listing.

        A feed, a sitemap index or a section page.
        """
        return self.sites[site_id] + LISTING_PATHS[self._sites[site_id].listing]

    def advance(self) -> None:
        """Go to round two.

        A correction, a late copy and a new story appear.

        Doing it again changes nothing.
        """
        self.round = 2
        self._publish()

    def second_round_sites(self) -> list[str]:
        """Return the ids of the sites on which something appears in round two."""
        sites = set()
        for page in build_pages(self._sites, self._items, self.now, 2):
            if page.item.round == 2:
                sites.add(page.site.id)
        return sorted(sites)

    def pages(self) -> tuple[DemoPage, ...]:
        """Return the pages there are now."""
        return build_pages(self._sites, self._items, self.now, self.round)

    def expected(self) -> tuple[ExpectedPage, ...]:
        """Return what a perfect pipeline says of each page so far."""
        pages = list(build_pages(self._sites, self._items, self.now, 1))
        # An updated page is expected twice: as it was, and as it is now.
        for page in self.pages():
            if page.item.round == 2:
                pages.append(page)
        return tuple(map(self._expect, pages))

    def _expect(self, page: DemoPage) -> ExpectedPage:
        home = self.sites[page.site.id]
        origin = carrier = None
        # Nobody asks who wrote a page that is in no story.
        if page.role in _ON_BEAT_ROLES:
            origin, carrier = page.origin, page.carrier
        return ExpectedPage(
            id=page.item.id,
            url=home + page.path,
            listed_url=home + page.listed_path,
            site=page.site.id,
            story=page.story,
            role=page.role,
            relation=page.item.relation,
            origin=origin,
            carrier=carrier,
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
        """Write a beat folder for the running sites; return it.

        Sources and searches are the demo's own; all else is that of the beat that comes with Maplewire.
        """
        from pipelines.config import packaged_beats

        path.mkdir(parents=True, exist_ok=True)
        for file in (packaged_beats() / self.beat).glob("*.yaml"):
            if file.name not in ("sources.yaml", "searches.yaml"):
                shutil.copyfile(file, path / file.name)
        shutil.copyfile(TEXTS / self.beat / "searches.yaml", path / "searches.yaml")
        rows = list(map(self._source_row, self._sites.values()))
        text = yaml.safe_dump({"sources": rows}, allow_unicode=True, sort_keys=False)
        (path / "sources.yaml").write_text(text, "utf-8")
        return path

    def _source_row(self, site: Site) -> dict[str, Any]:
        kind = "feed"
        if site.listing in ("sitemap", "section"):
            kind = site.listing
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
