"""How many stories have each value of a field, among the articles that match.

The server counts distinct stories nearly, and exactly where there are few: enough to choose by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.compile import KEYWORDS, Clause
from pipelines.model import Facets

#: Up to so many stories are counted exactly.
_EXACT = 3000


def count_values(cluster: Cluster, alias: str, clause: Clause, fields: Sequence[str], most: int) -> Facets:
    """Return the most frequent values of each field, with the number of their stories."""
    aggregations: dict[str, Any] = {}
    for field in fields:
        stories = {"cardinality": {"field": "story_id", "precision_threshold": _EXACT}}
        # A name with a point would be a path in the parts of the answer that are asked for.
        for place, name in enumerate(KEYWORDS[field]):
            aggregations[f"{field}_{place}"] = {
                "terms": {"field": name, "size": most},
                "aggregations": {"stories": stories},
            }
    search = {"query": {"bool": {"filter": [clause]}}, "size": 0, "aggregations": aggregations}
    [answer] = cluster.searches(alias, [search])
    facets: dict[str, Mapping[str, int]] = {}
    for field in fields:
        counts: dict[str, int] = {}
        for place in range(len(KEYWORDS[field])):
            counted = answer.get("aggregations", {}).get(f"{field}_{place}", {})
            for bucket in counted.get("buckets", []):
                counts[bucket["key"]] = int(bucket["stories"]["value"])
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        facets[field] = dict(ranked[:most])
    return facets
