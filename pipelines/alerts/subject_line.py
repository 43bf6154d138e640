"""The subject of a mail, in words that every program shows alike (pure).

Python (3.13.0 too) writes each word with an accent as an encoded word of its own (RFC 2047). Programs of
readers leave out the space between two of them, so that “río Paraná” was shown as “ríoParaná”.
"""

from __future__ import annotations

from email.header import Header
from email.policy import Policy
from typing import Self

from pipelines.alerts.header_line import header_line

#: RFC 2047 §2: a line with an encoded word has at most 76 characters.
_LINE_CHARS = 76


class SubjectLine(str):
    """The value of a Subject header, which folds itself.

    `EmailMessage` takes it as it is, and asks it for its lines.
    """

    __slots__ = ()
    #: The header that it is the value of.
    name = "Subject"
    #: `EmailMessage` asks a header how often it may stand in a message, and for its mistakes.
    max_count = 1
    defects = ()

    @classmethod
    def of(cls, text: str, most_chars: int) -> Self:
        """Return text as a subject: one line, at most so long."""
        return cls(header_line(text)[:most_chars])

    def fold(self, *, policy: Policy) -> str:
        """Return the whole header in lines.

        What is not plain ASCII is encoded as one stretch.
        """
        charset = "us-ascii" if self.isascii() else "utf-8"
        header = Header(str(self), charset, maxlinelen=_LINE_CHARS, header_name=self.name)
        return f"{self.name}: {header.encode(linesep=policy.linesep)}{policy.linesep}"
