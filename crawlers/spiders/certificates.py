"""Whether a server is who it says it is, with a reason that people understand.

Twisted writes a traceback into the log where a certificate cannot be read, and takes one that names no host.
OpenSSL says "certificate verify failed" whatever is wrong. Here each fault has a name, and nothing is logged:
the reason goes to the source that asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from OpenSSL import SSL
from OpenSSL.SSL import X509VerificationCodes as Codes
from service_identity import VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from crawlers.errors import TemporaryError

#: What OpenSSL finds wrong, in plain words.
_FAULTS: Mapping[int, str] = {
    Codes.ERR_CERT_HAS_EXPIRED: "its certificate has expired",
    Codes.ERR_CERT_NOT_YET_VALID: "its certificate is not valid yet (look at this machine's clock too)",
    Codes.ERR_DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by itself alone",
    Codes.ERR_SELF_SIGNED_CERT_IN_CHAIN: "its certificate comes from an authority that nobody here trusts",
    Codes.ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "it does not show who signed its certificate",
    Codes.ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: "it does not show who signed its certificate",
}

_Callback = Callable[[SSL.Connection, Any, int, int, int], bool]


class UntrustedCertificate(TemporaryError):
    """A server's certificate does not show that it is who it says."""


@implementer(IPolicyForHTTPS)
class NamedFaults:
    """Connects as another policy does, and names what is wrong.

    Without `is_checked`, every certificate is taken.
    """

    def __init__(self, policy: Any, *, is_checked: bool) -> None:
        self._policy = policy
        self._is_checked = is_checked

    def creatorForNetloc(self, hostname: bytes, port: int) -> _CheckedConnections:  # noqa: N802
        """Return what makes connections to a host."""
        creator = self._policy.creatorForNetloc(hostname, port)
        return _CheckedConnections(creator, hostname.decode("ascii"), is_checked=self._is_checked)


@implementer(IOpenSSLClientConnectionCreator)
class _CheckedConnections:
    def __init__(self, creator: Any, host: str, *, is_checked: bool) -> None:
        self._creator = creator
        self._host = host
        self._is_checked = is_checked

    def clientConnectionForTLS(self, protocol: Any) -> SSL.Connection:  # noqa: N802
        connection: SSL.Connection = self._creator.clientConnectionForTLS(protocol)
        callback: _Callback = _take_any
        if self._is_checked:
            callback = _checking(protocol, self._host)
        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, callback)
        return connection


def _take_any(*_of_the_certificate: Any) -> bool:
    return True


def _checking(protocol: Any, host: str) -> _Callback:
    """Return what judges each certificate of a connection's chain."""

    def check(_connection: SSL.Connection, certificate: Any, error: int, depth: int, is_good: int) -> bool:
        fault = None
        if not is_good:
            fault = _FAULTS.get(error, f"its certificate is refused by OpenSSL (reason {error})")
        elif depth == 0:
            fault = _why_other_host(certificate, host)
        if fault is not None:
            failure = Failure(UntrustedCertificate(fault))  # type: ignore[no-untyped-call]
            protocol.failVerification(failure)
        return fault is None

    return check


def _why_other_host(certificate: Any, host: str) -> str | None:
    """Return why a certificate is not that of a host, or None."""
    is_address = isIPAddress(host) or isIPv6Address(host)
    wanted: ServiceID = IPAddress_ID(host) if is_address else DNS_ID(host)
    try:
        verify_service_identity(extract_patterns(certificate), [wanted], [])
    except VerificationError:
        return f"its certificate is for another host than {host}"
    except Exception:  # noqa: BLE001 - whatever it is, this certificate shows no host's name
        return "its certificate names no host that can be read"
    return None
