"""An SMTP connection that ends at a set moment, whatever the server does."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class SmtpWaits:
    """How long a server is waited for, in seconds.

    All of it together is less than half the lease of a mail (`alerts/outbox.py`): a conversation that
    outlives the lease lets another machine send the same mail.
    """

    #: For connecting, and for the answer to one command.
    command_s: float = 60.0
    #: For everything before the message: greeting, TLS, password, sender and recipients. A server that
    #: sends a byte now and then would otherwise keep us for ever.
    opening_s: float = 180.0
    #: For the message and the answer to it. RFC 5321 §4.5.3.2.6 asks for ten minutes: who gives up earlier
    #: sends again what the server is about to take.
    message_s: float = 600.0
    #: For the answer to QUIT, of which nothing depends any more.
    farewell_s: float = 5.0
    #: A server that closes the connection after so long has kept us waiting as one that says nothing does.
    closed_late_s: float = 10.0


class ConnectionWatch:
    """Ends a connection at a set moment, from another thread.

    A timeout of a socket counts anew with every byte; this one does not.
    """

    def __init__(self) -> None:
        #: Whether the connection was ended from here.
        self.has_ended = False
        self._copy: socket.socket | None = None
        self._timer: threading.Timer | None = None

    def __enter__(self) -> ConnectionWatch:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop_timer()
        if self._copy is not None:
            self._copy.close()

    def watch(self, connection: socket.socket) -> None:
        """Take over a connection."""
        # A copy of the handle: TLS takes the socket itself away, and this one still ends the connection.
        self._copy = connection.dup()

    def end_after(self, seconds: float) -> None:
        """End the connection so many seconds from now, in place of what was said before."""
        self._stop_timer()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        self.has_ended = True
        if self._copy is None:
            return
        try:
            self._copy.shutdown(socket.SHUT_RDWR)
        except OSError:
            # It is closed already.
            return

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()


class SmtpConnection(smtplib.SMTP):
    """A connection to a server, with TLS from the beginning where a context is given."""

    def __init__(
        self, host: str, port: int, waits: SmtpWaits, watch: ConnectionWatch, tls: ssl.SSLContext | None
    ) -> None:
        self._waits = waits
        self._watch = watch
        self._tls = tls
        super().__init__(host, port, timeout=waits.command_s)

    # The hook by which `smtplib.SMTP_SSL` makes its own connection, too.
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), timeout)
        self._watch.watch(connection)
        self._watch.end_after(self._waits.opening_s)
        if self._tls is None:
            return connection
        return self._tls.wrap_socket(connection, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer.

        Raises SMTPServerDisconnected where the connection was ended meanwhile: smtplib would take the piece
        of a line that came until then for the whole of it.
        """
        reply = super().getreply()
        if self._watch.has_ended:
            raise smtplib.SMTPServerDisconnected("the time for it is over")
        return reply

    def send_message_bytes(self, message: bytes) -> tuple[int, bytes]:
        """Hand over a message.

        Return the server's answer, waited for as long as it may take.
        """
        self._wait(self._waits.message_s)
        return self.data(message)

    def leave(self) -> None:
        """Say goodbye and close, whatever the server says to it."""
        self._wait(self._waits.farewell_s)
        try:
            self.docmd("QUIT")
        except (smtplib.SMTPException, OSError):
            # The message is taken or refused already: a server that is away by now changes nothing.
            return
        finally:
            self.close()

    def _wait(self, seconds: float) -> None:
        if self.sock is not None:
            self.sock.settimeout(seconds)
        self._watch.end_after(seconds)


def is_silence(error: BaseException, watch: ConnectionWatch) -> bool:
    """Tell whether a server was waited for in vain."""
    if watch.has_ended:
        return True
    # smtplib hides a timeout behind an exception of its own.
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, TimeoutError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
