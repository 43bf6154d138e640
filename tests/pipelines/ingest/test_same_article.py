"""Which pages of unknown addresses are known articles, and which are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from crawlers.model import Page
from crawlers.urls import canonical_url
from pipelines.model import Outcome, article_id
from tests.builders import NOON
from tests.pipelines.world import LATE, LOCAL, RELEASE, World, a_page

TITLE = "Beijing and Ottawa open a new chapter"
EDITED = (*RELEASE, "Correction: the review takes two years.")
DAILY = "https://daily.example/"


def listed(
    path: str,
    paragraphs: Sequence[str] = RELEASE,
    title: str = TITLE,
    *,
    guid: str | None = None,
    asked: str | None = None,
    head: str = "",
    hours: float = 0,
) -> Page:
    """Return a page as a feed lists it, fetched so many hours after noon; `asked` led there by redirect."""
    page = a_page(path, title, paragraphs)
    assert page.entry
    entry = replace(page.entry, guid=guid, url=DAILY + (asked or path))
    body = page.body.replace(b"</head>", f"{head}</head>".encode())
    return replace(
        page, entry=entry, requested_url=entry.url, body=body, fetched_at=NOON + timedelta(hours=hours)
    )


SAME = {
    "guid and a token": (listed("a?v=1", guid="7"), listed("a?v=2", guid="7", hours=1)),
    "guid and a corrected slug": (listed("canda", guid="7"), listed("2026/canada", guid="7", hours=1)),
    "guid, corrected slug and title": (
        listed("canda-visit", title="Cnada visit", guid="7"),
        listed("2026/canada", title="Canada visit", guid="7", hours=1),
    ),
    "token alone": (listed("a?v=1"), listed("a?v=2", hours=1)),
    "two tokens": (listed("a?v=1&t=7"), listed("a?v=2&t=8", hours=1)),
    "token that comes and goes": (listed("a"), listed("a?v=2", hours=1)),
    "corrected slug": (listed("world/canda-china-visit"), listed("world/canada-china-visit", hours=1)),
    "old address leads to the new one": (
        listed("2026/01/draft"),
        listed("world/beijing-ottawa", asked="2026/01/draft", hours=1),
    ),
    "old address is gone": (
        listed("2026/01/draft"),
        replace(listed("world/beijing-ottawa", hours=1), former_url=DAILY + "2026/01/draft"),
    ),
    "AMP": (
        listed("world/visit"),
        listed("world/visit/amp/", head='<link rel=canonical href="/world/visit">', hours=1),
    ),
    "AMP with a number of its own": (
        listed("world/visit-1234567"),
        listed("amp/20260117009", head='<link rel=canonical href="/world/visit-1234567">', hours=1),
    ),
    "AMP that came first": (
        listed("amp/20260117009", head='<link rel=canonical href="/world/visit-1234567">'),
        listed("world/visit-1234567", hours=1),
    ),
    "print": (
        listed("world/visit-1234567"),
        listed("print?id=998877", head='<link rel=canonical href="/world/visit-1234567">', hours=1),
    ),
}


@pytest.mark.parametrize("kind", SAME)
def test_page_at_a_new_address_is_the_known_article(world: World, kind: str) -> None:
    first, second = SAME[kind]
    assert world.process(first) == {Outcome.NEW: 1}
    (outcome,) = world.process(second)
    # A corrected title is an edit of the article.
    assert outcome in (Outcome.UNCHANGED, Outcome.UPDATE)
    assert world.ledger.count_articles() == 1
    (story,) = world.ledger.stories([f"s{article_id(canonical_url(first.url))}"]).values()
    assert story.copies == 0


@pytest.mark.parametrize("kind", SAME)
def test_edit_at_a_new_address_is_an_update_of_the_known_article(world: World, kind: str) -> None:
    first, second = SAME[kind]
    world.process(first)
    more = second.body.replace(b"</article>", f"<p>{EDITED[-1]}</p></article>".encode())
    assert world.process(replace(second, body=more)) == {Outcome.UPDATE: 1}
    assert world.ledger.count_articles() == 1


OTHERS = {
    "guid used again": (listed("a", guid="1"), listed("b", LATE, "Ships unload canola", guid="1")),
    "guid used again on one path": (
        listed("story?id=1", guid="1"),
        listed("story?id=2", LATE, "Ships unload canola", guid="1"),
    ),
    "guid and title used again": (listed("a", guid="brief"), listed("b", LATE, guid="brief")),
    "one path, another text": (listed("story?id=1"), listed("story?id=2", LATE)),
    "template that names one article on all pages": (
        listed("a-1234567"),
        listed(
            "b-7654321", LATE, "Ships unload canola", head='<link rel=canonical href="/a-1234567">', hours=1
        ),
    ),
    "title used again where the old page is gone": (
        listed("a"),
        replace(listed("b", LATE), former_url=DAILY + "a"),
    ),
    "old address leads elsewhere": (
        listed("a"),
        listed("latest", LATE, "Ships unload canola", asked="a"),
    ),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_another_article_is_never_swallowed(world: World, kind: str) -> None:
    first, second = OTHERS[kind]
    world.process(first)
    assert world.process(second) == {Outcome.NEW: 1}
    assert world.ledger.count_articles() == 2


COPIES = {
    "another folder": (listed("world/beijing-ottawa"), listed("business/beijing-ottawa", hours=1)),
    "part of a series": (listed("world/the-visit-part-1"), listed("world/the-visit-part-2", hours=1)),
    "another title": (listed("a?v=1"), listed("a?v=2", title="A chapter for Ottawa", hours=1)),
}


@pytest.mark.parametrize("kind", COPIES)
def test_text_that_a_site_prints_twice_stays_a_copy(world: World, kind: str) -> None:
    first, second = COPIES[kind]
    world.process(first)
    assert world.process(second) == {Outcome.COPY: 1}


def test_guid_of_another_source_says_nothing(world: World) -> None:
    world.process(listed("a", guid="7"))
    elsewhere = a_page("x", TITLE, RELEASE, source="courier", hours=1)
    assert elsewhere.entry
    world.process(replace(elsewhere, entry=replace(elsewhere.entry, guid="7")))
    assert world.ledger.count_articles() == 2


def test_page_off_the_beat_is_known_at_a_new_address_too(world: World) -> None:
    first = listed("elm-street?v=1", LOCAL, "Library closes", guid="7")
    world.process(first)
    again = listed("elm-street?v=2", LOCAL, "Library closes", guid="7", hours=1)
    assert world.process(again) == {Outcome.UNCHANGED: 1}
    assert world.ledger.article(article_id(again.url)) is None


def test_page_off_the_beat_with_a_token_alone_is_known_by_its_text(world: World) -> None:
    first = listed("elm-street?v=1", LOCAL, "Library closes")
    world.process(first)
    assert world.process(listed("elm-street?v=2", LOCAL, "Library closes", hours=1)) == {Outcome.UNCHANGED: 1}
    other = listed("elm-street?v=3", (*LOCAL, "The pool stays open."), "Library closes", hours=2)
    assert world.process(other) == {Outcome.OFF_BEAT: 1}
    assert world.ledger.article(article_id(other.url)), "another text may be another article"


def test_address_that_was_once_found_is_known_without_its_listing(world: World) -> None:
    world.process(listed("a", guid="7"))
    moved = listed("b", guid="7", hours=1)
    world.process(moved)
    bare = replace(moved, entry=None, fetched_at=NOON + timedelta(hours=2))
    assert world.process(bare) == {Outcome.UNCHANGED: 1}
    state = world.ledger.recheck_states([article_id(DAILY + "a")]).popitem()[1]
    assert state.url == DAILY + "b", "where it is now, it is looked for"
