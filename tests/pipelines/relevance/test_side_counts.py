"""Beats of one side, of three, and beats whose sources are all on them; all texts are invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipelines.beat.terms import Terms
from pipelines.beat.weights import load_weights
from pipelines.relevance import judge
from tests.usual_beat import usual_terms

PAIR = usual_terms()
#: The names of one country stand for any subject, such as a company.
SUBJECT = replace(PAIR, sides=("canada",), weights=load_weights(None, 1))
THREE = replace(PAIR, sides=("china", "canada", "japan"))

FILLER = "The hall was full by seven. Rain fell all night. Nobody wanted to leave early. A choir sang twice. "


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Canada raises its rates", ""),
        ("Rates go up", "Canada's central bank raised its rate. In Ottawa, the governor spoke of patience."),
        ("Envoys called in", "Ottawa called in two ambassadors over the arrest of a student."),
        ("Growers wait", f"{FILLER * 4}Canada pays. Ottawa helps. Saskatchewan waits. Alberta plans."),
    ],
    ids=["title", "twice in the lead", "once, with dealings", "carried by the body"],
)
def test_a_text_about_the_one_side_is_on_the_beat(title: str, text: str) -> None:
    assert judge(title, text, "en", SUBJECT).relevant


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Rain in Oslo", "It rained."),
        ("Toy fair opens", "Makers came from Italy. Some had come from Canada by ship."),
        ("Choir sings", f"A singer from Toronto was there. {FILLER * 8}"),
        ("Morning briefing: oil, rates", "Oil fell. A newsletter from Canada. In Ottawa, rain."),
    ],
    ids=["not named", "in passing", "never again", "a list"],
)
def test_a_passing_mention_of_the_one_side_is_off_the_beat(title: str, text: str) -> None:
    assert not judge(title, text, "en", SUBJECT).relevant


def test_the_reasons_of_one_side_speak_of_one_side() -> None:
    assert judge("Rain", "It rained.", "en", SUBJECT).why == ("Canada is not named",)
    assert judge("Canada raises its rates", "", "en", SUBJECT).why[0] == "the title names Canada (“Canada”)"
    joint = judge("Canada’s unions in a joint statement", "", "en", SUBJECT)
    assert "a matter with others: “joint statement”" in joint.why


@pytest.mark.parametrize("title", ["Japan and Canada sign pact", "China, Japan resume talks"])
def test_any_two_of_three_sides_make_a_text_relevant(title: str) -> None:
    assert judge(title, "The ministers met on Monday.", "en", THREE).relevant


def test_one_of_three_sides_is_not_enough() -> None:
    verdict = judge("Ottawa bus strike ends", "Drivers are back.", "en", THREE)
    assert not verdict.relevant
    assert verdict.why[0] == "only one side of the beat is named"
    assert judge("Rain", "It rained.", "en", THREE).why[0] == "no side of the beat is named"


def test_a_side_of_three_is_no_third_party() -> None:
    why = " ".join(judge("China, Japan and Canada sign pact", "", "en", THREE).why)
    assert "third parties" not in why


@pytest.mark.parametrize("terms", [PAIR, SUBJECT, THREE])
def test_every_text_of_a_beat_of_all_is_relevant(terms: Terms) -> None:
    verdict = judge("Canola harvest begins", "It rained.", "de", replace(terms, relevance="all"))
    assert (verdict.relevant, verdict.score) == (True, 1.0)
    assert verdict.why == ("every text of its sources is on this beat",)
    assert verdict.topics[0] == "canola"


def test_a_language_without_words_is_judged_by_names() -> None:
    english = replace(PAIR, word_languages=frozenset({"en", "pt"}))
    assert not any("names alone" in why for why in judge("Canada", "", "pt-BR", english).why)
    assert any("names alone" in why for why in judge("Canada", "", "fr", english).why)


def test_a_near_miss_is_borderline_and_not_relevant() -> None:
    weights = replace(PAIR.weights, relevant_from=0.99, borderline_from=0.6)
    strict = replace(PAIR, weights=weights)
    near = judge("China and Canada reopen canola talks", "", "en", strict)
    far = judge("Ottawa bus strike ends", "", "en", strict)
    assert (near.relevant, near.is_borderline) == (False, True)
    assert (far.relevant, far.is_borderline) == (False, False)
    assert not judge("China and Canada reopen canola talks", "", "en", PAIR).is_borderline


def test_a_text_that_lacks_a_side_is_never_borderline() -> None:
    generous = replace(PAIR, weights=replace(PAIR.weights, borderline_from=0.001))
    text = "Ottawa expels ambassador over tariff on canola"
    assert not judge(text, text, "en", generous).is_borderline
    assert judge(f"{text} from Wuhan", "", "en", replace(generous)).score > 0.001
