"""What becomes of the prints of an older ledger, and how prints are packed."""

from __future__ import annotations

import struct
from contextlib import closing
from dataclasses import fields, replace

import pytest
from sqlalchemy import create_engine

from pipelines.adapters.ledger import open_ledger
from pipelines.adapters.ledger.print_codec import pack_print, unpack_print
from pipelines.dedup import print_of
from pipelines.model import TextPrint
from pipelines.stories.corrections import merge
from pipelines.stories.event_links import relate_events
from tests.builders import NOON
from tests.contracts.ledger_values import (
    a_page_placed,
    a_stored,
    a_story,
    engine_of,
    ident,
    take,
    take_story,
)
from tests.contracts.test_ledger_events import a_told, independents

# -- prints -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("field", [f.name for f in fields(TextPrint)])
def test_every_field_of_a_print_survives_packing(field: str) -> None:
    sample = {
        "exact": "fingerprint 指纹",
        "words": 123_456,
        "shingles": (3, 1, 2**32 - 1, 1),
        "quoted": (0, 255, 256, 70_000),
        "numbers": frozenset({7, 2**32 - 1}),
        "names": frozenset({1}),
        "announced": (7, 70_000),
        "facts": b"\0\1\xff" * 1000,
    }
    assert field in sample, f"add a telling value of {field} here"
    other = replace(TextPrint("", (), 0), **{field: sample[field]})
    assert getattr(unpack_print(other.exact, pack_print(other)), field) == sample[field]


def test_print_of_an_earlier_version_is_read_without_the_places_of_its_names() -> None:
    text = TextPrint("e", (3, 1), 4, (0, 1), frozenset({7}), frozenset({1}), (1,))
    hashes = struct.pack("<7I", 3, 1, 0, 1, 7, 1, 1)
    assert unpack_print("e", struct.pack("<BI5I", 1, 4, 2, 2, 1, 1, 1) + hashes) == text


def test_prints_of_an_older_ledger_are_made_again(url: str) -> None:
    """What was stored before hashes were made in another way is still recognised."""
    text = (
        "Canada and China agreed on Monday that canola growers may export again from the first of May,"
        " officials said."
    )
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_page_placed(a_stored(1, body=text), a_story("s1", 1)))
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        for statement in _AS_IT_WAS:
            connection.exec_driver_sql(statement)
    engine.dispose()
    with closing(open_ledger(url)) as ledger, ledger.deciding() as decision:
        assert [m.article_id for m in decision.candidates(print_of("Another title", text))] == [ident(1)]


def test_prints_of_chinese_texts_in_an_older_ledger_get_their_names(url: str) -> None:
    text = "青岛市市长陈国华表示，港口将于三月恢复对加拿大油菜籽的检验。渥太华方面没有回应。"
    named = print_of("青岛港", text)
    older = replace(named, names=frozenset())
    english = a_stored(2, body="Canada and China agreed on Monday.", keys=(1, 2, 3))
    assert named.names
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take(ledger, a_page_placed(a_stored(1, title="青岛港", body=text, text=older), a_story("s1", 1)))
        take(ledger, a_page_placed(english, a_story("s2", 2)))
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        for statement in BEFORE_COLLECTED:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0006'")
    engine.dispose()
    with closing(open_ledger(url)) as ledger:
        first, second = ledger.article(ident(1)), ledger.article(ident(2))
    assert first
    assert second
    assert first.text == named
    assert second.text == english.text


def test_events_that_stories_left_behind_in_an_older_ledger_go_and_the_counts_follow(url: str) -> None:
    chain = {1: ("aa", "bb"), 2: ("aa", "bb", "cc", "dd"), 3: ("cc", "dd", "ee", "ff"), 4: ("ee", "ff")}
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        for number, names in chain.items():
            take_story(ledger, f"s{number}", number)
            relate_events(ledger, a_told(f"s{number}", *names))
        take_story(ledger, "s5", 5)
        relate_events(ledger, a_told("s5", "gg", "hh"))
        joined = a_page_placed(
            a_stored(5, version=2), a_story("s1", 1, 5, independent=3), joined_story_ids=("s5",)
        )
        take(ledger, joined)
        counts = independents(ledger)
        assert (counts["s1"], counts["s3"], counts["s4"]) == (3, 4, 3)
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        # As it was left by a version that deleted stories and nothing else.
        connection.exec_driver_sql("DELETE FROM links WHERE story_id = 's2'")
        connection.exec_driver_sql("DELETE FROM stories WHERE id = 's2'")
        for statement in BEFORE_PUBLISHERS:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0011'")
    engine.dispose()
    with closing(open_ledger(url)) as ledger:
        assert ledger.event_prints("s2") == {}
        assert ledger.related("s1") == []
        assert [(r.story_id, r.through) for r in ledger.related("s4")] == [("s3", None)]
        counts = independents(ledger)
        assert (counts["s1"], counts["s3"], counts["s4"]) == (1, 2, 2)
        # The event of a joined story is kept under its former id, until its new story is looked at.
        assert set(ledger.event_prints("s1")) == {"s1", "s5"}
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        left = connection.exec_driver_sql("SELECT count(*) FROM event_keys WHERE story_id = 's2'")
        assert left.scalar() == 0
    engine.dispose()


