"""Sources in shards of work, each with a label that a person reads (pure).

    due sources ─► by site ─► by country and owner ─► large groups split, small ones joined ─► shards

Sources of one site stay in one shard: limits per host hold within one crawl, so two crawls that ask
one host at the same time would be twice as fast as we promise to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.model import Source
from crawlers.urls import same_site

LEAST_SOURCES = 5
"""A crawl costs some five seconds to start, in Airflow as much again: fewer sources are not worth it."""
OTHERS = "Others"

_ADJECTIVES = {
    "AU": "Australian", "CA": "Canadian", "CN": "Chinese", "DE": "German", "FR": "French", "GB": "British",
    "HK": "Hong Kong", "IN": "Indian", "JP": "Japanese", "KR": "Korean", "MO": "Macau", "RU": "Russian",
    "SG": "Singaporean", "TW": "Taiwanese", "US": "American",
}  # fmt: skip
_OWNERS = {
    "private": "press", "public": "press", "state": "state media", "government": "government",
    "business": "institutes", "research": "institutes",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Partition:
    """Sources that one crawl asks, and what to call them: "Canadian press", "Wires"."""

    label: str
    source_ids: tuple[str, ...]


def divide_sources(sources: Sequence[Source], count: int) -> list[Partition]:
    """Divide sources into at most `count` shards of about one size, in the order of their labels.

    The same sources give the same shards, whatever their order. Few sources make few shards.
    """
    assert count >= 1, "work needs at least one shard"
    ordered = sorted(sources, key=lambda s: s.id)
    groups: dict[str, list[list[Source]]] = {}
    for site in _sites(ordered):
        groups.setdefault(label_of(site[0]), []).append(site)
    size = max(LEAST_SOURCES, -(-len(ordered) // count))
    while len(parts := _parts(groups, size)) > count:
        size += 1  # ends at the latest when all groups are small and joined into one
    return parts


def label_of(source: Source) -> str:
    """Return the name of a source's kind: "Canadian press", "Chinese state media", "Wires"."""
    if source.owner == "wire":
        return "Wires"
    kind = _OWNERS[source.owner]
    if source.country is None:
        return kind.capitalize()
    return f"{_ADJECTIVES.get(source.country, source.country)} {kind}"


def _sites(sources: Iterable[Source]) -> list[list[Source]]:
    """Put sources of one site together. Asking `same_site` of all pairs would take minutes for a thousand."""
    by_end: dict[str, list[list[Source]]] = {}
    for source in sources:
        end = (urlsplit(source.url).hostname or "").split(".")[-2:]
        near = by_end.setdefault(".".join(end), [])
        home = next((site for site in near if same_site(site[0].url, source.url)), None)
        if home is None:
            near.append([source])
        else:
            home.append(source)
    return [site for near in by_end.values() for site in near]


def _parts(groups: Mapping[str, list[list[Source]]], size: int) -> list[Partition]:
    """Split groups of more than `size` sources; join those of less than half of it, if there are several."""
    small = [label for label, sites in groups.items() if 2 * sum(map(len, sites)) < size]
    if len(small) > 1:
        joined = {OTHERS: [site for label in small for site in groups[label]]}
        groups = {label: sites for label, sites in groups.items() if label not in small} | joined
    return [part for label in sorted(groups) for part in _split(label, groups[label], size)]


def _split(label: str, sites: Sequence[list[Source]], size: int) -> list[Partition]:
    """Divide a group into parts of at most about `size` sources, no site in two of them."""
    total = sum(map(len, sites))
    parts: list[list[str]] = [[] for _ in range(-(-total // size))]
    for site in sorted(sites, key=lambda s: (-len(s), s[0].id)):
        min(parts, key=len).extend(source.id for source in site)
    filled = [tuple(sorted(part)) for part in parts if part]
    if len(filled) == 1:
        return [Partition(label, filled[0])]
    return [Partition(f"{label} {n} of {len(filled)}", part) for n, part in enumerate(filled, 1)]
