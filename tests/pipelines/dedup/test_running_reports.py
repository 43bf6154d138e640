"""A report that its newsroom writes on stays one story; a form that it fills in again does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import pytest

from pipelines.dedup.decision import decide
from pipelines.dedup.running_reports import count_the_same
from tests.builders import NOON
from tests.pipelines.dedup.newsroom import a_member, text_of


class Step(NamedTuple):
    """One state of a report: what fills the headline and the text."""

    title: str
    body: str


EXPLOSION = Step(
    "Gas explosion kills {} in Sudbury",
    "At least {} people were killed and {} injured when a gas explosion tore through an apartment "
    "block in Sudbury on Tuesday night, police said. Rescue crews searched the ruins with dogs until "
    "dawn, and a crane was brought in to lift the fallen roof. The mayor, Ellen Strand, asked "
    "residents to stay away from Birch Street and to give blood at the general hospital. The cause is"
    " not known, but neighbours had complained of a smell for days, according to the fire chief, Rob "
    "Dunning.",
)
ROUGEOLE = Step(
    "Rougeole : {} cas confirmés à Laval",
    "La Direction de santé publique a confirmé {} cas de rougeole à Laval, et {} personnes sont en "
    "isolement. Les malades sont pour la plupart des enfants non vaccinés. Les lieux d’exposition "
    "sont publiés sur le site du gouvernement. Toute personne qui présente de la fièvre et des "
    "rougeurs est priée de porter un masque et d’appeler avant de se présenter dans une clinique, "
    "rappelle le docteur Yves Pelland. Une clinique de vaccination ouvrira dans le gymnase de l’école"
    " Sainte-Marguerite.",
)
BAOZHA = Step(
    "萨德伯里燃气爆炸致{}人死亡",
    "当地警方说，萨德伯里市一栋公寓楼发生燃气爆炸，已造成{}人死亡、{}人受伤。救援人员带着搜救犬在废墟中搜寻到天亮，"
    "并调来吊车吊起坍塌的屋顶。市长呼吁居民远离桦树街，并前往总医院献血。爆炸原因尚不清楚，但消防局长说，"
    "邻居们连日来一直抱怨有异味。",
)
FIRE = Step(
    "Bear Creek wildfire grows to {} hectares",
    "The Bear Creek wildfire near Lillooet was estimated at {} hectares on Monday, and {} "
    "firefighters are on site, the wildfire service said. An evacuation alert stays in place for "
    "properties along the valley road. Residents have been told to keep essential items, medication "
    "and important papers close to hand, and to check the map of the service. Smoke has closed the "
    "airport in Kamloops, said its manager, Dale Whitford.",
)
OUTAGE = Step(
    "{} customers without power in Moncton",
    "NB Power said {} customers were without power in Moncton on Saturday after a storm, and {} crews"
    " were sent to the area. Residents are asked to stay at least ten metres away from downed lines, "
    "to turn off appliances and to check on neighbours who may need help. Updates are posted on the "
    "outage map. The worst damage is along Elmwood Drive, where an oak fell on a transformer.",
)
REPORTS = (EXPLOSION, ROUGEOLE, BAOZHA, FIRE, OUTAGE)

GOLD = Step(
    "Gold trades at ${} an ounce",
    "Spot gold traded at ${} an ounce in London, and silver stood at ${} an ounce. Dealers said that "
    "buyers from Asia had returned after the holidays and that the dollar was a little weaker against"
    " a basket of other currencies. Platinum and palladium were hardly changed. Investors wait for "
    "the minutes of the Federal Reserve and for figures of employment, which may show whether the "
    "economy is cooling.",
)
METEO = Step(
    "Montréal : {} degrés cet après-midi",
    "Le mercure atteindra {} degrés cet après-midi à Montréal, avec des vents de {} kilomètres à "
    "l’heure. Le ciel sera couvert et quelques flocons sont possibles en soirée. Les automobilistes "
    "sont invités à la prudence sur les ponts. Les écoles et les services de garde restent ouverts. "
    "Les prévisions sont mises à jour toutes les heures sur le site de la station, avec les images "
    "des caméras de circulation.",
)
FORMS = (GOLD, METEO)


def is_one_story(here: Step, there: Step, hours: float, source: str = "paper", other: str = "paper") -> bool:
    first = replace(a_member("first", here.title, text_of(here.body)), publisher_id=source, published=NOON)
    later = a_member("later", there.title, text_of(there.body))
    later = replace(later, publisher_id=other, published=NOON + timedelta(hours=hours))
    return decide(later, [first]).story_ids == ("sfirst",)


def filled(form: Step, *numbers: object) -> Step:
    return Step(form.title.format(*numbers), form.body.format(*numbers))


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("numbers", [(15, 30), (15, 32), (21, 58)])
def test_a_higher_toll_is_a_step_of_one_report(report: Step, numbers: tuple[int, int]) -> None:
    assert is_one_story(filled(report, 14, 30), filled(report, *numbers), hours=5)


@pytest.mark.parametrize("report", REPORTS)
def test_a_higher_toll_under_the_same_headline_is_a_step(report: Step) -> None:
    first = Step("What we know so far", report.body.format(14, 30))
    later = Step("What we know so far", report.body.format(15, 32))
    assert is_one_story(first, later, hours=3)


def test_a_step_may_name_more() -> None:
    first, later = filled(EXPLOSION, 14, 30), filled(EXPLOSION, 16, 41)
    more = later._replace(body=later.body + " Two of the dead were children, the coroner, Joan Abara, said.")
    assert is_one_story(first, more, hours=6)


@pytest.mark.parametrize("report", REPORTS)
def test_the_same_form_days_later_is_another_report(report: Step) -> None:
    assert not is_one_story(filled(report, 14, 30), filled(report, 21, 58), hours=50)


@pytest.mark.parametrize("report", REPORTS)
def test_another_newsrooms_numbers_make_another_report(report: Step) -> None:
    assert not is_one_story(filled(report, 14, 30), filled(report, 21, 58), hours=5, other="gazette")


def test_another_place_is_another_report_of_the_same_newsroom() -> None:
    for report, place, other in (
        (EXPLOSION, "Sudbury", "Kenora"),
        (ROUGEOLE, "Laval", "Longueuil"),
        (BAOZHA, "萨德伯里", "基奇纳"),
        (OUTAGE, "Moncton", "Bathurst"),
    ):
        first, later = filled(report, 14, 30), filled(report, 15, 32)
        elsewhere = Step(later.title.replace(place, other), later.body.replace(place, other))
        assert not is_one_story(first, elsewhere, hours=2), place


def test_another_day_in_the_text_is_another_report() -> None:
    first, later = filled(EXPLOSION, 14, 30), filled(EXPLOSION, 15, 32)
    other_day = later._replace(body=later.body.replace("Tuesday", "Wednesday"))
    assert not is_one_story(first, other_day, hours=20)


@pytest.mark.parametrize("form", FORMS)
def test_a_price_or_a_temperature_is_no_toll(form: Step) -> None:
    assert not is_one_story(filled(form, 14, 30), filled(form, 15, 32), hours=4)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_under_one_headline_is_filled_in_again_the_next_day(form: Step) -> None:
    first = Step("The noon report", form.body.format(14, 30))
    later = Step("The noon report", form.body.format(15, 32))
    assert not is_one_story(first, later, hours=24)


@pytest.mark.parametrize(
    ("title", "other", "expected"),
    [
        ("Crash kills 14 in Halifax", "Crash kills 15 in Halifax", True),
        ("14 dead in Halifax crash", "Fifteen dead in Halifax crash", True),
        ("Death toll from crash hits 14", "Death toll from crash hits 15", True),
        ("Inondations : 14 morts et 3 disparus", "Inondations : 15 morts et 2 disparus", True),
        ("Le bilan s’élève à 14 morts", "Le bilan s’élève à 21 morts", True),
        ("四川地震已致14人遇难", "四川地震已致二十一人遇难", True),
        ("台风过境 1400公顷农田受灾", "台风过境 2100公顷农田受灾", True),
        ("Gold at $2,314 an ounce", "Gold at $2,315 an ounce", False),
        ("TSX closes at 24,311", "TSX closes at 24,377", False),
        ("Part 4: 14 dead", "Part 5: 14 dead", False),
        ("14 dead in Halifax crash", "15 dead in Moncton crash", False),
        ("Lotto 6/49: 4 12 23", "Lotto 6/49: 5 14 31", False),
        ("第14次会议", "第15次会议", False),
        ("1月14日死亡人数", "1月15日死亡人数", False),
        ("", "", False),
    ],
)  # fmt: skip
def test_headlines_that_count_what_happened(title: str, other: str, *, expected: bool) -> None:
    assert count_the_same(title, other) is expected
