"""A server that answers as Kibana does where we speak to it.

That is its status, the import, the default data view, spaces and keys.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.kibana.structure import ATTRIBUTES

Json = dict[str, Any]
CHECKED_REFERENCES = ("index-pattern", "search")
"""The types whose absence Kibana's import reports."""


@dataclass
class Kibana:
    """The state behind the door, and how it should behave.

    `statuses` are given first, one a request, then available.
    """

    url: str = ""
    credentials: str | None = None
    statuses: list[tuple[int, Any]] = field(default_factory=list)
    spaces: dict[str, dict[tuple[str, str], Json]] = field(default_factory=lambda: {"default": {}})
    default_views: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    """Path -> what is answered there instead, whatever is asked."""
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def imported(self, space: str, ndjson: bytes, overwrite: bool) -> Json:
        """Do an import as Kibana does: each object that can be taken is taken, the others are reported."""
        held = self.spaces[space]
        sent = {(one["type"], one["id"]): one for one in map(json.loads, ndjson.decode().splitlines())}
        errors, done = [], []
        for key, one in sent.items():
            missing = _missing_references(one, {**held, **sent})
            head = {"type": one["type"], "id": one["id"], "meta": {"title": one["attributes"].get("title")}}
            if missing:
                errors.append(head | {"error": {"type": "missing_references", "references": missing}})
            elif key in held and not overwrite:
                errors.append(head | {"error": {"type": "conflict"}})
            else:
                result = head | {"managed": False}
                if key in held:
                    result["overwrite"] = True
                done.append(result)
                held[key] = one
        answer: Json = {"successCount": len(done), "success": not errors, "warnings": []}
        # What is empty Kibana leaves out.
        if errors:
            answer["errors"] = errors
        if done:
            answer["successResults"] = done
        return answer


def _missing_references(one: Json, there: Mapping[tuple[str, str], Json]) -> list[Json]:
    missing: list[Json] = []
    for ref in one["references"]:
        if ref["type"] in CHECKED_REFERENCES and (ref["type"], ref["id"]) not in there:
            missing.append({"type": ref["type"], "id": ref["id"]})
    return missing


class _Refused(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@contextmanager
def running(kibana: Kibana) -> Iterator[Kibana]:
    """Serve on a free port of loopback until the end of the block."""

    class Door(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            return

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            path = urlsplit(self.path).path
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kibana.seen.append((self.command, self.path, dict(self.headers.items())))
            if path in kibana.answers:
                self.send(*kibana.answers[path])
                return
            try:
                status, value = 200, self.found(path, body)
            except _Refused as e:
                status, value = e.status, {"statusCode": e.status, "error": "refused", "message": str(e)}
            if path == "/api/status" and kibana.statuses and status == 200:
                status, value = kibana.statuses.pop(0)
            self.send(status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode())

        def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def found(self, path: str, body: bytes) -> Json:
            if kibana.credentials and self.headers.get("Authorization") != kibana.credentials:
                raise _Refused(401, "[security_exception]: unable to authenticate")
            match = re.fullmatch(r"(?:/s/([^/]+))?(/api/.*)", path)
            space = unquote((match[1] if match else None) or "default")
            if match is None or space not in kibana.spaces:
                raise _Refused(404, "Not Found")
            if self.command == "POST" and not self.headers.get("kbn-xsrf"):
                raise _Refused(400, "Request must contain a kbn-xsrf header.")
            match (self.command, match[2]):
                case ("GET", "/api/status"):
                    return {"name": "kibana", "status": {"overall": {"level": "available"}}}
                case ("POST", "/api/saved_objects/_import"):
                    return self.take_import(space, body)
                case ("POST", "/api/data_views/default"):
                    return self.take_default(space, json.loads(body))
            raise _Refused(404, "Not Found")

        def take_import(self, space: str, body: bytes) -> Json:
            query = parse_qs(urlsplit(self.path).query)
            if set(query) - {"overwrite", "createNewCopies", "compatibilityMode"}:
                raise _Refused(400, "[request query]: definition for this key is missing")
            kind = self.headers.get("Content-Type", "")
            if not kind.startswith("multipart/form-data"):
                raise _Refused(415, "Unsupported Media Type")
            form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=policy.HTTP)
            parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
            if set(parts) != {"file"}:
                raise _Refused(400, "[request body.file]: expected value of type [Stream]")
            name = parts["file"].get_filename() or ""
            if not name.endswith(".ndjson"):
                raise _Refused(400, f"Invalid file extension {name}")
            ndjson = parts["file"].get_payload(decode=True)
            assert isinstance(ndjson, bytes)
            for one in map(json.loads, ndjson.decode().splitlines()):
                if unknown := set(one["attributes"]) - set(ATTRIBUTES[one["type"]]):
                    raise _Refused(400, f"[attributes.{min(unknown)}]: definition for this key is missing")
            return kibana.imported(space, ndjson, query.get("overwrite") == ["true"])

        def take_default(self, space: str, choice: Json) -> Json:
            if set(choice) - {"data_view_id", "force"}:
                raise _Refused(400, "[request body]: definition for this key is missing")
            if choice.get("force") or space not in kibana.default_views:
                kibana.default_views[space] = choice["data_view_id"]
            return {"acknowledged": True}

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    kibana.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield kibana
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
