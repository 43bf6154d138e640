"""Every panel, control and search, sent to a real node as the request that Kibana makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from pipelines.adapters.kibana import build, packaged_objects
from pipelines.config import packaged_beat
from tests.kibana.conftest import Ask
from tests.kibana.samples import ARTICLES, LANTERN, POLLS, WIRE, WITHOUT_ARTICLES
from tests.kibana.sending import (
    MISSING,
    Context,
    lens_request,
    only_layer,
    options_request,
    other_request,
    rows,
    search_request,
    where,
)
from tests.kibana.structure import parsed

Json = dict[str, Any]

OBJECTS: Mapping[tuple[str, str], Json] = {
    (one["type"], one["id"]): one for one in parsed(build(packaged_objects(), packaged_beat() / "kibana"))
}
DASHBOARDS = [one for one in OBJECTS.values() if one["type"] == "dashboard"]
SEARCHES = [one for one in OBJECTS.values() if one["type"] == "search"]


@dataclass(frozen=True)
class Placed:
    """A panel on a dashboard: the object that stands there, and what the dashboard adds."""

    board: Json
    target: Json
    context: Context

    def __str__(self) -> str:
        return f"{self.board['id']}/{self.target['id']}".replace("maplewire-", "")


def view_of(one: Json) -> Json:
    """Return the attributes of the data view that an object reads."""
    [id_] = {ref["id"] for ref in one["references"] if ref["type"] == "index-pattern"}
    return dict(OBJECTS["index-pattern", id_]["attributes"])


def context_of(board: Json, **chosen: Any) -> Context:
    attributes = board["attributes"]
    query = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])["query"]["query"]
    return Context(attributes["timeFrom"], query, chosen)


def placed(board: Json) -> Iterator[Placed]:
    refs = {ref["name"]: OBJECTS[ref["type"], ref["id"]] for ref in board["references"]}
    for panel in json.loads(board["attributes"]["panelsJSON"]):
        target = refs[f"{panel['panelIndex']}:{panel['panelRefName']}"]
        yield Placed(board, target, context_of(board))


def all_placed() -> Iterator[Placed]:
    for board in DASHBOARDS:
        yield from placed(board)


PLACED = list(all_placed())
LENS = [panel for panel in PLACED if panel.target["type"] == "lens"]


def controls(board: Json) -> Iterator[tuple[str, Json]]:
    """Yield each control's field with the data view that lists its values."""
    refs = {ref["name"]: ref["id"] for ref in board["references"]}
    for id_, control in json.loads(board["attributes"]["controlGroupInput"]["panelsJSON"]).items():
        view = OBJECTS["index-pattern", refs[f"controlGroup_{id_}:optionsListDataView"]]
        yield control["explicitInput"]["fieldName"], view["attributes"]


def body_of(target: Json, context: Context) -> Json:
    time_field = view_of(target)["timeFieldName"]
    if target["type"] == "lens":
        return lens_request(target["attributes"]["state"], time_field, context)
    return search_request(target["attributes"], time_field, context)


def check_column(column: Json, values: list[Any]) -> None:
    assert values, f"the column {column['label']!r} is empty"
    if column["operationType"] in ("count", "unique_count", "sum"):
        assert any(values), f"the column {column['label']!r} has nothing but zeros"
    if column["operationType"] == "filters":
        labels = {case["label"] for case in column["params"]["filters"]}
        assert set(values) == labels, f"no document is {labels - set(values)}"


@pytest.mark.parametrize("panel", LENS, ids=str)
def test_every_column_of_every_panel_shows_something(ask: Ask, panel: Placed) -> None:
    state, title = panel.target["attributes"]["state"], view_of(panel.target)["title"]
    request = body_of(panel.target, panel.context)
    answer = ask(title, request)
    assert answer["hits"]["total"]["value"] > 0
    shown = rows(state, answer)
    for id_, column in only_layer(state)["columns"].items():
        values = [row[id_] for row in shown if row.get(id_) is not None]
        check_column(column, values)
    if second := other_request(state, answer, request):
        assert ask(title, second)["aggregations"]["other"]["buckets"][""]["doc_count"] >= 0


@pytest.mark.parametrize("search", SEARCHES, ids=lambda one: one["id"].removeprefix("maplewire-search-"))
def test_every_search_finds_something_and_fills_its_columns(ask: Ask, search: Json) -> None:
    answer = ask(view_of(search)["title"], body_of(search, Context("now-90d")))
    hits = answer["hits"]["hits"]
    assert 0 < len(hits) == answer["hits"]["total"]["value"]
    for column in search["attributes"]["columns"]:
        assert any(column in hit.get("fields", {}) for hit in hits), f"the column {column} is empty"


