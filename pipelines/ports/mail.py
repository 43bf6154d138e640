"""The port for mail and other channels."""

from __future__ import annotations

from typing import Protocol

from crawlers.errors import TemporaryError
from pipelines.model import (
    Delivery,
    OutboxMail,
)


class WayBlocked(TemporaryError):
    """A way out takes nothing now: what else is for it would fare the same."""


class HostSilent(WayBlocked):
    """A host was waited for in vain: what else is for it would wait as long."""


class NeedsMending(WayBlocked):
    """Only a person can open the way again, such as by a password.

    What is for it waits however long that takes.
    """


class Mailer(Protocol):
    """Carries a finished message to its recipients."""

    def send(self, mail: OutboxMail) -> Delivery:
        """Hand one message over to those it is owed to; return where it went.

        Where it reached nobody it raises TemporaryError (try again; WayBlocked where that holds for all that
        is for the same host or channel) or PermanentError (never will). Sending the same mail twice may
        deliver it twice; a file adapter overwrites.
        """
        ...
