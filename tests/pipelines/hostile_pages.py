"""Pages that hold a good report and are made to cost much, allowed by the letter of HTML."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

from tests.pipelines.extract.pages import ENGLISH, in_paragraphs

TITLE = "Seed talks end without a word on tariffs"
#: Long enough to be the page's main text.
REPORT = in_paragraphs(f"{line} So says note {n} of the record." for n, line in product(range(12), ENGLISH))
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class HostilePage:
    """What stands on a page beside its report, made when it is asked for: some have 9 MB."""

    below: Callable[[], str] = str
    head: Callable[[], str] = str

    def html(self, title: str = TITLE, report: str = REPORT) -> str:
        """Return the page of a report."""
        return (
            f"<!doctype html><html lang=en><head><title>{title}</title>{self.head()}</head><body>"
            f"<article><h1>{title}</h1>{report}{self.below()}</article></body></html>"
        )


def repeated(unit: str, count: int) -> HostilePage:
    """Return a page with an element, or a part of one, many times below its report."""
    return HostilePage(below=lambda: unit * count)


def declared(text: Callable[[], str]) -> HostilePage:
    """Return a page that declares this text of its article."""

    def script() -> str:
        article = {"@type": "NewsArticle", "headline": TITLE, "articleBody": text()}
        return f'<script type="application/ld+json">{json.dumps(article, ensure_ascii=False)}</script>'

    return HostilePage(head=script)


PAGES = {
    "breaks": repeated("a<br>", 48_000),
    "breaks alone": repeated("<br>", 45_000),
    "links in a paragraph": repeated("<a href=x>word</a> text ", 40_000),
    "paragraphs": repeated("<p>a</p>", 45_000),
    "headings": repeated("<h2>Title of it</h2>", 45_000),
    "sections": repeated("<section>a</section>", 45_000),
    "bylines": repeated("<div class='byline author'>By Jo Roy</div>", 40_000),
    "bold words": repeated("<b>a</b> b ", 45_000),
    "titles": repeated("<h1>Title of it</h1>", 45_000),
    "authors": repeated("<p itemprop=author>Jo Roy</p>", 45_000),
    "days": repeated("<p>17 January 2026</p>", 45_000),
    "credits": repeated("<p>记者 李明 报道</p>", 45_000),
    "list items": repeated("<li>17 January 2026", 45_000),
    "cells": repeated("<table><tr><td>a</table>", 15_000),
    "times": repeated("<time class=x>17 January 2026</time>", 45_000),
    "articles": repeated("<article><h2>a b c</h2></article>", 22_000),
    "days in many boxes": HostilePage(
        below=lambda: "<div class=date>" * 100 + "<p>17 January 2026</p>" * 10_000,
    ),
    "links in many boxes": HostilePage(
        below=lambda: "<div>" * 200 + "<p><a href=x>abc</a></p>" * 24_000,
    ),
    "text between many boxes": HostilePage(
        below=lambda: "<div>text" * 200 + "<div>a b c d</div>tail text" * 45_000,
    ),
    "marks on one letter": repeated("\u0301", 4 * MEGABYTE),
    "declared open paragraphs": declared(lambda: "<p" * (4 * MEGABYTE)),
    "declared ligatures": declared(lambda: "Canada. " + "\ufdfa" * (3 * MEGABYTE)),
    "open tags": repeated("<a<a<a", 20_000),
    "open quotes": repeated('<a b="', 3_000),
    "open comments": repeated("<!--", 100_000),
    "references without an end": repeated("&#x1111111111", 50_000),
    "references of thousands of digits": repeated("<p>&#" + "1" * 5_000 + ";</p>", 50),
    "tables in tables": repeated("<table><tr><td>a", 5_000),
    "bold in italics": repeated("<b><i>a", 10_000),
    "lists in lists": repeated("<ul><li>a", 10_000),
    "forms in forms": repeated("<form><p>a", 10_000),
    "scripts": repeated("<script>var a='</p>';</script>", 15_000),
    "styles": repeated("<style>p{color:red}</style>", 15_000),
    "templates": repeated("<template><p>a</p></template>", 10_000),
    "frames": repeated("<iframe src=x></iframe>", 15_000),
    "drawings": repeated("<svg><path d='M0 0'/></svg>", 15_000),
    "pictures": repeated("<figure><img src=x><figcaption>a b c</figcaption></figure>", 9_000),
    "questions": repeated("<p>Already a subscriber? Log in</p>", 9_000),
    "quotations": repeated("“a” said ", 50_000),
    "brackets": repeated("((((((((", 60_000),
    "commas in a byline": HostilePage(head=lambda: f'<meta name=author content="{"," * 60_000}">'),
    "names in a byline": HostilePage(head=lambda: f'<meta name=author content="{"Jo Roy, " * 9_000}">'),
    "ago": repeated("<p>5 minutes ago</p>", 9_000),
    "digits": repeated("7", 300_000),
    "one letter": repeated("a", 300_000),
    "one character": repeated("国", 200_000),
    "emoji": repeated("👩‍👩‍👧‍👦", 30_000),
    "marks of direction": repeated("\u202e\u202d", 100_000),
    "deep JSON": HostilePage(head=lambda: f'<script type="application/ld+json">{"[" * 100_000}</script>'),
    "many dates in JSON": declared(lambda: "17 January 2026. " * 20_000),
    "many canonical links": HostilePage(head=lambda: "<link rel=canonical href=/a>" * 9_000),
    "a refresh for ever": HostilePage(head=lambda: '<meta http-equiv=refresh content="999999999;url=/x">'),
}
