"""The pages that are taken all the same, to measure what a rule loses (pure)."""

from __future__ import annotations

import hashlib

#: One in so many pages that a rule leaves out is taken.
SAMPLED_ONE_IN = 100


def is_sampled(address: str) -> bool:
    """Tell whether a page that is left out belongs to the sample.

    The same address gives the same answer.
    """
    digest = hashlib.sha256(address.encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[-4:], "big") % SAMPLED_ONE_IN == 0
