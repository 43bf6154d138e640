"""Finds in a list of saved objects what Kibana 8.19 would refuse, or would show as a broken panel.

Kibana checks the attributes of dashboards and searches strictly when it imports them. The state of a
Lens panel it does not check at all: a wrong one shows when somebody opens it. So both are checked here,
against Kibana's rules and against the mapping of the indices.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tests.kibana.dashboards import dashboard_problems
from tests.kibana.fields import Fields, kibana_type
from tests.kibana.lens import lens_problems
from tests.kibana.queries import field_problems, filter_problems, query_problems
from tests.kibana.references import Broken, Json, Uses, View, inner_json

__all__ = ["ATTRIBUTES", "Broken", "parsed", "problems"]

ENVELOPE = {
    "attributes",
    "coreMigrationVersion",
    "id",
    "managed",
    "references",
    "type",
    "typeMigrationVersion",
}
CORE_CEILING = (8, 8, 0)
CEILINGS = {
    "index-pattern": (8, 0, 0),
    "tag": (8, 0, 0),
    "search": (10, 5, 0),
    "lens": (8, 9, 0),
    "dashboard": (10, 2, 0),
}
"""The newest format of each type that every 8.19 reads; a newer one is refused."""

# Attribute -> type of its value. "json[]" and "json{}" are JSON inside a string; a "?" stands behind
# what may be missing.
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "index-pattern": {
        "title": "str", "name": "str", "timeFieldName": "str", "fields": "json[]", "fieldAttrs": "json{}",
        "fieldFormatMap": "json{}", "runtimeFieldMap": "json{}", "sourceFilters": "json[]",
        "allowHidden": "bool?",
    },
    "tag": {"name": "str", "description": "str", "color": "str"},
    "search": {
        "title": "str", "description": "str", "columns": "list", "sort": "list", "grid": "dict?",
        "rowHeight": "int?",
        "rowsPerPage": "int?", "hideChart": "bool?", "breakdownField": "str?",
        "kibanaSavedObjectMeta": "dict",
        "isTextBasedQuery": "bool?", "usesAdHocDataView": "bool?", "timeRestore": "bool?",
        "timeRange": "dict?",
        "refreshInterval": "dict?", "viewMode": "str?", "hideAggregatedPreview": "bool?", "hits": "int?",
        "version": "int?",
    },
    "lens": {"title": "str", "description": "str", "visualizationType": "str", "state": "dict"},
    "dashboard": {
        "title": "str", "description": "str", "kibanaSavedObjectMeta": "dict", "timeRestore": "bool",
        "timeFrom": "str?",
        "timeTo": "str?", "refreshInterval": "dict?", "controlGroupInput": "dict?", "panelsJSON": "json[]",
        "optionsJSON": "json{}", "hits": "int?", "version": "int?",
    },
}  # fmt: skip
TYPES = {"str": str, "int": int, "bool": bool, "list": list, "dict": dict, "json[]": list, "json{}": dict}

FORMATS = {
    "url",
    "duration",
    "static_lookup",
    "number",
    "bytes",
    "percent",
    "date",
    "string",
    "truncate",
    "color",
}
SOURCE = "kibanaSavedObjectMeta.searchSourceJSON"


def parsed(ndjson: bytes) -> list[Any]:
    """Return the objects of an import file; raises Broken where it is no such file."""
    if ndjson.startswith(b"\xef\xbb\xbf"):
        raise Broken("the file starts with a byte order mark")
    if not ndjson.endswith(b"\n"):
        raise Broken("the last line does not end")
    try:
        return [json.loads(line) for line in ndjson.decode().splitlines()]
    except ValueError as e:
        raise Broken(f"not one JSON object a line: {e}") from e


def problems(objects: Sequence[Json], indices: Mapping[str, Fields]) -> list[str]:
    """Return everything that is wrong, one sentence each; nothing for a sound set."""
    found = list(_duplicates(objects))
    known = {(one.get("type"), one.get("id")): one for one in objects}
    views: dict[str, View] = {}
    # Data views first, then by what builds on what.
    for kind in ("index-pattern", "tag", "search", "lens", "dashboard"):
        for one in objects:
            if one.get("type") == kind:
                found += [f"{kind} {one.get('id')}: {text}" for text in _object(one, known, views, indices)]
    found += [
        f"{one.get('id')}: unknown type {one.get('type')!r}"
        for one in objects
        if one.get("type") not in ATTRIBUTES
    ]
    return found


def _duplicates(objects: Sequence[Json]) -> Iterator[str]:
    for key, times in Counter((one.get("type"), one.get("id")) for one in objects).items():
        if times > 1:
            yield f"{key} stands {times} times in the file"
    titles = Counter(
        (
            one.get("type"),
            (one.get("attributes") or {}).get("name") or (one.get("attributes") or {}).get("title"),
        )
        for one in objects
    )
    for (kind, title), times in titles.items():
        if times > 1:
            yield f"{times} objects of type {kind} are called {title!r}"


def _object(
    one: Json, known: Mapping[Any, Json], views: dict[str, View], indices: Mapping[str, Fields]
) -> list[str]:
    try:
        found = [*_envelope(one), *_attributes(one)]
        if found:
            return found
        used = Uses(one["references"], known, views)
        found += _CHECKS[one["type"]](one, used, indices)
        return found + used.problems()
    except Broken as e:
        return [str(e)]
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as e:
        return [f"not of the shape that Kibana reads: {type(e).__name__} {e}"]


def _envelope(one: Json) -> Iterator[str]:
    if extra := set(one) - ENVELOPE:
        yield f"keys that an export has no room for: {sorted(extra)}"
    if lacking := ENVELOPE - set(one):
        yield f"lacks {sorted(lacking)}"
        return
    if not (isinstance(one["id"], str) and re.fullmatch(r"[\w-]{1,100}", one["id"])):
        yield "an id of letters, digits and hyphens is needed"
    if one["managed"] is not False:
        yield "managed objects cannot be changed by their readers"
    for key, ceiling in (
        ("coreMigrationVersion", CORE_CEILING),
        ("typeMigrationVersion", CEILINGS[one["type"]]),
    ):
        if not re.fullmatch(r"\d+\.\d+\.\d+", str(one[key])):
            yield f"{key} {one[key]!r} is no version"
        elif tuple(map(int, one[key].split("."))) > ceiling:
            yield f"{key} {one[key]} is newer than an 8.19 reads"


def _attributes(one: Json) -> Iterator[str]:
    allowed = ATTRIBUTES[one["type"]]
    attributes = one["attributes"]
    if extra := set(attributes) - set(allowed):
        yield f"attributes that Kibana refuses: {sorted(extra)}"
    for name, kind in allowed.items():
        if name in attributes:
            yield from _value_problems(name, attributes[name], kind.rstrip("?"))
        elif not kind.endswith("?"):
            yield f"lacks the attribute {name}"


def _value_problems(name: str, value: Any, kind: str) -> Iterator[str]:
    wanted = TYPES[kind]
    if kind.startswith("json"):
        value = inner_json(value, name)
    # To Python, True is an int.
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        yield f"{name} is {type(value).__name__}, not {kind}"
    elif isinstance(value, str) and not value.strip():
        yield f"{name} is empty"


# -- data views and tags ---------------------------------------------------------------------------------


def _view(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    attributes = one["attributes"]
    fields = indices.get(attributes["title"])
    if fields is None:
        raise Broken(f"no index is called {attributes['title']}")
    if fields.get(attributes["timeFieldName"]) != "date":
        yield f"the time field {attributes['timeFieldName']} is no date"
    used.views[one["id"]] = View(attributes["title"], fields, attributes["timeFieldName"])
    for name in ("fields", "runtimeFieldMap", "sourceFilters"):
        if inner_json(attributes[name], name):
            yield f"{name} has to be empty: the mapping says it"
    for field, attrs in inner_json(attributes["fieldAttrs"], "fieldAttrs").items():
        yield from field_problems(field, fields)
        if set(attrs) - {"customLabel", "customDescription", "count"}:
            yield f"fieldAttrs of {field} has {sorted(attrs)}"
    for field, form in inner_json(attributes["fieldFormatMap"], "fieldFormatMap").items():
        yield from field_problems(field, fields)
        yield from _format_problems(field, form, fields)


def _format_problems(field: str, form: Json, fields: Fields) -> Iterator[str]:
    if set(form) != {"id", "params"} or form["id"] not in FORMATS:
        yield f"the format of {field} is none of Kibana's"
    elif form["id"] == "static_lookup":
        entries = form["params"]["lookupEntries"]
        if not entries or any(set(entry) != {"key", "value"} for entry in entries):
            yield f"the words of {field} are pairs of key and value"
    elif form["id"] == "duration" and kibana_type(fields.get(field, "")) != "number":
        yield f"{field} is no duration"


def _tag(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    if not re.fullmatch(r"#[0-9A-Fa-f]{6}", one["attributes"]["color"]):
        yield "color is #RRGGBB"


# -- searches --------------------------------------------------------------------------------------------


def _search(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    attributes = one["attributes"]
    source = inner_json(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"], "searchSourceJSON")
    if set(attributes["kibanaSavedObjectMeta"]) != {"searchSourceJSON"} or set(source) != {
        "filter",
        "indexRefName",
        "query",
    }:
        yield "searchSourceJSON holds filter, indexRefName and query"
    if source.get("indexRefName") != f"{SOURCE}.index":
        raise Broken(f"the data view of a search is called {SOURCE}.index")
    fields = used.view(source["indexRefName"]).fields
    yield from query_problems(source["query"], fields)
    yield from filter_problems(source["filter"], used, SOURCE)
    if not attributes["columns"] or len(set(attributes["columns"])) < len(attributes["columns"]):
        yield "columns are one or more, none of them twice"
    for name in attributes["columns"]:
        yield from field_problems(name, fields)
    for order in attributes["sort"]:
        name, direction = order
        yield from field_problems(name, fields)
        if direction not in ("asc", "desc"):
            yield f"the order of {name} is asc or desc"
        if fields.get(name) == "text":
            yield f"{name} is running text and has no order"


_CHECKS: dict[str, Callable[[Json, Uses, Mapping[str, Fields]], Iterator[str]]] = {
    "index-pattern": _view,
    "tag": _tag,
    "search": _search,
    "lens": lens_problems,
    "dashboard": dashboard_problems,
}
