"""robots.txt: what it allows, at which pace, and what holds without it.

    request ─► PoliteRobots ─► it came, or is not there (4xx) ─► its rules
                           └─► no answer, 429 or 5xx ─► the rules of a copy that is not older than a day,
                                                        or nothing is fetched for now

That is RFC 9309, sections 2.3.1 and 2.4. A file is read in time that grows with its size: Protego keeps a
list of rules for each agent that a group names, and half a megabyte of agents and rules would take it hours,
and the crawl with it. Here each group names us, everybody, or one other, before it is read.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser

from crawlers.guard import ROBOTS_LIMIT, host_and_port, slot_of
from crawlers.host_states import Place
from crawlers.model import FailureClass
from crawlers.spiders.document_end import CUT_OFF
from crawlers.spiders.downloads import crawl_of, waiting
from crawlers.spiders.trouble import FetchTrouble, NotForNow, trouble_of_exception, trouble_of_status

# All spellings that Protego takes for it, with or without a colon.
_AGENT_LINE = re.compile(r"\s*user[-\s]*agent\s*:?(.*)", re.IGNORECASE)
#: Troubles of a host as a whole, whatever was asked for.
_HOST_ITSELF: frozenset[FailureClass] = frozenset({"dns", "tls", "own_network", "paused"})


class BoundedRobotParser(ProtegoRobotParser):
    """Tells what a robots.txt allows."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        """Return the parser of one robots.txt, as Scrapy asks for it."""
        agent = crawler.settings["USER_AGENT"]
        text = decode_robots(robotstxt_body)
        return super().from_crawler(crawler, shorten_groups(text, agent).encode())


class PoliteRobots(RobotsTxtMiddleware):
    """Lets through what robots.txt allows, and only while it can be had.

    The wait for robots.txt is part of the request that needs it.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # Sources differ in whether they trust a host without its certificate, and so in the answer they get.
        self._rules: dict[tuple[Place, bool], asyncio.Future[BoundedRobotParser]] = {}

    async def process_request(self, request: Request, spider: Spider | None = None) -> None:  # noqa: ARG002
        """Refuse what robots.txt forbids. Raises IgnoreRequest and NotForNow."""
        crawl_of(self.crawler).hosts.check_open(request.url)
        with waiting(self.crawler, request):
            await super().process_request(request)

    async def robot_parser(self, request: Request) -> BoundedRobotParser:
        """Return the rules of a request's host.

        They are asked for once in a crawl. Raises NotForNow.
        """
        key = (host_and_port(request.url), request.meta.get("verify", True))
        if key not in self._rules:
            self._rules[key] = asyncio.ensure_future(self._get_rules(request))
        # Shielded: the end of one request must not take the rules from those that wait with it.
        return await asyncio.shield(self._rules[key])

    async def _get_rules(self, request: Request) -> BoundedRobotParser:
        hosts = crawl_of(self.crawler).hosts
        answer = await self._fetch_robots(request)
        if isinstance(answer, str):
            text = answer
            hosts.keep_robots(request.url, text)
        elif answer.kind != "temporary":
            # A redirect that leads nowhere or inside: there is no robots.txt (RFC 9309, 2.3.1.2).
            text = ""
        else:
            text = self._stored_text(request.url, answer)
        rules = BoundedRobotParser.from_crawler(self.crawler, text.encode())
        self._keep_pace(request.url, rules)
        return rules

    async def _fetch_robots(self, request: Request) -> str | FetchTrouble:
        """Return a robots.txt, or why it did not come.

        One that is not there is "".
        """
        parts = urlsplit(request.url)
        robots_request = Request(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            priority=self.DOWNLOAD_PRIORITY,
            meta={"dont_obey_robotstxt": True, "verify": request.meta.get("verify", True)},
            callback=NO_CALLBACK,
        )
        try:
            engine: Any = self.crawler.engine
            response = await engine.download_async(robots_request)
        except Exception as e:  # noqa: BLE001 - whatever hinders it, we do not know what it says
            return trouble_of_exception(e)
        return self._read_answer(response)

    def _read_answer(self, response: Response) -> str | FetchTrouble:
        if 200 <= response.status < 300:
            text = decode_robots(response.body[:ROBOTS_LIMIT])
            if not text.strip() and CUT_OFF in response.flags:
                return FetchTrouble("temporary", "the answer was cut off", "connection")
            return text
        trouble = trouble_of_status(response, crawl_of(self.crawler).current_time())
        if trouble is not None and (response.status >= 500 or response.status == 429):
            return trouble
        return ""

    def _stored_text(self, url: str, trouble: FetchTrouble) -> str:
        """Return the copy of a robots.txt. Raises NotForNow where there is none."""
        hosts = crawl_of(self.crawler).hosts
        stored = hosts.stored_robots(url)
        if stored is not None:
            when = f"{stored.robots_at:%Y-%m-%d %H:%M} UTC"
            host = urlsplit(url).netloc
            hosts.note(
                url, f"robots.txt of {host} cannot be had ({trouble.reason}); its copy of {when} holds"
            )
            return stored.robots or ""
        if trouble.failure in _HOST_ITSELF:
            # Its pages cannot be had either, and for the same reason.
            raise NotForNow(trouble)
        reason = f"robots.txt cannot be had ({trouble.reason}), so nothing is fetched from its host for now"
        trouble = replace(trouble, reason=reason)
        hosts.close(url, trouble)
        raise NotForNow(trouble)

    def _keep_pace(self, url: str, rules: BoundedRobotParser) -> None:
        """Keep the pause between two requests that a robots.txt asks for."""
        crawl = crawl_of(self.crawler)
        wished_s = rules.crawl_delay(self._default_useragent)
        # Also false for what is no number.
        if wished_s is None or not wished_s > crawl.job.settings.delay_s:
            return
        delay_s = crawl.hosts.keep_delay(url, wished_s)
        downloader: Any = self.crawler.engine.downloader
        slot = slot_of(url)
        # Scrapy forgets a slot that nobody used for a minute, and makes a new one of these settings.
        downloader.per_slot_settings[slot] = {"delay": delay_s}
        if slot in downloader.slots:
            downloader.slots[slot].delay = max(delay_s, downloader.slots[slot].delay)