def test_every_search_leaves_something_out(ask: Ask) -> None:
    """All but the two that list everything there is."""
    alike = []
    for search in SEARCHES:
        view = view_of(search)
        found = ask(view["title"], body_of(search, Context("now-90d")))["hits"]["total"]["value"]
        everything = {"size": 0, "query": where([], [], view["timeFieldName"], Context("now-90d"))}
        if found == ask(view["title"], everything)["hits"]["total"]["value"]:
            alike.append(search["id"])
    assert alike == ["maplewire-search-newest-stories", "maplewire-search-story-articles"]


@pytest.mark.parametrize("board", DASHBOARDS, ids=lambda one: one["id"].removeprefix("maplewire-dashboard-"))
def test_every_control_lists_values_that_leave_something_on_each_index(ask: Ask, board: Json) -> None:
    for field, view in controls(board):
        body = options_request(field, view["timeFieldName"], context_of(board))
        options = [b["key"] for b in ask(view["title"], body)["aggregations"]["suggestions"]["buckets"]]
        assert options, f"the control on {field} lists nothing"
        left: set[str] = set()
        for panel in placed(board):
            title = view_of(panel.target)["title"]
            for option in options:
                answer = ask(title, body_of(panel.target, context_of(board, **{field: option})))
                if answer["hits"]["total"]["value"]:
                    left.add(title)
        titles = {view_of(panel.target)["title"] for panel in placed(board)}
        assert left == titles, f"{field} empties an index"


@pytest.mark.parametrize("panel", PLACED, ids=str)
def test_every_panel_survives_an_empty_time_range(ask: Ask, panel: Placed) -> None:
    answer = ask(view_of(panel.target)["title"], body_of(panel.target, Context("now-1m")))
    assert answer["hits"]["total"]["value"] == 0


def test_every_panel_in_the_library_stands_on_a_dashboard() -> None:
    library = {one["id"] for one in OBJECTS.values() if one["type"] == "lens"}
    assert library == {panel.target["id"] for panel in LENS}


def test_share_of_kinds_adds_up_to_all_articles(ask: Ask) -> None:
    [panel] = [panel for panel in LENS if panel.target["id"] == "maplewire-syndication-kinds-share"]
    answer = ask("news-articles", body_of(panel.target, panel.context))
    shown = rows(panel.target["attributes"]["state"], answer)
    assert sum(row["articles"] for row in shown) == answer["hits"]["total"]["value"]


def test_silent_sources_come_first(ask: Ask) -> None:
    [panel] = [panel for panel in LENS if panel.target["id"] == "maplewire-sources-silent"]
    answer = ask("news-runs", body_of(panel.target, panel.context))
    shown = rows(panel.target["attributes"]["state"], answer)
    by_source = {row["source"]: row for row in shown}
    assert list(by_source)[2:] == ["Le Rivage de Québec", "The Prairie Post"]
    assert [row["new"] for row in shown] == [0, 0, 1, 3]
    silent, unpolled = by_source["灯塔日报"], by_source["North Radio"]
    assert (silent["answered"], silent["failed"], silent["polls"]) == (None, 2, 2)
    assert silent["state"] == "failing"
    assert (unpolled["answered"], unpolled["failed"], unpolled["polls"]) == (None, 0, 0)
    assert unpolled["state"] == "not tried"


def test_sources_that_are_not_well_have_those_that_nobody_polled(ask: Ask) -> None:
    shown = {row["source"]: row for row in rows_of(ask, "sources-unwell")}
    assert set(shown) == {"灯塔日报", "Le Rivage de Québec", "North Radio"}
    assert shown["North Radio"]["why"] == "it was never asked"
    assert (shown["North Radio"]["polls"], shown["灯塔日报"]["polls"]) == (0, 2)


def test_the_catalogue_counts_in_no_other_panel(ask: Ask) -> None:
    assert number_of(ask, "sources-polls", "polls") == len(POLLS)
    assert number_of(ask, "sources-failed-polls", "polls") == 2


def number_of(ask: Ask, id_: str, column: str, **chosen: Any) -> Any:
    """Return the number that a panel of one number shows."""
    [row] = rows_of(ask, id_, **chosen)
    return row[column]


def test_a_delay_that_no_page_tells_does_not_count(ask: Ask) -> None:
    # Of the five copies of s1 one names its day alone; the others came after 30, 240, 2100, 2400 minutes.
    assert number_of(ask, "syndication-median-delay", "delay", story_id="s1") == pytest.approx(1_170)
    everything = {"query": {"term": {"id": "a4"}}}
    [hit] = ask("news-articles", everything)["hits"]["hits"]
    assert "pickup_delay_minutes" not in hit["_source"]


