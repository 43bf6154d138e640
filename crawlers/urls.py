"""The one rule for "same page", and more on addresses.

Two addresses with the same canonical form are the same page. Where it is not certain that two
addresses mean one page they stay two: that costs one fetch, and the copy is seen to be a copy by
its text, while a false match would lose a page for good. Hence a path is never touched beyond
RFC 3986 (`/a` and `/a/`, `/` and `/index.html`, `m.` hosts and `/amp/` paths stay apart).

The canonical form is an identity that is also shown to people. To fetch a page, use the address as it
was listed: an old server may speak http alone, or insist on the parameters that are dropped here.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import canonicalize_url, safe_url_string

from crawlers.errors import PermanentError

#: In characters, as listed and in canonical form.
MAX_URL_LENGTH = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}

# Names that cannot be on the public web (RFC 6761, RFC 6762, ICANN's "internal"): whoever serves
# them may have no certificate, so http stays http. `example` is left out: it stands for public sites.
_PRIVATE_SUFFIXES = ("localhost", "local", "test", "invalid", "internal", "lan", "home.arpa", "onion")

# Parameters that only tell a server where a reader came from. Each is named by the product that
# adds it to other people's links; none selects content at any publisher we know of.
_TRACKING_PREFIXES = (
    "utm_",  # Google Analytics
    "mtm_",  # Matomo, formerly Piwik
    "piwik_",
    "matomo_",
    "hsa_",  # HubSpot
    "_hs",
    "at_medium",  # AT Internet: BBC, France 24, RFI
    "at_campaign",
    "at_custom",
    "at_link",
)
# Lists of names as text, since a list of forty strings is harder to read and to sort.
_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid gbraid wbraid gad_source gad_campaignid msclkid yclid ysclid twclid
    ttclid li_fat_id igsh igshid epik irclickid s_kwcid ef_id rdt_cid
    pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid pk_vid
    ns_campaign ns_mchannel ns_source ns_linkname ns_fee
    _ga _gl _gac _openstat mc_cid mc_eid mkt_tok hsctatracking vero_id vero_conv oly_anon_id oly_enc_id
    wickedid ck_subscriber_id ml_subscriber ml_subscriber_hash bsft_eid bsft_clkid
    sc_cid s_cid ocid cmpid cmp icid ncid xtor smid spm ito ftag taid sref wt.mc_id wt.mc_ev
    __twitter_impression guccounter guce_referrer guce_referrer_sig isappinstalled nsukey
    jsessionid phpsessid aspsessionid
    """.split()  # noqa: SIM905
)
# These names also select content on some sites (`from=2019-01-01`, `source=reuters`, `ref=41`), so they
# go only with a value that names a channel.
_CHANNEL_NAMES = frozenset(
    {"ref", "ref_src", "referrer", "referer", "source", "src", "from", "via", "medium", "partner"}
)
_CHANNELS = frozenset(
    """
    rss feed feeds atom twitter tw x facebook fb linkedin weibo wechat weixin qq telegram whatsapp
    reddit instagram youtube email mail newsletter push share sharing social app android ios
    homepage home google googlenews google_news apple_news
    timeline singlemessage groupmessage twsrc^tfw twsrc%5etfw twsrc^google
    """.split()  # noqa: SIM905
)
# `?amp=1` and `?outputType=amp` ask for another layout of the same page; without them the page itself comes.
_AMP = frozenset({("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")})

_CONTROL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]")
_HOST_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid)=[^/;?]*", re.IGNORECASE)
#: Passes of w3lib's cleaning: `/%2e%2e;jsessionid=1/` needs two.
_CLEANING_PASSES = 3
#: Characters of an address in a message, so that it stays one line.
_SHOWN_CHARS = 120


# Each page's address is asked for at every stage.
@lru_cache(maxsize=10_000)
def canonical_url(url: str) -> str:
    """Return the address that stands for a page: its identity.

    Applying it twice changes nothing. Scheme and host are in lower case, names in Punycode; default
    port, fragment, session ids and tracking parameters are gone, the other parameters sorted. http
    counts as https, except where that could not work: at an explicit port, an IP address, or a name
    outside the public web (`localhost`, `news.test`). Raises PermanentError, and nothing else, for what
    is no http(s) address, holds control characters or credentials, or is longer than 2,048 characters.
    """
    parts = _split_checked(url)
    try:
        parts = urlsplit(canonicalize_url(urlunsplit(parts)))
    except ValueError as e:
        raise PermanentError(f"{_quote_url(url)} is no address: {e}") from e
    path, query = _clean_repeatedly(_PATH_SESSION.sub("", parts.path), _without_tracking(parts.query))
    scheme = parts.scheme
    if parts.port is None and _is_public_name(parts.hostname or ""):
        scheme = "https"
    canonical = urlunsplit((scheme, parts.netloc, path, query, ""))
    if len(canonical) > MAX_URL_LENGTH:
        raise PermanentError(f"{_quote_url(url)} has more than {MAX_URL_LENGTH} characters when encoded")
    return canonical


def without_tracking(url: str) -> str:
    """Return an address without fragment and tracking.

    Everything else stays as it was.
    """
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, _without_tracking(parts.query), ""))


def join(base: str, href: str) -> str:
    """Return the absolute address that a link on a page means.

    `base` is the page's address. The fragment is dropped, what a URL may not hold is percent-encoded,
    line breaks inside are removed as browsers do. Raises PermanentError like `canonical_url` (also
    for `mailto:`, `javascript:` ...).
    """
    href = re.sub(r"[\t\r\n]", "", href).strip()
    try:
        absolute = urljoin(base, href)
    except ValueError as e:
        raise PermanentError(f"{_quote_url(href)} is no address: {e}") from e
    parts = _split_checked(re.sub(" ", "%20", absolute))
    try:
        return safe_url_string(urlunsplit(parts._replace(fragment="")))
    except ValueError as e:
        raise PermanentError(f"{_quote_url(href)} is no address: {e}") from e


def site_of(url: str) -> str:
    """Return the host of an address without `www.`, to show.

    A port that is not the default stays.
    """
    netloc = urlsplit(canonical_url(url)).netloc
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


@lru_cache(maxsize=1)
def _suffix_list() -> Any:
    import tldextract

    # No download and no cache file: the list that comes with the library is enough and always the same.
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


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


def _without_tracking(query: str) -> str:
    kept = []
    for pair in query.split("&"):
        if pair and not _is_tracking(pair):
            kept.append(pair)
    return "&".join(kept)


def _is_tracking(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    return (
        name in _TRACKING
        or name.startswith(_TRACKING_PREFIXES)
        or (name in _CHANNEL_NAMES and value in _CHANNELS)
        or (name, value) in _AMP
    )


def _clean_repeatedly(path: str, query: str) -> tuple[str, str]:
    """Return path and query, cleaned until nothing changes."""
    for _ in range(_CLEANING_PASSES):
        again = urlsplit(canonicalize_url(urlunsplit(("https", "host.invalid", path, query, ""))))
        cleaned = _PATH_SESSION.sub("", again.path), _without_tracking(again.query)
        if cleaned == (path, query):
            break
        path, query = cleaned
    return path, query


def _quote_url(url: str) -> str:
    """Quote an address for a message, on one line."""
    text = repr(url.encode("utf-8", "backslashreplace").decode())
    if len(text) <= _SHOWN_CHARS:
        return text
    return f"{text[: _SHOWN_CHARS - 3]}…'"
