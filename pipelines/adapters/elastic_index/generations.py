"""The indices of a cluster: names, aliases, and generations that are switched at once.

    news-articles ──► news-articles-2026.01 ──► news-articles-2026.01-000002      one a month
                      news-stories          ──► news-stories-000002
                      news-runs             ──► news-runs-000002
                      news-removed          ──► news-removed-000002               numbers of articles that left the beat

What people and dashboards name are aliases; the number behind is the *generation*. A rebuild fills the next one and
moves all aliases in one step. Writing goes through aliases too and requires them, so a write that
comes late never makes an index of a generation that is gone.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index.cluster import Cluster, Gone
from pipelines.adapters.elastic_index.documents import REMOVED
from pipelines.adapters.elastic_index.schema import SCHEMA_VERSION, component_templates, index_templates
from pipelines.text.analyzer import ANALYSIS_VERSION

HEALTH_WAIT = "10s"
ALWAYS = (REMOVED, "stories", "runs")
"""Bases that every generation has, beside its months."""
VERSIONS = {"schema": SCHEMA_VERSION, "analysis": ANALYSIS_VERSION}


@dataclass(frozen=True, slots=True)
class State:
    """What there is: concrete index -> its aliases, for all indices that bear our names."""

    prefix: str
    indices: Mapping[str, frozenset[str]]

    def split(self, index: str) -> tuple[str, int] | None:
        """Return the base and the generation of a concrete index; None for one that is not ours."""
        pattern = rf"{re.escape(self.prefix)}-(articles-\d{{4}}\.\d\d|stories|runs|removed)-(\d{{6}})"
        found = re.fullmatch(pattern, index)
        return (found[1], int(found[2])) if found else None

    @property
    def ours(self) -> list[str]:
        return sorted(index for index in self.indices if self.split(index))

    @property
    def live(self) -> dict[str, str]:
        """Return base -> concrete index, for what is behind its alias."""
        found = ((self.split(index), index) for index in self.ours)
        return {
            split[0]: index
            for split, index in found
            if split and f"{self.prefix}-{split[0]}" in self.indices[index]
        }

    @property
    def generation(self) -> int:
        """Return the generation that is searched, 0 where there is none."""
        return max((split[1] for index in self.live.values() if (split := self.split(index))), default=0)

    @property
    def newest(self) -> int:
        return max((split[1] for index in self.ours if (split := self.split(index))), default=0)


class Generations:
    """Makes, switches and removes the indices of one prefix."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        self._cluster = cluster
        self.prefix = prefix

    def state(self) -> State:
        with self._cluster.translated():
            answer = self._cluster.client.indices.get_alias(index=f"{self.prefix}-*").body
        return State(self.prefix, {name: frozenset(of["aliases"]) for name, of in answer.items()})

    def name(self, base: str) -> str:
        return f"{self.prefix}-{base}"

    def concrete(self, base: str, generation: int) -> str:
        return f"{self.name(base)}-{generation:06}"

    # -- setting up ----------------------------------------------------------------------------------------

    def require_health(self, of: str = "*") -> None:
        """Raise TemporaryError where a part of these indices is not there: a red cluster loses writes."""
        names = f"{self.prefix}-{of}"
        with self._cluster.translated():
            patient = self._cluster.client.options(
                ignore_status=408
            )  # of a wait in vain; the body says how it stands
            health = patient.cluster.health(
                index=names,
                wait_for_status="yellow",
                timeout=HEALTH_WAIT,
                expand_wildcards="open",
            ).body
        if health["status"] == "red":
            raise TemporaryError(
                f"{self._cluster.where}: the indices {names} are red, some of their shards are not there; "
                "where they do not come back, run: maplewire reindex"
            )

    def require_version(self, state: State) -> None:
        """Raise PermanentError where the indices were made by another version of Maplewire."""
        if not state.live:
            return
        names = f"{self.prefix}-articles,{self.prefix}-stories,{self.prefix}-runs"
        with self._cluster.translated():
            answer = self._cluster.client.indices.get_mapping(
                index=names, ignore_unavailable=True, filter_path="*.mappings._meta"
            ).body
        found = [of["mappings"]["_meta"] for of in answer.values()]
        if any({name: meta.get(name) for name in VERSIONS} != VERSIONS for meta in found):
            raise self._of_another_version()

    def require_tokens(self) -> None:
        """Raise PermanentError where what is searched was cut into other tokens than we ask for.

        Another mapping alone is no hindrance: what is new in it is found once the index is rebuilt.
        """
        with self._cluster.translated():
            answer = self._cluster.client.indices.get_mapping(
                index=self.name("stories"), filter_path="*.mappings._meta.analysis"
            ).body
        if any(of["mappings"]["_meta"]["analysis"] != ANALYSIS_VERSION for of in answer.values()):
            raise self._of_another_version()

    def _of_another_version(self) -> PermanentError:
        return PermanentError(
            f"the indices {self.prefix}-* in {self._cluster.where} were made by another version of Maplewire; "
            "run: maplewire reindex"
        )

    def install_templates(self) -> list[str]:
        """Put what is missing or different into the cluster; return what was done, one line each."""
        client = self._cluster.client.options(ignore_status=404)
        done = []
        with self._cluster.translated():
            kept = client.cluster.get_component_template(
                name=f"{self.prefix}-*", filter_path="component_templates.name,component_templates.*._meta"
            ).body
            known = {t["name"]: t["component_template"] for t in kept.get("component_templates", [])}
            for name, body in component_templates(self.prefix).items():
                if word := _difference(known.get(name), body := _signed(body)):
                    client.cluster.put_component_template(name=name, body=body)
                    done.append(f"{word} component template {name}")
            kept = client.indices.get_index_template(
                name=f"{self.prefix}-*", filter_path="index_templates.name,index_templates.*._meta"
            ).body
            known = {t["name"]: t["index_template"] for t in kept.get("index_templates", [])}
            for name, body in index_templates(self.prefix).items():
                if word := _difference(known.get(name), body := _signed(body)):
                    client.indices.put_index_template(name=name, body=body)
                    done.append(f"{word} index template {name}")
        return done

    def create(self, bases: Iterable[str], generation: int, *, live: bool, build: str = "") -> list[str]:
        """Make these indices, behind their aliases where they are to be live; one that is there is left."""
        done = []
        for base in bases:
            index = self.concrete(base, generation)
            body: dict[str, Any] = {"mappings": {"_meta": VERSIONS | {"build": build}}}
            if live:
                body["aliases"] = {alias: {} for alias in self.aliases(base)}
            try:
                with self._cluster.translated():
                    self._cluster.client.indices.create(index=index, body=body)
            except PermanentError as e:
                if "already exists" not in str(e):
                    raise
                continue  # another process was quicker
            done.append(f"created index {index}")
        return done

    def aliases(self, base: str) -> tuple[str, ...]:
        """Return the names under which an index is written and searched."""
        own = self.name(base)
        is_month = base.startswith("articles-")
        return (own, f"{self.prefix}-articles") if is_month else (own,)

    # -- switching -----------------------------------------------------------------------------------------

    def begin(self) -> Building:
        """Start a generation that nobody searches, in place of those that interrupted rebuilds have left."""
        state = self.state()
        self.remove(set(state.ours) - set(state.live.values()))
        building = Building(self, state.newest + 1, uuid.uuid4().hex)
        building.ensure(ALWAYS)
        return building

    def switch(self, fresh: Mapping[str, str]) -> list[str]:
        """Move all aliases to the fresh indices (base -> index) in one step; return the indices left behind."""
        state = self.state()
        left = [index for index in state.live.values() if index not in fresh.values()]
        actions: list[dict[str, Any]] = [{"remove": {"index": index, "alias": "*"}} for index in left]
        for base, index in fresh.items():
            actions += [{"add": {"index": index, "alias": alias}} for alias in self.aliases(base)]
        with self._cluster.translated():
            self._cluster.client.indices.update_aliases(actions=actions)
        return left

    def remove(self, indices: Iterable[str]) -> None:
        for index in sorted(indices):
            with self._cluster.translated():
                self._cluster.client.indices.delete(index=index, ignore_unavailable=True)


