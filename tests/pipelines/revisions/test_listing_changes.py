"""Which pages left their listing before their time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.model import ListedAddress
from pipelines.revisions.listing_changes import MOST_AT_ONCE, pages_dropped_early
from tests.builders import NOON


def listed(text: str) -> list[ListedAddress]:
    """Return the pages named by letters, `a` the oldest; a capital one has no date."""
    pages = []
    for letter in text:
        age = timedelta(hours=ord("z") - ord(letter.lower()))
        pages.append(ListedAddress(letter.lower(), None if letter.isupper() else NOON - age))
    return pages


@pytest.mark.parametrize(
    ("before", "after", "dropped"),
    [
        ("dcba", "dba", "c"),
        ("dcba", "edcb", ""),
        ("dcba", "hgfe", ""),
        ("dcba", "ca", "db"),
        ("dcba", "", ""),
        ("", "dcba", ""),
        ("dCba", "dba", ""),
        ("dcBA", "dBA", ""),
        ("abcd", "abd", "c"),
    ],
)
def test_page_that_goes_while_an_older_one_stays_went_early(before: str, after: str, dropped: str) -> None:
    assert "".join(pages_dropped_early(listed(before), listed(after))) == dropped


def test_listing_that_is_built_anew_drops_nothing_early() -> None:
    many = "abcdefghijk"
    assert len(pages_dropped_early(listed(many), listed("a" + many[MOST_AT_ONCE + 1 :]))) == MOST_AT_ONCE
    assert pages_dropped_early(listed(many), listed("a" + many[MOST_AT_ONCE + 2 :])) == []


def test_page_that_is_there_with_another_token_or_parameter_has_not_left() -> None:
    def pages(token: str) -> list[ListedAddress]:
        places = (
            f"https://a.example/{token}/new",
            f"https://a.example/shown?v={token}",
            "https://a.example/old",
        )
        return [ListedAddress(place, NOON - timedelta(hours=n)) for n, place in enumerate(places)]

    assert pages_dropped_early(pages("8f3ab21c90"), pages("77d0e1f2aa")) == []
    assert len(pages_dropped_early(pages("8f3ab21c90"), pages("77d0e1f2aa")[2:])) == 2
