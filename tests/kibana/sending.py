"""Saved objects -> the search requests that Kibana sends for them, and their answers as rows.

Each bucket column is an aggregation within the one before it in `columnOrder`, each number stands in the
innermost; `terms` ordered by a number carry it beside them on their own level; for "other" a second
request counts what the first one's values leave out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

OPTIONS = {"analyze_wildcard": True, "time_zone": "America/Toronto"}
"""Kibana's default options of a query string, and the time zone of the reader's browser."""
MISSING = "__missing__"
"""What stands for documents without the field in Kibana's requests; it shows “(missing value)”."""
INTERVAL = "1d"
"""What "auto" comes to in a dashboard of some weeks."""


@dataclass(frozen=True)
class Context:
    """What a dashboard adds to a panel's own query: its time range and what is chosen in its controls."""

    time_from: str = "now-90d"
    query: str = ""
    chosen: Mapping[str, Any] | None = None


def query_string(text: str) -> Json:
    return {"query_string": {"query": text, **OPTIONS}} if text else {"match_all": {}}


def where(queries: Sequence[str], filters: Sequence[Json], time_field: str, context: Context) -> Json:
    """Return the query of a request: everything as filters, as Kibana has it."""
    time = {"range": {time_field: {"gte": context.time_from, "lte": "now"}}}
    clauses = [time, *(query_string(text) for text in (*queries, context.query) if text)]
    for field, value in (context.chosen or {}).items():
        clauses.append({"match_phrase": {field: value}})
    positive = [one["query"] for one in filters if not one["meta"]["negate"]]
    negative = [one["query"] for one in filters if one["meta"]["negate"]]
    return {"bool": {"filter": [*clauses, *positive], "must_not": negative}}


# -- Lens ------------------------------------------------------------------------------------------------


def lens_request(state: Json, time_field: str, context: Context) -> Json:
    """Return the body of the request that a panel sends."""
    layer = only_layer(state)
    return {
        "size": 0,
        "track_total_hits": True,
        "query": where([state["query"]["query"]], [], time_field, context),
        "aggs": _aggs(layer["columnOrder"], layer["columns"]),
    }


def only_layer(state: Json) -> Json:
    [layer] = state["datasourceStates"]["formBased"]["layers"].values()
    return dict(layer)


def _aggs(order: Sequence[str], columns: Mapping[str, Json]) -> Json:
    if not order or not columns[order[0]]["isBucketed"]:
        numbers = {id_: _number(columns[id_]) for id_ in order}
        return {id_: body for id_, body in numbers.items() if body}
    first, rest = order[0], order[1:]
    body = _bucket(columns[first], columns)
    inner = _aggs(rest, columns)
    by = columns[first]["params"].get("orderBy", {}).get("columnId")
    if by and (number := _number(columns[by])):
        inner[by] = number
    return {first: body | ({"aggs": inner} if inner else {})}


def _bucket(column: Json, columns: Mapping[str, Json]) -> Json:
    params, field = column["params"], column.get("sourceField")
    match column["operationType"]:
        case "date_histogram":
            return {
                "date_histogram": {
                    "field": field,
                    "calendar_interval" if params["interval"] != "auto" else "fixed_interval": (
                        INTERVAL if params["interval"] == "auto" else params["interval"]
                    ),
                    "time_zone": OPTIONS["time_zone"],
                    "min_doc_count": 0 if params["includeEmptyRows"] else 1,
                }
            }
        case "filters":
            cases = {case["label"]: query_string(case["input"]["query"]) for case in params["filters"]}
            return {"filters": {"filters": cases}}
        case "terms":
            terms = {"field": field, "size": params["size"], "order": _order(params, columns)}
            return {"terms": terms | ({"missing": MISSING} if params["missingBucket"] else {})}
    raise AssertionError(column["operationType"])


def _order(params: Json, columns: Mapping[str, Json]) -> Json:
    by = params["orderBy"]
    if by["type"] == "alphabetical":
        return {"_key": params["orderDirection"]}
    key = by["columnId"] if _number(columns[by["columnId"]]) else "_count"
    return {key: params["orderDirection"]}


