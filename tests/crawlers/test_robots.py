"""What a robots.txt allows, and that no robots.txt takes long."""

from __future__ import annotations

import pytest
from scrapy.robotstxt import ProtegoRobotParser

from crawlers.spiders.robots import shorten_groups

AGENT = "Maplewire/1.2 (+https://maplewire.example/bot)"

FILES = [
    "",
    "Disallow: /",
    "User-agent: *\nDisallow: /a",
    "User-agent: Maplewire\nDisallow: /a\n\nUser-agent: *\nDisallow: /b",
    "user agent maplewire\nuseragent: other\nDisallow: /a",
    "User-agent: maple*\nDisallow: /a\nUser-agent: maplewire\nAllow: /a\nDisallow: /b",
    "User-agent: maple\nUser-agent: maplewire # us\n\n# and\nUser-agent: *\nDisallow: /a\n"
    "User-agent: maple\nDisallow: /b",
    "User-agent: other\nDisallow: /\nUser-agent: another\nDisallow: /a\nUser-agent: *\nAllow: /",
    "User-agent: *\nDisallow: /a\nUser-agent: other\nDisallow: /b",
    "User-agent: aplewire\nDisallow: /\nUser-agent: *\nDisallow: /b",
    "User-agent:\nDisallow: /a",
    "User-agent: other\nDisallow: /a",
    "\ufeffUser-agent: *\nSitemap: https://daily.example/s.xml\nDisallow: /b$\nDisallow: /*a",
]


def _read(text: str) -> ProtegoRobotParser:
    return ProtegoRobotParser(text.encode(), None)


@pytest.mark.parametrize("text", FILES)
@pytest.mark.parametrize("path", ["/", "/a", "/b", "/b/a"])
def test_fewer_agents_allow_the_same(text: str, path: str) -> None:
    text = text.removeprefix("\ufeff")
    url = f"https://daily.example{path}"
    short = shorten_groups(text, AGENT)
    assert _read(short).allowed(url, AGENT) == _read(text).allowed(url, AGENT)


@pytest.mark.timeout(60)  # it takes 1 s; the same file with all its agents would take hours
def test_many_agents_with_many_rules_are_read_at_once() -> None:
    agents = "".join(f"User-agent: a{n}\nuser agent maple{n}*\n" for n in range(10_000))
    rules = "".join(f"Disallow: /a{n}\n" for n in range(10_000))
    robots = _read(shorten_groups(f"{agents}User-agent: *\n{rules}", AGENT))
    assert not robots.allowed("https://daily.example/a77", AGENT)
    assert robots.allowed("https://daily.example/b", AGENT)
