"""Parameters of addresses that only tell a server where a reader came from.

They are listed in `tracking.yaml`, each group with the public page that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from crawlers.errors import CatalogueError

_FILE = Path(__file__).with_name("tracking.yaml")
_FIELDS = frozenset({"names", "prefixes", "values", "hosts", "of", "source"})


@dataclass
class _Parameters:
    """What is dropped on some hosts."""

    names: set[str] = field(default_factory=set)
    prefixes: tuple[str, ...] = ()
    #: Of names that also select content: the values with which they do not.
    values: dict[str, set[str]] = field(default_factory=dict)

    def hold(self, name: str, value: str) -> bool:
        if name in self.names or name.startswith(self.prefixes):
            return True
        return value in self.values.get(name, ())


def without_tracking_parameters(query: str, host: str) -> str:
    """Return a query without what tracks readers, on this host or everywhere."""
    groups = _groups_of(host.lower().removesuffix("."))
    kept = []
    for pair in query.split("&"):
        name, _, value = pair.lower().partition("=")
        if pair and not any(group.hold(name, value) for group in groups):
            kept.append(pair)
    return "&".join(kept)


def _groups_of(host: str) -> list[_Parameters]:
    """Return the parameters of everywhere, of a host and of the hosts above it."""
    by_host = _read_groups()
    groups = [by_host[""]]
    labels = host.split(".")
    for first in range(len(labels)):
        found = by_host.get(".".join(labels[first:]))
        if found is not None:
            groups.append(found)
    return groups


@cache
def _read_groups() -> Mapping[str, _Parameters]:
    """Return the parameters by host; those of everywhere are at "".

    Raises CatalogueError, which is a bug: the file comes with the program.
    """
    # Imported here: most commands clean no address, and YAML takes a while to load.
    from crawlers.checked_yaml import read_yaml

    document = read_yaml(_FILE)
    by_host: dict[str, _Parameters] = {"": _Parameters()}
    for position, group in enumerate(document.values):
        problem = _find_problem(group)
        if problem:
            raise CatalogueError([f"{document.locate((position,))}: {problem}"])
        for host in group.get("hosts", [""]):
            _add_group(by_host.setdefault(host, _Parameters()), group)
    return by_host


def _find_problem(group: Any) -> str | None:
    if not isinstance(group, dict) or not group.keys() <= _FIELDS:
        return f"a group has other fields than {', '.join(sorted(_FIELDS))}; correct it"
    if not group.get("of") or not group.get("source"):
        return "the group lacks `of` or `source`; write whose parameters they are, and who says so"
    return None


def _add_group(parameters: _Parameters, group: Mapping[str, Any]) -> None:
    names = _lower(group.get("names", ()))
    if "values" in group:
        # A name alone is not enough here.
        for name in names:
            parameters.values.setdefault(name, set()).update(_lower(group["values"]))
    else:
        parameters.names.update(names)
    parameters.prefixes += tuple(_lower(group.get("prefixes", ())))


def _lower(words: Sequence[Any]) -> list[str]:
    return [str(word).lower() for word in words]
