"""What is on the beat and what is not, in three languages and two scripts; all texts are invented."""

from __future__ import annotations

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.errors import PermanentError
from pipelines.beat.terms import Terms
from pipelines.relevance import judge, judge_lines
from pipelines.text.folding import fold_in_place
from pipelines.text.name_matcher import NameMatcher, Spelling, clean
from tests.usual_beat import usual_terms

TERMS = usual_terms()

ELSEWHERE = (
    "The hall was full by seven and the doors had to be closed. Organisers had expected half as many. "
    "Nobody wanted to leave early. The coffee ran out before nine. People stood along the walls and in the "
    "corridor. The caretaker opened the gallery. Children slept on coats. A choir sang twice. Rain fell all "
    "night. "
)
AILLEURS = (
    "La salle était pleine et personne ne voulait partir. Le café a manqué avant neuf heures. Les enfants "
    "dormaient sur les manteaux. Une chorale a chanté deux fois. La pluie est tombée toute la nuit. "
)
别处 = (
    "会场七点前已坐满，大门只好关上。主办方原以为只会来一半的人。谁也不愿早走。咖啡九点前就卖完了。"
    "合唱团唱了两次。雨下了一整夜。"
)

COY_ENGLISH = (
    "Farmers wait for word before spring seeding",
    "REGINA — Saskatchewan growers have a month to decide what to put in the ground. Seed is ordered and "
    "the bank has called.\n\n"
    "The doubt is about one market. Since Beijing put duties on canola oil and meal, ships have sailed to "
    f"the Gulf at lower prices.\n\n{ELSEWHERE}\n\n"
    "Provincial officials say talks with Chinese customs go on. The premier will fly to Shanghai with "
    "Canadian exporters in April.",
)
COY_FRENCH = (
    "Les éleveurs respirent un peu",
    "SAINT-GEORGES — La levée partielle des droits chinois soulage les éleveurs de porc du Québec. Les "
    f"premiers conteneurs partiront en mars pour Shanghai.\n\n{AILLEURS}\n\n"
    "À Ottawa, le ministère se dit prudent. À Pékin, on parle d'un geste envers les producteurs canadiens.",
)
COY_CHINESE = (
    "农民等待春播前的消息",
    "萨斯喀彻温省的种植户还有一个月决定种什么。自北京对菜籽油和菜籽粕加征关税以来，货船改道而行。\n\n"
    f"{别处}\n\n加方官员说，同中国海关的谈判仍在继续。省长四月将率出口商前往上海。",
)

ON_THE_BEAT = [
    (
        "Carney, Li agree to reopen lobster trade",
        "Prime Minister Mark Carney and Premier Li Qiang spoke by phone on Tuesday.",
    ),
    (
        "China's envoy says ties on right track",
        "China's ambassador to Ottawa spoke to a business lunch in Calgary.",
    ),
    (
        "Winnipeg lab scientists were warned twice",
        "Newly released papers show that managers warned the pair.",
    ),
    (
        "TikTok ordered to close Canadian offices",
        "The order follows a national security review of ByteDance.",
    ),
    (
        "CNOOC to sell oil sands stake",
        "CNOOC said it would sell its share of an Alberta project to a Canadian rival.",
    ),
    (
        "PLA shadows HMCS Ottawa in strait",
        "The Eastern Theatre Command followed the Canadian frigate throughout.",
    ),
    (
        "L'ambassadeur de Chine convoqué à Ottawa",
        "La ministre a fait convoquer l'ambassadeur après des menaces.",
    ),
    ("Canola : Pékin prolonge son enquête", "Les producteurs canadiens attendront six mois de plus."),
    ("加方官员：油菜籽谈判有进展", "双方已就检疫证书交换文本。北京方面暂未回应。"),
    ("北京扣留一名加籍商人", "家属说，他上月在机场被带走。渥太华表示正提供领事协助。"),
    ("加外長訪京 談菜籽關稅", "加拿大外長安南德抵達北京，與王毅會晤，談及領事個案及恢復直航。"),
    ("香港悬赏通缉在加活动人士", "名单中六人身在多伦多和温哥华。渥太华谴责此举为跨国镇压。"),
    COY_ENGLISH,
    COY_FRENCH,
    COY_CHINESE,
]

