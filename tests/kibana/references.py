"""The references of a saved object: each has to lead somewhere, and each has to be used."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.kibana.fields import Fields

Json = Mapping[str, Any]


@dataclass(frozen=True)
class View:
    """A data view as its users need it: its index's fields and its time field."""

    title: str
    fields: Fields
    time_field: str


class Broken(Exception):
    """An object that cannot be read further; what it says stands in the list of problems."""


def inner_json(text: object, name: str) -> Any:
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
