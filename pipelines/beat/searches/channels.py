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

        Raises CatalogueError that names each variable which is not set.
        """
        problems = self.list_problems()
        if problems:
            raise CatalogueError(problems)
        secret = self.secret
        if secret:
            secret = _read_value(secret)
        return replace(self, url=_read_value(self.url), secret=secret)

    def list_problems(self) -> list[str]:
        """Return a sentence for each variable that is not set here."""
        problems = []
        for value in (self.url, self.secret or ""):
            variable = _VARIABLE.fullmatch(value)
            if variable is not None and not os.environ.get(variable[1]):
                problems.append(
                    f"channel “{self.id}”: the environment variable {variable[1]} is not set; set it"
                )
        return problems

    def __repr__(self) -> str:
        # Address and secret stay out of logs.
        return f"Channel({self.id!r})"


def _read_value(value: str) -> str:
    """Return a value as it is, or that of the variable that it names."""
    variable = _VARIABLE.fullmatch(value)
    if variable is None:
        return value
    return os.environ[variable[1]]
