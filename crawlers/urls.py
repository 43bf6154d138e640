"""The one rule for "same page", and more on addresses.

Two addresses with the same canonical form are the same page. Where it is not certain that two
addresses mean one page they stay two: that costs one fetch, and the copy is seen to be a copy by
its text, while a false match would lose a page for good. Hence a path is never touched beyond
RFC 3986 (`/a` and `/a/`, `/` and `/index.html`, `m.` hosts and `/amp/` paths stay apart).

The canonical form is an identity that is also shown to people. To fetch a page, use the address as it
was listed: an old server may speak http alone, or insist on the parameters that are dropped here.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from crawlers.errors import PermanentError
from crawlers.tracking import without_tracking_parameters

#: In characters, as listed and in canonical form.
MAX_URL_LENGTH = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}

# Names that cannot be on the public web (RFC 6761, RFC 6762, ICANN's "internal"): whoever serves
# them may have no certificate, so http stays http. `example` is left out: it stands for public sites.
_PRIVATE_SUFFIXES = ("localhost", "local", "test", "invalid", "internal", "lan", "home.arpa", "onion")

#: How an address begins: a scheme, slashes, and the place of a host.
_BEGINNING = re.compile(r"(?P<scheme>https?:)?(?P<slashes>/*)(?P<place>[^/]*)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*", re.IGNORECASE)
#: Most addresses have such a path and no query. It is canonical as it is, which w3lib tells in 0.1 ms.
_PLAIN_PATH = re.compile(r"(?:/[a-zA-Z0-9_-][a-zA-Z0-9_.-]*)+/?")
#: Passes of w3lib's cleaning: `/%2e%2e;jsessionid=1/` needs two.
_CLEANING_PASSES = 3
#: Characters of an address in a message, so that it stays one line.
_SHOWN_CHARS = 120


# Each page's address is asked for at every stage, and those of a listing for all of them in turn.
@lru_cache(maxsize=3_000)
def canonical_url(url: str) -> str:
    """Return the address that stands for a page: its identity.

    Applying it twice changes nothing. Scheme and host are in lower case, names in Punycode; default
    port, fragment, session ids and tracking parameters are gone, the other parameters sorted. http
    counts as https, except where that could not work: at an explicit port, an IP address, or a name
    outside the public web (`localhost`, `news.test`). Raises PermanentError, and nothing else, for what
    is no http(s) address, holds control characters or credentials, or is longer than 2,048 characters.
    """
    parts = _split_checked(url)
    path, query = parts.path, parts.query
    if query or not _PLAIN_PATH.fullmatch(path):
        try:
            parts = urlsplit(_canonicalize(urlunsplit(parts)))
        except ValueError as e:
            raise PermanentError(f"{_quote_url(url)} is no address: {e}") from e
        path, query = _clean_repeatedly(parts)
    scheme = parts.scheme
    if parts.port is None and _is_public_name(parts.hostname or ""):
        scheme = "https"
    canonical = urlunsplit((scheme, parts.netloc, path, query, ""))
    if len(canonical) > MAX_URL_LENGTH:
        raise PermanentError(f"{_quote_url(url)} has more than {MAX_URL_LENGTH} characters when encoded")
    return canonical


def _canonicalize(url: str) -> str:
    # It brings the client of http, and most who load this file ask for no address.
    from w3lib.url import canonicalize_url

    return canonicalize_url(url)


def _quote_unsafe(url: str) -> str:
    from w3lib.url import safe_url_string

    return safe_url_string(url)


def page_id(canonical: str) -> str:
    """Return the id that stands for a canonical address: 16 hex digits of its SHA-256."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def without_tracking(url: str) -> str:
    """Return an address without fragment and tracking.

    Everything else stays as it was.
    """
    parts = urlsplit(url)
    query = without_tracking_parameters(parts.query, parts.hostname or "")
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def join(base: str, href: str) -> str:
    """Return the absolute address that a link on a page means.

    `base` is the page's address. The fragment is dropped, what a URL may not hold is percent-encoded,
    line breaks inside are removed as browsers do. Backslashes, slashes too many or too few before a host
    (`///host/a`, `https:/host/a`) and a missing scheme (`www.host/a`) are mended. Raises PermanentError like
    `canonical_url` (also for `mailto:`, `javascript:` ...).
    """
    href = re.sub(r"[\t\r\n]", "", href).strip()
    try:
        absolute = urljoin(base, _mend(base, href))
    except ValueError as e:
        raise PermanentError(f"{_quote_url(href)} is no address: {e}") from e
    parts = _split_checked(re.sub(" ", "%20", absolute))
    try:
        return _quote_unsafe(urlunsplit(parts._replace(fragment="")))
    except ValueError as e:
        raise PermanentError(f"{_quote_url(href)} is no address: {e}") from e


