"""A person's word goes before what the texts say, for ever, and can be taken back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from crawlers.errors import PermanentError
from pipelines.beat.beat import Beat
from pipelines.cli.render.story import print_story
from pipelines.model import Outcome, Relation, StoryChange, article_id
from pipelines.stories import corrections as correcting
from pipelines.stories.text_file import cluster_lines
from tests.builders import NOON
from tests.pipelines.world import LATE, RELEASE, World, a_page

TITLE = "Beijing and Ottawa open a new chapter"
WIRE, COPY, THIRD, OTHER = (
    article_id(f"https://{place}")
    for place in ("wire.example/a", "courier.example/b", "daily.example/c", "daily.example/o")
)
ONE, TWO = f"s{WIRE}", f"s{OTHER}"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def world(beat: Beat, tmp_path: Path) -> World:
    """A release with one copy, and another report."""
    world = World(beat, tmp_path)
    world.process(
        a_page("a", TITLE, RELEASE, source="wire"),
        a_page("b", TITLE, RELEASE, source="courier", hours=1),
        a_page("o", "Customs letter surfaces in Vancouver", LATE, hours=2),
    )
    assert homes(world) == [ONE, ONE, TWO]
    return world


def homes(world: World, *ids: str) -> list[str | None]:
    found: list[str | None] = []
    for wanted in ids or (WIRE, COPY, OTHER):
        stored = world.ledger.article(wanted)
        found.append(stored.story_id if stored else None)
    return found


def words(world: World) -> list[tuple[frozenset[str], bool]]:
    return [(frozenset((w.a, w.b)), w.together) for w in world.ledger.corrections()]


def test_merged_stories_are_one_and_later_copies_of_either_join_it(world: World) -> None:
    assert correcting.merge(world.ledger, NOON, ONE, TWO) == ONE
    assert homes(world) == [ONE, ONE, ONE]
    assert words(world) == [(frozenset((WIRE, OTHER)), True)]
    late_copy = a_page("l", "Customs letter surfaces in Vancouver", LATE, source="courier", hours=3)
    assert world.process(late_copy) == {Outcome.COPY: 1}
    assert homes(world, article_id("https://courier.example/l")) == [ONE]
    assert [line.turn for line in world.ledger.history(TWO)] == [StoryChange.WORD]


def test_a_merged_report_is_said_to_be_there_by_a_person_and_counts_as_no_copy(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    correcting.merge(world.ledger, NOON, ONE, TWO)
    world.process(a_page("c", TITLE, RELEASE, hours=4))
    story = world.ledger.story(ONE)
    assert story is not None
    relations = {link.article_id: link.relation for link in story.links}
    assert relations[OTHER] is Relation.REPORT
    assert story.copies == 2
    print_story(world.ledger, story, as_json=False)
    shown = capsys.readouterr().out
    (row,) = [line for line in shown.splitlines() if "/o" in line and "\t" in line]
    assert "by a person" in row
    assert "%" not in row
    assert "embedded" not in shown


def test_split_article_stays_apart_and_a_new_copy_joins_one_of_the_two(world: World) -> None:
    made = correcting.split(world.ledger, NOON, ONE, [COPY])
    assert homes(world) == [ONE, made, TWO]
    assert made == f"s{COPY}"
    assert words(world) == [(frozenset((WIRE, COPY)), False)]
    assert world.process(a_page("c", TITLE, RELEASE, hours=2)) == {Outcome.COPY: 1}
    (home,) = homes(world, THIRD)
    assert home in (ONE, made)
    assert homes(world) == [ONE, made, TWO]


def test_article_that_was_split_off_stays_apart_when_its_page_changes(world: World) -> None:
    made = correcting.split(world.ledger, NOON, ONE, [COPY])
    edited = [*RELEASE[:-1], "Farm groups in Saskatchewan called the day better than feared."]
    world.process(a_page("b", TITLE, edited, source="courier", hours=1))
    assert homes(world) == [ONE, made, TWO]


def test_taking_back_a_merge_lets_the_texts_decide_again(world: World) -> None:
    correcting.merge(world.ledger, NOON, ONE, TWO)
    (word,) = world.ledger.corrections()
    assert set(correcting.undo(world.ledger, LATER, word.number)) == {ONE, TWO}
    assert homes(world) == [ONE, ONE, TWO]
    assert words(world) == []
    assert world.ledger.corrections(include_undone=True)[0].undone == LATER


def test_taking_back_a_split_lets_the_texts_decide_again(world: World) -> None:
    correcting.split(world.ledger, NOON, ONE, [WIRE])
    assert homes(world)[0] == f"{ONE}-2"
    correcting.undo(world.ledger, LATER, world.ledger.corrections()[0].number)
    assert len(set(homes(world)[:2])) == 1
    assert homes(world)[2] == TWO


def test_newer_word_takes_back_the_older_one(world: World) -> None:
    made = correcting.split(world.ledger, NOON, ONE, [COPY])
    correcting.merge(world.ledger, LATER, ONE, made)
    assert words(world) == [(frozenset((WIRE, COPY)), True)]
    assert len(set(homes(world)[:2])) == 1


def test_index_documents_follow_a_word(world: World) -> None:
    seq = max(change.seq for change in world.ledger.changes_since(0))
    correcting.merge(world.ledger, NOON, ONE, TWO)
    changes = world.ledger.changes_since(seq)
    assert {c.document.story_id for c in changes if c.document} == {ONE}
    assert OTHER in {c.article_id for c in changes}


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda ledger: correcting.merge(ledger, NOON, ONE, ONE), "one story already"),
        (lambda ledger: correcting.merge(ledger, NOON, ONE, "nothing"), "no story"),
        (lambda ledger: correcting.split(ledger, NOON, ONE, [OTHER]), "is not an article of"),
        (lambda ledger: correcting.split(ledger, NOON, ONE, [WIRE, COPY]), "one has to remain"),
        (lambda ledger: correcting.undo(ledger, NOON, 7), "there is no word 7"),
    ],
)
def test_impossible_word_is_explained_and_changes_nothing(world: World, act: object, says: str) -> None:
    with pytest.raises(PermanentError, match=says):
        act(world.ledger)  # type: ignore[operator]
    assert homes(world) == [ONE, ONE, TWO]
    assert not world.ledger.corrections(include_undone=True)


def test_words_are_exported_as_pairs_that_a_scorer_reads(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from pipelines.cli.render.corrections import print_corrections

    correcting.split(world.ledger, NOON, ONE, [COPY])
    correcting.merge(world.ledger, LATER, ONE, TWO)
    capsys.readouterr()
    print_corrections(world.ledger, as_json=True)
    pairs = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [pair["together"] for pair in pairs] == [False, True]
    documents = {}
    for pair in pairs:
        for document in (pair["a"], pair["b"]):
            documents[document["id"]] = document
    clusters = {row["id"]: row["cluster"] for row in cluster_lines(list(documents.values()))}
    wrong = [
        pair for pair in pairs if (clusters[pair["a"]["id"]] == clusters[pair["b"]["id"]]) != pair["together"]
    ]
    assert wrong == pairs, "what a person corrects is what the texts alone get wrong"
