"""Forms whose headline tells of somebody else, where the other page has another headline or typing errors."""

from __future__ import annotations

import pytest

from pipelines.dedup.decision import decide
from tests.pipelines.dedup.newsroom import a_member, text_of

RESULTS = (
    "{who} a dévoilé mardi des revenus de 412 millions de dollars pour le trimestre clos le 30 juin, en "
    "hausse de 6 %. Le bénéfice net a atteint 38 millions, contre 31 millions un an plus tôt. La "
    "direction maintient ses prévisions pour l’année et versera un dividende de 12 cents par action le "
    "15 septembre. Les ventes ont progressé dans toutes les régions, et surtout au Québec, où deux "
    "usines ont rouvert."
)
OUTAGE = (
    "A tree that fell on a line left 4,210 customers without power in {who} on Monday evening, the "
    "utility said. Crews were sent from two depots and expected to have the lights on again by nine. "
    "Schools stayed open. The utility asks people to keep away from lines that lie on the ground and to "
    "call its emergency number."
)


def joins(known: tuple[str, str], new: tuple[str, str]) -> bool:
    earlier = a_member("known", known[0], text_of(known[1]))
    return decide(a_member("new", new[0], text_of(new[1])), [earlier]).story_ids == ("sknown",)


@pytest.mark.parametrize(
    ("form", "title", "other_title", "here", "there"),
    [
        (RESULTS, "{} annonce ses résultats", "Le bénéfice progresse", "Laurentis", "Boréalia"),
        (OUTAGE, "4,210 without power in {}", "Outage hits thousands", "Sudbury", "Nelson"),
        (OUTAGE, "4,210 without power in {}", "Evening without lights", "Thunder Bay", "Moose Jaw"),
        (RESULTS, "{} annonce ses résultats", "Trimestre : {}", "L’Acadienne", "L’Oréade"),
    ],
)
def test_name_of_a_headline_that_stands_for_another_makes_two_reports(
    form: str, title: str, other_title: str, here: str, there: str
) -> None:
    one = (title.format(here), form.format(who=here))
    other = (other_title.format(there), form.format(who=there))
    assert not joins(one, other)
    assert not joins(other, one)


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Sudbury", "Sudbry"),
        ("Sudbury", "Sudburry"),
        ("Sudbury", "Subdury"),
        ("Sudbury", "Sodbury"),
        ("Thunder Bay", "Thundr Bay"),
        ("Montreal", "Montréal"),
        ("Lévis", "Levis"),
    ],
)
@pytest.mark.parametrize("other_title", ["Outage hits thousands", "4,210 without power in {}"])
def test_name_mistyped_in_a_copy_makes_no_other_report(here: str, there: str, other_title: str) -> None:
    one = (f"4,210 without power in {here}", OUTAGE.format(who=here))
    other = (other_title.format(there), OUTAGE.format(who=there))
    assert joins(one, other)
    assert joins(other, one)


HALT = (
    "The following issues have been halted by the regulator: Company: {}. Symbol: {}. All issues: yes. "
    "Reason: pending news. Time: 9:40 a.m. The regulator can suspend trading in the shares of a listed "
    "company for a while, most often because news of weight is to be announced by the company. All "
    "investors should have the same news at the same time before trading goes on."
)


@pytest.mark.parametrize("tails", [("JRD", "FNR"), ("Orla Tin Ltd.", "Lakota Nickel"), ("A7", "B2")])
@pytest.mark.parametrize("dash", ["-", "–", "|"])
def test_what_stands_behind_a_dash_may_be_what_the_report_is_about(tails: tuple[str, str], dash: str) -> None:
    one, other = ((f"Trading halt {dash} {tail}", HALT.format("Orla Resources", tail)) for tail in tails)
    assert not joins(one, other)


@pytest.mark.parametrize("tails", [("Prairie Courier", "The Herald"), ("CBC", "CTV")])
def test_site_behind_a_dash_makes_no_report(tails: tuple[str, str]) -> None:
    one, other = ((f"Trading halt - {tail}", HALT.format("Orla Resources", "ORL")) for tail in tails)
    assert joins(one, other)


SUSPENSION = (
    "Rockford forward Kyle Brandt has been suspended for {} games, without pay, for boarding during a "
    "game on Sunday, the department of player safety said. The incident occurred at 4:12 of the second "
    "period. Under the collective agreement the player will forfeit part of his salary. The money goes "
    "to the emergency fund of the players. The league explained its ruling in a video."
)
PORT = (
    "营口港集团12日发布数据显示，今年前{}个月，营口港累计完成货物吞吐量8059万吨，同比增长8.8%"
    "；完成集装箱吞吐量412万标准箱。集团有关负责人介绍，今年以来，港口持续优化作业流程，加密外贸航线，"
    "拓展内陆无水港，推进智慧绿色港口建设，服务腹地经济的能力进一步提升，生产经营保持平稳。"
)
RATE = (
    "Northgate Power has applied to the utilities board for a {} per cent increase in electricity rates. "
    "The board will hold a public hearing before it decides, and written comments are accepted until the "
    "hearing closes. In past years the board has approved most applications with small changes, and "
    "consumer groups say that they will study the filing in detail before they make up their minds."
)


