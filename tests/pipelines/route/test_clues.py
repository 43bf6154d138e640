"""Each clue to a text's way, as printers write it, at the head and at the end, in three languages."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.beat.organisations import organisations_of
from pipelines.beat.outlets import Outlet
from pipelines.model import Route
from pipelines.route import find_route
from tests.builders import a_publisher, an_article
from tests.pipelines.route.test_find_route import MORE, PROSE, PROSE_FR, PROSE_HANT, PROSE_ZH


def route_of(*paragraphs: str, publisher: dict[str, Any] | None = None, **article: Any) -> Route:
    return find_route(
        an_article(body="\n\n".join(paragraphs), **article),
        a_publisher(**{"id": "daily", "name": "The Prairie Daily"} | (publisher or {})),
    )


@pytest.mark.parametrize(
    ("dateline", "origin", "carrier", "kind"),
    [
        ("BEIJING/OTTAWA, Jan 17 (Reuters) - ", "Reuters", None, "agency"),
        ("OTTAWA/BEIJING (Reuters) - ", "Reuters", None, "agency"),
        ("HARBIN, China/REGINA (Reuters) - ", "Reuters", None, "agency"),
        ("Ottawa/Beijing, Jan. 17 (Bloomberg) -- ", "Bloomberg", None, "agency"),
        ("(Reuters) - ", "Reuters", None, "agency"),
        ("(Bloomberg) -- ", "Bloomberg", None, "agency"),
        ("(AP) — ", "The Associated Press", None, "agency"),
        ("(AFP) – ", "AFP", None, "agency"),
        ("(CNN) — ", "CNN", None, "agency"),
        ("(ECNS) -- ", "China News Service", None, "state_media"),
        ("(Xinhua) -- BEIJING, Jan. 17 -- ", "Xinhua", None, "state_media"),
        (
            "HONG KONG SAR - Media OutReach Newswire - 17 January 2026 - ",
            None,
            "Media OutReach",
            "paid_release",
        ),
        ("HONG KONG, CHINA - Media OutReach - 17 January 2026 - ", None, "Media OutReach", "paid_release"),
        ("NINGBO, CHINA – ACN Newswire – 17 January 2026 – ", None, "ACN Newswire", "paid_release"),
        ("BEIJING, Jan. 17, 2026 /PRNewswire-FirstCall/ -- ", None, "PR Newswire", "paid_release"),
        (
            "REGINA, SASKATCHEWAN, CANADA, January 17, 2026 /EINPresswire.com/ -- ",
            None,
            "EIN Presswire",
            "paid_release",
        ),
    ],
)
def test_dateline_of_every_form_names_who_wrote_or_sent_it(
    dateline: str, origin: str | None, carrier: str | None, kind: str
) -> None:
    route = route_of(dateline + PROSE, MORE)
    assert (route.origin, route.carrier, route.kind) == (origin, carrier, kind)
    place = route.dateline.place if route.dateline else ""
    assert "Reuters" not in place
    assert route.boilerplate[0].label == "dateline"


@pytest.mark.parametrize(
    ("dateline", "origin", "carrier"),
    [
        ("渥太华2026年1月16日 /美通社/ -- ", None, "PR Newswire"),
        ("香港2026年1月16日 /PRNewswire/ -- ", None, "PR Newswire"),
        ("香港 - Media OutReach Newswire - 2026年1月17日 - ", None, "Media OutReach"),
        ("据新华社北京1月16日电 ", "Xinhua", None),
        ("據中新社北京1月16日電 ", "China News Service", None),
        ("路透北京1月16日电 - ", "Reuters", None),
        ("路透社渥太华1月16日电 ", "Reuters", None),
        ("【中央社／台北16日電】", "Central News Agency", None),
        ("环球网报道 ", "Global Times", None),
        ("【环球网报道 记者 李明】", "Global Times", None),
        ("[环球网报道 记者 李明]", "Global Times", None),
        ("央视网消息：", "CCTV", None),
        ("央视新闻消息，", "CCTV", None),
        ("国际在线消息：", "China Radio International", None),
        ("参考消息网1月17日报道 ", "Reference News", None),
        ("光明网讯 ", "Guangming Daily", None),
        ("新华社快讯：", "Xinhua", None),
        ("中新网1月16日电 ", "China News Service", None),
        ("人民网北京1月16日电 （记者李明）", "People's Daily", None),
    ],
)
def test_chinese_opening_names_who_wrote_or_sent_it(
    dateline: str, origin: str | None, carrier: str | None
) -> None:
    prose = PROSE_HANT if "電" in dateline else PROSE_ZH
    route = route_of(dateline + prose, prose)
    assert (route.origin, route.carrier) == (origin, carrier)
    assert route.boilerplate[0].label == "dateline"
    kinds = {"Reuters": "agency", "Central News Agency": "agency", None: "paid_release"}
    assert route.kind == kinds.get(origin, "state_media")


@pytest.mark.parametrize("is_at_head", [True, False])
@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("（来源：中新网）", "China News Service"),
        ("【来源：环球网】", "Global Times"),
        ("来源｜新华社", "Xinhua"),
        ("稿件来源：人民网", "People's Daily"),
        ("信息来源：新华社", "Xinhua"),
        ("本文来源：央视新闻", "CCTV"),
        ("转自：中国新闻网", "China News Service"),
        ("转载自：光明网", "Guangming Daily"),
        ("轉自：新華社", "Xinhua"),
        ("（据新华社）", "Xinhua"),
        ("来源：中国新闻网 2026-01-16 10:20", "China News Service"),
        ("2026年01月16日 10:20 来源：中国新闻网", "China News Service"),
        ("来源：中新网 编辑：王梅", "China News Service"),
        ("来源：草原晚报 责任编辑：王梅", "草原晚报"),
        ("Source: Xinhua | 2026-01-17 20:15:00 | Editor: huaxia", "Xinhua"),
        ("Source: Xinhua| 2026-01-17 20:15:00|Editor: huaxia", "Xinhua"),
        ("(Source: CGTN)", "CGTN"),
        ("Source : Agence Chine nouvelle", "Xinhua"),
    ],
)
def test_source_line_in_any_dress_names_the_origin(line: str, origin: str, *, is_at_head: bool) -> None:
    prose = PROSE_ZH if any("\u4e00" <= character <= "\u9fff" for character in line) else PROSE
    paragraphs = (line, prose, prose) if is_at_head else (prose, prose, line)
    assert route_of(*paragraphs).origin == origin


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("Jane Roe, The Canadian Press", "The Canadian Press"),
        ("Anne Roy, La Presse Canadienne", "The Canadian Press"),
        ("Jane Roe and Tom Li, Reuters", "Reuters"),
        (
            "This article is republished from The Conversation under a Creative Commons license.",
            "The Conversation",
        ),
        ("The-CNN-Wire", "CNN"),
        ("Distributed by The Associated Press", "The Associated Press"),
        ("This story was first published by The Canadian Press.", "The Canadian Press"),
        ("Originally published by Reuters.", "Reuters"),
        ("Ce texte a d'abord été publié par La Presse canadienne.", "The Canadian Press"),
        ("Bernama", "Bernama"),
        ("IANS", "IANS"),
    ],
)
def test_last_line_names_the_origin(line: str, origin: str) -> None:
    prose = PROSE_FR if "é" in line or "Anne" in line else PROSE
    route = route_of(prose, MORE, line)
    assert (route.origin, route.kind) == (origin, "agency")


@pytest.mark.parametrize("is_at_head", [True, False])
@pytest.mark.parametrize(
    ("label", "payer"),
    [
        ("Sponsored by Harvest Tours", "Harvest Tours"),
        ("Paid for by Harvest Tours", "Harvest Tours"),
        ("Paid content by China Daily", "China Daily"),
        ("Sponsored content by Harvest Tours", "Harvest Tours"),
        ("This content was produced by China Daily, which takes sole responsibility for it.", "China Daily"),
        ("This material is produced and distributed by China Daily.", "China Daily"),
        ("Presented by Harvest Tours", "Harvest Tours"),
        ("Contenu commandité par Tourisme Moisson", "Tourisme Moisson"),
        ("Présenté par Tourisme Moisson", "Tourisme Moisson"),
        ("推广", None),
        ("【广告】", None),
        ("（廣告）", None),
        ("本内容由广告主提供", None),
        ("本文为推广内容", None),
        ("Sponsored", None),
        ("Advertisement feature", None),
        (
            "PRESS RELEASE: Paid Content from EIN Presswire. The AP news staff did not write it.",
            None,
        ),
    ],
)
def test_label_of_what_was_paid_for_names_the_payer(
    label: str, payer: str | None, *, is_at_head: bool
) -> None:
    prose = PROSE_ZH if any("\u4e00" <= character <= "\u9fff" for character in label) else PROSE
    paragraphs = (label, prose, prose) if is_at_head else (prose, prose, label)
    route = route_of(*paragraphs)
    assert route.kind == "paid_release"
    assert route.origin == payer


@pytest.mark.parametrize(
    "line",
    [
        "图：新华社",
        "（图源：新华社）",
        "图片来源：新华社",
        "新华社记者 李明 摄",
        "(Photo: Xinhua)",
        "Photo by The Canadian Press",
        "Photo : La Presse canadienne",
        "推广会上，两国代表就种子检验交换了意见，并同意春天再谈。",
        "Sponsored by both parties, the bill on seed inspection passed on Friday after four hours of debate.",
        "Presented by the minister on Friday, the bill on seed inspection will be debated in the spring.",
        "据新华社报道，双方代表团在会谈之后没有发表声明，也没有回答记者提出的任何问题，会谈将在春天继续举行。",
        "环球网的一名记者表示，会谈之后双方都没有发表声明，也没有回答任何问题，会谈将在春天继续举行。",
    ],
)
@pytest.mark.parametrize("is_at_head", [True, False])
def test_mention_or_photo_credit_makes_no_origin(line: str, *, is_at_head: bool) -> None:
    prose = PROSE_ZH if "\u4e00" <= line[1] <= "\u9fff" else PROSE
    paragraphs = (line, prose, prose) if is_at_head else (prose, prose, line)
    route = route_of(*paragraphs)
    assert (route.origin, route.kind) == (None, "report")


def test_paper_of_another_country_with_a_like_name_is_not_the_state_s() -> None:
    route = route_of(PROSE, publisher={"name": "Peoples Daily"}, authors=("Peoples Daily",))
    assert (route.origin, route.kind) == (None, "report")


def test_release_in_chinese_has_its_source_line_as_origin() -> None:
    route = route_of("渥太华2026年1月16日 /美通社/ -- " + PROSE_ZH, PROSE_ZH, "消息来源：丰收种子公司")
    assert (route.origin, route.carrier, route.kind) == ("丰收种子公司", "PR Newswire", "paid_release")


@pytest.mark.parametrize(
    ("paragraphs", "kind"),
    [
        (
            ("OTTAWA, Jan. 16, 2026 /CNW/ - " + PROSE, "SOURCE Department of Finance Canada"),
            "government_release",
        ),
        (
            ("REGINA, SK, Jan. 16, 2026 /CNW/ - " + PROSE, "SOURCE Ministry of Agriculture"),
            "government_release",
        ),
        (
            ("OTTAWA, le 16 janv. 2026 /CNW/ - " + PROSE_FR, "SOURCE Ministère des Finances"),
            "government_release",
        ),
        (
            ("OTTAWA, Jan. 16, 2026 /CNW/ - " + PROSE, "SOURCE Consulate General of Norland"),
            "government_release",
        ),
        (("渥太华2026年1月16日 /美通社/ -- " + PROSE_ZH, "消息来源：丰收省人民政府"), "government_release"),
        (("OTTAWA, Jan. 16, 2026 /CNW/ - " + PROSE, "SOURCE Harvest Seeds Inc."), "paid_release"),
        (
            ("OTTAWA, Jan. 16, 2026 /CNW/ - " + PROSE, "SOURCE Government Relations Partners Inc."),
            "paid_release",
        ),
    ],
)
def test_release_of_a_government_has_a_kind_of_its_own(paragraphs: tuple[str, ...], kind: str) -> None:
    assert route_of(*paragraphs).kind == kind


def test_office_that_a_beat_names_as_a_government_releases_as_one() -> None:
    office = Outlet(name="Harvest Inspection Norland", kind="government")
    body = "\n\n".join(("OTTAWA, Jan. 16, 2026 /CNW/ - " + PROSE, "SOURCE Harvest Inspection Norland"))
    route = find_route(an_article(body=body), a_publisher(), organisations_of((office,)))
    assert (route.origin, route.kind) == ("Harvest Inspection Norland", "government_release")


@pytest.mark.parametrize(
    "line",
    [
        "来源：视觉中国",
        "图片来源：新华社",
        "图源：视觉中国",
        "来源：图虫创意",
        "来源：Getty Images",
        "Photo source: Xinhua",
        "Source: Shutterstock",
        "Crédit photo : AFP",
        "Source photo : AFP",
    ],
)
@pytest.mark.parametrize("is_tail", [False, True])
def test_credit_of_a_picture_is_no_origin(line: str, is_tail: bool) -> None:
    paragraphs = [*PROSE.split("\n\n"), line] if is_tail else [line, *PROSE.split("\n\n")]
    route = route_of(*paragraphs)
    assert (route.origin, route.kind) == (None, "report")
