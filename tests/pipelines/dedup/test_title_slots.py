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


SPEECH = (
    "女士们，先生们，朋友们：很高兴同大家相聚在美丽的海滨城市，共商互联互通大计，我谨对各位嘉宾表示热烈欢迎。",
    "我们要坚持开放合作，维护多边贸易体制，反对各种形式的保护主义，让发展成果惠及更多国家和人民。",
    "我们要坚持创新驱动，加强科技人才交流，推动数字经济健康发展，为世界经济增长培育新的动能。",
)
REPORT_OF_SPEECH = (
    "论坛年会九日在海滨城市开幕，国家主席出席并发表主旨演讲，来自六十多个国家的嘉宾参加开幕式。",
    "国家主席强调，" + SPEECH[1],
    "国家主席指出，" + SPEECH[2],
)


def test_report_that_quotes_a_speech_at_length_is_no_copy_of_it() -> None:
    speech = a_member("speech", "在论坛年会开幕式上的主旨演讲（全文）", text_of(*SPEECH))
    report = a_member("report", "国家主席出席论坛年会开幕式并发表演讲", text_of(*REPORT_OF_SPEECH))
    assert decide(report, [speech]).story_ids == ()
    reprint = a_member("reprint", "主席谈开放合作", text_of(*SPEECH))
    assert decide(reprint, [speech]).story_ids == ("sspeech",)


NOTICE = (
    "国家主席十八日下午在中南海会见来京述职的行政长官{}，听取了对当前形势和特别行政区政府工作情况的汇报。",
    "国家主席表示，一年来特别行政区政府务实有为，勇于担当，维护国家安全，全力拼经济、谋发展，中央充分肯定。",
)


def test_chinese_texts_under_one_headline_that_name_others_are_two_reports() -> None:
    one, other = (
        a_member(name, "国家主席会见来京述职的行政长官", text_of(NOTICE[0].format(name), NOTICE[1]))
        for name in ("李家超", "岑浩辉")
    )
    assert decide(other, [one]).story_ids == ()


@pytest.mark.parametrize(
    "edit", [("表示", "说"), ("会见", "接见"), ("十八日", "日前"), ("一年来", "今年以来")]
)
def test_edited_words_beside_names_make_no_other_chinese_report(edit: tuple[str, str]) -> None:
    text = text_of(NOTICE[0].format("李家超"), NOTICE[1])
    known = a_member("known", "国家主席会见来京述职的行政长官", text)
    assert decide(a_member("copy", "述职会见", text.replace(*edit)), [known]).story_ids == ("sknown",)


@pytest.mark.parametrize("word", ["says", "new", "record"])
def test_word_changed_in_headline_and_another_in_the_text_make_no_report(word: str) -> None:
    text = text_of(*COMPANY).format("bus")
    known = a_member("known", "Mayor calls battery plant good news for the valley", text)
    edited = a_member(
        "copy", f"Mayor calls battery plant {word} news for the valley", text.replace("letters", "notes")
    )
    assert decide(edited, [known]).story_ids == ("sknown",)


@pytest.mark.parametrize("piece", ["我你", "a b "])
def test_a_title_that_is_no_headline_is_not_compared(piece: str) -> None:
    assert slots_of(f"{piece * 200}我", f"{piece * 200}你") is None
