"""What is a copy and what is a report of its own: pairs of texts, and the verdict with its reason."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.dedup import decide
from pipelines.model import Corrections, Decision, Relation
from tests.pipelines.dedup.newsroom import a_member, text_of
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
    XINHUA,
    XINHUA_HANT,
)  # fmt: skip

TEXTS = {"en": PRESS, "fr": CNW_FR, "zh-Hans": XINHUA, "zh-Hant": XINHUA_HANT}
LANGUAGES = pytest.mark.parametrize("lang", list(TEXTS))


def why_apart(decision: Decision) -> str:
    return decision.nearest.why if decision.nearest else ""


def verdict(
    copy: tuple[str, ...], original: tuple[str, ...], title: str = "One", other: str = "Two"
) -> Decision:
    return decide(a_member("copy", title, text_of(*copy)), [a_member("first", other, text_of(*original))])


@LANGUAGES
def test_verbatim_text_under_another_title_is_a_copy(lang: str) -> None:
    decision = verdict(TEXTS[lang], TEXTS[lang])
    assert decision.story_ids == ("sfirst",)
    assert (decision.link.relation, decision.link.of) == (Relation.VERBATIM, "first")
    assert (decision.link.kept, decision.link.own) == (1.0, 0.0)
    assert decision.link.why[0].startswith("keeps all ")
    assert decision.link.why[0].endswith("of the original's text; adds nothing of its own")


@LANGUAGES
def test_shortened_text_is_a_copy_that_says_how_much_it_kept(lang: str) -> None:
    decision = verdict(TEXTS[lang][:3], TEXTS[lang])
    assert decision.story_ids == ("sfirst",)
    assert decision.link.relation is Relation.SHORTENED
    assert 0.4 < decision.link.kept < 0.8
    assert decision.link.own < 0.05


def test_piece_of_a_text_with_a_line_of_boilerplate_is_shortened_and_not_edited() -> None:
    decision = verdict((*PRESS[:2], "Read the whole report in our app, with pictures and a map."), PRESS)
    assert decision.link.relation is Relation.SHORTENED
    assert decision.link.own > 0.1


@pytest.mark.parametrize(
    ("frame", "text"), [(BLOG, PAID), (OWN * 2, PRESS), (XINHUA_HANT, XINHUA[::-1]), (CNW_FR[::-1], CNW_FR)]
)
def test_text_inside_another_page_is_a_copy(frame: tuple[str, ...], text: tuple[str, ...]) -> None:
    assert verdict((frame[0], *text, *frame[1:]), text).story_ids == ("sfirst",)


def test_text_inside_a_longer_page_is_embedded() -> None:
    assert verdict((*BLOG[:2], *PAID, BLOG[2]), PAID).link.relation is Relation.EMBEDDED
    assert verdict((*PRESS, *OWN), PRESS).link.relation is Relation.EMBEDDED


def test_edited_text_is_a_copy() -> None:
    edited = (
        PRESS[0].replace("canola back into", "canola seed into").replace("most of", "the better part of"),
        PRESS[1].replace("Erin Calloway", "Ms. Calloway").replace("every week", "weekly"),
        *PRESS[2:4],
        "The government disputes that. A spokesman said it had given nothing away and would publish the text "
        "of the protocol soon.",
    )
    decision = verdict(edited, PRESS)
    assert decision.story_ids == ("sfirst",)
    assert decision.link.relation in (Relation.EDITED, Relation.SHORTENED)


def test_text_of_the_same_source_is_an_update() -> None:
    known = a_member("first", "One", text_of(*PRESS), source="star")
    later = a_member("later", "One", text_of(*PRESS, OWN[0]), source="star")
    assert decide(later, [known]).link.relation is Relation.UPDATE


def test_traditional_characters_make_no_other_text() -> None:
    decision = verdict(XINHUA_HANT, XINHUA)
    assert decision.link.relation is Relation.VERBATIM
    assert decision.link.kept == 1.0


def test_typography_makes_no_other_text() -> None:
    plain = text_of(*PAID, 'He said that it wasn\'t "over" - not yet, with 1,200 tonnes left.')
    printed = text_of(
        *PAID, "He said that it wasn’t “over” — not yet, with 1 200 tonnes left.".replace("1 200", "1,200")
    )
    one, two = a_member("one", "One", plain), a_member("two", "Two", printed.replace("the", "the\u00ad"))
    assert one.text == two.text


def test_translation_is_no_copy() -> None:
    assert verdict(CNW_FR, CNW_EN).story_ids == ()


WEEKLY = (
    "Canola futures closed the week {} per cent {} as traders weighed the news from Beijing, according to "
    "the exchange in Winnipeg. The "
    "March contract settled at {} dollars a tonne on Friday.",
    "Volume came to {} contracts, against {} a week before. Export inspections at Prince Rupert stood at {} "
    "tonnes. The next weekly "
    "report appears on Friday after the close.",
)


def test_reports_of_a_series_stay_apart() -> None:
    third = tuple(
        p.format(*n)
        for p, n in zip(WEEKLY, (("2.1", "higher", "641.20"), ("88,417", "79,102", "46,200")), strict=True)
    )
    fourth = tuple(
        p.format(*n)
        for p, n in zip(WEEKLY, (("0.4", "lower", "638.70"), ("71,950", "88,417", "12,800")), strict=True)
    )
    decision = verdict(fourth, third, "Canola market report, week 4", "Canola market report, week 3")
    assert decision.story_ids == ()
    assert "in scraps" in why_apart(decision)


FORECAST = (
    "{} will be mainly cloudy over the southern plains with a {} per cent chance of flurries before noon, "
    "the weather service says. Winds "
    "from the northwest at {} kilometres an hour will gust to {} along the river and ease towards evening.",
    "The high will reach minus {} and the low minus {} overnight. With the wind it will feel like minus {} "
    "in the morning, and frostbite "
    "is possible within {} minutes. The normal high on this day is minus {} and the normal low minus {}.",
    "The sun rises at {} and sets at {}. The record for the day is minus {}, set in {}. Travellers on the "
    "number {} highway should expect drifts "
    "between Rosetown and Kindersley.",
)
MONDAY = ("Monday", 30, 25, 45, 11, 19, 27, 20, 9, 18, "8:52", "17:08", 38, 1951, 7)
THURSDAY = ("Thursday", 60, 15, 35, 6, 14, 21, 30, 8, 17, "8:49", "17:12", 41, 1936, 4)


def test_form_filled_in_with_other_numbers_is_another_report_however_long_its_fixed_parts_are() -> None:
    monday, thursday = (text_of(*FORECAST).format(*day).split("\n\n") for day in (MONDAY, THURSDAY))
    decision = verdict(tuple(thursday), tuple(monday), "The weather", "The weather")
    assert decision.story_ids == ()
    assert "filled in anew" in why_apart(decision)


CALL = (
    "Today, the Honourable Erin Calloway, Minister of Foreign Affairs, spoke by telephone with {0}, Minister "
    "of Foreign Affairs of {1}.",
    "The ministers discussed the long friendship between Canada and {1} and the importance of rules that "
    "hold for large and small countries. "
    "Minister Calloway set out what Canada does for Ukraine and asked for support at the General Assembly.",
    "The ministers exchanged views on the situation in the Middle East and on trade. They also spoke about "
    "cooperation in the areas of "
    "{2}. They agreed to remain in close contact and to meet before the summer.",
)


def test_readouts_of_one_form_about_two_partners_stay_apart() -> None:
    one = tuple(p.format("Linh Tran", "Vietnam", "education and migration") for p in CALL)
    two = tuple(p.format("Abel Otieno", "Kenya", "farming and security") for p in CALL)
    title = "Minister Calloway speaks with her counterpart of {}"
    decision = verdict(one, two, title.format("Vietnam"), title.format("Kenya"))
    assert decision.story_ids == ()
    assert "titles about others: vietnam here, kenya there" in why_apart(decision)
    assert verdict(one, one[:2], title.format("Vietnam"), "A call").story_ids == ("sfirst",)


def test_notices_of_one_form_about_two_people_stay_apart() -> None:
    notice = (
        "It is with heavy hearts that the family announces the passing of {0} on a bright morning in the "
        "Union Hospital, with everybody at the bedside.",
        "{0} was born on the family farm, went to school in the valley and taught there for the better part "
        "of a long life. Left to cherish the memory "
        "are children, grandchildren and the many neighbours who came by for advice.",
        "A service will be held at Grace Lutheran Church. In lieu of flowers, donations may be made to the "
        "Heart and Stroke Foundation.",
    )
    one, two = (tuple(p.format(name) for p in notice) for name in ("Alice Harrow", "Walter Quillan"))
    assert verdict(one, two, "Obituary: Alice Harrow", "Obituary: Walter Quillan").story_ids == ()
    assert verdict(one, one[:2], "Obituary: Alice Harrow", "Alice Harrow has died").story_ids == ("sfirst",)


PERMIT = {
    "en": (
        "The town of {0} invites bids for {1} under contract {2}. Drawings can be seen at the office of the "
        "clerk until {3} March, and a visit of the "
        "site is held two weeks earlier for all who have asked for the drawings.",
        "Bids that come in after the hour named on the cover are sent back unopened. The lowest bid is not "
        "accepted as a matter of course, and nobody is "
        "paid for the work of preparing one. Every bidder lodges a bond with a licensed surety and shows "
        "that the insurance of the yard, of "
        "the machines and of the crew will last until the works have been taken over.",
    ),
    "fr": (
        "La ville de {0} demande des soumissions pour {1} (dossier {2}). Les plans peuvent être consultés au "
        "greffe jusqu'au {3} mars et une visite des "
        "lieux a lieu quinze jours plus tôt pour tous ceux qui les ont demandés.",
        "Les soumissions reçues après l'heure indiquée sur la couverture sont retournées sans être ouvertes. "
        "La plus basse n'est pas acceptée d'office, "
        "et personne n'est payé pour avoir préparé la sienne. Chacun dépose un cautionnement et démontre que "
        "son chantier, ses machines "
        "et son équipe resteront assurés jusqu'à la réception des travaux.",
    ),
    "zh": (
        (
            "{0}市建设局就{1}工程公开招标，编号{2}，图纸可于3月{3}日以前在城建档案馆查阅，"
            "报名单位可在开标前两周参加现场踏勘，逾期不再安排。"
        ),
        "逾时送达的投标文件原封退回。招标人不承诺接受最低报价，编制文件的费用由投标人自己承担。"
        "投标人应当提交保函，并证明场地、机械和人员在工程验收以前都有保险，中标以后一个月内签订合同，"
        "不得转包。",
    ),
}
FILLED = {
    "en": (("Harrowgate", "a new arena roof", "118", "4"), ("Redvers", "the quay wall", "243", "19")),
    "fr": (("Clairval", "la toiture de l'aréna", "118", "4"), ("Montclair", "le mur du quai", "243", "19")),
    "zh": (("临江", "体育馆屋面", "118", "4"), ("宁海", "码头护岸", "243", "19")),
}


@pytest.mark.parametrize("lang", list(PERMIT))
def test_form_with_more_fixed_text_than_facts_stays_apart_under_any_title(lang: str) -> None:
    one, two = (tuple(p.format(*facts) for p in PERMIT[lang]) for facts in FILLED[lang])
    decision = verdict(one, two)
    assert decision.story_ids == ()
    assert "filled in anew" in why_apart(decision)
    assert verdict(one, one[:1], "One", "Two").story_ids == ("sfirst",)


def test_form_inside_a_longer_page_is_not_the_same_form_about_others() -> None:
    one, two = (tuple(p.format(*facts) for p in PERMIT["en"]) for facts in FILLED["en"])
    assert verdict((*OWN, *one, *PRESS[3:]), two).story_ids == ()
    assert verdict((*OWN, *one, *PRESS[3:]), one).story_ids == ("sfirst",)


ADVICE = (
    "The department of foreign affairs has changed its advice for people who travel to {0}. They are asked "
    "to take more care than usual, "
    "to leave a copy of their passport with a friend, to keep away from crowds and to tell the embassy where "
    "they will stay. "
    "Roads in {0} may be closed without notice after heavy rain, and telephones may fail for days.",
)


def test_one_name_in_a_form_tells_it_apart_under_any_title_and_inside_another_page() -> None:
    kenya, fiji = (tuple(p.format(name) for p in ADVICE) for name in ("Kenya", "Fiji"))
    assert verdict((*OWN, *kenya), fiji, "What to read before you leave", "Advice").story_ids == ()
    carries = verdict((*OWN, *kenya), kenya, "What to read before you leave", "Advice").carries
    assert [carrying.article_id for carrying in carries] == ["first"]


def test_name_that_a_copy_writes_in_another_way_is_no_other_name() -> None:
    by_full_name = (
        "Daria Voss has run the ferry at Redvers since her father fell ill. Daria takes no fare from anybody "
        "who comes to school by water, and the "
        "council has not asked her to. When the river froze in November, Daria walked across with a rope "
        "before the first child did.",
        "The council wants a bridge by the end of next year. Nobody has said who will pay for it, and the "
        "ferry goes on as before until then.",
    )
    by_style_book = tuple(
        p.replace("Daria takes", "Voss takes").replace("Daria walked", "Voss walked") for p in by_full_name
    )
    assert by_style_book != by_full_name
    assert verdict(by_style_book, by_full_name).story_ids == ("sfirst",)


def test_rewritten_copy_keeps_names_and_numbers_and_is_no_form() -> None:
    rewritten = tuple(
        p.replace("can be seen", "may be consulted")
        .replace("sent back", "returned")
        .replace("as a matter of course", "automatically")
        .replace("Every bidder", "Each of them")
        .replace("licensed", "recognised")
        .format(*FILLED["en"][0])
        for p in PERMIT["en"]
    )
    assert verdict(rewritten, tuple(p.format(*FILLED["en"][0]) for p in PERMIT["en"])).story_ids == (
        "sfirst",
    )


MEETING = (
    (
        "外交部长林恩十六日应约同{0}外长{1}通电话，双方就两国关系和共同关心的问题交换了意见，气氛坦诚友好，"
        "通话持续了将近一个小时。"
    ),
    (
        "林恩表示，加方愿同{0}方一道落实两国领导人达成的共识，扩大农产品和清洁能源贸易，"
        "维护以规则为基础的多边贸易体制。"
    ),
    "{1}表示，{0}方愿同加方密切各层级往来，欢迎加方企业前来投资，并将在联合国等场合同加方加强协调。",
)


def test_chinese_readouts_about_two_colleagues_stay_apart() -> None:
    one, two = (tuple(p.format(*who) for p in MEETING) for who in (("赞比亚", "班达"), ("乌拉圭", "埃雷拉")))
    assert verdict(one, two, "林恩同赞比亚外长通电话", "林恩同乌拉圭外长通电话").story_ids == ()
    assert verdict(one, two).story_ids == ()
    assert verdict(one, one[:2], "林恩同赞比亚外长通电话", "两国外长谈贸易").story_ids == ("sfirst",)


WARNING = (
    "A snowfall warning is in effect. Ten to fifteen centimetres are expected by tomorrow evening, the "
    "weather service said, as a low moves in from the "
    "south and stays over the district. Surfaces such as roads, walkways and parking lots may become "
    "difficult to navigate.",
    "Prepare for a quickly changing scene on the road. Take a shovel, a blanket and something warm to drink, "
    "tell somebody where you are going, and put off "
    "the trip if it can be put off. Warnings are issued when snow falls fast enough to matter to those who "
    "have to be outside.",
    "The warning holds for {} until it is lifted.",
)


def test_title_that_names_another_place_keeps_texts_apart_that_differ_in_one_word() -> None:
    one, two = (tuple(p.format(town) for p in WARNING) for town in ("Rosetown", "Kindersley"))
    assert verdict(one, two, "Snow warning: Rosetown", "Snow warning: Kindersley").story_ids == ()
    assert verdict(one, two[:2], "Snow warning: Rosetown", "Snow warning: Kindersley").story_ids == ()
    assert verdict(one, one[:2], "Snow warning: Rosetown", "Up to fifteen centimetres").story_ids == (
        "sfirst",
    )


def test_form_beside_news_of_the_other_town_is_told_apart_by_the_place_where_its_own_stands() -> None:
    one, two = (tuple(p.format(town) for p in WARNING) for town in ("Rosetown", "Kindersley"))
    page = ("Plows from Rosetown went out at four, and the council meets again on Thursday.", *two)
    assert verdict(page, one, "Snow warning: Kindersley", "Snow warning: Rosetown").story_ids == ()
    assert verdict(page, two, "Snow warning: Kindersley", "Up to fifteen centimetres").story_ids == (
        "sfirst",
    )


def test_name_put_right_in_title_and_text_is_no_other_report() -> None:
    wrong, right = (
        tuple(p.replace("Calloway", name) for p in (*PRESS, *PAID)) for name in ("Callaway", "Calloway")
    )
    assert verdict(right, wrong, "Calloway sees a beginning", "Callaway sees a beginning").story_ids == (
        "sfirst",
    )


@pytest.mark.parametrize(
    ("title", "other", "joined"),
    [
        ("Court list, January 12", "Court list, January 13", False),
        ("Letters from the ice road, part 4", "Letters from the ice road, part 5", False),
        ("法院公布第四批名单", "法院公布第五批名单", False),
        ("Collision on the bridge leaves 14 injured", "Collision on the bridge leaves 15 injured", True),
    ],
)  # fmt: skip
def test_of_nearly_equal_texts_only_titles_that_count_a_series_are_two_reports(
    title: str, other: str, *, joined: bool
) -> None:
    known = (*PRESS, *PAID)
    changed = (*known[:-1], known[-1].replace("patience", "time"))
    assert bool(verdict(changed, known, title, other).story_ids) is joined


def test_copy_of_another_form_that_lost_its_title_does_not_bring_its_story_in() -> None:
    one, two = (tuple(p.format(town) for p in WARNING) for town in ("Rosetown", "Kindersley"))
    known = [
        a_member("first", "Snow warning: Rosetown", text_of(*one), story_id="s1"),
        a_member("cut", "More snow", text_of(*one[:2]), story_id="s1"),
    ]
    assert decide(a_member("new", "Snow warning: Kindersley", text_of(*two)), known).story_ids == ()
    assert decide(a_member("copy", "Roads may be closed", text_of(*one)), known).story_ids == ("s1",)


def test_chinese_titles_that_differ_in_one_name_keep_apart_what_a_text_of_one_cut() -> None:
    warning = (
        (
            "气象台发布大雾黄色预警信号：预计未来十二小时内将出现能见度小于五百米的雾，局部地区能见度更低，"
            "请注意防范，机场、码头和高速公路加强管理。"
        ),
        (
            "驾驶人员注意雾的变化，小心驾驶；老人、儿童和患有呼吸道疾病的人应当减少外出。预警解除以前，"
            "{}市民可以通过电视和客户端了解最新消息。"
        ),
    )
    one, two = (tuple(p.format(town) for p in warning) for town in ("临江", "大同"))
    assert verdict(one, two, "临江发布大雾预警", "大同发布大雾预警").story_ids == ()
    assert verdict(one, two[:1], "临江发布大雾预警", "大同发布大雾预警").story_ids == ()
    assert verdict(one, one[:1], "临江发布大雾预警", "大雾来了").story_ids == ("sfirst",)


def test_site_behind_a_title_does_not_keep_copies_apart() -> None:
    copy = (
        *PRESS,
        "Vancouver Bugle: all the news of the coast, every morning, in print, on air and in your mailbox.",
    )
    first = (
        *PRESS,
        "Montreal Clarion: read by more people than any other paper on the river, since the days of the "
        "steamers.",
    )
    decision = verdict(
        copy,
        first,
        "Minister sees a beginning - Vancouver Bugle",
        "Minister sees a beginning - Montreal Clarion",
    )
    assert decision.story_ids == ("sfirst",)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Ottawa prepares 12th package of sanctions", "Ottawa prepares 13th package of sanctions"),
        ("Ottawa lists its twelfth package of sanctions", "Ottawa lists its thirteenth package of sanctions"),
        ("Housing starts in January", "Housing starts in February"),
        ("Mises en chantier de janvier", "Mises en chantier de février"),
        ("加拿大公布第三批制裁名单", "加拿大公布第四批制裁名单"),
        ("Weather for Saskatoon, Monday", "Weather for Saskatoon, Tuesday"),
        ("Weather for Saskatoon, Monday", "Weather for Yorkton, Tuesday"),
    ],
)  # fmt: skip
def test_titles_of_a_series_keep_nearly_equal_texts_apart(title: str, other: str) -> None:
    changed = (
        *PRESS[:4],
        "A list of the persons concerned stands on the site of the department, with the day and hour of "
        "entry.",
    )
    decision = verdict(changed, PRESS, title, other)
    assert decision.story_ids == ()
    assert "one series" in why_apart(decision)


@pytest.mark.parametrize(("one", "two"), [(REPORT_A, REPORT_B), (REPORT_A, READOUT), (REPORT_B, READOUT)])
def test_shared_quotation_however_long_makes_no_copy(one: tuple[str, ...], two: tuple[str, ...]) -> None:
    assert verdict(one, two).story_ids == ()
    assert verdict(two, one).story_ids == ()


def test_brief_on_the_same_event_is_no_copy() -> None:
    brief = (
        "Canola may go to three Chinese ports again, Trade Minister Erin Calloway said on Friday. Talks on "
        "peas go on.",
    )
    assert verdict(brief, PRESS).story_ids == ()


def test_round_up_that_carries_two_reports_joins_nothing() -> None:
    round_up = a_member("roundup", "The day in short", text_of(*PRESS, *PAID))
    known = [a_member("one", "One", text_of(*PRESS)), a_member("two", "Two", text_of(*PAID))]
    assert len(decide(round_up, known).story_ids) == 1


def test_full_text_joins_two_parts_of_it() -> None:
    whole = a_member("whole", "Whole", text_of(*PRESS))
    known = [a_member("one", "One", text_of(*PRESS[:3])), a_member("two", "Two", text_of(*PRESS[1:]))]
    assert sorted(decide(whole, known).story_ids) == ["sone", "stwo"]


@pytest.mark.parametrize(
    "text", ["Ports reopen to canola.", "港口重新开放。", "Photos: the visit in pictures"]
)
def test_a_few_words_are_a_copy_only_under_the_same_title(text: str) -> None:
    assert verdict((text,), (text,), "Ports reopen", "Ports reopen").story_ids == ("sfirst",)
    assert verdict((text,), (text,), "Ports reopen", "The week in pictures").story_ids == ()


def test_pages_without_text_are_known_by_their_titles() -> None:
    assert verdict((), (), "Ports reopen to canola", "Ports reopen to canola").story_ids == ("sfirst",)
    assert verdict((), (), "Ports reopen to canola", "Peas wait").story_ids == ()
    assert verdict((), (), "", "").story_ids == ()


def test_order_of_candidates_is_irrelevant() -> None:
    article = a_member("copy", "Copy", text_of(*PRESS[:4]))
    known = [
        a_member("a", "A", text_of(*PRESS), story_id="s1"),
        a_member("b", "B", text_of(*PRESS[1:]), story_id="s1"),
        a_member("c", "C", text_of(*PRESS[:3]), story_id="s2"),
        a_member("d", "D", text_of(*PAID), story_id="s3"),
    ]
    assert len({decide(article, order) for order in permutations(known)}) == 1


def test_the_article_itself_is_no_candidate() -> None:
    article = a_member("one", "One", text_of(*PRESS))
    assert decide(article, [article]).story_ids == ()


def test_what_came_closest_is_told_with_the_reason() -> None:
    decision = verdict(REPORT_A, READOUT, "Half a page", "Readout")
    assert decision.nearest is not None
    assert str(decision.nearest).startswith("first ('Readout'): shares")
    assert "somebody's words" in decision.nearest.why
    assert verdict(PRESS, XINHUA).nearest is None


LETTER = {
    "en": (
        "We have waited in this harbour for eleven weeks and we are running out of money, of patience and of "
        "paint for our boats.",
        "My father fished here and I have never asked the ministry for anything. Now we ask it to answer our "
        "letters and to tell "
        "us whether our lobster may leave the country before the spring.",
        "We do not want pity. We want our buyers in Dalian to know that our traps are out and that we will "
        "keep our word.",
    ),
    "fr": (
        "Nous attendons dans ce port depuis onze semaines et nos économies fondent plus vite que la glace "
        "sur nos quais.",
        "Mon père pêchait ici et je n'ai jamais rien demandé au ministère. Aujourd'hui nous demandons qu'il "
        "réponde à nos lettres et "
        "qu'il nous dise si nos homards quitteront le pays avant le printemps.",
        "Nous ne voulons pas de pitié. Nous voulons que nos acheteurs de Dalian sachent que nos casiers sont "
        "à l'eau.",
    ),
    "zh": (
        "我们在这个港口等了十一个星期，我们的积蓄和我们的耐心都快用完了，我们的船也该重新刷漆了。",
        (
            "我的父亲在这里捕鱼，我从来没有向农业部要求过什么。现在我们要求它回答我们的来信，"
            "告诉我们龙虾能不能在春天以前运出去。"
        ),
        "我们不要同情。我们要大连的买家知道，我们的笼子已经下水，我们会遵守我们的诺言。",
    ),
}
ABOUT = {
    "en": (OWN, PRESS[3:]),
    "fr": (CNW_FR[2:4], CNW_FR[4:]),
    "zh": (XINHUA[2:4], XINHUA[4:]),
}


@pytest.mark.parametrize("lang", list(LETTER))
def test_letter_that_two_reports_print_without_marks_joins_nothing(lang: str) -> None:
    one, two = ABOUT[lang]
    assert verdict((*one, *LETTER[lang]), (*two, *LETTER[lang])).story_ids == ()
    assert verdict((*LETTER[lang], *one), LETTER[lang]).story_ids == ()


@pytest.mark.parametrize("lang", list(LETTER))
def test_letter_alone_is_a_copy_of_itself(lang: str) -> None:
    assert verdict(LETTER[lang], LETTER[lang][:2]).story_ids == ("sfirst",)


@pytest.mark.parametrize(
    "announcement",
    ["The note that went round in the office reads:", "Le communiqué, en texte intégral :", "声明全文如下："],
)
def test_text_that_one_page_announces_as_anothers_is_quoted_to_its_end(announcement: str) -> None:
    """The colon speaks for the next paragraph; what is shared goes on, and with it the quotation."""
    assert verdict((*OWN, announcement, *PAID), PAID).story_ids == ()


def test_page_that_credits_another_at_its_head_is_a_copy() -> None:
    assert verdict(("Via the Harbour Gazette:", *PRESS), PRESS).story_ids == ("sfirst",)


def test_page_that_is_anothers_report_with_a_line_above_it_is_a_copy() -> None:
    """Whomever it gives the words to: it has no report of its own."""
    announcement = "As the Harbour Gazette reports this morning:"
    assert verdict((announcement, *PRESS[:3]), (*PRESS, *OWN)).story_ids == ("sfirst",)
    assert verdict((*OWN, announcement, *PRESS[:3]), (*PRESS, *CNW_EN[2:])).story_ids == ()


def test_update_under_a_new_lead_that_keeps_two_fifths_is_a_copy() -> None:
    lead = (
        "The trade minister will fly to Tianjin on Sunday, a week earlier than planned, to sign the protocol "
        "on canola that officials "
        "settled by video. Two premiers go with her, and a third has asked for a seat.",
        "Her office confirmed the date on Friday night and gave no reason for the haste. Farm groups in "
        "three provinces called it good news.",
    )
    decision = verdict((*lead, *PRESS[:3]), PRESS)
    assert decision.story_ids == ("sfirst",)
    assert decision.link.relation is Relation.EMBEDDED


def test_round_up_carries_its_reports_and_joins_none_whoever_comes_first() -> None:
    round_up = a_member("day", "The day in brief", text_of(*PAID[:4], *CNW_EN[:4], *REPORT_B), 5)
    one = a_member("one", "One", text_of(*PAID[:4]))
    two = a_member("two", "Two", text_of(*CNW_EN[:4]))
    after = decide(round_up, [one, two])
    assert after.story_ids == ()
    assert [(carrying.page_id, carrying.article_id) for carrying in after.carries] == [
        ("day", "one"),
        ("day", "two"),
    ]
    before = decide(two, [round_up, one])
    assert before.story_ids == ()
    assert [(carrying.page_id, carrying.article_id) for carrying in before.carries] == [("day", "two")]


def test_weak_likeness_to_one_member_does_not_bring_a_text_into_a_story_of_others() -> None:
    article = a_member("new", "New", text_of(*OWN, *PRESS[:2]))
    like = a_member("like", "Like", text_of(*PRESS[:2], *PAID[:2]), story_id="s1")
    others = [a_member(f"o{n}", "Other", text_of(*PAID[:n]), story_id="s1") for n in (3, 4, 5)]
    assert decide(article, [like]).story_ids == ("s1",)
    assert decide(article, [like], members_of=lambda _: [like, *others]).story_ids == ()


def test_weak_likeness_a_week_apart_is_no_update() -> None:
    lead = (
        "Farmers who waited for the third ship have something to celebrate, at last, and a bill to pay for "
        "the waiting, "
        "says the elevators' association in a letter that it published overnight.",
    )
    later = a_member("later", "Later", text_of(*lead, *OWN[:1], *PRESS[1:3]), 24 * 7)
    assert decide(later, [a_member("first", "First", text_of(*PRESS), 0)]).story_ids == ()
    assert decide(later, [a_member("first", "First", text_of(*PRESS), 24 * 6)]).story_ids == ("sfirst",)


def a_word(*, together: tuple[str, ...] = (), apart: tuple[str, ...] = ()) -> Corrections:
    return Corrections(_pairs(together), _pairs(apart))


def _pairs(pair: tuple[str, ...]) -> frozenset[frozenset[str]]:
    return frozenset({frozenset(pair)}) if pair else frozenset()


def test_article_that_a_person_set_apart_joins_no_story_with_the_other_in_it() -> None:
    article = a_member("copy", "Copy", text_of(*PRESS))
    known = [
        a_member("a", "A", text_of(*PRESS), story_id="s1"),
        a_member("b", "B", text_of(*PAID), story_id="s1"),
        a_member("c", "C", text_of(*PRESS[:4]), story_id="s2"),
    ]
    assert decide(article, known).story_ids[0] == "s1"
    assert decide(article, known, a_word(apart=("copy", "b"))).story_ids == ("s2",)


def test_article_that_a_person_put_together_with_another_joins_its_story() -> None:
    article = a_member("copy", "Copy", text_of(*CNW_FR))
    decision = decide(article, [a_member("a", "A", text_of(*CNW_EN))], a_word(together=("copy", "a")))
    assert decision.story_ids == ("sa",)
    assert decision.link.why[0] == "put together by a person"


def test_stories_that_a_person_set_apart_are_not_joined_by_a_third_text() -> None:
    article = a_member("copy", "Copy", text_of(*PRESS))
    known = [a_member(id_, id_, text_of(*PRESS)) for id_ in "ab"]
    assert decide(article, known).story_ids == ("sa", "sb")
    assert decide(article, known, a_word(apart=("a", "b"))).story_ids == ("sa",)
    assert decide(article, known, a_word(together=("copy", "b"), apart=("a", "b"))).story_ids == ("sb",)


WORDS = st.lists(
    st.sampled_from(
        ["canola", "port", "tonne", "Ottawa", "12", "week", "中", "国", "港", "«", '"', "'", "."]
    ),
    max_size=120,
).map(" ".join)


@settings(max_examples=200)
@given(WORDS, WORDS)
def test_any_two_texts_get_a_decision_with_shares_between_nothing_and_all(one: str, two: str) -> None:
    decision = decide(a_member("one", "One", one), [a_member("two", "Two", two)])
    assert 0 <= decision.link.kept <= 1
    assert 0 <= decision.link.own <= 1


@given(WORDS.filter(lambda text: any(map(str.isalnum, text))))
def test_a_text_is_a_copy_of_itself(text: str) -> None:
    one, two = a_member("one", "Same title", text), a_member("two", "Same title", text)
    assert decide(one, [two]).story_ids == ("stwo",)


ASSEMBLY = (
    "中国{}协会第{}次全国代表会议{}日在北京召开。会议听取和审议了理事会工作报告，修改了章程，选举产生了新一届领导机构。",
    "会议指出，要坚持独立自主自办原则，加强自身建设，提高服务水平，团结带领广大信众为社会和谐贡献力量。",
)


def assembly(name: str, ordinal: str) -> str:
    return text_of(*[paragraph.format(name, ordinal, 2) for paragraph in ASSEMBLY])


@pytest.mark.parametrize(
    ("here", "there"),
    [(("佛教", "十"), ("道教", "十")), (("佛教", "三"), ("佛教", "四")), (("民建", "三"), ("民进", "三"))],
)
def test_one_name_or_ordinal_in_chinese_headlines_makes_two_reports(
    here: tuple[str, str], there: tuple[str, str]
) -> None:
    titles = [f"中国{name}协会举行第{ordinal}次全国会议" for name, ordinal in (here, there)]
    assert verdict((assembly(*here),), (assembly(*there),), *titles).story_ids == ()


def test_headline_changed_at_one_place_does_not_part_a_copy_from_its_original() -> None:
    text = assembly("佛教", "十")
    decision = verdict((text,), (text,), "中国佛教协会在京举行会议", "中国佛教协会在京召开会议")
    assert decision.story_ids == ("sfirst",)


def test_copy_without_its_headline_joins_no_two_forms_with_each_other() -> None:
    known = [a_member(name, f"中国{name}协会举行会议", assembly(name, "十")) for name in ("佛教", "道教")]
    copy = a_member("copy", "会议在京举行", "本报讯：以下是全文，请看。\n\n" + assembly("佛教", "十"))
    assert decide(copy, known).story_ids == ("s佛教",)