@pytest.mark.parametrize(
    ("title", "form", "here", "there"),
    [
        ("Brandt suspended {} games for boarding", SUSPENSION, "two", "five"),
        ("Brandt suspended {} games for boarding", SUSPENSION, "3", "4"),
        ("营口港前{}个月货物吞吐量8059万吨 同比增长8.8%", PORT, "两", "七"),
        ("Northgate asks for {} per cent more", RATE, "3.2", "5.1"),
    ],
)
def test_other_number_in_headline_and_text_makes_two_reports(
    title: str, form: str, here: str, there: str
) -> None:
    assert not joins((title.format(here), form.format(here)), (title.format(there), form.format(there)))


def test_number_put_right_in_a_headline_alone_makes_no_report() -> None:
    one = ("Northgate asks for 3.2 per cent more", RATE.format("3.2"))
    assert joins(one, ("Northgate asks for 2.3 per cent more", RATE.format("3.2")))


DROUGHT = (
    "Par arrêté du 12 juillet, la préfecture place le département en {} sécheresse. Le débit des cours "
    "d’eau est inférieur de 40 % aux valeurs de saison et la pluie tombée ces dernières semaines n’a pas "
    "suffi à recharger les nappes. L’arrosage des pelouses, le lavage des véhicules et le remplissage "
    "des piscines sont interdits entre 8 h et 20 h. Le non-respect de ces mesures expose à une amende de "
    "1 500 euros."
)


def test_word_added_in_headline_and_text_makes_another_report() -> None:
    title = "Sécheresse : le Gers maintenu en {}"
    one, other = ((title.format(level), DROUGHT.format(level)) for level in ("alerte", "alerte renforcée"))
    assert not joins(one, other)
    assert not joins(other, one)


@pytest.mark.parametrize("title", ["Le Gers maintenu en alerte", "Le Gers en alerte, un peu plus sec"])
def test_word_added_in_the_headline_alone_makes_no_report(title: str) -> None:
    one = ("Le Gers maintenu en alerte renforcée", DROUGHT.format("alerte renforcée"))
    assert joins(one, (title, DROUGHT.format("alerte renforcée")))


TRIMESTRE = (
    "Laurentis a annoncé ses résultats pour le {} trimestre de l’exercice 2026. Le chiffre d’affaires "
    "s’est établi à 611 millions de dollars, contre 585 millions un an plus tôt. Le bénéfice net "
    "progresse à 19 millions, soit 2,51 dollars par action. Une conférence téléphonique aura lieu à "
    "l’intention des analystes, et le conseil maintient son dividende."
)
SEASON = (
    "联赛第{}轮比赛昨晚结束，主队凭借下半场的两个进球以二比一取胜，积分升至榜首。赛后主教练表示，球队执"
    "行力很好，替补队员发挥了作用，接下来将认真恢复体能，备战下一阶段的比赛，希望球迷继续到场支持球队。"
)


@pytest.mark.parametrize(
    ("title", "other_title", "form", "here", "there"),
    [
        ("Laurentis : résultats du {} trimestre", "Le bénéfice progresse", TRIMESTRE, "premier", "troisième"),
        ("联赛第{}轮战罢 主队升至榜首", "主队二比一取胜", SEASON, "三", "七"),
    ],
)
def test_text_that_counts_on_from_a_headline_is_another_report(
    title: str, other_title: str, form: str, here: str, there: str
) -> None:
    one, other = (title.format(here), form.format(here)), (other_title, form.format(there))
    assert not joins(one, other)
    assert not joins(other, one)
    assert joins(one, (other_title, form.format(here)))


APPOINTMENT = (
    "The premier announced the appointment of Gordon Brandt as {} of Yorkton, effective on June 22. He "
    "brings more than twenty years of experience in the public and private sectors, with senior posts in "
    "finance, health and justice. The appointment was made after an open process. The term is five years "
    "and may be renewed once."
)


def test_mistyped_word_of_a_slot_still_makes_another_report() -> None:
    title = "Gordon Brandt appointed as {} of Yorkton"
    one = (title.format("auditor"), APPOINTMENT.format("auditor"))
    assert not joins(one, (title.format("ombudsman"), APPOINTMENT.format("ombudsmn")))
    assert joins(one, (title.format("auditor"), APPOINTMENT.format("auditr")))


FERRY = (
    "The {} sailing of the Coastal Dream from Duke Point has been delayed because of a shortage of crew. "
    "Customers with a booking will be moved to the next sailing with room, or may ask for their fare "
    "back. About 526 vehicles are affected. The company is sorry for the trouble and thanks customers "
    "for their patience. Travellers are asked to arrive no earlier than an hour before departure."
)


@pytest.mark.parametrize("hours", [("1 p.m.", "5:15 p.m."), ("7 a.m.", "9:30 a.m."), ("7 a.m.", "8 a.m.")])
@pytest.mark.parametrize("state", ["delayed", "cancelled"])
def test_sailings_at_two_hours_are_two_reports(hours: tuple[str, str], state: str) -> None:
    title = f"Coastal Dream sailing from Duke Point at {{}} {state}"
    one, other = ((title.format(hour), FERRY.format(hour)) for hour in hours)
    assert not joins(one, other)
    assert not joins(other, one)
