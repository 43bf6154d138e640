"""The pages of the reading room, as a reader gets them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from pipelines.model import ArticleVersion, Outcome, PageAccount, PageHeldBack
from pipelines.stages.context import RunProblems
from pipelines.stages.index import index_changes
from pipelines.web.wording import interface_languages, word_list
from tests.builders import NOON, a_publisher
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, ident, take
from tests.contracts.ledger_values import page as page_url
from tests.pipelines.web.room_server import LATER, an_app, fill, open_room

PAGES = (
    "/",
    "/search?q=canola",
    "/story/s1",
    f"/story/s1/compare/{ident(3)}",
    "/story/s1/event",
    f"/article/{ident(1)}",
    "/sources",
    "/sources?show=troubled",
    "/sources/gnw-canada",
    "/searches",
    "/searches/try?q=canola",
    "/outbox",
    "/outbox/canola:s1:new",
    "/quarantine",
    "/words",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with an_app(tmp_path_factory.mktemp("home")) as maplewire:
        fill(maplewire)
        with open_room(maplewire) as client:
            yield client


def text_of(answer: httpx.Response) -> str:
    """Return what a reader sees, spaces folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


@pytest.mark.parametrize("path", PAGES)
def test_each_page_answers(room: httpx.Client, path: str) -> None:
    answer = room.get(path)

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_today_shows_stories_with_their_label_and_copies(room: httpx.Client) -> None:
    shown = text_of(room.get("/"))

    assert "Paid release of state media CGTN through GlobeNewswire" in shown
    assert "2 copies" in shown
    assert "Le canola revient" in shown


def test_today_tells_what_changed(room: httpx.Client) -> None:
    assert "number changed: 5 → 7" in text_of(room.get("/"))


def test_filters_of_today_stay_in_the_address(room: httpx.Client) -> None:
    shown = room.get("/", params={"lang": "fr", "since": "7d"})

    assert "Le canola revient" not in text_of(room.get("/", params={"kind": "paid_release"}))
    # The articles of these tests are in English, whatever their words.
    assert "lang=en" in room.get("/").text
    assert "since=7d" in shown.text


def test_a_search_marks_its_hits(room: httpx.Client) -> None:
    answer = room.get("/search", params={"q": "canola"})

    assert "2 stories found" in text_of(answer)
    assert "<mark>Canola</mark>" in answer.text


def test_a_result_is_narrowed_by_what_its_stories_have(room: httpx.Client) -> None:
    answer = room.get("/search", params={"q": "canola"})

    assert 'href="/search?q=%28canola%29+AND+kind%3A%22paid_release%22"' in answer.text
    assert "1 story found" in text_of(room.get("/search", params={"q": '(canola) AND kind:"paid_release"'}))


