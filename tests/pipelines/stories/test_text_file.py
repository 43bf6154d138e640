"""Lines of a file become stories by the pipeline's own rules.

What is wrong with a line is said with its number.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from crawlers.errors import PermanentError
from pipelines.beat.organisations import organisations_of
from pipelines.beat.outlets import Outlet
from pipelines.stories.text_file import EventWords, cluster_lines, members_of
from tests.pipelines.dedup.newsroom import text_of
from tests.pipelines.dedup.texts import PAID, PRESS, XINHUA, XINHUA_HANT
from tests.usual_beat import usual_beat


def line(id: Any, body: str, **fields: Any) -> dict[str, Any]:  # noqa: A002
    return {"id": id, "title": f"Title {id}", "body": body} | fields


LINES = [
    line("whole", text_of(*PRESS), source="star", published="2026-01-16T14:00:00Z"),
    line("short", text_of(*PRESS[:3]), source="herald", published="2026-01-16T15:00:00+00:00"),
    line("hans", text_of(*XINHUA), source="net", published="2026-01-16T20:00:00+08:00"),
    line("hant", text_of(*XINHUA_HANT), source="gang", published="2026-01-17"),
    line("paid", text_of(*PAID)),
]


def test_lines_of_one_event_are_related_with_their_reasons_and_a_copy_as_its_original() -> None:
    beat = usual_beat()
    words = EventWords(beat.terms, beat.event_rules)
    expulse = "Ottawa expulse un consul chinois à Calgary"
    expelled = {"title": "Ottawa expels Chinese consul in Calgary", "body": f"He has five days. {PRESS[0]}"}
    lines = [
        {"id": "en", "published": "2026-01-16"} | expelled,
        {"id": "copy", "published": "2026-01-17"} | expelled,
        line("fr", "Il a cinq jours.", title=expulse, published="2026-01-17"),
        line("late", "Il part.", title=expulse, published="2026-02-17"),
        line("undated", "Il pleut.", title=expulse, lang="fr"),
    ]
    told = {row["id"]: row for row in cluster_lines(lines, words)}
    assert told["en"]["cluster"] == told["copy"]["cluster"]
    for article_id in ("en", "copy"):
        (related,) = told[article_id]["related"]
        assert related["id"] == "fr"
        assert related["cluster"] == told["fr"]["cluster"]
        assert related["score"] > 0
        assert any(why.startswith("what happened: expulsion") for why in related["why"])
    assert [related["id"] for related in told["fr"]["related"]] == ["en"]
    assert told["undated"]["related"] == []
    assert all(row["related"] == [] for row in cluster_lines(lines))


def test_every_line_is_told_with_its_story_and_reasons() -> None:
    told = list(cluster_lines(LINES))
    assert [row["id"] for row in told] == ["whole", "short", "hans", "hant", "paid"]
    assert [row["relation"] for row in told] == ["original", "shortened", "original", "verbatim", "original"]
    assert [row["of"] for row in told] == [None, "whole", None, "hans", None]
    assert all(row["why"] for row in told)
    assert len({row["cluster"] for row in told}) == 3


def test_order_of_lines_changes_neither_stories_nor_originals() -> None:
    def found(lines: Any) -> set[tuple[frozenset[str], str]]:
        told = list(cluster_lines(lines))
        groups = {
            row["cluster"]: frozenset(r["id"] for r in told if r["cluster"] == row["cluster"]) for row in told
        }
        return {(groups[row["cluster"]], row["id"]) for row in told if row["of"] is None}

    assert {frozenset(found(order)) for order in permutations(LINES)} == {frozenset(found(LINES))}


def test_undated_text_is_no_original_of_a_dated_one() -> None:
    told = list(
        cluster_lines(
            [line("undated", text_of(*PRESS)), line("dated", text_of(*PRESS), published="2026-01-16")]
        )
    )
    assert [row["of"] for row in told] == ["dated", None]


def test_first_of_undated_lines_is_the_original() -> None:
    assert [row["of"] for row in cluster_lines([line("b", text_of(*PRESS)), line("a", text_of(*PRESS))])] == [
        None,
        "b",
    ]


def test_numbers_are_ids_and_missing_fields_are_empty() -> None:
    told = list(
        cluster_lines(
            [{"id": 7, "body": text_of(*PRESS)}, {"id": 0, "title": "A title alone", "url": "http://["}]
        )
    )
    assert [row["id"] for row in told] == ["7", "0"]


def test_paragraphs_that_a_source_repeats_make_no_copies() -> None:
    boilerplate = (
        "The Gazette is printed by its readers, for its readers, and has been since the railway came to "
        "Rosetown in 1911."
    )
    lines = [line(n, text_of(p, boilerplate), source="gazette") for n, p in enumerate(PRESS)]
    assert len({row["cluster"] for row in cluster_lines(lines)}) == len(PRESS)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"title": "T", "body": "B"}, "line 2 has no id"),
        ({"id": "", "body": "B"}, "line 2 has no id"),
        ({"id": ["x"], "body": "B"}, "line 2 has no id"),
        ("no object", "line 2 has no id"),
        ({"id": "x"}, r"line 2 \(id x\): title and body must be text"),
        ({"id": "x", "title": "", "body": ""}, r"line 2 \(id x\): title and body must be text"),
        ({"id": "x", "body": 7}, r"line 2 \(id x\): title and body must be text"),
        (
            {"id": "x", "body": "B", "published": "yesterday"},
            "line 2: published 'yesterday' is not an ISO 8601 time",
        ),
        (
            {"id": "x", "body": "B", "published": 1768658700},
            "line 2: published 1768658700 is not an ISO 8601 time",
        ),
        ({"id": 1, "body": "B"}, "line 2: id 1 is that of line 1 already"),
    ],
)
def test_bad_line_is_named(bad: Any, says: str) -> None:
    with pytest.raises(PermanentError, match=says):
        list(cluster_lines([line("1", "A text."), bad]))


def test_no_lines_are_no_stories() -> None:
    assert list(cluster_lines([])) == []


def test_credit_names_an_agency_of_the_beat() -> None:
    harbin = organisations_of((Outlet(name="Radio Harbin", kind="agency", tags=("RH",)),))
    lines = [line("credited", f"HARBIN (RH) - {PRESS[0]}")]
    (known,) = members_of(lines, harbin)
    (unknown,) = members_of(lines)
    assert known.route.origin == "Radio Harbin"
    assert unknown.route.origin is None
    (told,) = cluster_lines(lines, None, harbin)
    assert told["relation"] == "original"


NOTICE_TAIL = (
    "Residents may read the file at the town office on weekdays, and comments are taken in writing until "
    "the day before the hearing, which is public like all of them and is told on the board of the office."
)


def notice_of(street: str, use: str) -> str:
    return (
        f"The planning office will hear the application for {use} at {street} on Thursday, which its owners "
        f"asked for in March, and on which neighbours sent eleven letters about the height of the roof and "
        f"the number of cars."
    )


def test_copy_of_a_notice_with_a_lead_of_its_own_joins_that_notice() -> None:
    notices = [
        notice_of("12 Harbour Lane", "a bakery"),
        notice_of("40 Tamarack Street", "a clinic"),
        notice_of("7 Kestrel Court", "a workshop"),
        notice_of("95 Osprey Drive", "a kennel"),
    ]
    lines = []
    for number, notice in enumerate(notices):
        lines.append(line(number, text_of(notice, NOTICE_TAIL), source="town"))
    lead = (
        "The text below was sent to the papers of the region today, and we print all of it as it came to us."
    )
    copy = line(4, text_of(lead, notices[2], NOTICE_TAIL), source="paper")
    clusters = [told["cluster"] for told in cluster_lines([*lines, copy])]
    assert clusters[4] == clusters[2]
    assert len(set(clusters[:4])) == 4
