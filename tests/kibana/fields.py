"""The fields of our indices with their types, as Kibana learns them from the mapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipelines.adapters.elastic_index.schema import mapping

Fields = Mapping[str, str]

SEARCHED = ("articles", "stories", "runs")
"""The kinds of index that people look into."""
NUMBERS = frozenset({"byte", "integer", "long", "float", "double"})


def indices(prefix: str = "news") -> dict[str, Fields]:
    """Return alias -> field path -> type; a field's other forms and aliases are fields of their own."""
    return {f"{prefix}-{kind}": fields_of(mapping(kind)) for kind in SEARCHED}


def fields_of(properties: Mapping[str, Any]) -> Fields:
    found: dict[str, str] = {}
    aliases: dict[str, str] = {}
    for name, each in leaves(properties):
        if each["type"] == "alias":
            aliases[name] = each["path"]
        found[name] = each["type"]
        for part, form in each.get("fields", {}).items():
            found[f"{name}.{part}"] = form["type"]
    return found | {name: found[path] for name, path in aliases.items()}


def leaves(properties: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each field with what the mapping says of it, those inside objects by their whole path."""
    for name, each in properties.items():
        if each["type"] == "object":
            yield from leaves(each["properties"], f"{above}{name}.")
        else:
            yield f"{above}{name}", each


def kibana_type(es_type: str) -> str:
    """Return what Lens calls a type."""
    return {"keyword": "string", "text": "string"}.get(es_type, "number" if es_type in NUMBERS else es_type)
