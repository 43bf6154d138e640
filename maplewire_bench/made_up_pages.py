"""Made-up pages of news: an article of the stream in the markup of a site.

Around it stand a menu, lists of other articles, a footer and scripts, as on real pages: a tenth of the bytes
is text. Some pages may be on a beat: their titles and leads name its sides.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from dataclasses import replace

from crawlers.model import Page
from maplewire_bench.stream import Made, stream
from pipelines.beat.terms import Terms

#: Bytes of a page of news, nearly all of them markup and scripts.
PAGE_BYTES = 100_000
_MENU = ("World", "Politics", "Business", "Opinion", "Sports", "Arts", "Travel", "Weather", "Video", "About")
_LISTED = 20
#: Characters of made-up Chinese between two of the word that is a twentieth of all Chinese texts.
_BETWEEN_COMMON = 9
_COMMON_HAN = "的"


def pages_of_news(number: int, seed: int = 1) -> Iterator[tuple[Made, bytes]]:
    """Yield made-up articles with their pages, none of which is on a beat."""
    listed: list[Made] = []
    for drawn in stream(number, seed):
        made = _readable(drawn)
        listed = [*listed[-_LISTED:], made]
        yield made, _markup(made, made.title, made.paragraphs, listed).encode()


def made_up_pages(
    number: int, share_on_beat: float, terms: Terms, seed: int = 1
) -> Iterator[tuple[Page, bool]]:
    """Yield pages, and for each whether it is on the beat, at even distances."""
    listed: list[Made] = []
    for drawn in stream(number, seed):
        made = _readable(drawn)
        listed = [*listed[-_LISTED:], made]
        is_on_beat = int((made.number + 1) * share_on_beat) > int(made.number * share_on_beat)
        title: str = made.title
        paragraphs: Sequence[str] = made.paragraphs
        if is_on_beat:
            title, paragraphs = _about_beat(made, terms)
        url = f"https://{made.outlet}.example/news/{made.number}"
        body = _markup(made, title, paragraphs, listed).encode()
        headers = {"content-type": "text/html; charset=utf-8"}
        yield Page(url, made.outlet, body, made.at, headers=headers), is_on_beat


def _readable(made: Made) -> Made:
    """Return an article whose Chinese is taken for Chinese: chance draws too few common characters."""
    if not made.lang.startswith("zh"):
        return made
    paragraphs = []
    for paragraph in made.paragraphs:
        pieces = []
        for start in range(0, len(paragraph), _BETWEEN_COMMON):
            pieces.append(paragraph[start : start + _BETWEEN_COMMON])
        paragraphs.append(_COMMON_HAN.join(pieces))
    return replace(made, paragraphs=tuple(paragraphs))


def _about_beat(made: Made, terms: Terms) -> tuple[str, Sequence[str]]:
    """Return the title and text of an article with the sides of a beat in title and lead."""
    sides = " and ".join(terms.labels[side] for side in terms.sides[:2])
    lead = f"{sides} agreed on trade and tariffs. Ministers of {sides} met on Monday, officials said."
    return f"{sides} agree: {made.title}", (lead, *made.paragraphs, lead)


def _markup(made: Made, title: str, paragraphs: Sequence[str], listed: Sequence[Made]) -> str:
    menu = "".join(f'<li><a class="nav-link item" href="/{name.lower()}">{name}</a></li>' for name in _MENU)
    others = "".join(_teaser(one) for one in listed)
    lines = []
    for number, paragraph in enumerate(paragraphs):
        lines.append(f'<p class="article-paragraph" data-id="{number}">{html.escape(paragraph)}</p>')
    text = "".join(lines)
    heading = html.escape(title)
    page = (
        f'<!doctype html><html lang="{made.lang}"><head><meta charset="utf-8">'
        f"<title>{heading} | {made.outlet}</title>"
        f'<meta property="og:title" content="{heading}"><meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{made.at.isoformat()}"></head><body>'
        f"<header><nav><ul>{menu * 4}</ul></nav></header><main><article><h1>{heading}</h1>{text}</article>"
        f"<section><h2>More</h2>{others}</section></main><footer><ul>{menu * 4}</ul></footer>"
    )
    filler = f"<script>var settings = {{{_setting_list(PAGE_BYTES - len(page.encode()))}}};</script>"
    return f"{page}{filler}</body></html>"


def _teaser(made: Made) -> str:
    address = f"/news/{made.number}"
    picture = f'<img class="teaser-picture lazy" src="{address}.jpg" alt="" width="320" height="180">'
    heading = f"<h3>{html.escape(made.title)}</h3>"
    return (
        f'<div class="teaser teaser--small"><a href="{address}">{picture}{heading}</a>'
        f'<p class="teaser-text">{html.escape(made.paragraphs[0][:160])}</p></div>'
    )


def _setting_list(length: int) -> str:
    """Return the inside of a script of at least this length."""
    setting = '"option": {"enabled": true, "value": 12345}, '
    return setting * max(0, -(-length // len(setting)))
