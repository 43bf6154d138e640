"""Pages as news sites make them: an article of some paragraphs, and ten times as much around it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from maplewire_bench.stream import Made, stream

#: Bytes that a page has at least: the usual page of news has about as many.
PAGE_BYTES = 100_000
_MENU_LINKS = 120
_TEASERS = 60


def pages_of_news(number: int) -> Iterator[tuple[Made, bytes]]:
    """Yield made-up articles with their pages."""
    around = _menu() + _teasers()
    script = "<script>" + "window.state = window.state || []; window.state.push('item');\n" * 40 + "</script>"
    for made in stream(number):
        text = "".join([f"<p>{escape(line)}</p>" for line in made.body.split("\n") if line.strip()])
        page = (
            f'<html lang="en"><head><title>{escape(made.title)} | Daily</title>'
            f'<meta property="og:title" content="{escape(made.title)}">'
            f'<meta property="article:published_time" content="{made.at.isoformat()}">{script}</head>'
            f"<body>{around}<article><h1>{escape(made.title)}</h1>"
            f'<p class="byline">By Jane Roe</p>{text}</article>{_teasers()}</body></html>'
        )
        missing = max(0, PAGE_BYTES - len(page.encode()))
        rest = script * (missing // len(script) + 1)
        yield made, page.replace("</body>", f"{rest}</body>").encode()


def _menu() -> str:
    links = [
        f'<li class="nav-item"><a href="/topic/{number}">Topic {number}</a></li>'
        for number in range(_MENU_LINKS)
    ]
    return f'<header><nav><ul class="menu">{"".join(links)}</ul></nav></header>'


def _teasers() -> str:
    teasers = []
    for number in range(_TEASERS):
        teasers.append(
            f'<div class="teaser card"><a href="/story/{number}"><img src="/{number}.jpg" alt="">'
            f"<h3>Another story of the day, number {number}</h3></a><span>3 min read</span></div>"
        )
    return f'<aside class="more">{"".join(teasers)}</aside>'
