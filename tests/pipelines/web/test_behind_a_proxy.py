"""Behind a proxy that ends TLS, serves the room under a path, and says who asks as oauth2-proxy does."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from pydantic import SecretStr

from pipelines.bootstrap import App
from tests.crawlers.web import self_signed
from tests.pipelines.web.room_server import an_app, fill, open_room

PREFIX = "/maple"
#: What a browser's session at the proxy stands for here.
SESSION = "x-session-at-the-proxy"
#: The headers of oauth2-proxy: the first with --pass-user-headers, the others with --set-xauthrequest.
USER_HEADERS = ("X-Forwarded-Email", "X-Auth-Request-Email")
_OF_ONE_HOP = {"connection", "transfer-encoding", "content-length", "date", "server"}


class TlsProxy(ThreadingHTTPServer):
    """Sends what stands under the prefix on to the room, with a header that names who asks."""

    daemon_threads = True
    #: Where the room answers.
    room = ""

    def __init__(self, tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), ProxyHandler)
        self.socket = tls.wrap_socket(self.socket, server_side=True)


class ProxyHandler(BaseHTTPRequestHandler):
    """One request, sent on."""

    def do_GET(self) -> None:
        """Send a request on, and the answer back."""
        headers = []
        for name, value in self.headers.items():
            # What a browser says of itself is not passed on, as oauth2-proxy does it.
            if not name.lower().startswith(("x-forwarded", "x-auth-request", SESSION)):
                headers.append((name, value))
        user = self.headers.get(SESSION)
        if user is not None:
            headers += [(name, user) for name in USER_HEADERS]
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        address = cast(TlsProxy, self.server).room + self.path.removeprefix(PREFIX)
        answer = httpx.request(self.command, address, headers=headers, content=body, timeout=30)
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            if name.lower() not in {*_OF_ONE_HOP, "content-encoding"}:
                self.send_header(name, value)
        self.send_header("content-length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def do_POST(self) -> None:
        """Send a form on."""
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def behind_a_proxy(home: Path, **settings: Any) -> Iterator[tuple[App, httpx.Client]]:
    """Serve a room behind the proxy; give Maplewire, and a browser before the proxy."""
    proxy = TlsProxy(self_signed(home, "127.0.0.1"))
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    url = f"https://127.0.0.1:{proxy.server_port}"
    maplewire = an_app(home / "home", web_url=url + PREFIX, **settings)
    try:
        with maplewire, open_room(maplewire) as direct:
            fill(maplewire)
            proxy.room = str(direct.base_url)
            thread.start()
            # Its certificate is made here; that a browser checks it is not what is tried.
            with httpx.Client(base_url=url, verify=False, timeout=30) as browser:
                yield maplewire, browser
    finally:
        proxy.shutdown()
        proxy.server_close()


@pytest.mark.parametrize("header", USER_HEADERS)
def test_who_the_proxy_names_reads_and_says_a_word(tmp_path: Path, header: str) -> None:
    users = SecretStr("eve@x.example:editor")
    settings = {"web_user_header": header, "web_proxies": ("127.0.0.1",), "web_users": users}
    with behind_a_proxy(tmp_path, **settings) as (maplewire, browser):
        # A browser cannot name itself: the proxy takes its header away.
        assert browser.get(f"{PREFIX}/", headers={header: "eve@x.example"}).status_code != 200
        page = browser.get(f"{PREFIX}/story/s1", headers={SESSION: "eve@x.example"}).text
        own = re.findall(r'(?:href|action|src)="(/[^"]*)"', page)
        assert own
        assert all(address.startswith(f"{PREFIX}/") for address in own)
        token = re.search(r'name="token" value="([0-9a-f]+)"', page)
        assert token is not None
        form = {"token": token[1], "kind": "tag", "text": "follow up"}

        def send(origin: str) -> httpx.Response:
            headers = {SESSION: "eve@x.example", "origin": origin}
            return browser.post(f"{PREFIX}/story/s1/remark", data=form, headers=headers)

        assert send("https://evil.example").status_code == 403
        kept = send(str(browser.base_url))

        assert kept.headers["location"] == f"{PREFIX}/story/s1?done=marked"
        assert [word.by for word in maplewire.ledger.story_words()] == ["eve@x.example"]


def test_a_session_travels_over_tls_and_under_the_path_alone(tmp_path: Path) -> None:
    from tests.pipelines.web.test_accounts import PASSWORD, USERS

    with behind_a_proxy(tmp_path, web_users=USERS) as (_, browser):
        asked = browser.get(f"{PREFIX}/story/s1").headers["location"]
        assert asked.startswith(f"{PREFIX}/sign-in?back=")
        page = browser.get(asked).text
        back = re.search(r'name="back" value="([^"]*)"', page)
        assert back is not None
        form = {"name": "rose", "password": PASSWORD, "back": back[1]}
        answer = browser.post(f"{PREFIX}/sign-in", data=form)

        assert answer.headers["location"] == f"{PREFIX}/story/s1"
        cookie = answer.headers["set-cookie"].lower()
        assert "secure" in cookie
        assert "httponly" in cookie
        assert f"path={PREFIX}" in cookie
        assert "Story s1" in browser.get(f"{PREFIX}/story/s1").text