OFF_THE_BEAT = [
    (
        "Washington weighs new duties on steel",
        f"The White House may double duties on steel from China, Mexico, Canada and Brazil. {ELSEWHERE}",
    ),
    (
        "Ottawa opens consultations on rents",
        f"Tenants in Canadian cities have six weeks. {ELSEWHERE} "
        "One study looked at buyers from China in 2016.",
    ),
    (
        "China's factories slow for third month",
        f"China's factory activity shrank in May. {ELSEWHERE} The Bank of Canada meets next week.",
    ),
    (
        "G7 leaders meet in Alberta",
        "Leaders of the United States, France, Germany, Japan and Canada meet with China on the agenda.",
    ),
    (
        "Hockey: Canada wins gold in Beijing",
        "Canada beat the United States 3-2 in the Olympic final in Beijing.",
    ),
    (
        "Chinatown dragon parade returns to Vancouver",
        "Chinese New Year brought ten thousand people to Vancouver's Chinatown.",
    ),
    (
        "TikTok star from Toronto opens bakery",
        "A Toronto baker with a million followers on TikTok has opened her shop.",
    ),
    (
        "Morning briefing: rates, oil, a royal wedding",
        "Today: oil slips, China posts weak exports and Canada adds jobs.",
    ),
    ("Taiwan and Canada sign investment pact", "Taipei and Ottawa signed an arrangement on Friday."),
    ("Storm closes ports", "Ships waited off Halifax. (The Canadian Press/Beijing Bureau)"),
    (
        "Victoire du Canada aux Jeux de Pékin",
        "Les Canadiennes ont gagné la finale du tournoi olympique de Pékin.",
    ),
    (
        "Le dollar canadien recule",
        f"Les cours du pétrole pèsent. {AILLEURS * 2} L'indice de Shanghai a gagné 1 %.",
    ),
    (
        "加州山火蔓延 三万人撤离",
        "截至北京时间今天10时，过火面积超过两万公顷。更多消防员正参加中部地区的扑救。",
    ),
    ("加拿大林火持续", "截至北京时间今天16时，加拿大仍有二百处火点失控。"),
    ("李强会见牙买加总理", "国务院总理李强在北京会见牙买加总理。双方表示加强中牙合作。"),
    ("北京举行马拉松", "来自加拿大、肯尼亚、日本等四十个国家和地区的选手参加中国首都的比赛。"),
    ("台加簽署備忘錄", "台灣與加拿大簽署衛生合作備忘錄。"),
]


def verdict(article: tuple[str, str]) -> bool:
    return judge(*article, None, TERMS).relevant


@pytest.mark.parametrize("article", ON_THE_BEAT, ids=lambda a: a[0])
def test_reports_between_the_two_sides_are_on_the_beat(article: tuple[str, str]) -> None:
    assert verdict(article), judge(*article, None, TERMS).why


@pytest.mark.parametrize("article", OFF_THE_BEAT, ids=lambda a: a[0])
def test_lists_sport_third_parties_and_passing_names_are_off_the_beat(article: tuple[str, str]) -> None:
    assert not verdict(article), judge(*article, None, TERMS).why


@pytest.mark.parametrize("article", [a for a in (*ON_THE_BEAT, *OFF_THE_BEAT) if "的" in "".join(a)])
@pytest.mark.parametrize("script", ["s2t", "s2hk", "s2tw"])
def test_traditional_script_is_judged_as_simplified(article: tuple[str, str], script: str) -> None:
    convert = opencc.OpenCC(script).convert
    title, text = article
    assert verdict((convert(title), convert(text))) == verdict(article)


def test_a_later_mention_counts_less_than_one_in_the_lead() -> None:
    lead = judge("Ottawa backs port", f"Talks with Beijing go on. {ELSEWHERE * 2}", "en", TERMS)
    late = judge("Ottawa backs port", f"{ELSEWHERE * 2} Talks with Beijing go on.", "en", TERMS)
    assert lead.score > late.score
    assert not late.relevant


def test_a_text_without_one_of_the_sides_is_never_relevant() -> None:
    for title in ("Canada ambassador tariff canola detained expelled", "中国大使 关税 反倾销 会见 驱逐"):
        assert not judge(title, title * 20, None, TERMS).relevant


def test_capital_letters_and_slugs_make_no_difference() -> None:
    title = "China and Canada reopen canola talks"
    scores = {
        judge(t, "", "en", TERMS).score
        for t in (title, title.upper(), title.lower(), title.replace(" ", "-"))
    }
    assert len(scores) == 1


# -- short forms, lists, mentions in passing -----------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("中加建交五十周年", "加蓬总统同中国国家主席互致贺电，祝贺中加友好。"),
        ("中加合作论坛开幕", "加勒比国家领导人来到北京，中方宣布新一批贷款，称中加关系向好。"),
        ("對加援助物資運抵", "中方呼籲各方對加沙停火，首批對加援助物資已經入境。"),
    ],
)
def test_a_short_form_beside_another_country_of_that_character_is_not_canada(title: str, text: str) -> None:
    verdict = judge(title, text, "zh", TERMS)
    assert not verdict.relevant, verdict.why