def _number(column: Json) -> Json:
    """Return the aggregation of a number; an empty one for a count, which every bucket has."""
    field, params = column["sourceField"], column["params"]
    body: Json = {
        "count": {},
        "unique_count": {"cardinality": {"field": field}},
        "sum": {"sum": {"field": field}},
        "average": {"avg": {"field": field}},
        "min": {"min": {"field": field}},
        "max": {"max": {"field": field}},
        "median": {"percentiles": {"field": field, "percents": [50]}},
        "percentile": {"percentiles": {"field": field, "percents": [params.get("percentile", 50)]}},
        "last_value": {
            "top_hits": {
                "size": 1,
                "_source": False,
                "docvalue_fields": [{"field": field}],
                "sort": [{params.get("sortField"): {"order": "desc"}}],
            }
        },
    }[column["operationType"]]
    if "filter" in column:
        inner = {"aggs": {"value": body}} if body else {}
        return {"filter": query_string(column["filter"]["query"]), **inner}
    return body


def rows(state: Json, answer: Json) -> list[dict[str, Any]]:
    """Return the rows that a panel shows: one value a column, None where there is none."""
    layer = only_layer(state)
    whole = answer.get("aggregations", {}) | {"doc_count": answer["hits"]["total"]["value"]}
    return list(_rows(layer["columnOrder"], layer["columns"], whole))


def _rows(order: Sequence[str], columns: Mapping[str, Json], found: Json) -> Iterator[dict[str, Any]]:
    if not order or not columns[order[0]]["isBucketed"]:
        yield {id_: _value(found.get(id_, found)) for id_ in order}
        return
    buckets = found[order[0]]["buckets"]
    named = (
        buckets.items()
        if isinstance(buckets, dict)
        else [(b.get("key_as_string", b["key"]), b) for b in buckets]
    )
    for key, bucket in named:
        if bucket["doc_count"]:
            for row in _rows(order[1:], columns, bucket):
                yield {order[0]: key, **row}


def _newest_value(hits: Sequence[Json]) -> Any:
    """Return the values of the newest document; one of them alone, None where there is none."""
    values: list[Any] = []
    for hit in hits:
        for some in hit.get("fields", {}).values():
            values += some
    if len(values) > 1:
        return values
    return next(iter(values), None)


def _value(found: Json) -> Any:
    if "hits" in found:
        return _newest_value(found["hits"]["hits"])
    if "value" not in found and "values" not in found:
        return found["doc_count"]
    if "doc_count" in found:
        found = found["value"]
    if "values" in found:
        [value] = found["values"].values()
        return value
    return found["value"]


def other_request(state: Json, answer: Json, request: Json) -> Json | None:
    """Return the second request of a panel whose outermost `terms` also show all others."""
    layer = only_layer(state)
    first = layer["columnOrder"][0]
    column = layer["columns"][first]
    if column["operationType"] != "terms" or not column["params"]["otherBucket"]:
        return None
    field = column["sourceField"]
    seen = [{"match_phrase": {field: bucket["key"]}} for bucket in answer["aggregations"][first]["buckets"]]
    rest = {"bool": {"filter": [{"exists": {"field": field}}], "must_not": seen}}
    inner = request["aggs"][first].get("aggs", {})
    return request | {
        "aggs": {"other": {"filters": {"filters": {"": rest}}, **({"aggs": inner} if inner else {})}}
    }


# -- searches and controls -------------------------------------------------------------------------------


def search_request(attributes: Json, time_field: str, context: Context) -> Json:
    """Return the request of a Discover session, with the fields of its columns."""
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    return {
        "size": 500,
        "track_total_hits": True,
        "query": where([source["query"]["query"]], source["filter"], time_field, context),
        "sort": [
            {field: {"order": order, "unmapped_type": "boolean"}} for field, order in attributes["sort"]
        ],
        "fields": [{"field": field} for field in attributes["columns"]],
        "_source": False,
    }


def options_request(field: str, time_field: str, context: Context) -> Json:
    """Return the request that fills a control's list."""
    terms = {"field": field, "size": 10, "shard_size": 10, "order": {"_count": "desc"}}
    return {
        "size": 0,
        "query": where([], [], time_field, context),
        "aggs": {"suggestions": {"terms": terms}, "unique_terms": {"cardinality": {"field": field}}},
    }
