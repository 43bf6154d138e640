"""The server of the reading room: one process, until it is told to stop."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import uvicorn
from anyio.to_thread import current_default_thread_limiter

from crawlers.errors import CatalogueError, CrawlError, PermanentError
from pipelines.bootstrap import App
from pipelines.config import Settings, reveal
from pipelines.web.accounts import Access, read_accounts, read_tokens
from pipelines.web.application import make_application
from pipelines.web.patient_connection import PatientConnection
from pipelines.web.trusted_hosts import LOOPBACK_HOSTS

#: Connections that wait while all threads answer.
_BACKLOG = 128
#: Pages that are made at once; the others wait. Each thread has connections, and memory that stays taken:
#: with the usual forty, fifty readers at once took 360 MB.
_THREADS = 8


class RoomServer:
    """Listens from the moment that it is made; `run` answers until a signal."""

    def __init__(self, maplewire: App, host: str, port: int) -> None:
        """Listen on an address.

        Raises CatalogueError where it needs accounts, PermanentError where it is taken.
        """
        access = read_access(maplewire.settings)
        if access.is_open and host not in LOOPBACK_HOSTS:
            raise CatalogueError([
                f"--host {host}: whoever reaches this machine could read everything; "
                "set MAPLEWIRE_WEB_USERS (maplewire web-user NAME writes an entry)"
            ])  # fmt: skip
        # Before anybody asks: a mistake in the beat is told here, and the index is made where there is none.
        maplewire.check_beat()
        maplewire.ledger.runs(1)
        _prepare_index(maplewire)
        self._socket = _listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.url = maplewire.settings.web_url or f"http://{shown}:{self.port}"
        application = make_application(maplewire, access)
        config = uvicorn.Config(
            application,
            http=PatientConnection,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            root_path=urlsplit(maplewire.settings.web_url or "").path,
            backlog=_BACKLOG,
            # No page has a web socket or a start of its own, and what serves them takes time to load.
            ws="none",
            lifespan="off",
            timeout_keep_alive=15,
            h11_max_incomplete_event_size=64 * 1024,
        )
        self._server = _FewThreads(config)

    def run(self) -> None:
        """Answer readers until a signal comes, or `stop` is called."""
        self._server.run(sockets=[self._socket])

    def stop(self) -> None:
        """Let `run` come to its end."""
        self._server.should_exit = True

    def close(self) -> None:
        """Stop listening, where `run` was never called."""
        self._socket.close()


class _FewThreads(uvicorn.Server):
    """Serves with a number of threads of our own."""

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        # Only a loop that runs has the limit.
        current_default_thread_limiter().total_tokens = _THREADS
        await super().serve(sockets)


def read_access(settings: Settings) -> Access:
    """Return who is let in.

    Raises CatalogueError for a setting that does not hold together.
    """
    accounts = read_accounts(reveal(settings.web_users) or "")
    header = settings.web_user_header
    if header is not None and not settings.web_proxies:
        raise CatalogueError([
            "MAPLEWIRE_WEB_USER_HEADER: anybody could send that header; "
            "name the addresses of the proxy in MAPLEWIRE_WEB_PROXIES"
        ])  # fmt: skip
    return Access(
        accounts,
        header.lower() if header else None,
        frozenset(settings.web_proxies),
        read_tokens(reveal(settings.web_tokens) or ""),
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        # At once, so that a port which another program listens on is refused here.
        listening.listen(_BACKLOG)
    except OSError as e:
        listening.close()
        raise PermanentError(f"{host}:{port} cannot be used ({e.strerror}); name another with --port") from e
    return listening


def _prepare_index(maplewire: App) -> None:
    try:
        maplewire.index.setup()
    except CrawlError:
        # Everything but searching works without it, and the search page says what is wrong.
        return