def test_a_short_form_of_a_side_and_a_third_party_stays_beside_that_party() -> None:
    why = judge("美加墨协定复审", "美方要求限制中国零部件。", "zh", TERMS).why
    assert "Canada is not named" not in why


def test_a_short_form_counts_where_the_whole_name_stands_too() -> None:
    text = "加拿大总理抵达北京，谈及加沙局势。双方同意加强中加经贸合作。"
    assert judge("中加领导人会谈", text, "zh", TERMS).relevant


@pytest.mark.parametrize(
    "word", ["中加深化合作", "中加重启对话", "中加之间的分歧", "中加油菜籽争端", "对加油菜籽反倾销"]
)
def test_a_short_form_before_a_word_that_begins_alike_still_counts(word: str) -> None:
    assert judge(word, "", "zh", TERMS).score > judge("天气晴朗", "", "zh", TERMS).score
    assert not any("is not named" in why for why in judge(word, "北京方面表示欢迎。", "zh", TERMS).why)


@pytest.mark.parametrize("word", ["集训中加练到深夜", "年中加息预期", "比赛中加罚两球", "餐厅中加收服务费"])
def test_a_verb_behind_a_place_in_time_is_no_short_form(word: str) -> None:
    assert "neither China nor Canada is named" in judge(word, "", "zh", TERMS).why


def sides_of(text: str) -> set[str]:
    """The parties that a title names."""
    named = set()
    for name in TERMS.scan(clean(text)).names:
        named.update(party.id for party in name.meaning.parties)
    return named


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("加拿大外长在华盛顿", {"canada", "united-states"}),
        ("对华府的关税", {"united-states"}),
        ("在华人员获释", {"china"}),
        ("采访中他表示", set()),
        ("采访中国大使", {"china"}),
        ("访中东四国", set()),
        ("卡尼访中期间", {"canada", "china"}),
        ("加工业部长", {"canada"}),
        ("食品加工业", set()),
        ("参加男子百米", set()),
        ("特鲁多加强边境", {"canada"}),
        ("加拿大加征关税", {"canada"}),
        ("太空中国空间站", {"china"}),
        ("2025年中国出口", {"china"}),
        ("文中共有五人", set()),
        ("多米尼加总统", {"latin-america"}),
        ("西安大略大学", {"canada"}),
    ],
)
def test_a_short_form_inside_another_word_names_nobody(text: str, sides: set[str]) -> None:
    assert sides_of(text) == sides


def test_sides_in_one_list_with_third_parties_have_nothing_between_them() -> None:
    listed = judge("Trump to tax Canada, Mexico and China", "", "en", TERMS).score
    between = judge("Trump cheers as Canada taxes China", "", "en", TERMS).score
    assert listed < between


def test_a_word_of_dealings_lifts_a_side_that_is_named_once_in_the_lead() -> None:
    title = "Tsinghua team builds a battery"
    passing = judge(title, "Its author studied in Canada.", "en", TERMS)
    dealing = judge(title, "Its author was detained in Canada.", "en", TERMS)
    assert passing.score < dealing.score
    assert not passing.relevant


def test_a_side_that_is_named_once_carries_one_sentence_of_the_body() -> None:
    body = "Rain fell on Beijing. A ship from Vancouver waited. Rain fell on Shanghai again."
    why = judge("Farmers wait", f"{ELSEWHERE * 2}{body}", "en", TERMS).why
    assert any("the body carries it on in 1 sentence" in reason for reason in why)


def test_third_parties_are_named_as_the_text_names_them() -> None:
    why = judge("Portugal backs Ottawa in row with Beijing", "", "en", TERMS).why
    assert "against: third parties in the title: “Portugal”" in why


# -- the reasons ------------------------------------------------------------------------------------------


def test_the_first_reason_quotes_the_sentence_that_decided() -> None:
    why = judge(
        "Envoy called in", "Rain fell. Ottawa summoned the Chinese ambassador on Monday.", "en", TERMS
    ).why
    assert why[0].startswith(
        "the lead names China (“Chinese ambassador”) and Canada (“Ottawa”), 2 words apart"
    )
    assert "“Ottawa summoned the Chinese ambassador on Monday.”" in why[0]


def test_a_quotation_inside_a_reason_has_single_marks() -> None:
    why = judge("Envoy", '“Ottawa” summoned the "Chinese" ambassador on Monday.', "en", TERMS).why
    assert "“‘Ottawa’ summoned the 'Chinese' ambassador on Monday.”" in why[0]


