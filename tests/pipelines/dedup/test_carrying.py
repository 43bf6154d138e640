"""What one page is to another with which it shares much: a copy, a carrier, a chapter."""

from __future__ import annotations

import pytest

from pipelines.dedup import decide
from pipelines.dedup.carrying import Standing, standing_of
from pipelines.dedup.overlap import compare
from pipelines.model import Member
from tests.pipelines.dedup.newsroom import a_member, text_of
from tests.pipelines.dedup.texts import BLOG, CNW_EN, OWN, PAID, PRESS, XINHUA, XINHUA_HANT

HEADLINE = "Canola may go back into three Chinese ports"
READ_ON = "Read the full story on our website."


def standing(one: Member, other: Member) -> Standing:
    """Return how two articles stand to each other, asked from both sides."""
    found = standing_of(one, other, compare(one.text, other.text))
    exchanged = {Standing.CARRIES: Standing.CARRIED, Standing.CARRIED: Standing.CARRIES}
    assert standing_of(other, one, compare(other.text, one.text)) is exchanged.get(found, found)
    return found


@pytest.mark.parametrize("hour", [-3, 3])
def test_comment_that_prints_a_text_carries_it_before_and_after(hour: float) -> None:
    comment = a_member("c", "Seeds of trust", text_of(*BLOG[:2], *CNW_EN[:3], BLOG[2]), hour)
    assert standing(comment, a_member("t", HEADLINE, text_of(*CNW_EN[:3]))) is Standing.CARRIES


def test_text_with_a_short_frame_is_a_copy() -> None:
    framed = a_member("c", "From the wire", text_of(OWN[0], *PRESS), 2)
    assert standing(framed, a_member("t", HEADLINE, text_of(*PRESS))) is Standing.ONE_TEXT


def test_shortened_copy_of_a_long_report_is_a_copy_and_not_carried() -> None:
    long = a_member("l", HEADLINE, text_of(*PRESS, *OWN, *PAID))
    assert standing(long, a_member("s", "Three ports reopen", text_of(*PRESS[:3]), 2)) is Standing.ONE_TEXT


def test_statement_in_the_middle_of_two_reports_is_carried_by_neither() -> None:
    statement = CNW_EN[:2]
    one = a_member("a", "One", text_of(*PRESS[:3], *statement, PRESS[3]))
    other = a_member("b", "Other", text_of(*PAID[:3], *statement, PAID[3]), 2)
    assert standing(one, other) is Standing.OTHERS


def test_page_with_the_beginning_of_a_text_carries_it() -> None:
    page = a_member("p", "Seeds of trust", text_of(*BLOG, *PRESS[:2]), 2)
    assert standing(page, a_member("t", HEADLINE, text_of(*PRESS, *OWN))) is Standing.CARRIES


@pytest.mark.parametrize("hour", [-1, 0, 1])
@pytest.mark.parametrize("words", [20, 30, 45])
def test_headline_and_first_words_are_a_copy(hour: float, words: int) -> None:
    beginning = " ".join(" ".join(PRESS).split()[:words]) + " …"
    excerpt = a_member("e", HEADLINE, text_of(beginning, READ_ON), hour)
    report = a_member("r", HEADLINE + " | The Gazette", text_of(*PRESS, *OWN))
    assert decide(excerpt, [report]).story_ids == ("sr",)
    assert decide(report, [excerpt]).story_ids == ("se",)


def test_excerpt_in_chinese_is_a_copy_in_either_script() -> None:
    title = "中加就恢复油菜籽贸易达成一致"
    report = a_member("r", title, text_of(*XINHUA))
    for text in (XINHUA, XINHUA_HANT):
        beginning = text[0][:60] + "……"
        excerpt = a_member("e", title, text_of(beginning, "阅读全文请访问本站。"), 2)
        assert decide(excerpt, [report]).story_ids == ("sr",)


def test_same_first_words_under_another_headline_are_no_excerpt() -> None:
    beginning = " ".join(" ".join(PRESS).split()[:30])
    other = a_member("e", "What the weather brings on Sunday", text_of(beginning, READ_ON, OWN[0]), 2)
    assert decide(other, [a_member("r", HEADLINE, text_of(*PRESS))]).story_ids == ()


def test_report_that_a_newsroom_writes_on_stays_one_story_however_fast_it_grows() -> None:
    flash = a_member("1", HEADLINE, text_of(*PRESS[:1]), 0, source="agency", story_id="s1")
    grown = a_member("2", HEADLINE, text_of(*PRESS[:1], *OWN, *PRESS[1:]), 1, source="agency")
    assert decide(grown, [flash]).story_ids == ("s1",)
    # Another newsroom's report that prints the flash is one of its own.
    elsewhere = a_member("2", "Ports reopen", text_of(*PRESS[:1], *OWN, *PAID), 1, source="gazette")
    assert decide(elsewhere, [flash]).story_ids == ()
    assert [carrying.article_id for carrying in decide(elsewhere, [flash]).carries] == ["1"]


def test_step_that_keeps_less_than_a_quarter_of_the_first_begins_a_chapter() -> None:
    flow = [*PRESS, *OWN, *CNW_EN[2:]]
    steps = [
        a_member(str(n), HEADLINE, text_of(*flow[n : n + 5]), n, source="agency", story_id="s0")
        for n in range(5)
    ]
    fourth = decide(steps[4], steps[:4])
    assert fourth.story_ids == ()
    (continued,) = fourth.carries
    assert (continued.page_id, continued.article_id, continued.continues) == ("4", "3", True)
    # Who prints the new chapter is a copy of that, and joins the two no more than the next step does.
    chapter = a_member("4", HEADLINE, text_of(*flow[4:9]), 4, source="agency", story_id="s4")
    copy = a_member("c", HEADLINE, text_of(*flow[4:9]), 5, source="gazette")
    assert decide(copy, [*steps[:4], chapter]).story_ids == ("s4",)
    last = a_member("5", HEADLINE, text_of(*flow[5:9]), 6, source="agency")
    assert decide(last, [*steps[:4], chapter]).story_ids == ("s4",)