class Building:
    """A generation that a rebuild fills. `targets` has base -> index of what was made so far."""

    def __init__(self, generations: Generations, number: int, token: str) -> None:
        self._generations = generations
        self._number = number
        self._token = token
        self.targets: dict[str, str] = {}

    @property
    def articles(self) -> str:
        """Return the indices of this generation in which an article may stand."""
        return f"{self._generations.concrete('articles-*', self._number)},{self.targets[REMOVED]}"

    def ensure(self, bases: Iterable[str]) -> None:
        missing = [base for base in bases if base not in self.targets]
        self._generations.create(missing, self._number, live=False, build=self._token)
        self.targets |= {base: self._generations.concrete(base, self._number) for base in missing}

    def require_whole(self) -> None:
        """Raise TemporaryError where another rebuild, which began later, has removed what this one made."""
        cluster = self._generations._cluster
        names = ",".join(self.targets.values())
        try:
            with cluster.translated():
                answer = cluster.client.indices.get_mapping(index=names, filter_path="*.mappings._meta").body
            whole = all(of["mappings"]["_meta"].get("build") == self._token for of in answer.values())
        except Gone:
            whole = False
        if not whole:
            raise TemporaryError("another rebuild of the search index has begun; this one gave way")


def _signed(body: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a digest of itself, by which a later set-up sees whether it differs."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    return body | {"_meta": {**body.get("_meta", {}), "digest": digest}}


def _difference(known: Mapping[str, Any] | None, body: Mapping[str, Any]) -> str:
    """Return what has to be done with a template, in one word; "" where nothing has."""
    if known is None:
        return "installed"
    same = known.get("_meta", {}).get("digest") == body["_meta"]["digest"]
    return "" if same else "updated"
