"""Which address stands for a page: its own canonical link, where it is believed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.errors import PermanentError
from crawlers.urls import canonical_url, join, same_site
from pipelines.extract.claims import Claims
from pipelines.extract.words import ADDRESS_WORDS
from pipelines.text.vocabulary import any_word

#: Numbers of articles; shorter ones are pages, months and days.
_NUMBERS = re.compile(r"\d{4,}")
_WORDS = re.compile(r"[^\W_]{3,}")
_HOME = re.compile(
    rf"/?(?:index\.\w+|{any_word(ADDRESS_WORDS.home_pages)}|[a-z]{{2}}(?:-[a-z]{{2}})?)?/?", re.IGNORECASE
)
_IP_ADDRESS = re.compile(r"[\d.]+|[0-9a-f:]+")


@dataclass(frozen=True, slots=True)
class Identity:
    """Which address stands for a page, and where it was found.

    `cross` is a canonical link that names another site: no identity, but evidence. `claimed` is one of this
    site that is not believed by itself: the text of the page that it names may confirm it.
    """

    canonical: str
    provenance: str
    cross: str | None = None
    claimed: str | None = None


def identify(url: str, claims: Claims) -> Identity:
    """Return the identity of the page fetched from `url`.

    rel=canonical, then og:url, is believed on the same site only, and not where it names the home
    page or an article with other numbers: some templates print one address on every page.
    Raises PermanentError where `url` itself is no address.
    """
    fetched = canonical_url(url)
    cross: str | None = None
    claimed: str | None = None
    for claim, where in ((claims.canonical, "canonical"), (claims.og_url, "og:url")):
        address = _read_address(claim, url)
        if address is None:
            continue
        if address == fetched:
            return Identity(fetched, where, cross)
        if not same_site(address, fetched):
            # og:url of another site is a mistake of a template more often than a source.
            if where == "canonical" and _names_source(address, fetched):
                cross = address
            continue
        if _may_stand_for(address, fetched):
            return Identity(address, where, cross)
        if where == "canonical" and not _is_home(address):
            claimed = address
    return Identity(fetched, "url", cross, claimed)


def is_home_path(path: str) -> bool:
    """Tell whether a path is that of a home page, or of the home page in one language."""
    return _HOME.fullmatch(path) is not None


def _read_address(claim: str | None, base: str) -> str | None:
    """Return the canonical form of a claimed address, or None."""
    if not claim:
        return None
    try:
        return canonical_url(join(base, claim) or "")
    except PermanentError:
        return None


def _names_source(address: str, fetched: str) -> bool:
    """Tell whether a link to another site says where the page's text comes from."""
    return not is_home_path(urlsplit(address).path) and not _is_mirror(fetched, address)


def _is_mirror(fetched: str, claimed: str) -> bool:
    """Tell whether a bare address keeps the path of the page that it names.

    A test server or an archive on this machine does: then the link says who the page is, not where
    its text comes from.
    """
    here, there = urlsplit(fetched), urlsplit(claimed)
    host = here.hostname or ""
    is_bare = host == "localhost" or _IP_ADDRESS.fullmatch(host) is not None
    return is_bare and here.path.endswith(there.path)


def _may_stand_for(claimed: str, fetched: str) -> bool:
    """Tell whether a claimed address may name the fetched page, both on one site."""
    there, here = urlsplit(claimed), urlsplit(fetched)
    if _is_home(claimed) and not is_home_path(here.path):
        return False
    numbers_there = set(_NUMBERS.findall(there.path + there.query))
    numbers_here = set(_NUMBERS.findall(here.path + here.query))
    if numbers_there and numbers_here:
        return bool(numbers_there & numbers_here)
    has_number_in_one = bool(numbers_there or numbers_here)
    return has_number_in_one or _share_words(there.path, here.path)


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return is_home_path(parts.path) and not parts.query


def _share_words(one: str, other: str) -> bool:
    """Tell whether the last parts of two paths have a word in common, or one has none."""
    words_of_one, words_of_other = _last_words(one), _last_words(other)
    if not words_of_one or not words_of_other:
        return True
    return bool(words_of_one & words_of_other)


def _last_words(path: str) -> set[str]:
    parts = path.lower().rstrip("/").split("/")
    while len(parts) > 1 and parts[-1] in ADDRESS_WORDS.layouts:
        parts.pop()
    return set(_WORDS.findall(parts[-1]))
