"""The folder and the port of an Airflow on this machine."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from crawlers.errors import PermanentError

# Airflow's own default.
PORT = 8080


@dataclass(frozen=True)
class LocalAirflow:
    """The folder and the port of one Airflow."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        """Return the address for browsers and for the REST API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        """Return the file that all of its processes write to."""
        return self.home / "standalone.log"


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def choose_port(wanted: int | None) -> int:
    """Return the wanted port, else 8080, else a free one.

    Raises PermanentError where the wanted port is taken.
    """
    port = wanted or PORT
    with socket.socket() as probe:
        # A port that an ended server still holds in TIME_WAIT counts as free, as for Airflow.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as e:
            if wanted is None:
                return free_port()
            raise PermanentError(
                f"port {wanted} cannot be used ({e.strerror}); name another with --port"
            ) from e
    return port
