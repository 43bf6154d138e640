"""The agencies and papers that a page credits beside the people who sign.

JSON-LD, meta tags ─┐
bylines ────────────┼─► what remains without the authors ─► names of organisations ─► credits
bar of facts ───────┘

"By Jane Roe, The Canadian Press" has an author and a credit, and 来源：新华社 is a credit. The route reads
them, and decides who wrote a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from lxml.html import HtmlElement

from pipelines.beat.organisations import Organisations, is_photo_agency, key_of
from pipelines.extract.author_places import AUTHOR_METAS, find_likely_bylines, read_json_ld_authors
from pipelines.extract.byline import has_bad_characters, is_organisation, is_role
from pipelines.extract.claims import Claims
from pipelines.extract.info_bar import read_info_bar
from pipelines.extract.page_head import PageHead
from pipelines.extract.text import one_line
from pipelines.extract.words import AUTHOR_WORDS
from pipelines.model import Credit, CreditKind
from pipelines.text.vocabulary import any_of

MAX_CREDITS = 8

#: Characters. A longer byline is a text about the author, a longer name a sentence.
_LONGEST_BYLINE = 200
_LONGEST_NAME = 60
_MOST_WORDS = 6
#: Lines behind a title in which a name that stands alone is a credit.
_NEAR_TITLE = 4
#: Elements that are named for a source, and characters of one that are read.
_MOST_ELEMENTS = 3
_MOST_NAMED = 5_000
_READ_CHARS = 200
_PIECE = re.compile(
    rf"[,，;；、/|｜•·()（）\[\]\n]|\s[-–—]+\s|(?:^|\s){any_of(AUTHOR_WORDS.conjunctions)}\s", re.IGNORECASE
)
#: "with files from AFP" and "(avec AFP)": others helped.
_HELPERS = re.compile(rf"[(\s]?\b{any_of(AUTHOR_WORDS.helpers)}\b[^,|)]*", re.IGNORECASE)
_SIGNED = re.compile(rf"{any_of(AUTHOR_WORDS.signed, AUTHOR_WORDS.signed_below_title)}\b", re.IGNORECASE)


def find_credits(
    tree: HtmlElement,
    claims: Claims,
    head: PageHead,
    authors: Sequence[str],
    own_names: Iterable[str],
    organisations: Organisations,
    feed_authors: Sequence[str] = (),
) -> tuple[Credit, ...]:
    """Return the credits of a page, sources first, each name once.

    The site's own names are none, and agencies of pictures are none. `feed_authors` are what its feed says
    of who wrote it.
    """
    own_keys = set(map(key_of, own_names))
    found: dict[tuple[str, CreditKind], Credit] = {}
    for credit in (
        *_find_sources(claims, head),
        *_find_byline_credits(tree, claims, head, authors, organisations, feed_authors),
    ):
        key = key_of(credit.name)
        if not key or key in own_keys or is_photo_agency(credit.name):
            continue
        if len(credit.name) <= _LONGEST_NAME:
            found.setdefault((key, credit.kind), credit)
    return tuple(islice(found.values(), MAX_CREDITS))


def _find_sources(claims: Claims, head: PageHead) -> Iterator[Credit]:
    """Yield where a page says that it has its text from."""
    for fact in read_info_bar(head.lines):
        if fact.kind == "source":
            yield Credit(fact.value, "source", "info bar")
    for meta_name in AUTHOR_WORDS.source_metas:
        for content in claims.meta.get(meta_name, ())[:1]:
            if not has_bad_characters(content):
                yield Credit(content, "source", meta_name)


def _find_byline_credits(
    tree: HtmlElement,
    claims: Claims,
    head: PageHead,
    authors: Sequence[str],
    organisations: Organisations,
    feed_authors: Sequence[str],
) -> Iterator[Credit]:
    """Yield the organisations of bylines."""
    people, firms = read_json_ld_authors(claims)
    for name in firms:
        yield Credit(name, "byline", "json-ld")
    bylines = [*_named(people, "json-ld"), *_read_metas(claims)]
    bylines += _named(_find_shown_bylines(tree, head, authors), "byline")
    bylines += _named(feed_authors, "feed")
    for byline, where in bylines:
        for name in _organisations_in(byline, authors, organisations):
            yield Credit(name, "byline", where)
    for line in head.below[:_NEAR_TITLE]:
        if organisations.find_tagged(line.strip(" ()-–—|")):
            yield Credit(line.strip(" ()-–—|"), "byline", "byline")


def _named(bylines: Iterable[str], where: str) -> list[tuple[str, str]]:
    return [(byline, where) for byline in bylines]


def _read_metas(claims: Claims) -> Iterator[tuple[str, str]]:
    for meta_name in AUTHOR_METAS:
        for content in claims.meta.get(meta_name, ())[:3]:
            yield content, meta_name


def _find_shown_bylines(tree: HtmlElement, head: PageHead, authors: Sequence[str]) -> Iterator[str]:
    """Yield the bylines at the title, and those that name its authors."""
    for line in head.lines:
        if len(line) <= _LONGEST_BYLINE and (_SIGNED.match(line) or _names_any(line, authors)):
            yield line
    if not authors:
        return
    for text in find_likely_bylines(tree):
        if _names_any(text, authors):
            yield text


def _names_any(text: str, authors: Sequence[str]) -> bool:
    return any(author in text for author in authors)


def _organisations_in(byline: str, authors: Sequence[str], organisations: Organisations) -> Iterator[str]:
    """Yield the names of organisations in a byline, without its people."""
    if len(byline) > _LONGEST_BYLINE or has_bad_characters(byline):
        return
    text = one_line(byline)
    for author in authors:
        # An organisation that signs is a credit as well.
        if not is_organisation(author) and organisations.find_tagged(author) is None:
            text = text.replace(author, "|")
    for piece in _PIECE.split(_HELPERS.sub("|", text)):
        name = (piece or "").strip(" .:*-–—\"'“”")
        if not name or len(name) > _LONGEST_NAME:
            continue
        known = find_known_part(name, organisations)
        if known:
            yield known
        elif is_organisation(name) and not is_role(name) and len(name.split()) <= _MOST_WORDS:
            yield name


def find_known_part(text: str, organisations: Organisations) -> str | None:
    """Return the known organisation that a text is, ends or begins with."""
    if organisations.find_tagged(text):
        return text
    words = text.split()
    for count in range(min(len(words) - 1, _MOST_WORDS), 0, -1):
        for part in (" ".join(words[-count:]), " ".join(words[:count])):
            if organisations.known(part):
                return part
    return None
