from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from crawlers.address_tokens import is_token
from crawlers.listed_before import ListedBefore, SourceHistory, volatile_parameters
from crawlers.model import Entry, FeedState, ListedAddress, ListedEntry, Precision
from crawlers.selection import select
from crawlers.urls import page_id
from tests.builders import NOON, a_source

SITE = "https://daily.example/"


def was(path: str, article: str, title: str = "Visit", guid: str | None = None) -> ListedEntry:
    return ListedEntry("daily", SITE + path, NOON, title, guid, article)


def entry(path: str, title: str = "Visit", guid: str | None = None) -> Entry:
    return Entry(SITE + path, title, guid=guid)


def is_known(before: list[ListedEntry], listed: Entry, *others: Entry) -> bool:
    history = ListedBefore(before, [listed, *others])
    return history.last_look(listed, listed.url) == NOON


GUID = [was("a?v=1", "A", guid="7")]
MOVED = [was("draft", "A", guid="7"), was("world/visit", "A", guid="7")]
PROVEN = [was("a/1", "A", "One", "7"), was("b/2", "A", "Two", "7"), was("c/3", "A", "Three", "7")]
TOKENS = [was("a?v=1", "A"), was("a?v=2", "A"), was("b?v=3", "B")]
NUMBERS = [was("story?id=1", "A"), was("story?id=2", "B")]
BOTH = [was("story?id=1&t=1", "A"), was("story?id=1&t=2", "A"), was("story?id=2&t=2", "B")]


@pytest.mark.parametrize(
    ("before", "listed", "known"),
    [
        (GUID, entry("a?v=2", guid="7"), True),
        (GUID, entry("a?v=2", guid="8"), False),
        (GUID, entry("a?v=2", "Another title", "7"), False),
        (GUID, entry("b", guid="7"), False),
        (GUID, entry("a?v=2", "", "7"), False),
        (MOVED, entry("third", guid="7"), True),
        (MOVED, entry("third", "Another title", "7"), False),
        (PROVEN, entry("d/4", "Four", "7"), True),
        ([*PROVEN, was("e/5", "E", "Five", "7")], entry("d/4", "Four", "7"), False),
        (TOKENS, entry("a?v=9"), True),
        (TOKENS, entry("b?v=9"), True),
        (TOKENS, entry("c?v=9"), False),
        (TOKENS, entry("a?w=9"), False),
        (NUMBERS, entry("story?id=3"), False),
        (BOTH, entry("story?id=2&t=9"), True),
        (BOTH, entry("story?id=3&t=9"), False),
        ([], entry("a"), False),
        ([was("a?v=1&v=2", "A", guid="7")], entry("a?v=3", guid="7"), True),
    ],
)
def test_entry_is_known_at_a_new_address_only_where_that_is_certain(
    before: list[ListedEntry], listed: Entry, known: bool
) -> None:
    assert is_known(before, listed) == known


def test_guid_that_a_listing_gives_to_several_entries_says_nothing() -> None:
    assert not is_known(GUID, entry("a?v=2", guid="7"), entry("b", "Another title", "7"))


def test_parameter_that_the_page_leaves_out_of_its_name_is_volatile_at_once() -> None:
    named = ListedEntry("daily", SITE + "a?id=1&v=1", NOON, "Visit", None, page_id(SITE + "a?id=1"))
    assert volatile_parameters([named]) == {"v"}


def test_parameter_that_once_told_two_articles_apart_is_not_volatile() -> None:
    assert volatile_parameters([*TOKENS, was("watch?v=1", "W"), was("watch?v=2", "X")]) == frozenset()


@pytest.mark.parametrize(
    ("before", "now", "former"),
    [
        ([was("draft", "A")], [entry("visit")], SITE + "draft"),
        ([was("draft", "A")], [entry("visit"), entry("draft")], None),
        ([was("draft", "A")], [entry("visit", "Another title")], None),
        ([was("draft", "A"), was("brief", "B")], [entry("visit")], None),
        ([was("draft", "A", "")], [entry("visit", "")], None),
        ([was("visit?v=1", "A")], [entry("visit?v=2")], None),
    ],
    ids=["gone from the list", "still listed", "another title", "used again", "no title", "a token"],
)
def test_former_address_is_that_of_an_entry_of_this_title_that_is_listed_no_more(
    before: list[ListedEntry], now: list[Entry], former: str | None
) -> None:
    history = SourceHistory(FeedState("daily", last_success=NOON), before)
    chosen = select(now, a_source(), {}, (), NOON, None, history)
    assert chosen.former.get(now[0].url) == former