def test_many_versions_are_chosen_from_with_a_slider(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire:
        maplewire.ledger.start_run(NOON)
        take(maplewire.ledger, a_page_placed(a_stored(1, title="Quota", body="100"), a_story("s1", 1)))
        for number in (2, 3):
            held = ArticleVersion(number, f"hash{number}", "Quota", f"{number}00", LATER, "an error page")
            account = PageAccount("b", number, "daily", page_url(1), Outcome.UNCHANGED, "held", ident(1))
            take(maplewire.ledger, PageHeldBack(account, ident(1), held))
        with open_room(maplewire) as client:
            shown = client.get(f"/article/{ident(1)}").text
            third = client.get(f"/article/{ident(1)}", params={"version": "3"}).text

    assert 'type="range" name="version" min="1" max="3" value="1"' in shown
    assert "300" in third


def test_a_result_is_narrowed_by_carrier_outlet_and_time(room: httpx.Client) -> None:
    answer = room.get("/search", params={"q": "canola"})

    for query in ('(canola) AND carrier:"GlobeNewswire"', '(canola) AND source:"gazette"'):
        assert escape(f"/search?{urlencode({'q': query})}") in answer.text
        narrowed = room.get("/search", params={"q": query})
        assert "1 story found" in text_of(narrowed)
    week = {"q": "(canola) AND published:>=now-7d"}
    assert escape(f"/search?{urlencode(week)}") in answer.text
    assert room.get("/search", params=week).status_code == 200


def test_an_outlet_is_offered_once_and_by_its_name(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire:
        maplewire.ledger.start_run(NOON)
        source = maplewire.beat.sources[0]
        publisher = a_publisher(source.id, name=source.name)
        for number in (1, 2):
            stored = a_stored(number, title=f"Canola {number}", body="canola", publisher=publisher)
            take(maplewire.ledger, a_page_placed(stored, a_story(f"s{number}", number)))
        index_changes(maplewire.parts, RunProblems())
        with open_room(maplewire) as client:
            shown = client.get("/search", params={"q": "canola"}).text

    assert f">{source.name}</a>" in shown
    assert shown.count("AND+source%3A") == 1


def test_a_mistake_in_a_query_is_marked_where_it_is(room: httpx.Client) -> None:
    answer = room.get("/search", params={"q": "contry:CA canola"})

    assert answer.status_code == 400
    assert "<mark>contry" in answer.text
    assert "country" in text_of(answer)


def test_a_story_shows_its_proof_its_copies_and_its_history(room: httpx.Client) -> None:
    shown = text_of(room.get("/story/s1"))

    assert "“(GLOBE NEWSWIRE)” (paragraph 1)" in shown
    assert "The Gazette · word for word" in shown
    assert "Kept of the text: 50%" in shown
    assert "number changed: 5 → 7" in shown
    assert "+24 min" in shown


def test_a_copy_stands_beside_its_original(room: httpx.Client) -> None:
    answer = room.get(f"/story/s1/compare/{ident(3)}")

    assert "<del>Growers were promised lower duties from March.</del>" in answer.text
    assert "1 left out" in text_of(answer)


def test_a_story_says_why_each_search_told_of_it_or_not(room: httpx.Client) -> None:
    shown = text_of(room.get("/story/s1"))

    assert "Canola, pork, peas and seafood not yet it has just come in; the next run tells of it" in shown


def test_a_query_is_tried_before_it_is_saved(room: httpx.Client) -> None:
    shown = text_of(room.get("/searches/try", params={"q": "canola", "days": 30}))

    assert "What it would have told in 30 days" in shown
    assert "Less than two days of articles are stored" in shown
    assert "2 stories" in shown


def test_a_search_of_the_data_folder_is_shown_when_it_is_written(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        assert "Pandas everywhere" not in client.get("/searches").text
        own = "{id: pandas, name: Pandas everywhere, query: panda*, to: [desk@newsroom.example]}"
        (tmp_path / "searches.yaml").write_text(f"searches:\n  - {own}\n")
        assert "Pandas everywhere" in client.get("/searches").text
        assert client.get("/searches/pandas").status_code == 200


def test_the_outbox_shows_what_a_reader_got(room: httpx.Client) -> None:
    assert "desk@newsroom.example" in room.get("/outbox").text
    assert "Canola talks open" in room.get("/outbox/canola:s1:new").text


def test_the_quarantine_says_why(room: httpx.Client) -> None:
    assert "no text was found" in room.get("/quarantine").text


def test_every_word_of_the_interface_is_there_in_every_language() -> None:
    for key, texts in word_list().items():
        assert set(texts) == set(interface_languages()), key
        for text in texts.values():
            assert text
            for form in text.values() if isinstance(text, dict) else [text]:
                assert set(re.findall(r"{\w+}", form)) == fields_of(texts["en"]), key


def fields_of(text: object) -> set[str]:
    """Return the fields that a word fills in."""
    return set(re.findall(r"{\w+}", str(text)))


def test_the_id_of_an_article_leads_to_its_story(room: httpx.Client) -> None:
    answer = room.get(f"/story/{ident(2)}")

    assert answer.status_code == 302
    assert answer.headers["location"] == "/story/s1"


@pytest.mark.parametrize(
    "path",
    [
        "/story/none",
        "/article/none",
        "/nowhere",
        "/story/s1/compare/none",
        "/story/s1%2F..%2F..",
        "/static/../page.py",
    ],
)
def test_what_does_not_exist_says_so(room: httpx.Client, path: str) -> None:
    answer = room.get(path)

    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_pages_speak_the_language_of_the_browser_or_the_one_chosen(room: httpx.Client) -> None:
    assert "<h1>今日</h1>" in room.get("/", headers={"accept-language": "zh-CN,zh;q=0.9"}).text
    chosen = room.get("/language/fr", params={"back": "/search?q=canola"})

    assert chosen.headers["location"] == "/search?q=canola"
    room.cookies.update(chosen.cookies)
    assert "<h1>Aujourd’hui</h1>" in room.get("/").text
    room.cookies.clear()


def test_an_empty_room_says_what_to_do(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        assert "maplewire run" in text_of(client.get("/"))
        assert client.get("/search", params={"q": "canola"}).status_code == 200


def test_an_index_that_is_no_index_says_what_to_do(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        for path in tmp_path.glob("index.sqlite*"):
            path.unlink()
        answer = client.get("/search", params={"q": "canola"})

        assert answer.status_code == 503
        assert "maplewire reindex" in answer.text
        assert client.get("/").status_code == 200


def test_what_comes_while_the_room_is_open_is_shown(tmp_path: Path) -> None:
    with an_app(tmp_path) as maplewire, open_room(maplewire) as client:
        assert "Canola talks" not in client.get("/").text
        with an_app(tmp_path) as other:
            fill(other)
        assert "Le canola revient" in client.get("/").text
        assert "2 stories found" in client.get("/search?q=canola").text


@pytest.mark.parametrize("order", ["newest", "oldest", "best", "<b>"])
def test_a_result_is_sorted_as_a_reader_asks(room: httpx.Client, order: str) -> None:
    page = room.get("/search", params={"q": "canola", "sort": order}).text

    assert "/story/s1" in page
    chosen = re.findall(r'<a href="/search\?q=canola([^"]*)" aria-current="true">', page)
    assert chosen == [f"&amp;sort={order}" if order in ("oldest", "best") else ""]


def test_the_plot_goes_by_arrival_or_by_publication(room: httpx.Client) -> None:
    assert "of their arrival" in room.get("/").text
    published = room.get("/", params={"plot": "publication", "since": "3d"}).text
    assert "of their publication" in published
    assert "since=7d&amp;plot=publication" in published
