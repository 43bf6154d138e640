"""Dashboards: their grid, their panels and controls, their times."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from tests.kibana.fields import Fields, kibana_type
from tests.kibana.queries import query_problems
from tests.kibana.references import Json, Uses, View, inner_json

#: Columns of a dashboard.
GRID = 48
PANEL = {"embeddableConfig", "gridData", "panelIndex", "panelRefName", "title", "type", "version"}

CONTROL = {
    "dataViewId",
    "exclude",
    "existsSelected",
    "fieldName",
    "id",
    "searchTechnique",
    "selectedOptions",
    "singleSelect",
    "sort",
    "title",
}
CONTROL_STYLES = ("oneLine", "twoLine")
CHAINING_SYSTEMS = ("HIERARCHICAL", "NONE")
#: Types of fields whose values can be listed.
LISTED = ("string", "boolean", "number")


def dashboard_problems(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    attributes = one["attributes"]
    source = inner_json(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"], "searchSourceJSON")
    if set(source) != {"filter", "query"} or source["filter"]:
        yield "searchSourceJSON holds a query and no filter"
    yield from query_problems(source["query"], None)
    yield from _time_problems(attributes)
    panels = inner_json(attributes["panelsJSON"], "panelsJSON")
    yield from _grid_problems(panels)
    views: dict[str, View] = {}
    clicks: dict[str, str] = {}
    for panel in panels:
        yield from _panel_problems(panel, used, views)
        clicks |= _clickable_fields(panel, used)
    for field, title in clicks.items():
        yield from _click_problems(field, title, views)
    if "controlGroupInput" in attributes:
        yield from _control_problems(attributes["controlGroupInput"], used, views)
    options = inner_json(attributes["optionsJSON"], "optionsJSON")
    known = {"useMargins", "syncColors", "syncCursor", "syncTooltips", "hidePanelTitles"}
    if set(options) - known or not all(isinstance(value, bool) for value in options.values()):
        yield f"optionsJSON has {sorted(options)}"


def _time_problems(attributes: Json) -> Iterator[str]:
    if attributes["timeRestore"]:
        for name in ("timeFrom", "timeTo"):
            if not re.fullmatch(r"now(-\d+[mhdwMy](/[mhdwMy])?)?", str(attributes.get(name))):
                yield f"{name} is {attributes.get(name)!r}"
        refresh = attributes.get("refreshInterval")
        if not refresh or set(refresh) != {"pause", "value"} or not isinstance(refresh["pause"], bool):
            yield "refreshInterval has pause and value"
        elif not refresh["pause"] and refresh["value"] < 5000:
            yield "refreshes more often than every five seconds"


def _grid_problems(panels: Sequence[Json]) -> Iterator[str]:
    if not panels:
        yield "has no panel"
    for panel in panels:
        yield from _place_problems(panel)
    if len({panel["panelIndex"] for panel in panels}) < len(panels):
        yield "two panels have one panelIndex"
    for a, b in combinations([panel["gridData"] for panel in panels], 2):
        if _meet(a, b, "x", "w") and _meet(a, b, "y", "h"):
            yield f"the panels {a['i']} and {b['i']} overlap"


def _place_problems(panel: Json) -> Iterator[str]:
    grid = panel["gridData"]
    if set(grid) != {"x", "y", "w", "h", "i"} or grid["i"] != panel["panelIndex"]:
        yield f"the panel {panel['panelIndex']} stands nowhere"
    elif min(grid["w"], grid["h"]) < 1 or min(grid["x"], grid["y"]) < 0 or grid["x"] + grid["w"] > GRID:
        yield f"the panel {grid['i']} leaves the grid of {GRID} columns"


def _meet(a: Json, b: Json, start: str, size: str) -> bool:
    return bool(a[start] < b[start] + b[size] and b[start] < a[start] + a[size])


def _panel_problems(panel: Json, used: Uses, views: dict[str, View]) -> Iterator[str]:
    index = panel["panelIndex"]
    if set(panel) - PANEL or panel["type"] not in ("lens", "search"):
        yield f"the panel {index} has {sorted(set(panel) - PANEL)} and is a {panel['type']}"
        return
    if set(panel["embeddableConfig"]) - {"enhancements", "title", "timeRange", "hidePanelTitles"}:
        yield f"the panel {index} has {sorted(panel['embeddableConfig'])} of its own"
    target = used.target(f"{index}:{panel['panelRefName']}", panel["type"])
    for ref in target["references"]:
        if ref["type"] == "index-pattern" and ref["id"] in used.views:
            views[ref["id"]] = used.views[ref["id"]]


def _clickable_fields(panel: Json, used: Uses) -> dict[str, str]:
    """Return the fields by which a click on this panel narrows the dashboard, each with the panel's title."""
    if panel["type"] != "lens":
        return {}
    attributes = used.target(f"{panel['panelIndex']}:{panel['panelRefName']}", "lens")["attributes"]
    found: dict[str, str] = {}
    [layer] = attributes["state"]["datasourceStates"]["formBased"]["layers"].values()
    for column in layer["columns"].values():
        if column["operationType"] == "terms":
            found[column["sourceField"]] = attributes["title"]
        for case in column["params"].get("filters", ()):
            for field in re.findall(r"([\w.]+):", case["input"]["query"]):
                found[field] = attributes["title"]
    return found


def _click_problems(field: str, title: str, views: Mapping[str, View]) -> Iterator[str]:
    # Kibana keeps a filter on a field that an index lacks, and finds nothing there.
    for view in views.values():
        if field not in view.fields:
            yield f"a click on {title!r} empties the panels on {view.title}, which has no field {field}"


def _control_problems(group: Json, used: Uses, views: Mapping[str, View]) -> Iterator[str]:
    if set(group) != {"panelsJSON", "controlStyle", "chainingSystem", "ignoreParentSettingsJSON"}:
        yield f"controlGroupInput has {sorted(group)}"
    if group["controlStyle"] not in CONTROL_STYLES or group["chainingSystem"] not in CHAINING_SYSTEMS:
        yield "controls stand on one line or two, and are chained or not"
    inner_json(group["ignoreParentSettingsJSON"], "ignoreParentSettingsJSON")
    controls = inner_json(group["panelsJSON"], "controlGroupInput.panelsJSON")
    if sorted(control["order"] for control in controls.values()) != list(range(len(controls))):
        yield "controls are ordered from 0 on"
    for id_, control in controls.items():
        if _is_options_list(id_, control):
            yield from _options_problems(id_, control["explicitInput"]["fieldName"], used, views)
        else:
            yield f"the control {id_} is no list of options"


def _is_options_list(id_: str, control: Json) -> bool:
    choice = control["explicitInput"]
    is_list = control["type"] == "optionsListControl" and choice["id"] == id_
    # Its data view stands among the references.
    return is_list and not set(choice) - CONTROL and "dataViewId" not in choice


def _options_problems(id_: str, field: str, used: Uses, views: Mapping[str, View]) -> Iterator[str]:
    own = used.view(f"controlGroup_{id_}:optionsListDataView")
    es_type = own.fields.get(field, "")
    if kibana_type(es_type) not in LISTED or es_type == "text":
        yield f"the control {id_} lists {field}, which has no values to list"
    # A filter on a field that an index does not have finds nothing there: the panel would go empty.
    for view in views.values():
        if view.fields.get(field) != own.fields.get(field):
            yield f"the control {id_} empties the panels on {view.title}, which has no such field {field}"