class PoliteThrottle(AutoThrottle):
    """Slows down where a server does, and is never faster than a robots.txt asks."""

    def _adjust_delay(self, slot: Any, latency: float, response: Response) -> None:
        super()._adjust_delay(slot, latency, response)
        slot.delay = max(slot.delay, crawl_of(self.crawler).hosts.delay_s(response.url))


def decode_robots(body: bytes) -> str:
    """Return a robots.txt as text: UTF-8, or UTF-16 by its mark or its zero bytes."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return body.decode("utf-16", "ignore")
    # Rules are in ASCII, of which UTF-16 makes pairs with a zero.
    if body[1:2] == b"\0":
        return body.decode("utf-16-le", "ignore")
    if body[:1] == b"\0":
        return body.decode("utf-16-be", "ignore")
    return body.decode("utf-8-sig", "ignore")


def shorten_groups(text: str, agent: str) -> str:
    """Return a robots.txt with as few agents in each group as do.

    The rules for `agent` are the same.
    """
    lines: list[str] = []
    named: list[str] = []
    for line in text.splitlines():
        content = line.partition("#")[0]
        found = _AGENT_LINE.match(content)
        if found:
            named.append(found[1].strip().lower())
        elif content.strip():
            lines += _agent_lines(named, agent.lower())
            named = []
            lines.append(content)
    return "\n".join(lines)


def _agent_lines(named: Sequence[str], agent: str) -> list[str]:
    """Return the lines for one group's agents."""
    if not named:
        return []
    # Of several names of ours the longest decides, as for Protego.
    own = ""
    for name in set(named):
        # Protego is generous with asterisks: “maple*” is “maple”.
        plain = name.replace("*", "")
        if len(plain) > len(own) and plain in agent and re.search(rf"(?<![\w-]){re.escape(plain)}", agent):
            own = plain
    kept = []
    if own:
        kept.append(own)
    if "*" in named:
        kept.append("*")
    if not kept:
        # The group is of others alone: without any name its rules would belong to the group before.
        kept.append("other")
    return [f"User-agent: {name}" for name in kept]
