"""A server that answers as Kibana does where we speak to it.

That is its status, the import, the default data view, spaces and keys.
"""

from __future__ import annotations

import json
import re
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.kibana.structure import ATTRIBUTES

Json = dict[str, Any]
#: The types whose absence Kibana's import reports.
CHECKED_REFERENCES = ("index-pattern", "search")
#: The types of which one id stands in one space alone; a tag has an id in each space.
ISOLATED = ("index-pattern", "search", "lens", "dashboard")


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
    #: Path -> what is answered there instead, whatever is asked.
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    seen: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    def imported(self, space: str, ndjson: bytes, overwrite: bool) -> Json:
        """Do an import as Kibana does; return its answer.

        Each object that can be taken is taken, the others are reported.
        """
        held = self.spaces[space]
        sent = {(one["type"], one["id"]): one for one in map(json.loads, ndjson.decode().splitlines())}
        errors, done = [], []
        new_ids = {}
        for kind, id_ in sent:
            if kind in ISOLATED and (new_id := self._other_id(space, kind, id_)):
                new_ids[kind, id_] = new_id
        for key, one in sent.items():
            missing = _missing_references(one, {**held, **sent})
            head = {"type": one["type"], "id": one["id"], "meta": {"title": one["attributes"].get("title")}}
            if missing:
                errors.append(head | {"error": {"type": "missing_references", "references": missing}})
            elif key in held and not overwrite:
                errors.append(head | {"error": {"type": "conflict"}})
            else:
                result = head | {"managed": False}
                place = key
                if key in new_ids:
                    place = (key[0], new_ids[key])
                    result["destinationId"] = place[1]
                if place in held:
                    result["overwrite"] = True
                done.append(result)
                held[place] = one | {"originId": key[1]}
        answer: Json = {"successCount": len(done), "success": not errors, "warnings": []}
        # What is empty Kibana leaves out.
        if errors:
            answer["errors"] = errors
        if done:
            answer["successResults"] = done
        return answer

    def _other_id(self, space: str, kind: str, id_: str) -> str | None:
        """Return the id that an object gets where another space has one of its own id."""
        for (its_kind, its_id), one in self.spaces[space].items():
            if its_kind == kind and its_id != id_ and one.get("originId") == id_:
                return its_id
        others = [held for name, held in self.spaces.items() if name != space]
        if any((kind, id_) in held for held in others):
            return str(uuid.uuid4())
        return None


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


class _Server(ThreadingHTTPServer):
    """A server of one Kibana."""

    def __init__(self, kibana: Kibana) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.kibana = kibana


class _Door(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        return

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        kibana = self.server.kibana
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kibana.seen.append((self.command, self.path, dict(self.headers.items())))
        if path in kibana.answers:
            self._send(*kibana.answers[path])
            return
        try:
            status, value = 200, self._value_at(path, body)
        except _Refused as e:
            status, value = e.status, {"statusCode": e.status, "error": "refused", "message": str(e)}
        if path == "/api/status" and kibana.statuses and status == 200:
            status, value = kibana.statuses.pop(0)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        self._send(status, headers, json.dumps(value).encode())

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in (headers | {"Content-Length": str(len(body))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _value_at(self, path: str, body: bytes) -> Json:
        self._check_key()
        space, route = self._space_and_route(path)
        if self.command == "POST" and not self.headers.get("kbn-xsrf"):
            raise _Refused(400, "Request must contain a kbn-xsrf header.")
        match (self.command, route):
            case ("GET", "/api/status"):
                return {"name": "kibana", "status": {"overall": {"level": "available"}}}
            case ("POST", "/api/saved_objects/_import"):
                return self._import_objects(space, body)
            case ("POST", "/api/data_views/default"):
                return self._set_default_view(space, json.loads(body))
        raise _Refused(404, "Not Found")

    def _check_key(self) -> None:
        credentials = self.server.kibana.credentials
        if credentials and self.headers.get("Authorization") != credentials:
            raise _Refused(401, "[security_exception]: unable to authenticate")

    def _space_and_route(self, path: str) -> tuple[str, str]:
        match = re.fullmatch(r"(?:/s/([^/]+))?(/api/.*)", path)
        if match is None:
            raise _Refused(404, "Not Found")
        space = unquote(match[1] or "default")
        if space not in self.server.kibana.spaces:
            raise _Refused(404, "Not Found")
        return space, match[2]

    def _import_objects(self, space: str, body: bytes) -> Json:
        query = parse_qs(urlsplit(self.path).query)
        if set(query) - {"overwrite", "createNewCopies", "compatibilityMode"}:
            raise _Refused(400, "[request query]: definition for this key is missing")
        ndjson = _uploaded_ndjson(self.headers.get("Content-Type", ""), body)
        _check_attributes(ndjson)
        return self.server.kibana.imported(space, ndjson, query.get("overwrite") == ["true"])

    def _set_default_view(self, space: str, choice: Json) -> Json:
        if set(choice) - {"data_view_id", "force"}:
            raise _Refused(400, "[request body]: definition for this key is missing")
        default_views = self.server.kibana.default_views
        if choice.get("force") or space not in default_views:
            default_views[space] = choice["data_view_id"]
        return {"acknowledged": True}


def _uploaded_ndjson(content_type: str, body: bytes) -> bytes:
    """Return the one file of a form. Raises _Refused where the form is another."""
    if not content_type.startswith("multipart/form-data"):
        raise _Refused(415, "Unsupported Media Type")
    form = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body, policy=policy.HTTP)
    parts = {part.get_param("name", header="content-disposition"): part for part in form.iter_parts()}
    if set(parts) != {"file"}:
        raise _Refused(400, "[request body.file]: expected value of type [Stream]")
    name = parts["file"].get_filename() or ""
    if not name.endswith(".ndjson"):
        raise _Refused(400, f"Invalid file extension {name}")
    ndjson = parts["file"].get_payload(decode=True)
    assert isinstance(ndjson, bytes)
    return ndjson


def _check_attributes(ndjson: bytes) -> None:
    """Refuse an object with an attribute that Kibana does not know."""
    for saved_object in map(json.loads, ndjson.decode().splitlines()):
        unknown = set(saved_object["attributes"]) - set(ATTRIBUTES[saved_object["type"]])
        if unknown:
            raise _Refused(400, f"[attributes.{min(unknown)}]: definition for this key is missing")


@contextmanager
def running(kibana: Kibana) -> Iterator[Kibana]:
    """Serve on a free port of loopback until the end of the block."""
    server = _Server(kibana)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    kibana.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield kibana
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
