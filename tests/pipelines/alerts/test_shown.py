"""The brief and the mails in a real browser.

Nothing is fetched, nothing is cut off on a phone, and axe-core objects to nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pipelines.alerts.brief_plots import fitted_name
from pipelines.alerts.exports import brief_of
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import a_stored
from tests.pipelines.alerts.browser import DESK, PHONE, a_browser, looked_at
from tests.pipelines.alerts.newsroom_mail import Newsroom, canola
from tests.pipelines.alerts.values import parts, read


@pytest.fixture(scope="module")
def house() -> Newsroom:
    house = Newsroom(canola(copies=(2,)), canola(id="day", cadence="daily", empty=True))
    house.tell()
    route: dict[str, Any] = {"origin": "CGTN", "carrier": "GlobeNewswire", "kind": "paid_release"}
    titles = ("Canola duties <b>fall</b>", "油菜籽关税下调", "Canola " + "unbroken" * 40)
    for n, title in enumerate(titles, 1):
        stored = a_stored(n, title=title, publisher=a_publisher(country="CA", name=f"Outlet {n}"))
        house.take(f"s{n}", n, stored=stored, headline=title, topics=("canola",), **route)
    house.tell()
    for members in ((1, 4), (1, 4, 5)):
        house.take("s1", *members, headline=titles[0], **route)
    house.later(hours=2).tell()
    return house


def test_the_brief_has_the_stories_their_plots_and_routes(house: Newsroom) -> None:
    page = brief_of(house, NOON - timedelta(days=1))
    for told in (
        "Canola duties &lt;b&gt;fall",
        "油菜籽关税下调",
        "Articles by hour",
        "Canada",
        "CGTN",
        "GlobeNewswire",
        "Outlet 2",
    ):
        assert told in page, told
    assert "<script" not in page


def test_an_empty_brief_says_whether_it_was_quiet() -> None:
    assert "Nothing came in." in brief_of(Newsroom(), NOON)


def test_pages_and_mails_stand_in_a_real_browser(house: Newsroom) -> None:
    shown: dict[str, Any] = {
        "brief": brief_of(house, NOON - timedelta(days=1)),
        "empty": brief_of(Newsroom(), NOON),
    }
    shown |= {mail.key: parts(read(mail))[1] for mail in house.inbox.taken}
    assert len(shown) >= 6
    with a_browser() as browser:
        for name, html in shown.items():
            for size, dark in ((PHONE, False), (DESK, True)):
                found = looked_at(browser, html, size, dark=dark)
                assert found == {"asked": [], "overflow": 0, "objections": []}, (name, size)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("NorthStar Newswire", "NorthStar Newswire"),
        ("Radio Harbin World Service", "Radio Harbin World S…"),
        ("中央广播电视总台国际频道", "中央广播电视总台国际…"),
    ],
)
def test_a_name_fits_into_its_box_beside_the_number(name: str, shown: str) -> None:
    assert fitted_name(name) == shown


def test_the_brief_prints_dark_on_white_whatever_the_screen_is(house: Newsroom) -> None:
    with a_browser() as browser:
        page = browser.new_page(viewport=DESK, color_scheme="dark")
        page.emulate_media(media="print")
        page.set_content(brief_of(house, NOON - timedelta(days=1)))
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(29, 28, 26)"
