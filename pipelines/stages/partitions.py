"""Sources divided for several crawls, each part with a readable label (pure).

    due sources ─► by site ─► by country and owner ─► large groups split, small ones joined ─► partitions

Sources of one site stay in one partition: limits per host hold within one crawl, so two crawls that ask
one host at the same time would be twice as fast as we promise to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.locales import country_name
from crawlers.model import Source
from crawlers.urls import same_site
from pipelines.text.vocabulary import Vocabulary, read_vocabulary

#: A crawl costs some five seconds to start, in Airflow as much again: fewer sources are not worth it.
LEAST_SOURCES = 5
#: The label of small groups that were joined.
OTHERS = "Others"


class _CountryWords(Vocabulary):
    """The words of `country_adjectives.yaml`, by code of a country."""

    adjectives: Mapping[str, str]


_ADJECTIVES = read_vocabulary("pipelines.stages", "country_adjectives.yaml", _CountryWords).adjectives
_OWNERS = {
    "private": "press",
    "public": "press",
    "state": "state media",
    "government": "government",
    "business": "institutes",
    "research": "institutes",
}

#: Sources of one site.
_Site = list[Source]


@dataclass(frozen=True, slots=True)
class Partition:
    """Sources that one crawl asks, and what to call them: "Canadian press", "Wires"."""

    label: str
    source_ids: tuple[str, ...]


def divide_sources(sources: Sequence[Source], count: int) -> list[Partition]:
    """Divide sources into at most `count` partitions of about one size.

    They are ordered by their labels.

    The same sources give the same partitions, whatever their order. Few sources make few partitions.
    """
    assert count >= 1, "work needs at least one partition"
    ordered = sorted(sources, key=lambda source: source.id)
    groups: dict[str, list[_Site]] = {}
    for site in _group_by_site(ordered):
        groups.setdefault(label_of(site[0]), []).append(site)
    rounded_up = -(-len(ordered) // count)
    size = max(LEAST_SOURCES, rounded_up)
    partitions = _divide_groups(groups, size)
    # This ends at the latest when all groups are small and joined into one.
    while len(partitions) > count:
        size += 1
        partitions = _divide_groups(groups, size)
    return partitions


def label_of(source: Source) -> str:
    """Return the name of a source's kind.

    "Canadian press", "Chinese state media", "Wires".
    """
    if source.owner == "wire":
        return "Wires"
    kind = _OWNERS[source.owner]
    if source.country is None:
        return kind.capitalize()
    return f"{_ADJECTIVES.get(source.country) or country_name(source.country)} {kind}"


def _group_by_site(sources: Iterable[Source]) -> list[_Site]:
    """Put sources of one site together.

    Asking `same_site` of all pairs would take minutes for a thousand sources, so only those are compared
    whose hosts end alike.
    """
    sites_by_host_end: dict[str, list[_Site]] = {}
    for source in sources:
        host = urlsplit(source.url).hostname or ""
        host_end = ".".join(host.split(".")[-2:])
        _add_to_site(sites_by_host_end.setdefault(host_end, []), source)
    all_sites: list[_Site] = []
    for sites in sites_by_host_end.values():
        all_sites += sites
    return all_sites


def _add_to_site(sites: list[_Site], source: Source) -> None:
    for site in sites:
        if same_site(site[0].url, source.url):
            site.append(source)
            return
    sites.append([source])


def _divide_groups(groups: Mapping[str, list[_Site]], size: int) -> list[Partition]:
    """Split groups of more than `size` sources.

    Join those of less than half of it, if there are several.
    """
    small = [label for label, sites in groups.items() if 2 * _count_sources(sites) < size]
    arranged = dict(groups)
    if len(small) > 1:
        others: list[_Site] = []
        for label in small:
            others += arranged.pop(label)
        arranged[OTHERS] = others
    partitions: list[Partition] = []
    for label in sorted(arranged):
        partitions += _split_group(label, arranged[label], size)
    return partitions


def _count_sources(sites: Iterable[_Site]) -> int:
    return sum(len(site) for site in sites)


def _split_group(label: str, sites: Sequence[_Site], size: int) -> list[Partition]:
    """Divide a group into parts of at most about `size` sources.

    No site stands in two of them.
    """
    rounded_up = -(-_count_sources(sites) // size)
    parts: list[list[str]] = []
    for _ in range(rounded_up):
        parts.append([])
    # The largest sites first, each into the part that has least: the parts end up about equal.
    for site in sorted(sites, key=lambda site: (-len(site), site[0].id)):
        smallest = min(parts, key=len)
        smallest.extend(source.id for source in site)
    filled = []
    for part in parts:
        if part:
            filled.append(tuple(sorted(part)))
    if len(filled) == 1:
        return [Partition(label, filled[0])]
    partitions: list[Partition] = []
    for number, source_ids in enumerate(filled, 1):
        partitions.append(Partition(f"{label} {number} of {len(filled)}", source_ids))
    return partitions
