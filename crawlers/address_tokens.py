"""Parts of an address that a site makes anew at each visit (pure).

    /news/8f3Ab21c90/canola-talks ──► /news/*/canola-talks

What a person wrote into an address has words, a date or a number. A token has letters and digits in disorder.
A site may name its articles by tokens, too, so two addresses that differ in one are never one article by that
alone: who asks compares title and time as well.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit, urlunsplit

#: Characters of the shortest token.
_SHORTEST = 8
_TOKEN = re.compile(r"[A-Za-z0-9_.~=()-]+", re.ASCII)
#: A word or a number that somebody wrote, as whole parts of a slug: "g20", "a380" and "2026" among them.
_WRITTEN = re.compile(r"[A-Za-z]+|[0-9]+|[A-Za-z]+[0-9]{1,4}", re.ASCII)
_PARTS = re.compile(r"[-_.~=()]+")
_MASK = "*"


def is_token(segment: str) -> bool:
    """Tell whether a segment of a path is letters and digits in disorder.

    >>> is_token("8f3Ab21c90"), is_token("canola-talks-2026"), is_token("1764432000")
    (True, False, False)
    """
    if len(segment) < _SHORTEST or not _TOKEN.fullmatch(segment):
        return False
    return not all(_WRITTEN.fullmatch(part) for part in _PARTS.split(segment) if part)


def without_tokens(address: str) -> str | None:
    """Return an address with a star for each token of its path.

    None where it has no token, or is no address.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    masked: list[str] = []
    for segment in parts.path.split("/"):
        masked.append(_MASK if is_token(segment) else segment)
    if _MASK not in masked:
        return None
    return urlunsplit((parts.scheme, parts.netloc, "/".join(masked), parts.query, ""))


def place_of(address: str) -> str:
    """Return an address without its tokens and parameters."""
    place = address.partition("?")[0]
    return without_tokens(place) or place


def differ_in_one_token(address: str, other: str) -> bool:
    """Tell whether two addresses are alike but for one token of their paths."""
    if without_tokens(address) is None or without_tokens(address) != without_tokens(other):
        return False
    differing = 0
    for one, another in zip(urlsplit(address).path.split("/"), urlsplit(other).path.split("/"), strict=True):
        if one != another:
            differing += 1
    return differing == 1
