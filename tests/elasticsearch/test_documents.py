"""What the cluster is given of articles, stories and runs: values to JSON, without a node."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson

from pipelines.adapters.elastic_index.documents import (
    ERROR_LENGTH,
    article_operation,
    article_source,
    encoded,
    run_operations,
    story_source,
)
from pipelines.adapters.projection import story_document_of
from pipelines.model import Change, RunReport, SourceAccount
from tests.builders import NOON, a_document, a_publisher
from tests.contracts.ledger_values import a_story, ident


def test_an_error_is_cut_where_a_dashboard_can_still_group_by_it() -> None:
    account = SourceAccount("daily", "failed", error="x" * 5_000)
    _, source = run_operations(RunReport(1, NOON, NOON, (account,), note="y" * ERROR_LENGTH), {})
    assert source.source is not None
    assert orjson.loads(source.source)["error"] == "x" * (ERROR_LENGTH - 1) + "…"


def test_a_story_names_its_outlets_as_people_do() -> None:
    pages = {
        ident(n): (f"https://{name}.example/{n}", a_publisher(name, name=f"The {name.title()}"))
        for n, name in ((1, "daily"), (2, "courier"), (3, "daily"))
    }
    document = story_document_of(a_story("s1", 1, 2, 3), 9, pages)
    assert story_source(document)["outlets"] == ("The Daily", "The Courier")


def test_json_holds_what_a_text_may_hold_and_a_server_may_not() -> None:
    document = a_document(1, title="half \ud83d and \0", body="  ", authors=(" ", "習近平"), score=0.0)
    operation = article_operation(Change(1, "a1", document))
    assert operation.source is not None
    fields = orjson.loads(operation.source)
    assert fields["title"] == "half \ufffd and \ufffd"
    assert fields["authors"] == ["習近平"]
    assert fields["score"] == 0.0
    assert "body" not in fields, "a blank is no value"


def test_a_backslash_before_u0000_is_text_and_stays() -> None:
    assert orjson.loads(encoded({"title": "\\u0000"})) == {"title": "\\u0000"}


def test_an_article_stands_in_the_year_of_its_publication_as_far_as_that_can_be() -> None:
    def base(**fields: object) -> str:
        return article_operation(Change(1, "a1", a_document(1, **fields))).base

    assert base(published=datetime(2025, 3, 31, 23, 59, tzinfo=UTC)) == "articles-2025"
    assert base(published=datetime(2031, 1, 1, tzinfo=UTC)) == "articles-2026", "not after it was collected"
    assert base(published=datetime(1, 1, 1, tzinfo=UTC)) == "articles-2000"
    assert base(published=None) == "articles-2026"


def test_instants_keep_their_microseconds_beside_the_date() -> None:
    at = datetime(2026, 1, 17, 12, 0, 0, 123457, tzinfo=UTC)
    source = article_source(a_document(1, published=at, collected=at + timedelta(minutes=1)))
    assert source["published_us"] == source["time_us"] == 1_768_651_200_123_457
    assert orjson.loads(encoded(source))["published"] == "2026-01-17T12:00:00.123457+00:00"


def test_a_delay_stands_in_whole_minutes_and_only_where_it_is_known() -> None:
    def delay(seconds: int | None) -> object:
        document = a_document(1, relation="verbatim", story_first_seen=NOON, pickup_delay_s=seconds)
        return article_source(document).get("pickup_delay_minutes", "not known")

    known = {None: "not known", 0: 0, 59: 0, 7_200: 120, -59: 0, -1_800: -30}
    assert {seconds: delay(seconds) for seconds in known} == known


def test_an_article_of_a_full_year_stands_in_its_month() -> None:
    def base(year: int) -> str:
        document = a_document(1, published=datetime(year, 1, 2, tzinfo=UTC))
        return article_operation(Change(1, "a1", document), {"2026"}).base

    assert (base(2026), base(2025)) == ("articles-2026.01", "articles-2025")
