"""The objects are sound, and the checker that says so sees every way to break them."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipelines.adapters.kibana import build, packaged_objects
from pipelines.model.reading_room import ReadingRoom
from tests.kibana.fields import indices
from tests.kibana.structure import Broken, parsed, problems

Json = dict[str, Any]
Objects = dict[str, Json]

SEARCH = "maplewire-search-first-reports"
PANEL = "maplewire-coverage-by-language"
TABLE = "maplewire-coverage-outlets-top"
SILENT = "maplewire-sources-silent"
SHARE = "maplewire-syndication-kinds-share"
COPIED = "maplewire-syndication-most-copied"
BOARD = "maplewire-dashboard-coverage"


def test_the_packaged_objects_are_sound(objects: list[Json]) -> None:
    assert problems(objects, indices()) == []


def test_there_are_three_views_four_dashboards_and_searches_enough(objects: list[Json]) -> None:
    kinds = [one["type"] for one in objects]
    assert kinds.count("index-pattern") == 3
    assert kinds.count("dashboard") == 4
    assert kinds.count("search") >= 8
    assert {view["attributes"]["title"] for view in objects if view["type"] == "index-pattern"} == set(
        indices()
    )


def test_building_twice_gives_the_same_bytes() -> None:
    assert build(packaged_objects()) == build(packaged_objects())


def test_ids_of_stories_lead_to_the_reading_room_where_there_is_one() -> None:
    room = ReadingRoom("https://news.example.org/maple")
    views = []
    for one in parsed(build(packaged_objects(), room=room)):
        if one["type"] == "index-pattern":
            views.append(json.loads(one["attributes"]["fieldFormatMap"]).get("story_id"))
    links = [view for view in views if view is not None]
    assert len(links) == 2, "of the articles, and of the stories"
    for link in links:
        assert link["id"] == "url"
        assert link["params"]["urlTemplate"] == "https://news.example.org/maple/story/{{value}}"
    assert b"urlTemplate" not in build(packaged_objects())


# -- mutations -------------------------------------------------------------------------------------------

Break = Callable[[Objects], None]
BREAKS: dict[str, Break] = {}


def breaks(change: Break) -> Break:
    BREAKS[change.__name__.replace("_", " ")] = change
    return change


@contextmanager
def inner(holder: Json, name: str) -> Iterator[Any]:
    """Change JSON that stands inside a string."""
    value = json.loads(holder[name])
    yield value
    holder[name] = json.dumps(value)


def source_of(o: Objects, id_: str) -> Any:
    return inner(o[id_]["attributes"]["kibanaSavedObjectMeta"], "searchSourceJSON")


def panels_of(o: Objects) -> Any:
    return inner(o[BOARD]["attributes"], "panelsJSON")


def controls_of(o: Objects) -> Any:
    return inner(o[BOARD]["attributes"]["controlGroupInput"], "panelsJSON")


def state(o: Objects, id_: str = PANEL) -> Any:
    return o[id_]["attributes"]["state"]


def columns(o: Objects, id_: str = PANEL) -> Any:
    return state(o, id_)["datasourceStates"]["formBased"]["layers"]["main"]["columns"]


def layer(o: Objects, id_: str = PANEL) -> Any:
    return state(o, id_)["datasourceStates"]["formBased"]["layers"]["main"]


@breaks
def a_click_that_empties_the_panels_of_another_index(o: Objects) -> None:
    columns(o, COPIED)["story"]["sourceField"] = "headline.keyword"


@breaks
def bars_whose_click_empties_the_panels_of_another_index(o: Objects) -> None:
    columns(o, SHARE)["kind"]["params"]["filters"][0]["input"]["query"] = "tier:1"


@breaks
def one_click_on_a_number(o: Objects) -> None:
    state(o, COPIED)["visualization"]["columns"][1]["oneClickFilter"] = True


@breaks
def a_newest_value_by_something_that_is_no_date(o: Objects) -> None:
    columns(o, COPIED)["headline"]["params"]["sortField"] = "copies"


@breaks
def a_newest_value_that_the_server_cannot_give(o: Objects) -> None:
    columns(o, COPIED)["outlets"]["params"]["showArrayValues"] = False


@breaks
def a_format_that_lens_does_not_have(o: Objects) -> None:
    params = columns(o, "maplewire-syndication-state-share")["share"]["params"]
    params["format"] = {"id": "roman"}


@breaks
def an_attribute_that_a_dashboard_does_not_have(o: Objects) -> None:
    o[BOARD]["attributes"]["uiStateJSON"] = "{}"


@breaks
def an_attribute_that_a_search_has_only_later(o: Objects) -> None:
    o[SEARCH]["attributes"]["tabs"] = []


@breaks
def a_missing_title(o: Objects) -> None:
    del o[PANEL]["attributes"]["title"]


@breaks
def a_blank_title(o: Objects) -> None:
    o[PANEL]["attributes"]["title"] = " "


@breaks
def two_panels_of_one_title(o: Objects) -> None:
    o[PANEL]["attributes"]["title"] = o[TABLE]["attributes"]["title"]


@breaks
def a_format_newer_than_the_server(o: Objects) -> None:
    o[BOARD]["typeMigrationVersion"] = "10.4.0"


@breaks
def a_lens_format_newer_than_the_server(o: Objects) -> None:
    o[PANEL]["typeMigrationVersion"] = "8.10.0"


@breaks
def a_core_version_newer_than_the_server(o: Objects) -> None:
    o[SEARCH]["coreMigrationVersion"] = "9.0.0"


@breaks
def no_type_version(o: Objects) -> None:
    del o[SEARCH]["typeMigrationVersion"]


@breaks
def a_key_of_the_envelope_that_differs_with_every_export(o: Objects) -> None:
    o[SEARCH]["updated_at"] = "2026-01-17T12:00:00.000Z"


@breaks
def a_managed_object(o: Objects) -> None:
    o[SEARCH]["managed"] = True


@breaks
def an_unknown_type(o: Objects) -> None:
    o[SEARCH]["type"] = "query"


@breaks
def panels_that_are_not_inside_a_string(o: Objects) -> None:
    o[BOARD]["attributes"]["panelsJSON"] = json.loads(o[BOARD]["attributes"]["panelsJSON"])


@breaks
def inner_json_cut_short(o: Objects) -> None:
    o[BOARD]["attributes"]["panelsJSON"] = o[BOARD]["attributes"]["panelsJSON"][:-1]


@breaks
def a_reference_to_a_panel_that_is_not_there(o: Objects) -> None:
    del o[PANEL]


@breaks
def a_reference_to_a_data_view_that_is_not_there(o: Objects) -> None:
    del o["maplewire-stories"]


@breaks
def a_reference_to_a_tag_that_is_not_there(o: Objects) -> None:
    del o["maplewire-tag"]


@breaks
def a_reference_that_nothing_uses(o: Objects) -> None:
    o[BOARD]["references"].append({"id": PANEL, "name": "left:panel_over", "type": "lens"})


@breaks
def a_reference_that_is_missing(o: Objects) -> None:
    o[BOARD]["references"] = [ref for ref in o[BOARD]["references"] if ref["id"] != PANEL]


@breaks
def a_reference_of_the_wrong_type(o: Objects) -> None:
    for ref in o[BOARD]["references"]:
        if ref["id"] == PANEL:
            ref["type"] = "search"


@breaks
def a_layer_reference_of_another_layer(o: Objects) -> None:
    o[PANEL]["references"][0]["name"] = "indexpattern-datasource-layer-other"


@breaks
def a_filter_without_its_reference(o: Objects) -> None:
    o[SEARCH]["references"] = [ref for ref in o[SEARCH]["references"] if "filter[0]" not in ref["name"]]


@breaks
def a_tag_reference_by_another_name(o: Objects) -> None:
    o[PANEL]["references"][-1]["name"] = "tag"


@breaks
def two_references_of_one_name(o: Objects) -> None:
    o[PANEL]["references"].append(o[PANEL]["references"][0])


@breaks
def panels_that_overlap(o: Objects) -> None:
    with panels_of(o) as panels:
        panels[1]["gridData"]["y"] -= 1


@breaks
def a_panel_beyond_the_grid(o: Objects) -> None:
    with panels_of(o) as panels:
        panels[4]["gridData"]["w"] += 1


@breaks
def a_panel_of_no_height(o: Objects) -> None:
    with panels_of(o) as panels:
        panels[0]["gridData"]["h"] = 0


@breaks
def a_panel_whose_grid_names_another(o: Objects) -> None:
    with panels_of(o) as panels:
        panels[0]["gridData"]["i"] = "p0"


@breaks
def a_panel_that_stands_twice(o: Objects) -> None:
    with panels_of(o) as panels:
        panels.append(copy.deepcopy(panels[0]))


@breaks
def a_panel_of_a_type_that_needs_the_internet(o: Objects) -> None:
    with panels_of(o) as panels:
        panels[0]["type"] = "map"


@breaks
def a_control_on_a_field_that_does_not_exist(o: Objects) -> None:
    with controls_of(o) as controls:
        controls["control-lang"]["explicitInput"]["fieldName"] = "tongue"


@breaks
def a_control_on_running_text(o: Objects) -> None:
    with controls_of(o) as controls:
        controls["control-lang"]["explicitInput"]["fieldName"] = "title"


@breaks
def a_control_on_a_field_that_one_panels_index_lacks(o: Objects) -> None:
    with controls_of(o) as controls:
        controls["control-lang"]["explicitInput"]["fieldName"] = "owner"


@breaks
def a_control_by_another_id(o: Objects) -> None:
    with controls_of(o) as controls:
        controls["control-tongue"] = controls.pop("control-lang")


@breaks
def two_controls_in_one_place(o: Objects) -> None:
    with controls_of(o) as controls:
        controls["control-lang"]["order"] = 1


@breaks
def a_time_range_that_is_none(o: Objects) -> None:
    o[BOARD]["attributes"]["timeFrom"] = "last month"


@breaks
def a_restored_time_without_a_time(o: Objects) -> None:
    del o[BOARD]["attributes"]["timeTo"]


@breaks
def a_data_view_of_an_index_that_does_not_exist(o: Objects) -> None:
    o["maplewire-articles"]["attributes"]["title"] = "news-*"


@breaks
def a_time_field_that_is_no_date(o: Objects) -> None:
    o["maplewire-articles"]["attributes"]["timeFieldName"] = "seq"


@breaks
def a_label_of_a_field_that_does_not_exist(o: Objects) -> None:
    with inner(o["maplewire-articles"]["attributes"], "fieldAttrs") as labels:
        labels["colour"] = {"customLabel": "Colour"}


@breaks
def a_field_format_of_no_kind(o: Objects) -> None:
    with inner(o["maplewire-articles"]["attributes"], "fieldFormatMap") as formats:
        formats["url"]["id"] = "link"


@breaks
def a_column_of_a_search_that_does_not_exist(o: Objects) -> None:
    o[SEARCH]["attributes"]["columns"].append("headline")


@breaks
def a_search_sorted_by_running_text(o: Objects) -> None:
    o[SEARCH]["attributes"]["sort"] = [["title", "asc"]]


@breaks
def a_query_in_another_language(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["query"]["language"] = "kuery"


@breaks
def a_query_with_an_open_bracket(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["query"]["query"] = "kind:(report OR agency"


@breaks
def a_query_of_a_field_that_does_not_exist(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["query"]["query"] = "publisher:rivage"


@breaks
def a_query_for_the_presence_of_no_field(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["query"]["query"] = "_exists_:publisher"


@breaks
def a_range_of_a_field_without_order(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["query"]["query"] = "kind:[1 TO 5]"


@breaks
def a_filter_on_a_field_that_does_not_exist(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["filter"][0]["meta"]["key"] = source["filter"][0]["meta"]["field"] = "copy"


@breaks
def a_filter_that_shows_one_value_and_asks_for_another(o: Objects) -> None:
    with source_of(o, SEARCH) as source:
        source["filter"][0]["query"] = {"match_phrase": {"is_copy": False}}


@breaks
def a_panel_on_a_field_that_does_not_exist(o: Objects) -> None:
    columns(o)["language"]["sourceField"] = "tongue"


@breaks
def values_of_running_text(o: Objects) -> None:
    columns(o)["language"]["sourceField"] = "title"


@breaks
def a_histogram_of_something_that_is_no_date(o: Objects) -> None:
    columns(o)["time"] |= {"sourceField": "tier", "dataType": "number"}


@breaks
def a_sum_of_words(o: Objects) -> None:
    columns(o, SILENT)["new"]["sourceField"] = "result"


@breaks
def a_latest_time_that_calls_itself_a_number(o: Objects) -> None:
    columns(o, TABLE)["latest"]["dataType"] = "number"


@breaks
def an_operation_that_the_server_does_not_have(o: Objects) -> None:
    columns(o, TABLE)["latest"]["operationType"] = "last_value"


@breaks
def an_order_by_a_column_that_does_not_exist(o: Objects) -> None:
    columns(o)["language"]["params"]["orderBy"]["columnId"] = "hits"


@breaks
def a_closed_list_of_which_a_value_is_left_out(o: Objects) -> None:
    columns(o, "maplewire-coverage-kinds")["kind"]["params"]["size"] = 5


@breaks
def an_order_by_a_filtered_number(o: Objects) -> None:
    columns(o, SILENT)["source"]["params"]["orderBy"]["columnId"] = "failed"


@breaks
def a_number_before_a_bucket(o: Objects) -> None:
    layer(o)["columnOrder"].reverse()


@breaks
def a_column_that_is_in_no_order(o: Objects) -> None:
    layer(o)["columnOrder"].pop()


@breaks
def a_bucket_that_calls_itself_a_number(o: Objects) -> None:
    columns(o)["language"]["isBucketed"] = False


@breaks
def a_column_without_a_label(o: Objects) -> None:
    columns(o)["language"]["label"] = ""


@breaks
def two_columns_of_one_label(o: Objects) -> None:
    columns(o, TABLE)["own"]["label"] = columns(o, TABLE)["articles"]["label"]


@breaks
def a_filtered_number_whose_filter_does_not_parse(o: Objects) -> None:
    columns(o, TABLE)["own"]["filter"]["query"] = "is_copy:false AND"


@breaks
def a_case_of_a_field_that_does_not_exist(o: Objects) -> None:
    columns(o, SHARE)["kind"]["params"]["filters"][0]["input"]["query"] = "sort:state_media"


@breaks
def two_cases_of_one_label(o: Objects) -> None:
    columns(o, SHARE)["kind"]["params"]["filters"][0]["label"] = "Agency"


@breaks
def an_accessor_that_names_no_column(o: Objects) -> None:
    state(o)["visualization"]["layers"][0]["accessors"] = ["hits"]


@breaks
def an_axis_of_numbers(o: Objects) -> None:
    state(o)["visualization"]["layers"][0]["xAccessor"] = "articles"


@breaks
def a_column_that_nobody_sees(o: Objects) -> None:
    del state(o)["visualization"]["layers"][0]["splitAccessor"]


@breaks
def a_chart_of_another_layer(o: Objects) -> None:
    state(o)["visualization"]["layers"][0]["layerId"] = "other"


@breaks
def a_table_sorted_by_no_column(o: Objects) -> None:
    state(o, TABLE)["visualization"]["sorting"]["columnId"] = "hits"


@breaks
def a_line_through_outlets(o: Objects) -> None:
    shown = state(o, "maplewire-coverage-topics")["visualization"]
    shown["preferredSeriesType"] = shown["layers"][0]["seriesType"] = "line"


@breaks
def a_visualisation_that_needs_the_internet(o: Objects) -> None:
    o[PANEL]["attributes"]["visualizationType"] = "lnsChoropleth"


@breaks
def a_panel_with_a_query_in_another_language(o: Objects) -> None:
    state(o)["query"]["language"] = "kuery"


@breaks
def a_tag_without_a_colour(o: Objects) -> None:
    o["maplewire-tag"]["attributes"]["color"] = "red"


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS)
def test_checker_sees(objects: list[Json], change: Break) -> None:
    broken = {one["id"]: copy.deepcopy(one) for one in objects}
    change(broken)
    assert list(broken.values()) != objects, "nothing was broken"
    assert problems(list(broken.values()), indices())


def test_an_object_that_stands_twice_is_seen(objects: list[Json]) -> None:
    assert problems([*objects, objects[0]], indices())


@pytest.mark.parametrize(
    "raw",
    [b"\xef\xbb\xbf{}\n", b"{}", b"{}\n\n", b"{} {}\n", b"\xff\n"],
    ids=["mark", "end", "gap", "two", "bytes"],
)
def test_a_file_that_is_no_ndjson_is_seen(raw: bytes) -> None:
    with pytest.raises(Broken):
        parsed(raw)


def test_any_attribute_lost_is_seen(objects: list[Json]) -> None:
    """Whatever is taken away from an object, at the top of its attributes, its references or its panels."""
    optional = {"allowHidden", "grid", "hideChart", "isTextBasedQuery", "timeRestore", "controlGroupInput"}
    for at, one in enumerate(objects):
        for name in one["attributes"]:
            if name in optional:
                continue
            broken = copy.deepcopy(objects)
            del broken[at]["attributes"][name]
            assert problems(broken, indices()), f"{one['id']} without {name}"
        for number in range(len(one["references"])):
            broken = copy.deepcopy(objects)
            lost = broken[at]["references"].pop(number)
            assert problems(broken, indices()) or lost["type"] == "tag", f"{one['id']} without {lost}"
