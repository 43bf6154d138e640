"""What the crawler will not touch, and why.

    GuardedResolver     Scrapy's resolver: a name stands only for the addresses that may be reached
    GuardMiddleware     Scrapy's middleware: address, size and length limits, one reason for each refusal
    crawl_limits()      the Scrapy settings that hold the numbers

The resolver is the place of decision because Twisted connects to the very addresses that it hands
out, written addresses (`127.0.0.1`, `[::1]`, `0x7f.1`, `2130706433`) included, and every connection
of the crawler comes through it: pages, feeds, sitemaps, robots.txt, and each step of a redirect. A
name that answers differently the second time gains nothing. A proxy would resolve names by itself,
so proxies from the environment are not used.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import attrs
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadCancelledError
from scrapy.http import Request, Response
from twisted.internet.interfaces import IHostnameResolver, IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped,unused-ignore]

from crawlers.errors import Refused, TooLarge

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Bytes, after decompression.
PAGE_LIMIT = 10 * 1024 * 1024
#: Bytes. Google reads 500 KiB of a robots.txt.
ROBOTS_LIMIT = 512 * 1024
#: Characters.
URL_LIMIT = 2048
REDIRECT_LIMIT = 10
DNS_TIMEOUT_S = 10.0
#: Ports of public hosts. Elsewhere live mail servers and databases, which a hostile redirect could
#: make us speak to; a host that the operator names in `private_hosts` may use any port.
PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})
#: The place among Scrapy's middlewares: nearest to the network but for decompression (590).
_MIDDLEWARE_ORDER = 585

# IPv6 networks whose addresses stand for an IPv4 address, and how far right that must be shifted.
_EMBEDDED_IPV4 = (
    (ipaddress.IPv6Network("64:ff9b::/96"), 0),  # NAT64, RFC 6052: the last 32 bits
    (ipaddress.IPv6Network("::/96"), 0),  # IPv4-compatible, deprecated
    (ipaddress.IPv6Network("2002::/16"), 80),  # 6to4: the 32 bits after the prefix
)
# All that IANA has given out for hosts of the public internet. What lies outside stands for something else:
# a translated IPv4 address (::ffff:0:0:0/96), a segment of a route (5f00::/16), a site's own network.
_PUBLIC_IPV6 = ipaddress.IPv6Network("2000::/3")
_ALSO_PRIVATE = (
    ipaddress.ip_network("192.0.0.0/24"),  # IETF assignments, of which Python before 3.12.4 knows a part
    ipaddress.ip_network("192.88.99.0/24"),  # relays of 6to4, deprecated by RFC 7526
    ipaddress.ip_network("168.63.129.16/32"),  # Azure's host agent, on a public address
    # IETF assignments: Teredo (tunnels to an IPv4 address of the sender's choice), anycast of routers.
    ipaddress.ip_network("2001::/23"),
    ipaddress.ip_network("3fff::/20"),  # documentation, RFC 9637
)


class PrivateHosts:
    """The private addresses that the operator allows to be crawled.

    An entry is an address, a network in CIDR notation, or a host name, which may then have any address.
    """

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self._networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network] = []
        self._names: set[str] = set()
        for entry in entries:
            try:
                self._networks.append(ipaddress.ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                self._names.add(entry.lower().rstrip("."))

    def may_reach(self, host: str, address: str, port: int) -> bool:
        """Tell whether a host may be reached at an address."""
        try:
            # What follows "%" is the network card of a link-local address.
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if self._is_in_network(ip) or host.lower().rstrip(".") in self._names:
            return True
        return is_public(ip) and port in PUBLIC_PORTS

    def _is_in_network(self, ip: IPAddress) -> bool:
        return any(ip in network for network in self._networks)


def is_public(ip: IPAddress) -> bool:
    """Tell whether an address belongs to the public internet.

    Not public: loopback, private, link-local (cloud metadata), carrier-grade NAT, multicast,
    reserved and unspecified ones, what IPv6 keeps for other things than hosts, and IPv6 addresses
    that stand for such an IPv4 address.
    """
    if any(ip in network for network in _ALSO_PRIVATE):
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(ip.ipv4_mapped)
        for network, shift in _EMBEDDED_IPV4:
            if ip in network:
                return is_public(ipaddress.IPv4Address(int(ip) >> shift & 0xFFFFFFFF))
        if ip not in _PUBLIC_IPV6:
            return False
    return ip.is_global and not ip.is_multicast


def why_refused(url: str) -> str | None:
    """Return why an address is never fetched, or None."""
    if len(url) > URL_LIMIT:
        return f"the address has {len(url)} characters, more than {URL_LIMIT}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "the address cannot be read"
    if parts.scheme not in ("http", "https"):
        return f"{parts.scheme or 'no'} scheme: only http and https are fetched"
    if not host:
        return "the address has no host"
    return None


@lru_cache(maxsize=1024)
def host_and_port(url: str) -> tuple[str, int]:
    """Return where a readable http(s) address is fetched from."""
    # Remembered, for each address is asked for ten times while its page is under way.
    parts = urlsplit(url)
    default_port = 443 if parts.scheme == "https" else 80
    return (parts.hostname or "").rstrip("."), parts.port or default_port


def slot_of(url: str) -> str:
    """Return the queue in which requests to a host and port wait for each other."""
    host, port = host_and_port(url)
    return f"{host}:{port}"


@implementer(IHostnameResolver)
class GuardedResolver:
    """Hands out only addresses that may be connected to.

    The rest of the world has no address. Answers are kept for the crawl, so that all of it sees one
    truth. `refusal()` tells a refused name from one that does not exist.
    """

    def __init__(self, reactor: Any, private_hosts: Sequence[str], timeout_s: float = DNS_TIMEOUT_S) -> None:
        self._reactor = reactor
        self._resolver = reactor.nameResolver
        self._private_hosts = PrivateHosts(private_hosts)
        self._timeout_s = timeout_s
        self._known: dict[str, list[Any]] = {}
        self._refusals: dict[tuple[str, int], str] = {}

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Return the resolver, as Scrapy asks for it."""
        settings = crawler.settings
        return cls(reactor, settings.getlist("PRIVATE_HOSTS"), settings.getfloat("DNS_TIMEOUT"))

    def install_on_reactor(self) -> None:
        """Take the place of the reactor's own resolver."""
        self._reactor.installNameResolver(self)

    def refusal(self, host: str, port: int) -> str | None:
        """Return why a host's addresses were held back, or None."""
        return self._refusals.get((host.lower().rstrip("."), port))

    def resolveHostName(  # noqa: N802 - the name is Twisted's
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Hand the allowed addresses of a name to a receiver."""
        resolution = _Resolution(hostName)
        resolutionReceiver.resolutionBegan(resolution)

        def hand_out(addresses: list[Any]) -> None:
            if addresses:
                self._known[hostName] = addresses
            for address in self._allow_addresses(hostName, portNumber, addresses):
                resolutionReceiver.addressResolved(attrs.evolve(address, port=portNumber))
            resolutionReceiver.resolutionComplete()

        if hostName in self._known:
            hand_out(self._known[hostName])
        else:
            collector = _Collector(self._reactor, self._timeout_s, hand_out)
            self._resolver.resolveHostName(collector, hostName, portNumber, addressTypes, transportSemantics)
        return resolution

    def _allow_addresses(self, host: str, port: int, addresses: list[Any]) -> list[Any]:
        """Return the addresses that may be reached."""
        allowed = []
        refused: set[str] = set()
        for address in addresses:
            if self._private_hosts.may_reach(host, address.host, port):
                allowed.append(address)
            else:
                refused.add(address.host)
        if refused and not allowed:
            where = f"{host} port {port} ({', '.join(sorted(refused))})"
            self._refusals[host.lower().rstrip("."), port] = (
                f"{where} is no public web server: private addresses and unusual ports "
                "are crawled only where MAPLEWIRE_PRIVATE_HOSTS names the host"
            )
        return allowed


@implementer(IHostResolution)
class _Resolution:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """Do nothing: the look-up ends by itself."""


@implementer(IResolutionReceiver)
class _Collector:
    """Waits for all addresses of a name, at most `timeout_s`.

    A late answer is dropped.
    """

    def __init__(self, reactor: Any, timeout_s: float, on_done: Callable[[list[Any]], None]) -> None:
        self._addresses: list[Any] = []
        self._on_done: Callable[[list[Any]], None] | None = on_done
        self._timer = reactor.callLater(timeout_s, self._finish, [])

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803
        """Part of the interface; there is nothing to note."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        """Keep one address."""
        self._addresses.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        """Hand all addresses over."""
        if self._timer.active():
            self._timer.cancel()
        self._finish(self._addresses)

    def _finish(self, addresses: list[Any]) -> None:
        # Only once: the answer may come after the time was up.
        on_done, self._on_done = self._on_done, None
        if on_done is not None:
            on_done(addresses)


class GuardMiddleware:
    """Turns what we will not fetch into `Refused`.

    It also queues requests by host:port. It stands nearest to the network but for decompression, so
    retries and redirects pass it again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._private_hosts = PrivateHosts(crawler.settings.getlist("PRIVATE_HOSTS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        """Return the middleware, as Scrapy asks for it."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse a request by its address. Raises Refused."""
        reason = why_refused(request.url)
        if reason is not None:
            raise Refused(f"{request.url[:200]}: {reason}")
        request.meta["download_slot"] = slot_of(request.url)

    def process_response(self, request: Request, response: Response) -> Response:
        """Check once more who answered. Raises Refused."""
        # The resolver lets nobody else through: this would be a bug of ours.
        host, port = host_and_port(request.url)
        if response.ip_address and not self._private_hosts.may_reach(host, str(response.ip_address), port):
            raise Refused(f"{request.url}: answered from {response.ip_address}, which is not public")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Turn Scrapy's exceptions into Refused or TooLarge."""
        # Imported late: the import itself installs a reactor.
        from twisted.internet import reactor

        if isinstance(exception, DownloadCancelledError):
            raise TooLarge(f"{request.url}: larger than {PAGE_LIMIT // 2**20} MiB") from exception
        if isinstance(exception, CannotResolveHostError):
            refusal = reactor.nameResolver.refusal(*host_and_port(request.url))
            if refusal is not None:
                raise Refused(refusal) from exception


def crawl_limits(private_hosts: Sequence[str], answer_timeout_s: float) -> dict[str, Any]:
    """Return the Scrapy settings under which the guard works."""
    return {
        "PRIVATE_HOSTS": list(private_hosts),
        "TWISTED_DNS_RESOLVER": f"{__name__}.GuardedResolver",
        "DNS_TIMEOUT": DNS_TIMEOUT_S,
        "DOWNLOADER_MIDDLEWARES": {f"{__name__}.GuardMiddleware": _MIDDLEWARE_ORDER},
        "HTTPPROXY_ENABLED": False,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "ftp", "s3")),
        "DOWNLOAD_MAXSIZE": PAGE_LIMIT,  # Scrapy holds it while decompressing, too
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": answer_timeout_s,  # from the connection to the last byte, not between bytes
        "REDIRECT_MAX_TIMES": REDIRECT_LIMIT,
        "METAREFRESH_MAXDELAY": 1,  # a stub that sends on at once; not a page that reloads itself
        "URLLENGTH_LIMIT": 0,  # the guard refuses with a reason, Scrapy would drop the request silently
    }
