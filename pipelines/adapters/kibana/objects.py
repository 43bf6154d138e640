"""Entries of `kibana/` -> saved objects as Kibana 8.19 exports them, one JSON object a line.

The versions are the oldest that know everything we use: Kibana migrates an object up on import, and refuses one
that is newer than itself. Times, owners and revisions are left to Kibana.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from crawlers.errors import CatalogueError
from pipelines.adapters.kibana import lens as lens_states
from pipelines.adapters.kibana.files import (
    Control,
    Dashboard,
    DataView,
    Entry,
    Filter,
    Lens,
    Panel,
    Search,
    Tag,
    dumps,
    read,
)

Json = dict[str, Any]

CORE_VERSION = "8.8.0"
TYPES: Mapping[type, tuple[str, str]] = {
    Tag: ("tag", "8.0.0"),
    DataView: ("index-pattern", "8.0.0"),
    Search: ("search", "8.0.0"),
    Lens: ("lens", "8.9.0"),
    Dashboard: ("dashboard", "8.9.0"),
}
"""Kibana's name of each kind of entry, and the version of its format that we write."""


def packaged_objects() -> Path:
    """Return the folder of the objects that come with Maplewire, in a checkout or an installed wheel."""
    package = Path(__file__).resolve().parents[2]
    beside = package.parent / "kibana"
    return beside if beside.is_dir() else package / "_kibana"


def build(folder: Path) -> bytes:
    """Return everything in `folder` as one .ndjson that Kibana imports: the same bytes for the same files.

    Raises CatalogueError where a file is wrong or names an entry that does not exist.
    """
    entries = read(folder)
    return "".join(f"{dumps(saved_object(entry, entries))}\n" for entry in entries).encode()


def saved_object(entry: Entry, entries: Iterable[Entry]) -> Json:
    """Return one entry as a saved object. `entries` are all of them: what it may refer to."""
    known = {other.id: other for other in entries}
    kind, version = TYPES[type(entry)]
    attributes, references = _attributes(entry, known)
    if not isinstance(entry, Tag):
        references += [
            _reference(f"tag-ref-{other.id}", other) for other in known.values() if isinstance(other, Tag)
        ]
    return {
        "attributes": attributes,
        "coreMigrationVersion": CORE_VERSION,
        "id": entry.id,
        "managed": False,
        "references": references if not isinstance(entry, DataView) else [],
        "type": kind,
        "typeMigrationVersion": version,
    }


def _attributes(entry: Entry, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    match entry:
        case Tag():
            return {"color": entry.color, "description": entry.description, "name": entry.name}, []
        case DataView():
            return _data_view(entry), []
        case Search():
            return _search(entry, known)
        case Lens():
            return _lens(entry, known)
        case Dashboard():
            return _dashboard(entry, known)


def _reference(name: str, to: Entry) -> Json:
    return {"id": to.id, "name": name, "type": TYPES[type(to)][0]}


def _the(kind: type, id_: str, known: Mapping[str, Entry], user: Entry) -> Entry:
    entry = known.get(id_)
    if entry is None or not isinstance(entry, kind):
        there = ", ".join(sorted(other.id for other in known.values() if isinstance(other, kind)))
        raise CatalogueError([f"kibana: {user.id} names {id_}, which does not exist; there are {there}"])
    return entry


def _data_view(view: DataView) -> Json:
    words = {field: _word_format(some) for field, some in view.words.items()}
    return {
        "allowHidden": False,
        "fieldAttrs": dumps({field: {"customLabel": label} for field, label in view.labels.items()}),
        "fieldFormatMap": dumps({**view.formats, **words}),
        "fields": "[]",
        "name": view.name,
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "timeFieldName": view.time_field,
        "title": view.index,
    }


def _word_format(words: Mapping[str, str]) -> Json:
    entries = [{"key": key, "value": word} for key, word in words.items()]
    return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}


# -- searches --------------------------------------------------------------------------------------------

SOURCE = "kibanaSavedObjectMeta.searchSourceJSON"


