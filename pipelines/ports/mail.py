"""The port for mail and other channels."""

from __future__ import annotations

from typing import Protocol

from pipelines.model import (
    Delivery,
    OutboxMail,
)


class Mailer(Protocol):
    """Carries a finished message to its recipients."""

    def send(self, mail: OutboxMail) -> Delivery:
        """Hand one message over to those it is owed to; return where it went.

        Raises TemporaryError (try again) or PermanentError (never will) where it reached nobody. Sending the
        same mail twice may deliver it twice; a file adapter overwrites.
        """
        ...
