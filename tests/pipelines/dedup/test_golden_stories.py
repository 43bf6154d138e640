"""Whole stories, as pages of invented outlets tell them: the same answer whoever arrives first."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations

import pytest

from tests.pipelines.dedup.newsroom import Page, members_of, shape, stories_of, text_of
from tests.pipelines.dedup.texts import (
    BLOG,
    CNW_EN,
    CNW_FR,
    OWN,
    PAID,
    PRESS,
    READOUT,
    REPORT_A,
    REPORT_B,
    TAIL_EN,
    TAIL_FR,
    XINHUA,
    XINHUA_HANT,
)

# -- a release on CNW in two languages, with copies of the French one ---------------------------------

BILINGUAL = (
    Page(
        "cnw-fr",
        "CNW",
        "Le canola repart vers la Chine",
        text_of("SASKATOON, SK, le 16 janv. 2026 /CNW/ - " + CNW_FR[0], *CNW_FR[1:], *TAIL_FR),
        1,
        "wire",
        "fr",
    ),
    Page(
        "cnw-en",
        "CNW",
        "Canola sails for China again",
        text_of("SASKATOON, SK, Jan. 16, 2026 /CNW/ - " + CNW_EN[0], *CNW_EN[1:], *TAIL_EN),
        1,
        "wire",
    ),
    Page("plaine", "La Plaine", "Le canola repart vers la Chine", text_of(*CNW_FR), 3, lang="fr"),
    Page(
        "rive",
        "Rive Nord",
        "Trois ports chinois rouvrent au canola de l'Ouest",
        text_of("SASKATOON, SK, le 16 janv. 2026 /CNW/ - " + CNW_FR[0], *CNW_FR[1:3]),
        5,
        lang="fr",
    ),
)


def test_release_in_two_languages_is_two_stories_and_each_copy_finds_its_own() -> None:
    french = ("cnw-fr", "Forum des producteurs de canola", "CNW", "paid_release",
              {"cnw-fr": "original", "plaine": "verbatim", "rive": "shortened"})  # fmt: skip
    english = ("cnw-en", "Canola Growers' Forum", "CNW", "paid_release", {"cnw-en": "original"})
    assert_stories(BILINGUAL, [english, french])


# -- an agency's Chinese text, its traditional copy and a portal's short one ---------------------------

SINOPHONE = (
    Page(
        "xinhua",
        "Xinhua",
        "中加就恢复油菜籽贸易达成时间表",
        text_of("新华社北京1月16日电（记者李明）" + XINHUA[0], *XINHUA[1:]),
        2,
        "state",
        "zh-Hans",
    ),
    Page("gangbao", "海港日報", "中加就油菜籽達成時間表", text_of(*XINHUA_HANT), 4, lang="zh-Hant"),
    Page(
        "minbao",
        "楓葉民報",
        "農業部長：油菜籽月底啟運",
        text_of("（新華社北京1月16日電）" + XINHUA_HANT[0], *XINHUA_HANT[1:], "責任編輯：陳美"),
        6,
        lang="zh-Hant",
    ),
    Page("portal", "枫网", "油菜籽本月底启运", text_of(*XINHUA[:3], "来源：新华社"), 7, lang="zh-Hans"),
)


def test_agency_text_is_one_story_in_both_scripts() -> None:
    relations = {"xinhua": "original", "gangbao": "verbatim", "minbao": "verbatim", "portal": "shortened"}
    assert_stories(SINOPHONE, [("xinhua", "Xinhua", None, "state_media", relations)])


def test_agency_label_survives_where_the_agency_itself_is_not_followed() -> None:
    relations = {"gangbao": "original", "minbao": "verbatim", "portal": "shortened"}
    assert_stories(SINOPHONE[1:], [("gangbao", "Xinhua", None, "state_media", relations)])


# -- The Canadian Press in three papers, one of which prints it before a report of its own -------------------

PAPERS = (
    Page("star", "Capital Star", "Canola deal a beginning, minister says",
         text_of("By Noor Haddad, The Canadian Press", "OTTAWA — " + PRESS[0], *PRESS[1:],
                 "This report by The Canadian Press was first published Jan. 16, 2026."), 3),
    Page("herald", "Lakeside Herald", "Trade minister: canola deal only the start",
         text_of("OTTAWA — " + PRESS[0], *PRESS[1:4], "The Canadian Press"), 4),
    Page("gazette", "Rosetown Gazette", "Bins still full as ports reopen",
         text_of(*PRESS, *OWN, "— With files from The Canadian Press"), 9),
)  # fmt: skip


def test_agency_story_in_three_papers_is_one_story_of_the_agency() -> None:
    relations = {"star": "original", "herald": "shortened", "gazette": "embedded"}
    assert_stories(PAPERS, [("star", "The Canadian Press", None, "agency", relations)])


# -- a state broadcaster's paid release ----------------------------------------------------------------

BROADCAST = (
    Page(
        "prn",
        "PR Newswire",
        "CGTN: Seeds of trust on two continents",
        text_of(
            "BEIJING, Jan. 16, 2026 /PRNewswire/ -- " + PAID[0],
            *PAID[1:],
            "SOURCE CGTN",
            "Contact: Media desk, +86-10-5555-0100, desk@broadcast.example",
        ),
        2,
        "wire",
    ),
    Page(
        "ledger",
        "Market Ledger",
        "CGTN: Seeds of trust on two continents",
        text_of(
            "BEIJING, Jan. 16, 2026 /PRNewswire/ -- " + PAID[0],
            *PAID[1:],
            "SOURCE CGTN",
            "This press release was distributed through PR Newswire. "
            "Market Ledger is not responsible for its content.",
        ),
        2.5,
    ),
    Page("post", "Valley Post", "A new chapter for old partners", text_of(*PAID), 8),
    Page("blog", "Pacific Notes", "What they paid to tell you", text_of(*BLOG[:2], *PAID, BLOG[2]), 20),
)


def test_paid_release_keeps_its_payer_under_every_title_and_inside_a_blog() -> None:
    relations = {"prn": "original", "ledger": "verbatim", "post": "verbatim", "blog": "embedded"}
    assert_stories(BROADCAST, [("prn", "CGTN", "PR Newswire", "paid_release", relations)])


def test_carrier_page_is_the_original_even_where_a_copy_claims_an_earlier_hour() -> None:
    early = Page(**{**vars(BROADCAST[2]), "hour": 0})
    relations = {"prn": "original", "post": "verbatim"}
    assert_stories((BROADCAST[0], early), [("prn", "CGTN", "PR Newswire", "paid_release", relations)])


# -- a government's readout, printed in full by two papers with reports of their own -------------------

STATEMENT = (
    Page(
        "pmo",
        "Prime Minister's Office",
        "Prime Minister meets Premier of China",
        text_of(*READOUT),
        1,
        "government",
    ),
    Page("tribune", "Morning Tribune", "Half a page from Beijing", text_of(*REPORT_A), 5),
    Page("voice", "Island Voice", "One sentence for the detained", text_of(*REPORT_B), 7),
)


def test_two_papers_that_print_a_statement_in_full_stay_reports_of_their_own() -> None:
    alone = [
        ("pmo", None, None, "government", {"pmo": "original"}),
        ("tribune", None, None, "report", {"tribune": "original"}),
        ("voice", None, None, "report", {"voice": "original"}),
    ]
    assert_stories(STATEMENT, alone)


def test_statement_printed_without_marks_does_not_join_two_reports() -> None:
    bare = [Page(**{**vars(p), "body": p.body.replace("“", "").replace("”", "")}) for p in STATEMENT[1:]]
    assert len(stories_of(members_of(bare))) == 2


# -- all of it in one day ------------------------------------------------------------------------------

DAY = (*BILINGUAL, *SINOPHONE, *PAPERS, *BROADCAST, *STATEMENT)


@pytest.mark.parametrize("seed", range(20))
def test_a_day_of_all_of_it_makes_the_same_stories_in_any_order(seed: int) -> None:
    members = members_of(DAY)
    in_order = sorted(map(repr, map(shape, stories_of(members))))
    random.Random(seed).shuffle(members)
    assert sorted(map(repr, map(shape, stories_of(members)))) == in_order
    assert len(in_order) == 2 + 1 + 1 + 1 + 3


def assert_stories(pages: Sequence[Page], expected: Sequence[object]) -> None:
    """Check the stories of these pages for every order of arrival."""
    for arrivals in permutations(members_of(pages)):
        found = sorted((shape(story) for story in stories_of(arrivals)), key=lambda s: s[0])
        assert found == expected, f"arrived as {[m.article_id for m in arrivals]}"
