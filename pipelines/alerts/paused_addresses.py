"""Addresses that get nothing until a person resumes them.

A server that refuses an address refuses it with every mail. So the address is put on a list with the server's
words, which are told once. Its mails wait, and leave when a person has mended it. A person can put an address
on the list, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipelines.model import Answer, OutboxMail, PausedAddress, Trouble, TroubleKind
from pipelines.ports import AlertLedger
from pipelines.text.counts import counted


class PausedAddresses:
    """The list as one round of sending knows it."""

    def __init__(self, ledger: AlertLedger) -> None:
        self._ledger = ledger
        self._paused: dict[str, PausedAddress] = {}
        for paused in ledger.paused_addresses():
            self._paused[paused.address] = paused

    def answers_for(self, mail: OutboxMail, now: datetime) -> dict[str, Answer]:
        """Return the answer for each recipient of a mail who is not to be tried."""
        answers = {}
        for recipient in mail.owed:
            paused = self._paused.get(recipient)
            if paused is not None:
                answers[recipient] = Answer("paused", paused.why, now)
        return answers

    def note_refusals(self, refused: Mapping[str, Answer]) -> list[Trouble]:
        """Put the addresses on the list that a server refused.

        Return what is told of it, once each.
        """
        troubles: list[Trouble] = []
        for address, answer in refused.items():
            if answer.state != "paused" or address in self._paused:
                continue
            paused = PausedAddress(address, answer.at, answer.text)
            self._paused[address] = paused
            # Another machine may have been quicker, and has told it.
            if self._ledger.pause_address(paused):
                troubles.append(Trouble(TroubleKind.PERMANENT, _first_sentence(paused)))
        return troubles


def _first_sentence(paused: PausedAddress) -> str:
    """Return what is told when an address is put on the list."""
    return (
        f"{paused.address} is refused and gets no mail from now on: {paused.why}; what it misses waits. "
        f"When it is mended: maplewire outbox resume {paused.address}"
    )


def paused_sentences(ledger: AlertLedger) -> list[str]:
    """Return a sentence for each address that gets nothing, as long as that is so."""
    sentences = []
    for paused in ledger.paused_addresses():
        waiting = counted(paused.waiting, "message waits", "messages wait")
        since = f"{paused.address} gets nothing since {paused.since:%Y-%m-%d %H:%M} UTC"
        resume = f"to end that: maplewire outbox resume {paused.address}"
        sentences.append(f"{since}: {paused.why}; {waiting}; {resume}")
    return sentences
