"""What every request passes first, and what every answer says.

A page of another site must not read this one through a name that it made point here (DNS rebinding), so
only requests to known hosts are answered. The headers keep scripts, frames and foreign content out.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Names of this machine, as a browser on it may write them.
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "private, no-cache",
}


_OTHER_HOST = (
    "This address is not one of the reading room. Set MAPLEWIRE_WEB_URL to the address that readers use.\n"
)


def host_of(header: str) -> str:
    """Return the name of a Host header, without its port and brackets."""
    if header.startswith("["):
        return header[1:].partition("]")[0].lower()
    return header.rpartition(":")[0].lower() if ":" in header else header.lower()


class TrustedHosts:
    """Answers requests to known hosts alone, with security headers."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    # A page that needs another policy has set its own.
                    headers.setdefault(name, value)
            await send(message)

        if host_of(Headers(scope=scope).get("host", "")) in self.hosts:
            await self.app(scope, receive, send_with_headers)
            return
        await PlainTextResponse(_OTHER_HOST, 421)(scope, receive, send_with_headers)
