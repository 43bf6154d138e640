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


SENTENCED = "A {} man was {} on Monday in connection with a {} last May. He appeared before a judge."
HEARD = (
    "The court heard that both sides had agreed on a statement of facts. Police were called to a home "
    "and found the victim with injuries. A publication ban protects the identity of the victim."
)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        (("Kenora", "charged", "robbery"), ("Kenora", "charged", "stabbing")),
        (("Kenora", "charged", "robbery"), ("Timmins", "charged", "robbery")),
        (("Kenora", "charged", "robbery"), ("Kenora", "sentenced", "robbery")),
    ],
)
def test_one_word_in_the_same_slot_of_headline_and_text_makes_two_reports(
    here: tuple[str, ...], there: tuple[str, ...]
) -> None:
    pages = []
    for number, words in enumerate((here, there)):
        title = "{} man {} in {} case".format(*words)
        pages.append(a_member(str(number), title, text_of(SENTENCED.format(*words), HEARD)))
    assert decide(pages[1], pages[:1]).story_ids == ()


INSPECTION = "政治局常委{}八日至十日在{}调研，强调要扎实做好安全生产工作，推动高质量发展取得新成效。"
TALKS = "{}先后来到企业、农村和社区，与干部群众亲切交谈，并召开座谈会听取意见建议，要求把各项部署落到实处。"


def test_two_names_beside_each_other_are_two_slots_or_one() -> None:
    pages = []
    for who, place in (("蔡振华", "贵州"), ("王沪生", "黑龙江")):
        text = text_of(INSPECTION.format(who, place), TALKS.format(who))
        pages.append(a_member(who, f"{who}在{place}调研时强调扎实做好安全生产工作", text))
    assert decide(pages[1], pages[:1]).story_ids == ()
