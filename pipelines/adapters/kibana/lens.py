"""A panel of ours -> the state of a Lens visualisation (Kibana 8.6 and later, `formBased`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelines.adapters.kibana.files import XY, Chart, Cloud, Column, Donut, Lens, Metric, Table

LAYER = "main"
"""Every panel has one layer; its name is part of the reference to the data view."""

Json = dict[str, Any]


def query_of(text: str) -> Json:
    return {"language": "lucene", "query": text}


def visualization_type(chart: Chart) -> str:
    return {
        "xy": "lnsXY",
        "table": "lnsDatatable",
        "metric": "lnsMetric",
        "donut": "lnsPie",
        "cloud": "lnsTagcloud",
    }[chart.type]


def state(lens: Lens) -> Json:
    """Return `attributes.state` of a Lens object."""
    columns = {id_: _column(column) for id_, column in lens.columns.items()}
    buckets = [id_ for id_, column in lens.columns.items() if column.is_bucket]
    layer = {
        "columnOrder": [*buckets, *(id_ for id_ in columns if id_ not in buckets)],
        "columns": columns,
        "incompleteColumns": {},
        "sampling": 1,
    }
    return {
        "adHocDataViews": {},
        "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
        "filters": [],
        "internalReferences": [],
        "query": query_of(lens.query),
        "visualization": _visualization(lens.chart),
    }


# -- columns ---------------------------------------------------------------------------------------------


def _column(column: Column) -> Json:
    made: Json = {
        "customLabel": True,
        "dataType": column.type or _DATA_TYPES.get(column.op, "number"),
        "isBucketed": column.is_bucket,
        "label": column.label,
        "operationType": column.op,
        "params": _params(column),
        "scale": _SCALES.get(column.op, "ratio"),
    }
    if column.op != "filters":
        made["sourceField"] = "___records___" if column.op == "count" else column.field
    if column.only:
        made["filter"] = query_of(column.only)
    return made


_DATA_TYPES = {"date_histogram": "date", "terms": "string", "filters": "string"}
_SCALES = {"date_histogram": "interval", "terms": "ordinal", "filters": "ordinal"}


def _params(column: Column) -> Json:
    match column.op:
        case "date_histogram":
            return {"dropPartials": False, "includeEmptyRows": True, "interval": "auto"}
        case "filters":
            return {
                "filters": [{"input": query_of(case.query), "label": case.label} for case in column.cases]
            }
        case "terms":
            by: Json = {"type": "alphabetical", "fallback": False}
            return {
                "exclude": [],
                "excludeIsRegex": False,
                "include": [],
                "includeIsRegex": False,
                "missingBucket": False,
                "orderBy": {"type": "column", "columnId": column.by} if column.by else by,
                "orderDirection": "asc" if column.ascending or not column.by else "desc",
                "otherBucket": column.other,
                "parentFormat": {"id": "terms"},
                "size": column.size,
            }
        case "percentile":
            return {"percentile": column.percentile}
        case "average" | "median" | "min" | "max":
            return {"emptyAsNull": True} if column.op in ("min", "max") else {}
        case _:
            return {"emptyAsNull": True}


# -- charts ----------------------------------------------------------------------------------------------


def _visualization(chart: Chart) -> Json:
    return _CHARTS[type(chart)](chart)


def _xy(chart: XY) -> Json:
    layer: Json = {
        "accessors": list(chart.y),
        "layerId": LAYER,
        "layerType": "data",
        "seriesType": chart.series,
        "xAccessor": chart.x,
    }
    if chart.split:
        layer["splitAccessor"] = chart.split
    return {
        "axisTitlesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "fittingFunction": "Linear" if chart.series == "line" else "None",
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
        "layers": [layer],
        "legend": {"isVisible": bool(chart.split) or len(chart.y) > 1, "position": "right"},
        "preferredSeriesType": chart.series,
        "tickLabelsVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
        "valueLabels": "hide",
    }


def _table(chart: Table) -> Json:
    return {
        "columns": [{"columnId": id_} for id_ in chart.columns],
        "layerId": LAYER,
        "layerType": "data",
        "paging": {"enabled": True, "size": chart.rows},
        "sorting": {"columnId": chart.sort, "direction": "asc" if chart.ascending else "desc"},
    }


def _metric(chart: Metric) -> Json:
    return {"layerId": LAYER, "layerType": "data", "metricAccessor": chart.value, "showBar": False}


def _donut(chart: Donut) -> Json:
    layer = {
        "categoryDisplay": "default",
        "layerId": LAYER,
        "layerType": "data",
        "legendDisplay": "show",
        "metrics": [chart.value],
        "nestedLegend": False,
        "numberDisplay": "percent",
        "primaryGroups": [chart.by],
    }
    return {"layers": [layer], "shape": "donut"}


def _cloud(chart: Cloud) -> Json:
    return {
        "layerId": LAYER,
        "layerType": "data",
        "maxFontSize": 54,
        "minFontSize": 14,
        "orientation": "single",
        "showLabel": False,
        "tagAccessor": chart.tag,
        "valueAccessor": chart.value,
    }


_CHARTS: Mapping[type, Callable[[Any], Json]] = {
    XY: _xy,
    Table: _table,
    Metric: _metric,
    Donut: _donut,
    Cloud: _cloud,
}
