"""outlets.yaml: organisations of a beat, their mistakes, and what a page's credits then say."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.errors import CatalogueError
from pipelines.beat.beat import load_beat
from pipelines.beat.organisations import EVERYWHERE, organisations_of
from pipelines.beat.outlets import Outlet, load_outlets
from pipelines.beat.source_sites import SourceSites
from pipelines.config import packaged_beats
from pipelines.ingest.judged_article import JudgedArticle
from pipelines.ingest.publisher import publisher_of
from pipelines.route import find_route
from tests.builders import a_publisher, an_article

PROSE = (
    "The boats came back with half of what they had hoped for, and the buyers on the quay said that the "
    "price would rise before the week was over. Nobody wanted to give a number."
)
HARBIN = Outlet(
    name="Radio Harbin", kind="state_media", aliases=("哈尔滨之声",), tags=("RH",), hosts=("rh.example",)
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("outlets:\n  - {name: A, kind: agncy}", (":2: outlets[1].kind", "agency")),
        ("outlets:\n  - {name: A}", (":2: outlets[1].kind", "missing")),
        ("outlets:\n  - {name: A, kind: agency, alias: [B]}", (":2:", "Did you mean `aliases`?")),
        ("outlets:\n  - {name: A, kind: agency, hosts: ['https://a.example/']}", (":2:", "is no host")),
        (
            "outlets:\n  - {name: A, kind: agency}\n  - {name: B, kind: agency, aliases: [a]}",
            (":3:", "line 2"),
        ),
        ("outlet:\n  - {name: A, kind: agency}", ("Did you mean `outlets`?",)),
        ("outlets: {name: A}", (":1: outlets",)),
    ],
    ids=["kind", "no kind", "field", "host", "twice", "list", "no list"],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    path = tmp_path / "outlets.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(CatalogueError) as refusal:
        load_outlets(path)
    for part in told:
        assert part in "\n".join(refusal.value.problems)


def test_a_beat_without_the_file_has_none_of_its_own(tmp_path: Path) -> None:
    assert load_outlets(tmp_path / "outlets.yaml") == ()
    assert organisations_of(()) is EVERYWHERE


@pytest.mark.parametrize(
    "text",
    [f"HARBIN, March 3 (Radio Harbin) -- {PROSE}", f"HARBIN (RH) - {PROSE}", f"{PROSE}\n\n来源：哈尔滨之声"],
    ids=["dateline", "tag", "source line"],
)
def test_credits_name_an_outlet_of_the_beat(text: str) -> None:
    article = an_article(body=f"{text}\n\n{PROSE}" if "来源" not in text else text)
    assert find_route(article, a_publisher(), organisations_of((HARBIN,))).kind == "state_media"
    assert find_route(article, a_publisher()).kind != "state_media"


def test_a_page_on_its_host_is_published_by_it() -> None:
    known = organisations_of((HARBIN,))
    publisher = publisher_of("https://www.rh.example/1", None, SourceSites(()), known)
    assert (publisher.name, publisher.owner) == ("Radio Harbin", "state")


def test_those_that_every_beat_knows_stay_known() -> None:
    known = organisations_of((HARBIN,))
    found = known.known("Reuters")
    assert found is not None
    assert found.kind == "agency"


def test_an_article_is_judged_with_the_outlets_of_its_beat() -> None:
    beat = load_beat(packaged_beats() / "norway-japan-fisheries")
    article = an_article(body=f"{PROSE}\n\n{PROSE}\n\nKilde: Fiskeribladet")
    assert JudgedArticle.of(article, a_publisher(), beat).route.origin == "Fiskeribladet"
