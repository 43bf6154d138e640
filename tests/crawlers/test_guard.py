"""What the crawler will not touch."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.task import Clock

from crawlers.guard import GuardedResolver, PrivateHosts, is_public, why_refused


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.0.9",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # cloud metadata
        "168.63.129.16",  # Azure's host agent
        "100.64.0.1",  # carrier-grade NAT
        "100.100.100.200",  # Alibaba's metadata
        "192.0.0.192",  # Oracle's metadata
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",  # NAT64 of 127.0.0.1
        "64:ff9b:1::1",
        "2002:7f00:1::",  # 6to4 of 127.0.0.1
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
        "2001:1::1",  # anycast of the nearest router
        "2001:db8::1",
        "3fff::1",  # documentation
        "3fff:fff:ffff::1",
        "5f00::1",  # segments of a route
        "::ffff:0:127.0.0.1",  # IPv4 translated by SIIT
        "::ffff:0:1.1.1.1",
        "100::1",
        "100:0:0:1::1",
        "4000::1",
        "192.88.99.1",  # relay of 6to4
    ],
)
def test_this_address_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "93.184.215.14",
        "2606:4700::1111",
        "::ffff:1.1.1.1",
        "64:ff9b::101:101",
        "2002:101:101::1",
        "2400:3200::1",
    ],
)
def test_this_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("entries", "host", "address", "port", "may"),
    [
        ((), "daily.example", "1.1.1.1", 443, True),
        ((), "daily.example", "1.1.1.1", 25, False),
        ((), "daily.example", "127.0.0.1", 80, False),
        (("127.0.0.1",), "daily.example", "127.0.0.1", 5000, True),
        (("127.0.0.1",), "daily.example", "127.0.0.2", 80, False),
        (("127.0.0.1",), "daily.example", "::ffff:127.0.0.1", 80, False),
        (("10.0.0.0/8",), "daily.example", "10.9.8.7", 8000, True),
        (("::1",), "localhost", "::1", 80, True),
        (("intranet.example",), "Intranet.Example.", "10.0.0.5", 8000, True),
        (("intranet.example",), "evil.intranet.example", "10.0.0.5", 80, False),
        ((), "daily.example", "fe80::1%eth0", 80, False),
        ((), "daily.example", "no address", 80, False),
    ],
)
def test_private_hosts_open_only_what_they_name(
    entries: tuple[str, ...], host: str, address: str, port: int, may: bool
) -> None:
    assert PrivateHosts(entries).may_reach(host, address, port) is may


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://daily.example/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("http://", "no host"),
        ("http://daily.example:99999/", "cannot be read"),
        ("http://[::1/", "cannot be read"),
        ("http://daily.example/" + "a" * 2048, "more than 2048"),
    ],
)
def test_an_address_we_cannot_use_is_refused_with_the_reason(url: str, why: str) -> None:
    assert why in (why_refused(url) or "")


def test_a_plain_address_is_not_refused() -> None:
    assert why_refused("https://daily.example/a?b=c") is None


class _Dns(Clock):
    """A reactor in which each look-up takes the next of a list of answers."""

    def __init__(self, **answers: list[list[Any]]) -> None:
        super().__init__()
        self.nameResolver = self
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.late: list[Any] = []

    def installNameResolver(self, resolver: Any) -> None:  # noqa: N802
        self.nameResolver = resolver

    def resolveHostName(self, receiver: Any, name: str, port: int, *rest: Any) -> None:  # noqa: N802
        receiver.resolutionBegan(None)
        if name == "slow.example":
            self.late.append(receiver)
            return
        for address in self.answers[name].pop(0):
            receiver.addressResolved(address)
        receiver.resolutionComplete()


class _Wanted:
    """Who asked for the addresses.

    In the crawler it is Twisted's endpoint, which connects to exactly these.
    """

    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []
        self.is_complete = False

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        pass

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        self.addresses.append((address.host, address.port))

    def resolutionComplete(self) -> None:  # noqa: N802
        assert not self.is_complete
        self.is_complete = True


def _resolve(resolver: GuardedResolver, name: str, port: int = 80) -> _Wanted:
    wanted = _Wanted()
    resolver.resolveHostName(wanted, name, port)
    return wanted


def _v4(host: str) -> IPv4Address:
    return IPv4Address("TCP", host, 0)


def test_only_the_public_addresses_of_a_name_are_handed_out() -> None:
    dns = _Dns(mixed_example=[[_v4("10.0.0.1"), _v4("1.1.1.1"), IPv6Address("TCP", "::1", 0)]])
    resolver = GuardedResolver(dns, ())
    assert _resolve(resolver, "mixed.example").addresses == [("1.1.1.1", 80)]
    assert resolver.refusal("mixed.example", 80) is None


def test_a_name_that_changes_its_answer_gains_nothing() -> None:
    dns = _Dns(rebinding_example=[[_v4("1.1.1.1")], [_v4("127.0.0.1")]])
    resolver = GuardedResolver(dns, ())
    assert _resolve(resolver, "rebinding.example").addresses == [("1.1.1.1", 80)]
    assert _resolve(resolver, "rebinding.example").addresses == [("1.1.1.1", 80)]


def test_a_private_name_has_no_address_and_a_reason() -> None:
    resolver = GuardedResolver(_Dns(inside_example=[[_v4("192.168.0.7")]]), ())
    wanted = _resolve(resolver, "inside.example")
    assert (wanted.addresses, wanted.is_complete) == ([], True)
    assert "192.168.0.7" in (resolver.refusal("Inside.example.", 80) or "")


def test_an_unusual_port_of_a_public_host_is_refused_and_the_usual_one_is_not() -> None:
    resolver = GuardedResolver(_Dns(daily_example=[[_v4("1.1.1.1")]]), ())
    assert _resolve(resolver, "daily.example", 25).addresses == []
    assert _resolve(resolver, "daily.example", 443).addresses == [("1.1.1.1", 443)]


def test_a_name_server_that_does_not_answer_is_given_up_and_its_late_answer_dropped() -> None:
    dns = _Dns()
    wanted = _resolve(GuardedResolver(dns, (), timeout_s=5), "slow.example")
    dns.advance(4.9)
    assert not wanted.is_complete
    dns.advance(0.2)
    assert wanted.is_complete
    dns.late[0].addressResolved(_v4("1.1.1.1"))
    dns.late[0].resolutionComplete()
    assert wanted.addresses == []
