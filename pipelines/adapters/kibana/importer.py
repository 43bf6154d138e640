"""The import into Kibana, from waiting for it to its default data view.

    GET /api/status ──► POST /api/saved_objects/_import?overwrite=true ──► POST /api/data_views/default

Ids are fixed, so importing again replaces what an earlier import made and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawlers.errors import PermanentError
from pipelines.adapters.kibana.client import Json, KibanaClient

#: Kibana needs up to two minutes for its first start, when it makes its own indices.
WAIT_S = 180.0
#: Objects named in an error; a wrong version refuses all of them, for one reason.
_SHOWN_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: ids of objects made and replaced, in Kibana's order."""

    created: tuple[str, ...]
    replaced: tuple[str, ...]
    #: Id in the file -> id in this Kibana, where that is another one.
    renamed: Mapping[str, str] = field(default_factory=dict)

    def lines(self) -> tuple[str, ...]:
        """Return what was changed, one line each."""
        lines = []
        for id_ in self.created:
            lines.append(f"Kibana: created {id_}")
        if self.replaced:
            lines.append(f"Kibana: replaced {len(self.replaced)} objects")
        return tuple(lines)


def import_objects(  # noqa: PLR0913 - one for each setting of a Kibana, and all but two go by name
    url: str,
    ndjson: bytes,
    *,
    api_key: str | None = None,
    basic: tuple[str, str] | None = None,
    space: str | None = None,
    default_view: str | None = None,
    ca_certs: Path | None = None,
    wait_s: float = WAIT_S,
    pause: Callable[[float], None] = time.sleep,
) -> ImportReport:
    """Import `ndjson` into the Kibana at `url` and return what was changed.

    `url` may hold `user:password@`. `default_view` becomes the space's default data view where it has
    none. Raises TemporaryError where Kibana is away or not ready within `wait_s`, PermanentError where
    it refuses: then nothing says that a part was not imported, and importing again is harmless.
    """
    kibana = KibanaClient(url, api_key=api_key, basic=basic, space=space, ca_certs=ca_certs)
    kibana.await_ready(wait_s, pause)
    report = _import_file(kibana, ndjson)
    if default_view:
        # Without force: a person may have chosen another one.
        view_id = report.renamed.get(default_view, default_view)
        choice = {"data_view_id": view_id, "force": False}
        kibana.post("/api/data_views/default", json=choice)
    return report


def _import_file(kibana: KibanaClient, ndjson: bytes) -> ImportReport:
    # Kibana knows the kind of a file by its name.
    file = ("maplewire.ndjson", ndjson, "application/ndjson")
    answer = kibana.post("/api/saved_objects/_import?overwrite=true", files={"file": file})
    sent = _count_objects(ndjson)
    # A status of 200 says only that the file was read.
    if answer.get("success") is not True or answer.get("successCount") != sent:
        raise PermanentError(_describe_problems(kibana, answer, sent))
    created: list[str] = []
    replaced: list[str] = []
    renamed: dict[str, str] = {}
    for result in _mappings_in(answer.get("successResults")):
        id_ = str(result.get("id"))
        # Kibana gives another id where another space has an object of this one.
        made = result.get("destinationId")
        if made:
            renamed[id_] = str(made)
        if result.get("overwrite"):
            replaced.append(id_)
        else:
            created.append(id_)
    return ImportReport(tuple(created), tuple(replaced), renamed)


def _count_objects(ndjson: bytes) -> int:
    objects = []
    for line in ndjson.splitlines():
        if line.strip():
            objects.append(line)
    return len(objects)


def _describe_problems(kibana: KibanaClient, answer: Json, sent: int) -> str:
    lines = [f"Kibana at {kibana.shown} took {answer.get('successCount', 0)} of {sent} objects"]
    for problem in _mappings_in(answer.get("errors"))[:_SHOWN_PROBLEMS]:
        lines.append(f"  {_describe_problem(problem)}")
    return "\n".join(lines)


def _describe_problem(problem: Json) -> str:
    error = problem.get("error")
    if not isinstance(error, Mapping):
        error = {}
    reason = str(error.get("type", "refused")).replace("_", " ")
    text = f"{problem.get('type')} {problem.get('id')}: {reason}"
    missing = []
    for ref in _mappings_in(error.get("references")):
        missing.append(f"{ref.get('type')} {ref.get('id')}")
    details = ", ".join(missing) or error.get("message") or error.get("destinationId")
    if details:
        text += f" ({details})"
    return text


def _mappings_in(values: Any) -> list[Json]:
    """Return the objects of a list in an answer.

    An answer of another shape has none.
    """
    found: list[Json] = []
    for value in values or ():
        if isinstance(value, Mapping):
            found.append(value)
    return found
