"""A panel's file -> the state of a Lens visualisation.

Kibana knows this form (`formBased`) since 8.6. It does not check it on import: what is wrong in it shows
when somebody opens the panel. tests/kibana/structure.py checks it instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipelines.adapters.kibana.files import XY, Chart, Cloud, Column, Donut, Lens, Metric, Table

#: Every panel has one layer; its name is part of the reference to the data view.
LAYER = "main"

Json = dict[str, Any]

_VISUALIZATION_TYPES = {
    "xy": "lnsXY",
    "table": "lnsDatatable",
    "metric": "lnsMetric",
    "donut": "lnsPie",
    "cloud": "lnsTagcloud",
}
_DATA_TYPES = {"date_histogram": "date", "terms": "string", "filters": "string"}
_SCALES = {"date_histogram": "interval", "terms": "ordinal", "filters": "ordinal"}
#: Kibana's name of the documents themselves, where a field is wanted.
_ALL_RECORDS = "___records___"


def query_of(text: str) -> Json:
    """Return a query of ours as Kibana stores it."""
    return {"language": "lucene", "query": text}


def visualization_type(chart: Chart) -> str:
    """Return Kibana's name of the chart's type."""
    return _VISUALIZATION_TYPES[chart.type]


def lens_state(lens: Lens) -> Json:
    """Return `attributes.state` of a Lens object."""
    columns: dict[str, Json] = {}
    buckets: list[str] = []
    numbers: list[str] = []
    for id_, column in lens.columns.items():
        columns[id_] = _column_state(column)
        (buckets if column.is_bucket else numbers).append(id_)
    layer = {
        # Lens wants buckets first.
        "columnOrder": [*buckets, *numbers],
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
        "visualization": _visualization_state(lens.chart),
    }


# -- columns ---------------------------------------------------------------------------------------------


def _column_state(column: Column) -> Json:
    state: Json = {
        "customLabel": True,
        "dataType": column.type or _DATA_TYPES.get(column.op, "number"),
        "isBucketed": column.is_bucket,
        "label": column.label,
        "operationType": column.op,
        "params": _column_params(column),
        "scale": _scale_of(column),
    }
    if column.op == "count":
        state["sourceField"] = _ALL_RECORDS
    elif column.op != "filters":
        state["sourceField"] = column.field
    if column.only:
        state["filter"] = query_of(column.only)
    return state


def _scale_of(column: Column) -> str:
    if column.op == "last_value" and column.type == "string":
        return "ordinal"
    return _SCALES.get(column.op, "ratio")


def _column_params(column: Column) -> Json:
    params = _own_params(column)
    if column.percent:
        params["format"] = {"id": "percent", "params": {"decimals": 0}}
    return params


def _own_params(column: Column) -> Json:
    match column.op:
        case "date_histogram":
            return {"dropPartials": False, "includeEmptyRows": True, "interval": "auto"}
        case "filters":
            return _filters_params(column)
        case "terms":
            return _terms_params(column)
        case "percentile":
            return {"percentile": column.percentile}
        case "average" | "median":
            return {}
        case "last_value":
            # As arrays, Kibana asks for whole documents (`top_hits`), which every licence has.
            return {"showArrayValues": True, "sortField": column.latest_by}
    # A day without documents has no number, which is not zero.
    return {"emptyAsNull": True}


def _filters_params(column: Column) -> Json:
    filters: list[Json] = []
    for case in column.cases:
        filters.append({"input": query_of(case.query), "label": case.label})
    return {"filters": filters}


def _terms_params(column: Column) -> Json:
    order_by: Json = {"type": "alphabetical", "fallback": False}
    direction = "asc"
    if column.by:
        order_by = {"type": "column", "columnId": column.by}
        if not column.ascending:
            direction = "desc"
    # All that Lens itself writes, also what is a default.
    return {
        "exclude": [],
        "excludeIsRegex": False,
        "include": [],
        "includeIsRegex": False,
        "missingBucket": column.missing,
        "orderBy": order_by,
        "orderDirection": direction,
        "otherBucket": column.other,
        "parentFormat": {"id": "terms"},
        "size": column.size,
    }


# -- charts ----------------------------------------------------------------------------------------------


def _visualization_state(chart: Chart) -> Json:
    return _CHARTS[type(chart)](chart)


def _xy_state(chart: XY) -> Json:
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
        # Bars show gaps as gaps; a line needs a way across them.
        "fittingFunction": "Linear" if chart.series == "line" else "None",
        "gridlinesVisibilitySettings": {"x": False, "yLeft": True, "yRight": True},
        "labelsOrientation": {"x": 0, "yLeft": 0, "yRight": 0},
        "layers": [layer],
        "legend": {"isVisible": bool(chart.split) or len(chart.y) > 1, "position": "right"},
        "preferredSeriesType": chart.series,
        "tickLabelsVisibilitySettings": {"x": True, "yLeft": True, "yRight": True},
        "valueLabels": "hide",
    }


def _table_state(chart: Table) -> Json:
    direction = "asc" if chart.ascending else "desc"
    columns: list[Json] = []
    for id_ in chart.columns:
        columns.append({"columnId": id_, "oneClickFilter": True} if id_ == chart.click else {"columnId": id_})
    return {
        "columns": columns,
        "layerId": LAYER,
        "layerType": "data",
        "paging": {"enabled": True, "size": chart.rows},
        "sorting": {"columnId": chart.sort, "direction": direction},
    }


def _metric_state(chart: Metric) -> Json:
    return {"layerId": LAYER, "layerType": "data", "metricAccessor": chart.value, "showBar": False}


def _donut_state(chart: Donut) -> Json:
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


def _cloud_state(chart: Cloud) -> Json:
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
    XY: _xy_state,
    Table: _table_state,
    Metric: _metric_state,
    Donut: _donut_state,
    Cloud: _cloud_state,
}
