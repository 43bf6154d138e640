"""What each panel counts, and what each search finds, of documents that must and must not count."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kibana.conftest import Ask
from tests.kibana.sending import Context, only_layer, rows, where
from tests.kibana.test_on_a_node import (
    DASHBOARDS,
    LENS,
    SEARCHES,
    Placed,
    body_of,
    context_of,
    placed,
    view_of,
)

Json = dict[str, Any]

_EXPECTED: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("panel_rows.yaml").read_text("utf-8"))
#: Columns of lists of articles and stories that the other index does not have.
_OF_ONE_INDEX = frozenset({"relation", "pickup_delay_minutes", "copies", "independent", "url"})
#: Panels by a field that no other documents have: without their query they show the same.
_BY_THEIR_OWN_FIELD = frozenset(
    {
        "sources-complaints",
        "sources-failures",
        "sources-mails",
        "sources-results",
        "sources-silent",
        "sources-unwell",
    }
)


def short(id_: str) -> str:
    """Return an id as the file of expected rows has it."""
    return id_.removeprefix("maplewire-").removeprefix("search-")


def without_dates(panel: Json) -> Json:
    """Return a panel without its columns that hold a date: what it counts in its whole time range."""
    changed = copy.deepcopy(panel)
    layer = only_layer(changed["attributes"]["state"])
    kept = []
    for id_ in layer["columnOrder"]:
        if layer["columns"][id_]["dataType"] != "date":
            kept.append(id_)
    layer["columnOrder"][:] = kept
    return changed


def close(row: Mapping[str, Any]) -> Json:
    """Return a row to compare with: shares and averages need not be the same to the last digit."""
    compared: Json = {}
    for column, value in row.items():
        compared[column] = pytest.approx(value) if isinstance(value, float) else value
    return compared


@pytest.mark.parametrize("panel", LENS, ids=str)
def test_a_panel_shows_these_rows_and_no_others(ask: Ask, panel: Placed) -> None:
    target = without_dates(panel.target)
    answer = ask(view_of(target)["title"], body_of(target, panel.context))
    shown = rows(target["attributes"]["state"], answer)
    assert shown == [close(row) for row in _EXPECTED["panels"][short(target["id"])]]


@pytest.mark.parametrize("search", SEARCHES, ids=lambda one: short(one["id"]))
def test_a_search_finds_these_documents_in_this_order(ask: Ask, search: Json) -> None:
    answer = ask(view_of(search)["title"], body_of(search, Context("now-90d")))
    found = [hit["_id"] for hit in answer["hits"]["hits"]]
    assert found == _EXPECTED["searches"][short(search["id"])]


def test_there_are_rows_for_every_panel_and_search_and_no_others() -> None:
    assert set(_EXPECTED["panels"]) == {short(panel.target["id"]) for panel in LENS}
    assert set(_EXPECTED["searches"]) == {short(search["id"]) for search in SEARCHES}


def shown_by(ask: Ask, panel: Json, context: Context) -> list[Any]:
    answer = ask(view_of(panel)["title"], body_of(panel, context))
    return list(rows(panel["attributes"]["state"], answer))


def without_query(panel: Json) -> Json:
    changed = copy.deepcopy(panel)
    changed["attributes"]["state"]["query"]["query"] = ""
    return changed


def without_conditions_of_columns(panel: Json) -> Iterator[tuple[str, Json]]:
    """Yield each column that counts a part of the documents, with a panel where it counts all."""
    for id_, column in only_layer(panel["attributes"]["state"])["columns"].items():
        if "filter" in column and column["dataType"] != "date":
            changed = copy.deepcopy(panel)
            del only_layer(changed["attributes"]["state"])["columns"][id_]["filter"]
            yield id_, changed


@pytest.mark.parametrize("panel", LENS, ids=str)
def test_something_that_may_not_count_would_change_the_panel(ask: Ask, panel: Placed) -> None:
    """So the rows above prove the panel's time range, its query, and what each column counts."""
    target = without_dates(panel.target)
    shown = shown_by(ask, target, panel.context)
    assert shown_by(ask, target, replace(panel.context, time_from="now-3y")) != shown
    if target["attributes"]["state"]["query"]["query"] and short(target["id"]) not in _BY_THEIR_OWN_FIELD:
        assert shown_by(ask, without_query(target), panel.context) != shown
    for column, changed in without_conditions_of_columns(target):
        assert shown_by(ask, changed, panel.context) != shown, f"{column} counts all documents alike"


def lists_of_news() -> list[Placed]:
    """Return the searches that stand as lists on dashboards of articles and stories."""
    found: list[Placed] = []
    for board in DASHBOARDS:
        for panel in placed(board):
            if panel.target["type"] == "search" and view_of(panel.target)["title"] != "news-runs":
                found.append(panel)
    return found


@pytest.mark.parametrize("panel", lists_of_news(), ids=str)
def test_a_click_in_a_list_of_news_empties_no_index_of_the_dashboard(ask: Ask, panel: Placed) -> None:
    columns = panel.target["attributes"]["columns"]
    assert columns[0] == "story_id", "who carried this? must be one click"
    answer = ask(view_of(panel.target)["title"], body_of(panel.target, panel.context))
    [first, *_] = [hit["fields"] for hit in answer["hits"]["hits"] if hit["fields"]["story_id"] == ["s1"]]
    views = {view_of(other.target)["title"]: view_of(other.target) for other in placed(panel.board)}
    for column in columns:
        if column in _OF_ONE_INDEX or column not in first:
            continue
        for title, view in views.items():
            chosen = context_of(panel.board, **{column: first[column][0]})
            everything = {"size": 0, "query": where([], [], view["timeFieldName"], chosen)}
            found = ask(title, everything)["hits"]["total"]["value"]
            assert found, f"{column}={first[column][0]} empties {title}"
