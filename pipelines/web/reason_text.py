"""Reasons as a page shows them: in its language and on the reader's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from pipelines.alerts.mail_words import words_in
from pipelines.alerts.reason_words import reason_in
from pipelines.alerts.wording import on_clocks, one_line
from pipelines.model import ReaderClock

#: The language in which reasons are written.
WRITTEN_IN = "en"
#: What stands between several reasons of one line, and behind the outlet that they are about.
_BETWEEN = "; "
_BEHIND_OUTLET = ": "


@dataclass(frozen=True, slots=True)
class ReasonText:
    """Writes reasons for one reader."""

    language: str
    #: What the beat calls its sides: English name -> language -> name.
    sides: Mapping[str, Mapping[str, str]]
    clock: ReaderClock
    now: datetime

    def __call__(self, reason: str) -> Markup:
        """Return a reason as HTML.

        What nobody has put into the language stays English, and says so to screen readers.
        """
        line = one_line(reason)
        text = self._in_language(line)
        if text is not None:
            return self._shown(text)
        # A line of a history may hold several reasons.
        between = escape(words_in(self.language)(_BETWEEN))
        return between.join(map(self._part, line.split(_BETWEEN)))

    def plain(self, reason: str) -> str:
        """Return a reason as a text, for a sentence of the page."""
        line = one_line(reason)
        return self._on_clock(self._in_language(line) or line)

    def _part(self, part: str) -> Markup:
        text = self._in_language(part)
        if text is not None:
            return self._shown(text)
        outlet, _, rest = part.partition(_BEHIND_OUTLET)
        text = self._in_language(rest)
        if rest and text is not None:
            return self._shown(f"{outlet}{words_in(self.language)(_BEHIND_OUTLET)}{text}")
        return Markup('<span lang="{}">{}</span>').format(WRITTEN_IN, self._shown(part))

    def _in_language(self, line: str) -> str | None:
        """Return a reason in the language, None where it lacks the sentence."""
        if self.language == WRITTEN_IN or not line:
            return line
        text = reason_in(self.language, line, self.sides)
        return None if text == line else text

    def _shown(self, text: str) -> Markup:
        return escape(self._on_clock(text))

    def _on_clock(self, text: str) -> str:
        return on_clocks(text, [self.clock], self.now, self.language)
