"""What sites repeat is kept while a batch is under way: its pages are not remembered to the end."""

from __future__ import annotations

import pytest

from pipelines.ingest import site_boilerplate
from pipelines.ingest.site_boilerplate import BoilerplateLearner
from pipelines.model import PageParagraphs, SiteBoilerplate
from tests.pipelines.world import World

SITE = "daily.example"
#: What every page of the site repeats.
FOOTER = 7


def a_page_of(number: int) -> PageParagraphs:
    return PageParagraphs(number, 1_000 + number, frozenset((FOOTER, 2_000 + number)))


def learn(world: World, pages: int) -> BoilerplateLearner:
    learner = BoilerplateLearner(world.ledger)
    for number in range(pages):
        learner.repeated_on(SITE, a_page_of(number))
        learner.keep_learnt_of_many()
    return learner


@pytest.mark.parametrize(("pages", "kept"), [(3, 0), (4, 4), (7, 4), (8, 8)])
def test_what_many_pages_taught_is_kept_before_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch, pages: int, kept: int
) -> None:
    monkeypatch.setattr(site_boilerplate, "MOST_UNKEPT", 4)
    learn(world, pages)
    assert len(world.ledger.site_boilerplate(SITE).recent) == kept


def test_a_site_is_known_alike_however_often_it_is_kept(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = []
    stored = []
    for most in (1, 3, 1_000):
        monkeypatch.setattr(site_boilerplate, "MOST_UNKEPT", most)
        with world.ledger.deciding() as decisions:
            decisions.save_site_boilerplate(SITE, SiteBoilerplate())
        learner = learn(world, 100)
        answers.append(learner.repeated_on(SITE, a_page_of(100)))
        learner.keep_learnt()
        stored.append(world.ledger.site_boilerplate(SITE))
    assert answers == [{FOOTER}] * 3
    assert stored == [stored[0]] * 3


def test_pages_that_a_batch_teaches_by_are_counted_over_all_sites(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_boilerplate, "MOST_UNKEPT", 4)
    learner = BoilerplateLearner(world.ledger)
    for number in range(4):
        learner.repeated_on(f"{number}.example", a_page_of(number))
    learner.keep_learnt_of_many()
    for number in range(4):
        assert len(world.ledger.site_boilerplate(f"{number}.example").recent) == 1


def test_what_one_site_repeats_is_no_text_of_others(world: World) -> None:
    learner = learn(world, 3)
    copied = PageParagraphs(9, 1_009, frozenset((FOOTER, 55)))
    assert learner.repeated_on("paper.example", copied) == {FOOTER}
    learner.keep_learnt()
    # Another batch, or another worker, knows it from the ledger.
    assert BoilerplateLearner(world.ledger).repeated_on("weekly.example", copied) == {FOOTER}


def test_the_longest_paragraph_of_a_page_is_its_text(world: World) -> None:
    learner = learn(world, 3)
    whole = PageParagraphs(9, FOOTER, frozenset((55,)))
    assert learner.repeated_on("paper.example", whole) == frozenset()


@pytest.mark.parametrize("sites", [0, 1, 49, 50, 51, 120])
def test_each_of_many_sites_is_kept_once(world: World, sites: int) -> None:
    learner = BoilerplateLearner(world.ledger)
    for number in range(sites):
        learner.repeated_on(f"{number}.example", a_page_of(number))
    learner.keep_learnt()
    learner.keep_learnt()
    for number in range(sites):
        assert len(world.ledger.site_boilerplate(f"{number}.example").recent) == 1