def _search(search: Search, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    view = _the(DataView, search.data_view, known, search)
    names = [f"{SOURCE}.filter[{at}].meta.index" for at in range(len(search.filters))]
    source = {
        "filter": [_filter(one, name) for one, name in zip(search.filters, names, strict=True)],
        "indexRefName": f"{SOURCE}.index",
        "query": lens_states.query_of(search.query),
    }
    attributes = {
        "columns": list(search.columns),
        "description": search.description,
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": dumps(source)},
        "sort": [list(order) for order in search.sort],
        "timeRestore": False,
        "title": search.title,
    }
    return attributes, [_reference(name, view) for name in (f"{SOURCE}.index", *names)]


def _filter(one: Filter, index_ref: str) -> Json:
    meta: Json = {
        "alias": None,
        "disabled": False,
        "field": one.field,
        "indexRefName": index_ref,
        "key": one.field,
    }
    meta["negate"] = one.negate
    if one.one_of:
        meta |= {"params": list(one.one_of), "type": "phrases"}
        should = [{"match_phrase": {one.field: value}} for value in one.one_of]
        query: Json = {"bool": {"minimum_should_match": 1, "should": should}}
    elif one.is_ is not None:
        meta |= {"params": {"query": one.is_}, "type": "phrase"}
        query = {"match_phrase": {one.field: one.is_}}
    else:
        meta |= {"type": "exists", "value": "exists"}
        query = {"exists": {"field": one.field}}
    return {"$state": {"store": "appState"}, "meta": meta, "query": query}


def _lens(lens: Lens, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    view = _the(DataView, lens.data_view, known, lens)
    attributes = {
        "description": lens.description,
        "state": lens_states.state(lens),
        "title": lens.title,
        "visualizationType": lens_states.visualization_type(lens.chart),
    }
    return attributes, [_reference(f"indexpattern-datasource-layer-{lens_states.LAYER}", view)]


# -- dashboards ------------------------------------------------------------------------------------------

OPTIONS = {
    "hidePanelTitles": False,
    "syncColors": True,
    "syncCursor": True,
    "syncTooltips": False,
    "useMargins": True,
}
OBEY_DASHBOARD = dict.fromkeys(
    ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False
)


def _dashboard(board: Dashboard, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    shown = [
        _the(Lens if panel.lens else Search, panel.lens or panel.search or "", known, board)
        for panel in board.panels
    ]
    controls = [(f"control-{control.field}", control) for control in board.controls]
    source = {"filter": [], "query": lens_states.query_of(board.query)}
    attributes = {
        "controlGroupInput": {
            "chainingSystem": "HIERARCHICAL",
            "controlStyle": "oneLine",
            "ignoreParentSettingsJSON": dumps(OBEY_DASHBOARD),
            "panelsJSON": dumps({id_: _control(id_, c, at) for at, (id_, c) in enumerate(controls)}),
        },
        "description": board.description,
        "kibanaSavedObjectMeta": {"searchSourceJSON": dumps(source)},
        "optionsJSON": dumps(OPTIONS),
        "panelsJSON": dumps([_panel(p, to) for p, to in zip(board.panels, shown, strict=True)]),
        "refreshInterval": {"pause": not board.refresh_s, "value": 1000 * board.refresh_s},
        "timeFrom": board.time_from,
        "timeRestore": True,
        "timeTo": "now",
        "title": board.title,
    }
    references = [_reference(f"{to.id}:panel_{to.id}", to) for to in shown]
    references += [
        _reference(f"controlGroup_{id_}:optionsListDataView", _the(DataView, c.data_view, known, board))
        for id_, c in controls
    ]
    return attributes, references


def _panel(panel: Panel, to: Entry) -> Json:
    x, y, width, height = panel.at
    return {
        "embeddableConfig": {"enhancements": {}},
        "gridData": {"h": height, "i": to.id, "w": width, "x": x, "y": y},
        "panelIndex": to.id,
        "panelRefName": f"panel_{to.id}",
        "type": TYPES[type(to)][0],
        "version": "8.9.0",
    }


def _control(id_: str, control: Control, order: int) -> Json:
    choice = {
        "fieldName": control.field,
        "id": id_,
        "searchTechnique": "prefix",
        "selectedOptions": [],
        "sort": {"by": "_count", "direction": "desc"},
        "title": control.title,
    }
    return {
        "explicitInput": choice,
        "grow": True,
        "order": order,
        "type": "optionsListControl",
        "width": "medium",
    }