def _selected(before: list[ListedEntry], listed: Entry, **fields: object) -> tuple[int, int]:
    history = SourceHistory(FeedState("daily", last_success=NOON), before)
    known = {old.address: NOON for old in before}
    chosen = select([listed], a_source(), known, (), NOON + timedelta(hours=2), None, history)
    return len(chosen.to_fetch), chosen.known


def test_new_title_is_a_reason_to_look_at_once() -> None:
    assert _selected([was("a", "A")], entry("a", "Visit, corrected")) == (1, 0)
    assert _selected([was("a", "A")], entry("a")) == (0, 1)
    assert _selected([was("a", "A")], entry("a", "")) == (0, 1)
    assert _selected([was("a", "A", "")], entry("a", "Visit")) == (0, 1), "nobody knows what it was"


def test_title_that_comes_back_or_changes_for_ever_is_no_reason() -> None:
    two = [was("a", "A"), was("a", "A", "Visit, corrected")]
    assert _selected(two, entry("a")) == (0, 1)
    many = [was("a", "A", f"Visit ({n} comments)") for n in range(4)]
    assert _selected(many, entry("a", "Visit (5 comments)")) == (0, 1)


def test_known_page_at_a_new_address_that_is_dated_anew_is_fetched() -> None:
    changed = Entry(SITE + "a?v=2", "Visit", guid="7", updated=NOON + timedelta(hours=1))
    assert _selected(GUID, changed) == (1, 0)


ONE, OTHER, THIRD = "8f3ab21c90", "77d0e1f2aa", "c0ffee1234"


def _is_known_by_token(
    listed: Entry,
    *others: Entry,
    before: Sequence[ListedEntry] = (was(f"news/{ONE}/visit", "A"),),
    last_poll: Sequence[ListedAddress] = (ListedAddress(f"{SITE}news/{ONE}/visit", NOON),),
    at: datetime = NOON,
) -> bool:
    history = ListedBefore(before, [listed, *others], last_poll, at)
    return history.last_look(listed, listed.url) is not None


def _dated(path: str, hours: float = 0.0, precision: Precision = "second", title: str = "Visit") -> Entry:
    published = NOON + timedelta(hours=hours)
    return replace(entry(path, title), published=published, published_precision=precision)


def test_a_token_of_the_path_may_change_under_one_title_and_time() -> None:
    assert _is_known_by_token(_dated(f"news/{OTHER}/visit"))
    assert not _is_known_by_token(_dated(f"news/{OTHER}/visit", hours=24)), "another day"
    assert not _is_known_by_token(_dated(f"news/{OTHER}/visit", precision="day")), "twice on a day"
    assert not _is_known_by_token(_dated(f"news/{OTHER}/visit", title="Weather"))
    assert not _is_known_by_token(_dated(f"news/{OTHER}/talks")), "another slug"
    assert not _is_known_by_token(_dated("news/20260117/visit")), "no token"
    assert not _is_known_by_token(entry(f"news/{OTHER}/visit")), "no time"
    both = _dated(f"news/{OTHER}/visit"), _dated(f"news/{THIRD}/visit")
    assert not _is_known_by_token(*both), "two at once"
    two = [was(f"news/{ONE}/visit", "A"), was(f"news/{THIRD}/visit", "B")]
    assert not _is_known_by_token(_dated(f"news/{OTHER}/visit"), before=two), "two articles of that title"


def test_without_times_a_token_that_changed_is_believed_for_some_hours() -> None:
    seen = [was(f"news/{ONE}/visit", "A"), was(f"news/{OTHER}/visit", "A")]
    listed = entry(f"news/{THIRD}/visit")
    assert _is_known_by_token(listed, before=seen, at=NOON + timedelta(hours=11))
    assert not _is_known_by_token(listed, before=seen, at=NOON + timedelta(hours=13))


def test_a_page_at_another_token_has_not_moved() -> None:
    history = ListedBefore([was(f"news/{ONE}/visit", "A")])
    assert history.former_address(entry(f"news/{OTHER}/visit"), f"{SITE}news/{OTHER}/visit", ()) is None


@pytest.mark.parametrize(
    ("segment", "token"),
    [
        ("8f3ab21c90", True),
        ("c-3f9a.7b1", True),
        ("canola-talks-7f3a9c2e", True),
        ("canola-talks-2026", False),
        ("covid19-g20-a380", False),
        ("1764432000", False),
        ("2026-11-29", False),
        ("canola", False),
        ("a1b2c3", False),
        ("加拿大8f3ab21c90", False),
    ],
)
def test_tokens_are_letters_and_digits_in_disorder(segment: str, token: bool) -> None:
    assert is_token(segment) is token
