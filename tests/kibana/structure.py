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
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Any

from pipelines.query import QueryError
from pipelines.query.lexeme import Lexeme
from pipelines.query.lexeme_order import ordered_lexemes
from tests.kibana.fields import NUMBERS, Fields, kibana_type

Json = Mapping[str, Any]

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
GRID = 48


@dataclass(frozen=True)
class View:
    """A data view as its users need it: its index's fields and its time field."""

    title: str
    fields: Fields
    time_field: str


class Broken(Exception):
    """An object that cannot be read further; what it says stands in the list of problems."""


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
        wanted = TYPES[kind.rstrip("?")]
        if name not in attributes:
            if not kind.endswith("?"):
                yield f"lacks the attribute {name}"
            continue
        value = attributes[name]
        if kind.startswith("json"):
            value = _inner(value, name)
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            yield f"{name} is {type(value).__name__}, not {kind.rstrip('?')}"
        elif isinstance(value, str) and not value.strip():
            yield f"{name} is empty"


def _inner(text: object, name: str) -> Any:
    """Return JSON that stands inside a string."""
    if not isinstance(text, str):
        raise Broken(f"{name} has to be a string that holds JSON")
    try:
        return json.loads(text)
    except ValueError as e:
        raise Broken(f"{name} holds no JSON: {e}") from e


class Uses:
    """The references of one object: each has to lead somewhere, and each has to be used."""

    def __init__(self, references: Sequence[Json], known: Mapping[Any, Json], views: dict[str, View]) -> None:
        self.known, self.views = known, views
        self._by_name = {ref["name"]: ref for ref in references}
        self._unused = set(self._by_name)
        self._found = [
            f"the reference {ref['name']} leads to {ref['type']} {ref['id']}, which is not in the file"
            for ref in references
            if (ref["type"], ref["id"]) not in known
        ]
        if len(self._by_name) < len(references):
            self._found.append("two references have one name")
        for ref in references:
            if set(ref) != {"id", "name", "type"}:
                self._found.append(f"a reference has the keys {sorted(ref)}")
            if ref["type"] == "tag":
                self._unused.discard(ref["name"])
                if ref["name"] != f"tag-ref-{ref['id']}":
                    self._found.append(f"a tag is referred to as tag-ref-ID, not {ref['name']}")

    def target(self, name: str, kind: str) -> Json:
        """Return what a reference leads to."""
        ref = self._by_name.get(name)
        if ref is None:
            raise Broken(f"there is no reference {name}")
        self._unused.discard(name)
        if ref["type"] != kind:
            raise Broken(f"the reference {name} leads to a {ref['type']}, not to a {kind}")
        if (kind, ref["id"]) not in self.known:
            raise Broken(f"the reference {name} leads to {kind} {ref['id']}, which is not in the file")
        return self.known[kind, ref["id"]]

    def view(self, name: str) -> View:
        id_ = self.target(name, "index-pattern")["id"]
        if id_ not in self.views:
            raise Broken(f"the data view {id_} is broken")
        return self.views[id_]

    def problems(self) -> list[str]:
        return self._found + [f"nothing uses the reference {name}" for name in sorted(self._unused)]


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
        if _inner(attributes[name], name):
            yield f"{name} has to be empty: the mapping says it"
    for field, attrs in _inner(attributes["fieldAttrs"], "fieldAttrs").items():
        yield from _field(field, fields)
        if set(attrs) - {"customLabel", "customDescription", "count"}:
            yield f"fieldAttrs of {field} has {sorted(attrs)}"
    for field, form in _inner(attributes["fieldFormatMap"], "fieldFormatMap").items():
        yield from _field(field, fields)
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


# -- queries, filters, fields ----------------------------------------------------------------------------


def _field(name: str, fields: Fields) -> Iterator[str]:
    if name not in fields:
        yield f"there is no field {name}"


def _query(query: Json, fields: Fields | None) -> Iterator[str]:
    if (
        set(query) != {"language", "query"}
        or query["language"] != "lucene"
        or not isinstance(query["query"], str)
    ):
        yield f"a query is a text in the language lucene, not {query}"
    elif query["query"]:
        yield from _lucene(query["query"], fields)


