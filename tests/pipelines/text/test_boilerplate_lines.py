"""Lines that pages print around articles, and lines of articles that look like them."""

from __future__ import annotations

import pytest

from pipelines.text.boilerplate_lines import (
    begins_as_boilerplate,
    is_boilerplate_line,
    is_link_heading,
    is_page_part,
)

REMOVED = [
    "27 comments",
    "Comments 27",
    "4 min read",
    "Share this article",
    "Advertisement 2",
    "Advertisement - scroll to continue",
    "Loading comments...",
    "Related stories",
    "Related: China hits back at 12 firms",
    "Watch – The minister answers",
    "You may also like",
    "Follow us on Facebook",
    "Publicité",
    "Partagez cet article",
    "12 commentaires",
    "À lire aussi : Pékin répond",
    "Sur le même sujet",
    "Abonnez-vous à nos infolettres",
    "相关阅读：中方回应",
    "相關新聞",
    "更多报道",
    "扫码关注",
    "Anzeige",
]
TEXT = [
    "Watch-makers in Geneva sold less in May.",
    "Related parties must tell the regulator.",
    "Recommended doses were halved on Monday.",
    "More on-farm storage was built in Saskatchewan.",
    "Advertisement revenue fell by a third, the paper said.",
    "Loading of the canola ships begins on Monday in Vancouver.",
    "Listening posts were closed.",
    "Trending upwards since May, prices of peas rose again.",
    "Partageons ce que nous savons, a dit la ministre.",
    "更多加拿大企业来华投资。",
    "评论员认为双方都有诚意。",
]


@pytest.mark.parametrize("line", REMOVED)
def test_line_of_the_page_is_taken_out_marked_and_no_edit(line: str) -> None:
    assert is_boilerplate_line(line)
    assert is_page_part(line)


@pytest.mark.parametrize("line", TEXT)
def test_line_of_the_article_stays(line: str) -> None:
    assert not is_boilerplate_line(line)
    assert not begins_as_boilerplate(line)
    assert not is_page_part(line)


@pytest.mark.parametrize(
    "line",
    [
        "Photo: Jane Roe",
        "Have a tip? Write to us.",
        "责任编辑：李明",
        "来源：新华社",
        "© 2026 The Daily",
        "» Related: Peas",
    ],
)
def test_line_that_is_kept_is_no_part_of_the_report(line: str) -> None:
    assert is_page_part(line)


@pytest.mark.parametrize("line", ["Media contact: Jane Roe", "（来源：新华社）", "Share this via CNW"])
def test_line_that_tells_the_origin_is_never_taken_out(line: str) -> None:
    assert not is_boilerplate_line(line)


def test_heading_of_links_is_known() -> None:
    assert is_link_heading("Related stories")
    assert is_link_heading("相关阅读：")
    assert not is_link_heading("Related stories were told in court.")
