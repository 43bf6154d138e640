"""Who comes first in a story, how every copy stands to it, and whose label holds."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dedup import arrange
from pipelines.dedup.arrangement import appeared
from pipelines.model import Evidence, Member, Relation, Route
from tests.builders import NOON
from tests.pipelines.dedup.newsroom import COLLECTED, a_member, link_of, text_of
from tests.pipelines.dedup.texts import BLOG, OWN, PAID, PRESS

AGENCY = Route("The Canadian Press", None, "agency")
RELEASE = Route("CGTN", "PR Newswire", "paid_release")
AT_HOME = replace(RELEASE, evidence=(Evidence("carrier site", "PR Newswire", "prnewswire.example"),))


def test_earliest_page_is_the_original() -> None:
    story = arrange(
        "s", [a_member("late", "Late", text_of(*PRESS), 5), a_member("early", "Early", text_of(*PRESS), 2)]
    )
    assert (story.lead_id, story.headline) == ("early", "Early")
    assert [link.article_id for link in story.links] == ["early", "late"]
    assert (story.first_seen, story.last_seen) == (NOON + timedelta(hours=2), NOON + timedelta(hours=5))
    assert story.copies == 1


def test_story_of_one_is_its_original() -> None:
    story = arrange("s", [a_member("one", "One", text_of(*PRESS))])
    assert (story.copies, story.links[0].relation, story.links[0].of) == (0, Relation.ORIGINAL, None)


def test_better_source_comes_first_at_the_same_moment() -> None:
    good = a_member("b", "Good", text_of(*PRESS), tier=1)
    poor = a_member("a", "Poor", text_of(*PRESS), tier=3)
    assert arrange("s", [poor, good]).lead_id == "b"


def test_carrier_page_is_the_original_even_if_it_appears_last() -> None:
    copy = a_member("copy", "Copy", text_of(*PAID), 1, route=RELEASE)
    wire = a_member("wire", "Wire", text_of(*PAID), 6, route=AT_HOME)
    story = arrange("s", [copy, wire])
    assert story.lead_id == "wire"
    assert "at home" in story.links[0].why[0]


def test_page_that_names_only_its_day_goes_after_the_release_of_that_day() -> None:
    midnight = NOON.replace(hour=0)
    copy = replace(a_member("copy", "Copy", text_of(*PRESS)), published=midnight, precision="day")
    first = a_member("first", "First", text_of(*PRESS), 2)
    story = arrange("s", [copy, first])
    assert story.lead_id == "first"
    assert story.first_seen == NOON + timedelta(hours=2)


def test_page_that_names_only_its_day_goes_before_the_next_day() -> None:
    copy = replace(a_member("a", "A", text_of(*PRESS)), published=NOON.replace(hour=0), precision="day")
    story = arrange("s", [copy, a_member("b", "B", text_of(*PRESS), 36)])
    assert story.lead_id == "a"
    assert story.first_seen == NOON.replace(hour=0)


def test_no_page_appeared_later_than_it_was_collected() -> None:
    ahead = a_member("a", "A", text_of(*PRESS), 24 * 365 * 50)
    unknown = a_member("b", "B", text_of(*PRESS), None)
    last_day = replace(ahead, published=COLLECTED.replace(year=9999, month=12, day=31), precision="year")
    assert {appeared(m) for m in (ahead, unknown, last_day)} == {COLLECTED}


def test_label_of_the_original_holds() -> None:
    members = [
        a_member("a", "A", text_of(*PRESS), 0, route=AGENCY),
        a_member("b", "B", text_of(*PRESS), 1, route=RELEASE),
    ]
    story = arrange("s", members)
    assert (story.origin, story.carrier, story.kind) == ("The Canadian Press", None, "agency")


def test_label_survives_on_a_copy_of_an_original_that_shows_none() -> None:
    bare = a_member("bare", "Bare", text_of(*PAID), 0)
    story = arrange("s", [bare, a_member("copy", "Copy", text_of(*PAID), 3, route=RELEASE)])
    assert (story.lead_id, story.origin, story.carrier, story.kind) == (
        "bare",
        "CGTN",
        "PR Newswire",
        "paid_release",
    )


def test_carrier_is_taken_from_a_copy_that_names_the_same_origin() -> None:
    own = a_member("own", "Own", text_of(*PAID), 0, route=Route("CGTN", None, "state_media"))
    story = arrange("s", [own, a_member("copy", "Copy", text_of(*PAID), 3, route=RELEASE)])
    assert (story.lead_id, story.origin, story.carrier) == ("own", "CGTN", "PR Newswire")


def test_most_complete_label_wins_then_the_most_frequent() -> None:
    bare = a_member("bare", "Bare", text_of(*PAID), 0)
    half = Route(None, "PR Newswire", "paid_release")
    members = [
        a_member(f"c{n}", "Copy", text_of(*PAID), n, route=r)
        for n, r in enumerate((half, AGENCY, AGENCY, half, half), 1)
    ]
    assert arrange("s", [bare, *members]).carrier == "PR Newswire"
    assert (
        arrange("s", [bare, *members, a_member("z", "Z", text_of(*PAID), 9, route=RELEASE)]).origin == "CGTN"
    )


def test_page_that_embeds_the_text_speaks_of_itself() -> None:
    report = a_member("report", "Report", text_of(*PRESS), 0)
    agency = a_member("agency", "Agency", text_of(*PRESS), 1, route=AGENCY)
    blog = a_member("blog", "Blog", text_of(*BLOG[:2], *PRESS, BLOG[2]), 2, route=RELEASE)
    assert arrange("s", [report, agency, blog]).origin == "The Canadian Press"


def test_copy_that_credits_a_paper_labels_nobody_elses_report() -> None:
    report = a_member("report", "Report", text_of(*PRESS), 0)
    portal = a_member("portal", "Portal", text_of(*PRESS), 1, route=Route("环球时讯", None, "report"))
    assert arrange("s", [report, portal]).origin is None


def test_thin_copy_is_placed_beside_the_copy_it_was_taken_from() -> None:
    whole = a_member("whole", "Whole", text_of(*PRESS), 0)
    longer = a_member("longer", "Longer", text_of(*PRESS, *OWN), 2)
    local = a_member("local", "Local", text_of(*OWN), 4)
    story = arrange("s", [whole, longer, local])
    assert link_of(story, "local").of == "longer"
    assert link_of(story, "longer").of == "whole"


MEMBERS = [
    a_member("whole", "Whole", text_of(*PRESS), 1, lang="en"),
    a_member("same", "Same", text_of(*PRESS), 1),
    a_member("short", "Short", text_of(*PRESS[:3]), 4, route=AGENCY),
    a_member("undated", "Undated", text_of(*PRESS[1:]), None, tier=1),
    a_member("blog", "Blog", text_of(*BLOG[:2], *PRESS, BLOG[2]), 6, route=RELEASE),
    replace(a_member("day", "Day", text_of(*PRESS), -12, lang="fr"), precision="day"),
]  # fmt: skip


@given(st.permutations(MEMBERS))
def test_order_of_members_is_irrelevant(order: list[Member]) -> None:
    assert arrange("s", order) == arrange("s", MEMBERS)


@pytest.mark.parametrize("seed", range(3))
def test_story_of_two_hundred_copies_has_one_link_for_each(seed: int) -> None:
    dice = random.Random(seed)
    members = [
        a_member(f"m{n:03}", "Copy", text_of(*dice.sample(PRESS, 3), OWN[n % 2]), n % 50) for n in range(200)
    ]
    links = arrange("s", members).links
    assert sorted(link.article_id for link in links) == [m.article_id for m in members]
    assert all(0 <= link.kept <= 1 and 0 <= link.own <= 1 for link in links)


@given(st.permutations(range(6)), st.sampled_from(range(6)))
def test_links_that_stand_give_the_story_that_all_texts_give(order: list[int], newest: int) -> None:
    texts = [PRESS, PRESS, PRESS[:3], (*PRESS[:2], *OWN), (*OWN, *PRESS[:1]), (*BLOG, *PRESS[1:])]
    members = [a_member(f"m{n}", "Title", text_of(*texts[n]), order[n]) for n in range(6)]
    before = arrange("s", [member for member in members if member.article_id != f"m{newest}"])
    standing = {link.article_id: link for link in before.links}
    assert arrange("s", members, None, standing) == arrange("s", members)