def site_of(url: str) -> str:
    """Return the host of an address without `www.`, to show.

    A port that is not the default stays.
    """
    return site_of_canonical(canonical_url(url))


def site_of_canonical(url: str) -> str:
    """Return the same of an address that is canonical, in a tenth of the time."""
    netloc = urlsplit(url).netloc
    if netloc.count(".") > 1:
        return netloc.removeprefix("www.")
    # `www.ca` is a domain of its own.
    return netloc


def same_site(a: str, b: str) -> bool:
    """Tell whether two addresses belong to one publisher.

    They do if they have the same registrable domain.

    `news.daily.example` and `www.daily.example` do, `one.github.io` and `two.github.io` do not. IP
    addresses and names without a dot must agree in host and port: there, each port is a site of its own.
    """
    return registrable_domain(a) == registrable_domain(b)


def registrable_domain(url: str) -> str:
    """Return what the addresses of one publisher share, as `same_site` compares it.

    For an IP address or a name without a dot that is host and port.
    """
    parts = urlsplit(canonical_url(url))
    host = parts.hostname or ""
    if _is_ip(host) or "." not in host:
        return parts.netloc
    found = _suffix_list()(host)
    # A name under no known suffix (`.test`, `.example`) follows the list's own default rule "*".
    return str(found.top_domain_under_public_suffix or ".".join(host.split(".")[-2:]))


def is_public_suffix(domain: str) -> bool:
    """Tell whether a domain is one under which anybody may have a name, as `co.uk`."""
    host = domain.lower().strip(".")
    if _is_ip(host) or "." not in host:
        # “localhost” is a host of its own, “com” none.
        return bool(_suffix_list()(host).suffix)
    return not _suffix_list()(host).domain


@lru_cache(maxsize=1)
def _suffix_list() -> Any:
    import tldextract

    # No download and no cache file: the list that comes with the library is enough and always the same.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def _mend(base: str, href: str) -> str:
    """Return an address with the slashes and the scheme that it should have.

    Browsers mend backslashes and slashes too many (https://url.spec.whatwg.org/#url-parsing); the others are
    mistakes of content systems, mended only where what stands at a host's place can be one.
    """
    address, mark, rest = _split_tail(href)
    address = address.replace("\\", "/")
    found = _BEGINNING.match(address)
    assert found is not None
    scheme, slashes, place = found["scheme"], found["slashes"], found["place"]
    after = address[found.end() :]
    if scheme is None and not slashes:
        # `localhost:8000/a` would have the scheme “localhost”.
        if _is_host_without_scheme(place, base):
            address = f"{urlsplit(base).scheme}://{address}"
    elif len(slashes) != 2 and (scheme is not None or len(slashes) > 2):
        if _may_be_host(place):
            address = f"{scheme or ''}//{place}{after}"
        else:
            # No host, so a path of the page's own.
            address = f"{slashes[:1]}{place}{after}"
    return f"{address}{mark}{rest}"


def _split_tail(href: str) -> tuple[str, str, str]:
    """Return what stands before a query or fragment, its sign, and what follows."""
    found = re.search(r"[?#]", href)
    if found is None:
        return href, "", ""
    return href[: found.start()], found[0], href[found.end() :]


def _is_host_without_scheme(place: str, base: str) -> bool:
    """Tell whether an address without a scheme begins with a host."""
    netloc = urlsplit(base).netloc.lower()
    if place.lower() in (netloc, netloc.removeprefix("www.")) and place:
        return True
    return place.lower().startswith("www.") and _may_be_host(place)


