"""What mails and pages say of a story in words, and what they let through from outside (pure)."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import nh3
from markupsafe import Markup, escape

from pipelines.model import Article, Relation, Story
from pipelines.route.names import known

READERS_ZONES = (("Ottawa", ZoneInfo("America/Toronto")), ("Beijing", ZoneInfo("Asia/Shanghai")))
KIND_WORDS = {
    "paid_release": "paid release",
    "agency": "agency report",
    "state_media": "state media",
    "government": "government",
    "report": "report",
}
_LABELS = {
    "paid_release": "Paid release",
    "agency": "Agency report",
    "state_media": "Text",
    "government": "Government text",
    "report": "Report",
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
_MARKED = re.compile(r"<mark>(.*?)</mark>")


def route_label(story: Story, state_media: Collection[str] = ()) -> str:
    """Say in one line where a story's text comes from, "" where its pages show nothing.

    `state_media` are names of sources that are known as such beside those that everybody knows.

    >>> route_label(story)  # doctest: +SKIP
    'Paid release of state media CGTN through GlobeNewswire'
    """
    if not story.origin and not story.carrier:
        return ""
    kind = _LABELS[story.kind]
    state = "state media " if story.origin and _is_state_media(story, state_media) else ""
    of = f" of {state}{story.origin}" if story.origin else ""
    through = f" through {story.carrier}" if story.carrier and story.carrier != story.origin else ""
    return f"{kind}{of}{through}"


def _is_state_media(story: Story, state_media: Collection[str]) -> bool:
    """Tell whether a story's origin is known as state media, whoever carries its text."""
    origin = known(story.origin or "")
    if story.kind == "state_media" or story.origin in state_media:
        return True
    return origin is not None and origin.kind == "state_media"


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


def marked_words(passages: Sequence[str]) -> list[str]:
    """Return the words that stand marked in passages, each once, as they are first written.

    >>> marked_words(["<mark>Canola</mark> and <mark>peas</mark>", "of <mark>canola</mark>"])
    ['Canola', 'peas']
    """
    found: dict[str, str] = {}
    for passage in passages:
        for word in _MARKED.findall(passage):
            plain = one_line(html.unescape(word))
            found.setdefault(plain.casefold(), plain)
    return list(found.values())


def first_lines(body: str, words: Sequence[str], most: int) -> Markup:
    """Return how a text begins, cut at a word, with these words marked."""
    text = one_line(body[: 4 * most])
    wide = (
        sum(c > "\u2e80" for c in text[:most]) > most // 4
    )  # a Chinese character says as much as two letters
    most = most // 2 if wide else most
    if len(text) > most:
        text = f"{text[:most] if wide else text[:most].rpartition(' ')[0] or text[:most]} …"
    forms = [re.escape(str(escape(w))) for w in sorted(words, key=len, reverse=True) if w]
    shown = str(escape(text))
    if forms:
        # Whole words where words have ends; Chinese has none.
        form = "|".join(rf"\b{f}\b" if f[0].isascii() else f for f in forms)
        shown = re.sub(f"({form})", r"<mark>\1</mark>", shown, flags=re.IGNORECASE)
    return marked(shown)


def one_line(text: str) -> str:
    """Return text as one line without control characters: what may stand in a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def sentence(text: str) -> str:
    """Return text as one line that begins with a capital."""
    line = one_line(text)
    return f"{line[:1].upper()}{line[1:]}"


def web_address(url: str) -> str:
    """Only http(s) becomes a link; whatever else a page claims as its address becomes "#"."""
    try:
        return url if urlsplit(url).scheme in ("http", "https") and url.isprintable() else "#"
    except ValueError:
        return "#"


def local_times(at: datetime, now: datetime | None = None) -> str:
    """Return an instant as the clocks of both capitals show it; Beijing's day only where it is another.

    The year is left out where it is that of `now`.
    """
    home = at.astimezone(READERS_ZONES[0][1])
    there = at.astimezone(READERS_ZONES[1][1])
    form = "%H:%M" if home.date() == there.date() else "%a %H:%M"
    year = (
        "" if now is not None and now.astimezone(READERS_ZONES[0][1]).year == home.year else f" {home.year}"
    )
    return f"{home:%a} {home.day} {home:%b}{year}, {home:%H:%M} Ottawa · {there:{form}} Beijing"


def local_day(day: date, now: datetime) -> str:
    """Return a day as people write it: "Sat 17 Jan", with its year where it is not that of `now`."""
    return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == now.year else f" {day.year}")


def appeared(article: Article, now: datetime) -> str:
    """Say when an article appeared, as exactly as it is known."""
    if article.published is None:
        return f"seen {local_times(article.collected, now)}"
    if article.published.precision in ("day", "month", "year"):
        return local_day(article.published.at.date(), now)
    return local_times(article.published.at, now)


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