#: What takes away again what later versions added: columns, and tables.
BEFORE_LENGTHS = (
    "DROP INDEX ix_accounts_volumes",
    "DROP INDEX ix_accounts_lengths",
    "ALTER TABLE accounts DROP COLUMN length",
)
BEFORE_NAMES = (
    *BEFORE_LENGTHS,
    "DROP INDEX ix_accounts_article_id",
    'ALTER TABLE said DROP COLUMN "by"',
    "ALTER TABLE said DROP COLUMN kind",
    "ALTER TABLE said DROP COLUMN text",
)
BEFORE_SCREEN = (*BEFORE_NAMES, "ALTER TABLE accounts DROP COLUMN screened")
BEFORE_PAUSES = (
    *BEFORE_SCREEN,
    "ALTER TABLE outbox DROP COLUMN notes",
    "DROP TABLE paused_addresses",
)
BEFORE_CARRIED_TEXTS = (*BEFORE_PAUSES, "DROP TABLE carried_texts")
BEFORE_MARKS = (
    *BEFORE_CARRIED_TEXTS,
    "DROP INDEX ix_stories_kept_out",
    "ALTER TABLE stories DROP COLUMN kept_out",
    "DROP TABLE marks",
)
BEFORE_PUBLISHERS = (
    *BEFORE_MARKS,
    "DROP INDEX ix_links_story_id_publisher_id",
    "ALTER TABLE links DROP COLUMN publisher_id",
)
BEFORE_COLLECTED = (
    *BEFORE_PUBLISHERS,
    "DROP TABLE skipped_entries",
    "DROP TABLE page_retries",
    "DROP TABLE listed_entries",
    "DROP TABLE article_addresses",
    "DROP INDEX ix_articles_collected_arrival",
    "ALTER TABLE articles DROP COLUMN collected",
)
_AS_IT_WAS = (
    *BEFORE_COLLECTED,
    "DROP TABLE posting",
    "DROP TABLE prints",
    "DROP TABLE frequent_keys",
    "DROP TABLE furniture",
    "CREATE TABLE prints"
    " (article BIGINT PRIMARY KEY, exact TEXT NOT NULL, form TEXT NOT NULL, packed TEXT NOT NULL)",
    "CREATE INDEX ix_prints_exact ON prints (exact)",
    "CREATE TABLE posting (key BIGINT, article BIGINT, PRIMARY KEY (key, article))",
    "INSERT INTO prints VALUES (1, 'of another time', '{}', '')",
    "UPDATE alembic_version SET version_num = '0004'",
)


def test_a_correction_of_an_earlier_version_is_kept_and_names_nobody(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take_story(ledger, "s1", 1)
        take_story(ledger, "s2", 2)
        merge(ledger, NOON, "s1", "s2", "nadia")
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (*BEFORE_NAMES, "UPDATE alembic_version SET version_num = '0017'"):
            connection.exec_driver_sql(statement)
    engine.dispose()
    with closing(open_ledger(url)) as ledger:
        (correction,) = ledger.corrections()
        assert (correction.together, correction.by) == (True, "")
        assert not ledger.story_words()


def test_lengths_of_texts_that_came_before_are_noted(url: str) -> None:
    with closing(open_ledger(url)) as ledger:
        ledger.start_run(NOON)
        take_story(ledger, "s1", 1, 2)
        before = ledger.text_lengths(["daily"], NOON, 10)
    engine = create_engine(engine_of(url))
    with engine.begin() as connection:
        for statement in (*BEFORE_LENGTHS, "UPDATE alembic_version SET version_num = '0018'"):
            connection.exec_driver_sql(statement)
    engine.dispose()
    with closing(open_ledger(url)) as ledger:
        assert len(before["daily"]) == 2
        assert ledger.text_lengths(["daily"], NOON, 10) == before
