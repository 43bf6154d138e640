"""Kibana's HTTP door: wait until it is ready, import the objects, choose the default data view.

    GET /api/status ──► POST /api/saved_objects/_import?overwrite=true ──► POST /api/data_views/default

Ids are fixed, so importing again replaces what an earlier import made and nothing else. Redirects are never followed:
the credentials belong to one address. No error text holds a secret.
"""

from __future__ import annotations

import base64
import json
import ssl
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from crawlers.errors import PermanentError, TemporaryError

WAIT_S = 180.0
"""Kibana needs up to two minutes for its first start, when it makes its own indices."""
PAUSE_S = 2.0
REQUEST_S = 60.0
REFUSED_S = 10.0
"""A starting Kibana may refuse good credentials; a wrong key is refused for longer than this."""
MAX_ANSWER = 10 * 2**20
AWAY = frozenset({429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: ids of objects made and replaced, in Kibana's order."""

    created: tuple[str, ...]
    replaced: tuple[str, ...]

    def lines(self) -> tuple[str, ...]:
        """Return what was changed, one line each."""
        made = [f"Kibana: created {id_}" for id_ in self.created]
        return (*made, f"Kibana: replaced {len(self.replaced)} objects") if self.replaced else tuple(made)


def import_objects(
    url: str,
    ndjson: bytes,
    *,
    api_key: str | None = None,
    basic: tuple[str, str] | None = None,
    space: str | None = None,
    default_view: str | None = None,
    ca_certs: Path | None = None,
    wait_s: float = WAIT_S,
    pause: Callable[[float], None] = time.sleep,
) -> ImportReport:
    """Import `ndjson` into the Kibana at `url` and return what was changed.

    `url` may hold `user:password@`. `default_view` becomes the space's default data view where it has none.
    Raises TemporaryError where Kibana is away or not ready within `wait_s`, PermanentError where it refuses:
    then nothing says that a part was not imported, and importing again is harmless.
    """
    kibana = _Kibana(url, api_key, basic, space, ca_certs)
    kibana.await_ready(wait_s, pause)
    report = _imported(kibana, ndjson)
    if default_view:
        choice = {"data_view_id": default_view, "force": False}
        kibana.ask("POST", "/api/data_views/default", json.dumps(choice).encode(), "application/json")
    return report


def _imported(kibana: _Kibana, ndjson: bytes) -> ImportReport:
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="maplewire.ndjson"\r\n'
        "Content-Type: application/ndjson\r\n\r\n"
    )
    body = head.encode() + ndjson + f"\r\n--{boundary}--\r\n".encode()
    answer = kibana.ask(
        "POST", "/api/saved_objects/_import?overwrite=true", body, f"multipart/form-data; boundary={boundary}"
    )
    results = [one for one in answer.get("successResults") or () if isinstance(one, Mapping)]
    sent = sum(1 for line in ndjson.splitlines() if line.strip())
    if answer.get("success") is not True or answer.get("successCount") != sent:
        raise PermanentError(_import_problems(kibana, answer, sent))
    return ImportReport(
        tuple(str(one.get("id")) for one in results if not one.get("overwrite")),
        tuple(str(one.get("id")) for one in results if one.get("overwrite")),
    )


def _import_problems(kibana: _Kibana, answer: Mapping[str, Any], sent: int) -> str:
    errors = [one for one in answer.get("errors") or () if isinstance(one, Mapping)]
    head = f"Kibana at {kibana.shown} took {answer.get('successCount', 0)} of {sent} objects"
    return "\n".join([head, *(f"  {_import_problem(one)}" for one in errors[:20])])


def _import_problem(one: Mapping[str, Any]) -> str:
    error = one.get("error")
    error = error if isinstance(error, Mapping) else {}
    what = str(error.get("type", "refused")).replace("_", " ")
    missing = ", ".join(
        f"{ref.get('type')} {ref.get('id')}"
        for ref in error.get("references") or ()
        if isinstance(ref, Mapping)
    )
    details = missing or error.get("message") or error.get("destinationId") or ""
    return f"{one.get('type')} {one.get('id')}: {what}{f' ({details})' if details else ''}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


class _Kibana:
    """One Kibana and one space in it, with our credentials."""

    def __init__(
        self,
        url: str,
        api_key: str | None,
        basic: tuple[str, str] | None,
        space: str | None,
        ca_certs: Path | None,
    ) -> None:
        try:
            parts = urlsplit(url.strip().rstrip("/"))
            host, port = parts.hostname, parts.port
        except ValueError:
            parts, host, port = urlsplit(""), None, None
        if parts.scheme not in ("http", "https") or not host or parts.query or parts.fragment:
            raise PermanentError(
                "write Kibana's address as https://HOST:5601, with its base path if it has one"
            )
        if parts.username is not None and basic is None:
            basic = unquote(parts.username), unquote(parts.password or "")
        netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
        self.shown = urlunsplit((parts.scheme, netloc, quote(parts.path, safe="/%"), "", ""))
        self._space = f"/s/{quote(space, safe='')}" if space and space != "default" else ""
        self._headers = {"kbn-xsrf": "true", "Accept": "application/json", "User-Agent": "maplewire-setup"}
        self._headers |= _authorization(api_key, basic)
        self._opener = urllib.request.build_opener(
            _NoRedirects(), urllib.request.HTTPSHandler(context=_trust(ca_certs))
        )

    def await_ready(self, wait_s: float, pause: Callable[[float], None]) -> None:
        """Return when Kibana says that it is available: an open port is not enough."""
        start = time.monotonic()
        while True:
            try:
                status, answer = self._exchange("GET", f"{self.shown}/api/status", None, None)
            except TemporaryError as e:
                last = str(e)
            else:
                level = _level(answer)
                if status == 200 and level == "available":
                    return
                if status == 200 and answer is None:
                    raise PermanentError(f"what answers at {self.shown} is not Kibana: its status is no JSON")
                spent = time.monotonic() - start
                if status not in (200, *AWAY) and (
                    status not in (401, 403) or spent > min(REFUSED_S, wait_s)
                ):
                    raise self._refusal(status, answer)
                last = f"Kibana at {self.shown} is {level or 'not ready'} (status {status})"
            if time.monotonic() - start + PAUSE_S > wait_s:
                raise TemporaryError(f"{last}; waited {wait_s:.0f} s")
            pause(PAUSE_S)

    def ask(self, method: str, path: str, body: bytes, content_type: str) -> Mapping[str, Any]:
        """Return Kibana's answer to a request within the space."""
        status, answer = self._exchange(method, f"{self.shown}{self._space}{path}", body, content_type)
        if status != 200:
            raise self._refusal(status, answer)
        if answer is None:
            raise PermanentError(f"what answers at {self.shown} is not Kibana: {path} gave no JSON")
        return answer

    def _exchange(
        self, method: str, url: str, body: bytes | None, content_type: str | None
    ) -> tuple[int, Mapping[str, Any] | None]:
        headers = self._headers | ({"Content-Type": content_type} if content_type else {})
        request = urllib.request.Request(url, body, headers, method=method)  # noqa: S310 (scheme was checked)
        try:
            with self._opener.open(request, timeout=REQUEST_S) as answer:
                return answer.status, _json(answer)
        except urllib.error.HTTPError as e:
            with e:
                return e.code, _json(e)
        except ssl.SSLCertVerificationError as e:
            raise self._distrusted(e) from e
        except urllib.error.URLError as e:
            if isinstance(e.reason, ssl.SSLCertVerificationError):
                raise self._distrusted(e.reason) from e
            raise TemporaryError(f"Kibana at {self.shown} does not answer: {e.reason}") from e
        except (OSError, HTTPException) as e:
            raise TemporaryError(f"Kibana at {self.shown} broke off: {e or type(e).__name__}") from e

    def _distrusted(self, error: ssl.SSLCertVerificationError) -> PermanentError:
        return PermanentError(
            f"the certificate of {self.shown} is not trusted ({error.verify_message}): name the CA's file"
        )

    def _refusal(self, status: int, answer: Mapping[str, Any] | None) -> PermanentError | TemporaryError:
        said = str((answer or {}).get("message") or "")[:500]
        text = f"Kibana at {self.shown} {_MEANINGS.get(status, f'answered {status}')}{f': {said}' if said else ''}"
        return TemporaryError(text) if status in AWAY or status == 500 else PermanentError(text)


_MEANINGS: Mapping[int, str] = {
    301: "redirects; write the address that it redirects to",
    302: "redirects; write the address that it redirects to, with its base path",
    307: "redirects; write the address that it redirects to",
    308: "redirects; write the address that it redirects to",
    401: "refuses the API key or password",
    403: "does not let this user manage saved objects and data views in this space",
    404: "has no such address or space; write its base path, and a space that exists",
    413: "takes no import of this size; raise savedObjects.maxImportPayloadBytes",
}


def _authorization(api_key: str | None, basic: tuple[str, str] | None) -> dict[str, str]:
    if api_key:
        if not (api_key.isascii() and api_key.isprintable()):
            raise PermanentError("Kibana's API key holds a line break or a character that no key has")
        return {"Authorization": f"ApiKey {api_key}"}
    if basic:
        return {"Authorization": f"Basic {base64.b64encode(':'.join(basic).encode()).decode()}"}
    return {}


def _trust(ca_certs: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_certs) if ca_certs else None)
    except (OSError, ssl.SSLError) as e:
        raise PermanentError(f"{ca_certs} is no file of CA certificates: {e}") from e


def _json(answer: IO[bytes]) -> Mapping[str, Any] | None:
    """Return the JSON object that was answered; None for anything else."""
    raw = answer.read(MAX_ANSWER)
    if len(raw) < MAX_ANSWER and getattr(answer, "length", None):
        raise IncompleteRead(raw, answer.length)  # type: ignore[attr-defined]
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _level(answer: Mapping[str, Any] | None) -> str | None:
    value: Any = answer
    for key in ("status", "overall", "level"):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None