def test_a_missing_side_is_said_first() -> None:
    assert judge("Ottawa bus strike ends", "", "en", TERMS).why[0] == "China is not named"
    assert judge("Rain", "It rained.", "en", TERMS).why[0] == "neither China nor Canada is named"


def test_what_spoke_against_is_told() -> None:
    why = " | ".join(judge(*OFF_THE_BEAT[4], "en", TERMS).why)
    assert "against: sport: “Hockey”" in why
    why = " | ".join(judge(*OFF_THE_BEAT[0], "en", TERMS).why)
    assert "against: third parties in the title: “Washington”" in why


def test_what_a_trap_set_aside_is_told() -> None:
    assert any("北京时间" in w for w in judge(*OFF_THE_BEAT[13], "zh", TERMS).why)
    assert any("The Canadian Press" in w for w in judge(*OFF_THE_BEAT[9], "en", TERMS).why)


def test_an_implied_side_is_called_a_weak_sign() -> None:
    assert "which only hints at it" in judge("Winnipeg lab files released", "", "en", TERMS).why[0]


def test_a_language_without_terms_is_said() -> None:
    assert any("«de»" in w for w in judge("Peking", "Text", "de", TERMS).why)
    assert not any("no terms" in w for w in judge("北京", "加拿大", "zh-Hant", TERMS).why)


def test_topics_come_most_prominent_first() -> None:
    verdict = judge("Beijing lifts canola tariffs", "Canadian lobster and pork stay shut out.", "en", TERMS)
    assert verdict.topics[0] in ("canola", "tariffs")
    assert "seafood-pork" in verdict.topics


# -- any input --------------------------------------------------------------------------------------------


@given(st.text(max_size=300), st.text(max_size=2000))
def test_any_text_gets_a_score_that_agrees_with_its_verdict(title: str, text: str) -> None:
    first, again = judge(title, text, None, TERMS), judge(title, text, None, TERMS)
    assert first == again
    assert 0 <= first.score <= 1
    assert first.relevant == (first.score >= 0.5)
    assert first.why


@given(st.text())
def test_folding_keeps_every_position(text: str) -> None:
    assert len(fold_in_place(text)) == len(text)


@given(
    st.lists(
        st.sampled_from(["China", "Canada", "Air", "Ottawa", "加拿大", "北京", "参加", "中", "，", " "]),
        max_size=12,
    )
)
def test_a_match_is_what_its_form_spells(words: list[str]) -> None:
    matcher = NameMatcher(
        [Spelling(s, (n,)) for n, s in enumerate(("Air Canada", "Canada", "加拿大", "参加中"))]
    )
    text = clean(" ".join(words))
    for match in matcher.find(text):
        assert (
            fold_in_place(text[match.start : match.end]).split() == fold_in_place(match.form.spelling).split()
        )


@pytest.mark.parametrize(
    "text",
    [
        "China Canada " * 5000,
        "中国加拿大" * 9000,
        "a. " * 20_000,
        "(" * 60_000,
        "参加中加" * 9000,
        "OTTAWA " * 9000,
    ],
    ids=["names", "chinese", "sentences", "brackets", "traps", "datelines"],
)
@pytest.mark.timeout(60)  # an idle machine needs less than a second
def test_no_page_makes_judging_slow(text: str) -> None:
    assert judge(text[:5000], text, None, TERMS).why


# -- JSON lines -------------------------------------------------------------------------------------------


def test_lines_are_judged_in_order() -> None:
    lines = [{"id": 1, "title": "China, Canada meet", "text": ""}, {"id": "b", "title": "Rain", "lang": "en"}]
    found = list(judge_lines(lines, TERMS))
    assert [(f["id"], f["relevant"]) for f in found] == [(1, True), ("b", False)]
    assert set(found[0]) == {"id", "relevant", "borderline", "score", "why"}
    assert isinstance(found[0]["why"], list)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"title": "x"}, "line 2: id is missing"),
        ({"id": "b"}, r"line 2 \(id b\): has neither title nor text"),
        ({"id": "b", "title": 3}, r"line 2 \(id b\): title must be a text, found 3"),
        (["b"], "line 2: is not a JSON object"),
    ],
)
def test_a_bad_line_is_named(line: object, says: str) -> None:
    judged = judge_lines([{"id": "a", "title": "x"}, line], TERMS)  # type: ignore[list-item]
    assert next(judged)["id"] == "a"
    with pytest.raises(PermanentError, match=says):
        next(judged)


def test_terms_can_be_shared_but_not_changed() -> None:
    assert isinstance(TERMS, Terms)
    with pytest.raises(AttributeError):
        TERMS.sides = ("a", "b")  # type: ignore[misc]
