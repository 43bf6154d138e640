"""The port for mail and other channels."""

from __future__ import annotations

from typing import Protocol

from crawlers.errors import TemporaryError
from pipelines.model import (
    Delivery,
    OutboxMail,
)


class HostSilent(TemporaryError):
    """A host was waited for in vain: what else is for it would wait as long."""


class Mailer(Protocol):
    """Carries a finished message to its recipients."""

    def send(self, mail: OutboxMail) -> Delivery:
        """Hand one message over to those it is owed to; return where it went.

        Where it reached nobody it raises TemporaryError (try again; HostSilent where nothing answers in time)
        or PermanentError (never will). Sending the same mail twice may deliver it twice; a file adapter
        overwrites.
        """
        ...
