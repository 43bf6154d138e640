"""Serves a saved web on loopback, a port for each host.

A saved web is a folder with `expected.json`, `pages/` and `feeds/`.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import yaml

CHINA_CANADA = Path(__file__).resolve().parents[2] / "beats" / "china-canada"


class SavedWeb:
    """A context manager. Every `https://HOST` becomes `http://127.0.0.1:PORT/HOST` in feeds, and, with
    `rewrite_pages`, in the pages as well (without, pages keep claiming the address they were saved from)."""

    def __init__(self, folder: Path, *, rewrite_pages: bool = True) -> None:
        self.folder = folder
        self.expected: list[dict[str, Any]] = json.loads((folder / "expected.json").read_text("utf-8"))
        self.hosts = sorted({page["host"] for page in self.expected})
        self._rewrite_pages = rewrite_pages
        self._servers: dict[str, ThreadingHTTPServer] = {}
        self.requests: list[str] = []

    def __enter__(self) -> SavedWeb:
        for host in self.hosts:
            self._servers[host] = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._answers = self._make_answers()
        for server in self._servers.values():
            threading.Thread(target=server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for server in self._servers.values():
            server.shutdown()
            server.server_close()

    def address(self, host: str, path: str = "") -> str:
        return f"http://127.0.0.1:{self._servers[host].server_port}/{host}{path}"

    def beat(self, folder: Path, searches: list[dict[str, Any]] | None = None) -> Path:
        """Write a beat folder whose sources are the feeds of this web; return it."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in CHINA_CANADA.glob("*.yaml"):
            if file.name not in ("sources.yaml", "searches.yaml"):
                shutil.copyfile(file, folder / file.name)
        sites = {page["host"]: page for page in self.expected}
        rows = []
        for host in self.hosts:
            is_wire = sites[host]["role"] == "carrier"
            row = {
                "id": host.replace(".", "-"),
                "name": sites[host]["site"],
                "kind": "feed",
                "url": self.address(host, "/feed.xml"),
                "owner": "wire" if is_wire else "private",
                # Saved pages grow older than any news.
                "max_age": "10950d",
                # A run that comes soon after another asks again.
                "poll": {"every": "5m", "min": "5m", "max": "5m"},
            }
            rows.append(row)
        (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": rows}, allow_unicode=True), "utf-8")
        if searches:
            (folder / "searches.yaml").write_text(
                yaml.safe_dump({"searches": searches}, allow_unicode=True), "utf-8"
            )
        return folder

    def list_only(self, pages: Collection[str]) -> None:
        """List these pages in the feeds, and no others yet."""
        for host in self.hosts:
            listed = {page["path"] for page in self.expected if page["host"] == host and page["id"] in pages}
            self._answers[f"/{host}/feed.xml"] = self._feed_answer(host, listed)

    def _feed_answer(self, host: str, listed: Collection[str]) -> tuple[str, bytes]:
        """Return the feed of a site with the pages of these paths."""
        feed = ElementTree.parse(self.folder / f"feeds/{host}.xml").getroot()
        channel = feed.find("channel")
        assert channel is not None
        for item in channel.findall("item"):
            if urlsplit(item.findtext("link") or "").path not in listed:
                channel.remove(item)
        return "application/rss+xml", self._rewritten(ElementTree.tostring(feed, "unicode"))

    def _rewritten(self, text: str) -> bytes:
        for host in self.hosts:
            text = text.replace(f"https://{host}", self.address(host))
        return text.encode()

    def _make_answers(self) -> dict[str, tuple[str, bytes]]:
        answers: dict[str, tuple[str, bytes]] = {}
        for host in self.hosts:
            listed = {page["path"] for page in self.expected if page["host"] == host}
            answers[f"/{host}/feed.xml"] = self._feed_answer(host, listed)
        for page in self.expected:
            html = (self.folder / page["file"]).read_text("utf-8")
            body = self._rewritten(html) if self._rewrite_pages else html.encode()
            answers[f"/{page['host']}{page['path']}"] = ("text/html; charset=utf-8", body)
        return answers

    def _handler(web) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's below
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.requests.append(self.path)
                kind, body = web._answers.get(self.path.partition("?")[0], ("text/plain", b""))
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        return Handler
