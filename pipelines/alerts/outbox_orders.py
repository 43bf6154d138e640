"""What a person orders of the outbox.

    pause_address(ledger, address, …)     nothing more is sent to it
    resume_address(ledger, address, …)    what waited for it is owed again
    resend(ledger, key, recipients, …)    a mail is owed again

Each order stands in the record of the mails that it concerns. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from crawlers.checked_yaml import find_similar
from crawlers.errors import CatalogueError
from pipelines.model import MAIL, MailNote, OutboxMail, PausedAddress, SavedSearch
from pipelines.ports import Ledger
from pipelines.text.mail_address import is_address


@dataclass(frozen=True, slots=True)
class Person:
    """Who orders something, and when. The name may be "" where it is unknown."""

    name: str
    at: datetime

    def note(self, what: str) -> MailNote:
        """Return the note of an order."""
        if not self.name:
            return MailNote(self.at, f"{what} by hand")
        return MailNote(self.at, f"{what} by {self.name}")


def list_recipients(ledger: Ledger, searches: Collection[SavedSearch], others: Collection[str]) -> list[str]:
    """Return everybody who is written to, or is still owed a mail."""
    found: dict[str, None] = {}
    for search in searches:
        found.update(dict.fromkeys((*search.to, *search.channels)))
    for mail in ledger.owed_mails():
        found.update(dict.fromkeys(mail.owed))
    found.update(dict.fromkeys(others))
    return list(found)


def list_paused(ledger: Ledger) -> list[str]:
    """Return the addresses that get nothing."""
    return [paused.address for paused in ledger.paused_addresses()]


def pause_address(ledger: Ledger, address: str, recipients: Sequence[str], person: Person) -> bool:
    """Let nothing leave to an address; False where it is paused already.

    Raises CatalogueError where nobody writes to it: it is mistyped.
    """
    if address not in recipients:
        similar = find_similar(address, recipients)
        hint = "`maplewire searches list` shows who is written to"
        if similar:
            hint = f"did you mean {similar}?"
        raise CatalogueError([f"no search writes to “{address}”; {hint}"])
    return ledger.pause_address(PausedAddress(address, person.at, person.note("paused").text))


def resume_address(ledger: Ledger, address: str, person: Person, *, give_up: bool) -> int:
    """Owe an address what waited for it, or give that up; return the number of mails.

    Raises CatalogueError where the address is not paused.
    """
    paused = list_paused(ledger)
    what = f"given up for {address}" if give_up else f"owed again to {address}"
    resumed = ledger.resume_address(address, person.note(what), give_up=give_up)
    if not resumed and address not in paused:
        hint = "nobody is"
        if paused:
            hint = f"paused are: {', '.join(sorted(paused))}"
        raise CatalogueError([f"“{address}” is not paused; {hint}"])
    return resumed


def find_mail(ledger: Ledger, key: str) -> OutboxMail:
    """Return the mail with a key. Raises CatalogueError where there is none."""
    mail = ledger.mail(key)
    if mail is None:
        raise CatalogueError([f"no message “{key}”; `maplewire outbox` shows their keys"])
    return mail


def resend(ledger: Ledger, key: str, recipients: Sequence[str], person: Person) -> tuple[str, ...]:
    """Owe a mail again; return to whom.

    Without `recipients`, to those who did not get it. Raises CatalogueError that says what to write where
    nothing would be sent.
    """
    mail = find_mail(ledger, key)
    wanted = tuple(dict.fromkeys(recipients)) or without_it(mail)
    problems = _problems_of(mail, wanted, list_paused(ledger))
    if problems:
        raise CatalogueError(problems)
    ledger.owe_again(key, wanted, person.note(f"sent again to {', '.join(wanted)}"))
    return wanted


def without_it(mail: OutboxMail) -> tuple[str, ...]:
    """Return the recipients who did not get a mail."""
    found = []
    for recipient in mail.to:
        answer = mail.answers.get(recipient)
        is_sent = answer.state == "sent" if answer is not None else mail.state == "sent"
        if not is_sent:
            found.append(recipient)
    return tuple(found)


def _problems_of(mail: OutboxMail, wanted: Sequence[str], paused: Collection[str]) -> list[str]:
    """Return why a mail cannot be sent again, all reasons at once."""
    if not wanted:
        return ["everybody got it; say who is to get it again: --to ADDRESS"]
    problems = []
    for recipient in wanted:
        if mail.channel != MAIL and recipient not in mail.to:
            problems.append(f"--to {recipient}: this message is for the channel {mail.channel} alone")
        elif mail.channel == MAIL and not is_address(recipient):
            problems.append(f"--to {recipient}: write an address such as desk@newsroom.example")
        elif recipient in paused:
            problems.append(f"{recipient} is paused; first say: maplewire outbox resume {recipient}")
    return problems
