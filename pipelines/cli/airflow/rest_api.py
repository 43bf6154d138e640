"""Airflow's REST API, as far as we use it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import httpx

from pipelines.cli.airflow.local import LocalAirflow

# How many crawls run at once.
CRAWL_SLOTS = 2

_PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


def call_api(
    local: LocalAirflow, path: str, body: Any = None, *, method: str | None = None, token: str | None = None
) -> Any:
    """Return Airflow's decoded answer, None for an empty one.

    The method is POST where there is a body, else GET. Raises httpx.HTTPError, with
    httpx.HTTPStatusError for every status that is no success.
    """
    if method is None:
        method = "GET"
        if body is not None:
            method = "POST"
    headers = {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    # A proxy of the environment is no way to our own loopback.
    with httpx.Client(trust_env=False, follow_redirects=True, timeout=30) as client:
        answer = client.request(method, local.url + path, json=body, headers=headers)
    answer.raise_for_status()
    if not answer.content:
        return None
    return answer.json()


def fetch_token(local: LocalAirflow, user: str = "admin") -> str:
    """Return a token; the password of each user is the name."""
    answer = call_api(local, "/auth/token", {"username": user, "password": user})
    return str(answer["access_token"])


def is_answering(local: LocalAirflow) -> bool:
    """Tell whether the API server answers, whatever the other parts do."""
    try:
        call_api(local, "/api/v2/version")
    except (httpx.HTTPError, ValueError):
        return False
    return True


def is_healthy(local: LocalAirflow) -> bool:
    """Tell whether every part of Airflow works."""
    try:
        parts = call_api(local, "/api/v2/monitor/health")
    except (httpx.HTTPError, ValueError):
        return False
    for name in _PARTS:
        # A part that never started is null.
        state = parts.get(name) or {}
        if state.get("status") != "healthy":
            return False
    return True


def ask_sources(local: LocalAirflow, source_ids: Sequence[str]) -> bool:
    """Have “1 · Collect news” ask these sources; return whether it does."""
    run = {"logical_date": None, "conf": {"sources": list(source_ids)}}
    try:
        call_api(local, "/api/v2/dags/collect_news/dagRuns", run, token=fetch_token(local))
    except (httpx.HTTPError, ValueError):
        return False
    return True


def make_crawl_pool(local: LocalAirflow) -> None:
    """Make the pool that crawls wait for.

    One that is there keeps its size.
    """
    token = fetch_token(local)
    # Asked first: to make one that is there fills Airflow's log with a database error.
    known = call_api(local, "/api/v2/pools?limit=100", token=token)["pools"]
    if "crawl" in [pool["name"] for pool in known]:
        return
    pool = {"name": "crawl", "slots": CRAWL_SLOTS, "description": "How many crawls run at once"}
    try:
        call_api(local, "/api/v2/pools", pool, token=token)
    except httpx.HTTPStatusError as e:
        # Airflow says so of a pool that exists.
        if e.response.status_code != HTTPStatus.CONFLICT:
            raise
