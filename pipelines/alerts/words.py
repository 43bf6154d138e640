"""What mails and pages say of a story in words, and what they let through from outside (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import nh3
from markupsafe import Markup

from pipelines.model import Article, Relation, Story

READERS_ZONES = (("Ottawa", ZoneInfo("America/Toronto")), ("Beijing", ZoneInfo("Asia/Shanghai")))
KIND_WORDS = {
    "paid_release": "paid release",
    "agency": "agency report",
    "state_media": "state media",
    "government": "government",
    "report": "report",
}
RELATION_WORDS = {
    Relation.ORIGINAL: "first with this text",
    Relation.VERBATIM: "word for word",
    Relation.SHORTENED: "shortened",
    Relation.EMBEDDED: "inside a longer text",
    Relation.EDITED: "edited",
    Relation.UPDATE: "a later version",
    Relation.REPORT: "its own report",
}
MAX_HINTS = 4


def route_label(story: Story) -> str:
    """Say in one line where a story's text comes from, "" where its pages show nothing.

    >>> route_label(story)  # doctest: +SKIP
    'Paid release of CGTN through GlobeNewswire'
    """
    if not story.origin and not story.carrier:
        return ""
    kind = KIND_WORDS[story.kind].capitalize()
    of = f" of {story.origin}" if story.origin else ""
    through = f" through {story.carrier}" if story.carrier and story.carrier != story.origin else ""
    return f"{kind}{of}{through}"


def name_hints(title: str, english: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return (as written, in English) of the names in a Chinese headline, in order, the longest at each place."""
    found: dict[str, str] = {}
    at = 0
    longest = max(map(len, english), default=0)
    while at < len(title) and len(found) < MAX_HINTS:
        for length in range(min(longest, len(title) - at), 1, -1):
            word = title[at : at + length]
            if word in english:
                if english[word] not in found.values():
                    found[word] = english[word]
                at += length - 1
                break
        at += 1
    return list(found.items())


def marked(highlight: str) -> Markup:
    """Let nothing but <mark> through, whatever index made the snippet."""
    return Markup(nh3.clean(highlight, tags={"mark"}))  # noqa: S704 - cleaned right here


def one_line(text: str) -> str:
    """Return text as one line without control characters: what may stand in a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def web_address(url: str) -> str:
    """Only http(s) becomes a link; whatever else a page claims as its address becomes "#"."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") and url.isprintable() else "#"
    except ValueError:
        return "#"


def local_times(at: datetime) -> str:
    """Return an instant as the clocks of both capitals show it; Beijing's day only where it is another."""
    home = at.astimezone(READERS_ZONES[0][1])
    there = at.astimezone(READERS_ZONES[1][1])
    form = "%H:%M" if home.date() == there.date() else "%a %H:%M"
    return f"{home:%a} {home.day} {home:%b %Y, %H:%M} Ottawa · {there:{form}} Beijing"


def appeared(article: Article) -> str:
    """Say when an article appeared, as exactly as it is known."""
    if article.published is None:
        return f"seen {local_times(article.collected)}"
    if article.published.precision in ("day", "month", "year"):
        return f"{article.published.at:%Y-%m-%d}"
    return local_times(article.published.at)


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a count with its noun: "1 copy", "3 copies"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def kibana_link(base: str | None, story_id: str, since: datetime) -> str | None:
    """Return the address of a story's articles in Kibana's Discover, None where no Kibana is known."""
    if base is None:
        return None
    parts = urlsplit(base)
    root = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
    query = quote(f"'story_id:\"{story_id}\"'", safe="")
    state = (
        f"(dataSource:(dataViewId:maplewire-articles,type:dataView),query:(language:lucene,query:{query}))"
    )
    return f"{root}/app/discover#/?_g=(time:(from:'{since:%Y-%m-%dT%H:%M:%SZ}',to:now))&_a={state}"


def most_common(words: Sequence[str], number: int) -> str:
    """Return the first words of a list and how many are left out: "A, B and 3 more"."""
    shown = ", ".join(words[:number])
    return shown if len(words) <= number else f"{shown} and {len(words) - number} more"