# Kibana's queries name the fields of an index, so the lexer of our own language cannot cut them.
_TOKEN = re.compile(
    r"""\s+ | (?P<open>\() | (?P<close>\)) | (?P<and>AND\b) | (?P<or>OR\b) | (?P<not>NOT\b|-)
    | (?P<phrase>"[^"]*") | (?P<range>[\[{][^\]}]+\ TO\ [^\]}]+[\]}]) | (?P<compare>[<>]=?[^\s()]+)
    | (?P<field>[\w.]+:) | (?P<word>[^\s()":\[\]{}]+)""",
    re.VERBOSE,
)


def _lucene(text: str, fields: Fields | None) -> Iterator[str]:
    try:
        tokens = ordered_lexemes(text, _tokens(text))
    except QueryError as e:
        yield f"the query {text!r} does not parse: {e}"
        return
    if fields is None:
        return
    field = ""
    for before, token in pairwise([None, *tokens]):
        typed = text[token.start : token.end]
        if token.kind == "field" and typed != "_exists_:":
            field = typed.rstrip(":")
            yield from _field(field, fields)
        elif before is not None and text[before.start : before.end] == "_exists_:":
            yield from _field(typed, fields)
        elif token.kind in ("range", "compare") and fields.get(field) not in {*NUMBERS, "date"}:
            yield f"{field} has no order for a range"


def _tokens(text: str) -> Iterator[Lexeme]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise QueryError(f"{text[at]!r} fits nothing", text, at)
        at = match.end()
        if match.lastgroup:
            yield Lexeme(match.lastgroup, *match.span(), (match[0],))


def _filters(filters: Sequence[Json], used: Uses, prefix: str) -> Iterator[str]:
    for at, one in enumerate(filters):
        meta = one["meta"]
        name = f"{prefix}.filter[{at}].meta.index"
        if meta.get("indexRefName") != name or "index" in meta:
            yield f"the filter on {meta.get('key')} has to name its data view as {name}"
        fields = used.view(name).fields
        yield from _field(meta["key"], fields)
        if (
            one.get("$state") != {"store": "appState"}
            or meta["key"] != meta["field"]
            or meta["disabled"] is not False
        ):
            yield f"the filter on {meta['key']} is none that Kibana saves"
        if {"phrase": "match_phrase", "phrases": "bool", "exists": "exists"}.get(meta["type"]) not in one[
            "query"
        ]:
            yield f"the filter on {meta['key']} is of type {meta['type']} and asks something else"
        elif meta["type"] == "phrase" and one["query"]["match_phrase"] != {
            meta["key"]: meta["params"]["query"]
        }:
            yield f"the filter on {meta['key']} shows one value and asks for another"


# -- searches --------------------------------------------------------------------------------------------


