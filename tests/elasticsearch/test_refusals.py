"""What an answer of the server means is told by its status and its type of error, not by its words."""

from __future__ import annotations

from typing import Any

import pytest

from crawlers.errors import PermanentError, TemporaryError
from pipelines.adapters.elastic_index.refusals import AlreadyExists, Gone, RequestRefused, refusal


def _answer(kind: str, reason: str, cause: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"error": {"type": kind, "reason": reason} | ({"caused_by": cause} if cause else {})}


@pytest.mark.parametrize(
    ("status", "kind", "reason", "error"),
    [
        (400, "resource_already_exists_exception", "index [x/uuid] already exists", AlreadyExists),
        (400, "resource_already_exists_exception", "es gibt ihn schon", AlreadyExists),
        (
            400,
            "invalid_index_name_exception",
            "Invalid index name [x], already exists as alias",
            RequestRefused,
        ),
        (413, "too_large", "too large", RequestRefused),
        (401, "security_exception", "unable to authenticate", PermanentError),
        (403, "security_exception", "unauthorized, block", PermanentError),
        (403, "cluster_block_exception", "disk usage exceeded flood-stage watermark", TemporaryError),
        (404, "index_not_found_exception", "no such index [x]", Gone),
        (409, "version_conflict_engine_exception", "conflict", TemporaryError),
        (429, "circuit_breaking_exception", "Data too large", TemporaryError),
        (503, "no_shard_available_action_exception", "", TemporaryError),
    ],
)
def test_a_refusal_is_told_by_status_and_type(
    status: int, kind: str, reason: str, error: type[Exception]
) -> None:
    assert type(refusal("http://node", status, _answer(kind, reason))) is error


def test_the_innermost_cause_stands_in_the_message() -> None:
    cause = {"type": "illegal_argument_exception", "reason": "Value [10000] is out of range for a byte"}
    error = refusal("http://node", 400, _answer("document_parsing_exception", "failed to parse", cause))
    assert str(error) == (
        "http://node refuses the request: failed to parse: Value [10000] is out of range for a byte"
    )
