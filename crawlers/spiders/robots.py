"""robots.txt, read in time that grows with its size.

Protego keeps a list of rules for each agent that a group names: half a megabyte of agents and rules
would take it hours, and the crawl with it. Here each group names us, everybody, or one other, before
it is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from scrapy.crawler import Crawler
from scrapy.robotstxt import ProtegoRobotParser

# All spellings that Protego takes for it, with or without a colon.
_AGENT_LINE = re.compile(r"\s*user[-\s]*agent\s*:?(.*)", re.IGNORECASE)


class BoundedRobotParser(ProtegoRobotParser):
    """Tells what a robots.txt allows."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        """Return the parser of one robots.txt, as Scrapy asks for it."""
        agent = crawler.settings["USER_AGENT"]
        text = robotstxt_body.decode("utf-8-sig", "ignore")
        return super().from_crawler(crawler, shorten_groups(text, agent).encode())


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
