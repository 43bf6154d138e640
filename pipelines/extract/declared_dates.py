"""Dates that a page declares for machines, or that stand in its address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from lxml.html import HtmlElement

from pipelines.extract.claims import Claims
from pipelines.extract.found_date import FoundDate, find_date
from pipelines.extract.json_ld import text_of
from pipelines.extract.time_elements import SAYS_PUBLISHED, SAYS_UPDATED, is_aside, label_of, value_of
from pipelines.extract.words import TIME_WORDS
from pipelines.text.vocabulary import any_of

#: Time elements that are looked at. Pages with more are lists of articles.
_MOST_TIMES = 40
#: Elements of one kind that are believed where nothing says what they mean.
_MOST_UNMARKED = 3

_PUBLISHED_KEYS = ("datePublished", "dateCreated", "uploadDate")

#: Scripts, and characters of one, that are searched for a date.
_MOST_SCRIPTS = 80
_SCRIPT_CHARS = 200_000
#: A number is one of seconds or of milliseconds since 1970.
_SCRIPT_DATE = re.compile(
    rf"(?<!\w){any_of(TIME_WORDS.script_dates)}[\"']?\s*[:=]\s*[\"']"
    r"(?P<date>(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}[^\"']{0,20}|1\d{9}(?:\d{3})?)[\"']",
    re.IGNORECASE,
)
#: Forms of a day in an address: /2026/01/17/, /2026-01-17, /20260117; /2026/1/17/; /2026/jan/17/.
_ADDRESS_DATES = (
    re.compile(
        r"(?<!\d)(?P<y>(?:19|20)\d{2})[/\-_]?(?P<m>0[1-9]|1[0-2])[/\-_]?(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
    ),
    re.compile(r"/(?P<y>(?:19|20)\d{2})/(?P<m>\d{1,2})/(?P<d>\d{1,2})/"),
    re.compile(r"[/_-](?P<d>0[1-9]|[12]\d|3[01])[-.](?P<m>0[1-9]|1[0-2])[-.](?P<y>(?:19|20)\d{2})(?!\d)"),
    re.compile(r"/(?P<y>(?:19|20)\d{2})/(?P<m>[a-z]{3})/(?P<d>\d{1,2})/", re.IGNORECASE),
)


def find_declared_dates(tree: HtmlElement, claims: Claims) -> Iterator[FoundDate]:
    """Yield when the page says it was published, the most reliable place first.

    In order: JSON-LD, meta tags, microdata, time elements.
    """
    texts = []
    for key in _PUBLISHED_KEYS:
        texts.append((text_of(claims.article.get(key)), "json-ld"))
    texts += _read_meta(claims, TIME_WORDS.published_meta)
    for element in _published_elements(claims)[:_MOST_UNMARKED]:
        if element.tag != "meta" and not is_aside(element):
            texts.append((value_of(element), "microdata"))
    for element in _find_time_elements(tree):
        texts.append((value_of(element), "time"))
    for text, where in texts:
        found = find_date(text, where)
        if found:
            yield found


def find_update_dates(tree: HtmlElement, claims: Claims) -> Iterator[FoundDate]:
    """Yield when the page says it was last changed."""
    texts = [(text_of(claims.article.get("dateModified")), "json-ld")]
    texts += _read_meta(claims, TIME_WORDS.updated_meta)
    for element in claims.elements_of("dateModified")[:1]:
        if element.tag != "meta":
            texts.append((value_of(element), "microdata"))
    # Only the first one is the article's: later ones belong to comments and other articles.
    for element in islice(tree.iter("time"), _MOST_TIMES):
        if SAYS_UPDATED.search(label_of(element)):
            texts.append((value_of(element), "time"))
            break
    for text, where in texts:
        found = find_date(text, where)
        if found:
            yield found


def find_creation_dates(claims: Claims) -> Iterator[FoundDate]:
    """Yield when the page, or the file behind it, was made."""
    for text, where in _read_meta(claims, TIME_WORDS.creation_meta):
        found = find_date(text, where)
        if found:
            yield found


def find_script_dates(tree: HtmlElement) -> Iterator[FoundDate]:
    """Yield the dates that scripts set: var publish_time = "2026-01-17 10:20"."""
    for script in islice(tree.iter("script"), _MOST_SCRIPTS):
        text = (script.text or "")[:_SCRIPT_CHARS]
        match = _SCRIPT_DATE.search(text)
        if match is None:
            continue
        written = match["date"]
        if written.isdigit():
            seconds = int(written[:10])
            written = datetime.fromtimestamp(seconds, tz=UTC).isoformat()
        found = find_date(written, "script")
        if found:
            yield found


def find_address_dates(url: str) -> Iterator[FoundDate]:
    """Yield the days in the path of an address."""
    path = "/" + url.split("://", 1)[-1].partition("/")[2].split("?")[0]
    for pattern in _ADDRESS_DATES:
        match = pattern.search(path)
        if not match:
            continue
        # In a form that the reader of dates knows: /2026/jan/17/ is 17 jan 2026.
        written = f"{match['y']}-{match['m']}-{match['d']}"
        if match["m"].isalpha():
            written = f"{match['d']} {match['m']} {match['y']}"
        found = find_date(written, "url")
        if found:
            yield found


def _read_meta(claims: Claims, names: Iterable[str]) -> list[tuple[str, str]]:
    """Return the first content of each of these meta tags."""
    contents = []
    for name in names:
        for content in claims.meta.get(name, ())[:1]:
            contents.append((content, name))
    return contents


def _published_elements(claims: Claims) -> list[HtmlElement]:
    found = []
    for element in claims.marked:
        is_property = element.get("property") == "datePublished"
        if is_property or element.get("itemprop") in ("datePublished", "dateCreated"):
            found.append(element)
    return found


def _find_time_elements(tree: HtmlElement) -> list[HtmlElement]:
    """Return time elements that say "published", then some without "updated"."""
    marked = []
    unmarked = []
    for element in islice(tree.iter("time"), _MOST_TIMES):
        if is_aside(element):
            continue
        label = label_of(element)
        if element.get("pubdate") is not None or SAYS_PUBLISHED.search(label):
            marked.append(element)
        # Without the attribute it may show "3 hours ago".
        if element.get("datetime") and not SAYS_UPDATED.search(label):
            unmarked.append(element)
    return [*marked, *unmarked[:_MOST_UNMARKED]]
