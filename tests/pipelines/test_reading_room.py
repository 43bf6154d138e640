"""Where readers find the pages of the reading room."""

from __future__ import annotations

import pytest

from crawlers.errors import CatalogueError
from pipelines.config import read_settings
from pipelines.model.reading_room import ReadingRoom, article_path, search_path, story_path


def test_a_mail_finds_the_page_of_a_story() -> None:
    room = ReadingRoom("https://news.example.org/maple")

    assert room.story("s1a2") == "https://news.example.org/maple/story/s1a2"
    assert room.article("a1", 2) == "https://news.example.org/maple/article/a1?version=2"
    assert room.search('"战略" lang:fr') == (
        "https://news.example.org/maple/search?q=%22%E6%88%98%E7%95%A5%22+lang%3Afr"
    )


def test_nothing_in_an_id_leaves_its_part_of_the_path() -> None:
    assert story_path("../outbox?x#y") == "/story/..%2Foutbox%3Fx%23y"
    assert article_path("a/b") == "/article/a%2Fb"
    assert search_path("a&b=c") == "/search?q=a%26b%3Dc"


def test_a_slash_at_the_end_of_the_address_is_not_doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAPLEWIRE_WEB_URL", "https://news.example.org/maple/")

    room = read_settings().reading_room

    assert room is not None
    assert room.story("s1") == "https://news.example.org/maple/story/s1"


def test_without_an_address_there_is_no_reading_room_to_link_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MAPLEWIRE_WEB_URL", raising=False)

    assert read_settings().reading_room is None


@pytest.mark.parametrize(
    "address",
    [
        "news.example.org",
        "ftp://news.example.org",
        "javascript:alert(1)",
        "https://",
        "https://desk:secret@news.example.org",
        "https://news.example.org/?q=1",
        "https://news.example.org/#top",
        "https://news.example.org:port",
        "https://news .example.org",
        'https://news.example.org/"onload',
    ],
)
def test_a_wrong_address_says_what_to_write(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("MAPLEWIRE_WEB_URL", address)

    with pytest.raises(CatalogueError, match=r"MAPLEWIRE_WEB_URL: write where readers open") as error:
        read_settings()

    assert "secret" not in str(error.value)