def _search(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    attributes = one["attributes"]
    source = _inner(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"], "searchSourceJSON")
    if set(attributes["kibanaSavedObjectMeta"]) != {"searchSourceJSON"} or set(source) != {
        "filter",
        "indexRefName",
        "query",
    }:
        yield "searchSourceJSON holds filter, indexRefName and query"
    if source.get("indexRefName") != f"{SOURCE}.index":
        raise Broken(f"the data view of a search is called {SOURCE}.index")
    fields = used.view(source["indexRefName"]).fields
    yield from _query(source["query"], fields)
    yield from _filters(source["filter"], used, SOURCE)
    if not attributes["columns"] or len(set(attributes["columns"])) < len(attributes["columns"]):
        yield "columns are one or more, none of them twice"
    for name in attributes["columns"]:
        yield from _field(name, fields)
    for order in attributes["sort"]:
        name, direction = order
        yield from _field(name, fields)
        if direction not in ("asc", "desc"):
            yield f"the order of {name} is asc or desc"
        if fields.get(name) == "text":
            yield f"{name} is running text and has no order"


# -- Lens ------------------------------------------------------------------------------------------------

STATE = {"adHocDataViews", "datasourceStates", "filters", "internalReferences", "query", "visualization"}
COLUMN = {
    "customLabel",
    "dataType",
    "filter",
    "isBucketed",
    "label",
    "operationType",
    "params",
    "scale",
    "sourceField",
}
NUMERIC = frozenset({"sum", "average", "median", "percentile"})
SERIES = {
    "bar", "bar_stacked", "bar_percentage_stacked", "bar_horizontal", "bar_horizontal_stacked",
    "bar_horizontal_percentage_stacked", "line", "area", "area_stacked", "area_percentage_stacked",
}  # fmt: skip


def _lens(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    state = one["attributes"]["state"]
    if set(state) != STATE:
        yield f"the state has {sorted(state)}"
    if state["adHocDataViews"] or state["internalReferences"] or state["filters"]:
        yield "a panel refers to data views by its references, and narrows by its query"
    layers = state["datasourceStates"]["formBased"]["layers"]
    if set(state["datasourceStates"]) != {"formBased"} or len(layers) != 1:
        yield "a panel has one layer, of a data view"
    [(layer_id, layer)] = layers.items()
    fields = used.view(f"indexpattern-datasource-layer-{layer_id}").fields
    yield from _query(state["query"], fields)
    yield from _layer(layer, fields)
    yield from _visualization(
        one["attributes"]["visualizationType"], state["visualization"], layer_id, layer["columns"]
    )


def _layer(layer: Json, fields: Fields) -> Iterator[str]:
    columns, order = layer["columns"], layer["columnOrder"]
    if sorted(order) != sorted(columns):
        yield f"columnOrder {order} does not name each column once"
        return
    if layer["incompleteColumns"] or layer.get("sampling", 1) != 1:
        yield "a column is incomplete, or the layer counts a sample only"
    bucketed = [bool(columns[id_]["isBucketed"]) for id_ in order]
    if bucketed != sorted(bucketed, reverse=True):
        yield f"columnOrder {order} has a number before a bucket"
    for id_, column in columns.items():
        yield from (f"column {id_}: {text}" for text in _column(column, columns, fields))
    labels = Counter(column["label"] for column in columns.values())
    if repeated := [label for label, times in labels.items() if times > 1]:
        yield f"two columns are labelled {repeated}"


def _column(column: Json, columns: Json, fields: Fields) -> Iterator[str]:
    if extra := set(column) - COLUMN:
        yield f"has {sorted(extra)}"
    op, params = column["operationType"], column["params"]
    if op not in _OPERATIONS:
        yield f"the operation {op} is not one of {sorted(_OPERATIONS)}"
        return
    if not column["label"].strip():
        yield "has no label"
    is_bucket, scale = _OPERATIONS[op]
    if column["isBucketed"] is not is_bucket or column["scale"] != scale:
        yield f"{op} has isBucketed {is_bucket} and scale {scale}"
    yield from _source(op, column, fields)
    if "filter" in column:
        if is_bucket:
            yield "a bucket has no filter"
        yield from _query(column["filter"], fields)
        if not column["filter"]["query"]:
            yield "an empty filter counts everything"
    if op == "terms":
        yield from _terms(params, columns)
    if op == "filters":
        yield from _cases(params["filters"], fields)
    if op == "date_histogram" and not re.fullmatch(r"auto|\d+[mhdwMy]", str(params.get("interval"))):
        yield f"the interval {params.get('interval')!r} is none"
    if op == "percentile" and not 0 < params["percentile"] < 100:
        yield f"there is no percentile {params['percentile']}"


_OPERATIONS: Mapping[str, tuple[bool, str]] = {
    "date_histogram": (True, "interval"),
    "terms": (True, "ordinal"),
    "filters": (True, "ordinal"),
    **dict.fromkeys(
        ("count", "unique_count", "sum", "average", "median", "percentile", "min", "max"), (False, "ratio")
    ),
}


def _source(op: str, column: Json, fields: Fields) -> Iterator[str]:
    field, data_type = column.get("sourceField"), column["dataType"]
    if op == "filters":
        if field is not None or data_type != "string":
            yield "filters have no field and are strings"
        return
    if op == "count":
        if field != "___records___" or data_type != "number":
            yield "count counts ___records___ and is a number"
        return
    es_type = fields.get(field or "")
    if es_type is None:
        yield f"there is no field {field}"
        return
    if es_type == "text":
        yield f"{field} is running text; nothing can be counted by it"
    has = kibana_type(es_type)
    if op == "date_histogram" and has != "date":
        yield f"{field} is no date"
    if op in NUMERIC and has != "number":
        yield f"{op} of {field}, which is no number"
    if op in ("min", "max") and has not in ("number", "date"):
        yield f"{op} of {field}, which has no order"
    wanted = "number" if op in NUMERIC or op == "unique_count" else has
    if data_type != wanted:
        yield f"{op} of {field} is a {wanted}, not a {data_type}"


def _terms(params: Json, columns: Json) -> Iterator[str]:
    order = params["orderBy"]
    if params["orderDirection"] not in ("asc", "desc") or not 1 <= params["size"] <= 1000:
        yield "terms have a direction and a size from 1 to 1000"
    if order["type"] == "column":
        by = columns.get(order.get("columnId"))
        if by is None:
            yield f"is ordered by {order.get('columnId')}, which is no column"
        elif by["isBucketed"] or "filter" in by or by["operationType"] in ("median", "percentile"):
            yield f"is ordered by {order['columnId']}, by which the server does not order"
    elif order["type"] != "alphabetical":
        yield f"orders by {order['type']}"
    if params["missingBucket"] and not params["otherBucket"]:
        yield "shows the missing only together with the others"
    if params.get("parentFormat") != {"id": "terms"}:
        yield "lacks parentFormat"


def _cases(cases: Sequence[Json], fields: Fields) -> Iterator[str]:
    if not cases or len({case["label"] for case in cases}) < len(cases):
        yield "filters are one or more, each with a label of its own"
    for case in cases:
        if not case["input"]["query"]:
            yield f"the filter {case['label']!r} is empty"
        yield from _query(case["input"], fields)


def _visualization(kind: str, shown: Json, layer_id: str, columns: Json) -> Iterator[str]:
    """Compare what a chart shows with the columns that there are: each is shown once, where it fits."""
    if kind not in _CHARTS:
        yield f"the visualisation {kind} is not one of {sorted(_CHARTS)}"
        return
    layers = shown.get("layers", [shown])
    if [layer["layerId"] for layer in layers] != [layer_id] or layers[0]["layerType"] != "data":
        yield f"shows the layers {[layer['layerId'] for layer in layers]}, and has {layer_id}"
    buckets, numbers = _CHARTS[kind](layers[0], columns)
    for ids, wanted in ((buckets, True), (numbers, False)):
        for id_ in ids:
            if id_ not in columns:
                yield f"shows the column {id_}, which does not exist"
            elif wanted is not columns[id_]["isBucketed"]:
                yield f"shows the column {id_} where it does not fit"
    for id_, times in Counter((*buckets, *numbers)).items():
        if times > 1:
            yield f"shows the column {id_} twice"
    if unseen := set(columns) - {*buckets, *numbers}:
        yield f"has columns that nobody sees: {sorted(unseen)}"
    if kind == "lnsXY":
        if layers[0]["seriesType"] not in SERIES or shown["preferredSeriesType"] != layers[0]["seriesType"]:
            yield f"draws {layers[0]['seriesType']}"
        if (
            layers[0]["seriesType"] == "line"
            and columns.get(layers[0]["xAccessor"], {}).get("dataType") != "date"
        ):
            yield "draws a line through values that have no order"
    if kind == "lnsPie" and shown["shape"] not in ("donut", "pie", "treemap", "mosaic", "waffle"):
        yield f"has the shape {shown['shape']}"
    if kind == "lnsDatatable" and (
        shown["sorting"]["columnId"] not in columns or shown["sorting"]["direction"] not in ("asc", "desc")
    ):
        yield f"is sorted by {shown['sorting']}"


def _xy_columns(layer: Json, columns: Json) -> tuple[list[str], list[str]]:
    split = [layer["splitAccessor"]] if "splitAccessor" in layer else []
    if not layer["accessors"]:
        raise Broken("a chart without a number")
    return [layer["xAccessor"], *split], list(layer["accessors"])


def _table_columns(layer: Json, columns: Json) -> tuple[list[str], list[str]]:
    """A table shows buckets and numbers in any order."""
    ids = [column["columnId"] for column in layer["columns"]]
    buckets = [id_ for id_ in ids if columns.get(id_, {}).get("isBucketed", True)]
    return buckets, [id_ for id_ in ids if id_ not in buckets]


_CHARTS: dict[str, Callable[[Json, Json], tuple[list[str], list[str]]]] = {
    "lnsXY": _xy_columns,
    "lnsDatatable": _table_columns,
    "lnsPie": lambda layer, _: (list(layer["primaryGroups"]), list(layer["metrics"])),
    "lnsMetric": lambda layer, _: ([], [layer["metricAccessor"]]),
    "lnsTagcloud": lambda layer, _: ([layer["tagAccessor"]], [layer["valueAccessor"]]),
}


# -- dashboards ------------------------------------------------------------------------------------------


def _dashboard(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
    attributes = one["attributes"]
    source = _inner(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"], "searchSourceJSON")
    if set(source) != {"filter", "query"} or source["filter"]:
        yield "searchSourceJSON holds a query and no filter"
    yield from _query(source["query"], None)
    yield from _times(attributes)
    panels = _inner(attributes["panelsJSON"], "panelsJSON")
    yield from _grid(panels)
    views: dict[str, View] = {}
    for panel in panels:
        yield from _panel(panel, used, views)
    if "controlGroupInput" in attributes:
        yield from _controls(attributes["controlGroupInput"], used, views)
    options = _inner(attributes["optionsJSON"], "optionsJSON")
    known = {"useMargins", "syncColors", "syncCursor", "syncTooltips", "hidePanelTitles"}
    if set(options) - known or not all(isinstance(value, bool) for value in options.values()):
        yield f"optionsJSON has {sorted(options)}"


def _times(attributes: Json) -> Iterator[str]:
    if attributes["timeRestore"]:
        for name in ("timeFrom", "timeTo"):
            if not re.fullmatch(r"now(-\d+[mhdwMy](/[mhdwMy])?)?", str(attributes.get(name))):
                yield f"{name} is {attributes.get(name)!r}"
        refresh = attributes.get("refreshInterval")
        if not refresh or set(refresh) != {"pause", "value"} or not isinstance(refresh["pause"], bool):
            yield "refreshInterval has pause and value"
        elif not refresh["pause"] and refresh["value"] < 5000:
            yield "refreshes more often than every five seconds"


def _grid(panels: Sequence[Json]) -> Iterator[str]:
    if not panels:
        yield "has no panel"
    for panel in panels:
        grid = panel["gridData"]
        if set(grid) != {"x", "y", "w", "h", "i"} or grid["i"] != panel["panelIndex"]:
            yield f"the panel {panel['panelIndex']} stands nowhere"
        elif min(grid["w"], grid["h"]) < 1 or min(grid["x"], grid["y"]) < 0 or grid["x"] + grid["w"] > GRID:
            yield f"the panel {grid['i']} leaves the grid of {GRID} columns"
    if len({panel["panelIndex"] for panel in panels}) < len(panels):
        yield "two panels have one panelIndex"
    for a, b in combinations([panel["gridData"] for panel in panels], 2):
        if _meet(a, b, "x", "w") and _meet(a, b, "y", "h"):
            yield f"the panels {a['i']} and {b['i']} overlap"


def _meet(a: Json, b: Json, start: str, size: str) -> bool:
    return bool(a[start] < b[start] + b[size] and b[start] < a[start] + a[size])


PANEL = {"embeddableConfig", "gridData", "panelIndex", "panelRefName", "title", "type", "version"}


def _panel(panel: Json, used: Uses, views: dict[str, View]) -> Iterator[str]:
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


CONTROL = {"dataViewId", "exclude", "existsSelected", "fieldName", "id", "searchTechnique",
"selectedOptions", "singleSelect", "sort", "title"}  # fmt: skip


def _controls(group: Json, used: Uses, views: Mapping[str, View]) -> Iterator[str]:
    if set(group) != {"panelsJSON", "controlStyle", "chainingSystem", "ignoreParentSettingsJSON"}:
        yield f"controlGroupInput has {sorted(group)}"
    if group["controlStyle"] not in ("oneLine", "twoLine") or group["chainingSystem"] not in (
        "HIERARCHICAL",
        "NONE",
    ):
        yield "controls stand on one line or two, and are chained or not"
    _inner(group["ignoreParentSettingsJSON"], "ignoreParentSettingsJSON")
    controls = _inner(group["panelsJSON"], "controlGroupInput.panelsJSON")
    if sorted(control["order"] for control in controls.values()) != list(range(len(controls))):
        yield "controls are ordered from 0 on"
    for id_, control in controls.items():
        choice = control["explicitInput"]
        if (
            control["type"] != "optionsListControl"
            or choice["id"] != id_
            or set(choice) - CONTROL
            or "dataViewId" in choice
        ):
            yield f"the control {id_} is no list of options"
            continue
        field = choice["fieldName"]
        own = used.view(f"controlGroup_{id_}:optionsListDataView")
        if (
            kibana_type(own.fields.get(field, "")) not in ("string", "boolean", "number")
            or own.fields[field] == "text"
        ):
            yield f"the control {id_} lists {field}, which has no values to list"
        # A filter on a field that an index does not have finds nothing there: the panel would go empty.
        for view in views.values():
            if view.fields.get(field) != own.fields.get(field):
                yield f"the control {id_} empties the panels on {view.title}, which has no such field {field}"


_CHECKS: dict[str, Callable[[Json, Uses, Mapping[str, Fields]], Iterator[str]]] = {
    "index-pattern": _view,
    "tag": _tag,
    "search": _search,
    "lens": _lens,
    "dashboard": _dashboard,
}
