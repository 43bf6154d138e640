"""Headlines that differ in one term, or tell opposite things: when two reports are apart by it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from pipelines.dedup.counting_words import is_ordinal
from pipelines.dedup.decision import decide
from pipelines.dedup.title_stages import opposite_sides
from pipelines.text.tokens import tokens
from tests.pipelines.dedup.newsroom import a_member, text_of


class FormText(NamedTuple):
    """A headline and a text, each with a place for one word."""

    title: str
    body: str


AUCTION = FormText(
    "Treasury sells $42 billion of {} notes at 4.125 per cent",
    "The Treasury sold $42 billion of {} notes on Tuesday at a high yield of 4.125 per cent, compared with "
    "4.310 per cent at the last auction. Bidders offered 2.51 times the amount on sale. Indirect bidders, a "
    "class that includes foreign central banks, took 68.2 per cent of the notes. Primary dealers were left "
    "with 11.4 per cent, close to the average of the six previous auctions.",
)
EMPRUNT = FormText(
    "Le Trésor vend des obligations à {} ans",
    "Le Trésor a vendu mardi pour 3,2 milliards d'obligations à {} ans au taux moyen de 3,45 %, contre "
    "3,61 % lors de la dernière adjudication. La demande a atteint 2,4 fois le montant offert. Les acheteurs "
    "étrangers ont pris un peu plus de la moitié des titres, et les banques ont gardé le reste, comme lors "
    "des six adjudications précédentes, selon les chiffres publiés en fin de journée.",
)
REPO = FormText(
    "央行开展1185亿元{}天期逆回购操作",
    "中国人民银行6日公告称，为维护银行体系流动性合理充裕，当日以固定利率、数量招标方式开展1185亿元{}天期逆回购"
    "操作，操作利率为1.40%。数据显示，当日有2036亿元逆回购到期。市场人士认为，央行操作体现了呵护资金面的态度，"
    "资金利率有望保持平稳运行，月末前后或有小幅波动。",
)


def joins(here: tuple[str, str], there: tuple[str, str]) -> bool:
    known = a_member("known", here[0], text_of(here[1]))
    return decide(a_member("new", there[0], text_of(there[1])), [known]).story_ids == ("sknown",)


def filled(form: FormText, in_title: str, in_body: str) -> tuple[str, str]:
    return form.title.format(in_title), form.body.format(in_body)


ROAD = FormText(
    "{} to be closed between Varley and Colbert",
    "{} will be closed between Varley and Colbert, from ten at night to five in the morning, for work on "
    "its surface, the ministry of transport said. Detours will be marked on the spot. Drivers are asked to "
    "plan their journeys and to look at the map of the ministry. In case of rain the work will be put off. "
    "The province pays $2.4 million for it, and crews from three counties take part.",
)
FERMETURE = FormText(
    "Fermeture {} entre Varennes et Contrecœur",
    "La chaussée sera fermée {} entre Varennes et Contrecœur, de 22 h à 5 h, pour des travaux de "
    "réfection, a fait savoir le ministère des Transports. Des détours seront signalés sur place. Le "
    "ministère invite les usagers de la route à planifier leurs déplacements. En cas de pluie, les travaux "
    "seront reportés. L’investissement s’élève à 2,4 millions de dollars et trois équipes y travaillent.",
)


@pytest.mark.parametrize(
    ("form", "here", "there"),
    [
        (ROAD, "Highway 7", "Highway 17"),
        (ROAD, "Route 132", "Route 117"),
        (FERMETURE, "samedi", "vendredi soir"),
        (FERMETURE, "vendredi soir", "samedi matin"),
        (AUCTION, "two-year", "five-year"),
        (AUCTION, "10-year", "30-year"),
        (AUCTION, "three-month", "six-month"),
        (AUCTION, "ten-year", "thirty-year"),
        (EMPRUNT, "cinq", "dix"),
        (EMPRUNT, "5", "30"),
        (REPO, "七", "二十八"),
        (REPO, "7", "14"),
    ],
)
def test_one_other_term_makes_another_report(form: FormText, here: str, there: str) -> None:
    assert not joins(filled(form, here, here), filled(form, there, there))
    assert not joins(filled(form, there, there), filled(form, here, here))


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Five-year notes sold", "five"),
        ("Crash closes Highway 7", "7"),
        ("L’autoroute 15 fermée samedi", "15"),
        ("La route 132 rouvre", "132"),
        ("Le Trésor vend des obligations à dix ans", "dix"),
        ("央行开展14天期逆回购操作", "14"),
    ],
)
def test_number_of_a_term_counts_a_series(title: str, word: str) -> None:
    words = tokens(title)
    assert is_ordinal(words, words.index(word))


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Five-year-old found safe", "five"),
        ("Man gets five years for fraud", "five"),
        ("Judge hands down ten-year sentence", "ten"),
        ("Condamné à dix ans de prison", "dix"),
        ("大雨持续14天", "14"),
        ("notes of 5", "5"),
        ("Crash on highway: 14 dead", "14"),
        ("Accident de la route : 3 morts", "3"),
        ("Drame sur la route : 3 blessés", "3"),
    ],
)
def test_number_that_may_be_put_right_counts_no_series(title: str, word: str) -> None:
    words = tokens(title)
    assert not is_ordinal(words, words.index(word))


FIRE = FormText(
    "{} dead in hotel fire in Timmins",
    "A fire in a hotel in the centre of Timmins killed {} people early on Monday, the fire service said. The "
    "alarm was raised at four in the morning by a guest on the second floor. Crews from three towns fought "
    "the blaze until noon. The cause is not known, and the police have closed the streets around the "
    "building. The mayor said that the town was in mourning and that flags would fly at half-mast.",
)


@pytest.mark.parametrize(("here", "there"), [("Nine", "Ten"), ("Two", "Three")])
def test_number_put_right_is_a_step_of_one_story(here: str, there: str) -> None:
    assert joins(filled(FIRE, here, here.casefold()), filled(FIRE, there, there.casefold()))


COUNCIL = (
    "Lethbridge city council {} a bike lane network on Monday night by a vote of 5 to 4 after a debate of "
    "more than two hours. Several residents spoke before the vote, and most of them lived within a kilometre "
    "of the site. Staff had recommended that councillors move ahead, saying that the city needs to plan for "
    "growth. The mayor said that the decision had not been easy and thanked everyone who took part."
)
CONSEIL = (
    "Le conseil municipal de Rimouski {} le projet de piscine lundi soir par cinq voix contre quatre, après "
    "un débat de plus de deux heures. Des citoyens ont parlé avant le vote, et la plupart vivent "
    "à moins d'un kilomètre du site. La mairesse a reconnu que la décision n'avait pas été facile et a "
    "remercié tous ceux qui ont participé à la consultation du printemps dernier."
)
COUNCIL_ZH = (
    "市议会8日晚以5票对4票{}了新建地铁支线的议案，辩论持续两个多小时。多名市民在表决前发言，其中大多数人住在"
    "距离工地不到一公里的地方。市政府此前建议推进该项目，称城市需要为人口增长做好规划。市长表示，作出这一决定"
    "并不容易，并感谢所有参与讨论的人。"
)
RATES = (
    "The central bank {} its key rate by a quarter of a point on Wednesday, as most economists had expected. "
    "The governor said that the economy was close to where the bank wanted it and that the council would "
    "look at each set of figures as it came. Two of its seven members voted for no change. The next decision "
    "is due in six weeks, and the minutes of this one will be published on the tenth."
)


@pytest.mark.parametrize(
    ("body", "here", "there"),
    [
        (COUNCIL, ("Council approves bike lanes", "approved"), ("Council rejects bike lanes", "rejected")),
        (COUNCIL, ("Council adopts bike lanes", "adopted"), ("Council turns down bike lanes", "turned down")),
        (CONSEIL, ("Rimouski adopte la piscine", "a adopté"), ("Rimouski rejette la piscine", "a rejeté")),
        (CONSEIL, ("La piscine est approuvée", "a approuvé"), ("La piscine est refusée", "a refusé")),
        (COUNCIL_ZH, ("市议会通过地铁支线议案", "通过"), ("市议会否决地铁支线议案", "否决")),
        (RATES, ("Central bank raises key rate", "raised"), ("Central bank cuts key rate", "cut")),
        (RATES, ("Bank increases rate", "increased"), ("Bank lowers rate", "lowered")),
    ],
)
def test_opposite_verbs_in_headline_and_text_make_two_reports(
    body: str, here: tuple[str, str], there: tuple[str, str]
) -> None:
    one, other = (here[0], body.format(here[1])), (there[0], body.format(there[1]))
    assert not joins(one, other)
    assert not joins(other, one)


@pytest.mark.parametrize(
    ("body", "here", "there", "edit"),
    [
        (COUNCIL.format("approved"), "Council approves bike lanes", "Council rejects protest against lanes",
         ("easy", "simple")),
        (COUNCIL.format("approved"), "Council approves bike lanes", "Council adopts bike lanes",
         ("approved", "adopted")),
        (COUNCIL.format("rejected"), "Council rejects bike lanes", "Bike lanes turned down",
         ("rejected", "turned down")),
        (CONSEIL.format("a adopté"), "Rimouski adopte la piscine", "Rimouski refuse d'attendre",
         ("facile", "simple")),
        (COUNCIL_ZH.format("通过"), "市议会通过地铁支线议案", "市议会否决反对意见", ("感谢", "致谢")),
        (RATES.format("raised"), "Central bank raises key rate", "Stocks fall after rate decision",
         ("expected", "foreseen")),
    ],
)  # fmt: skip
def test_reworded_headline_of_one_text_is_a_copy(
    body: str, here: str, there: str, edit: tuple[str, str]
) -> None:
    assert joins((here, body), (there, body.replace(*edit)))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Council approves plan", "Council rejects plan"),
        ("Le conseil adopte le projet", "Le conseil rejette le projet"),
        ("议会通过法案", "议会否决法案"),
        ("Retail sales rose in May", "Retail sales fell in May"),
        ("Court dismisses appeal", "Court upholds appeal"),
    ],
)
def test_headlines_on_opposite_sides(here: str, there: str) -> None:
    assert list(opposite_sides(here, there))
    assert list(opposite_sides(there, here))


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Council approves plan", "Council adopts plan"),
        ("Council approves budget, rejects tax", "Council rejects tax"),
        ("Council meets", "Council debates"),
        ("Council meets", "Council rejects plan"),
        ("", ""),
    ],
)
def test_headlines_on_one_side_both_or_none(here: str, there: str) -> None:
    assert list(opposite_sides(here, there)) == []
