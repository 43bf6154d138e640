"""Kibana's HTTP door, with our credentials and for one space.

Redirects are never followed: the credentials belong to one address. No error text holds a secret.
"""

from __future__ import annotations

import base64
import json
import ssl
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import httpx

from crawlers.errors import PermanentError, TemporaryError

#: Between two looks at whether Kibana is ready.
PAUSE_S = 2.0
#: For each step of a request: connecting, sending, the next piece of the answer.
REQUEST_S = 60.0
#: A starting Kibana may refuse good credentials; a wrong key is refused for longer than this.
REFUSED_S = 10.0
#: Bytes read of an answer. Kibana's own are far smaller; what is no Kibana may never end.
MAX_ANSWER = 10 * 2**20
_HINT = "correct MAPLEWIRE_KIBANA_URL"
#: Statuses of a Kibana, or of a proxy before it, that is not there yet.
AWAY = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)

_REFUSALS: Mapping[int, str] = {
    301: "redirects; write the address that it redirects to",
    302: "redirects; write the address that it redirects to, with its base path",
    307: "redirects; write the address that it redirects to",
    308: "redirects; write the address that it redirects to",
    401: "refuses the API key or password",
    403: "does not let this user manage saved objects and data views in this space",
    404: "has no such address or space; write its base path, and a space that exists",
    413: "takes no import of this size; raise savedObjects.maxImportPayloadBytes",
}

Json = Mapping[str, Any]
#: What was sent did not arrive; anything else that goes wrong happens while Kibana answers.
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.WriteError,
    httpx.WriteTimeout,
)


