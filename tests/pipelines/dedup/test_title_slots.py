"""Headlines of one form: which slots part two reports, and which changes are those of a copy."""

from __future__ import annotations

import pytest

from pipelines.dedup.decision import decide
from pipelines.dedup.title_slots import align_titles
from pipelines.dedup.title_stages import looks_ahead, stages_apart
from pipelines.text.tokens import tokens
from tests.pipelines.dedup.newsroom import a_member, text_of

VISIT = "应邀，国家主席{}于十四日至十五日对该国进行国事访问，{}同该国领导人举行会谈，就双边关系深入交换意见。"
PLANS = "双方共同规划两国关系发展蓝图，推动全面战略伙伴关系提质升级，造福两国人民，也有利于地区和平稳定。"
COMPANY = (
    "The firm today announced the opening of a plant for {} batteries. It will employ four hundred people "
    "when it runs at full speed, and the province pays a tenth of what it costs.",
    "The mayor called it good news for the valley. Environmental groups asked for a study of the river first "
    "and said that the council had not answered their letters of last spring.",
)


def slots_of(here: str, there: str) -> list[tuple[str, str]] | None:
    titles = align_titles(tuple(tokens(here)), tuple(tokens(there)))
    if titles is None:
        return None
    found = []
    for slot in titles.slots:
        mine, theirs = titles.words_of(slot)
        found.append((" ".join(mine), " ".join(theirs)))
    return found


@pytest.mark.parametrize(
    ("here", "there", "slots"),
    [
        ("中国佛教协会举行会议", "中国道教协会举行会议", [("佛", "道")]),
        ("主席会见来京述职的李家超", "主席会见来京述职的岑浩辉", [("李 家 超", "岑 浩 辉")]),
        ("Harrow judge in Yorkton", "Osgood mayor of Timmins", None),
        ("Ice closes port of Gull Bay", "Snow closes port of Elk Bay", [("ice", "snow"), ("gull", "elk")]),
        ("Port closed by ice", "Port closed by ice until Friday", []),
        ("Canola prices fall", "Minister resigns over report", None),
    ],
)  # fmt: skip
def test_slots_are_what_differs_in_both_titles(
    here: str, there: str, slots: list[tuple[str, str]] | None
) -> None:
    assert slots_of(here, there) == slots


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("前局长程学军同志逝世", "程学军同志遗体在京火化"),
        ("Former judge Harrow dies at 81", "Funeral for judge Harrow on Friday"),
        ("Décès de Colette Caron", "Les obsèques de Colette Caron"),
        ("设备采购公开招标公告", "设备采购中标公告"),
        ("Boil water advisory in effect in Yorkton", "Boil water advisory lifted in Yorkton"),
        ("中央代表团离京前往拉萨", "中央代表团回到北京"),
    ],
)
def test_headlines_tell_two_stages_of_one_matter(here: str, there: str) -> None:
    assert stages_apart(here, there)
    assert stages_apart(there, here)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("程学军同志逝世", "程学军同志在京病逝"),
        ("Judge Harrow dies, funeral on Friday", "Funeral for judge Harrow"),
        ("Council opens talks", "Council talks begin"),
        ("", ""),
    ],
)
def test_headlines_tell_one_stage_or_both(here: str, there: str) -> None:
    assert stages_apart(here, there) is None


def test_words_that_only_hold_a_word_of_the_future_do_not_look_ahead() -> None:
    assert looks_ahead("国家主席将访问越南")
    assert looks_ahead("Minister will visit Hanoi tomorrow")
    assert not looks_ahead("上将视察部队")
    assert not looks_ahead("Gesture of goodwill to Hanoi")


def test_announcement_and_report_of_a_visit_are_two_reports() -> None:
    announced = a_member("will", "国家主席将对越南进行国事访问", text_of(VISIT.format("将", "将"), PLANS))
    report = a_member("did", "国家主席对越南进行国事访问", text_of(VISIT.format("", ""), PLANS))
    assert decide(report, [announced]).story_ids == ()


def test_words_in_the_same_slot_of_headline_and_text_make_two_reports() -> None:
    buses = a_member("buses", "Plant for bus batteries opens", text_of(*COMPANY).format("bus"))
    lorries = a_member("lorries", "Plant for lorry batteries opens", text_of(*COMPANY).format("lorry"))
    assert decide(lorries, [buses]).story_ids == ()


@pytest.mark.parametrize(
    "title", ["Plant for van batteries opens", "Plant for bus batteries starts", "Plant opens"]
)
def test_headline_alone_makes_no_report(title: str) -> None:
    text = text_of(*COMPANY).format("bus")
    buses = a_member("buses", "Plant for bus batteries opens", text)
    edited = a_member("copy", title, text.replace("good news", "very good news"))
    assert decide(edited, [buses]).story_ids == ("sbuses",)
