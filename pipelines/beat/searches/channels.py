"""Ways to reach a reader other than mail."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace

from crawlers.errors import CatalogueError

_VARIABLE = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Channel:
    """A chat room or web hook that alerts can be sent to.

    `$NAME` in place of an address or a secret stands for the environment variable NAME, so that no file
    has to hold a token.
    """

    id: str
    #: A secret itself, as it may hold a token.
    url: str
    #: What messages are signed with.
    secret: str | None = None

    def resolved(self) -> Channel:
        """Return the channel with the values of its variables.

        Raises CatalogueError where a variable is not set.
        """
        secret = self.secret
        if secret:
            secret = _read_variable(self.id, secret)
        return replace(self, url=_read_variable(self.id, self.url), secret=secret)

    def __repr__(self) -> str:
        # Address and secret stay out of logs.
        return f"Channel({self.id!r})"


def _read_variable(channel: str, value: str) -> str:
    variable = _VARIABLE.fullmatch(value)
    if variable is None:
        return value
    name = variable[1]
    found = os.environ.get(name)
    if not found:
        raise CatalogueError([f"channel “{channel}”: the environment variable {name} is not set; set it"])
    return found
