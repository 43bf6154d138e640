"""Which address stands for a page: its own canonical link where that can be believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.errors import PermanentError
from crawlers.urls import canonical_url, join, same_site
from pipelines.extract.claims import Claims

_NUMBERS = re.compile(r"\d{4,}")
_NO_ARTICLE = re.compile(r"^/?(?:index\.\w+|home|accueil|[a-z]{2}(?:-[a-z]{2})?)?/?$", re.I)


@dataclass(frozen=True, slots=True)
class Identity:
    """`canonical` is the article's identity. `cross` is a canonical link that names another site."""

    canonical: str
    provenance: str
    cross: str | None = None


def identify(url: str, claims: Claims) -> Identity:
    """Return the identity of the page fetched from `url`.

    rel=canonical, then og:url, is believed on the same site only, and not where it names the home
    page or an article with other numbers: some templates print one address on every page.
    Raises PermanentError where `url` itself is no address.
    """
    fetched = canonical_url(url)
    cross: str | None = None
    for claim, where in ((claims.canonical, "canonical"), (claims.og_url, "og:url")):
        address = _address(claim, url)
        if address is None or address == fetched:
            if address == fetched:
                return Identity(fetched, where, cross)
            continue
        if not same_site(address, fetched):
            if (
                where == "canonical"
                and not _NO_ARTICLE.match(urlsplit(address).path)
                and not _is_mirror(fetched, address)
            ):
                cross = address
            continue
        if _plausible(address, fetched):
            return Identity(address, where, cross)
    return Identity(fetched, "url", cross)


def _address(claim: str | None, base: str) -> str | None:
    if not claim:
        return None
    try:
        return canonical_url(join(base, claim) or "")
    except PermanentError:
        return None


def _plausible(claimed: str, fetched: str) -> bool:
    """Tell whether `claimed` may stand for the page at `fetched` (both canonical, same site)."""
    there, here = urlsplit(claimed), urlsplit(fetched)
    if _NO_ARTICLE.match(there.path) and not there.query and not _NO_ARTICLE.match(here.path):
        return False
    numbers_there, numbers_here = (
        set(_NUMBERS.findall(there.path + there.query)),
        set(_NUMBERS.findall(here.path + here.query)),
    )
    if numbers_there and numbers_here:
        return bool(numbers_there & numbers_here)
    return _shares_words(there.path, here.path) or bool(numbers_there) != bool(numbers_here)


def _is_mirror(fetched: str, claimed: str) -> bool:
    """Tell whether a page came from a bare address (a test server, an archive on this machine) that keeps
    the path of the page that it names: then the link says who the page is, not where its text comes from."""
    here, there = urlsplit(fetched), urlsplit(claimed)
    host = here.hostname or ""
    bare = host == "localhost" or re.fullmatch(r"[\d.]+|[0-9a-f:]+", host)
    return bool(bare) and here.path.endswith(there.path)


def _shares_words(one: str, other: str) -> bool:
    words_one, words_other = (
        set(re.findall(r"[^\W_]{3,}", path.rsplit("/", 1)[-1].lower()))
        for path in (one.rstrip("/"), other.rstrip("/"))
    )
    return not words_one or not words_other or bool(words_one & words_other)
