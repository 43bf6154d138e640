"""Sources in shards: labels that a person reads, sites that stay together, and never too many."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.model import FeedState, Source
from pipelines.adapters.memory.ledger import MemoryLedger
from pipelines.beat.beat import Beat
from pipelines.stages.collect import due_partitions
from pipelines.stages.context import RunContext
from pipelines.stages.partitions import LEAST_SOURCES, Partition, divide_sources, label_of
from tests.builders import NOON, a_source
from tests.pipelines.world import World


def sources(n: int, prefix: str = "s", **fields: Any) -> list[Source]:
    return [a_source(f"{prefix}{i}", url=f"https://{prefix}{i}.example/feed", **fields) for i in range(n)]


@pytest.mark.parametrize(
    ("fields", "label"),
    [
        ({"country": "CA", "owner": "public"}, "Canadian press"),
        ({"country": "CN", "owner": "state"}, "Chinese state media"),
        ({"country": "HK", "owner": "government"}, "Hong Kong government"),
        ({"country": "US", "owner": "wire"}, "Wires"),
        ({"country": "CA", "owner": "research"}, "Canadian institutes"),
        ({"country": "NO", "owner": "private"}, "Norwegian press"),
        ({"country": "PE", "owner": "private"}, "Peru press"),
        ({"country": None, "owner": "private"}, "Press"),
    ],
)
def test_a_label_says_whose_news_it_is(fields: dict[str, Any], label: str) -> None:
    assert label_of(a_source("x", **fields)) == label


def test_the_beats_sources_make_a_dozen_shards_that_a_desk_can_read(beat: Beat) -> None:
    enabled = [s for s in beat.sources if s.enabled]
    shards = divide_sources(enabled, 12)
    assert 8 <= len(shards) <= 12
    assert {"Canadian press 1 of 3", "Chinese state media 1 of 2", "Others 1 of 2"} <= {
        s.label for s in shards
    }
    assert max(len(s.source_ids) for s in shards) <= 2 * len(enabled) / len(shards)


def test_few_sources_make_one_shard_with_their_own_label() -> None:
    assert divide_sources(sources(LEAST_SOURCES, country="CA"), 12) == [
        Partition("Canadian press", ("s0", "s1", "s2", "s3", "s4"))
    ]
    assert divide_sources([], 12) == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["CA", "CN", "HK", "US", None]),
            st.sampled_from(["private", "state", "wire"]),
            st.integers(0, 30),
        ),
        max_size=80,
    ),
    st.integers(1, 20),
)
def test_each_source_is_in_one_shard_and_a_site_in_one_crawl(rows: list[Any], count: int) -> None:
    given_ = [
        a_source(f"s{n}", country=country, owner=owner, url=f"https://www{n}.site{site}.example/feed")
        for n, (country, owner, site) in enumerate(rows)
    ]
    shards = divide_sources(given_, count)
    assert len(shards) <= count
    divided = chain.from_iterable(shard.source_ids for shard in shards)
    assert sorted(divided) == sorted(s.id for s in given_)
    assert len({shard.label for shard in shards}) == len(shards)
    home: dict[str, str] = {}
    for shard in shards:
        home |= dict.fromkeys(shard.source_ids, shard.label)
    sites: dict[int, set[str]] = {}
    for n, (_, _, site) in enumerate(rows):
        sites.setdefault(site, set()).add(home[f"s{n}"])
    assert all(len(homes) == 1 for homes in sites.values())
    assert shards == divide_sources(given_[::-1], count)


def test_only_what_is_due_is_divided(beat: Beat, tmp_path: Path) -> None:
    parts: RunContext = World(beat, tmp_path).parts

    class Asked(MemoryLedger):
        def feed_states(self) -> dict[str, FeedState]:
            return {"daily": FeedState("daily", next_due=NOON.replace(hour=23))}

    watched = replace(
        parts.beat, sources=(a_source("daily"), a_source("courier"), a_source("off", enabled=False))
    )
    parts = replace(parts, ledger=Asked(), beat=watched)
    assert [s.source_ids for s in due_partitions(parts, 12)] == [("courier",)]
    assert [s.source_ids for s in due_partitions(parts, 12, due_only=False)] == [("courier", "daily")]
    assert [s.source_ids for s in due_partitions(parts, 12, ["daily"], due_only=False)] == [("daily",)]
