"""One POST to an address of the operator's own, within a time."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import httpx


async def post(url: str, body: bytes, headers: Mapping[str, str], timeout_s: float) -> tuple[int, str]:
    """Post to an address; return status and reason of its answer.

    Redirects are not followed. Raises TimeoutError when all of it has taken too long: httpx counts anew
    with every byte.
    """
    # httpx alone would trust the authorities of certifi, not those that this machine was given.
    trust = ssl.create_default_context()
    async with (
        asyncio.timeout(timeout_s),
        httpx.AsyncClient(verify=trust, timeout=timeout_s, follow_redirects=False) as client,
        # Streamed, because nobody needs the answer's body: a hostile one may never end.
        client.stream("POST", url, content=body, headers=headers) as response,
    ):
        return response.status_code, response.reason_phrase
