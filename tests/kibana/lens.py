"""The state of Lens panels, which Kibana does not check when it imports them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import get_args

from crawlers.model import Owner
from pipelines.model import Relation, StoryKind
from tests.kibana.fields import Fields, kibana_type
from tests.kibana.queries import query_problems
from tests.kibana.references import Broken, Json, Uses

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
ORDERED = frozenset({"number", "date"})
NUMERIC = frozenset({"sum", "average", "median", "percentile"})
#: Fields of a closed list, and how many values each can have.
CLOSED_LISTS = {
    "kind": len(get_args(StoryKind)),
    "relation": len(Relation),
    "owner": len(get_args(Owner)),
}
SERIES = {
    "bar", "bar_stacked", "bar_percentage_stacked", "bar_horizontal", "bar_horizontal_stacked",
    "bar_horizontal_percentage_stacked", "line", "area", "area_stacked", "area_percentage_stacked",
}  # fmt: skip


def lens_problems(one: Json, used: Uses, indices: Mapping[str, Fields]) -> Iterator[str]:
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
    yield from query_problems(state["query"], fields)
    yield from _layer_problems(layer, fields)
    yield from _visualization_problems(
        one["attributes"]["visualizationType"], state["visualization"], layer_id, layer["columns"]
    )


def _layer_problems(layer: Json, fields: Fields) -> Iterator[str]:
    columns, order = layer["columns"], layer["columnOrder"]
    if sorted(order) != sorted(columns):
        yield f"columnOrder {order} does not name each column once"
        return
    if layer["incompleteColumns"] or layer.get("sampling", 1) != 1:
        yield "a column is incomplete, or the layer counts a sample only"
    buckets_first = sorted(order, key=lambda id_: not columns[id_]["isBucketed"])
    if order != buckets_first:
        yield f"columnOrder {order} has a number before a bucket"
    for id_, column in columns.items():
        for text in _column_problems(column, columns, fields):
            yield f"column {id_}: {text}"
    yield from _label_problems(columns)


def _label_problems(columns: Json) -> Iterator[str]:
    labels = Counter(column["label"] for column in columns.values())
    if repeated := [label for label, times in labels.items() if times > 1]:
        yield f"two columns are labelled {repeated}"


def _column_problems(column: Json, columns: Json, fields: Fields) -> Iterator[str]:
    if extra := set(column) - COLUMN:
        yield f"has {sorted(extra)}"
    op = column["operationType"]
    if op not in _OPERATIONS:
        yield f"the operation {op} is not one of {sorted(_OPERATIONS)}"
        return
    if not column["label"].strip():
        yield "has no label"
    is_bucket, scale = _OPERATIONS[op]
    if op == "last_value" and column["dataType"] != "string":
        scale = "ratio"
    if column["isBucketed"] is not is_bucket or column["scale"] != scale:
        yield f"{op} has isBucketed {is_bucket} and scale {scale}"
    yield from _source_problems(op, column, fields)
    if "filter" in column:
        yield from _column_filter_problems(column["filter"], fields, is_bucket=is_bucket)
    yield from _params_problems(op, column["params"], columns, fields)
    if op == "terms":
        yield from _size_problems(column)
    if column["params"].get("format", {"id": "number"})["id"] not in ("percent", "number", "duration"):
        yield f"there is no format {column['params']['format']}"


def _column_filter_problems(only: Json, fields: Fields, *, is_bucket: bool) -> Iterator[str]:
    if is_bucket:
        yield "a bucket has no filter"
    yield from query_problems(only, fields)
    if not only["query"]:
        yield "an empty filter counts everything"


def _params_problems(op: str, params: Json, columns: Json, fields: Fields) -> Iterator[str]:
    match op:
        case "terms":
            yield from _order_problems(params, columns)
        case "filters":
            yield from _cases_problems(params["filters"], fields)
        case "date_histogram":
            if not re.fullmatch(r"auto|\d+[mhdwMy]", str(params.get("interval"))):
                yield f"the interval {params.get('interval')!r} is none"
        case "percentile":
            if not 0 < params["percentile"] < 100:
                yield f"there is no percentile {params['percentile']}"
        case "last_value":
            if fields.get(params["sortField"]) != "date":
                yield f"the last value by {params['sortField']}, which is no date"
            # Without arrays Kibana asks for `top_metrics`, which takes no texts of several values.
            if params["showArrayValues"] is not True:
                yield "the last value is asked for by top_metrics"


_OPERATIONS: Mapping[str, tuple[bool, str]] = {
    "date_histogram": (True, "interval"),
    "terms": (True, "ordinal"),
    "filters": (True, "ordinal"),
    # Of a text; the scale of a number or a date is told below.
    "last_value": (False, "ordinal"),
    **dict.fromkeys(
        ("count", "unique_count", "sum", "average", "median", "percentile", "min", "max"), (False, "ratio")
    ),
}


def _source_problems(op: str, column: Json, fields: Fields) -> Iterator[str]:
    field, data_type = column.get("sourceField"), column["dataType"]
    if op == "filters":
        if field is not None or data_type != "string":
            yield "filters have no field and are strings"
    elif op == "count":
        if field != "___records___" or data_type != "number":
            yield "count counts ___records___ and is a number"
    elif field not in fields:
        yield f"there is no field {field}"
    else:
        yield from _field_use_problems(op, field, data_type, fields[field])


def _field_use_problems(op: str, field: str, data_type: str, es_type: str) -> Iterator[str]:
    """Compare an operation with the type of its field."""
    if es_type == "text":
        yield f"{field} is running text; nothing can be counted by it"
    has = kibana_type(es_type)
    if op == "date_histogram" and has != "date":
        yield f"{field} is no date"
    if op in NUMERIC and has != "number":
        yield f"{op} of {field}, which is no number"
    if op in ("min", "max") and has not in ORDERED:
        yield f"{op} of {field}, which has no order"
    wanted = "number" if op in NUMERIC | {"unique_count"} else has
    if data_type != wanted:
        yield f"{op} of {field} is a {wanted}, not a {data_type}"


def _size_problems(column: Json) -> Iterator[str]:
    """Compare the values that are shown with all that a field of a closed list can have."""
    most = CLOSED_LISTS.get(column["sourceField"], 0)
    if not column["params"]["otherBucket"] and column["params"]["size"] < most:
        yield f"{column['sourceField']} has {most} values, of which {column['params']['size']} are shown"


def _order_problems(params: Json, columns: Json) -> Iterator[str]:
    if params["orderDirection"] not in ("asc", "desc") or not 1 <= params["size"] <= 1000:
        yield "terms have a direction and a size from 1 to 1000"
    order = params["orderBy"]
    if order["type"] == "column":
        yield from _order_column_problems(order.get("columnId"), columns)
    elif order["type"] != "alphabetical":
        yield f"orders by {order['type']}"
    if params["missingBucket"] and not params["otherBucket"]:
        yield "shows the missing only together with the others"
    if params.get("parentFormat") != {"id": "terms"}:
        yield "lacks parentFormat"


def _order_column_problems(id_: str, columns: Json) -> Iterator[str]:
    by = columns.get(id_)
    if by is None:
        yield f"is ordered by {id_}, which is no column"
    elif by["isBucketed"] or "filter" in by or by["operationType"] in ("median", "percentile", "last_value"):
        yield f"is ordered by {id_}, by which the server does not order"


def _cases_problems(cases: Sequence[Json], fields: Fields) -> Iterator[str]:
    if not cases or len({case["label"] for case in cases}) < len(cases):
        yield "filters are one or more, each with a label of its own"
    for case in cases:
        if not case["input"]["query"]:
            yield f"the filter {case['label']!r} is empty"
        yield from query_problems(case["input"], fields)


def _visualization_problems(kind: str, shown: Json, layer_id: str, columns: Json) -> Iterator[str]:
    """Compare what a chart shows with the columns: each is shown once, where it fits."""
    if kind not in _CHARTS:
        yield f"the visualisation {kind} is not one of {sorted(_CHARTS)}"
        return
    layers = shown.get("layers", [shown])
    if [layer["layerId"] for layer in layers] != [layer_id] or layers[0]["layerType"] != "data":
        yield f"shows the layers {[layer['layerId'] for layer in layers]}, and has {layer_id}"
    buckets, numbers = _CHARTS[kind](layers[0], columns)
    for ids, wanted in ((buckets, True), (numbers, False)):
        yield from _shown_column_problems(ids, columns, is_bucket=wanted)
    for id_, times in Counter((*buckets, *numbers)).items():
        if times > 1:
            yield f"shows the column {id_} twice"
    if unseen := set(columns) - {*buckets, *numbers}:
        yield f"has columns that nobody sees: {sorted(unseen)}"
    yield from _chart_problems(kind, shown, layers[0], columns)


def _shown_column_problems(ids: Sequence[str], columns: Json, *, is_bucket: bool) -> Iterator[str]:
    for id_ in ids:
        if id_ not in columns:
            yield f"shows the column {id_}, which does not exist"
        elif is_bucket is not columns[id_]["isBucketed"]:
            yield f"shows the column {id_} where it does not fit"


def _chart_problems(kind: str, shown: Json, layer: Json, columns: Json) -> Iterator[str]:
    match kind:
        case "lnsXY":
            yield from _series_problems(shown, layer, columns)
        case "lnsPie":
            if shown["shape"] not in ("donut", "pie", "treemap", "mosaic", "waffle"):
                yield f"has the shape {shown['shape']}"
        case "lnsDatatable":
            sorting = shown["sorting"]
            if sorting["columnId"] not in columns or sorting["direction"] not in ("asc", "desc"):
                yield f"is sorted by {sorting}"
            yield from _click_problems(layer["columns"], columns)


def _click_problems(shown: Sequence[Json], columns: Json) -> Iterator[str]:
    for place in shown:
        if set(place) - {"columnId", "oneClickFilter", "width", "hidden", "alignment"}:
            yield f"a column of the table has {sorted(place)}"
        if place.get("oneClickFilter") and not columns.get(place["columnId"], {}).get("isBucketed", True):
            yield f"one click on {place['columnId']}, by which nobody can filter"


def _series_problems(shown: Json, layer: Json, columns: Json) -> Iterator[str]:
    series = layer["seriesType"]
    if series not in SERIES or shown["preferredSeriesType"] != series:
        yield f"draws {series}"
    x_column = columns.get(layer["xAccessor"], {})
    if series == "line" and x_column.get("dataType") != "date":
        yield "draws a line through values that have no order"


def _xy_columns(layer: Json, columns: Json) -> tuple[list[str], list[str]]:
    if not layer["accessors"]:
        raise Broken("a chart without a number")
    buckets = [layer["xAccessor"]]
    if "splitAccessor" in layer:
        buckets.append(layer["splitAccessor"])
    return buckets, list(layer["accessors"])


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
