"""Files of `kibana/` -> saved objects as Kibana 8.19 exports them.

The versions are the oldest that know everything we use: Kibana migrates an object up on import, and
refuses one that is newer than itself. Times, owners and revisions are left to Kibana.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from crawlers.errors import CatalogueError
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
    read_files,
)
from pipelines.adapters.kibana.lens import LAYER, lens_state, query_of, visualization_type
from pipelines.model import KibanaPlace
from pipelines.model.reading_room import ReadingRoom, story_path

Json = dict[str, Any]
USUAL_PLACE = KibanaPlace()
E = TypeVar("E", bound=Entry)

#: The field of a data view that names a story.
STORY_FIELD = "story_id"
CORE_VERSION = "8.8.0"
#: Kibana's name of each kind of entry, and the version of its format that we write.
TYPES: Mapping[type, tuple[str, str]] = {
    Tag: ("tag", "8.0.0"),
    DataView: ("index-pattern", "8.0.0"),
    Search: ("search", "8.0.0"),
    Lens: ("lens", "8.9.0"),
    Dashboard: ("dashboard", "8.9.0"),
}
#: Where a search keeps its query; names of references begin with it.
SOURCE = "kibanaSavedObjectMeta.searchSourceJSON"
OPTIONS = {
    "hidePanelTitles": False,
    "syncColors": True,
    "syncCursor": True,
    "syncTooltips": False,
    "useMargins": True,
}
#: A control narrows its own choices by what the dashboard shows.
OBEY_DASHBOARD = dict.fromkeys(
    ("ignoreFilters", "ignoreQuery", "ignoreTimerange", "ignoreValidations"), False
)


def packaged_objects() -> Path:
    """Return the folder of the objects that come with Maplewire."""
    package = Path(__file__).resolve().parents[2]
    in_checkout = package.parent / "kibana"
    if in_checkout.is_dir():
        return in_checkout
    return package / "_kibana"  # of an installed wheel


def build(
    folder: Path,
    of_beat: Path | None = None,
    place: KibanaPlace = USUAL_PLACE,
    room: ReadingRoom | None = None,
) -> bytes:
    """Return everything in `folder` as one .ndjson that Kibana imports.

    With what a beat adds in a folder of the same form, such as its saved searches. Ids and indices are those
    of `place`; ids of stories lead to the reading room, where there is one. The same files give the same
    bytes. Raises CatalogueError where a file is wrong or names an entry that does not exist.
    """
    entries = read_files(folder, of_beat)
    ndjson = ""
    for entry in entries:
        if room is not None and isinstance(entry, DataView):
            entry = _with_links_to(room, entry)
        ndjson += f"{dumps(_placed(saved_object(entry, entries), place))}\n"
    return ndjson.encode()


def _with_links_to(room: ReadingRoom, view: DataView) -> DataView:
    """Return a data view in which ids of stories are links to their pages."""
    if STORY_FIELD not in view.labels:
        return view
    # Kibana puts each value into the address, with its signs protected.
    template = f"{room.url}{story_path('')}{{{{value}}}}"
    params = {"type": "a", "urlTemplate": template, "labelTemplate": "{{value}}"}
    link = {"id": "url", "params": params | {"openLinkInCurrentTab": False}}
    return view.model_copy(update={"formats": {**view.formats, STORY_FIELD: link}})


def _placed(one: Json, place: KibanaPlace) -> Json:
    """Return a saved object under the names that it has in a place."""
    attributes = dict(one["attributes"])
    # The title of a data view is its index.
    if one["type"] == TYPES[DataView][0]:
        attributes["title"] = place.index_of(attributes["title"])
        attributes["name"] = place.title_of(attributes["name"])
    elif "title" in attributes:
        attributes["title"] = place.title_of(attributes["title"])
    references: list[Json] = []
    for ref in one["references"]:
        id_ = place.id_of(ref["id"])
        name = f"tag-ref-{id_}" if ref["type"] == TYPES[Tag][0] else ref["name"]
        references.append({"id": id_, "name": name, "type": ref["type"]})
    return one | {"id": place.id_of(one["id"]), "attributes": attributes, "references": references}


def saved_object(entry: Entry, entries: Iterable[Entry]) -> Json:
    """Return one entry as a saved object.

    `entries` are all of them: what it may refer to.
    """
    known = {other.id: other for other in entries}
    kind, version = TYPES[type(entry)]
    attributes, references = _attributes_of(entry, known)
    # Tags are for what people open: searches, panels and dashboards.
    if not isinstance(entry, Tag | DataView):
        for other in known.values():
            if isinstance(other, Tag):
                references.append(_reference(f"tag-ref-{other.id}", other))
    return {
        "attributes": attributes,
        "coreMigrationVersion": CORE_VERSION,
        "id": entry.id,
        "managed": False,
        "references": references,
        "type": kind,
        "typeMigrationVersion": version,
    }


def _attributes_of(entry: Entry, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    """Return the attributes and references of an entry."""
    match entry:
        case Tag():
            return {"color": entry.color, "description": entry.description, "name": entry.name}, []
        case DataView():
            return _data_view_attributes(entry), []
        case Search():
            return _search_attributes(entry, known)
        case Lens():
            return _lens_attributes(entry, known)
        case Dashboard():
            return _dashboard_attributes(entry, known)


def _reference(name: str, to: Entry) -> Json:
    return {"id": to.id, "name": name, "type": TYPES[type(to)][0]}


def _find_entry(kind: type[E], id_: str, known: Mapping[str, Entry], user: Entry) -> E:
    """Return an entry that another one names.

    Raises CatalogueError where there is none of this kind, with all that there are.
    """
    entry = known.get(id_)
    if isinstance(entry, kind):
        return entry
    ids = sorted(other.id for other in known.values() if isinstance(other, kind))
    raise CatalogueError([f"kibana: {user.id} names {id_}, which does not exist; there are {', '.join(ids)}"])


# -- data views ------------------------------------------------------------------------------------------


def _data_view_attributes(view: DataView) -> Json:
    labels: dict[str, Json] = {}
    for field, label in view.labels.items():
        labels[field] = {"customLabel": label}
    formats: dict[str, Any] = dict(view.formats)
    for field, words in view.words.items():
        formats[field] = _word_format(words)
    return {
        "allowHidden": False,
        "fieldAttrs": dumps(labels),
        "fieldFormatMap": dumps(formats),
        # Empty: Kibana reads the fields from the mapping.
        "fields": "[]",
        "name": view.name,
        "runtimeFieldMap": "{}",
        "sourceFilters": "[]",
        "timeFieldName": view.time_field,
        "title": view.index,
    }


def _word_format(words: Mapping[str, str]) -> Json:
    """Return a format that shows each value by a word."""
    entries = []
    for key, word in words.items():
        entries.append({"key": key, "value": word})
    return {"id": "static_lookup", "params": {"lookupEntries": entries, "unknownKeyValue": None}}


# -- searches --------------------------------------------------------------------------------------------


def _search_attributes(search: Search, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    view = _find_entry(DataView, search.data_view, known, search)
    references = [_reference(f"{SOURCE}.index", view)]
    filters: list[Json] = []
    for place, condition in enumerate(search.filters):
        name = f"{SOURCE}.filter[{place}].meta.index"
        references.append(_reference(name, view))
        filters.append(_filter_state(condition, name))
    source = {"filter": filters, "indexRefName": f"{SOURCE}.index", "query": query_of(search.query)}
    attributes = {
        "columns": list(search.columns),
        "description": search.description,
        "grid": {},
        "hideChart": False,
        "isTextBasedQuery": False,
        "kibanaSavedObjectMeta": {"searchSourceJSON": dumps(source)},
        "sort": list(map(list, search.sort)),
        "timeRestore": False,
        "title": search.title,
    }
    return attributes, references


def _filter_state(condition: Filter, index_ref: str) -> Json:
    field = condition.field
    meta: Json = {
        "alias": None,
        "disabled": False,
        "field": field,
        "indexRefName": index_ref,
        "key": field,
        "negate": condition.negate,
    }
    query: Json
    if condition.one_of:
        # `meta` is what the switch shows, `query` what it does; Kibana wants both.
        meta |= {"params": list(condition.one_of), "type": "phrases"}
        should = []
        for value in condition.one_of:
            should.append({"match_phrase": {field: value}})
        query = {"bool": {"minimum_should_match": 1, "should": should}}
    elif condition.is_ is not None:
        meta |= {"params": {"query": condition.is_}, "type": "phrase"}
        query = {"match_phrase": {field: condition.is_}}
    else:
        meta |= {"type": "exists", "value": "exists"}
        query = {"exists": {"field": field}}
    return {"$state": {"store": "appState"}, "meta": meta, "query": query}


def _lens_attributes(lens: Lens, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    view = _find_entry(DataView, lens.data_view, known, lens)
    attributes = {
        "description": lens.description,
        "state": lens_state(lens),
        "title": lens.title,
        "visualizationType": visualization_type(lens.chart),
    }
    return attributes, [_reference(f"indexpattern-datasource-layer-{LAYER}", view)]


# -- dashboards ------------------------------------------------------------------------------------------


def _dashboard_attributes(board: Dashboard, known: Mapping[str, Entry]) -> tuple[Json, list[Json]]:
    references: list[Json] = []
    panels: list[Json] = []
    for panel in board.panels:
        shown = _shown_on(panel, known, board)
        panels.append(_panel_state(panel, shown))
        references.append(_reference(f"{shown.id}:panel_{shown.id}", shown))
    controls: dict[str, Json] = {}
    for order, control in enumerate(board.controls):
        id_ = f"control-{control.field}"
        controls[id_] = _control_state(id_, control, order)
        view = _find_entry(DataView, control.data_view, known, board)
        references.append(_reference(f"controlGroup_{id_}:optionsListDataView", view))
    source = {"filter": [], "query": query_of(board.query)}
    attributes = {
        "controlGroupInput": {
            "chainingSystem": "HIERARCHICAL",
            "controlStyle": "oneLine",
            "ignoreParentSettingsJSON": dumps(OBEY_DASHBOARD),
            "panelsJSON": dumps(controls),
        },
        "description": board.description,
        "kibanaSavedObjectMeta": {"searchSourceJSON": dumps(source)},
        "optionsJSON": dumps(OPTIONS),
        "panelsJSON": dumps(panels),
        # The dashboard opens with its own times and refresh, whatever was open before.
        "refreshInterval": {"pause": not board.refresh_s, "value": 1000 * board.refresh_s},
        "timeFrom": board.time_from,
        "timeRestore": True,
        "timeTo": "now",
        "title": board.title,
    }
    return attributes, references


def _shown_on(panel: Panel, known: Mapping[str, Entry], board: Dashboard) -> Lens | Search:
    if panel.lens:
        return _find_entry(Lens, panel.lens, known, board)
    return _find_entry(Search, panel.search or "", known, board)


def _panel_state(panel: Panel, shown: Entry) -> Json:
    x, y, width, height = panel.at
    return {
        "embeddableConfig": {"enhancements": {}},
        "gridData": {"h": height, "i": shown.id, "w": width, "x": x, "y": y},
        # Ours and not one of Kibana's random ones, so that the same file gives the same bytes.
        "panelIndex": shown.id,
        "panelRefName": f"panel_{shown.id}",
        "type": TYPES[type(shown)][0],
        "version": "8.9.0",
    }


def _control_state(id_: str, control: Control, order: int) -> Json:
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
