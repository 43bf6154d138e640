"""What `maplewire story` says of a copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.beat.beat import Beat
from pipelines.beat.organisations import organisations_of
from pipelines.beat.outlets import Outlet
from pipelines.cli.render.story import print_story
from pipelines.model import PageText, article_id
from pipelines.revisions import edit_between, same_headline
from pipelines.stories import corrections as correcting
from pipelines.stories.pickup_delay import delay_s
from pipelines.stories.view import compare_copies, read_story, sentences_by_change
from tests.builders import NOON, a_stamp
from tests.contracts.ledger_values import a_stored
from tests.pipelines.world import LATE, RELEASE, World, a_page

ORIGINAL = (
    "The ministers met on Monday in the port. They signed two papers on grain. A third was put off until May."
)


def test_copy_says_what_it_kept_left_out_and_added() -> None:
    copy = (
        "The ministers met on Monday in the port. A third was put off until June. Growers here are not "
        "amused at all."
    )
    told = sentences_by_change(edit_between(PageText("A", ORIGINAL), PageText("B", copy)))
    assert told == {
        "kept": ["The ministers met on Monday in the port."],
        "reworded": ["A third was put off until June."],
        "dropped": ["They signed two papers on grain."],
        "added": ["Growers here are not amused at all."],
    }


def test_delay_is_told_only_where_both_pages_name_the_hour() -> None:
    first = a_stored(1, published=a_stamp(NOON))
    late = a_stored(2, published=a_stamp(NOON + timedelta(minutes=24)))
    day = a_stored(3, published=a_stamp(NOON, precision="day"))
    assert delay_s(late, first) == 24 * 60
    assert delay_s(day, first) is delay_s(first, first) is delay_s(late, None) is None


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Ottawa opens a port", "OTTAWA OPENS A PORT", True),
        ("Ottawa opens a port", "Updated: Ottawa opens a port | The Gazette", True),
        ("Ottawa opens a port", "A port for everybody", False),
    ],
)
def test_headline_is_another_only_by_its_words(a: str, b: str, same: bool) -> None:
    assert same_headline(a, b) is same


SUBSCRIBE = "The Courier comes to your door."


def shown(beat: Beat, home: Path, capsys: pytest.CaptureFixture[str], *, passages: bool) -> str:
    """Return what is printed of a story with a whole copy under another headline, and with a reworded one."""
    world = World(beat, home)
    for n in range(3):
        world.process(
            a_page(
                f"x{n}",
                f"Beans {n}",
                [f"Bean number {n} grows well this year, as all beans do that somebody waters."] * 3
                + [SUBSCRIBE],
                source="courier",
            )
        )
    first = a_page("a", "Canada and China agree on canola", RELEASE, source="wire")
    world.process(first)
    world.process(a_page("b", "A better day than feared", [*RELEASE, SUBSCRIBE], source="courier", hours=1))
    reworded = [*RELEASE[:2], RELEASE[2].replace("two ", "three "), *RELEASE[3:]]
    world.process(a_page("c", "Canada and China agree on canola", reworded, hours=2))
    story = world.ledger.story(f"s{article_id('https://wire.example/a')}")
    assert story
    print_story(world.ledger, story, as_json=False, passages=passages)
    return capsys.readouterr().out


def test_whole_copy_is_one_line_and_what_its_site_prints_is_not_its_own(
    beat: Beat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = shown(beat, tmp_path, capsys, passages=True)
    assert "word for word" in told
    assert SUBSCRIBE[:20] not in told
    assert "rewords 1 sentence" in told
    assert "[-two" in told
    assert "0 sentences" not in told


def test_story_says_what_is_retitled_what_was_kept_apart_and_where_to_look_on(
    beat: Beat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = shown(beat, tmp_path, capsys, passages=False)
    assert "verbatim, retitled" in told
    assert told.count("retitled") == 1
    assert "Wire itself: its page names nobody else" in told
    assert "kept apart: no other story shares more" in told
    assert "--passages" in told
    assert "the longest passage reads: “" in told


def test_delay_that_no_page_tells_is_not_known(
    beat: Beat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(beat, tmp_path)
    world.process(a_page("a", "Canada and China agree on canola", RELEASE, source="wire"))
    page = a_page("b", "Canada and China agree on canola", RELEASE, source="courier")
    world.process(replace(page, entry=replace(page.entry, published=None)))  # type: ignore[type-var]
    story = world.ledger.story(f"s{article_id('https://wire.example/a')}")
    assert story
    print_story(world.ledger, story, as_json=False)
    assert "\tnot known\t" in capsys.readouterr().out
    assert compare_copies(world.ledger, read_story(world.ledger, story))


def test_copy_of_an_original_that_was_changed_since_is_held_beside_what_stood_then(
    beat: Beat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(beat, tmp_path)
    first = a_page("a", "Canada and China agree on canola", RELEASE, source="wire")
    world.process(first, a_page("b", "Canada and China agree on canola", RELEASE, source="courier", hours=1))
    more = [
        *RELEASE[:2],
        RELEASE[2].replace("two ", "three "),
        *RELEASE[3:],
        "Growers in Rosetown had asked for it since spring.",
    ]
    edited = a_page("a", "Canada and China agree on canola", more, source="wire")
    world.process(replace(edited, fetched_at=NOON + timedelta(hours=6)))
    story = world.ledger.story(f"s{article_id('https://wire.example/a')}")
    assert story
    print_story(world.ledger, story, as_json=False, passages=True)
    told = capsys.readouterr().out
    assert "measured on the original as it is now, version 2" in told
    assert (
        "Courier, compared with the original as it was then\n  keeps all 5 sentences, word for word" in told
    )


def test_earlier_state_of_an_original_is_read_with_the_agencies_of_the_beat(
    beat: Beat, tmp_path: Path
) -> None:
    harbin = Outlet(name="Radio Harbin", kind="agency")
    world = World(replace(beat, outlets=(harbin,)), tmp_path)
    credited = [*RELEASE, "Source: Radio Harbin"]
    first = a_page("a", "Canada and China agree on canola", credited, source="wire")
    world.process(first, a_page("b", "Canada and China agree on canola", RELEASE, source="courier", hours=1))
    more = [*RELEASE, "Growers in Rosetown had asked for it since spring.", "Source: Radio Harbin"]
    edited = a_page("a", "Canada and China agree on canola", more, source="wire")
    world.process(replace(edited, fetched_at=NOON + timedelta(hours=6)))
    story = world.ledger.story(f"s{article_id('https://wire.example/a')}")
    assert story
    view = read_story(world.ledger, story, organisations_of((harbin,)))
    (edit,) = compare_copies(world.ledger, view).values()
    assert {passage.how for passage in edit.passages} == {"kept"}
    (unread,) = compare_copies(world.ledger, read_story(world.ledger, story)).values()
    assert {passage.how for passage in unread.passages} != {"kept"}


def test_paid_text_without_a_writer_is_not_said_to_be_the_outlets_own(
    beat: Beat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(beat, tmp_path)
    world.process(a_page("a", "Canada and China agree on canola", RELEASE, source="daily"))
    story = world.ledger.story(f"s{article_id('https://daily.example/a')}")
    assert story
    print_story(world.ledger, replace(story, carrier="CNW", kind="paid_release"), as_json=False)
    assert "origin   not known: no page names who wrote it" in capsys.readouterr().out


def test_copy_that_a_person_put_into_a_story_says_so_and_how_to_take_it_back(
    beat: Beat, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(beat, tmp_path)
    world.process(
        a_page("a", "Canada and China agree on canola", RELEASE),
        a_page("b", "Customs letter surfaces", LATE, source="wire"),
    )
    one, other = (f"s{article_id(f'https://{at}')}" for at in ("daily.example/a", "wire.example/b"))
    correcting.merge(world.ledger, NOON, one, other)
    story = world.ledger.story(one)
    assert story
    print_story(world.ledger, story, as_json=False)
    assert (
        "Wire: put into this story by a person: correction 1 (maplewire story undo 1)"
        in capsys.readouterr().out
    )
