"""Generations of indices: set up, filled beside each other, and switched at once.

A rebuild fills the next generation and moves all aliases in one step. Writing goes through aliases too
and requires them, so a write that comes late never makes an index of a generation that is gone. The
names are explained in `index_names`.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index.cluster import Cluster
from pipelines.adapters.elastic_index.documents import REMOVED
from pipelines.adapters.elastic_index.index_names import ALWAYS, IndexAliases
from pipelines.adapters.elastic_index.refusals import AlreadyExists
from pipelines.adapters.elastic_index.schema import SCHEMA_VERSION, component_templates, index_templates
from pipelines.text.analyzer import ANALYSIS_VERSION

__all__ = ["ALWAYS", "VERSIONS", "Building", "Generations", "IndexAliases"]

#: How long a health check waits for shards that are just being opened.
HEALTH_WAIT = "10s"
#: What every index of this version says of itself.
VERSIONS = {"schema": SCHEMA_VERSION, "analysis": ANALYSIS_VERSION}


class Generations:
    """Makes, switches and removes the indices of one prefix."""

    def __init__(self, cluster: Cluster, prefix: str) -> None:
        self._cluster = cluster
        self.prefix = prefix

    def read_state(self) -> IndexAliases:
        with self._cluster.translated():
            answer = self._cluster.client.indices.get_alias(index=f"{self.prefix}-*").body
        indices: dict[str, frozenset[str]] = {}
        for name, of in answer.items():
            indices[name] = frozenset(of["aliases"])
        return IndexAliases(self.prefix, indices)

    def alias_of(self, base: str) -> str:
        return f"{self.prefix}-{base}"

    def index_of(self, base: str, generation: int) -> str:
        """Return the name of a concrete index."""
        return f"{self.alias_of(base)}-{generation:06}"

    def aliases_of(self, base: str) -> tuple[str, ...]:
        """Return the names under which an index is written and searched."""
        if base.startswith("articles-"):
            return self.alias_of(base), self.alias_of("articles")
        return (self.alias_of(base),)

    def count_documents(self, index: str) -> int:
        """Return how many documents an index holds, 0 where there is none of this name."""
        with self._cluster.translated():
            return int(self._cluster.client.count(index=index, ignore_unavailable=True)["count"])

    def make_found(self, index: str) -> None:
        """Make what was written into these indices, a name or a pattern, be found."""
        with self._cluster.translated():
            self._cluster.client.indices.refresh(index=index, ignore_unavailable=True)

    # -- checks --------------------------------------------------------------------------------------------

    def require_health(self, of: str = "*") -> None:
        """Raise TemporaryError where a part of these indices is not there.

        A red cluster loses writes.
        """
        names = f"{self.prefix}-{of}"
        with self._cluster.translated():
            # 408 is the status of a wait in vain; the body says how it stands all the same.
            patient = self._cluster.client.options(ignore_status=408)
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

    def require_version(self, state: IndexAliases) -> None:
        """Raise PermanentError where another version of Maplewire made the indices."""
        if not state.live:
            return
        names = ",".join(map(self.alias_of, ("articles", "stories", "runs")))
        for meta in self.read_marks(names, ignore_unavailable=True).values():
            for name, version in VERSIONS.items():
                if meta.get(name) != version:
                    raise self._of_another_version()

    def require_tokens(self) -> None:
        """Raise PermanentError where what is searched has other tokens than we ask for.

        Another mapping alone is no hindrance: what is new in it is found once the index is rebuilt.
        """
        for meta in self.read_marks(self.alias_of("stories")).values():
            if meta.get("analysis", ANALYSIS_VERSION) != ANALYSIS_VERSION:
                raise self._of_another_version()

    def read_marks(self, names: str, **options: Any) -> dict[str, Mapping[str, Any]]:
        """Return what each of these indices says of itself, by the name of the index.

        Its versions, and the build that made it.
        """
        with self._cluster.translated():
            answer = self._cluster.client.indices.get_mapping(
                index=names, filter_path="*.mappings._meta", **options
            ).body
        found: dict[str, Mapping[str, Any]] = {}
        for name, of in answer.items():
            found[name] = of["mappings"]["_meta"]
        return found

    def _of_another_version(self) -> PermanentError:
        return PermanentError(
            f"the indices {self.prefix}-* in {self._cluster.where} were made by another version "
            "of Maplewire; run: maplewire reindex"
        )

    # -- setting up ----------------------------------------------------------------------------------------

    def install_templates(self) -> list[str]:
        """Install templates that are missing or different.

        Returns one line for each.
        """
        client = self._cluster.client.options(ignore_status=404)
        with self._cluster.translated():
            known = client.cluster.get_component_template(
                name=f"{self.prefix}-*", filter_path="component_templates.name,component_templates.*._meta"
            ).body
            # Component templates first: the server refuses an index template that names a missing one.
            done = _install_changed(
                "component template",
                _bodies_by_name(known, "component_template"),
                component_templates(self.prefix),
                client.cluster.put_component_template,
            )
            known = client.indices.get_index_template(
                name=f"{self.prefix}-*", filter_path="index_templates.name,index_templates.*._meta"
            ).body
            done += _install_changed(
                "index template",
                _bodies_by_name(known, "index_template"),
                index_templates(self.prefix),
                client.indices.put_index_template,
            )
        return done

    def create_indices(
        self, bases: Iterable[str], generation: int, *, live: bool, build: str = ""
    ) -> list[str]:
        """Make these indices, behind their aliases where they are to be live.

        One that is there is left. Returns what was done, one line each.
        """
        done: list[str] = []
        for base in bases:
            index = self.index_of(base, generation)
            body: dict[str, Any] = {"mappings": {"_meta": VERSIONS | {"build": build}}}
            if live:
                body["aliases"] = {alias: {} for alias in self.aliases_of(base)}
            try:
                with self._cluster.translated():
                    self._cluster.client.indices.create(index=index, body=body)
            except AlreadyExists:
                continue  # another process was quicker
            done.append(f"created index {index}")
        return done

    # -- switching -----------------------------------------------------------------------------------------

    def begin_building(self) -> Building:
        """Start a generation that nobody searches.

        What interrupted rebuilds have left is removed.
        """
        state = self.read_state()
        self.remove_indices(set(state.our_indices) - set(state.live.values()))
        building = Building(self, state.newest_generation + 1, uuid.uuid4().hex)
        building.ensure_indices(ALWAYS)
        return building

    def switch_to(self, fresh: Mapping[str, str]) -> list[str]:
        """Move all aliases to the fresh indices (base -> index) in one step.

        Returns the indices left behind.
        """
        live = self.read_state().live.values()
        left = [index for index in live if index not in fresh.values()]
        actions: list[dict[str, Any]] = []
        for index in left:
            actions.append({"remove": {"index": index, "alias": "*"}})
        for base, index in fresh.items():
            for alias in self.aliases_of(base):
                actions.append({"add": {"index": index, "alias": alias}})
        # One request: a search sees either all old names or all new ones.
        with self._cluster.translated():
            self._cluster.client.indices.update_aliases(actions=actions)
        return left

    def remove_indices(self, indices: Iterable[str]) -> None:
        for index in sorted(indices):
            with self._cluster.translated():
                self._cluster.client.indices.delete(index=index, ignore_unavailable=True)


class Building:
    """A generation that a rebuild fills.

    `targets` has base -> index of what was made so far.
    """

    def __init__(self, generations: Generations, number: int, token: str) -> None:
        self._generations = generations
        self._number = number
        self._token = token
        self.targets: dict[str, str] = {}

    @property
    def article_indices(self) -> str:
        """Return the indices in which an article may stand."""
        return f"{self._generations.index_of('articles-*', self._number)},{self.targets[REMOVED]}"

    def ensure_indices(self, bases: Iterable[str]) -> None:
        missing = [base for base in bases if base not in self.targets]
        self._generations.create_indices(missing, self._number, live=False, build=self._token)
        for base in missing:
            self.targets[base] = self._generations.index_of(base, self._number)

    def count_articles(self, year: str) -> int:
        """Return how many articles the index of a year holds so far."""
        # What was written is not found before.
        index = self._generations.index_of(f"articles-{year}", self._number)
        self._generations.make_found(index)
        return self._generations.count_documents(index)

    def require_whole(self) -> None:
        """Raise TemporaryError where a later rebuild has removed what this one made."""
        if not self._is_whole():
            raise TemporaryError("another rebuild of the search index has begun; this one gave way")

    def _is_whole(self) -> bool:
        # The other one may have made indices of the same name, so each bears the mark of its build.
        marks = self._generations.read_marks(self._all_indices)
        return all(marks.get(index, {}).get("build") == self._token for index in self.targets.values())

    def make_found(self) -> None:
        """Make all that was written so far be found."""
        self._generations.make_found(self._all_indices)

    @property
    def _all_indices(self) -> str:
        """Return the pattern of all indices of this generation."""
        # The names of a hundred indices are longer than the address of a request may be.
        return self._generations.index_of("*", self._number)


# -- templates ---------------------------------------------------------------------------------------------


def _bodies_by_name(answer: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """Return name -> body of the templates in an answer."""
    # Where there are none, the answer has no list.
    found: dict[str, Any] = {}
    for template in answer.get(f"{kind}s", []):
        found[template["name"]] = template[kind]
    return found


def _install_changed(
    kind: str,
    known: Mapping[str, Any],
    bodies: Mapping[str, dict[str, Any]],
    put: Callable[..., object],
) -> list[str]:
    done: list[str] = []
    for name, unsigned in bodies.items():
        body = _signed(unsigned)
        if name not in known:
            verb = "installed"
        elif _digest_of(known[name]) != _digest_of(body):
            verb = "updated"
        else:
            continue
        put(name=name, body=body)
        done.append(f"{verb} {kind} {name}")
    return done


def _signed(body: dict[str, Any]) -> dict[str, Any]:
    """Return a template with a digest of itself."""
    # By it a later set-up sees whether the kept one differs.
    # The server completes what it is given, so the bodies themselves cannot be compared.
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    return body | {"_meta": {**body.get("_meta", {}), "digest": digest}}


def _digest_of(body: Mapping[str, Any]) -> object:
    return body.get("_meta", {}).get("digest")
