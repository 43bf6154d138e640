"""A person corrects stories on pages, and takes it back."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest

from pipelines.bootstrap import App
from pipelines.model import Answer, EventPrint, PausedAddress, Quarantined, Relation, WordKind
from pipelines.stages.locks import lock_runs
from pipelines.stories.event_links import relate_events
from pipelines.web.accounts import machine_user
from tests.builders import NOON
from tests.contracts.ledger_values import a_page_placed, a_stored, a_story, ident, page, take
from tests.pipelines.web.room_server import send, write_batch


def test_two_stories_are_joined_and_set_apart_again(room: httpx.Client, maplewire: App) -> None:
    answer = send(room, "/story/s1/merge", other="http://127.0.0.1/story/s4?done=x")

    assert answer.headers["location"] == "/story/s1?done=merged"
    assert "The two are one story now." in room.get(answer.headers["location"]).text
    assert room.get("/story/s4").headers["location"] == "/story/s1"
    (correction,) = maplewire.ledger.corrections()
    assert f"/words/{correction.number}/undo" in room.get("/words").text

    answer = send(room, f"/words/{correction.number}/undo")

    assert answer.headers["location"] == "/words?done=undone"
    assert not maplewire.ledger.corrections()


def test_articles_are_moved_into_a_story_of_their_own(room: httpx.Client, maplewire: App) -> None:
    answer = send(room, "/story/s1/split", article=[ident(2), ident(3)])

    new = answer.headers["location"].removeprefix("/story/").removesuffix("?done=split")
    story = maplewire.ledger.story(new)
    assert story is not None
    assert {link.article_id for link in story.links} == {ident(2), ident(3)}


@pytest.mark.parametrize("articles", [[], [ident(1), ident(2), ident(3)], [ident(4)], ["../x"]])
def test_a_split_that_cannot_be_says_why(room: httpx.Client, articles: list[str]) -> None:
    answer = send(room, "/story/s1/split", article=articles)

    assert answer.status_code == 400
    assert "article" in answer.text


def test_a_mark_has_a_name_and_a_reason_and_leaves_the_search(room: httpx.Client, maplewire: App) -> None:
    answer = send(room, f"/article/{ident(4)}/mark", label="off-beat", note="a recipe")

    assert answer.status_code == 303
    (mark,) = maplewire.ledger.marks()
    assert (mark.by, mark.note) == (machine_user(), "a recipe")
    headline = "Le <mark>canola</mark> revient"
    assert headline not in room.get("/search", params={"q": "canola"}).text

    send(room, f"/article/{ident(4)}/mark", label="undo")

    assert not maplewire.ledger.marks()
    assert headline in room.get("/search", params={"q": "canola"}).text


def test_a_mark_stands_on_its_page_and_is_taken_back_from_the_list(room: httpx.Client) -> None:
    path = f"/article/{ident(1)}"
    assert 'value="undo"' not in room.get(path).text
    send(room, f"{path}/mark", label="off-beat", note="only rumours")

    assert "only rumours" in room.get(path).text
    assert f'action="{path}/mark"' in room.get("/words").text
    assert send(room, f"{path}/mark", label="undo").status_code == 303
    assert "only rumours" not in room.get(path).text
    assert 'value="undo"' not in room.get("/words").text


def test_the_first_page_follows_a_word_at_once(room: httpx.Client, maplewire: App) -> None:
    assert 'href="/story/s4"' in room.get("/").text
    send(room, "/story/s1/merge", other="s4")
    assert 'href="/story/s4"' not in room.get("/").text
    answer = send(room, "/story/s1/split", article=ident(4))
    new_story = answer.headers["location"].partition("?")[0]
    assert f'href="{new_story}"' in room.get("/").text
    send(room, f"/article/{ident(4)}/mark", label="off-beat")
    assert f'href="{new_story}"' not in room.get("/").text


def test_a_label_that_does_not_exist_does_nothing(room: httpx.Client, maplewire: App) -> None:
    assert send(room, f"/article/{ident(4)}/mark", label="<b>great</b>").status_code == 400
    assert not maplewire.ledger.marks()


def test_while_a_run_is_at_work_a_word_waits(room: httpx.Client, maplewire: App) -> None:
    with lock_runs(maplewire.settings.home):
        answer = send(room, "/story/s1/merge", other="s4")

    assert answer.status_code == 503
    assert "wait for it to end" in answer.text
    assert not maplewire.ledger.corrections()


def test_a_form_without_its_token_changes_nothing(room: httpx.Client, maplewire: App) -> None:
    assert room.post("/story/s1/merge", data={"other": "s4"}).status_code == 403
    assert not maplewire.ledger.corrections()


def test_a_mail_is_sent_again_to_who_did_not_get_it(room: httpx.Client, maplewire: App) -> None:
    maplewire.ledger.mark_mail_failed("canola:s1:new", "no such box", None)

    answer = send(room, "/outbox/canola:s1:new/resend")

    assert answer.headers["location"] == "/outbox?done=ordered"
    mail = maplewire.ledger.mail("canola:s1:new")
    assert mail is not None
    assert mail.state == "due"
    assert machine_user() in mail.notes[-1].text
    assert machine_user() in room.get("/outbox/canola:s1:new").text


def test_an_address_that_was_put_aside_gets_mail_again(room: httpx.Client, maplewire: App) -> None:
    paused = PausedAddress("desk@newsroom.example", NOON, "no such box <b>here</b>")
    maplewire.ledger.pause_address(paused)
    page = room.get("/outbox").text
    assert "no such box &lt;b&gt;here&lt;/b&gt;" in page

    assert send(room, "/outbox/resume", address="desk@newsroom.example").status_code == 303
    assert not maplewire.ledger.paused_addresses()
    assert send(room, "/outbox/resume", address="nobody@x.example").status_code == 400


def test_a_mail_is_sent_again_to_one_reader_and_to_no_stranger(room: httpx.Client, maplewire: App) -> None:
    key = "canola:s1:new"
    answer = Answer("sent", "250 ok", NOON)
    maplewire.ledger.mark_answers(key, {"desk@newsroom.example": answer}, NOON, NOON)
    page = room.get(f"/outbox/{key}").text
    assert page.count(f'action="/outbox/{quote(key)}/resend"') == 1

    assert send(room, f"/outbox/{key}/resend", address="evil@x.example").status_code == 400
    assert send(room, f"/outbox/{key}/resend").status_code == 400
    assert send(room, f"/outbox/{key}/resend", address="desk@newsroom.example").status_code == 303

    mail = maplewire.ledger.mail(key)
    assert mail is not None
    assert mail.owed == ("desk@newsroom.example",)


def test_a_mail_that_is_none_is_not_sent(room: httpx.Client) -> None:
    assert send(room, "/outbox/nothing/resend").status_code == 400


def look_at_events(maplewire: App) -> None:
    for story_id in ("s1", "s4"):
        relate_events(maplewire.ledger, EventPrint(story_id, NOON, "en", {}))


def test_two_stories_are_linked_and_unlinked_as_reports_of_events(room: httpx.Client, maplewire: App) -> None:
    look_at_events(maplewire)

    answer = send(room, "/story/s1/link", other="http://127.0.0.1/story/s4#told")

    assert answer.headers["location"] == "/story/s1?done=linked"
    assert "The two report one event now." in room.get(answer.headers["location"]).text
    assert [one.story_id for one in maplewire.ledger.related("s4")] == ["s1"]
    for path in ("/story/s1", "/story/s1/event"):
        shown = room.get(path).text
        assert 'action="/story/s1/unlink"' in shown
        assert 'name="other" value="s4"' in shown

    answer = send(room, "/story/s1/unlink", other="s4")

    assert answer.headers["location"] == "/story/s1?done=unlinked"
    assert not maplewire.ledger.related("s1")


@pytest.mark.parametrize("other", ["", "s1", "none", "../s4", "<b>s4</b>", "http://[x/story/"])
def test_a_link_that_cannot_be_says_why(room: httpx.Client, maplewire: App, other: str) -> None:
    look_at_events(maplewire)

    answer = send(room, "/story/s1/link", other=other)

    assert answer.status_code == 400
    assert not maplewire.ledger.related("s1")


def test_a_page_of_the_quarantine_is_processed_again(room: httpx.Client, maplewire: App) -> None:
    write_batch(maplewire)
    maplewire.ledger.keep_aside([Quarantined(0, "daily", page(2), "extract", "a bug", NOON, "b", 2)])
    gone, kept = maplewire.ledger.quarantined()

    answer = send(room, "/quarantine/replay", page=[gone.id, kept.id])

    assert answer.headers["location"] == "/quarantine?replayed=1&left=1"
    assert kept.id not in {one.id for one in maplewire.ledger.quarantined()}
    shown = room.get(answer.headers["location"]).text
    assert "1 page was processed again." in shown
    assert "mails leave with the next run" in shown
    assert "their batch is gone" in shown


@pytest.mark.parametrize("pages", [[], ["x"], ["-1"], ["9" * 40], ["²"]])
def test_what_is_no_page_of_the_quarantine_is_refused(room: httpx.Client, pages: list[str]) -> None:
    assert send(room, "/quarantine/replay", page=pages).status_code == 400


def test_a_word_on_events_has_a_number_and_a_name_and_is_taken_back(
    room: httpx.Client, maplewire: App
) -> None:
    look_at_events(maplewire)
    send(room, "/story/s1/link", other="s4")
    (word,) = maplewire.ledger.story_words()
    assert (word.kind, word.by) == (WordKind.LINKED, machine_user())
    shown = room.get("/words").text
    assert f'action="/words/{word.number}/undo"' in shown
    assert machine_user() in shown

    assert send(room, f"/words/{word.number}/undo").headers["location"] == "/words?done=undone"

    assert not maplewire.ledger.related("s1")
    assert not maplewire.ledger.story_words()


def test_a_correction_names_who_made_it(room: httpx.Client, maplewire: App) -> None:
    send(room, "/story/s1/merge", other="s4")

    assert maplewire.ledger.corrections()[0].by == machine_user()
    assert f"{machine_user()} joined" in room.get("/story/s1").text


@pytest.mark.parametrize(
    ("kind", "text"), [("note", "Ask the ministry.\nThen call."), ("tag", "follow up"), ("star", "")]
)
def test_a_remark_is_shown_with_its_name_and_taken_back(
    room: httpx.Client, maplewire: App, kind: str, text: str
) -> None:
    before = maplewire.ledger.history("s1")
    for _ in range(2):
        answer = send(room, "/story/s1/remark", kind=kind, text=text)
        assert answer.headers["location"] == "/story/s1?done=marked"

    (word,) = maplewire.ledger.story_words()
    assert (word.text, word.by) == (text, machine_user())
    for path in ("/story/s1", "/words"):
        shown = room.get(path).text
        assert text in shown
        assert f'action="/words/{word.number}/undo"' in shown
    # A remark is for readers: no mail hears of it.
    assert maplewire.ledger.history("s1") == before

    answer = send(room, f"/words/{word.number}/undo", story="s1")
    assert answer.headers["location"] == "/story/s1?done=undone"
    assert not maplewire.ledger.story_words()
    assert maplewire.ledger.story_words(include_undone=True)[0].undone is not None


@pytest.mark.parametrize(
    ("kind", "text"),
    [("note", " "), ("tag", ""), ("tag", "x" * 41), ("note", "x" * 2001), ("linked", "s4"), ("<b>", "x")],
)
def test_a_remark_that_cannot_be_says_why(room: httpx.Client, maplewire: App, kind: str, text: str) -> None:
    answer = send(room, "/story/s1/remark", kind=kind, text=text)

    assert answer.status_code == 400
    assert "<b>" not in answer.text
    assert not maplewire.ledger.story_words(include_undone=True)


def test_a_remark_follows_a_story_that_is_joined_and_is_escaped(room: httpx.Client, maplewire: App) -> None:
    send(room, "/story/s4/remark", kind="note", text="<script>x</script>")
    send(room, "/story/s1/merge", other="s4")

    shown = room.get("/story/s1").text
    assert "&lt;script&gt;x&lt;/script&gt;" in shown
    assert "<script>x" not in shown + room.get("/words").text


@pytest.mark.parametrize("story", ["//evil.example", "/\\evil.example", "https://evil.example/", "s1?x"])
def test_a_word_taken_back_leads_to_no_other_site(room: httpx.Client, maplewire: App, story: str) -> None:
    send(room, "/story/s1/remark", kind="star")
    (word,) = maplewire.ledger.story_words()

    answer = send(room, f"/words/{word.number}/undo", story=story)

    assert answer.headers["location"].startswith("/story/")


@pytest.mark.parametrize(
    ("kind", "shown"),
    [("report", "2 independent reports · 0 copies"), ("paid_release", "1 report · 0 copies")],
)
def test_a_report_that_a_person_joined_counts_as_one_of_its_own(
    room: httpx.Client, maplewire: App, kind: str, shown: str
) -> None:
    links = a_story("s8", 8, 9).links
    joined = replace(links[1], relation=Relation.REPORT)
    for number in (8, 9):
        stored = a_stored(number, title=f"Report {number}")
        story = a_story("s8", *range(8, number + 1), kind=kind, links=(links[0], joined)[: number - 7])
        take(maplewire.ledger, a_page_placed(stored, story))

    assert shown in room.get("/story/s8").text


def test_a_tag_is_found_at_once_wherever_queries_are_read(room: httpx.Client, maplewire: App) -> None:
    send(room, "/story/s1/remark", kind="tag", text='The "budget"')
    send(room, "/story/s4/remark", kind="star")
    leads_to = re.search(r'<a href="(/search\?q=tag[^"]+)"', room.get("/story/s1").text)
    assert leads_to is not None
    found = room.get(leads_to[1]).text
    assert "/story/s1" in found
    assert "/story/s4" not in found
    for path in ("/search", "/search.atom", "/search.json", "/api/v1/stories", "/export"):
        answer = room.get(path, params={"q": f"star:{machine_user()} canola", "format": "jsonl"})
        assert "s4" in answer.text, path
        assert "s1" not in answer.text.replace("us1", ""), path
    trial = room.get("/searches/try", params={"q": "tag:*"})
    assert trial.status_code == 404
    assert "later" in trial.text


@pytest.mark.parametrize(
    ("path", "fields", "page_named"),
    [
        ("/story/s1/merge", {"other": "nobody"}, "“Search” shows the newest"),
        ("/story/s1/split", {"article": ident(4)}, "“Search” shows them"),
        ("/words/99/undo", {}, "“What people said” shows them"),
        (f"/article/{ident(4)}/mark", {"label": "undo"}, "“What people said” shows all of them"),
        ("/outbox/nothing/resend", {}, "“Outbox” shows their keys"),
    ],
)
def test_a_reader_is_told_of_pages_and_not_of_commands(
    room: httpx.Client, path: str, fields: dict[str, str], page_named: str
) -> None:
    answer = send(room, path, **fields)
    assert answer.status_code == 400
    assert page_named in answer.text
    assert "maplewire " not in answer.text
