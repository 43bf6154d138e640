"""Who signed an article, as the page declares or shows it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from crawlers.scripts import BASIC_HAN
from crawlers.urls import registrable_domain
from pipelines.extract.author_places import (
    Place,
    find_bylines,
    find_dated_names,
    find_head_bylines,
    find_linked_authors,
    find_marked_places,
    find_meta_places,
    find_names_with_papers,
    find_pen_names,
    find_reporters,
    read_json_ld_authors,
)
from pipelines.extract.byline import (
    is_agency,
    is_chinese_pen_name,
    is_chinese_person,
    is_full_name,
    is_login,
    is_organisation,
    reads_as_name,
    split_names,
)
from pipelines.extract.chinese_credits import find_chinese_credits
from pipelines.extract.claims import Claims
from pipelines.extract.info_bar import read_info_bar
from pipelines.extract.page_head import PageHead
from pipelines.extract.page_lines import lines_of_page
from pipelines.extract.words import AUTHOR_WORDS

MAX_AUTHORS = 20
#: Lines behind a title in which a name that stands alone signs.
_LINES_AT_TITLE = 6

#: "The Prairie Daily", « La Prairie »: papers, and no teams.
_ARTICLES = tuple(f"{article} " for article in AUTHOR_WORDS.organisation.articles)
_HAN = re.compile(f"[{BASIC_HAN}]")
_NO_LETTER = re.compile(r"\W")


@dataclass(slots=True)
class _Found:
    """What the places that were asked so far have given, where none had a person."""

    #: An organisation or a login, and its place.
    others: tuple[tuple[str, ...], str] = ((), "")
    #: The site's own name, and its place.
    own_name: tuple[tuple[str, ...], str] = ((), "")
    own_keys: frozenset[str] = field(default_factory=frozenset)


def find_authors(
    tree: HtmlElement, claims: Claims, head: PageHead, own_names: Sequence[str] = (), *, chinese: bool = False
) -> tuple[tuple[str, ...], str]:
    """Return the authors in order, and where they stood.

    The first place that names a person is believed. Where none does, an organisation or a login signs, and
    last the site itself, where it is declared. On Chinese pages only people sign: what stands in their meta
    tags is the portal.
    """
    found = _Found(own_keys=frozenset(map(_key_of, filter(None, own_names))))
    places = _find_chinese_places if chinese else _find_places
    for place in places(tree, claims, head):
        if place.name == "byline" and _signs_at_title(found, head):
            return found.own_name
        people = _people_of(place, claims, found, chinese=chinese)
        if people:
            return _fuller_byline(people, place, claims, head) or (people, place.name)
    if chinese:
        return (), ""
    return found.others if found.others[0] else found.own_name


def _signs_at_title(found: _Found, head: PageHead) -> bool:
    """Tell whether a site that is declared as author is shown at the title."""
    if not found.own_name[0]:
        return False
    return any(_key_of(line) in found.own_keys for line in head.below[:_LINES_AT_TITLE])


def _fuller_byline(
    people: tuple[str, ...], place: Place, claims: Claims, head: PageHead
) -> tuple[tuple[str, ...], str] | None:
    """Return the names of a byline that has the declared people, and more."""
    if not place.is_declared:
        return None
    keys = set(map(_key_of, people))
    for byline in find_head_bylines(head):
        shown = _people_of(Place([byline], "head"), claims, _Found(), chinese=False)
        if keys < set(map(_key_of, shown)):
            return shown, "head"
    return None


def _people_of(place: Place, claims: Claims, found: _Found, *, chinese: bool) -> tuple[str, ...]:
    """Return the people of a place; keep what else it names."""
    is_japanese = (claims.lang or "").startswith("ja")
    people: list[str] = []
    others: list[str] = []
    names = _split_all(place.bylines, japanese=is_japanese)
    # "By dawn with no hope left" is a headline.
    if _may_be_prose(place) and not all(map(_reads_as_signature, names)):
        return ()
    for name in names:
        if _key_of(name) in found.own_keys:
            if not found.own_name[0] and place.is_declared:
                found.own_name = ((name,), place.name)
        elif _is_person(name, place, chinese=chinese):
            people.append(name)
        elif _is_other_name(name, place):
            others.append(name)
    if not people:
        if others and not found.others[0]:
            found.others = (tuple(others), place.name)
        return ()
    if chinese:
        return tuple(people)
    # Initials and a team sign beside people. An agency does not: it is a credit.
    return tuple(name for name in names if name in people or (name in others and _is_team(name)))


def _is_team(name: str) -> bool:
    return not is_agency(name) and not name.casefold().startswith(_ARTICLES)


def _may_be_prose(place: Place) -> bool:
    return place.name == "head" or place.is_loose


def _reads_as_signature(name: str) -> bool:
    return reads_as_name(name) or is_organisation(name)


def _is_other_name(name: str, place: Place) -> bool:
    """Tell whether what is no person is an organisation or an account."""
    if place.is_loose:
        return is_organisation(name)
    return place.is_declared or reads_as_name(name)


def _is_person(name: str, place: Place, *, chinese: bool) -> bool:
    if chinese and _HAN.search(name):
        return is_chinese_person(name) or (place.is_labelled and is_chinese_pen_name(name))
    if is_organisation(name) or is_login(name):
        return False
    # The account that posted: who wrote may be shown by the whole name.
    if place.is_markup and " " not in name:
        return False
    if _may_be_prose(place):
        return is_full_name(name)
    # An element that is called a byline may hold anything.
    return place.name != "byline" or reads_as_name(name)


def _split_all(bylines: Iterable[str], *, japanese: bool) -> list[str]:
    """Return the names of several bylines, each one once."""
    names: dict[str, None] = {}
    for byline in bylines:
        for name in split_names(byline, japanese=japanese):
            names[name] = None
    return list(names)[:MAX_AUTHORS]


def _find_places(tree: HtmlElement, claims: Claims, head: PageHead) -> Iterator[Place]:
    """Yield where authors stand, declared places first."""
    people, organisations = read_json_ld_authors(claims)
    if people:
        yield Place(people, "json-ld", is_declared=True)
    for byline in find_head_bylines(head):
        yield Place([byline], "head")
    yield from find_meta_places(claims)
    yield from find_marked_places(tree, claims)
    lines = lines_of_page(tree)
    yield from find_bylines(tree, lines)
    yield Place(find_linked_authors(tree, head), "head")
    for names in find_chinese_credits(tree):
        yield Place([names], "text", is_labelled=True)
    for name in (*find_dated_names(head), *find_names_with_papers(claims, head)):
        yield Place([name], "head")
    for names in find_reporters(lines):
        yield Place([names], "text", is_loose=True)
    # An organisation in JSON-LD is often the publisher itself, so it waits for the end.
    if organisations:
        yield Place(organisations, "json-ld", is_declared=True)


def _find_chinese_places(tree: HtmlElement, claims: Claims, head: PageHead) -> Iterator[Place]:
    """Yield where authors stand on a Chinese page: what is labelled comes first.

    A portal writes its own name, or that of an editor, into the meta tags of all its pages.
    """
    people, _ = read_json_ld_authors(claims)
    if people:
        yield Place(people, "json-ld", is_declared=True)
    for fact in read_info_bar(head.lines):
        if fact.kind == "author":
            yield Place([fact.value], "info bar", is_labelled=True)
    for names in find_chinese_credits(tree):
        yield Place([names], "text", is_labelled=True)
    yield from find_meta_places(claims)
    yield from find_pen_names(claims, head)
    yield from find_marked_places(tree, claims)
    yield from find_bylines(tree, lines_of_page(tree))


def own_names_of(claims: Claims, host: str) -> tuple[str, ...]:
    """Return the site's names: its own, its host, its domain's word."""
    bare_host = host.removeprefix("www.")
    # The word of daily.co.za is "daily".
    word = ""
    # A colon is that of an IPv6 address, which has no words.
    if host and ":" not in host:
        word = registrable_domain(f"https://{host}/").partition(".")[0]
    names = (*claims.site_names, bare_host, word)
    return tuple(filter(None, names))


def _key_of(name: str) -> str:
    """Return the form in which names are compared."""
    return _NO_LETTER.sub("", unicodedata.normalize("NFKC", name).casefold())