class KibanaClient:
    """One Kibana and one space in it. `shown` is its address without any secret."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        basic: tuple[str, str] | None = None,
        space: str | None = None,
        ca_certs: Path | None = None,
    ) -> None:
        self.shown, basic_in_url = _split_address(url)
        self._space = ""
        if space and space != "default":
            self._space = f"/s/{quote(space, safe='')}"
        self._headers = {
            "kbn-xsrf": "true",
            "Accept": "application/json",
            # A packed answer could be far larger than the bytes that we count.
            "Accept-Encoding": "identity",
            "User-Agent": "maplewire-setup",
        }
        self._headers |= _authorization(api_key, basic or basic_in_url)
        self._trust = _trusted_authorities(ca_certs)

    def await_ready(self, wait_s: float, pause: Callable[[float], None]) -> None:
        """Return when Kibana says that it is available."""
        # An open port is not enough: Kibana listens long before it can import.
        start = time.monotonic()
        while True:
            try:
                status, answer = self._exchange("GET", f"{self.shown}/api/status")
            except TemporaryError as e:
                last = str(e)
            else:
                level = _overall_level(answer)
                if status == HTTPStatus.OK and level == "available":
                    return
                self._check_is_starting(status, answer, time.monotonic() - start, wait_s)
                last = f"Kibana at {self.shown} is {level or 'not ready'} (status {status})"
            if time.monotonic() - start + PAUSE_S > wait_s:
                raise TemporaryError(f"{last}; waited {wait_s:.0f} s")
            pause(PAUSE_S)

    def post(self, path: str, **content: Any) -> Json:
        """Return Kibana's answer to a request within the space.

        `content` is what httpx takes: json, files. Raises TemporaryError where Kibana is away,
        PermanentError where it refuses.
        """
        status, answer = self._exchange("POST", f"{self.shown}{self._space}{path}", **content)
        if status != HTTPStatus.OK:
            raise self._refusal(status, answer)
        if answer is None:
            raise PermanentError(f"what answers at {self.shown} is not Kibana: {path} gave no JSON; {_HINT}")
        return answer

    def _check_is_starting(self, status: int, answer: Json | None, spent_s: float, wait_s: float) -> None:
        """Raise where waiting longer would not help."""
        if status == HTTPStatus.OK:
            if answer is None:
                raise PermanentError(
                    f"what answers at {self.shown} is not Kibana: its status is not JSON; {_HINT}"
                )
            return
        is_about_credentials = status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        may_still_change = is_about_credentials and spent_s <= min(REFUSED_S, wait_s)
        if status not in AWAY and not may_still_change:
            raise self._refusal(status, answer)

    def _exchange(self, method: str, url: str, **content: Any) -> tuple[int, Json | None]:
        """Return the status of an answer, and its JSON object or None."""
        try:
            with (
                httpx.Client(verify=self._trust, timeout=REQUEST_S, follow_redirects=False) as client,
                client.stream(method, url, headers=self._headers, **content) as response,
            ):
                return response.status_code, _json_object(_read_at_most(response, MAX_ANSWER))
        except httpx.RequestError as e:
            raise self._trouble(e) from e

    def _trouble(self, error: httpx.RequestError) -> PermanentError | TemporaryError:
        distrust = _certificate_error(error)
        if distrust is not None:
            return PermanentError(
                f"the certificate of {self.shown} is not trusted ({distrust.verify_message}): "
                "name the CA's file"
            )
        reason = str(error) or type(error).__name__
        if isinstance(error, _NOT_SENT):
            return TemporaryError(f"Kibana at {self.shown} does not answer: {reason}")
        return TemporaryError(f"Kibana at {self.shown} broke off: {reason}")

    def _refusal(self, status: int, answer: Json | None) -> PermanentError | TemporaryError:
        text = f"Kibana at {self.shown} {_REFUSALS.get(status, f'answered {status}')}"
        own_words = str((answer or {}).get("message") or "")[:500]
        if own_words:
            text += f": {own_words}"
        if status in AWAY or status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return TemporaryError(text)
        return PermanentError(text)


# -- address, credentials, trust ---------------------------------------------------------------------------


def _split_address(url: str) -> tuple[str, tuple[str, str] | None]:
    """Return an address without its credentials, and these."""
    try:
        parts = urlsplit(url.strip().rstrip("/"))
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
        raise PermanentError("write Kibana's address as https://HOST:5601, with its base path if it has one")
    netloc = host
    if ":" in host:  # IPv6
        netloc = f"[{host}]"
    if port:
        netloc += f":{port}"
    shown = urlunsplit((parts.scheme, netloc, quote(parts.path, safe="/%"), "", ""))
    if parts.username is None:
        return shown, None
    return shown, (unquote(parts.username), unquote(parts.password or ""))


def _authorization(api_key: str | None, basic: tuple[str, str] | None) -> dict[str, str]:
    if api_key:
        if not (api_key.isascii() and api_key.isprintable()):
            raise PermanentError(
                "MAPLEWIRE_KIBANA_API_KEY holds a line break or a character that no key has; copy it again"
            )
        return {"Authorization": f"ApiKey {api_key}"}
    if basic:
        encoded = base64.b64encode(":".join(basic).encode()).decode()
        return {"Authorization": f"Basic {encoded}"}
    return {}


def _trusted_authorities(ca_certs: Path | None) -> ssl.SSLContext:
    # httpx alone would trust the authorities of certifi, not those that this machine was given.
    try:
        return ssl.create_default_context(cafile=ca_certs)
    except (OSError, ssl.SSLError) as e:
        raise PermanentError(
            f"{ca_certs} is not a file of CA certificates: {e}; correct MAPLEWIRE_KIBANA_CA_CERTS"
        ) from e


# -- answers -----------------------------------------------------------------------------------------------


def _read_at_most(response: httpx.Response, limit: int) -> bytes:
    read = bytearray()
    for piece in response.iter_raw():
        read += piece
        if len(read) >= limit:
            break
    return bytes(read[:limit])


def _json_object(raw: bytes) -> Json | None:
    """Return the JSON object that was answered, or None."""
    # A page of a proxy, a list, or arrays so deep that they end the reader's stack.
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        return value
    return None


def _overall_level(answer: Json | None) -> str | None:
    """Return `status.overall.level` of an answer about Kibana's state."""
    value: Any = answer
    for key in ("status", "overall", "level"):
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    if isinstance(value, str):
        return value
    return None


def _certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """Return the distrust behind an error of httpx."""
    # httpx wraps what httpcore has wrapped.
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None