def clicks(panel: Placed, ask: Ask) -> Iterator[tuple[str, Any]]:
    """Yield the filters, as (field, value), that clicks on the values of a panel set."""
    state = panel.target["attributes"]["state"]
    shown = rows(state, ask(view_of(panel.target)["title"], body_of(panel.target, panel.context)))
    for id_, column in only_layer(state)["columns"].items():
        if column["operationType"] == "terms":
            for value in {row[id_] for row in shown} - WITHOUT_ARTICLES - {MISSING}:
                yield column["sourceField"], value


@pytest.mark.parametrize("panel", LENS, ids=str)
def test_a_click_on_any_value_empties_no_index_of_the_dashboard(ask: Ask, panel: Placed) -> None:
    titles = {view_of(other.target)["title"]: other for other in placed(panel.board)}
    for field, value in clicks(panel, ask):
        for title, other in titles.items():
            time_field = view_of(other.target)["timeFieldName"]
            everything = {
                "size": 0,
                "query": where([], [], time_field, context_of(panel.board, **{field: value})),
            }
            assert ask(title, everything)["hits"]["total"]["value"], f"{field}={value} empties {title}"


@pytest.mark.parametrize("board", ["syndication", "story"])
def test_a_click_on_a_release_shows_who_carried_it_in_every_panel(ask: Ask, board: str) -> None:
    for panel in PLACED:
        if panel.board["id"] != f"maplewire-dashboard-{board}":
            continue
        answer = ask(
            view_of(panel.target)["title"], body_of(panel.target, context_of(panel.board, story_id="s1"))
        )
        assert answer["hits"]["total"]["value"], f"{panel} is blank"


def rows_of(ask: Ask, id_: str, **chosen: Any) -> list[dict[str, Any]]:
    """Return the rows that a panel shows."""
    panel = next(panel for panel in LENS if panel.target["id"] == f"maplewire-{id_}")
    answer = ask(view_of(panel.target)["title"], body_of(panel.target, context_of(panel.board, **chosen)))
    return rows(panel.target["attributes"]["state"], answer)


def test_the_row_of_a_release_says_who_carried_it_and_leads_to_it(ask: Ask) -> None:
    shown = {row["story"]: row for row in rows_of(ask, "syndication-most-copied")}
    assert set(shown) == {"s1", "s2", "s4", "s9", "s10", "s11"}, "stories without a copy do not count"
    release = shown["s1"]
    assert release["outlets"] == sorted(
        ["WirePoint", "The Prairie Post", "North Radio", "Le Rivage de Québec", "Lake Institute", "海港時報"]
    )
    assert release["headline"].startswith("The president meets")
    assert (release["kind"], release["copies"], release["independent"]) == ("paid_release", 5, 2)
    assert release["link"] == "https://wirepoint.example/a1"


def test_two_stories_of_one_headline_are_two_rows(ask: Ask) -> None:
    shown = rows_of(ask, "story-stories")
    headlines = [row["headline"] for row in shown if row["story"] in ("s4", "s10")]
    assert len(headlines) == 2
    assert len(set(headlines)) == 1
    assert len(shown) == len({row["story"] for row in shown}) == 11


def test_the_dashboard_of_one_story_is_about_it_alone(ask: Ask) -> None:
    outlets = {row["outlet"]: row for row in rows_of(ask, "story-outlets", story_id="s1")}
    assert set(outlets) == {
        "WirePoint", "The Prairie Post", "North Radio", "Le Rivage de Québec", "Lake Institute", "海港時報",
    }  # fmt: skip
    assert outlets["North Radio"]["relation"] == "shortened"
    assert outlets["North Radio"]["title"] == "Leaders meet"
    assert outlets["North Radio"]["delay"] == 240
    assert outlets["North Radio"]["link"] == "https://northradio.example/a3"
    assert outlets["Le Rivage de Québec"]["delay"] is None, "its page names no hour"
    assert outlets["WirePoint"]["delay"] is None, "the original has no delay"
    [route] = rows_of(ask, "story-route", story_id="s1")
    assert (route["origin"], route["carrier"]) == (LANTERN, WIRE)
    assert (route["outlets"], route["articles"], route["copies"]) == (6, 6, 5)
    over_time = rows_of(ask, "story-over-time", story_id="s1")
    assert sum(row["articles"] for row in over_time) == 6


def test_share_of_state_and_paid_copy_counts_those_alone(ask: Ask) -> None:
    paid_or_state = [row for row in ARTICLES if row[6] in ("paid_release", "state_media")]
    share = number_of(ask, "syndication-state-share", "share")
    assert share == pytest.approx(len(paid_or_state) / len(ARTICLES))
    assert number_of(ask, "syndication-state-share", "share", kind="report") == 0
    assert number_of(ask, "syndication-state-share", "share", kind="paid_release") == 1


def test_stories_are_counted_by_the_number_of_their_copies(ask: Ask) -> None:
    [shown] = rows_of(ask, "syndication-copies-per-story")
    assert shown == {"none": 5, "one": 2, "few": 2, "several": 1, "many": 1}
