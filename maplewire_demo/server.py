"""One site of the demo web on a port of its own."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from maplewire_demo.render import Answer

# How often a server looks whether it should stop: the most that leaving the demo takes.
POLL_S = 0.1

_NOT_FOUND = Answer(b"<!doctype html><title>404</title>", status=HTTPStatus.NOT_FOUND)

#: Site id, path and status.
Request = tuple[str, str, int]


class SiteServer:
    """Serves a site on a port of 127.0.0.1, 0 for any free one.

    `answers` may be exchanged while it runs. Each request is added to `requests`.
    """

    def __init__(self, site_id: str, requests: list[Request], port: int) -> None:
        self.answers: Mapping[str, Answer] = {}
        self._http = ThreadingHTTPServer(("127.0.0.1", port), self._make_handler(site_id, requests))
        # A slow answer must not hold up the end of the demo.
        self._http.daemon_threads = True
        self._thread: threading.Thread | None = None
        self.port = self._http.server_port
        self.home = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer requests in a thread."""
        self._thread = threading.Thread(target=self._http.serve_forever, args=(POLL_S,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, if there is one, and give the port back."""
        if self._thread:
            self._http.shutdown()
            self._thread.join()
        self._http.server_close()

    def _make_handler(self, site_id: str, requests: list[Request]) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def do_GET(self) -> None:
                self._answer(with_body=True)

            def do_HEAD(self) -> None:
                self._answer(with_body=False)

            def _answer(self, *, with_body: bool) -> None:
                # Listings add tracking parameters, as real ones do.
                path = self.path.partition("?")[0]
                answer = site.answers.get(path, _NOT_FOUND)
                time.sleep(answer.delay_s)
                is_unchanged = _is_unchanged(answer, self.headers)
                status = answer.status
                if is_unchanged:
                    status = HTTPStatus.NOT_MODIFIED
                requests.append((site_id, path, int(status)))
                self.send_response(status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if not is_unchanged:
                    self.send_header("Content-Type", answer.content_type)
                    self.send_header("Content-Length", str(len(answer.body)))
                # A crawl that was killed does not wait for its answers.
                with suppress(ConnectionError):
                    self.end_headers()
                    if with_body and not is_unchanged:
                        self.wfile.write(answer.body)

            def log_message(self, *_: object) -> None:
                """Say nothing: standard error belongs to the command."""

        return Handler


def _is_unchanged(answer: Answer, request_headers: Message) -> bool:
    """Tell whether the client has this answer already.

    By the validators that it sent (RFC 9110, section 13).
    """
    tag = request_headers.get("If-None-Match")
    if tag:
        return tag == answer.headers.get("ETag")
    since = request_headers.get("If-Modified-Since")
    modified = answer.headers.get("Last-Modified")
    if not since or not modified:
        return False
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except ValueError:
        return False