def _may_be_host(place: str) -> bool:
    """Tell whether a part of an address can be a host, and is no folder or file."""
    host = place.partition(":")[0].lower()
    if _is_ip(host):
        return True
    labels = host.split(".")
    if len(labels) < 2 or not all(_HOST_LABEL.fullmatch(label) for label in labels if label.isascii()):
        return False
    if labels[-1] == "example" or not _is_public_name(host):
        return True
    return bool(_suffix_list()(host).suffix)


def _split_checked(url: str) -> SplitResult:
    """Split an address, without a default port.

    Raises PermanentError for what is no http(s) address that can be fetched.
    """
    url = url.strip()
    if len(url) > MAX_URL_LENGTH:
        raise PermanentError(
            f"{_quote_url(url)} has {len(url)} characters; at most {MAX_URL_LENGTH} are accepted"
        )
    if found := _CONTROL.search(url):
        code = f"U+{ord(found[0]):04X}"
        raise PermanentError(f"{_quote_url(url)} holds the character {code}, which no address may")
    try:
        url.encode()
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError as e:
        raise PermanentError(f"{_quote_url(url)} is no address: {e}") from e
    if scheme not in _DEFAULT_PORTS:
        raise PermanentError(f"{_quote_url(url)} is no http or https address")
    if not host:
        raise PermanentError(f"{_quote_url(url)} names no host")
    if "@" in parts.netloc:
        # The address itself is not quoted: a password must not reach a log.
        raise PermanentError(f"the address at {host} carries a user name or password; write it without")
    netloc = _normalize_host(host, url)
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    return parts._replace(scheme=scheme, netloc=netloc)


def _normalize_host(host: str, url: str) -> str:
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host)}]"
        except ValueError as e:
            raise PermanentError(f"{_quote_url(url)} is no address: {e}") from e
    if not host.isascii():
        host = _encode_host(host, url)
    labels = host.lower().removesuffix(".").split(".")
    if len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):
        raise PermanentError(f"{_quote_url(url)} names no possible host")
    if re.fullmatch(r"\d+|0x[0-9a-f]*", labels[-1]):
        # `2130706433` and `0x7f.1` also mean 127.0.0.1 to some libraries: only the plain form passes.
        try:
            return str(ipaddress.IPv4Address(".".join(labels)))
        except ValueError as e:
            hint = "write an IP address as 192.0.2.1"
            raise PermanentError(f"{_quote_url(url)} names no possible host: {hint}") from e
    return ".".join(labels)


def _encode_host(host: str, url: str) -> str:
    """Return a name with other than ASCII letters in Punycode."""
    import idna

    try:
        # What browsers do (UTS 46, non-transitional), so that we name the host that they would visit.
        return idna.encode(host, uts46=True, transitional=False).decode()
    except (UnicodeError, ValueError) as e:
        raise PermanentError(f"{_quote_url(url)} names no possible host: {e}") from e


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_public_name(host: str) -> bool:
    for suffix in _PRIVATE_SUFFIXES:
        if host == suffix or host.endswith("." + suffix):
            return False
    return "." in host and not _is_ip(host)


def _clean_repeatedly(parts: SplitResult) -> tuple[str, str]:
    """Return path and query, cleaned until nothing changes."""
    host = parts.hostname or ""
    path, query = _clean(parts.path, parts.query, host)
    for _ in range(_CLEANING_PASSES):
        again = urlsplit(_canonicalize(urlunsplit(("https", "host.invalid", path, query, ""))))
        cleaned = _clean(again.path, again.query, host)
        if cleaned == (path, query):
            break
        path, query = cleaned
    return path, query


def _clean(path: str, query: str, host: str) -> tuple[str, str]:
    return _PATH_SESSION.sub("", path), without_tracking_parameters(query, host)


def _quote_url(url: str) -> str:
    """Quote an address for a message, on one line."""
    text = repr(url.encode("utf-8", "backslashreplace").decode())
    if len(text) <= _SHOWN_CHARS:
        return text
    return f"{text[: _SHOWN_CHARS - 3]}…'"
